"""Settings that come from outside: read strictly, so that a typing error is heard and not guessed at."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def env_bool(name: str, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def env_int(name: str, default: int) -> int:
    value = os.environ.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def env_list(name: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, "").split(",") if part.strip()]


def required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise ImproperlyConfigured(f"{name} must be set. With DJANGO_DEBUG=1 a development value is used.")
    return value


def database(url: str, data_dir: Path) -> dict:
    """Django's database settings for `DATABASE_URL`; SQLite in `data_dir` where it is empty."""
    if not url:
        return sqlite(data_dir / "db.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)), **dict(parse_qsl(parts.query)))
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            # A connection that broke with the server is replaced, so that no request fails once the server is back.
            "CONN_HEALTH_CHECKS": True,
            # Pooling and CONN_MAX_AGE exclude each other. What stands behind "?" is for the driver: sslmode=require.
            "OPTIONS": {
                # As many as ask at once in one worker: its threads, and those that look for changes and for readiness.
                # Of itself a pool waits twice as long after each time that it found no server, for minutes in the end;
                # now it gives up, and whoever asks next makes it try at once.
                "pool": {"min_size": 1, "max_size": 6, "timeout": 3, "reconnect_timeout": 2},
                "connect_timeout": 3,
                **dict(parse_qsl(parts.query)),
            },
        }
    raise ImproperlyConfigured(f"DATABASE_URL begins with {parts.scheme}://; use sqlite:/// or postgresql://.")


def sqlite(path: Path, timeout: str = "10") -> dict:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        # Kept open: with one connection per request, reads fail on a full disk in WAL mode.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # Writers wait for each other instead of failing with "database is locked"; not for as long as nginx waits
            # for an answer, and not with every thread of a worker for half a minute.
            "transaction_mode": "IMMEDIATE",
            "timeout": float(timeout),
            # Enough for a page twice over; each thread keeps its own, and one can take twenty kilobytes.
            "cached_statements": 32,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                "PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=27103364;"
            ),
        },
    }


def cache(url: str) -> dict:
    """Django's cache settings for `CACHE_URL`; a table of the database where it is empty."""
    if not url:
        return {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "digitalchikane_cache",
            "OPTIONS": {"MAX_ENTRIES": 20000},
        }
    if urlsplit(url).scheme in ("redis", "rediss", "unix"):
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
    raise ImproperlyConfigured(f"CACHE_URL begins with {urlsplit(url).scheme}://; use redis://.")


def email(url: str) -> dict:
    """Django's mail settings for `EMAIL_URL`; no mail at all where it is empty."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtp+tls", "smtps"):
        raise ImproperlyConfigured(f"EMAIL_URL begins with {parts.scheme}://; use smtp://, smtp+tls:// or smtps://.")
    ports = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or ports[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }
