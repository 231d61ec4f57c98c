"""Who gets in, and for how long: two steps, guessing, sessions, passwords, and forms that come too late."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import clear_url_caches, reverse
from pytest_django.asserts import assertRedirects

from digitalchikane.accounts import sessions
from digitalchikane.accounts.adapter import SecondFactors
from guides.models import PageEdition

from .codes_of_an_app import code_at
from .markup import Markup, text
from .test_desk import address_of, english_in, form_of, stored

pytestmark = pytest.mark.django_db

LOGIN, DESK = "/konto/log-ind/", "/admin/"
NAME, PASSWORD = "nynne", "kontrabas under ni fregner"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OFFICE, ELSEWHERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def nobody_has_tried_yet():
    cache.clear()


@pytest.fixture
def editor(db):
    """Somebody who may do everything, with an app for the second step."""
    user = get_user_model().objects.create_superuser(NAME, "nynne@example.org", PASSWORD)
    TOTP.activate(user, SECRET)
    return user


@pytest.fixture
def newcomer(db):
    """Somebody who has not set up a second step."""
    return get_user_model().objects.create_superuser("ny", "ny@example.org", PASSWORD)


@pytest.fixture
def commit_at_once(monkeypatch):
    """What waits for the end of a transaction is done at once: the one around a test never ends."""
    monkeypatch.setattr(transaction, "on_commit", lambda deed, **options: deed())


@pytest.fixture
def later(monkeypatch):
    """Lets time pass for logins: `later(minutes=61)`."""
    passed = timedelta()
    clock = time.time

    def pass_by(**units):
        nonlocal passed
        passed += timedelta(**units)

    monkeypatch.setattr(time, "time", lambda: clock() + passed.total_seconds())
    return pass_by


def browser(address=OFFICE, **options) -> Client:
    return Client(REMOTE_ADDR=address, **options)


def send_password(client, name=NAME, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": name, "password": password, **more})


def logged_in(client=None, name=NAME) -> Client:
    """Somebody who has gone both steps."""
    client = client or browser()
    send_password(client, name)
    client.post("/konto/log-ind/kode/", {"code": code_at(SECRET)})
    assert client.session["_auth_user_id"]
    return client


def said(response) -> str:
    return text(Markup(response.content.decode()).one("main"))


# The screens


def test_the_login_page_is_danish_with_one_heading_and_kept_by_nobody(client):
    response = client.get(LOGIN)
    page = Markup(response.content.decode())

    assert text(page.one("h1")) == "Log ind i redaktionen"
    assert text(page.one("title")) == "Log ind · Redaktionen"
    assert english_in(page) == []
    assert page.parse_errors == []
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert response["X-Frame-Options"] == "DENY"


def test_account_screens_allow_no_code_but_the_sites_own(editor):
    client = logged_in()
    paths = [
        "/konto/",
        "/konto/adgangskode/",
        "/konto/app/fjern/",
        "/konto/adgangsnoegler/ny/",
        "/konto/noedkoder/nye/",
        "/konto/bekraeft/",
        "/konto/bekraeft/kode/",
        "/konto/log-ud/",
    ]
    answers = {path: client.get(path) for path in paths} | {LOGIN: browser().get(LOGIN)}
    for path, response in answers.items():
        assert response.status_code == 200, path
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in f"{policy};"
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "nonce" not in policy and "sha256" not in policy
        page = Markup(response.content.decode())
        assert page.parse_errors == [], path
        assert english_in(page) == [], path
        assert len(page.all("h1")) == 1, path
        for script in page.all("script"):
            assert script.get("src") or script.get("type") == "application/json", path
        fields = [field for field in page.all("input") if field.get("type") not in ("hidden", None)]
        labels = {label.get("for") for label in page.all("label")}
        assert [f.get("id") for f in fields if f.get("id") not in labels and f.get("hidden") is None] == [], path


def test_nobody_signs_up(client):
    before = stored()
    form = {"username": "mig", "password1": PASSWORD, "password2": PASSWORD, "email": "mig@example.org"}

    assertRedirects(client.post("/konto/opret/", form), LOGIN, fetch_redirect_response=False)

    assert client.get("/konto/signup/").status_code == 404
    assert stored() == before


def test_readers_pages_carry_no_cookie_though_one_is_logged_in(editor):
    client = logged_in()
    for path in ("/", "/faser/", "/findes-ikke/", "/konto"):
        response = client.get(path)
        assert not response.cookies, path
        assert "cookie" not in response.get("Vary", "").lower(), path


# Two steps


def test_a_password_alone_does_not_open_the_desk(editor):
    client = browser()
    response = send_password(client, next="/admin/guides/fact/")

    assertRedirects(response, "/konto/log-ind/kode/", fetch_redirect_response=False)
    assert client.get(DESK).status_code == 302
    assert "_auth_user_id" not in client.session


def test_both_steps_lead_to_where_one_was_going(editor):
    client, path = browser(), address_of(PageEdition.objects.live().first())
    first = client.get(path, follow=True)
    assert first.redirect_chain[-1][0] == f"{LOGIN}?next={path}"

    send_password(client, next=path)
    response = client.post("/konto/log-ind/kode/", {"code": code_at(SECRET)}, follow=True)

    assert response.redirect_chain == [(path, 302)]
    assert response.status_code == 200


def test_a_login_leads_to_no_other_site(editor):
    client = browser()
    for elsewhere in ("https://example.com/", "//example.com/", "/\\example.com", "javascript:alert(1)"):
        send_password(client, next=elsewhere)
        response = client.post("/konto/log-ind/kode/", {"code": code_at(SECRET)})
        assert response["Location"] == DESK, elsewhere
        client.post("/konto/log-ud/")
        cache.clear()


def test_a_code_opens_the_door_once(editor):
    code = code_at(SECRET)
    logged_in()

    client = browser(ELSEWHERE)
    send_password(client)
    response = client.post("/konto/log-ind/kode/", {"code": code})

    assert response.status_code == 200
    assert "har været brugt" in said(response) or "er brugt" in said(response)
    assert client.get(DESK).status_code == 302


def test_a_code_of_the_half_minute_before_is_right_and_an_older_one_wrong(editor):
    for age, expected in ((30, 302), (120, 200)):
        client = browser()
        send_password(client)
        response = client.post("/konto/log-ind/kode/", {"code": code_at(SECRET, time.time() - age)})
        assert response.status_code == expected, age


def test_codes_cannot_be_guessed(editor):
    client = browser()
    send_password(client)
    for number in range(6):
        client.post("/konto/log-ind/kode/", {"code": f"{number:06}"})

    response = client.post("/konto/log-ind/kode/", {"code": code_at(SECRET)})

    assert response.status_code == 200
    assert "for mange gange" in said(response)
    assert client.get(DESK).status_code == 302


def test_somebody_without_a_second_step_is_led_to_setting_one_up(newcomer, commit_at_once):
    client = browser()
    send_password(client, "ny")
    for path in (DESK, "/admin/guides/fact/", "/admin/auth/user/"):
        assertRedirects(client.get(path), "/konto/", fetch_redirect_response=False)
        assertRedirects(client.post(path), "/konto/", fetch_redirect_response=False)
    assert "Sæt totrinslogin op" in said(client.get("/konto/"))

    secret = text(Markup(client.get("/konto/app/").content.decode()).one("code"))
    response = client.post("/konto/app/", {"code": code_at(secret)})
    assertRedirects(response, "/konto/noedkoder/", fetch_redirect_response=False)
    codes = [text(code) for code in Markup(client.get("/konto/noedkoder/").content.decode()).all("code")]
    assert len(set(codes)) == 10
    assert client.get(DESK).status_code == 200

    # They are shown once, and each works once.
    assert Markup(client.get("/konto/noedkoder/").content.decode()).all("code") == []
    for expected in (302, 200):
        other = browser()
        send_password(other, "ny")
        assert other.post("/konto/log-ind/kode/", {"code": codes[0]}).status_code == expected


def test_the_second_step_can_be_left_to_choice(newcomer, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client = browser()
    send_password(client, "ny")

    assert client.get(DESK).status_code == 200


def test_a_login_from_before_the_second_step_does_not_get_past_it(newcomer, commit_at_once):
    thief, owner = browser(ELSEWHERE), browser()
    send_password(thief, "ny")
    send_password(owner, "ny")
    secret = text(Markup(owner.get("/konto/app/").content.decode()).one("code"))
    owner.post("/konto/app/", {"code": code_at(secret)})

    for path in (DESK, "/konto/", "/konto/app/fjern/", "/konto/noedkoder/", "/konto/adgangsnoegler/ny/"):
        assertRedirects(thief.get(path), f"/konto/bekraeft/kode/?next={path}", fetch_redirect_response=False)
    thief.post("/konto/app/fjern/")
    assert Authenticator.objects.filter(user=newcomer, type="totp").exists()
    thief.post("/konto/bekraeft/kode/?next=/admin/", {"code": code_at(secret)})
    assert thief.get(DESK).status_code == 200


def test_the_secret_of_an_app_is_not_readable_in_the_database(editor, settings):
    stored_secret = Authenticator.objects.get(user=editor).data["secret"]
    assert SECRET not in stored_secret
    assert SecondFactors().decrypt(stored_secret) == SECRET

    old_key, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-" + "x" * 50
    settings.SECRET_KEY_FALLBACKS = [old_key]
    assert SecondFactors().decrypt(stored_secret) == SECRET
    # With the key lost, no code is right, and nothing breaks.
    settings.SECRET_KEY_FALLBACKS = []
    client = browser()
    send_password(client)
    assert client.post("/konto/log-ind/kode/", {"code": code_at(SECRET)}).status_code == 200


def test_what_protects_a_login_is_changed_only_by_whoever_has_just_proved_who_it_is(editor, later):
    client = logged_in()
    later(minutes=11)
    for path in ("/konto/app/fjern/", "/konto/noedkoder/nye/", "/konto/adgangsnoegler/ny/"):
        assertRedirects(client.get(path), f"/konto/bekraeft/?next={path}", fetch_redirect_response=False)
    client.post("/konto/app/fjern/")
    assert Authenticator.objects.filter(user=editor, type="totp").exists()

    wrong = client.post("/konto/bekraeft/?next=/konto/app/fjern/", {"password": "forkert"})
    assert "Adgangskoden er forkert" in said(wrong)
    # Once that is proved, what was asked for is done.
    client.post("/konto/bekraeft/?next=/konto/app/fjern/", {"password": PASSWORD})
    assert not Authenticator.objects.filter(user=editor, type="totp").exists()


# Guessing


def fail(client, times, name=NAME):
    for number in range(times):
        response = send_password(client, name, f"forkert-{number}")
    return response


def test_after_five_failures_even_the_right_password_waits(editor, later):
    client = browser()
    assert "er forkert" in said(fail(client, 5))

    response = send_password(client)

    assert response.status_code == 200
    assert "Vent ti minutter" in said(response)
    assert english_in(Markup(response.content.decode())) == []
    later(minutes=11)
    assert send_password(client).status_code == 302


def test_an_outsider_locks_nobody_out(editor):
    fail(browser(ELSEWHERE), 20)

    assert send_password(browser(OFFICE)).status_code == 302


def test_one_clumsy_colleague_locks_no_office_out(editor, newcomer):
    fail(browser(OFFICE), 10, name="ny")

    assert send_password(browser(OFFICE)).status_code == 302


def test_an_address_that_tries_everybody_is_stopped(editor, later):
    client = browser(ELSEWHERE)
    for number in range(100):
        later(seconds=3)
        assert "er forkert" in said(send_password(client, f"navn-{number}", "forkert"))

    assert "Vent ti minutter" in said(send_password(client))
    assert send_password(browser(OFFICE)).status_code == 302


def test_a_flood_of_logins_is_answered_with_a_pause(editor):
    client = browser(ELSEWHERE)
    for _time in range(61):
        response = client.post(LOGIN, {"login": ""})

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0
    assert "For mange forsøg" in response.content.decode()
    assert browser(ELSEWHERE).get(LOGIN).status_code == 200


def test_guessing_from_ever_new_addresses_is_slowed_but_not_for_the_office_of_the_editor(editor):
    assert send_password(browser(OFFICE)).status_code == 302
    for number in range(120):
        send_password(browser(f"203.0.113.{number}"), password="forkert")

    assert "Vent ti minutter" in said(send_password(browser("192.0.2.1")))
    assert send_password(browser(OFFICE)).status_code == 302


def test_an_address_is_what_our_own_proxy_says_and_not_what_a_visitor_says(editor, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(6):
        forged = browser("10.0.0.1", HTTP_X_FORWARDED_FOR=f"192.0.2.{number}, {ELSEWHERE}")
        response = send_password(forged, password="forkert")
    assert "Vent ti minutter" in said(response)
    assert send_password(browser("10.0.0.1", HTTP_X_FORWARDED_FOR=OFFICE)).status_code == 302

    # Without a proxy of ours the header counts for nothing.
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    cache.clear()
    for number in range(6):
        response = send_password(browser(ELSEWHERE, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}"), password="forkert")
    assert "Vent ti minutter" in said(response)


def test_a_wrong_name_and_a_wrong_password_look_the_same(editor):
    answers = [send_password(browser(), name, "forkert") for name in (NAME, "findes-ikke")]

    pages = [re.sub(r'(value|name)="[^"]*"', "", answer.content.decode()) for answer in answers]
    assert pages[0] == pages[1]
    assert "sessionid" not in answers[0].cookies


def test_the_old_login_of_the_desk_checks_no_passwords(editor, newcomer):
    client = logged_in()
    client.post("/admin/login/", {"username": "ny", "password": PASSWORD})

    assert client.session["_auth_user_id"] == str(editor.pk)


def test_somebody_whose_login_is_closed_stays_outside(editor):
    client = logged_in()
    get_user_model().objects.filter(pk=editor.pk).update(is_active=False)

    assert client.get(DESK).status_code == 302
    response = send_password(browser())
    assertRedirects(response, "/konto/lukket/", fetch_redirect_response=False)
    assert "lukket" in said(browser().get("/konto/lukket/"))


def test_somebody_without_a_role_stays_outside(newcomer):
    get_user_model().objects.filter(pk=newcomer.pk).update(is_superuser=False, is_staff=False)
    client = browser()
    send_password(client, "ny")

    assert client.get(DESK, follow=True).status_code == 403


# How long a login lasts


def test_a_login_gets_a_new_session_and_takes_none_that_was_planted(editor):
    client = browser()
    client.get(LOGIN)
    client.cookies["sessionid"] = "planted0planted0planted0planted0"
    send_password(client)
    half_way = client.cookies["sessionid"].value
    assert half_way != "planted0planted0planted0planted0"

    client.post("/konto/log-ind/kode/", {"code": code_at(SECRET)})

    assert client.cookies["sessionid"].value != half_way
    assert not Session.objects.filter(pk=half_way).exists()


def test_a_session_ends_with_the_browser_and_at_logout(editor):
    client = browser()
    send_password(client)
    response = client.post("/konto/log-ind/kode/", {"code": code_at(SECRET)})
    cookie = response.cookies["sessionid"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert not cookie["expires"] and not cookie["max-age"]

    assert client.get("/admin/logout/").status_code == 405
    assert client.get("/konto/log-ud/").status_code == 200
    assert client.get(DESK).status_code == 200
    assertRedirects(client.post("/admin/logout/"), LOGIN, fetch_redirect_response=False)
    client.cookies["sessionid"] = cookie.value
    assert client.get(DESK).status_code == 302


def test_a_login_ends_when_its_editor_is_gone(editor, later):
    client = logged_in()
    for _hour in range(3):
        later(minutes=50)
        assert client.get("/konto/adgangskode/").status_code == 200
    later(minutes=61)

    response = client.get("/admin/guides/fact/")

    assertRedirects(response, f"{LOGIN}?next=/admin/guides/fact/", fetch_redirect_response=False)
    assert "logget ud" in said(client.get(response["Location"]))
    assert client.get(DESK).status_code == 302


def test_a_login_ends_after_a_working_day_however_busy_one_is(editor, later):
    client = logged_in()
    for _step in range(14):
        later(minutes=40)
        assert client.post("/konto/her/").status_code == 204
    later(minutes=41)

    assert client.get(DESK).status_code == 302


def test_somebody_who_is_writing_is_present(editor, later):
    client = logged_in()
    for _step in range(4):
        later(minutes=40)
        assert client.post("/konto/her/").status_code == 204
    assert client.get(DESK).status_code == 200
    later(minutes=61)
    assert client.post("/konto/her/").status_code == 403


def test_a_person_can_log_out_everywhere_else(editor):
    here = logged_in()
    cache.clear()
    there = logged_in(browser(ELSEWHERE))
    assert "også logget ind ét andet sted" in said(here.get("/konto/"))

    here.post("/konto/log-ud/andre/")

    assert there.get(DESK).status_code == 302
    assert here.get(DESK).status_code == 200


# Forms that come too late


def draft_form(client, make_page):
    draft = make_page(title_da="Før", live_from=None)
    form = form_of(Markup(client.get(address_of(draft)).content.decode()))
    return draft, address_of(draft), form | {"title_da": "Skrevet i en time", "_save": "1"}


def test_a_form_that_is_sent_too_late_is_given_back_after_the_next_login(editor, later, make_page):
    client = logged_in()
    draft, path, form = draft_form(client, make_page)
    later(minutes=61)

    late = client.post(path, form)
    assertRedirects(late, f"{LOGIN}?next={path}", fetch_redirect_response=False)
    assert "Det, du skrev, er gemt" in said(client.get(late["Location"]))
    draft.refresh_from_db()
    assert draft.title_da == "Før"

    send_password(client, next=path)
    response = client.post("/konto/log-ind/kode/", {"code": code_at(SECRET)}, follow=True)
    page = Markup(response.content.decode())
    assert text(page.one("h1")) == "Det, du skrev, er her stadig"
    again = {field.get("name"): field.get("value") for field in page.one("main").iter("input")}
    assert client.post(path, again).status_code == 302
    draft.refresh_from_db()
    assert draft.title_da == "Skrevet i en time"
    assert "Det, du skrev" not in said(client.get(path))


def test_a_form_is_kept_though_the_login_had_ended_at_another_window(editor, later, make_page):
    client = logged_in()
    _draft, path, form = draft_form(client, make_page)
    later(minutes=61)
    client.get(DESK)

    late = client.post(path, form)

    assert "Det, du skrev, er gemt" in said(client.get(late["Location"]))


def test_a_form_that_was_kept_is_shown_to_nobody_else_and_can_be_thrown_away(editor, newcomer, later, make_page):
    TOTP.activate(newcomer, SECRET)
    client = logged_in()
    _draft, path, form = draft_form(client, make_page)
    for name in ("ny", NAME):
        later(minutes=61)
        client.post(path, form)
        cache.clear()
        send_password(client, name)
        client.post("/konto/log-ind/kode/", {"code": code_at(SECRET)})
        assert ("Skrevet i en time" in client.get(path).content.decode()) is (name == NAME)
        if name == "ny":
            cache.clear()
            client = logged_in()

    assertRedirects(client.post("/konto/kasser/"), path, fetch_redirect_response=False)
    assert "Skrevet i en time" not in client.get(path).content.decode()


def test_strangers_cannot_have_anything_kept(client, make_page):
    path = address_of(make_page(live_from=None))
    before = stored(), Session.objects.count()

    client.post(path, {"title_da": "Fyld"})

    assert (stored(), Session.objects.count()) == before


def test_a_form_with_the_token_of_an_earlier_login_can_be_sent_once_more(editor, make_page):
    client = logged_in(browser(enforce_csrf_checks=False))
    _draft, path, form = draft_form(client, make_page)
    client.handler.enforce_csrf_checks = True

    own = client.post(path, form | {"csrfmiddlewaretoken": "x" * 64}, headers={"sec-fetch-site": "same-origin"})
    foreign = client.post(path, form | {"csrfmiddlewaretoken": "x" * 64}, headers={"sec-fetch-site": "cross-site"})

    assert own.status_code == foreign.status_code == 403
    assert "Skrevet i en time" in own.content.decode()
    assert "Skrevet i en time" not in foreign.content.decode()


def test_a_form_from_a_login_that_is_gone_is_given_back_and_stored_nowhere(editor, make_page):
    client = logged_in(browser(enforce_csrf_checks=False))
    _draft, path, form = draft_form(client, make_page)
    stranger, before = browser(enforce_csrf_checks=True), (stored(), Session.objects.count())

    own = stranger.post(path, form, headers={"sec-fetch-site": "same-origin"})
    foreign = stranger.post(path, form, headers={"sec-fetch-site": "cross-site"})

    assert own.status_code == foreign.status_code == 403
    assert "Skrevet i en time" in own.content.decode()
    assert "Log ind i en ny fane" in own.content.decode()
    assert "Skrevet i en time" not in foreign.content.decode()
    assert (stored(), Session.objects.count()) == before


# Passwords


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("kort", False),
        ("Digitalchikane2026!", False),
        ("adgangskode1234", False),
        ("123456789012", False),
        ("aaaaaaaaaaaaaa", False),
        ("Sommer2026Sommer", False),
        ("nynne-nynne-26", False),
        ("password123456", False),
        (PASSWORD, True),
        ("x7 Grå elefanter på Møn " * 20, True),
    ],
)
def test_a_password_is_long_and_not_obvious(editor, password, good):
    if good:
        validate_password(password, editor)
    else:
        with pytest.raises(ValidationError):
            validate_password(password, editor)


def change(client, old=PASSWORD, new="en helt anden violin 7"):
    return client.post("/konto/adgangskode/", {"oldpassword": old, "password1": new, "password2": new})


def test_a_password_is_changed_with_the_old_one_and_ends_all_other_logins(editor):
    here = logged_in()
    cache.clear()
    there = logged_in(browser(ELSEWHERE))

    wrong = change(here, old="forkert")
    assert "ikke din nuværende adgangskode" in said(wrong)
    assert english_in(Markup(wrong.content.decode())) == []
    assert "mindst 12 tegn" in said(change(here, new="kort"))
    assert change(here).status_code == 302

    assert here.get(DESK).status_code == 200
    assert there.get(DESK).status_code == 302
    editor.refresh_from_db()
    assert editor.check_password("en helt anden violin 7")


def test_the_link_to_a_forgotten_password_exists_only_where_mail_does(client):
    assert "administrator" in said(client.get(LOGIN))
    assert client.get("/konto/glemt/").status_code == 404


@pytest.fixture
def with_mail(settings):
    """The site with a mail server."""
    import importlib

    from digitalchikane.accounts import urls as account_urls

    def reload():
        import digitalchikane.urls

        importlib.reload(account_urls)
        importlib.reload(digitalchikane.urls)
        clear_url_caches()

    settings.EMAIL_CONFIGURED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    reload()
    yield
    settings.EMAIL_CONFIGURED = False
    reload()


def test_a_forgotten_password_is_renewed_by_mail_without_telling_who_exists(with_mail, editor):
    client = browser()
    known = client.post("/konto/glemt/", {"email": "nynne@example.org"}, follow=True)
    unknown = client.post("/konto/glemt/", {"email": "ukendt@example.org"}, follow=True)
    assert said(known) == said(unknown)
    assert [message.to for message in mail.outbox] == [["nynne@example.org"], ["ukendt@example.org"]]
    assert "http" not in mail.outbox[1].body
    assert not re.search(r"\b(the|you|your|password)\b", mail.outbox[0].body + mail.outbox[1].body)

    (link,) = re.findall(r"http://testserver(\S+)", mail.outbox[0].body)
    form = client.get(link, follow=True)
    assert NAME in said(form)
    target = form.redirect_chain[-1][0]
    client.post(target, {"password1": "kort", "password2": "kort"})
    client.post(target, {"password1": "en helt anden violin 7", "password2": "en helt anden violin 7"})
    editor.refresh_from_db()
    assert editor.check_password("en helt anden violin 7")
    # It opens no desk by itself, works once, and its owner is told.
    assert client.get(DESK).status_code == 302
    assert "gælder ikke længere" in said(browser().get(link, follow=True))
    assert mail.outbox[-1].to == ["nynne@example.org"]
    assert "skiftet" in mail.outbox[-1].subject


def test_mails_for_one_address_are_few(with_mail, editor):
    for _time in range(6):
        browser().post("/konto/glemt/", {"email": "nynne@example.org"})

    assert len(mail.outbox) == 3


# The first administrator


def test_the_first_administrator_comes_from_the_environment_and_is_led_in(monkeypatch, settings, tmp_path):
    from digitalchikane.management.commands.prepare import Command

    monkeypatch.setenv("DJANGO_SUPERUSER_USERNAME", "foerste")
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    Command().ensure_administrator()

    client = browser()
    response = client.post(LOGIN, {"login": "foerste", "password": PASSWORD}, follow=True)

    assert text(Markup(response.content.decode()).one("h1")) == "Sæt totrinslogin op"


def test_the_last_administrator_is_let_in_at_the_server(editor, capsys):
    there = logged_in()

    call_command("let_in", NAME)

    link = capsys.readouterr().out.split()[-1]
    assert there.get(DESK).status_code == 302
    client = browser()
    target = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(target, {"password1": "en helt anden violin 7", "password2": "en helt anden violin 7"})
    send_password(client, password="en helt anden violin 7")
    assert "Sæt totrinslogin op" in said(client.get(DESK, follow=True))


def test_addresses_of_accounts_are_danish():
    assert {reverse(name) for name in ("account_login", "mfa_activate_totp", "mfa_view_recovery_codes")} == {
        "/konto/log-ind/",
        "/konto/app/",
        "/konto/noedkoder/",
    }
    assert sessions.FACTORS == ["totp", "webauthn"]
