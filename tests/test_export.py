"""The site as files: all that readers get, nothing that they do not, the same bytes each time, put in place whole."""

import gzip
import json
import os
import re
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from conversations import codes, pdf
from conversations.models import CardEdition
from digitalchikane import contentversion, typesetting
from digitalchikane.export import asking, crawl, files, folder, servers
from digitalchikane.export.asking import Answer, Site
from digitalchikane.export.crawl import Copy, ExportFailed
from digitalchikane.export.files import File
from digitalchikane.export.places import place
from guides.factbook import FactBook
from guides.models import Page, PageEdition

from .markup import Markup, text

# Some need no database, but the copy that they look at does.
pytestmark = pytest.mark.django_db


class Exported:
    def __init__(self, folder: Path, said: str):
        self.folder, self.said = folder, said

    def __getitem__(self, name: str) -> str:
        return (self.folder / name).read_text(encoding="utf-8")

    def __contains__(self, name: str) -> bool:
        return (self.folder / name).exists()

    @property
    def pages(self) -> dict[str, str]:
        return {str(file.relative_to(self.folder)): file.read_text() for file in self.folder.rglob("*.html")}


class RollBack(Exception):
    pass


@pytest.fixture(scope="module")
def exported(django_db_blocker, tmp_path_factory, answers):
    """The whole site, with a draft, a page to come and one that was withdrawn, as it was put in a folder once. Paper
    and pictures have tests of their own: here their place is taken by a few bytes. English pages are those that were
    asked for already, where they have no forms."""
    ask = Site.ask

    def known(site, address):
        answer = answers.get(address)
        if answer is None or answer.language == "da" or answer.response.status_code != 200 or "<form" in answer.html:
            return ask(site, address)
        headers = {n: v for n, v in answer.response.items() if n.lower() not in asking.OF_THE_ANSWER}
        return Answer(200, headers, answer.response.content)

    target, said = tmp_path_factory.mktemp("export") / "copy", StringIO()
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(Site, "ask", known)
        patch.setattr(pdf, "sheets", lambda *args: b"%PDF sheets")
        patch.setattr(typesetting, "kept", lambda *args: b"%PDF guide")
        patch.setattr(typesetting, "kept_picture", lambda *args: b"a picture")
        patch.setattr(files, "BROTLI_QUALITY", 1)
        try:
            with transaction.atomic():
                _add_pages()
                call_command("export", target, site="http://testserver", stdout=said, stderr=said)
                raise RollBack
        except RollBack:
            pass
    return Exported(target, said.getvalue())


def _add_pages():
    now = timezone.now()
    for slug, live_from in {"kladden": None, "i-morgen": now + timedelta(days=1), "trukket": now}.items():
        document = Page.objects.create(key=slug, kind="page", slug_da=slug, position=9000)
        edition = {"document": document, "title_da": f"Om {slug}", "summary_da": "Kort.", "live_from": live_from}
        PageEdition.objects.create(**edition)
    PageEdition.objects.create(
        document=document,
        number=2,
        live_from=now,
        is_withdrawal=True,
        withdrawal_reason_da="Rådene var forældede.",
        replacement="side:forbered",
    )


# What is there


