from django.contrib import admin
from django.db import models
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from digitalchikane import uses
from digitalchikane.desk import KeptWhereUsed, place

from ..models import Route
from .checks import CheckedAdmin, DueForCheck, check_states
from .widgets import ForgivingAutocomplete


@admin.register(Route)
class RouteAdmin(KeptWhereUsed, CheckedAdmin, ForgivingAutocomplete, TranslationAdmin):
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

    def render_change_form(self, request, context, *args, **kwargs):
        if route := context.get("original"):
            context |= {"states": check_states(route), "used_on": [(place(use), []) for use in uses.of(route)]}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []
