"""Ways in by what has happened, and the quick way out where somebody may be watched."""

import pytest
from django.urls import reverse

from guides.models import CardTeaser, FactList, PageEdition, RouteList, Step


@pytest.fixture(scope="module")
def situations(django_db_setup, django_db_blocker) -> list[PageEdition]:
    with django_db_blocker.unblock():
        found = list(PageEdition.objects.live().situations().for_readers())
        PageEdition.read_blocks(found)
        return found


def of_kind(edition, kind):
    return [block for block in edition.blocks() if isinstance(block, kind)]


def test_there_are_ten_ways_in_and_the_list_leads_to_each(situations, answers):
    links = {link.get("href") for link in answers[reverse("guides:situations")].markup.all("a")}

    assert len(situations) == 10
    assert {edition.get_absolute_url() for edition in situations} <= links


def test_each_says_what_to_do_first_where_to_go_one_card_and_the_law(situations):
    for edition in situations:
        assert 3 <= len(of_kind(edition, Step)) <= 5, edition
        assert len(of_kind(edition, CardTeaser)) == 1, edition
        assert of_kind(edition, RouteList) and of_kind(edition, FactList), edition


def test_evidence_is_saved_before_anything_is_reported_or_answered(situations):
    for edition in situations:
        texts = [step.text_da.lower() for step in of_kind(edition, Step)]
        saved = next(i for i, text in enumerate(texts) if "gem" in text)
        later = [i for i, text in enumerate(texts) if text.startswith(("anmeld", "rapport", "svar", "skriv", "send"))]
        assert all(saved < i for i in later), edition


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("trusler", ["politi"]),
        ("stroem-af-beskeder", ["politi", "politi-stalking"]),
        ("private-oplysninger", ["politi", "stopchikane"]),
        ("intime-billeder-og-afpresning", ["politi", "offerraadgivningen", "stopchikane", "sletdet"]),
        ("stalking", ["politi-stalking", "dansk-stalking-center"]),
    ],
)
def test_police_and_helpers_are_named_before_platforms_where_they_come_first(situations, key, first):
    (edition,) = (each for each in situations if each.document.key == key)
    routes = [route.key for block in of_kind(edition, RouteList) for route in block.shown_routes]

    assert routes[: len(first)] == first


def test_no_situation_offers_a_card_that_leads_to_the_sender(situations, db):
    for edition in situations:
        (teaser,) = of_kind(edition, CardTeaser)
        assert not teaser.card.live_edition().leads_to_contact, edition


@pytest.mark.parametrize("key", ["stalking", "til-dig-der-er-ramt"])
def test_a_watched_reader_can_leave_at_once_without_a_script(answers, site, key):
    exit_link = answers[site.page(key).get_absolute_url()].markup.one("a", class_="exit__link")

    assert exit_link.get("href").startswith("https://")
    assert "noreferrer" in exit_link.get("rel")


def test_other_pages_have_no_quick_exit(danish_answers, site):
    with_exit = {path for path, answer in danish_answers.items() if "data-exit" in answer.html}

    assert with_exit == {site.page(key).get_absolute_url() for key in ("stalking", "til-dig-der-er-ramt")}
