"""The form in which something new begins: with its heading, of which its address and its key are made."""

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..languages import DEFAULT
from ..plain import as_address

HEADING, ADDRESS = f"title_{DEFAULT}", f"slug_{DEFAULT}"


class NewDocumentForm(forms.ModelForm):
    """Address and key may be left empty. The heading becomes that of the first draft."""

    heading = forms.CharField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        label = capfirst(gettext("heading"))
        self.fields["heading"] = self._heading.formfield(required=True, label=label, widget=AdminTextInputWidget)
        for name, told in [
            (ADDRESS, _("The last part of the address. Leave it empty, and it is made from the heading.")),
            ("key", _("Names it in links and never changes. Leave it empty, and it becomes the same as the address.")),
        ]:
            self.fields[name].required = False
            self.fields[name].help_text = told

    @property
    def _heading(self) -> models.CharField:
        return self._meta.model._meta.get_field("editions").related_model._meta.get_field(HEADING)

    def clean(self):
        cleaned = super().clean()
        # What was typed and refused is not replaced.
        if ADDRESS not in self.errors and not cleaned.get(ADDRESS):
            cleaned[ADDRESS] = as_address(cleaned.get("heading", ""))
            if not cleaned[ADDRESS] and "heading" not in self.errors:
                self.add_error(ADDRESS, gettext("Write an address: none can be made from this heading."))
        if "key" not in self.errors and not cleaned.get("key"):
            cleaned["key"] = self._free_key(as_address(cleaned.get(ADDRESS) or ""))
        return cleaned

    def _free_key(self, wanted: str) -> str:
        key, number = wanted, 1
        while key and self._meta.model._default_manager.filter(key=key).exists():
            number += 1
            key = f"{wanted[:56]}-{number}"
        return key
