"""What a load balancer asks: whether a process answers, and whether readers should be sent to it."""

import threading
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection, connections
from django.test import RequestFactory

from digitalchikane import health
from digitalchikane.health import Health, Readiness
from guides.models import PageEdition

from .markup import Markup, text


def ask(path, method="GET", application=None, **environ):
    """What is answered to somebody who knows neither the host's name nor encryption."""
    got = []

    def nobody(environ, start_response):
        raise AssertionError("asked the site")

    environ = RequestFactory().generic(method, path, headers={"host": "10.1.2.3"}).environ | environ
    answered = Health(application or nobody)(environ, lambda status, headers: got.extend([status, dict(headers)]))
    return SimpleNamespace(status=int(got[0][:3]), headers=got[1], text=b"".join(answered).decode())


@pytest.fixture
def at_once(monkeypatch):
    """The database is asked in the test's own thread, which alone sees what the test has stored."""
    monkeypatch.setattr(health.Readiness, "now", lambda self: health.look())
    monkeypatch.setattr(type(connections["default"]), "close", lambda self: None)


def test_a_process_that_answers_is_sound_whatever_the_database_does():
    # Without the fixture that opens the database, touching it fails the test.
    answer = ask("/sund")

    assert (answer.status, answer.text) == (200, "sund\n")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_a_site_with_tables_and_content_is_ready(db, at_once):
    answer = ask("/klar")

    assert (answer.status, answer.text) == (200, "klar\n")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_database_that_lacks_a_migration_is_not_ready(db, at_once):
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(name) FROM django_migrations WHERE app = 'guides'")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'guides' AND name = %s", cursor.fetchone())

    answer = ask("/klar")

    assert answer.status == 503
    assert "prepare" in answer.text
    assert answer.headers["Retry-After"]


def test_a_database_that_is_further_ahead_is_ready(db, at_once):
    """While nodes are updated one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('guides', '9999_later', CURRENT_TIMESTAMP)"
        )

    assert ask("/klar").status == 200


def test_a_site_without_a_front_page_is_not_ready(db, at_once):
    PageEdition.objects.filter(document__key="home").delete()

    answer = ask("/klar")

    assert answer.status == 503
    assert "indhold" in answer.text


def test_without_a_database_it_is_not_ready_and_says_so():
    # The database is closed to this test: touching it raises, as a database that is gone does.
    answer = ask("/klar")

    assert (answer.status, answer.text) == (503, "ikke klar: databasen svarer ikke\n")


def test_a_database_that_never_answers_holds_nobody_up(monkeypatch):
    hangs, asked = threading.Event(), []

    def look():
        asked.append(1)
        hangs.wait(5)
        return health.OK

    monkeypatch.setattr(health, "look", look)
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    readiness = Readiness()

    assert [readiness.now() for _time in range(3)] == [health.NO_DATABASE] * 3
    assert len(asked) == 1
    hangs.set()
    readiness.asking.join()
    assert readiness.now() == health.OK


def test_however_many_ask_the_database_is_asked_once_a_second(monkeypatch):
    asked = []
    monkeypatch.setattr(health, "look", lambda: asked.append(1) or health.OK)
    readiness = Readiness()

    assert {readiness.now() for _time in range(50)} == {health.OK}
    assert len(asked) == 1


@pytest.mark.parametrize("path", ["/sund", "/klar"])
def test_only_reading_is_answered(path, db, at_once):
    head, post = ask(path, "HEAD"), ask(path, "POST")

    assert (head.status, head.text) == (200, "")
    assert post.status == 405


def test_everything_else_goes_to_the_site():
    def site(environ, start_response):
        start_response("418 I'm a teapot", [])
        return [b"siden"]

    assert ask("/sund/", application=site).status == 418
    assert ask("/", application=site).text == "siden"


# While the database is gone


@contextmanager
def database_gone():
    """Every question to the database fails as it does when its server is down, or SQLite is locked or full."""

    def fails(*args, **kwargs):
        raise OperationalError("connection refused")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.backends.utils.CursorWrapper.execute", fails)
        yield


def test_an_editor_is_told_that_the_database_is_gone_and_gets_back_what_was_sent(admin_client):
    admin_client.raise_request_exception = False

    with database_gone():
        answer = admin_client.post("/admin/guides/term/add/", {"word_da": 'Et "<b>ord', "csrfmiddlewaretoken": "t0ken"})

    page = Markup(answer.content.decode())
    assert answer.status_code == 503
    assert answer["Retry-After"] and "no-store" in answer["Cache-Control"]
    assert text(page.one("h1")) == "Databasen svarer ikke lige nu"
    form = page.one("form")
    assert (form.get("method"), form.get("action")) == ("post", "/admin/guides/term/add/")
    sent = {field.get("name"): field.get("value") for field in form.iter("input")}
    assert sent == {"csrfmiddlewaretoken": "t0ken", "word_da": 'Et "<b>ord'}
    assert page.parse_errors == []


def test_a_password_is_not_given_back(db, client):
    client.raise_request_exception = False

    with database_gone():
        answer = client.post("/konto/log-ind/", {"login": "nynne", "password": "hemmelig sag"})

    assert answer.status_code == 503
    assert "hemmelig sag" not in answer.content.decode()


def test_a_reader_whose_page_is_not_kept_is_told_where_to_turn(db, client):
    client.raise_request_exception = False

    with database_gone():
        answer = client.get("/faser/")

    page = Markup(answer.content.decode())
    assert answer.status_code == 503
    assert text(page.one("h1")) == "Siden kan ikke vises lige nu"
    assert "tel:112" in [link.get("href") for link in page.all("a")]
    assert "Databasen" not in answer.content.decode()
