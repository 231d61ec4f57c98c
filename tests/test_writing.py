"""Writing help: what it measures, what it says, and that it keeps quiet about the shipped content."""

from datetime import date

import pytest

from conversations.models import CardEdition
from digitalchikane import richtext
from digitalchikane.writing import help_with
from guides.factbook import FactBook
from guides.models import Callout, DoDont, Heading, PageEdition, Recipe, Step, Text

from .markup import Markup, text
from .test_desk import Desk, added, address_of, stored

pytestmark = pytest.mark.django_db

LONG = "Hvis en medarbejder bliver ramt, " + "så er det vigtigt, at I taler sammen om det, " * 3 + "og gør noget."


@pytest.fixture
def read(make_page):
    """What the help says about a page of these blocks."""

    def read(*blocks, **values):
        return help_with(make_page(*blocks, **values), FactBook())

    return read


def said(found) -> list[str]:
    return [hint.message for hint in found.hints]


def test_the_shipped_content_gives_no_hints():
    book = FactBook(date(2026, 11, 22))
    editions = [*PageEdition.objects.live(), *CardEdition.objects.live()]

    found = {edition.document.key: said(help_with(edition, book)) for edition in editions}

    assert len(found) > 20
    assert {key: hints for key, hints in found.items() if hints} == {}


def test_it_measures_what_readers_read(read, make_fact):
    fact = make_fact(text="tre hele uger")
    blocks = [
        Step(text_da="Gem det hele.", role="hr"),
        Text(body_da=f"<p>Det tager {{{{ {fact.key} }}}}.</p><ul><li>Skriv ned.</li></ul>"),
    ]

    found = read(*blocks, title_da="Gem", summary_da="Kort sagt.", change_note_da="Nyt om frister.")

    whole = "Gem\nKort sagt.\nGem det hele.\nDet tager tre hele uger.\nSkriv ned."
    assert found.readability == richtext.readability(whole)


def test_what_is_folded_is_read_for_hints_and_not_measured(read):
    without = read(Text(body_da="<p>Gem det.</p>"))
    with_recipe = read(Text(body_da="<p>Gem det.</p>"), Recipe(title_da="Telefon", body_da=f"<p>{LONG}</p>"))

    assert with_recipe.readability == without.readability
    assert len(said(with_recipe)) == 1


@pytest.mark.parametrize(
    ("level", "words"),
    [
        ("meget let at læse", "Vi er her. Du er ok."),
        (
            "let at læse",
            "Medarbejderen fortæller roligt, hvad der er sket siden mandag morgen.",
        ),
        ("meget svært at læse", "Arbejdsmiljøorganisationens beredskabsplanlægning dokumenteres systematisk."),
    ],
)
def test_a_lix_is_told_in_words(read, level, words):
    assert read(title_da="", summary_da=words).level == level


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>Find det <a href='/om/'>her</a>.</p>", "Linket ”her” siger ikke, hvor det fører hen."),
        ("<p><a href='/om/'>Læs mere</a></p>", "Linket ”Læs mere” siger ikke, hvor det fører hen."),
        ("<p><a href='/om/'><strong>Se her</strong> ›</a></p>", "Linket ”Se her ›” siger ikke, hvor det fører hen."),
        (
            "<p>Klik her for at se det.</p>",
            "”Klik her” siger ikke noget. Lad linket være ordene for det, det fører til.",
        ),
        ("<h3></h3><p>Ord.</p>", "En overskrift i teksten er tom."),
        ("<p>Husk to ring with en kollega.</p>", "”with” ser engelsk ud. Navnet på noget skal stå i anførselstegn."),
        ("<p>Tag et screenshot.</p>", "”screenshot” er engelsk. Hvad med ”skærmbillede”?"),
        ("<p>Hold jeres deadlines.</p>", "”deadlines” er engelsk. Hvad med ”frist”?"),
    ],
)
def test_it_finds_what_could_be_said_better(read, markup, expected):
    assert said(read(Text(body_da=markup))) == [expected]


@pytest.mark.parametrize(
    "markup",
    [
        "<p><a href='/om/'>Læs mere om fristerne</a></p>",
        "<p>Mød op her klokken ni. Klik på ”Report and block”.</p>",
        "<p>Men vi må have is i maven, så I kan komme til i dag.</p>",
        "<p>Skriv ”I read your post”, hvis det er det, der stod.</p>",
        "<p></p>",
    ],
)
def test_it_keeps_quiet_about_good_danish(read, markup):
    assert said(read(Text(body_da=markup))) == []


def test_long_sentences_and_paragraphs_are_told_with_their_beginning(read):
    (sentence,) = said(read(Text(body_da=f"<p>{LONG}</p>")))
    paragraph = said(read(Text(body_da=f"<p>{'Vi er her for dig nu. ' * 12}</p>")))

    assert sentence.startswith(f"{len(LONG.split())} ord i én sætning, og 25 er rigeligt: ”Hvis en medarbejder bliver")
    assert paragraph == ["72 ord i ét afsnit: ”Vi er her for dig nu. …” Del det, eller lav en liste."]


