from django.shortcuts import render
from django.views.decorators.http import require_safe

from digitalchikane.publishing.views import Withdrawn, live_or_404, slug_is, withdrawn
from guides.models.pages import MainPage
from guides.views.pages import composition, main_page

from .models import CardEdition


@require_safe
def cards(request):
    return main_page(request, MainPage.CARDS)


@composition(MainPage.CARDS, "conversations/cards.html")
def _cards(edition):
    return {"cards": CardEdition.objects.live().for_readers()}


@require_safe
def card(request, slug):
    try:
        edition = live_or_404(CardEdition.objects.for_readers(), slug_is(slug))
    except Withdrawn as gone:
        return withdrawn(request, gone.edition)
    return render_card(request, edition)


def render_card(request, edition: CardEdition):
    """A card as readers see it; `?vis=stor` shows it alone, readable at arm's length."""
    large = request.GET.get("vis") == "stor"
    template = "conversations/card_large.html" if large else "conversations/card.html"
    return render(request, template, {"card": edition, "subject": edition})
