"""Card sheets from a real browser: measured on the PDF that its print dialog would send to a printer."""

import math
import re
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from conversations.codes import code_for
from guides.factbook import FactBook
from tests.paper import Glyph, Paper, Sheet, squeezed
from tests.test_card_pdf import LONGEST

from .axe import Eye, with_axe
from .conftest import watch
from .test_reading import DESK, PHONE

ON_A_SHEET = {"fire": 4, "fold": 2, "samtale": 1}
CUT = ["fire", "fold", "blank"]
FORMATS = [*ON_A_SHEET, "blank"]
# One sheet more than is full, with cards that say when not to call.
SOME = "kort=1&kort=2&kort=3&kort=4&kort=5"

# What a reader may choose in the print dialog. There it outranks the site's own page margins; here a style sheet of
# the reader does.
MARGINS = {"none": "0", "default": "0.4in", "minimum": "4mm"}
# A letter that no card has.
MARK = "Ж"
HEADER = {
    "display_header_footer": True,
    "header_template": f'<span style="font-size: 8px; margin-left: 20mm">{MARK}</span>',
    "footer_template": f'<span style="font-size: 8px; margin-left: 20mm">{MARK}</span>',
}
DIALOGS = {
    f"{margin}, {'with' if header else 'without'} header, {scale}": (
        f"margin: {MARGINS[margin]}",
        {"format": "A4", "scale": scale} | (HEADER if header else {}),
    )
    for margin in MARGINS
    for header in (False, True)
    for scale in (1, 0.94)
}
DIALOGS |= {
    "as the site says": ("", {"format": "A4"}),
    "Letter, fitted by the browser": ("", {"format": "Letter"}),
    "Letter, fitted by the printer": ("margin: 0.4in; size: auto", {"format": "Letter", "scale": 0.92}),
}

WORDS = """() => {
  // The marks of lists are printed, but they are in no text.
  const marks = list => [...list.children].map((point, place) => {
    const mark = getComputedStyle(point, "::before").content
    return mark.startsWith("counter") ? place + 1 : mark === "none" ? "" : mark.slice(1, -1)
  })
  const words = cell => cell.innerText + [...cell.querySelectorAll("ol, ul")].flatMap(marks).join("")
  return [...document.querySelectorAll(".sheet")].map(sheet => [...sheet.querySelectorAll(".cell")].map(words))
}"""


def sheet_page(page, format: str, cards: str = "kort=alle") -> list[list[str]]:
    """Open sheets; returns the words of each card on each sheet."""
    page.goto(f"/samtalekort/ark/?{cards}&format={format}")
    return page.evaluate(WORDS)


def print_out(page, dialog: str = "as the site says") -> Paper:
    own_margins, options = DIALOGS[dialog]
    page.evaluate(
        """rule => {
          const sheet = new CSSStyleSheet()
          sheet.replaceSync(rule)
          document.adoptedStyleSheets = [sheet]
        }""",
        f"@page {{ {own_margins} }}",
    )
    return Paper(page.pdf(**options))


@dataclass
class Printed:
    """Sheets as they came out of the printer, and the words that each of their cards should have."""

    words: list[list[str]]
    paper: Paper

    @property
    def count(self) -> int:
        return sum(map(len, self.words))


@pytest.fixture(scope="module")
def whole_set(browser, site_url) -> Callable[[str], Printed]:
    """All cards in a format, printed as the site says; once for all tests."""
    page = browser.new_page(base_url=site_url)
    faults = watch(page, site_url)

    @cache
    def of(format: str) -> Printed:
        return Printed(sheet_page(page, format), print_out(page))

    yield of
    page.close()
    assert faults == []


def letters(words: str) -> list[str]:
    return sorted(squeezed(words))


def over_a_card(marks: list[Glyph], glyphs: list[Glyph]) -> bool:
    return any(mark.box.overlap(glyph.box) > 0.5 for mark in marks for glyph in glyphs)


