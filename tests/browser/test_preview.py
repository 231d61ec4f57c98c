"""Before readers see it: an editor looks at a draft on every screen and on paper, and a lawyer looks at it too."""

import re

import pytest
from playwright.sync_api import expect

from .axe import with_axe
from .conftest import watch
from .editing import add_block, button, field, new_card, new_page, preview, rich_text, save
from .test_desk_access import DESK, PHONE, Watcher


def shown(tab):
    """The page that stands in the frame of a preview, once it is there."""
    frame = tab.frame(url=re.compile(r"/preview/(copy/[^/]+/)?[a-z]+/\?"))
    frame.wait_for_load_state()
    return frame


def choose(tab, name):
    """Press a choice and return the page that is shown then."""
    tab.get_by_role("navigation", name="Sådan vises den").get_by_role("link", name=name, exact=True).first.click()
    tab.wait_for_load_state()
    expect(tab.get_by_role("link", name=name, exact=True).first).to_have_attribute("aria-current", "true")
    return shown(tab)


def ground(frame) -> int:
    """How light the ground of a page is, from 0 to 255."""
    colour = frame.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(int(part) for part in re.findall(r"\d+", colour)[:3]) // 3


def test_what_is_typed_is_seen_on_every_screen_and_on_paper(desk, site_url, new_context):
    page = desk
    new_card(page, "et-kort-paa-alle-ark", 811)
    page.get_by_label("Overskrift [da]").fill("Et kort på alle ark")
    page.get_by_label("Formål [da]").fill("At se det.")
    page.get_by_label("Hvem taler med hvem [da]").fill("Leder og medarbejder")
    for section, words in [("remember", "Lyt først."), ("say", "Vil du fortælle?")]:
        point = add_block(page, "Punkt")
        field(point, "section").select_option(section)
        field(point, "text_da").fill(words)

    tab, faults = preview(page, site_url)
    tab.emulate_media(color_scheme="light")
    expect(tab.get_by_text("Det er ikke gemt i kladden.")).to_be_visible()

    # As on a telephone, first of all.
    frame = shown(tab)
    assert frame.evaluate("innerWidth") == 360
    expect(frame.locator("h1")).to_have_text("Et kort på alle ark")
    assert ground(frame) > 200
    assert ground(choose(tab, "Mørke")) < 60
    frame = choose(tab, "Computer")
    assert frame.evaluate("innerWidth") == 1280
    assert ground(frame) < 60
    assert ground(choose(tab, "Lyse")) > 200

    # On paper the menus are gone, and it is as wide as a sheet.
    tab.emulate_media(color_scheme="dark")
    frame = choose(tab, "Siden på tryk")
    assert frame.evaluate("innerWidth") == pytest.approx(210 / 25.4 * 96, abs=2)
    expect(frame.locator(".site-header")).to_be_hidden()
    expect(frame.locator("h1")).to_be_visible()
    assert frame.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    for name, words in [("Fire pr. ark", "Lyt først."), ("Foldekort", "Vil du fortælle?"), ("Samtaleark", "Noter")]:
        frame = choose(tab, name)
        expect(frame.locator(".sheet")).to_have_count(1)
        expect(frame.locator(".sheet").get_by_text(words)).to_be_visible()
        expect(frame.locator(".sheet-advice")).to_be_hidden()
        # The whole width of the sheet is in the frame.
        assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect(button(tab, "Udskriv")).to_be_visible()
    for name in ("Fire pr. ark", "Foldekort", "Samtaleark", "Til et trykkeri"):
        address = tab.locator(".preview__file", has_text=name).get_attribute("href")
        assert tab.request.get(address).body().startswith(b"%PDF")

    # By keyboard, on a phone of one's own, and without a script.
    tab.get_by_role("link", name="Stor skrift").focus()
    tab.keyboard.press("Enter")
    tab.wait_for_load_state()
    expect(tab.frame_locator("iframe").locator(".card--large")).to_be_visible()
    tab.set_viewport_size(PHONE)
    for name in ("Telefon", "Computer", "Foldekort"):
        choose(tab, name)
        assert tab.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        box = tab.locator("iframe").bounding_box()
        assert box["x"] >= -1
        assert box["x"] + box["width"] <= PHONE["width"] + 1
    plain = new_context(java_script_enabled=False, storage_state=page.context.storage_state()).new_page()
    plain.goto(tab.url)
    choose(plain, "Foldekort")
    expect(plain.frame_locator("iframe").locator(".sheet").get_by_text("Vil du fortælle?")).to_be_visible()
    assert faults == []


