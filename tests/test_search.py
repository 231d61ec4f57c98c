"""Search: what people look for is found however they write it, danger comes first, and nothing of it is kept."""

import logging
import re
import socket
import statistics
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from gunicorn.http.errors import LimitRequestLine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitalchikane.languages import CODES
from digitalchikane.worker import Worker
from guides.models import Heading, Synonym, Text
from guides.search import Index, index_for, kept
from guides.search.entries import Collector
from guides.search.kept import aliases
from guides.search.marks import marked

from .bench.search import FIRST, language_of, lists, measured, share
from .markup import Markup, text

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def shipped(django_db_setup, django_db_blocker):
    """The indexes of the shipped content."""
    with django_db_blocker.unblock():
        kept.forget()
        for language in CODES:
            index_for(language)
    return dict(kept.kept)


@pytest.fixture(autouse=True)
def own_indexes(shipped, monkeypatch):
    """What a test changes is taken back, and so are the indexes that were made of it."""
    monkeypatch.setattr(kept, "kept", dict(shipped))


@pytest.fixture
def index():
    return index_for("da")


@pytest.fixture
def find(client):
    def ask(query, path="/soeg/"):
        response = client.get(path, {"q": query})
        assert response.status_code == 200
        return Markup(response.content.decode())

    return ask


def found(index, query) -> list[str]:
    return [hit.entry.reference for hit in index.ask(query).hits]


def titles(markup) -> list[str]:
    return [text(heading) for heading in markup.all("h3", class_="hit__title")]


# How well


@pytest.mark.parametrize("language", CODES)
def test_what_people_look_for_is_among_the_first_three(language):
    rows = [row for name, rows in lists().items() if language_of(name) == language for row in rows]
    ranks, seconds = measured(index_for(language), rows)

    missed = [row[0] for row, place in zip(rows, ranks, strict=True) if not 0 < place <= FIRST]
    assert share(ranks, FIRST) >= 0.95, missed
    # Measured at 1 ms; a busy machine gets ten times that.
    assert statistics.median(seconds) < 0.01


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("chikanemail", "side:stroem-af-beskeder"),
        ("skærmbilleder", "side:dokumenter#skaermbilleder"),
        ("skaermbillede", "side:dokumenter#skaermbilleder"),
        ("skarmbilede", "side:dokumenter#skaermbilleder"),
        ("skærm billede", "side:dokumenter#skaermbilleder"),
        ("printscreen", "side:dokumenter#skaermbilleder"),
        ("FB", "vej:facebook"),
        ("x", "vej:x"),
        ("dødstrussel", "side:trusler"),
        ("beredskabspl", "side:beredskabsplan"),
    ],
)
def test_a_word_is_found_however_it_is_written(index, query, first):
    assert found(index, query)[0] == first


def test_a_word_that_nobody_uses_here_finds_nothing(index):
    assert found(index, "banan") == found(index, "xyzzyq") == []


def test_the_order_does_not_depend_on_the_order_of_rows(index):
    entries = sorted(Collector().entries(), key=lambda entry: entry.url[::-1])

    shuffled = Index(entries, reversed(aliases("da")), "da")

    for query, *_expected in lists()["da"][::5]:
        assert found(shuffled, query) == found(index, query), query


def test_everything_that_can_be_found_is_where_its_link_leads(index, danish_answers):
    gone = []
    for entry in index.entries:
        path, _hash, anchor = entry.url.partition("#")
        if path not in danish_answers or (anchor and f'id="{anchor}"' not in danish_answers[path].html):
            gone.append(entry.url)

    assert gone == []


# The page


def test_a_result_leads_to_its_section_names_the_phase_and_marks_the_words(find):
    markup = find("skærmbilleder")

    first = markup.all("li", class_="hit")[0]
    link = next(first.iter("a"))
    assert link.get("href") == "/faser/dokumenter/#skaermbilleder"
    assert "Fase 2" in text(first)
    assert "skærmbilleder" in [text(mark) for mark in first.iter("mark")]


def test_results_stand_in_groups_below_the_best(find):
    markup = find("facebook")

    headings = [text(heading) for heading in markup.all("h2")]
    assert headings[0] == "Se her først"
    assert len(headings) > 2
    assert titles(markup)[0] == "Facebook"


@pytest.mark.parametrize(
    ("query", "leads_to"),
    [
        ("trussel", "/situationer/trusler/"),
        ("selvmordstanker", "/akut/#tanker-om-selvmord"),
        ("jeg vil ikke leve mere", "/akut/#tanker-om-selvmord"),
        ("stalker", "/situationer/stalking/"),
        ("dødstruslerne", "/situationer/trusler/"),
    ],
)
def test_words_of_danger_put_the_danger_line_on_top(find, query, leads_to):
    markup = find(query)

    box = markup.one("aside", class_="search__danger")
    assert "112" in text(box)
    assert {leads_to, "/akut/"} <= {link.get("href") for link in box.iter("a")}
    elements = list(markup.root.iter())
    assert elements.index(box) < elements.index(markup.all("li", class_="hit")[0])


