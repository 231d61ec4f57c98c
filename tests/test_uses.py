"""Nothing is taken away while something needs it, and the desk says what that is."""

import pytest
from django.utils import timezone

from conversations.models import Card
from digitalchikane import uses
from digitalchikane.models import OldAddress
from guides.models import Callout, CardTeaser, FactList, Page, Recipe, Route, RouteList, Step, Term, Text

from .markup import text
from .test_desk import Desk, address_of, list_of, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(admin_client):
    return Desk(admin_client)


def try_to_delete(desk, obj):
    """Both ways: from its own screen and from the list."""
    desk.client.post(address_of(obj, "delete"), {"post": "yes"})
    selected = {"action": "delete_selected", "_selected_action": [obj.pk], "post": "yes"}
    desk.client.post(list_of(type(obj)), selected)
    return not type(obj).objects.filter(pk=obj.pk).exists()


# Facts


def users_of(fact, make_page, make_card, make_route) -> list:
    """Everything through which a fact is used, one of each."""
    named = f"Frist: {{{{ {fact.key} }}}}."
    listed = make_page(FactList())
    FactList.objects.get(parent=listed).facts.set([fact])
    listed.forget_blocks()
    listed.remember_facts()
    route = make_route()
    route.facts.set([fact])
    return [
        make_page(Text(body_da=f"<p>{named}</p>")),
        make_card(("remember", named)),
        listed,
        route,
        make_route(how_da=named),
    ]


KINDS = ["named on a page", "named on a card", "listed", "on a route", "named on a route"]


@pytest.mark.parametrize("use", range(len(KINDS)), ids=KINDS)
def test_a_fact_that_is_used_cannot_be_deleted(desk, make_fact, make_page, make_card, make_route, use):
    fact = make_fact(text="tre uger")
    user = users_of(fact, make_page, make_card, make_route)[use]
    for other in uses.of(fact):
        if other != user:
            other.delete()
    before = read(user.get_absolute_url())

    assert not try_to_delete(desk, fact)
    assert read(user.get_absolute_url()) == before


def test_a_fact_that_is_a_phone_number_of_a_route_cannot_be_deleted(desk, make_fact, make_route):
    fact = make_fact(kind="phone", text="70 20 30 40")
    make_route(phone=fact)

    assert not try_to_delete(desk, fact)


def test_a_fact_that_a_draft_names_cannot_be_deleted(desk, make_fact, make_page):
    fact = make_fact()
    make_page(Text(body_da=f"<p>{{{{ {fact.key} }}}}</p>"), live_from=None)

    assert not try_to_delete(desk, fact)


def test_a_fact_that_a_term_names_cannot_be_deleted(desk, make_fact):
    fact = make_fact()
    Term.objects.create(key="ord", word_da="ord", explanation_en=f"Within {{{{ {fact.key} }}}}.", explanation_da="x")

    assert not try_to_delete(desk, fact)


def test_a_fact_that_a_tool_counts_with_cannot_be_deleted(desk, make_fact, monkeypatch):
    fact = make_fact()

    class Tool:
        def __str__(self):
            return "Frister"

        def get_absolute_url(self):
            return "/vaerktoejer/frister/"

    monkeypatch.setattr(uses, "TOOLS", [lambda key: [Tool()] if key == fact.key else []])

    assert not try_to_delete(desk, fact)
    assert (
        '<a class="used-on" href="/vaerktoejer/frister/">Frister</a>'
        in desk.client.get(address_of(fact)).content.decode()
    )


def test_a_fact_that_nobody_uses_can_be_deleted(desk, make_fact, make_page, make_route):
    fact = make_fact(key="frist")
    # Another key that begins alike, and an edition that readers have left.
    make_route(how_da="{{ frist-anden }}")
    old = make_page(Text(body_da="<p>{{ frist }}</p>"))
    make_page(document=old.document, live_from=timezone.now())

    assert try_to_delete(desk, fact)


def test_a_source_with_facts_cannot_be_deleted(desk, make_source, make_fact):
    source = make_source()
    make_fact(source=source, label_da="Et faktum")

    assert not try_to_delete(desk, source)
    assert "Et faktum" in text(desk.open(address_of(source, "delete")).one("main"))
    assert try_to_delete(desk, make_source())


