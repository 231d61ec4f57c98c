"""The ten things an editor does, done as the guide at the desk tells it; the guide's pictures are taken on the way.

`make guide-pictures` sets GUIDE_PICTURES to the folder of the pictures. Without it nothing is written.
"""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from PIL import Image
from playwright.sync_api import expect

from .conftest import watch
from .editing import (
    add_block,
    ask_for_link,
    button,
    editor_is_ready,
    field,
    in_frame,
    new_page,
    open_list,
    publish,
    rich_text,
    save,
)

DEADLINE = "Politianmeldelse, hvis der skal kunne søges offererstatning"
SOON = timezone.localdate() + timedelta(days=40)
# As wide as a telephone held sideways: what is cut out of it can be read on a phone and on paper.
SCREEN = {"width": 560, "height": 900}
# Pictures are sharp on every screen; without them nobody looks at the points.
POINTS = 2 if os.environ.get("GUIDE_PICTURES") else 1
MOST_BYTES = 60_000
RING = """(elements) => elements.forEach(element => {
  element.style.outline = "3px solid #b3261e";
  element.style.outlineOffset = "3px";
})"""
NO_RING = "(elements) => elements.forEach(element => { element.style.outline = element.style.outlineOffset = ''; })"

NEWCOMER = """
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from allauth.mfa.totp.internal.auth import TOTP
from digitalchikane.accounts.sessions import FACTOR_OF
user = get_user_model().objects.create_user("ny", first_name="Nynne", last_name="Holm", is_staff=True)
user.groups.set(Group.objects.filter(name__in=["Redaktør", "Ansvarshavende"]))
TOTP.activate(user, "{secret}")
client = Client()
client.force_login(user)
session = client.session
session[FACTOR_OF] = str(user.pk)
session.save()
open("{path}", "w").write(session.session_key)
"""


@pytest.fixture(scope="module")
def newcomer(manage, site_url, tmp_path_factory):
    """The cookies of a new editor who may also publish, and who is no administrator."""
    path = tmp_path_factory.mktemp("newcomer") / "session"
    code = NEWCOMER.format(secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", path=path)
    manage("shell", "--no-imports", "--verbosity=0", "--command", code)
    return [{"name": "sessionid", "value": path.read_text(), "url": site_url}]


@pytest.fixture
def page(new_context, newcomer, site_url):
    """The desk's front page, on a screen that pictures are taken of."""
    context = new_context(viewport=SCREEN, device_scale_factor=POINTS, color_scheme="light", reduced_motion="reduce")
    context.add_cookies(newcomer)
    page = context.new_page()
    faults = watch(page, site_url)
    page.goto("/admin/")
    yield page
    assert faults == []


@pytest.fixture
def reader(new_context, site_url):
    """Somebody who is not logged in."""
    page = new_context().new_page()
    faults = watch(page, site_url)
    yield page
    assert faults == []


def picture(name, *shown, press=None, height=None):
    """A picture of what stands from the first to the last of these, with a ring around what is to be pressed."""
    folder = os.environ.get("GUIDE_PICTURES")
    if not folder:
        return
    page = shown[0].page
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement?.blur()")
    ringed = press.element_handles() if press else []
    page.evaluate(RING, ringed)
    boxes = [each.bounding_box() for each in shown]
    scrolled = page.evaluate("scrollY")
    top = min(box["y"] for box in boxes) + scrolled - 12
    bottom = max(box["y"] + box["height"] for box in boxes) + scrolled + 12
    left = max(min(box["x"] for box in boxes) - 12, 0)
    right = min(max(box["x"] + box["width"] for box in boxes) + 12, page.viewport_size["width"])
    clip = {"x": left, "y": max(top, 0), "width": right - left, "height": min(bottom - max(top, 0), height or 9999)}
    image = Image.open(io.BytesIO(page.screenshot(full_page=True, clip=clip))).convert("RGB")
    page.evaluate(NO_RING, ringed)
    path = Path(folder) / f"{name}.webp"
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, quality=72, method=6)
    assert path.stat().st_size <= MOST_BYTES, name


def written_as_in_denmark(page):
    """Fields for dates and times follow the language of the browser, and ours may have English alone."""
    if os.environ.get("GUIDE_PICTURES"):
        page.get_by_label("Dato").evaluate(
            "(field, day) => { field.type = 'text'; field.value = day }", f"{SOON:%d.%m.%Y}"
        )
        page.get_by_label("Klokkeslæt").evaluate("field => { field.type = 'text'; field.value = '08.00' }")


def link(page, name, **options):
    return page.get_by_role("link", name=name, exact=True, **options)


def open_edition(page, menu, title):
    """From the front page to a page or a card, by the menu."""
    open_list(page, menu)
    link(page.locator("#result_list"), title).click()


