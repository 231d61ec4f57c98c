"""Suggestions while typing: by keyboard, told to those who listen, and without a letter leaving the page."""

from urllib.parse import urlsplit

from playwright.sync_api import expect

from .axe import violations, with_axe


@with_axe
def test_suggestions_are_chosen_by_keyboard_and_no_letter_leaves_the_page(page):
    page.goto("/soeg/", wait_until="networkidle")
    box = page.get_by_role("combobox", name="Hvad leder du efter?")
    options = page.get_by_role("option")
    status = page.locator("[data-suggestions-status]")
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))

    box.press_sequentially("skaerm")
    expect(options.first).to_be_visible()
    expect(status).to_contain_text("forslag")
    expect(box).to_have_attribute("aria-expanded", "true")
    assert asked == ["/soeg/forslag.json"]
    assert violations(page) == set()

    box.press("ArrowDown")
    box.press("ArrowUp")
    box.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    box.press("Home")
    expect(box).not_to_have_attribute("aria-activedescendant", active)
    expect(box).to_have_value("skaerm")
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("skaerm")
    box.press("Escape")
    expect(box).to_have_value("")

    box.press_sequentially("fcebook")
    expect(options.first).to_contain_text("Facebook")
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/anmeld/facebook/")


def test_search_goes_without_script(page_without_script):
    page = page_without_script
    page.goto("/")
    page.locator("#q").fill("skærmbillede")
    page.get_by_role("button", name="Søg").click()

    page.get_by_role("link", name="Tag skærmbilleder, der kan bruges").click()

    expect(page.locator("#skaermbilleder")).to_be_in_viewport()
