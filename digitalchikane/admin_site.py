from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class EditorsSite(admin.AdminSite):
    site_title = _("Editors' desk")
    site_header = _("Editors' desk")
    index_title = _("Overview")
