"""The moment that content is read for: now, unless an editor looks ahead to a coming day.

Everything that decides what readers see asks this clock; what is written (published at, checked on) asks Django's.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    return _moment.get() or timezone.now()


def today() -> date:
    return timezone.localdate(now())


@contextmanager
def at(moment: datetime):
    """Read content for another moment."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def end_of(day: date) -> datetime:
    """The last moment of a day: everything that begins on it has begun."""
    return timezone.make_aware(datetime.combine(day, time.max))
