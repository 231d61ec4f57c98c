"""Readers' pages kept as bytes, in front of Django.

A page is the same for every reader, so it is made once, compressed once, and then handed out without touching Django
or the database. It is made anew when the content version is another one, and when the clock reaches a moment at which
something begins or ends. While a page is being made, and when it cannot be made because the database is gone, the
previous one is handed out.
"""

import gzip
import hashlib
import os
import threading
import time
from dataclasses import dataclass

import brotli
from django.db import close_old_connections

from . import contentversion, spans
from .middleware import is_editors

MOST_ENTRIES = 3000
MOST_BYTES = 64 * 1024 * 1024
LARGEST = 1024 * 1024
# How long a reader waits for a page that another one's request is making, before the previous one must do.
WAIT_SECONDS = 2
# How often another machine's changes are asked for.
POLL_SECONDS = 0.5
# Below this compressing costs more than it saves.
SMALLEST = 600
STATIC = "/static/"
# What is said again of a page that has not changed.
UNCHANGED = ("cache-control", "vary", "etag", "content-language")


@dataclass
class Entry:
    """A page as it was made: headers, tag and bytes by encoding, and how long they hold. What is compressed is not kept
    plain as well, which would be most of what the memory takes: the few who want it plain get the gzip unpacked."""

    span: spans.Span
    status: str
    headers: dict[str, list[tuple[str, str]]]
    etags: dict[str, str]
    bodies: dict[str, bytes]

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values()))

    def body(self, encoding: str) -> bytes:
        return self.bodies[encoding] if encoding in self.bodies else gzip.decompress(self.bodies["gzip"])


# How often this process comes of another one: what asks for its number instead asks the system at every request.
_forks = 0


def _count_fork():
    global _forks
    _forks += 1


os.register_at_fork(after_in_child=_count_fork)


