"""Choosing cards and getting sheets: what is asked for in an address, a company's own details, and cards that fit."""

import re
import unicodedata
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from conversations.models import CardEdition, CardPoint, CardSection
from conversations.sheets import MAX_CARDS, ON_SCREEN, Format, Selection
from digitalchikane import typesetting
from digitalchikane.publishing.models import NotPublishable
from guides.models import PageEdition

from .markup import Markup, classes, text
from .paper import said, squeezed
from .test_desk import Desk, address_of, errors, notices

pytestmark = pytest.mark.django_db

SHEETS, PDF, CHOOSE = "/samtalekort/ark/", "/samtalekort/ark.pdf", "/samtalekort/"
STOP = "Ring eller skriv ikke, hvis"
DAY = timedelta(days=1)

# Help for reading pages


@pytest.fixture
def open_page(client):
    """A page at an address, whole and without a trace of the reader."""

    def get(address, status=200, **details):
        response = client.post(address, details) if details else client.get(address)
        assert response.status_code == status, response.content.decode()[:3000]
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        page = Markup(response.content.decode())
        assert page.parse_errors == []
        page.response = response
        return page

    return get


def problems(page) -> list[str]:
    return [text(item) for found in page.all("div", role="status") for item in found.iter("li")]


def titles(page) -> list[str]:
    """The headings of the cards on the sheets, in their order."""
    return [text(heading) for heading in page.all("h2", class_="cell__title")]


def cells(page) -> list:
    return page.all("div", class_="cell")


def links(page) -> list[str]:
    return [link.get("href") for link in page.one("main").iter("a")]


def drawings(element) -> list:
    """SVG pictures; the parser keeps the namespace of theirs."""
    return [inside for inside in element.iter() if str(inside.tag).endswith("svg")]


def live_cards() -> list[CardEdition]:
    return list(CardEdition.objects.live().for_readers())


def numbers(*cards) -> str:
    return "&".join(f"kort={card.document.number}" for card in cards)


# Choosing


def test_cards_are_chosen_in_a_form_that_makes_an_address(open_page):
    page = open_page(CHOOSE)
    (form,) = [form for form in page.all("form") if form.get("action") == SHEETS]
    boxes = [box for box in form.iter("input") if box.get("type") == "checkbox"]
    formats = [choice for choice in form.iter("input") if choice.get("type") == "radio"]

    assert form.get("method") == "get"
    assert {box.get("name") for box in boxes} == {"kort"}
    assert [box.get("value") for box in boxes] == [str(card.document.number) for card in live_cards()]
    assert [(choice.get("name"), choice.get("value")) for choice in formats] == [("format", f) for f in ON_SCREEN]
    assert [choice.get("value") for choice in formats if choice.get("checked") is not None] == [Format.FOUR]
    assert [text(button) for button in form.iter("button")] == ["Lav ark"]


def test_every_choice_has_a_label_and_every_format_a_drawing(open_page):
    page = open_page(CHOOSE)
    labels = [label for label in page.all("label") if any(True for _ in label.iter("input"))]

    assert len(labels) == len(live_cards()) + len(ON_SCREEN)
    for label in labels:
        assert text(label)
        if "formats__one" in classes(label):
            (drawing,) = drawings(label)
            assert drawing.get("aria-hidden") == "true"


def test_cards_stand_below_their_phase_with_who_talks_and_for_how_long(open_page):
    page = open_page(CHOOSE)
    sections = [section for section in page.all("section") if section.get("aria-labelledby", "").startswith("fase-")]

    found = []
    for section in sections:
        phase = re.match(r"Fase (\d):", text(next(section.iter("h2")))).group(1)
        found += [(phase, box.get("value")) for box in section.iter("input")]
    assert found == [(str(card.document.phase.position), str(card.document.number)) for card in live_cards()]
    for card in live_cards():
        assert card.participants in text(page.one("main"))
        if card.minutes:
            assert f"{card.participants} · {card.minutes} minut" in text(page.one("main"))


@pytest.mark.parametrize("format", ON_SCREEN)
def test_what_the_form_sends_is_answered_with_a_sheet(open_page, format):
    one, other = live_cards()[:2]

    page = open_page(f"{SHEETS}?{numbers(one, other)}&format={format}")

    assert titles(page) == ([] if format == Format.BLANK else [one.title, other.title])


