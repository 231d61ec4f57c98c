"""A backup is the whole site in one file, made while the site is in use, and it comes back as it was."""

import json
import os
import sqlite3
import subprocess
import sys
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from digitalchikane import backups

# Only so that there is a database to copy.
pytestmark = pytest.mark.django_db

PICTURE = "0123456789abcdef0123456789abcdef-480.webp"
# Every third page, as a fingerprint.
PAGES = """
import hashlib, json
from django.test import Client
from tests.conftest import content_addresses
client = Client()
pages = {path: client.get(path).content for path in content_addresses()[::3]}
print(json.dumps({path: hashlib.sha256(content).hexdigest() for path, content in pages.items()}))
"""


class Site:
    """A site in a folder of its own, and what one does with it at the server."""

    def __init__(self, data: Path):
        self.data = data

    def manage(self, *arguments) -> subprocess.CompletedProcess:
        environment = os.environ | {"DJANGO_DATA_DIR": str(self.data), "DJANGO_SETTINGS_MODULE": "tests.settings"}
        environment.pop("DATABASE_URL", None)
        command = [sys.executable, "manage.py", *map(str, arguments)]
        return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)

    def backup(self, *arguments) -> Path:
        done = self.manage("backup", *arguments)
        assert done.returncode == 0, done.stderr
        return Path(done.stdout.splitlines()[0])

    def pages(self) -> dict:
        done = self.manage("shell", "--no-imports", "-c", PAGES)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    @property
    def picture(self) -> Path:
        return self.data / "media" / "pictures" / PICTURE

    def database(self):
        return closing(sqlite3.connect(self.data / "db.sqlite3", timeout=20))

    def rows(self, statement):
        with self.database() as database:
            return database.execute(statement).fetchall()


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker, tmp_path_factory):
    """The shipped site with a picture, somebody who is logged in, and somebody who writes."""
    site = Site(tmp_path_factory.mktemp("site"))
    with django_db_blocker.unblock(), closing(sqlite3.connect(site.data / "db.sqlite3")) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode = WAL")
        copy.execute("INSERT INTO django_session VALUES ('noegle-til-en-login', '', '2999-01-01')")
        copy.commit()
    site.picture.parent.mkdir(parents=True)
    site.picture.write_bytes(b"et billede" * 1000)
    (site.picture.parent / "noter.txt").write_text("hører ikke til")
    return site


@pytest.fixture(scope="module")
def backup(site):
    """Made while somebody writes: two rows that are always changed together."""
    stopped, began = threading.Event(), threading.Event()
    first, second = [pk for (pk,) in site.rows("SELECT id FROM guides_term ORDER BY id LIMIT 2")]

    def write():
        number = 0
        with site.database() as database:
            while not stopped.is_set():
                number += 1
                for pk in (first, second):
                    database.execute("UPDATE guides_term SET word_en = ? WHERE id = ?", [f"Word {number}", pk])
                database.commit()
                began.set()

    writer = threading.Thread(target=write)
    writer.start()
    began.wait(10)
    try:
        return site.backup()
    finally:
        stopped.set()
        writer.join()


@pytest.fixture(scope="module")
def restored(backup, tmp_path_factory):
    """The same site on another machine."""
    other = Site(tmp_path_factory.mktemp("other"))
    done = other.manage("restore", backup)
    assert done.returncode == 0, done.stderr
    assert "Restored" in done.stdout and "secret key" in done.stdout
    return other


def test_a_backup_is_one_dated_file_that_nobody_else_can_read(site, backup):
    assert backup.parent == site.data / "backups"
    assert backup.name.startswith("digitalchikane-20") and backup.name.endswith(".tar.gz")
    assert backup.stat().st_mode & 0o077 == 0
    assert sorted(backup.parent.iterdir()) == [backup]


def test_it_holds_database_and_pictures_and_no_logins(backup, tmp_path):
    with tarfile.open(backup) as archive:
        assert archive.getnames() == ["database.sqlite3", f"pictures/{PICTURE}", "manifest.json"]
        manifest = json.load(archive.extractfile("manifest.json"))
        content = archive.extractfile("database.sqlite3").read()
    assert manifest["rows"]["guides_page"] > 20
    assert manifest["rows"]["django_session"] == 0
    assert b"noegle-til-en-login" not in content


def test_what_was_written_together_is_there_together(restored):
    (first,), (second,) = restored.rows("SELECT word_en FROM guides_term ORDER BY id LIMIT 2")

    assert first == second
    assert first.startswith("Word ")


def test_restored_on_another_machine_it_is_the_same_site(site, backup, restored, tmp_path_factory):
    # The writer went on after the backup: what it wrote is taken back before the two are compared.
    (word,) = restored.rows("SELECT word_en FROM guides_term ORDER BY id LIMIT 1")[0]
    with site.database() as database:
        database.execute("UPDATE guides_term SET word_en = ? WHERE word_en LIKE 'Word %'", [word])
        database.commit()

    here, there = site.pages(), restored.pages()

    assert len(here) > 25
    assert here == there
    assert restored.picture.read_bytes() == site.picture.read_bytes()


