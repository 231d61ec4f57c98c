"""English stands below /en/: translated where it is written, Danish and marked as Danish where it is not yet."""

import json

import pytest
from django.test import Client
from django.utils import translation

from conversations.codes import code_for
from guides.factbook import FactBook
from guides.models import Step, Text

from .markup import Markup, text

pytestmark = pytest.mark.django_db


def read(path: str) -> Markup:
    response = Client().get(path)
    assert response.status_code == 200, path
    return Markup(response.content.decode())


def in_english(thing) -> str:
    with translation.override("en"):
        return thing.get_absolute_url()


def notices(page: Markup) -> list[str]:
    return [text(notice) for notice in page.all("aside", class_="notice")]


def alternates(page: Markup) -> dict[str, str]:
    return {
        link.get("hreflang"): link.get("href") for link in page.all("link", rel="alternate") if link.get("hreflang")
    }


def is_in_english(answer) -> bool:
    """Whether what was asked for below /en/ is there in English."""
    return not answer.markup.all("main", lang="da")


def test_a_page_is_in_english_or_says_that_it_is_not(answers):
    wrong = []
    for path, answer in answers.items():
        if answer.language == "en" and answer.response.status_code == 200:
            page = answer.markup
            robots = [meta.get("content") for meta in page.all("meta", name="robots")]
            if page.one("html").get("lang") != "en":
                wrong.append((path, "its own words are not English"))
            if is_in_english(answer) and notices(page):
                wrong.append((path, "says that it is in Danish"))
            if not is_in_english(answer) and notices(page) != [NOT_YET]:
                wrong.append((path, "no notice"))
            if not is_in_english(answer) and robots != ["noindex"]:
                wrong.append((path, "search engines are not told"))

    assert wrong == []


def test_danish_content_below_en_says_so_and_is_marked_as_danish(make_page, make_card, make_route):
    make_page(slug_da="kun-dansk")
    make_card(slug_da="kun-dansk-kort")
    make_route(slug_da="kun-dansk-vej")

    for path in ["/en/kun-dansk/", "/en/cards/kun-dansk-kort/", "/en/report/kun-dansk-vej/"]:
        page = read(path)
        assert notices(page) == [NOT_YET], path
        assert page.one("main").get("lang") == "da", path
        assert [meta.get("content") for meta in page.all("meta", name="robots")] == ["noindex"], path


NOT_YET = "This page has not been translated yet, so it is shown in Danish."


def test_danish_pages_carry_no_notice(danish_answers):
    assert [path for path, answer in danish_answers.items() if notices(answer.markup)] == []


def test_danish_pages_offer_no_english_that_is_not_there(make_page):
    make_page(slug_da="kun-dansk")

    page = read("/kun-dansk/")

    assert "en" not in alternates(page)
    assert page.all("a", hreflang="en") == []


def test_danish_and_english_pages_offer_each_other_where_both_are_there(answers):
    """In the head for search engines, and in the menu for readers; and what is offered offers the other in return."""
    wrong = []
    for path, answer in danish_and_english(answers):
        offered = alternates(answer.markup)
        switches = [link.get("href") for link in answer.markup.all("a", hreflang=OTHER[answer.language])]
        if OTHER[answer.language] in offered:
            there = {language: address.removeprefix("http://testserver") for language, address in offered.items()}
            twin = answers.get(there[OTHER[answer.language]])
            if twin is None or not is_in_english(twin if twin.language == "en" else answer):
                wrong.append((path, "offers what is not there"))
            elif alternates(twin.markup) != offered or there[answer.language] != path:
                wrong.append((path, "is not offered in return"))
        if answer.language == "da" and bool(switches) != ("en" in offered):
            wrong.append((path, "menu and head do not agree"))
        if answer.language == "en" and is_in_english(answer) and not ("da" in offered and switches):
            wrong.append((path, "does not lead back"))

    assert wrong == []


OTHER = {"da": "en", "en": "da"}


def danish_and_english(answers):
    """The pages that search engines may show: what is chosen from them is shown to nobody else."""
    for path, answer in answers.items():
        if "?" not in path and answer.markup.all("link", rel="canonical"):
            yield path, answer


@pytest.mark.parametrize(
    ("danish", "english"),
    [
        ("/vaerktoejer/tjekliste/?gjort=12&gjort=31", "/en/tools/checklist/?gjort=12&gjort=31"),
        ("/samtalekort/ark/?kort=2&kort=1&format=fold", "/en/cards/sheets/?kort=2&kort=1&format=fold"),
        ("/samtalekort/ark/?format=blank", "/en/cards/sheets/?format=blank"),
    ],
)
def test_the_switch_keeps_what_was_chosen_on_a_page(danish, english):
    assert read(danish).one("a", hreflang="en").get("href") == english
    assert read(english).one("a", hreflang="da").get("href") == danish


