"""What holds for every public page of the shipped content, whatever stands on it."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from .markup import HEADINGS, text

pytestmark = pytest.mark.django_db

OWN_HOSTS = {"", "testserver"}
# Where a page makes the browser fetch something, or send something.
FETCHING = {
    "audio": ["src"],
    "embed": ["src"],
    "form": ["action"],
    "iframe": ["src"],
    "img": ["src", "srcset"],
    "link": ["href"],
    "object": ["data"],
    "script": ["src"],
    "source": ["src", "srcset"],
    "video": ["src", "poster"],
}
EMPTY_WORDS = {"læs mere", "klik her", "her", "mere", "se mere", "link", "read more", "click here", "here", "more"}


def test_every_address_answers(answers):
    wrong = {
        path: answer.response.status_code
        for path, answer in answers.items()
        if answer.response.status_code != (404 if path.endswith("/findes-ikke/") else 200)
    }

    assert len(answers) > 100
    assert wrong == {}


def test_every_page_is_well_formed(answers):
    assert {path: answer.markup.parse_errors for path, answer in answers.items() if answer.markup.parse_errors} == {}


def test_every_page_has_one_main_heading(answers):
    assert [path for path, answer in answers.items() if len(answer.markup.all("h1")) != 1] == []


def test_headings_never_skip_a_level(answers):
    wrong = {}
    for path, answer in answers.items():
        levels = [int(heading.tag[1]) for heading in answer.markup.all(*HEADINGS)]
        if any(level > before + 1 for before, level in zip([0, *levels], levels, strict=False)):
            wrong[path] = levels

    assert wrong == {}


def test_no_heading_is_empty(answers):
    assert [path for path, answer in answers.items() if not all(map(text, answer.markup.all(*HEADINGS)))] == []


def test_reading_leaves_no_trace(answers):
    assert [path for path, answer in answers.items() if answer.response.cookies] == []
    assert {
        path: vary
        for path, answer in answers.items()
        if "cookie" in (vary := answer.response.get("Vary", "").lower()) or "accept-language" in vary
    } == {}


def test_no_page_asks_another_host_for_anything(answers):
    wrong = set()
    for answer in answers.values():
        for element in answer.markup.all(*FETCHING):
            for name in FETCHING[element.tag]:
                if urlsplit(element.get(name, "")).netloc not in OWN_HOSTS:
                    wrong.add((answer.path, element.tag, element.get(name)))

    assert wrong == set()


def test_every_page_forbids_foreign_and_inline_code(answers):
    for path, answer in answers.items():
        policy = answer.response.get("Content-Security-Policy", "")
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy, path
        assert not re.search(r"\*|https?:", policy), path


def test_no_page_carries_inline_scripts_or_styles(answers):
    wrong = set()
    for path, answer in answers.items():
        for element in answer.markup.all():
            # What search engines read is data: no browser runs it.
            is_data = element.get("type") == "application/ld+json"
            if element.tag == "style" or (element.tag == "script" and not element.get("src") and not is_data):
                wrong.add((path, element.tag))
            wrong |= {(path, name) for name in element.attrib if name == "style" or name.startswith("on")}

    assert wrong == set()


def test_every_page_carries_the_guarding_headers(answers):
    expected = {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    for path, answer in answers.items():
        assert {name: answer.response.get(name) for name in expected} == expected, path
        assert "camera=()" in answer.response["Permissions-Policy"], path


def test_every_page_says_its_language(answers):
    wrong = [
        path
        for path, answer in answers.items()
        if answer.markup.one("html").get("lang") != answer.language
        or answer.response["Content-Language"] != answer.language
    ]

    assert wrong == []


def test_every_page_has_a_title_of_its_own(danish_answers):
    titles = {}
    for path, answer in danish_answers.items():
        title = text(answer.markup.one("title"))
        own, _dot, _site = title.rpartition(" · ")
        assert own.strip(), path
        # A card in large type is the same page, set larger.
        titles.setdefault(title, set()).add(path.removesuffix("?vis=stor"))

    assert {title: paths for title, paths in titles.items() if len(paths) > 1} == {}


def test_every_page_describes_itself(answers):
    wrong = [
        path
        for path, answer in answers.items()
        if answer.response.status_code == 200 and not answer.markup.one("meta", name="description").get("content")
    ]

    assert wrong == []


def test_no_page_shows_what_should_have_been_replaced(answers):
    assert [path for path, answer in answers.items() if re.search(r"\{\{|\}\}|\{%|%\}|%\(\w+\)s", answer.html)] == []


def test_no_page_says_that_a_fact_is_missing(danish_answers):
    assert [path for path, answer in danish_answers.items() if "(bliver kontrolleret)" in answer.html] == []


def test_a_phase_takes_as_long_to_read_as_it_says(danish_answers):
    phases = [answer.markup for path, answer in danish_answers.items() if re.fullmatch(r"/faser/[^/]+/", path)]
    for page in phases:
        said = int(re.search(r"cirka (\d+) minut", text(page.one("p", class_="phase__place"))).group(1))
        # At 200 words a minute, without what leads to other pages.
        around = "".join(text(part) for name in ("nav", "script") for part in page.one("main").iter(name))
        words = len(text(page.one("main")).split()) - len(around.split())
        assert abs(said - words / 200) < 1, (text(page.one("h1")), said, words)
    assert len(phases) == 5


def test_ids_are_unique_and_references_to_them_hold(answers):
    wrong = set()
    for path, answer in answers.items():
        ids = answer.markup.ids
        wrong |= {(path, "twice", name) for name in ids if ids.count(name) > 1}
        for element in answer.markup.all():
            for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
                wrong |= {(path, attribute, name) for name in element.get(attribute, "").split() if name not in ids}

    assert wrong == set()


def test_every_picture_and_every_field_has_a_name(answers):
    wrong = set()
    for path, answer in answers.items():
        markup = answer.markup
        labelled = {label.get("for") for label in markup.all("label") if text(label)}
        wrapped = {field for label in markup.all("label") if text(label) for field in label.iter()}
        wrong |= {(path, picture.get("src")) for picture in markup.all("img") if picture.get("alt") is None}
        wrong |= {
            (path, field.get("name"))
            for field in markup.all("input", "select", "textarea")
            if field.get("type") not in ("hidden", "submit")
            and field.get("id") not in labelled
            and field not in wrapped
            and not (field.get("aria-label") or field.get("aria-labelledby"))
        }

    assert wrong == set()


def test_every_page_has_one_main_part(answers):
    assert [path for path, answer in answers.items() if len(answer.markup.all("main")) != 1] == []


def test_every_link_within_the_site_leads_somewhere(answers):
    client, fetched, wrong = Client(), {path: answer.response.status_code for path, answer in answers.items()}, set()
    for page in answers.values():
        for element in page.markup.all("a", "link", "script", "img"):
            target = element.get("href", element.get("src"))
            whole = urlsplit(urljoin(f"http://testserver{page.path}", target))
            if whole.scheme not in ("http", "https") or whole.netloc not in OWN_HOSTS:
                continue
            path = whole.path + (f"?{whole.query}" if whole.query else "")
            if path not in fetched:
                response = client.get(path)
                fetched[path] = response.status_code
                response.close()
            here = path == page.path
            if fetched[path] != 200 and not here:
                wrong.add((page.path, target, fetched[path]))
            elif whole.fragment and not (path in answers and whole.fragment in answers[path].markup.ids):
                wrong.add((page.path, target, "no such place"))

    assert wrong == set()


def test_every_link_says_where_it_leads(answers):
    wrong = set()
    for path, answer in answers.items():
        for link in answer.markup.all("a", "button"):
            name = link.get("aria-label") or text(link)
            if not name or name.lower().strip(" .…»>") in EMPTY_WORDS:
                wrong.add((path, link.get("href"), name))

    assert wrong == set()


def test_a_name_for_the_ear_begins_with_the_words_on_the_screen(answers):
    """Somebody who speaks to the machine says what is written (WCAG 2.5.3)."""
    wrong = {
        (path, text(link), link.get("aria-label"))
        for path, answer in answers.items()
        for link in answer.markup.all("a", "button")
        if link.get("aria-label") and not link.get("aria-label").startswith(text(link))
    }

    assert wrong == set()


@pytest.fixture(scope="module")
def english_texts() -> set[str]:
    """The interface in English, as far as Danish says it in other words."""
    found = set()
    for path in settings.LOCALE_PATHS:
        with (path / "da" / "LC_MESSAGES" / "django.po").open("rb") as file:
            for message in read_po(file):
                english = message.id if isinstance(message.id, tuple) else (message.id,)
                danish = message.string if isinstance(message.string, tuple) else (message.string,)
                found |= {words.lower() for words in set(english) - set(danish) if len(words) > 6}
    # The link to the other language names it in that language.
    return found - {"english"}


def test_danish_pages_show_no_english_interface(danish_answers, english_texts):
    wrong = set()
    for path, answer in danish_answers.items():
        # The switch to English says so in English.
        switches = {*answer.markup.all("a", lang="en"), *answer.markup.all("li", class_="site-header__language")}
        for element in set(answer.markup.all()) - switches:
            shown = [text(element), *(element.get(name, "") for name in ("aria-label", "title", "alt", "content"))]
            wrong |= {(path, words) for words in shown if words.lower() in english_texts}

    assert len(english_texts) > 100
    assert wrong == set()


def test_a_page_is_made_with_few_queries(client, danish_answers):
    counts = {}
    for path in danish_answers:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts[path] = len(queries)

    # The whole guide holds all the others; how many it may take is said in its own tests.
    assert {path: count for path, count in counts.items() if count > 15 and "hele-vejledningen" not in path} == {}
