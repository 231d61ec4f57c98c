"""What a worker holds: little while it only serves readers, and never more for every PDF that it makes."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from .serving import copy_content

# What editors need, a command, or a reader who takes a file home.
SELDOM = {"PIL", "cryptography", "docx", "fido2", "httpx", "icalendar", "snowballstemmer", "typst", "xlsxwriter"}
ASK = """
import sys
from wsgiref.util import setup_testing_defaults
from digitalchikane import server, worker, wsgi

environ = {"HTTP_HOST": "localhost", "PATH_INFO": "/faser/stop-chikanen/"}
setup_testing_defaults(environ)
page = b"".join(wsgi.application(environ, lambda status, headers: print(status)))
print(len(page) > 10_000, *sys.modules)
"""


def python(code: str, *arguments: str, **more) -> str:
    """What a process of its own prints."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"} | more
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def data(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    with django_db_blocker.unblock():
        copy_content(folder)
    return folder


@pytest.mark.django_db
def test_what_readers_seldom_need_is_not_loaded_for_a_page(data):
    status, page = python(ASK, DJANGO_DATA_DIR=str(data)).splitlines()
    is_whole, *loaded = page.split()
    assert (status, is_whole) == ("200 OK", "True")
    assert SELDOM & set(loaded) == set()


LONG = """
#set document(title: "Long")
#set text(lang: "da", font: "Source Sans Pro")
#let data = json(bytes(sys.inputs.data))
#for number in range(%d) [= #data.title #number
#lorem(90) #data.title]
#metadata(1) <seen>
"""
SET = """
import os, subprocess, sys
from pathlib import Path
import django

django.setup()
from digitalchikane import typesetting

def memory():
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(os.getpid())])) * 1024

template, times = Path(sys.argv[1]), int(sys.argv[2])
held = []
for number in range(3 * times):
    %s
    held.append(memory())
print(max(held[:times]) // 2**20, max(held) // 2**20)
"""
MAKE = """typesetting.make(template, {"title": f"Paper {number}"})"""
QUERY = """typesetting.query(template, {"title": f"Paper {number}"}, "<seen>")"""


@pytest.mark.parametrize(("what", "times", "length"), [(MAKE, 3, 300), (QUERY, 20, 50)], ids=["made", "measured"])
def test_one_long_paper_after_another_takes_no_more_memory_than_a_few(tmp_path, what, times, length):
    template = tmp_path / "long.typ"
    template.write_text(LONG % length)
    early, late = map(int, python(SET % what, str(template), str(times)).split())
    assert late < early + 60
