"""The whole guide as one document: what stands in it, in which order, and where links within it lead.

The page, the file to save and the PDF are made from the same WholeGuide. Each phase, card, route and fact has a place
in it; a link to anything else leads to the site.
"""

from dataclasses import dataclass, field
from itertools import count

from django.db.models import Model
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, gettext

from conversations.models import CardEdition
from digitalchikane import references
from digitalchikane.languages import CODES, DEFAULT, is_translated, language_used

from .directory import Directory
from .factbook import FactBook, FactInForce
from .models import PageEdition, Route
from .models.facts import FactKind
from .models.pages import MainPage
from .models.routes import RouteGroup

# The pages whose words open the parts.
MAIN_PAGES = [MainPage.PHASES, MainPage.CARDS, MainPage.REPORT, MainPage.HELP, MainPage.SOURCES]
# Blocks that look otherwise here than on a page of their own: nothing is folded, and a card is only a page away.
BLOCK_TEMPLATES = {
    "recipe": "guides/_whole_recipe.html",
    "cardteaser": "guides/_whole_teaser.html",
    "image": "guides/_whole_image.html",
}


class Places(Directory):
    """The directory of the whole guide: what stands in the document is found there, all else on the site."""

    def __init__(self, site: str = ""):
        super().__init__()
        # Put before addresses that lead out of the document, where it is read elsewhere than on the site.
        self.site = site
        self.anchors: dict[str, str] = {}
        self._taken: set[str] = set()

    @property
    def cards(self) -> list[CardEdition]:
        """By number: that is how the texts name them."""
        return sorted(self._cards.values(), key=lambda card: card.document.number)

    def settle(self, wanted: str, *links: str) -> str:
        """An anchor that nothing else in the document has, where these references lead from then on."""
        anchor, number = wanted, 1
        while anchor in self._taken:
            number += 1
            anchor = f"{wanted}---{number}"
        self._taken.add(anchor)
        for link in links:
            self.anchors.setdefault(link, anchor)
        return anchor

    def address(self, reference: str) -> str | None:
        if references.split(reference):
            anchor = self.anchors.get(reference) or self.anchors.get(reference.partition("#")[0])
            found = f"#{anchor}" if anchor else super().address(reference)
        elif ":" in reference or reference.startswith("/"):
            found = reference
        else:
            # Said on a page of its own about that page: no such place here.
            found = None
        return f"{self.site}{found}" if found and found.startswith("/") else found

    def place(self, thing) -> str:
        return self.address(references.to(thing))

    def source(self, key: str) -> str:
        anchor = self.anchors.get(f"side:{MainPage.SOURCES}#{key}")
        return f"#{anchor}" if anchor else self.site + super().source(key)


@dataclass
class Section:
    """The blocks below a heading, or before the first one; `level` is that of the heading above them."""

    level: int
    heading: Model | None
    anchor: str
    blocks: list[tuple[str, Model]]


@dataclass
class Entry:
    """A page, card or route with its place in the document, in the language it is shown in."""

    thing: Model | None
    anchor: str
    level: int
    language: str
    number: int | None = None
    sections: list[Section] = field(default_factory=list)
    steps_anchor: str = ""

    @property
    def name_field(self) -> str:
        return _name_field(self.thing)

    @property
    def title(self) -> str:
        return getattr(self.thing, self.name_field)


@dataclass
class NumberedFact:
    """A fact among the sources: the PDF names it by its number."""

    number: int
    anchor: str
    fact: FactInForce


@dataclass
class Group:
    """Routes or facts below one heading."""

    label: str
    anchor: str
    members: list


@dataclass
class Part:
    """One of the five parts: the words of a main page where it is live, and what is put together below them."""

    key: str
    title: str
    intro: Entry
    entries: list[Entry] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return self.intro.anchor

    @property
    def template_name(self) -> str:
        return f"guides/_whole_{MainPage(self.key).name.lower()}.html"


