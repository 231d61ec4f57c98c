from urllib.parse import urlsplit

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digitalchikane import clock
from digitalchikane.addresses import reverse
from digitalchikane.languages import CODES
from digitalchikane.publishing.models import Addressed

from .checks import Checked, CheckedQuerySet
from .facts import Fact, FactKind


class RouteGroup(models.TextChoices):
    PLATFORM = "platform", _("Social media and reviews")
    WEBSITE = "website", _("Websites, hosts and domains")
    SEARCH = "search", _("Search engines")
    MEDIA = "media", _("News media")
    AUTHORITY = "authority", _("Police and authorities")
    INJURY = "injury", _("Work injury and compensation")
    SUPPORT = "support", _("Help and advice")


class RouteQuerySet(CheckedQuerySet):
    def live(self):
        """What readers can reach."""
        return self.filter(is_withdrawn=False)

    def for_readers(self):
        return self.live().select_related("phone", "next__replaced_by").prefetch_related("facts")

    def due_for_check(self, on=None):
        return super().due_for_check(on).live()


class Route(Checked, Addressed):
    """A place to report something or to get help, and what to do when the answer is no."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    group = models.CharField(_("group"), max_length=20, choices=RouteGroup)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    slug = models.SlugField(_("address"), max_length=80)
    name = models.CharField(_("name"), max_length=120)
    summary = models.TextField(_("use it when"), help_text=_("One sentence: when this is the right way."))
    audience = models.CharField(_("for whom"), max_length=200, blank=True)
    need = models.TextField(_("you need"), blank=True, help_text=_("One thing per line."))
    how = models.TextField(_("how"), blank=True, help_text=_("One step per line."))
    wait = models.TextField(_("what to expect"), blank=True)
    refused = models.TextField(_("if the answer is no"), blank=True)
    next = models.ForeignKey(
        "self",
        verbose_name=_("next rung"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="previous",
        help_text=_("Where to go when the answer is no."),
    )
    phone = models.ForeignKey(
        Fact,
        verbose_name=_("phone"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="phone_of",
        limit_choices_to={"kind": FactKind.PHONE},
    )
    hours = models.CharField(_("opening hours"), max_length=200, blank=True)
    url = models.URLField(_("address on the web"), max_length=500, blank=True)
    facts = models.ManyToManyField(Fact, verbose_name=_("facts"), blank=True, related_name="routes")
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    check_again_on = models.DateField(
        _("check again on"), help_text=_("From this day readers see that the entry is being checked.")
    )

    # Set by withdrawing it, never by hand.
    is_withdrawn = models.BooleanField(_("withdrawn"), default=False, editable=False)
    withdrawal_reason = models.TextField(_("reason for the withdrawal"), blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True, editable=False)
    replaced_by = models.ForeignKey(
        "self",
        verbose_name=_("replaced by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="stands_in_for",
    )

    # Phones, hours and buttons move without notice.
    check_months = 3

    objects = RouteQuerySet.as_manager()

    class Meta:
        verbose_name = _("route or help")
        verbose_name_plural = _("routes and help")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(group__in=RouteGroup.values), name="guides_route_group_is_known"),
            *(
                models.UniqueConstraint(
                    fields=[f"slug_{code}"],
                    name=f"guides_route_slug_{code}",
                    violation_error_message=_("Another route has this address already."),
                )
                for code in CODES
            ),
        ]

    def __str__(self):
        return self.name or self.key

    def get_absolute_url(self):
        return reverse("guides:route", self.slug)

    @property
    def need_lines(self) -> list[str]:
        return lines(self.need)

    @property
    def how_lines(self) -> list[str]:
        return lines(self.how)

    @property
    def refused_heading(self) -> str:
        """Who helps does not turn anybody down, but may not be the right one or not answer the phone."""
        if self.group == RouteGroup.SUPPORT:
            return gettext("If you get no further here")
        return gettext("If the answer is no")

    @property
    def site_name(self) -> str:
        """The host of its address, as readers know it."""
        return (urlsplit(self.url).hostname or "").removeprefix("www.")

    @property
    def in_its_place(self) -> "Route | None":
        """What readers get where it is named: itself, or what took its place, however often that was replaced."""
        route = self
        while route and route.is_withdrawn:
            route = route.replaced_by
        return route

    @property
    def next_rung(self) -> "Route | None":
        return self.next.in_its_place if self.next else None

    def withdraw(self, reason: dict[str, str], replacement: "Route | None" = None):
        """Take it from readers, who are told why. Wherever it is named, its replacement stands from now on."""
        self.is_withdrawn, self.replaced_by, self.withdrawn_at = True, replacement, timezone.now()
        self._give_reason(reason)

    def bring_back(self):
        self.is_withdrawn, self.replaced_by, self.withdrawn_at = False, None, None
        self._give_reason(dict.fromkeys(CODES, ""))

    def _give_reason(self, reason):
        for language, words in reason.items():
            setattr(self, f"withdrawal_reason_{language}", words)
        self.save()

    @property
    def is_being_checked(self) -> bool:
        return self.check_again_on <= clock.today()

    @property
    def is_unchecked(self) -> bool:
        return not (self.checked_on or self.is_being_checked)


def lines(text: str) -> list[str]:
    """A text of one item per line as its items."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
