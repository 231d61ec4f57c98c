from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from ..models import Route
from .facts import DueForCheck, refuse_where_used
from .widgets import ForgivingAutocomplete


@admin.register(Route)
class RouteAdmin(ForgivingAutocomplete, TranslationAdmin):
    list_display = ["name", "group", "position", "phone", "checked_on", "check_again_on"]
    list_filter = [DueForCheck, "group"]
    search_fields = ["key", "name_da", "name_en"]
    autocomplete_fields = ["next", "facts"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = [
        (None, {"fields": ["name", "summary", "audience", "group", "position"]}),
        (_("What to do"), {"fields": ["need", "how", "wait", "refused", "next"]}),
        (_("Where"), {"fields": ["phone", "hours", "url"]}),
        (_("Check"), {"fields": ["facts", "checked_on", "check_again_on"]}),
        (_("Address on this site"), {"fields": ["key", "slug"]}),
    ]

    def get_deleted_objects(self, objs, request):
        return refuse_where_used(super().get_deleted_objects(objs, request), objs)

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []
