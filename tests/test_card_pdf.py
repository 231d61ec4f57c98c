"""Card sheets as PDF, measured on the file: pages, boxes, structure, fonts, margins and codes that scanners read."""

import math
import re
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.generic import IndirectObject

from conversations import pdf
from conversations.models import CardEdition, CardSection
from conversations.sheets import Details, Face, Format, faces
from digitalchikane import typesetting
from guides.models import FactWording

from .markup import Markup, text
from .paper import Paper, frame, in_millimetres, said, squeezed

pytestmark = pytest.mark.django_db

HOST = "testserver"
ON_A4 = [Format.FOUR, Format.FOLD, Format.TALK, Format.BLANK]
WITH_CARDS = [Format.FOUR, Format.FOLD, Format.TALK, Format.PRINTER]
# As long as the form lets them be.
LONGEST = Details(
    company="Sønderjyllands Fællesindkøb og Håndværkerforening for Mindre",
    contact="Anne-Margrethe Østergaard-Kristoffersen,",
    phone="74 12 34 56, lokal 7",
    policy="Vores politik mod digital chikane ligger på intranettet. Spørg din egen leder 24",
)


# What is tested: all cards of the site in every format


@pytest.fixture(scope="session")
def pdfs(django_db_setup, django_db_blocker) -> dict[str, Paper]:
    """The whole set in each format."""
    client = Client()
    found = {}
    with django_db_blocker.unblock():
        for format in Format:
            response = client.get(f"/samtalekort/ark.pdf?kort=alle&format={format}")
            assert response.status_code == 200, format
            assert response["Content-Type"] == "application/pdf"
            found[format] = Paper(response.content)
    return found


@pytest.fixture(scope="session")
def cards(django_db_setup, django_db_blocker) -> list[Face]:
    """The cards of the site as they are printed today."""
    with django_db_blocker.unblock(), translation.override("da"):
        found = faces(CardEdition.objects.live().for_readers(), HOST, "http")
        for card in found:
            # Words in the language of the moment become words.
            for name in ("front", "back", "all"):
                card.__dict__[name] = [(section, lines) for section, lines in getattr(card, name)]
        return found


