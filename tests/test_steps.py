"""The steps of an edition's life at the desk: publish, schedule, withdraw, restore, throw away; asked, told, logged."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from conversations.models import CardEdition
from digitalchikane.publishing.models import State
from guides.models import Page, PageEdition, Text

from .markup import Markup, text
from .test_desk import Desk, address_of, english_in, errors, form_of, list_of, missing, notices, read, stored

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@pytest.fixture
def desk(admin_client):
    return Desk(admin_client)


@pytest.fixture
def writer(db):
    """Somebody who may write, but does not decide what readers see."""
    user = get_user_model().objects.create_user("skribent", password="x", is_staff=True)
    for model in (PageEdition, CardEdition):
        may = ContentType.objects.get_for_model(model).permission_set.exclude(codename__startswith="publish_")
        user.user_permissions.add(*may)
    client = Client()
    client.force_login(user)
    return Desk(client)


def asked(desk, draft):
    """The page that asks before a draft is published."""
    return desk.client.get(address_of(draft, "publish"))


def press(desk, edition, step):
    """Press a button of an edition that asks nothing."""
    return desk.client.post(address_of(edition, step), follow=True)


def answer(desk, edition, step, **answers):
    """Fill in and send the page of a step."""
    return desk.client.post(address_of(edition, step), desk.form(address_of(edition, step)) | answers, follow=True)


def log(desk, edition) -> str:
    return text(desk.open(address_of(edition, "history")).one("main"))


def states(document) -> list[str]:
    return list(document.editions.with_state().order_by("number").values_list("state", flat=True))


def in_words(moment: datetime) -> dict[str, str]:
    local = moment.astimezone(COPENHAGEN)
    return {"when": "later", "on": f"{local:%Y-%m-%d}", "at": f"{local:%H:%M}"}


# Publishing


def test_a_note_is_published_with_the_edition_and_told_on_nyt(desk, make_page):
    draft = desk.draft_of(make_page(title_da="Et råd"))
    page = asked(desk, draft)
    assert english_in(Markup(page.content.decode())) == []

    desk.publish(page, is_silent="", change_note_da="Rådet er kortere.", change_note_en="The advice is shorter.")

    draft.refresh_from_db()
    assert (draft.change_note_da, draft.change_note_en) == ("Rådet er kortere.", "The advice is shorter.")
    assert "Rådet er kortere." in read("/nyt/")


def test_a_note_of_the_writer_is_offered_to_who_publishes(desk, make_page):
    draft = make_page(live_from=None, change_note_da="Siden er ny.")

    assert form_of(Markup(asked(desk, draft).content.decode()))["change_note_da"] == "Siden er ny."


NOTE_AND_TICK = "I har både skrevet, hvad der er nyt, og sat hak i ”Ingen synlig ændring”. Vælg én af delene."


def test_a_note_in_english_is_not_published_unheard(desk, make_page):
    draft = make_page(live_from=None)

    response = desk.publish(asked(desk, draft), change_note_en="The advice is shorter.")

    assert NOTE_AND_TICK in errors(response)
    assert form_of(Markup(response.content.decode()))["change_note_en"] == "The advice is shorter."
    draft.refresh_from_db()
    assert draft.is_draft


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (
            {"is_silent": ""},
            "Fortæl læserne, hvad der er nyt. Eller sæt hak nedenfor, hvis ændringen ikke kan ses.",
        ),
        ({"change_note_da": "Nyt."}, NOTE_AND_TICK),
        ({"on": "2999-01-01"}, "Du har skrevet et tidspunkt, men valgt ”Udgiv nu”. Vælg én af de to."),
        ({"when": "later", "at": "08:00"}, "Skriv hvornår."),
        ({"when": "later", "on": "2020-01-01", "at": "08:00"}, "Den dag er passeret."),
        (
            {"when": "later", "on": "2999-01-01", "at": "08:00"},
            "Det er mere end to år ude i fremtiden. Er årstallet rigtigt?",
        ),
        ({"change_note_da": "\x00", "is_silent": ""}, None),
        ({"change_note_da": "x" * 501, "is_silent": ""}, None),
        ({"when": "altid"}, None),
        ({"when": "later", "on": "0001-01-01", "at": "25:00"}, None),
        ({"when": "later", "on": "i morgen", "at": "\x00"}, None),
        ({"version": "abc"}, ""),
    ],
)
def test_an_answer_that_does_not_fit_publishes_nothing(desk, make_page, answers, message):
    draft = make_page(live_from=None)

    response = desk.publish(asked(desk, draft), **answers)

    assert response.status_code == 200
    page = Markup(response.content.decode())
    assert "Der er ikke udgivet noget." in text(page.one("p", class_="errornote"))
    if message is None:
        assert errors(response)
    elif message:
        assert message in errors(response)
        assert english_in(page) == []
    draft.refresh_from_db()
    assert draft.is_draft


def test_an_edition_is_scheduled_for_a_danish_time(desk, make_page):
    live = make_page(title_da="Nu")
    draft = desk.draft_of(live)
    desk.send(address_of(draft), {"title_da": "Senere"})
    moment = timezone.now().replace(second=0, microsecond=0) + 3 * DAY

    response = desk.publish(asked(desk, draft), **in_words(moment))

    draft.refresh_from_db()
    assert draft.live_from == moment
    (notice,) = notices(response)
    assert notice.startswith("Planlagt. Læserne får den ")
    assert f"{moment.astimezone(COPENHAGEN).day}." in notice
    assert "Nu" in read(live.get_absolute_url())
    assert live.document.live_edition(moment - timedelta(seconds=1)) == live
    assert live.document.live_edition(moment) == draft
    assert f"Planlagde udgave {draft.number} til" in log(desk, draft)


@pytest.mark.parametrize("time", ["02:30", "02:00"])
def test_a_time_that_the_clock_skips_or_tells_twice_is_refused(desk, make_page, time):
    draft = make_page(live_from=None)
    today = timezone.localdate()
    turns = [day for day in (today + n * DAY for n in range(1, 366)) if _hours_of(day) != 24]
    assert len(turns) == 2

    for day in turns:
        response = desk.publish(asked(desk, draft), when="later", on=f"{day}", at=time)
        assert errors(response) == ["Uret bliver stillet den nat, så tidspunktet er ikke entydigt. Vælg et andet."]

    draft.refresh_from_db()
    assert draft.is_draft


def _hours_of(day) -> float:
    midnights = [datetime.combine(each, datetime.min.time(), COPENHAGEN) for each in (day, day + DAY)]
    begin, end = (midnight.astimezone(ZoneInfo("UTC")) for midnight in midnights)
    return (end - begin).total_seconds() / 3600


def test_what_readers_will_see_differently_stands_where_one_publishes(desk, make_page):
    live = make_page(Text(body_da="<p>Ring til politiet.</p>"), title_da="Et råd")
    draft = desk.draft_of(live)
    desk.send(address_of(draft), {"guides_text_set-0-body_da": "<p>Ring straks til politiet.</p>"})

    page = Markup(asked(desk, draft).content.decode())

    assert [text(word) for word in page.one("section", class_="comparison").iter("ins")][-1] == "+tilføjet: straks"


def test_what_only_time_mends_can_be_scheduled_but_not_published(desk, make_page, make_fact):
    coming = timezone.localdate() + 10 * DAY
    fact = make_fact(key="ny-frist", valid_from=coming)
    draft = make_page(Text(body_da=f"<p>Frist: {{{{ {fact.key} }}}}.</p>"), live_from=None)
    page = desk.send(address_of(draft), button="_publish", follow=False)
    assert page["Location"] == address_of(draft, "publish")
    response = asked(desk, draft)
    assert missing(response) == ["Faktummet ”ny-frist” har endnu ingen ordlyd, der gælder."]

    desk.publish(response)
    draft.refresh_from_db()
    assert draft.is_draft

    desk.publish(response, when="later", on=f"{coming}", at="00:00")
    draft.refresh_from_db()
    assert timezone.localdate(draft.live_from) == coming


def test_what_was_saved_after_one_looked_is_not_published_unseen(desk, make_page):
    draft = make_page(title_da="Set", live_from=None)
    page = asked(desk, draft)
    desk.send(address_of(draft), {"title_da": "Rettet imens"})

    response = desk.publish(page, is_silent="", change_note_da="Mine ord til læserne.")

    draft.refresh_from_db()
    assert draft.is_draft
    assert notices(response) == ["En anden har ændret noget imens. Se det igennem en gang til, og beslut dig så."]
    assert form_of(Markup(response.content.decode()))["change_note_da"] == "Mine ord til læserne."
    desk.publish(response, is_silent="")
    assert "Rettet imens" in read(draft.get_absolute_url())


def test_publishing_while_another_edition_waits_says_what_comes(desk, make_page):
    live = make_page()
    make_page(document=live.document, live_from=timezone.now() + 3 * DAY)
    draft = desk.draft_of(live)

    notice = text(Markup(asked(desk, draft).content.decode()).one("p", class_="notice"))

    assert notice.startswith("Udgave 2 er planlagt til")


# Off the schedule


def test_a_schedule_is_cancelled_and_the_edition_is_a_draft_again(desk, make_page):
    live = make_page(title_da="Nu")
    scheduled = make_page(document=live.document, title_da="Senere", live_from=timezone.now() + DAY)
    (button,) = [each for each in desk.open(address_of(scheduled)).all("button") if text(each) == "Fortryd planlægning"]

    response = press(desk, scheduled, "cancel")

    assert button is not None
    assert response.redirect_chain == [(address_of(scheduled), 302)]
    assert states(live.document) == [State.LIVE, State.DRAFT]
    assert "Fortrød planlægningen af udgave 2." in log(desk, scheduled)
    assert "Senere" not in read(live.get_absolute_url())


@pytest.mark.parametrize(("keep", "left"), [("draft", "Kladden"), ("edition", "Den planlagte")])
def test_with_a_draft_beside_it_an_editor_chooses_which_text_goes_on(desk, make_page, keep, left):
    live = make_page(title_da="Nu")
    scheduled = make_page(document=live.document, title_da="Den planlagte", live_from=timezone.now() + DAY)
    make_page(document=live.document, title_da="Kladden", live_from=None)

    response = press(desk, scheduled, "cancel")
    assert response.redirect_chain == [(address_of(scheduled, "choose"), 302)]
    assert english_in(Markup(response.content.decode())) == []
    assert states(live.document) == [State.LIVE, State.SCHEDULED, State.DRAFT]

    answer(desk, scheduled, "choose", keep=keep)

    assert states(live.document) == [State.LIVE, State.DRAFT]
    assert live.document.draft().title_da == left
    assert "Nu" in read(live.get_absolute_url())


def test_a_draft_that_was_changed_meanwhile_is_not_thrown_away(desk, make_page):
    old = make_page(title_da="Gammel", live_from=timezone.now() - 2 * DAY)
    make_page(document=old.document, title_da="Ny")
    draft = make_page(document=old.document, title_da="Kladden", live_from=None)
    form = desk.form(address_of(old, "choose"))
    desk.send(address_of(draft), {"title_da": "Kladden, rettet"})

    for answers in (form | {"keep": "edition"}, {}):
        response = desk.client.post(address_of(old, "choose"), answers)
        assert notices(response)

    assert old.document.draft().title_da == "Kladden, rettet"


def test_what_is_live_already_cannot_be_cancelled(desk, make_page):
    live = make_page()
    before = stored()

    response = press(desk, live, "cancel")

    assert notices(response) == ["En anden har ændret noget imens. Se det igennem en gang til, og beslut dig så."]
    assert stored() == before


# Withdrawing


def test_readers_of_a_withdrawn_page_learn_why_and_what_they_get_instead(desk, client, make_page):
    live = make_page(title_da="Et råd", slug_en="some-advice")

    response = answer(
        desk,
        live,
        "withdraw",
        withdrawal_reason_da="Loven er ændret.",
        withdrawal_reason_en="The law has changed.",
        replacement="side:om",
    )

    assert notices(response) == ["Trukket tilbage. Læsere, der kommer til adressen, ser nu begrundelsen."]
    gone = client.get(live.get_absolute_url())
    page = Markup(gone.content.decode())
    assert gone.status_code == 410
    assert "Loven er ændret." in page.main_text
    assert "/om/" in {link.get("href") for link in page.one("main").iter("a")}
    assert "The law has changed." in client.get("/en/some-advice/").content.decode()
    assert "Trak siden tilbage fra læserne: ”Loven er ændret.”" in log(desk, live.document.current_edition())
    assert "Et råd" in text(desk.open(list_of(PageEdition)).one("tbody"))


def test_a_reason_is_needed_and_kept_words_come_back(desk, make_page):
    live = make_page()

    response = answer(desk, live, "withdraw", withdrawal_reason_da=" ", withdrawal_reason_en="Gone.", replacement="")

    page = Markup(response.content.decode())
    assert len(errors(response)) == 1
    assert english_in(page) == []
    assert form_of(page)["withdrawal_reason_en"] == "Gone."
    assert read(live.get_absolute_url())


@pytest.mark.parametrize("key", ["home", "akut", "dokumenter"])
def test_what_readers_cannot_do_without_is_withdrawn_only_for_something_else(desk, client, key):
    live = Page.objects.get(key=key).live_edition()

    for replacement in ("", f"side:{key}", "side:findes-ikke", "https://example.org/"):
        response = answer(desk, live, "withdraw", withdrawal_reason_da="Forældet.", replacement=replacement)
        assert errors(response), replacement
        assert read(live.get_absolute_url())

    answer(desk, live, "withdraw", withdrawal_reason_da="Forældet.", replacement="side:om")
    response = client.get(live.get_absolute_url())
    assert response.status_code == 410
    assert "/om/" in response.content.decode()


def test_only_what_readers_can_reach_can_take_its_place(desk, make_page, make_card, make_route, withdraw):
    live, other = make_page(title_da="Siden selv"), make_page(title_da="En anden side")
    draft, gone = make_page(title_da="En kladde", live_from=None), make_page(title_da="Taget ned")
    withdraw(gone)
    card, route = make_card(title_da="Et kort"), make_route(name_da="En vej")

    offered = {option.get("value") for option in desk.open(address_of(live, "withdraw")).one("select").iter("option")}

    assert {f"side:{other.document.key}", f"kort:{card.document.key}", f"vej:{route.key}", ""} <= offered
    assert {f"side:{each.document.key}" for each in (live, draft, gone)} & offered == set()


def test_a_card_is_withdrawn_in_the_same_way(desk, client, make_card):
    live = make_card()

    answer(desk, live, "withdraw", withdrawal_reason_da="Kortet er forældet.", replacement="kort:foerste-samtale")

    assert client.get(live.get_absolute_url()).status_code == 410


def test_what_is_not_live_any_more_is_not_withdrawn(desk, make_page):
    live = make_page()
    form = desk.form(address_of(live, "withdraw"))
    make_page(document=live.document, title_da="Nyere")

    response = desk.client.post(
        address_of(live, "withdraw"), form | {"withdrawal_reason_da": "Væk.", "replacement": ""}, follow=True
    )

    assert notices(response) == ["En anden har ændret noget imens. Se det igennem en gang til, og beslut dig så."]
    assert "Nyere" in read(live.get_absolute_url())


def test_a_withdrawal_is_taken_back_with_one_press(desk, client, make_page):
    live = make_page(Text(body_da="<p>Gem alt.</p>"), title_da="Et råd")
    answer(desk, live, "withdraw", withdrawal_reason_da="En fejl.", replacement="")
    withdrawal = live.document.current_edition()

    response = press(desk, withdrawal, "return")

    assert notices(response)[0].startswith("Udgivet. Læserne ser den nu:")
    assert "Gem alt." in read(live.get_absolute_url())
    assert states(live.document) == [State.SUPERSEDED, State.SUPERSEDED, State.LIVE]
    assert "Fortrød tilbagetrækningen." in log(desk, live.document.live_edition())
    # The second press comes too late.
    assert press(desk, withdrawal, "return").redirect_chain
    assert live.document.editions.count() == 3


def test_a_withdrawal_is_taken_back_beside_a_draft(desk, make_page):
    live = make_page(title_da="Det gamle")
    draft = desk.draft_of(live)
    desk.send(address_of(draft), {"title_da": "Det nye"})
    answer(desk, live, "withdraw", withdrawal_reason_da="En fejl.", replacement="")

    press(desk, live.document.editions.get(is_withdrawal=True), "return")

    assert "Det gamle" in read(live.get_absolute_url())
    assert live.document.draft().title_da == "Det nye"


def test_what_does_not_hold_any_more_comes_back_as_a_draft_only(desk, client, make_page, make_fact):
    fact = make_fact(key="gammel-frist")
    live = make_page(Text(body_da=f"<p>{{{{ {fact.key} }}}}</p>"))
    answer(desk, live, "withdraw", withdrawal_reason_da="En fejl.", replacement="")
    fact.wordings.update(valid_to=timezone.localdate() - DAY)
    withdrawal = live.document.current_edition()

    response = press(desk, withdrawal, "return")

    assert "Faktummet ”gammel-frist” er udløbet. Giv det en ny ordlyd, eller tag det ud." in notices(response)
    assert client.get(live.get_absolute_url()).status_code == 410
    assert desk.draft_of(withdrawal).is_draft


# Comparing


def test_two_editions_are_compared_word_by_word(desk, make_page):
    old = make_page(Text(body_da="<p>Ring til politiet.</p>"), title_da="Et råd", live_from=timezone.now() - 9 * DAY)
    new = make_page(Text(body_da="<p>Skriv til politiet.</p>"), title_da="Et råd", document=old.document)

    page = desk.open(address_of(new, "compare"))

    assert [text(word) for word in page.one("section", class_="comparison").iter("del")][-1] == "−fjernet: Ring"
    assert [text(word) for word in page.one("section", class_="comparison").iter("ins")][-1] == "+tilføjet: Skriv"
    assert english_in(page) == []
    other_way = desk.open(f"{address_of(new, 'compare')}?fra=2&til=1")
    assert [text(word) for word in other_way.one("section", class_="comparison").iter("del")][-1] == "−fjernet: Skriv"


@pytest.mark.parametrize("query", ["?fra=99&til=98", "?fra=abc", "?fra=%00&til=-1", "?til="])
def test_an_edition_that_is_not_there_is_not_compared(desk, make_page, query):
    old = make_page(live_from=timezone.now() - DAY)
    make_page(document=old.document)

    assert desk.client.get(address_of(old, "compare") + query).status_code in (200, 400)


def test_a_first_edition_has_nothing_to_be_compared_with(desk, make_page):
    page = desk.open(address_of(make_page(live_from=None), "compare"))

    assert "Der er ingen anden udgave at sammenligne med." in text(page.one("main"))


# Throwing away


def test_throwing_a_draft_away_is_asked_told_and_logged(desk, make_page):
    live = make_page()
    draft = desk.draft_of(live)

    question = text(desk.open(address_of(draft, "delete")).one("main"))
    assert "Alt, der er skrevet i udgave 2, forsvinder." in question
    assert "Læserne ser fortsat udgave 1." in question
    assert live.document.editions.count() == 2

    answers = {"post": "yes", "version": draft.version}
    response = desk.client.post(address_of(draft, "delete"), answers, follow=True)

    assert notices(response) == ["Kladden ”En side” er kasseret."]
    assert LogEntry.objects.first().change_message == "Kasserede udgave 2, som læserne aldrig har set."
    assert states(live.document) == [State.LIVE]


def test_a_draft_that_somebody_goes_on_writing_is_not_thrown_away(desk, make_page):
    draft = make_page(live_from=None)
    version = draft.version
    desk.send(address_of(draft), {"title_da": "Skrevet imens"})

    response = desk.client.post(address_of(draft, "delete"), {"post": "yes", "version": version}, follow=True)

    assert notices(response) == ["En anden har ændret noget imens. Se det igennem en gang til, og beslut dig så."]
    assert PageEdition.objects.get(pk=draft.pk).title_da == "Skrevet imens"


# Who may do what


def test_who_may_only_write_decides_nothing_about_readers(writer, make_page, withdraw):
    live, gone = make_page(), make_page()
    withdrawal = withdraw(gone)
    scheduled = make_page(live_from=timezone.now() + DAY)
    draft = make_page(live_from=None)
    beside = make_page(document=scheduled.document, live_from=None)
    before = stored()

    for edition, step in [
        (draft, "publish"),
        (scheduled, "cancel"),
        (scheduled, "choose"),
        (live, "withdraw"),
        (withdrawal, "return"),
    ]:
        answers = {"is_silent": "on", "when": "now", "version": "1", "withdrawal_reason_da": "x", "keep": "edition"}
        answers["draft"] = f"{beside.pk}-{beside.version}"
        for response in (
            writer.client.get(address_of(edition, step)),
            writer.client.post(address_of(edition, step), answers),
        ):
            assert response.status_code in (403, 405), step
    assert stored() == before
    page = writer.open(address_of(live))
    words = {text(each) for each in page.all("a", "button")}
    assert "Redigér" in words
    assert "Træk tilbage" not in words


def test_steps_that_do_not_fit_an_edition_do_no_harm(desk, make_page, make_card, withdraw):
    page, card = make_page(), make_card()
    old = make_page(document=page.document, live_from=timezone.now() - 9 * DAY)
    every = [page, old, card, withdraw(make_page()), make_page(live_from=None), make_card(live_from=None)]
    every.append(make_page(live_from=timezone.now() + DAY))
    readers = {each.get_absolute_url(): Client().get(each.get_absolute_url()).status_code for each in every}

    for edition in every:
        for step in ("publish", "cancel", "withdraw", "choose", "compare"):
            for response in (
                desk.client.get(address_of(edition, step)),
                desk.client.post(address_of(edition, step), {"keep": "edition", "when": "now"}),
            ):
                assert response.status_code in (200, 302, 405), (edition, step)

    assert {path: Client().get(path).status_code for path in readers} == readers
