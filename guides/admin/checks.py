"""“Kontrolleret i dag” with one click, for whatever must be held against the world now and then."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST


class DueForCheck(admin.SimpleListFilter):
    """What an editor must hold against its source."""

    title = _("state")
    parameter_name = "check"

    def lookups(self, request, model_admin):
        return [("due", _("to be checked")), ("never", _("never checked"))]

    def queryset(self, request, queryset):
        match self.value():
            case "due":
                return queryset.due_for_check()
            case "never":
                return queryset.filter(checked_on=None)
        return queryset


def check_states(obj) -> list[tuple[str, str]]:
    """How fresh a thing is: a name for the style, and words."""
    if obj.checked_on is None:
        return [("due", gettext("never checked"))]
    return [("due", gettext("to be checked"))] if obj.is_due else [("live", gettext("checked"))]


class CheckedAdmin:
    """Mixed into the admin of a model that is `Checked`."""

    actions = ["mark_checked"]

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_checked"
        view = self.admin_site.admin_view(self.checked_view)
        return [path("<path:object_id>/checked/", view, name=name), *super().get_urls()]

    @method_decorator(require_POST)
    def checked_view(self, request, object_id):
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_change_permission(request, obj):
            raise PermissionDenied
        self._mark(request, obj)
        text = gettext("Checked today. Next time: %(date)s.") % {"date": date_format(obj.check_again_on, "j. F Y")}
        following = self.model.objects.due_for_check().most_overdue_first().first()
        if following is not None:
            address = self._change_url(following)
            text = format_html(
                '{} <a href="{}">{}</a>',
                text,
                address,
                gettext("On to the next: %(name)s")
                % {"name": following.label if hasattr(following, "label") else following},
            )
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(self._change_url(obj))

    @admin.action(description=_("Checked today"), permissions=["change"])
    def mark_checked(self, request, queryset):
        chosen = list(queryset)
        for obj in chosen:
            self._mark(request, obj)
        message = ngettext("%(count)s is checked today.", "%(count)s are checked today.", len(chosen))
        self.message_user(request, message % {"count": len(chosen)}, messages.SUCCESS)

    def _mark(self, request, obj):
        obj.mark_checked()
        self.log_change(request, obj, gettext("Checked against the source."))

    def _change_url(self, obj):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])