# Cards, routes, pages and terms

WAYS_TO_LINK = {
    "text": lambda link: Text(body_da=f'<p><a href="{link}">dertil</a></p>'),
    "english text": lambda link: Text(body_da="<p>x</p>", body_en=f'<p><a href="{link}#afsnit">there</a></p>'),
    "callout": lambda link: Callout(title_da="Obs", body_da=f'<p><a href="{link}">dertil</a></p>'),
    "recipe": lambda link: Recipe(title_da="Sådan", body_da=f'<p><a href="{link}">dertil</a></p>'),
    "step": lambda link: Step(text_da="Gør det.", link=f"{link}#afsnit"),
}


@pytest.mark.parametrize("way", WAYS_TO_LINK)
def test_what_a_text_links_to_cannot_be_deleted(desk, make_page, make_card, make_route, way):
    page, card, route = make_page(live_from=None), make_card(live_from=None), make_route()
    for thing, link in [(page, "side"), (card, "kort"), (route, "vej")]:
        key = getattr(thing, "document", thing).key
        make_page(WAYS_TO_LINK[way](f"{link}:{key}"), title_da=f"Henviser til {link}")
        target = getattr(thing, "document", thing)

        screen = text(desk.open(address_of(target, "delete")).one("main"))

        assert "bliver brugt og kan derfor ikke slettes" in screen
        assert f"Henviser til {link}" in screen
        desk.client.post(address_of(target, "delete"), {"post": "yes"})
        assert type(target).objects.filter(pk=target.pk).exists()


def test_a_draft_that_others_link_to_is_thrown_away_but_its_address_stays(desk, make_page):
    draft = make_page(live_from=None)
    make_page(Text(body_da=f'<p><a href="side:{draft.document.key}">dertil</a></p>'))

    desk.client.post(address_of(draft, "delete"), {"post": "yes"})

    assert Page.objects.filter(pk=draft.document.pk).exists()


def test_a_link_to_a_longer_key_is_no_link_to_this_one(desk, make_page, make_route):
    route, other = make_route(key="politi"[:4] + "x", slug_da="polix"), make_route(key="polix-to", slug_da="polix-to")
    make_page(Text(body_da=f'<p><a href="vej:{other.key}">dertil</a></p>'))

    assert uses.of(route) == []
    assert try_to_delete(desk, route)


def test_a_card_that_a_page_shows_cannot_be_deleted(desk, make_card, make_page):
    live, draft = make_card().document, make_card(live_from=None).document
    make_page(CardTeaser(card=live))
    make_page(CardTeaser(card=draft), live_from=None)

    for card in (live, draft):
        desk.client.post(address_of(card, "delete"), {"post": "yes"}, follow=True)
        assert Card.objects.filter(pk=card.pk).exists()


def test_a_route_that_a_page_shows_cannot_be_deleted(desk, make_route, make_page):
    route = make_route(name_da="En vej")
    page = make_page(RouteList())
    RouteList.objects.get(parent=page).routes.set([route])

    assert not try_to_delete(desk, route)
    assert "En vej" in read(page.get_absolute_url())


def test_a_route_that_is_the_next_rung_of_another_cannot_be_deleted(desk, make_route):
    last = make_route()
    make_route(next=last)

    assert not try_to_delete(desk, last)
    assert Route.objects.filter(next=last).exists()


def test_a_term_that_a_text_links_to_cannot_be_deleted(desk, make_page):
    term = Term.objects.create(key="etord", word_da="et ord", explanation_da="Det betyder noget.")
    page = make_page(Text(body_da='<p><a href="side:ordliste#etord">ordet</a></p>'))

    assert uses.of(term) == [page]
    assert not try_to_delete(desk, term)


def test_what_took_the_place_of_something_else_cannot_be_deleted(desk, make_page, make_route, withdraw):
    heir = make_route()
    withdraw(make_page(), replacement=f"vej:{heir.key}")
    assert not try_to_delete(desk, heir)

    led_to = make_route()
    OldAddress.objects.create(old_path="/gammel/", new_path=f"vej:{led_to.key}")
    assert not try_to_delete(desk, led_to)
