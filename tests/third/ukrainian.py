"""Run by tests/test_third_language.py, with the settings beside this file and none of the content that ships."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django.fixtures import django_db_setup  # noqa: F401

from guides.models import Term, Text
from guides.models.pages import MainPage
from tests.markup import Markup, text
from tests.test_desk import Desk

pytestmark = pytest.mark.django_db

LANGUAGES = {"da", "en", "uk"}


@pytest.fixture
def evidence(make_page):
    words = Text(body_da="<p>Gem alt.</p>", body_en="<p>Keep it.</p>", body_uk="<p>Зберігайте докази.</p>")
    titles = {"title_da": "Beviser", "title_en": "Evidence", "title_uk": "Докази"}
    return make_page(words, **titles, summary_uk="Що зберегти.")


@pytest.fixture
def desk(admin_client):
    return Desk(admin_client)


def read(address: str) -> Markup:
    response = Client().get(address)
    assert response.status_code == 200, address
    return Markup(response.content.decode())


def address_of(thing, language: str = "uk") -> str:
    with translation.override(language):
        return thing.get_absolute_url()


def test_a_translated_page_is_offered_in_three_languages(evidence):
    shown = read(address_of(evidence))

    assert shown.one("html").get("lang") == "uk"
    assert text(shown.one("h1")) == "Докази"
    assert not shown.all("aside", class_="notice")
    alternates = [link.get("hreflang") for link in shown.all("link", rel="alternate") if link.get("hreflang")]
    assert set(alternates) == LANGUAGES
    assert [link.get("hreflang") for link in shown.all("a") if link.get("hreflang")] == ["da", "en"]
    assert shown.one("meta", property="og:locale").get("content") == "uk"


def test_the_site_map_knows_all_three(evidence):
    listed = Client().get("/sitemap.xml").content.decode()

    assert {
        language for language in LANGUAGES if f"http://testserver{address_of(evidence, language)}<" in listed
    } == LANGUAGES


def test_what_is_not_translated_is_danish_and_says_so(make_page):
    make_page(key=MainPage.HOME, kind="main")

    shown = read("/uk/")

    assert len(shown.all("aside", class_="notice")) == 1
    assert shown.one("main").get("lang") == "da"
    assert [meta.get("content") for meta in shown.all("meta", name="robots")] == ["noindex"]


def test_search_finds_words_of_a_language_without_a_stemmer(make_page, evidence):
    search = make_page(key=MainPage.SEARCH, kind="main", title_uk="Пошук")

    shown = read(f"{address_of(search)}?q=докази")

    assert address_of(evidence) in [link.get("href") for link in shown.one("main").iter("a")]


def test_the_whole_guide_goes_on_paper(make_page):
    make_page(key="fase", kind="phase", title_uk="Фаза")

    with translation.override("uk"):
        paper = Client().get(reverse("guides:whole_pdf"))

    assert paper.headers["Content-Type"] == "application/pdf"
    assert paper.headers["Content-Language"] == "uk"


def test_editors_write_it_beside_the_others_and_see_what_lacks_it(desk, evidence):
    Term.objects.create(key="ord", word_da="et ord", explanation_da="Forklaret.", word_en="a", explanation_en="b")

    draft = desk.draft_of(evidence)
    form = desk.open(f"/admin/guides/pageedition/{draft.pk}/change/")
    names = {field.get("name") for field in [*form.all("input"), *form.all("textarea")]}
    assert {f"title_{language}" for language in LANGUAGES} <= names
    publishing = desk.open(f"/admin/guides/pageedition/{draft.pk}/publish/")
    assert {f"change_note_{language}" for language in LANGUAGES} <= {f.get("name") for f in publishing.all("textarea")}
    missing = [text(item) for item in desk.open("/admin/oversaettelse/").all("li") if "et ord" in text(item)]
    assert len(missing) == 1
    assert "findes ikke på ukrainsk" in missing[0]