def test_every_page_that_readers_reach_is_a_file_with_the_same_bytes(exported, answers):
    missing, different = [], []
    for path, answer in answers.items():
        # The list of what is new tells of the page that was withdrawn for this test.
        if answer.response.status_code != 200 or "?" in path or path == "/nyt/":
            continue
        name = f"{path.lstrip('/')}index.html" if path.endswith("/") else path.lstrip("/")
        if name not in exported:
            missing.append(path)
        # Links to files and forms are what differs; a page without them is the same to the last byte.
        elif not re.search(r'<form|href="[^"]*(\?|/tekst/|/text/|/pdf/|/fi[lk]e?/)', answer.html):
            different += [path] if exported[name] != answer.html else []

    assert (missing, different) == ([], [])


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("robots.txt", "User-agent"),
        ("sitemap.xml", "<?xml"),
        ("nyt/feed.atom", "<?xml"),
        ("en/news/feed.atom", "<?xml"),
        ("404.html", "<!DOCTYPE"),
        ("en/404.html", "<!DOCTYPE"),
        ("vaerktoejer/fil/log.csv", "\ufeff"),
        ("samtalekort/foerste-samtale/tekst/foerste-samtale.txt", ""),
        ("samtalekort/foerste-samtale/vis-stor/index.html", "<!DOCTYPE"),
        ("samtalekort/ark/fase-1/index.html", "<!DOCTYPE"),
        ("samtalekort/ark-kort-1-format-fold.pdf", "%PDF"),
        ("hele-vejledningen/pdf/hele-vejledningen.pdf", "%PDF"),
    ],
)
def test_so_are_feeds_files_and_what_stands_behind_a_question_mark(exported, name, begins):
    assert exported[name].startswith(begins)


def test_word_files_and_workbooks_are_there(exported):
    assert (exported.folder / "vaerktoejer/fil/log.xlsx").read_bytes().startswith(b"PK")
    assert (exported.folder / "vaerktoejer/breve/politik.docx").read_bytes().startswith(b"PK")


def test_whoever_scans_a_printed_card_is_answered(exported, db):
    card = CardEdition.objects.live().for_readers().first()

    assert f"k/{codes.code_for(card, FactBook())}/index.html" in exported


def test_whoever_types_a_short_address_from_paper_is_led_on(exported):
    made = exported[".export/nginx.conf"]

    for old, new in {"/3": "/faser/stop-chikanen/", "/5/": "/faser/debriefing/", "/kort": "/samtalekort/"}.items():
        assert f'  "{old}" "{new}";' in made
    assert 'url=/faser/stop-chikanen/"' in exported["3/index.html"]
    assert "en/3/index.html" in exported


def test_every_link_of_the_copy_leads_to_a_file_or_a_place_on_it(exported):
    assert "Links that lead nowhere: 0\n" in exported.said


def test_nothing_asks_for_a_server(exported):
    assert [name for name, html in exported.pages.items() if "<form" in html] == []
    assert [name for name, html in exported.pages.items() if re.search(r'(href|src)="/[^"#]*\?', html)] == []


def test_where_a_form_was_stands_a_plain_word(exported):
    for name in ("vaerktoejer/frister/index.html", "vaerktoejer/breve/til-platformen/index.html"):
        assert "Formularen er ikke med i denne kopi" in text(Markup(exported[name]).one("main"))
    assert "The form is not in this copy" in exported["en/tools/deadlines/index.html"]


def test_cards_and_the_checklist_work_without_their_forms(exported):
    cards = Markup(exported["samtalekort/index.html"])
    assert "/samtalekort/ark/kort-alle-format-fold/" in {link.get("href") for link in cards.all("a")}
    assert cards.all("input") == cards.all("button") == []
    ticks = Markup(exported["vaerktoejer/tjekliste/index.html"])
    assert len(ticks.all("input", type="checkbox")) > 10
    assert [button.get("type") for button in ticks.all("button")] == ["button"]


def test_nothing_that_is_not_live_is_in_it(exported):
    everything = "".join(exported.pages.values()) + exported["sitemap.xml"]

    assert [
        word for word in ("Om kladden", "kladden/", "Om i-morgen", "i-morgen/", "Om trukket") if word in everything
    ] == []


def test_a_withdrawn_page_says_why_and_servers_know_that_it_is_gone(exported):
    assert "Rådene var forældede." in exported["trukket/index.html"]
    assert '  "/trukket/" "1";' in exported[".export/nginx.conf"]


