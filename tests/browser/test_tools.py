"""The tools as people use them: on paper, by keyboard, and leaving in a hurry."""

import io

import pytest
from pypdf import PdfReader


@pytest.mark.parametrize(
    "path",
    ["/roller/leder/", "/roller/arbejdsmiljoerepraesentant/", "/vaerktoejer/beredskabsark/", "/vaerktoejer/tjekliste/"],
)
def test_it_prints_on_one_sheet(page, path):
    page.goto(path)

    assert len(PdfReader(io.BytesIO(page.pdf(format="A4"))).pages) == 1


def test_a_role_on_paper_still_says_which_number_to_call(page):
    page.goto("/roller/leder/")

    (sheet,) = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages

    # The links that paper cannot follow are left out; phone numbers are links too.
    assert "så ring 112 før alt andet" in " ".join(sheet.extract_text().split())
    assert "Sådan gør I" not in sheet.extract_text()


def test_the_thread_beside_a_phase_lies_within_the_margin_of_the_paper(page):
    page.goto("/roller/arbejdsmiljoerepraesentant/")
    page.emulate_media(media="print")

    # A printer cuts off what is left of the text.
    edge = page.locator("main").bounding_box()["x"]
    assert min(thread.bounding_box()["x"] for thread in page.locator("main .thread").all()) >= edge


def test_a_helper_without_a_number_has_an_address_on_paper(page):
    page.goto("/til-dig-der-er-ramt/")
    assert not page.get_by_text("stopchikane.nu").is_visible()

    words = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages)

    assert "stopchikane.nu" in words


def test_deadlines_are_counted_and_printed_on_half_a_sheet(page):
    page.goto("/vaerktoejer/frister/")
    page.locator("[name=incident_on]").fill("2026-11-20")
    page.locator("[name=incident_at]").fill("21:40")
    page.locator("[name=absence_on]").fill("2026-11-23")
    page.locator("[name=published_on]").fill("2026-11-20")
    page.get_by_role("button", name="Regn fristerne ud").click()

    assert page.url.endswith("/vaerktoejer/frister/")
    assert "kl. 21.40" in page.locator(".deadline__day").first.inner_text()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})
    last = page.locator(".deadline").last.bounding_box()
    # Half of an A4 less its margin, at 96 pixels an inch.
    assert last["y"] + last["height"] < (148.5 - 15) / 25.4 * 96


def test_the_questions_lead_by_keyboard_to_one_question_at_a_time(page):
    page.goto("/start/")
    assert page.locator(".triage > :visible").count() == 1

    page.get_by_role("link", name="Nej, ikke lige nu").focus()
    page.keyboard.press("Enter")

    assert page.locator(".triage > :visible").count() == 1
    assert page.locator("#hvem").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent").startswith("En udefra")


def test_leaving_takes_the_place_of_the_page_in_the_history(new_context):
    # A page of its own: leaving asks another host, which nothing else on the site may do.
    page = new_context().new_page()
    page.route("https://www.dmi.dk/**", lambda route: route.fulfill(body="<title>Vejret</title>"))
    page.goto("/situationer/")
    page.goto("/situationer/stalking/")
    for _press in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("https://www.dmi.dk/")

    page.go_back()

    assert page.url.endswith("/situationer/")
