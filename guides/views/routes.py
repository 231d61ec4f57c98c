from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from digitalchikane.publishing.views import slug_is

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
    asked = slug_is(slug, prefix="")
    found = Route.objects.for_readers().filter(asked).first()
    if found is None:
        if gone := Route.objects.filter(asked, is_withdrawn=True).first():
            return render(request, "410.html", {"withdrawal": gone, "in_its_place": gone.in_its_place}, status=410)
        raise Http404
    return render(request, "guides/route.html", {"route": found, "subject": found})


@composition(MainPage.REPORT, "guides/report.html")
def reporting(edition, pages):
    """The routes by group, in the order of the groups."""
    routes = list(Route.objects.reporting().for_readers())
    groups = [(group, [route for route in routes if route.group == group]) for group in RouteGroup]
    return {"groups": [(group, members) for group, members in groups if members]}


@composition(MainPage.HELP, "guides/help.html")
def support(edition, pages):
    return {"routes": Route.objects.support().for_readers()}
