from django.contrib import admin

from digitalchikane.desk import KeptWhereUsed
from digitalchikane.inlanguage import TranslationAdmin
from digitalchikane.languages import in_all

from ..models import Term


@admin.register(Term)
class TermAdmin(KeptWhereUsed, TranslationAdmin):
    list_display = ["word", "explanation", "also"]
    search_fields = [*in_all("word", "also")]
    fields = ["word", "explanation", "also", "key"]

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []
