"""Facts at the desk: wordings that are added and never changed, checks with one click, a list to find things in."""

from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.utils import timezone

from digitalchikane import uses
from guides.models import Deadline, Fact, FactList, FactWording, Route, Text
from guides.models.checks import months_after

from .conftest import FAR_AWAY
from .markup import Markup, text
from .test_desk import Desk, address_of, english_in, errors, form_of, list_of, notices, read

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture
def desk(admin_client):
    return Desk(admin_client)


def wording(number=1, **values) -> dict:
    """The fields of one more wording in the form of a fact."""
    values = {"text_da": "fire uger", "statement_da": "Fristen er fire uger.", "id": ""} | values
    return {"wordings-TOTAL_FORMS": str(number + 1)} | {f"wordings-{number}-{name}": v for name, v in values.items()}


def said_to_readers(page) -> str:
    return text(Markup(read(page.get_absolute_url())).one("main"))


def naming(fact, make_page, **values):
    return make_page(Text(body_da=f"<p>Anmeld inden {{{{ {fact.key} }}}}.</p>"), **values)


# Making one


def test_a_fact_is_made_with_its_wording(desk, make_source):
    values = {
        "key": "ny-frist",
        "kind": "deadline",
        "label_da": "En ny frist",
        "source": str(make_source().pk),
        "is_confirmed": "on",
        "check_again_on": "01.01.2999",
    }

    response = desk.send(list_of(Fact, "add"), values | wording(0, valid_from="01.01.2020"))

    assert errors(response) == []
    assert Fact.objects.get(key="ny-frist").wordings.get().text_da == "fire uger"


def test_the_key_of_a_fact_never_changes(desk, make_fact):
    fact = make_fact(key="min-frist")
    form = desk.form(address_of(fact))
    assert "key" not in form

    desk.client.post(address_of(fact), form | {"key": "en-anden", "_save": "1"})

    fact.refresh_from_db()
    assert fact.key == "min-frist"


# Wordings are added


def test_what_holds_cannot_be_written_over(desk, make_fact):
    fact = make_fact(text="tre uger", valid_from=date(2020, 1, 1))
    sent = {"text_da": "fem uger", "statement_da": "Nej.", "valid_from": "01.01.2030", "DELETE": "on"}

    desk.send(address_of(fact), {f"wordings-0-{name}": value for name, value in sent.items()})

    kept = fact.wordings.get()
    assert (kept.text_da, kept.statement_da, kept.valid_from) == ("tre uger", "Fristen er tre uger.", date(2020, 1, 1))


def test_no_code_writes_over_what_holds_either(make_fact):
    kept = make_fact(text="tre uger").wordings.get()
    kept.text_da = "fem uger"

    with pytest.raises(ValidationError):
        kept.save()


def test_a_mistake_is_mended_by_a_wording_from_today(desk, make_fact, make_page):
    fact = make_fact(text="tre uger", valid_from=TODAY)
    page = naming(fact, make_page)

    response = desk.send(address_of(fact), wording(valid_from=TODAY.isoformat()))

    assert errors(response) == []
    assert "Anmeld inden fire uger" in said_to_readers(page)


def test_a_new_wording_does_not_change_what_readers_saw(desk, make_fact):
    fact = make_fact(valid_from=date(2020, 1, 1))

    response = desk.send(address_of(fact), wording(valid_from=(TODAY - DAY).isoformat()))

    assert "En ny ordlyd gælder tidligst fra i dag. Indtil nu har læserne set den gamle." in errors(response)
    assert fact.wordings.count() == 1
    assert "fire uger" in [field.get("value") for field in Markup(response.content.decode()).all("input")]


def test_a_change_of_law_is_prepared_mended_and_taken_back(desk, make_fact, make_page):
    fact = make_fact(text="tre uger")
    page = naming(fact, make_page)
    soon = TODAY + 30 * DAY

    response = desk.send(address_of(fact), wording(valid_from=soon.isoformat()))
    assert any("Indtil da ser læserne den gamle" in notice for notice in notices(response))
    assert "Anmeld inden tre uger" in said_to_readers(page)
    # The newest comes first.
    desk.send(address_of(fact), {"wordings-0-text_da": "seks uger"})
    assert fact.wordings.get(valid_from=soon).text_da == "seks uger"
    desk.send(address_of(fact), {"wordings-0-DELETE": "on"})
    assert [each.text_da for each in fact.wordings.all()] == ["tre uger"]


