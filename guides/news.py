"""What has changed on the site: the notes that editors write for readers when they publish."""

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.utils.translation import gettext

from digitalchikane.languages import language_used
from digitalchikane.publishing.models import Edition


@dataclass(frozen=True)
class News:
    """One line of what has changed. `heading` is the edition that names the page as readers know it now."""

    edition: Edition
    heading: Edition

    @property
    def at(self) -> datetime:
        return self.edition.live_from

    @property
    def title(self) -> str:
        return self.heading.title

    @property
    def field(self) -> str:
        return "withdrawal_reason" if self.edition.is_withdrawal else "change_note"

    @property
    def note(self) -> str:
        return getattr(self.edition, self.field) or ""

    @property
    def language(self) -> str:
        """The language that the note is in."""
        return language_used(self.edition, self.field)

    @property
    def sentence(self) -> str:
        """The note as it stands alone, where nothing around it says that the page is gone."""
        return gettext("Withdrawn: %(reason)s") % {"reason": self.note} if self.edition.is_withdrawal else self.note

    def get_absolute_url(self) -> str:
        return self.edition.document.get_absolute_url()


def latest(number: int) -> list[News]:
    """The newest lines first, as many as asked for."""
    found = []
    for model in _models():
        editions = list(model.objects.news().for_readers().order_by("-live_from", "-number")[:number])
        live = model.objects.live().filter(document__in=[edition.document_id for edition in editions])
        headings = {edition.document_id: edition for edition in live}
        found += [News(edition, headings.get(edition.document_id, edition)) for edition in editions]
    found.sort(key=lambda news: (news.at, news.edition.number), reverse=True)
    return found[:number]


def _models():
    return [model for model in apps.get_models() if issubclass(model, Edition)]
