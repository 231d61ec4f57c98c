"""What can be found: everything that readers can reach, section by section, in the language that is asked in."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import models
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from conversations.models import CardEdition, LetterEdition
from digitalchikane.languages import DEFAULT, language_used
from digitalchikane.publishing.models import Block, Edition, read_blocks
from digitalchikane.publishing.texts import translated_fields
from digitalchikane.richtext import paragraphs

from ..factbook import FactBook
from ..models import FactList, Heading, PageEdition, Route, Step, Term
from ..models.pages import TOOLS, MainPage, PageKind
from ..models.routes import RouteGroup, lines


class Kind(models.TextChoices):
    """The groups that results stand in, in the order of groups that are equally good."""

    PHASE = "phase", _("In the five phases")
    SITUATION = "situation", _("What has happened?")
    CARD = "card", _("Conversation cards")
    TOOL = "tool", _("Tools")
    LETTER = "letter", _("Letters")
    REPORT = "report", _("Where to report")
    SUPPORT = "support", _("Help and advice")
    PAGE = "page", _("More on this site")
    TERM = "term", _("Glossary")
    FACT = "fact", _("Facts and sources")


@dataclass(frozen=True)
class Passage:
    """A piece of text in the language that it really is in."""

    text: str
    language: str


@dataclass
class Entry:
    """One thing that can be found, and the address it leads to."""

    reference: str
    kind: Kind
    url: str
    title: Passage
    # Of a section: the page it stands on.
    page: Passage | None = None
    # The phase that it belongs to, as a number and its name.
    phase: tuple[int, Passage] | None = None
    summary: Passage | None = None
    body: list[Passage] = field(default_factory=list)
    # Other words for the same thing.
    also: list[Passage] = field(default_factory=list)
    # Of a section: what its texts link to.
    names: tuple[str, ...] = ()
    is_confirmed: bool = True

    @property
    def is_section(self) -> bool:
        return self.page is not None

    @property
    def is_placed(self) -> bool:
        """Whether its phase or its page says where it stands."""
        return self.kind == Kind.PHASE or self.is_section

    @property
    def whole(self) -> str:
        """The thing it is a part of, itself where it is none."""
        return self.reference.partition("#")[0] if self.is_section else self.reference


class Collector:
    """Reads everything once, in as many queries as there are kinds of rows."""

    def __init__(self):
        self.language = get_language() or DEFAULT
        self.facts = FactBook()

    def entries(self) -> list[Entry]:
        pages = list(PageEdition.objects.live().for_readers().order_by("document__position", "document__pk"))
        cards = list(CardEdition.objects.live().for_readers())
        letters = list(LetterEdition.objects.live().for_readers())
        read_blocks([*pages, *cards, *letters])
        self.phases = {}
        phases = [page for page in pages if page.document.kind == PageKind.PHASE]
        for number, page in enumerate(phases, start=1):
            self.phases[page.document_id] = (number, self._passage(page, "title"))
        found = [
            *(entry for page in pages for entry in self._page(page)),
            self._whole(),
            *(self._card(card) for card in cards),
            *(self._letter(letter) for letter in letters),
            *(self._route(route) for route in Route.objects.live()),
            *(self._term(term) for term in Term.objects.all()),
            *(self._fact(fact) for fact in self.facts.all()),
        ]
        return list(_one_for_each_address(found))

    # Texts

    def _passage(self, thing: models.Model, name: str) -> Passage | None:
        text = self.facts.in_words(getattr(thing, name) or "").strip()
        return Passage(text, language_used(thing, name)) if text else None

    def _texts(self, thing: models.Model, *left_out: str) -> Iterator[Passage]:
        """All that a row says, paragraph by paragraph."""
        for name in translated_fields(type(thing)):
            if name in left_out or name in NEVER_SHOWN:
                continue
            text = getattr(thing, name) or ""
            pieces = paragraphs(text) if name in RICH else lines(text)
            for piece in pieces:
                yield Passage(self.facts.in_words(piece), language_used(thing, name))

    def _blocks(self, blocks: list[Block]) -> list[Passage]:
        found = []
        for block in blocks:
            found += self._texts(block)
            if isinstance(block, FactList):
                shown = [fact for each in block.facts.all() if (fact := self.facts.get(each.key))]
                found += [passage for fact in shown if (passage := self._passage(fact.wording, "statement"))]
        return found

    # Kinds

    def _page(self, edition: PageEdition) -> Iterator[Entry]:
        document = edition.document
        if document.key in NOT_FOUND:
            return
        kind = KINDS.get(document.kind, Kind.PAGE)
        if document.key in TOOLS:
            kind = Kind.TOOL
        phase = self.phases.get(document.pk)
        url = edition.get_absolute_url()
        title = self._passage(edition, "title")
        sections = edition.sections()
        shown = {id(block) for section in sections if section.heading for block in section.blocks}
        beside = [block for block in edition.blocks() if id(block) not in shown and not isinstance(block, Heading)]
        # Steps first: they are the page in brief.
        beside.sort(key=lambda block: not isinstance(block, Step))
        reference = f"side:{document.key}"
        yield Entry(
            reference,
            kind,
            url,
            title,
            phase=phase,
            summary=self._passage(edition, "summary"),
            body=self._blocks(beside),
            also=[Passage(gettext("Phase %(number)s") % {"number": phase[0]}, self.language)] if phase else [],
        )
        for section in sections:
            if section.heading and section.heading.text:
                anchor = section.heading.anchor
                yield Entry(
                    f"{reference}#{anchor}",
                    kind,
                    f"{url}#{anchor}",
                    self._passage(section.heading, "text"),
                    page=title,
                    phase=phase,
                    body=self._blocks(section.blocks),
                    names=tuple({each: None for block in section.blocks for each in block.references()}),
                )

    def _whole(self) -> Entry:
        """The one page that is put together from all the others. Its words are the interface's."""
        summary = gettext(
            "All in one place: phases, conversation cards, places to report and to get help, deadlines and sources."
        )
        return Entry(
            "hele",
            Kind.PAGE,
            reverse("guides:whole"),
            Passage(gettext("The whole guide"), self.language),
            summary=Passage(summary, self.language),
        )

    def _document(self, scheme: str, kind: Kind, edition: Edition, **values) -> Entry:
        return Entry(
            f"{scheme}:{edition.document.key}",
            kind,
            edition.get_absolute_url(),
            self._passage(edition, "title"),
            phase=self.phases.get(edition.document.phase_id),
            summary=self._passage(edition, "summary"),
            body=[*self._texts(edition, "title", "summary"), *self._blocks(edition.blocks())],
            **values,
        )

    def _card(self, edition: CardEdition) -> Entry:
        entry = self._document("kort", Kind.CARD, edition)
        entry.also.append(Passage(gettext("Card %(number)s") % {"number": edition.document.number}, self.language))
        return entry

    def _letter(self, edition: LetterEdition) -> Entry:
        return self._document("brev", Kind.LETTER, edition)

    def _route(self, route: Route) -> Entry:
        kind = Kind.SUPPORT if route.group == RouteGroup.SUPPORT else Kind.REPORT
        entry = Entry(
            f"vej:{route.key}",
            kind,
            route.get_absolute_url(),
            self._passage(route, "name"),
            summary=self._passage(route, "summary"),
            body=list(self._texts(route, "name", "summary")),
        )
        if route.phone_id and (phone := self.facts.get(route.phone.key)):
            entry.body.append(Passage(phone.text, self.language))
        entry.also.append(Passage(route.site_name, self.language))
        return entry

    def _term(self, term: Term) -> Entry:
        word = self._passage(term, "word")
        return Entry(
            f"side:{MainPage.GLOSSARY}#{term.key}",
            Kind.TERM,
            term.get_absolute_url(),
            Passage(capfirst(word.text), word.language),
            summary=self._passage(term, "explanation"),
            also=[Passage(each, language_used(term, "also")) for each in listed(term.also)],
        )

    def _fact(self, fact) -> Entry:
        return Entry(
            f"side:{MainPage.SOURCES}#{fact.key}",
            Kind.FACT,
            fact.fact.get_absolute_url(),
            self._passage(fact.fact, "label"),
            summary=self._passage(fact.wording, "statement"),
            is_confirmed=fact.fact.is_confirmed,
        )


def _one_for_each_address(entries: list[Entry]) -> Iterator[Entry]:
    """What stands at the same address is one thing: a page and the letter that is filled in on it."""
    by_url: dict[str, Entry] = {}
    for entry in entries:
        if first := by_url.get(entry.url):
            first.also.append(entry.title)
            first.body += [*([entry.summary] if entry.summary else []), *entry.body]
        else:
            by_url[entry.url] = entry
    return iter(by_url.values())


def listed(text: str | None) -> list[str]:
    return [each.strip() for each in (text or "").split(",") if each.strip()]


KINDS = {PageKind.PHASE: Kind.PHASE, PageKind.SITUATION: Kind.SITUATION}
# The ways in themselves.
NOT_FOUND = {MainPage.HOME, MainPage.SEARCH}
RICH = {"body", "guidance"}
# Addresses, and what is told elsewhere.
NEVER_SHOWN = {"slug", "change_note", "withdrawal_reason", "example", "help", "label"}
