"""The whole site in one file: the database as it was at one moment, and every picture.

The database is copied while it is in use: SQLite by its own backup, PostgreSQL by pg_dump. Pictures are taken after
it: they are named by their content and never change, and whatever the copy mentions was there before. Logins and the
cache are left out. What was made is read again before it counts: every file by its fingerprint, every table by its
number of rows.

No secret of the server is in it. Whoever restores it elsewhere brings DJANGO_SECRET_KEY along: the codes and passkeys
of the editors are locked with it.
"""

import gzip
import hashlib
import io
import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from . import contentversion, pictures

FORMAT = 1
NAME = "digitalchikane-{:%Y-%m-%d-%H%M%S}.tar.gz"
NAMES = "digitalchikane-*.tar.gz"
MANIFEST = "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
PICTURES = "pictures/"
# Who is logged in, and what is counted for the moment: neither is worth keeping, and the first would let in whoever
# has the file.
LEFT_OUT = ("django_session", "digitalchikane_cache")


class Trouble(Exception):
    """Why a backup was not made or not restored; the message is for the one who runs the site."""


@dataclass(frozen=True)
class Backup:
    path: Path
    manifest: dict

    @property
    def kind(self) -> str:
        return self.manifest["database"]

    @property
    def rows(self) -> int:
        return sum(self.manifest["rows"].values())

    @property
    def pictures(self) -> list[str]:
        return [name for name in self.manifest["files"] if name.startswith(PICTURES)]


def folder() -> Path:
    return Path(os.environ.get("DJANGO_BACKUP_DIR") or settings.DATA_DIR / "backups")


# Making


def make(into: Path) -> Backup:
    """Make a backup in a folder and return it, verified."""
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    made_at = datetime.now(UTC)
    path = into / NAME.format(made_at)
    with tempfile.TemporaryDirectory(dir=into, prefix=".making-") as room:
        copy = Path(room) / DATABASES[connection.vendor]
        rows = _copy_sqlite(copy) if connection.vendor == "sqlite" else _copy_postgresql(copy)
        unfinished = Path(room) / "archive"
        manifest = {
            "format": FORMAT,
            "made_at": made_at.isoformat(timespec="seconds"),
            "database": connection.vendor,
            "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
            "rows": rows,
            "files": {},
        }
        with unfinished.open("xb") as file, gzip.GzipFile(fileobj=file, mode="wb", compresslevel=6, mtime=0) as packed:
            with tarfile.open(fileobj=packed, mode="w|") as archive:
                _add(archive, copy.name, copy, manifest)
                for picture in sorted(pictures.folder().glob("*")):
                    if pictures.FILE.fullmatch(picture.name):
                        _add(archive, PICTURES + picture.name, picture, manifest)
                told = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
                member = tarfile.TarInfo(MANIFEST)
                member.size = len(told)
                archive.addfile(member, io.BytesIO(told))
            packed.flush()
            os.fsync(file.fileno())
        verify(unfinished)
        # It holds the names and locked passwords of editors.
        unfinished.chmod(0o600)
        unfinished.replace(path)
    return Backup(path, manifest)


def _add(archive: tarfile.TarFile, name: str, path: Path, manifest: dict):
    try:
        content = path.open("rb")
    except FileNotFoundError:
        # A picture that nobody shows any more was cleaned away meanwhile.
        return
    with content:
        member = tarfile.TarInfo(name)
        member.size = os.fstat(content.fileno()).st_size
        digest = hashlib.file_digest(content, "sha256").hexdigest()
        content.seek(0)
        archive.addfile(member, content)
    manifest["files"][name] = digest


def _copy_sqlite(copy: Path) -> dict[str, int]:
    source = Path(connection.settings_dict["NAME"])
    if not source.exists():
        raise Trouble(f"There is no database at {source}.")
    live = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=20)
    with closing(live), closing(sqlite3.connect(copy)) as copied:
        try:
            live.backup(copied)
            # By itself, without a second file beside it.
            copied.execute("PRAGMA journal_mode = DELETE")
            for table in set(LEFT_OUT) & set(_tables(copied)):
                copied.execute(f'DELETE FROM "{table}"')  # noqa: S608 - our own names
            copied.commit()
            copied.execute("VACUUM")
        except sqlite3.DatabaseError as error:
            raise Trouble(f"The database cannot be copied: {error}") from error
        return _require_sound(copied)


