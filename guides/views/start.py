from django.views.decorators.http import require_safe

from ..models.pages import MainPage
from ..triage import Triage
from .pages import composition, main_page


@require_safe
def start(request):
    return main_page(request, MainPage.START)


@composition(MainPage.START, "guides/start.html")
def _start(edition, pages):
    return {"triage": Triage(edition)}
