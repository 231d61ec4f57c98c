"""The admin's classes for translated models: a box for another language says which, so that a screen reader and a
browser's spelling check take the words for what they are."""

from django.forms import SlugField
from django.utils.translation import gettext_lazy as _
from modeltranslation import admin

from .languages import DEFAULT


class _InItsLanguage:
    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, SlugField):
            # Django's words speak of letters, of which æ, ø and å are three.
            field.error_messages["invalid"] = _("Use only a–z, digits and hyphens: ae for æ, oe for ø and aa for å.")
        language = getattr(db_field, "language", DEFAULT)
        if field and language != DEFAULT:
            field.widget.attrs["lang"] = language
        return field


class TranslationAdmin(_InItsLanguage, admin.TranslationAdmin):
    pass


class TranslationStackedInline(_InItsLanguage, admin.TranslationStackedInline):
    pass
