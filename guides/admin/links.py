from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from digitalchikane.desk import desk_address

from .. import linkrepair
from ..linkplaces import every_place, places_of
from ..models import Link
from ..models.links import MOST_URGENT_FIRST, LinkState

# An editor waits for this one.
AT_ONCE = {"timeout": 5, "total": 8, "hops": 3}


class LinkList(ChangeList):
    """The links of a page of the list, each with its places."""

    def get_results(self, request):
        super().get_results(request)
        places = every_place()
        for link in self.result_list:
            link.places = places.get(link.url, [])


@admin.register(Link)
class LinkAdmin(admin.ModelAdmin):
    """Addresses outside the site. They are found in texts and tried by the machine: nobody writes them here."""

    list_display = ["shown_url", "shown_state", "shown_places", "shown_date"]
    list_display_links = ["shown_url"]
    list_filter = ["state"]
    search_fields = ["url", "moved_to"]
    actions = None
    fields = []

    ordering = MOST_URGENT_FIRST

    def get_changelist(self, request, **kwargs):
        return LinkList

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    # The list

    @admin.display(description=_("address"), ordering="url")
    def shown_url(self, link):
        return Truncator(link.url.partition("://")[2]).chars(70)

    @admin.display(description=_("state"))
    def shown_state(self, link):
        label = link.get_state_display().capitalize()
        return format_html('<span class="state state--{}">{}</span> {}', link.state, label, link.reason)

    @admin.display(description=_("where"))
    def shown_places(self, link):
        names = dict.fromkeys(place.name for place in link.places)
        return format_html_join(", ", "{}", [(Truncator(name).chars(50),) for name in names]) or "–"

    @admin.display(description=_("tried"))
    def shown_date(self, link):
        return date_format(timezone.localtime(link.checked_at), "j. F Y") if link.checked_at else "–"

    # One link: what is the matter, where it stands, and what to do about it

    def render_change_form(self, request, context, *args, **kwargs):
        link = context["original"]
        places = places_of(link)
        context |= {
            "link": link,
            "places": [(place, self._has_field(request, place)) for place in places],
            "title": link.site_name,
            "may_try": request.user.has_module_perms("guides"),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def _has_field(self, request, place) -> bool:
        """Whether this editor may change what stands there."""
        opts = place.thing._meta
        return request.user.has_perm(f"{opts.app_label}.change_{opts.model_name}")

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/try/", view(self.try_view), name="guides_link_try"),
            path("<path:object_id>/repair/", view(self.repair_view), name="guides_link_repair"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def try_view(self, request, object_id):
        """Try an address again, now."""
        # Here, as what speaks HTTP is large and used by nothing else in the server.
        from ..linkcheck import Limits, check

        link = self._link_or_404(request, object_id)
        limits = Limits.from_settings()
        result = check([link.url], Limits(**{**limits.__dict__, **AT_ONCE}))[link.url]
        link.record(result, timezone.now())
        if link.state in (LinkState.WORKS, LinkState.MOVED):
            self.message_user(request, gettext("The address works."), messages.SUCCESS)
        else:
            self.message_user(request, link.reason, messages.WARNING)
        return self._back(link)

    @method_decorator(require_POST)
    def repair_view(self, request, object_id):
        """Open the very words with the link, in the draft; with a new address, put it there first."""
        link = self._link_or_404(request, object_id)
        number = request.POST.get("place", "")
        places = places_of(link)
        if not (number.isascii() and number.isdigit() and len(number) < 6 and int(number) < len(places)):
            self.message_user(request, gettext("The link does not stand there any more."), messages.WARNING)
            return self._back(link)
        place = places[int(number)]
        if not self._has_field(request, place):
            raise PermissionDenied
        thing = place.thing.document.draft(request.user) if place.is_edition else place.thing
        if new := self._new_address(request, link):
            return self._replace(request, link, thing, new)
        if not place.is_edition:
            return HttpResponseRedirect(place.field_address)
        part = linkrepair.counterpart(thing, place.excerpt.part, link.url)
        if part is None:
            self.message_user(request, gettext("The draft does not have the link any more."), messages.INFO)
            return HttpResponseRedirect(desk_address(thing))
        return HttpResponseRedirect(f"{desk_address(thing)}#{linkrepair.anchor(part, place.field)}")

    def _new_address(self, request, link) -> str:
        return link.moved_to if "new" in request.POST else ""

    def _replace(self, request, link, thing, new):
        changed = linkrepair.replace(thing, link.url, new, by=request.user)
        if changed:
            self.log_change(request, thing, gettext("Changed a link to %(address)s.") % {"address": new})
        if hasattr(thing, "is_draft"):
            text = gettext("The new address stands in the draft. Publish it, and readers get it.")
        else:
            text = gettext("The new address is stored. Readers get it now.")
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(desk_address(thing))

    def _link_or_404(self, request, object_id):
        link = self.get_object(request, unquote(object_id))
        if link is None:
            raise Http404
        if not self.has_view_permission(request, link):
            raise PermissionDenied
        return link

    def _back(self, link):
        return HttpResponseRedirect(reverse("admin:guides_link_change", args=[link.pk]))