def _tables(database: sqlite3.Connection) -> list[str]:
    found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return sorted(name for (name,) in found)


def _require_sound(database: sqlite3.Connection) -> dict[str, int]:
    """The number of rows in each table of a database that is whole."""
    try:
        said = database.execute("PRAGMA integrity_check").fetchone()[0]
        if said != "ok":
            raise Trouble(f"The database is damaged: {said}")
        if database.execute("PRAGMA foreign_key_check").fetchone():
            raise Trouble("The database is damaged: rows point at rows that are not there.")
        count = 'SELECT COUNT(*) FROM "{}"'
        return {table: database.execute(count.format(table)).fetchone()[0] for table in _tables(database)}
    except sqlite3.DatabaseError as error:
        raise Trouble(f"The database is damaged: {error}") from error


def _copy_postgresql(copy: Path) -> dict[str, int]:
    """pg_dump, and the number of rows, both of the same moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        rows = {}
        for table in sorted(connection.introspection.table_names(cursor)):
            if table not in LEFT_OUT:
                cursor.execute(f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own names
                rows[table] = cursor.fetchone()[0]
        leave_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={copy}"]
        _postgresql("pg_dump", *options, *leave_out)
    return rows


def _postgresql(program: str, *arguments: str) -> str:
    """Run one of PostgreSQL's programs on the site's database. The password goes by the environment, unseen."""
    wanted = connection.settings_dict
    known = {"user": wanted["USER"], "host": wanted["HOST"], "port": wanted["PORT"]}
    known |= {name: value for name, value in wanted["OPTIONS"].items() if name.startswith("ssl")}
    environment = os.environ | {
        {"user": "PGUSER", "host": "PGHOST", "port": "PGPORT"}.get(name, f"PG{name.upper()}"): str(value)
        for name, value in known.items()
        if value
    }
    if wanted["PASSWORD"]:
        environment["PGPASSWORD"] = wanted["PASSWORD"]
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [program, f"--dbname={wanted['NAME']}", *arguments], env=environment, capture_output=True, text=True
        )
    except FileNotFoundError as error:
        raise Trouble(f"{program} is missing. Install PostgreSQL's client (Debian: postgresql-client).") from error
    if done.returncode:
        raise Trouble(f"{program}: {done.stderr.strip()}")
    return done.stdout


# Reading


def verify(path: Path) -> Backup:
    """Read a backup from end to end. Raises Trouble where anything is missing, changed or damaged."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".reading-") as room, unpacked(path, Path(room)) as backup:
        return backup


