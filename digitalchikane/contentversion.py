"""The content version: a number that grows with every change of anything readers see, in the same transaction.

It is counted where statements reach the database, so that no way of changing content can forget it: forms, the loading
of files, an update of many rows. A token file tells the other processes of the machine at once; other machines ask for
the number (pagememory.py).
"""

import mmap
import os
import re
import time
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import connection, models, transaction
from django.db.backends.signals import connection_created
from django.db.models import F

CONTENT = re.compile(
    r'(?:INSERT INTO|UPDATE|DELETE FROM) "(?:guides|conversations)_|.{6,12} "digitalchikane_oldaddress"'
)


class ContentVersion(models.Model):
    """One row. Its number means nothing but that another one means other content."""

    number = models.BigIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="content_version_is_one_row")]

    def __str__(self):
        return str(self.number)


def number() -> int:
    """The version of the content in the database now; 0 before there is any."""
    return ContentVersion.objects.filter(pk=1).values_list("number", flat=True).first() or 0


def token() -> Path:
    return settings.DATA_DIR / "content-version"


class Token:
    """The file in which a process tells the others of its machine that it has changed content, read as memory that
    they share. To ask the system for the file at every request would let other threads go first each time, which cost
    a tenth of an answer."""

    SIZE = 8

    def __init__(self):
        self._memory: mmap.mmap | None = None
        self._file: tuple[int, int] | None = None

    def read(self) -> bytes:
        """Other bytes than before whenever content was changed; always none where no file can be shared, and changes
        are found out by asking the database."""
        return self._memory[: self.SIZE] if self._memory else b""

    def find(self):
        """Share the file that is there now: another one may have taken its place."""
        with suppress(OSError):
            descriptor = _opened()
            try:
                about = os.fstat(descriptor)
                if about.st_size < self.SIZE:
                    # Memory beyond the end of a file cannot be read.
                    os.pwrite(descriptor, bytes(self.SIZE), 0)
                if self._file != (about.st_dev, about.st_ino):
                    self._memory = mmap.mmap(descriptor, self.SIZE, access=mmap.ACCESS_READ)
                    self._file = (about.st_dev, about.st_ino)
            finally:
                os.close(descriptor)


def _opened() -> int:
    try:
        return os.open(token(), os.O_RDWR | os.O_CREAT, 0o644)
    except PermissionError:
        # Another user's, who ran a command: it can be read all the same.
        return os.open(token(), os.O_RDONLY)


def watch(sender, connection, **kwargs):
    """Look at every statement that a new connection is going to run."""
    if _count not in connection.execute_wrappers:
        connection.execute_wrappers.append(_count)


connection_created.connect(watch, dispatch_uid="content-version")


def _count(execute, sql, params, many, context):
    result = execute(sql, params, many, context)
    if sql[:6] in ("INSERT", "UPDATE", "DELETE") and CONTENT.match(sql) and _is_there():
        if not ContentVersion.objects.filter(pk=1).update(number=F("number") + 1):
            ContentVersion.objects.create(pk=1)
        transaction.on_commit(tell)
    return result


def _is_there() -> bool:
    """Whether migrations have come as far as the version's own table; asked until they have."""
    global _has_table
    _has_table = _has_table or ContentVersion._meta.db_table in connection.introspection.table_names()
    return _has_table


_has_table = False


def tell():
    """Tell this machine. Where the file cannot be written, the others find out by asking the database."""
    with suppress(OSError):
        descriptor = os.open(token(), os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            os.pwrite(descriptor, time.time_ns().to_bytes(Token.SIZE), 0)
        finally:
            os.close(descriptor)
