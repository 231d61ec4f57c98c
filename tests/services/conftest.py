"""Two machines behind nginx, on a real PostgreSQL and a real Redis, started once for all tests of this folder.

Run by `make test-services` (.ci/services starts and stops the databases and says where they are).
"""

import os
import shlex
import shutil
import subprocess
from urllib.parse import urlsplit

import psycopg
import pytest

from .deployment import Desk, Node, Proxy, manage, until

EDITOR = {"name": "redaktoer", "password": "kontrabas under ni fregner", "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}

# Somebody who has logged in with both steps, and a page with a draft.
PREPARE = """
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import get_user_model
from django.test import Client
from digitalchikane.accounts.sessions import FACTOR_OF
user = get_user_model().objects.create_superuser({name!r}, "", {password!r})
TOTP.activate(user, {secret!r})
client = Client()
client.force_login(user)
session = client.session
session[FACTOR_OF] = str(user.pk)
session.save()
print(session.session_key)
"""


@pytest.fixture(scope="session")
def database_url():
    """A database of its own on the server that is there."""
    url = os.environ.get("DATABASE_URL", "")
    assert url.startswith("postgresql://"), "Run these by `make test-services`."
    name = f"site_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()


class Database:
    """The PostgreSQL server, to be stopped and started."""

    def __init__(self, url):
        self.url = url
        self.control = shlex.split(os.environ["SERVICES_POSTGRES"])

    def stop(self):
        subprocess.run([*self.control, "-m", "fast", "stop"], check=True, capture_output=True)

    def start(self):
        subprocess.run([*self.control, "-w", "start"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def database(database_url):
    return Database(database_url)


@pytest.fixture(scope="session")
def nodes(database_url, tmp_path_factory):
    """Two machines with data folders of their own, one database and one cache."""
    more = {"DATABASE_URL": database_url}
    folders = [tmp_path_factory.mktemp(f"node{number}") for number in (1, 2)]
    manage(folders[0], "prepare", **more)
    # What `prepare` collects is the same on every machine.
    shutil.copytree(folders[0] / "static", folders[1] / "static")
    made = [Node(folder, more) for folder in folders]
    try:
        for node in made:
            node.start(wait=False)
        yield [node.answers() for node in made]
    finally:
        for node in made:
            node.stop(wait=False)
        for node in made:
            node.close()


def _proxy(tmp_path_factory, nodes, **options):
    proxy = Proxy(tmp_path_factory.mktemp("nginx"), nodes, **options)
    try:
        yield proxy.start()
    finally:
        proxy.stop()


@pytest.fixture(scope="session")
def proxy(tmp_path_factory, nodes):
    """nginx as it is shipped, in front of both machines."""
    yield from _proxy(tmp_path_factory, nodes)


@pytest.fixture(scope="session")
def open_proxy(tmp_path_factory, nodes):
    """The same without limits of requests: one test stands for many readers."""
    yield from _proxy(tmp_path_factory, nodes, rate="100000r/s")


@pytest.fixture(scope="session")
def session(nodes):
    """The key of somebody's login."""
    shell = PREPARE.format(**EDITOR)
    return manage(nodes[0].data, "shell", "--no-imports", "-c", shell, **nodes[0].more).split()[-1]


@pytest.fixture
def desk(open_proxy, session):
    return Desk(open_proxy, session)


@pytest.fixture
def ready(nodes):
    """Every node is ready when a test begins, and again when it ends."""

    def wait():
        for node in nodes:
            until(lambda node=node: node.ask("/klar").status == 200, 20, "a node to be ready")

    wait()
    yield
    wait()
