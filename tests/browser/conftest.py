"""One real server with the shipped content, and one browser that fails a test at the first error on a page."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import pytest
from django.conf import settings

EDITOR = {"username": "redaktoer", "password": "en-lang-adgangskode"}
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


@pytest.fixture(scope="session")
def site_url(tmp_path_factory):
    """The address of a server of its own, with the shipped content and one editor who may do everything."""
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [sys.executable, "-m", "gunicorn", "digitalchikane.wsgi", "--bind", address, "--threads", "4"]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--no-control-socket"], cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log
        )
    try:
        _wait_for(server, f"http://{address}/robots.txt", folder / "server.log")
        yield f"http://{address}"
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


@pytest.fixture
def editor(page):
    """A page on which an editor has logged in."""
    page.goto("/admin/login/?next=/admin/")
    page.locator("input[name=username]").fill(EDITOR["username"])
    page.locator("input[name=password]").fill(EDITOR["password"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/admin/")
    return page


@pytest.fixture(scope="session")
def session_of_an_editor(browser, site_url) -> list[dict]:
    """The cookies of somebody who has logged in once for all these tests."""
    context = browser.new_context(base_url=site_url)
    page = context.new_page()
    page.goto("/admin/login/")
    page.locator("input[name=username]").fill(EDITOR["username"])
    page.locator("input[name=password]").fill(EDITOR["password"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/admin/")
    cookies = context.cookies()
    context.close()
    return cookies


@pytest.fixture
def desk(page, session_of_an_editor):
    """A page of somebody who is logged in already."""
    page.context.add_cookies(session_of_an_editor)
    return page
