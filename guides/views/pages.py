"""Pages: one view for each way in, and one way of showing an edition, which the preview of a draft uses as well."""

from collections.abc import Callable
from copy import copy

from django.db.models import Q
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from digitalchikane.publishing.views import Withdrawn, live_or_404, slug_is, withdrawn
from digitalchikane.spans import shared

from ..directory import Directory
from ..models import PageEdition
from ..models.blocks import Role
from ..models.pages import MainPage, PageKind
from ..steps import by_phase

# For each kind of page and each main page: its template, and what is put together on it besides its own words.
COMPOSITIONS: dict[str, tuple[str, Callable[[PageEdition, Directory], dict]]] = {}
# Pages that a person may have to leave before somebody else sees them.
WITH_EXIT = {"til-dig-der-er-ramt", "stalking"}
# Pages that say who stands behind the site and how to reach them.
WITH_PUBLISHER = {"om", "privatliv", "tilgaengelighed"}


def composition(name: str, template: str):
    """Register what a page is made of. The function takes edition and live pages, and returns context."""

    def register(compose):
        COMPOSITIONS[name] = (template, compose)
        return compose

    return register


def render_page(request, edition: PageEdition, pages: Directory | None = None, *, status: int = 200, **context):
    """A page as readers see it: also how a draft is previewed, so that the two can never differ. A tool adds what came
    of the form on it."""
    document = edition.document
    name = document.key if document.key in COMPOSITIONS else document.kind
    template, compose = COMPOSITIONS[name]
    pages = pages or shared(request, Directory)
    # What is read now is read for this page alone, where many are made with the same directory.
    edition = copy(edition)
    pages.expect(getattr(block, name, "") for block in edition.blocks() for name in ("body", "link"))
    context = {"pages": pages, "page": edition, "subject": edition, **compose(edition, pages), **context}
    return render(request, template, context, status=status)


def show(request, condition: Q, **options):
    try:
        edition = live_or_404(PageEdition.objects.for_readers(), condition)
    except Withdrawn as gone:
        return withdrawn(request, gone.edition)
    return render_page(request, edition, **options)


def main_page(request, name: MainPage, **options):
    # Every page reads the main pages for its menus: the one that is asked for is among them.
    pages = shared(request, Directory)
    if edition := pages.page(name):
        return render_page(request, edition, pages, **options)
    return show(request, Q(document__kind=PageKind.MAIN, document__key=name), **options)


@require_safe
def home(request):
    return main_page(request, MainPage.HOME)


@require_safe
def urgent(request):
    return main_page(request, MainPage.URGENT)


@require_safe
def phases(request):
    return main_page(request, MainPage.PHASES)


@require_safe
def phase(request, slug):
    return _one_of(request, PageKind.PHASE, slug)


@require_safe
def phase_by_number(request, number):
    """A short address for paper, such as /3/. It stays when the phase gets another name."""
    phases = shared(request, Directory).phases
    if not 1 <= number <= len(phases):
        raise Http404
    return HttpResponsePermanentRedirect(phases[number - 1].get_absolute_url())


@require_safe
def situations(request):
    return main_page(request, MainPage.SITUATIONS)


@require_safe
def situation(request, slug):
    return _one_of(request, PageKind.SITUATION, slug)


def _one_of(request, kind: PageKind, slug: str):
    # Every page reads these for its menus: the one that is asked for is among them.
    pages = shared(request, Directory)
    for edition in pages.of_kind(kind):
        if edition.document.slug == slug:
            pages.shown(kind)
            return render_page(request, edition, pages)
    return show(request, slug_is(slug) & Q(document__kind=kind))


@require_safe
def page(request, slug, parent=None):
    """An ordinary page, on its own or below another one."""
    above = slug_is(parent, "document__parent__") if parent else Q(document__parent=None)
    return show(request, slug_is(slug) & above & Q(document__kind=PageKind.PAGE))


@composition(MainPage.HOME, "guides/home.html")
def _home(edition, pages):
    return {
        "featured_cards": pages.featured_cards,
        "ways": ["anmeld", "hjaelp", "til-dig-der-er-ramt", "viden"],
        # What a workplace takes up when the worst is over, or before it comes.
        "later": ["vaerktoejer", "forbered"],
        "publisher": pages.publisher,
    }


@composition(MainPage.SITUATIONS, "guides/situations.html")
@composition(MainPage.URGENT, "guides/urgent.html")
@composition(MainPage.PHASES, "guides/phases.html")
def _own_words(edition, pages):
    return {}


# Pages of one role, which gather its steps from the phases.
ROLE_PAGES = {
    "leder": Role.LEADER,
    "arbejdsmiljoerepraesentant": Role.REPRESENTATIVE,
    "hr": Role.HR,
    "kommunikation": Role.COMMUNICATION,
    "kollega": Role.COLLEAGUE,
}


@composition(PageKind.PAGE, "guides/page.html")
@composition(PageKind.SITUATION, "guides/situation.html")
def _page(edition, pages):
    return {
        "publisher": pages.publisher if edition.document.key in WITH_PUBLISHER else None,
        "has_exit": edition.document.key in WITH_EXIT,
    }


def _role(edition, pages):
    return {"phases": by_phase(pages.phases, ROLE_PAGES[edition.document.key])}


for _key in ROLE_PAGES:
    composition(_key, "guides/role.html")(_role)


@composition(PageKind.PHASE, "guides/phase.html")
def _phase(edition, pages):
    """Where the phase stands among the phases: what comes before it and after it."""
    phases = pages.phases
    here = next((i for i, other in enumerate(phases) if other.document_id == edition.document_id), None)
    if here is None:
        # A draft of a phase that was never published, seen in a preview.
        return {"number": len(phases) + 1, "total": len(phases) + 1}
    return {
        "number": here + 1,
        "total": len(phases),
        "previous": phases[here - 1] if here else None,
        "next": phases[here + 1] if here + 1 < len(phases) else None,
    }
