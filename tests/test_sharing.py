"""What stands beside a link to a page: its words, its picture, and what machines read of it."""

import io
import json
import re
from urllib.parse import urlsplit

import pytest
from django.utils import translation
from PIL import Image

from digitalchikane import typesetting
from guides.directory import Directory
from guides.factbook import FactBook
from guides.models import PageEdition, Publisher
from guides.models.pages import PageKind
from guides.sharing import TEMPLATE, Picture
from guides.structured import as_script

from .markup import Markup, text

pytestmark = pytest.mark.django_db

SITE = "http://testserver"


def metas(page: Markup) -> dict[str, str]:
    return {
        meta.get("property") or meta.get("name"): meta.get("content")
        for meta in page.all("meta")
        if meta.get("content")
    }


def data_of(page: Markup) -> list[dict]:
    return [json.loads(script.text)["@graph"] for script in page.all("script", type="application/ld+json")][0]


@pytest.fixture(scope="session")
def shared(answers):
    """Every page of its own that may be found and shared."""
    found = {}
    for path, answer in answers.items():
        page = answer.markup
        if "?" not in path and answer.response.status_code == 200 and page.all("link", rel="canonical"):
            found[path] = page
    return found


# Words


def test_pages_that_are_to_be_found_say_what_they_are(shared):
    assert len(shared) > 120
    wrong = []
    for path, page in shared.items():
        head = metas(page)
        about = head.get("description", "")
        if not (10 < len(about) <= 320 and head.get("og:description", about) == about):
            wrong.append((path, about))
        if page.one("link", rel="canonical").get("href") != SITE + path or head["og:url"] != SITE + path:
            wrong.append((path, "address"))
        if head["og:title"] not in text(page.one("title")) or head["twitter:card"] != "summary_large_image":
            wrong.append((path, "title"))

    assert wrong == []


def test_no_two_pages_have_the_same_title(shared):
    titles = [(page.one("html").get("lang"), text(page.one("title"))) for page in shared.values()]

    assert sorted({each for each in titles if titles.count(each) > 1}) == []


# Pictures


def picture_of(page: Markup) -> str:
    return metas(page)["og:image"].removeprefix(SITE)


def test_every_page_has_a_picture_of_its_own(shared):
    pictures = [picture_of(page) for page in shared.values()]

    assert len(set(pictures)) == len(pictures)


@pytest.mark.parametrize(
    "path",
    ["/", "/faser/psykisk-foerstehjaelp/", "/samtalekort/foerste-samtale/", "/anmeld/politiet/", "/hele-vejledningen/"],
)
def test_a_picture_is_small_and_large_enough_and_kept_for_good(shared, client, path):
    response = client.get(picture_of(shared[path]))

    assert response["Content-Type"] == "image/png"
    assert "immutable" in response["Cache-Control"] and "max-age=31536000" in response["Cache-Control"]
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not response.cookies
    assert len(response.content) <= 60_000
    assert Image.open(io.BytesIO(response.content)).size == (1200, 630)


def picture(title: str, **values) -> Picture:
    return Picture(**{"scheme": "side", "key": "x", "language": "da", "title": title, "kicker": ""} | values)


@pytest.mark.parametrize(
    "title",
    [
        "Arbejdsmiljørepræsentantens opgaver, når en afdeling bliver ramt af en strøm af beskeder fra fremmede",
        "Speciallægepraksisplanlægningsstabiliseringsperiode",
        '#let x = read("/etc/passwd") $ * @a <b>',
        "🙂 سلام",
        "",
    ],
)
def test_whatever_an_editor_writes_becomes_a_picture(title):
    for state in (0, 1):
        drawn = Image.open(io.BytesIO(picture(title, state=state).content())).convert("RGB")

        assert drawn.size == (1200, 630)
        # Ink stays inside: nothing but ground, and the thread, at the right edge.
        edge = {drawn.getpixel((1199, y)) for y in range(130, 330)}
        assert len(edge) == 1


def test_the_same_words_give_the_same_bytes():
    data = {"title": "Stop chikanen", "kicker": "Fase 3 af 5", "site": "Digital chikane", "lang": "da", "state": 3}
    data["thread"] = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0L1 1"/></svg>'

    assert typesetting._draw(TEMPLATE, data) == typesetting._draw(TEMPLATE, data)