@pytest.mark.parametrize("field", ["text_da", "text_en"])
def test_a_wording_has_no_full_stop_of_its_own(desk, make_fact, field):
    fact = make_fact()

    response = desk.send(address_of(fact), wording(valid_from=TODAY.isoformat(), **{field: "96 timer."}))

    assert errors(response) == ["Lad punktummet være: Ordlyden står inde i sætninger. Skriv forkortelser helt ud."]
    assert form_of(Markup(response.content.decode()))[f"wordings-1-{field}"] == "96 timer."
    assert fact.wordings.count() == 1


def test_two_wordings_are_not_prepared_for_one_day(desk, make_fact):
    fact = make_fact()
    soon = (TODAY + DAY).isoformat()
    desk.send(address_of(fact), wording(valid_from=soon))

    response = desk.send(address_of(fact), wording(2, valid_from=soon))

    assert "Faktummet har allerede en ordlyd fra den dag." in errors(response)
    assert english_in(Markup(response.content.decode())) == []
    assert fact.wordings.count() == 2


def test_english_can_be_added_to_what_holds_once(desk, make_fact):
    fact = make_fact(text="tre uger")

    desk.send(address_of(fact), {"wordings-0-text_en": "three weeks", "wordings-0-statement_en": "Three weeks."})
    assert fact.wordings.get().text_en == "three weeks"
    desk.send(address_of(fact), {"wordings-0-text_en": "four weeks"})
    assert fact.wordings.get().text_en == "three weeks"


def test_a_deadline_that_is_counted_keeps_a_length(desk):
    fact = Deadline.objects.first().fact
    new = wording(valid_from=(TODAY + DAY).isoformat())

    response = desk.send(address_of(fact), new)
    assert "Fristberegneren bruger dette faktum: Skriv, hvor lang fristen er." in errors(response)
    response = desk.send(
        address_of(fact), new | wording(valid_from=new["wordings-1-valid_from"], amount="4", unit="weeks")
    )
    assert errors(response) == []
    assert fact.wordings.get(amount=4).unit == "weeks"


# An end


def test_a_fact_that_nobody_uses_is_ended_from_today_on_only(desk, make_fact):
    fact = make_fact(valid_from=date(2020, 1, 1))

    response = desk.send(address_of(fact), {"wordings-0-valid_to": (TODAY - DAY).isoformat()})
    assert "Det, der har gældet indtil i dag, kan ikke slutte før i dag." in errors(response)
    response = desk.send(address_of(fact), {"wordings-0-valid_to": TODAY.isoformat()})
    assert errors(response) == []
    assert fact.wordings.get().valid_to == TODAY


def test_an_end_that_is_past_is_not_moved(desk, make_fact):
    fact = make_fact(valid_to=TODAY - DAY)

    desk.send(address_of(fact), {"wordings-0-valid_to": ""})

    assert fact.wordings.get().valid_to == TODAY - DAY


def test_a_wording_that_ends_before_it_begins_is_refused(desk, make_fact):
    fact = make_fact()
    soon = TODAY + 9 * DAY

    response = desk.send(address_of(fact), wording(valid_from=soon.isoformat(), valid_to=(soon - DAY).isoformat()))

    assert "En ordlyd kan ikke slutte, før den begynder." in errors(response)


def test_a_fact_that_is_used_is_not_ended_without_what_holds_then(desk, make_fact, make_page):
    fact = make_fact()
    naming(fact, make_page, title_da="Siden med fristen")
    last = TODAY + 9 * DAY

    response = desk.send(address_of(fact), {"wordings-0-valid_to": last.isoformat()})
    (refused,) = errors(response)
    assert "ville intet gælde" in refused
    assert "Siden med fristen" in refused
    assert fact.wordings.get().valid_to is None

    following = wording(valid_from=(last + DAY).isoformat())
    response = desk.send(address_of(fact), {"wordings-0-valid_to": last.isoformat()} | following)
    assert errors(response) == []
    assert fact.wordings.count() == 2
    # Now the prepared one is needed.
    response = desk.send(address_of(fact), {"wordings-0-DELETE": "on"})
    assert "Siden med fristen" in errors(response)[0]
    assert fact.wordings.count() == 2