class PageMemory:
    """A WSGI application around Django's."""

    def __init__(self, application):
        self.application = application
        self.entries: dict[tuple, Entry] = {}
        self.size = 0
        self.lock = threading.Lock()
        self.makers: dict[tuple, threading.Event] = {}
        self.version = 0
        # The span now, and what readers' requests share in it.
        self.now: tuple[spans.Span | None, dict | None] = (None, None)
        self.token = contentversion.Token()
        self.seen: bytes | None = None
        # In which process a thread polls, counted in forks.
        self.polls_since = -1

    def __call__(self, environ, start_response):
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("QUERY_STRING"):
            return self._passed_on(environ, start_response)
        path = environ.get("PATH_INFO", "/")
        key = (environ.get("HTTP_HOST"), environ["wsgi.url_scheme"], environ.get("HTTP_X_FORWARDED_PROTO"), path)
        self._look_for_changes()
        entry = self.entries.get(key)
        if entry is None or not entry.span.holds(self.version):
            if path.startswith(STATIC) or is_editors(path):
                return self.application(environ, start_response)
            entry = self._make_once(key, environ, entry)
        if isinstance(entry, Entry):
            return _answer(entry, environ, start_response)
        status, headers, body = entry
        start_response(status, headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    def _passed_on(self, environ, start_response):
        """What is made for one reader, with what is made for all; the editors' desk is left to itself."""
        if not is_editors(environ.get("PATH_INFO", "/")):
            self._look_for_changes()
            _span, environ[spans.KEY] = self._span()
        return self.application(environ, start_response)

    # What holds

    def _span(self) -> tuple[spans.Span | None, dict | None]:
        """The span in which pages are made now, and what they share; nothing where the database cannot be asked."""
        span, _shared = self.now
        if span is None or not span.holds(self.version):
            try:
                # Entries of earlier spans may stay, what was shared in them must not.
                self.now = (spans.Span(self.version), {})
            except Exception:  # noqa: BLE001 - robots.txt and its like are made without a database
                return None, None
        return self.now

    def _look_for_changes(self):
        """See a change made on this machine at once. Other machines' changes come with the poll."""
        if self.polls_since != _forks:
            self._start_poll()
        seen = self.token.read()
        if seen != self.seen and self._read_version():
            self.seen = seen

    def _read_version(self) -> bool:
        try:
            self.version = contentversion.number()
        except Exception:  # noqa: BLE001 - whatever is wrong with the database, pages that are kept go on being served
            return False
        return True

    def _start_poll(self):
        """Once in each worker: threads do not survive the fork."""
        with self.lock:
            if self.polls_since == _forks:
                return
            self.polls_since = _forks
        self.token.find()
        self._read_version()
        threading.Thread(target=self._poll, name="content-version", daemon=True).start()

    def _poll(self):
        while True:
            time.sleep(POLL_SECONDS)
            self.token.find()
            self._read_version()
            close_old_connections()

    # Making

    def _make_once(self, key, environ, previous: Entry | None):
        """One making of a page at a time; whoever comes meanwhile waits briefly or gets the previous one."""
        with self.lock:
            making = self.makers.get(key)
            if making is None:
                mine = self.makers[key] = threading.Event()
        if making is not None:
            making.wait(WAIT_SECONDS)
            found = self.entries.get(key) or previous
            return found or self._made(key, environ, previous)
        try:
            return self._made(key, environ, previous)
        finally:
            with self.lock:
                self.makers.pop(key, None)
            mine.set()

    def _made(self, key, environ, previous: Entry | None):
        """The page as an entry where it may be kept, else the answer as it is."""
        # Begun before the page is made: what goes live in between ends it.
        span, shared = self._span()
        try:
            status, headers, body = self._ask(environ, shared)
        except Exception:
            if previous:
                return previous
            raise
        if status.startswith("5") and previous:
            return previous
        if span is None or not _may_be_kept(status, headers, body):
            return status, headers, body
        entry = _entry(span, status, headers, body)
        self._keep(key, entry)
        return entry

    def _ask(self, environ, shared) -> tuple[str, list, bytes]:
        """What Django answers, to nobody in particular: without cookies, conditions or a wish for compression."""
        asked = {
            name: value
            for name, value in environ.items()
            if name not in ("HTTP_COOKIE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_ACCEPT_ENCODING")
        }
        asked["REQUEST_METHOD"] = "GET"
        asked[spans.KEY] = shared
        answer = []

        def start_response(status, headers, exc_info=None):
            answer[:] = [status, headers]

        result = self.application(asked, start_response)
        try:
            body = b"".join(result)
        finally:
            if hasattr(result, "close"):
                result.close()
        return answer[0], answer[1], body

    def _keep(self, key, entry: Entry):
        with self.lock:
            if old := self.entries.pop(key, None):
                self.size -= old.size
            self.entries[key] = entry
            self.size += entry.size
            while self.entries and (len(self.entries) > MOST_ENTRIES or self.size > MOST_BYTES):
                # The one that was made first: what is asked for often is soon there again.
                oldest = next(iter(self.entries))
                self.size -= self.entries.pop(oldest).size


def _may_be_kept(status: str, headers: list, body: bytes) -> bool:
    """Only what says that it is for everybody."""
    named = {name.lower(): value.lower() for name, value in headers}
    return (
        status.startswith("200")
        and "public" in named.get("cache-control", "")
        and "set-cookie" not in named
        and "content-encoding" not in named
        and "nonce-" not in named.get("content-security-policy", "")
        and set(named.get("vary", "").replace(" ", "").split(",")) <= {"", "accept-encoding"}
        and len(body) <= LARGEST
    )


def _entry(span, status, headers, body) -> Entry:
    headers = [(n, v) for n, v in headers if n.lower() not in ("content-length", "vary", "etag")]
    content_type = next((value for name, value in headers if name.lower() == "content-type"), "")
    if len(body) >= SMALLEST and not content_type.startswith(("application/pdf", "application/vnd", "image/")):
        headers.append(("Vary", "Accept-Encoding"))
        bodies = {"br": brotli.compress(body, quality=5), "gzip": gzip.compress(body, 6, mtime=0)}
    else:
        bodies = {"": body}
    digest = hashlib.sha256(body).hexdigest()[:20]
    etags, complete = {}, {}
    for encoding in {"": body} | bodies:
        etags[encoding] = f'"{digest}{encoding and "-" + encoding}"'
        packed = [("Content-Encoding", encoding)] if encoding else []
        length = str(len(bodies.get(encoding, body)))
        complete[encoding] = [*headers, ("ETag", etags[encoding]), *packed, ("Content-Length", length)]
    return Entry(span, status, complete, etags, bodies)


def _answer(entry: Entry, environ, start_response):
    encoding = _encoding(environ.get("HTTP_ACCEPT_ENCODING", ""), entry.bodies)
    headers = entry.headers[encoding].copy()
    condition = environ.get("HTTP_IF_NONE_MATCH")
    if condition and _names(condition, entry.etags[encoding]):
        start_response("304 Not Modified", [(n, v) for n, v in headers if n.lower() in UNCHANGED])
        return [b""]
    start_response(entry.status, headers)
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else entry.body(encoding)]


def _names(condition: str, etag: str) -> bool:
    return condition == "*" or etag in (each.strip().removeprefix("W/") for each in condition.split(","))


def _encoding(accepted: str, bodies: dict) -> str:
    """The best encoding that the reader takes; `q=0` refuses one."""
    for encoding in ("br", "gzip"):
        if encoding in bodies and encoding in accepted:
            for part in accepted.split(","):
                name, _semicolon, weight = part.partition(";")
                if name.strip() == encoding and weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
                    return encoding
    return ""