def test_an_old_address_leads_on_with_and_without_a_server_that_can(exported):
    assert '"/was" "/om/tilgaengelighed/";' in exported[".export/nginx.conf"]
    assert '"/was/" "/om/tilgaengelighed/";' in exported[".export/nginx.conf"]
    assert "/was/ /om/tilgaengelighed/ 301\n" in exported["_redirects"]
    page = Markup(exported["was/index.html"])
    assert page.one("meta", http_equiv="refresh").get("content") == "0; url=/om/tilgaengelighed/"
    assert page.one("a").get("href") == "/om/tilgaengelighed/"


def test_packed_files_hold_the_same_as_those_beside_them(exported):
    page = (exported.folder / "faser/index.html").read_bytes()

    assert gzip.decompress((exported.folder / "faser/index.html.gz").read_bytes()) == page
    assert brotli.decompress((exported.folder / "faser/index.html.br").read_bytes()) == page
    assert not list(exported.folder.rglob("*.pdf.gz")) + list(exported.folder.rglob("*.woff2.br"))


# Headers


def policy(header: str) -> set[str]:
    return {part.strip() for part in header.split(";")}


def test_servers_are_told_the_headers_that_the_site_sends(exported, db):
    live = Client().get("/faser/").headers
    told = json.loads(exported[".export/files.json"])["faser/index.html"]["headers"]

    assert policy(told.pop("Content-Security-Policy")) == policy(live["Content-Security-Policy"])
    assert told == {name: live[name] for name in told}
    assert {"X-Frame-Options", "Referrer-Policy", "X-Content-Type-Options", "Permissions-Policy"} <= told.keys()
    assert f"  X-Frame-Options: {live['X-Frame-Options']}\n" in exported["_headers"]
    assert f'  default "{live["X-Frame-Options"]}";' in exported[".export/nginx.conf"]
    assert f'  default "{live["Cache-Control"]}";' in exported[".export/nginx.conf"]


def test_the_file_for_nginx_sends_every_one_of_them_and_knows_every_type(exported):
    server = (settings.BASE_DIR / "deploy" / "nginx-export.conf").read_text()
    made = exported[".export/nginx.conf"]

    used, defined = set(re.findall(r"\$copy_\w+", server)), set(re.findall(r"^map \S+ (\$copy_\w+)", made, re.M))
    assert used == defined
    for name in servers.HEADERS:
        assert f"add_header {name} ${'copy_' + name.lower().replace('-', '_')} always;" in server
    kinds = {file.suffix[1:] for file in exported.folder.rglob("*.*") if file.is_file()}
    known = set(re.findall(r"^        \S+/\S+ (\w+);", server, re.M))
    assert kinds - {"br", "gz", "conf"} <= known


# The same bytes


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/faser/dokumenter/",
        "/kilder/",
        "/hele-vejledningen/",
        "/nyt/feed.atom",
        "/sitemap.xml",
        "/samtalekort/ark.pdf?kort=1&format=fire",
        "/vaerktoejer/breve/politik.docx",
        "/vaerktoejer/fil/log.xlsx",
    ],
)
def test_at_another_time_of_day_the_same_bytes_are_written(address, db, monkeypatch):
    first = Site("http://testserver").ask(address)
    now = timezone.localtime()
    later = timedelta(hours=-5 if now.hour > 12 else 5)
    moment = (now + later).timestamp() - time.time()
    really, local = time.time, time.localtime
    monkeypatch.setattr(time, "time", lambda: really() + moment)
    monkeypatch.setattr(
        time, "localtime", lambda seconds=None: local(really() + moment if seconds is None else seconds)
    )
    monkeypatch.setattr(timezone, "now", lambda: now + later)
    typesetting._memory.clear()
    for kept in (settings.DATA_DIR / "pdf").glob("*.pdf"):
        kept.unlink()

    second = Site("http://testserver").ask(address)

    assert first.status == second.status == 200
    assert first.body == second.body
    assert first.headers == second.headers


def test_the_order_of_a_policy_is_always_the_same():
    assert asking._ordered("b 'self'; a 'none';") == asking._ordered("a 'none'; b 'self'") == "a 'none'; b 'self'"