def test_a_fact_that_texts_name_stays_confirmed(desk, make_fact, make_page):
    fact, listed = make_fact(), make_fact()
    naming(fact, make_page, title_da="Siden med fristen")
    page = make_page(FactList())
    FactList.objects.get(parent=page).facts.set([listed])
    page.forget_blocks()
    page.remember_facts()

    for each in (fact, listed):
        form = desk.form(address_of(each))
        del form["is_confirmed"]
        response = desk.send(address_of(each), form=form)
        each.refresh_from_db()
        if each == fact:
            assert "Siden med fristen" in errors(response)[0]

    # A list says itself that a fact is not confirmed.
    assert (fact.is_confirmed, listed.is_confirmed) == (True, False)


# Cards are printed

LONG = ("Fortæl roligt, at arbejdspladsen har set alle beskederne, og at det skal stoppe nu, i dag og fremover. " * 2)[
    :200
].strip()


@pytest.fixture
def printed_fact(make_fact, make_card):
    """A fact that a live card names five times."""
    fact = make_fact("tre uger")
    make_card(*[("remember", f"Husk {{{{ {fact.key} }}}}.")] * 5, title_da="Kort med frist")
    return fact


def too_long(said: list[str]) -> list[str]:
    return [each for each in said if "Kort med frist: Teksten kan ikke være på forsiden" in each]


@pytest.mark.parametrize("days", [0, 30])
def test_a_wording_too_long_for_a_card_is_refused_with_card_and_point(desk, printed_fact, days):
    new = wording(text_da=LONG, valid_from=(TODAY + days * DAY).isoformat())

    response = desk.send(address_of(printed_fact), new)

    (refused,) = too_long(errors(response))
    assert LONG in refused
    assert printed_fact.wordings.count() == 1

    # The law does not wait for a card: the editor may say that it is shortened afterwards.
    response = desk.send(address_of(printed_fact), new | {"save_although_too_long": "on"})
    assert printed_fact.wordings.count() == 2
    assert len(too_long(notices(response))) == 1


def test_a_wording_that_fits_is_saved_without_a_word(desk, printed_fact):
    response = desk.send(address_of(printed_fact), wording(valid_from=TODAY.isoformat()))

    assert errors(response) == []
    assert printed_fact.wordings.count() == 2


def test_a_card_is_measured_with_the_wordings_that_are_prepared(make_fact, make_card):
    fact = make_fact("tre uger")
    FactWording.objects.create(fact=fact, text_da=LONG, statement_da="Lang.", valid_from=TODAY + DAY)

    card = make_card(*[("remember", f"Husk {{{{ {fact.key} }}}}.")] * 5, live_from=None)

    assert any("Teksten kan ikke være på forsiden" in problem.message for problem in card.problems())


# Checked against the source


@pytest.mark.parametrize(("kind", "months"), [("law", 6), ("deadline", 6), ("phone", 3), ("platform", 3)])
def test_a_check_takes_one_click_and_is_logged(desk, admin_user, make_fact, kind, months):
    fact = make_fact(kind=kind, text="70 20 30 40", checked_on=None, check_again_on=TODAY - DAY)
    assert "Aldrig kontrolleret" in text(desk.open(address_of(fact)).one("main"))

    response = desk.client.post(address_of(fact, "checked"), follow=True)

    fact.refresh_from_db()
    assert (fact.checked_on, fact.check_again_on) == (TODAY, months_after(TODAY, months))
    assert any("Kontrolleret i dag. Næste gang" in notice for notice in notices(response))
    entry = LogEntry.objects.latest("pk")
    assert (entry.user, entry.object_repr, entry.get_change_message()) == (
        admin_user,
        fact.key,
        "Kontrolleret mod kilden.",
    )


