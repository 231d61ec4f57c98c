"""What a worker holds that only ever serves readers."""

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


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def data(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    with django_db_blocker.unblock():
        copy_content(folder)
    return folder


def test_what_readers_seldom_need_is_not_loaded_for_a_page(data):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "DJANGO_DATA_DIR": str(data)}
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    status, page = done.stdout.splitlines()
    is_whole, *loaded = page.split()
    assert (status, is_whole) == ("200 OK", "True")
    assert SELDOM & set(loaded) == set()
