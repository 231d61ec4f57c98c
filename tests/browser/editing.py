"""What an editor does at the desk, for tests to do the same."""

import re

from playwright.sync_api import expect

from .conftest import watch


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def open_list(page, name):
    """From the front page to a list, by the menu; what stands above the menu may lead to the same list."""
    page.goto("/admin/")
    page.get_by_role("table", name="Indhold og brugere").get_by_role("link", name=name, exact=True).click()


def new_page(page, key):
    """The empty draft of a new page."""
    page.goto("/admin/guides/page/add/")
    page.get_by_label("Overskrift").fill(key)
    button(page, "Gå videre til indholdet").click()
    expect(page.get_by_text("Før siden kan udgives")).to_be_visible()
    editor_is_ready(page)


def new_card(page, key, number):
    page.goto("/admin/conversations/card/add/")
    page.get_by_label("Overskrift").fill(key)
    page.get_by_label("Kortnummer").fill(str(number))
    page.get_by_label("Fase:", exact=True).select_option(index=1)
    button(page, "Gå videre til indholdet").click()
    editor_is_ready(page)


def editor_is_ready(page):
    expect(page.locator(".order-machine-insert-target.last")).to_be_visible()


def chooser(page):
    return page.locator(".plugin-buttons")


def add_block(page, name):
    """Add a block of a kind with the last plus; returns its box."""
    # By keyboard: what arrives late above the button may move it away under a mouse.
    plus = button(page, "Tilføj blok")
    plus.press("Enter")
    expect(plus).to_have_attribute("aria-expanded", "true")
    choice = chooser(page).locator(f"[title='{name}']")
    prefix = choice.get_attribute("data-plugin-prefix")
    number = page.locator(f".dynamic-{prefix}").count()
    choice.click()
    return page.locator(f"#{prefix}-{number}")


def field(box, name):
    return box.locator(f"[name$='-{name}']")


def rich_text(box, name="body_da"):
    return box.locator(f".field-{name} [role=textbox]")


def from_top_to_bottom(page, what) -> list[str]:
    """Something of each block, in the order in which the blocks are seen."""
    return page.evaluate(
        """what => [...document.querySelectorAll(".order-machine .inline-related:not(.empty-form)")]
          .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
          .map(box => box.querySelector(what))
          .map(found => found.value ?? found.textContent)""",
        what,
    )


def kinds(page) -> list[str]:
    return [name.rstrip(":") for name in from_top_to_bottom(page, "h3 b")]


def steps(page) -> list[str]:
    return from_top_to_bottom(page, "[name$=-text_da]")


def ask_for_link(page, box):
    """Mark all of a text and press the button for links."""
    rich_text(box).click()
    page.keyboard.press("Control+a")
    link = box.locator("[data-name=link]").first
    expect(link).not_to_have_class(re.compile("disabled"))
    link.click()
    expect(page.locator("dialog")).to_be_visible()


def save(page):
    button(page, "Gem kladde").click()
    # A picture is made in several sizes first.
    expect(page.get_by_text("Kladden er gemt. Læserne ser den ikke endnu.")).to_be_visible(timeout=20_000)
    editor_is_ready(page)


def preview(page, site_url):
    """The new tab that “Forhåndsvis” opens, with what goes wrong there."""
    with page.expect_popup() as opened:
        button(page, "Forhåndsvis").click()
    tab = opened.value
    faults = watch(tab, site_url)
    tab.wait_for_load_state()
    return tab, faults


def in_frame(tab):
    """The page that a preview shows."""
    return tab.frame_locator("iframe.preview__frame")


def publish(page):
    button(page, "Udgiv …").click()
    page.get_by_label("Ingen synlig ændring").check()
    button(page, "Udgiv").click()
    expect(page.get_by_text("Udgivet. Læserne ser den nu:")).to_be_visible()
