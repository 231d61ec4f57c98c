"""The three roles, as groups that the code makes: who may write, who decides what readers see, who lets people in.

Made at every update. What a role lacks is added to it; what an administrator has added besides is left alone, and so
is everything about other groups.
"""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Q

EDITOR, PUBLISHER, ADMINISTRATOR = "Redaktør", "Ansvarshavende", "Administrator"
ROLES = [EDITOR, PUBLISHER, ADMINISTRATOR]
CONTENT = ["conversations", "digitalchikane", "guides"]
# Written by the code alone.
NOBODYS = ["shippedrecord", "logline", "translation"]


def make_roles(sender=None, **kwargs):
    """Called after every migration."""
    for name in CONTENT:
        # This app's turn may come before that of the others.
        create_permissions(apps.get_app_config(name), verbosity=0)
    for role, permissions in [(EDITOR, writing()), (PUBLISHER, content()), (ADMINISTRATOR, letting_in())]:
        group, _made = Group.objects.get_or_create(name=role)
        group.permissions.add(*permissions)


def content():
    """Everything about what readers meet."""
    return Permission.objects.filter(content_type__app_label__in=CONTENT).exclude(content_type__model__in=NOBODYS)


def writing():
    """Drafts and the blocks in them, and the first address of something new. Facts, routes and terms have no drafts:
    a change of theirs meets readers at once, so they are only seen."""
    from ..publishing.models import Block, Document, Edition

    deeds = [(Edition, ["change", "delete"]), (Block, ["add", "change", "delete"]), (Document, ["add"])]
    found = Q(codename__startswith="view_")
    for model in apps.get_models():
        for kind, allowed in deeds:
            if issubclass(model, kind):
                codenames = [f"{deed}_{model._meta.model_name}" for deed in allowed]
                found |= Q(content_type__app_label=model._meta.app_label, codename__in=codenames)
    return content().filter(found)


def letting_in():
    """Users and the log."""
    users = Q(content_type__app_label="auth", content_type__model="user") | Q(codename="view_group")
    return Permission.objects.filter(users | Q(content_type__app_label="digitalchikane", codename="view_logline"))
