import unicodedata

from django import forms
from django.utils.translation import gettext_lazy as _

from .sheets import Details


class OwnLine(forms.CharField):
    """One line of text; characters that cannot be seen are taken out."""

    def to_python(self, value):
        text = super().to_python(value)
        seen = (
            " " if each.isspace() else each
            for each in text
            if unicodedata.category(each) not in ("Cc", "Cf") or each.isspace()
        )
        return " ".join("".join(seen).split())


class DetailsForm(forms.Form):
    """What a company may add to its own sheets. The answer is made from it and nothing is kept."""

    company = OwnLine(label=_("Company"), max_length=80, required=False)
    contact = OwnLine(label=_("Contact person"), max_length=80, required=False)
    phone = OwnLine(label=_("Phone"), max_length=40, required=False)
    policy = OwnLine(
        label=_("A line about your policy"),
        max_length=120,
        required=False,
        help_text=_("For example where it can be found. At most 120 characters."),
    )

    def details(self) -> Details:
        return Details(**self.cleaned_data)
