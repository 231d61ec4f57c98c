from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    PUBLISHED = "published", _("published it")
    SCHEDULED = "scheduled", _("scheduled it")
    CANCELLED = "cancelled", _("took the schedule back")
    WITHDRAWN = "withdrawn", _("withdrew it")
    RETURNED = "returned", _("took the withdrawal back")
    RESTORED = "restored", _("restored it")
    DISCARDED = "discarded", _("threw it away")
    ADDED = "added", _("added it")
    CHANGED = "changed", _("changed it")
    DELETED = "deleted", _("deleted it")
    LOGGED_IN = "logged_in", _("logged in")
    LOGGED_OUT = "logged_out", _("logged out")
    LOGIN_FAILED = "login_failed", _("wrong login")
    LOCKED_OUT = "locked_out", _("shut out for a while")
    PASSWORD = "password", _("changed a password")  # noqa: S105
    SECOND_FACTOR = "second_factor", _("changed the second step of login")


class LogLineQuerySet(models.QuerySet):
    def about(self, user):
        """Lines about a user's login; without a user, those about names that nobody has."""
        if user is None:
            return self.filter(actor=None, target_type=None)
        return self.filter(target_type=ContentType.objects.get_for_model(user), target_id=str(user.pk))


class LogLine(models.Model):
    """One thing that somebody did. Names are kept as they were then, when the people or pages are gone."""

    at = models.DateTimeField(_("time"), default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    actor_name = models.CharField(_("who"), max_length=150, blank=True)
    action = models.CharField(_("what happened"), max_length=20, choices=Action)
    times = models.PositiveIntegerField(_("times"), default=1)
    target_type = models.ForeignKey(
        ContentType, verbose_name=_("kind"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    target_id = models.CharField(max_length=40, blank=True)
    target_name = models.CharField(_("to what"), max_length=200, blank=True)
    text = models.TextField(_("how"), blank=True)

    objects = LogLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the log")
        verbose_name_plural = _("lines of the log")
        ordering = ["-at", "-pk"]
        default_permissions = ["view"]
        indexes = [models.Index(fields=["target_type", "target_id"])]

    def __str__(self):
        return f"{self.actor_name} {self.get_action_display()} {self.target_name}".strip()

    def set_target(self, target):
        if target is not None:
            self.target_type = ContentType.objects.get_for_model(target)
            self.target_id, self.target_name = str(target.pk), str(target)[:200]

    def target_url(self) -> str:
        """Where the desk shows what this is about, empty where it has no screen."""
        if not (self.target_type_id and self.target_id):
            return ""
        kind = self.target_type
        try:
            return reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[self.target_id])
        except NoReverseMatch:
            return ""
