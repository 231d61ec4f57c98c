"""Where on the site an address outside is linked to: the page, the section, and the words around."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from digitalchikane import excerpts
from digitalchikane.desk import desk_address
from digitalchikane.publishing.models import Block, Edition, State, edition_models, read_blocks

from .factbook import FactBook
from .models import Link

APPS = ["guides", "conversations"]
WEB = ("http://", "https://")


@dataclass(frozen=True)
class LinkPlace:
    """One place that links to an address. Rows have the address in a field of their own; in an edition it stands in
    the words."""

    url: str
    thing: models.Model
    field: str
    excerpt: excerpts.Excerpt | None = None
    # The draft that does not have the link any more.
    mended_in: Edition | None = None

    @property
    def name(self) -> str:
        return str(getattr(self.thing, "label", "") or self.thing)

    @property
    def kind(self) -> str:
        return str(self.thing._meta.verbose_name)

    @property
    def is_edition(self) -> bool:
        return isinstance(self.thing, Edition)

    @property
    def is_draft(self) -> bool:
        return self.is_edition and self.thing.is_draft

    @property
    def address(self) -> str:
        """Where readers meet it; nothing where they cannot."""
        seen = not self.is_edition or self.thing.state == State.LIVE
        return self.thing.get_absolute_url() if seen and hasattr(self.thing, "get_absolute_url") else ""

    @property
    def mended_address(self) -> str:
        return desk_address(self.mended_in)

    @property
    def field_address(self) -> str:
        """The very field at the desk, of what is no edition."""
        return f"{desk_address(self.thing)}#id_{self.field}"


def every_place() -> dict[str, list[LinkPlace]]:
    """All addresses outside that readers are or will be sent to, with their places. A bounded number of queries."""
    found: dict[str, list[LinkPlace]] = {}
    for place in [*_in_rows(), *_in_editions()]:
        if len(place.url) <= Link._meta.get_field("url").max_length:
            found.setdefault(place.url, []).append(place)
    return found


def places_of(link: Link) -> list[LinkPlace]:
    return every_place().get(link.url, [])


def _in_rows() -> Iterator[LinkPlace]:
    for model in (model for app in APPS for model in apps.get_app_config(app).get_models()):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.URLField) and not issubclass(model, (Edition, Block)):
                manager = model._default_manager
                # Nobody is led to what was withdrawn.
                rows = (
                    (manager.live() if hasattr(manager, "live") else manager)
                    .exclude(**{field.name: ""})
                    .exclude(**{field.name: None})
                )
                yield from (LinkPlace(getattr(row, field.name), row, field.name) for row in rows)


def _in_editions() -> Iterator[LinkPlace]:
    editions = [
        edition
        for model in edition_models()
        for edition in model.objects.current_or_live().select_related("document").order_by("document__position", "pk")
    ]
    read_blocks(editions)
    book = FactBook()
    urls = {edition: _urls_in(edition) for edition in editions}
    drafts = {edition.document: edition for edition in editions if edition.is_draft}
    live = {edition.document: edition for edition in editions if not edition.is_draft}
    for edition in editions:
        draft = drafts.get(edition.document)
        for url in sorted(urls[edition]):
            if edition.is_draft and url in urls.get(live.get(edition.document), ()):
                # The same words, on their way.
                continue
            mended_in = draft if draft and url not in urls[draft] else None
            for excerpt in excerpts.of_link(edition, url, book.in_words):
                yield LinkPlace(url, edition, excerpt.field, excerpt, mended_in)


def _urls_in(edition: Edition) -> set[str]:
    return {href for part in edition.parts() for href in part.references() if href.startswith(WEB)}
