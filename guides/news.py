"""What has changed on the site: the notes that editors write for readers when they publish, and what they withdraw."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.apps import apps
from django.utils.translation import gettext

from digitalchikane import references
from digitalchikane.languages import language_used
from digitalchikane.publishing.models import Edition

from .models import Route


@dataclass
class News:
    """One line of what has changed: an edition, or a route that is gone. `heading` names it as readers know it now."""

    thing: Edition | Route
    heading: Edition | Route

    @property
    def at(self) -> datetime:
        return self.thing.withdrawn_at if isinstance(self.thing, Route) else self.thing.live_from

    @property
    def number(self) -> int:
        return 0 if isinstance(self.thing, Route) else self.thing.number

    @property
    def is_withdrawal(self) -> bool:
        return isinstance(self.thing, Route) or self.thing.is_withdrawal

    @property
    def naming(self) -> str:
        """The field of the heading that names it."""
        return "name" if isinstance(self.heading, Route) else "title"

    @property
    def title(self) -> str:
        return getattr(self.heading, self.naming)

    @property
    def field(self) -> str:
        return "withdrawal_reason" if self.is_withdrawal else "change_note"

    @property
    def note(self) -> str:
        return getattr(self.thing, self.field) or ""

    @property
    def language(self) -> str:
        """The language that the note is in."""
        return language_used(self.thing, self.field)

    @cached_property
    def replacement(self) -> Edition | Route | None:
        """What readers get instead of what was withdrawn."""
        if not self.is_withdrawal:
            return None
        if isinstance(self.thing, Route):
            return self.thing.in_its_place
        found = references.target(self.thing.replacement)
        return found.live_edition() if hasattr(found, "live_edition") else found

    @property
    def replacement_naming(self) -> str:
        return "name" if isinstance(self.replacement, Route) else "title"

    @property
    def replacement_name(self) -> str:
        return getattr(self.replacement, self.replacement_naming)

    @property
    def sentence(self) -> str:
        """The note as it stands alone, where nothing around it says that the page is gone."""
        if not self.is_withdrawal:
            return self.note
        told = gettext("Withdrawn: %(reason)s") % {"reason": self.note}
        if self.replacement:
            told += " " + gettext("Instead: %(name)s.") % {"name": self.replacement_name}
        return told

    @property
    def guid(self) -> str:
        """The same for ever, whatever address the page moves to."""
        if isinstance(self.thing, Route):
            return f"{self.thing.key}/route/{self.at:%Y%m%dT%H%M%S}"
        return f"{self.thing.document.key}/{self.thing._meta.model_name}/{self.thing.number}"

    def get_absolute_url(self) -> str:
        return getattr(self.thing, "document", self.thing).get_absolute_url()


def latest(number: int) -> list[News]:
    """The newest lines first, as many as asked for."""
    found = []
    for model in _models():
        editions = list(model.objects.news().for_readers().order_by("-live_from", "-number")[:number])
        live = model.objects.live().filter(document__in=[edition.document_id for edition in editions])
        headings = {edition.document_id: edition for edition in live}
        found += [News(edition, headings.get(edition.document_id, edition)) for edition in editions]
    gone = Route.objects.filter(is_withdrawn=True).exclude(withdrawn_at=None).select_related("replaced_by")
    found += [News(route, route) for route in gone.order_by("-withdrawn_at")[:number]]
    found.sort(key=lambda news: (news.at, news.number), reverse=True)
    return found[:number]


def _models():
    return [model for model in apps.get_models() if issubclass(model, Edition)]
