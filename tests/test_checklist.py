"""What is missing before a draft can be published: told beside the form, each line leading to its place."""

import pytest

from conversations.models import CardPoint
from guides.models import Callout, CardTeaser, DoDont, FactList, Heading, PageEdition, Recipe, RouteList, Step, Text

from .markup import Markup, text
from .test_desk import Desk, added, address_of, errors, missing, notices, read

pytestmark = pytest.mark.django_db

SAVED = "Kladden er gemt. Læserne ser den ikke endnu."


@pytest.fixture
def desk(admin_client):
    return Desk(admin_client)


def listed(page: Markup, name="problems") -> dict[str, str]:
    """What a list beside the form says, with where it leads."""
    return {text(link): link.get("href") for found in page.all("section", class_=name) for link in found.iter("a")}


def led_to(page: Markup, href: str):
    """What stands where a link leads."""
    (found,) = [element for element in page.all() if element.get("id") == href.removeprefix("#")]
    return found


# Unfinished drafts


@pytest.mark.parametrize(
    ("block", "values", "message"),
    [
        ("heading", {"text_da": "", "text_en": "", "anchor": ""}, "En overskrift er tom."),
        ("text", {"body_da": "", "body_en": ""}, "En tekstblok er tom."),
        ("step", {"text_da": "", "text_en": "", "role": "hr", "link": ""}, "”Det skal gøres” er ikke udfyldt."),
        ("dodont", {"kind": "do", "items_da": "", "items_en": ""}, "”Punkter” er ikke udfyldt."),
        ("callout", {"tone": "note", "title_da": "", "body_da": ""}, "”Titel” er ikke udfyldt."),
        ("cardteaser", {"card": ""}, "”Samtalekort” er ikke udfyldt."),
        ("routelist", {}, "En liste med veje er tom."),
        ("factlist", {}, "En liste med fakta er tom."),
        ("recipe", {"title_da": "Windows", "body_da": ""}, "”Tekst” er ikke udfyldt."),
    ],
)
def test_a_block_that_is_not_finished_is_saved_and_told(desk, make_page, block, values, message):
    draft = make_page(live_from=None)
    form = desk.form(address_of(draft))

    response = desk.send(address_of(draft), added(form, block, **values), form=form)

    assert errors(response) == []
    assert notices(response) == [SAVED]
    assert missing(response) == [message]
    assert len(PageEdition.objects.get(pk=draft.pk).blocks()) == 1
    page = Markup(response.content.decode())
    assert led_to(page, listed(page)[message]).get("name").startswith(f"guides_{block}_set-0-")
    assert desk.client.get(address_of(draft, "preview")).status_code == 200


def test_a_point_of_a_card_that_is_not_finished_is_saved_and_told(desk, make_card):
    draft = make_card(live_from=None)
    form = desk.form(address_of(draft))

    response = desk.send(address_of(draft), added(form, "cardpoint", section="say", text_da="", text_en=""), form=form)

    assert missing(response) == ["”Tekst” er ikke udfyldt."]
    assert CardPoint.objects.filter(parent=draft).count() == 2


def test_an_empty_draft_can_be_saved_over_and_over(desk, make_page):
    draft = make_page(title_da="", summary_da="", live_from=None)

    for _time in range(2):
        response = desk.send(address_of(draft))
        assert notices(response) == [SAVED]


def test_a_heading_gets_the_end_of_its_link_from_its_words(desk, make_page):
    draft = make_page(live_from=None)
    form = desk.form(address_of(draft))
    words = "Få ro på – og gør det i dag!"

    desk.send(address_of(draft), added(form, "heading", text_da=words, text_en="", anchor=""), form=form)
    heading = Heading.objects.get(parent=draft)
    assert heading.anchor == "faa-ro-paa-og-goer-det-i-dag"

    desk.send(address_of(draft), {"guides_heading_set-0-text_da": "Andre ord"})
    heading.refresh_from_db()
    assert heading.anchor == "faa-ro-paa-og-goer-det-i-dag"


# The list


