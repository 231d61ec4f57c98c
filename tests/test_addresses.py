"""Addresses: what is not there, what was there once, what only machines ask for, and what nobody should ask for."""

from datetime import timedelta

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from digitalchikane.models import OldAddress
from digitalchikane.views import server_error
from guides.models import Page, PageEdition

from .conftest import content_addresses
from .markup import Markup, text

pytestmark = pytest.mark.django_db

ONE_OF_EACH = [
    "/",
    "/akut/",
    "/faser/",
    "/faser/stop-chikanen/",
    "/samtalekort/",
    "/samtalekort/foerste-samtale/",
    "/anmeld/",
    "/anmeld/politiet/",
    "/hjaelp/",
    "/kilder/",
    "/viden/",
    "/viden/ordliste/",
    "/om/privatliv/",
    "/en/",
    "/robots.txt",
    "/sitemap.xml",
]


# Not there


@pytest.mark.parametrize(
    "path",
    [
        "/findes-ikke/",
        "/de/",
        "/de/faser/",
        "/faser/findes-ikke/",
        "/situationer/findes-ikke/",
        "/samtalekort/findes-ikke/",
        "/anmeld/findes-ikke/",
        "/om/findes-ikke/",
        "/en/findes-ikke/",
        "/en/phases/findes-ikke/",
        # Each kind of page has its own place and no other.
        "/stop-chikanen/",
        "/privatliv/",
        "/viden/privatliv/",
        "/om/om/",
        "/faser/om/",
        # Danish has no prefix, and its paths do not hold below another language's.
        "/da/",
        "/en/faser/",
    ],
)
def test_an_address_that_holds_nothing_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_the_page_for_a_missing_page_shows_the_ways_on(client):
    page = Markup(client.get("/findes-ikke/").content.decode())

    targets = {link.get("href") for link in page.one("main").iter("a")}

    assert {"/", "/hjaelp/", "/samtalekort/", "/faser/psykisk-foerstehjaelp/", "/faser/debriefing/"} <= targets
    assert "112" in text(page.one("aside", class_="danger-line"))
    assert page.one("meta", name="robots").get("content") == "noindex"


@pytest.mark.parametrize("path", [path for path in ONE_OF_EACH if len(path.strip("/")) > 2 and "." not in path])
def test_an_address_without_its_last_slash_leads_to_the_one_with_it(client, path):
    response = client.get(path.removesuffix("/"))

    assert (response.status_code, response["Location"]) == (301, path)


# There once


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/tips-til-at-stoppe-digital-chikane", "/faser/stop-chikanen/"),
        ("/sadan-registreres-og-anmeldes-digital-chikane", "/faser/hjaelp-til-anmeldelse/"),
        ("/den-gode-opfolgning-nar-chikanen-er-pa-afstand", "/faser/debriefing/"),
        ("/vaerktoejer/principper-og-politik", "/forbered/"),
        ("/was", "/om/tilgaengelighed/"),
        ("/kort", "/samtalekort/"),
        ("/breve", "/vaerktoejer/breve/"),
        ("/frister", "/vaerktoejer/frister/"),
        ("/tjekliste", "/vaerktoejer/tjekliste/"),
    ],
)
def test_old_addresses_lead_to_the_right_place_for_good_and_at_once(client, old, new, slash):
    response = client.get(old + slash)

    assert (response.status_code, response["Location"]) == (301, new)
    assert client.get(new).status_code == 200


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_phase_is_found_by_its_number_whatever_it_is_called(client, site, prefix):
    phases = [client.get(f"{prefix}/{number}/") for number in range(1, 6)]

    with translation.override(prefix.strip("/") or "da"):
        assert [response["Location"] for response in phases] == [each.get_absolute_url() for each in site.phases]
        Page.objects.filter(key="debriefing").update(slug_da="bagefter", slug_en="after")
        assert client.get(f"{prefix}/5/")["Location"].rstrip("/").endswith(("bagefter", "after"))
    assert {response.status_code for response in phases} == {301}


@pytest.mark.parametrize("path", ["/0/", "/6/", "/99999999999999999999999999/", "/-1/", "/1.5/", "/١/"])
def test_other_numbers_hold_nothing(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "shown"), [("/faser/stop-chikanen/", ["/3"]), ("/en/tools/wall-sheet/", ["/en/1", "/en/5"])]
)
def test_paper_shows_the_short_addresses(client, path, shown):
    page = client.get(path).content.decode()

    assert [each for each in shown if f"testserver{each}<" not in page] == []


