from django.contrib import admin, messages
from django.db import models
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin, TranslationStackedInline

from ..models import Fact, FactWording, Source
from .widgets import ForgivingAutocomplete


class DueForCheck(admin.SimpleListFilter):
    """What an editor must hold against its source."""

    title = _("to be checked")
    parameter_name = "check"

    def lookups(self, request, model_admin):
        return [("due", _("to be checked"))]

    def queryset(self, request, queryset):
        return queryset.due_for_check() if self.value() == "due" else queryset


class WordingInline(TranslationStackedInline):
    """Wordings are added, never taken away: printed cards and old editions were made with them."""

    model = FactWording
    extra = 0
    can_delete = False


def refuse_where_used(answer, objs):
    """Django's answer to what a deletion takes with it, with every place that uses the objects as a reason not to."""
    listed, counts, permissions, protected = answer
    uses = list(dict.fromkeys(str(use) for obj in objs for use in obj.uses()))
    return ([str(obj) for obj in objs], {}, permissions, [*protected, *uses]) if uses else answer


@admin.register(Fact)
class FactAdmin(ForgivingAutocomplete, TranslationAdmin):
    list_display = ["key", "label", "wording_in_force", "is_confirmed", "checked_on", "check_again_on"]
    list_filter = [DueForCheck, "kind", "is_confirmed"]
    search_fields = ["key", "label_da", "label_en", "wordings__text_da", "wordings__statement_da"]
    ordering = ["key"]
    autocomplete_fields = ["source"]
    inlines = [WordingInline]
    fieldsets = [
        (None, {"fields": ["key", "kind", "label", "source", "is_confirmed", "position"]}),
        (_("Check"), {"fields": ["checked_on", "check_again_on", "used_on"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        # Texts name the key: it stays as it is once it is there.
        return ["used_on", "key"] if obj else ["used_on"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("wordings")

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        self._warn_of_cards(request, form.instance)

    def _warn_of_cards(self, request, fact):
        """A longer wording may be too much for a card that is printed: say so while the editor is here."""
        days = {max(wording.valid_from, timezone.localdate()) for wording in FactWording.objects.filter(fact=fact)}
        for edition in fact.conversations_cardedition_set.live().for_readers():
            for message in dict.fromkeys(each for day in days for each in edition.too_long(day)):
                self.message_user(request, f"{edition}: {message}", messages.WARNING)

    @admin.display(description=_("in force"))
    def wording_in_force(self, fact):
        today = timezone.localdate()
        return next((wording.text for wording in fact.wordings.all() if wording.valid_from <= today), "–")

    @admin.display(description=_("used on"))
    def used_on(self, fact):
        if fact.pk is None:
            return "–"
        rows = [(use.get_absolute_url(), str(use)) for use in fact.uses()]
        return format_html_join("", '<a class="used-on" href="{}">{}</a>', rows) or "–"

    def get_deleted_objects(self, objs, request):
        return refuse_where_used(super().get_deleted_objects(objs, request), objs)


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    list_display = ["title", "publisher", "published", "read_on"]
    search_fields = ["title", "publisher", "url"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