def test_the_ready_made_choices_lead_to_all_their_cards(open_page):
    ready = {link for link in links(open_page(CHOOSE)) if link.startswith(SHEETS)}
    phases = {card.document.phase.position for card in live_cards()}

    assert ready == {f"{SHEETS}?kort=alle"} | {f"{SHEETS}?fase={phase}" for phase in phases}
    for phase in phases:
        expected = [card.title for card in live_cards() if card.document.phase.position == phase]
        assert titles(open_page(f"{SHEETS}?fase={phase}")) == expected
    assert titles(open_page(f"{SHEETS}?kort=alle")) == [card.title for card in live_cards()]


def test_cards_whose_phase_has_no_page_can_still_be_chosen(open_page, withdraw):
    withdraw(PageEdition.objects.live().get(document__key="stop-chikanen"))

    page = open_page(CHOOSE)

    assert "Fase 3" in [text(heading) for heading in page.all("h2")]
    assert f"{SHEETS}?fase=3" in links(page)


def test_the_whole_set_for_a_print_shop_is_one_link_away(client, open_page):
    (link,) = [link for link in links(open_page(CHOOSE)) if "trykkeri" in link]

    assert client.get(link)["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("language", ["", "/en"])
def test_every_link_on_the_page_for_choosing_leads_somewhere(client, open_page, make_card, make_page, language):
    """In English with one card translated: the others are not offered."""
    cards_page = PageEdition.objects.live().get(document__key="samtalekort")
    PageEdition.objects.filter(pk=cards_page.pk).update(title_en="Conversation cards", summary_en="One for each talk.")
    make_card(title_en="A card", summary_en="A purpose", participants_en="Manager and employee")

    page = open_page("/en/cards/" if language else CHOOSE)

    sheet_links = [link for link in links(page) if "sheets" in link or "ark" in link]
    assert sheet_links
    assert {link: client.get(link).status_code for link in sheet_links} == dict.fromkeys(sheet_links, 200)


# The sheets


@pytest.mark.parametrize(
    ("format", "sheets", "on_a_sheet"), [("fire", 3, 4), ("fold", 5, 4), ("samtale", 10, 1), ("blank", 1, 4)]
)
def test_each_format_lays_the_cards_out_in_its_own_way(open_page, format, sheets, on_a_sheet):
    page = open_page(f"{SHEETS}?kort=alle&format={format}")

    found = [len([cell for cell in sheet.iter("div") if "cell" in classes(cell)]) for sheet in page.all(class_="sheet")]
    assert len(found) == sheets
    assert set(found[:-1]) <= {on_a_sheet}
    assert sum(found) == {"fire": 10, "fold": 20, "samtale": 10, "blank": 4}[format]


def test_a_sheet_has_only_the_front_when_there_are_four_on_it(open_page):
    card = live_cards()[0]
    front, back = (
        squeezed(text(open_page(f"{SHEETS}?{numbers(card)}&format={f}").one(class_="sheets"))) for f in ("fire", "fold")
    )
    said_on_back = [p.text for p in card.blocks() if p.section == CardSection.SAY and "{{" not in p.text]

    assert said_on_back
    assert all(squeezed(line) not in front and squeezed(line) in back for line in said_on_back)


@pytest.mark.parametrize("format", ["fire", "fold", "samtale"])
def test_every_card_bears_its_number_its_edition_its_date_its_address_and_a_code(open_page, format):
    for card in live_cards():
        page = open_page(f"{SHEETS}?{numbers(card)}&format={format}")
        words = text(page.one(class_="sheets"))
        assert f"Kort {card.document.number} · udgave {card.number} · " in words
        assert re.search(r"testserver/k/[2-9A-Z]{4}-[2-9A-Z]{4}/", words)
        assert [len(drawings(code)) for code in page.all(class_="cell__code")] == [1]


def test_the_print_shop_s_format_is_a_file_only(open_page):
    page = open_page(f"{SHEETS}?kort=1&format=trykkeri")

    assert cells(page) == []
    assert f"{PDF}?kort=1&format=trykkeri" in links(page)


@pytest.mark.parametrize("format", Format)
def test_every_link_on_a_sheet_leads_somewhere(client, open_page, format):
    found = {link for link in links(open_page(f"{SHEETS}?kort=1&kort=2&format={format}")) if link.startswith("/")}

    assert len(found) >= len(Format)
    assert {link: client.get(link).status_code for link in found} == dict.fromkeys(found, 200)


@pytest.mark.parametrize("format", Format)
def test_a_card_that_leads_to_contact_says_when_not_to_on_every_format(client, open_page, format):
    cards = [card for card in live_cards() if card.leads_to_contact]
    assert len(cards) >= 3
    if format == Format.BLANK:
        return
    for card in cards:
        stops = [point.text for point in card.blocks() if point.section == CardSection.STOP]
        address = f"?{numbers(card)}&format={format}"
        papers = [said(client.get(PDF + address).content)]
        if format in ON_SCREEN:
            papers.append(squeezed(text(open_page(SHEETS + address).one(class_="sheets"))))
        for paper in papers:
            assert squeezed(STOP) in paper
            assert [stop for stop in stops if squeezed(re.sub(r"{{.*?}}.*", "", stop)) not in paper] == []


def test_a_page_with_sheets_is_not_for_search_engines(open_page):
    (robots,) = open_page(f"{SHEETS}?kort=1").all("meta", name="robots")

    assert robots.get("content") == "noindex"


@pytest.mark.parametrize("address", [SHEETS, PDF])
def test_a_sheet_is_neither_put_nor_deleted(client, address):
    assert {getattr(client, method)(address).status_code for method in ("put", "delete", "patch")} == {405}


def test_a_full_set_costs_no_more_queries_than_a_page_may(client, make_card, django_assert_max_num_queries):
    made = [make_card() for _number in range(MAX_CARDS)]

    with django_assert_max_num_queries(15):
        client.get(f"{SHEETS}?{numbers(*made)}&format=fold")


# What is asked for in the address


def test_cards_come_in_the_order_they_were_chosen_and_once(open_page):
    first, second, third = live_cards()[:3]

    page = open_page(f"{SHEETS}?{numbers(third, first, third, second, first)}")

    assert titles(page) == [third.title, first.title, second.title]
    assert problems(page) == []


@pytest.mark.parametrize("address", [SHEETS, PDF])
def test_an_unknown_card_is_told_beside_the_others(open_page, address):
    card = live_cards()[0]

    page = open_page(f"{address}?kort=987&{numbers(card)}", status=200 if address == SHEETS else 400)

    assert problems(page) == ["Kort 987 findes ikke."]
    assert titles(page) == [card.title]


@pytest.mark.parametrize("address", [SHEETS, PDF])
def test_a_withdrawn_card_is_told_beside_the_others(open_page, make_card, withdraw, address):
    card, gone = live_cards()[0], make_card(title_da="Et farligt kort")
    withdraw(gone)

    page = open_page(f"{address}?{numbers(gone, card)}", status=200 if address == SHEETS else 400)

    assert problems(page) == [f"Kort {gone.document.number} er trukket tilbage."]
    assert "Et farligt kort" not in page.html


def test_a_draft_is_not_told_from_a_card_that_is_not_there(open_page, make_card):
    draft, planned = make_card(live_from=None), make_card(live_from=timezone.now() + DAY)

    page = open_page(f"{SHEETS}?kort=1&{numbers(draft, planned)}")

    assert problems(page) == [f"Kort {each.document.number} findes ikke." for each in (draft, planned)]


@pytest.mark.parametrize("address", [SHEETS, PDF])
@pytest.mark.parametrize("query", ["", "format=fold", "kort=", "format=", "x=1", "fase="])
def test_when_nothing_is_chosen_the_page_says_what_to_do(client, address, query):
    response = client.get(f"{address}?{query}")
    page = Markup(response.content.decode())

    assert response.status_code in (200, 400, 404)
    assert problems(page) in (["Vælg mindst ét kort."], ["Kort findes ikke."])
    assert links(page).count(CHOOSE) == 2
    assert cells(page) == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("kort=987", "Kort 987 findes ikke."),
        ("kort=-1", "Kort -1 findes ikke."),
        ("kort=01", "Kort 01 findes ikke."),
        ("kort=1.0", "Kort 1.0 findes ikke."),
        ("kort=ALLE", "Kort ALLE findes ikke."),
        (f"kort={quote('١')}", "Kort ١ findes ikke."),
        ("kort=%C2%B2", "Kort ² findes ikke."),
        ("kort=" + "9" * 10_000, "Kort 999999999999 findes ikke."),
        ("fase=9", "Der er ingen kort til den fase."),
        ("fase=x", "Der er ingen kort til den fase."),
        ("fase=" + "1" * 10_000, "Der er ingen kort til den fase."),
    ],
)
@pytest.mark.parametrize("address", [SHEETS, PDF])
def test_what_is_not_there_is_told(client, address, query, message):
    response = client.get(f"{address}?{query}")
    page = Markup(response.content.decode())

    assert response.status_code in (400, 404)
    assert problems(page) == [message]


