"""The content in `fixtures/`, read strictly and put into the database; what an update changes in it is brought later.

A record is known by its kind and key. What is new is added, what was deleted never comes back, and what was changed in
its file since it was loaded is brought to the site without touching what editors wrote (`updates/`). Running this as
often as one likes does nothing more.

On an empty site anything that does not fit stops the whole load. On a site that readers use, a record that does not
fit is left out and named, and an edition that cannot be published becomes a draft: an update never keeps a site down.
"""

import tomllib
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, time
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import DatabaseError, models, transaction
from django.utils import timezone

from conversations.models import Blank, Card, CardPoint, Letter, LetterPart
from guides.models import (
    Deadline,
    Fact,
    FactWording,
    Page,
    Publisher,
    RecordField,
    Route,
    Source,
    Synonym,
    Term,
    blocks,
    triage,
)

from .languages import CODES
from .models import OldAddress, ShippedRecord
from .pictures import Refused, store
from .publishing.models import NotPublishable
from .updates import documents, rows
from .updates.records import BrokenFixture, Record, state_of
from .updates.values import Values, defaults, write

__all__ = ["BrokenFixture", "Load"]

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
# What can be named by its key, and what a record of it is called.
KINDS = {Source: "source", Fact: "fact", Page: "page", Card: "card", Letter: "letter", Route: "route"}
# The row that stands for all files together.
ALL = {"kind": "fixtures", "key": "all"}


