"""One real server with the shipped content, and one browser that fails a test at the first error on a page."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.conf import settings

EDITOR = {"username": "redaktoer", "password": "en-lang-adgangskode"}
# What the editor's app holds.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BROWSERS = ["chromium", "chromium-browser", "google-chrome"]


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


# Somebody who has logged in with both steps, as one row of the server's database.
LOGGED_IN = f"""
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import get_user_model
from django.test import Client
from digitalchikane.accounts.sessions import FACTOR_OF
user = get_user_model().objects.get()
TOTP.activate(user, "{SECRET}")
client = Client()
client.force_login(user)
session = client.session
session[FACTOR_OF] = str(user.pk)
session.save()
print(session.session_key)
"""


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A server of its own, with the shipped content and one editor who may do everything, and who is logged in."""
    folder = tmp_path_factory.mktemp("server")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DJANGO_DATA_DIR": str(folder),
        "DJANGO_SUPERUSER_USERNAME": EDITOR["username"],
        "DJANGO_SUPERUSER_PASSWORD": EDITOR["password"],
        "DJANGO_SUPERUSER_EMAIL": "redaktoer@example.org",
    }

    def manage(*command):
        subprocess.run([sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=environment, check=True)

    manage("migrate", "--verbosity=0")
    manage("load_content", "--verbosity=0")
    manage("createsuperuser", "--noinput", "--verbosity=0")
    shell = [sys.executable, "manage.py", "shell", "--no-imports", "-c", LOGGED_IN]
    session = subprocess.run(shell, cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True, text=True)
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
        yield SimpleNamespace(url=url, session=session.stdout.strip(), manage=manage)
    finally:
        server.terminate()
        server.wait(timeout=20)


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
