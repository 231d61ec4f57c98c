"""Shipped changes to pages, cards and letters: a new edition where nobody touched the text, otherwise a draft in which
they stand beside what editors wrote."""

from dataclasses import asdict

from django.apps import apps
from django.db import models

from ..languages import in_all
from ..models import ShippedRecord
from ..publishing.models import Edition
from ..publishing.reviews.models import PreviewLink
from .merging import Merge, merge
from .records import Record
from .rows import approve
from .values import Find, Values, defaults, is_whole, read, unpack, write

# The head of an edition and the values of its blocks.
Text = tuple[Values, list[Values]]
# Said of one edition, not of the text.
ABOUT = {"is_silent", "reviewed_on", "review_again_on", *in_all("change_note")}


def bring_edition(record: Record, document: models.Model, find: Find) -> "Edition | None":
    """Bring what the file says to a document that is there. Returns the draft that is to be published at once."""
    # One at a time with whoever publishes.
    type(document)._base_manager.select_for_update().get(pk=document.pk)
    editions = document.editions
    settle(record.shipped, editions.model)
    theirs: Text = record.theirs["edition"], record.theirs["blocks"]
    base = shipped_before(record.shipped, document)
    if base:
        record.kept |= {"edition": base[0], "blocks": base[1]}
    newest = editions.exclude(live_from=None).filter(is_withdrawal=False).order_by("-live_from", "-number").first()
    own = editions.filter(pk=record.shipped.draft, live_from=None).first() if record.shipped.offered else None
    if own and _is_offered(record.shipped, theirs):
        wait(record, own, record.shipped.left)
        return None
    if own:
        own.delete()
        if newest is None:
            return _new_edition(record, document, theirs, find)
    draft = editions.filter(live_from=None).first()
    if base is None or (newest is None and draft is None):
        # An editor took it away, perhaps wrote another one with the same key.
        return done(record)
    if same(base, theirs):
        _bring_dates(document.live_edition(), base, theirs)
        return done(record)
    if draft or newest is None:
        # What found no place in this draft is still to be shown beside it.
        left = [each for each in record.shipped.left if draft and _is_said(each, theirs)]
        return done(record) if same(text_of(draft), theirs) else wait(record, left=left)
    ours = text_of(newest)
    if same(ours, theirs):
        return done(record)
    live = document.live_edition()
    if live is None and editions.withdrawals().exists():
        return wait(record)
    if live == newest and same(ours, base):
        return _next_edition(record, live, base, theirs, find)
    return _draft(record, newest, merged_text(base, ours, theirs), find)


def _next_edition(record, live, base: Text, theirs: Text, find):
    """What readers get in the place of a text that nobody touched. They are told only what the file tells them."""
    head = dict(theirs[0])
    notes = {name for name in head if name.startswith("change_note")}
    if all(head[name] == base[0][name] for name in notes):
        head |= dict.fromkeys(notes, "") | {"is_silent": True}
    for name in ("reviewed_on", "review_again_on"):
        ours = read(live, {name})[name]
        head[name] = head[name] if ours == base[0][name] else ours
    return _new_edition(record, live.document, (head, theirs[1]), find)


def _new_edition(record, document, text: Text, find):
    record.is_brought = True
    return create_edition(document, text, find)


def _draft(record, newest, merged: Merge, find):
    left = [asdict(each) for each in merged.left]
    if same((merged.head, [each.values for each in merged.blocks]), _bare(text_of(newest))):
        return wait(record, left=left) if left else done(record)
    draft = newest.copy()
    put_into(draft, merged, find)
    record.is_brought = True
    return wait(record, draft, left)


def wait(record: Record, draft=None, left=()):
    """An editor has to decide: on a draft, or on what found no place."""
    record.waiting.add("edition")
    record.draft, record.left = draft.pk if draft else None, list(left)


def done(record: Record):
    """The text of the file is what to compare the next one with."""
    record.kept |= {part: record.theirs[part] for part in ("edition", "blocks")}
    # An editor may still be at work with what came before.
    record.draft, record.left = record.shipped.draft, record.shipped.left


def _is_said(left: dict, theirs: Text) -> bool:
    """Whether an update still says what found no place before."""
    return any(values.get(left["name"]) == left["text"] for values in (theirs[0], *theirs[1]))


def _bring_dates(live, base: Text, theirs: Text):
    """Somebody looked at the text again before it was shipped, and found it as it should be."""
    names = ("reviewed_on", "review_again_on")
    new = {name: theirs[0][name] for name in names if theirs[0][name] != base[0][name]}
    if live and new and all(read(live, {name})[name] == base[0][name] for name in new):
        type(live).objects.filter(pk=live.pk).update(**new)


