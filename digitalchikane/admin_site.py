from django.contrib import admin
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

# The order in which an editor looks for things; a filter where one list holds several kinds.
MENU = [
    (_("Phases"), "guides_pageedition", "?document__kind__exact=phase"),
    (_("Situations"), "guides_pageedition", "?document__kind__exact=situation"),
    (_("Pages"), "guides_pageedition", ""),
    (_("Conversation cards"), "conversations_cardedition", ""),
    (_("Routes and help"), "guides_route", ""),
    (_("Facts"), "guides_fact", ""),
    (_("Sources"), "guides_source", ""),
    (_("Links out"), "guides_link", ""),
    (_("Questions"), "guides_pageedition", "?document__key__exact=start"),
    (_("Deadlines that are counted"), "guides_deadline", ""),
    (_("Glossary"), "guides_term", ""),
    (_("Publisher"), "guides_publisher", ""),
    (_("Old addresses"), "digitalchikane_oldaddress", ""),
    (_("Users"), "auth_user", ""),
    (_("Groups"), "auth_group", ""),
]


class EditorsSite(admin.AdminSite):
    """The editors' desk: what needs attention first, then everything in the order an editor looks for it."""

    site_title = _("Editors' desk")
    site_header = _("Editors' desk")
    index_title = _("Overview")
    enable_nav_sidebar = False

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
        from . import ahead

        return [
            path("frem/", self.admin_view(ahead.ahead), name="ahead"),
            path("frem/side/", self.admin_view(ahead.ahead_page), name="ahead_page"),
            *super().get_urls(),
        ]

    def index(self, request, extra_context=None):
        return super().index(request, {"attention": self.attention(request)} | (extra_context or {}))

    def attention(self, request):
        """What waits for an editor, each with the place it leads to: heading, rows of text and address."""
        from conversations.models import CardEdition
        from guides.models import Fact, PageEdition, Publisher, Route

        from .publishing.reviews.desk import waiting_remarks

        if not request.user.has_module_perms("guides"):
            return []
        drafts = [
            (edition, reverse(f"admin:{edition._meta.app_label}_{edition._meta.model_name}_change", args=[edition.pk]))
            for model in (PageEdition, CardEdition)
            for edition in model.objects.filter(live_from=None).order_by("-changed_at")
        ]
        publisher, _made = Publisher.objects.get_or_create(pk=1)
        missing = [(name, reverse("admin:guides_publisher_change", args=[1])) for name in publisher.missing()]
        due = [
            (_("Facts: %(count)s") % {"count": count}, reverse("admin:guides_fact_changelist") + "?check=due")
            for count in [Fact.objects.due_for_check().count()]
            if count
        ] + [
            (
                _("Routes and help: %(count)s") % {"count": count},
                reverse("admin:guides_route_changelist") + "?check=due",
            )
            for count in [Route.objects.due_for_check().count()]
            if count
        ]
        return [
            (_("To be checked against the source"), due),
            (_("Missing about the publisher"), missing),
            (_("Drafts"), drafts),
            (_("Answers from reviewers"), waiting_remarks()),
        ]
