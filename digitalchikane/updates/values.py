"""A row as plain values by field, as a file of `fixtures/` gives them: what is compared, merged and kept as JSON.

Related rows are named by their keys, days written as in ISO 8601, texts cleaned as they are when they are stored. So a
file, a row of the database and what was kept of an older update can be held together.
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from django.db import models

from ..languages import CODES, DEFAULT
from ..publishing.models import Block
from ..publishing.texts import translated_fields
from ..richtext import RichTextField, clean

Values = dict[str, Any]
# Finds a related row by its key; None where an editor has taken it away.
Find = Callable[[type[models.Model], str], models.Model | None]

# Where a block stands is told by its place in the list.
PLACE = {"parent", "region", "ordering"}


class UnknownField(Exception):
    """A file names a field that there is not."""

    def __init__(self, name: str):
        self.name = name
        super().__init__(name)


@cache
def content_fields(model: type[models.Model]) -> dict[str, models.Field]:
    """What can be said of a row: the fields that editors fill in, of translated ones the languages."""
    left_out = set(translated_fields(model)) | (PLACE if issubclass(model, Block) else set())
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    return {
        field.name: field for field in fields if field.editable and not field.primary_key and field.name not in left_out
    }


def defaults(model: type[models.Model]) -> Values:
    """What a row says as long as nobody has said anything."""
    return dict(_defaults(model))


@cache
def _defaults(model: type[models.Model]) -> Values:
    blank = model()
    return {
        name: [] if field.many_to_many else None if field.is_relation else _normal(field, getattr(blank, name))
        for name, field in content_fields(model).items()
    }


def normal(model: type[models.Model], data: Values) -> Values:
    """The values of a file, whole. Raises UnknownField."""
    fields = content_fields(model)
    for name in data:
        if name not in fields:
            raise UnknownField(name)
    return defaults(model) | {name: _normal(fields[name], value) for name, value in data.items()}


def read(row: models.Model, names=None) -> Values:
    """The values of a stored row."""
    found = {}
    for name, field in content_fields(type(row)).items():
        if names is not None and name not in names:
            continue
        if field.many_to_many:
            found[name] = sorted(related.key for related in getattr(row, name).all())
        elif field.is_relation:
            related = getattr(row, name)
            found[name] = related.key if related else None
        else:
            found[name] = _normal(field, getattr(row, name))
    return found


def write(row: models.Model, values: Values, find: Find):
    """Put values into a row, check it as a form would, and store it. Raises ValidationError."""
    fields, many = content_fields(type(row)), {}
    for name, value in values.items():
        field = fields[name]
        if field.many_to_many:
            many[name] = [found for key in value if (found := find(field.related_model, key))]
        elif field.is_relation:
            setattr(row, name, find(field.related_model, value) if value else None)
        else:
            # Two empty addresses would collide, two that are missing do not.
            setattr(row, name, None if value == "" and field.null else value)
    left_out = set(translated_fields(type(row)))
    if isinstance(row, Block):
        # The edition that it belongs to is there, and what the database requires of a block its fields require too.
        row.full_clean(exclude=left_out | {"parent"}, validate_constraints=False)
    else:
        row.full_clean(exclude=left_out)
    row.save()
    for name, related in many.items():
        getattr(row, name).set(related)


def is_whole(model: type[models.Model], values: Values, find: Find) -> bool:
    """Whether what a block shows is still there: nothing is left of a list when editors took away all it names."""
    for name, field in content_fields(model).items():
        keys = values[name] if field.many_to_many else [values[name]] if field.is_relation and values[name] else []
        if keys and not field.blank and not any(find(field.related_model, key) for key in keys):
            return False
    return True


def unpack(model: type[models.Model], kept: Values) -> Values:
    """What was kept, whole again. A field that has since gone is left out, one that came has its default."""
    usual = defaults(model)
    return usual | {name: value for name, value in kept.items() if name in usual}


def danish_of(name: str, values: Values) -> str | None:
    """The Danish text that a text in another language goes with; None for what is not a translation."""
    stem, _, code = name.rpartition("_")
    danish = f"{stem}_{DEFAULT}"
    return danish if code in CODES and code != DEFAULT and danish in values else None


def _normal(field: models.Field, value):
    if field.many_to_many:
        return sorted(set(value))
    if isinstance(value, str):
        value = value.strip()
        return clean(value) if isinstance(field, RichTextField) else value
    if isinstance(value, date):
        return value.isoformat()
    if value is None and isinstance(field, (models.CharField, models.TextField)):
        return ""
    return value
