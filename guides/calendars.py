"""Deadlines as a calendar file. Its entries can lie in a calendar that others see, so they say nothing of the case."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.utils.translation import get_language, gettext
from icalendar import Alarm, Calendar, Event

from .deadlines import Due


def calendar(dues: list[Due], now: datetime) -> bytes:
    """The deadlines that have not passed, numbered as on the page, each with a reminder."""
    found = Calendar()
    found.add("prodid", f"-//Digitalchikane//{gettext('Deadlines')}//{get_language().upper()}")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    for number, due in enumerate(dues, start=1):
        if not due.is_over(now):
            found.add_component(_event(number, due, now))
    found.add_missing_timezones()
    return found.to_ical()


def _event(number: int, due: Due, now: datetime) -> Event:
    event = Event()
    title = gettext("Date %(number)s – see the printed list") % {"number": number}
    event.add("uid", f"{uuid4()}@digitalchikane")
    event.add("dtstamp", now)
    event.add("summary", title)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    if due.at:
        event.add("dtstart", due.at)
        before = timedelta(hours=4)
    else:
        event.add("dtstart", due.on)
        event.add("dtend", due.on + timedelta(days=1))
        # Nine in the morning on the day before.
        before = timedelta(hours=15)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -before)
    event.add_component(alarm)
    return event
