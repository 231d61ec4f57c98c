"""Tools: what one does with the guidance. What a visitor types in them comes by POST, is answered and is gone: no
cookie, nothing stored, nothing cached, nothing in an address. There is nothing a forged form could change, so no token
guards it."""

from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from ..models.pages import TOOLS, MainPage
from .pages import composition, main_page


@require_safe
def tools(request):
    return main_page(request, MainPage.TOOLS)


@composition(MainPage.TOOLS, "guides/tools.html")
def _tools(edition, pages):
    return {"tools": [page for tool in TOOLS if (page := pages.page(tool))]}


def not_kept(response):
    """Mark an answer that was made from what a visitor typed."""
    add_never_cache_headers(response)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
