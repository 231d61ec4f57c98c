from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class DigitalchikaneConfig(AppConfig):
    name = "digitalchikane"
    verbose_name = _("the site")
    default = True


class EditorsDeskConfig(admin_apps.AdminConfig):
    """Django's admin, with our own site as the desk of the editors."""

    default = False
    default_site = "digitalchikane.admin_site.EditorsSite"
