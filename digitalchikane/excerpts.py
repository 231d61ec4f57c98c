"""The words around something on a page: enough for an editor to see at a glance which sentence is meant."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import models

from . import richtext
from .publishing.models import Edition
from .publishing.texts import is_rich, texts

ROOM = 90


@dataclass(frozen=True)
class Excerpt:
    """A piece of a text with what was looked for in the middle, and where in the edition it stands."""

    before: str
    words: str
    after: str
    # The heading above it; empty before the first.
    section: str
    part: models.Model
    field: str

    @property
    def language(self) -> str:
        return self.field.rpartition("_")[2]


def of_fact(thing: models.Model, key: str, in_words: Callable[[str], str]) -> Iterator[Excerpt]:
    """Everywhere in an edition or a row where a text names a fact. `in_words` puts the other facts in."""
    for part, section in _with_sections(thing):
        for field, text in texts(part).items():
            for paragraph in _paragraphs(part, field, text):
                for match in richtext.FACT_KEY.finditer(paragraph):
                    if match.group(1) == key:
                        yield Excerpt(*_around(paragraph, match.span(), in_words), section, part, field)


def of_link(thing: models.Model, href: str, in_words: Callable[[str], str]) -> Iterator[Excerpt]:
    """Everywhere in an edition or a row where a text links to an address."""
    for part, section in _with_sections(thing):
        for field, text in texts(part).items():
            for paragraph, start, end in richtext.linked(text, href) if is_rich(part, field) else ():
                yield Excerpt(*_around(paragraph, (start, end), in_words), section, part, field)
        if getattr(part, "link", "") == href:
            # A field of its own: the words of the part are those of the link.
            yield Excerpt("", in_words(str(part)), "", section, part, "link")


def _with_sections(thing: models.Model) -> Iterator[tuple[models.Model, str]]:
    section = ""
    for part in thing.parts() if isinstance(thing, Edition) else [thing]:
        # A block with an anchor opens a section.
        if hasattr(part, "anchor"):
            section = str(part)
        yield part, section


def _paragraphs(part: models.Model, field: str, text: str) -> list[str]:
    return richtext.paragraphs(text) if is_rich(part, field) else text.splitlines()


def _around(paragraph: str, span: tuple[int, int], in_words: Callable[[str], str]) -> tuple[str, str, str]:
    before, after = in_words(paragraph[: span[0]]), in_words(paragraph[span[1] :])
    if len(before) > ROOM:
        before = "… " + before[-ROOM:].partition(" ")[2]
    if len(after) > ROOM:
        after = after[:ROOM].rpartition(" ")[0] + " …"
    return before, in_words(paragraph[slice(*span)]), after
