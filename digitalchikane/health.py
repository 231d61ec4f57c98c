"""Two addresses for a load balancer, a service manager or a person who wonders whether the site is up.

`/sund` says that this process answers, and looks at nothing else: a database that is gone is no reason to restart a
process that still hands out the pages it keeps. `/klar` says whether this node should be sent readers: the database
answers, its tables are those of this code, and there is content.

Both are answered in front of Django, since a load balancer asks by number and without encryption: the check of the
host and the way to https would refuse it. They say nothing about readers and nothing that is secret.
"""

import threading
import time

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

LIVE, READY = "/sund", "/klar"
# A database that hangs is as good as none.
PATIENCE = 3
# However many ask, the database is asked once a second.
HOLDS_FOR = 1

OK = "klar"
NO_DATABASE = "ikke klar: databasen svarer ikke"
NO_TABLES = "ikke klar: databasen mangler tabeller eller ændringer af dem (kør manage.py prepare)"
NO_CONTENT = "ikke klar: der er intet indhold (kør manage.py prepare)"


class Health:
    """A WSGI application around the site's."""

    def __init__(self, application):
        self.application = application
        self.readiness = Readiness()

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO")
        if path not in (LIVE, READY):
            return self.application(environ, start_response)
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            return _answer(
                start_response, method, "405 Method Not Allowed", "kun GET og HEAD", [("Allow", "GET, HEAD")]
            )
        if path == LIVE:
            return _answer(start_response, method, "200 OK", "sund")
        found = self.readiness.now()
        if found == OK:
            return _answer(start_response, method, "200 OK", found)
        return _answer(start_response, method, "503 Service Unavailable", found, [("Retry-After", "5")])


def _answer(start_response, method, status, line, more=()):
    body = f"{line}\n".encode()
    start_response(
        status,
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Robots-Tag", "noindex"),
            *more,
        ],
    )
    return [b"" if method == "HEAD" else body]


class Readiness:
    """What the database said when it was last asked. It is asked by a thread of its own, one at a time, so that a
    database that never answers holds up one thread and no worker."""

    def __init__(self):
        self.lock = threading.Lock()
        self.asking: threading.Thread | None = None
        self.found, self.found_at = NO_DATABASE, float("-inf")

    def now(self) -> str:
        with self.lock:
            if time.monotonic() - self.found_at < HOLDS_FOR:
                return self.found
            # A thread that was there before a worker was forked is not alive in it.
            if self.asking is None or not self.asking.is_alive():
                self.asking = threading.Thread(target=self._ask, name="readiness", daemon=True)
                self.asking.start()
            asking = self.asking
        asking.join(PATIENCE)
        return NO_DATABASE if asking.is_alive() else self.found

    def _ask(self):
        found = look()
        self.found, self.found_at = found, time.monotonic()


def look() -> str:
    """What keeps this node from being ready, or that nothing does."""
    try:
        with connection.cursor() as cursor:
            tables = set(connection.introspection.table_names(cursor))
        if MigrationRecorder.Migration._meta.db_table not in tables:
            # SQLite makes a database that is missing anew, empty and without a word.
            return NO_TABLES
        if not _newest() <= MigrationRecorder(connection).applied_migrations().keys():
            return NO_TABLES
        return OK if _has_content() else NO_CONTENT
    except Exception:  # noqa: BLE001 - whatever is wrong, the answer is no
        return NO_DATABASE
    finally:
        connection.close()


def _newest() -> set[tuple[str, str]]:
    """The last migration of every app in this code. A database that is further ahead, as while nodes are updated one
    after the other, is no reason not to be ready."""
    global _leaves
    if _leaves is None:
        _leaves = set(MigrationLoader(None).graph.leaf_nodes())
    return _leaves


_leaves = None


def _has_content() -> bool:
    """Whether readers find a front page."""
    from guides.models import PageEdition

    return PageEdition.objects.live().filter(document__key="home").exists()
