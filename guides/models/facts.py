from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FactKind(models.TextChoices):
    DEADLINE = "deadline", _("Deadlines")
    LAW = "law", _("Law and penalties")
    DUTY = "duty", _("The employer's duties")
    FIGURE = "figure", _("Figures")
    PHONE = "phone", _("Phone numbers")
    CONTACT = "contact", _("Authorities and help")
    PLATFORM = "platform", _("Platforms")
    KNOWLEDGE = "knowledge", _("Knowledge")


class Unit(models.TextChoices):
    """What the length of a deadline is counted in."""

    HOURS = "hours", _("hours")
    DAYS = "days", _("days")
    WEEKS = "weeks", _("weeks")
    MONTHS = "months", _("months")
    YEARS = "years", _("years")


class Source(models.Model):
    """Where facts come from: a law, an authority's page, a study."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200)
    url = models.URLField(_("address"), max_length=500, blank=True)
    published = models.CharField(
        _("published"), max_length=120, blank=True, help_text=_("What the source says of its own date.")
    )
    language = models.CharField(
        _("language"), max_length=5, default="da", help_text=_("The language its title is in: da, en, sv …")
    )
    read_on = models.DateField(_("read on"))

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["title"]

    def __str__(self):
        return self.title


class FactQuerySet(models.QuerySet):
    def due_for_check(self, on=None):
        """Facts an editor must hold against their source: never checked, or past their date."""
        on = on or timezone.localdate()
        return self.filter(models.Q(checked_on=None) | models.Q(check_again_on__lte=on))


class Fact(models.Model):
    """A deadline, paragraph, number or name that pages mention by key, kept true in one place."""

    key = models.SlugField(
        _("key"),
        max_length=80,
        unique=True,
        help_text=_("Write it in double curly brackets in a text, and the text shows the wording in force."),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=FactKind)
    label = models.CharField(
        _("label"),
        max_length=200,
        help_text=_("What the fact is about, as a heading in the list of sources."),
    )
    # New ones come after what ships, until an editor moves them.
    position = models.PositiveSmallIntegerField(
        _("position"),
        default=1000,
        help_text=_("In lists of facts the lowest number comes first: the deadline that ends first, say."),
    )
    source = models.ForeignKey(Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="facts")
    is_confirmed = models.BooleanField(
        _("confirmed"),
        default=False,
        help_text=_(
            "Seen in a source with authority. Until then no text can name it, and readers see “Not confirmed”."
        ),
    )
    checked_on = models.DateField(
        _("checked on"),
        null=True,
        blank=True,
        help_text=_("The day somebody last held it against the living source."),
    )
    check_again_on = models.DateField(
        _("check again on"), help_text=_("From this day readers see that the fact is being checked.")
    )

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering = ["position", "key"]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=FactKind.values), name="guides_fact_kind_is_known"),
        ]

    def __str__(self):
        return self.key

    def uses(self) -> list:
        """Everything that names or shows this fact: current editions of pages and cards, drafts too, and routes."""
        routes = self.routes.all() | self.phone_of.all()
        return [
            *self.guides_pageedition_set.current_or_live().order_by("document__position"),
            *self.conversations_cardedition_set.current_or_live().order_by("document__number"),
            *routes.distinct(),
        ]


class FactWording(models.Model):
    """What a fact says from one day on. A change of law is a new wording; old ones stay as they were."""

    fact = models.ForeignKey(Fact, verbose_name=_("fact"), on_delete=models.CASCADE, related_name="wordings")
    text = models.CharField(
        _("in text"), max_length=200, help_text=_("As it stands inside a sentence: lower case, no full stop.")
    )
    statement = models.TextField(
        _("statement"), help_text=_("The whole claim in one or two sentences, with its exception.")
    )
    amount = models.PositiveSmallIntegerField(
        _("length"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("Deadlines that the calculator counts: how many hours, days, weeks, months or years."),
    )
    unit = models.CharField(_("counted in"), max_length=10, choices=Unit, blank=True)
    valid_from = models.DateField(_("valid from"), default=timezone.localdate)
    valid_to = models.DateField(
        _("valid to"),
        null=True,
        blank=True,
        help_text=_("The last day it holds. Leave empty when it holds until a newer wording takes over."),
    )

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fact", "valid_from"],
                name="guides_wording_one_a_day",
                violation_error_message=_("This fact has a wording from that day already."),
            ),
            models.CheckConstraint(
                condition=models.Q(amount=None, unit="") | models.Q(amount__isnull=False, unit__in=Unit.values),
                name="guides_wording_length_is_whole",
                violation_error_message=_("A length needs both a number and what it is counted in."),
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="guides_wording_ends_after_it_begins",
                violation_error_message=_("A wording cannot end before it begins."),
            ),
        ]

    def __str__(self):
        return self.text
