"""The site as it is deployed: two machines behind the nginx of deploy/."""

import http.client
import json
import re
import shutil
import socket
import ssl
import time
import warnings
from contextlib import closing

import pytest
from django.db.migrations.loader import MigrationLoader

from ..markup import Markup, text
from ..test_desk import form_of
from .deployment import NAME, ROOT, Readers, answered, manage, until

FRONT = "/faser/"
DEADLINES = "/vaerktoejer/frister/"
# What readers ask while something is done to the site: pages from nginx's memory and past it, and a form.
ASKS = [
    ("GET", FRONT, None),
    ("GET", f"{FRONT}?x=1", None),
    ("POST", DEADLINES, "incident_on=2026-11-02"),
    ("GET", "/", None),
]


def heading(answer) -> str:
    return text(Markup(answer.text).one("h1"))


# One site


def test_both_machines_show_one_site(nodes, proxy):
    pages = [node.ask(FRONT) for node in nodes]

    assert [page.status for page in pages] == [200, 200]
    assert pages[0].body == pages[1].body
    assert pages[0].headers["etag"] == pages[1].headers["etag"]
    assert proxy.ask(FRONT).body == nodes[1].ask(FRONT, host=f"{NAME}:{proxy.port}").body


def test_a_page_with_its_style_comes_encrypted_compressed_and_without_cookies(proxy):
    page = proxy.ask("/", accept_encoding="gzip, br")
    assert (page.status, page.headers["content-encoding"]) == (200, "br")
    assert "set-cookie" not in page.headers
    assert page.headers["strict-transport-security"].startswith("max-age=63072000")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["server"] == "nginx"

    sheet = re.search(r'href="(/static/css/site\.[^"]+)"', proxy.ask("/").text)[1]
    style = proxy.ask(sheet, accept_encoding="br")
    assert (style.status, style.headers["content-encoding"]) == (200, "br")
    assert "immutable" in style.headers["cache-control"]


def test_a_browser_that_has_the_page_gets_no_second_one(proxy):
    page = proxy.ask(FRONT, accept_encoding="br")

    again = proxy.ask(FRONT, accept_encoding="br", if_none_match=page.headers["etag"])

    assert (again.status, again.body) == (304, b"")


def plainly(proxy, path, host) -> tuple[int, str, str]:
    """Ask without encryption: status, where to, and what is said."""
    with closing(http.client.HTTPConnection("127.0.0.1", proxy.http_port, timeout=10)) as connection:
        answer = answered(connection, "GET", path, {"Host": host})
    return answer.status, answer.headers.get("location", ""), answer.text.strip()


def test_without_encryption_there_is_only_the_way_to_it(proxy):
    assert plainly(proxy, f"{FRONT}?x=1", NAME)[:2] == (301, f"{proxy.origin}{FRONT}?x=1")


def test_only_modern_encryption_is_spoken_and_only_for_our_name(proxy):
    old = proxy.tls
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    for context, name in [(old, NAME), (proxy.tls, "fremmed.example")]:
        with socket.create_connection(("127.0.0.1", proxy.port), 5) as raw, pytest.raises((ssl.SSLError, OSError)):
            context.wrap_socket(raw, server_hostname=name)


def test_a_load_balancer_that_knows_no_name_learns_how_we_are_and_nothing_else(proxy):
    assert plainly(proxy, "/sund", "10.1.2.3") == (200, "", "sund")
    assert plainly(proxy, "/klar", "10.1.2.3") == (200, "", "klar")
    with pytest.raises((http.client.HTTPException, OSError)):
        plainly(proxy, "/", "10.1.2.3")


# Publishing


def test_what_is_published_on_one_machine_is_seen_on_the_other_within_a_second(nodes, open_proxy, desk, ready):
    make = """
from guides.models import Page
draft = Page.objects.get(key="faser").draft()
type(draft).objects.filter(pk=draft.pk).update(title_da="Fem faser, udgivet nu")
print(draft.pk)
"""
    pk = manage(nodes[0].data, "shell", "--no-imports", "-c", make, **nodes[0].more).split()[-1]
    path = f"/admin/guides/pageedition/{pk}/publish/"
    for ask in (*[node.ask for node in nodes], open_proxy.ask):
        assert "udgivet nu" not in ask(FRONT).text
    form = form_of(Markup(desk.open(path).text))

    answer = desk.send(path, list((form | {"is_silent": "on"}).items()))
    published = time.monotonic()

    assert answer.status == 302, text(Markup(answer.text).one("main"))
    for ask, patience in ((nodes[0].ask, 1), (nodes[1].ask, 1), (open_proxy.ask, 2)):
        until(
            lambda ask=ask: "udgivet nu" in ask(FRONT).text, published + patience - time.monotonic(), "the new heading"
        )


# Limits


