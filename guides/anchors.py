"""Where on a page a link may end: its sections, and what the templates give an anchor besides."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F

from .models import End, Fact, Heading, Page, PageEdition, Question, Route, Term
from .models.facts import FactKind
from .models.pages import MainPage, PageKind
from .models.routes import RouteGroup

ANCHORED = (Heading, Question, End)
# Templates put these on pages where there is something to put there; few enough not to ask.
ON_PAGES = {
    "kort-fortalt",
    "indhold",
    "indhold-paa-siden",
    "alle-faser",
    "kontakt",
    *(f"fase-{n}" for n in range(1, 6)),
}
# Main pages on which every row has an anchor.
ROWS = {
    MainPage.REPORT: lambda: RouteGroup.values,
    MainPage.HELP: lambda: Route.objects.live().values_list("key", flat=True),
    MainPage.GLOSSARY: lambda: Term.objects.values_list("key", flat=True),
    MainPage.SOURCES: lambda: [*FactKind.values, *Fact.objects.values_list("key", flat=True)],
}
# Main pages that are read from top to bottom like any other.
LIKE_OTHERS = {MainPage.URGENT, MainPage.START}


@dataclass
class Anchored:
    """A page by its heading, with its anchors; None where the code puts so much on it that they are not known here."""

    title: str
    anchors: set[str] | None

    def has(self, anchor: str) -> bool:
        return self.anchors is None or anchor in self.anchors


def page_of(edition: PageEdition) -> Anchored:
    """The page that an edition is going to be."""
    own = {block.anchor for block in edition.blocks() if isinstance(block, ANCHORED)}
    made = _made(edition.document)
    return Anchored(str(edition), None if made is None else made | own)


def pages(keys: Iterable[str]) -> dict[str, Anchored]:
    """Pages by key, with the anchors of all editions that readers meet or are going to meet."""
    editions = PageEdition.objects.current_or_live().filter(document__key__in=keys).select_related("document")
    found: dict[str, Anchored] = {}
    by_edition: dict[int, Anchored] = {}
    # What readers see now names the page.
    for edition in editions.order_by(F("live_from").asc(nulls_last=True)):
        page = found.setdefault(edition.document.key, Anchored(str(edition), _made(edition.document)))
        by_edition[edition.pk] = page
    for model in ANCHORED:
        for pk, anchor in model.objects.filter(parent__in=by_edition).values_list("parent_id", "anchor"):
            if by_edition[pk].anchors is not None:
                by_edition[pk].anchors.add(anchor)
    return found


def _made(page: Page) -> set[str] | None:
    if page.key in ROWS:
        return ON_PAGES | set(ROWS[page.key]())
    return set(ON_PAGES) if page.kind != PageKind.MAIN or page.key in LIKE_OTHERS else None
