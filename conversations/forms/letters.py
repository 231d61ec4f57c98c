from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from digitalchikane import plain
from guides.forms.deadlines import DATE_FORMATS

from ..models import Blank, BlankKind, LetterEdition

LINE, LINES, ADDRESS = 200, 4000, 1000
# More than any field takes: what is longer is cut before it is looked at, so that the work is bounded.
AT_MOST = 12_000
TOO_LONG = _("Write at most %(limit_value)d characters. There are %(show_value)d now.")
EMPTY = _("Fill this in.")


class LetterForm(forms.Form):
    """The blanks of a letter. The letter is made from the answers, and nothing is kept."""

    prefix = "felt"

    def __init__(self, edition: LetterEdition, data=None):
        blanks = edition.blanks()
        # Cleaned before it is bound, so that what comes back in the form is clean as well.
        super().__init__(data and {self.add_prefix(each.key): _typed(each, data, self.add_prefix) for each in blanks})
        for blank in blanks:
            self.fields[blank.key] = _field(blank)

    def answers(self) -> dict[str, str]:
        """Each answer as it stands in the letter, of a valid form."""
        return {key: _in_words(value) for key, value in self.cleaned_data.items()}


def _typed(blank: Blank, data, name) -> str:
    typed = str(data.get(name(blank.key), ""))[:AT_MOST]
    return plain.lines(typed) if blank.kind == BlankKind.LINES else plain.one_line(typed)


def _in_words(value) -> str:
    if value is True:
        return "x"
    if hasattr(value, "isoformat"):
        return date_format(value, "DATE_FORMAT")
    return value or ""


def _field(blank: Blank) -> forms.Field:
    options = {
        "label": capfirst(blank.label),
        "help_text": blank.help_text,
        "required": blank.is_required,
        "error_messages": {"required": EMPTY},
    }
    match blank.kind:
        case BlankKind.LINES:
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 5}), strip=False, **_bounded(options, LINES))
        case BlankKind.EMAIL:
            options["error_messages"]["invalid"] = _("Write an email address, such as name@company.dk.")
            return forms.EmailField(max_length=None, **_bounded(options, LINE))
        case BlankKind.ADDRESS:
            options["error_messages"]["invalid"] = _("Copy the whole address of the page, beginning with https://.")
            return forms.URLField(assume_scheme="https", **_bounded(options, ADDRESS))
        case BlankKind.DATE:
            options["error_messages"]["invalid"] = _("Write the date as day, month and year, such as 12.05.2026.")
            widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            return forms.DateField(input_formats=DATE_FORMATS, widget=widget, **options)
        case BlankKind.STATEMENT:
            options["error_messages"]["required"] = _("Tick this. The letter cannot do without it.")
            # In the list of what is missing, something follows it.
            return forms.BooleanField(**options | {"label": blank.label.removesuffix(".")})
        case _:
            return forms.CharField(**_bounded(options, LINE))


def _bounded(options: dict, limit: int) -> dict:
    """With the longest answer, said in words of our own."""
    return options | {"validators": [_AtMost(limit)]}


class _AtMost:
    # Not max_length: a browser would cut what is pasted without a word.
    def __init__(self, limit: int):
        self.limit = limit

    def __call__(self, value: str):
        if len(value) > self.limit:
            raise ValidationError(TOO_LONG, params={"limit_value": self.limit, "show_value": len(value)})
