"""Writing help: what it measures, what it says, and that it keeps quiet about the shipped content."""

from datetime import date

import pytest

from conversations.models import CardEdition
from digitalchikane import richtext
from digitalchikane.writing import help_with
from guides.factbook import FactBook
from guides.models import Callout, DoDont, Heading, PageEdition, Recipe, Step, Text

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
