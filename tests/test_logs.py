"""Logs tell what the server did and what went wrong, and nothing about the people who read."""

import json
import logging
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from gunicorn.config import Config

from digitalchikane.accesslog import AccessLog
from digitalchikane.languages import CODES
from digitalchikane.logs import JsonLines

# What a reader might type, in each place where a request carries something.
TYPED = "Karen-Margrethe"
ADDRESS, BROWSER = "198.51.100.23", "Netscape/4.0"


@pytest.fixture
def django_lines():
    """Everything Django logs, as the site writes it."""
    lines, logger = [], logging.getLogger("django")

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(json.loads(JsonLines().format(record)))

    handler = Kept()
    logger.addHandler(handler)
    yield lines
    logger.removeHandler(handler)


@pytest.fixture
def server():
    """gunicorn's logger with our set-up; `server.lines()` are what it wrote."""
    logger, lines = AccessLog(_config()), []
    for log in (logger.error_log, logger.access_log):
        # Not those by which pytest listens.
        for handler in [each for each in log.handlers if getattr(each, "_gunicorn", False)]:
            handler.emit = lambda record, handler=handler: lines.append(json.loads(handler.format(record)))
    logger.lines = lambda: lines
    return logger


def _config():
    config = Config()
    config.set("accesslog", "-")
    return config


def note(server, path, status="200 OK"):
    environ = {
        "PATH_INFO": path,
        "RAW_URI": f"{path}?q={TYPED}",
        "QUERY_STRING": f"q={TYPED}",
        "REQUEST_METHOD": "GET",
        "REMOTE_ADDR": ADDRESS,
        "HTTP_USER_AGENT": BROWSER,
        "HTTP_REFERER": f"https://kollega.example/{TYPED}",
    }
    server.access(SimpleNamespace(status=status), None, environ, timedelta(milliseconds=12))


def test_the_server_says_what_was_asked_for_and_how_it_went(server):
    note(server, "/faser/")

    (line,) = server.lines()
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info",
        "logger": "gunicorn.access",
        "method": "GET",
        "path": "/faser/",
        "status": 200,
        "seconds": 0.012,
    }


@pytest.mark.parametrize("status", ["404 Not Found", "301 Moved Permanently", "500 Internal Server Error"])
def test_an_address_that_led_nowhere_is_what_somebody_typed(server, status):
    note(server, f"/{TYPED}/", status)

    assert TYPED not in json.dumps(server.lines())
    assert server.lines()[0]["status"] == int(status[:3])


def of_a_draft(language: str) -> str:
    with translation.override(language):
        return reverse("review:draft_as", args=["n0gle", "side"])


@pytest.mark.parametrize("path", [*map(of_a_draft, CODES), "/konto/ny-adgangskode/3-n0gle/"])
def test_an_address_that_is_a_key_is_not_written_down(server, path):
    note(server, path)

    assert "n0gle" not in json.dumps(server.lines())
    assert "/…/" in server.lines()[0]["path"]


def test_a_load_balancer_fills_no_log_but_its_trouble_is_seen(server):
    note(server, "/sund")
    note(server, "/klar", "503 Service Unavailable")

    assert [line["status"] for line in server.lines()] == [503]


def test_the_server_does_not_tell_who_sent_what_is_no_http(server):
    server.warning(f"Invalid request from ip={ADDRESS}: Invalid HTTP Version: '{TYPED}'")
    try:
        raise ValueError(TYPED)
    except ValueError:
        server.exception("Error handling request %s %s", "GET", f"/?q={TYPED}")

    written = json.dumps(server.lines())
    assert ADDRESS not in written and TYPED not in written
    assert "in test_the_server_does_not_tell" in server.lines()[1]["traceback"]


@pytest.mark.parametrize("error", [ValueError, KeyError, SuspiciousOperation, LookupError])
def test_an_error_keeps_its_traceback_and_loses_what_was_typed(db, django_lines, monkeypatch, error):
    def fails(request, *args, **kwargs):
        try:
            int(request.GET["q"])
        except ValueError as first:
            raise error(f"{request.GET['q']} from {request.META['REMOTE_ADDR']}") from first

    monkeypatch.setattr("django.core.handlers.base.BaseHandler.resolve_request", _resolving_to(fails))
    client = Client(raise_request_exception=False, REMOTE_ADDR=ADDRESS, HTTP_USER_AGENT=BROWSER)
    client.get(f"/faser/?q={TYPED}", headers={"referer": f"https://kollega.example/{TYPED}"})

    (line,) = django_lines
    written = json.dumps(line)
    for secret in (TYPED, ADDRESS, BROWSER, "kollega.example"):
        assert secret not in written
    assert "in fails" in line["traceback"] and error.__name__ in line["traceback"]
    assert "ValueError" in line["traceback"]
    assert line["message"] in ("500 Internal Server Error", "400 Bad Request")
    assert line["view"] == "guides:phases"


def _resolving_to(view):
    def resolve_request(self, request):
        from django.urls import resolve

        match = request.resolver_match = resolve("/faser/")
        return view, match.args, match.kwargs

    return resolve_request


def test_what_the_database_says_is_kept():
    try:
        raise OperationalError("database is locked")
    except OperationalError:
        record = logging.LogRecord("django.request", logging.ERROR, "", 1, "x", (), sys.exc_info())

    assert "OperationalError: database is locked" in json.loads(JsonLines().format(record))["traceback"]


def test_a_line_is_one_line_whatever_is_in_it():
    record = logging.LogRecord("digitalchikane", logging.INFO, "", 1, "to\nlinjer: %s", ('"æ"',), None)

    written = JsonLines().format(record)
    assert "\n" not in written
    assert json.loads(written)["message"] == 'to\nlinjer: "æ"'


def test_an_address_that_leads_nowhere_is_no_fault_of_ours(db, client, caplog):
    client.get(f"/{TYPED}/")

    assert TYPED not in caplog.text
    assert not logging.getLogger("django.request").isEnabledFor(logging.WARNING)
