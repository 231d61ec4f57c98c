from django.db import models
from django.utils.translation import gettext_lazy as _

from .routes import lines


class FieldKind(models.TextChoices):
    TEXT = "text", _("text")
    DATE = "date", _("date")
    TIME = "time", _("time of day")
    CHOICE = "choice", _("choice")


class RecordFieldQuerySet(models.QuerySet):
    def of(self, form: str):
        """The fields of one form: `log` or `register`."""
        return self.filter(**{f"is_in_{form}": True})


class RecordField(models.Model):
    """One field of the two forms that a case is written down in: the log, which the one who is hit can keep, and the
    register, which is the employer's. One list, because both must be able to be held together."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    label = models.CharField(_("label"), max_length=60)
    help = models.CharField(_("help"), max_length=200, blank=True, help_text=_("Why it is asked, or what to write."))
    kind = models.CharField(_("kind"), max_length=10, choices=FieldKind, default=FieldKind.TEXT)
    choices = models.TextField(_("choices"), blank=True, help_text=_("One per line; only for a choice."))
    is_in_log = models.BooleanField(_("in the log"), default=True)
    is_in_register = models.BooleanField(_("in the register"), default=True)
    example = models.CharField(_("example in the log"), max_length=240, blank=True)
    register_example = models.CharField(_("example in the register"), max_length=240, blank=True)

    objects = RecordFieldQuerySet.as_manager()

    class Meta:
        verbose_name = _("field of the log")
        verbose_name_plural = _("fields of the log and the register")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=FieldKind.values), name="guides_recordfield_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(is_in_log=True) | models.Q(is_in_register=True),
                name="guides_recordfield_is_used",
                violation_error_message=_("A field must be in the log or in the register."),
            ),
        ]

    def __str__(self):
        return self.label or self.key

    @property
    def choice_lines(self) -> list[str]:
        return lines(self.choices)

    def example_in(self, form: str) -> str:
        return (self.register_example if form == "register" else self.example) or ""
