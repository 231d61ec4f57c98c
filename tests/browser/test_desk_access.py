"""Every screen of the desk, for everybody: held against axe, in Danish throughout, and used without a mouse."""

import itertools
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from .axe import AS_THE_DESK_LOOKS, Eye, with_axe
from .editing import (
    add_block,
    ask_for_link,
    button,
    chooser,
    editor_is_ready,
    field,
    new_card,
    new_page,
    rich_text,
    save,
    steps,
)

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
# What one can hit with a finger, links in running text left out.
SMALL_TARGETS = """() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]")]
  .filter(element => element.checkVisibility({opacityProperty: true, visibilityProperty: true}))
  .filter(element => !element.closest(".skip-to-content-link, .select2-container, .select2-hidden-accessible"))
  .filter(element => getComputedStyle(element).display !== "inline")
  .map(element => [element, element.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 24 || box.height < 23.9))
  .map(([element, box]) => [element.outerHTML.slice(0, 120), Math.round(box.width), Math.round(box.height)])"""
# Icons are words in a font of their own.
VISIBLE_WORDS = """() => [...document.querySelectorAll("body *")]
  .filter(element => element.checkVisibility() && !element.closest("[lang=en], script, option, tbody"))
  .flatMap(element => [
    element.getAttribute("aria-label"), element.title, element.placeholder, element.alt,
    ...(element.closest(".material-icons") ? [] : [...element.childNodes])
      .filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.textContent.trim()),
  ])
  .filter(Boolean)"""
ENGLISH = re.compile(
    r"\b(the|and|of|this|with|you|your|add|change|delete|view|select|search|save|move|heading|paragraph|list|"
    r"bold|italic|undo|redo|blockquote|quotation|ordered|unordered|insert|remove|edit|update|cancel|url|hide|show|"
    r"open|close|item|items|choose|today|now|none|loading|results|no)\b",
    re.IGNORECASE,
)

LISTS = [
    "/admin/guides/pageedition/",
    "/admin/conversations/cardedition/",
    "/admin/guides/fact/?q=frist-offer",
    "/admin/guides/source/?q=politiet",
    "/admin/guides/route/?q=face",
    "/admin/guides/term/?q=chikane",
    "/admin/digitalchikane/oldaddress/",
    "/admin/auth/user/",
    "/admin/auth/group/",
    "/admin/digitalchikane/logline/",
]
FORMS = [
    "/admin/guides/page/add/",
    "/admin/conversations/card/add/",
    "/admin/guides/fact/add/",
    "/admin/guides/source/add/",
    "/admin/guides/route/add/",
    "/admin/guides/term/add/",
    "/admin/digitalchikane/oldaddress/add/",
    "/admin/auth/user/add/",
    "/admin/auth/group/add/",
    "/admin/guides/page/1/change/",
    "/admin/conversations/card/1/change/",
    "/admin/guides/fact/1/change/",
    "/admin/guides/source/1/change/",
    "/admin/guides/route/1/change/",
    "/admin/guides/term/1/change/",
    "/admin/guides/publisher/1/change/",
    "/admin/digitalchikane/oldaddress/1/change/",
]
OTHERS = [
    "/admin/vejledning/",
    "/admin/guides/pageedition/1/withdraw/",
    "/admin/guides/route/1/withdraw/",
    "/admin/guides/route/1/delete/",
    "/admin/guides/pageedition/1/change/",
    "/admin/conversations/cardedition/1/change/",
    "/admin/guides/fact/1/delete/",
    "/admin/guides/source/1/delete/",
    "/admin/digitalchikane/oldaddress/1/delete/",
    "/admin/auth/user/1/change/",
    "/admin/guides/pageedition/1/history/",
    "/admin/guides/fact/1/history/",
    "/admin/auth/user/1/password/",
]


class Watcher:
    """Looks at screens with axe; collects what is wrong and where."""

    # The same parts stand on every screen: whoever looks, they have been seen.
    eye = Eye(AS_THE_DESK_LOOKS)

    def __init__(self, page):
        self.page = page
        self.found = {}

    def look(self, name, size=DESK, colours="light"):
        seen = [*self.eye.looks(self.page, colours, size), *self.eye.markup(self.page)]
        seen += [("target", *target) for target in self.page.evaluate(SMALL_TARGETS)]
        seen += [("English", word) for word in self.page.evaluate(VISIBLE_WORDS) if ENGLISH.search(word)]
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > size["width"]:
            seen.append(("too wide", width))
        for each in seen:
            self.found.setdefault(each, []).append((name, size["width"], colours))

    @property
    def faults(self) -> str:
        return "\n".join(f"{' | '.join(map(str, fault))}: {where}" for fault, where in self.found.items())

    def visit(self, paths):
        for path in paths:
            self.page.goto(path)
            self.look(path)


# Screens