def test_an_unknown_format_becomes_the_usual_one_and_is_told(open_page):
    card = live_cards()[0]
    for wanted in ("plakat", "FIRE", "measure", "fire pr. ark", "x" * 5000):
        page = open_page(f"{SHEETS}?{numbers(card)}&format={wanted}")
        assert problems(page) == ["Det format findes ikke, så her er fire pr. ark."]
        assert titles(page) == [card.title]
        open_page(f"{PDF}?{numbers(card)}&format={wanted}", status=400)


@pytest.mark.parametrize(
    "value",
    [
        "\x00",
        "\x1b[31m",
        "a\r\nSet-Cookie: x=1",
        "\u202eabc",
        "\u200b",
        "🌊",
        "<script>alert(1)</script>",
        "e\u0301" * 9,
    ],
)
@pytest.mark.parametrize("key", ["kort", "fase", "format"])
def test_hostile_values_are_answered_with_clean_text(client, key, value):
    for address in (SHEETS, PDF):
        response = client.get(address, {"kort": "1"} | {key: value})
        html = response.content.decode()
        assert response.status_code in (200, 400, 404)
        assert not response.cookies
        assert "<script>alert" not in html
        assert Markup(html).parse_errors == []
        assert {c for c in html if unicodedata.category(c) in ("Cc", "Cf")} <= {"\n"}


