"""The content in `fixtures/`, read strictly and put into the database once.

A record is known by its kind and key. What was loaded before belongs to the editors and is never loaded again, so
running this as often as one likes adds only what is new. Anything that does not fit stops the whole load.
"""

import tomllib
from datetime import UTC, datetime, time
from pathlib import Path

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import models, transaction
from django.utils import timezone

from conversations.models import Blank, Card, CardEdition, CardPoint, Letter, LetterEdition, LetterPart
from guides.models import (
    Deadline,
    Fact,
    FactWording,
    Page,
    PageEdition,
    Publisher,
    RecordField,
    Route,
    Source,
    Term,
    blocks,
    triage,
)

from .languages import CODES
from .models import OldAddress, ShippedRecord
from .pictures import Refused, store
from .publishing.models import NotPublishable, translated_fields

# The day the shipped content went live; on a clock that runs behind it, it is live all the same.
PUBLISHED_ON = datetime.combine(datetime(2026, 11, 22), time(8), UTC)

WORDING_FIELDS = ("text_", "statement_", "amount", "unit")

BLOCK_TYPES = {
    "heading": (blocks.Heading, {}),
    "text": (blocks.Text, {}),
    "step": (blocks.Step, {}),
    "do": (blocks.DoDont, {"kind": "do"}),
    "dont": (blocks.DoDont, {"kind": "dont"}),
    "callout": (blocks.Callout, {}),
    "card": (blocks.CardTeaser, {}),
    "routes": (blocks.RouteList, {}),
    "facts": (blocks.FactList, {}),
    "recipe": (blocks.Recipe, {}),
    "image": (blocks.Image, {}),
    "question": (triage.Question, {}),
    "answer": (triage.Answer, {}),
    "end": (triage.End, {}),
}


class BrokenFixture(Exception):
    """A file or a record that does not fit; the message names both."""


class Record(dict):
    """One record of a file, which knows where it stands."""

    def __init__(self, data: dict, file: Path, kind: str, key: str):
        super().__init__(data)
        self.file, self.kind, self.key = file, kind, key

    def broken(self, reason: str) -> BrokenFixture:
        return BrokenFixture(f"{self.file.name}, {self.kind} “{self.key}”: {reason}")


