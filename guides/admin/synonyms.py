from django.contrib import admin
from modeltranslation.admin import TranslationAdmin

from ..models import Synonym


@admin.register(Synonym)
class SynonymAdmin(TranslationAdmin):
    """What people write when they search, and what the site calls it."""

    list_display = ["key", "words", "finds", "leads_to", "is_danger"]
    list_filter = ["is_danger"]
    search_fields = ["key", "words_da", "words_en", "finds_da", "finds_en"]
    fields = ["words", "finds", "leads_to", "is_danger", "key"]

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []
