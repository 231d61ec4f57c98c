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


def placed(edition, problems: list[Problem]) -> list[Item]:
    """The problems in their order, each told once for its place."""
    rows: dict[type, list[int]] = {}
    items = []
    for problem in problems:
        anchor, name = f"id_{problem.field}" if problem.field else "", ""
        if isinstance(problem.block, type):
            anchor = f"{_prefix(problem.block)}-group"
        elif problem.block is not None:
            model = type(problem.block)
            if model not in rows:
                # In the order in which the form counts them.
                rows[model] = list(model._default_manager.filter(parent=edition).values_list("pk", flat=True))
            if problem.block.pk in rows[model]:
                row = f"{_prefix(model)}-{rows[model].index(problem.block.pk)}"
                anchor = f"id_{row}-{problem.field}" if problem.field else row
            name = _name(problem.block)
        items.append(Item(problem.message, anchor, name))
    return list(dict.fromkeys(items))


def _prefix(block_model) -> str:
    return block_model._meta.get_field("parent").remote_field.get_accessor_name()


def _name(block) -> str:
    kind, words = capfirst(str(block._meta.verbose_name)), str(block).strip()
    return f"{kind}: {words}" if words else kind
