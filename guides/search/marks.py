"""How a result shows why it was found: the words that were meant, marked, and the passage where most of them stand."""

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .entries import Entry, Passage
from .words import WORD, forms, key_of_content

LENGTH = 190


def marked(passage: Passage, marks: frozenset[str]) -> SafeString:
    """A text as markup, with the words marked that are among those looked for."""
    pieces, end = [], 0
    for start, stop in _found(passage, marks):
        pieces += [escape(passage.text[end:start]), mark_safe("<mark>"), escape(passage.text[start:stop])]
        pieces.append(mark_safe("</mark>"))
        end = stop
    pieces.append(escape(passage.text[end:]))
    return mark_safe("".join(pieces))


def excerpt(entry: Entry, marks: frozenset[str]) -> Passage | None:
    """The passage that has most of the words, cut to a few lines; else what the entry says first."""
    passages = [*([entry.summary] if entry.summary else []), *entry.body]
    if not passages:
        return None
    # The first of those that are equally good.
    best = max(passages, key=lambda passage: len(_keys(passage, marks)))
    return _cut(best, marks)


def _cut(passage: Passage, marks: frozenset[str]) -> Passage:
    text = passage.text
    if len(text) <= LENGTH:
        return passage
    first = next((start for start, _stop in _found(passage, marks)), 0)
    start = 0
    if first > LENGTH // 2:
        # From the beginning of a sentence or a word a little before the first word that is marked.
        sentence = text.rfind(". ", first - LENGTH // 2, first)
        start = sentence + 2 if sentence >= 0 else text.find(" ", first - LENGTH // 3) + 1
    piece = text[start : start + LENGTH]
    if start + LENGTH < len(text):
        piece = piece.rsplit(" ", 1)[0].rstrip(",;:–") + " …"
    return Passage(("… " if start else "") + piece, passage.language)


def _found(passage: Passage, marks: frozenset[str]) -> list[tuple[int, int]]:
    return [
        match.span()
        for match in WORD.finditer(passage.text)
        if any(key_of_content(form, passage.language) in marks for form in forms(match.group().lower()))
    ]


def _keys(passage: Passage, marks: frozenset[str]) -> set[str]:
    words = (match.group().lower() for match in WORD.finditer(passage.text))
    return {one for word in words for form in forms(word) if (one := key_of_content(form, passage.language)) in marks}