class WholeGuide:
    """Everything live, put in order once while the document is made."""

    def __init__(self, site: str = ""):
        super().__init__()
        self.site = site
        self.pages = Places(site)
        self.facts = FactBook()
        self.on = self.facts.on
        PageEdition.read_blocks([*self.pages.phases, *filter(None, map(self.pages.page, MAIN_PAGES))])
        CardEdition.read_blocks(self.pages.cards)
        self.language = self._language()
        with translation.override(self.language):
            parts = [self._phases(), self._cards(), self._report(), self._help(), self._sources()]
        self.parts = [part for part in parts if part]

    # As a page among pages: its title by language, its address

    def get_absolute_url(self):
        return reverse("guides:whole")

    @property
    def title(self) -> str:
        return gettext("The whole guide")

    def __getattr__(self, name):
        """`title_en` is empty as long as nothing in it is translated: the page is then in Danish throughout."""
        field, _separator, code = name.rpartition("_")
        if field != "title" or code not in CODES:
            raise AttributeError(name)
        with translation.override(code):
            return self.title if code == DEFAULT or self._is_translated(code) else ""

    @property
    def newest(self):
        """When something in it last changed, as far as editions tell; None for an empty one."""
        editions = [*self.pages.phases, *self.pages.cards, *filter(None, map(self.pages.page, MAIN_PAGES))]
        return max((edition.live_from for edition in editions), default=None)

    def _is_translated(self, language: str) -> bool:
        things = [*self.pages.phases, *self.pages.cards, *self.pages.routes]
        return any(is_translated(thing, _name_field(thing), language) for thing in things)

    def _language(self) -> str:
        language = get_language() or DEFAULT
        return language if language == DEFAULT or self._is_translated(language) else DEFAULT

    # The parts

    def _phases(self) -> Part | None:
        phases = [
            self._entry(phase, f"fase-{phase.document.key}", level=3, number=number)
            for number, phase in enumerate(self.pages.phases, start=1)
        ]
        return self._part(MainPage.PHASES, gettext("The five phases"), entries=phases)

    def _cards(self) -> Part | None:
        cards = [
            self._entry(card, f"kort-{card.document.key}", level=3, number=card.document.number)
            for card in self.pages.cards
        ]
        return self._part(MainPage.CARDS, gettext("Conversation cards"), entries=cards)

    def _report(self) -> Part | None:
        groups = [
            Group(
                group.label,
                self.pages.settle(f"anmeld--{group}", f"side:{MainPage.REPORT}#{group}"),
                [self._route(route, level=4) for route in routes],
            )
            for group in RouteGroup
            if group != RouteGroup.SUPPORT and (routes := self.pages.routes_of(group))
        ]
        return self._part(MainPage.REPORT, gettext("Where to report what"), groups=groups)

    def _help(self) -> Part | None:
        routes = [self._route(route, level=3) for route in self.pages.routes_of(RouteGroup.SUPPORT)]
        return self._part(MainPage.HELP, gettext("Get help here"), entries=routes)

    def _sources(self) -> Part | None:
        groups, numbers = [], count(1)
        for kind in FactKind:
            facts = [fact for fact in self.facts.all() if fact.fact.kind == kind]
            if not facts:
                continue
            anchor = self.pages.settle(f"kilder--{kind}", f"side:{MainPage.SOURCES}#{kind}")
            members = [
                NumberedFact(
                    next(numbers),
                    self.pages.settle(f"kilde-{fact.key}", f"side:{MainPage.SOURCES}#{fact.key}"),
                    fact,
                )
                for fact in sorted(facts, key=lambda fact: fact.fact.label.lower())
            ]
            groups.append(Group(kind.label, anchor, members))
        return self._part(MainPage.SOURCES, gettext("Sources and deadlines"), groups=groups)

    def _part(self, key: MainPage, title: str, entries=(), groups=()) -> Part | None:
        """A part with the words of its main page, or a plain title where that page is not live."""
        page = self.pages.page(key)
        if not (page or entries or groups):
            return None
        if page is None:
            anchor = self.pages.settle(str(key))
            intro = Entry(None, anchor, 2, get_language() or DEFAULT)
        else:
            intro = self._entry(page, str(key), level=2)
            title = page.title
        return Part(str(key), title, intro, list(entries), list(groups))

    def _entry(self, edition, wanted: str, level: int, number: int | None = None) -> Entry:
        """An edition at its place, with those of its blocks and headings."""
        reference = references.to(edition)
        entry = Entry(edition, self.pages.settle(wanted, reference), level, language_used(edition, "title"), number)
        if not isinstance(edition, PageEdition):
            return entry
        if edition.steps():
            entry.steps_anchor = self.pages.settle(f"{wanted}--kort-fortalt", f"{reference}#kort-fortalt")
        for section in edition.sections():
            anchor = ""
            if section.heading:
                name = section.heading.anchor
                anchor = self.pages.settle(f"{wanted}--{name}", f"{reference}#{name}")
            blocks = [
                (BLOCK_TEMPLATES.get(block._meta.model_name, block.template_name), block) for block in section.blocks
            ]
            entry.sections.append(Section(level + bool(section.heading), section.heading, anchor, blocks))
        return entry

    def _route(self, route: Route, level: int) -> Entry:
        # The page that lists help names each by its key as well.
        links = [f"vej:{route.key}", f"side:{MainPage.HELP}#{route.key}"]
        return Entry(route, self.pages.settle(f"vej-{route.key}", *links), level, language_used(route, "name"))


def _name_field(thing) -> str:
    return "title" if hasattr(thing, "title") else "name"
