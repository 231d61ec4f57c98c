"""The site as it is going to be: any page on a coming day, with the facts and the editions of that day.

For editors only. The page itself is the readers' own view, asked with the clock put forward, so that the two can never
differ.
"""

import copy
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from urllib.parse import urlencode, urlsplit

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from . import clock, marking, uses
from .desk import Place, place
from .languages import CODES, DEFAULT
from .middleware import is_editors
from .publishing.models import Edition, edition_models
from .publishing.views import Withdrawn

# The apps that readers meet.
READERS = {"guides", "conversations"}
FARTHEST = timedelta(days=10 * 366)


def address(day: date, page: str = "") -> str:
    """Where an editor sees a page as it is going to be on a day."""
    return f"{reverse('admin:ahead')}?{_query(day, page)}"


def _query(day: date, page: str) -> str:
    return urlencode({"dag": day.isoformat()} | ({"side": page} if page else {}))


class AheadForm(forms.Form):
    """Which day, and which page."""

    dag = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        # A field of a browser sends no other.
        input_formats=["%Y-%m-%d"],
    )
    side = forms.CharField(required=False, max_length=400)

    def clean_dag(self):
        day, today = self.cleaned_data["dag"], timezone.localdate()
        if not today <= day <= today + FARTHEST:
            raise forms.ValidationError(gettext("Choose a day from today on, at most ten years ahead."))
        return day

    def clean_side(self):
        page = self.cleaned_data["side"]
        if page and _view_of(page) is None:
            raise forms.ValidationError(gettext("There is no such page."))
        return page


@dataclass
class NewWording:
    """A wording that takes over, and the one that holds until then."""

    wording: object
    before: object


class Changes:
    """What is different on a day from what readers see now."""

    def __init__(self, day: date):
        self.day = day

    @cached_property
    def wordings(self) -> list[NewWording]:
        from guides.models import FactWording

        coming = FactWording.objects.filter(valid_from__gt=timezone.localdate(), valid_from__lte=self.day)
        coming = coming.select_related("fact").prefetch_related("fact__wordings").order_by("valid_from", "pk")
        eve = timedelta(days=1)
        return [NewWording(each, each.fact.wording_on(each.valid_from - eve)) for each in coming]

    @cached_property
    def editions(self) -> list[Edition]:
        until = clock.end_of(self.day)
        return [
            edition
            for model in edition_models()
            for edition in model.objects.filter(live_from__gt=timezone.now(), live_from__lte=until)
            .select_related("document")
            .order_by("live_from")
        ]

    @cached_property
    def pages(self) -> list[Place]:
        """Every page that a reader finds changed."""
        facts = dict.fromkeys(new.wording.fact for new in self.wordings)
        with clock.at(clock.end_of(self.day)):
            found = [place(use) for fact in facts for use in uses.of(fact)]
            live = [edition for edition in self.editions if not edition.is_withdrawal]
            found += [
                place(edition)
                for model in edition_models()
                for edition in model.objects.live()
                .with_state()
                .filter(pk__in=[each.pk for each in live if isinstance(each, model)])
            ]
        return list({each.address: each for each in found if each.address}.values())


def _view_of(page: str):
    """The view of a readers' page; None for all other addresses."""
    path = urlsplit(page).path
    if not page.startswith("/") or page.startswith("//") or is_editors(path):
        return None
    with translation.override(_language_of(path)):
        try:
            match = resolve(path)
        except Resolver404:
            return None
    return match if match.namespaces and match.namespaces[0] in READERS else None


def _language_of(path: str) -> str:
    first = path.strip("/").partition("/")[0]
    return first if first in CODES else DEFAULT


@require_safe
def ahead(request):
    """A day, what changes until then, and one of the pages as it is going to be."""
    _require_editor(request)
    tomorrow = timezone.localdate() + timedelta(days=1)
    form = AheadForm(request.GET if "dag" in request.GET else {"dag": tomorrow.isoformat()})
    context = admin.site.each_context(request) | {"title": gettext("Look ahead"), "form": form}
    if form.is_valid():
        day, page = form.cleaned_data["dag"], form.cleaned_data["side"]
        changes = Changes(day)
        page = page or next((each.address for each in changes.pages), "/")
        context |= {
            "day": day,
            "changes": changes,
            "page": page,
            "pages": [(each, each.address == page, address(day, each.address)) for each in changes.pages],
            "frame": f"{reverse('admin:ahead_page')}?{_query(day, page)}",
            "first_mark": marking.FIRST,
        }
    return render(request, "admin/ahead.html", context, status=200 if form.is_valid() else 400)


@require_safe
def ahead_page(request):
    """The page alone, which the desk shows in a frame."""
    _require_editor(request)
    form = AheadForm(request.GET)
    if not form.is_valid():
        raise Http404
    parts = urlsplit(form.cleaned_data["side"] or "/")
    match = _view_of(parts.path)
    asked = copy.copy(request)
    asked.path = asked.path_info = parts.path
    asked.GET = QueryDict(parts.query)
    asked.resolver_match = match
    with translation.override(_language_of(parts.path)):
        with clock.at(clock.end_of(form.cleaned_data["dag"])):
            response = match.func(asked, *match.args, **match.kwargs)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            response.content = _with_what_is_new_marked(response, asked, match)
    return for_the_desk_alone(response)


def _with_what_is_new_marked(response, asked, match) -> str:
    """The page of a coming day, held against what readers get now; a page that is not there yet is new throughout."""
    try:
        now = match.func(asked, *match.args, **match.kwargs)
    except (Http404, Withdrawn):
        return response.content.decode()
    return marking.marked(now.content.decode(), response.content.decode())


def _require_editor(request):
    if not request.user.has_module_perms("guides"):
        raise PermissionDenied


def for_the_desk_alone(response):
    """Lets the desk show a readers' page in a frame, and nobody keep it."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cache-Control"] = "no-store"
    response._csp_replace = {"frame-ancestors": ["'self'"]}
    response._csp_update = {}
    return response