def small(body=b"side", **headers) -> File:
    return File(body, {"Content-Type": "text/html"} | headers)


def test_the_same_content_has_the_same_time_and_another_content_another(tmp_path):
    for name, page in {"a": b"ring 112", "b": b"ring 112", "c": b"ring 114"}.items():
        folder.put(tmp_path / name, {"index.html": small(page)}, {".export/files.json": "{}"})
    first, second, other = [(tmp_path / name / "index.html").stat().st_mtime for name in "abc"]

    assert first == second != other
    assert (tmp_path / "a").stat().st_mtime == (tmp_path / "c").stat().st_mtime


# Put in place


def test_a_copy_takes_the_place_of_the_earlier_one_whole(tmp_path):
    target = tmp_path / "copy"
    folder.put(target, {"index.html": small(), "gammel/index.html": small()}, {".export/files.json": "{}"})
    folder.put(target, {"index.html": small(b"ny"), "ny/index.html": small()}, {".export/files.json": "{}"})

    names = {str(file.relative_to(target)) for file in target.rglob("*") if file.is_file()}
    assert names == {"index.html", "ny/index.html", ".export/files.json"}
    assert (target / "index.html").read_bytes() == b"ny"
    assert os.listdir(tmp_path) == ["copy"]
    assert oct((target / "index.html").stat().st_mode)[-3:] == "644" and oct(target.stat().st_mode)[-3:] == "755"


