"""Search. What somebody looks for can name a person or a fear: it is neither logged, counted nor kept, and no page
that is left for another one tells it where one comes from."""

from dataclasses import dataclass
from functools import cached_property

from django.http import JsonResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from digitalchikane.plain import one_line

from ..models.pages import MainPage
from ..models.routes import Route, RouteGroup
from ..search import Entry, Hit, index_for
from ..search.index import MOST_CHARACTERS
from ..search.marks import excerpt, marked
from ..search.suggestions import suggested
from .pages import composition, main_page
from .tools import not_kept


@dataclass
class Shown:
    """A result as a page shows it."""

    entry: Entry
    marks: frozenset[str]

    @property
    def title(self):
        return marked(self.entry.title, self.marks)

    @cached_property
    def excerpt(self):
        return excerpt(self.entry, self.marks)

    @property
    def text(self):
        return marked(self.excerpt, self.marks)


class Search:
    """A query and what it found."""

    def __init__(self, query: str, language: str):
        self.query = one_line(query[:MOST_CHARACTERS])
        self._index = index_for(language)
        self.answer = self._index.ask(query)

    def _shown(self, hits: list[Hit]) -> list[Shown]:
        return [Shown(hit.entry, self.answer.marks) for hit in hits]

    @property
    def count(self) -> int:
        return len(self.answer.hits)

    @cached_property
    def best(self) -> list[Shown]:
        return self._shown(self.answer.best)

    @cached_property
    def groups(self):
        return [(kind, self._shown(hits)) for kind, hits in self.answer.groups]

    @cached_property
    def nearest(self) -> list[Entry]:
        return self._index.nearest(self.query) if self.answer.has_words else []

    @cached_property
    def _named_in_danger(self) -> list[str]:
        """Where words of danger lead, and what the sections there link to."""
        led = [alias.leads_to for alias in self.answer.dangers]
        return [*led, *(name for each in led if (entry := self._index.entry(each)) for name in entry.names)]

    @cached_property
    def dangers(self) -> list[Entry]:
        """Where words of danger lead, each once; a section leads on to the sections that it names."""
        found = {each: self._index.entry(each) for each in self._named_in_danger if each.startswith("side:")}
        return [entry for entry in found.values() if entry]

    @cached_property
    def helpers(self) -> list[Route]:
        """Whom to call, of those that are named where words of danger lead."""
        keys = [each.removeprefix("vej:") for each in self._named_in_danger if each.startswith("vej:")]
        return list(Route.objects.live().filter(key__in=keys, phone__isnull=False)) if keys else []


@require_safe
def search(request):
    if "q" not in request.GET:
        return main_page(request, MainPage.SEARCH)
    found = Search(request.GET["q"], get_language())
    response = not_kept(main_page(request, MainPage.SEARCH, found=found))
    response["X-Robots-Tag"] = "noindex"
    return response


@composition(MainPage.SEARCH, "guides/search.html")
def _search(edition, pages):
    return {"found": None, "longest": MOST_CHARACTERS, "support": pages.routes_of(RouteGroup.SUPPORT)}


@require_safe
def suggestions(request):
    """Titles and other words for them, which the browser looks through by itself. The same for everybody."""
    return JsonResponse(suggested(get_language()), safe=False, json_dumps_params={"ensure_ascii": False})
