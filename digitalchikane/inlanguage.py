"""The admin's classes for translated models: a box for another language says which, so that a screen reader and a
browser's spelling check take the words for what they are."""

from modeltranslation import admin

from .languages import DEFAULT


class _InItsLanguage:
    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        language = getattr(db_field, "language", DEFAULT)
        if field and language != DEFAULT:
            field.widget.attrs["lang"] = language
        return field


class TranslationAdmin(_InItsLanguage, admin.TranslationAdmin):
    pass


class TranslationStackedInline(_InItsLanguage, admin.TranslationStackedInline):
    pass
