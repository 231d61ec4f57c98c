"""Everything that readers can get: where to begin, what leads on from there, and what came of it."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from django.apps import apps
from django.urls import reverse
from django.utils import translation

from conversations import codes
from conversations.models import CardEdition
from digitalchikane import clock, references
from digitalchikane.languages import CODES, DEFAULT
from digitalchikane.models import OldAddress
from digitalchikane.publishing.models import edition_models
from guides.models import PageEdition

from . import markup
from .asking import Answer, Site
from .places import Place, place

# Far more than there is: whoever comes near it has links that never end.
MOST_ADDRESSES = 20_000
NOT_FOUND = "findes-ikke"


class ExportFailed(Exception):
    """The site could not be copied as it is."""


@dataclass
class Copy:
    """What was found: files by address, and what leads elsewhere."""

    answers: dict[str, Answer] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    # Withdrawn: a page that says so, and no longer there.
    gone: set[str] = field(default_factory=set)
    # Answers that are made for one reader alone.
    for_one: set[str] = field(default_factory=set)
    # Linked to and not there, with the pages that link.
    missing: dict[str, set[str]] = field(default_factory=dict)


def crawl(site: Site) -> Copy:
    copy = Copy()
    waiting = deque((address, "") for address in beginnings())
    asked = set()
    while waiting:
        address, linked_from = waiting.popleft()
        if address in copy.missing:
            copy.missing[address].add(linked_from)
        if address in asked:
            continue
        asked.add(address)
        if len(asked) > MOST_ADDRESSES:
            raise ExportFailed(f"More than {MOST_ADDRESSES} addresses: do links lead on without end? {address}")
        waiting.extend((found, address) for found in _take(copy, site, address, linked_from))
    return copy


def _take(copy: Copy, site: Site, address: str, linked_from: str) -> Iterator[str]:
    """Ask for one address, put the answer where it belongs, and say what it leads to."""
    answer = site.ask(address)
    match answer.status:
        case 200 if not answer.is_for_everybody and "?" in address:
            copy.for_one.add(address)
            yield address.partition("?")[0]
        case 200 | 410:
            copy.answers[address] = answer
            copy.places[address] = place(address, answer.type, answer.headers.get("Content-Disposition", ""))
            if answer.status == 410:
                copy.gone.add(address)
            yield from leads_to(site, address, answer)
        case 301 | 302 | 307 | 308:
            target = site.own(answer.location)
            copy.redirects[address] = answer.location if target is None else target
            yield from [target] if target else []
        case 400 | 404:
            # Where it began is only where something may be: an old address whose target is a draft, say.
            if linked_from:
                copy.missing[address] = {linked_from}
        case _:
            raise ExportFailed(f"{address} answers {answer.status}.")


def leads_to(site: Site, address: str, answer: Answer) -> list[str]:
    match answer.type:
        case "text/html":
            found = markup.links(answer.body.decode())
        case "text/css":
            found = (urljoin(address, link) for link in markup.links_of_sheet(answer.body.decode()))
        case "application/atom+xml" | "application/xml" | "text/xml":
            # A feed is full of addresses; those of other sites are left.
            found = markup.links_of_feed(answer.body.decode())
        case _:
            found = ()
    own = (site.own(link, address) for link in found)
    return list(dict.fromkeys(each for each in own if each))


# Where to begin: all that has an address, whether something leads there or not


def beginnings() -> list[str]:
    found = ["/robots.txt", "/sitemap.xml"]
    for code in CODES:
        with translation.override(code):
            found += _by_name()
            found += [thing.get_absolute_url() for thing in _things()]
            # Printed on paper, so nothing need lead there.
            found += [reverse("guides:phase_by_number", args=[number]) for number in range(1, _count_of_phases() + 1)]
            found += [reverse("conversations:code", args=[code]) for code in _printed_codes()]
    found += OldAddress.objects.order_by("old_path").values_list("old_path", flat=True)
    return list(dict.fromkeys(found))


def not_found() -> dict[str, str]:
    """For each language an address that holds nothing, by the file that its page is kept in."""
    return {
        "404.html" if code == DEFAULT else f"{code}/404.html": f"/{'' if code == DEFAULT else code + '/'}{NOT_FOUND}/"
        for code in CODES
    }


def _by_name() -> Iterator[str]:
    """Addresses that have a name and nothing to fill in."""
    import conversations.urls
    import guides.urls

    for urls in (guides.urls, conversations.urls):
        for pattern in urls.urlpatterns:
            if not pattern.pattern.converters:
                yield reverse(f"{urls.app_name}:{pattern.name}")


def _things():
    """What is live, and what was withdrawn and now says why."""
    for model in edition_models():
        yield from model.objects.live().for_readers()
        yield from model.objects.withdrawals().for_readers()
    yield from apps.get_model(references.SCHEMES["vej"]).objects.all()


def _count_of_phases() -> int:
    return PageEdition.objects.live().phases().count()


def _printed_codes() -> list[str]:
    """What may stand on a card that somebody printed, whenever that was."""
    printed = CardEdition.objects.filter(live_from__lte=clock.now(), is_withdrawal=False).select_related("document")
    return sorted(code for edition in printed for code in codes.ever_printed(edition))
