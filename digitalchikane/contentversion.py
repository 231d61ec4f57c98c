"""The content version: a number that grows with every change of anything readers see, in the same transaction.

It is counted where statements reach the database, so that no way of changing content can forget it: forms, the loading
of files, an update of many rows. A token file tells the other processes of the machine at once; other machines ask for
the number (pagememory.py).
"""

import os
import re
import time
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


def token() -> str:
    # Asked for at every request: joining paths would take longer than looking at the file.
    return f"{settings.DATA_DIR}/content-version"


def token_time() -> int:
    """When a process of this machine last changed content, in nanoseconds; 0 where none has."""
    try:
        return os.stat(token()).st_mtime_ns
    except OSError:
        return 0


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
        transaction.on_commit(_touch)
    return result


def _is_there() -> bool:
    """Whether migrations have come as far as the version's own table; asked until they have."""
    global _has_table
    _has_table = _has_table or ContentVersion._meta.db_table in connection.introspection.table_names()
    return _has_table


_has_table = False


def _touch():
    """Tell this machine. Where the file cannot be written, the others find out by asking the database."""
    try:
        Path(token()).touch()
        moment = time.time_ns()
        os.utime(token(), ns=(moment, moment))
    except OSError:
        return