def test_every_line_leads_to_its_field_or_block(desk, make_page):
    draft = make_page(
        Heading(text_da="Et", anchor="samme"),
        Step(text_da="Gem inden {{ findes-ikke }}"),
        Text(body_da="<h4>Lille</h4><p>Ord.</p>"),
        Heading(text_da="To", anchor="samme"),
        Text(body_da="<p> </p>"),
        title_da="",
        summary_da="",
        live_from=None,
    )

    page = desk.open(address_of(draft))
    found = {message: led_to(page, href).get("id") for message, href in listed(page).items()}

    assert found == {
        "Overskriften mangler på dansk.": "id_title_da",
        "Resuméet mangler på dansk.": "id_summary_da",
        "To overskrifter har ankeret ”samme”.": "id_guides_heading_set-1-anchor",
        "Der findes ikke et faktum med nøglen ”findes-ikke”.": "guides_step_set-0",
        "En underoverskrift står uden en overskrift over sig i samme tekst.": "id_guides_text_set-0-body_da",
        "En tekstblok er tom.": "id_guides_text_set-1-body_da",
    }


def test_every_line_of_a_card_leads_to_its_field_or_point(desk, make_card):
    draft = make_card(("say", "Hej."), leads_to_contact=True, participants_da="", live_from=None)

    page = desk.open(address_of(draft))

    assert {message: led_to(page, href).get("id") for message, href in listed(page).items()} == {
        "Der står ikke, hvem der taler med hvem.": "id_participants_da",
        "Der står ikke noget under Husk på kortet.": "conversations_cardpoint_set-group",
        "Et kort, der fører til kontakt, skal sige, hvornår I ikke må ringe eller skrive.": "id_leads_to_contact",
    }


def test_what_does_not_fit_on_paper_leads_to_the_point_that_is_too_long(desk, make_card):
    long = "Sig det her helt roligt og langsomt, og vent så på svaret, før du går videre. " * 3
    points = [("remember", "Kort.")] + [("remember", f"{number} {long}"[:239]) for number in range(8)]
    draft = make_card(*points, live_from=None)

    page = desk.open(address_of(draft))

    assert listed(page)
    for href in listed(page).values():
        assert led_to(page, href).get("name").startswith("conversations_cardpoint_set-")


def test_a_finished_draft_says_that_nothing_is_missing(desk, make_page):
    page = desk.open(address_of(make_page(live_from=None)))

    (section,) = page.all("section", class_="problems")
    assert text(section) == "Der mangler ikke noget Kladden kan udgives."


def test_a_subheading_needs_a_heading_above_it(make_page):
    for body, count in [
        ("<h3>Stor</h3><p>Ord.</p><h4>Lille</h4>", 0),
        ("<p>Ord.</p><h4>Lille</h4><h3>Stor</h3>", 1),
        ("<h4>Lille</h4>", 1),
    ]:
        for block in (
            Text(body_da=body),
            Callout(title_da="Obs", body_da=body),
            Recipe(title_da="Windows", body_da=body),
        ):
            assert len(make_page(block).problems()) == count, (body, block)
    assert [problem.field for problem in make_page(Text(body_da="<p>Ja</p>", body_en="<h4>No</h4>")).problems()] == [
        "body_en"
    ]


# English, as a hint


def test_a_page_without_english_gets_one_hint_and_can_be_published(desk, make_page):
    draft = make_page(Heading(text_da="Et", anchor="et"), DoDont(items_da="Gem."), live_from=None)
    page = desk.open(address_of(draft))

    assert listed(page, "hints") == {"Den findes ikke på engelsk endnu. Læserne ser den danske.": "#id_title_en"}

    desk.send(address_of(draft), button="_publish")
    assert read(draft.get_absolute_url())


def test_a_page_with_some_english_is_told_what_lacks_it(desk, make_page):
    draft = make_page(
        Heading(text_da="Et", text_en="One", anchor="et"),
        Text(body_da="<p>Dansk</p>"),
        Step(text_da="Gem"),
        title_en="English",
        live_from=None,
    )

    page = desk.open(address_of(draft))
    found = {href: message for message, href in listed(page, "hints").items()}

    assert found.keys() == {"#id_summary_en", "#id_guides_text_set-0-body_en", "#id_guides_step_set-0-text_en"}
    assert found["#id_summary_en"] == "”Resumé” mangler på engelsk."
    assert all(led_to(page, href) is not None for href in found)


def test_blocks_of_every_kind_can_stand_empty(make_page):
    draft = make_page(
        Heading(), Text(), Step(), DoDont(), Callout(), CardTeaser(), RouteList(), FactList(), Recipe(), live_from=None
    )

    assert len({problem.block for problem in draft.problems()}) == 9
