"""What of an update waits for an editor, in words, and what an editor may do with it."""

import hashlib
import json
from dataclasses import asdict, dataclass, field

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.text import capfirst
from django.utils.translation import gettext

from ..desk import desk_address
from ..languages import CODES
from ..models import ShippedRecord
from ..publishing.models import Document
from . import documents, rows
from .values import Values, content_fields, read, write


@dataclass(frozen=True)
class Piece:
    """One field in which the update says something else: what it is called, its language, both texts."""

    label: str
    language: str
    now: str
    new: str


@dataclass
class Waiting:
    """A record of which something waits. `state` is `draft` (the update made one), `taken` (an editor went on with
    it), `busy` (an editor's own draft is in the way), `withdrawn`, `text` (only what editors wrote themselves differs)
    or `row`."""

    record: ShippedRecord
    thing: models.Model
    state: str
    draft: models.Model | None = None
    pieces: list[Piece] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(getattr(self.thing, "label", "") or self.thing)

    @property
    def kind(self) -> str:
        return capfirst(str(self.thing._meta.verbose_name))

    @property
    def address(self) -> str:
        return desk_address(self.draft or self.thing)

    @property
    def compare_address(self) -> str:
        """Where the draft stands beside what readers see."""
        opts = self.thing._meta
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_compare", args=[self.draft.pk]) if self.draft else ""

    @property
    def may_be_taken(self) -> bool:
        return self.state in ("busy", "row")

    @property
    def may_be_kept(self) -> bool:
        return self.state in ("busy", "row", "text")

    @property
    def told(self) -> str:
        return {
            "draft": gettext("A draft has the changes. Look at it, and publish it or throw it away."),
            "taken": gettext("The changes stand in your draft, except where you wrote something else."),
            "busy": gettext("There is a draft. Take the changes into it, or let them come when it is published."),
            "withdrawn": gettext("It is withdrawn. The changes wait until it is brought back."),
            "text": gettext("You have written something else there yourselves, so nothing was changed."),
            "row": gettext("You have changed it yourselves, so nothing was changed. Choose one of the two."),
        }[self.state]

    @property
    def seen(self) -> str:
        """Stands for what an editor saw when choosing."""
        whole = json.dumps([self.record.fingerprint, self.state, [asdict(piece) for piece in self.pieces]])
        return hashlib.sha256(whole.encode()).hexdigest()[:16]


def all_waiting() -> list[Waiting]:
    """Everything that waits, what has a draft first."""
    concerned = ShippedRecord.objects.filter(offered__isnull=False) | ShippedRecord.objects.filter(draft__isnull=False)
    found = [waiting for record in concerned.order_by("kind", "key") if (waiting := of(record))]
    order = ["draft", "taken", "busy", "text", "row", "withdrawn"]
    return sorted(found, key=lambda each: order.index(each.state))


def of(record: ShippedRecord) -> Waiting | None:
    """What waits of a record; None when it has been dealt with."""
    row = _row_of(record)
    if row is None:
        return None
    if isinstance(row, Document):
        found = _of_document(record, row)
        if found:
            return found
    if record.offered is None:
        return None
    pieces = _pieces_of(record, row)
    return Waiting(record, row, "row", pieces=pieces) if pieces else None


def _row_of(record: ShippedRecord):
    parts = record.offered or record.values or {}
    if "model" not in parts:
        return None
    model = apps.get_model(parts["model"])
    by = "key" if "key" in content_fields(model) else "old_path"
    return model._base_manager.filter(**{by: record.key}).first()


def _of_document(record: ShippedRecord, document) -> Waiting | None:
    editions = document.editions
    draft = editions.filter(live_from=None).first()
    left = [_piece_left(editions.model, each) for each in record.left]
    if draft and draft.pk == record.draft:
        is_new = record.offered is not None and documents.is_untouched(draft)
        if is_new or left:
            return Waiting(record, draft, "draft" if is_new else "taken", draft, left)
        return None
    is_dealt_with = record.draft is not None
    waits = record.offered is not None and any(
        record.offered.get(part) != (record.values or {}).get(part) for part in ("edition", "blocks")
    )
    if is_dealt_with or not waits:
        return None
    thing = document.current_edition() or document
    if draft:
        return Waiting(record, thing, "busy", draft, left)
    if editions.withdrawals().exists():
        return Waiting(record, thing, "withdrawn")
    # As long as nobody has loaded since the draft that was in the way is gone, there is nothing to show yet.
    return Waiting(record, thing, "text", pieces=left) if left else None