def test_a_site_that_is_there_is_kept_until_one_says_so_and_then_kept_aside(backup, restored):
    with restored.database() as reader:
        # A server that holds the database open all the while.
        assert reader.execute("SELECT word_en FROM guides_term ORDER BY id LIMIT 1").fetchone()[0].startswith("Word ")
        reader.execute("UPDATE guides_term SET word_en = 'Changed here'")
        reader.commit()
        before = reader.execute("SELECT number FROM digitalchikane_contentversion").fetchone()[0]

        refused = restored.manage("restore", backup)
        assert refused.returncode != 0
        assert "--replace" in refused.stderr
        assert reader.execute("SELECT DISTINCT word_en FROM guides_term").fetchall() == [("Changed here",)]

        done = restored.manage("restore", backup, "--replace")
        assert done.returncode == 0, done.stderr
        assert ("Changed here",) not in reader.execute("SELECT DISTINCT word_en FROM guides_term").fetchall()
        # Pages that a server has made of the old content are old now.
        assert reader.execute("SELECT number FROM digitalchikane_contentversion").fetchone()[0] > before
        assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    (aside,) = (restored.data / "backups").iterdir()
    assert str(aside) in done.stdout
    assert backups.verify(aside).rows > 1000


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:-40],
        lambda whole: whole[: len(whole) // 2] + bytes([whole[len(whole) // 2] ^ 1]) + whole[len(whole) // 2 + 1 :],
        lambda whole: b"no backup at all",
        lambda whole: b"",
    ],
    ids=["half", "cut short", "one bit", "something else", "empty"],
)
def test_what_is_damaged_is_refused_before_anything_is_touched(backup, restored, tmp_path, damage, monkeypatch):
    broken = tmp_path / "kopi.tar.gz"
    broken.write_bytes(damage(backup.read_bytes()))
    touched = []
    for step in ("keep_aside", "_put_pictures", "_put_database"):
        monkeypatch.setattr(backups, step, lambda *args: touched.append(1))

    with pytest.raises(backups.Trouble):
        backups.restore(broken, replace=True)

    assert touched == []


def test_an_archive_with_other_files_is_refused(tmp_path):
    evil = tmp_path / "ond.tar.gz"
    with tarfile.open(evil, "w:gz") as archive:
        archive.add(__file__, "../../uden-for.py")

    with pytest.raises(backups.Trouble, match="no backup of the site"):
        backups.verify(evil)


def test_a_backup_of_a_later_version_is_refused(backup, tmp_path):
    later = tmp_path / "senere.tar.gz"
    with tarfile.open(backup) as old, tarfile.open(later, "w:gz") as new:
        for member in old:
            content = old.extractfile(member)
            if member.name == "manifest.json":
                manifest = json.load(content)
                manifest["migrations"].append("guides.9999_later")
                path = tmp_path / "manifest.json"
                path.write_text(json.dumps(manifest))
                new.add(path, member.name)
            else:
                new.addfile(member, content)

    with pytest.raises(backups.Trouble, match="later version"):
        backups.restore(later, replace=True)


def test_a_damaged_database_is_never_called_a_backup_and_older_ones_stay(backup, tmp_path):
    broken = Site(tmp_path)
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "digitalchikane-2020-01-01-000000.tar.gz").write_bytes(b"")
    assert broken.manage("restore", backup).returncode == 0
    content = bytearray((tmp_path / "db.sqlite3").read_bytes())
    content[4096 * 3 : 4096 * 40] = b"\0" * 4096 * 37
    for leftover in tmp_path.glob("db.sqlite3-*"):
        leftover.unlink()
    (tmp_path / "db.sqlite3").write_bytes(content)

    done = broken.manage("backup", "--keep", "1")

    assert done.returncode != 0
    assert "No backup was made" in done.stderr
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["digitalchikane-2020-01-01-000000.tar.gz"]

    # And it can be replaced: what is left of it is kept as it is.
    assert broken.manage("restore", backup, "--replace").returncode == 0
    assert [path.suffix for path in sorted((tmp_path / "backups").iterdir())] == [".sqlite3", ".gz"]
    assert broken.rows("SELECT COUNT(*) FROM guides_page")[0][0] > 20


def test_old_backups_make_room(site, backup):
    older = backup.parent / "digitalchikane-2020-01-01-000000.tar.gz"
    older.write_bytes(b"gammel")
    other = backup.parent / "andet.tar.gz"
    other.write_bytes(b"noget andet")

    newest = site.backup("--keep", "1")

    assert set(backup.parent.iterdir()) == {newest, other}
