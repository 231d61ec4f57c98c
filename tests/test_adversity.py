"""The site on a bad day: a database that somebody else holds, a full disk, requests that cannot be read.
Readers go on reading; an editor is told what is wrong and keeps what was typed."""

import http.client
import io
import json
import os
import resource
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from PIL import Image

from digitalchikane.accounts.sessions import BEGAN_AT, SEEN_AT

from .conftest import public_addresses
from .markup import Markup, text
from .serving import copy_content, serving
from .test_desk import form_of

# How long the server of these tests waits for a database that somebody else writes to; as shipped it is ten seconds.
PATIENCE = 0.5


# A server with an editor who is logged in


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    with django_db_blocker.unblock():
        copy_content(folder)
    key = log_in(folder / "db.sqlite3")
    with serving(
        folder,
        DATABASE_URL=f"sqlite://{folder / 'db.sqlite3'}?timeout={PATIENCE}",
        DJANGO_REQUIRE_SECOND_FACTOR="0",
        # Uploads and all else that is written for a moment.
        TMPDIR=str(folder),
    ) as site:
        site.editor = httpx.Client(base_url=site.client.base_url, timeout=30, cookies={"sessionid": key})
        with site.editor:
            yield site


def log_in(path) -> str:
    """Write a superuser and the session of a login into the database of a server."""
    user = get_user_model()(pk=1, username="redaktoer", password="!")
    now = int(time.time())
    session = {
        SESSION_KEY: "1",
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        BEGAN_AT: now,
        SEEN_AT: now,
    }
    store, key = import_module(settings.SESSION_ENGINE).SessionStore(), "a" * 32
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff,"
            " is_active, date_joined) VALUES (1, '!', 1, 'redaktoer', '', '', '', 1, 1, '2026-01-01')"
        )
        database.execute("INSERT INTO django_session VALUES (?, ?, '2999-01-01')", [key, store.encode(session)])
        database.commit()
    return key


def rows(server, question, *values):
    with closing(sqlite3.connect(server.folder / "db.sqlite3")) as database:
        return database.execute(question, values).fetchall()


ADD_TERM = "/admin/guides/term/add/"


def new_term(server, word) -> dict:
    """The form of a new word of the glossary, filled in; opened while all is well."""
    form = form_of(Markup(server.editor.get(ADD_TERM).text))
    return form | {"key": "ord-om-natten", "word_da": word, "explanation_da": "Skrevet længe om natten."}


def send(server, path, form, **more):
    return server.editor.post(path, data=form, headers={"origin": str(server.client.base_url).rstrip("/")}, **more)


def everything_readers_open(server) -> dict[str, int]:
    """What each public address answers when it is made anew, forms included."""
    answers = {path: server.client.get(f"{path}{'&' if '?' in path else '?'}x=1") for path in a_few_of_each()}
    answers["a form"] = server.client.post("/vaerktoejer/frister/", data={"incident_on": "2026-11-02"})
    return {path: answer.status_code for path, answer in answers.items()}


def a_few_of_each() -> list[str]:
    """Every page that is no content of its own, and each fifth of the others."""
    found = [path for language, path in public_addresses() if language == "da" and "findes-ikke" not in path]
    return [path for number, path in enumerate(found) if path.count("/") == 2 or not number % 5]


def what_was_sent(page: Markup) -> dict:
    """The form that an editor gets back to send again."""
    return {field.get("name"): field.get("value") for field in page.one("form").iter("input")}


# The database is held by somebody else


