"""What must be held against the world now and then: facts against their source, routes against the place they name."""

from calendar import monthrange
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


class CheckedQuerySet(models.QuerySet):
    def due_for_check(self, on=None):
        """What an editor must check: what nobody ever checked, and what is past its date."""
        on = on or timezone.localdate()
        return self.filter(Q(checked_on=None) | Q(check_again_on__lte=on))

    def most_overdue_first(self):
        """The oldest date first; of those with the same date, first what nobody ever checked."""
        return self.order_by("check_again_on", F("checked_on").asc(nulls_first=True), "pk")


class Checked:
    """Mixed into a model with `checked_on` and `check_again_on`; `check_months` says how long a check holds."""

    check_months = 6

    def mark_checked(self):
        """Somebody has just held it against the world and found it true."""
        self.checked_on = timezone.localdate()
        # Never earlier than it was planned.
        self.check_again_on = max(self.check_again_on, months_after(self.checked_on, self.check_months))
        self.save(update_fields=["checked_on", "check_again_on"])

    @property
    def is_due(self) -> bool:
        return self.checked_on is None or self.check_again_on <= timezone.localdate()
