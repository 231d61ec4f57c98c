"""What stands on which page, in which order, and what appears by itself once a page for it is there."""

import re
from contextlib import closing
from datetime import date
from itertools import pairwise

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.models import CardEdition
from guides.models import PageEdition, Publisher, Route

from .markup import Markup, classes, text

pytestmark = pytest.mark.django_db


def front_page(client) -> Markup:
    return Markup(client.get("/").content.decode())


def headings(markup: Markup) -> list[str]:
    return [text(heading) for heading in markup.all("h2")]


def links(element) -> dict[str, str]:
    return {text(link): link.get("href") for link in element.iter("a")}


# Where to get help


@pytest.mark.parametrize(
    ("checked", "above", "beside"),
    [
        (0, "Oplysningerne herunder er endnu ikke kontrolleret af en redaktør.", 0),
        (1, "Kun oplysninger med en dato er kontrolleret af en redaktør.", 0),
        (4, "", 5),
        (9, "", 0),
    ],
)
def test_a_list_that_nobody_checked_says_so_once(client, checked, above, beside):
    helpers = Route.objects.filter(group="support")
    assert helpers.count() == 9
    Route.objects.filter(pk__in=[helper.pk for helper in helpers[:checked]]).update(checked_on=date(2027, 1, 5))

    main = Markup(client.get("/hjaelp/").content.decode()).one("main")

    notes = [text(each) for each in main.iter("p") if "checked" in classes(each)]
    assert notes.count("Kontrolleret 5. januar 2027") == checked
    assert notes.count("Endnu ikke kontrolleret af en redaktør") == beside
    assert len(notes) == checked + beside + bool(above)
    assert not above or notes[0] == above
    # An unconfirmed number says so beside itself, whoever has looked at the place.
    assert text(main).count("Ikke bekræftet") >= 2


# The front page


def test_the_front_page_keeps_its_order(client):
    page = front_page(client)

    assert headings(page) == [
        "De fem faser",
        "Hvad er der sket?",
        "Samtalekort at tage med",
        "Skemaer, breve og ark",
        "Forbered jer, før det sker",
        *[heading for heading in headings(page) if heading.startswith("Søg")],
        "Hvem står bag?",
    ]
    assert text(page.one("h1")) == "Er en medarbejder ramt af digital chikane?"
    assert "arbejdspladsens opgave" in text(page.one("p", class_="lead"))


def test_the_front_page_has_one_button_and_it_leads_to_the_next_step(client):
    buttons = front_page(client).all("a", class_="button")

    assert [(text(button), button.get("href")) for button in buttons] == [("Find det næste skridt", "/start/")]


def test_without_the_questions_the_button_leads_to_the_first_phase(client, site, withdraw):
    withdraw(site.page("start"))

    (button,) = front_page(client).all("a", class_="button")

    assert button.get("href") == site.phases[0].get_absolute_url()


def test_five_phases_stand_in_order_with_the_second_at_the_same_time(client, site):
    rows = front_page(client).all("li", class_="phases__item")

    assert len(rows) == 5
    for row, phase in zip(rows, site.phases, strict=True):
        assert links(row) == {f"{phase.document.position} {phase.title}": phase.get_absolute_url()}
        assert phase.timing in text(row)
    assert ["og samtidig" in text(row) for row in rows] == [False, True, False, False, False]


def test_three_cards_are_offered(client):
    assert len(front_page(client).all("div", class_="card-teaser")) == 3


@pytest.mark.parametrize("key", ["vaerktoejer", "forbered", "nyt", "til-dig-der-er-ramt"])
def test_what_is_withdrawn_leaves_the_front_page_and_every_foot(client, site, withdraw, key):
    address = site.page(key).get_absolute_url()
    foot = client.get("/om/").content.decode().partition("<footer")[2]
    assert f'href="{address}"' in client.get("/").content.decode()
    assert f'href="{address}"' in foot

    withdraw(site.page(key))

    assert f'href="{address}"' not in client.get("/").content.decode().partition("<footer")[0]
    assert f'href="{address}"' not in client.get("/om/").content.decode().partition("<footer")[2]


def test_the_publisher_is_named_once_an_editor_has_filled_it_in(client):
    assert "bliver udgivet af" not in client.get("/").content.decode()
    publisher = Publisher.load()
    publisher.name_da = publisher.name = "Foreningen <b>Ro</b>"
    publisher.save()

    page = client.get("/").content.decode()

    assert "bliver udgivet af Foreningen &lt;b&gt;Ro&lt;/b&gt;" in page


# Every page


def test_every_foot_leads_to_the_accessibility_statement(danish_answers):
    wrong = []
    for path, answer in danish_answers.items():
        feet = answer.markup.all("footer", class_="site-footer")
        if feet and links(feet[0]).get("Tilgængelighedserklæring") != "/om/tilgaengelighed/":
            wrong.append(path)

    assert wrong == []


