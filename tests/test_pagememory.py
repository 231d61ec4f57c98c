"""Readers' pages from memory: the same bytes for everybody, another page at once when anything on it changes."""

import gzip
import os
import threading
import time
from datetime import UTC, datetime, timedelta

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from digitalchikane import contentversion, pagememory, spans
from digitalchikane.pagememory import PageMemory
from guides.models import FactWording, Page, PageEdition, Route, RouteList, Term, Text


class Counting:
    """An application that counts how often it is asked; `fails` makes it stop answering."""

    def __init__(self, application):
        self.application, self.calls, self.fails = application, 0, False

    def __call__(self, environ, start_response):
        self.calls += 1
        if self.fails:
            raise ConnectionError
        return self.application(environ, start_response)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.body = int(status[:3]), body
        self.headers = {name.lower(): value for name, value in headers}

    @property
    def text(self):
        return self.body.decode()


def ask(memory, path, method="GET", **headers) -> Answer:
    environ = RequestFactory().generic(method, path, headers=headers).environ
    got = []
    body = b"".join(memory(environ, lambda status, headers, exc_info=None: got.extend([status, headers])))
    return Answer(*got, body)


@pytest.fixture
def memory(db, monkeypatch):
    """The page memory around the whole site. A test runs in a transaction that is never committed, so instead of the
    token file each request asks for the version, and no thread polls."""
    ticks = iter(range(10**9))
    monkeypatch.setattr(contentversion.Token, "read", lambda self: next(ticks))
    monkeypatch.setattr(PageMemory, "_start_poll", lambda self: None)
    # As Django's own test client does: the connection of the test stays open after a request.
    signals = [request_started, request_finished]
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield PageMemory(Counting(WSGIHandler()))
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def memory_of(monkeypatch):
    """The page memory around an application of a test's own."""
    monkeypatch.setattr(contentversion, "number", lambda: 1)
    monkeypatch.setattr(contentversion.Token, "read", lambda self: b"")
    monkeypatch.setattr(spans, "next_event", lambda after: time.time() + 60)
    monkeypatch.setattr(PageMemory, "_start_poll", lambda self: None)
    return lambda application: PageMemory(Counting(application))


def plain(body=b"side" * 300, status="200 OK", headers=(("Cache-Control", "public"), ("Content-Type", "text/html"))):
    def application(environ, start_response):
        start_response(status, list(headers))
        return [body]

    return application


# Kept


def test_a_page_is_made_once(memory):
    first, second = ask(memory, "/faser/"), ask(memory, "/faser/")

    assert first.status == second.status == 200
    assert first.body == second.body
    assert memory.application.calls == 1


def test_every_reader_gets_the_encoding_that_was_asked_for(memory):
    bare = ask(memory, "/faser/")

    packed = ask(memory, "/faser/", accept_encoding="gzip, br")
    assert (packed.headers["content-encoding"], brotli.decompress(packed.body)) == ("br", bare.body)
    older = ask(memory, "/faser/", accept_encoding="gzip, br;q=0")
    assert (older.headers["content-encoding"], gzip.decompress(older.body)) == ("gzip", bare.body)
    assert {bare.headers["vary"], packed.headers["vary"]} == {"Accept-Encoding"}
    assert len({bare.headers["etag"], packed.headers["etag"], older.headers["etag"]}) == 3
    assert memory.application.calls == 1


def test_what_a_browser_has_already_is_not_sent_again(memory):
    etag = ask(memory, "/faser/", accept_encoding="br").headers["etag"]

    again = ask(memory, "/faser/", accept_encoding="br", if_none_match=f'"other", {etag}')
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", etag)
    assert ask(memory, "/faser/", accept_encoding="br", if_none_match='"other"').status == 200


def test_head_has_the_headers_and_no_body(memory):
    page, head = ask(memory, "/faser/"), ask(memory, "/faser/", method="HEAD")

    assert head.body == b""
    assert head.headers == page.headers


def test_the_first_request_may_be_for_the_headers_alone(memory):
    assert ask(memory, "/faser/", method="HEAD").body == b""
    assert "<h1>" in ask(memory, "/faser/").text


def test_an_editor_who_reads_gets_what_everybody_gets(memory):
    ask(memory, "/faser/", cookie="sessionid=anything")

    assert "set-cookie" not in ask(memory, "/faser/").headers
    assert memory.application.calls == 1


def test_languages_are_pages_of_their_own(memory):
    assert 'lang="da"' in ask(memory, "/faser/").text[:200]
    assert 'lang="en"' in ask(memory, "/en/phases/").text[:200]


def test_caches_in_front_may_keep_it_a_minute_and_browsers_ask(memory):
    policy = ask(memory, "/faser/").headers["cache-control"]

    assert "max-age=0" in policy and "s-maxage=60" in policy and "stale-if-error=600" in policy


