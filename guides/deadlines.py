"""Counting deadlines. Days are counted in the Danish calendar and never moved for weekends or holidays; hours are
counted by the clock that runs, also over the nights when summer time begins and ends."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from .factbook import FactBook, FactInForce
from .models.deadlines import Deadline, Start
from .models.facts import Unit

MIDNIGHT = time(0, 0)


@dataclass(frozen=True)
class Starts:
    """What is known of a case: the days, and the time of the incident where it is known."""

    incident_on: date | None = None
    incident_at: time | None = None
    absence_on: date | None = None
    published_on: date | None = None

    def day(self, start: str) -> date | None:
        return {
            Start.INCIDENT: self.incident_on,
            Start.ABSENCE: self.absence_on,
            Start.PUBLICATION: self.published_on,
        }[Start(start)]

    def moment(self, start: str) -> datetime | None:
        """The moment hours are counted from: without a time the day's beginning, which is the safe side."""
        day = self.day(start)
        if day is None:
            return None
        at = self.incident_at if start == Start.INCIDENT and self.incident_at else MIDNIGHT
        return local(day, at)


@dataclass(frozen=True)
class Due:
    """One deadline of a case. With `at` it ends at that minute, otherwise with the day `on`."""

    deadline: Deadline
    fact: FactInForce
    on: date
    at: datetime | None = None

    @property
    def ends(self) -> datetime:
        return self.at or local(self.on + timedelta(days=1), MIDNIGHT)

    def is_over(self, now: datetime) -> bool:
        return now >= self.ends if self.at is None else now > self.ends

    def left(self, now: datetime) -> str:
        """How long there is left, in words."""
        if self.is_over(now):
            return gettext("Has passed")
        if self.at is None:
            days = (self.on - timezone.localdate(now)).days
            if days == 0:
                return gettext("Today is the last day")
            return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}
        hours = int((self.at - now).total_seconds() // 3600)
        if hours < 1:
            return gettext("Less than one hour left")
        if hours < 48:
            return ngettext("%(hours)s hour left", "%(hours)s hours left", hours) % {"hours": hours}
        days, rest = divmod(hours, 24)
        words = ngettext("%(days)s days and %(hours)s hour left", "%(days)s days and %(hours)s hours left", rest)
        return words % {"days": days, "hours": rest}


def local(day: date, at: time) -> datetime:
    """A moment on the Danish clock. Of an hour that the clock runs through twice the first is meant, the safe side; a
    minute that it leaps over is read by the clock from before the leap."""
    moment = timezone.make_aware(datetime.combine(day, at))
    return timezone.localtime(moment.astimezone(UTC))


def later(day: date, amount: int, unit: str) -> date:
    """The day that many days, weeks, months or years later; in a shorter month its last day."""
    match unit:
        case Unit.DAYS:
            return day + timedelta(days=amount)
        case Unit.WEEKS:
            return day + timedelta(weeks=amount)
        case Unit.MONTHS:
            return _months_later(day, amount)
        case Unit.YEARS:
            return _months_later(day, 12 * amount)
    raise ValueError(unit)


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due(starts: Starts, book: FactBook, deadlines=None) -> list[Due]:
    """Every deadline that can be counted from what is known, the nearest first. What no confirmed fact in force says
    the length of is left out."""
    found = []
    for deadline in Deadline.objects.select_related("fact", "route") if deadlines is None else deadlines:
        fact = book.get(deadline.fact.key)
        day = starts.day(deadline.starts_from)
        if day is None or fact is None or not fact.fact.is_confirmed or not fact.wording.amount:
            continue
        amount, unit = fact.wording.amount, fact.wording.unit
        if unit == Unit.HOURS:
            # Added in UTC, so that the hour that comes or goes at night counts, and read on the Danish clock.
            begun = starts.moment(deadline.starts_from).astimezone(UTC)
            at = timezone.localtime(begun + timedelta(hours=amount))
            found.append(Due(deadline, fact, timezone.localdate(at), at))
        else:
            found.append(Due(deadline, fact, later(day, amount, unit)))
    return sorted(found, key=lambda each: (each.ends, each.deadline.position, each.deadline.pk))