def test_what_is_too_large_is_refused_in_danish(proxy):
    answer = proxy.ask("/vaerktoejer/breve/dsa-anmeldelse/", "POST", body="x" * 300_000)

    assert answer.status == 413
    assert heading(answer) == "Det fylder for meget"
    assert 'lang="da"' in answer.text


def test_what_cannot_be_read_is_refused_in_danish_and_by_its_right_number(proxy):
    fields = "&".join(f"felt-{number}=" for number in range(6000))
    form = "application/x-www-form-urlencoded"
    refused = {
        (414, "Adressen er for lang"): [proxy.ask("/" + "x" * 9000), proxy.ask("/soeg/?q=" + "ord+" * 5000)],
        (431, "Det kunne vi ikke læse"): [
            proxy.ask("/", x="y" * 9000),
            proxy.ask("/admin/", cookie="a=" + "b" * 40_000),
        ],
        (400, "Det kunne vi ikke læse"): [proxy.ask("/", content_length="-1")],
        (413, "Der blev sendt for meget på én gang"): [proxy.ask(DEADLINES, "POST", body=fields, content_type=form)],
    }

    for expected, answers in refused.items():
        for answer in answers:
            assert (answer.status, heading(answer)) == expected
            assert 'lang="da"' in answer.text


def test_below_en_it_is_refused_in_english(proxy):
    letter = "/en/tools/letters/dsa-anmeldelse/"
    refused = {
        (413, "That is too large"): [proxy.ask(letter, "POST", body="x" * 300_000)],
        (414, "The address is too long"): [proxy.ask("/en/" + "x" * 9000), proxy.ask("/en?q=" + "word+" * 5000)],
        (431, "We could not read that"): [proxy.ask("/en/", x="y" * 9000)],
        (400, "We could not read that"): [proxy.ask("/en/", content_length="-1")],
    }

    for expected, answers in refused.items():
        for answer in answers:
            assert (answer.status, heading(answer)) == expected
            assert 'lang="en"' in answer.text
    # An address that only begins alike is Danish.
    assert heading(proxy.ask("/en-side/" + "x" * 9000)) == "Adressen er for lang"


def test_an_office_reads_unhindered_and_a_flood_is_slowed(proxy):
    """Three hundred pages in one breath from one address, and then one who makes the site work all the time."""
    with Readers(proxy, [("GET", FRONT, None)]) as office:
        until(lambda: office.count > 300, 30, "pages")
    assert office.failed == []

    with Readers(proxy, [("GET", f"/robots.txt?x={number}", None) for number in range(7)], number=8) as flood:
        until(lambda: flood.failed, 30, "an end to it")
    assert {wrong[:3] for wrong in flood.failed} == {"429"}
    # A moment later there may be room for some again, but never for hundreds.
    refused = next(answer for _time in range(500) if (answer := proxy.ask("/robots.txt?x=1")).status != 200)
    assert refused.status == 429
    assert heading(refused) == "Vent et øjeblik"
    assert refused.headers["retry-after"] == "10"
    # Pages that are kept go on.
    assert proxy.ask(FRONT).status == 200


def test_guessing_of_passwords_is_slowed_before_it_reaches_the_site(proxy):
    statuses = [
        proxy.ask(
            "/konto/log-ind/kode/", "POST", body="code=000000", content_type="application/x-www-form-urlencoded"
        ).status
        for _try in range(24)
    ]

    assert statuses[0] in (302, 403)
    assert statuses[-1] == 429
    # To read the page is not to guess.
    assert proxy.ask("/konto/log-ind/").status == 200


def test_two_hundred_slow_connections_hinder_nobody(proxy):
    slow = []
    try:
        for _each in range(200):
            raw = socket.create_connection(("127.0.0.1", proxy.port), 5)
            raw.sendall(b"\x16\x03\x01")
            slow.append(raw)
        for number in range(60):
            raw = proxy.tls.wrap_socket(socket.create_connection(("127.0.0.1", proxy.port), 5), server_hostname=NAME)
            start = (
                b"GET / HTTP/1.1\r\nHost: "
                if number % 2
                else b"POST /vaerktoejer/frister/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90\r\n\r\na"
            )
            raw.sendall(start)
            slow.append(raw)
        waits = []
        for path in [FRONT, "/", "/akut/", f"{FRONT}?x=2"] * 5:
            began = time.monotonic()
            assert proxy.ask(path).status == 200
            waits.append(time.monotonic() - began)
        assert sorted(waits)[int(len(waits) * 0.95) - 1] < 1
    finally:
        for raw in slow:
            raw.close()


# Reloading and updating


def test_a_reload_loses_no_request(nodes, open_proxy, ready):
    before = [node.workers for node in nodes]

    with Readers(open_proxy, ASKS) as readers:
        for node in nodes:
            node.reload()
        until(
            lambda: not any(set(node.workers) & set(old) for node, old in zip(nodes, before, strict=True)),
            40,
            "new workers",
        )
        time.sleep(0.5)

    assert readers.failed == []
    assert readers.count > 20


