from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuidesConfig(AppConfig):
    name = "guides"
    verbose_name = _("guidance")

    def ready(self):
        # What can be shown of its editions, for previews.
        from . import looks  # noqa: F401
