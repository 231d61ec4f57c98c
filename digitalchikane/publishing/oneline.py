import re

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models

# From so many characters on, what is typed would run out of sight in a field of one line.
LONG = 200
BREAKS = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")


class OneLineField(forms.CharField):
    """One line of text that is longer than a field is wide: it is shown on several, without breaks of its own. What is
    too long is refused as a whole, instead of being cut by the browser when it is pasted."""

    def to_python(self, value):
        line = super().to_python(value)
        return BREAKS.sub(" ", line) if line else line

    def widget_attrs(self, widget):
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


def one_line(db_field: models.Field) -> dict:
    """How a form asks for a long line of text; nothing for other fields."""
    if not isinstance(db_field, models.CharField) or db_field.choices or (db_field.max_length or 0) < LONG:
        return {}
    return {"form_class": OneLineField, "widget": AdminTextareaWidget(attrs={"rows": 2})}
