"""The desk looks ahead: any page as it is going to be on a coming day, and nothing of that outside the desk."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from digitalchikane import clock
from guides.models import FactWording, Text

from .markup import Markup, text
from .test_desk import Desk, address_of

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = timedelta(days=1)
SOON = TODAY + 30 * DAY


@pytest.fixture
def desk(admin_client):
    return Desk(admin_client)


@pytest.fixture
def changed_law(make_fact):
    fact = make_fact(text="tre uger", label_da="Frist for klage")
    FactWording.objects.create(fact=fact, text_da="fire uger", statement_da="Fire uger.", valid_from=SOON)
    return fact


@pytest.fixture
def law_page(changed_law, make_page):
    return make_page(Text(body_da=f"<p>Klag inden {{{{ {changed_law.key} }}}}.</p>"), title_da="Siden med fristen")


def shown(desk, path, day=SOON):
    return desk.client.get(reverse("admin:ahead_page"), {"dag": day.isoformat(), "side": path})


def words(response) -> str:
    return text(Markup(response.content.decode()).one("main"))


def test_a_page_has_the_wordings_of_the_day(desk, law_page):
    path = law_page.get_absolute_url()

    assert "Klag inden tre uger" in words(shown(desk, path, SOON - DAY))
    assert "Klag inden fire uger" in words(shown(desk, path))
    assert "Klag inden fire uger" in words(shown(desk, path, SOON + 99 * DAY))
    # Readers still have the wording of today, also afterwards.
    assert "Klag inden tre uger" in words(Client().get(path))


def marks(response) -> list[str]:
    return [text(mark) for mark in Markup(response.content.decode()).all("mark")]


def test_what_is_new_is_marked_and_nothing_else(desk, make_page, changed_law):
    path = make_page(
        Text(body_da=f"<p>Gem alt. Klag inden {{{{ {changed_law.key} }}}}, og vent.</p>"), title_da="Siden"
    ).get_absolute_url()
    assert marks(shown(desk, path)) == ["fire uger"]
    assert marks(shown(desk, path, SOON - DAY)) == []

    now = make_page(Text(body_da="<p>Ring først. Skriv så.</p>"), title_da="Som nu")
    moment = timezone.now() + 20 * DAY
    later = make_page(
        Text(body_da="<p>Ring først. Gå &lt;straks&gt;. Skriv så.</p>"),
        document=now.document,
        title_da="Som nu",
        live_from=moment,
    )
    response = shown(desk, later.get_absolute_url())
    assert [mark for mark in marks(response) if not mark.startswith("Opdateret")] == ["Gå <straks>."]
    assert Markup(response.content.decode()).parse_errors == []
    screen = desk.open(f"{reverse('admin:ahead')}?dag={SOON.isoformat()}&side={path}")
    (link,) = [link for link in screen.all("a") if text(link) == "Gå til den første markering"]
    (frame,) = screen.all("iframe")
    assert (link.get("href"), link.get("target")) == (f"{frame.get('src')}#aendring", frame.get("name"))


def test_a_page_that_is_not_there_today_looks_ahead_without_marks(desk, make_page):
    page = make_page(title_da="Helt ny", live_from=timezone.now() + DAY)

    response = shown(desk, page.get_absolute_url())

    assert "Helt ny" in words(response)
    assert marks(response) == []


def test_sources_cards_and_routes_look_ahead_as_well(desk, changed_law, make_card, make_route):
    card = make_card(("remember", f"Klag inden {{{{ {changed_law.key} }}}}."))
    route = make_route(how_da=f"Klag inden {{{{ {changed_law.key} }}}}.")
    number = card.document.number

    sheets = f"/samtalekort/ark/?kort={number}&format=fire"
    for path in (card.get_absolute_url(), route.get_absolute_url(), sheets):
        assert "Klag inden fire uger" in words(shown(desk, path)), path
    assert "Fire uger." in words(shown(desk, "/kilder/"))


def test_a_scheduled_edition_is_live_on_its_day_and_a_draft_never(desk, make_page):
    now = make_page(title_da="Som nu")
    moment = timezone.now() + 30 * DAY
    make_page(document=now.document, title_da="Som planlagt", live_from=moment)
    make_page(document=now.document, title_da="Kladden", live_from=None)
    path = now.get_absolute_url()

    assert "Som nu" in words(shown(desk, path, TODAY + 29 * DAY))
    assert "Som planlagt" in words(shown(desk, path, timezone.localdate(moment)))
    assert "Som nu" in words(Client().get(path))


def test_a_page_that_is_english_looks_ahead_in_english(desk, changed_law, make_page):
    FactWording.objects.filter(fact=changed_law, valid_from=SOON).update(text_en="four weeks")
    page = make_page(summary_da="x", title_en="A page", slug_en="a-page", summary_en=f"In {{{{ {changed_law.key} }}}}.")

    assert "In four weeks" in words(shown(desk, f"/en/{page.document.slug_en}/"))


def test_what_is_shown_is_kept_nowhere_and_framed_by_the_desk_alone(desk, law_page):
    response = shown(desk, law_page.get_absolute_url())

    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]


def test_nobody_outside_the_desk_looks_ahead(client, law_page, django_user_model):
    query = {"dag": SOON.isoformat(), "side": law_page.get_absolute_url()}
    for name in ("admin:ahead", "admin:ahead_page"):
        assert client.get(reverse(name), query)["Location"].startswith("/admin/login/")
    guest = django_user_model.objects.create_user("gaest", password="x", is_staff=True)
    client.force_login(guest)
    for name in ("admin:ahead", "admin:ahead_page"):
        assert client.get(reverse(name), query).status_code == 403
    guest.user_permissions.add(Permission.objects.get(codename="view_pageedition"))
    assert client.get(reverse("admin:ahead_page"), query).status_code == 200


def test_the_screen_tells_what_changes_and_leads_to_each_page(desk, law_page, make_card, changed_law):
    make_card(("remember", f"{{{{ {changed_law.key} }}}}"), title_da="Kortet med fristen")

    screen = desk.open(f"{reverse('admin:ahead')}?dag={SOON.isoformat()}")

    main = text(screen.one("main"))
    assert "Frist for klage tre uger fire uger" in main
    links = {text(link): link.get("href") for link in screen.all("a")}
    assert f"side={law_page.get_absolute_url()}".replace("/", "%2F") in links["Siden med fristen"]
    assert "Kortet med fristen" in links
    (frame,) = screen.all("iframe")
    assert "Klag inden fire uger" in words(desk.client.get(frame.get("src")))


def test_a_day_without_changes_says_so(desk):
    screen = desk.open(f"{reverse('admin:ahead')}?dag={(TODAY + DAY).isoformat()}")

    assert "Der er ikke planlagt noget inden da." in text(screen.one("main"))


@pytest.mark.parametrize("day", ["", "i morgen", "2020-01-01", "9999-12-31", "2027-02-30", "\x00", "0" * 500])
def test_a_day_that_cannot_be_is_refused_in_danish(desk, day):
    response = desk.client.get(reverse("admin:ahead"), {"dag": day, "side": "/"})

    assert response.status_code == 400
    assert Markup(response.content.decode()).all("ul", class_="errorlist")
    assert desk.client.get(reverse("admin:ahead_page"), {"dag": day}).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/auth/user/",
        "//ond.example/",
        "https://ond.example/",
        "faser/",
        "/robots.txt",
        "/a/b/c/d/",
        "/a\x00b/",
        "/" + "x" * 500,
        "/findes-ikke/",
    ],
)
def test_only_readers_pages_are_shown(desk, path):
    assert shown(desk, path).status_code == 404


def test_a_fact_leads_to_its_pages_on_the_day(desk, changed_law, law_page):
    links = {text(link): link.get("href") for link in desk.open(address_of(changed_law)).all("a")}

    (name,) = [name for name in links if name.startswith("Se siderne, som de vil se ud den")]
    assert "Klag inden tre uger fire uger" not in text(desk.open(links[name]).one("main"))
    assert "Siden med fristen" in text(desk.open(links[name]).one("main"))


def test_the_clock_goes_back_whatever_happens():
    with pytest.raises(RuntimeError), clock.at(clock.end_of(SOON)):
        assert clock.today() == SOON
        raise RuntimeError

    assert clock.today() == timezone.localdate()
