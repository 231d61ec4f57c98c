from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from digitalchikane.spans import shared

from ..deadlines import due
from ..factbook import FactBook
from ..forms import DeadlinesForm
from ..models.pages import MainPage
from .pages import composition, main_page
from .tools import not_kept


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def deadlines(request):
    if request.method != "POST":
        return main_page(request, MainPage.DEADLINES)
    form = DeadlinesForm(request.POST)
    if not form.is_valid():
        return not_kept(main_page(request, MainPage.DEADLINES, form=form, status=422))
    now = timezone.now()
    found = due(form.starts(), shared(request, FactBook))
    if "calendar" in request.POST:
        # Here, as few want it and the library is large.
        from ..calendars import calendar

        response = HttpResponse(calendar(found, now), content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{gettext("dates")}.ics"'
        return not_kept(response)
    rows = [(each, each.left(now), each.is_over(now)) for each in found]
    return not_kept(main_page(request, MainPage.DEADLINES, form=form, rows=rows, now=now, starts=form.starts()))


@composition(MainPage.DEADLINES, "guides/deadlines.html")
def _deadlines(edition, pages):
    return {"form": DeadlinesForm()}
