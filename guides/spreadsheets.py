"""The log and the register as files to fill in: a workbook with help and choices in it, and plain rows."""

import csv
import io
from datetime import datetime
from math import ceil

from django.utils.translation import get_language, gettext

from .models.records import FieldKind, RecordField

ROWS = 300
LINE_HEIGHT = 15
# How a day is shown: by number as Danish tables write it, and in words of its own language where numbers could be
# read in two ways.
DAY, DAYS = "dd-mm-yyyy", {"en": "[$-809]d mmm yyyy"}
# What a spreadsheet would run as a formula when it stands first in a cell.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def as_csv(fields: list[RecordField]) -> bytes:
    """The headings alone: an example among the rows would be sent on as if it had happened. With the mark that makes
    Excel read æ, ø and å, and with the semicolons it expects here."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow([harmless(field.label) for field in fields])
    return out.getvalue().encode("utf-8-sig")


def as_workbook(fields: list[RecordField], form: str, title: str) -> bytes:
    """Two sheets: an empty one to fill in, with help as one stands in a cell, and the same one with an example."""
    # Imported here: only a reader who fetches the file needs it.
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    # Not the time at which it was fetched: the same fields give the same file.
    book.set_properties({"title": title, "created": datetime(2026, 1, 1)})
    for name, filled in [(gettext("To fill in"), False), (gettext("Example"), True)]:
        _sheet(book, book.add_worksheet(name), fields, form, filled)
    book.close()
    return out.getvalue()


def _sheet(book, sheet, fields, form, filled):
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#E5EFE8"})
    cell = {"text_wrap": True, "valign": "top"}
    formats = {
        FieldKind.DATE: book.add_format(cell | {"num_format": DAYS.get(get_language(), DAY)}),
        FieldKind.TIME: book.add_format(cell | {"num_format": "hh:mm"}),
    }
    plain = book.add_format(cell)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 1)
    for column, field in enumerate(fields):
        sheet.set_column(column, column, _width(field, form), formats.get(field.kind, plain))
        sheet.write_string(0, column, field.label, head)
        if filled:
            sheet.write_string(1, column, field.example_in(form), plain)
        sheet.data_validation(1, column, ROWS, column, _validation(field))
    # Not every program makes a row as high as what is in it.
    sheet.set_row(0, LINE_HEIGHT * max(_lines(field.label, field, form) for field in fields))
    if filled:
        sheet.set_row(1, LINE_HEIGHT * max(_lines(field.example_in(form), field, form) for field in fields))


def _width(field: RecordField, form: str) -> int:
    """In letters. Narrow, so that all columns can be read on a sheet that lies on its side; headings are broken."""
    if field.kind == FieldKind.TEXT and len(field.example_in(form)) > 24:
        return 24
    longest_word = max((len(word) for word in field.label.split()), default=0)
    return max(12 if field.kind == FieldKind.DATE else 8, longest_word + 3)


def _lines(text: str, field: RecordField, form: str) -> int:
    """How many lines a text takes in its column, with room for words that are not broken."""
    return max(1, ceil(1.4 * len(text) / _width(field, form)))


def _validation(field: RecordField) -> dict:
    """Help while one writes; of choices a list. Other words are warned about, never refused."""
    rule: dict = {"validate": "any"}
    # Excel takes 255 characters in all for a list.
    if field.kind == FieldKind.CHOICE and len(",".join(field.choice_lines)) < 255:
        rule = {"validate": "list", "source": field.choice_lines, "error_type": "warning"}
        rule |= {"error_title": field.label[:32], "error_message": gettext("This is not one of the choices.")}
    if field.help:
        rule |= {"input_title": field.label[:32], "input_message": field.help[:255]}
    return rule