def test_the_old_page_about_knowledge_is_still_where_it_was(client):
    response = client.get("/viden")

    assert (response.status_code, response["Location"]) == (301, "/viden/")
    assert client.get("/viden/").status_code == 200


def test_an_old_address_redirects_head_and_nothing_else(client):
    assert client.head("/was/").status_code == 301
    assert client.post("/was/").status_code in (403, 404, 405)


def test_an_old_address_never_hides_a_page_that_is_there(client):
    OldAddress.objects.create(old_path="/om/", new_path="/viden/")

    assert client.get("/om/").status_code == 200


def test_an_old_address_whose_target_is_gone_is_not_found(client, make_page, withdraw):
    page = make_page(key="kort-tid")
    OldAddress.objects.create(old_path="/gammel/", new_path="side:kort-tid")
    assert client.get("/gammel/")["Location"] == page.get_absolute_url()

    withdraw(page)

    assert client.get("/gammel/").status_code == 404


def test_an_address_that_moved_twice_leads_to_the_last_one_at_once(client):
    OldAddress.objects.record("/foerste/", "/anden/")
    OldAddress.objects.record("/anden/", "/om/")

    assert client.get("/foerste/")["Location"] == "/om/"
    assert client.get("/anden/")["Location"] == "/om/"


def test_an_address_that_moved_back_leads_nowhere_else(client):
    OldAddress.objects.record("/om/", "/om-os/")
    OldAddress.objects.record("/om-os/", "/om/")

    assert not OldAddress.objects.filter(old_path="/om/").exists()
    assert client.get("/om-os/")["Location"] == "/om/"


def test_a_withdrawn_page_says_why_and_what_took_its_place(client, make_page, withdraw):
    page = make_page(title_da="Forældede råd")
    withdraw(page, reason="Rådene var forældede.", replacement="side:forbered")

    response = client.get(page.get_absolute_url())

    markup = Markup(response.content.decode())
    assert response.status_code == 410
    assert "Rådene var forældede." in text(markup.one("main"))
    links = {text(link): link.get("href") for link in markup.one("main").iter("a")}
    instead = PageEdition.objects.live().get(document__key="forbered").title
    assert links[f"I stedet: {instead}"] == "/forbered/"
    assert "Forældede råd" not in response.content.decode()
    assert markup.one("meta", name="robots").get("content") == "noindex"
    assert not response.cookies


def test_a_withdrawn_card_says_why_and_what_took_its_place(client, make_card, withdraw):
    card = make_card()
    withdraw(card, reason="Kortet var for langt.", replacement="kort:foerste-samtale")

    response = client.get(card.get_absolute_url())

    assert response.status_code == 410
    assert "Kortet var for langt." in response.content.decode()
    assert "/samtalekort/foerste-samtale/" in response.content.decode()


def test_a_withdrawal_without_a_replacement_leads_to_the_front_page_and_to_help(client, make_page, withdraw):
    page = make_page()
    withdraw(page, replacement="")

    main = Markup(client.get(page.get_absolute_url()).content.decode()).one("main")

    assert [link.get("href") for link in main.iter("a")] == ["/", "/hjaelp/"]


def test_a_withdrawal_to_come_changes_nothing_yet(client, make_page, withdraw):
    page = make_page()
    withdraw(page, live_from=timezone.now() + timedelta(hours=1))

    assert client.get(page.get_absolute_url()).status_code == 200


# Methods