@contextmanager
def held(path):
    """Another process writes and does not come to an end."""
    code = "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute('BEGIN EXCLUSIVE'); print(1, flush=True)"
    process = subprocess.Popen(
        [sys.executable, "-c", f"{code}; sys.stdin.read()", str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        process.stdout.readline()
        yield
    finally:
        process.communicate()


def test_while_another_process_holds_the_database_readers_read_and_an_editor_loses_nothing(server, db):
    form = new_term(server, "Holdt ord")
    with held(server.folder / "db.sqlite3"):
        assert {path: status for path, status in everything_readers_open(server).items() if status != 200} == {}
        began = time.monotonic()
        refused = send(server, ADD_TERM, form)
        assert PATIENCE <= time.monotonic() - began < PATIENCE + 8

    page = Markup(refused.text)
    assert (refused.status_code, text(page.one("h1"))) == (503, "Databasen svarer ikke lige nu")
    assert page.one("html").get("lang") == "da"
    again = what_was_sent(page)
    assert again["explanation_da"] == "Skrevet længe om natten."
    assert rows(server, "SELECT 1 FROM guides_term WHERE word_da = ?", "Holdt ord") == []
    # And when it is free again, the button does it.
    assert send(server, page.one("form").get("action"), again).status_code == 302
    assert len(rows(server, "SELECT 1 FROM guides_term WHERE word_da = ?", "Holdt ord")) == 1


# The disk is full


@contextmanager
def full_disk(server):
    """No file grows any more, as on a full disk; the logs, the database and what comes in included."""
    (worker,) = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    before = resource.prlimit(int(worker), resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(int(worker), resource.RLIMIT_FSIZE, before)


def test_on_a_full_disk_readers_read_and_an_editor_loses_nothing(server, db):
    form = new_term(server, "Fuldt ord") | {"key": "fuldt-ord"}
    files = set(server.folder.rglob("*"))
    with full_disk(server):
        refused = send(server, ADD_TERM, form)
        assert {path: status for path, status in everything_readers_open(server).items() if status != 200} == {}

    page = Markup(refused.text)
    assert (refused.status_code, text(page.one("h1"))) == (503, "Databasen svarer ikke lige nu")
    assert set(server.folder.rglob("*")) == files
    assert rows(server, "PRAGMA integrity_check") == [("ok",)]
    # With room again, the button does it.
    assert send(server, ADD_TERM, what_was_sent(page)).status_code == 302
    assert len(rows(server, "SELECT 1 FROM guides_term WHERE word_da = ?", "Fuldt ord")) == 1


@pytest.mark.parametrize("size", ["small", "large"])
def test_on_a_full_disk_a_picture_is_refused_in_words_and_the_text_stays(server, size):
    """A small one is read in memory, a large one is put down while it comes in."""
    ((live,),) = rows(server, "SELECT max(id) FROM guides_pageedition WHERE live_from IS NOT NULL")
    token = new_term(server, "")["csrfmiddlewaretoken"]
    path = send(server, f"/admin/guides/pageedition/{live}/draft/", {"csrfmiddlewaretoken": token}).headers["location"]
    form = form_of(Markup(server.editor.get(path).text))
    name = "guides_image_set"
    form |= {f"{name}-TOTAL_FORMS": "1", f"{name}-0-region": "main", f"{name}-0-ordering": "990"}
    form |= {f"{name}-0-alt_da": "Et foto", "title_da": "Skrevet i dag"}
    files = set(server.folder.rglob("*"))
    with full_disk(server):
        answer = send(server, path, form, files={f"{name}-0-picture": ("foto.png", picture(size), "image/png")})

    assert answer.status_code == 200
    assert "Billedet kunne ikke gemmes på serveren" in answer.text
    values = form_of(Markup(answer.text))
    assert (values["title_da"], values[f"{name}-0-alt_da"]) == ("Skrevet i dag", "Et foto")
    assert {file for file in set(server.folder.rglob("*")) - files if file.is_file()} == set()


def picture(size) -> bytes:
    # Noise does not become smaller by packing; only what is above 2.5 megabytes is put down.
    width, height = (400, 300) if size == "small" else (2000, 1700)
    image = Image.frombytes("L", (width, height), os.urandom(width * height))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_on_a_full_disk_a_backup_fails_in_words_and_leaves_nothing_behind(server):
    done = subprocess.run(
        [sys.executable, "manage.py", "backup"],
        cwd=settings.BASE_DIR,
        env={
            "PATH": "/usr/bin:/bin",
            "DJANGO_DATA_DIR": str(server.folder),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        },
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert "Traceback" not in done.stderr and done.stderr.strip()
    assert list((server.folder / "backups").iterdir()) == []


# Requests that are none


def answer_to(port, sent: bytes) -> tuple[int, str]:
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as line:
        line.sendall(sent)
        response = http.client.HTTPResponse(line)
        response.begin()
        return response.status, response.read().decode()


LINE = "\r\n"
TOO_MUCH = "Der blev sendt for meget på én gang"
NOT_READ = "Vi kunne ikke læse forespørgslen"
ODD_REQUESTS = {
    "long address": (414, "Adressen er for lang", "GET", "/" + "x" * 9000, "", ""),
    "long header": (431, NOT_READ, "GET", "/", "X-Any: " + "y" * 9000, ""),
    "many headers": (431, NOT_READ, "GET", "/", "\r\n".join(f"X-{n}: 1" for n in range(200)), ""),
    "header without a name": (400, NOT_READ, "GET", "/", ": 1", ""),
    "null in a header": (400, NOT_READ, "GET", "/", "X-Any: a\0b", ""),
    "method": (400, NOT_READ, "g\x01t", "/", "", ""),
    "length": (400, NOT_READ, "POST", "/", "Content-Length: -1", ""),
    "two ways of sending": (400, NOT_READ, "POST", "/", "Content-Length: 1\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    "expectation": (417, NOT_READ, "GET", "/", "Expect: kage", ""),
    "body": (
        413,
        "Der blev sendt for meget på én gang",
        "POST",
        "/vaerktoejer/frister/",
        "Content-Length: 9999999",
        "",
    ),
    "pieces": (422, "Find jeres frister", "POST", "/vaerktoejer/frister/", "Transfer-Encoding: chunked", "zz\r\nabc"),
    # Whatever stands before the site: gunicorn would have believed it, and failed.
    "place of the site": (200, "De fem faser", "GET", "/faser/", "SCRIPT_NAME: /admin", ""),
}


@pytest.mark.parametrize("name", ODD_REQUESTS)
def test_gunicorn_itself_answers_what_it_cannot_read_with_a_page(server, name):
    status, words, method, path, headers, body = ODD_REQUESTS[name]
    form = "Content-Type: application/x-www-form-urlencoded"
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost",
        "Connection: close",
        form,
        *filter(None, [headers]),
        "",
        body,
    ]

    found, page = answer_to(server.port, "\r\n".join(lines).encode())

    page = Markup(page)
    assert (found, text(page.one("h1"))) == (status, words)
    assert page.one("html").get("lang") == "da"
    assert page.parse_errors == []


def test_nothing_of_all_this_was_an_error_of_ours(server):
    """Runs last: the log of the server holds a full or held database, and no other fault."""
    found = [json.loads(line) for line in server.errors.read_text().splitlines() if line.startswith("{")]
    faults = [each for each in found if each["level"] == "error"]

    assert [each for each in faults if "OperationalError" not in str(each)] == []
