from functools import wraps

from allauth.account.views import logout
from django.contrib import admin
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from .publishing import kept

# The order in which an editor looks for things; a filter where one list holds several kinds.
MENU = [
    (_("Phases"), "guides_pageedition", "?document__kind__exact=phase"),
    (_("Situations"), "guides_pageedition", "?document__kind__exact=situation"),
    (_("Pages"), "guides_pageedition", ""),
    (_("Conversation cards"), "conversations_cardedition", ""),
    (_("Letters"), "conversations_letteredition", ""),
    (_("Routes and help"), "guides_route", ""),
    (_("Facts"), "guides_fact", ""),
    (_("Sources"), "guides_source", ""),
    (_("Links out"), "guides_link", ""),
    (_("Questions"), "guides_pageedition", "?document__key__exact=start"),
    (_("Deadlines that are counted"), "guides_deadline", ""),
    (_("Fields of the log and the register"), "guides_recordfield", ""),
    (_("Glossary"), "guides_term", ""),
    (_("Search words"), "guides_synonym", ""),
    (_("Publisher"), "guides_publisher", ""),
    (_("Old addresses"), "digitalchikane_oldaddress", ""),
    (_("Users"), "auth_user", ""),
    (_("Groups"), "auth_group", ""),
    (_("The desk's log"), "digitalchikane_logline", ""),
]


class EditorsSite(admin.AdminSite):
    """The editors' desk: what needs attention first, then everything in the order an editor looks for it."""

    site_title = _("Editors' desk")
    site_header = _("Editors' desk")
    index_title = _("Overview")
    enable_nav_sidebar = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # One thing at a time, so that each is refused or logged for itself.
        self.disable_action("delete_selected")

    def each_context(self, request):
        return super().each_context(request) | {
            "saved_copies": kept.saved(request),
            "discarded_drafts": kept.discarded(request),
        }

    # Logging in and out, and the password, belong to the accounts under /konto/.

    def login(self, request, extra_context=None):
        index = reverse("admin:index", current_app=self.name)
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or index, reverse("account_login"))
        if not self.has_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(index)

    @method_decorator(require_POST)
    def logout(self, request, extra_context=None):
        return logout(request)

    def password_change(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("account_change_password"))

    def admin_view(self, view, cacheable=False):
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def checked(request, *args, **kwargs):
            # By the field that is named here Django looks for a thing; of no name at all it takes no notice in time.
            if "" in (request.GET.get(TO_FIELD_VAR), request.POST.get(TO_FIELD_VAR)):
                raise BadRequest("No field is named.")
            return inner(request, *args, **kwargs)

        return checked

    def get_app_list(self, request, app_label=None):
        models = {
            f"{app}_{model['object_name'].lower()}": model
            for app, entry in self._build_app_dict(request, app_label).items()
            for model in entry["models"]
        }
        rows = []
        for name, key, query in MENU:
            if model := models.get(key):
                url = model["admin_url"] + query if model["admin_url"] else None
                rows.append(model | {"name": name, "admin_url": url, "add_url": None if query else model["add_url"]})
        if not rows:
            return []
        return [
            {
                "name": _("Content and users"),
                "app_label": app_label or "desk",
                "app_url": reverse("admin:index"),
                "has_module_perms": True,
                "models": rows,
            }
        ]

    def get_urls(self):
        from . import ahead, editorsguide, translations
        from .updates import desk as updates

        return [
            path("frem/", self.admin_view(ahead.ahead), name="ahead"),
            path("frem/side/", self.admin_view(ahead.ahead_page), name="ahead_page"),
            path("vejledning/", self.admin_view(editorsguide.guide), name="guide"),
            path("oversaettelse/", self.admin_view(translations.translations), name="translations"),
            path("opdateringer/", self.admin_view(updates.updates), name="updates"),
            *super().get_urls(),
        ]

    def index(self, request, extra_context=None):
        from . import overview

        sections = overview.sections(request)
        context = {"sections": sections, "today": overview.in_one_line(sections)}
        return super().index(request, context | (extra_context or {}))
