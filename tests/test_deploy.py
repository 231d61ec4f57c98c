"""The files of deploy/ agree with the code, with each other, and with what docs/drift.md says about them."""

import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from digitalchikane import server

from .markup import Markup, text

ROOT = settings.BASE_DIR
# What a request carries has such names too.
WSGI = {"DJANGO_SETTINGS_MODULE", "PATH_INFO", "QUERY_STRING", "REQUEST_METHOD"}
DEPLOY = ROOT / "deploy"
RUNBOOK = ROOT / "docs" / "drift.md"


def variables_of_the_code() -> set[str]:
    """Everything that is read from the environment."""
    code = [*(ROOT / "digitalchikane").rglob("*.py")]
    reads = r'(?:environ\.get\(|environ\[|env_bool\(|env_int\(|env_list\(|required\()\s*"([A-Z_]+)"'
    found = {name for path in code for name in re.findall(reads, path.read_text())}
    return {name for name in found - WSGI if not name.startswith("HTTP_")}


def locked(name: str) -> dict[str, str]:
    blocks = re.split(r"\n(?=[a-zA-Z])", (ROOT / name).read_text().strip())
    return {re.split(r"==", block)[0]: block for block in blocks}


def test_every_variable_is_explained_to_the_one_who_runs_the_site():
    runbook = RUNBOOK.read_text()

    assert [name for name in sorted(variables_of_the_code()) if f"`{name}" not in runbook] == []


def test_the_example_sets_only_what_the_code_reads():
    names = set(re.findall(r"^#?([A-Z_]+)=", (DEPLOY / "digitalchikane.env").read_text(), re.MULTILINE))

    assert names <= variables_of_the_code()
    assert {"DJANGO_SECRET_KEY", "DJANGO_ALLOWED_HOSTS", "DJANGO_BEHIND_PROXY"} <= names


def test_timers_start_commands_that_there_are():
    for timer in (DEPLOY / "systemd").glob("*.timer"):
        command = re.search(r"Unit=digitalchikane-run@(\w+)\.service", timer.read_text())[1]
        assert command in get_commands()
        assert timer.name == f"digitalchikane-{command}.timer"
        assert timer.name in RUNBOOK.read_text()


def test_units_and_nginx_meet_at_one_socket_and_one_folder():
    unit = (DEPLOY / "systemd" / "digitalchikane.service").read_text()
    listen = re.search(r"ListenStream=(\S+)", (DEPLOY / "systemd" / "digitalchikane.socket").read_text())[1]

    assert f"server unix:{listen} max_fails=0;" in (DEPLOY / "nginx" / "digitalchikane.conf").read_text()
    assert "DJANGO_DATA_DIR=/var/lib/digitalchikane" in (DEPLOY / "digitalchikane.env").read_text()
    assert "StateDirectory=digitalchikane" in unit
    start = shlex.split(re.search(r"ExecStart=(.*)", unit)[1])
    assert start[start.index("--config") + 1] == Path(server.__file__).relative_to(ROOT).as_posix()
    # systemd waits longer than gunicorn does for what has begun.
    assert int(re.search(r"TimeoutStopSec=(\d+)", unit)[1]) > 30


def test_the_container_takes_everything_the_site_is_made_of_and_runs_as_nobody():
    recipe = (DEPLOY / "Containerfile").read_text()
    copied = set(re.findall(r"^COPY (?:deploy/)?(\S+)", recipe, re.MULTILINE))

    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    made_of = {path.split("/")[0] for path in tracked if "/" in path and not path.startswith(".")}
    assert made_of - copied <= {"deploy", "docs", "tests"}
    assert re.search(r"^USER (?!root)", recipe, re.MULTILINE)
    assert "--require-hashes" in recipe
    assert "http" not in recipe.replace("http://127.0.0.1:8000/sund", "")


def test_what_more_machines_need_is_locked_as_it_is_tested():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    services, tested = locked("requirements-services.txt"), locked("requirements-dev.txt")

    assert all(tested[name] == block for name, block in services.items())
    assert all("--hash=sha256:" in block for block in services.values())
    for wanted in (each for extra in extras.values() for each in extra):
        assert re.match(r"[a-z]+", wanted)[0] in services


# The pages of nginx, by language, and where their buttons lead.
ERRORS = DEPLOY / "fejl"
WAYS = {"da": {"/", "/soeg/"}, "en": {"/en/", "/en/search/"}}


@pytest.mark.parametrize("page", sorted(ERRORS.rglob("*.html")), ids=lambda page: str(page.relative_to(ERRORS)))
def test_a_page_of_nginx_is_whole_and_fetches_nothing_but_its_style(page):
    language = "en" if page.parent.name == "en" else "da"
    markup = Markup(page.read_text())

    assert markup.parse_errors == []
    assert markup.one("html").get("lang") == language
    with translation.override(language):
        assert text(markup.one("title")) == f"{text(markup.one('h1'))} · {gettext('Digital harassment')}"
        assert WAYS[language] == {reverse("guides:home"), reverse("guides:search")}
    assert [link.get("href") for link in markup.all("link")] == ["/_fejl/fejl.css"]
    assert markup.all("script", "style", "img") == []
    # The same numbers as the site's own page of this kind, and no others.
    own = Markup((ROOT / "templates" / "_our_fault.html").read_text())
    numbers = {link.get("href") for link in own.all("a") if link.get("href").startswith("tel:")}
    assert {link.get("href") for link in markup.all("a")} - WAYS[language] <= numbers


def test_every_page_that_nginx_names_is_there_in_each_language():
    named = re.findall(r"/_fejl/\$\{in_language\}(\d+\.html)", (DEPLOY / "nginx" / "digitalchikane.conf").read_text())

    for folder in (ERRORS, ERRORS / "en"):
        assert sorted(set(named)) == sorted(page.name for page in folder.glob("*.html"))