@pytest.mark.parametrize("path", ONE_OF_EACH)
def test_head_answers_like_get_without_the_page(client, path):
    response = client.head(path)

    assert response.status_code == 200
    assert response.content == b""
    assert response["Content-Type"] == client.get(path)["Content-Type"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", ONE_OF_EACH)
def test_public_pages_can_only_be_read(client, path, method):
    assert getattr(client, method)(path).status_code == 405


# For machines


def locations(client) -> list[str]:
    return [text(loc) for loc in Markup(client.get("/sitemap.xml").content.decode()).all("loc")]


def test_the_sitemap_lists_everything_there_is_in_danish_once(client):
    found = locations(client)

    assert {f"http://testserver{path}" for path in [*content_addresses(), "/hele-vejledningen/"]} <= set(found)
    assert len(found) == len(set(found))


def test_the_sitemap_lists_only_pages_that_want_to_be_found(client, answers):
    wrong = []
    for location in locations(client):
        answer = answers[location.removeprefix("http://testserver")]
        if answer.response.status_code != 200 or answer.markup.all("meta", name="robots"):
            wrong.append(location)

    assert wrong == []


def test_the_sitemap_leaves_out_what_readers_cannot_reach(client, make_page, make_card, withdraw):
    make_page(slug_da="en-kladde", live_from=None)
    make_page(slug_da="i-morgen", live_from=timezone.now() + timedelta(days=1))
    make_card(slug_da="kortkladde", live_from=None)
    withdraw(make_page(slug_da="trukket-tilbage"))

    sitemap = client.get("/sitemap.xml").content.decode()

    assert not [slug for slug in ("en-kladde", "i-morgen", "kortkladde", "trukket-tilbage") if slug in sitemap]


def test_the_sitemap_lists_english_where_it_is_written(client, make_page, make_card, make_route):
    before = set(locations(client))
    make_page(slug_da="kun-dansk")
    make_page(slug_da="dansk", slug_en="english", title_en="English")
    make_card(slug_da="dansk-kort", slug_en="english-card", title_en="English")
    make_route(slug_da="dansk-vej", slug_en="english-route", name_en="English")

    assert {location for location in set(locations(client)) - before if "/en/" in location} == {
        "http://testserver/en/english/",
        "http://testserver/en/cards/english-card/",
        "http://testserver/en/report/english-route/",
    }


def test_the_sitemap_says_which_pages_are_the_same_in_two_languages(client, answers):
    """As their own heads say."""
    urls = Markup(client.get("/sitemap.xml").content.decode()).all("url")
    said = {text(url.find("loc")): alternates(url, "xhtml:link") for url in urls}

    wrong = []
    for location, offered in said.items():
        in_head = alternates(answers[location.removeprefix("http://testserver")].markup.one("head"), "link")
        # Where there is one language only, nothing is said of others.
        if offered != (in_head if len(in_head) > 1 else {}):
            wrong.append((location, offered))

    assert wrong == []


def alternates(element, tag) -> dict[str, str]:
    links = [link for link in element.iter(tag) if link.get("rel") == "alternate" and link.get("hreflang")]
    return {link.get("hreflang"): link.get("href") for link in links}


def test_robots_may_read_all_but_the_desk(client):
    response = client.get("/robots.txt")

    assert response["Content-Type"].startswith("text/plain")
    assert response.content.decode().splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /konto/",
        "Sitemap: http://testserver/sitemap.xml",
    ]


# Asked for by nobody who means well


@pytest.mark.parametrize("path", ["/", "/samtalekort/foerste-samtale/", "/kilder/", "/findes-ikke/"])
@pytest.mark.parametrize(
    "query",
    [
        "vis=%00",
        "vis=%ff%fe",
        "vis=stor&vis=lille",
        "vis[]=stor",
        "vis=" + "a" * 5000,
        "&&&===",
        "%",
        "vis=<script>alert(1)</script>",
        "vis=' OR 1=1 --",
        "vis={{ settings.SECRET_KEY }}",
        "p=1&" * 500,
        "next=//evil.example/",
    ],
)
def test_hostile_query_strings_do_no_harm(client, path, query):
    response = client.get(path, QUERY_STRING=query)

    assert response.status_code in (200, 404)
    assert b"<script>alert" not in response.content
    assert b"evil.example" not in response.content


@pytest.mark.parametrize(
    "path",
    [
        "/\0/",
        "/faser/\0/",
        "/\xff\xfe/",
        "/faser/æ/",
        "/" + "a" * 5000 + "/",
        "/" + "a/" * 500,
        "/../../etc/passwd",
        "/faser/../../etc/passwd",
        "/static/../digitalchikane/settings.py",
        "//evil.example/",
        "//evil.example",
        "/en//evil.example",
        "/' OR 1=1/",
        "/{{7*7}}/",
        "/.git/config",
        "/wp-login.php",
    ],
)
def test_hostile_paths_lead_nowhere(client, path):
    # Given as the server passes it on: the test client itself would read a host out of `//evil.example`.
    response = client.get("/", PATH_INFO=path)

    assert response.status_code in (400, 404), response.get("Location")