def test_a_check_never_brings_the_next_one_forward(make_fact):
    fact = make_fact(check_again_on=FAR_AWAY)

    fact.mark_checked()

    assert fact.check_again_on == FAR_AWAY


def test_a_check_leads_on_to_the_next_fact(desk, make_fact):
    Fact.objects.update(checked_on=TODAY, check_again_on=FAR_AWAY)
    first, second = (make_fact(check_again_on=TODAY - n * DAY, label_da=f"Frist {n}") for n in (9, 5))

    response = desk.client.post(address_of(first, "checked"), follow=True)

    (link,) = [a for a in Markup(response.content.decode()).all("a") if text(a) == "Videre til den næste: Frist 5"]
    assert link.get("href") == address_of(second)


def test_a_check_is_no_link_and_asks_for_the_right_to_it(desk, make_fact, client, django_user_model):
    fact = make_fact()
    assert desk.client.get(address_of(fact, "checked")).status_code == 405

    client.force_login(django_user_model.objects.create_user("gaest", password="x", is_staff=True))
    assert client.post(address_of(fact, "checked")).status_code == 403
    assert desk.client.post(f"{list_of(Fact)}999999/checked/").status_code == 404


def test_many_are_checked_at_once(desk, make_fact, make_route):
    facts = [make_fact(check_again_on=TODAY) for _ in "ab"]
    routes = [make_route(check_again_on=TODAY)]

    for things in (facts, routes):
        chosen = {"action": "mark_checked", "_selected_action": [each.pk for each in things]}
        response = desk.client.post(list_of(type(things[0])), chosen, follow=True)
        assert f"{len(things)} er kontrolleret i dag." in notices(response)

    assert set(Fact.objects.filter(checked_on=TODAY)) == set(facts)
    assert set(Route.objects.filter(checked_on=TODAY)) == set(routes)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 26), 6, date(2027, 5, 26)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 3, date(2027, 3, 31)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
    ],
)
def test_months_are_counted_to_the_same_day_or_the_last_one(day, months, expected):
    assert months_after(day, months) == expected


# The list


def listed(desk, query) -> set[str]:
    page = desk.open(f"{list_of(Fact)}?{query}")
    return {text(row.find("th")).rpartition(" ")[2] for body in page.all("tbody") for row in body.iter("tr")}


def test_the_list_finds_facts_by_state_kind_and_word(desk, make_fact, make_source):
    Fact.objects.update(checked_on=TODAY, check_again_on=FAR_AWAY, is_confirmed=True)
    fresh = {"checked_on": TODAY}
    never = make_fact()
    late = make_fact(checked_on=TODAY - 9 * DAY, check_again_on=TODAY - DAY)
    unsure = make_fact(**fresh, is_confirmed=False)
    ended = make_fact(**fresh, valid_to=TODAY - DAY)
    coming = make_fact(**fresh, kind="phone", label_da="Et nummer til nogen")
    FactWording.objects.create(fact=coming, text_da="70", statement_da="70.", valid_from=TODAY + DAY)
    sourced = make_fact(**fresh, source=make_source(title="Kildernes kilde"))

    assert listed(desk, "check=never") == {never.key}
    assert listed(desk, "check=due") == {never.key, late.key}
    assert listed(desk, "check=unconfirmed") == {unsure.key}
    assert listed(desk, "check=ended") == {ended.key}
    assert listed(desk, "check=coming") == {coming.key}
    assert listed(desk, "kind__exact=phone&q=nummer til nogen") == {coming.key}
    assert listed(desk, "q=Kildernes") == {sourced.key}


def test_the_list_shows_what_holds_and_what_is_coming(desk, make_fact):
    fact = make_fact(text="tre uger", label_da="Frist for klage")
    FactWording.objects.create(fact=fact, text_da="fire uger", statement_da="Fire.", valid_from=date(2999, 1, 1))

    (row,) = desk.open(f"{list_of(Fact)}?q={fact.key}").one("tbody").iter("tr")

    for words in ("Frist for klage", "tre uger", "fra 1. januar 2999: fire uger", "Ændring på vej"):
        assert words in text(row)


# Whoever may only look


