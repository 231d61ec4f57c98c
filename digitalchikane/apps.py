from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _
from modeltranslation.translator import translator


class DigitalchikaneConfig(AppConfig):
    name = "digitalchikane"
    verbose_name = _("the site")
    default = True

    def ready(self):
        from .accounts import receivers as accounts
        from .audit import receivers as audit
        from .publishing.reviews.models import forget_remarks

        accounts.connect(self)
        audit.connect()
        # For editions only: a listener to every model would make every deletion read its rows first.
        for model in apps.get_models():
            if hasattr(model, "block_models"):
                post_delete.connect(forget_remarks, sender=model)
        for model in translator.get_registered_models(abstract=False):
            post_save.connect(remember_translation, sender=model)


def remember_translation(sender, instance, **kwargs):
    from .translationcheck import remember

    remember(instance)


class EditorsDeskConfig(admin_apps.AdminConfig):
    """Django's admin, with our own site as the desk of the editors."""

    default = False
    default_site = "digitalchikane.admin_site.EditorsSite"
