"""/nyt/ and its feed: what editors tell readers about their changes, and nothing else."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from guides.models import Page, PageEdition

from .markup import Markup, classes, text

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
XML = "{http://www.w3.org/XML/1998/namespace}"
DAY = timedelta(days=1)


def read(path: str) -> Markup:
    response = Client().get(path)
    assert response.status_code == 200, path
    return Markup(response.content.decode())


def told(path: str = "/nyt/") -> list[tuple[str, str, str]]:
    """Heading, address and note of each line, the newest first."""
    rows = [item for item in read(path).all("li") if "news__item" in classes(item)]
    return [(text(row.find("h2")), row.find("h2").find("a").get("href"), text(row.findall("p")[-1])) for row in rows]


def feed(path: str = "/nyt/feed.atom") -> ElementTree.Element:
    response = Client().get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert not response.cookies
    return ElementTree.fromstring(response.content)  # noqa: S314


def test_at_the_opening_readers_learn_one_thing():
    ((heading, address, note),) = told()

    assert (heading, address) == ("Er en medarbejder ramt af digital chikane?", "/")
    assert note.startswith("Siden er åbnet.")
    assert len(feed().findall(f"{ATOM}entry")) == 1


def test_notes_are_told_newest_first_under_the_headings_of_today(make_page, make_card, make_fact):
    fact = make_fact(text="fire uger")
    now = timezone.now()
    page = make_page(title_da="Gammelt navn", live_from=now - 3 * DAY, change_note_da="Siden er ny.")
    make_page(document=page.document, title_da="Nyt navn", live_from=now - DAY, is_silent=True)
    card = make_card(title_da="Et kort", live_from=now - 2 * DAY, change_note_da=f"Nu {{{{ {fact.key} }}}}.")

    assert told()[:2] == [
        ("Et kort", card.get_absolute_url(), "Nu fire uger Kilde."),
        ("Nyt navn", page.get_absolute_url(), "Siden er ny."),
    ]
    assert feed().find(f"{ATOM}entry").find(f"{ATOM}summary").text == "Nu fire uger."


def test_a_moment_of_publishing_is_a_day_that_machines_can_read(make_page):
    make_page(live_from=timezone.now().replace(microsecond=264067), change_note_da="Siden er ny.")

    days = [element.get("datetime") for element in read("/nyt/").all("time")]

    assert [day for day in days if not re.fullmatch(r"\d{4}-\d\d-\d\d", day)] == []


def test_nothing_is_told_of_drafts_schedules_and_silent_changes(make_page):
    before = told()
    for live_from, note, silent in [
        (None, "Kladde.", False),
        (timezone.now() + DAY, "Planlagt.", False),
        (timezone.now(), "", False),
        (timezone.now(), "Skjult.", True),
    ]:
        make_page(live_from=live_from, change_note_da=note, is_silent=silent)

    assert told() == before
    assert len(feed().findall(f"{ATOM}entry")) == len(before)


def test_a_withdrawal_is_told_with_its_reason_while_it_lasts(make_page, withdraw):
    page = make_page(title_da="Et råd", change_note_da="Siden er ny.", live_from=timezone.now() - 2 * DAY)
    withdraw(page, reason="Loven er ændret.", title_da="Et råd", live_from=timezone.now() - DAY)

    assert told()[0] == ("Et råd", page.get_absolute_url(), "Loven er ændret.")
    assert "Siden er ny." not in [note for _heading, _address, note in told()]
    assert feed().find(f"{ATOM}entry").find(f"{ATOM}summary").text == "Taget ned: Loven er ændret."

    make_page(document=page.document, title_da="Et råd", is_silent=True)

    assert [note for heading, _address, note in told() if heading == "Et råd"] == ["Siden er ny."]


def test_the_feed_is_atom(make_page):
    page = make_page(change_note_da="Ny & god.", title_da="Råd <1>", live_from=timezone.now() - DAY)
    make_page(document=page.document, change_note_da="Bedre.", title_da="Råd <1>", live_from=timezone.now())

    atom = feed()

    assert atom.tag == f"{ATOM}feed"
    assert atom.get(f"{XML}lang") == "da"
    assert atom.find(f"{ATOM}author/{ATOM}name").text
    links = {link.get("rel"): link.get("href") for link in atom.findall(f"{ATOM}link")}
    assert links == {"alternate": "http://testserver/nyt/", "self": "http://testserver/nyt/feed.atom"}
    # The same wherever the site stands.
    assert atom.find(f"{ATOM}id").text == "tag:digitalchikane.dk,2026:nyt/da"
    assert feed("/en/news/feed.atom").find(f"{ATOM}id").text == "tag:digitalchikane.dk,2026:nyt/en"
    entries = atom.findall(f"{ATOM}entry")
    for required in ("id", "title", "updated", "link", "summary"):
        assert all(entry.find(f"{ATOM}{required}") is not None for entry in entries), required
    # Each change has a name of its own, also where two are about one page, and keeps it when the page moves.
    ids = [entry.find(f"{ATOM}id").text for entry in entries]
    assert len(set(ids)) == len(ids)
    assert all(each.startswith("tag:") for each in ids)
    Page.objects.get(pk=page.document.pk).save()
    document = Page.objects.get(pk=page.document.pk)
    document.slug_da = "flyttet"
    document.save()
    assert [entry.find(f"{ATOM}id").text for entry in feed().findall(f"{ATOM}entry")] == ids
    assert entries[0].find(f"{ATOM}title").text == "Råd <1>"
    assert atom.find(f"{ATOM}updated").text == entries[0].find(f"{ATOM}updated").text


def test_english_readers_get_english_where_there_is_some(make_page):
    make_page(change_note_da="Kun dansk.", title_da="Dansk", live_from=timezone.now() - DAY)
    make_page(
        change_note_da="Begge.", change_note_en="Both.", title_da="Dansk", title_en="English", slug_en="in-english"
    )
    PageEdition.objects.live().filter(document__key="nyt").update(title_en="What has changed", summary_en="Changes.")

    rows = told("/en/news/")[:2]
    english, danish = feed("/en/news/feed.atom").findall(f"{ATOM}entry")[:2]

    assert rows[0] == ("English", "/en/in-english/", "Both.")
    assert rows[1][2] == "Kun dansk."
    assert english.find(f"{ATOM}summary").text == "Both."
    assert english.get(f"{XML}lang") == "en"
    assert danish.get(f"{XML}lang") == "da"


def test_every_page_leads_to_what_is_new(client):
    for path, name, address, news in [
        ("/", "Nyt", "/nyt/feed.atom", "/nyt/"),
        ("/faser/", "Nyt", "/nyt/feed.atom", "/nyt/"),
        ("/en/", "News", "/en/news/feed.atom", "/en/news/"),
    ]:
        page = read(path)
        (link,) = page.all("link", type="application/atom+xml")
        assert (link.get("rel"), link.get("href")) == ("alternate", address)
        assert link.get("title")
        footer = {text(a): a.get("href") for a in page.one("footer").iter("a")}
        assert footer[name] == news


def test_without_the_page_there_is_no_feed_and_no_link(client, withdraw):
    withdraw(PageEdition.objects.live().get(document__key="nyt"))

    assert client.get("/nyt/").status_code == 410
    assert client.get("/nyt/feed.atom").status_code == 404
    assert not read("/").all("link", type="application/atom+xml")


def test_the_page_is_made_with_few_queries(make_page, make_card, django_assert_max_num_queries):
    for _number in range(5):
        make_page(change_note_da="Nyt.")
        make_card(change_note_da="Nyt.")

    with django_assert_max_num_queries(20):
        read("/nyt/")


def test_only_the_newest_are_shown(make_page):
    page = make_page(change_note_da="Nummer 0.")
    for number in range(1, 60):
        make_page(
            document=page.document,
            change_note_da=f"Nummer {number}.",
            live_from=timezone.now() - timedelta(minutes=60 - number),
        )

    assert len(told()) == 50
    assert told()[0][2] == "Nummer 59."