def throw_away(page):
    link(page, "Kassér kladden").click()
    button(page, "Kassér kladden").click()
    expect(page.get_by_text("er kasseret.")).to_be_visible()


def test_a_sentence_is_corrected_and_an_earlier_edition_restored(page, reader, site_url):
    picture("forside", page.locator(".desk__today"), page.locator(".desk__section").first, height=400)
    picture("menu", page.locator(".app-desk h2"), page.locator(".app-desk tr").nth(6))
    open_list(page, "Faser")
    link(page.locator("#result_list"), "Dokumentér").click()
    picture("rediger", page.locator("#content h1"), page.locator(".edition-bar"), press=button(page, "Redigér"))
    button(page, "Redigér").click()
    editor_is_ready(page)
    expect(page.get_by_text("Dette er en kladde.")).to_be_visible()
    text = rich_text(page.locator("#guides_text_set-0"))
    was = text.text_content()
    text.locator("p").first.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Spørg, hvis I er i tvivl.")
    picture("tekstblok", page.locator("#guides_text_set-0"), height=420)
    with page.expect_popup() as opened:
        button(page, "Forhåndsvis").click()
    tab = opened.value
    expect(in_frame(tab).get_by_text("Spørg, hvis I er i tvivl.")).to_be_visible()
    picture("forhaandsvis", tab.locator(".preview__choices"))
    tab.close()
    save(page)
    picture("sidepanel", page.locator(".desk-side"), height=620)
    button(page, "Udgiv …").click()
    page.get_by_label("Hvad er nyt?", exact=True).fill("Vi siger, hvad I gør, hvis I er i tvivl.")
    picture("udgiv", page.locator(".step__form fieldset").first)
    button(page, "Udgiv").click()
    expect(page.get_by_text("Udgivet. Læserne ser den nu:")).to_be_visible()
    reader.goto("/faser/dokumenter/")
    expect(reader.locator("main")).to_contain_text("Spørg, hvis I er i tvivl.")
    reader.goto("/nyt/")
    expect(reader.locator("main")).to_contain_text("Vi siger, hvad I gør, hvis I er i tvivl.")

    open_edition(page, "Faser", "Dokumentér")
    editions = page.get_by_role("region", name="Udgaver")
    picture("udgaver", editions, press=link(editions, "Udgave 1"))
    link(editions, "Sammenlign med udgave 1").click()
    expect(page.locator("ins").filter(has_text="Spørg, hvis I er i tvivl.")).to_be_visible()
    picture("sammenlign", page.locator(".comparison"), height=520)
    page.go_back()
    link(page.get_by_role("region", name="Udgaver"), "Udgave 1").click()
    picture("gendan", page.locator(".edition-bar"), press=button(page, "Gendan som kladde"))
    button(page, "Gendan som kladde").click()
    expect(page.get_by_text("er gendannet som kladde")).to_be_visible()
    editor_is_ready(page)
    expect(rich_text(page.locator("#guides_text_set-0"))).to_have_text(was)
    button(page, "Udgiv …").click()
    page.get_by_label("Ingen synlig ændring").check()
    button(page, "Udgiv").click()
    expect(page.get_by_text("Udgivet. Læserne ser den nu:")).to_be_visible()
    reader.goto("/faser/dokumenter/")
    expect(reader.locator("main")).not_to_contain_text("Spørg, hvis I er i tvivl.")


def test_a_draft_gets_a_section_english_an_opinion_and_a_date(page, reader, new_context, site_url):
    open_edition(page, "Sider", "Forbered jer, før det sker")
    button(page, "Redigér").click()
    editor_is_ready(page)
    button(page, "Tilføj blok").click()
    picture("blokke", page.locator(".plugin-buttons"))
    page.keyboard.press("Escape")
    heading = add_block(page, "Overskrift")
    field(heading, "text_da").fill("Øv det sammen")
    field(heading, "anchor").fill("oev-det-sammen")
    text = add_block(page, "Tekst")
    rich_text(text).click()
    page.keyboard.type("Tag en halv time på et møde.")
    for kind, words in [("do", "Vælg et samtalekort.\nPrøv det to og to."), ("dont", "Brug ikke en rigtig sag.")]:
        box = add_block(page, "Gør eller undgå")
        field(box, "kind").select_option(kind)
        field(box, "items_da").fill(words)
        if kind == "do":
            picture("blok-do", box)
    save(page)
    draft = page.url

    # Task 10, English.
    button(page, "Engelsk").click()
    picture("sprog", page.locator(".language-switch"))
    field(heading, "text_en").fill("Practise together")
    save(page)
    button(page, "Dansk").click()

    # Task 5, a lawyer.
    link(page, "Send til gennemsyn").click()
    page.get_by_label("Til hvem").fill("Advokaten")
    button(page, "Lav linket").click()
    address = page.get_by_label("Adresse at sende").input_value()
    picture("link", page.locator(".review-link").first, press=button(page, "Kopiér"))
    lawyer = new_context(viewport=SCREEN, device_scale_factor=POINTS, color_scheme="light").new_page()
    lawyer.goto(address)
    expect(lawyer.locator("main")).to_contain_text("Prøv det to og to.")
    link(lawyer, "Svar på kladden").click()
    lawyer.get_by_label("Bemærkning", exact=True).fill("Skriv ”et kvarter”.")
    lawyer.get_by_label("Dit navn (frivilligt)").fill("Mette Krogh")
    button(lawyer, "Send svaret").click()
    expect(lawyer.get_by_text("Tak. Dit svar er sendt til redaktionen.")).to_be_visible()
    page.goto("/admin/")
    waiting = page.get_by_role("region", name="Svar fra gennemsyn")
    picture("svar", waiting)
    waiting.get_by_role("link", name="Forbered jer, før det sker").click()
    link(page, "Tilbage til kladden").click()
    editor_is_ready(page)
    panel = page.get_by_role("region", name="Gennemsyn")
    picture("gennemsyn", panel, press=link(panel, "Behandl svarene"))
    link(panel, "Behandl svarene").click()
    button(page, "Markér som behandlet").click()
    page.get_by_role("button", name="Luk linket").click()
    expect(page.get_by_text("Linket er lukket.")).to_be_visible()

    # Task 6, a date.
    page.goto(draft)
    editor_is_ready(page)
    button(page, "Udgiv …").click()
    page.get_by_label("Hvad er nyt?", exact=True).fill("Nyt afsnit om at øve sig.")
    page.get_by_label("Udgiv den …").check()
    page.get_by_label("Dato").fill(SOON.isoformat())
    page.get_by_label("Klokkeslæt").fill("08:00")
    when = page.locator(".step__form fieldset").nth(1)
    written_as_in_denmark(page)
    picture("planlaeg", when, page.locator(".step__form .submit-row"), press=button(page, "Udgiv"))
    button(page, "Udgiv").click()
    expect(page.get_by_text("Planlagt. Læserne får den")).to_be_visible()
    picture("planlagt", page.locator(".edition-bar"), press=button(page, "Fortryd planlægning"))
    reader.goto("/forbered/")
    expect(reader.locator("main")).not_to_contain_text("Øv det sammen")
    button(page, "Fortryd planlægning").click()
    expect(page.get_by_text("Planlægningen er fortrudt.")).to_be_visible()
    editor_is_ready(page)
    throw_away(page)


def test_a_card_is_made_and_seen_on_every_sheet(page):
    open_list(page, "Samtalekort")
    page.get_by_role("link", name="Tilføj samtalekort").click()
    page.get_by_label("Overskrift").fill("Tak for hjælpen")
    page.get_by_label("Fase:", exact=True).select_option(label="Psykisk førstehjælp")
    expect(page.get_by_label("Kortnummer")).not_to_have_value("")
    picture("kort-adresse", page.locator("form fieldset").first, page.locator(".submit-row"))
    button(page, "Gå videre til indholdet").click()
    editor_is_ready(page)
    page.get_by_label("Formål [da]").fill("Vise, at arbejdspladsen har set indsatsen.")
    page.get_by_label("Hvem taler med hvem [da]").fill("Leder og kollega")
    for section, words in [("remember", "Sig tak for noget bestemt."), ("say", "Det betød noget, at du blev.")]:
        point = add_block(page, "Punkt")
        field(point, "section").select_option(section)
        field(point, "text_da").fill(words)
    picture("punkt", page.locator("#conversations_cardpoint_set-0"))
    save(page)
    with page.expect_popup() as opened:
        button(page, "Forhåndsvis").click()
    tab = opened.value
    for name in ("Fire pr. ark", "Foldekort", "Samtaleark"):
        link(tab, name).first.click()
        expect(tab.frame_locator("iframe").locator(".sheet")).to_have_count(1)
    picture("kort-ark", tab.locator(".preview__choices"), tab.locator(".preview__stage"), height=700)
    tab.close()
    throw_away(page)


