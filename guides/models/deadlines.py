from django.db import models
from django.utils.translation import gettext_lazy as _

from .facts import Fact
from .routes import Route


class Start(models.TextChoices):
    """What a deadline is counted from."""

    INCIDENT = "incident", _("the incident")
    ABSENCE = "absence", _("the first day of absence")
    PUBLICATION = "publication", _("the publication")


class Deadline(models.Model):
    """A deadline that the calculator counts. How long it is stands in the wording of its fact, so that a change of law
    is prepared in one place."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    fact = models.ForeignKey(
        Fact,
        verbose_name=_("fact"),
        on_delete=models.PROTECT,
        related_name="deadlines",
        help_text=_("Its wording says how long the deadline is, and the source stands beside it."),
    )
    starts_from = models.CharField(_("counted from"), max_length=20, choices=Start)
    title = models.CharField(_("what must happen"), max_length=160, help_text=_("Begins with who must have it."))
    exception = models.TextField(
        _("condition or exception"),
        blank=True,
        help_text=_("When it does not apply, and what to do when it has passed. May name facts."),
    )
    route = models.ForeignKey(
        Route,
        verbose_name=_("route"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="deadlines",
        help_text=_("Where it is done."),
    )

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_from__in=Start.values), name="guides_deadline_start_known"
            ),
        ]

    def __str__(self):
        return self.title or self.key
