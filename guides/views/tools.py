"""Tools: what one does with the guidance. What a visitor types in them comes by POST, is answered and is gone: no
cookie, nothing stored, nothing cached, nothing in an address. There is nothing a forged form could change, so no token
guards it."""

import re

from django.views.decorators.http import require_safe

from .. import steps
from ..models.blocks import Role
from ..models.pages import TOOLS, MainPage
from .pages import composition, main_page

# The facts on the sheet for the wall: what must not be missed in the first days.
WALL_CLOCKS = ["frist-offererstatning", "frist-arbejdsulykke-fravaer", "frist-arbejdsulykke-uden-fravaer"]


@require_safe
def tools(request):
    return main_page(request, MainPage.TOOLS)


@composition(MainPage.TOOLS, "guides/tools.html")
def _tools(edition, pages):
    return {"tools": [page for tool in TOOLS if (page := pages.page(tool))], "roles": pages.page("roller")}


@require_safe
def checklist(request):
    """Ticks stand in the address as numbers, so that a list can be kept as a bookmark and nothing be stored here."""
    # Of a made-up address no more is read than there can be steps.
    done = {int(number) for number in request.GET.getlist("gjort")[:100] if re.fullmatch("[0-9]{2,3}", number)}
    response = main_page(
        request, MainPage.CHECKLIST, done=done, chosen="&".join(f"gjort={number}" for number in sorted(done))
    )
    if done:
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
    return response


@composition(MainPage.CHECKLIST, "guides/checklist.html")
def _checklist(edition, pages):
    phases = steps.by_phase(pages.phases)
    return {"phases": phases, "count": sum(len(each.steps) for each in phases), "done": set()}


@require_safe
def wall_sheet(request):
    return main_page(request, MainPage.WALL_SHEET)


@composition(MainPage.WALL_SHEET, "guides/wall_sheet.html")
def _wall_sheet(edition, pages):
    return {
        # What a leader does first in each phase, the call for help aside: that stands on top.
        "phases": steps.by_phase(pages.phases, Role.LEADER, with_everybodys=False),
        "clocks": WALL_CLOCKS,
        # Whom a workplace writes on its own sheet.
        "contacts": [Role.LEADER, Role.REPRESENTATIVE, Role.HR, Role.COMMUNICATION],
    }


def not_kept(response):
    """Mark an answer that was made from what a visitor typed."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