def test_the_answer_for_a_printed_card_is_in_both_languages(site):
    code = code_for(site.card("foerste-samtale"), FactBook())

    assert read(f"/k/{code}/").one("a", hreflang="en").get("href") == f"/en/k/{code}/"
    assert "First talk with the person affected" in read(f"/en/k/{code}/").main_text


def test_a_translated_page_is_english_throughout(make_page):
    page = make_page(
        Text(body_da="<p>Gem beviserne.</p>", body_en="<p>Keep the evidence.</p>"),
        slug_da="et-raad",
        slug_en="an-advice",
        title_da="Et råd",
        title_en="A piece of advice",
        summary_da="Gør dette.",
        summary_en="Do this.",
    )

    english = read("/en/an-advice/")

    assert in_english(page) == "/en/an-advice/"
    assert notices(english) == []
    assert english.one("html").get("lang") == "en"
    assert english.one("main").get("lang") is None
    assert text(english.one("h1")) == "A piece of advice"
    assert "Keep the evidence." in english.main_text
    assert english.one("meta", name="description").get("content") == "Do this."
    assert [element.get("lang") for element in english.one("main").iter() if element.get("lang")] == []
    assert not english.all("meta", name="robots")


@pytest.mark.parametrize(
    ("english", "titled", "described", "shared"),
    [
        # The summary is Danish only: it is not what an English page says of itself.
        (
            {"title_en": "An advice"},
            ("An advice · Digital harassment at work", None),
            "What a workplace can do when an employee is harassed digitally.",
            None,
        ),
        # The page is Danish as yet, whatever is translated of it.
        ({"summary_en": "Do this."}, ("Et råd · Digital chikane på arbejdet", "da"), "Gør dette.", "Gør dette."),
        (
            {"title_en": "An advice", "summary_en": "Do this."},
            ("An advice · Digital harassment at work", None),
            "Do this.",
            "Do this.",
        ),
    ],
)
def test_a_page_is_named_and_described_in_the_language_it_is_shown_in(make_page, english, titled, described, shared):
    make_page(slug_da="et-raad", slug_en="an-advice", title_da="Et råd", summary_da="Gør dette.", **english)

    page = read("/en/an-advice/")

    title = page.one("title")
    assert (title.text, title.get("lang")) == titled
    assert page.one("meta", name="description").get("content") == described
    assert [each.get("content") for each in page.all("meta", property="og:description")] == ([shared] if shared else [])
    for script in page.all("script", type="application/ld+json"):
        assert json.loads(script.text)["@graph"][0].get("description") == shared


def test_a_translated_page_and_its_danish_know_each_other(make_page):
    make_page(slug_da="et-raad", slug_en="an-advice", title_en="A piece of advice", summary_en="Do this.")
    expected = {"da": "http://testserver/et-raad/", "en": "http://testserver/en/an-advice/"}

    danish, english = read("/et-raad/"), read("/en/an-advice/")

    assert alternates(danish) == alternates(english) == expected
    assert danish.one("a", hreflang="en").get("href") == "/en/an-advice/"
    assert english.one("a", hreflang="da").get("href") == "/et-raad/"


def test_what_is_left_in_danish_on_an_english_page_is_marked(make_page):
    make_page(
        Text(body_da="<p>Kun på dansk.</p>"),
        Step(text_da="Gem beviserne.", text_en="Keep the evidence.", role="leader"),
        slug_en="half",
        title_en="Half",
        summary_en="Half of it.",
    )

    page = read("/en/half/")

    marked = [text(element) for element in page.one("main").iter() if element.get("lang") == "da"]
    assert "Kun på dansk." in marked
    assert not any("Keep the evidence." in words for words in marked)


def test_a_page_without_an_english_address_is_found_by_its_danish_one(client, make_page):
    page = make_page(slug_da="kun-dansk")

    assert in_english(page) == "/en/kun-dansk/"
    assert client.get("/en/kun-dansk/").status_code == 200


def test_a_card_and_a_route_are_translated_as_well(make_card, make_route):
    make_card(slug_en="a-first-talk", title_en="The first talk", summary_en="Care.", participants_en="Leader")
    make_route(slug_en="coast-guard", name_en="The coast guard", summary_en="In a hurry.")

    for path, title in [("/en/cards/a-first-talk/", "The first talk"), ("/en/report/coast-guard/", "The coast guard")]:
        page = read(path)
        assert text(page.one("h1")) == title
        assert notices(page) == []


def test_the_readers_browser_and_cookies_change_nothing(client):
    plain = client.get("/").content

    client.cookies["django_language"] = "en"
    asked = client.get("/", headers={"accept-language": "en"})

    assert asked.content == plain


def test_the_desk_is_danish(client):
    response = client.get("/admin/login/", headers={"accept-language": "en"}, follow=True)

    assert response["Content-Language"] == "da"
    assert Markup(response.content.decode()).one("html").get("lang") == "da"