@with_axe
def test_every_list_form_and_question_is_accessible_and_danish(desk):
    watcher = Watcher(desk)
    watcher.visit(["/admin/", *LISTS, *FORMS, *OTHERS])
    for path in ("/admin/", LISTS[0], FORMS[2], OTHERS[2]):
        desk.goto(path)
        watcher.look(path, PHONE, "dark")

    assert watcher.faults == ""


SOON = timezone.localdate() + timedelta(days=30)
LOOKED_AFTER = f"""
from datetime import date, timedelta
from django.utils import timezone
from guides.models import Fact, FactWording, Link, PageEdition, Route, Term
route = Route.objects.exclude(url="").first()
link = Link.objects.create(url=route.url, state="dead", fault="status", status=404, moved_to="https://ny.example/side")
fact = Fact.objects.get(key="frist-offererstatning")
FactWording.objects.create(
    fact=fact, text_da="96 timer", statement_da="Nu 96.", valid_from=date.fromisoformat("{SOON}")
)
term = Term.objects.first()
term.word_en = term.explanation_en = "English words"
term.save()
term.explanation_da += " Mere."
term.save()
live = PageEdition.objects.live().filter(document__kind="situation").first()
live.copy(pk=9001, live_from=timezone.now() + timedelta(days=30), title_da="Senere")
live.copy(pk=9002, title_da="Kladde")
"""
# A scheduled edition and a draft beside it.
EDITION_STEPS = ["9001/change", "9001/choose", "9002/compare", "9002/publish", "9002/review", "9002/delete"]
FORGOTTEN = f"""
from guides.models import FactWording, Link, PageEdition
PageEdition.objects.filter(pk__in=[9001, 9002]).delete()
Link.objects.all().delete()
FactWording.objects.filter(valid_from="{SOON}").delete()
"""


@pytest.fixture
def looked_after(manage):
    """A site on which something is on its way, and something is broken."""
    manage("shell", "--verbosity=0", "--command", LOOKED_AFTER)
    yield
    manage("shell", "--verbosity=0", "--command", FORGOTTEN)


@with_axe
def test_the_screens_of_upkeep_are_accessible_and_danish(desk, looked_after):
    watcher = Watcher(desk)
    desk.goto("/admin/")
    dead, coming = (
        desk.get_by_role("region", name=name).get_by_role("link").first.get_attribute("href")
        for name in ("Døde links", "Udgives snart")
    )
    screens = ["/admin/", dead, coming, "/admin/guides/link/", f"/admin/frem/?dag={SOON}", "/admin/oversaettelse/"]
    for path in screens:
        desk.goto(path)
        watcher.look(path)
        watcher.look(path, PHONE, "dark")
    # The steps share their parts: one look at each, in turn at one and the other.
    for step, look in zip(EDITION_STEPS, itertools.cycle([(PHONE, "dark"), (DESK, "light")]), strict=False):
        desk.goto(f"/admin/guides/pageedition/{step}/")
        watcher.look(step, *look)
    # Somebody else has saved it meanwhile.
    desk.goto("/admin/guides/pageedition/9002/change/")
    editor_is_ready(desk)
    desk.get_by_label("Overskrift [da]").first.fill("Et andet ord")
    for name, value in (("version", "999"), ("seen", "")):
        desk.locator(f"[name={name}]").evaluate("(field, value) => { field.value = value }", value)
    button(desk, "Gem kladde").click()
    expect(desk.get_by_role("heading", name="En anden har gemt kladden imens")).to_be_visible()
    watcher.look("conflict", PHONE, "dark")

    assert watcher.faults == ""


@with_axe
def test_pages_and_cards_with_every_kind_of_block_are_accessible_and_danish(desk):
    page, watcher = desk, Watcher(desk)
    new_card(page, "kort-for-alle", 802)
    add_block(page, "Punkt")
    watcher.look("card")
    new_page(page, "alle-blokke")
    page.set_viewport_size(PHONE)
    button(page, "Tilføj blok").click()
    every_kind = chooser(page).locator(".plugin-button-title").all_text_contents()
    watcher.look("chooser", PHONE, "dark")
    page.keyboard.press("Escape")
    for kind in every_kind:
        add_block(page, kind)
    expect(page.get_by_role("toolbar").last).to_be_attached()
    watcher.look("all blocks")
    watcher.look("all blocks", PHONE, "dark")

    text = page.locator("#guides_text_set-0")
    rich_text(text).click()
    page.keyboard.type("Læs om os")
    ask_for_link(page, text)
    expect(page.get_by_role("dialog", name="Redigér link")).to_be_visible()
    watcher.look("link")
    page.keyboard.press("Escape")
    opener = page.get_by_role("link", name="Vælg en dato").first
    opener.press("Enter")
    calendar = page.get_by_role("dialog", name="Vælg en dato")
    expect(calendar.get_by_role("link").and_(page.locator(":focus"))).to_have_count(1)
    watcher.look("calendar")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    facts = page.locator("#guides_factlist_set-0")
    facts.locator(".select2-selection").click()
    expect(page.locator(".select2-results__option").first).to_be_visible()
    watcher.look("facts to choose")

    assert watcher.faults == ""


