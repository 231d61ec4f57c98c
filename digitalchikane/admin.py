from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.forms import CheckboxSelectMultiple
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import OldAddress

# What the editors' desk has; the rest are Django's own tables, which nobody edits there.
PERMITTED_APPS = ["auth", "conversations", "digitalchikane", "guides"]
DEEDS = {"add": _("add"), "change": _("change"), "delete": _("delete"), "view": _("see"), "publish": _("publish")}


@admin.register(OldAddress)
class OldAddressAdmin(admin.ModelAdmin):
    list_display = ["old_path", "new_path"]
    search_fields = ["old_path", "new_path"]


def in_words(permission: Permission) -> str:
    """A permission as an administrator reads it; Django stores its name in English."""
    model = permission.content_type.model_class()
    deed = DEEDS.get(permission.codename.partition("_")[0])
    if model is None or deed is None:
        return permission.name
    name = capfirst(model._meta.verbose_name)
    return gettext("%(name)s: %(deed)s") % {"name": name, "deed": deed}


class PermissionsInWords:
    """Shows permissions in Danish, as boxes to tick, and only those that mean something at the desk."""

    filter_horizontal = ()

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.remote_field.model is Permission:
            field.label_from_instance = in_words
            field.widget = CheckboxSelectMultiple(choices=field.choices)
            field.queryset = field.queryset.filter(content_type__app_label__in=PERMITTED_APPS)
            field.queryset = field.queryset.exclude(content_type__model="shippedrecord")
        return field


admin.site.unregister(Group)
admin.site.unregister(User)


@admin.register(Group)
class EditorGroupAdmin(PermissionsInWords, GroupAdmin):
    pass


@admin.register(User)
class EditorAdmin(PermissionsInWords, UserAdmin):
    pass
