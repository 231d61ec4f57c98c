"""For a workplace's intranet: links to copy, and the box itself."""

from csp.decorators import csp_replace
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from ..models.pages import MainPage
from .pages import composition, main_page


@require_safe
def intranet(request):
    return main_page(request, MainPage.INTRANET)


@composition(MainPage.INTRANET, "guides/intranet.html")
def _intranet(edition, pages):
    return {}


# The only address of the site that other sites may show in a frame: there is nothing on it to be tricked into.
@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def intranet_box(request):
    response = render(request, "guides/box.html")
    response["X-Robots-Tag"] = "noindex"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