def _pieces_of(record: ShippedRecord, row) -> list[Piece]:
    found = []
    for part, target in _targets(record, row):
        new = record.offered[part]
        ours = read(target, set(new))
        before = (record.values or {}).get(part) or {}
        for name in new:
            if name not in rows.QUIET and name in ours and new[name] not in (ours[name], before.get(name, object())):
                found.append(_piece(type(target), name, ours[name], new[name]))
    return found


def _targets(record: ShippedRecord, row) -> list[tuple[str, models.Model]]:
    """The parts of a record that are plain rows, with what they stand in."""
    found = [("row", row)] if "row" in record.offered else []
    if "wording" in record.offered and (wording := row.wordings.order_by("-valid_from", "-pk").first()):
        found.append(("wording", wording))
    return found


def _piece_left(edition_model, left: dict) -> Piece:
    model = apps.get_model(left["type"]) if left["type"] else edition_model
    return _piece(model, left["name"], left["beginning"], left["text"])


def _piece(model, name: str, now, new) -> Piece:
    known = content_fields(model)
    stem, _, code = name.rpartition("_")
    language = code if code in CODES and name in known and stem else ""
    field = model._meta.get_field(stem if language else name)
    label = capfirst(str(field.verbose_name))
    if language:
        label += f" ({str(dict(settings.LANGUAGES)[language]).lower()})"
    return Piece(label, language, _plain(now), _plain(new))


def _plain(value) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return " ".join(strip_tags(str(value or "").replace("</p>", " ")).split())


# What an editor decides


class CannotBeTaken(Exception):
    """The update's text does not fit; the message says why."""


@transaction.atomic
def keep_ours(record: ShippedRecord):
    """What stands here stays, and this change is not offered again."""
    documents.accept(record, *record.offered)
    record.left = []
    record.save()


@transaction.atomic
def take(waiting: Waiting, user):
    """Take the changes: into the draft that is there, or in the place of our own. Raises CannotBeTaken."""
    record = waiting.record
    try:
        if waiting.state == "busy":
            _take_into_draft(record, waiting.draft, user)
        else:
            for part, target in _targets(record, waiting.thing):
                _take_row(record, part, target, waiting.thing)
            documents.accept(record, *(part for part in record.offered if part not in ("edition", "blocks")))
    except ValidationError as error:
        raise CannotBeTaken(" ".join(error.messages)) from error
    record.save()


def _take_into_draft(record: ShippedRecord, draft, user):
    document = draft.document
    type(document)._base_manager.select_for_update().get(pk=document.pk)
    base = documents.shipped_before(record, document)
    theirs = documents.kept_text(record.offered, type(draft))
    merged = documents.merged_text(base, documents.text_of(draft), theirs)
    draft.version += 1
    draft.changed_by = user
    documents.put_into(draft, merged, find)
    documents.accept(record, "edition", "blocks")
    # With what an earlier update had left beside this draft.
    new = [asdict(each) for each in merged.left]
    record.left = new + [each for each in record.left if each["text"] not in [other["text"] for other in new]]
    record.draft = draft.pk


def _take_row(record: ShippedRecord, part: str, target, owner):
    before = (record.values or {}).get(part) or {}
    ours = read(target, set(record.offered[part]))
    new: Values = {
        name: value
        for name, value in record.offered[part].items()
        if name in ours and value not in (ours[name], before.get(name, object()))
    }
    if not new:
        return
    if part == "row":
        write(target, new, find)
    else:
        rows.say_anew(owner, target, new, ours | new, find)
    rows.approve(target, owner, ours | new)


def find(model: type[models.Model], key: str) -> models.Model | None:
    return model._default_manager.filter(key=key).first()