@pytest.fixture
def nothing_kept(monkeypatch, settings, tmp_path):
    """No PDF was made before; returns the folder in which they are kept."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(typesetting, "_memory", OrderedDict())
    return tmp_path / "pdf"


@pytest.fixture
def made(monkeypatch):
    """Counts what is typeset."""
    typeset, found = typesetting._typeset, []

    def counted(*args):
        found.append(args)
        return typeset(*args)

    monkeypatch.setattr(typesetting, "_typeset", counted)
    return found


def lines_of(sections) -> list[str]:
    return [line for _section, lines in sections for line in lines]


# Pages


def test_every_format_has_as_many_pages_as_its_cards_need(pdfs, cards):
    count = len(cards)

    assert count >= 10
    assert {str(format): len(paper.reader.pages) for format, paper in pdfs.items()} == {
        "fire": math.ceil(count / 4),
        "fold": math.ceil(count / 2),
        "samtale": count,
        "blank": 1,
        "trykkeri": 2 * count,
    }


@pytest.mark.parametrize("format", ON_A4)
def test_sheets_for_an_office_are_a4(pdfs, format):
    for page in pdfs[format].reader.pages:
        paper = in_millimetres(page.mediabox)
        assert (paper.width, paper.height) == pytest.approx((210, 297), abs=0.1)
        assert page.cropbox == page.trimbox == page.mediabox
        assert page.rotation == 0


def test_cards_for_a_print_shop_are_a6_with_3_mm_of_bleed(pdfs):
    for page in pdfs[Format.PRINTER].reader.pages:
        trim, bleed, paper = (in_millimetres(box) for box in (page.trimbox, page.bleedbox, page.mediabox))
        assert (trim.width, trim.height) == pytest.approx((105, 148), abs=0.6)
        assert [trim.left - bleed.left, trim.bottom - bleed.bottom] == pytest.approx([3, 3], abs=0.1)
        assert [bleed.right - trim.right, bleed.top - trim.top] == pytest.approx([3, 3], abs=0.1)
        assert paper.holds(bleed)


def test_cards_for_a_print_shop_come_front_and_back_in_turn(pdfs, cards):
    pages = pdfs[Format.PRINTER].pages

    for card, front, back in zip(cards, pages[::2], pages[1::2], strict=True):
        assert squeezed(card.title) in front
        assert [line for line in lines_of(card.front) if squeezed(line) not in front] == []
        assert [line for line in lines_of(card.back) if squeezed(line) not in back] == []
        assert squeezed(f"Kort {card.number}") in back
        assert squeezed(card.title) not in back


@pytest.mark.parametrize("format", WITH_CARDS)
def test_every_word_of_a_card_stands_there_in_the_order_it_is_read(pdfs, cards, format):
    words = pdfs[format].words
    place = 0

    for card in cards:
        sections = card.front if format == Format.FOUR else card.all
        for expected in [card.participants, card.title, *lines_of(sections)]:
            found = words.find(squeezed(expected), place)
            assert found >= 0, expected
            place = found
        assert squeezed(card.meta) in words
        assert squeezed(card.address) in words


@pytest.mark.parametrize("format", WITH_CARDS)
def test_cards_that_lead_to_contact_say_when_not_to(pdfs, cards, format):
    stops = [card for card in cards if str(CardSection.STOP) in card.sections]
    words = pdfs[format].words

    assert len(stops) >= 3
    assert words.count(squeezed("Ring eller skriv ikke, hvis")) == len(stops)


def test_the_blank_card_has_room_for_every_part(pdfs):
    words = pdfs[Format.BLANK].words

    for label in ("Eget kort", "Husk", "Sig fx", "Undgå at", "Slut med"):
        assert words.count(squeezed(label)) == 4


# What machines are told


@pytest.mark.parametrize("format", Format)
def test_the_file_names_its_language_and_its_title(pdfs, format):
    catalog = pdfs[format].reader.trailer["/Root"]

    assert catalog["/Lang"] == "da-DK"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert pdfs[format].reader.xmp_metadata.dc_title == {"x-default": "Samtalekort"}


@pytest.mark.parametrize("format", Format)
def test_the_file_is_tagged_and_says_that_it_follows_pdf_ua(pdfs, format):
    reader = pdfs[format].reader
    catalog = reader.trailer["/Root"]

    assert catalog["/MarkInfo"]["/Marked"] == True  # noqa: E712
    assert catalog["/StructTreeRoot"]["/ParentTree"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in reader.xmp_metadata.stream.get_data()
    # Readers' programs go through forms and links in the order of the structure.
    assert all(page.get("/Tabs", "/S") == "/S" for page in reader.pages)


def structure(node, found=None) -> list:
    """The elements of the structure tree, in order."""
    found = [] if found is None else found
    if isinstance(node, IndirectObject):
        node = node.get_object()
    if isinstance(node, list):
        for child in node:
            structure(child, found)
    elif isinstance(node, dict):
        if "/S" in node:
            found.append(node)
        if "/K" in node:
            structure(node["/K"], found)
    return found


@pytest.mark.parametrize("format", WITH_CARDS)
def test_the_structure_has_headings_lists_and_named_codes(pdfs, cards, format):
    elements = structure(pdfs[format].reader.trailer["/Root"]["/StructTreeRoot"])
    kinds = [element["/S"] for element in elements]
    lines = sum(len(lines_of(card.front if format == Format.FOUR else card.all)) for card in cards)

    assert kinds.count("/H1") == len(cards)
    assert kinds[kinds.index("/H1") :].count("/H2") == kinds.count("/H2") > len(cards)
    assert kinds.count("/LI") == kinds.count("/LBody") == lines
    assert [element["/Alt"] for element in elements if element["/S"] == "/Figure"] == [
        f"QR-kode til {card.code_address}" for card in cards
    ]


@pytest.mark.parametrize("format", WITH_CARDS)
def test_every_card_has_a_bookmark_on_its_page(pdfs, cards, format):
    reader = pdfs[format].reader
    marks = [mark for mark in reader.outline if not isinstance(mark, list)]
    step = {Format.FOUR: 1 / 4, Format.FOLD: 1 / 2, Format.TALK: 1, Format.PRINTER: 2}[format]

    assert [mark.title for mark in marks] == [card.title for card in cards]
    assert [reader.get_destination_page_number(mark) for mark in marks] == [
        math.floor(place * step) for place in range(len(cards))
    ]


@pytest.mark.parametrize("format", Format)
def test_fonts_are_embedded_with_only_the_letters_used(pdfs, format):
    reader = pdfs[format].reader
    fonts = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            font = font.get_object()
            fonts[font["/BaseFont"]] = font

    assert len(fonts) >= 2
    for name, font in fonts.items():
        assert re.match(r"/[A-Z]{6}\+Source", name)
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)
        assert font["/ToUnicode"]


def test_an_english_sheet_says_that_it_is_english(client, make_card):
    card = make_card(title_en="A card", summary_en="A purpose", participants_en="Manager and employee")

    response = client.get(f"/en/cards/sheets.pdf?kort={card.document.number}")

    catalog = Paper(response.content).reader.trailer["/Root"]
    assert catalog["/Lang"] == "en-GB"
    words = said(response.content)
    assert squeezed("A card") in words
    assert squeezed("Remember") in words
    assert "Husk" not in words
    assert "conversation-cards" in response["Content-Disposition"]


# Made once


def test_the_same_cards_give_the_same_bytes(client, db, nothing_kept, made, pdfs):
    for format in Format:
        assert client.get(f"/samtalekort/ark.pdf?kort=alle&format={format}").content == pdfs[format].content
    assert len(made) == len(Format)


def test_a_sheet_is_made_once_and_then_kept(client, nothing_kept, made):
    answers = {client.get("/samtalekort/ark.pdf?kort=1&kort=2").content for _time in range(3)}

    assert len(answers) == len(made) == 1
    typesetting._memory.clear()
    assert client.get("/samtalekort/ark.pdf?kort=1&kort=2").content in answers
    assert len(made) == 1
    assert [file.suffix for file in nothing_kept.iterdir()] == [".pdf"]


def test_other_cards_another_format_and_another_language_are_other_sheets(client, nothing_kept, made, make_card):
    card = make_card(title_en="A card", participants_en="Two people")
    query = f"kort={card.document.number}"

    for address in (
        f"/samtalekort/ark.pdf?{query}",
        f"/samtalekort/ark.pdf?{query}&kort=1",
        f"/samtalekort/ark.pdf?kort=1&{query}",
        f"/samtalekort/ark.pdf?{query}&format=samtale",
        f"/en/cards/sheets.pdf?{query}",
    ):
        assert client.get(address).status_code == 200

    assert len(made) == len(list(nothing_kept.iterdir())) == 5


def test_a_sheet_is_made_anew_when_a_wording_changes(client, nothing_kept, make_fact, make_card):
    fact = make_fact("tre uger")
    card = make_card(("remember", f"Anmeld inden {{{{ {fact.key} }}}}."))
    address = f"/samtalekort/ark.pdf?kort={card.document.number}"
    before = client.get(address).content
    FactWording.objects.create(fact=fact, text_da="fire uger", statement_da="Fire.", valid_from=date(2021, 1, 1))

    after = client.get(address).content

    assert squeezed("inden tre uger") in said(before)
    assert squeezed("inden fire uger") in said(after)


def test_a_company_s_own_details_are_not_kept(client, nothing_kept, made):
    for _time in range(2):
        response = client.post("/samtalekort/ark.pdf?kort=1", {"company": "Fjordens Bageri"})
        assert squeezed("Fjordens Bageri") in said(response.content)

    assert len(made) == 2
    assert not nothing_kept.exists()
    assert not typesetting._memory


def test_no_more_than_so_many_sheets_are_kept(client, nothing_kept, monkeypatch):
    monkeypatch.setattr(typesetting, "KEPT_ON_DISK", 2)
    monkeypatch.setattr(typesetting, "KEPT_IN_MEMORY", 1)

    for number in (1, 2, 3, 4):
        client.get(f"/samtalekort/ark.pdf?kort={number}")

    assert len(list(nothing_kept.iterdir())) == 2
    assert len(typesetting._memory) == 1


def test_a_full_disk_only_means_that_a_sheet_is_made_again(client, nothing_kept, monkeypatch):
    def full(self, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)

    assert client.get("/samtalekort/ark.pdf?kort=1").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_reader_is_asked_to_wait_when_too_many_sheets_are_made(client, nothing_kept, monkeypatch, method):
    monkeypatch.setattr(typesetting, "WAIT_SECONDS", 0.01)
    with typesetting._making:
        response = getattr(client, method)("/samtalekort/ark.pdf?kort=1")

    page = Markup(response.content.decode())
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert response["Cache-Control"] == "no-store"
    assert page.one("html").get("lang") == "da"
    assert text(page.one("h1")) == "Et øjeblik"
    assert not response.cookies
    assert client.get("/samtalekort/ark.pdf?kort=1").status_code == 200


def test_readers_who_ask_for_the_same_sheet_at_once_get_the_one_that_was_made(nothing_kept, made, cards):
    with ThreadPoolExecutor(3) as readers:
        answers = set(readers.map(lambda _: pdf.sheets(cards[:2], Format.FOUR, Details(), HOST), range(3)))

    assert len(answers) == len(made) == 1


def test_only_a_few_wait_for_their_turn(nothing_kept, cards):
    """The others are told at once, so that threads are left for those who read."""
    with ThreadPoolExecutor(8) as readers:
        with typesetting._making:
            asked = [readers.submit(pdf.sheets, [card], Format.FOUR, Details(), HOST) for card in cards[:8]]
            refused = [answer for answer in islice(as_completed(asked), 5) if answer.exception()]
        made = [answer.result() for answer in asked if answer not in refused]

    assert [type(answer.exception()) for answer in refused] == [typesetting.Busy] * 5
    assert [content[:4] for content in made] == [b"%PDF"] * 3


def test_a_sheet_that_could_not_be_made_does_not_stop_the_next_one(client, nothing_kept, monkeypatch):
    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr("typst.Compiler.compile", lambda *args, **values: (_ for _ in ()).throw(RuntimeError))
        client.get("/samtalekort/ark.pdf?kort=1")
    monkeypatch.setattr(typesetting, "WAIT_SECONDS", 0.01)

    assert client.get("/samtalekort/ark.pdf?kort=1").status_code == 200


# Where the ink is


@pytest.mark.parametrize("format", [Format.FOUR, Format.FOLD, Format.BLANK])
def test_a_sheet_is_cut_into_four_equal_cards(pdfs, format):
    for sheet in pdfs[format].sheets:
        for cell in sheet.cells:
            assert (cell.width, cell.height) == pytest.approx((94.5, 134), abs=0.3)
            assert sheet.box.holds(cell, inside=10)


@pytest.mark.parametrize("format", [Format.FOUR, Format.FOLD, Format.BLANK])
def test_text_keeps_8_mm_inside_a_cut(pdfs, format):
    for sheet in pdfs[format].sheets:
        glyphs, areas = sheet.glyphs, sheet.cells
        assert len(glyphs) > 100
        for glyph in glyphs:
            assert any(area.holds(glyph.box, inside=7.9) for area in areas), glyph


@pytest.mark.parametrize("format", [Format.FOUR, Format.FOLD, Format.BLANK])
def test_nothing_at_all_is_printed_beside_a_cut(pdfs, format):
    for sheet in pdfs[format].sheets:
        picture = sheet.picture(75)
        for cell in sheet.cells:
            # The line itself is left out; frames reach half their thickness out of the text.
            assert max(picture.ink(strip) for strip in frame(cell, 8, 0.4)) < 20


def test_the_words_of_a_card_stand_in_its_own_quarter(pdfs, cards):
    for place, card in enumerate(cards):
        sheet = pdfs[Format.FOUR].sheets[place // 4]
        cell = sheet.cells[place % 4]
        words = sheet.words_in(cell)
        for expected in [card.participants, card.title, *lines_of(card.front), card.address, card.meta]:
            assert sorted(set(squeezed(expected)) - set(words)) == [], expected
        assert squeezed(card.title) in words


def test_front_and_back_of_a_folding_card_lie_side_by_side(pdfs, cards):
    for place, card in enumerate(cards):
        sheet = pdfs[Format.FOLD].sheets[place // 2]
        front, back = sheet.cells[(place % 2) * 2 :][:2]
        on_front, on_back = (sheet.words_in(side) for side in (front, back))
        assert squeezed(card.title) in on_front
        assert squeezed(f"Kort {card.number}") in on_back
        assert squeezed(str(card.back[0][0].label)) in on_back


def test_text_for_a_print_shop_keeps_4_mm_inside_the_trim(pdfs):
    boxes = [in_millimetres(page.trimbox) for page in pdfs[Format.PRINTER].reader.pages]
    for trim, sheet in zip(boxes, pdfs[Format.PRINTER].sheets, strict=True):
        glyphs = sheet.glyphs
        assert len(glyphs) > 100
        for glyph in glyphs:
            assert trim.holds(glyph.box, inside=4), glyph


def test_text_on_a_sheet_for_one_card_keeps_clear_of_any_printer_s_edge(pdfs):
    for sheet in pdfs[Format.TALK].sheets:
        for glyph in sheet.glyphs:
            assert sheet.box.holds(glyph.box, inside=10), glyph


@pytest.mark.parametrize("format", Format)
def test_no_letter_is_printed_over_another(pdfs, format):
    for sheet in pdfs[format].sheets:
        assert sheet.overlapping() == []


@pytest.mark.parametrize("format", WITH_CARDS)
def test_the_longest_details_leave_the_card_readable(cards, format):
    fullest = [*cards[:2], *(card for card in cards if str(CardSection.STOP) in card.sections)]
    paper = Paper(pdf.sheets(fullest, format, LONGEST, HOST))

    assert paper.words.count(squeezed(LONGEST.policy)) == len(fullest) > 4
    assert len(paper.codes) == len(fullest)
    for sheet in paper.sheets:
        assert sheet.overlapping() == []
        for code in sheet.picture(200).codes():
            assert [glyph for glyph in sheet.glyphs if glyph.box.overlap(code.zone) > 0] == []


# Codes


@pytest.mark.parametrize("format", WITH_CARDS)
def test_every_card_has_a_code_that_a_scanner_reads_and_that_answers(client, pdfs, cards, format):
    found = [code.address for code in pdfs[format].codes]

    assert sorted(found) == sorted(card.code_address for card in cards)
    for address in found:
        response = client.get(address.removeprefix(f"http://{HOST}"))
        assert response.status_code == 200
        assert "Ja. Kortet gælder, som det er printet." in response.content.decode()


@pytest.mark.parametrize("format", WITH_CARDS)
def test_codes_are_at_least_18_mm_wide(pdfs, format):
    # Corners are found to the nearest point of the picture.
    assert min(min(code.box.width, code.box.height) for code in pdfs[format].codes) >= 17.9


@pytest.mark.parametrize("format", WITH_CARDS)
def test_codes_have_a_quiet_zone_of_four_modules(pdfs, format):
    assert max(code.ink_around() for code in pdfs[format].codes) < 60


def test_codes_survive_a_poor_copy(pdfs, cards):
    """Half the points of an ordinary scan, and everything grey turned black or white."""
    found = []
    for sheet in pdfs[Format.FOUR].sheets:
        picture = sheet.picture(100)
        copy = replace(picture, points=bytes(255 * (value > 140) for value in picture.points))
        found += [code.address for code in copy.codes()]

    assert sorted(found) == sorted(card.code_address for card in cards)


# Whatever is written on a card


def card_with(card: Face, **values) -> Face:
    """A card with other words; what was put together from the old ones is left behind."""
    return replace(card, **values)


def test_every_character_that_is_let_through_can_be_set(cards):
    every = typesetting.printable("".join(map(chr, range(0x20, 0x3000))))
    rows = [every[start : start + 60] for start in range(0, len(every), 60)]

    for start in range(0, len(rows), 5):
        some = rows[start : start + 5]
        card = card_with(cards[0], title="".join(some), sections={"remember": some})
        assert pdf.sheets([card], Format.FOUR, Details(company=some[0]), HOST).startswith(b"%PDF")
    assert len(every) > 500


@given(words=st.text(max_size=60), format=st.sampled_from(Format))
@settings(max_examples=25, deadline=None)
def test_no_text_stops_a_sheet(cards, words, format):
    card = card_with(
        cards[0], title=f"Kort {words}", participants=words, sections={"stop": [words], "remember": [words, words]}
    )

    assert pdf.sheets([card], format, Details(company=words or "x", policy=words), HOST).startswith(b"%PDF")


@pytest.mark.parametrize("title", ["🌊🌊", "شكرا", "谢谢", "\u202e"])
def test_a_title_that_the_fonts_lack_stops_no_sheet(cards, title):
    content = pdf.sheets([card_with(cards[0], title=title)], Format.FOUR, Details(company="x"), HOST)

    assert squeezed(lines_of(cards[0].front)[0]) in said(content)


def test_nothing_that_is_written_is_read_as_source(cards):
    hostile = '#read("/etc/passwd") $x$ *fed* @label <b> {{ nøgle }} #set page(width: 1mm) \\ `kode` // --- ~'
    content = pdf.sheets([card_with(cards[0], sections={"remember": [hostile]})], Format.TALK, Details(hostile), HOST)

    assert said(content).count(squeezed(hostile)) == 2
    assert in_millimetres(Paper(content).reader.pages[0].mediabox).width == pytest.approx(210, abs=0.1)


LONG_WORD = "Medarbejderudviklingssamtaleforberedelsesskema"


@pytest.mark.parametrize(
    "values",
    [
        {"title_da": LONG_WORD},
        {"participants_da": LONG_WORD},
        {"points": [("remember", f"Brug {LONG_WORD.lower()}et.")]},
        {"points": [("remember", "Se " + "x" * 120)]},
        {"points": [("remember", "Se https://www.anklagemyndigheden.dk/da/anmeld-digital-chikane-eller-trusler-her")]},
    ],
    ids=["title", "participants", "point", "unbroken", "address"],
)
def test_a_long_word_stays_on_the_card_or_is_refused(make_card, values):
    card = make_card(*values.pop("points", []), **values)
    if card.problems():
        return
    (face,) = faces([card], HOST)

    for format in WITH_CARDS:
        for sheet in Paper(pdf.sheets([face], format, Details(company="x"), HOST)).sheets:
            areas = sheet.cells if format in (Format.FOUR, Format.FOLD) else [sheet.box]
            inside = 7 if format != Format.PRINTER else 3 + 4
            for glyph in sheet.glyphs:
                assert any(area.holds(glyph.box, inside=inside) for area in areas), (format, glyph)
