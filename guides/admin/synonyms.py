from django.contrib import admin
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from digitalchikane.inlanguage import TranslationAdmin
from digitalchikane.languages import in_all

from ..models import Synonym


@admin.register(Synonym)
class SynonymAdmin(TranslationAdmin):
    """What people write when they search, and what the site calls it."""

    list_display = ["key", "first_words", "finds", "leads_to", "is_danger"]
    list_filter = ["is_danger"]
    search_fields = [*in_all("words", "finds"), "key"]
    fields = ["words", "finds", "leads_to", "is_danger", "key"]

    @admin.display(description=_("what people write"))
    def first_words(self, row):
        return Truncator(row.words).words(8)

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []
