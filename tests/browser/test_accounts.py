"""How somebody new gets into the desk: a link, a password, an app with codes, a passkey."""

import pytest
from playwright.sync_api import expect

from ..codes_of_an_app import code_at
from .conftest import watch
from .editing import button
from .test_desk_access import PHONE, Watcher

PASSWORD = "kontrabas under ni fregner"


@pytest.fixture
def newcomer(new_context, site_url, request):
    """Another person at another browser. axe sets styles of its own, which the policy refuses."""
    page = new_context(bypass_csp=getattr(request, "param", False)).new_page()
    faults = watch(page, site_url)
    yield page
    assert faults == []


seen_by_axe = pytest.mark.parametrize("newcomer", [True], ids=["axe"], indirect=True)


def log_in(page, name, password=PASSWORD):
    page.get_by_label("Brugernavn").fill(name)
    page.get_by_label("Adgangskode").fill(password)
    button(page, "Log ind").click()


def link_for(desk, name) -> str:
    """An administrator makes a user and takes the link by which the password is chosen."""
    desk.goto("/admin/auth/user/add/")
    desk.get_by_label("Brugernavn").fill(name)
    desk.get_by_label("Redaktør").check()
    button(desk, "Gem").click()
    if desk.get_by_role("heading", name="Er det stadig dig?").is_visible():
        desk.get_by_label("Adgangskode").fill("en-lang-adgangskode")
        button(desk, "Bekræft").click()
    button(desk, "Lav linket").click()
    return desk.get_by_label("Link").input_value()


@seen_by_axe
def test_a_new_editor_is_led_all_the_way_in_and_gets_in_again(desk, newcomer, site_url):
    page, watcher = newcomer, Watcher(newcomer)

    def look(name):
        watcher.look(name)
        watcher.look(name, PHONE, "dark")

    page.goto(link_for(desk, "nynne"))
    look("choose a password")
    page.get_by_label("Ny adgangskode", exact=True).fill("kort")
    page.get_by_label("Ny adgangskode igen").fill("kort")
    button(page, "Gem adgangskoden").click()
    expect(page.get_by_text("Den skal indeholde mindst 12 tegn")).to_be_visible()
    look("a password that is too short")
    page.get_by_label("Ny adgangskode", exact=True).fill(PASSWORD)
    page.get_by_label("Ny adgangskode igen").fill(PASSWORD)
    button(page, "Gem adgangskoden").click()
    page.get_by_role("main").get_by_role("link", name="Log ind").click()

    look("login")
    log_in(page, "nynne", "forkert")
    expect(page.get_by_role("alert").first).to_contain_text("forkert")
    look("wrong password")
    log_in(page, "nynne")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sæt totrinslogin op")
    page.goto("/admin/guides/pageedition/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sæt totrinslogin op")
    look("two ways")
    page.get_by_role("link", name="Sæt appen op").click()
    look("the app")
    secret = page.locator(".account-key").text_content()
    page.get_by_label("De seks cifre").fill(code_at(secret))
    button(page, "Slå totrinslogin til").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dine nødkoder")
    look("emergency codes")
    codes = page.locator(".account-codes code").all_text_contents()
    assert len(set(codes)) == 10
    page.get_by_role("link", name="Jeg har gemt dem").click()
    expect(page).to_have_url(f"{site_url}/admin/")

    button(page, "Log ud").click()
    page.goto("/admin/guides/pageedition/")
    log_in(page, "nynne")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ét skridt mere")
    look("second step")
    page.get_by_label("Kode").fill("000000")
    button(page, "Log ind").click()
    expect(page.get_by_text("Koden er forkert")).to_be_visible()
    page.get_by_label("Kode").fill(code_at(secret))
    button(page, "Log ind").click()
    expect(page).to_have_url(f"{site_url}/admin/guides/pageedition/")

    page.goto("/konto/")
    look("account")
    page.get_by_role("link", name="Skift adgangskode").click()
    look("change the password")
    assert watcher.faults == ""


def test_a_passkey_opens_the_door_alone(desk, newcomer, site_url):
    page = newcomer
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    key |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    key_of_device = keys.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    page.goto(link_for(desk, "pia"))
    page.get_by_label("Ny adgangskode", exact=True).fill(PASSWORD)
    page.get_by_label("Ny adgangskode igen").fill(PASSWORD)
    button(page, "Gem adgangskoden").click()
    page.get_by_role("main").get_by_role("link", name="Log ind").click()
    log_in(page, "pia")

    page.get_by_role("link", name="Lav en adgangsnøgle").click()
    button(page, "Lav adgangsnøglen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dine nødkoder")
    page.get_by_role("link", name="Jeg har gemt dem").click()
    button(page, "Log ud").click()
    page.goto("/admin/guides/fact/")
    button(page, "Log ind med adgangsnøgle").click()
    expect(page).to_have_url(f"{site_url}/admin/guides/fact/")

    button(page, "Log ud").click()
    # Somebody else's finger.
    keys.send("WebAuthn.setUserVerified", key_of_device | {"isUserVerified": False})
    page.goto("/konto/log-ind/")
    button(page, "Log ind med adgangsnøgle").click()
    expect(page.get_by_text("Det lykkedes ikke")).to_be_visible(timeout=20_000)
