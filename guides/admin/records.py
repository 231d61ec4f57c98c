from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from digitalchikane.inlanguage import TranslationAdmin
from digitalchikane.languages import in_all

from ..models import RecordField


@admin.register(RecordField)
class RecordFieldAdmin(TranslationAdmin):
    """The fields of the log and the register, in the order in which they are filled in."""

    list_display = ["label", "kind", "is_in_log", "is_in_register", "position"]
    list_filter = ["is_in_log", "is_in_register"]
    search_fields = [*in_all("label"), "key"]
    fieldsets = [
        (None, {"fields": ["label", "help", "kind", "choices"]}),
        (_("Where it stands"), {"fields": ["is_in_log", "is_in_register", "position", "key"]}),
        (_("Example"), {"fields": ["example", "register_example"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []
