"""Which pages there are: for menus, for lists of pages and for links by key."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from django.db.models import Q, Value

from conversations.models import Card, CardEdition, Letter, LetterEdition
from digitalchikane import references
from digitalchikane.addresses import reverse
from digitalchikane.languages import CODES

from .models import PageEdition, Publisher, Route
from .models.pages import PageKind
from .models.routes import RouteGroup

# The foot of every page, group by group: what to do, what to know, who we are. A page that is not there is left out.
FOOT = [
    ["hjaelp", "anmeld", "til-dig-der-er-ramt", "situationer", "forbered"],
    ["vaerktoejer", "viden", "regler", "ordliste", "kilder"],
    ["nyt", "om", "privatliv", "tilgaengelighed"],
]
# Ordinary pages that menus link to. With the main pages, the phases and the situations they are read in one query;
# any other page is looked up when a text links to it.
MENU = [key for group in FOOT for key in group]
PAGE_REFERENCE = re.compile(r"\bside:([a-z0-9-]+)")


class Directory:
    """The live pages, read once. Templates ask it by key: `pages.akut`. Several readers' pages may be made with one
    (spans.py): what was read stays as it is."""

    def __init__(self):
        # Looked up because a text links to them; None where readers cannot reach them.
        self._linked: dict[str, PageEdition | None] = {}
        # How many pages of a kind were made with it.
        self._shown: Counter[str] = Counter()

    @cached_property
    def _pages(self) -> dict[str, PageEdition]:
        wanted = ~Q(document__kind=PageKind.PAGE) | Q(document__key__in=MENU)
        editions = PageEdition.objects.live().for_readers().filter(wanted)
        return {edition.document.key: edition for edition in editions.order_by("document__position", "document__pk")}

    @cached_property
    def _cards(self) -> dict[str, CardEdition]:
        return {edition.document.key: edition for edition in CardEdition.objects.live().for_readers()}

    @cached_property
    def _routes(self) -> dict[str, Route]:
        return {route.key: route for route in Route.objects.for_readers()}

    @cached_property
    def _stand_ins(self) -> dict[str, Route | None]:
        """What took the place of routes that were withdrawn. Read when one of them is named."""
        withdrawn = Route.objects.filter(is_withdrawn=True).select_related("replaced_by")
        return {route.key: route.in_its_place for route in withdrawn}

    @cached_property
    def _slugs(self) -> dict[tuple[str, str], list[str]]:
        """What the addresses of things besides pages are made of: one query for all kinds."""
        rows = [
            _with_scheme("kort", CardEdition.objects.live(), "document__"),
            _with_scheme("brev", LetterEdition.objects.live(), "document__"),
            _with_scheme("vej", Route.objects.live()),
        ]
        found = {}
        for key, *slugs, scheme in rows[0].union(*rows[1:], all=True):
            found[scheme, key] = slugs
        return found

    def __getitem__(self, key: str) -> PageEdition:
        # A missing key is a KeyError, so that templates go on to ask for an attribute (`pages.phases`).
        return self._pages[key]

    def of_kind(self, kind: str) -> list[PageEdition]:
        return [edition for edition in self._pages.values() if edition.document.kind == kind]

    def shown(self, kind: str):
        """A page of this kind is about to be shown. Whoever looks at a phase or a situation goes on to another: when
        the second one is, what is on all of them is read at once, in as many queries as it takes for one."""
        self._shown[kind] += 1
        if self._shown[kind] == 2:
            PageEdition.read_blocks(self.of_kind(kind))

    @property
    def phases(self) -> list[PageEdition]:
        return self.of_kind(PageKind.PHASE)

    @property
    def situations(self) -> list[PageEdition]:
        return self.of_kind(PageKind.SITUATION)

    @property
    def foot(self) -> list[list[PageEdition]]:
        """What every page's foot links to, in groups."""
        return [[edition for key in group if (edition := self._pages.get(key))] for group in FOOT]

    @property
    def featured_cards(self) -> list[CardEdition]:
        return [edition for edition in self.cards if edition.document.is_featured]

    @property
    def cards(self) -> list[CardEdition]:
        return list(self._cards.values())

    @property
    def routes(self) -> list[Route]:
        return list(self._routes.values())

    def routes_of(self, group: RouteGroup) -> list[Route]:
        return [route for route in self.routes if route.group == group]

    @cached_property
    def publisher(self) -> Publisher:
        return Publisher.load()

    def card(self, key: str) -> CardEdition | None:
        return self._cards.get(key)

    def page(self, key: str) -> PageEdition | None:
        if key in self._pages or key in MENU:
            return self._pages.get(key)
        if key not in self._linked:
            self._linked[key] = PageEdition.objects.live().for_readers().filter(document__key=key).first()
        return self._linked[key]

    def expect(self, texts: Iterable[str]):
        """Read at once the pages that these texts are going to link to."""
        keys = {key for text in texts for key in PAGE_REFERENCE.findall(text or "")}
        if missing := keys - self._pages.keys() - self._linked.keys():
            editions = PageEdition.objects.live().for_readers().filter(document__key__in=missing)
            self._linked.update(dict.fromkeys(missing) | {edition.document.key: edition for edition in editions})

    def find(self, reference: str):
        """What a reference names, where readers can reach it."""
        scheme, key, _fragment = references.split(reference)
        match scheme:
            case "kort":
                return self.card(key)
            case "brev":
                return LetterEdition.objects.live().for_readers().filter(document__key=key).first()
            case "vej":
                return self._routes.get(key) or self._stand_ins.get(key)
            case _:
                return self.page(key)

    # Where things stand: each at an address of its own

    def address(self, reference: str) -> str | None:
        """The address that a reference leads to; None where readers cannot reach it."""
        return references.address(reference, self._target)

    def _target(self, reference: str):
        scheme, key, _fragment = references.split(reference)
        if scheme == "side":
            return self.page(key)
        if slugs := self._slugs.get((scheme, key)):
            # As if read with nothing else, so that no default is made for the other fields.
            return KINDS[scheme].from_db(None, ["key", *SLUGS], [key, *slugs])
        return self._stand_ins.get(key) if scheme == "vej" else None

    def place(self, thing) -> str:
        """The address of a page, card, letter or route."""
        return thing.get_absolute_url()

    def source(self, key: str) -> str:
        """The address of a fact's source."""
        return f"{reverse('guides:sources')}#{key}"


KINDS = {"kort": Card, "brev": Letter, "vej": Route}
SLUGS = [f"slug_{code}" for code in CODES]


def _with_scheme(scheme: str, things, prefix: str = ""):
    """What the addresses of things are made of, and the word that references to them begin with."""
    fields = [f"{prefix}{name}" for name in ("key", *SLUGS)]
    # Without modeltranslation's own way of choosing columns: it puts them in any order, and a union goes by order.
    return things.order_by().rewrite(False).values_list(*fields, Value(scheme))
