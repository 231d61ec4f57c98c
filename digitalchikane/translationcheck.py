"""What readers of other languages miss: texts that are Danish only, and translations of another Danish text. Below,
“English” stands for each of these languages.

Each English text is remembered together with the Danish it was written for. When the Danish is changed afterwards and
the English is not, the pair is unknown, and an editor is told; the pair is known again when the English follows, or
when the editor says that it still fits.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.db import connection, models
from django.utils.translation import gettext, ngettext
from modeltranslation.translator import translator

from . import references
from .languages import DEFAULT, OTHERS
from .models import Translation
from .publishing import comparison
from .publishing.describing import Line, lines_of
from .publishing.models import Block, Document, Edition, block_models, edition_models
from .publishing.texts import translated_fields

# Said of one edition only, or not missed: an address is borrowed from Danish, and people search with their own words.
LEFT_OUT = {"change_note", "withdrawal_reason", "also", "slug", "words", "finds"}
# The fields that a thing is known by.
NAMES = {"title", "name", "word", "label"}


class Pair(NamedTuple):
    """One text in both languages, and where it belongs: the same place in every edition of a document."""

    model: type[models.Model]
    name: str
    place: str
    language: str
    danish: str
    english: str

    @property
    def label(self) -> str:
        return str(self.model._meta.get_field(self.name).verbose_name)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.place, _digest(self.danish), _digest(self.english)

    @property
    def id(self) -> str:
        return " ".join(self.key)

    @property
    def lines(self) -> list[Line]:
        """The translation, line by line."""
        return list(lines_of(self.model._meta.get_field(f"{self.name}_{self.language}"), self.english))


@dataclass
class Untranslated:
    """A thing that readers meet, with what is missing in one language and what does not follow the Danish."""

    thing: models.Model
    language: str
    is_without: bool
    missing: list[Pair]
    outdated: list[Pair]

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


def pairs_of(part: models.Model, owner: models.Model) -> list[Pair]:
    """The texts of a part of something that readers meet, as far as there are words in Danish."""
    # A row is known by its number, an edition by its document.
    where = references.to(owner) if isinstance(owner, Edition) else _name_of(type(owner), owner.pk)
    return _pairs(type(part), where, [getattr(part, column) for column in _columns(type(part))])


def _name_of(model: type[models.Model], pk) -> str:
    return f"{model._meta.label_lower}:{pk}"


@cache
def _names(model: type[models.Model]) -> list[str]:
    return [name for name in translated_fields(model) if name not in LEFT_OUT]


def _columns(model: type[models.Model]) -> list[str]:
    """Of each text the Danish, then the other languages."""
    return [f"{name}_{code}" for name in _names(model) for code in (DEFAULT, *OTHERS)]


def _pairs(model: type[models.Model], where: str, texts: Sequence[str | None]) -> list[Pair]:
    """Pairs of what stands in the columns."""
    found = []
    values = iter(texts)
    for name in _names(model):
        danish = next(values)
        place = f"{where} {model._meta.model_name}.{name}"
        for code in OTHERS:
            english = next(values) or ""
            if danish:
                found.append(Pair(model, name, place, code, danish, english))
    return found


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
    """Everything live that is not whole in every language: editions first, what is missing most first. Only texts are
    read, and then the things that are to be told of. The number of queries does not grow with the content."""
    known = _all_known()
    found = []
    for things, pairs in _things():
        wrong = {
            pk: told
            for pk, all_pairs in pairs.items()
            if (told := [pair for pair in all_pairs if not pair.english or _is_outdated(pair, known)])
        }
        for thing in things.filter(pk__in=wrong) if wrong else ():
            found += _told_of(thing, wrong[thing.pk])
    return sorted(found, key=lambda each: (not isinstance(each.thing, Edition), not each.is_without))


def _told_of(thing: models.Model, pairs: list[Pair]) -> Iterator[Untranslated]:
    for code in OTHERS:
        missing = [pair for pair in pairs if pair.language == code and not pair.english]
        outdated = [pair for pair in pairs if pair.language == code and pair.english]
        if missing or outdated:
            is_without = any(pair.model is type(thing) and pair.name in NAMES for pair in missing)
            yield Untranslated(thing, code, is_without, missing, outdated)


def _all_known() -> dict[tuple[str, str], set[str]]:
    """By place and translation the Danish texts that it was written for."""
    known = defaultdict(set)
    for place, danish, english in Translation.objects.values_list("place", "danish", "english"):
        known[place, english].add(danish)
    return known


def _is_outdated(pair: Pair, known: dict[tuple[str, str], set[str]]) -> bool:
    place, danish, english = pair.key
    return danish not in known.get((place, english), {danish})


def changes(pairs: list[Pair]) -> dict[Pair, list[comparison.Row]]:
    """What became different in Danish since each was translated, line by line; the whole text where that is not known.
    One query for all."""
    remembered = _of_places(pairs).order_by("pk").values_list("place", "english", "danish_text")
    then = {(place, english): text for place, english, text in remembered}
    return {pair: _changed(pair, then.get((pair.key[0], pair.key[2]))) for pair in pairs}


def _changed(pair: Pair, then: str | None) -> list[comparison.Row]:
    column = pair.model._meta.get_field(f"{pair.name}_{DEFAULT}")
    now = list(lines_of(column, pair.danish))
    compared = comparison.rows(list(lines_of(column, then)), now) if then else []
    return [row for row in compared if row.is_changed] or comparison.rows(now, now)


def _things() -> Iterator[tuple[models.QuerySet, dict[int, list[Pair]]]]:
    """What readers meet, kind by kind, with the texts of each."""
    from guides.models import Fact, FactWording

    for model in edition_models():
        editions = model.objects.live().order_by("document__position", "pk")
        yield editions, _of_editions(editions)
    for model in translator.get_registered_models(abstract=False):
        if _names(model) and not issubclass(model, (Edition, Block, Document, FactWording)):
            rows = model._default_manager.all()
            # A route that was withdrawn meets nobody.
            rows = rows.live() if hasattr(rows, "live") else rows
            yield rows, _of_facts(rows) if model is Fact else _of_rows(rows)


def _read(rows: models.QuerySet, *columns: str) -> Iterator[tuple]:
    """Some columns and the texts of each row, as they are stored: whole rows cost many times as much."""
    return rows.rewrite(False).values_list(*columns, *_columns(rows.model)).iterator()


def _of_editions(editions: models.QuerySet) -> dict[int, list[Pair]]:
    model, where, pairs = editions.model, {}, {}
    for pk, key, *texts in _read(editions, "pk", "document__key"):
        where[pk] = references.named(model._meta.get_field("document").related_model, key)
        pairs[pk] = _pairs(model, where[pk], texts)
    for kind, parent, texts in _blocks_of(model, list(pairs)):
        pairs[parent] += _pairs(kind, where[parent], texts)
    return pairs


def _blocks_of(model: type[Edition], editions: list[int]) -> Iterator[tuple[type[Block], int, tuple]]:
    """The texts of blocks as they are read, with the editions they stand in. Put together by hand: there are many
    kinds, and Django takes longer to write such a statement than the database to answer it."""
    quote, found = connection.ops.quote_name, []
    kinds = [kind for kind in block_models(model) if _names(kind)] if editions else []
    those = ", ".join(["%s"] * len(editions))
    with connection.cursor() as cursor:
        for kind in kinds:
            names = ("ordering", "id", "parent", *_columns(kind))
            columns = [quote(kind._meta.get_field(name).column) for name in names]
            table = quote(kind._meta.db_table)
            statement = f"SELECT {', '.join(columns)} FROM {table} WHERE {columns[2]} IN ({those})"  # noqa: S608 - our own names
            cursor.execute(statement, editions)
            found += [(row[:2], kind, row[2], row[3:]) for row in cursor.fetchall()]
    for _place, kind, parent, texts in sorted(found, key=lambda block: block[0]):
        yield kind, parent, texts


def _of_rows(rows: models.QuerySet) -> dict[int, list[Pair]]:
    return {pk: _pairs(rows.model, _name_of(rows.model, pk), texts) for pk, *texts in _read(rows, "pk")}


def _of_facts(facts: models.QuerySet) -> dict[int, list[Pair]]:
    """With the wordings that hold today, and those to come."""
    from guides.models import FactWording

    pairs = _of_rows(facts)
    wordings = FactWording.objects.in_force() | FactWording.objects.to_come()
    for fact, *texts in _read(wordings.order_by("valid_from", "pk"), "fact"):
        pairs.setdefault(fact, []).extend(_pairs(FactWording, _name_of(facts.model, fact), texts))
    return pairs