# Not kept


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/samtalekort/ark/?kort=1", "GET"),
        ("/vaerktoejer/frister/", "POST"),
        ("/admin/login/", "GET"),
        ("/nej/", "GET"),
    ],
)
def test_what_is_not_the_same_for_everybody_is_not_kept(memory, path, method):
    for _time in range(2):
        ask(memory, path, method=method)

    assert memory.application.calls == 2
    assert memory.entries == {}


@pytest.mark.parametrize(
    "headers",
    [
        [("Cache-Control", "no-store")],
        [("Cache-Control", "public"), ("Set-Cookie", "a=b")],
        [("Cache-Control", "public"), ("Vary", "Cookie")],
        [("Cache-Control", "public"), ("Content-Security-Policy", "script-src 'nonce-abc'")],
        [],
    ],
)
def test_an_answer_that_is_somebodys_own_is_never_kept(memory_of, headers):
    memory = memory_of(plain(headers=headers))

    ask(memory, "/x/")

    assert memory.entries == {}


def test_memory_is_bounded(memory_of, monkeypatch):
    monkeypatch.setattr(pagememory, "MOST_BYTES", 20_000)
    memory = memory_of(plain(body=bytes(range(256)) * 8))

    for number in range(50):
        ask(memory, f"/{number}/")

    assert 0 < memory.size <= 20_000
    assert memory.size == sum(entry.size for entry in memory.entries.values())
    too_large = memory_of(plain(body=b"x" * (pagememory.LARGEST + 1)))
    assert ask(too_large, "/stor/").status == 200
    assert too_large.entries == {}


# Seen at once


def test_a_published_edition_is_seen_at_the_next_request(memory, make_page):
    page = make_page(title_da="Før")
    address = page.get_absolute_url()
    assert "Før" in ask(memory, address).text
    draft = page.document.draft()
    type(draft).objects.filter(pk=draft.pk).update(title_da="Bagefter")
    draft.refresh_from_db()

    draft.publish()

    assert "Bagefter" in ask(memory, address).text


def test_a_change_is_seen_on_pages_that_are_made_after_others(memory, make_page):
    FactWording.objects.filter(fact__key="tlf-112").update(text_da="999")
    page = make_page(Text(body_da="<p>Ring {{ tlf-112 }}. <a href='side:faser'>Læs om faserne</a>.</p>"))
    assert "999" in ask(memory, "/faser/").text

    FactWording.objects.filter(fact__key="tlf-112").update(text_da="888")
    PageEdition.objects.filter(document__key="om").update(title_da="Om os alle sammen")

    text = ask(memory, page.get_absolute_url()).text
    assert "999" not in text and "888" in text
    assert "Om os alle sammen" in text


def test_what_many_pages_need_is_read_once_for_all_of_them(memory, django_assert_max_num_queries):
    alone = RequestFactory().get("/faser/dokumenter/").environ
    with CaptureQueriesContext(connection) as queries:
        b"".join(memory.application(alone, lambda *answer: None))
    needed_alone = len(queries)
    ask(memory, "/faser/stop-chikanen/")
    with django_assert_max_num_queries(needed_alone - 3):
        assert ask(memory, "/situationer/trusler/").status == 200

    # The second phase has read what is on all of them; what only this one links to is looked up.
    ask(memory, "/faser/debriefing/")
    with django_assert_max_num_queries(1):
        assert ask(memory, "/faser/dokumenter/").status == 200


def test_what_another_process_tells_is_seen_as_it_is_told_and_in_a_file_that_took_the_place_of_the_first(
    settings, tmp_path
):
    settings.DATA_DIR = tmp_path
    token = contentversion.Token()
    token.find()
    seen = [token.read()]
    for _time in range(2):
        contentversion.tell()
        seen.append(token.read())
    # As when a backup is restored. The next poll finds it.
    contentversion.token().rename(tmp_path / "aside")
    contentversion.tell()
    token.find()
    seen.append(token.read())

    assert len(set(seen)) == 4


