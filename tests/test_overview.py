"""The front page of the desk: what needs an editor today, before any menu."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone
from django.utils.formats import date_format

from conversations.models import CardEdition
from digitalchikane import translationcheck
from digitalchikane.models import Translation
from guides.linkcheck import Result
from guides.models import Fact, FactWording, Heading, Link, PageEdition, Publisher, Route, Term, Text
from guides.models.checks import months_after

from .conftest import FAR_AWAY
from .markup import Markup, text
from .test_desk import Desk, address_of, notices

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = timedelta(days=1)
NOW = timezone.now()


@pytest.fixture
def desk(admin_client):
    return Desk(admin_client)


@pytest.fixture
def all_well():
    """Nothing of what ships waits for anybody."""
    for model in (Fact, Route):
        model.objects.update(checked_on=TODAY, check_again_on=FAR_AWAY)
    for model in (PageEdition, CardEdition):
        model.objects.update(reviewed_on=TODAY, review_again_on=FAR_AWAY)
    Publisher.objects.update_or_create(pk=1, defaults={"name": "F", "email": "a@b.dk", "phone": "1", "address": "V"})


class Front:
    """The front page, read by its headings."""

    def __init__(self, desk):
        self.page = desk.open("/admin/")
        self.by_heading = {text(section.find("h2")): section for section in self.page.all("section")}

    def __getitem__(self, heading):
        (found,) = [part for name, part in self.by_heading.items() if name.rstrip(" 0123456789") == heading]
        return found

    def __contains__(self, heading):
        return any(name.rstrip(" 0123456789") == heading for name in self.by_heading)

    def rows(self, heading) -> list[str]:
        return [" ".join(text(part) for part in item) for item in self[heading].iter("li")]

    def links(self, heading) -> dict[str, str]:
        return {text(link): link.get("href") for link in self[heading].iter("a")}

    @property
    def today(self) -> str:
        # The way to the guide stands behind it.
        return text(self.page.one("p", class_="desk__today")).removesuffix(" Hjælp")


@pytest.fixture
def front(desk):
    return lambda: Front(desk)


def test_when_all_is_well_the_page_says_so(front, all_well):
    page = front()

    assert page.today == "Intet haster i dag."
    assert page.links("Udgives snart").keys() == {"Se siderne, som de vil se ud"}
    for heading, words in [
        ("Skal kontrolleres", "Alt er kontrolleret."),
        ("Døde links", "Links er aldrig prøvet på denne server."),
        ("Kladder", "Ingen er midt i noget."),
        ("Udgives snart", "Intet er planlagt."),
        ("Seneste ændringer", "Der er ikke sket noget endnu."),
    ]:
        assert page.rows(heading) == []
        assert words in text(page[heading]), heading
    assert "Mangler om udgiveren" not in page


def test_what_waits_stands_before_the_menu(front):
    main = text(front().page.one("main"))

    assert main.index("Skal kontrolleres") < main.index("Indhold og brugere")


# To be checked


def test_what_is_most_overdue_comes_first_whatever_it_is(front, all_well, make_fact, make_route, make_page, make_card):
    fact = make_fact(label_da="Fristen", checked_on=date(2026, 1, 1), check_again_on=TODAY - 3 * DAY)
    route = make_route(name_da="Vejen", checked_on=date(2026, 1, 1), check_again_on=TODAY - 9 * DAY)
    page = make_page(title_da="Siden", review_again_on=TODAY - 5 * DAY)
    card = make_card(title_da="Kortet", review_again_on=TODAY)
    never = make_fact(label_da="Det nye faktum", checked_on=None, check_again_on=FAR_AWAY)
    make_page(title_da="Ikke endnu", review_again_on=TODAY + DAY)

    shown = front()

    assert [row.partition(" · ")[0] for row in shown.rows("Skal kontrolleres")] == [
        "Vejen Vej eller hjælp",
        "Siden Side",
        "Fristen Faktum",
        "Kortet Samtalekort",
        "Det nye faktum Faktum",
    ]
    assert shown.rows("Skal kontrolleres")[-1].endswith("aldrig kontrolleret")
    links = shown.links("Skal kontrolleres")
    assert [links[name] for name in ("Vejen", "Siden", "Fristen", "Kortet", "Det nye faktum")] == [
        address_of(each) for each in (route, page, fact, card, never)
    ]
    assert shown.today == "4 kontroller er over tiden"


def test_where_nothing_is_late_the_page_says_when_the_first_check_is_due(front, all_well, make_fact):
    for days in (30, 20):
        make_fact(checked_on=None, check_again_on=TODAY + days * DAY)

    due = date_format(TODAY + 20 * DAY)
    assert front().today == f"Intet haster i dag. Den første kontrol har frist {due}."


def test_the_rest_is_a_link_away_by_kind(desk, front, all_well, make_fact, make_route, make_page):
    for number in range(9):
        make_fact(checked_on=None, label_da=f"Faktum {number}")
    make_route(checked_on=None)
    make_page(review_again_on=TODAY)

    shown = front()

    assert len(shown.rows("Skal kontrolleres")) == 5
    assert "11" in text(shown["Skal kontrolleres"].find("h2"))
    links = shown.links("Skal kontrolleres")
    for words, count in [("Fakta: 9", 9), ("Veje og hjælp: 1", 1), ("Sider: 1", 1)]:
        assert len(list(desk.open(links[words]).one("tbody").iter("tr"))) == count


def test_a_page_is_looked_at_again_with_one_click(desk, front, all_well, make_page):
    page = make_page(title_da="Siden", review_again_on=TODAY - DAY)
    draft = page.document.draft()

    response = desk.client.post(address_of(page, "reviewed"), follow=True)

    for edition in (page, draft):
        edition.refresh_from_db()
        assert (edition.reviewed_on, edition.review_again_on) == (TODAY, months_after(TODAY, 6))
    assert any("Gennemgået i dag. Næste gang" in notice for notice in notices(response))
    shown = front()
    assert shown.rows("Skal kontrolleres") == []
    assert "Gennemgået" in shown.rows("Seneste ændringer")[0]


def test_only_what_readers_see_is_looked_at_and_only_by_who_publishes(desk, make_page, client, django_user_model):
    old = make_page(review_again_on=TODAY)
    live = make_page(document=old.document, review_again_on=TODAY, live_from=NOW)
    desk.client.post(address_of(old, "reviewed"))
    assert desk.client.get(address_of(live, "reviewed")).status_code == 405
    editor = django_user_model.objects.create_user("redaktoer", password="x", is_staff=True)
    editor.user_permissions.set(Permission.objects.filter(codename__in=["view_pageedition", "change_pageedition"]))
    client.force_login(editor)
    assert client.post(address_of(live, "reviewed")).status_code == 403

    for edition in (old, live):
        edition.refresh_from_db()
        assert edition.reviewed_on is None


# Links


def test_dead_links_are_shown_with_reason_and_place(front, all_well, make_page, make_route):
    url = "https://kilde.example/siden"
    make_page(Text(body_da=f'<p>Læs <a href="{url}">mere om det</a>.</p>'), title_da="Siden med linket")
    link = Link.objects.create(url=url)
    assert "aldrig prøvet" in text(front()["Døde links"])
    link.record(Result(404, "status"), NOW - 2 * DAY)
    assert front().links("Døde links").keys() == {"Svigtede én gang: 1"}
    link.record(Result(404, "status"), NOW)

    shown = front()

    (row,) = shown.rows("Døde links")
    assert row == "kilde.example/siden Siden findes ikke mere (404). · Siden med linket"
    assert shown.links("Døde links")["kilde.example/siden"] == address_of(link)
    assert shown.today == "1 link er dødt"


# Drafts and what comes


def test_drafts_tell_who_and_when(front, all_well, make_page, make_card, admin_user):
    assert "Ingen er midt i noget." in text(front()["Kladder"])
    admin_user.first_name, admin_user.last_name = "Anna", "Holm"
    admin_user.save()
    page = make_page(title_da="En ny side", live_from=None, changed_by=admin_user)
    make_card(title_da="Et nyt kort", live_from=None)
    make_page(title_da="", live_from=None)
    make_page(title_da="En udgivet side")

    shown = front()

    newest, middle, oldest = shown.rows("Kladder")
    assert newest.startswith("Uden overskrift")
    assert middle.startswith("Et nyt kort Samtalekort · ")
    assert oldest.startswith(f"En ny side Side · Anna Holm, {TODAY.day}. ")
    assert shown.links("Kladder")["En ny side"] == address_of(page)


def test_many_drafts_are_a_link_away(desk, front, make_page, make_card):
    for number in range(7):
        make_page(title_da=f"Kladde {number}", live_from=None)
    make_card(live_from=None)

    shown = front()

    assert len(shown.rows("Kladder")) == 5
    links = shown.links("Kladder")
    assert len(list(desk.open(links["Sider"]).one("tbody").iter("tr"))) == 7
    assert len(list(desk.open(links["Samtalekort"]).one("tbody").iter("tr"))) == 1


def test_what_is_scheduled_is_shown_with_its_time(desk, front, make_page, make_card, make_fact):
    at = timezone.make_aware(timezone.datetime(2999, 3, 1, 8, 30))
    page = make_page(title_da="Senere", live_from=at)
    make_card(title_da="Før", live_from=at - 9 * DAY)
    fact = make_fact(label_da="Fristen")
    FactWording.objects.create(fact=fact, text_da="fire uger", statement_da="Fire.", valid_from=date(2999, 2, 25))

    shown = front()

    assert shown.rows("Udgives snart") == [
        "Før Samtalekort · 20. februar 2999 kl. 8.30",
        "Fristen ny ordlyd ”fire uger” fra 25. februar 2999",
        "Senere Side · 1. marts 2999 kl. 8.30",
    ]
    assert shown.links("Udgives snart")["Senere"] == address_of(page)
    assert shown.links("Udgives snart")["Fristen"] == address_of(fact)


def test_the_latest_changes_name_who_and_lead_there(desk, front, make_fact, make_card, admin_user):
    fact = make_fact()
    desk.client.post(address_of(fact, "checked"))
    draft = make_card(title_da="Kortet", live_from=None)
    desk.send(address_of(draft), button="_publish")
    gone = make_fact(key="slettet-faktum")
    desk.client.post(address_of(gone, "delete"), {"post": "yes"})

    shown = front()

    rows = shown.rows("Seneste ændringer")
    assert rows[0].startswith("slettet-faktum")
    assert any(row.startswith("Kortet Udgav udgave 1, admin, ") for row in rows)
    assert rows[-1].startswith(f"{fact.key} Kontrolleret mod kilden, admin, ")
    links = shown.links("Seneste ændringer")
    assert "slettet-faktum" not in links
    assert links[fact.key] == address_of(fact)


def test_an_editor_sees_no_log_of_accounts(client, desk, django_user_model):
    desk.send("/admin/auth/group/add/", {"name": "Hemmelig gruppe"})
    editor = django_user_model.objects.create_user("redaktoer", password="x", is_staff=True)
    editor.user_permissions.set(Permission.objects.filter(content_type__app_label="guides"))
    client.force_login(editor)

    assert "Hemmelig gruppe" in desk.client.get("/admin/").content.decode()
    assert "Hemmelig gruppe" not in client.get("/admin/").content.decode()


def test_whoever_has_nothing_to_do_here_sees_no_work(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("gaest", password="x", is_staff=True))

    assert not Markup(client.get("/admin/").content.decode()).all("section")


# The publisher


def test_the_front_page_says_what_is_missing_about_the_publisher(desk, front):
    Publisher.objects.update_or_create(pk=1, defaults={"name": "Foreningen", "email": "", "phone": "", "address": ""})

    assert list(front().links("Mangler om udgiveren")) == ["E-mail", "Telefon", "Adresse"]


def test_a_publisher_that_was_never_stored_can_be_filled_in_from_the_front_page(desk, front):
    Publisher.objects.all().delete()

    response = desk.send(front().links("Mangler om udgiveren")["Navn"], {"name": "Foreningen"})

    assert response.status_code == 200
    assert Publisher.load().name == "Foreningen"


# English


@pytest.fixture
def translated_site():
    """Nothing of what ships counts: every text has some English, known to go with its Danish."""

    def of(thing) -> str | None:
        found = {each.key: each for each in translationcheck.untranslated()}
        each = found.get(f"{thing._meta.label_lower}:{thing.pk}:en")
        return each.summary if each else None

    return of


def test_what_has_no_english_is_listed(translated_site, make_page, make_route, make_fact, make_card):
    whole = {"title_en": "A page", "summary_en": "About it."}
    assert translated_site(make_page()) == "findes ikke på engelsk"
    assert translated_site(make_page(**whole)) is None
    half = make_page(Text(body_da="<p>Ord.</p>"), Text(body_da="<p>Og flere.</p>"), **whole)
    assert translated_site(half) == "2 tekster mangler"
    assert translated_site(make_card()) == "findes ikke på engelsk"
    assert translated_site(make_route(name_en="A route")) == "1 tekst mangler"
    assert translated_site(make_fact()) == "findes ikke på engelsk"
    fact = make_fact(label_en="A fact")
    fact.wordings.update(text_en="three", statement_en="Three.")
    assert translated_site(fact) is None
    FactWording.objects.create(fact=fact, text_da="fire", statement_da="Fire.", valid_from=date(2999, 1, 1))
    assert translated_site(fact) == "2 tekster mangler"


def test_drafts_old_editions_and_past_wordings_are_nobodys_concern(translated_site, make_page, make_fact):
    draft = make_page(live_from=None)
    old = make_page()
    make_page(document=old.document, live_from=NOW)
    fact = make_fact(label_en="A fact", text=None)
    for day, english in [(date(2020, 1, 1), ""), (date(2021, 1, 1), "four")]:
        FactWording.objects.create(
            fact=fact, text_da="fire", statement_da="Fire.", text_en=english, statement_en=english, valid_from=day
        )

    assert [translated_site(each) for each in (draft, old, fact)] == [None, None, None]


def test_wordings_that_hold_on_and_that_are_to_come_are_missed_until_they_end(translated_site, make_fact):
    fact = make_fact(label_en="A fact", text=None)
    wording = FactWording.objects.create(
        fact=fact, text_da="fire", statement_da="Fire.", valid_from=TODAY - 9 * DAY, valid_to=TODAY
    )
    assert translated_site(fact) == "2 tekster mangler"

    FactWording.objects.filter(pk=wording.pk).update(valid_to=TODAY - DAY)
    assert translated_site(fact) is None

    FactWording.objects.create(fact=fact, text_da="fem", statement_da="Fem.", text_en="five", valid_from=TODAY + DAY)
    assert translated_site(fact) == "1 tekst mangler"


def test_texts_are_listed_as_they_are_read_whatever_kind_they_are(desk, make_page):
    page = make_page(
        Text(body_da="<p>Et.</p>", body_en="<p>One.</p>"),
        Heading(text_da="To", text_en="Two"),
        Text(body_da="<p>Tre.</p>", body_en="<p>Three.</p>"),
        title_en="A page",
        summary_en="About it.",
    )
    for model, field in [(Heading, "text_da"), (Text, "body_da")]:
        model.objects.filter(parent=page).update(**{field: "<p>Nyt.</p>"})

    shown = [text(words) for words in on_the_list(desk, str(page)).iter("dd") if words.get("lang")]

    assert shown == ["One.", "Two", "Three."]


def test_danish_that_was_changed_afterwards_is_noticed_until_the_english_follows(desk, translated_site, make_page):
    page = make_page(
        Text(body_da="<p>Gem alt.</p>", body_en="<p>Keep everything.</p>"), title_en="A page", summary_en="About it."
    )
    assert translated_site(page) is None

    draft = desk.draft_of(page)
    desk.send(address_of(draft), {"guides_text_set-0-body_da": "<p>Gem alt, også lyd.</p>"}, button="_publish")
    assert translated_site(draft) == "1 tekst følger ikke den danske"

    # A change elsewhere does not make it go away.
    next_one = desk.draft_of(draft)
    desk.send(address_of(next_one), {"summary_da": "Om det."}, button="_publish")
    assert translated_site(next_one) == "2 tekster følger ikke de danske"

    last = desk.draft_of(next_one)
    english = {"guides_text_set-0-body_en": "<p>Keep everything, sound too.</p>", "summary_en": "About all of it."}
    desk.send(address_of(last), english, button="_publish")
    assert translated_site(last) is None


def on_the_list(desk, name: str):
    (row,) = [item for item in desk.open("/admin/oversaettelse/").all("li") if name in text(item)]
    return row


def still_fits(desk, form):
    sent = {}
    for field in form.iter("input"):
        sent.setdefault(field.get("name"), []).append(field.get("value"))
    return desk.client.post("/admin/oversaettelse/", sent, follow=True)


def test_an_editor_says_that_the_english_still_fits(desk, translated_site):
    term = Term.objects.create(
        key="ord", word_da="et ord", word_en="a word", explanation_da="Et forklaret ord.", explanation_en="A word."
    )
    term.explanation_da = "Et forklaret ord!"
    term.save()
    row = on_the_list(desk, "et ord")
    danish, english = row.iter("dd")
    assert [text(words) for words in danish.iter("del")] == ["−fjernet: ord."]
    assert [text(words) for words in danish.iter("ins")] == ["+tilføjet: ord!"]
    assert text(english) == "A word."
    # The front page leads to it there, and from it one comes to the place where it is mended.
    assert Front(desk).links("Mangler oversættelse")["et ord"] == f"/admin/oversaettelse/#{row.get('id')}"
    (mend,) = [link for link in row.iter("a") if text(link).startswith("Ret oversættelsen")]
    assert mend.get("href") == address_of(term)

    response = still_fits(desk, next(row.iter("form")))

    assert "Noteret: Oversættelsen af ”et ord” passer til det danske." in notices(response)
    assert translated_site(term) is None
    term.explanation_da = "Noget helt tredje."
    term.save()
    assert translated_site(term) == "1 tekst følger ikke den danske"


def test_only_what_changed_is_shown_and_each_text_is_answered_for_itself(desk, translated_site, make_page):
    many = "<p>Første afsnit.</p><p>Andet afsnit, som står.</p><p>Tredje afsnit.</p>"
    page = make_page(Text(body_da=many, body_en="<p>Three.</p>"), title_en="A page", summary_en="About it.")
    draft = desk.draft_of(page)
    changed = {"guides_text_set-0-body_da": many.replace("Tredje", "Sidste"), "summary_da": "Det handler siden om nu."}
    desk.send(address_of(draft), changed, button="_publish")

    row = on_the_list(desk, str(draft))
    shown = [text(words) for words in row.iter("dd") if words.get("lang") is None]
    assert len(shown) == 2
    assert not any("Andet afsnit" in words for words in shown)
    assert any("Sidste" in words and "Tredje" in words for words in shown)

    one, _other, both = row.iter("form")
    still_fits(desk, one)
    assert translated_site(draft) == "1 tekst følger ikke den danske"
    # Sent from a screen that is not new any more, it counts for what is left.
    still_fits(desk, both)
    assert translated_site(draft) is None


def test_what_changed_again_since_it_was_read_stays_on_the_list(desk, translated_site):
    term = Term.objects.create(key="ord", word_da="et ord", word_en="a word", explanation_da="Et.", explanation_en="A.")
    Term.objects.filter(pk=term.pk).update(explanation_da="To.")
    form = next(on_the_list(desk, "et ord").iter("form"))
    Term.objects.filter(pk=term.pk).update(explanation_da="Tre.")

    response = still_fits(desk, form)

    assert notices(response) == ["Teksten står ikke længere på listen eller er ændret igen. Se en gang til."]
    assert translated_site(term) == "1 tekst følger ikke den danske"


def test_a_translation_from_before_its_danish_was_kept_shows_the_whole_text(desk):
    term = Term.objects.create(key="ord", word_da="et ord", word_en="a word", explanation_da="Et.", explanation_en="A.")
    Translation.objects.update(danish_text="")
    Term.objects.filter(pk=term.pk).update(explanation_da="To.")

    assert [text(words) for words in on_the_list(desk, "et ord").iter("dd")] == ["To.", "A."]


def test_the_same_english_in_two_places_is_two_texts(translated_site, make_route):
    first = make_route(name_en="The authority", summary_en="x", summary_da="Det ene.")
    second = make_route(name_en="The authority", summary_en="x", summary_da="Det andet.")

    assert translated_site(first) is None
    assert translated_site(second) is None


@pytest.mark.parametrize("thing", ["", "guides.term:0:en", "guides.term", "\x00", "auth.user:1"])
def test_what_is_not_on_the_list_cannot_be_approved(desk, thing):
    known = Translation.objects.count()

    response = desk.client.post("/admin/oversaettelse/", {"thing": thing, "text": [thing, "side:a"]})

    assert response["Location"] == "/admin/oversaettelse/"
    assert Translation.objects.count() == known


def test_only_editors_see_and_approve_translations(client, django_user_model):
    assert client.get("/admin/oversaettelse/")["Location"].startswith("/admin/login/")
    term = Term.objects.create(key="o", word_da="o", word_en="o", explanation_da="En.", explanation_en="One.")
    Term.objects.filter(pk=term.pk).update(explanation_da="To.")
    reader = django_user_model.objects.create_user("laeser", password="x", is_staff=True)
    client.force_login(reader)
    assert client.get("/admin/oversaettelse/").status_code == 403
    reader.user_permissions.set(Permission.objects.filter(codename="view_term"))
    assert client.get("/admin/oversaettelse/").status_code == 200
    thing = f"guides.term:{term.pk}:en"
    (outdated,) = [each for each in translationcheck.untranslated() if each.key == thing]
    sent = {"thing": thing, "text": outdated.outdated[0].id}
    assert client.post("/admin/oversaettelse/", sent).status_code == 403


# Bounded


def test_the_front_page_costs_the_same_however_much_there_is(
    desk, django_assert_max_num_queries, make_page, make_card, make_fact, make_route
):
    def write(number):
        make_page(Text(body_da="<p>x</p>"), live_from=None)
        make_page(live_from=NOW + DAY * (number + 1))
        make_card(review_again_on=TODAY)
        make_route(checked_on=None)
        FactWording.objects.create(
            fact=make_fact(), text_da="fire", statement_da="Fire.", valid_from=TODAY + DAY * (number + 1)
        )

    write(0)
    desk.client.get("/admin/")
    with django_assert_max_num_queries(60) as before:
        desk.client.get("/admin/")
    for number in range(1, 6):
        write(number)
    with django_assert_max_num_queries(60) as after:
        desk.client.get("/admin/")

    assert len(after) <= len(before)
