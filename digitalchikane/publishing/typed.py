"""What somebody typed into the form of an edition that was saved by somebody else in the meantime.

The form says what its texts were when it was opened, as short digests (`seen`). So it is known of each field who
changed it since: what only the other changed is taken into the form, what only the editor typed stays, and where both
wrote, the editor's words stay and the other's are shown beside them. Nothing is saved before somebody looked.
"""

import json
import re
from dataclasses import dataclass, field
from hashlib import blake2b

from django import forms
from django.utils.text import capfirst

from ..languages import CODES
from .checklist import prefix_of
from .comparison import FieldChange, field_changes
from .describing import Part, described, label_of, stored
from .models import block_models
from .texts import translated_fields

YOU, OTHER, BOTH = "you", "other", "both"


# What a form has seen


def seen(edition) -> str:
    """The state of an edition and its blocks, small enough to travel with its form."""
    found = _digests("", described(type(edition), stored(edition)))
    for block in edition.blocks():
        found |= _digests(_key(block), described(type(block), stored(block)))
        found[f"{_key(block)}:ordering"] = str(block.ordering)
    return json.dumps(found, separators=(",", ":"))


def _key(block) -> str:
    return f"{block._meta.model_name}.{block.pk}"


def _digests(key: str, part: Part) -> dict[str, str]:
    return {f"{key}:{each.name}": _digest(each) for each in part.fields}


def _digest(field) -> str:
    """Equal where a reader could see no difference."""
    words = [
        (line.kind, [(w.text.strip(), w.is_strong, w.is_emphasised, w.href) for w in line.words if w.text.strip()])
        for line in (field.lines if field else ())
    ]
    return blake2b(repr(words).encode(), digest_size=6).hexdigest() if words else ""


def read_seen(text: str) -> dict[str, str] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


# A form whose draft is gone


def led_over(data, new):
    """The form of an edition as a form of another one: its blocks are named as those there that are most like what the
    form has seen of them."""
    data = data.copy()
    before, after = read_seen(data.get("seen", "")) or {}, json.loads(seen(new))
    for model in {type(block) for block in new.blocks()}:
        kind, ids = model._meta.model_name, re.compile(rf"{prefix_of(model)}-\d+-id")
        names = [name for name in data if ids.fullmatch(name) and data[name]]
        old = sorted({data[name] for name in names}, key=lambda number: (len(number), number))
        there = [str(block.pk) for block in new.blocks() if type(block) is model]
        numbers = _most_alike([_said(before, kind, each) for each in old], [_said(after, kind, each) for each in there])
        numbers = {old[i]: there[k] for i, k in numbers.items()}
        for name in names:
            data[name] = numbers.get(data[name], data[name])
        for key in [key for key in before if key.startswith(f"{kind}.")]:
            number, _colon, field_name = key.removeprefix(f"{kind}.").partition(":")
            if number in numbers:
                before[f"{kind}.{numbers[number]}:{field_name}"] = before.pop(key)
    data["seen"] = json.dumps(before)
    return data


def _said(digests: dict, kind: str, number: str) -> set:
    start = f"{kind}.{number}:"
    return {(key.removeprefix(start), str(each)) for key, each in digests.items() if each and key.startswith(start)}


def _most_alike(old: list[set], new: list[set]) -> dict[int, int]:
    """Which became which: those that have most in common first, of equally alike ones those in the same place."""
    pairs = [(-len(a & b), abs(i - k), i, k) for i, a in enumerate(old) for k, b in enumerate(new)]
    found: dict[int, int] = {}
    for _alike, _distance, i, k in sorted(pairs):
        if i not in found and k not in found.values():
            found[i] = k
    return found


def words_of(data, edition_model) -> list[tuple[str, str]]:
    """Every text in a form with the name of its field: all that is left where the page itself is gone."""
    models_by_prefix = {prefix_of(model): model for model in block_models(edition_model)}
    found = []
    for name in data:
        prefix, _hyphen, rest = name.partition("-")
        number, _hyphen, field_name = rest.partition("-")
        model = models_by_prefix.get(prefix) if number.isdigit() else edition_model
        base, _underscore, code = (field_name or name).rpartition("_")
        if model and code in CODES and base in translated_fields(model) and data[name].strip():
            label = label_of(model._meta.get_field(base), code)
            kind = "" if model is edition_model else f"{capfirst(str(model._meta.verbose_name))}: "
            found.append((f"{kind}{label}", data[name]))
    return found


# What was typed


