"""What a visitor types leaves no trace on the real server: not in what it writes down, not in its database or caches,
and not in a file, whatever became of the request."""

import base64
import io
import itertools
import json
import re
import socket
import sqlite3
import time
from contextlib import closing, suppress

import httpx
import pypdf
import pytest
from django.utils import translation

from conversations.models import Blank, BlankKind, LetterEdition

from .conftest import public_addresses
from .serving import copy_content, serving

# Letters and digits only: it is the same in an address, in JSON, in a form and in a log.
MARK = "Xylofonvej"
VALID = {BlankKind.DATE: "2026-11-20", BlankKind.STATEMENT: "on"}
BUTTONS = [{}, {"word": "1"}, {"text": "1"}]


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker, tmp_path_factory):
    """gunicorn as it is run, with a copy of the shipped content and every line that it writes."""
    folder = tmp_path_factory.mktemp("server")
    with django_db_blocker.unblock():
        copy_content(folder)
    with serving(folder) as site:
        yield site


class Visitor:
    """Sends words of which each is different and all are alike, in every place that a browser sends words from."""

    def __init__(self, client):
        self.client = client
        self.numbers = itertools.count(1)

    def word(self) -> str:
        return f"{MARK}{next(self.numbers)}"

    def asks(self, path, method="GET", **more):
        headers = {"user-agent": self.word(), "referer": f"http://127.0.0.1/?q={self.word()}", "cookie": self.word()}
        return self.client.request(method, path, headers=headers | more.pop("headers", {}), **more)

    def sends(self, path, values: dict, query="?vis={0}&kort={0}"):
        return self.asks(path + query.format(self.word()), "POST", data=values)

    def fills_in(self, blank: Blank) -> str:
        match blank.kind:
            case BlankKind.EMAIL:
                return f"{self.word()}@firma.example"
            case BlankKind.ADDRESS:
                return f"https://{self.word()}.example/{self.word()}"
            case BlankKind.LINES:
                return f"{self.word()} æøå\n{self.word()}"
            case kind:
                return VALID.get(kind) or self.word()


def letters_with_blanks() -> list[tuple[str, list[Blank]]]:
    found = []
    for language in ("da", "en"):
        with translation.override(language):
            found += [
                (edition.get_absolute_url(), edition.blanks()) for edition in LetterEdition.objects.live().for_readers()
            ]
    return found


def use_every_form(visitor: Visitor) -> list[int]:
    """Fill in whatever takes words, rightly and wrongly; what was answered."""
    answers = []
    for (path, blanks), button in zip(letters_with_blanks(), itertools.cycle(BUTTONS), strict=False):
        answers.append(visitor.sends(path, {f"felt-{each.key}": visitor.fills_in(each) for each in blanks} | button))
        # It reached the form: the words stand in the answer.
        assert answers[-1].status_code == 200, path
        assert "word" in button or MARK in answers[-1].text, path
        answers.append(visitor.sends(path, {f"felt-{each.key}": visitor.word() * 1000 for each in blanks} | button))
    for tool, sheets in [
        ("/vaerktoejer/frister/", "/samtalekort/ark"),
        ("/en/tools/deadlines/", "/en/cards/sheets"),
    ]:
        days = {"incident_on": "2026-11-20", "incident_at": "21:40", "note": visitor.word()}
        for values in [days, days | {"calendar": "1"}, dict.fromkeys(days, visitor.word())]:
            answers.append(visitor.sends(tool, values))
        for values in [{"company": visitor.word(), "policy": visitor.word()}, {"company": visitor.word() * 100}]:
            for ending in ("/", ".pdf"):
                answers.append(visitor.sends(f"{sheets}{ending}", values, "?kort=1&format=fire&q={0}"))
    # Without the token of a form, and with a path of somebody's own.
    answers.append(
        visitor.sends("/konto/log-ind/", {"login": visitor.word(), "password": visitor.word()}, "?next=/{0}/")
    )
    answers.append(visitor.sends(f"/gennemsyn/{visitor.word()}/", {"text": visitor.word()}))
    return [answer.status_code for answer in answers]