def _is_offered(shipped: ShippedRecord, theirs: Text) -> bool:
    return (shipped.offered.get("edition"), shipped.offered.get("blocks")) == theirs


# What became of a draft


def settle(shipped: ShippedRecord, edition_model: type[Edition]):
    """When an editor saved, published or threw away the draft that an update made, the update is dealt with."""
    if shipped.draft is None:
        return
    draft = edition_model.objects.filter(pk=shipped.draft, live_from=None).first()
    if draft and is_untouched(draft):
        return
    if shipped.offered:
        accept(shipped, "edition", "blocks")
    if draft is None:
        shipped.draft, shipped.left = None, []


def accept(shipped: ShippedRecord, *parts: str):
    """What was shipped is dealt with: from now on it is what to compare with."""
    shipped.values = (shipped.values or {}) | {part: shipped.offered[part] for part in parts if part in shipped.offered}
    if all(shipped.values.get(part) == value for part, value in shipped.offered.items()):
        shipped.offered = None


def is_untouched(draft: Edition) -> bool:
    """Whether nobody has worked on a draft, nor shown it to somebody."""
    links = PreviewLink.objects.to(type(draft), draft.pk)
    return draft.version == 1 and draft.changed_by_id is None and not links.exists()


# Texts


def text_of(edition: Edition) -> Text:
    blocks = [{"type": block._meta.label_lower} | read(block) for block in edition.blocks()]
    return read(edition), blocks


def same(a: Text, b: Text) -> bool:
    return _bare(a) == _bare(b)


def merged_text(base: Text, ours: Text, theirs: Text) -> Merge:
    return merge(_bare(base), _bare(ours), _bare(theirs))


def _bare(text: Text) -> Text:
    return {name: value for name, value in text[0].items() if name not in ABOUT}, text[1]


def kept_text(values: dict | None, edition_model: type[Edition]) -> Text | None:
    """A text as it was kept, whole again; None where there is none."""
    if not values or "edition" not in values:
        return None
    blocks = []
    for kept in values["blocks"]:
        try:
            model = apps.get_model(kept["type"])
        except LookupError:
            continue
        blocks.append({"type": kept["type"]} | unpack(model, kept))
    return unpack(edition_model, values["edition"]), blocks


def shipped_before(shipped: ShippedRecord, document) -> Text | None:
    """What was shipped before. Where that was not kept, the first edition has it: it was loaded, and what is live is
    never changed."""
    if shipped.values is not None:
        return kept_text(shipped.values, document.editions.model)
    first = document.editions.filter(number=1, changed_by=None, live_from__lte=shipped.loaded_at).first()
    return text_of(first) if first else None


def create_edition(document, text: Text, find: Find) -> Edition:
    """A draft with a text."""
    # Its number is given when it is stored, and asked for when it is checked.
    edition = document.editions.create()
    head, blocks = text
    _write(edition, head, find)
    for place, values in enumerate(blocks, start=1):
        _create_block(edition, place * 10, values, find)
    return _finish(edition)


def put_into(draft: Edition, merged: Merge, find: Find):
    """Bring a draft to what was merged; blocks that stay keep their places in the database."""
    blocks = draft.blocks()
    _write(draft, merged.head, find)
    kept = {each.ours for each in merged.blocks}
    for place, block in enumerate(blocks):
        if place not in kept:
            block.delete()
    for place, each in enumerate(merged.blocks, start=1):
        if each.ours is None:
            _create_block(draft, place * 10, each.values, find)
            continue
        block = blocks[each.ours]
        block.ordering = place * 10
        _write(block, {name: value for name, value in each.values.items() if name != "type"}, find, owner=draft)
    _finish(draft)


def _create_block(edition, ordering: int, values: Values, find: Find):
    model = apps.get_model(values["type"])
    said = {name: value for name, value in values.items() if name != "type"}
    if is_whole(model, said, find):
        _write(model(parent=edition, region="main", ordering=ordering), said, find, owner=edition)


def _write(row, values: Values, find: Find, owner=None):
    usual = defaults(type(row)) if row.pk is None else read(row)
    write(row, {name: value for name, value in values.items() if value != usual[name]}, find)
    owner = owner or row
    if owner.number > 1:
        approve(row, owner, values)


def _finish(edition: Edition) -> Edition:
    edition.forget_blocks()
    edition.remember_facts()
    return edition
