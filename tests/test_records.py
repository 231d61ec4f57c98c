"""The log and the register: one list of fields, on paper, in a workbook and as rows."""

import csv
import io
import zipfile
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import translation

from guides.models import RecordField
from guides.spreadsheets import as_csv, harmless

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def workbook(content: bytes) -> tuple[list[list[str]], ElementTree.Element]:
    """The rows of the example sheet, and the sheet to fill in as its file has it."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        strings = ["".join(t.text or "" for t in si.iter(f"{MAIN}t")) for si in _root(parts, "xl/sharedStrings.xml")]
        example = _root(parts, "xl/worksheets/sheet2.xml")
        rows = [[strings[int(c.find(f"{MAIN}v").text)] for c in row] for row in example.iter(f"{MAIN}row")]
        return rows, _root(parts, "xl/worksheets/sheet1.xml")


def _root(parts, name):
    return ElementTree.fromstring(parts.read(name))  # noqa: S314


def get(client, form, extension):
    return client.get(reverse("guides:record_file", args=[form, extension]))


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("form", ["log", "register"])
def test_page_workbook_and_rows_have_the_same_fields(client, answers, db, form, language):
    labels = [getattr(field, f"label_{language}") for field in RecordField.objects.of(form)]
    with translation.override(language):
        rows, _sheet = workbook(get(client, form, "xlsx").content)
        text = get(client, form, "csv").content.decode("utf-8-sig")
        shown = answers[reverse(f"guides:{form}")].markup

    assert rows[0] == labels
    assert next(csv.reader(io.StringIO(text), delimiter=";")) == labels
    assert [label for label in labels if label not in shown.main_text] == []
    assert len(rows[1]) == len(labels)


@pytest.mark.parametrize("form", ["log", "register"])
def test_plain_rows_hold_nothing_that_never_happened(client, db, form):
    """They go to the police as they are; the workbook has its example on a sheet of its own."""
    rows = list(csv.reader(io.StringIO(get(client, form, "csv").content.decode("utf-8-sig")), delimiter=";"))

    assert len(rows) == 1


def test_the_two_forms_are_for_different_readers(db):
    log = set(RecordField.objects.of("log").values_list("key", flat=True))
    register = set(RecordField.objects.of("register").values_list("key", flat=True))

    assert {"klokkeslaet", "link", "bilag", "afsender"} <= log - register
    assert {"medarbejder", "tilknytning", "fravaer", "slettes"} <= register - log


@pytest.mark.parametrize(
    ("language", "choice", "prompt", "day"),
    [("da", "Trussel", "ikke ”i går”", "dd-mm-yyyy"), ("en", "Threat", "not “yesterday”", "[$-809]d mmm yyyy")],
)
def test_the_workbook_helps_to_fill_in(client, db, language, choice, prompt, day):
    with translation.override(language):
        content = get(client, "log", "xlsx").content
    _rows, sheet = workbook(content)
    rules = list(sheet.iter(f"{MAIN}dataValidation"))
    lists = [rule for rule in rules if rule.get("type") == "list"]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        formats = {each.get("formatCode") for each in _root(parts, "xl/styles.xml").iter(f"{MAIN}numFmt")}

    assert len(lists) >= 3
    assert any(choice in rule.find(f"{MAIN}formula1").text for rule in lists)
    assert all(rule.get("errorStyle") == "warning" for rule in lists)
    assert any(prompt in (rule.get("prompt") or "") for rule in rules)
    assert day in formats


@pytest.mark.parametrize("words", ["=1+1", "+45", "-2", "@SUM(A1)", "\tx", "=HYPERLINK(“x”)"])
def test_nothing_in_a_file_is_run_as_a_formula(client, db, words):
    RecordField.objects.filter(key="vidner").update(label_da=words[:60], example_da=words)

    text = as_csv(list(RecordField.objects.of("log"))).decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(get(client, "log", "xlsx").content)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name]

    assert harmless(words) in next(csv.reader(io.StringIO(text), delimiter=";")) or words[0] in "\t"
    assert all(
        not cell.startswith(("=", "+", "-", "@"))
        for row in csv.reader(io.StringIO(text), delimiter=";")
        for cell in row
    )
    assert all("<f>" not in sheet for sheet in sheets)


@pytest.mark.parametrize(("form", "extension"), [("log", "exe"), ("findes-ikke", "csv"), ("LOG", "xlsx")])
def test_other_files_are_not_found(client, db, form, extension):
    assert get(client, form, extension).status_code == 404


def test_files_are_the_same_for_everybody(client, db):
    response = get(client, "register", "csv")

    assert response["Content-Disposition"] == 'attachment; filename="intern-registrering.csv"'
    assert "public" in response["Cache-Control"]
    assert not response.cookies


@pytest.mark.parametrize("path", ["/en/tools/incident-log/", "/en/tools/internal-register/"])
def test_nothing_of_an_english_form_is_marked_as_danish(answers, path):
    fields = [*answers[path].markup.all("dt"), *answers[path].markup.all("dd")]

    assert [field.text for field in fields if field.get("lang")] == []
