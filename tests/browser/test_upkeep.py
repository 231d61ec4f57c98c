"""Keeping it true: a change of law prepared for its day, and a dead link mended, from the desk's front page on."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import expect

from .conftest import watch
from .editing import add_block, ask_for_link, button, editor_is_ready, field, new_page, publish, rich_text

NEW_YEAR = timezone.localdate() + timedelta(days=40)


@pytest.fixture
def reader(new_context, site_url):
    """Somebody who is not logged in."""
    page = new_context().new_page()
    faults = watch(page, site_url)
    yield page
    assert faults == []


def test_a_changed_deadline_is_prepared_for_a_coming_date(desk, reader):
    page = desk
    page.goto("/admin/")
    page.get_by_role("link", name="Fakta", exact=True).click()
    page.locator("#searchbar").fill("offererstatning skal holdes")
    button(page, "Søg").click()
    page.locator("#result_list").get_by_role("link", name="Politianmeldelse, hvis offererstatning").click()
    expect(page.locator(".wording--in-force .wording__text")).to_have_text("72 timer")

    button(page, "Skriv en ny ordlyd").click()
    wording = page.locator(".wording--new:visible")
    field(wording, "text_da").fill("96 timer")
    field(wording, "statement_da").fill("Politiet skal have anmeldelsen inden 96 timer efter lovovertrædelsen.")
    field(wording, "amount").fill("96")
    field(wording, "unit").select_option("hours")
    field(wording, "valid_from").fill(NEW_YEAR.strftime("%d.%m.%Y"))
    button(page, "Gem").click()

    expect(page.get_by_text("Indtil da ser læserne den gamle.")).to_be_visible()
    expect(page.locator(".wording--in-force .wording__text")).to_have_text("72 timer")
    sentence = page.locator(".used-list__sentence", has_text="Anmeld inden").first
    expect(sentence.locator("del")).to_have_text("72 timer")
    expect(sentence.locator("ins")).to_have_text("96 timer")

    page.get_by_role("link", name="Se siderne, som de vil se ud", exact=True).click()
    expect(
        page.get_by_role("heading", name=f"Siden, som den vil se ud den {date_format(NEW_YEAR, 'j. F Y')}")
    ).to_be_visible()
    page.get_by_role("link", name="Hjælp til anmeldelse").click()
    coming = page.frame_locator("iframe")
    expect(coming.locator("main")).to_contain_text("inden 96 timer")
    expect(coming.locator("main")).not_to_contain_text("inden 72 timer")

    reader.goto("/faser/hjaelp-til-anmeldelse/")
    expect(reader.locator("main")).to_contain_text("inden 72 timer")
    expect(reader.locator("main")).not_to_contain_text("96 timer")

    page.goto("/admin/")
    coming = page.get_by_role("region", name="Udgives snart")
    expect(coming).to_contain_text(f"ny ordlyd ”96 timer” fra {date_format(NEW_YEAR, 'j. F Y')}")
    # Taken back, so that other tests meet the site as it ships.
    coming.get_by_role("link", name="Politianmeldelse, hvis offererstatning").click()
    page.locator(".wording--to-come").get_by_label("Slet").check()
    button(page, "Gem").click()
    page.goto("/admin/")
    expect(page.get_by_role("region", name="Udgives snart")).not_to_contain_text("96 timer")


DEAD = "https://kilde.example/gammel-side"
FAILED = f"""
from django.utils import timezone
from guides.models import Link
now = timezone.now()
Link.objects.create(url="{DEAD}", state="dead", fault="status", status=404, failures=2, failed_at=now, checked_at=now)
"""


def test_a_dead_link_is_mended_from_the_desk(desk, reader, manage):
    page = desk
    new_page(page, "med-doedt-link")
    page.get_by_label("Overskrift [da]").first.fill("Med et dødt link")
    page.get_by_label("Resumé [da]").fill("Den linker ud.")
    heading = add_block(page, "Overskrift")
    field(heading, "text_da").fill("Læs videre")
    field(heading, "anchor").fill("laes-videre")
    for words in ("Noget andet.", "En side for arbejdsgivere"):
        text = add_block(page, "Tekst")
        rich_text(text).click()
        page.keyboard.type(words)
    ask_for_link(page, text)
    page.locator("dialog [name=href]").fill(DEAD)
    page.locator("dialog [type=submit]").click()
    publish(page)
    manage("shell", "--verbosity=0", "--command", FAILED)

    page.goto("/admin/")
    dead = page.get_by_role("region", name="Døde links")
    expect(dead).to_contain_text("Siden findes ikke mere (404). · Med et dødt link")
    dead.get_by_role("link", name="kilde.example/gammel-side").click()
    expect(page.locator(".used-list")).to_contain_text("i ”Læs videre”")
    expect(page.locator(".used-list mark")).to_have_text("En side for arbejdsgivere")

    page.get_by_role("button", name="Ret disse ord").click()
    editor_is_ready(page)
    block = page.locator("#guides_text_set-1")
    expect(rich_text(block)).to_be_focused()
    expect(rich_text(block)).to_be_in_viewport()
    ask_for_link(page, block)
    page.locator("dialog [name=href]").fill("https://kilde.example/ny-side")
    page.locator("dialog [type=submit]").click()
    publish(page)

    reader.goto("/med-doedt-link/")
    link = reader.locator("main").get_by_role("link", name="En side for arbejdsgivere")
    expect(link).to_have_attribute("href", "https://kilde.example/ny-side")
    page.goto("/admin/")
    page.get_by_role("region", name="Døde links").get_by_role("link", name="kilde.example/gammel-side").click()
    expect(page.get_by_text("Intet linker til den mere.")).to_be_visible()
