from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from digitalchikane.publishing.views import slug_is
from digitalchikane.spans import shared

from ..directory import Directory
from ..models import Route
from ..models.pages import MainPage
from ..models.routes import RouteGroup
from .pages import composition, main_page


@require_safe
def report(request):
    return main_page(request, MainPage.REPORT)


@require_safe
def help_lines(request):
    return main_page(request, MainPage.HELP)


@require_safe
def route(request, slug):
    pages = shared(request, Directory)
    for found in pages.routes:
        if found.slug == slug:
            return render(request, "guides/route.html", {"route": found, "subject": found})
    if gone := Route.objects.filter(slug_is(slug, prefix=""), is_withdrawn=True).first():
        return render(request, "410.html", {"withdrawal": gone, "in_its_place": gone.in_its_place}, status=410)
    raise Http404


@composition(MainPage.REPORT, "guides/report.html")
def reporting(edition, pages):
    """The routes by group, in the order of the groups."""
    groups = [(group, pages.routes_of(group)) for group in RouteGroup if group != RouteGroup.SUPPORT]
    return {"groups": [(group, members) for group, members in groups if members]}


@composition(MainPage.HELP, "guides/help.html")
def support(edition, pages):
    routes = pages.routes_of(RouteGroup.SUPPORT)
    return {"routes": routes, "unchecked": unchecked(routes)}


def unchecked(routes: list[Route]) -> str:
    """“all” or “most” of a list, where readers are told once above it; where it is only some, each of them says so."""
    others = sum(not route.is_unchecked for route in routes)
    if not others:
        return "all"
    return "most" if others * 5 <= len(routes) else ""
