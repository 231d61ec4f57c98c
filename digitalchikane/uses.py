"""Where a thing is used: what names, shows or leads to a fact, page, card, route, source or term.

Asked before anything is taken away, and shown to editors as “Bruges på”. It looks through every table of content, so
that what is added later, such as letters, is found without being named here. Tools whose facts are named in the code
register themselves in `TOOLS`.
"""

from collections.abc import Callable

from django.apps import apps
from django.db import models
from django.db.models import Q

from . import references
from .models import OldAddress
from .publishing.models import Block, Document, Edition, State, block_models
from .publishing.texts import translated_fields
from .richtext import fact_keys, links

APPS = ["guides", "conversations"]
# Functions that tell which tools use the fact with a key. A tool has a name (str) and get_absolute_url().
TOOLS: list[Callable[[str], list]] = []


def of(thing) -> list:
    """Editions that readers meet or are going to meet, drafts too, then all other rows and tools; each once."""
    from guides.models import Fact

    thing = getattr(thing, "document", thing)
    found = [row for model in _models() for row in _in(model, thing)]
    if isinstance(thing, Fact):
        found += [tool for tools in TOOLS for tool in tools(thing.key)]
    return list(dict.fromkeys(row for row in found if row != thing))


def _models():
    """All tables of content, editions first."""
    from guides.models import FactWording

    every = [OldAddress, *(model for app in APPS for model in apps.get_app_config(app).get_models())]
    # A wording is part of its fact; documents protect each other in the database.
    every = [model for model in every if not issubclass(model, (Block, Document, FactWording))]
    return sorted(every, key=lambda model: not issubclass(model, Edition))


def _in(model, thing) -> list:
    if not issubclass(model, Edition):
        return list({row.pk: row for row in _rows(model, thing)}.values())
    from guides.models import Fact

    parents = {row.pk for row in _rows(model, thing)}
    # An edition remembers the facts of all its blocks.
    for block in () if isinstance(thing, Fact) else block_models(model):
        parents |= {row.parent_id for row in _rows(block, thing)}
    editions = model.objects.with_state().filter(pk__in=parents).exclude(state=State.SUPERSEDED)
    if isinstance(thing, Document) and model is thing.editions.model:
        # What stands in its own editions about itself goes with it.
        editions = editions.exclude(document=thing)
    return list(editions.select_related("document").order_by("document__position", "document__pk", "pk"))


def _rows(model, thing):
    """Rows that point at the thing, and rows that name it in a text."""
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    pointing = [Q(**{field.name: thing}) for field in fields if field.related_model is type(thing)]
    if pointing:
        yield from model._default_manager.filter(_any(pointing))
    # Not the columns without a language: they hold whatever was saved last in any.
    names = {field.attname for field in fields if isinstance(field, (models.CharField, models.TextField))}
    names -= set(translated_fields(model))
    mark = _mark(thing)
    if names and mark:
        # The mark may be the beginning of a longer one: look at what was found.
        for row in model._default_manager.filter(_any([Q(**{f"{name}__contains": mark}) for name in names])):
            if any(_is_named(mark, value, thing) for name in names if (value := getattr(row, name))):
                yield row


def _any(conditions: list[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found


def _mark(thing) -> str:
    """How texts name a thing; nothing where only other rows can point at it."""
    from guides.models import Fact, Term
    from guides.models.pages import MainPage

    if isinstance(thing, Fact):
        return thing.key
    if isinstance(thing, Term):
        return f"side:{MainPage.GLOSSARY}#{thing.key}"
    return references.to(thing) if type(thing)._meta.label in references.SCHEMES.values() else ""


def _is_named(mark: str, text: str, thing) -> bool:
    from guides.models import Fact

    if isinstance(thing, Fact):
        return mark in fact_keys(text)
    return any(link == mark or link.startswith(f"{mark}#") for link in [text, *links(text)])
