"""The index that each worker keeps, made anew when content has changed or the clock changes it."""

import threading
from dataclasses import dataclass

from django.utils import translation

from digitalchikane import contentversion
from digitalchikane.languages import CODES
from digitalchikane.spans import Span

from ..models import Synonym, Term
from .aliases import Alias
from .entries import Collector, Passage, listed
from .index import Index
from .words import tokens


@dataclass(frozen=True)
class Kept:
    index: Index
    span: Span


kept: dict[str, Kept] = {}
_making = threading.Lock()


def index_for(language: str) -> Index:
    """The index of what readers can reach in a language now."""
    version = contentversion.number()
    found = kept.get(language)
    if found is None or not found.span.holds(version):
        # Made once, however many ask; the others wait for it.
        with _making:
            found = kept.get(language)
            if found is None or not found.span.holds(version):
                found = kept[language] = _make(language, version)
    return found.index


def forget():
    """Make every index anew when it is next asked for."""
    kept.clear()


def _make(language: str, version: int) -> Kept:
    span = Span(version)
    with translation.override(language):
        index = Index(Collector().entries(), aliases(language), language)
    return Kept(index, span)


def aliases(language: str) -> list[Alias]:
    """What editors say means the same: rows of search words, and the other names of terms."""
    rows = [
        Alias(
            words=_passages(row, "words"),
            finds=_passages(row, "finds"),
            leads_to=row.leads_to,
            is_danger=row.is_danger,
        )
        for row in Synonym.objects.all()
    ]
    terms = [Alias(words=_passages(term, "also") + _passages(term, "word")) for term in Term.objects.all() if term.also]
    return [alias for alias in rows + terms if alias.words]


def _passages(row, name: str) -> tuple[Passage, ...]:
    """The words of a row in every language it has them in: people mix languages."""
    return tuple(
        Passage(each, code) for code in CODES for each in listed(getattr(row, f"{name}_{code}")) if tokens(each)
    )
