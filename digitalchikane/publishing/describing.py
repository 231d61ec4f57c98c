"""An edition in words: parts (its head, its blocks), which have fields, which have lines, which have words that know
how they look. Made for comparing, so two parts are equal where a reader could see no difference."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext

from .. import richtext
from ..languages import CODES, DEFAULT
from .texts import translated_fields


@dataclass(frozen=True)
class Word:
    """A word with the space after it, and how it looks."""

    text: str
    is_strong: bool = False
    is_emphasised: bool = False
    href: str = ""


@dataclass(frozen=True)
class Line:
    """A paragraph, a heading, an item of a list or a value. `kind` is the tag it has in rich text."""

    words: tuple[Word, ...]
    kind: str = "p"

    def __str__(self):
        return "".join(word.text for word in self.words)


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    language: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Part:
    """The head of an edition, or one of its blocks."""

    model: type
    name: str
    fields: tuple[Field, ...]

    def __str__(self):
        return "\n".join(str(line) for each in self.fields for line in each.lines)


# Describing


def parts(edition) -> list[Part]:
    """An edition as it is compared: what belongs to one edition alone, such as its change note, is left out."""
    head = described(type(edition), stored(edition), leave={"change_note", "is_silent", "reviewed_on"})
    blocks = [described(type(block), stored(block)) for block in edition.blocks()]
    return [replace(head, name=gettext("At the top")), *blocks]


def everything(edition) -> list[Part]:
    """An edition in words with nothing left out."""
    return [described(type(part), stored(part)) for part in edition.parts()]


def stored(obj) -> Callable:
    """The values of a stored row by the names of its fields."""

    def value(name: str):
        found = getattr(obj, name)
        return list(found.all()) if hasattr(found, "all") else found

    return value


def described(model: type[models.Model], value: Callable, leave=frozenset()) -> Part:
    """A part from its values, field by field in the order of the form, empty ones left out."""
    translated = translated_fields(model)
    found = []
    for each in [*model._meta.concrete_fields, *model._meta.many_to_many]:
        base, _underscore, code = each.name.rpartition("_")
        in_language = base in translated and code in CODES
        name = base if in_language else each.name
        if name in leave or each.name in translated or not _is_content(each):
            continue
        if lines := tuple(lines_of(each, value(each.name))):
            label = label_of(model._meta.get_field(name), code if in_language else "")
            found.append(Field(each.name, label, code if in_language else "", lines))
    return Part(model, capfirst(str(model._meta.verbose_name)), tuple(found))


def _is_content(each: models.Field) -> bool:
    return each.editable and not each.primary_key and each.name not in ("parent", "region", "ordering")


def label_of(each: models.Field, language: str) -> str:
    name = capfirst(str(each.verbose_name))
    if language in ("", DEFAULT):
        return name
    language = dict(settings.LANGUAGES)[language]
    return gettext("%(name)s (%(language)s)") % {"name": name, "language": str(language).lower()}


def lines_of(each: models.Field, value) -> Iterator[Line]:
    """The value of a field as it is compared."""
    if isinstance(each, richtext.RichTextField):
        yield from rich_lines(value or "")
    elif isinstance(value, (list, tuple)):
        yield from (Line(_words(_named(item)), "li") for item in value)
    elif isinstance(value, models.Model):
        yield Line(_words(_named(value)))
    elif isinstance(value, bool):
        yield Line(_words(gettext("yes") if value else gettext("no")))
    elif isinstance(value, date):
        yield Line(_words(date_format(value, "j. F Y")))
    elif value not in (None, ""):
        words = str(dict(each.flatchoices).get(value, value))
        yield from (Line(_words(line)) for line in words.splitlines() if line.strip())


def _named(item) -> str:
    """A row by its name, and by its key where two may have one name."""
    name = item.current_edition() if hasattr(item, "current_edition") else item
    return f"{name or item} ({item.key})" if hasattr(item, "key") else str(item)


def _words(text: str, **look) -> tuple[Word, ...]:
    return tuple(Word(word, **look) for word in re.findall(r"\S+\s*|\s+", text))


def rich_lines(html: str) -> list[Line]:
    """Rich text as lines, each with the tag of its block; words keep whether they are bold, and where they lead."""
    found: list[tuple[str, list[Word]]] = []

    def walk(node, kind: str, look: dict):
        if isinstance(node, str):
            text = re.sub(r"\s+", " ", node)
            if text.strip() or (found and found[-1][1]):
                found[-1][1].extend(_words(text, **look))
            return
        match node.tag:
            case "br":
                found.append((kind, []))
            case "strong":
                look = look | {"is_strong": True}
            case "em":
                look = look | {"is_emphasised": True}
            case "a":
                look = look | {"href": node.href}
            case "p" if kind in ("li", "blockquote"):
                found.append((kind, []))
            case "ul" | "ol" | "":
                pass
            case tag:
                kind = tag
                found.append((kind, []))
        for child in node.children:
            walk(child, kind, look)

    found.append(("p", []))
    walk(richtext.parse(html), "p", {})
    return [Line(_trimmed(words), kind) for kind, words in found if any(word.text.strip() for word in words)]


def _trimmed(words: list[Word]) -> tuple[Word, ...]:
    """Without the space at the end of a line, which no reader sees."""
    while words and not words[-1].text.strip():
        words = words[:-1]
    return (*words[:-1], replace(words[-1], text=words[-1].text.rstrip()))