@dataclass
class Row:
    """One block in the form, or one that is stored and not in the form."""

    prefix: str
    index: int | None
    form: forms.ModelForm | None
    block: object | None
    is_removed: bool = False
    # Fields in which only the other wrote: their stored values go into the form.
    taken: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Difference:
    """One part of the page in which the form and what is stored differ, and who made it so."""

    name: str
    # `changed`, `added` or `removed` by whom; `gone` where the other removed it.
    kind: str
    who: str
    fields: list[tuple[str, FieldChange]]


class Typed:
    """A form as it was sent, beside an edition as it is stored."""

    def __init__(self, admin, request, edition):
        self.admin, self.request, self.data, self.edition = admin, request, request.POST, edition
        self.seen = read_seen(self.data.get("seen", ""))
        self.taken: list[str] = []
        self.head = self._bound_head()
        self.rows = [row for formset in self._formsets(bound=True) for row in self._rows(formset)]
        self.differences = [self._of_head(), *(self._of_row(row) for row in self.rows)]
        self.differences = [each for each in self.differences if each]

    # Reading

    def _bound_head(self):
        form_class = self.admin.get_form(self.request, self.edition, change=True)
        form = form_class(self.data, instance=self._fresh())
        form.is_valid()
        return form

    def _fresh(self):
        """The stored edition once more: a form that is looked through changes its own."""
        return type(self.edition)._base_manager.get(pk=self.edition.pk)

    def _formsets(self, bound: bool):
        for formset_class, inline in self.admin.get_formsets_with_inlines(self.request, self.edition):
            options = {"instance": self._fresh(), "queryset": inline.get_queryset(self.request)}
            formset = formset_class(self.data, **options) if bound else formset_class(**options)
            if not bound or formset.management_form.is_valid():
                yield formset

    def _rows(self, formset) -> list[Row]:
        blocks = {block.pk: block for block in self.edition.blocks() if type(block) is formset.model}
        rows = []
        for index, form in enumerate(formset.forms):
            form.is_valid()
            number = self.data.get(f"{formset.prefix}-{index}-id", "")
            block = blocks.pop(int(number), None) if number.isascii() and number.isdigit() else None
            removed = f"{formset.prefix}-{index}-DELETE" in self.data
            rows.append(Row(formset.prefix, index, form, block, removed))
        # A block that was new in a form that was sent twice is stored already.
        for row in [row for row in rows if row.block is None and not row.is_removed]:
            typed = self._part(row)
            twin = next((each for each in blocks.values() if described(type(each), stored(each)) == typed), None)
            if twin:
                row.block = blocks.pop(twin.pk)
        return rows + [Row(formset.prefix, None, None, block) for block in blocks.values()]

    @staticmethod
    def _part(row: Row) -> Part:
        return described(row.form._meta.model, _typed_values(row.form))

    # Comparing

    def _who(self, key: str, name: str, typed, found) -> str:
        if self.seen is None:
            return BOTH
        was = self.seen.get(f"{key}:{name}", "")
        if _digest(found) == was:
            return YOU
        return OTHER if _digest(typed) == was else BOTH

    def _number(self, row: Row) -> str:
        """What the form names the block by, if it was stored when the form was opened."""
        return self.data.get(f"{row.prefix}-{row.index}-id", "")

    def _who_of_gone(self, row: Row, typed: Part) -> str:
        """Of a block that somebody else removed: whether the editor had changed it."""
        key = f"{row.form._meta.model._meta.model_name}.{self._number(row)}"
        before = {name: each for name, each in (self.seen or {}).items() if each and name.startswith(f"{key}:")}
        if before.pop(f"{key}:ordering", None) is None:
            return BOTH
        return OTHER if before == {name: each for name, each in _digests(key, typed).items() if each} else BOTH

    def _changed_fields(self, key: str, found: Part, typed: Part) -> list[tuple[str, FieldChange]]:
        before, after = ({each.name: each for each in part.fields} for part in (found, typed))
        return [
            (self._who(key, change.name, after.get(change.name), before.get(change.name)), change)
            for change in field_changes(found, typed)
            if _digest(before.get(change.name)) != _digest(after.get(change.name))
        ]

    def _of_head(self) -> Difference | None:
        model = type(self.edition)
        found, typed = described(model, stored(self.edition)), described(model, _typed_values(self.head))
        changes = [pair for pair in self._changed_fields("", found, typed) if pair[1].name in self.head.fields]
        self.taken = [change.name for who, change in changes if who == OTHER]
        return _difference(found.name, "changed", changes)

    def _of_row(self, row: Row) -> Difference | None:
        key = _key(row.block) if row.block else ""
        found = described(type(row.block), stored(row.block)) if row.block else None
        if row.form is None:
            return Difference(found.name, "added", OTHER, [(OTHER, each) for each in field_changes(found, None)])
        if row.is_removed:
            if found is None:
                return None
            changed = self.seen is None or any(self.seen.get(name, "") != d for name, d in _digests(key, found).items())
            who = BOTH if changed else YOU
            return Difference(found.name, "removed", who, [(who, each) for each in field_changes(found, None)])
        typed = self._part(row)
        if found is None:
            kind, who = ("gone", self._who_of_gone(row, typed)) if self._number(row) else ("added", YOU)
            row.is_removed = who == OTHER
            return Difference(typed.name, kind, who, [(who, each) for each in field_changes(None, typed)])
        changes = self._changed_fields(key, found, typed)
        row.taken = [change.name for who, change in changes if who == OTHER]
        if self.seen is not None and row.form["ordering"].value() == self.seen.get(f"{key}:ordering"):
            row.taken.append("ordering")
        return _difference(found.name, "changed", changes)

    @property
    def whos(self) -> set[str]:
        """Who made the differences."""
        return {who for each in self.differences for who in [who for who, _change in each.fields] or [each.who]}

    # What goes on

    def merged(self):
        """The form's data as it goes on: what only the other changed is taken in, and blocks are numbered as they are
        stored now. Blocks that somebody else removed and the editor changed go on as new ones."""
        data = self.data.copy()
        unbound = self.admin.get_form(self.request, self.edition, change=True)(instance=self._fresh())
        for name in self.taken:
            _set(data, unbound[name], name)
        for formset in self._formsets(bound=False):
            self._merge_blocks(data, formset)
        data["seen"] = seen(self.edition)
        return data

    def _merge_blocks(self, data, formset):
        prefix = formset.prefix
        rows = [row for row in self.rows if row.prefix == prefix]
        if not rows:
            return
        unbound = {form.instance.pk: form for form in formset.initial_forms}
        rows = [row for row in rows if row.block] + [row for row in rows if not row.block and not row.is_removed]
        for name in [name for name in data if name.startswith(f"{prefix}-") and name.split("-")[1].isdigit()]:
            del data[name]
        for number, row in enumerate(rows):
            start, old = f"{prefix}-{number}-", f"{prefix}-{row.index}-"
            for name in [name for name in self.data if row.form and name.startswith(old)]:
                data.setlist(start + name.removeprefix(old), self.data.getlist(name))
            form = unbound.get(row.block.pk) if row.block else None
            for bound in form or ():
                if row.form is None or bound.name in row.taken:
                    _set(data, bound, start + bound.name)
            data[f"{start}id"] = str(row.block.pk) if row.block else ""
            data[f"{start}parent"] = str(self.edition.pk)
        data[f"{prefix}-INITIAL_FORMS"] = str(len([row for row in rows if row.block]))
        data[f"{prefix}-TOTAL_FORMS"] = str(len(rows))


