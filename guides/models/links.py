from datetime import timedelta
from functools import cached_property
from urllib.parse import urlsplit

from django.db import models
from django.db.models import Case, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# Two failures closer together than this are one: the same trouble seen twice.
APART = timedelta(hours=1)
FAILURES_UNTIL_DEAD = 2


class LinkState(models.TextChoices):
    """How it stands with an address, what needs an editor first."""

    DEAD = "dead", _("dead")
    FAILING = "failing", _("failed once")
    MOVED = "moved", _("moved")
    CLOSED = "closed", _("closed to machines")
    NEW = "new", _("not tried yet")
    WORKS = "works", _("works")


class Fault(models.TextChoices):
    """Why an address did not lead to a page."""

    STATUS = "status", _("the site answers with an error")
    NAME = "name", _("there is no such site any more")
    CONNECTION = "connection", _("nothing answers there")
    TIMEOUT = "timeout", _("the site does not answer in time")
    ENCRYPTION = "encryption", _("the certificate of the site is not in order")
    LOOP = "loop", _("the address leads in a circle")
    TOO_MANY = "too-many", _("the address leads on and on")
    PRIVATE = "private", _("the address leads into a private network")
    ADDRESS = "address", _("that is no address on the web")
    ANSWER = "answer", _("the site answers what no browser understands")


class LinkQuerySet(models.QuerySet):
    def dead(self):
        return self.filter(state=LinkState.DEAD)

    def most_urgent_first(self):
        return self.order_by(*MOST_URGENT_FIRST)


# In the order of the states, what has failed longest first.
MOST_URGENT_FIRST = [
    Case(
        *(When(state=state, then=Value(place)) for place, state in enumerate(LinkState)),
        output_field=models.SmallIntegerField(),
    ),
    "failed_at",
    "url",
]


class Link(models.Model):
    """An address outside the site that readers are sent to, and what was found when it was last tried."""

    url = models.CharField(_("address"), max_length=2000, unique=True)
    state = models.CharField(_("state"), max_length=10, choices=LinkState, default=LinkState.NEW)
    fault = models.CharField(_("what is wrong"), max_length=12, choices=Fault, blank=True)
    status = models.PositiveSmallIntegerField(_("answer of the site"), null=True, blank=True)
    moved_to = models.CharField(_("moved to"), max_length=2000, blank=True)
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    failed_at = models.DateTimeField(_("has failed since"), null=True, blank=True)
    checked_at = models.DateTimeField(_("tried"), null=True, blank=True)
    worked_at = models.DateTimeField(_("worked last"), null=True, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["url"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=LinkState.values), name="guides_link_state_is_known"),
        ]

    def __str__(self):
        return self.url

    def record(self, result, at):
        """Store what was found. An address is called dead when it has failed in two runs: once may be chance."""
        is_another_run = self.checked_at is None or at - self.checked_at >= APART
        self.status, self.fault, self.moved_to = result.status, result.fault, result.moved_to
        if result.fault and not result.is_closed:
            self.failures += is_another_run or not self.failures
            self.failed_at = self.failed_at or at
            self.state = LinkState.DEAD if self.failures >= FAILURES_UNTIL_DEAD else LinkState.FAILING
        else:
            self.failures, self.failed_at = 0, None
            self.state = LinkState.CLOSED if result.is_closed else LinkState.MOVED if self.moved_to else LinkState.WORKS
            self.worked_at = self.worked_at if result.is_closed else at
        self.checked_at = at
        self.save()

    @property
    def site_name(self) -> str:
        return (urlsplit(self.url).hostname or self.url).removeprefix("www.")

    @property
    def leads_home(self) -> bool:
        """Whether a page has moved to the front page of its site: then it is gone, politely."""
        return urlsplit(self.moved_to).path in ("", "/") and urlsplit(self.url).path not in ("", "/")

    @property
    def reason(self) -> str:
        """What is the matter, in words for an editor."""
        match self.state, self.fault, self.status:
            case LinkState.CLOSED, _fault, _status:
                return gettext("The site turns machines away. Open it and see for yourself.")
            case LinkState.MOVED, _fault, _status:
                if self.leads_home:
                    return gettext("The address leads to the site's front page now. The page is probably gone.")
                return gettext("The page has moved for good.")
            case _state, Fault.STATUS, 404 | 410:
                return gettext("The page is not there any more (%(status)s).") % {"status": self.status}
            case _state, Fault.STATUS, status if status and status >= 500:
                return gettext("The site is out of order (%(status)s).") % {"status": status}
            case _state, Fault.STATUS, status:
                return gettext("The site answers with an error (%(status)s).") % {"status": status}
        label = str(Fault(self.fault).label) if self.fault else ""
        return f"{label[:1].upper()}{label[1:]}." if label else ""


class DeadLinks:
    """The dead addresses, read once while a page is made: readers are warned where one stands."""

    @cached_property
    def _links(self) -> dict[str, Link]:
        return {link.url: link for link in Link.objects.dead()}

    def get(self, url: str) -> Link | None:
        return self._links.get(url)
