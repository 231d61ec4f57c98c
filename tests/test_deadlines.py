"""The calculator of deadlines: right over every calendar, clear about what is wrong, and silent about who asked."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from guides.deadlines import Due, Starts, due, later, local
from guides.factbook import FactBook
from guides.models import Deadline, FactWording

from .markup import Markup, text

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
DAYS = st.dates(date(2015, 1, 1), date(2045, 12, 31))
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def counted(**starts) -> dict[str, Due]:
    return {each.deadline.key: each for each in due(Starts(**starts), FactBook())}


# Counting


@given(DAYS, st.integers(1, 60))
def test_months_and_years_end_on_the_same_day_or_the_last_of_a_shorter_month(day, amount):
    assert later(day, amount, "months") == day + relativedelta(months=amount)
    assert later(day, amount, "years") == day + relativedelta(years=amount)


@given(DAYS, st.integers(1, 60))
def test_days_and_weeks_are_counted_in_the_calendar(day, amount):
    assert later(day, amount, "days").toordinal() == day.toordinal() + amount
    assert later(day, amount, "weeks").weekday() == day.weekday()
    assert later(day, amount, "weeks").toordinal() == day.toordinal() + 7 * amount


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DAYS, TIMES)
def test_seventy_two_hours_pass_on_the_clock_that_runs(db, day, at):
    end = counted(incident_on=day, incident_at=at)["politi"].at

    begun = datetime.combine(day, at, tzinfo=COPENHAGEN).timestamp()
    assert end.timestamp() - begun == 72 * 3600
    assert end.utcoffset() == datetime.fromtimestamp(end.timestamp(), COPENHAGEN).utcoffset()


@pytest.mark.parametrize(
    ("begun", "end"),
    [
        (datetime(2026, 11, 24, 21, 40), "27. 21.40"),
        # The hour that is missing in spring, and the one that comes twice in autumn.
        (datetime(2027, 3, 27, 12, 0), "30. 13.00"),
        (datetime(2026, 10, 24, 12, 0), "27. 11.00"),
        (datetime(2028, 2, 27, 8, 30), "1. 08.30"),
    ],
)
def test_the_police_deadline_is_right_over_month_ends_and_summer_time(db, begun, end):
    found = counted(incident_on=begun.date(), incident_at=begun.time())["politi"]

    assert f"{found.at:%-d. %H.%M}" == end


def test_a_time_that_comes_twice_is_counted_from_the_first():
    assert local(date(2026, 10, 25), time(2, 30)).astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_without_a_time_hours_are_counted_from_the_beginning_of_the_day(db):
    assert counted(incident_on=date(2026, 11, 24))["politi"].at == local(date(2026, 11, 27), time(0, 0))


def test_each_date_gives_its_own_deadlines_and_weekends_move_none(db):
    # A Saturday; two weeks later is one as well.
    assert counted(absence_on=date(2026, 11, 14))["arbejdsulykke-fravaer"].on == date(2026, 11, 28)
    assert counted(published_on=date(2026, 11, 14)).keys() == {"pressenaevnet"}
    assert counted(published_on=date(2026, 11, 14))["pressenaevnet"].on == date(2027, 2, 6)
    incident = counted(incident_on=date(2026, 8, 31))
    assert incident["arbejdsulykke-uden-fravaer"].on == date(2026, 9, 14)
    assert incident["privat-paatale"].on == date(2027, 2, 28)
    assert "pressenaevnet" not in incident and "arbejdsulykke-fravaer" not in incident


def test_the_nearest_deadline_comes_first(db):
    found = due(Starts(date(2026, 1, 1), None, date(2026, 1, 2), date(2026, 1, 3)), FactBook())

    assert len(found) == Deadline.objects.count()
    assert [each.ends for each in found] == sorted(each.ends for each in found)


def test_a_change_of_law_changes_the_count_from_its_day(db):
    fact = Deadline.objects.get(key="politi").fact
    FactWording.objects.create(
        fact=fact, text_da="48 timer", statement_da="Nu 48.", amount=48, unit="hours", valid_from=date(2027, 1, 1)
    )
    starts = Starts(incident_on=date(2026, 12, 30))

    before = {each.deadline.key: each for each in due(starts, FactBook(date(2026, 12, 31)))}
    after = {each.deadline.key: each for each in due(starts, FactBook(date(2027, 1, 1)))}

    assert (before["politi"].on, after["politi"].on) == (date(2027, 1, 2), date(2027, 1, 1))


def test_a_fact_that_is_not_confirmed_is_not_counted(db):
    Deadline.objects.get(key="politi").fact.__class__.objects.filter(deadlines__key="politi").update(is_confirmed=False)

    assert "politi" not in counted(incident_on=date(2026, 11, 24))


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 11, 24, 12, 0), "3 dage tilbage"),
        (datetime(2026, 11, 26, 23, 59), "1 dag tilbage"),
        (datetime(2026, 11, 27, 23, 59), "I dag er sidste dag"),
        (datetime(2026, 11, 28, 0, 0), "Er gået"),
    ],
)
def test_the_time_left_is_said_in_words(now, words):
    assert Due(None, None, date(2026, 11, 27)).left(now.replace(tzinfo=COPENHAGEN)) == words


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0.5, "Under en time tilbage"),
        (1.5, "1 time tilbage"),
        (47.9, "47 timer tilbage"),
        (49.2, "2 døgn og 1 time tilbage"),
        (50, "2 døgn og 2 timer tilbage"),
    ],
)
def test_hours_left_are_counted_down(hours, words):
    at = datetime(2026, 11, 27, 12, 0, tzinfo=COPENHAGEN)

    assert Due(None, None, at.date(), at).left(at - timedelta(hours=hours)) == words


# The page


@pytest.fixture
def ask(client, db):
    def ask(**values):
        return client.post(reverse("guides:deadlines"), values)

    return ask


def test_the_answer_says_day_weekday_and_hour_and_is_kept_nowhere(ask):
    response = ask(incident_on="2026-11-20", incident_at="21.40", absence_on="23.11.2026")

    words = " ".join(response.content.decode().split())
    assert response.status_code == 200
    assert "mandag 23. november 2026 kl. 21.40" in words
    assert "mandag 7. december 2026" in words
    # How long it is, as the fact says it.
    assert "(14 dage efter første fraværsdag)" in words
    assert "Er den gået, så anmeld alligevel" in words
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert not response.cookies


def test_the_answer_in_english_is_english_throughout(client, db):
    values = {"incident_on": "2026-11-20", "incident_at": "21:40", "absence_on": "23/11/2026"}

    page = Markup(client.post("/en/tools/deadlines/", values).content.decode())
    found = Calendar.from_ical(client.post("/en/tools/deadlines/", values | {"calendar": "1"}).content)

    assert "It happened on 20 November 2026 at 21:40." in page.main_text
    days = [text(day) for day in page.all("h3", class_="deadline__day")]
    assert "Monday 23 November 2026 at 21:40" in days and "Monday 7 December 2026" in days
    assert [element.tag for element in page.one("main").iter() if element.get("lang") == "da"] == []
    assert found["prodid"] == "-//Digitalchikane//Deadlines//EN"
    assert all(str(event["summary"]).startswith("Date ") for event in found.walk("VEVENT"))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "Skriv mindst én dato"),
        ({"incident_at": "12:00"}, "Skriv også datoen"),
        ({"incident_on": "31.02.2026"}, "Skriv datoen som dag, måned og år"),
        ({"incident_on": "i går\x00" * 500}, "Skriv datoen som dag, måned og år"),
        ({"incident_on": "20.11.2026", "incident_at": "25.00"}, "Skriv klokkeslættet"),
        ({"incident_on": "01.01.1915"}, "mere end ti år siden"),
        ({"published_on": "9999-12-31"}, "ikke kommet endnu"),
        ({"incident_on": "20.11.2026", "absence_on": "19.11.2026"}, "ligger før hændelsen"),
    ],
)
def test_what_cannot_be_counted_is_said_and_stays_in_the_form(ask, values, message):
    response = ask(**values)

    html = response.content.decode()
    assert response.status_code == 422
    assert message in html
    assert response["Cache-Control"] == "no-store"
    page = Markup(html)
    for name, value in values.items():
        assert page.one("input", name=name).get("value") == value.replace("\x00", "")[:40]


def test_a_moment_later_today_is_refused(ask):
    soon = timezone.localtime() + timedelta(minutes=5)

    response = ask(incident_on=f"{soon:%Y-%m-%d}", incident_at=f"{soon:%H:%M}")

    assert "ikke kommet endnu" in response.content.decode()


def test_the_calendar_file_is_fetched_beside_the_list_that_says_what_its_dates_are(ask, client):
    today = timezone.localdate()
    page = Markup(ask(incident_on=f"{today:%d.%m.%Y}").content.decode())
    empty = Markup(client.get("/vaerktoejer/frister/").content.decode())

    (form,) = [form for form in page.all("form") if "kalenderfil" in text(form)]
    assert "Print listen først, ellers ved I ikke, hvad Dato 2 er" in text(form)
    values = {each.get("name"): each.get("value") for each in form.iter("input")}
    events = Calendar.from_ical(ask(**values, calendar="1").content).walk("VEVENT")
    assert events and all("se den printede liste" in event["summary"] for event in events)
    assert "kalenderfil" not in text(empty.one("main"))


def test_the_calendar_file_holds_the_days_and_nothing_of_the_case(ask):
    today = timezone.localdate()
    response = ask(incident_on=f"{today:%Y-%m-%d}", published_on=f"{today:%Y-%m-%d}", calendar="1")

    events = Calendar.from_ical(response.content).walk("VEVENT")
    days = {event.decoded("dtstart") for event in events}
    assert response["Content-Type"].startswith("text/calendar")
    assert response["Content-Disposition"] == 'attachment; filename="datoer.ics"'
    assert today + timedelta(days=14) in days and today + timedelta(weeks=12) in days
    (police,) = [day for day in days if isinstance(day, datetime)]
    assert police == local(today + timedelta(days=3), time(0, 0)) or police.tzinfo.key == "Europe/Copenhagen"
    assert {str(event["class"]) for event in events} == {"PRIVATE"}
    for word in ("politi", "chikane", "arbejdsulykke", "pressen"):
        assert word not in response.content.decode().lower().replace("@digitalchikane", "").replace(
            "-//digitalchikane", ""
        )