@pytest.mark.parametrize(
    ("path", "query", "mark"),
    [
        *(
            ("/soeg/", query, "Ikke bekræftet")
            for query in ("jeg vil dø", "selvmord", "selvmors tanker", "selvmordstanker")
        ),
        ("/en/search/", "suicidal thoughts", "Not confirmed"),
    ],
)
def test_whoever_thinks_of_dying_is_shown_whom_to_call_and_words_for_themselves(find, path, query, mark):
    box = find(query, path).one("aside", class_="search__danger")

    links = {link.get("href") for link in box.iter("a")}
    assert "tel:70201201" in links and mark in text(box)
    assert any(href.endswith("#moerke-tanker") for href in links)


@pytest.mark.parametrize(
    ("language", "query"),
    [
        *(
            ("da", query)
            for query in ("racistiske beskeder", "racist", "had på grund af hudfarve", "homofobi", "muslim")
        ),
        *(("en", query) for query in ("racist hate messages", "hate crime", "homophobic emails", "antisemitism")),
    ],
)
def test_hate_leads_to_what_to_tell_the_police(language, query):
    assert found(index_for(language), query)[0] == "side:stroem-af-beskeder#had"


def test_a_doctor_on_call_is_no_psychologist_and_a_thief_no_twentieth(index):
    assert found(index, "lægevagt")[0] == "side:akut"
    assert found(index, "tyv") == []


# As people say it, not as one would look it up.
DANGER = [
    *("trudsel", "bliver truet på livet", "slår dig ihjel", "bombetrussel", "voldtægtstrusler", "kniv", "overfaldet"),
    *("selvmor", "sælmord", "hun vil tage livet af sig", "taler om at tage sit eget liv", "vil gerne dø", "suicidal"),
    *("selvmors tanker", "selvmorstanker", "selv mord", "jeg vil bare dø", "jeg vil ikke være her mere"),
    *("stalkning", "bliver forfulgt", "han følger efter hende", "han står uden for døren", "jeg er bange", "112"),
]
NO_DANGER = ["skærmbillede", "slå op", "frist", "facebook", "hvad følger efter anmeldelsen", "bank", "lad være", "brev"]


def test_danger_is_heard_however_it_is_said_and_nowhere_else(index, client):
    assert [query for query in DANGER if not index.ask(query).dangers] == []
    assert [query for query in NO_DANGER if index.ask(query).dangers] == []
    assert "search__danger" not in client.get("/soeg/", {"q": NO_DANGER[0]}).content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "Skriv, hvad du leder efter"),
        ("   ", "Skriv, hvad du leder efter"),
        ("\0\0", "Skriv, hvad du leder efter"),
        ("og i på det", "kun små ord"),
        ("qqqzzz", "Vi fandt ikke noget om ”qqqzzz”"),
    ],
)
def test_without_a_result_there_is_always_a_way_on(find, query, said):
    markup = find(query)

    main = text(markup.one("main"))
    assert said in main
    hrefs = {link.get("href") for link in markup.one("main").iter("a")}
    assert {"/faser/psykisk-foerstehjaelp/", "/faser/debriefing/"} <= hrefs
    assert any(href.startswith("tel:") for href in hrefs)


def test_what_looks_like_a_title_is_offered_where_nothing_was_found(find):
    markup = find("dokumqqntqr")

    assert "Mente du en af dem her?" in [text(heading) for heading in markup.all("h2")]


def test_a_slip_is_told(find):
    assert "Vi søgte også efter: trustpilot" in text(find("trustpilut").one("main"))


def test_a_very_long_query_is_cut_and_the_reader_told(find):
    markup = find("skærmbillede " * 800)

    assert "en lang tekst" in text(markup.one("main"))
    assert titles(markup)[0] == "Tag skærmbilleder, der kan bruges"
    assert len(markup.one("input").get("value")) <= 200


def test_what_was_typed_is_kept_by_nobody(client):
    response = client.get("/soeg/", {"q": "Anna Andersen truer"})

    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    assert 'rel="canonical"' not in response.content.decode()


def test_the_page_without_a_query_is_like_any_other(client):
    response = client.get("/soeg/")

    assert "public" in response["Cache-Control"]
    assert "X-Robots-Tag" not in response


# Hostile input

PIECES = [
    "' OR 1=1 --",
    '" NEAR/3 "',
    "(*[.^$+?)",
    "\\",
    "%_",
    "<script>",
    "\0",
    "\u202e",
    "😀",
    "ﷺ",
    "汉字",
    "å\u030a",
]
HOSTILE = st.text(max_size=300) | st.lists(st.sampled_from([*PIECES, "trussel", "-", "æ" * 90]), max_size=40).map(
    " ".join
)


@given(query=HOSTILE)
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_answered(index, query):
    answer = index.ask(query)

    for hit in answer.hits:
        assert str(marked(hit.entry.title, answer.marks)).count("<mark>") <= len(hit.entry.title.text)
    index.nearest(query)


