from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple


class Forgiving:
    """Shows a form again with whatever was sent in a field: what is no key is left out instead of stopping the page."""

    def optgroups(self, name, value, attrs=None):
        keys = [each for each in value if str(each).isascii() and str(each).isdigit() and len(str(each)) < 19]
        return super().optgroups(name, keys, attrs)

    def build_attrs(self, base_attrs, extra_attrs=None):
        # The list opens within the page's main part, where a screen reader looks for it.
        return super().build_attrs(base_attrs, extra_attrs) | {"data-dropdown-parent": "#content"}


class ForgivingSelect(Forgiving, AutocompleteSelect):
    """Always begins with an option that stands for nothing, and which has a name: valid HTML asks for both."""

    def optgroups(self, name, value, attrs=None):
        groups = super().optgroups(name, value, attrs)
        options = [option for option in groups[0][1] if option["value"]]
        groups[0] = (None, [self.create_option(name, "", "–", not value, 0), *options], 0)
        return groups


class ForgivingSelectMultiple(Forgiving, AutocompleteSelectMultiple):
    def build_attrs(self, base_attrs, extra_attrs=None):
        # What takes away all at once would stand in the list as no item of it, and a keyboard does not reach it.
        return super().build_attrs(base_attrs, extra_attrs) | {"data-allow-clear": "false"}


class KeysField(forms.ModelMultipleChoiceField):
    """Refuses a number that no database holds as it refuses any other wrong choice."""

    def _check_values(self, value):
        try:
            return super()._check_values(value)
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["invalid_list"], code="invalid_list") from error


class ForgivingAutocomplete:
    """Mixed into an admin with `autocomplete_fields`."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = ForgivingSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs |= {"widget": ForgivingSelectMultiple(db_field, self.admin_site), "form_class": KeysField}
        return super().formfield_for_manytomany(db_field, request, **kwargs)
