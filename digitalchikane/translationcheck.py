"""What readers of other languages miss: texts that are Danish only, and translations of another Danish text. Below,
“English” stands for each of these languages.

Each English text is remembered together with the Danish it was written for. When the Danish is changed afterwards and
the English is not, the pair is unknown, and an editor is told; the pair is known again when the English follows, or
when the editor says that it still fits.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from modeltranslation.translator import translator

from . import references
from .languages import DEFAULT, OTHERS
from .models import Translation
from .publishing import comparison
from .publishing.describing import Line, lines_of
from .publishing.models import Block, Document, Edition, edition_models, read_blocks
from .publishing.texts import translated_fields

# Said of one edition only, or not missed: an address is borrowed from Danish, and people search with their own words.
LEFT_OUT = {"change_note", "withdrawal_reason", "also", "slug", "words", "finds"}
# The fields that a thing is known by.
NAMES = {"title", "name", "word", "label"}


@dataclass(frozen=True)
class Pair:
    """One text in both languages, and where it belongs: the same place in every edition of a document."""

    part: models.Model
    name: str
    place: str
    language: str
    danish: str
    english: str

    @property
    def label(self) -> str:
        return str(self.part._meta.get_field(self.name).verbose_name)

    @cached_property
    def key(self) -> tuple[str, str, str]:
        return self.place, _digest(self.danish), _digest(self.english)

    @property
    def id(self) -> str:
        return " ".join(self.key)

    @property
    def lines(self) -> list[Line]:
        """The translation, line by line."""
        return list(lines_of(self.part._meta.get_field(f"{self.name}_{self.language}"), self.english))


@dataclass
class Untranslated:
    """A thing that readers meet, with what is missing in one language and what does not follow the Danish."""

    thing: models.Model
    language: str
    is_without: bool
    missing: list[Pair] = field(default_factory=list)
    outdated: list[Pair] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.thing._meta.label_lower}:{self.thing.pk}:{self.language}"

    @property
    def name(self) -> str:
        return str(getattr(self.thing, "label", "") or self.thing)

    @property
    def summary(self) -> str:
        """What is the matter, in words for an editor."""
        if self.is_without:
            return gettext("not in %(language)s") % {"language": self.language_name}
        words = []
        if count := len(self.missing):
            words.append(ngettext("%(count)s text is missing", "%(count)s texts are missing", count) % {"count": count})
        if count := len(self.outdated):
            text = ngettext(
                "%(count)s text does not follow the Danish", "%(count)s texts do not follow the Danish", count
            )
            words.append(text % {"count": count})
        if len(OTHERS) > 1:
            words.append(self.language_name)
        return ", ".join(words)

    @property
    def language_name(self) -> str:
        return gettext(dict(settings.LANGUAGES)[self.language]).lower()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def pairs_of(part: models.Model, owner: models.Model) -> Iterator[Pair]:
    """The texts of a part of something that readers meet, as far as there are words in Danish."""
    # A row is known by its number, an edition by its document.
    where = references.to(owner) if isinstance(owner, Edition) else f"{owner._meta.label_lower}:{owner.pk}"
    for name in translated_fields(type(part)):
        danish = getattr(part, f"{name}_{DEFAULT}")
        if danish and name not in LEFT_OUT:
            place = f"{where} {part._meta.model_name}.{name}"
            for code in OTHERS:
                yield Pair(part, name, place, code, danish, getattr(part, f"{name}_{code}") or "")


# Remembering


def remember(instance: models.Model):
    """When English is stored for the first time in its place, it was written for the Danish beside it."""
    from guides.models import FactWording

    if isinstance(instance, Document) or not any(
        getattr(instance, f"{name}_{code}") for name in translated_fields(type(instance)) for code in OTHERS
    ):
        return
    owner = instance.parent if isinstance(instance, Block) else instance
    owner = instance.fact if isinstance(instance, FactWording) else owner
    pairs = [pair for pair in pairs_of(instance, owner) if pair.english]
    known = {(place, english) for place, _danish, english in _known(pairs)}
    _store([pair for pair in pairs if (pair.key[0], pair.key[2]) not in known])


def know(pairs: list[Pair]):
    """Each of these pairs belongs together from now on."""
    known = _known(pairs)
    _store([pair for pair in pairs if pair.key not in known])


def _known(pairs: list[Pair]) -> set[tuple[str, str, str]]:
    """What is remembered of the same places."""
    return set(_of_places(pairs).values_list("place", "danish", "english")) if pairs else set()


def _of_places(pairs: list[Pair]):
    return Translation.objects.filter(place__in={pair.place for pair in pairs})


def _store(pairs: list[Pair]):
    rows = {pair.key: pair.danish for pair in pairs}
    if rows:
        Translation.objects.bulk_create(
            [
                Translation(place=place, danish=danish, english=english, danish_text=text)
                for (place, danish, english), text in rows.items()
            ],
            ignore_conflicts=True,
        )


# Looking


def untranslated() -> list[Untranslated]:
    """Everything live that is not whole in every language: editions first, what is missing most first. The number of
    queries does not grow with the content."""
    found = [each for each in _every() if each.missing or each.outdated]
    return sorted(found, key=lambda each: (not isinstance(each.thing, Edition), not each.is_without))


def _every() -> Iterator[Untranslated]:
    known: dict[tuple[str, str], set[str]] = {}
    for place, danish, english in Translation.objects.values_list("place", "danish", "english"):
        known.setdefault((place, english), set()).add(danish)
    for thing, parts in _things():
        all_pairs = [pair for part in parts for pair in pairs_of(part, thing)]
        for code in OTHERS:
            pairs = [pair for pair in all_pairs if pair.language == code]
            missing = [pair for pair in pairs if not pair.english]
            yield Untranslated(
                thing,
                code,
                is_without=any(pair.part is thing and pair.name in NAMES for pair in missing),
                missing=missing,
                outdated=[pair for pair in pairs if pair.english and _is_outdated(pair, known)],
            )


def _is_outdated(pair: Pair, known) -> bool:
    place, danish, english = pair.key
    return danish not in known.get((place, english), {danish})


def changes(pairs: list[Pair]) -> dict[Pair, list[comparison.Row]]:
    """What became different in Danish since each was translated, line by line; the whole text where that is not known.
    One query for all."""
    remembered = _of_places(pairs).order_by("pk").values_list("place", "english", "danish_text")
    then = {(place, english): text for place, english, text in remembered}
    return {pair: _changed(pair, then.get((pair.key[0], pair.key[2]))) for pair in pairs}


def _changed(pair: Pair, then: str | None) -> list[comparison.Row]:
    column = pair.part._meta.get_field(f"{pair.name}_{DEFAULT}")
    now = list(lines_of(column, pair.danish))
    compared = comparison.rows(list(lines_of(column, then)), now) if then else []
    return [row for row in compared if row.is_changed] or comparison.rows(now, now)


def _things() -> Iterator[tuple[models.Model, list[models.Model]]]:
    """What readers meet, with the parts of each."""
    editions = [
        edition
        for model in edition_models()
        for edition in model.objects.live().with_state().select_related("document").order_by("document__position", "pk")
    ]
    read_blocks(editions)
    yield from ((edition, edition.parts()) for edition in editions)
    for model in translator.get_registered_models(abstract=False):
        if not issubclass(model, (Edition, Block, Document)):
            yield from _rows(model)


def _rows(model) -> Iterator[tuple[models.Model, list[models.Model]]]:
    from guides.models import Fact, FactWording

    if model is FactWording:
        return
    if model is not Fact:
        rows = model._default_manager.all()
        # A route that was withdrawn meets nobody.
        yield from ((row, [row]) for row in (rows.live() if hasattr(rows, "live") else rows))
        return
    today = timezone.localdate()
    for fact in Fact.objects.prefetch_related("wordings"):
        now = fact.wording_on(today)
        yield fact, [fact, *([now] if now else []), *fact.wordings_to_come()]
