"""What is missing from an edition, each with the place in its form where it is mended."""

from dataclasses import dataclass

from django.utils.text import capfirst

from .problems import Problem


@dataclass(frozen=True)
class Item:
    message: str
    # The end of an address: a field, the row of a block, or nothing.
    anchor: str
    # Which block it is about, in words.
    block: str = ""


def placed(edition, problems: list[Problem], sent=None) -> list[Item]:
    """The problems in their order, each told once for its place in the form of the edition, or in one that was sent."""
    rows: dict[type, list[int]] = {}
    items = []
    for problem in problems:
        anchor, name = f"id_{problem.field}" if problem.field else "", ""
        if isinstance(problem.block, type):
            anchor = f"{prefix_of(problem.block)}-group"
        elif problem.block is not None:
            model = type(problem.block)
            if model not in rows:
                # In the order in which the form counts them.
                stored = list(model._default_manager.filter(parent=edition).values_list("pk", flat=True))
                rows[model] = stored if sent is None else _rows_of(prefix_of(model), sent, stored)
            if problem.block.pk in rows[model]:
                row = f"{prefix_of(model)}-{rows[model].index(problem.block.pk)}"
                anchor = f"id_{row}-{problem.field}" if problem.field else row
            name = _name(problem.block)
        items.append(Item(problem.message, anchor, name))
    return list(dict.fromkeys(items))


def _rows_of(prefix: str, sent, stored: list[int]) -> list[int | None]:
    """The blocks in the rows of a form that was sent. New ones have no number in it; they got theirs row by row."""
    count = sent.get(f"{prefix}-TOTAL_FORMS", "")
    named = [sent.get(f"{prefix}-{row}-id", "") for row in range(min(int(count), 1000) if count.isdigit() else 0)]
    known = {int(number) for number in named if number.isdigit()}
    fresh = iter(sorted(set(stored) - known))
    return [int(number) if number.isdigit() else next(fresh, None) for number in named]


def refused(form, formsets) -> list[Item]:
    """What is wrong in a form that was sent, each with the field it is about. A long form hides it otherwise."""
    items = [*_errors(form)]
    for formset in formsets:
        for row in formset.forms:
            items += _errors(row, _name(row.instance) if row.instance.pk else _kind(row.instance))
    return items


def _errors(form, block="") -> list[Item]:
    return [
        Item(message, form[name].id_for_label if name in form.fields else "", block)
        for name, messages in form.errors.items()
        for message in messages
    ]


def prefix_of(block_model) -> str:
    """What the names of its fields in a form begin with."""
    return block_model._meta.get_field("parent").remote_field.get_accessor_name()


def _name(block) -> str:
    kind, words = _kind(block), str(block).strip()
    return f"{kind}: {words}" if words else kind


def _kind(block) -> str:
    return capfirst(str(block._meta.verbose_name))
