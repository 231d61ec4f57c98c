"""For the intranet: HTML that can be copied, and the one box that other sites may show in a frame."""

import re

import pytest

from guides.models import Page

from .markup import Markup, text

pytestmark = pytest.mark.django_db

BOXES = ["/boks/", "/en/box/"]
PAGES = ["/vaerktoejer/til-intranettet/", "/en/tools/for-your-intranet/"]


def policy(response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in parts}


@pytest.mark.parametrize("path", BOXES)
def test_any_site_may_show_the_box_and_the_box_may_do_nothing_else(client, path):
    response = client.get(path)

    assert response.status_code == 200
    assert "X-Frame-Options" not in response
    assert policy(response)["frame-ancestors"] == "*"
    assert policy(response) | {"frame-ancestors": "'none'"} == policy(client.get("/om/"))
    assert response["X-Robots-Tag"] == "noindex"
    assert "public" in response["Cache-Control"]
    assert not response.cookies


def test_no_other_page_may_be_shown_in_a_frame(answers):
    framed = [
        path
        for path, answer in answers.items()
        if answer.response.get("X-Frame-Options") != "DENY" or policy(answer.response)["frame-ancestors"] != "'none'"
    ]

    assert framed == []


@pytest.mark.parametrize(
    "path", ["/admin/login/", "/konto/login/", "/findes-ikke/", "/robots.txt", "/boks/x/", "/del/side/x.1.png"]
)
def test_neither_may_what_is_no_page(client, path):
    response = client.get(path, follow=True)

    assert response["X-Frame-Options"] == "DENY"
    assert policy(response)["frame-ancestors"] == "'none'"


@pytest.mark.parametrize("path", BOXES)
def test_the_box_holds_the_danger_line_the_five_phases_and_the_next_step(client, site, path):
    response = client.get(path)
    box = Markup(response.content.decode())

    links = [link for link in box.all("a") if not link.get("href").startswith("tel:")]
    assert [link.get("href") for link in box.all("a") if link not in links] == ["tel:112", "tel:114"]
    assert len(links) == 6
    assert {client.get(link.get("href")).status_code for link in links} == {200}
    # They leave the frame, and a sentence before them says so.
    assert {link.get("target") for link in links} == {"_blank"}
    assert re.search("nyt vindue|new window", text(box.one("main")))
    assert box.one("meta", name="robots").get("content") == "noindex"
    assert box.parse_errors == [] and len(box.all("h1")) == 1
    assert box.all("script", "form", "iframe", "style") == []
    assert len(response.content) < 4000


def test_the_box_follows_what_is_published(client, site):
    Page.objects.filter(key="debriefing").update(slug_da="bagefter")

    assert "/faser/bagefter/" in client.get("/boks/").content.decode()


@pytest.mark.parametrize(("page", "box"), list(zip(PAGES, BOXES, strict=True)))
def test_what_is_copied_is_plain_links_that_work_anywhere(client, page, box):
    markup = Markup(client.get(page).content.decode())

    links, frame = (text(pre) for pre in markup.all("pre"))
    copied = [button.get("data-copy") for button in markup.all("button") if button.get("data-copy")]
    assert [re.sub(r"\s+", " ", each) for each in copied] == [links, frame]
    piece = Markup(f"<!DOCTYPE html>{copied[0]}")
    assert piece.parse_errors == []
    targets = [link.get("href") for link in piece.all("a")]
    assert targets[:2] == ["tel:112", "tel:114"] and len(targets) == 8
    assert all(target.startswith("http://testserver/") for target in targets[2:])
    assert {client.get(target).status_code for target in targets[2:]} == {200}
    assert not re.search("<script|<img|style=|class=|onclick|target=", copied[0])
    shown = Markup(copied[1]).one("iframe")
    assert (shown.get("src"), bool(shown.get("title"))) == (f"http://testserver{box}", True)


def test_it_is_listed_among_the_tools(client):
    assert "/vaerktoejer/til-intranettet/" in client.get("/vaerktoejer/").content.decode()