@contextmanager
def unpacked(path: Path, room: Path) -> Iterator[Backup]:
    """A backup whose files lie in a room, every one of them as it was when the backup was made."""
    found = {}
    manifest = None
    try:
        with gzip.open(path) as packed, tarfile.open(fileobj=packed, mode="r|") as archive:
            for member in archive:
                known = member.name in DATABASES.values() or (
                    member.name.startswith(PICTURES) and pictures.FILE.fullmatch(member.name.removeprefix(PICTURES))
                )
                content = archive.extractfile(member) if member.isfile() else None
                if content is None or not (known or member.name == MANIFEST):
                    raise Trouble(f"This is no backup of the site: it holds {member.name!r}.")
                if member.name == MANIFEST:
                    manifest = json.load(content)
                    continue
                target = room / member.name
                target.parent.mkdir(exist_ok=True)
                with target.open("xb") as file:
                    while piece := content.read(1 << 20):
                        file.write(piece)
                with target.open("rb") as file:
                    found[member.name] = hashlib.file_digest(file, "sha256").hexdigest()
            while packed.read(1 << 20):
                # To the very end, where gzip keeps its own sum.
                pass
    except FileNotFoundError as error:
        raise Trouble(f"There is no file {path}.") from error
    except (tarfile.TarError, zlib.error, EOFError, OSError, ValueError) as error:
        raise Trouble(f"The file cannot be read to its end: {error}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Trouble("This is no backup of the site, or one of a later version.")
    if found != manifest["files"] or DATABASES[manifest["database"]] not in found:
        raise Trouble("The backup is damaged: its files are not those that it names.")
    backup = Backup(path, manifest)
    if backup.kind == "sqlite":
        with closing(sqlite3.connect(room / DATABASES["sqlite"])) as database:
            if _require_sound(database) != manifest["rows"]:
                raise Trouble("The backup is damaged: its tables do not hold what they held.")
    else:
        _require_tables(room / DATABASES["postgresql"], manifest)
    yield backup


def _require_tables(dump: Path, manifest: dict):
    try:
        listed = subprocess.run(["pg_restore", "--list", str(dump)], capture_output=True, text=True)  # noqa: S603, S607
    except FileNotFoundError as error:
        raise Trouble("pg_restore is missing. Install PostgreSQL's client (Debian: postgresql-client).") from error
    tables = {line.split()[6] for line in listed.stdout.splitlines() if " TABLE DATA " in line}
    if listed.returncode or not set(manifest["rows"]) <= tables:
        raise Trouble(f"The backup is damaged: tables are missing. {listed.stderr.strip()}")


# Restoring


def restore(path: Path, replace: bool = False) -> tuple[Backup, Path | None]:
    """Make this site the one in the backup; returns it, and the backup that was made of what was here before.

    The database is filled in one transaction, so that a server which runs meanwhile shows the one site or the other.
    """
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=".restoring-") as folder_name:
        room = Path(folder_name)
        with unpacked(path, room) as backup:
            _require_known_version(backup)
            before = None
            version = 0
            if something_is_here():
                if not replace:
                    raise Trouble("There is a site here already. Nothing was changed. To replace it, say so: --replace")
                before = keep_aside()
                version = _version_here()
            _put_pictures(backup, room)
            _put_database(backup, room / DATABASES[backup.kind])
    call_command("migrate", verbosity=0, interactive=False)
    _announce(version)
    return backup, before


def _require_known_version(backup: Backup):
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    later = [name for name in backup.manifest["migrations"] if name not in known]
    if later:
        raise Trouble(f"The backup is of a later version of the site ({later[0]}). Update the code first.")


def something_is_here() -> bool:
    """Whether there is content or an editor that would be lost."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return False
    try:
        tables = connection.introspection.table_names()
        with connection.cursor() as cursor:
            for table in {"guides_page", "conversations_card", "auth_user"} & set(tables):
                cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608 - our own names
                if cursor.fetchone():
                    return True
    except Exception:  # noqa: BLE001 - what cannot be read is something, and is kept aside too
        return connection.vendor == "sqlite"
    finally:
        connection.close()
    return False


def keep_aside() -> Path:
    """Keep what is here as a backup; a SQLite database that is too damaged for one is copied as it is."""
    try:
        return make(folder()).path
    except Trouble:
        if connection.vendor != "sqlite":
            raise
        source = Path(connection.settings_dict["NAME"])
        target = folder() / f"damaged-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.sqlite3"
        target.write_bytes(source.read_bytes())
        target.chmod(0o600)
        return target


def _version_here() -> int:
    try:
        return contentversion.number()
    except Exception:  # noqa: BLE001 - a damaged database has none
        return 0
    finally:
        connection.close()


def _put_pictures(backup: Backup, room: Path):
    """Named by their content, they take nothing's place."""
    pictures.folder().mkdir(parents=True, exist_ok=True)
    for name in backup.pictures:
        content, target = (room / name).read_bytes(), pictures.folder() / name.removeprefix(PICTURES)
        if not target.exists() or target.read_bytes() != content:
            pictures.put(target, content)


