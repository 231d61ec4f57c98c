"""Backup and restore where the site runs on PostgreSQL, and the move there from SQLite."""

import itertools
import os
import re
from pathlib import Path

import psycopg
import pytest

from .deployment import manage

PATHS = [
    "/",
    "/faser/",
    "/akut/",
    "/samtalekort/",
    "/anmeld/",
    "/hjaelp/",
    "/kilder/",
    "/en/phases/",
    "/viden/ordliste/",
]
PAGES = f"""
import hashlib
from django.test import Client
client = Client(headers={{"host": "localhost", "x-forwarded-proto": "https"}})
for path in {PATHS!r}:
    answer = client.get(path)
    print("page", path, answer.status_code, hashlib.sha256(answer.content).hexdigest())
"""


def pages(data, **more) -> list[str]:
    found = manage(data, "shell", "--no-imports", "-c", PAGES, **more).splitlines()
    return [line for line in found if line.startswith("page ")]


_numbers = itertools.count()


@pytest.fixture
def another_database(database_url):
    """Empty, on the same server."""

    def make():
        name = f"other_{os.getpid()}_{next(_numbers)}"
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return re.sub(r"/[^/]+$", f"/{name}", database_url)

    return make


def test_a_backup_of_postgresql_comes_back_in_another_database(nodes, another_database, tmp_path, ready):
    node = nodes[0]
    picture = node.data / "media" / "pictures" / f"{'0' * 32}-480.webp"
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(b"et billede")
    made = Path(manage(node.data, "backup", **node.more).splitlines()[0])

    elsewhere = {"DATABASE_URL": another_database()}
    (tmp_path / "static").symlink_to(node.data / "static")
    assert "Restored" in manage(tmp_path, "restore", str(made), **elsewhere)

    assert pages(tmp_path, **elsewhere) == pages(node.data, **node.more)
    assert (tmp_path / "media" / "pictures" / picture.name).read_bytes() == b"et billede"
    # Over a site that is there only when one says so; tables of a later version go.
    with psycopg.connect(elsewhere["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE TABLE later (page bigint REFERENCES guides_page)")
        connection.execute("UPDATE guides_term SET word_da = 'Ændret'")
    with pytest.raises(AssertionError, match="--replace"):
        manage(tmp_path, "restore", str(made), **elsewhere)
    assert "What was here is kept in" in manage(tmp_path, "restore", str(made), "--replace", **elsewhere)
    assert pages(tmp_path, **elsewhere) == pages(node.data, **node.more)


def test_a_site_moves_from_sqlite_to_postgresql(nodes, another_database, tmp_path):
    small, large = tmp_path / "small", tmp_path / "large"
    small.mkdir()
    large.mkdir()
    for data in (small, large):
        (data / "static").symlink_to(nodes[0].data / "static")
    for command in (["migrate", "--verbosity", "0"], ["load_content"]):
        manage(small, *command, DATABASE_URL="", CACHE_URL="")
    made = manage(small, "backup", DATABASE_URL="", CACHE_URL="").splitlines()[0]

    elsewhere = {"DATABASE_URL": another_database()}
    manage(large, "restore", made, **elsewhere)

    assert pages(large, **elsewhere) == pages(small, DATABASE_URL="", CACHE_URL="")
    # And it goes on from there: the next row gets a number of its own.
    add = "from guides.models import Term; Term.objects.create(key='nyt-ord', word_da='Nyt ord')"
    manage(large, "shell", "--no-imports", "-c", add, **elsewhere)