def test_the_head_of_a_page_is_short(client):
    menu = Markup(client.get("/om/").content.decode()).one("nav", class_="site-header__menu")

    assert list(links(menu))[:3] == ["Akut", "Faser", "Samtalekort"]
    assert len(links(menu)) <= 5


def test_a_page_on_the_third_level_shows_the_way_up(danish_answers):
    wrong = {}
    for path, answer in danish_answers.items():
        parts = path.partition("?")[0].strip("/").split("/")
        is_page = len(parts) == 2 and "?" not in path and answer.response.status_code == 200
        if not is_page or parts[0] in ("hele-vejledningen", "samtalekort") and parts[1] in ("ark", "fil"):
            continue
        trail = [link.get("href") for nav in answer.markup.all("nav", class_="trail") for link in nav.iter("a")]
        # A place to get help stands among the places to report to, and belongs to the list of help.
        if f"/{parts[0]}/" not in trail and not (parts[0] == "anmeld" and "/hjaelp/" in trail):
            wrong[path] = trail

    assert wrong == {}


def test_a_page_tells_how_it_is_to_be_shared(client, site):
    head = Markup(client.get("/faser/stop-chikanen/").content.decode())
    shared = {meta.get("property"): meta.get("content") for meta in head.all("meta") if meta.get("property")}

    assert shared["og:title"] == "Stop chikanen"
    assert shared["og:url"] == "http://testserver/faser/stop-chikanen/"
    assert shared["og:locale"] == "da_DK"
    assert shared["og:description"] == head.one("meta", name="description").get("content")
    picture = shared["og:image"].removeprefix("http://testserver")
    with closing(client.get(picture)) as answer:
        assert answer.headers["Content-Type"] == "image/png"


def test_long_pages_list_their_sections_and_short_ones_do_not(client):
    def sections(path):
        return [
            link.get("href")
            for nav in Markup(client.get(path).content.decode()).all("nav", class_="contents")
            for link in nav.iter("a")
        ]

    assert len(sections("/viden/regler/")) >= 4
    assert all(anchor.startswith("#") for anchor in sections("/viden/regler/"))
    assert sections("/nyt/") == []


def test_urgent_offers_both_numbers_to_tap(client):
    page = Markup(client.get("/akut/").content.decode())

    assert [link.get("href") for link in page.all("a", class_="button")] == ["tel:112", "tel:114"]
    assert page.all("aside", class_="danger-line") == []


def test_menus_do_not_look_again_for_a_page_that_is_not_there(client):
    with CaptureQueriesContext(connection) as with_all:
        client.get("/")
    PageEdition.objects.exclude(document__key="home").delete()
    CardEdition.objects.all().delete()

    with CaptureQueriesContext(connection) as with_none:
        response = client.get("/")

    assert response.status_code == 200
    assert Markup(response.content.decode()).all("h3") == []
    # One more for all the links in its text together.
    assert len(with_none) <= len(with_all) + 1


# Colours


def colours() -> dict[str, dict[str, str]]:
    sheet = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--color-([\w-]+): (#\w{6});", part)) for part in sheet.split("color-scheme: dark"))
    return {"light": light, "dark": light | dark}


def contrast(one: str, other: str) -> float:
    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


GROUNDS = ["ground", "surface", "sunken", "do-ground", "note-ground", "urgent-ground"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_seven_to_one_and_signs_three_to_one(theme):
    colour = colours()[theme]
    texts = [(ink, on) for ink in ("ink", "quiet", "action", "action-strong", "visited", "urgent") for on in GROUNDS]
    texts += [("on-action", "action"), ("on-action", "action-strong"), ("on-action", "urgent"), ("on-foot", "foot")]
    signs = [(sign, on) for sign in ("edge", "thread", "focus") for on in GROUNDS] + [("thread-on-foot", "foot")]

    weak = {pair: found for pair in texts if (found := contrast(*map(colour.get, pair))) < 7}
    weak |= {pair: found for pair in signs if (found := contrast(*map(colour.get, pair))) < 3}

    assert weak == {}


# The thread


def test_the_thread_is_five_states_of_one_line_that_loosens():
    drawings = [
        (settings.BASE_DIR / "templates" / "thread" / f"{state}.svg").read_text(encoding="utf-8")
        for state in range(1, 6)
    ]
    paths = [re.findall(r' d="([^"]+)"', drawing) for drawing in drawings]

    assert [len(path) for path in paths] == [1] * 5
    for (path,) in paths:
        # It comes in at the top and leaves at the bottom, so that one runs on into the next.
        assert path.startswith("M24 0C24 ")
        assert path.endswith(" 24 48")
    assert all(tight.count("C") + len(tight) > loose.count("C") + len(loose) for (tight,), (loose,) in pairwise(paths))
    assert all('aria-hidden="true"' in drawing for drawing in drawings)