def test_an_export_that_fails_leaves_the_earlier_copy_and_nothing_beside(tmp_path, monkeypatch):
    target = tmp_path / "copy"
    folder.put(target, {"index.html": small()}, {".export/files.json": "{}"})
    monkeypatch.setattr(folder, "_write", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        folder.put(target, {"index.html": small(b"ny")}, {})

    assert (target / "index.html").read_bytes() == b"side"
    assert os.listdir(tmp_path) == ["copy"]


def test_where_folders_cannot_be_exchanged_they_are_renamed(tmp_path, monkeypatch):
    target = tmp_path / "copy"
    folder.put(target, {"index.html": small()}, {".export/files.json": "{}"})
    monkeypatch.setattr(folder.ctypes, "CDLL", lambda *args, **options: object())

    folder.put(target, {"index.html": small(b"ny")}, {".export/files.json": "{}"})

    assert (target / "index.html").read_bytes() == b"ny"
    assert os.listdir(tmp_path) == ["copy"]


def test_a_folder_with_anything_else_in_it_is_never_replaced(tmp_path):
    (tmp_path / "brev.txt").write_text("vigtigt")

    for target in (tmp_path, tmp_path / "brev.txt", tmp_path / "ikke" / "her"):
        with pytest.raises(CommandError, match="Nothing was changed"):
            call_command("export", target)

    assert (tmp_path / "brev.txt").read_text() == "vigtigt"


# What goes wrong


class Answering:
    """A site that says what a test wants."""

    origin = "https://www.digitalchikane.dk"
    own = Site.own

    def __init__(self, *pages: tuple[str, str], status=200):
        self.pages, self.status = dict(pages), status

    def ask(self, address):
        if address not in self.pages:
            return Answer(404)
        return Answer(self.status, {"Content-Type": "text/html"}, self.pages[address].encode())


def crawled(site, monkeypatch) -> Copy:
    monkeypatch.setattr(crawl, "beginnings", lambda: ["/"])
    return crawl.crawl(site)


def test_a_fault_of_the_site_stops_the_export(monkeypatch):
    with pytest.raises(ExportFailed, match="/ answers 500"):
        crawled(Answering(("/", "fejl"), status=500), monkeypatch)


def test_links_that_lead_on_without_end_are_found_out(monkeypatch):
    monkeypatch.setattr(crawl, "MOST_ADDRESSES", 20)

    class Endless(Answering):
        def ask(self, address):
            return Answer(200, {"Content-Type": "text/html"}, f'<a href="{address}x/">'.encode())

    with pytest.raises(ExportFailed, match="without end"):
        crawled(Endless(), monkeypatch)


def test_dead_links_and_places_that_are_not_there_are_named(monkeypatch):
    home = '<h1 id="top"></h1><a href="#top"></a><a href="#nej"></a><a href="/vaek/"></a><a href="/to/#nej"></a>'
    site = Answering(("/", home + '<a href="https://andre.example/"></a>'), ("/to/", '<p id="ja"></p>'))
    copy = crawled(site, monkeypatch)
    monkeypatch.setattr(files, "not_found", dict)

    found = files.dead_ends(copy, files.files(copy, site), site)

    assert [each.partition(" → ")[2] for each in found] == ["#nej", "/vaek/", "/to/#nej"]


def test_two_addresses_never_share_a_file(monkeypatch):
    monkeypatch.setattr(files, "not_found", dict)
    site = Answering(("/", '<a href="/a/?b=1"></a><a href="/a/b-1/"></a>'), ("/a/?b=1", "en"), ("/a/b-1/", "to"))

    with pytest.raises(ExportFailed, match="a/b-1/index.html"):
        files.files(crawled(site, monkeypatch), site)


def test_what_is_made_for_one_reader_is_not_kept(monkeypatch):
    monkeypatch.setattr(files, "not_found", dict)

    class OfOne(Answering):
        def ask(self, address):
            answer = super().ask(address)
            answer.headers |= {"Cache-Control": "no-store"} if "?" in address else {}
            return answer

    page = '<a href="/soeg/?q=chef">Søg</a>'
    site = OfOne(("/", page), ("/soeg/", page), ("/soeg/?q=chef", "svar"))

    found = files.files(crawled(site, monkeypatch), site)

    assert set(found) == {"index.html", "soeg/index.html"}
    assert found["index.html"].body.decode() == '<a href="/soeg/">Søg</a>'


def test_where_somebody_publishes_meanwhile_it_is_begun_again(tmp_path, monkeypatch, db):
    versions = iter([1, 2, 3, 3])
    monkeypatch.setattr(contentversion, "number", lambda: next(versions))
    monkeypatch.setattr(crawl, "beginnings", lambda: ["/robots.txt"])

    call_command("export", tmp_path / "copy", stdout=StringIO())

    assert next(versions, "used up") == "used up"
    assert (tmp_path / "copy" / "robots.txt").exists()


@pytest.mark.parametrize("site", ["www.digitalchikane.dk", "ftp://x.dk", "https://x.dk/under/", "https://"])
def test_an_address_that_is_none_is_refused(tmp_path, site):
    with pytest.raises(CommandError, match="no address of a site"):
        call_command("export", tmp_path / "copy", site=site)


def test_a_host_that_the_site_does_not_answer_to_is_refused(tmp_path, db):
    with pytest.raises(CommandError, match="does not answer to evil.example"):
        call_command("export", tmp_path / "copy", site="https://evil.example")


@pytest.mark.parametrize(
    ("address", "type", "disposition", "file", "led"),
    [
        ("/", "text/html", "", "index.html", "/"),
        ("/faser/", "text/html", "", "faser/index.html", "/faser/"),
        ("/a/?vis=stor", "text/html", "", "a/vis-stor/index.html", "/a/vis-stor/"),
        ("/a.pdf?kort=1&format=x", "application/pdf", "", "a-kort-1-format-x.pdf", "/a-kort-1-format-x.pdf"),
        ("/a/pdf/", "application/pdf", "", "a/pdf/a.pdf", "/a/pdf/a.pdf"),
        ("/a/fil/", "text/html", 'attachment; filename="b.html"', "a/fil/a.html", "/a/fil/a.html"),
        ("/robots.txt", "text/plain", "", "robots.txt", "/robots.txt"),
    ],
)
def test_every_answer_has_a_place_that_says_what_it_is(address, type, disposition, file, led):
    found = place(address, type, disposition)

    assert (found.file, found.address) == (file, led)