def faults_on(sheet: Sheet, words: list[str], format: str, has_header: bool = False) -> list[str]:
    """What is wrong with one printed page that should hold these cards and nothing else."""
    marks = [glyph for glyph in sheet.glyphs if glyph.character == MARK]
    glyphs = [glyph for glyph in sheet.glyphs if glyph.character != MARK]
    found = []
    if len(marks) != (2 if has_header else 0):
        found.append(f"{len(marks)} headers and footers")
    if over_a_card(marks, glyphs):
        found.append("the header lies on a card")
    areas = sheet.cells if format in CUT else [sheet.box]
    scale = areas[0].width / (94.5 if format in CUT else sheet.box.width)
    for place, area in enumerate(areas):
        expected = words[place] if place < len(words) else ""
        inside = [glyph.character for glyph in glyphs if area.holds(glyph.box, 7.7 * scale)]
        if not sheet.box.holds(area, inside=-0.1):
            found.append(f"card {place} reaches over the edge of the page: {area}")
        if format in CUT and not math.isclose(area.height / area.width, 134 / 94.5, rel_tol=0.01):
            found.append(f"card {place} has another shape: {area}")
        if letters("".join(inside)) != letters(expected):
            found.append(f"card {place} has other words than {expected[:60]!r}")
    if letters("".join(glyph.character for glyph in glyphs)) != letters("".join(words)):
        found.append("something else is printed too")
    return found


# The printed page


@pytest.mark.parametrize("format", FORMATS)
def test_every_card_is_printed_whole_in_its_place_and_size(whole_set, format):
    printed = whole_set(format)
    cards = printed.count // (2 if format == "fold" else 1)

    assert len(printed.paper.sheets) == len(printed.words)
    assert len(printed.words) == (1 if format == "blank" else math.ceil(cards / ON_A_SHEET[format]))
    assert cards == 4 if format == "blank" else cards >= 10
    for sheet, words in zip(printed.paper.sheets, printed.words, strict=True):
        assert faults_on(sheet, words, format) == []
        assert (sheet.box.width, sheet.box.height) == pytest.approx((210, 297), abs=0.5)
        for cell in sheet.cells if format in CUT else []:
            assert (cell.width, cell.height) == pytest.approx((94.5, 134), abs=0.3)


@pytest.mark.parametrize("format", CUT)
def test_two_cuts_make_four_pieces_of_one_size(whole_set, format):
    for sheet in whole_set(format).paper.sheets:
        card = sheet.cells[0]
        assert (card.right, card.bottom) == pytest.approx((sheet.box.width / 2, sheet.box.height / 2), abs=1)


@pytest.mark.parametrize("format", FORMATS)
def test_every_card_lies_whole_in_its_place_whatever_the_print_dialog_says(page, format):
    words = sheet_page(page, format, SOME)
    faults = {}
    for dialog, (_margins, options) in DIALOGS.items():
        sheets = print_out(page, dialog).sheets
        found = [f"{len(sheets)} pages instead of {len(words)}"] if len(sheets) != len(words) else []
        for number, (sheet, words_there) in enumerate(zip(sheets, words, strict=False), start=1):
            has_header = "display_header_footer" in options
            found += [f"page {number}: {fault}" for fault in faults_on(sheet, words_there, format, has_header)]
        if found:
            faults[dialog] = found

    assert faults == {}


@pytest.mark.parametrize(("format", "count"), [("fire", 1), ("fire", 4), ("fold", 1), ("fold", 4), ("samtale", 1)])
def test_a_full_sheet_is_followed_by_no_empty_one(page, format, count):
    words = sheet_page(page, format, "&".join(f"kort={number}" for number in range(1, count + 1)))

    sheets = print_out(page).sheets

    assert len(sheets) == len(words) == math.ceil(count / ON_A_SHEET[format])
    assert [faults_on(*sheet, format) for sheet in zip(sheets, words, strict=True)] == [[] for _sheet in sheets]


@pytest.mark.parametrize("format", FORMATS)
def test_a_sheet_is_printed_the_same_without_script_and_in_dark_colours(page, page_without_script, format):
    pictures = []
    for each, colours in ((page, "light"), (page, "dark"), (page_without_script, "light")):
        each.emulate_media(color_scheme=colours)
        sheet_page(each, format, SOME)
        pictures.append([sheet.picture(60).points for sheet in print_out(each).sheets])

    assert pictures[0] == pictures[1]
    assert pictures[0] == pictures[2]


@pytest.mark.parametrize("format", ON_A_SHEET)
def test_printed_codes_are_read_by_a_scanner_and_answered(whole_set, site_url, format):
    printed = whole_set(format)
    codes = printed.paper.codes

    assert len({code.address for code in codes}) == printed.count // (2 if format == "fold" else 1)
    assert max(code.ink_around() for code in codes) < 60
    # Corners are found to the nearest point of the picture.
    assert min(min(code.box.width, code.box.height) for code in codes) >= 17.9
    for code in codes:
        assert code.address.startswith(f"{site_url}/k/")
        with urllib.request.urlopen(code.address) as answer:  # noqa: S310
            assert "Ja. Kortet gælder, som det er printet." in answer.read().decode()


@pytest.mark.parametrize("view", ["", "?vis=stor"], ids=["page", "large type"])
def test_a_card_printed_from_its_own_page_bears_its_code_too(page, site_url, view):
    page.goto(f"/samtalekort/foerste-samtale/{view}")
    assert page.locator(".card__code").is_hidden()

    (code,) = print_out(page).codes

    assert code.address == f"{site_url}{code_on(site_url, 'foerste-samtale')}"
    assert code.box.width >= 19.8
    assert code.ink_around() < 60


# The cards themselves

CELL_FAULTS = """() => {
  const millimetre = 96 / 25.4
  const found = []
  for (const cell of document.querySelectorAll(".cell")) {
    const name = cell.innerText.slice(0, 60)
    const box = cell.getBoundingClientRect()
    const [tall, wide] = [cell.scrollHeight - cell.clientHeight, cell.scrollWidth - cell.clientWidth]
    if (tall > 0 || wide > 0) found.push(`${name}: ${tall} px too tall, ${wide} px too wide`)
    const isPlaced = part => getComputedStyle(part).position === "absolute"
    const body = [...cell.children].filter(part => !isPlaced(part))
    const end = Math.max(...body.map(part => part.getBoundingClientRect().bottom))
    const placed = [...cell.querySelectorAll(".cell__code, .cell__address")]
    const foot = Math.min(box.bottom - 8 * millimetre, ...placed.map(part => part.getBoundingClientRect().top))
    if (end > foot + 0.5) found.push(`${name}: ${((end - foot) / millimetre).toFixed(1)} mm into the foot`)
    for (const part of placed) {
      const it = part.getBoundingClientRect()
      if (it.bottom > box.bottom - 7.9 * millimetre || it.right > box.right - 7.9 * millimetre)
        found.push(`${name}: the foot is too near the edge`)
    }
  }
  return found
}"""


@pytest.mark.parametrize("format", FORMATS)
def test_everything_on_a_card_fits_above_its_foot(page, format):
    sheet_page(page, format)

    for media in ("screen", "print"):
        page.emulate_media(media=media)
        assert page.evaluate(CELL_FAULTS) == []


@pytest.mark.parametrize("format", ON_A_SHEET)
def test_a_card_with_the_longest_details_fits_too(page, format):
    sheet_page(page, format)
    page.locator("details.recipe summary").click()
    for name in ("company", "contact", "phone", "policy"):
        page.locator(f"input[name={name}]").fill(getattr(LONGEST, name))

    page.get_by_role("button", name="Vis arket med oplysningerne").click()

    expect(page.locator(".cell__address").first).to_contain_text(LONGEST.policy)
    assert page.url.endswith(f"format={format}")
    assert page.evaluate(CELL_FAULTS) == []


# The way to a sheet


def test_cards_are_chosen_and_laid_out_without_script(page_without_script):
    page = page_without_script
    page.goto("/samtalekort/")
    page.get_by_label("Tag kort 2 med på arket").check()
    page.get_by_label("Tag kort 1 med på arket").check()
    page.locator("input[value=fold]").check()

    page.get_by_role("button", name="Lav ark").click()

    assert re.search(r"/samtalekort/ark/\?kort=\d&kort=\d&format=fold$", page.url)
    expect(page.locator(".sheet")).to_have_count(1)
    expect(page.locator(".cell")).to_have_count(4)
    # A button that only a script can answer is not there.
    expect(page.get_by_role("button", name="Print arket")).to_have_count(0)


def test_the_print_button_is_there_when_script_is(page):
    page.goto("/samtalekort/ark/?kort=1")

    expect(page.get_by_role("button", name="Print arket")).to_be_visible()


@pytest.mark.parametrize("width", [320, 360, 480, 620, 800])
def test_a_whole_sheet_is_seen_on_any_screen(page, width):
    page.set_viewport_size({"width": width, "height": 640})
    page.goto("/samtalekort/ark/?kort=1&format=fold")

    box = page.locator(".sheet").bounding_box()

    assert box["x"] >= 0
    assert 0.7 * width < box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# Seen by everyone


def code_on(site_url: str, card: str) -> str:
    """The address of the code that is printed on a card."""
    with urllib.request.urlopen(f"{site_url}/samtalekort/{card}/tekst/") as answer:  # noqa: S310
        return re.search(r"(/k/\S+)", answer.read().decode()).group(1)


@pytest.fixture
def views(page, site_url, client, make_card, withdraw):
    """Every page about sheets and codes, by name; each shows itself when it is called."""

    def at(address):
        return lambda: page.goto(address)

    def posted(address, **details):
        def show():
            page.goto(address)
            page.set_content(page.request.post(address, form=details).text())

        return show

    def answered(address):
        html = client.get(address).content.decode()

        def show():
            page.goto("/")
            page.set_content(html)

        return show

    now, day = timezone.now(), timedelta(days=1)
    old = make_card(live_from=now - 9 * day)
    make_card(document=old.document, change_note_da="Punktet om vidner er nyt.")
    gone = make_card()
    withdraw(gone, replacement="kort:foerste-samtale")
    sheets = "/samtalekort/ark/"
    return {
        "choosing": at("/samtalekort/"),
        **{format: at(f"{sheets}?kort=1&kort=2&format={format}") for format in ("fire", "samtale", "blank")},
        "nothing chosen": at(sheets),
        "something missing": at(f"{sheets}?kort=1&kort=987&format=plakat"),
        "details": posted(f"{sheets}?kort=2", company="Fjordens Bageri", policy="Se intranettet."),
        "details too long": posted(f"{sheets}?kort=2", company="Fjordens Bageri " * 9, phone="1" * 99),
        "code that holds": at(code_on(site_url, "foerste-samtale")),
        "code mistyped": at("/k/2222-2223/"),
        "code of a changed card": answered(f"/k/{code_for(old, FactBook())}/"),
        "code of a withdrawn card": answered(f"/k/{code_for(gone, FactBook())}/"),
    }


@with_axe
def test_sheets_and_codes_are_accessible(page, views):
    eye, found = Eye(), {}
    for name, show in views.items():
        page.set_viewport_size(PHONE)
        page.emulate_media(color_scheme="dark")
        show()
        wrong = eye.markup(page) | eye.looks(page, "dark", PHONE) | eye.looks(page, "light", DESK) | eye.markup(page)
        if wrong:
            found[name] = wrong

    assert found == {}


def test_nothing_about_sheets_scrolls_sideways_on_the_smallest_screen(page, views):
    page.set_viewport_size({"width": 320, "height": 640})
    too_wide = {}
    for name, show in views.items():
        show()
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            too_wide[name] = width

    assert too_wide == {}
