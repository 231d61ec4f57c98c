"""gunicorn as it is run, with a copy of the shipped content, for tests of what only a real server does."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from types import SimpleNamespace

import httpx
from django.conf import settings
from django.db import connection


def copy_content(folder):
    """The database of the test run, as it is now, in a folder of a server's own."""
    with closing(sqlite3.connect(folder / "db.sqlite3")) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)


@contextmanager
def serving(folder, **more):
    """Every line that it writes lies beside the data, so that looking through the data finds them as well."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DJANGO_DATA_DIR": str(folder),
        "WEB_CONCURRENCY": "1",
        **more,
    }
    command = [sys.executable, "-m", "gunicorn", "digitalchikane.wsgi", "--config", "digitalchikane/server.py"]
    access, errors = folder / "access.log", folder / "error.log"
    with access.open("w") as out, errors.open("w") as err:
        process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}"], cwd=settings.BASE_DIR, env=environment, stdout=out, stderr=err
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            for _attempt in range(200):
                try:
                    client.get("/robots.txt")
                    break
                except httpx.TransportError:
                    assert process.poll() is None, errors.read_text()
                    time.sleep(0.1)
            yield SimpleNamespace(
                client=client, port=port, folder=folder, access=access, errors=errors, process=process
            )
    finally:
        process.terminate()
        process.wait(timeout=20)