# By keyboard alone


def focused(page, what="element => element.getAttribute('aria-label') ?? element.textContent.trim()"):
    return page.evaluate(f"({what})(document.activeElement)")


def test_a_block_is_added_moved_folded_and_removed_by_keyboard(desk):
    page = desk
    new_page(page, "uden-mus")

    button(page, "Tilføj blok").press("Enter")
    expect(button(page, "Tilføj blok")).to_have_attribute("aria-expanded", "true")
    first = chooser(page).locator(".plugin-button").first
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(button(page, "Tilføj blok")).to_be_focused()
    expect(button(page, "Tilføj blok")).to_have_attribute("aria-expanded", "false")
    expect(first).to_be_hidden()

    for words in ("et", "to"):
        button(page, "Tilføj blok").press("Enter")
        page.keyboard.press("End")
        page.keyboard.press("Home")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        assert focused(page).endswith("Trin i Kort fortalt")
        page.keyboard.press("Enter")
        # The cursor stands where one writes.
        expect(field(page.locator(".dynamic-guides_step_set").last, "text_da")).to_be_focused()
        page.keyboard.type(words)

    # What is seen first comes first on the way of the Tab key.
    page.locator("#guides_step_set-1").get_by_role("button", name="Flyt op").press("Enter")
    assert steps(page) == ["to", "et"]
    assert page.locator(".order-machine [name$='-text_da']:visible").evaluate_all(
        "fields => fields.map(field => field.value)"
    ) == ["to", "et"]

    toggle = page.locator("#guides_step_set-1").get_by_role("button", name="Trin i Kort fortalt")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    toggle.press("Enter")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    expect(field(page.locator("#guides_step_set-1"), "text_da")).to_be_hidden()
    button(page, "Fold alle blokke sammen").press("Space")
    expect(field(page.locator("#guides_step_set-0"), "text_da")).to_be_hidden()
    button(page, "Fold alle blokke ud").press("Space")
    expect(field(page.locator("#guides_step_set-1"), "text_da")).to_be_visible()

    page.locator("#guides_step_set-1").get_by_role("button", name="Fjern").press("Space")
    assert steps(page) == ["et"]
    expect(page.locator("#guides_step_set-0 .block-toggle")).to_be_focused()
    save(page)
    marked = page.locator("#guides_step_set-0").get_by_label("Slet")
    marked.press("Space")
    expect(marked).to_be_focused()
    save(page)
    expect(page.locator(".dynamic-guides_step_set")).to_have_count(0)


def test_a_new_block_that_is_taken_out_leaves_saved_ones_as_they_are(desk):
    page = desk
    new_page(page, "ny-og-gammel")
    for words in ("et", "to"):
        field(add_block(page, "Trin i Kort fortalt"), "text_da").fill(words)
    save(page)
    # Above the saved ones, in the document too: what Django numbers anew stands in another order than the numbers.
    page.locator("#guides_step_set-0").get_by_role("button", name="Tilføj blok før denne").press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field(page.locator("#guides_step_set-2"), "text_da")).to_be_focused()
    page.keyboard.type("nyt")
    page.locator("#guides_step_set-1").get_by_role("button", name="Flyt op").press("Enter")
    assert steps(page) == ["nyt", "to", "et"]

    page.locator("#guides_step_set-2").get_by_role("button", name="Fjern").press("Enter")

    assert steps(page) == ["to", "et"]
    save(page)
    assert steps(page) == ["to", "et"]


def test_text_is_formatted_by_keyboard(desk):
    page = desk
    new_page(page, "formatering")
    button(page, "Tilføj blok").press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    area = rich_text(page.locator("#guides_text_set-0"))
    expect(area).to_be_focused()
    page.keyboard.type("Et mellemrum")
    # One stop before the text: the row of buttons, and arrow keys from button to button.
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "Overskrift"
    page.keyboard.press("ArrowRight")
    assert focused(page) == "Underoverskrift"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(area.locator("h3")).to_have_text("Et mellemrum")
    heading = page.get_by_role("toolbar", name="Formatering: Tekst [da]").get_by_role("button", name="Overskrift")
    expect(heading.first).to_have_attribute("aria-pressed", "true")


def test_writing_is_saved_with_the_usual_keys(desk):
    page = desk
    new_page(page, "gemt-med-taster")
    page.get_by_label("Resumé [da]").fill("Ord.")

    page.keyboard.press("Control+s")

    expect(page.get_by_text("Kladden er gemt. Læserne ser den ikke endnu.")).to_be_visible()
    editor_is_ready(page)
    expect(page.get_by_label("Resumé [da]")).to_have_value("Ord.")