def test_a_list_of_what_not_to_do_says_not_in_every_line(read):
    found = read(
        DoDont(kind="dont", items_da="Svar ikke igen.\nSlet opslaget."), DoDont(kind="do", items_da="Gem det.")
    )

    (hint,) = found.hints
    assert hint.message.startswith("Der er ikke noget ”ikke” i ”Slet opslaget.”")
    assert hint.field == "items_da"
    assert hint.block.kind == "dont"


def test_a_heading_with_nothing_below_it_is_told(read):
    found = read(
        Heading(text_da="Tomt", anchor="tomt"),
        Heading(text_da="Fuldt", anchor="fuldt"),
        Callout(title_da="Husk", tone="note"),
    )

    (hint,) = found.hints
    assert hint.message == "Der står ikke noget under denne overskrift."
    assert hint.block.anchor == "tomt"


def test_a_page_that_is_hard_all_in_all_is_told_first(read):
    words = "Arbejdsmiljøorganisationen dokumenterer systematisk chikanehændelser. " * 3

    first, *_rest = said(read(Text(body_da=f"<p>{words}</p>")))

    assert first.startswith("Alt i alt er det svært at læse: LIX ")
    assert "højst være 45" in first


def test_a_hint_names_its_block_and_its_field(read):
    found = read(Text(body_da="<p>Gem det.</p>"), Callout(title_da="Læs mere", tone="note", body_da=f"<p>{LONG}</p>"))

    (hint,) = found.hints
    assert (type(hint.block), hint.field) == (Callout, "body_da")
    (about_the_page,) = read(summary_da=LONG).hints
    assert (about_the_page.block, about_the_page.field) == (None, "summary_da")


def test_an_empty_edition_is_measured_without_a_fuss(read):
    found = read(title_da="", summary_da="")

    assert (found.readability.words, found.readability.lix, said(found)) == (0, 0, [])


# Beside the form


@pytest.fixture
def desk(admin_client):
    return Desk(admin_client)


@pytest.fixture
def draft(make_page):
    return make_page(
        Text(body_da="<p>Gem det.</p>"), Text(body_da="<p>Tag et screenshot.</p>"), live_from=None, key="sprog"
    )


def told(markup: Markup) -> str:
    return text(markup.one("div", class_="writing__found"))


def measured(desk, draft, form) -> Markup:
    response = desk.client.post(address_of(draft), form | {"_writing": "1"})
    assert response.status_code == 200
    return Markup(response.content.decode())


def test_the_form_of_a_draft_says_how_it_reads_and_leads_to_the_place(desk, draft):
    screen = desk.open(address_of(draft))

    found = help_with(draft, FactBook()).readability
    assert f"LIX {found.lix} · {help_with(draft, FactBook()).level}" in told(screen)
    assert f"{found.words} ord · cirka 1 minut" in told(screen)
    assert "Målt på kladden, som den er gemt." in told(screen)
    (link,) = [link for link in screen.all("a") if "screenshot" in text(link)]
    anchor = link.get("href").partition("#")[2]
    assert text(screen.one("textarea", id=anchor)) == "<p>Tag et screenshot.</p>"


def test_what_stands_in_the_form_is_measured_and_not_stored(desk, draft):
    form = desk.form(address_of(draft))
    before = stored()
    form |= {"guides_text_set-1-body_da": "<p>Tag et billede af skærmen.</p>", "summary_da": "Husk jeres deadline."}
    form |= added(form, "text", body_da="<p>Klik her.</p>", body_en="")

    found = measured(desk, draft, form)

    links = {link.get("href"): text(link) for link in found.all("a")}
    assert links == {
        "#id_summary_da": "”deadline” er engelsk. Hvad med ”frist”?",
        # The row that is new in the form, which has no number yet.
        "#id_guides_text_set-2-body_da": "”Klik her” siger ikke noget. Lad linket være ordene for det, det fører til.",
    }
    assert "Målt på det, der står i formularen. Det er ikke gemt." in text(found.root)
    assert stored() == before


def test_a_hint_leads_to_the_row_of_the_form_also_when_blocks_were_moved(desk, draft):
    form = desk.form(address_of(draft))
    form |= {"guides_text_set-0-ordering": "900"}

    (link,) = measured(desk, draft, form).all("a")

    assert link.get("href") == "#id_guides_text_set-1-body_da"


def test_a_form_with_errors_is_not_measured_and_says_so(desk, draft):
    form = desk.form(address_of(draft))

    found = measured(desk, draft, form | added(form, "heading", text_da="Et", text_en="", anchor="Ikke tilladt!"))

    assert "Der er fejl i formularen." in text(found.root)


def test_a_card_is_measured_as_well(desk, make_card):
    draft = make_card(("remember", "Tag et screenshot."), live_from=None)

    assert "”screenshot” er engelsk" in told(desk.open(address_of(draft)))


def test_nobody_measures_what_they_may_not_change(client, draft, django_user_model):
    onlooker = django_user_model.objects.create_user("gaest", password="x", is_staff=True)
    client.force_login(onlooker)

    assert client.post(address_of(draft), {"_writing": "1"}).status_code in (302, 403)
