from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import LogLine


class ActorFilter(admin.SimpleListFilter):
    """Everybody who stands in the log, also those who are gone."""

    title = _("who")
    parameter_name = "who"

    def lookups(self, request, model_admin):
        names = LogLine.objects.exclude(actor_name="").order_by("actor_name").values_list("actor_name", flat=True)
        return [(name, name) for name in names.distinct()]

    def queryset(self, request, queryset):
        return queryset.filter(actor_name=self.value()) if self.value() else queryset


@admin.register(LogLine)
class LogLineAdmin(admin.ModelAdmin):
    """Read only, for whoever may see it; there is nothing here that anybody could change."""

    list_display = ["at", "who", "action", "what", "kind", "how"]
    list_display_links = None
    fields = readonly_fields = ["at", "who", "action", "what", "kind", "how"]
    list_filter = ["action", ActorFilter, "at"]
    search_fields = ["actor_name", "target_name", "text"]
    list_select_related = ["target_type"]
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("who"), ordering="actor_name")
    def who(self, line):
        return line.actor_name or "–"

    @admin.display(description=_("to what"), ordering="target_name")
    def what(self, line):
        if not line.target_name:
            return "–"
        url = line.target_url() if line.action != "deleted" else ""
        return format_html('<a href="{}">{}</a>', url, line.target_name) if url else line.target_name

    @admin.display(description=_("kind"))
    def kind(self, line):
        model = line.target_type and line.target_type.model_class()
        return model._meta.verbose_name if model else "–"

    @admin.display(description=_("how"))
    def how(self, line):
        times = gettext("%(times)s times") % {"times": line.times} if line.times > 1 else ""
        return " ".join(filter(None, [line.text, times])) or "–"