def test_a_draft_is_sent_to_a_lawyer_who_answers(desk, site_url, new_context):
    page = desk
    new_page(page, "til-advokaten")
    page.get_by_label("Overskrift [da]").first.fill("Til advokaten")
    page.get_by_label("Resumé [da]").fill("Om en frist.")
    rich_text(add_block(page, "Tekst")).click()
    page.keyboard.type("Fristen er to uger.")
    save(page)
    draft = page.url

    page.get_by_role("link", name="Send til gennemsyn").click()
    page.get_by_label("Til hvem").fill("Advokaten")
    button(page, "Lav linket").click()
    address = page.get_by_label("Adresse at sende").input_value()
    expect(page.get_by_role("link", name="Skriv en e-mail")).to_have_attribute("href", re.compile("^mailto:"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button(page, "Kopiér").click()
    expect(button(page, "Kopieret")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address

    # The lawyer has no account, no cookie, and runs no scripts.
    lawyer = new_context(java_script_enabled=False, viewport=PHONE).new_page()
    faults = watch(lawyer, site_url)
    lawyer.goto(address)
    expect(lawyer.get_by_text("Kladde – kun til gennemsyn")).to_be_visible()
    expect(lawyer.locator("main")).to_contain_text("Fristen er to uger.")
    lawyer.get_by_role("link", name="Svar på kladden").click()
    lawyer.get_by_label("Bemærkning", exact=True).fill("Skriv 14 dage.")
    lawyer.get_by_label("Dit navn (frivilligt)").fill("Mette Holm")
    button(lawyer, "Send svaret").click()
    expect(lawyer.get_by_role("status")).to_have_text("Tak. Dit svar er sendt til redaktionen.")
    assert lawyer.evaluate("document.documentElement.scrollWidth") == PHONE["width"]

    # The editor has it beside the form, mends the text, and says so.
    page.goto("/admin/")
    page.get_by_role("link", name="Til advokaten: 1 svar").click()
    page.get_by_role("link", name="Tilbage til kladden").click()
    panel = page.get_by_role("region", name="Gennemsyn")
    expect(panel.get_by_text("Skriv 14 dage.")).to_be_visible()
    expect(panel.get_by_text("Mette Holm")).to_be_visible()
    rich_text(page.locator("#guides_text_set-0")).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("Fristen er 14 dage.")
    save(page)
    panel.get_by_role("link", name="Behandl svarene").click()
    button(page, "Markér som behandlet").click()
    expect(page.get_by_text("Alle svar er behandlet.")).to_be_visible()

    # What was open at the lawyer's is older than the draft: it must be read before it is approved.
    lawyer.get_by_label("Jeg godkender kladden").check()
    button(lawyer, "Send svaret").click()
    expect(lawyer.get_by_text("Kladden er ændret, mens du læste.")).to_be_visible()
    expect(lawyer.locator("main")).to_contain_text("Fristen er 14 dage.")
    expect(lawyer.get_by_label("Jeg godkender kladden")).to_be_checked()
    button(lawyer, "Send svaret").click()
    expect(lawyer.get_by_text("redaktionen har behandlet det")).to_be_visible()
    assert lawyer.context.cookies() == []

    page.goto(draft)
    expect(page.get_by_role("region", name="Gennemsyn").get_by_text("Godkendt")).to_be_visible()
    page.get_by_role("link", name="Behandl svarene").click()
    page.get_by_role("button", name="Luk linket").click()
    expect(page.get_by_text("Linket er lukket. Det åbner ikke noget mere.")).to_be_visible()
    assert lawyer.goto(address).status == 410
    expect(lawyer.locator("h1")).to_have_text("Linket gælder ikke længere")
    assert faults == []


@with_axe
def test_previews_and_reviews_are_accessible(desk, reader_with_axe):
    page = desk
    new_card(page, "til-gennemsyn", 812)
    page.get_by_label("Overskrift [da]").fill("Til gennemsyn")
    field(add_block(page, "Punkt"), "text_da").fill("Lyt først.")
    save(page)
    number = re.search(r"/(\d+)/change/", page.url)[1]
    watcher, outside = Watcher(page), Watcher(reader_with_axe)
    for query in ("", "?vis=computer&farver=moerke", "?vis=fold"):
        page.goto(f"/admin/conversations/cardedition/{number}/preview/screen/{query}")
        watcher.look(f"preview {query}")
    watcher.look("preview", PHONE, "dark")
    page.goto(f"/admin/conversations/cardedition/{number}/review/")
    button(page, "Lav linket").click()
    address = page.get_by_label("Adresse at sende").input_value()

    reader = reader_with_axe
    reader.goto(address)
    button(reader, "Send svaret").click()
    outside.look("answer with an error")
    outside.look("answer with an error", PHONE, "dark")
    reader.get_by_label("Bemærkning", exact=True).fill("Fint. " * 30)
    button(reader, "Send svaret").click()
    outside.look("answer was sent", PHONE)
    outside.visit([f"{address}fold/", "/gennemsyn/forkert/"])

    page.reload()
    watcher.look("review")
    watcher.look("review", PHONE, "dark")
    page.get_by_role("link", name="Tilbage til kladden").click()
    watcher.look("draft with a remark")
    watcher.look("draft with a remark", PHONE, "dark")

    assert watcher.faults == ""
    assert outside.faults == ""


@pytest.fixture
def reader_with_axe(new_context, site_url):
    """Somebody who is not logged in."""
    page = new_context(viewport=DESK).new_page()
    faults = watch(page, site_url)
    yield page
    assert faults == []
