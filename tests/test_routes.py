"""A route or a help line that is withdrawn: readers are told why, and its replacement stands in its place."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from digitalchikane import translationcheck
from guides.models import Route, RouteList, Text

from .markup import Markup, text

pytestmark = pytest.mark.django_db


def step(route, name):
    return reverse(f"admin:guides_route_{name}", args=[route.pk])


@pytest.fixture
def old(make_route):
    return make_route(name_da="Den gamle linje", group="support", url="https://gammel.example/")


@pytest.fixture
def new(make_route):
    return make_route(name_da="Den nye linje", group="support")


@pytest.fixture
def listed(make_page, old):
    page = make_page(Text(body_da=f'<p>Ring til <a href="vej:{old.key}">linjen</a>.</p>'), RouteList())
    RouteList.objects.get(parent=page).routes.set([old])
    return page


def test_the_replacement_stands_wherever_the_withdrawn_one_was_named(admin_client, client, old, new, listed):
    old.previous.add(before := Route.objects.exclude(pk__in=[old.pk, new.pk]).first())
    question = admin_client.get(step(old, "withdraw"))
    assertContains(question, str(listed))

    answer = {"withdrawal_reason_da": "Linjen er lukket.", "replacement": new.pk}
    assertContains(admin_client.post(step(old, "withdraw"), answer, follow=True), "Trukket tilbage.")

    told = client.get(old.get_absolute_url())
    # Browsers keep such an answer for good, unless they are told to ask again.
    assert "max-age=0" in told["Cache-Control"]
    assertContains(told, "Linjen er lukket.", status_code=410)
    assertContains(told, f'href="{new.get_absolute_url()}"', status_code=410)
    for path in (listed.get_absolute_url(), before.get_absolute_url()):
        page = client.get(path)
        assertContains(page, new.get_absolute_url())
        assertNotContains(page, old.get_absolute_url())
    for path in (reverse("guides:help"), "/sitemap.xml", reverse("guides:whole")):
        assertNotContains(client.get(path), old.get_absolute_url())
    assert old not in Route.objects.due_for_check()
    # It is told as news as well, and nobody is asked to translate it.
    newest = Markup(client.get("/nyt/").content.decode()).all("li", class_="news__item")[0]
    assert text(newest).endswith("Taget ned Den gamle linje Linjen er lukket. I stedet: Den nye linje")
    assert new.get_absolute_url() in [link.get("href") for link in newest.iter("a")]
    entry = client.get("/nyt/feed.atom").content.decode().partition("<entry")[2].partition("</entry>")[0]
    assert "Taget ned: Linjen er lukket. I stedet: Den nye linje." in entry
    untranslated = [each.thing for each in translationcheck.untranslated()]
    assert new in untranslated
    assert old not in untranslated

    # A replacement that is withdrawn in turn hands on.
    third = Route.objects.filter(group="support").exclude(pk__in=[old.pk, new.pk]).first()
    new.withdraw({"da": "Også lukket."}, third)
    assertContains(client.get(listed.get_absolute_url()), third.get_absolute_url())

    admin_client.post(step(old, "return"))
    assertContains(client.get(old.get_absolute_url()), "Den gamle linje")
    assertNotContains(client.get("/nyt/"), "Den gamle linje")
    assertContains(client.get(listed.get_absolute_url()), old.get_absolute_url())
    assertContains(client.get(reverse("guides:help")), old.get_absolute_url())


def test_without_a_replacement_the_words_stay_and_the_link_goes(client, old, listed):
    old.withdraw({"da": "Linjen er lukket."})

    page = client.get(listed.get_absolute_url())

    assertContains(page, "Ring til linjen.")
    assertNotContains(page, old.get_absolute_url())
    # The list is empty now, and the desk says so before the page is published again.
    assert [problem.field for problem in listed.document.draft().problems()] == ["routes"]


def test_a_reason_is_asked_for_and_what_was_chosen_stays(admin_client, old, new):
    refused = admin_client.post(step(old, "withdraw"), {"withdrawal_reason_da": " ", "replacement": new.pk})

    assertContains(refused, "Der er ikke trukket noget tilbage.")
    assertContains(refused, f'<option value="{new.pk}" selected>', html=False)
    old.refresh_from_db()
    assert not old.is_withdrawn
    for unfit in (old.pk, 10**9, "x"):
        answer = admin_client.post(step(old, "withdraw"), {"withdrawal_reason_da": "Lukket.", "replacement": unfit})
        assertContains(answer, "errorlist")


def test_what_stands_in_for_another_is_not_deleted(admin_client, old, new):
    old.withdraw({"da": "Linjen er lukket."}, new)

    question = admin_client.get(reverse("admin:guides_route_delete", args=[new.pk]))

    assertContains(question, "Den gamle linje")
    assert admin_client.post(reverse("admin:guides_route_delete", args=[new.pk]), {"post": "yes"}).status_code != 500
    assert Route.objects.filter(pk=new.pk).exists()


def test_only_those_who_may_change_routes_withdraw_them(client, django_user_model, old):
    from django.contrib.auth.models import Group

    from digitalchikane.accounts.roles import EDITOR

    writer = django_user_model.objects.create_user("skriver", is_staff=True)
    writer.groups.add(Group.objects.get(name=EDITOR))
    client.force_login(writer)

    for name in ("withdraw", "return"):
        assert client.post(step(old, name), {"withdrawal_reason_da": "Lukket."}).status_code == 403
    old.refresh_from_db()
    assert not old.is_withdrawn
    assertNotContains(client.get(step(old, "change")), step(old, "withdraw"))
