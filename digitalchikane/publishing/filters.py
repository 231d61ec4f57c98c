from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class EditionNeeds(admin.SimpleListFilter):
    """What waits: drafts, what is scheduled, what is to be looked at again."""

    title = _("what waits")
    parameter_name = "needs"

    def lookups(self, request, model_admin):
        return [("draft", _("draft")), ("scheduled", _("scheduled")), ("review", _("to be reviewed"))]

    def queryset(self, request, queryset):
        match self.value():
            case "draft":
                return queryset.filter(live_from=None)
            case "scheduled":
                return queryset.filter(live_from__gt=timezone.now())
            case "review":
                # What readers see is looked at, also where there is a draft beside it.
                due = queryset.model.objects.live().due_for_review()
                return queryset.filter(document__in=due.values("document"))
        return queryset
