"""Logs, one JSON object a line: what the server did and what went wrong, never who read what or what they typed.

A record that comes with a request says which view it was and what it answered; the address stays out, as do the words
of an exception, unless they are of a kind that only the server writes. The frames of the traceback stay.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from http import HTTPStatus

from django.core.exceptions import ImproperlyConfigured
from django.db import InterfaceError, OperationalError

# Addresses that are keys: of a draft that was sent to a reviewer, in each language, and of a new password. A third
# language keeps the Danish word: nginx's configuration knows these two alone.
SECRET_ADDRESS = re.compile(r"/(gennemsyn|review|ny-adgangskode)/[^/\s?]+")
# Loggers whose messages are made of what a browser sent.
ABOUT_REQUESTS = ("django.request", "django.security", "django.server")
# Errors that tell of the server: their words cannot hold what somebody typed. By name, as each database driver has
# classes of its own.
OWN_WORDS = {OperationalError.__name__, InterfaceError.__name__, "PoolTimeout", "ImportError", "MemoryError"} | {
    ImproperlyConfigured.__name__
}
LEFT_OUT = "(its words are left out: they may be a visitor's)"


def without_secrets(path: str) -> str:
    """A path as a log may hold it."""
    return SECRET_ADDRESS.sub(r"/\1/…", path)


def line(level: str, logger: str, **values) -> str:
    """One line of a log."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"time": now, "level": level, "logger": logger, **values}, ensure_ascii=False)


class JsonLines(logging.Formatter):
    def format(self, record):
        values = {"message": _message(record)}
        request = getattr(record, "request", None)
        if match := getattr(request, "resolver_match", None):
            values["view"] = match.view_name
        if record.exc_info and record.exc_info[1]:
            values["traceback"] = trace(record.exc_info[1])
        return line(record.levelname.lower(), record.name, **values)


def _message(record) -> str:
    if not record.name.startswith(ABOUT_REQUESTS) and not hasattr(record, "request"):
        return without_secrets(record.getMessage())
    status = getattr(record, "status_code", None)
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return "A request was refused" if status is None else str(status)


def trace(error: BaseException | None) -> str:
    """A traceback in Python's own form, without words that a visitor may have typed."""
    told, seen = [], set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = "".join(traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__)).format())
        told.insert(0, f"Traceback (most recent call last):\n{frames}{type(error).__name__}: {_words(error)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(told)


def _words(error: BaseException) -> str:
    if any(kind.__name__ in OWN_WORDS for kind in type(error).__mro__):
        return str(error).strip()
    if isinstance(error, OSError) and error.strerror:
        # Without the file's name, which may have been asked for.
        return error.strerror
    return LEFT_OUT