def test_an_update_with_a_migration_loses_no_request(nodes, open_proxy, tmp_path_factory, ready):
    """A new version in a folder of its own, as docs/drift.md tells: first the database, then one machine after the
    other as `systemctl restart` does it."""
    release = new_version(tmp_path_factory.mktemp("release"))
    with Readers(open_proxy, ASKS) as readers:
        manage(nodes[0].data, "prepare", root=release, **nodes[0].more)
        # The old version goes on over the new tables.
        assert [node.ask("/klar").status for node in nodes] == [200, 200]
        for node in nodes:
            node.root = release
            node.restart()
            until(lambda node=node: node.ask("/klar").status == 200, 20, "a node to be ready")

    assert readers.failed == []
    assert readers.count > 20
    assert readers.slowest < 15


def new_version(folder):
    """The code as it is, and a migration that is not there yet."""
    for name in ("digitalchikane", "guides", "conversations", "templates", "static", "fixtures", "manage.py"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    ((_app, newest),) = MigrationLoader(None).graph.leaf_nodes("guides")
    (folder / "guides" / "migrations" / "9999_later.py").write_text(
        f"""
from django.db import migrations

class Migration(migrations.Migration):
    dependencies = [("guides", "{newest}")]
    operations = [migrations.RunSQL("ALTER TABLE guides_term ADD COLUMN later integer")]
"""
    )
    return folder


# Without a database


def test_without_its_database_the_site_goes_on_for_readers_and_tells_editors(nodes, open_proxy, desk, database, ready):
    kept = {path: open_proxy.ask(path).body for path in ("/", FRONT)}
    database.stop()
    try:
        assert nodes[0].ask("/sund").status == 200
        # What was found holds for a second, here as in nginx.
        not_ready = until(lambda: (answer := nodes[0].ask("/klar")).status == 503 and answer, 10, "/klar to say no")
        assert not_ready.text.strip() == "ikke klar: databasen svarer ikke"
        time.sleep(1)
        for path, body in kept.items():
            answer = open_proxy.ask(path)
            assert (answer.status, answer.body) == (200, body)

        answer = desk.send("/admin/guides/term/add/", [("word_da", "Et ord om natten"), ("csrfmiddlewaretoken", "x")])
        assert answer.status == 503
        assert heading(answer) == "Databasen svarer ikke lige nu"
        assert 'value="Et ord om natten"' in answer.text
        # What no worker had made before.
        assert open_proxy.ask("/kilder/").status == 503
    finally:
        database.start()
    until(lambda: nodes[0].ask("/klar").status == 200, 20, "the database")
    assert desk.open("/admin/").status == 200


def test_without_the_site_readers_get_what_nginx_kept_and_else_where_to_turn(nodes, open_proxy, ready):
    kept = open_proxy.ask("/akut/").body
    for node in nodes:
        node.path.rename(node.path.with_suffix(".away"))
    try:
        answer = open_proxy.ask("/akut/")
        assert (answer.status, answer.body) == (200, kept)
        gone = open_proxy.ask("/sporgsmaal/")
        assert gone.status == 502
        assert heading(gone) == "Siden svarer ikke lige nu"
        assert "tel:112" in [link.get("href") for link in Markup(gone.text).all("a")]
        assert heading(open_proxy.ask("/en/questions/")) == "The site is not answering right now"
        style = Markup(gone.text).one("link").get("href")
        assert open_proxy.ask(style).headers["content-type"] == "text/css"
    finally:
        for node in nodes:
            node.path.with_suffix(".away").rename(node.path)


# What is written down


def test_no_log_says_who_read_or_what_they_typed(nodes, proxy):
    marks = {
        "User-Agent": "Sjaelden-browser",
        "Referer": "https://kollega.example/karen",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    asks = [
        ("GET", "/soeg/?q=karenmargrethe", None),
        ("GET", "/karenmargrethe/", None),
        ("GET", "/gennemsyn/karenmargrethe/", None),
        ("GET", FRONT, None),
        ("POST", DEADLINES, "incident_on=karenmargrethe"),
        ("GET", "/?" + "karen" * 2000, None),
    ]
    for method, path, body in asks:
        # Loopback has many addresses.
        connection = http.client.HTTPSConnection(
            NAME, proxy.port, timeout=20, context=proxy.tls, source_address=("127.0.0.77", 0)
        )
        with closing(connection):
            answered(connection, method, path, marks, body)

    logs = [proxy.folder / "access.log", proxy.folder / "error.log", *[node.log for node in nodes]]
    for log in logs:
        for secret in ("karen", "kollega", "sjaelden", "127.0.0.77"):
            assert secret not in log.read_text().lower(), log
    lines = [json.loads(line) for line in proxy.access_log().splitlines()]
    assert any(line["path"] == FRONT and line["status"] == 200 for line in lines)