def test_an_editor_who_may_not_change_facts_sees_them_and_changes_nothing(
    client, django_user_model, make_fact, make_page
):
    fact = make_fact(text="tre uger")
    FactWording.objects.create(fact=fact, text_da="fire uger", statement_da="Fire.", valid_from=TODAY + DAY)
    page = naming(fact, make_page, title_da="Siden med fristen")
    editor = django_user_model.objects.create_user("redaktoer", password="x", is_staff=True)
    editor.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(editor)
    looking = Desk(client)

    screen = looking.open(address_of(fact))

    main = text(screen.one("main"))
    for words in ("tre uger", "fire uger", "Siden med fristen"):
        assert words in main
    fields = screen.one("main").iter("input")
    assert [field.get("name") for field in fields if field.get("type") not in ("hidden", None)] == []
    assert "Kontrolleret mod kilden i dag" not in main
    assert client.post(address_of(fact), wording(2, valid_from=TODAY.isoformat())).status_code == 403
    assert client.get(list_of(Fact)).status_code == 200
    assert fact.wordings.count() == 2
    assert page.get_absolute_url() in used_on(screen).values()


# Where it is used


def used_on(page: Markup) -> dict[str, str]:
    return {text(link): link.get("href") for link in page.all("a", class_="used-on")}


def test_a_fact_lists_where_readers_meet_it(desk, make_fact, make_page, make_card, make_route):
    fact = make_fact()
    named = f"Frist: {{{{ {fact.key} }}}}."
    page = make_page(Text(body_da=f"<p>{named}</p>"), title_da="Siden")
    head = make_page(summary_da=named, title_da="I resuméet")
    card = make_card(("remember", named), title_da="Kortet")
    listing = make_page(FactList(), title_da="På listen")
    FactList.objects.get(parent=listing).facts.set([fact])
    desk.send(address_of(desk.draft_of(listing)), button="_publish")
    route = make_route(name_da="Vejen")
    route.facts.set([fact])
    named_by = make_route(name_da="En anden vej", how_da=f"Gør det.\n{named}")
    draft = naming(fact, make_page, title_da="Kladden", live_from=None)
    make_page(title_da="Uden")

    assert used_on(desk.open(address_of(fact))) == {
        "Siden": page.get_absolute_url(),
        "I resuméet": head.get_absolute_url(),
        "Kortet": card.get_absolute_url(),
        "På listen": listing.get_absolute_url(),
        "Vejen": route.get_absolute_url(),
        "En anden vej": named_by.get_absolute_url(),
        # Readers cannot reach it yet.
        "Kladden": address_of(draft),
    }


def test_a_fact_knows_at_once_when_a_page_stops_naming_it(desk, make_fact, make_page):
    fact = make_fact()
    live = naming(fact, make_page)
    draft = desk.draft_of(live)

    desk.send(address_of(draft), {"guides_text_set-0-body_da": "<p>Ingen frist.</p>"}, button="_publish")

    assert used_on(desk.open(address_of(fact))) == {}


def test_a_prepared_change_is_shown_in_its_sentences(desk, make_fact, make_page, make_route):
    fact, other = make_fact(text="tre uger"), make_fact(text="Politiet")
    FactWording.objects.create(fact=fact, text_da="fire uger", statement_da="Fire.", valid_from=TODAY + DAY)
    long = "Et langt forord, som ingen behøver at læse, når det handler om en frist. " * 3
    make_page(
        Text(body_da=f"<p>{long}{{{{ {other.key} }}}} skal have den inden {{{{ {fact.key} }}}}, siger loven.</p>")
    )

    (sentence,) = desk.open(address_of(fact)).all("p", class_="used-list__sentence")

    assert text(sentence).startswith("… ")
    assert text(sentence).endswith("Politiet skal have den inden tre uger fire uger, siger loven.")
    assert [text(each) for tag in ("del", "ins") for each in sentence.iter(tag)] == ["tre uger", "fire uger"]


def test_a_fact_is_opened_with_few_queries(desk, django_assert_max_num_queries):
    most_used = max(Fact.objects.all(), key=lambda fact: fact.guides_pageedition_set.count())
    assert len(uses.of(most_used)) > 5

    with django_assert_max_num_queries(60):
        desk.client.get(address_of(most_used))
