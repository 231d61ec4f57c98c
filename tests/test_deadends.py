"""Links that would lead readers nowhere stop an edition from being published, each with what can be done about it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from digitalchikane.publishing.deadends import why_dead
from digitalchikane.publishing.models import NotPublishable, edition_models
from guides import anchors
from guides.linkchoices import link_choices
from guides.models import Callout, Heading, PageEdition, Recipe, Step

from .markup import text
from .test_desk import Desk, address_of, errors

pytestmark = pytest.mark.django_db

NO_LINK = "”%s” er ikke et link. Vælg en side, eller skriv hele adressen, fx https://politi.dk."
NOT_WHOLE = "”%s” er ikke hele adressen. Skriv %s."
NO_SECTION = "Siden ”Dokumentér” har intet afsnit ”findes-ikke”."
AT_HOME = "”%s” findes kun på din egen computer eller jeres eget netværk."
NO_PAGE = "Her er ingen side med adressen ”%s”."


def messages(edition) -> list[str]:
    return [problem.message for problem in edition.problems()]


def test_a_step_leads_to_what_was_typed_only_where_that_is_a_link(make_page):
    draft = make_page(Step(text_da="Gem alt.", link="Dokumentér"), live_from=None)

    (problem,) = draft.problems()

    assert (problem.message, problem.field, problem.block) == (NO_LINK % "Dokumentér", "link", draft.blocks()[0])
    with pytest.raises(NotPublishable):
        draft.publish()


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("Se bilag", NO_LINK % "Se bilag"),
        ("sider:dokumenter", NO_LINK % "sider:dokumenter"),
        (" side:dokumenter", NO_LINK % " side:dokumenter"),
        ("javascript:alert(1)", NO_LINK % "javascript:alert(1)"),
        ("https://", NO_LINK % "https://"),
        ("https://[::1", NO_LINK % "https://[::1"),
        ("https://politi dk/", NO_LINK % "https://politi dk/"),
        ("//politi.dk/anmeld", NO_LINK % "//politi.dk/anmeld"),
        ("www.politi.dk", NOT_WHOLE % ("www.politi.dk", "https://www.politi.dk")),
        ("politi.dk/anmeld?a=1", NOT_WHOLE % ("politi.dk/anmeld?a=1", "https://politi.dk/anmeld?a=1")),
        ("anja@firma.dk", NOT_WHOLE % ("anja@firma.dk", "mailto:anja@firma.dk")),
        ("side:dokumenter#findes-ikke", NO_SECTION),
        ("side:ordliste#findes-ikke", "Siden ”Ordliste” har intet afsnit ”findes-ikke”."),
        ("#findes-ikke", "Her er intet afsnit ”findes-ikke”."),
        ("http://localhost:8399/faser/", AT_HOME % "http://localhost:8399/faser/"),
        ("http://intranet/", AT_HOME % "http://intranet/"),
        ("https://skriver.local/", AT_HOME % "https://skriver.local/"),
        ("http://192.168.1.7/", AT_HOME % "http://192.168.1.7/"),
        ("http://[::1]/", AT_HOME % "http://[::1]/"),
        ("/findes-ikke/", NO_PAGE % "/findes-ikke/"),
        ("/faser/findes-ikke/", NO_PAGE % "/faser/findes-ikke/"),
    ],
)
def test_a_link_that_leads_nowhere_stops_publishing_and_says_why(make_page, link, message):
    draft = make_page(Step(text_da="Gem alt.", link=link), live_from=None)

    assert messages(draft) == [message]


@pytest.mark.parametrize(
    "link",
    [
        "https://politi.dk/anmeld#her",
        "HTTP://blåkors.dk",
        "https://93.184.215.14/",
        "mailto:anja@firma.dk",
        "tel:112",
        "side:dokumenter",
        "side:dokumenter#skaermbilleder",
        "side:dokumenter#kort-fortalt",
        "side:start#hvem",
        "side:om#kontakt",
        "side:anmeld#platform",
        "side:hjaelp#livslinien",
        "side:ordliste#apv",
        "side:kilder#frist-bevis",
        "side:home#faserne",
        "vej:livslinien",
        "#et-afsnit",
        "/",
        "/om/",
        "/om",
        "/om/#kontakt",
        "/en/about/",
        "/hele-vejledningen/pdf/",
        "/soeg/?q=chef",
        "/vaerktoejer/principper-og-politik/",
    ],
)
def test_a_link_that_leads_somewhere_is_no_problem(make_page, link):
    page = make_page(Heading(text_da="Et afsnit", anchor="et-afsnit"), Step(text_da="Gem alt.", link=link))

    assert messages(page) == []


def test_links_in_every_kind_of_text_are_looked_at(make_page, site):
    typed = '<p>Ja, <a href="www.politi.dk">her</a></p>'
    letter = site.find("brev:dsa-anmeldelse").copy_to_draft()
    letter.guidance_en = typed
    letter.save()
    part = letter.text_parts()[0]
    part.body_da += typed
    part.save()
    letter.forget_blocks()
    page = make_page(
        Callout(title_da="Obs", body_da=typed), Recipe(title_da="Android", body_da="<p>Ja</p>", body_en=typed)
    )

    said = NOT_WHOLE % ("www.politi.dk", "https://www.politi.dk")
    assert [(each.message, each.field, each.block) for each in letter.problems()] == [
        (said, "guidance_en", None),
        (said, "body_da", part),
    ]
    assert [(each.message, each.field) for each in page.problems()] == [(said, "body_da"), (said, "body_en")]


def test_a_section_may_still_stand_in_a_draft(make_page):
    other = make_page(Heading(text_da="Nyt", anchor="nyt"), live_from=None)
    step = Step(text_da="Gem alt.", link=f"side:{other.document.key}#nyt")

    assert messages(make_page(step)) == []


def test_of_its_own_page_an_edition_knows_only_what_it_holds_itself(make_page):
    live = make_page(Heading(text_da="Før", anchor="foer"), title_da="Denne side")
    step = Step(text_da="Gem alt.", link=f"side:{live.document.key}#foer")
    new = Heading(text_da="Nu", anchor="nu")

    draft = make_page(new, step, document=live.document, live_from=None, title_da="Denne side")

    assert messages(draft) == ["Siden ”Denne side” har intet afsnit ”foer”."]
    draft.blocks()[1].link = f"side:{live.document.key}#nu"
    assert messages(draft) == []


def test_many_links_take_few_questions(make_page, django_assert_max_num_queries):
    keys = ["dokumenter#skaermbilleder", "stop-chikanen", "debriefing#findes-ikke", "faser", "om", "privatliv"]
    few = make_page(Step(text_da="Gem alt.", link="side:om#kontakt"))
    many = make_page(*(Step(text_da="Gem alt.", link=f"side:{key}") for key in keys))
    with CaptureQueriesContext(connection) as asked:
        few.problems()

    with django_assert_max_num_queries(len(asked)):
        assert len(many.problems()) == 1


def test_whatever_readers_can_be_led_to_on_a_page_can_be_linked_to(danish_answers):
    pages = anchors.pages(PageEdition.objects.live().values_list("document__key", flat=True))
    for edition in PageEdition.objects.live().for_readers():
        page = danish_answers[edition.get_absolute_url()].markup
        # Lists of contents, and headings of what has an anchor of its own.
        passed = {each.get("aria-labelledby") for each in page.root.iter() if each.tag == "nav" or each.get("id")}
        for place in page.one("main").iter():
            anchor = place.get("id")
            if place.tag in ("h2", "li") and anchor and anchor not in passed:
                assert pages[edition.document.key].has(anchor), (edition.document.key, anchor)


def test_what_is_shipped_leads_somewhere_in_every_language():
    for model in edition_models():
        for edition in model.objects.live():
            assert messages(edition) == [], edition


def test_routes_and_sources_lead_to_what_everybody_can_reach(admin_client, make_route, make_source):
    desk = Desk(admin_client)
    for row in (make_route(), make_source()):
        response = desk.send(address_of(row), {"url": "http://localhost:8399/hjaelp"})

        assert errors(response) == [AT_HOME % "http://localhost:8399/hjaelp"]
        assert errors(desk.send(address_of(row), {"url": "politi.dk/hjaelp"})) == []
        row.refresh_from_db()
        assert row.url == "https://politi.dk/hjaelp"


# Choosing what a link leads to


def test_what_a_link_leads_to_is_chosen_from_a_list(admin_client, make_page):
    other = make_page(Heading(text_da="Gem inden {{ frist-bevis }}", anchor="gem"), title_da="En anden side")
    draft = make_page(Step(text_da="Gem alt."), live_from=None)

    page = Desk(admin_client).open(address_of(draft))

    choices = {option.get("value"): text(option) for option in page.one("datalist").iter("option")}
    key = other.document.key
    assert choices[f"side:{key}"] == "En anden side"
    assert choices[f"side:{key}#gem"].startswith("En anden side: Gem inden ")
    assert "{{" not in choices[f"side:{key}#gem"]
    assert choices["side:dokumenter#skaermbilleder"].startswith("Dokumentér: ")
    assert choices["vej:livslinien"] == "Livslinien (vej eller hjælp)"
    assert {reference.partition(":")[0] for reference in choices} == {"side", "kort", "brev", "vej"}
    assert why_dead(choices) == {}
    fields = [each for each in page.all("input") if (each.get("name") or "").endswith("-link")]
    assert {each.get("list") for each in fields} == {page.one("datalist").get("id")}


def test_the_list_takes_few_questions_and_is_only_where_it_is_needed(
    admin_client, make_card, django_assert_max_num_queries
):
    with django_assert_max_num_queries(6):
        assert len(link_choices()) > 100

    assert Desk(admin_client).open(address_of(make_card(live_from=None))).all("datalist") == []
