"""One real server with the shipped content, and one browser that fails a test at the first error on a page."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from digitalchikane.accounts.sessions import FACTOR_OF

EDITOR = {"username": "redaktoer", "password": "en-lang-adgangskode", "email": "redaktoer@example.org"}
# What the editor's app holds.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BROWSERS = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        # Letters as wide as on a screen: without it the headless shell makes each fit whole pixels.
        "--font-render-hinting=none",
    ]
    # Without a path, Playwright's own download.
    return browser_type_launch_args | {"args": flags} | ({"executable_path": path} if path else {})


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    # Elsewhere the desk says beside each date how far the editor's clock is off.
    return browser_context_args | {"locale": "da-DK", "timezone_id": "Europe/Copenhagen"}


@pytest.fixture(scope="session", autouse=True)
def database_beside_playwright():
    """Playwright keeps an event loop running, beside which Django would not touch the database. Browser tests come
    last, so this reaches no others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


# The server


@pytest.fixture(scope="session")
def server(tmp_path_factory, django_db_setup, django_db_blocker):
    """A server of its own, with the shipped content and one editor who may do everything, and who is logged in."""
    folder = tmp_path_factory.mktemp("server")
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "DJANGO_DATA_DIR": str(folder)}

    def manage(*command):
        subprocess.run([sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=environment, check=True)

    with django_db_blocker.unblock(), closing(sqlite3.connect(folder / "db.sqlite3")) as copy:
        editor = get_user_model().objects.create_superuser(**EDITOR)
        session = log_in(editor)
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode = WAL")
        # The tests' own database is as it was.
        Session.objects.all().delete()
        editor.delete()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [sys.executable, "-m", "gunicorn", "digitalchikane.wsgi", "--bind", address, "--threads", "4"]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--no-control-socket"], cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log
        )
    # By name: passkeys refuse a bare network address.
    url = f"http://localhost:{address.rpartition(':')[2]}"
    try:
        _wait_for(server, f"{url}/robots.txt", folder / "server.log")
        yield SimpleNamespace(url=url, session=session, manage=manage)
    finally:
        server.terminate()
        server.wait(timeout=20)


def log_in(user) -> str:
    """The key of a session of somebody who has logged in with both steps."""
    TOTP.activate(user, SECRET)
    client = Client()
    client.force_login(user)
    session = client.session
    session[FACTOR_OF] = str(user.pk)
    session.save()
    return session.session_key


def _wait_for(server, url, log):
    for _attempt in range(200):
        try:
            with urllib.request.urlopen(url):  # noqa: S310
                return
        except urllib.error.URLError:
            if server.poll() is not None:
                break
            time.sleep(0.1)
    pytest.fail(f"The server did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def site_url(server):
    return server.url


@pytest.fixture(scope="session")
def manage(server):
    """Runs one of Django's commands on the database of the server."""
    return server.manage


@pytest.fixture(scope="session")
def base_url(site_url):
    """Lets tests write `page.goto("/faser/")`."""
    return site_url


# Pages


def watch(page, site_url) -> list[str]:
    """Collects what goes wrong on a page: errors of scripts, refused or missing files, requests to other hosts."""
    faults = []

    def on_console(message):
        # That the document itself was not found is said by the test, if it matters.
        expected = message.text.startswith("Failed to load resource") and message.location["url"] == page.url
        if message.type == "error" and not expected:
            faults.append(f"{page.url}: {message.text} ({message.location['url']})")

    def on_request(request):
        if urlsplit(request.url).scheme in ("http", "https") and not request.url.startswith(f"{site_url}/"):
            faults.append(f"{page.url} asked {request.url}")

    def on_failure(request):
        # A page that is left takes back what it had not received yet.
        if request.failure != "net::ERR_ABORTED":
            faults.append(f"{request.url} failed: {request.failure}")

    page.on("console", on_console)
    page.on("request", on_request)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("requestfailed", on_failure)
    return faults


@pytest.fixture
def page(page, site_url):
    faults = watch(page, site_url)
    yield page
    assert faults == []


@pytest.fixture
def page_without_script(new_context, site_url):
    page = new_context(java_script_enabled=False).new_page()
    faults = watch(page, site_url)
    yield page
    assert faults == []


@pytest.fixture(scope="session")
def session_of_an_editor(server) -> list[dict]:
    """The cookies of somebody who is logged in; whoever logs out takes a login of their own."""
    return [{"name": "sessionid", "value": server.session, "url": server.url}]


@pytest.fixture
def desk(page, session_of_an_editor):
    """A page of somebody who is logged in already."""
    page.context.add_cookies(session_of_an_editor)
    return page


@pytest.fixture
def editor(desk):
    """Somebody who is logged in, on the front page of the desk."""
    desk.goto("/admin/")
    return desk
