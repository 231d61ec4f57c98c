"""An editor at the screens of the desk: writes, orders, previews, publishes; by mouse, by keyboard, on a phone."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from .conftest import watch
from .editing import (
    add_block,
    ask_for_link,
    button,
    chooser,
    editor_is_ready,
    field,
    in_frame,
    kinds,
    new_card,
    new_page,
    open_list,
    preview,
    publish,
    rich_text,
    save,
    steps,
)


@pytest.fixture
def reader(new_context, site_url):
    """Somebody who is not logged in."""
    page = new_context().new_page()
    faults = watch(page, site_url)
    yield page
    assert faults == []


# Pages and cards, from the first word to the reader


def test_a_page_is_written_previewed_published_and_edited_again(desk, reader, site_url):
    page = desk
    open_list(page, "Sider")
    page.get_by_role("link", name="Tilføj side").click()
    expect(page.get_by_label("Nøgle")).to_be_visible()
    new_page(page, "en-proeveside")
    draft = page.url

    page.get_by_label("Overskrift [da]").first.fill("En prøveside")
    page.get_by_label("Resumé [da]").fill("Den viser, at alt virker.")
    step = add_block(page, "Trin i Kort fortalt")
    field(step, "text_da").fill("Gem alt, før I fjerner noget.")
    field(step, "role").select_option("hr")
    heading = add_block(page, "Overskrift")
    field(heading, "text_da").fill("Det første afsnit")
    field(heading, "anchor").fill("det-foerste")
    words = add_block(page, "Tekst")
    rich_text(words).click()
    page.keyboard.type("Skriv ")
    page.keyboard.press("Control+b")
    page.keyboard.type("roligt")
    page.keyboard.press("Control+b")
    page.keyboard.type(" og kort.")
    page.keyboard.press("Enter")
    page.keyboard.type("- Et punkt")
    dont = add_block(page, "Gør eller undgå")
    field(dont, "kind").select_option("dont")
    field(dont, "items_da").fill("Svar ikke i vrede.\nSlet ikke noget.")
    assert kinds(page) == ["Trin i Kort fortalt", "Overskrift", "Tekst", "Gør eller undgå"]

    tab, faults = preview(page, site_url)
    expect(in_frame(tab).locator("h1")).to_have_text("En prøveside")
    expect(in_frame(tab).get_by_text("Slet ikke noget.")).to_be_visible()
    tab.close()
    assert faults == []
    assert reader.goto("/en-proeveside/").status == 404

    save(page)
    assert page.url.partition("#")[0] == draft
    assert kinds(page) == ["Trin i Kort fortalt", "Overskrift", "Tekst", "Gør eller undgå"]
    expect(rich_text(page.locator("#guides_text_set-0")).locator("strong")).to_have_text("roligt")
    tab, _faults = preview(page, site_url)
    expect(tab.get_by_text("Gemt. Sådan så kladden ud")).to_be_visible()
    tab.close()
    assert reader.goto("/en-proeveside/").status == 404

    publish(page)
    expect(page.frame_locator("iframe").locator("h1")).to_have_text("En prøveside")
    reader.goto("/en-proeveside/")
    expect(reader.locator("h1")).to_have_text("En prøveside")
    expect(reader.locator("main strong", has_text="roligt")).to_be_visible()
    expect(reader.locator("main li", has_text="Et punkt")).to_be_visible()
    expect(reader.locator("h2#det-foerste, #det-foerste h2")).to_be_visible()

    button(page, "Redigér").click()
    editor_is_ready(page)
    page.get_by_label("Overskrift [da]").first.fill("En bedre prøveside")
    save(page)
    reader.goto("/en-proeveside/")
    expect(reader.locator("h1")).to_have_text("En prøveside")

    page.goto("/admin/")
    page.get_by_role("region", name="Kladder").get_by_role("link", name="En bedre prøveside").click()
    editor_is_ready(page)
    publish(page)
    reader.goto("/en-proeveside/")
    expect(reader.locator("h1")).to_have_text("En bedre prøveside")


def test_a_card_is_written_previewed_published_and_edited_again(desk, reader, site_url):
    page = desk
    new_card(page, "et-proevekort", 801)
    page.get_by_label("Overskrift [da]").fill("Et prøvekort")
    page.get_by_label("Formål [da]").fill("At prøve.")
    page.get_by_label("Hvem taler med hvem [da]").fill("Leder og medarbejder")
    for section, words in [("remember", "Lyt først."), ("say", "Vil du fortælle?"), ("avoid", "At afbryde.")]:
        point = add_block(page, "Punkt")
        field(point, "section").select_option(section)
        field(point, "text_da").fill(words)

    tab, faults = preview(page, site_url)
    expect(in_frame(tab).locator("h1")).to_have_text("Et prøvekort")
    expect(in_frame(tab).get_by_text("Vil du fortælle?")).to_be_visible()
    tab.close()
    assert faults == []

    save(page)
    publish(page)
    reader.goto("/samtalekort/et-proevekort/")
    expect(reader.locator(".card li")).to_have_text(["Lyt først.", "Vil du fortælle?", "At afbryde."])

    button(page, "Redigér").click()
    editor_is_ready(page)
    field(page.locator("#conversations_cardpoint_set-0"), "text_da").fill("Lyt længe.")
    save(page)
    reader.reload()
    expect(reader.locator(".card")).to_contain_text("Lyt først.")
    publish(page)
    reader.reload()
    expect(reader.locator(".card")).to_contain_text("Lyt længe.")


def test_publishing_with_an_unknown_fact_says_so_and_keeps_the_words(desk, reader):
    page = desk
    new_page(page, "ukendt-faktum")
    page.get_by_label("Overskrift [da]").first.fill("Ukendt faktum")
    page.get_by_label("Resumé [da]").fill("Prøve.")
    rich_text(add_block(page, "Tekst")).click()
    page.keyboard.type("Fristen er {{ findes-ikke }} fra i dag.")

    button(page, "Udgiv …").click()

    reason = "Der findes ikke et faktum med nøglen ”findes-ikke”."
    expect(page.get_by_role("region", name="Før siden kan udgives").get_by_text(reason)).to_be_visible()
    expect(rich_text(page.locator("#guides_text_set-0"))).to_have_text("Fristen er {{ findes-ikke }} fra i dag.")
    assert reader.goto("/ukendt-faktum/").status == 404


def test_a_form_with_errors_shows_them_and_keeps_the_words(desk):
    page = desk
    new_page(page, "med-fejl")
    page.get_by_label("Overskrift [da]").first.fill("Med fejl")
    heading = add_block(page, "Overskrift")
    field(heading, "text_da").fill("Et afsnit")
    field(heading, "anchor").fill("Ikke tilladt!")

    button(page, "Gem kladde").click()

    error = page.locator("#guides_heading_set-0 .errorlist")
    expect(error).to_be_visible()
    expect(error).to_have_text("Brug små bogstaver, tal og bindestreger.")
    expect(page.locator("#id_guides_heading_set-0-anchor")).to_have_value("Ikke tilladt!")
    expect(page.get_by_label("Overskrift [da]").first).to_have_value("Med fejl")


def test_leaving_with_words_that_are_not_saved_asks_first(desk):
    page = desk
    new_page(page, "forlades")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_label("Resumé [da]").press_sequentially("Ord")

    page.get_by_role("link", name="Luk", exact=True).click(no_wait_after=True)
    page.wait_for_timeout(300)

    assert asked == ["beforeunload"]
    expect(page.get_by_label("Resumé [da]")).to_have_value("Ord")
    save(page)
    page.get_by_role("link", name="Luk", exact=True).click()
    expect(page.locator("#changelist")).to_be_visible()
    assert asked == ["beforeunload"]


def kept_copies(page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('kept:'))")


def test_words_that_were_not_saved_come_back_from_the_browser(desk):
    page = desk
    new_page(page, "fra-browseren")
    page.get_by_label("Resumé [da]").fill("Skrevet før strømmen gik.")
    field(add_block(page, "Trin i Kort fortalt"), "text_da").fill("Ring.")
    expect(page.get_by_text("Ikke gemt endnu. Der ligger en kopi i denne browser")).to_be_visible()
    address = page.url.partition("#")[0]
    page.close(run_before_unload=False)

    page = page.context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(address)
    offer = page.get_by_role("region", name="Her er tekst, der ikke blev gemt").or_(page.locator(".kept"))
    offer.get_by_text("Se teksten").click()
    expect(offer.get_by_label("Teksten, der ikke er gemt")).to_have_value(re.compile("Skrevet før strømmen gik."))
    button(page, "Hent den ind igen").click()
    expect(page.get_by_role("heading", name="Se den igennem, og gem")).to_be_visible()
    expect(offer).to_have_count(0)
    expect(page.get_by_label("Resumé [da]")).to_have_value("Skrevet før strømmen gik.")
    assert steps(page) == ["Ring."]
    button(page.get_by_role("region", name="Se den igennem, og gem"), "Gem kladde").click()
    expect(page.get_by_text("Kladden er gemt. Læserne ser den ikke endnu.")).to_be_visible()
    editor_is_ready(page)
    assert kept_copies(page) == []

    # Whoever logs out leaves no words behind.
    page.get_by_label("Resumé [da]").fill("Efterladt.")
    expect(page.get_by_text("Ikke gemt endnu. Der ligger en kopi i denne browser")).to_be_visible()
    assert len(kept_copies(page)) == 1
    page.evaluate("""() => {
        const out = document.getElementById("logout-form");
        out.addEventListener("submit", event => event.preventDefault());
        out.requestSubmit();
    }""")
    assert kept_copies(page) == []


def type_and_leave(page, address, words):
    """Type a summary in a tab of its own, and close it before anything is saved."""
    tab = page.context.new_page()
    tab.goto(address)
    editor_is_ready(tab)
    tab.get_by_label("Resumé [da]").fill(words)
    expect(tab.get_by_text("Ikke gemt endnu. Der ligger en kopi i denne browser")).to_be_visible()
    tab.close(run_before_unload=False)


def test_texts_that_were_not_saved_are_told_apart_and_go_with_their_draft(desk):
    page = desk
    new_page(page, "kasseres")
    page.get_by_label("Resumé [da]").fill("Det er kort.")
    save(page)
    publish(page)
    live = page.url
    button(page, "Redigér").click()
    editor_is_ready(page)
    draft = page.url.partition("#")[0]
    for words in ("Det ene forslag.", "Det andet forslag er på mere end otte ord i alt."):
        type_and_leave(page, draft, words)

    page.goto(draft)
    begins = page.locator(".kept__begins")
    expect(begins).to_have_text(["”Det andet forslag er på mere end otte …”", "”Det ene forslag.”"])
    page.get_by_role("link", name="Kassér kladden").click()
    button(page, "Kassér kladden").click()
    page.goto(live)
    expect(page.locator(".edition-bar")).to_be_visible()
    assert kept_copies(page) == []
    expect(page.locator(".kept")).to_have_count(0)


def test_a_text_that_is_dropped_where_two_windows_met_is_not_offered_again(desk):
    page = desk
    new_page(page, "droppes")
    other = page.context.new_page()
    other.goto(page.url)
    editor_is_ready(other)
    page.get_by_label("Resumé [da]").fill("Skrevet i det ene.")
    save(page)
    other.get_by_label("Resumé [da]").fill("Skrevet i det andet.")
    button(other, "Gem kladde").click()

    other.get_by_role("link", name="Drop min tekst, og se den gemte kladde").click()

    editor_is_ready(other)
    expect(other.get_by_label("Resumé [da]")).to_have_value("Skrevet i det ene.")
    expect(other.locator(".kept")).to_have_count(0)
    assert kept_copies(other) == []


def test_the_buttons_are_in_sight_where_two_windows_met(desk, site_url):
    page = desk
    new_page(page, "to-vinduer")
    for words in ("et", "to", "tre", "fire"):
        field(add_block(page, "Trin i Kort fortalt"), "text_da").fill(words)
    save(page)
    other = page.context.new_page()
    faults = watch(other, site_url)
    other.goto(page.url)
    editor_is_ready(other)
    page.get_by_label("Resumé [da]").fill("Skrevet i det ene.")
    save(page)

    other.get_by_label("Overskrift [da]").first.fill("Skrevet i det andet")
    other.set_viewport_size({"width": 1400, "height": 800})
    button(other, "Gem kladde").first.click()

    expect(other.get_by_role("heading", name="Du har selv gemt kladden i et andet vindue")).to_be_visible()
    expect(other.get_by_text("Ret venligst fejlen herunder.")).to_be_hidden()
    for height in ("0", "document.body.scrollHeight / 2"):
        other.evaluate(f"scrollTo(0, {height})")
        expect(other.locator(".desk-side").get_by_role("button", name="Gem kladde")).to_be_in_viewport()
    other.set_viewport_size({"width": 360, "height": 800})
    assert other.evaluate("document.documentElement.scrollWidth") == 360
    other.get_by_role("region", name="Du har selv gemt kladden").get_by_role("button", name="Gem kladde").click()
    expect(other.get_by_text("Kladden er gemt. Læserne ser den ikke endnu.")).to_be_visible()
    expect(other.get_by_label("Resumé [da]")).to_have_value("Skrevet i det ene.")
    assert [fault for fault in faults if "409" not in fault] == []


def test_without_script_a_form_that_is_too_large_is_still_there_one_page_back(
    page_without_script, session_of_an_editor
):
    page = page_without_script
    page.context.add_cookies(session_of_an_editor)
    page.goto("/admin/guides/page/add/")
    page.get_by_label("Overskrift").fill("Uden script")
    button(page, "Gå videre til indholdet").click()
    page.get_by_label("Resumé [da]").fill("Mine ord.")
    page.locator("[name=change_note_da]").fill("x" * 2_700_000)

    button(page, "Gem kladde").click()

    expect(page.get_by_role("heading", name="Der blev sendt for meget på én gang")).to_be_visible()
    expect(
        page.get_by_text("Gå tilbage med browserens tilbageknap. Så står det, du skrev, der stadig.")
    ).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Resumé [da]")).to_have_value("Mine ord.")


# The order of blocks


_pages = itertools.count(1)


@pytest.fixture
def three_steps(desk):
    # Its key stands on the front page, where other tests look for English.
    new_page(desk, f"tre-trin-{next(_pages)}")
    for words in ("et", "to", "tre"):
        field(add_block(desk, "Trin i Kort fortalt"), "text_da").fill(words)
    return desk


def test_blocks_are_moved_by_keyboard(three_steps):
    page = three_steps
    box = page.locator("#guides_step_set-2")

    up = box.get_by_role("button", name="Flyt op")
    up.focus()
    page.keyboard.press("Enter")
    assert steps(page) == ["et", "tre", "to"]
    expect(up).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Plads 2 / 3")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert steps(page) == ["tre", "et", "to"]
    page.locator("#guides_step_set-0").get_by_role("button", name="Flyt ned").press("Enter")
    assert steps(page) == ["tre", "to", "et"]

    save(page)
    assert steps(page) == ["tre", "to", "et"]


def test_blocks_are_moved_by_dragging(three_steps):
    page = three_steps
    page.set_viewport_size({"width": 1280, "height": 1800})
    last, first = page.locator("#guides_step_set-2 > h3"), page.locator("#guides_step_set-0 > h3")

    expect(last).to_be_in_viewport(ratio=1)
    last.hover(position={"x": 160, "y": 10})
    page.mouse.down()
    # A drop counts where the browser has told that something hangs over it, which takes more than one move.
    for y in (9, 7, 5):
        first.hover(position={"x": 160, "y": y}, force=True)
    page.mouse.up()
    # Browsers tell of the drop a moment after the button is let go.
    expect(page.locator("#guides_step_set-2")).to_have_css("order", "10")
    assert steps(page) == ["tre", "et", "to"]


def test_blocks_are_put_between_others_and_taken_out(three_steps):
    page = three_steps
    page.locator("#guides_step_set-1").get_by_role("button", name="Tilføj blok før denne").click()
    chooser(page).locator("[title='Trin i Kort fortalt']").click()
    field(page.locator("#guides_step_set-3"), "text_da").fill("imellem")
    assert steps(page) == ["et", "imellem", "to", "tre"]

    page.locator("#guides_step_set-0").get_by_role("button", name="Fjern").click()
    assert steps(page) == ["imellem", "to", "tre"]

    save(page)
    page.locator("#guides_step_set-1").get_by_label("Slet").check()
    save(page)
    assert steps(page) == ["imellem", "tre"]


# Languages


def test_fields_are_shown_in_one_language_at_a_time(desk):
    page = desk
    new_page(page, "to-sprog")
    step = add_block(page, "Trin i Kort fortalt")
    danish, english = page.locator("#id_title_da"), page.locator("#id_title_en")

    def shown():
        return [element.is_visible() for element in (danish, english, field(step, "text_da"), field(step, "text_en"))]

    assert shown() == [True, False, True, False]
    expect(button(page, "Dansk")).to_have_attribute("aria-pressed", "true")
    button(page, "Engelsk").click()
    assert shown() == [False, True, False, True]
    expect(button(page, "Engelsk")).to_have_attribute("aria-pressed", "true")
    expect(button(page, "Dansk")).to_have_attribute("aria-pressed", "false")
    text = add_block(page, "Tekst")
    expect(rich_text(text, "body_en")).to_be_visible()
    expect(rich_text(text, "body_da")).to_be_hidden()
    button(page, "Alle sprog").click()
    assert shown() == [True, True, True, True]
    # What belongs to no language is always there.
    expect(field(step, "role")).to_be_visible()


def test_what_is_missing_leads_to_its_field_in_whichever_language_and_block(desk):
    page = desk
    new_page(page, "mangler-noget")
    page.locator("#id_title_da").fill("")
    step = add_block(page, "Trin i Kort fortalt")
    save(page)
    step.locator(".block-toggle").click()
    expect(field(step, "text_da")).to_be_hidden()
    button(page, "Engelsk").click()
    missing = page.get_by_role("region", name="Før siden kan udgives")

    missing.get_by_role("link", name="”Det skal gøres” er ikke udfyldt.").click()
    expect(field(step, "text_da")).to_be_focused()
    expect(button(page, "Dansk")).to_have_attribute("aria-pressed", "true")

    page.get_by_role("region", name="Kunne blive bedre").get_by_role("link").first.click()
    expect(page.locator("#id_title_en")).to_be_focused()
    missing.get_by_role("link", name="Overskriften mangler på dansk.").click()
    expect(page.locator("#id_title_da")).to_be_focused()


# Facts


def test_a_link_and_a_list_of_facts_reach_the_reader(desk, site_url):
    page = desk
    new_page(page, "med-fakta")
    page.get_by_label("Overskrift [da]").first.fill("Med fakta")
    text = add_block(page, "Tekst")
    rich_text(text).click()
    page.keyboard.type("Læs om os")
    ask_for_link(page, text)
    address = page.locator("dialog [name=href]")
    assert "side:om" in address.evaluate("field => [...field.list.options].map(option => option.value)")
    address.fill("side:om")
    page.locator("dialog [type=submit]").click()
    facts = add_block(page, "Liste med fakta")
    facts.locator(".select2-selection").click()
    page.keyboard.type("frist-bevis")
    page.locator(".select2-results__option", has_text="frist-bevis").first.click()
    save(page)

    tab, faults = preview(page, site_url)

    expect(in_frame(tab).locator("main").get_by_role("link", name="Læs om os")).to_have_attribute("href", "/om/")
    expect(in_frame(tab).locator("main")).to_contain_text("Bevis")
    tab.close()
    assert faults == []
