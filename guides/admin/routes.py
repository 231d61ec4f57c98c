from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from digitalchikane import uses
from digitalchikane.desk import KeptWhereUsed, place, places
from digitalchikane.inlanguage import TranslationAdmin
from digitalchikane.languages import in_all

from ..forms.withdrawing import WithdrawRouteForm
from ..models import Route
from .checks import CheckedAdmin, DueForCheck, check_states
from .namingfacts import NamingFacts
from .webaddress import WEB_ADDRESS
from .widgets import ForgivingAutocomplete


class RouteState(DueForCheck):
    def lookups(self, request, model_admin):
        return [*super().lookups(request, model_admin), ("withdrawn", _("withdrawn"))]

    def queryset(self, request, queryset):
        if self.value() == "withdrawn":
            return queryset.filter(is_withdrawn=True)
        return super().queryset(request, queryset)


@admin.register(Route)
class RouteAdmin(KeptWhereUsed, CheckedAdmin, ForgivingAutocomplete, TranslationAdmin):
    form = NamingFacts
    list_display = ["shown_name", "group", "position", "phone", "checked_on", "check_again_on"]
    list_display_links = ["shown_name"]
    list_filter = [RouteState, "group"]
    search_fields = [*in_all("name"), "key"]
    autocomplete_fields = ["next", "facts"]
    formfield_overrides = WEB_ADDRESS
    fieldsets = [
        (None, {"fields": ["name", "summary", "audience", "group", "position"]}),
        (_("What to do"), {"fields": ["need", "how", "wait", "refused", "next"]}),
        (_("Where"), {"fields": ["phone", "hours", "url"]}),
        (_("Check"), {"fields": ["facts", "checked_on", "check_again_on"]}),
        (_("Address on this site"), {"fields": ["key", "slug"]}),
    ]

    @admin.display(description=_("name"), ordering="name_da")
    def shown_name(self, route):
        if not route.is_withdrawn:
            return route.name
        return format_html('{} <span class="state state--withdrawn">{}</span>', route.name, gettext("Withdrawn"))

    def render_change_form(self, request, context, *args, **kwargs):
        if route := context.get("original"):
            context |= {"states": check_states(route), "used_on": [(place(use), []) for use in uses.of(route)]}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/withdraw/", view(self.withdraw_view), name="guides_route_withdraw"),
            path("<path:object_id>/return/", view(self.return_view), name="guides_route_return"),
            *super().get_urls(),
        ]

    # Taking a route from readers, and giving it back

    def withdraw_view(self, request, object_id):
        route = self._route_or_404(request, object_id)
        if route.is_withdrawn:
            return self._back(route)
        form = WithdrawRouteForm(request.POST or None, route=route, label_suffix="")
        if request.method == "POST" and form.is_valid():
            route.withdraw(form.reasons(), form.cleaned_data["replacement"])
            self.log_change(request, route, gettext("Withdrew it from readers."))
            told = gettext("Withdrawn. Readers who come to the address now see the reason.")
            self.message_user(request, told, messages.SUCCESS)
            return self._back(route)
        context = {
            "edition": route,
            "original": route,
            "opts": self.opts,
            "title": gettext("Withdraw from readers"),
            "form": form,
            "uses": places(uses.of(route)),
            "consequence": gettext(
                "Choose what readers get instead, and it stands in these places at once. Without a replacement these "
                "places lose it."
            ),
        }
        context = self.admin_site.each_context(request) | context
        return TemplateResponse(request, "admin/edition_withdraw.html", context)

    @method_decorator(require_POST)
    def return_view(self, request, object_id):
        route = self._route_or_404(request, object_id)
        if route.is_withdrawn:
            route.bring_back()
            self.log_change(request, route, gettext("Took the withdrawal back."))
            self.message_user(request, gettext("Readers see it again."), messages.SUCCESS)
        return self._back(route)

    def _route_or_404(self, request, object_id):
        route = self.get_object(request, unquote(object_id))
        if route is None:
            raise Http404
        if not self.has_change_permission(request, route):
            raise PermissionDenied
        return route

    def _back(self, route):
        return HttpResponseRedirect(reverse("admin:guides_route_change", args=[route.pk]))