def test_what_another_user_tells_is_seen_as_well(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    contentversion.tell()
    told = contentversion.token().read_bytes()
    allowed = os.open

    def refuse_writing(path, flags, *mode):
        if flags & (os.O_RDWR | os.O_WRONLY):
            raise PermissionError(path)
        return allowed(path, flags, *mode)

    monkeypatch.setattr(contentversion.os, "open", refuse_writing)
    token = contentversion.Token()
    token.find()

    assert token.read() == told


def test_where_no_file_can_be_shared_nothing_breaks(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "nowhere"
    token = contentversion.Token()

    token.find()
    contentversion.tell()

    assert token.read() == b""


def test_a_page_that_shares_with_others_is_the_one_that_is_made_alone(answers, client, db):
    for path in list(answers)[::7]:
        assert client.get(path).content == answers[path].response.content, path


@pytest.mark.parametrize(
    "change",
    [
        lambda: FactWording.objects.filter(fact__key="tlf-112").update(text_da="999"),
        lambda: Route.objects.get(key="politi").save(),
        lambda: Term.objects.first().delete(),
        lambda: Text.objects.bulk_create([Text(parent=_home(), region="main", ordering=9999, body_da="<p>Nyt</p>")]),
        lambda: RouteList.objects.first().routes.set(Route.objects.all()[:1]),
    ],
    ids=["update", "save", "delete", "bulk_create", "many to many"],
)
def test_every_way_of_changing_content_counts(db, change):
    before = contentversion.number()

    change()

    assert contentversion.number() > before


def _home():
    return Page.objects.get(key="home").live_edition()


def test_what_is_not_content_does_not_count(client, admin_user, db):
    before = contentversion.number()

    client.force_login(admin_user)
    client.get(reverse("admin:index"))

    assert contentversion.number() == before


def test_a_page_ends_at_the_moment_something_is_scheduled(memory, make_page, monkeypatch):
    page = make_page(title_da="Før")
    moment = timezone.now() + timedelta(minutes=5)
    make_page(document=page.document, title_da="Bagefter", live_from=moment)
    ask(memory, "/faser/")

    (entry,) = memory.entries.values()
    assert entry.span.ends_at == pytest.approx(moment.timestamp(), abs=0.001)
    monkeypatch.setattr(spans.time, "time", lambda: moment.timestamp() + 0.001)
    ask(memory, "/faser/")
    assert memory.application.calls == 2


def test_no_page_outlives_the_day(memory):
    ask(memory, "/faser/")

    (entry,) = memory.entries.values()
    assert timezone.localdate() < timezone.localtime(datetime.fromtimestamp(entry.span.ends_at, UTC)).date()


def test_a_clock_that_is_set_back_trusts_nothing_from_the_future(memory, monkeypatch):
    ask(memory, "/faser/")
    earlier = time.time() - 3600
    monkeypatch.setattr(spans.time, "time", lambda: earlier)

    ask(memory, "/faser/")

    assert memory.application.calls == 2


def test_a_clock_that_jumps_over_a_scheduled_edition_and_back_shows_what_the_day_says(memory, make_page, monkeypatch):
    page = make_page(title_da="Før")
    moment = timezone.now() + timedelta(days=1)
    make_page(document=page.document, title_da="Bagefter", change_note_da="Nyt råd.", live_from=moment)
    editions, seen, told = page.document.editions.count(), [], []

    for hours in (-20, 1, -1, 2, 3):
        now = moment + timedelta(hours=hours)
        monkeypatch.setattr("django.utils.timezone.now", lambda now=now: now)
        monkeypatch.setattr(spans.time, "time", lambda now=now: now.timestamp())
        seen.append("Bagefter" in ask(memory, page.get_absolute_url()).text)
        told.append(page.document.editions.news().filter(change_note_da="Nyt råd.").count())

    assert seen == [False, True, False, True, True]
    # Neither made nor told of a second time.
    assert told == [0, 1, 0, 1, 1]
    assert page.document.editions.count() == editions


# When it cannot be made


def test_with_the_database_gone_readers_get_what_there_was(memory, monkeypatch):
    page = ask(memory, "/faser/")
    memory.application.fails = True
    monkeypatch.setattr(contentversion, "number", lambda: 1 / 0)

    assert ask(memory, "/faser/").body == page.body
    # Also where it should have been made anew.
    for entry in memory.entries.values():
        entry.span.ends_at = 0
    assert ask(memory, "/faser/").body == page.body


def test_an_error_is_never_kept_and_never_takes_the_place_of_a_page(memory_of):
    answers = [plain(), plain(status="500 Internal Server Error", body=b"fejl")]
    memory = memory_of(lambda environ, start_response: answers[0](environ, start_response))
    page = ask(memory, "/x/")
    answers.pop(0)
    memory.version += 1

    assert ask(memory, "/x/").body == page.body
    assert ask(memory, "/y/").status == 500
    assert len(memory.entries) == 1


def test_a_page_that_many_ask_for_is_made_by_one_of_them(memory_of):
    started, go_on = threading.Event(), threading.Event()

    def slow(environ, start_response):
        started.set()
        go_on.wait(5)
        return plain()(environ, start_response)

    memory = memory_of(slow)
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(ask(memory, "/x/"))) for _each in range(12)]
    threads[0].start()
    started.wait(5)
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join(10)

    assert memory.application.calls == 1
    assert len({answer.body for answer in answers}) == 1 and len(answers) == 12


def test_what_needs_no_database_is_answered_without_one(memory_of, monkeypatch):
    monkeypatch.setattr(spans, "next_event", lambda after: 1 / 0)

    assert ask(memory_of(plain()), "/robots.txt").status == 200