class Load:
    """One run over a folder of fixtures."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.added: dict[str, int] = {}
        self.known = set(ShippedRecord.objects.values_list("kind", "key"))
        self.seen: set[tuple[str, str]] = set()
        self.drafts: list[tuple[Record, models.Model]] = []

    @transaction.atomic
    def run(self) -> dict[str, int]:
        """Load what is new; return how many records of each kind were added."""
        for record in self.records("sources.toml", "source"):
            self.save(record, Source(), record)
        for record in self.records("facts.toml", "fact"):
            self.fact(record)
        # Everything that can be linked to comes before everything that links.
        pages = sorted(self.documents("pages", "page"), key=lambda record: "parent" in record)
        new_pages = [(record, self.page(record)) for record in pages]
        new_cards = [(record, self.card(record)) for record in self.documents("cards", "card")]
        new_letters = [(record, self.letter(record)) for record in self.documents("letters", "letter")]
        routes = [(record, self.route(record)) for record in self.records("routes.toml", "route")]
        for record, route in routes:
            if "next" in record:
                route.next = self.related(record, Route, record["next"])
                route.save()
        for record in self.records("deadlines.toml", "deadline"):
            self.deadline(record)
        for record in self.records("record_fields.toml", "field"):
            self.save(record, RecordField(), record)
        for record in self.records("glossary.toml", "term"):
            self.save(record, Term(), record)
        for record, page in new_pages:
            self.page_edition(record, page)
        for record, card in new_cards:
            self.card_edition(record, card)
        for record, letter in new_letters:
            self.letter_edition(record, letter)
        for record, draft in self.drafts:
            self.publish(record, draft)
        for record in self.records("redirects.toml", "redirect", key="old"):
            self.save(record, OldAddress(), {"old_path": record["old"], "new_path": record["to"]})
        Publisher.objects.get_or_create(pk=1)
        return self.added

    # Reading

    def read(self, file: Path) -> dict:
        try:
            return tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BrokenFixture(f"{file.name}: {error}") from error

    def records(self, name: str, kind: str, key: str = "key"):
        """The new records of a file that holds many."""
        file = self.folder / name
        if not file.exists():
            return
        tables = self.read(file)
        for name in tables:
            if name != kind:
                raise BrokenFixture(f"{file.name}: “{name}” is not known here; records begin with [[{kind}]].")
        for data in tables.get(kind, []):
            yield from self.new(Record(data, file, kind, str(data.get(key, ""))))

    def documents(self, folder: str, kind: str):
        """The new ones of a folder with one document in each file."""
        for file in sorted((self.folder / folder).glob("*.toml")):
            data = self.read(file)
            yield from self.new(Record(data, file, kind, str(data.get("key", ""))))

    def new(self, record: Record):
        if not record.key:
            raise record.broken("it has no key.")
        if (record.kind, record.key) in self.seen:
            raise record.broken("its key stands twice.")
        self.seen.add((record.kind, record.key))
        if (record.kind, record.key) in self.known:
            return
        ShippedRecord.objects.create(kind=record.kind, key=record.key)
        self.added[record.kind] = self.added.get(record.kind, 0) + 1
        yield record

    # Writing

    def save(self, record: Record, obj: models.Model, values: dict) -> models.Model:
        """Set the values on an object, check it as a form would, and store it."""
        # A translated field is given by language; the column without one is never written.
        translated = set(translated_fields(type(obj)))
        allowed = {field.name for field in obj._meta.concrete_fields} - {"id"} - translated
        for name, value in values.items():
            if name not in allowed:
                raise record.broken(f"{type(obj).__name__} has no field “{name}”.")
            setattr(obj, name, value.strip() if isinstance(value, str) else value)
        try:
            obj.full_clean(exclude=translated)
        except ValidationError as error:
            reasons = [f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items()]
            raise record.broken("; ".join(reasons)) from error
        obj.save()
        return obj

    def related(self, record: Record, model: type[models.Model], key: str) -> models.Model:
        try:
            return model._default_manager.get(key=key)
        except ObjectDoesNotExist as error:
            raise record.broken(f"there is no {model._meta.model_name} “{key}”.") from error

    def fact(self, record: Record):
        values = dict(record)
        wording = {name: values.pop(name) for name in list(values) if name.startswith(WORDING_FIELDS)}
        values["source"] = self.related(record, Source, values.get("source", ""))
        values["is_confirmed"] = values.pop("confirmed", False)
        # Lists show facts in the order of the file.
        values["position"] = sum(kind == "fact" for kind, _key in self.seen)
        fact = self.save(record, Fact(), values)
        day = min(PUBLISHED_ON.date(), timezone.localdate())
        self.save(record, FactWording(), wording | {"fact": fact, "valid_from": day})

    def route(self, record: Record) -> Route:
        values = {name: value for name, value in record.items() if name not in ("facts", "next")}
        if "phone" in values:
            values["phone"] = self.related(record, Fact, values["phone"])
        route = self.save(record, Route(), values)
        route.facts.set(self.related(record, Fact, key) for key in record.get("facts", []))
        return route

    def deadline(self, record: Record):
        values = dict(record)
        values["fact"] = self.related(record, Fact, values.get("fact", ""))
        if "route" in values:
            values["route"] = self.related(record, Route, values["route"])
        self.save(record, Deadline(), values)

    def page(self, record: Record) -> Page:
        values = {name: record[name] for name in record if name in PAGE_FIELDS}
        if "parent" in values:
            values["parent"] = self.related(record, Page, values["parent"])
        return self.save(record, Page(), values)

    def card(self, record: Record) -> Card:
        values = {name: record[name] for name in record if name in CARD_FIELDS}
        values["phase"] = self.related(record, Page, values.get("phase", ""))
        return self.save(record, Card(), values)

    def letter(self, record: Record) -> Letter:
        values = {name: record[name] for name in record if name in LETTER_FIELDS}
        if "phase" in values:
            values["phase"] = self.related(record, Page, values["phase"])
        return self.save(record, Letter(), values)

    def page_edition(self, record: Record, page: Page):
        values = {name: record[name] for name in record if name not in PAGE_FIELDS | {"block"}}
        edition = self.save(record, PageEdition(document=page), values)
        for ordering, data in enumerate(record.get("block", []), start=1):
            self.block(record, edition, ordering * 10, dict(data))
        self.drafts.append((record, edition))

    def block(self, record: Record, edition: PageEdition, ordering: int, values: dict):
        kind = values.pop("type", "")
        if kind not in BLOCK_TYPES:
            raise record.broken(f"there is no block of type “{kind}”.")
        model, fixed = BLOCK_TYPES[kind]
        related = {name: values.pop(name) for name in ("routes", "facts", "clocks") if name in values}
        for name, to in [("card", Card), ("phone", Fact)]:
            if name in values:
                values[name] = self.related(record, to, values[name])
        if "picture" in values:
            values["picture"] = self.picture(record, values["picture"])
        place = {"parent": edition, "region": "main", "ordering": ordering}
        block = self.save(record, model(), place | fixed | values)
        for name, keys in related.items():
            to = model._meta.get_field(name).related_model
            getattr(block, name).set(self.related(record, to, key) for key in keys)

    def picture(self, record: Record, name: str) -> str:
        """The name under which a file of the fixtures is kept as a picture."""
        try:
            with (self.folder / "pictures" / name).open("rb") as file:
                return store(file).name
        except (OSError, Refused) as error:
            raise record.broken(f"the picture “{name}”: {error}") from error

    def card_edition(self, record: Record, card: Card):
        values = {name: record[name] for name in record if name not in CARD_FIELDS | {"point"}}
        edition = self.save(record, CardEdition(document=card), values)
        for ordering, point in enumerate(record.get("point", []), start=1):
            place = {"parent": edition, "region": "main", "ordering": ordering * 10}
            self.save(record, CardPoint(), place | point)
        self.drafts.append((record, edition))

    def letter_edition(self, record: Record, letter: Letter):
        values = {name: record[name] for name in record if name not in LETTER_FIELDS | {"part", "blank"}}
        edition = self.save(record, LetterEdition(document=letter), values)
        blocks = [(LetterPart(), data) for data in record.get("part", [])]
        blocks += [(Blank(), data) for data in record.get("blank", [])]
        for ordering, (block, data) in enumerate(blocks, start=1):
            self.save(record, block, {"parent": edition, "region": "main", "ordering": ordering * 10} | data)
        self.drafts.append((record, edition))

    def publish(self, record: Record, draft: models.Model):
        draft.forget_blocks()
        draft.remember_facts()
        try:
            draft.publish(at=min(PUBLISHED_ON, timezone.now()))
        except NotPublishable as error:
            raise record.broken(" ".join(problem.message for problem in error.problems)) from error


# What belongs to the document; all the rest of a file is its first edition.
PAGE_FIELDS = {"key", "kind", "position", "parent"} | {f"slug_{code}" for code in CODES}
CARD_FIELDS = {"key", "number", "phase", "position", "is_featured"} | {f"slug_{code}" for code in CODES}
LETTER_FIELDS = {"key", "kind", "phase", "position"} | {f"slug_{code}" for code in CODES}
