from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    name = "conversations"
    verbose_name = _("conversations")

    def ready(self):
        # What can be shown of its editions, for previews.
        from . import looks  # noqa: F401
