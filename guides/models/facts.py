from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digitalchikane.addresses import reverse
from digitalchikane.languages import OTHERS
from digitalchikane.publishing.texts import texts

from .checks import Checked, CheckedQuerySet


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


# What changes without a law being passed: held against its source twice as often.
SHORT_LIVED = {FactKind.PHONE, FactKind.CONTACT, FactKind.PLATFORM}


class FactQuerySet(CheckedQuerySet):
    def never_checked(self):
        return self.filter(checked_on=None)

    def unconfirmed(self):
        return self.filter(is_confirmed=False)

    def with_a_change_to_come(self, on=None):
        """Facts with a wording that is prepared for a later day."""
        return self.filter(wordings__valid_from__gt=on or timezone.localdate()).distinct()

    def without_a_wording(self, on=None):
        """Facts of which nothing holds: none begun, or the newest begun has ended."""
        return self.filter(~Exists(FactWording.objects.in_force(on).filter(fact=OuterRef("pk"))))


class Fact(Checked, models.Model):
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
            models.CheckConstraint(condition=Q(kind__in=FactKind.values), name="guides_fact_kind_is_known"),
        ]

    def __str__(self):
        return self.key

    def get_absolute_url(self):
        return f"{reverse('guides:sources')}#{self.key}"

    @property
    def check_months(self) -> int:
        return 3 if self.kind in SHORT_LIVED else 6

    def wording_on(self, day):
        """The wording that holds on a day, of those read already; None before the first and after the last."""
        begun = [wording for wording in self.wordings.all() if wording.valid_from <= day]
        newest = max(begun, key=lambda wording: (wording.valid_from, wording.pk), default=None)
        return newest if newest and not newest.has_ended(day) else None

    def wordings_to_come(self) -> list:
        """Prepared wordings in the order in which they begin, of those read already."""
        return sorted(
            (wording for wording in self.wordings.all() if not wording.has_begun), key=lambda each: each.valid_from
        )


class FactWordingQuerySet(models.QuerySet):
    def in_force(self, on=None):
        """Of each fact the newest wording begun, unless it has ended."""
        on = on or timezone.localdate()
        newest = FactWording.objects.filter(fact=OuterRef("fact"), valid_from__lte=on).order_by("-valid_from", "-pk")
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), pk=Subquery(newest.values("pk")[:1]))

    def to_come(self, on=None):
        """Wordings that are prepared for a later day."""
        return self.filter(valid_from__gt=on or timezone.localdate())


class FactWording(models.Model):
    """What a fact says from one day on.

    Wordings are added, never changed: printed cards and old editions were made with them. Until its first day one can
    still be mended or taken away; from then on a mistake is mended by a newer wording. Only its end can be set, and a
    language be added that it was not written in.
    """

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

    objects = FactWordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["-valid_from", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None, unit="") | Q(amount__isnull=False, unit__in=Unit.values),
                name="guides_wording_length_is_whole",
                violation_error_message=_("A length needs both a number and what it is counted in."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
                name="guides_wording_ends_after_it_begins",
                violation_error_message=_("A wording cannot end before it begins."),
            ),
        ]

    def __str__(self):
        return self.text

    def save(self, *args, **kwargs):
        """Store it, unless that would change what was in force."""
        stored = FactWording.objects.filter(pk=self.pk).first() if self.pk else None
        if stored and stored.has_begun and not stored.words.items() <= self.words.items():
            raise ValidationError(gettext("A wording that has been in force is never changed. Write a new one."))
        super().save(*args, **kwargs)

    @property
    def words(self) -> dict:
        """Everything about it that stays as it was once it holds, by field."""
        return {"valid_from": self.valid_from, "amount": self.amount, "unit": self.unit} | texts(self)

    @property
    def translations(self) -> list[tuple[str, str, str]]:
        """Language, text and statement, as far as there are any."""
        both = [(code, getattr(self, f"text_{code}"), getattr(self, f"statement_{code}")) for code in OTHERS]
        return [each for each in both if each[1] or each[2]]

    @property
    def is_in_force(self) -> bool:
        return self.fact.wording_on(timezone.localdate()) == self

    @property
    def has_begun(self) -> bool:
        return self.valid_from <= timezone.localdate()

    def has_ended(self, on=None) -> bool:
        return self.valid_to is not None and self.valid_to < (on or timezone.localdate())