def test_a_help_line_is_withdrawn_with_a_replacement(page, reader):
    open_list(page, "Veje og hjælp")
    link(page.locator("#result_list"), "StopChikane").click()
    picture("vej", page.locator(".edition-bar"), press=link(page, "Træk tilbage"))
    link(page, "Træk tilbage").click()
    page.get_by_label("Begrundelse", exact=True).fill("Linjen tager ikke imod henvendelser lige nu.")
    page.get_by_label("Hvad læserne får i stedet").select_option(label="Offerrådgivningen")
    picture("traek-tilbage", page.locator(".step__form"), press=button(page, "Træk tilbage"))
    button(page, "Træk tilbage").click()
    expect(page.get_by_text("Trukket tilbage. Læsere, der kommer til adressen")).to_be_visible()
    assert reader.goto("/anmeld/stopchikane/").status == 410
    expect(reader.locator("main")).to_contain_text("Linjen tager ikke imod henvendelser lige nu.")
    expect(link(reader.locator("main"), "Offerrådgivningen")).to_be_visible()
    button(page, "Fortryd tilbagetrækningen").click()
    expect(page.get_by_text("Læserne ser den igen.")).to_be_visible()
    assert reader.goto("/anmeld/stopchikane/").status == 200


def test_a_changed_deadline_is_prepared_for_a_coming_date(page, reader):
    open_list(page, "Fakta")
    page.locator("#searchbar").fill("søges offererstatning")
    button(page, "Søg").click()
    page.locator("#result_list").get_by_role("link", name=DEADLINE).click()
    expect(page.locator(".wording--in-force .wording__text")).to_have_text("72 timer")

    button(page, "Skriv en ny ordlyd").click()
    wording = page.locator(".wording--new:visible")
    field(wording, "text_da").fill("96 timer")
    field(wording, "statement_da").fill("Politiet skal have anmeldelsen inden 96 timer efter lovovertrædelsen.")
    field(wording, "amount").fill("96")
    field(wording, "unit").select_option("hours")
    field(wording, "valid_from").fill(SOON.strftime("%d.%m.%Y"))
    picture("ordlyd", wording)
    button(page, "Gem").click()

    expect(page.get_by_text("Indtil da ser læserne den gamle.")).to_be_visible()
    expect(page.locator(".wording--in-force .wording__text")).to_have_text("72 timer")
    sentence = page.locator(".used-list__sentence", has_text="Anmeld inden").first
    expect(sentence.locator("del")).to_have_text("72 timer")
    expect(sentence.locator("ins")).to_have_text("96 timer")
    picture("bruges-paa", page.locator(".used h2"), page.locator(".used-list > li").nth(1))

    page.get_by_role("link", name="Se siderne, som de vil se ud", exact=True).click()
    expect(
        page.get_by_role("heading", name=f"Siden, som den vil se ud den {date_format(SOON, 'j. F Y')}")
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
    expect(coming).to_contain_text(f"ny ordlyd ”96 timer” fra {date_format(SOON, 'j. F Y')}")
    # Taken back, so that other tests meet the site as it ships.
    coming.get_by_role("link", name=DEADLINE).click()
    page.locator(".wording--to-come").get_by_label("Slet").check()
    button(page, "Gem").click()
    page.goto("/admin/")
    expect(page.get_by_role("region", name="Udgives snart")).not_to_contain_text("96 timer")


DEAD = "https://kilde.example/gammel-side"
FAILED = f"""
from django.utils import timezone
from django.utils.formats import date_format
from guides.models import Link
now = timezone.now()
Link.objects.create(url="{DEAD}", state="dead", fault="status", status=404, failures=2, failed_at=now, checked_at=now)
"""


def test_a_dead_link_is_mended_from_the_desk(page, reader, manage):
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
    picture("doede-links", dead, press=dead.get_by_role("link").first)
    dead.get_by_role("link", name="kilde.example/gammel-side").click()
    expect(page.locator(".used-list")).to_contain_text("i ”Læs videre”")
    expect(page.locator(".used-list mark")).to_have_text("En side for arbejdsgivere")

    picture("ret-link", page.locator(".used"), press=page.get_by_role("button", name="Ret disse ord"))
    page.get_by_role("button", name="Ret disse ord").click()
    editor_is_ready(page)
    block = page.locator("#guides_text_set-1")
    expect(rich_text(block)).to_be_focused()
    expect(rich_text(block)).to_be_in_viewport()
    ask_for_link(page, block)
    page.locator("dialog [name=href]").fill("https://kilde.example/ny-side")
    picture("ny-adresse", page.locator("dialog"))
    page.locator("dialog [type=submit]").click()
    publish(page)

    reader.goto("/med-doedt-link/")
    link = reader.locator("main").get_by_role("link", name="En side for arbejdsgivere")
    expect(link).to_have_attribute("href", "https://kilde.example/ny-side")
    page.goto("/admin/")
    page.get_by_role("region", name="Døde links").get_by_role("link", name="kilde.example/gammel-side").click()
    expect(page.get_by_text("Intet linker til den mere.")).to_be_visible()