def follow_odd_links(visitor: Visitor):
    """Addresses with words in them, as somebody gets who follows a link that was tampered with or mistyped."""
    names = ["q", "soeg", "gjort", "kort", "vis", "format", "felt-navn"]
    for _language, path in public_addresses()[::8]:
        visitor.asks(f"{path.partition('?')[0]}?" + "&".join(f"{name}={visitor.word()}" for name in names))
    for path in [
        "/soeg/?q={}",
        "/en/search/?q={}",
        "/samtalekort/ark.pdf?kort={}",
        "/{}/",
        "/en/{}/",
        "/k/{}/",
        "/vaerktoejer/breve/{}.docx",
        "/billeder/{}.webp",
        "/{}%00%ff",
    ]:
        visitor.asks(path.format(visitor.word()))


def send_what_is_refused(visitor: Visitor, port: int):
    """What never reaches a view: too large, cut off, for another host, or no HTTP at all."""
    form = {"content-type": "application/x-www-form-urlencoded"}
    parts = {"content-type": f"multipart/form-data; boundary={visitor.word()}"}
    # The answer may come before all of it was sent; the line is closed afterwards.
    with suppress(httpx.TransportError):
        large = f"note={visitor.word() * 300_000}"
        visitor.asks("/vaerktoejer/frister/", "POST", content=large, headers=form | {"connection": "close"})
    visitor.asks("/vaerktoejer/frister/", "POST", content=visitor.word(), headers=parts)
    visitor.asks("/", headers={"host": f"{visitor.word()}.example"})
    visitor.asks("/", visitor.word())
    for sent in [
        f"GET /{visitor.word()} HTTP/9.9\r\n\r\n",
        f"{visitor.word()}\r\n\r\n",
        f"GET /?{visitor.word()} HTTP/1.1\r\n{visitor.word()}\r\n\r\n",
        f"POST /vaerktoejer/frister/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nnote={visitor.word()}",
    ]:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(sent.encode())
            line.shutdown(socket.SHUT_WR)
            line.recv(4096)


def break_it(visitor: Visitor, folder) -> list[int]:
    """With tables missing, what is typed meets an error inside the server."""
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database:
        for table in ("guides_deadline", "guides_factwording"):
            database.execute(f"ALTER TABLE {table} RENAME TO gone_{table}")
        database.commit()
    path, blanks = letters_with_blanks()[0]
    return [
        visitor.sends(path, {f"felt-{blank.key}": visitor.fills_in(blank) for blank in blanks}).status_code,
        visitor.sends("/en/tools/deadlines/", {"incident_on": "2026-11-20", "note": visitor.word()}).status_code,
    ]


def unpacked(file) -> bytes:
    """What a file holds, with the words of a PDF and what the cache packs made readable."""
    content = file.read_bytes()
    if file.suffix == ".pdf":
        content += "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages).encode()
    return content


def rows(folder):
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in database.execute(f"SELECT * FROM {table}").fetchall():  # noqa: S608
                yield table, row
                if table == "digitalchikane_cache":
                    yield table, base64.b64decode(row[1])


def test_what_a_visitor_types_is_found_nowhere_afterwards(server, db):
    visitor = Visitor(server.client)

    statuses = use_every_form(visitor)
    follow_odd_links(visitor)
    send_what_is_refused(visitor, server.port)
    broken = break_it(visitor, server.folder)
    # A worker writes its line after the answer.
    time.sleep(0.5)

    # It was a full run: answered, refused, and an error.
    assert statuses.count(200) > 30 and statuses.count(422) > 28 and max(statuses) < 500
    assert all(status >= 500 for status in broken)
    lines = [json.loads(line) for line in server.access.read_text().splitlines()]
    assert {"/vaerktoejer/frister/", "/en/tools/deadlines/", "/en/tools/letters/dsa-notice/"} <= {
        line.get("path") for line in lines if line["method"] == "POST"
    }
    assert "no such table" in server.errors.read_text()
    # And nothing of it is left.
    mark = re.compile(re.escape(MARK), re.IGNORECASE)
    files = [file for file in server.folder.rglob("*") if file.is_file()]
    assert {"access.log", "error.log", "db.sqlite3"} <= {file.name for file in files}
    assert [file.name for file in files if mark.search(unpacked(file).decode("latin-1"))] == []
    assert {table for table, row in rows(server.folder) if mark.search(str(row))} == set()
