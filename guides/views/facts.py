from itertools import groupby

from django.views.decorators.http import require_safe

from ..factbook import FactBook
from ..models.facts import FactKind
from ..models.pages import MainPage
from .pages import composition, main_page


@require_safe
def sources(request):
    return main_page(request, MainPage.SOURCES)


@composition(MainPage.SOURCES, "guides/sources.html")
def sources_by_kind(edition, pages):
    """Every fact in force, grouped by kind in the order of the kinds, by label within."""
    order = list(FactKind)
    facts = sorted(FactBook().all(), key=lambda fact: (order.index(fact.fact.kind), fact.fact.label.lower()))
    return {"kinds": [(FactKind(kind), list(group)) for kind, group in groupby(facts, key=lambda fact: fact.fact.kind)]}
