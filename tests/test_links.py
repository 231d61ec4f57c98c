"""Links out of the site: tried every night, called dead after two runs, mended from the desk to the very word."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from digitalchikane.publishing.models import State
from guides.linkcheck import Result
from guides.linkplaces import every_place, places_of
from guides.models import Callout, Heading, Link, Route, Source, Step, Text
from guides.models.links import Fault, LinkState

from .markup import Markup, text
from .misbehaving import serving
from .test_desk import Desk, address_of, list_of, notices

pytestmark = pytest.mark.django_db

URL = "https://kilde.example/en-side?a=1&b=2"
NOW = timezone.now()
DAY = timedelta(days=1)
MISSING = Result(404, Fault.STATUS)


@pytest.fixture
def desk(admin_client):
    return Desk(admin_client)


@pytest.fixture
def make_link(db):
    def make(url=URL, *results, days_between=1):
        link = Link.objects.create(url=url)
        for number, result in enumerate(results):
            link.record(result, NOW + number * days_between * DAY)
        return link

    return make


def with_link(url=URL, words="en side for arbejdsgivere") -> str:
    href = url.replace("&", "&amp;")
    return f'<p>Læs <strong>først</strong> <a href="{href}">{words}</a>, før I skriver.</p>'


# What is called dead


def test_a_link_is_dead_when_it_has_failed_in_two_runs(make_link):
    link = make_link(URL, MISSING)
    assert (link.state, link.failed_at) == (LinkState.FAILING, NOW)

    link.record(Result(fault=Fault.TIMEOUT), NOW + DAY)

    assert (link.state, link.failed_at, link.reason) == (LinkState.DEAD, NOW, "Webstedet svarer ikke i tide.")


def test_the_same_trouble_seen_twice_in_a_moment_is_one_failure(make_link):
    assert make_link(URL, MISSING, MISSING, MISSING, days_between=0.01).state == LinkState.FAILING


def test_one_that_answers_again_is_forgiven(make_link):
    link = make_link(URL, MISSING, MISSING, Result(200))

    assert (link.state, link.failures, link.failed_at, link.worked_at) == (LinkState.WORKS, 0, None, NOW + 2 * DAY)
    link.record(MISSING, NOW + 3 * DAY)
    assert link.state == LinkState.FAILING


@pytest.mark.parametrize(
    ("result", "state", "reason"),
    [
        (MISSING, LinkState.FAILING, "Siden findes ikke mere (404)."),
        (Result(503, Fault.STATUS), LinkState.FAILING, "Webstedet er i uorden (503)."),
        (Result(408, Fault.STATUS), LinkState.FAILING, "Webstedet svarer med en fejl (408)."),
        (Result(403, Fault.STATUS), LinkState.CLOSED, "Webstedet afviser maskiner. Åbn adressen, og se selv."),
        (Result(fault=Fault.PRIVATE), LinkState.FAILING, "Adressen fører ind i et privat netværk."),
        (Result(200, moved_to="https://kilde.example/ny"), LinkState.MOVED, "Siden er flyttet for altid."),
        (
            Result(200, moved_to="https://kilde.example/"),
            LinkState.MOVED,
            "Adressen fører nu til webstedets forside. Siden er nok væk.",
        ),
        (Result(200), LinkState.WORKS, ""),
    ],
)
def test_every_outcome_has_its_words(make_link, result, state, reason):
    link = make_link(URL, result)

    assert (link.state, link.reason) == (state, reason)


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault != Fault.STATUS])
def test_every_fault_is_a_danish_sentence(make_link, fault):
    reason = make_link(URL, Result(fault=fault)).reason

    assert reason[0].isupper()
    assert reason.endswith(".")
    assert reason[:-1].lower() != fault.name.lower()


# The nightly run


def run(**options) -> str:
    out = StringIO()
    call_command("check_links", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def server(settings):
    """A site of our own that may be asked, without pauses; the shipped addresses are left alone."""
    Source.objects.update(url="")
    Route.objects.update(url="")
    settings.LINK_CHECK = {"timeout": 5, "total": 5, "pause": 0, "networks": ("127.0.0.0/8",)}
    with serving() as server:
        yield server


def test_a_run_tries_sources_routes_live_pages_and_drafts(server, make_source, make_route, make_page):
    urls = {name: server.url(path) for name, path in [("source", "/ok"), ("route", "/missing"), ("live", "/moved")]}
    urls["draft"], urls["old"] = server.url("/elsewhere"), server.url("/gone")
    make_source(url=urls["source"])
    make_route(url=urls["route"])
    page = make_page(Text(body_da=with_link(urls["old"])), live_from=NOW - 2 * DAY)
    make_page(Text(body_da=with_link(urls["live"])), document=page.document)
    make_page(Callout(title_da="Obs", body_en=with_link(urls["draft"])), live_from=None)

    said = run()

    states = {link.url: link.state for link in Link.objects.all()}
    assert states == {
        urls["source"]: "works",
        urls["route"]: "failing",
        urls["live"]: "moved",
        urls["draft"]: "works",
    }
    assert "Links tried: 4." in said
    assert f"failing: {urls['route']} (status 404)" in said
    assert Link.objects.get(state="moved").moved_to == server.url("/ok")


def test_a_link_that_nothing_holds_any_more_is_forgotten(server, make_source):
    source = make_source(url=server.url("/ok"))
    run()
    Source.objects.filter(pk=source.pk).update(url=server.url("/no-head"))

    run()

    assert [link.url for link in Link.objects.all()] == [server.url("/no-head")]


def test_a_second_run_may_try_only_what_failed(server, make_source):
    make_source(url=server.url("/ok"))
    make_source(url=server.url("/missing"))
    run()
    server.asked.clear()

    assert "Links tried: 1." in run(failing=True)
    assert {path for _method, path, *_rest in server.asked} == {"/missing"}


def test_a_machine_that_is_off_the_net_calls_nothing_dead(server, make_source, settings):
    settings.LINK_CHECK = {"timeout": 0.2, "total": 0.2, "pause": 0, "networks": ("127.0.0.0/8",)}
    for number in range(1, 5):
        make_source(url=server.url("/silent", f"127.0.0.{number}"))

    with pytest.raises(CommandError, match="fault is on this side"):
        run()

    assert set(Link.objects.values_list("state", flat=True)) == {"new"}


def test_there_may_be_nothing_to_try(server):
    assert run() == "Links: nothing to try.\n"


# Where it stands


def test_a_place_is_told_with_page_section_and_the_words_around(make_page, make_fact):
    fact = make_fact(text="tre uger")
    link = f'<a href="{URL.replace("&", "&amp;")}">det <strong>her</strong></a>'
    body = f"<p>Svar inden {{{{ {fact.key} }}}}. Læs <em>også</em> {link}.</p>"
    make_page(
        Heading(text_da="Det første", anchor="et"),
        Text(body_da="<p>Uden.</p>"),
        Heading(text_da="Det andet", anchor="to"),
        Text(body_da=f"<ul><li>Et punkt</li></ul>{body}"),
        Step(text_da="Gå dertil.", link=URL),
        title_da="Siden med linket",
    )

    in_text, in_step = every_place()[URL]

    excerpt = in_text.excerpt
    assert (in_text.name, excerpt.section) == ("Siden med linket", "Det andet")
    assert (excerpt.before, excerpt.words, excerpt.after) == ("Svar inden tre uger. Læs også ", "det her", ".")
    assert (in_step.excerpt.words, in_step.field) == ("Gå dertil.", "link")


def test_places_are_read_with_few_queries(django_assert_max_num_queries, make_page):
    for _ in range(5):
        make_page(Text(body_da=with_link()))

    with django_assert_max_num_queries(30):
        assert len(every_place()[URL]) == 5


# At the desk


def test_the_list_puts_what_is_dead_first(desk, make_link, make_route):
    make_link("https://virker.example/", Result(200))
    make_link("https://flyttet.example/", Result(200, moved_to="https://flyttet.example/ny"))
    make_link("https://doed.example/", MISSING, MISSING)
    make_route(url="https://doed.example/", name_da="Vejen derhen")

    first, *others = [text(row) for row in desk.open(list_of(Link)).one("tbody").iter("tr")]

    assert first.startswith("doed.example/Dødt Siden findes ikke mere (404).Vejen derhen")
    assert [row.partition("/")[0] for row in others] == ["flyttet.example", "virker.example"]


def test_nobody_writes_or_deletes_a_link_by_hand(desk, make_link):
    link = make_link()

    assert desk.client.get(list_of(Link, "add")).status_code == 403
    assert desk.client.post(address_of(link, "delete"), {"post": "yes"}).status_code == 403
    assert desk.client.post(address_of(link), {"url": "https://anden.example/"}).status_code == 403


def repair(desk, link, place=0, **values):
    return desk.client.post(address_of(link, "repair"), {"place": place} | values)


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_dead_link_leads_to_its_very_block_in_the_draft(desk, make_link, make_page, language):
    link = make_link(URL, MISSING, MISSING)
    other = {"body_en" if language == "da" else "body_da": "<p>Uden.</p>"}
    page = make_page(
        Text(body_da="<p>Det første.</p>"),
        Heading(text_da="Videre", anchor="videre"),
        Text(**{f"body_{language}": with_link()}, **other),
        title_da="Siden med linket",
    )
    screen = text(desk.open(address_of(link)).one("main"))
    assert "Siden med linket" in screen
    assert "i ”Videre”" in screen
    assert "Læs først en side for arbejdsgivere, før I skriver." in screen

    response = repair(desk, link)

    draft = page.document.editions.get(live_from=None)
    assert response["Location"] == f"{address_of(draft)}#id_guides_text_set-1-body_{language}"
    field = desk.open(address_of(draft)).one("textarea", id=f"id_guides_text_set-1-body_{language}")
    assert "en side for arbejdsgivere" in text(field)
    # Readers notice nothing yet, and once more leads to the same draft.
    assert page.document.live_edition() == page
    assert repair(desk, link)["Location"] == response["Location"]


def test_a_link_that_the_draft_is_rid_of_says_so_until_it_is_published(desk, make_link, make_page):
    link = make_link(URL, MISSING, MISSING)
    page = make_page(Text(body_da=with_link()))
    draft = page.document.draft()
    Text.objects.filter(parent=draft).update(body_da="<p>Uden link.</p>")

    screen = desk.open(address_of(link))
    assert "Kladden har det ikke mere." in text(screen.one("main"))
    assert not screen.all("button", name="new")
    assert repair(desk, link)["Location"] == address_of(draft)

    draft.forget_blocks()
    draft.publish()
    assert places_of(link) == []
    assert "Intet linker til den mere." in text(desk.open(address_of(link)).one("main"))


def test_a_dead_link_of_a_route_or_a_source_leads_to_its_field(desk, make_link, make_route, make_source):
    link = make_link(URL, MISSING, MISSING)
    things = [make_source(url=URL), make_route(url=URL)]

    addresses = {repair(desk, link, place)["Location"] for place in range(2)}

    assert addresses == {f"{address_of(thing)}#id_url" for thing in things}


def test_the_new_address_of_what_has_moved_is_put_in_with_one_click(desk, make_link, make_route, make_page, admin_user):
    new = "https://kilde.example/ny?c=3&d=4"
    link = make_link(URL, Result(200, moved_to=new))
    route = make_route(url=URL)
    page = make_page(Text(body_da=with_link(), body_en=with_link(words="a page")), Step(text_da="Gå.", link=URL))
    draft = page.document.draft()
    version = draft.version
    names = [type(place.thing) for place in places_of(link)]

    repair(desk, link, names.index(Route), new="1")
    route.refresh_from_db()
    assert route.url == new

    names = [type(place.thing) for place in places_of(link)]
    response = desk.client.post(address_of(link, "repair"), {"place": 0, "new": "1"}, follow=True)
    assert any("Den nye adresse står i kladden" in notice for notice in notices(response))
    draft.refresh_from_db()
    draft.forget_blocks()
    assert {href for part in draft.parts() for href in part.references()} == {new}
    assert places_of(link)[0].thing.state == State.LIVE
    # Whoever had the draft open is told.
    assert draft.version > version
    assert draft.changed_by == admin_user


def test_what_moved_to_the_front_page_is_not_put_in(desk, make_link, make_route):
    link = make_link(URL, Result(200, moved_to="https://kilde.example/"))
    make_route(url=URL)

    assert not desk.open(address_of(link)).all("button", name="new")


@pytest.mark.parametrize("place", ["", "7", "-1", "x", "９", "99999999999999999999"])
def test_a_place_that_is_gone_is_answered(desk, make_link, make_route, place):
    link = make_link(URL, MISSING)
    make_route(url=URL)

    assert "Linket står der ikke mere." in notices(
        desk.client.post(address_of(link, "repair"), {"place": place}, follow=True)
    )


def test_an_editor_tries_again_at_once(desk, server, make_link):
    working, broken = make_link(server.url("/ok"), MISSING, MISSING), make_link(server.url("/gone"))

    assert "Adressen virker." in notices(desk.client.post(address_of(working, "try"), follow=True))
    assert "Siden findes ikke mere (410)." in notices(desk.client.post(address_of(broken, "try"), follow=True))
    working.refresh_from_db()
    assert working.state == LinkState.WORKS


def test_whoever_may_not_edit_gets_no_draft(make_link, make_page, client, django_user_model):
    from django.contrib.auth.models import Permission

    link, page = make_link(URL, MISSING), make_page(Text(body_da=with_link()))
    guest = django_user_model.objects.create_user("gaest", password="x", is_staff=True)
    client.force_login(guest)
    assert client.post(address_of(link, "repair"), {"place": 0}).status_code == 403
    guest.user_permissions.add(Permission.objects.get(codename="view_link"))
    assert not Markup(client.get(address_of(link)).content.decode()).all("input", name="place")
    assert client.post(address_of(link, "repair"), {"place": 0}).status_code == 403
    assert client.get(address_of(link, "repair")).status_code == 405
    assert page.document.editions.count() == 1


# Readers


def test_a_route_with_a_dead_link_stays_and_says_so(client, make_link, make_route):
    route, other = make_route(url=URL, group="support"), make_route(url="https://virker.example/", group="support")
    make_link(URL, MISSING, MISSING)
    make_link("https://virker.example/", Result(200))
    warning = "Linket virkede ikke, da vi prøvede det den"

    for path in (route.get_absolute_url(), "/hjaelp/"):
        main = Markup(client.get(path).content.decode()).one("main")
        assert text(main).count(warning) == 1
        assert URL in [link.get("href") for link in main.iter("a")]
    assert warning not in client.get(other.get_absolute_url()).content.decode()


def test_a_link_that_failed_once_worries_no_reader(client, make_link, make_route):
    route = make_route(url=URL)
    make_link(URL, MISSING)

    assert "Linket virkede ikke" not in client.get(route.get_absolute_url()).content.decode()


def test_a_source_with_a_dead_link_says_so(client, make_link, make_fact, make_source):
    fact = make_fact(source=make_source(url=URL))
    make_link(URL, MISSING, MISSING)

    main = Markup(client.get("/kilder/").content.decode()).one("main")

    (found,) = [element for element in main.iter("div") if element.get("id") == fact.key]
    assert "Linket virkede ikke, da vi prøvede det" in text(found)
