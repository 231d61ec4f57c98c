"""The field with which an editor puts a picture on a page."""

from django import forms
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digitalchikane.pictures import Picture, Refused, store
from digitalchikane.uploads import NotKept


class PictureInput(forms.FileInput):
    """Shows the picture there is, and remembers one that came with a form in which something else was wrong."""

    def value_from_datadict(self, data, files, name):
        return super().value_from_datadict(data, files, name) or data.get(self.kept(name)) or None

    def value_omitted_from_data(self, data, files, name):
        return super().value_omitted_from_data(data, files, name) and self.kept(name) not in data

    def kept(self, name: str) -> str:
        return f"{name}-kept"

    def render(self, name, value, attrs=None, renderer=None):
        field = super().render(
            name, None, (attrs or {}) | {"accept": "image/jpeg,image/png,image/webp,image/avif"}, renderer
        )
        picture = Picture.named(value) if isinstance(value, str) else None
        if picture is None:
            return field
        return format_html(
            '<span class="picture-field"><img src="{}" width="{}" height="{}" alt="{}">'
            '<input type="hidden" name="{}" value="{}"><span>{} {}</span></span>',
            picture.address("webp"),
            picture.width,
            picture.height,
            gettext("The picture there is now"),
            self.kept(name),
            picture.name,
            gettext("Another picture instead:"),
            field,
        )


class PictureField(forms.FileField):
    """Takes an upload, or the name of a picture that is there already, and gives the name."""

    widget = PictureInput
    default_error_messages = {"gone": _("The picture is gone from the server. Choose it once more.")}

    def clean(self, data, initial=None):
        if isinstance(data, str):
            picture = Picture.named(data)
            if picture is None or not (picture.exists or data == initial):
                raise forms.ValidationError(self.error_messages["gone"], code="gone")
            return data
        if data and not data.size:
            raise forms.ValidationError(self.error_messages["empty"], code="empty")
        return super().clean(data, initial) or ""

    def to_python(self, data):
        if data in self.empty_values:
            return ""
        if isinstance(data, NotKept):
            raise forms.ValidationError(gettext("The picture could not be kept on the server. Try again later."))
        try:
            data.picture = store(data.file, data.size).name
            return data.picture
        except Refused as refused:
            raise forms.ValidationError(str(refused), code="refused") from refused

    def has_changed(self, initial, data):
        return not self.disabled and bool(data) and data != initial

    def bound_data(self, data, initial):
        # A file cannot be put into a form again; the picture that was made of it can.
        return data if isinstance(data, str) else getattr(data, "picture", initial)


class WithPicture:
    """Mixed into the form of a block that holds a picture."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "picture":
            label = capfirst(db_field.verbose_name)
            return PictureField(label=label, help_text=db_field.help_text, required=not db_field.blank)
        return super().formfield_for_dbfield(db_field, request, **kwargs)