class Load:
    """One run over a folder of fixtures."""

    def __init__(self, folder: Path, is_strict: bool | None = None):
        self.folder = folder
        self.is_strict = is_strict
        self.added: Counter[str] = Counter()
        self.updated: Counter[str] = Counter()
        # Records of which something waits for an editor, and what was left out with the reason.
        self.waiting: list[Record] = []
        self.refused: list[str] = []
        self.seen: dict[tuple[str, str], Record] = {}
        self.drafts: list[tuple[Record, models.Model]] = []
        self.found: dict[tuple[type[models.Model], str], models.Model] = {}

    def run(self) -> dict[str, int]:
        """Load what is new and bring what was changed; returns how many records of each kind were added."""
        state = state_of(self.folder)
        if not self.something_waits() and ShippedRecord.objects.filter(**ALL, fingerprint=state).exists():
            return self.added
        with transaction.atomic():
            whole, _made = ShippedRecord.objects.get_or_create(**ALL)
            # One run at a time.
            whole = ShippedRecord.objects.select_for_update().get(pk=whole.pk)
            self.known = {(each.kind, each.key): each for each in ShippedRecord.objects.exclude(**ALL)}
            if self.is_strict is None:
                self.is_strict = not self.known
            self.load()
            self.remember()
            whole.fingerprint = "" if self.refused else state
            whole.left = self.refused
            whole.save()
        return self.added

    def something_waits(self) -> bool:
        return ShippedRecord.objects.filter(offered__isnull=False).exists()

    def load(self):
        for record in self.records("sources.toml", "source"):
            self.row(record, Source, record)
        for record in self.records("facts.toml", "fact"):
            self.fact(record)
        # Everything that can be linked to comes before everything that links.
        pages = sorted(self.documents("pages", "page"), key=lambda record: "parent" in record)
        found = [(record, self.page(record)) for record in pages]
        found += [(record, self.card(record)) for record in self.documents("cards", "card")]
        found += [(record, self.letter(record)) for record in self.documents("letters", "letter")]
        routes = list(self.records("routes.toml", "route"))
        for record in routes:
            self.row(record, Route, record, without=frozenset({"next"}))
        for record in routes:
            self.next_rung(record)
        for record in self.records("deadlines.toml", "deadline"):
            self.row(record, Deadline, record)
        for record in self.records("record_fields.toml", "field"):
            self.row(record, RecordField, record)
        for record in self.records("glossary.toml", "term"):
            self.row(record, Term, record)
        for record, document in found:
            if document and not record.is_refused:
                self.edition(record, document)
        for record, draft in self.drafts:
            self.publish(record, draft)
        # They lead to sections, and only to those that readers can reach.
        for record in self.records("synonyms.toml", "synonym"):
            self.row(record, Synonym, record)
        for record in self.records("redirects.toml", "redirect", key="old"):
            self.row(record, OldAddress, {"old_path": record["old"], "new_path": record["to"]}, by="old_path")
        Publisher.objects.get_or_create(pk=1)

    # Reading

    def read(self, file: Path) -> dict:
        try:
            return tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            self.refuse(BrokenFixture(f"{file.name}: {error}"))
            return {}

    def records(self, name: str, kind: str, key: str = "key"):
        """The records of a file that holds many, as far as there is something to do."""
        file = self.folder / name
        if not file.exists():
            return
        tables = self.read(file)
        for name in tables:
            if name != kind:
                said = f"{file.name}: “{name}” is not known here; records begin with [[{kind}]]."
                self.refuse(BrokenFixture(said))
        for place, data in enumerate(tables.get(kind, []), start=1):
            # Lists show facts in the order of the file.
            place = place if kind == "fact" else 0
            yield from self.due(Record(data, file, kind, str(data.get(key, "")), place))

    def documents(self, folder: str, kind: str):
        """The same of a folder with one document in each file."""
        for file in sorted((self.folder / folder).glob("*.toml")):
            if data := self.read(file):
                yield from self.due(Record(data, file, kind, str(data.get("key", ""))))

    def due(self, record: Record):
        """The record, if it is new, was changed since it was last looked at, or still waits for an editor."""
        name = (record.kind, record.key)
        if not record.key:
            self.refuse(record.broken("it has no key."))
        elif name in self.seen:
            self.refuse(record.broken("its key stands twice."))
        else:
            self.seen[name] = record
            record.shipped = self.known.get(name)
            if record.is_new or record.shipped.offered or record.shipped.fingerprint != record.fingerprint:
                record.is_due = True
                yield record

    def find(self, record: Record):
        """How a record finds what it names. What was never shipped is a mistake in the file; what was, and is not
        there, an editor has taken away."""

        def find(model: type[models.Model], key: str) -> models.Model | None:
            found = self.found.get((model, key)) or model._default_manager.filter(key=key).first()
            if found:
                self.found[model, key] = found
            elif (KINDS.get(model), key) not in self.known:
                raise record.broken(f"there is no {model._meta.model_name} “{key}”.")
            return found

        return find

    # Refusing

    @contextmanager
    def attempt(self, record: Record):
        """Takes a record in whole or not at all."""
        try:
            with transaction.atomic():
                yield
        except ValidationError as error:
            named = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
            reasons = [f"{name}: {' '.join(texts)}" for name, texts in named.items()]
            self.leave_out(record, record.broken("; ".join(reasons)))
        except (BrokenFixture, DatabaseError) as error:
            self.leave_out(record, error if isinstance(error, BrokenFixture) else record.broken(str(error)))

    def leave_out(self, record: Record, reason: BrokenFixture):
        record.is_refused = True
        # What was made for it is taken back.
        self.found.clear()
        self.refuse(reason)

    def refuse(self, reason: BrokenFixture):
        if self.is_strict:
            raise reason
        self.refused.append(str(reason))

    # Rows

    def row(self, record: Record, model, data: dict, *, by="key", without: frozenset[str] = frozenset()):
        """Store a new row, or bring the change to the one that is there. Returns it, None where there is none."""
        with self.attempt(record):
            record.theirs |= {"model": model._meta.label_lower, "row": record.normal(model, dict(data))}
            record.kept["model"] = record.theirs["model"]
            if record.is_new:
                return self.new_row(record, model, without)
            row = model._base_manager.select_for_update().filter(**{by: record.key}).first()
            if row is None:
                record.kept["row"] = record.theirs["row"]
                return None
            rows.bring_row(record, row, self.find(record), without=without)
            return row
        return None

    def new_row(self, record: Record, model, without):
        row = model()
        said = {name: record.theirs["row"][name] for name in self.names_said(record, model) if name not in without}
        write(row, said, self.find(record))
        return row

    def names_said(self, record: Record, model) -> list[str]:
        usual = defaults(model)
        return [name for name, value in record.theirs["row"].items() if value != usual[name]]

    def next_rung(self, record: Record):
        """Routes may name each other, so each is there before it is said which comes next."""
        if record.is_refused:
            return
        with self.attempt(record):
            route = Route.objects.filter(key=record.key).first()
            if route is None:
                return
            if record.is_new:
                if record.theirs["row"]["next"]:
                    write(route, {"next": record.theirs["row"]["next"]}, self.find(record))
            else:
                without = frozenset(record.theirs["row"]) - {"next"}
                rows.bring_row(record, route, self.find(record), without=without)

    def fact(self, record: Record):
        values = dict(record)
        wording = {name: values.pop(name) for name in list(values) if name.startswith(WORDING_FIELDS)}
        values["is_confirmed"] = values.pop("confirmed", False)
        values["position"] = record.place
        fact = self.row(record, Fact, values)
        if record.is_refused:
            return
        with self.attempt(record):
            whole = record.normal(FactWording, wording)
            record.theirs["wording"] = {name: whole[name] for name in whole if name.startswith(WORDING_FIELDS)}
            if fact is None:
                record.kept["wording"] = record.theirs["wording"]
            elif record.is_new:
                day = min(PUBLISHED_ON.date(), timezone.localdate())
                write(FactWording(fact=fact, valid_from=day), record.theirs["wording"], self.find(record))
            else:
                rows.bring_wording(record, fact, self.find(record))

    # Documents

    def page(self, record: Record) -> Page | None:
        return self.row(record, Page, {name: record[name] for name in record if name in PAGE_FIELDS})

    def card(self, record: Record) -> Card | None:
        return self.row(record, Card, {name: record[name] for name in record if name in CARD_FIELDS})

    def letter(self, record: Record) -> Letter | None:
        return self.row(record, Letter, {name: record[name] for name in record if name in LETTER_FIELDS})

    def edition(self, record: Record, document):
        with self.attempt(record):
            self.read_edition(record, document)
            find = self.find(record)
            if record.is_new:
                draft = documents.create_edition(document, (record.theirs["edition"], record.theirs["blocks"]), find)
            else:
                draft = documents.bring_edition(record, document, find)
            if draft:
                self.drafts.append((record, draft))
        if record.is_refused and record.is_new:
            # Where something stands below it, the empty document stays.
            with suppress(models.ProtectedError), transaction.atomic():
                document.delete()

    def read_edition(self, record: Record, document):
        own = {Page: PAGE_FIELDS, Card: CARD_FIELDS, Letter: LETTER_FIELDS}[type(document)]
        head = {name: record[name] for name in record if name not in own | PARTS}
        record.theirs["edition"] = record.normal(document.editions.model, head)
        record.theirs["blocks"] = [self.block(record, data) for data in record.get("block", [])]
        parts = {"point": CardPoint, "part": LetterPart, "blank": Blank}
        for name, model in parts.items():
            record.theirs["blocks"] += [self.values_of(record, model, data) for data in record.get(name, [])]

    def block(self, record: Record, data: dict) -> Values:
        values = dict(data)
        kind = values.pop("type", "")
        if kind not in BLOCK_TYPES:
            raise record.broken(f"there is no block of type “{kind}”.")
        if "picture" in values:
            values["picture"] = self.picture(record, values["picture"])
        model, fixed = BLOCK_TYPES[kind]
        return self.values_of(record, model, fixed | values)

    def values_of(self, record: Record, model, data: dict) -> Values:
        return {"type": model._meta.label_lower} | record.normal(model, data)

    def picture(self, record: Record, name: str) -> str:
        """The name under which a file of the fixtures is kept as a picture."""
        try:
            with (self.folder / "pictures" / name).open("rb") as file:
                return store(file).name
        except (OSError, Refused) as error:
            raise record.broken(f"the picture “{name}”: {error}") from error

    def publish(self, record: Record, draft):
        """New content is live since it was shipped, a change from now on. What cannot be published on this site stays
        a draft."""
        try:
            draft.publish(at=min(PUBLISHED_ON, timezone.now()) if record.is_new else None)
        except NotPublishable as error:
            if record.is_new and self.is_strict:
                raise record.broken(" ".join(problem.message for problem in error.problems)) from error
            documents.wait(record, draft)
        else:
            if not record.is_new:
                documents.done(record)

    # Remembering

    def remember(self):
        """Keep what was shipped, and of each record that was due what became of it."""
        new = []
        for record in self.seen.values():
            if not record.is_due or record.is_refused:
                continue
            shipped = record.shipped or ShippedRecord(kind=record.kind, key=record.key)
            shipped.fingerprint = record.fingerprint
            shipped.values = self.kept(record)
            shipped.offered = record.theirs if record.waiting else None
            shipped.draft, shipped.left = record.draft, record.left
            if record.waiting:
                self.waiting.append(record)
            if record.is_new:
                self.added[record.kind] += 1
                new.append(shipped)
            else:
                self.updated[record.kind] += record.is_brought
                shipped.save()
        ShippedRecord.objects.bulk_create(new)

    def kept(self, record: Record) -> dict:
        """What the next update is to be compared with."""
        if not record.is_new:
            return record.kept
        return {name: record.theirs[name] for name in ("model", "row")} if record.waiting else record.theirs


# What belongs to the document; all the rest of a file is an edition and its blocks.
PAGE_FIELDS = {"key", "kind", "position", "parent"} | {f"slug_{code}" for code in CODES}
CARD_FIELDS = {"key", "number", "phase", "position", "is_featured"} | {f"slug_{code}" for code in CODES}
LETTER_FIELDS = {"key", "kind", "phase", "position"} | {f"slug_{code}" for code in CODES}
PARTS = {"block", "point", "part", "blank"}
