"""What keeps an edition from being published, or from being as good as it could be."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext

from ..languages import CODES, DEFAULT
from ..richtext import half_keys, paragraphs
from .texts import is_rich, texts, translated_fields


@dataclass(frozen=True)
class Problem:
    """Something that must be mended before an edition can be published, and where: a field of the edition or of one of
    its blocks, or among the blocks of a kind. As a hint it is only worth mending."""

    message: str
    field: str = ""
    block: models.Model | type[models.Model] | None = None


class NotPublishable(ValidationError):
    """Publishing was refused: `problems` says why."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__([problem.message for problem in problems])


class AlreadyPublished(Exception):
    """Somebody else published this draft first."""


class ChangedMeanwhile(Exception):
    """Somebody else saved, published, withdrew or threw away what this was about."""


class DraftExists(Exception):
    """There is a draft already, and a document has only one: `draft`."""

    def __init__(self, draft):
        self.draft = draft


# What stands in one language only without anybody missing it.
TOLD_ELSEWHERE = {"change_note", "withdrawal_reason", "slug"}


def missing_translations(edition) -> list[Problem]:
    """Per language one hint where an edition has nothing in it; where it has a heading, every text that is missing."""
    found = []
    for code in CODES:
        if code == DEFAULT:
            continue
        language = {"language": str(dict(settings.LANGUAGES)[code]).lower()}
        if not getattr(edition, f"title_{code}"):
            message = gettext("It does not exist in %(language)s yet; readers see the Danish.") % language
            found.append(Problem(message, field=f"title_{code}"))
            continue
        for part in edition.parts():
            for name in translated_fields(type(part)):
                if name in TOLD_ELSEWHERE or not getattr(part, f"{name}_{DEFAULT}") or getattr(part, f"{name}_{code}"):
                    continue
                values = language | {"name": capfirst(str(part._meta.get_field(name).verbose_name))}
                message = gettext("“%(name)s” is missing in %(language)s.") % values
                found.append(Problem(message, field=f"{name}_{code}", block=None if part is edition else part))
    return found


def half_named(row: models.Model) -> Iterator[tuple[str, str]]:
    """The fields of an edition, a block or a row that name a fact with a bracket too few, each with what to tell."""
    for name, text in texts(row).items():
        if "{" not in text and "}" not in text:
            continue
        for line in paragraphs(text) if is_rich(row, name) else text.splitlines():
            for words in half_keys(line):
                yield name, gettext("A curly bracket is missing at “%(words)s”.") % {"words": words}


def unfilled(block) -> list[Problem]:
    """What a block cannot do without, and does not have yet: a draft may be saved all the same."""
    names = {name: capfirst(str(block._meta.get_field(name).verbose_name)) for name in translated_fields(type(block))}
    found = []
    for field in [*block._meta.concrete_fields, *block._meta.many_to_many]:
        if field.name in names or not may_wait(field):
            continue
        value = getattr(block, field.name)
        if not (value.all() if field.many_to_many else str(value or "").strip()):
            name = names.get(field.name.rpartition("_")[0]) or capfirst(str(field.verbose_name))
            found.append(Problem(gettext("“%(name)s” is not filled in.") % {"name": name}, field=field.name))
    return found


def may_wait(field: models.Field) -> bool:
    """Whether a field of a block is needed, but can be stored empty until then."""
    if field.blank or field.choices or not field.editable or field.name in ("parent", "region", "ordering"):
        return False
    return field.null or field.many_to_many or isinstance(field, (models.CharField, models.TextField))
