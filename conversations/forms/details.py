from django import forms
from django.utils.translation import gettext_lazy as _

from digitalchikane.plain import one_line

from ..sheets import Details


class DetailsForm(forms.Form):
    """What a company may add to its own sheets. The answer is made from it and nothing is kept."""

    def __init__(self, data=None):
        # Cleaned before it is bound, so that what comes back in the form is clean as well.
        super().__init__(data and {name: one_line(data.get(name, "")) for name in self.base_fields})

    company = forms.CharField(label=_("Company"), max_length=60, required=False)
    contact = forms.CharField(label=_("Contact person"), max_length=40, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    policy = forms.CharField(
        label=_("A line about your policy"),
        max_length=80,
        required=False,
        help_text=_("For example where it can be found. At most 80 characters."),
    )

    def details(self) -> Details:
        return Details(**self.cleaned_data)
