"""Users and their roles at the desk."""

from allauth.account.decorators import reauthentication_required
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import CheckboxSelectMultiple, ModelForm, ModelMultipleChoiceField
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from .. import audit
from . import roles, sessions
from .urls import password_link_path

# What the editors' desk has; the rest are Django's own tables, which nobody edits there.
PERMITTED_APPS = ["auth", "conversations", "digitalchikane", "guides"]
DEEDS = {"add": _("add"), "change": _("change"), "delete": _("delete"), "view": _("see"), "publish": _("publish")}

# allauth's own tables hold secrets and addresses that are not used: nothing for the desk.
admin.site.unregister([Authenticator, EmailAddress, Group, User])


def in_words(permission: Permission) -> str:
    """A permission as an administrator reads it; Django stores its name in English."""
    model = permission.content_type.model_class()
    deed = DEEDS.get(permission.codename.partition("_")[0])
    if model is None or deed is None:
        return permission.name
    name = capfirst(model._meta.verbose_name)
    return gettext("%(name)s: %(deed)s") % {"name": name, "deed": deed}


@admin.register(Group)
class EditorGroupAdmin(GroupAdmin):
    """Groups with permissions in Danish, as boxes to tick, and only those that mean something at the desk."""

    filter_horizontal = ()

    def get_readonly_fields(self, request, obj=None):
        # The code finds its roles by their names.
        return ["name"] if obj and obj.name in roles.ROLES else []

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not (obj and obj.name in roles.ROLES)

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        field.label_from_instance = in_words
        field.widget = CheckboxSelectMultiple(choices=field.choices)
        field.queryset = field.queryset.filter(content_type__app_label__in=PERMITTED_APPS)
        field.queryset = field.queryset.exclude(content_type__model="shippedrecord")
        return field


class RolesField(ModelMultipleChoiceField):
    widget = CheckboxSelectMultiple

    def __init__(self):
        super().__init__(
            Group.objects.order_by("pk"),
            label=_("Roles"),
            required=False,
            help_text=_(
                "Redaktør writes drafts. Ansvarshavende also publishes and changes facts. Administrator lets people in "
                "and reads the log. Without a role nobody gets into the desk."
            ),
        )


class UserForm(ModelForm):
    groups = RolesField()

    class Meta:
        model = User
        fields = ["username"]
        field_classes = {"username": UsernameField}
        help_texts = {
            "username": _("What the person types to log in: a short name or the email address."),
            "email": _("For messages about this login. Nobody else sees it."),
            "is_active": _("Take the tick away when somebody leaves: the login ends at once, the log keeps the name."),
            "is_superuser": _("May do everything, roles or not. One or two people at most."),
        }

    def clean_username(self):
        """Names that differ in capitals only would be one name at login, and so none."""
        name = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(gettext("There is a user of that name already."))
        return name


@admin.register(User)
class EditorAdmin(UserAdmin):
    """Who may come in, and as what. Nobody raises anybody above themselves: superusers are for superusers alone."""

    form = add_form = UserForm
    change_form_template = "admin/user_change_form.html"
    add_form_template = None
    list_display = ["username", "full_name", "shown_roles", "has_second_factor", "last_login", "is_active"]
    list_filter = ["is_active", "groups"]
    filter_horizontal = ()
    readonly_fields = ["last_login", "has_second_factor"]
    actions = None
    add_fieldsets = [
        (None, {"fields": ["username", "first_name", "last_name", "email"]}),
        (_("What the person may do"), {"fields": ["groups"]}),
    ]

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            return self.add_fieldsets
        rights = ["shown_roles" if obj == request.user else "groups", "is_active"]
        rights += ["is_superuser"] if request.user.is_superuser else []
        return [
            (None, {"fields": ["username", "first_name", "last_name", "email"]}),
            (_("What the person may do"), {"fields": rights}),
            (_("Login"), {"fields": self.readonly_fields}),
        ]

    def get_readonly_fields(self, request, obj=None):
        # Nobody locks themselves out, or takes rights that others have not given.
        own = ["shown_roles", "is_active", "is_superuser"] if obj == request.user else []
        return [*self.readonly_fields, *own]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups", "authenticator_set")

    # Who may change whom

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._may_touch(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._may_touch(request, obj) and obj != request.user

    def _may_touch(self, request, obj):
        return obj is None or request.user.is_superuser or not obj.is_superuser

    # What the lists show

    @admin.display(description=_("name"), ordering="first_name")
    def full_name(self, user):
        return user.get_full_name() or "–"

    @admin.display(description=_("roles"))
    def shown_roles(self, user):
        names = [gettext("superuser")] if user.is_superuser else []
        return ", ".join(names + [group.name for group in user.groups.all()]) or "–"

    @admin.display(description=_("two-step login"), boolean=True)
    def has_second_factor(self, user):
        return any(each.type in sessions.FACTORS for each in user.authenticator_set.all())

    # Saving

    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        user = form.instance
        before = self._roles_in_words(user)
        super().save_related(request, form, formsets, change)
        if (now := self._roles_in_words(user)) != before:
            audit.record(request.user, audit.Action.CHANGED, user, gettext("Roles: %(roles)s") % {"roles": now})
        # The desk opens for whoever has a role.
        user.is_staff = user.is_superuser or user.groups.exists()
        user.save(update_fields=["is_staff"])

    def _roles_in_words(self, user):
        return ", ".join(user.groups.order_by("pk").values_list("name", flat=True)) or "–"

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, gettext("The user is made. Now send the link by which a password is chosen."))
        return HttpResponseRedirect(reverse("admin:auth_user_password_change", args=[obj.pk]))

    # A forgotten password, a lost phone

    def get_urls(self):
        def own(view):
            return self.admin_site.admin_view(reauthentication_required(view))

        return [
            path("<id>/password/", own(self.password_link), name="auth_user_password_change"),
            path("<id>/second-factor/", own(self.remove_second_factor), name="auth_user_second_factor"),
            *super().get_urls(),
        ]

    def password_link(self, request, id):
        """A link by which somebody chooses a new password: nobody else ever knows it."""
        user = self._user_or_refuse(request, id)
        link = ""
        if request.method == "POST":
            key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
            link = request.build_absolute_uri(password_link_path(key))
            audit.record(request.user, audit.Action.PASSWORD, user, gettext("Made a link for a new password."))
        context = self.admin_site.each_context(request) | {
            "title": gettext("New password for %(user)s") % {"user": user},
            "opts": self.opts,
            "original": user,
            "link": link,
            "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 60 * 60),
        }
        return TemplateResponse(request, "admin/user_password_link.html", context)

    @method_decorator(require_POST)
    def remove_second_factor(self, request, id):
        """For somebody who has lost both the phone and the emergency codes."""
        user = self._user_or_refuse(request, id)
        Authenticator.objects.filter(user=user).delete()
        sessions.end_logins_of(user)
        audit.record(request.user, audit.Action.SECOND_FACTOR, user, gettext("Removed: everything."))
        messages.success(request, gettext("The second step is removed. The next login asks for a new one."))
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[user.pk]))

    def _user_or_refuse(self, request, id):
        user = self.get_object(request, unquote(id))
        if user is None:
            raise Http404
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        return user