def test_another_title_has_another_address_and_the_earlier_one_leads_there(client, make_page):
    page = make_page(title_da="Før")
    before = picture_of(Markup(client.get(page.get_absolute_url()).content.decode()))
    draft = page.document.draft()
    PageEdition.objects.filter(pk=draft.pk).update(title_da="Bagefter")
    assert client.get(before).status_code == 200

    PageEdition.objects.get(pk=draft.pk).publish()

    now = picture_of(Markup(client.get(page.get_absolute_url()).content.decode()))
    assert now != before
    moved = client.get(before)
    assert (moved.status_code, moved["Location"]) == (302, now)
    assert "immutable" not in moved.get("Cache-Control", "")


@pytest.mark.parametrize("scheme", ["side", "kort", "brev", "vej", "hele", "admin"])
def test_what_readers_cannot_reach_has_no_picture(client, make_page, scheme):
    make_page(key="kladden", live_from=None)

    assert client.get(f"/del/{scheme}/kladden.0123456789.png").status_code == 404


def test_a_phase_shows_its_number_and_its_state_of_the_thread(site):
    third = Picture.of(site.phases[2], Directory(), FactBook())

    assert (third.kicker, third.state) == ("Fase 3 af 5", 3)


def test_a_page_that_is_not_translated_is_shared_with_its_danish_picture(make_page):
    page = make_page(title_da="Kun på dansk")

    with translation.override("en"):
        found = Picture.of(page, Directory(), FactBook())

    assert (found.language, found.get_absolute_url()[:5]) == ("da", "/del/")


# What machines read


def test_what_machines_read_stands_on_the_page_as_well(shared):
    wrong = []
    for path, page in shared.items():
        # Without the links to sources that stand beside facts.
        said = re.sub(r" (Kilde|Source)\b", "", text(page.one("body")))
        for each in data_of(page):
            words = [step["text"] for step in each.get("step", [])]
            words += [each["name"]] if each.get("name") and each["@type"] != "WebSite" else []
            wrong += [(path, word) for word in words if word not in said]

    assert wrong == []


def test_the_way_down_is_the_one_above_the_heading(shared):
    wrong = []
    for path, page in shared.items():
        shown = [SITE + link.get("href") for nav in page.all("nav", class_="trail") for link in nav.iter("a")]
        told = [
            [place["item"] for place in each["itemListElement"]]
            for each in data_of(page)
            if each["@type"] == "BreadcrumbList"
        ]
        if shown and told != [[*shown, SITE + path]]:
            wrong.append((path, shown, told))

    assert wrong == []


def test_only_what_has_steps_is_called_a_course(shared, site):
    courses = [path for path, page in shared.items() if "HowTo" in {each["@type"] for each in data_of(page)}]

    phases = [edition.get_absolute_url() for edition in site.of_kind(PageKind.PHASE)]
    assert set(phases) <= set(courses)
    assert all(urlsplit(path).path.startswith(("/faser/", "/en/phases/")) for path in courses)


def test_nothing_an_editor_writes_ends_the_data(make_page, client):
    title = "</script><script>alert(1)</script><!-- & \u2028"
    page = make_page(title_da=title)

    html = client.get(page.get_absolute_url()).content.decode()

    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert (
        json.loads(data)["@graph"][0]["name"] == " ".join(title.split())
        or json.loads(data)["@graph"][0]["name"] == title
    )
    assert not set("<>&") & set(data)


def test_the_front_page_stands_for_the_site(shared):
    (data,) = data_of(shared["/"])

    assert (data["@type"], data["url"]) == ("WebSite", f"{SITE}/")


def test_who_publishes_the_site_is_named_once_it_is_known(make_page):
    home = PageEdition.objects.live().get(document__key="home")
    assert "publisher" not in as_script(home, SITE, Directory(), FactBook())

    Publisher.objects.update_or_create(pk=1, defaults={"name": "Foreningen"})

    assert '"publisher":{"@type":"Organization","name":"Foreningen"}' in as_script(home, SITE, Directory(), FactBook())