def _typed_values(form):
    """The values of a form by the names of its model's fields: as they were understood, otherwise as they were sent."""

    def value(name: str):
        if name not in form.fields:
            return stored(form.instance)(name) if form.instance.pk or not _is_many(form, name) else []
        if name in form.cleaned_data:
            found = form.cleaned_data[name]
            return list(found) if hasattr(found, "all") else found
        return form[name].value() or ""

    return value


def _is_many(form, name: str) -> bool:
    return form._meta.model._meta.get_field(name).many_to_many


def _difference(name: str, kind: str, changes) -> Difference | None:
    if not changes:
        return None
    whos = {who for who, _change in changes}
    return Difference(name, kind, whos.pop() if len(whos) == 1 else BOTH, changes)


def _set(data, bound: forms.BoundField, name: str):
    """Put the value that a form would show into what is sent."""
    value = bound.value()
    if isinstance(bound.field, forms.BooleanField):
        values = ["on"] if value else []
    elif isinstance(bound.field, forms.ModelMultipleChoiceField):
        values = [str(getattr(each, "pk", each)) for each in value or []]
    else:
        shown = bound.field.widget.format_value(value)
        values = [str(shown if not isinstance(shown, list) else next(iter(shown), ""))] if value is not None else [""]
    if values:
        data.setlist(name, values)
    else:
        data.pop(name, None)