@pytest.mark.parametrize("query", ["".join(PIECES), "<script>alert(1)</script> trussel", "\ud7ff\ue000\x1b[0m"])
def test_whatever_is_typed_gets_a_page(find, query):
    markup = find(query)

    assert markup.parse_errors == []
    assert [script for script in markup.all("script") if script.get("src") is None] == []


@pytest.mark.parametrize("query", ["a" * 10_000, "chikane " * 1_250, "xqz " * 2_500, "skærmbillede" * 800])
def test_a_query_of_ten_thousand_letters_is_bounded_work(index, query):
    _ranks, seconds = measured(index, [[query]] * 3)

    assert min(seconds) < 0.2


# What can be found


def test_what_is_published_is_found_at_once_and_what_is_withdrawn_is_not(find, make_page, withdraw):
    assert titles(find("kvasthilde")) == []

    edition = make_page(Heading(text_da="Kvasthilde i stalden", anchor="stald"), Text(body_da="<p>Ja.</p>"))
    assert titles(find("kvasthilde")) == ["Kvasthilde i stalden"]

    withdraw(edition)
    assert titles(find("kvasthilde")) == []


def test_a_draft_is_not_found(find, make_page):
    make_page(title_da="Kvasthilde", live_from=None)

    assert titles(find("kvasthilde")) == []


def test_a_scheduled_edition_is_found_from_its_moment_on(find, make_page, monkeypatch):
    moment = timezone.now() + timedelta(seconds=30)
    make_page(title_da="Kvasthilde", live_from=moment)
    assert titles(find("kvasthilde")) == []

    monkeypatch.setattr("digitalchikane.spans.time.time", lambda: moment.timestamp() + 1)
    monkeypatch.setattr("digitalchikane.clock.now", lambda: moment + timedelta(seconds=1))

    assert titles(find("kvasthilde")) == ["Kvasthilde"]


def test_a_new_fact_is_found_by_what_it_says(find, make_fact):
    make_fact(
        label_da="Frist for snurretoppe", text="tre uger", statement="En snurretop skal meldes.", is_confirmed=False
    )

    hit = find("snurretopper").all("li", class_="hit")[0]
    assert "Frist for snurretoppe" in text(hit)
    assert "Ikke bekræftet" in text(hit)


def test_an_editor_says_what_means_the_same(find):
    assert titles(find("kvasthilde")) == []

    row = Synonym.objects.create(key="kvast", words_da="kvasthilde", finds_da="skærmbillede")
    assert "Skærmbillede" in titles(find("kvasthilde"))

    row.leads_to, row.is_danger = "side:stalking", True
    row.save()
    markup = find("kvasthilde")
    assert titles(markup)[0] == "Når det ligner stalking"
    assert markup.all("aside", class_="search__danger")


def test_danish_stands_in_for_missing_english(find, make_page):
    make_page(Heading(text_da="Kvasthilde i stalden", anchor="stald"), slug_en="broom")

    hit = find("kvasthilde", "/en/search/").all("li", class_="hit")[0]

    assert next(hit.iter("a")).get("lang") == "da"
    assert "Kvasthilde" in text(hit)


# Suggestions


def test_suggestions_are_one_public_list(client):
    response = client.get("/soeg/forslag.json")

    assert "public" in response["Cache-Control"]
    rows = {row[1]: row for row in response.json()}
    title, _url, kind, words = rows["/anmeld/facebook/"]
    assert (title, kind) == ("Facebook", "Her anmelder I")
    assert "fb" in words
    assert rows["/faser/dokumenter/#skaermbilleder"][2] == "Dokumentér"
    assert len(response.content) < 40_000


def test_suggestions_are_in_the_language_of_the_page(client):
    with translation.override("en"):
        path = reverse("guides:suggestions_file")

    assert path == "/en/search/suggestions.json"
    assert all(row[1].startswith("/en/") for row in client.get(path).json())


def test_the_box_stands_on_the_front_page_and_in_the_header(danish_answers):
    home = danish_answers["/"].markup

    form = home.one("form", role="search")
    assert form.get("action") == "/soeg/"
    assert home.one("input", id="q").get("data-suggestions") == "/soeg/forslag.json"
    assert re.search(r'href="/soeg/"[^>]*>Søg<', danish_answers["/faser/"].html)


# Too long even for an address


def test_an_address_that_is_too_long_is_answered_with_a_page():
    ours, theirs = socket.socketpair()
    worker = Worker.__new__(Worker)
    worker.log = logging.getLogger("test")
    with ours, theirs:
        theirs.sendall(b"a" * 2000)

        worker.handle_error(None, ours, ("192.0.2.1", 1), LimitRequestLine(10_015, 4094))

        answer = theirs.recv(100_000).decode()
    head, _blank, body = answer.partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 414 ")
    assert "no-store" in head
    page = Markup(body)
    assert page.parse_errors == []
    assert text(page.one("h1")) == "Adressen er for lang"
    # Which language it was asked in is not known.
    assert {"/soeg/", "/en/search/"} <= {link.get("href") for link in page.all("a")}
    assert "too long" in text(page.one("p", lang="en"))
