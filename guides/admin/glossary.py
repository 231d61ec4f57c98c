from django.contrib import admin

from digitalchikane.desk import KeptWhereUsed
from digitalchikane.inlanguage import TranslationAdmin
from digitalchikane.languages import in_all

from ..models import Term
from .namingfacts import NamingFacts


@admin.register(Term)
class TermAdmin(KeptWhereUsed, TranslationAdmin):
    form = NamingFacts
    list_display = ["word", "explanation", "also"]
    search_fields = [*in_all("word", "also")]
    fields = ["word", "explanation", "also", "key"]

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []
