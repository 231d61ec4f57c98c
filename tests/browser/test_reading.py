"""Reading in a real browser: seen by everyone, reached by keyboard, printed on one sheet, and without script."""

import re
import unicodedata
import urllib.request
from dataclasses import dataclass, field
from io import BytesIO

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.markup import Markup, text

from .axe import Eye, violations, with_axe
from .conftest import watch

SMALLEST, PHONE = {"width": 320, "height": 640}, {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 900}
ONE_OF_EACH_TEMPLATE = {
    "home": "/",
    "urgent": "/akut/",
    "phases": "/faser/",
    "phase": "/faser/stop-chikanen/",
    "page": "/om/",
    "subpage": "/viden/regler/",
    "cards": "/samtalekort/",
    "card": "/samtalekort/kontakt-paa-telefon/",
    "card large": "/samtalekort/kontakt-paa-telefon/?vis=stor",
    "report": "/anmeld/",
    "route": "/anmeld/politiet/",
    "help": "/hjaelp/",
    "glossary": "/viden/ordliste/",
    "sources": "/kilder/",
    "start": "/start/",
    "situation": "/situationer/stalking/",
    "tool": "/vaerktoejer/frister/",
    "search": "/soeg/?q=trussel",
    "404": "/findes-ikke/",
    "Danish below /en/": "/en/phases/stop-chikanen/",
}

# With words of another length.
IN_ENGLISH = ["/en/", "/en/phases/stop-the-harassment/", "/en/start/", "/en/tools/deadlines/", "/en/search/"]


@pytest.fixture(scope="session")
def addresses(site_url) -> list[str]:
    """Every page of the site, as its map has them."""
    with urllib.request.urlopen(f"{site_url}/sitemap.xml") as response:  # noqa: S310
        return [text(loc).removeprefix(site_url) for loc in Markup(response.read().decode()).all("loc")]


@pytest.fixture(scope="session")
def card_addresses(addresses) -> list[str]:
    return [address for address in addresses if re.fullmatch(r"/samtalekort/.+/", address)]


# Accessible to every reader

# Every element as rules for markup and style sheets see it: its name, classes and attributes, and what it stands in.
SHAPES = """() => {
  const name = element => element ? `${element.localName}.${element.getAttribute("class") ?? ""}` : ""
  const attribute = ({name, value}) => ["lang", "role", "type"].includes(name) ? `${name}=${value}` : name
  const shape = element =>
    `${name(element.parentElement)} > ${name(element)}[${[...element.attributes].map(attribute).sort()}]`
  return [...new Set([...document.querySelectorAll("*")].map(shape))]
}"""


@dataclass
class Walk:
    """What was found on a walk through every page of the site."""

    visited: list[str] = field(default_factory=list)
    held_against_axe: list[str] = field(default_factory=list)
    violations: set[tuple] = field(default_factory=set)
    too_wide: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def walk_through(browser, site_url, addresses, card_addresses) -> Walk:
    """One visit to every page, on the smallest screen. A page on which something is built as on no page before it is
    held against axe, there and in the other colours and sizes; what its words alone may break is looked at in
    `test_pages.py`, for every page."""
    page, eye = browser.new_page(base_url=site_url), Eye()
    faults = watch(page, site_url)
    always, templates = {*ONE_OF_EACH_TEMPLATE.values(), *IN_ENGLISH}, list(ONE_OF_EACH_TEMPLATE.values())
    others = [*addresses, *(f"{card}?vis=stor" for card in card_addresses)]
    found, shapes = Walk(), set()

    def look(colours, size, markup=False):
        wrong = eye.looks(page, colours, size) | (eye.markup(page) if markup else set())
        found.violations.update((page.url, colours, *violation) for violation in wrong)

    for address in dict.fromkeys([*templates, *IN_ENGLISH, *others]):
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(SMALLEST)
        page.goto(address)
        found.visited.append(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > SMALLEST["width"]:
            found.too_wide[address] = width
        here = set(page.evaluate(SHAPES))
        if here <= shapes and address not in always:
            continue
        shapes |= here
        found.held_against_axe.append(address)
        look("light", SMALLEST, markup=True)
        look("dark", DESK)
        if address in templates:
            look("dark", SMALLEST)
            look("light", DESK, markup=True)
    page.close()
    assert faults == []
    return found


def test_every_page_is_accessible(walk_through):
    assert {*ONE_OF_EACH_TEMPLATE.values(), *IN_ENGLISH} <= set(walk_through.held_against_axe)
    assert walk_through.violations == set()


def test_no_page_scrolls_sideways_on_the_smallest_screen(walk_through):
    assert len(walk_through.visited) > 100
    assert walk_through.too_wide == {}


@with_axe
@pytest.mark.parametrize("template", ["400.html", "403.html", "403_csrf.html", "500.html"])
def test_pages_for_errors_are_accessible(page, template):
    page.goto("/")

    page.set_content(render_to_string(template))

    assert violations(page) == set()


@with_axe
@pytest.mark.django_db
def test_the_page_for_what_was_withdrawn_is_accessible(page, client, make_page, withdraw):
    gone = make_page()
    withdraw(gone, replacement="side:om")
    page.goto("/")

    page.set_content(client.get(gone.get_absolute_url()).content.decode())

    expect(page.locator("h1")).to_have_text("Siden er trukket tilbage")
    assert violations(page) == set()


# What WCAG 1.4.12 lets a reader do with the text of a page.
WIDE_SPACING = """
* { letter-spacing: 0.12em !important; line-height: 1.5 !important; word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }
"""
# Boxes whose content sticks out of them sideways; what is meant only for the ear, and drawings, may.
STICKING_OUT = """() => [...document.querySelectorAll("main *")].filter(e =>
  e.clientWidth > 1 && !e.closest("svg, .error") && getComputedStyle(e).display !== "inline"
  && e.scrollWidth > e.clientWidth + 1).map(e => `${e.tagName}.${e.className}`)"""


@pytest.mark.browser_context_args(bypass_csp=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_text_set_wider_apart_stays_in_its_place(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    found = {}
    for address in ONE_OF_EACH_TEMPLATE.values():
        page.goto(address)
        page.add_style_tag(content=WIDE_SPACING)
        out = page.evaluate(STICKING_OUT)
        if out or page.evaluate("document.documentElement.scrollWidth") > width:
            found[address] = out

    assert found == {}


TOGETHER = r"§§? \d+( [a-z]\b)?|\bnr\. \d+|\be-mail|\d (minut|time|dag|år|procent|hour|day|year|per )"
# What should stand on one line and stands on two.
TORN = """together => {
  const found = {seen: 0, torn: []}
  const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    for (const match of walk.currentNode.data.replaceAll("\\u00a0", " ").matchAll(new RegExp(together, "gi"))) {
      const range = document.createRange()
      range.setStart(walk.currentNode, match.index)
      range.setEnd(walk.currentNode, match.index + match[0].length)
      const lines = new Set([...range.getClientRects()].map(box => Math.round(box.top)))
      found.seen += lines.size > 0
      if (lines.size > 1) found.torn.push(match[0])
    }
  }
  return found
}"""


@pytest.mark.parametrize("medium", ["screen", "print"])
@pytest.mark.parametrize(
    "address",
    [
        "/kilder/",
        "/en/sources/",
        "/viden/regler/",
        "/en/knowledge/rules/",
        "/situationer/stroem-af-beskeder/",
        "/samtalekort/kontakt-paa-telefon/",
        "/samtalekort/foerste-samtale/",
    ],
)
def test_no_line_tears_apart_what_belongs_together(page, address, medium):
    page.emulate_media(media=medium)
    page.goto(address)
    torn = {}
    for width in range(320, 420, 10):
        page.set_viewport_size({"width": width, "height": 640})
        found = page.evaluate(TORN, TOGETHER)
        assert found["seen"]
        torn |= {width: found["torn"]} if found["torn"] else {}

    assert torn == {}


def test_what_is_held_together_is_found_on_the_page_as_it_is_typed(page):
    page.goto("/kilder/")

    assert page.evaluate("window.find('Straffeloven § 264 d')")
    assert page.evaluate("window.find('en e-mail')")


# A page for somebody in danger, on a small phone


def test_what_to_do_in_danger_is_seen_without_scrolling_and_the_number_stands_free(page):
    page.set_viewport_size(PHONE)
    page.goto("/til-dig-der-er-ramt/")

    number = page.locator(".callout .phone").first
    assert number.bounding_box()["y"] + number.bounding_box()["height"] < PHONE["height"]
    source = page.locator(".callout .fact__source").first
    assert source.bounding_box()["x"] - number.bounding_box()["x"] - number.bounding_box()["width"] > 12
    page.get_by_text("På denne side").click()
    expect(page.get_by_role("link", name="Sig det til din leder")).to_be_visible()
    # On paper, without the source, no gap is left before the full stop.
    page.emulate_media(media="print")
    assert number.evaluate("number => getComputedStyle(number).marginInlineEnd") == "0px"
    assert number.evaluate("number => getComputedStyle(number).paddingInlineEnd") == "0px"


# The front page on a small phone


def test_a_small_phone_shows_where_to_begin_without_scrolling(page):
    page.set_viewport_size(PHONE)
    page.goto("/")

    def bottom(locator) -> float:
        box = locator.bounding_box()
        return box["y"] + box["height"]

    begin = page.locator("main .button").first
    phases = page.locator("main .phases__item")
    assert phases.count() == 5
    ends = {
        "danger": bottom(page.locator(".danger-line")),
        "heading": bottom(page.locator("h1")),
        "button": bottom(begin),
        "first phase": bottom(phases.first),
        "last phase": bottom(phases.last),
    }
    assert "112" in page.locator(".danger-line").inner_text()
    assert list(ends.values()) == sorted(ends.values())
    assert ends["first phase"] <= 640, ends
    assert ends["last phase"] <= 800, ends


# The way of a reader


def test_the_whole_way_goes_without_script(page_without_script):
    page = page_without_script
    heading = page.locator("h1")

    page.goto("/")
    page.locator("main .button").first.click()
    expect(heading).to_have_text("Find det næste skridt")

    page.go_back()
    page.locator("main .phases__item a").first.click()
    expect(heading).to_have_text("Psykisk førstehjælp")

    page.locator(".card-teaser a").first.click()
    expect(page.locator("article.card")).to_be_visible()
    title = heading.inner_text()
    expect(page.get_by_role("button")).to_have_count(0)

    page.get_by_role("link", name="Stor skrift").click()
    assert page.url.endswith("?vis=stor")
    expect(heading).to_have_text(title)

    page.get_by_role("link", name="Tilbage til kortet").click()
    assert "?" not in page.url
    expect(heading).to_have_text(title)

    page.get_by_role("link", name="Hvor anmelder I hvad?").click()
    expect(heading).to_have_text("Hvor anmelder I hvad?")

    page.locator(".route-list").get_by_role("link", name="Politiet", exact=True).click()
    expect(heading).to_have_text("Politiet")
    expect(page.get_by_role("heading", name="Sådan gør I")).to_be_visible()


def test_a_recipe_opens_without_script(page_without_script):
    page = page_without_script
    page.goto("/faser/dokumenter/")
    recipe = page.locator("details").first
    expect(recipe.locator(".text")).to_be_hidden()

    recipe.locator("summary").click()

    expect(recipe.locator(".text")).to_be_visible()


def test_the_print_button_is_there_when_script_is(page):
    page.goto("/samtalekort/foerste-samtale/")

    expect(page.get_by_role("button", name="Print kortet")).to_be_visible()


# By keyboard alone

FOCUS = """() => {
  const element = document.activeElement
  const style = getComputedStyle(element)
  const box = element.getBoundingClientRect()
  return {
    name: element.outerHTML.slice(0, 90),
    nth: [...document.querySelectorAll("*")].indexOf(element),
    ring: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0,
    isBody: element === document.body,
  }
}"""


def walk(page, key) -> list[dict]:
    """Every stop of the keyboard until it leaves the page."""
    stops = []
    for _press in range(400):
        page.keyboard.press(key)
        stop = page.evaluate(FOCUS)
        if stop["isBody"] or (stops and stop["nth"] == stops[0]["nth"]):
            return stops
        stops.append(stop)
    pytest.fail(f"The keyboard never leaves {page.url}; it ends at {stops[-3:]}")


def test_the_first_stop_skips_to_the_content(page):
    page.goto("/faser/dokumenter/")

    page.keyboard.press("Tab")

    skip = page.locator(":focus")
    expect(skip).to_have_text("Gå til indholdet")
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize(
    "address", ["/", "/faser/stop-chikanen/", "/samtalekort/kontakt-paa-telefon/", "/anmeld/politiet/"]
)
def test_every_stop_of_the_keyboard_is_reached_both_ways_and_seen(page, address):
    page.set_viewport_size(DESK)
    page.goto(address)
    reachable = page.evaluate(
        "[...document.querySelectorAll('a[href], button, summary, input, select, textarea')]"
        ".filter(e => e.checkVisibility({visibilityProperty: true})).length"
    )

    forward, backward = walk(page, "Tab"), walk(page, "Shift+Tab")

    assert [stop["name"] for stop in forward if stop["ring"] < 2] == []
    assert [stop["name"] for stop in forward if not stop["seen"]] == []
    assert [stop["nth"] for stop in forward] == sorted(stop["nth"] for stop in forward)
    assert [stop["nth"] for stop in backward] == [stop["nth"] for stop in reversed(forward)]
    assert len(forward) == reachable


# Cards


def test_large_type_shows_the_card_alone(page):
    page.set_viewport_size(PHONE)
    page.goto("/samtalekort/foerste-samtale/")
    normal = page.locator(".card li").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")

    page.goto("/samtalekort/foerste-samtale/?vis=stor")

    large = page.locator(".card li").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_role("banner")).to_have_count(0)
    expect(page.get_by_role("contentinfo")).to_have_count(0)
    expect(page.locator(".danger-line")).to_have_count(0)
    expect(page.locator("a:not([href^='tel:'])")).to_have_text(["Gå til indholdet", "Tilbage til kortet"])
    assert large >= max(24, 1.2 * normal)


def test_every_card_prints_on_one_sheet(page, card_addresses):
    sheets, wrong = {}, {}
    for address in card_addresses:
        page.goto(address)
        title, points = page.locator("h1").inner_text(), page.locator(".card li").all_inner_texts()
        printed = PdfReader(BytesIO(page.pdf(format="A4"))).pages
        sheets[address] = len(printed)
        words = squeezed(printed[0].extract_text())
        missing = [line for line in [title, *points] if squeezed(line) not in words]
        extra = [line for line in ("Print kortet", "Gå til indholdet", "Samtalekort\nDansk") if squeezed(line) in words]
        if missing:
            print(missing, words)
        if missing or extra:
            wrong[address] = (missing, extra)

    assert len(sheets) >= 10
    assert {address: count for address, count in sheets.items() if count != 1} == {}
    assert wrong == {}


def squeezed(words: str) -> str:
    """Without what a line break adds or what keeps one away, and with letters that were printed as one taken apart."""
    return re.sub(r"[\s\u00ad\u2060-]+", "", unicodedata.normalize("NFKC", words))
