from django.http import Http404, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from ..models import RecordField
from ..models.pages import MainPage
from ..spreadsheets import as_csv, as_workbook
from .pages import composition, main_page

FORMS = {"log": MainPage.LOG, "register": MainPage.REGISTER}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def log(request):
    return main_page(request, MainPage.LOG)


@require_safe
def register(request):
    return main_page(request, MainPage.REGISTER)


@composition(MainPage.LOG, "guides/record.html")
def _log(edition, pages):
    return _context("log")


@composition(MainPage.REGISTER, "guides/record.html")
def _register(edition, pages):
    return _context("register")


def _context(form: str) -> dict:
    fields = list(RecordField.objects.of(form))
    return {
        "form_name": form,
        "rows": [(field, field.example_in(form)) for field in fields],
        "log_lines": range(3),
    }


@require_safe
def record_file(request, form, extension):
    """The empty form as a file. It is the same for everybody."""
    if form not in FORMS or extension not in ("xlsx", "csv"):
        raise Http404
    fields = list(RecordField.objects.of(form))
    title = str(FORMS[form].label)
    if extension == "csv":
        response = HttpResponse(as_csv(fields), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(as_workbook(fields, form, title), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{slugify(title.replace("æ", "ae"))}.{extension}"'
    return response
