"""What is put together from the steps in brief: the checklist, the page of each role, the sheet for the wall."""

import pytest
from django.urls import reverse

from guides.models import PageEdition, Step
from guides.views.pages import ROLE_PAGES


@pytest.fixture
def all_steps(db) -> list[Step]:
    return list(Step.objects.filter(parent__in=PageEdition.objects.live().phases()))


def test_the_checklist_holds_every_step_of_every_phase(answers, all_steps):
    boxes = answers[reverse("guides:checklist")].markup.all("input", type="checkbox")

    assert len(boxes) == len(all_steps) > 15
    assert len({box.get("value") for box in boxes}) == len(boxes)


def test_ticks_stand_in_the_address_alone(client, db):
    response = client.get(reverse("guides:checklist"), {"gjort": ["11", "23"]})

    html = response.content.decode()
    assert html.count(" checked") == 2
    assert 'value="23" checked' in html
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies


@pytest.mark.parametrize("value", ["", "abc", "-1", "٣", "9" * 300, "<script>", "11\x00"])
def test_a_made_up_tick_changes_nothing(client, db, value):
    response = client.get(reverse("guides:checklist"), {"gjort": [value] * 300})

    assert response.status_code == 200
    assert " checked" not in response.content.decode()
    assert "<script>alert" not in response.content.decode()


@pytest.mark.parametrize("key", ROLE_PAGES)
def test_a_role_sees_its_own_steps_and_nobody_elses(answers, site, all_steps, key):
    page = site.page(key)
    text = answers[page.get_absolute_url()].markup.main_text

    for step in all_steps:
        words = step.text_da.partition("{")[0].strip()
        assert (words in text) == (step.role in (ROLE_PAGES[key], "anyone")), (key, step)


def test_the_sheet_for_the_wall_has_numbers_clocks_and_room_for_names(answers):
    answer = answers[reverse("guides:wall_sheet")]

    assert 'href="tel:112"' in answer.html and 'href="tel:114"' in answer.html
    assert "72 timer" in answer.markup.main_text
    assert len(answer.markup.all("td")) == 12