@pytest.mark.parametrize("path", ["*", "", "faser/"])
def test_a_request_without_a_proper_path_is_answered(client, path):
    """Servers pass on `OPTIONS *` and worse as they come."""
    response = client.generic("OPTIONS", "/", PATH_INFO=path)

    assert response.status_code in (200, 400, 404, 405)


# Errors


@pytest.mark.parametrize("host", ["evil.example", "testserver:evil", "test server", ""])
def test_an_unknown_host_gets_the_danish_page_for_bad_requests(client, host):
    response = client.get("/", HTTP_HOST=host) if host else client.get("/", SERVER_NAME="evil.example")

    markup = Markup(response.content.decode())
    assert response.status_code == 400
    assert markup.one("html").get("lang") == "da"
    assert text(markup.one("h1")) == "Vi kunne ikke læse forespørgslen"
    assert host not in response.content.decode() or not host


def test_a_fault_of_ours_says_where_help_is(client, monkeypatch):
    monkeypatch.setattr(Page, "get_absolute_url", lambda page: 1 / 0)
    client.raise_request_exception = False

    response = client.get("/")

    page = Markup(response.content.decode())
    assert response.status_code == 500
    assert page.one("html").get("lang") == "da"
    assert {"tel:112", "tel:114", "/"} <= {link.get("href") for link in page.one("main").iter("a")}


def test_a_fault_of_ours_is_told_in_the_language_of_the_page(client, monkeypatch):
    monkeypatch.setattr(Page, "get_absolute_url", lambda page: 1 / 0)
    client.raise_request_exception = False

    page = Markup(client.get("/en/").content.decode())

    assert page.one("html").get("lang") == "en"
    assert text(page.one("h1")) == "Something went wrong on our side"
    assert {"tel:112", "tel:114", "/en/"} <= {link.get("href") for link in page.one("main").iter("a")}


@pytest.mark.parametrize(("path", "told"), [("/", "Der blev sendt for meget"), ("/en/", "Too much was sent at once")])
def test_too_much_at_once_is_told_in_the_language_of_the_page(client, settings, path, told):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 5
    with translation.override("en" if path == "/en/" else "da"):
        address = reverse("guides:deadlines")

    response = client.post(address, {str(number): "x" for number in range(9)})

    assert response.status_code == 413
    assert text(Markup(response.content.decode()).one("h1")).startswith(told)


def test_the_page_for_our_faults_needs_no_database():
    with CaptureQueriesContext(connection) as queries:
        response = server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert len(queries) == 0


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 405),
        ("/en/phases/", 405),
        ("/vaerktoejer/tjekliste/", 405),
        ("/vaerktoejer/breve/dsa-anmeldelse.docx", 405),
        ("/samtalekort/ark/", 200),
        ("/en/cards/sheets.pdf", 400),
        ("/vaerktoejer/frister/", 422),
        ("/en/tools/policy/", 422),
        ("/en/tools/letters/dsa-notice/", 422),
    ],
)
def test_what_a_reader_sends_from_anywhere_does_nothing_and_is_kept_by_nobody(db, path, status):
    other_site = {"origin": "https://andre.example", "sec-fetch-site": "cross-site"}

    response = Client(enforce_csrf_checks=True).post(path, {"a": "b"}, headers=other_site)

    assert response.status_code == status
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    # Not what an editor is told whose login ended.
    assert "Til redaktionen" not in response.content.decode(errors="replace")


@pytest.mark.parametrize("template", ["400.html", "403.html", "403_csrf.html", "500.html"])
def test_pages_for_errors_stand_alone_and_are_whole(template):
    page = Markup(render_to_string(template))

    assert page.parse_errors == []
    assert page.one("html").get("lang") == "da"
    assert len(page.all("h1")) == 1
    assert len(page.ids) == len(set(page.ids))
    assert text(page.one("title")).split(" · ")[0] == text(page.one("h1"))
    assert page.one("meta", name="robots").get("content") == "noindex"
    assert all(link.get("href", "").startswith("/static/") for link in page.all("link"))


def test_a_null_character_in_a_filter_of_the_desk_is_left_out(admin_client):
    response = admin_client.get("/admin/guides/fact/?kind__exact=%00&q=112%00")

    assert response.status_code == 200
    assert "112" in response.content.decode()
