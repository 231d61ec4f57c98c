"""The life of an edition: drafted, published or scheduled, withdrawn, brought back, thrown away.

Every step is guarded where it is stored, so that of two people who do it at once one is told. A step that is refused
changes nothing.
"""

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext

from .. import references
from ..languages import CODES
from .problems import AlreadyPublished, ChangedMeanwhile, DraftExists, NotPublishable, Problem
from .record import Deed, record
from .texts import translated_fields


class Life:
    """Mixed into Edition. `by` is the user who takes the step; it is named in the log."""

    @transaction.atomic
    def publish(self, *, at=None, by=None, version=None):
        """Make this draft live now, or at a later time. With a version, only what was saved under it.

        Raises NotPublishable, AlreadyPublished or ChangedMeanwhile."""
        now = timezone.now()
        moment = at or now
        if problems := self.problems(timezone.localdate(moment)):
            raise NotPublishable(problems)
        drafts = type(self).objects.filter(pk=self.pk, live_from=None)
        same = drafts if version is None else drafts.filter(version=version)
        if not same.update(live_from=moment, changed_at=now, changed_by=by):
            raise ChangedMeanwhile if drafts.exists() else AlreadyPublished
        self.live_from = moment
        record(by, self, Deed.SCHEDULED if moment > now else Deed.PUBLISHED)

    @transaction.atomic
    def cancel(self, *, by=None, now=None):
        """Take a scheduled edition off the schedule: it is a draft again. Raises DraftExists or ChangedMeanwhile."""
        now = now or timezone.now()
        self._lock_document()
        if draft := self.document.editions.filter(live_from=None).first():
            raise DraftExists(draft)
        scheduled = type(self).objects.filter(pk=self.pk, live_from__gt=now)
        if not scheduled.update(live_from=None, changed_at=now, changed_by=by, version=F("version") + 1):
            raise ChangedMeanwhile
        self.refresh_from_db()
        record(by, self, Deed.CANCELLED)

    @transaction.atomic
    def withdraw(self, *, reason: dict[str, str], replacement: str = "", by=None, now=None):
        """Take a live document from readers, who are told why, and what took its place; returns the withdrawal.
        `reason` is a text by language. Raises NotPublishable or ChangedMeanwhile."""
        now = now or timezone.now()
        self._lock_document()
        if self.document.live_edition(now) != self:
            raise ChangedMeanwhile
        if problems := self._problems_of_withdrawal(reason, replacement):
            raise NotPublishable(problems)
        withdrawal = type(self)(document=self.document, is_withdrawal=True, live_from=now, changed_by=by)
        withdrawal.replacement = replacement
        for code in CODES:
            # Lists of the desk name it by its heading.
            setattr(withdrawal, f"title_{code}", getattr(self, f"title_{code}"))
            setattr(withdrawal, f"withdrawal_reason_{code}", reason.get(code, ""))
        withdrawal.save()
        record(by, withdrawal, Deed.WITHDRAWN, reason=withdrawal.withdrawal_reason_da)
        return withdrawal

    def _problems_of_withdrawal(self, reason, replacement) -> list[Problem]:
        found = []
        if not reason.get("da", "").strip():
            found.append(Problem(gettext("Readers need a reason in Danish."), field="withdrawal_reason_da"))
        if not replacement and self.document.needs_replacement:
            found.append(Problem(gettext("This page is needed: choose what readers get instead."), field="replacement"))
        if replacement and (replacement == references.to(self) or references.target(replacement) is None):
            found.append(Problem(gettext("Readers cannot reach what you chose."), field="replacement"))
        return found

    @transaction.atomic
    def bring_back(self, *, by=None, now=None):
        """Take back the withdrawal that this edition is: readers get what they had before, as a new edition.
        Raises NotPublishable or ChangedMeanwhile."""
        now = now or timezone.now()
        self._lock_document()
        if not self.document.editions.withdrawals(now).filter(pk=self.pk).exists():
            raise ChangedMeanwhile
        before = self.content_before()
        if before is None:
            raise ChangedMeanwhile
        if problems := before.problems(timezone.localdate(now)):
            raise NotPublishable(problems)
        edition = before.copy(by, live_from=now, is_silent=True, reviewed_on=before.reviewed_on)
        record(by, edition, Deed.RETURNED)
        return edition

    def content_before(self):
        """What readers saw before this edition."""
        older = self.document.editions.filter(is_withdrawal=False, live_from__lte=self.live_from)
        return older.exclude(pk=self.pk).order_by("-live_from", "-number").first()

    @transaction.atomic
    def restore(self, *, by=None):
        """A draft with the content of this edition. Raises DraftExists."""
        self._lock_document()
        if draft := self.document.editions.filter(live_from=None).first():
            raise DraftExists(draft)
        draft = self.copy(by)
        record(by, draft, Deed.RESTORED, origin=self.number)
        return draft

    @transaction.atomic
    def discard(self, *, by=None, now=None):
        """Throw away what readers never saw, and with it a document that never had anything else.
        Raises ChangedMeanwhile."""
        self._lock_document()
        document, pk = self.document, self.pk
        unseen = models.Q(live_from=None) | models.Q(live_from__gt=now or timezone.now())
        found = type(self).objects.filter(unseen, pk=pk).first()
        if found is None:
            raise ChangedMeanwhile
        from .. import uses

        record(by, found, Deed.DISCARDED)
        found.delete()
        if not document.editions.exists() and not uses.of(document):
            try:
                with transaction.atomic():
                    document.delete()
            except models.ProtectedError:
                # Where something points at it, such as a page below it, the empty document stays.
                pass

    def _lock_document(self):
        """One step at a time for each document."""
        type(self.document)._base_manager.select_for_update().get(pk=self.document_id)

    # Copies

    def copy_to_draft(self, by=None):
        """A new draft with the same content: how a live edition is edited and an old one restored."""
        return self.copy(by)

    @transaction.atomic
    def copy(self, by=None, **values):
        """A new edition with the same content, and what else it is given."""
        blocks = self.blocks()
        new = type(self)(document=self.document, changed_by=by)
        copy_fields(self, new, leave=NOT_COPIED)
        for name, value in values.items():
            setattr(new, name, value)
        new.save()
        for block in blocks:
            copied = type(block)(parent=new)
            copy_fields(block, copied, leave={"parent"})
            copied.save()
            for field in type(block)._meta.many_to_many:
                getattr(copied, field.name).set(getattr(block, field.name).all())
        new.remember_facts()
        return new


# What belongs to one edition alone.
NOT_COPIED = {
    "number",
    "version",
    "live_from",
    "changed_at",
    "change_note",
    "is_silent",
    "reviewed_on",
    "is_withdrawal",
    "withdrawal_reason",
    "replacement",
}


def copy_fields(old, new, leave: set[str]):
    """Copy every stored field; of translated ones the languages, never the column without a language."""
    translated = set(translated_fields(type(old)))
    skip = {"id", "document", "changed_by"} | leave | translated
    skip |= {f"{name}_{code}" for name in leave & translated for code in CODES}
    for field in old._meta.concrete_fields:
        if field.name not in skip:
            setattr(new, field.attname, getattr(old, field.attname))
