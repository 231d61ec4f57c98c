"""A copy of the site, served by nginx with the file of deploy/ and nothing behind it."""

import gzip
import http.client
import ssl
from contextlib import closing

import pytest

from tests.bench.servers import exported

from .deployment import NAME, answered, manage
from .test_deploy import heading

GONE = "/situationer/stalking/"
ADDRESSES = ["/", "/faser/dokumenter/", "/en/", "/kort/", GONE]
# A copy of a few pages, one of them withdrawn, for as long as they are copied.
COPY = """
from django.core.management import call_command
from django.utils import timezone
from digitalchikane.export import crawl
from guides.models import PageEdition
crawl.beginnings = lambda: {addresses!r}
crawl.leads_to = lambda *answer: []
page = PageEdition.objects.live().get(document__key="stalking")
gone = page.copy(live_from=timezone.now(), is_withdrawal=True, withdrawal_reason_da="Siden var forældet.")
call_command("export", {folder!r}, site={site!r})
gone.delete()
"""


@pytest.fixture(scope="module")
def copy(nodes, database_url, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export")
    code = COPY.format(addresses=ADDRESSES, folder=str(folder / "copy"), site=f"https://{NAME}")
    manage(nodes[0].data, "shell", "--verbosity=0", "--command", code, DATABASE_URL=database_url)
    server = exported(folder / "nginx", folder / "copy")
    server.start()

    def ask(path, method="GET", **headers):
        context = ssl.create_default_context(cafile=str(server.folder / "fullchain.pem"))
        with closing(http.client.HTTPSConnection(NAME, server.port, timeout=20, context=context)) as connection:
            return answered(connection, method, path, headers)

    yield ask
    server.stop()


def test_pages_are_the_sites_own_with_its_headers_and_packed(copy, proxy):
    for path in ("/", "/faser/dokumenter/", "/en/"):
        page, live = copy(path), proxy.ask(path)
        assert (page.status, heading(page)) == (200, heading(live))
        for name in ("content-type", "content-language", "x-content-type-options", "permissions-policy"):
            assert page.headers[name] == live.headers[name], name
        assert "default-src 'none'" in page.headers["content-security-policy"]
        packed = copy(path, **{"Accept-Encoding": "gzip"})
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed.body) == page.body


def test_what_moved_leads_on_and_what_is_gone_or_never_was_is_told(copy):
    short = copy("/kort/")
    assert (short.status, short.headers["location"]) == (301, "/samtalekort/")
    gone = copy(GONE)
    assert gone.status == 410
    assert "Siden var forældet." in gone.text
    missing = copy("/findes-ikke/")
    assert missing.status == 404
    assert "findes ikke" in missing.text
    for hidden in ("/.export/nginx.conf", "/_headers", "/_redirects"):
        assert copy(hidden).status == 404


def test_nothing_but_reading_is_answered(copy):
    assert copy("/", "HEAD").status == 200
    for method in ("POST", "PUT", "DELETE"):
        assert copy("/", method).status == 405