# Bounded work


def test_at_most_so_many_cards_come_on_one_set(client, open_page, make_card):
    made = [make_card(title_da=f"Kort nummer {number}") for number in range(MAX_CARDS + 6)]
    address = f"{SHEETS}?{numbers(*made)}"

    page = open_page(address)

    assert problems(page) == [f"Der kan være højst {MAX_CARDS} kort på én gang. Her er de første."]
    assert titles(page) == [card.title for card in made[:MAX_CARDS]]
    open_page(address.replace(SHEETS, PDF), status=400)
    (link,) = [link for link in links(page) if link.startswith(PDF) and link.endswith("format=fire")]
    assert said(client.get(link).content).count(squeezed("Kort nummer")) == MAX_CARDS


@pytest.mark.parametrize("address", [SHEETS, PDF])
@pytest.mark.parametrize("count", [400, 4_990, 20_000])
def test_thousands_of_cards_cost_no_more_than_a_few(client, address, count, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        response = client.get(f"{address}?" + "&".join(f"kort={900 + number}" for number in range(count)))

    assert response.status_code in (400, 404, 413)
    assert len(response.content) < 20_000
    assert len(problems(Markup(response.content.decode()))) <= 5


# Short addresses


@pytest.mark.parametrize(
    "query",
    [
        "kort=3&kort=1&kort=3&format=fold",
        "kort=alle",
        "kort=alle&format=trykkeri",
        "fase=3&format=samtale",
        "format=blank",
        "kort=1&format=blank",
        "kort=1&kort=999&format=plakat",
        "",
    ],
)
def test_the_short_address_of_a_selection_brings_the_same_cards(query):
    selection = Selection.from_query(QueryDict(query))

    again = Selection.from_query(QueryDict(selection.query))

    assert again.editions == selection.editions
    assert again.format == selection.format
    assert again.query == selection.query
    assert again.problems == ([] if selection.editions or selection.format == Format.BLANK else selection.problems)


# English


def translated(make_card, *points, **values):
    """A card that is written in English too, its points word for word."""
    defaults = {"title_en": "Before you call", "summary_en": "A purpose", "participants_en": "Manager and sender"}
    card = make_card(*points, **defaults | values)
    for point in CardPoint.objects.filter(parent=card):
        point.text_en = f"English {point.text_da}"
        point.save()
    return card


def written_in_english() -> list[CardEdition]:
    return [card for card in live_cards() if card.title_en]


def test_english_sheets_offer_only_cards_in_english(open_page, make_card):
    english, danish = translated(make_card), make_card(title_da="Kun på dansk")
    translated(make_card, title_en="After the call")

    everything = titles(open_page("/en/cards/sheets/?kort=alle"))
    assert everything == [card.title_en for card in written_in_english()]
    assert {"Before you call", "After the call"} <= set(everything)
    of_the_phase = titles(open_page(f"/en/cards/sheets/?fase={english.document.phase.position}"))
    assert of_the_phase == [c.title_en for c in written_in_english() if c.document.phase == english.document.phase]
    assert titles(open_page(f"/en/cards/sheets/?{numbers(english)}")) == ["Before you call"]
    page = open_page(f"/en/cards/sheets/?{numbers(danish)}", status=404)
    assert problems(page) == [f"There is no card {danish.document.number}."]
    assert titles(open_page(f"{SHEETS}?{numbers(english, danish)}")) == ["Et kort", "Kun på dansk"]


def test_the_english_page_for_choosing_has_no_box_for_a_card_in_danish_only(open_page, make_card):
    cards_page = PageEdition.objects.live().get(document__key="samtalekort")
    PageEdition.objects.filter(pk=cards_page.pk).update(title_en="Conversation cards", summary_en="One for each talk.")
    english, _danish = translated(make_card), make_card()

    page = open_page("/en/cards/")

    boxes = [box.get("value") for box in page.all("input", name="kort")]
    assert boxes == [str(card.document.number) for card in written_in_english()]
    assert str(english.document.number) in boxes
    assert [form.get("action") for form in page.all("form")] == ["/en/cards/sheets/"]


@pytest.mark.parametrize("format", ["fire", "fold", "samtale", "trykkeri"])
def test_an_english_sheet_is_english_throughout(client, open_page, make_card, format):
    card = translated(
        make_card, ("stop", "fare"), ("remember", "ro"), ("say", "hej"), ("close", "tak"), leads_to_contact=True
    )
    query = f"?{numbers(card)}&format={format}"
    papers = [said(client.get(f"/en/cards/sheets.pdf{query}").content)]
    if format in ON_SCREEN:
        page = open_page(f"/en/cards/sheets/{query}")
        assert page.one("html").get("lang") == "en"
        papers.append(squeezed(text(page.one(class_="sheets"))))

    for paper in papers:
        for words in ("Do not call or write if", "English fare", "Remember", "English ro", "Is the card still valid?"):
            assert squeezed(words) in paper
        assert [word for word in ("Husk", "Ringeller", "Gælder", "udgave", "Sigfx") if word in paper] == []


# A company's own details

OWN = {
    "company": "Fjordens Bageri A/S",
    "contact": "Åse Ærø-Øster",
    "phone": "+45 12 34 56 78",
    "policy": "Vores politik ligger på intranettet.",
}


@pytest.mark.parametrize("format", ON_SCREEN)
def test_own_details_come_on_every_card_of_the_page(open_page, format):
    page = open_page(f"{SHEETS}?kort=1&kort=2&format={format}", **OWN)

    fronts = [cell for cell in cells(page) if "cell--back" not in classes(cell)]
    assert len(fronts) == (4 if format == Format.BLANK else 2)
    for cell in fronts:
        assert [words for words in OWN.values() if words not in text(cell)] == []


@pytest.mark.parametrize("format", Format)
def test_own_details_come_on_every_card_of_the_file(client, format):
    words = said(client.post(f"{PDF}?kort=1&kort=2&format={format}", OWN).content)

    count = 4 if format == Format.BLANK else 2
    assert {key: words.count(squeezed(value)) for key, value in OWN.items()} == dict.fromkeys(OWN, count)


@pytest.mark.parametrize("address", [SHEETS, PDF])
def test_own_details_leave_no_trace(client, caplog, address):
    folder = settings.DATA_DIR / "pdf"

    def kept():
        return sorted((file.name, file.stat().st_mtime_ns) for file in folder.glob("*"))

    before, in_memory = kept(), list(typesetting._memory)
    response = client.post(f"{address}?kort=1&kort=2", OWN)

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    assert kept() == before
    assert list(typesetting._memory) == in_memory
    assert "Fjordens" not in caplog.text
    assert "Fjordens" not in "".join(map(str, response.headers.values()))
    assert "Fjordens" not in client.get(f"{address}?kort=1&kort=2").content.decode(errors="replace")


def test_own_details_are_in_no_address(open_page):
    page = open_page(f"{SHEETS}?kort=1", **OWN)
    addresses = [
        element.get(name) for element in page.root.iter() for name in ("href", "src", "action", "formaction", "cite")
    ]

    assert len([address for address in addresses if address]) > 10
    assert [address for address in addresses if address and re.search("Fjord|intranet|rø|%C3", address)] == []


def test_own_details_go_along_to_other_formats_and_to_the_file(open_page):
    address = f"{SHEETS}?kort=1"
    page = open_page(address, **OWN)
    form = page.one("form", class_="own-details").get("id")

    def ways(page):
        """What leads from the sheet to another look of it, by its words."""
        listed = page.one("ul", class_="format-links")
        return {text(way): way for way in (*listed.iter("a"), *listed.iter("button"))}

    buttons = ways(page)
    assert set(buttons) == set(ways(open_page(address))) == {each.label for each in Format if each != Format.FOUR}
    (file,) = [each for each in page.all("button") if text(each) == "Åbn som pdf"]
    for way in (*buttons.values(), file):
        assert (way.tag, way.get("type"), way.get("form")) == ("button", "submit", form)
    folded = open_page(buttons["Foldekort"].get("formaction"), **OWN)
    assert OWN["company"] in text(cells(folded)[0])


def test_own_details_in_an_address_are_not_read(client):
    html = client.get(f"{SHEETS}?kort=1&{urlencode(OWN)}").content.decode()

    assert "Fjordens" not in html


def test_the_form_keeps_the_cards_and_what_was_typed(open_page):
    page = open_page(f"{SHEETS}?kort=2&kort=1&format=fold", **OWN)
    form = page.one("form", class_="own-details")

    assert form.get("method") == "post"
    assert form.get("action") == f"{SHEETS}?kort=2&kort=1&format=fold"
    assert {field.get("name"): field.get("value") for field in form.iter("input")} == OWN
    buttons = [button.get("formaction") for button in form.iter("button")]
    assert buttons == [None, f"{PDF}?kort=2&kort=1&format=fold"]


@pytest.mark.parametrize(("address", "status"), [(SHEETS, 200), (PDF, 400)])
def test_details_that_are_too_long_come_back_with_a_danish_message(open_page, address, status):
    company = "Fjordens Bageri " * 625

    page = open_page(f"{address}?kort=1", status=status, company=company, phone="12 34 56 78")

    assert page.response["Cache-Control"] == "no-store"
    field = page.one("input", name="company")
    assert field.get("value").strip() == company.strip()
    assert field.get("aria-invalid") == "true"
    (error,) = page.all(class_="field__error")
    assert error.get("id") in field.get("aria-describedby").split()
    assert text(error) == "Denne værdi må højst have 60 tegn (den har 9999)."
    assert page.one("details", class_="recipe").get("open") is not None
    assert page.one("input", name="phone").get("value") == "12 34 56 78"
    # The cards are still there, without details that nobody has approved.
    assert "Fjordens" not in "".join(text(cell) for cell in cells(page))


CLEANED = {
    "control characters": ("Fjordens\x00\x07 Bageri\x1b[31m\r\n", "Fjordens Bageri[31m"),
    "marks of direction": ("Fjordens \u202eireG\u202c\u200f\u2066 Bageri", "Fjordens ireG Bageri"),
    "hidden characters": ("Fjor\u200bdens\ufeff Bage\u2060ri", "Fjordens Bageri"),
    "wide spaces": ("Fjordens\u2003\u3000\t Bageri\u2028", "Fjordens Bageri"),
    "combining": ("Sma\u030as\u00f8 Bageri", "Smås\u00f8 Bageri"),
}


@pytest.mark.parametrize(("typed", "expected"), CLEANED.values(), ids=CLEANED)
def test_what_cannot_be_seen_is_taken_out_of_own_details(client, open_page, typed, expected):
    page = open_page(f"{SHEETS}?kort=1", company=typed)
    words = unicodedata.normalize("NFC", text(page.one(class_="sheets")))

    assert unicodedata.normalize("NFC", expected) in words
    assert [character for character in words if unicodedata.category(character) in ("Cc", "Cf")] == []
    assert squeezed(expected) in said(client.post(f"{PDF}?kort=1", {"company": typed}).content)


@pytest.mark.parametrize(
    "typed", ["Fjordens 🌊 Bageri 👩‍👩‍👧", "Fjordens מאפייה Bageri", "Fjordens 烘焙店 Bageri", "Fjordens Bageri \ue000"]
)
def test_what_the_fonts_lack_is_left_out_of_the_file(client, open_page, typed):
    (cell,) = cells(open_page(f"{SHEETS}?kort=1", company=typed))

    assert "Bageri" in text(cell)
    assert squeezed("Fjordens Bageri") in said(client.post(f"{PDF}?kort=1", {"company": typed}).content)


ODD = {
    "emoji": "🌊",
    "right to left": "מאפייה",
    "marks alone": "\u0301" * 60,
    "direction alone": "\u202e",
    "space": " ",
    "nothing": "\x00",
    "many marks": "Z" + "\u0335" * 59,
}


@pytest.mark.parametrize("typed", ODD.values(), ids=ODD)
@pytest.mark.parametrize("format", ["fire", "trykkeri"])
def test_details_of_nothing_but_odd_characters_stop_no_sheet(client, typed, format):
    address = f"?kort=1&format={format}"

    assert client.post(SHEETS + address, {"company": typed, "policy": typed}).status_code == 200
    assert client.post(PDF + address, {"company": typed, "policy": typed}).content.startswith(b"%PDF")


def test_details_are_words_and_nothing_else(client, open_page):
    typed = "<b>A</b> & {{ x }} {% y %} #z $q$"
    page = open_page(f"{SHEETS}?kort=1", company=typed)

    assert typed in text(cells(page)[0])
    assert squeezed(typed) in said(client.post(f"{PDF}?kort=1", {"company": typed}).content)


def test_a_form_as_large_as_a_book_is_refused(client):
    response = client.post(f"{SHEETS}?kort=1", {"company": "x" * 3_000_000})

    assert response.status_code == 413
    assert Markup(response.content.decode()).one("h1") is not None


def test_empty_details_change_nothing(client, open_page):
    page = open_page(f"{SHEETS}?kort=1", company="", contact=" ")

    assert text(cells(page)[0]) == text(cells(open_page(f"{SHEETS}?kort=1"))[0])
    assert page.response["Cache-Control"] == "no-store"


# Whatever is sent

anything = st.one_of(
    st.sampled_from(["1", "2", "10", "alle", "0", "-1", "3", "fire", "fold", "samtale", "blank", "trykkeri", ""]),
    st.text(max_size=30),
)
queries = st.lists(st.tuples(st.sampled_from(["kort", "kort", "fase", "format", "kort[]", "company"]), anything))
bounded = hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(query=queries, address=st.sampled_from([SHEETS, PDF, "/en/cards/sheets/", "/en/cards/sheets.pdf"]))
@bounded
def test_no_address_breaks_the_sheets(client, query, address):
    response = client.get(f"{address}?{urlencode(query)}")

    assert response.status_code in (200, 400, 404)
    assert not response.cookies


@given(query=st.binary(max_size=60))
@example(query=b"kort=%ff%fe&format=%00")
@example(query=b"kort=%C3&kort=%E2%82&&&===;;")
@bounded
def test_no_bytes_in_an_address_break_the_sheets(client, query):
    response = client.get(SHEETS, QUERY_STRING=query.decode("latin-1"))

    assert response.status_code in (200, 400, 404)


@given(
    details=st.dictionaries(st.sampled_from([*OWN, "ukendt"]), st.text(max_size=130), max_size=5),
    address=st.sampled_from([SHEETS, PDF]),
    format=st.sampled_from(Format),
)
@bounded
def test_no_details_break_the_sheets(client, details, address, format):
    response = client.post(f"{address}?kort=1&format={format}", details)

    assert response.status_code in (200, 400)
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


@given(
    body=st.binary(max_size=200),
    kind=st.sampled_from(
        [
            "application/json",
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded; charset=x",
            "",
        ]
    ),
)
@bounded
def test_no_body_breaks_the_sheets(client, body, kind):
    response = client.generic("POST", f"{SHEETS}?kort=1", body, content_type=kind)

    assert response.status_code in (200, 400, 415)


# A card as plain text


def test_a_card_is_plain_text_to_copy(client):
    for card in live_cards():
        response = client.get(f"{card.get_absolute_url()}tekst/")
        words = response.content.decode()
        labels = [CardSection(section).label for section, _points in card.points()]

        assert response.status_code == 200
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert not response.cookies
        assert words.startswith(f"{card.title}\n")
        assert [
            line.removesuffix(":") for line in words.splitlines() if line.endswith(":") and line[0] != "-"
        ] == labels
        assert words.count("\n- ") == len(card.blocks())
        assert f"Kort {card.document.number} · udgave {card.number}" in words
        (code,) = re.findall(r"http://testserver(/k/\S+/)", words)
        assert client.get(code).status_code == 200
        assert "{{" not in words


def test_plain_text_says_when_not_to_make_contact(client):
    for card in live_cards():
        words = client.get(f"{card.get_absolute_url()}tekst/").content.decode()
        assert (STOP in words) == card.leads_to_contact
        if card.leads_to_contact:
            assert words.index(STOP) < words.index("Husk")


def test_the_card_links_to_its_plain_text_and_its_sheets(client, open_page):
    card = live_cards()[0]
    found = links(open_page(card.get_absolute_url()))

    assert f"{card.get_absolute_url()}tekst/" in found
    sheets = [link for link in found if urlsplit(link).path in (SHEETS, PDF)]
    assert {parse_qs(urlsplit(link).query)["format"][0] for link in sheets} == {"fold", "samtale"}
    assert {client.get(link).status_code for link in sheets} == {200}


def test_plain_text_of_no_card_is_not_found(client, make_card):
    draft = make_card(live_from=None)

    assert client.get(f"{draft.get_absolute_url()}tekst/").status_code == 404
    assert client.get("/samtalekort/findes-ikke/tekst/").status_code == 404


def test_plain_text_of_a_withdrawn_card_says_that_it_was_withdrawn(client, make_card, withdraw):
    card = make_card()
    withdraw(card, reason="Kortet var forældet.")

    response = client.get(f"{card.get_absolute_url()}tekst/")

    assert response.status_code == 410
    assert "Kortet var forældet." in response.content.decode()


# Cards that fit on paper

LONG = "Fortæl roligt, at arbejdspladsen har set alle beskederne, og at det skal stoppe nu, i dag og fremover. " * 2


def refusal(draft) -> list[str]:
    with pytest.raises(NotPublishable) as refused:
        draft.publish()
    draft.refresh_from_db()
    assert draft.is_draft
    return refused.value.messages


def test_a_card_within_the_budget_is_published(make_card):
    point = "Sig, at I har set det, at det er jeres ansvar, og hvad der nu skal ske"
    card = make_card(*[("remember", point)] * 5, live_from=None, title_da="En samtale om det, der er sket, med ro på")

    assert len(point) == 70
    card.publish()


@pytest.mark.parametrize(
    ("section", "side"),
    [("remember", "forsiden"), ("stop", "forsiden"), ("say", "bagsiden"), ("avoid", "bagsiden"), ("close", "bagsiden")],
)
def test_a_card_that_does_not_fit_is_refused_with_the_point_that_is_too_long(make_card, section, side):
    points = [("remember", "Lyt."), (section, "Kort."), *[(section, f"{number} {LONG}"[:200]) for number in range(6)]]
    points.append((section, f"Den længste: {LONG}"))
    draft = make_card(*points, live_from=None)

    (message, *_rest) = refusal(draft)

    assert message.startswith(f"Teksten kan ikke være på {side}, når kortet bliver printet: Den fylder ")
    assert re.search(r"\d+ mm for meget", message)
    assert f"Den længste: {LONG}".strip() in message


def test_a_card_that_is_too_long_in_english_only_is_refused(make_card):
    draft = translated(make_card, *[("remember", "Lyt.")] * 7, live_from=None)
    CardPoint.objects.filter(parent=draft).update(text_en=f"{LONG}{LONG}"[:240])
    draft.forget_blocks()

    (message, *_rest) = refusal(draft)

    assert LONG.strip() in message


def test_a_card_is_measured_with_the_words_of_its_facts(make_card, make_fact):
    fact = make_fact(f"{LONG}"[:200])
    points = [("remember", f"Husk {{{{ {fact.key} }}}}.")] * 5

    (message, *_rest) = refusal(make_card(*points, live_from=None))

    assert LONG[:100] in message


def test_the_desk_says_why_a_card_that_is_too_long_is_not_published(admin_client, make_card):
    desk = Desk(admin_client)
    draft = make_card(*[("remember", f"{number} {LONG}") for number in range(7)], live_from=None)

    response = desk.send(address_of(draft), button="_publish")

    draft.refresh_from_db()
    assert draft.is_draft
    said_there = " ".join([*errors(response), *notices(response), text(Markup(response.content.decode()).one("main"))])
    assert "Teksten kan ikke være på forsiden, når kortet bliver printet" in said_there