def _put_database(backup: Backup, copy: Path):
    if backup.kind == connection.vendor == "sqlite":
        _fill_sqlite(copy)
    elif backup.kind == connection.vendor:
        _fill_postgresql(copy)
    elif backup.kind == "sqlite":
        _move(copy)
    else:
        raise Trouble("A backup of PostgreSQL can only be restored to PostgreSQL.")


def _fill_sqlite(copy: Path):
    """Into the same file, so that processes which hold it open see what is new."""
    target = Path(connection.settings_dict["NAME"])
    connection.close()
    with closing(sqlite3.connect(copy)) as source:
        try:
            with closing(sqlite3.connect(target, timeout=20)) as database:
                source.backup(database)
                return
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise Trouble("Somebody writes to the database. Stop the site, and try again.") from error
    # What lies there is no database at all.
    for leftover in (f"{target}-wal", f"{target}-shm"):
        Path(leftover).unlink(missing_ok=True)
    copy.replace(target)


def _fill_postgresql(copy: Path):
    """All tables that are here go, also those of a later version, and those of the backup come, in one transaction."""
    script = copy.with_suffix(".sql")
    there = ", ".join(map(connection.ops.quote_name, connection.introspection.table_names()))
    connection.close()
    with script.open("w") as file:
        if there:
            file.write(f"DROP TABLE {there} CASCADE;\n")
        file.flush()
        _postgresql_script(copy, file)
    _postgresql("psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--file={script}")


def _postgresql_script(dump: Path, file):
    """What is in a dump, as statements."""
    options = ["--no-owner", "--no-privileges", "--file=-"]
    done = subprocess.run(["pg_restore", *options, str(dump)], stdout=file, stderr=subprocess.PIPE, text=True)  # noqa: S603, S607
    if done.returncode:
        raise Trouble(f"pg_restore: {done.stderr.strip()}")


def _move(copy: Path):
    """From SQLite to PostgreSQL: the tables are made by the migrations, the rows go over one by one, in one
    transaction."""
    alias = "moved"
    connections.settings[alias] = connections.settings["default"] | {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(copy),
        "OPTIONS": {},
        "CONN_HEALTH_CHECKS": False,
    }
    source = connections[alias]
    try:
        for database in ("default", alias):
            call_command("migrate", database=database, verbosity=0, interactive=False)
        with transaction.atomic():
            models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
            # The content version counts by itself while rows come in.
            stays = (*LEFT_OUT, contentversion.ContentVersion._meta.db_table)
            tables = [model._meta.db_table for model in models if model._meta.db_table not in stays]
            with connection.cursor() as cursor:
                for statement in connection.ops.sql_flush(no_style(), tables, reset_sequences=True):
                    cursor.execute(statement)
                for model in models:
                    if model._meta.db_table in tables:
                        _move_rows(model, source, cursor)
                for statement in connection.ops.sequence_reset_sql(no_style(), models):
                    cursor.execute(statement)
    finally:
        source.close()
        del connections[alias], connections.settings[alias]


def _move_rows(model, source, cursor):
    fields = model._meta.local_concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    readers = []
    for field in fields:
        column = field.get_col(model._meta.db_table)
        readers.append((column, source.ops.get_db_converters(column) + field.get_db_converters(source)))
    rows = source.cursor()
    rows.execute(f"SELECT {columns} FROM {quote(model._meta.db_table)}")  # noqa: S608 - our own names
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608
    while some := rows.fetchmany(500):
        values = []
        for row in some:
            read = []
            for value, field, (column, converters) in zip(row, fields, readers, strict=True):
                for convert in converters:
                    value = convert(value, column, source)
                read.append(field.get_db_prep_save(value, connection))
            values.append(read)
        cursor.executemany(statement, values)


def _announce(version: int):
    """Let every process and every machine see that the content is another one: a number that none of them has met."""
    number = max(version, contentversion.number()) + 1
    contentversion.ContentVersion.objects.update_or_create(pk=1, defaults={"number": number})
    contentversion.tell()
