"""The ways in which readers meet an edition: on a screen, on paper, as a file. Each app registers those of its own
kinds of edition, made by its public views; a preview and a draft sent to a reviewer choose among them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.utils import timezone


@dataclass(frozen=True)
class Look:
    """One page that readers can be shown of an edition."""

    # How addresses call it.
    name: str
    label: str
    render: Callable[[HttpRequest, object], HttpResponse]
    # Whether it is only ever met on paper.
    is_paper: bool = False


@dataclass(frozen=True)
class Files:
    """What an edition can be had as besides pages. `matter` reads what the files are made from, as JSON can hold it;
    `make` needs nothing else, so that a file can be made of words that are stored nowhere."""

    labels: dict[str, str] = field(default_factory=dict)
    matter: Callable[[HttpRequest, object], dict] = lambda request, edition: {}
    make: Callable[[dict, str], bytes] = lambda matter, name: b""


@dataclass(frozen=True)
class Looks:
    """Everything a kind of edition can be shown as; the first page is the one at its public address."""

    pages: list[Look]
    files: Files = Files()

    def named(self, name: str) -> Look | None:
        return next((look for look in self.pages if look.name == name), None)

    @property
    def main(self) -> Look:
        return self.pages[0]


_registered: dict[type, Looks] = {}


def register(model, looks: Looks):
    _registered[model] = looks


def looks_of(model) -> Looks:
    return _registered[model]


def as_if_published(edition):
    """A draft is shown as it would be if it were published now."""
    edition.live_from = edition.live_from or timezone.now()
    return edition
