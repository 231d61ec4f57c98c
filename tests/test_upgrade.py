"""A site of the first version, with what its editors did, brought to what the code is now."""

import gzip
import sqlite3
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import Client
from django.utils import timezone, translation

from conversations.models import Card
from digitalchikane.publishing.models import State
from digitalchikane.publishing.texts import texts
from digitalchikane.updates.waiting import all_waiting
from guides.models import Fact, Page, PageEdition, Route, Term

from .test_desk import Desk, address_of

pytestmark = pytest.mark.django_db

DUMP = Path(__file__).parent / "data" / "first-version.sql.gz"


@pytest.fixture(scope="module")
def first_version(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("upgrade") / "db.sqlite3"
    with sqlite3.connect(path) as database:
        database.executescript(gzip.decompress(DUMP.read_bytes()).decode())
    return path


@pytest.fixture(scope="module")
def before(first_version) -> dict[str, dict]:
    """The Danish texts of every row, by table and number, as they were."""
    return danish_texts(first_version)


@pytest.fixture(scope="module")
def upgraded(first_version, before, django_db_setup, django_db_blocker):
    """The same site after the update, in the place of the tests' own database; what `load_content` said."""
    own = connections["default"]
    settings = DatabaseWrapper({**own.settings_dict, "NAME": str(first_version)}, "default").settings_dict
    with django_db_blocker.unblock():
        connections["default"] = DatabaseWrapper(settings, "default")
        ContentType.objects.clear_cache()
        try:
            call_command("migrate", verbosity=0)
            out = StringIO()
            call_command("load_content", stdout=out, stderr=out)
            yield out.getvalue()
        finally:
            connections["default"].close()
            connections["default"] = own
            ContentType.objects.clear_cache()


@pytest.fixture
def site(upgraded, db):
    """Each test has the site as it is after the update."""
    return upgraded


@pytest.fixture
def editor(site):
    return get_user_model().objects.get(username="redaktoer")


def danish_texts(path: Path) -> dict[str, dict]:
    found = {}
    with sqlite3.connect(path) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in [name for name in tables if name.startswith(("guides_", "conversations_"))]:
            names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            kept = [name for name in names if name.endswith("_da") and not name.startswith("withdrawal")]
            rows = database.execute(f"SELECT {', '.join(['id', *kept])} FROM {table}")  # noqa: S608
            found[table] = {row[0]: dict(zip(kept, row[1:], strict=True)) for row in rows}
    return found


def draft_of(document):
    return document.editions.filter(live_from=None).first()


def said(edition) -> list[tuple]:
    """Every block with its texts."""
    return [(type(block), texts(block)) for block in edition.blocks()]


def test_nothing_that_was_written_is_lost(site, before, first_version):
    """Every row is still there, and what was published or drafted says what it said."""
    after = danish_texts(first_version)

    for table, rows in before.items():
        assert rows.keys() <= after[table].keys(), table
    # Of these an update may correct the words in place where nobody touched them.
    in_place = {f"guides_{name}" for name in ("fact", "route", "term", "page", "deadline")}
    for table, rows in before.items():
        if table in in_place | {"conversations_card"}:
            continue
        changed = [pk for pk, row in rows.items() if not row.items() <= after[table][pk].items()]
        assert changed == [], table


def test_every_page_of_it_answers_in_both_languages(site, before):
    client = Client()
    routes = Route.objects.filter(pk__in=before["guides_route"])
    documents = [
        *Page.objects.filter(pk__in=before["guides_page"]),
        *Card.objects.filter(pk__in=before["conversations_card"]),
    ]
    refused = []
    for language, things in (("da", [*documents, *routes]), ("en", documents)):
        with translation.override(language):
            for thing in things:
                status = client.get(thing.get_absolute_url()).status_code
                if status != (410 if thing.key == "privatliv" else 200):
                    refused.append((thing.get_absolute_url(), status))

    assert refused == []


def test_what_nobody_touched_has_the_new_text_and_english(site):
    for document in (Page.objects.get(key="dokumenter"), Card.objects.get(key="samtale-med-teamet")):
        live = document.live_edition()
        assert (live.number, bool(live.title_en), live.is_silent) == (2, True, True)
        assert draft_of(document) is None
    assert Route.objects.get(key="offerraadgivningen").summary_en
    assert Fact.objects.get(key="tlf-114").wording_on(timezone.localdate()).text_en


def test_what_editors_published_is_what_readers_see(site):
    client = Client()

    assert "Hos os taler Bodil med alle" in client.get(address("debriefing")).content.decode()
    assert "Forbered jer nu" in client.get(address("forbered")).content.decode()
    assert "Vi er en forening, der hjælper" in client.get(address("om")).content.decode()
    assert "Luk døren, og sluk telefonen." in client.get(address("foerste-samtale", Card)).content.decode()
    assert "12 34 56 78" in client.get("/vores-egen-side/").content.decode()
    assert "Ring til Bodil" in client.get(address("politi", Route)).content.decode()
    assert address("regler") == "/viden/love-og-regler/"


def address(key, model=Page):
    return model.objects.get(key=key).get_absolute_url()


def test_english_comes_as_drafts_beside_what_editors_wrote(site):
    for model, key in ((Page, "debriefing"), (Page, "forbered"), (Card, "foerste-samtale")):
        document = model.objects.get(key=key)
        assert not document.live_edition().title_en
        # All of it, except where the Danish is another now.
        assert draft_of(document).summary_en
    assert "Hos os taler Bodil med alle" in str(said(draft_of(Page.objects.get(key="debriefing"))))
    assert draft_of(Page.objects.get(key="debriefing")).title_en
    assert not draft_of(Page.objects.get(key="forbered")).title_en


def test_what_cannot_come_yet_is_listed_for_the_editor(site):
    found = {(waiting.state, waiting.record.key) for waiting in all_waiting()}

    assert {
        ("busy", "om"),
        ("busy", "viden"),
        ("withdrawn", "privatliv"),
        ("draft", "debriefing"),
        ("draft", "til-dig-der-er-ramt"),
        ("row", "politi"),
        ("row", "frist-offererstatning"),
    } <= found
    # What nobody touched is not among it, except where it leads to something that an editor has deleted.
    assert {key for _state, key in found} <= {
        *("om", "viden", "privatliv", "debriefing", "forbered", "regler", "til-dig-der-er-ramt", "foerste-samtale"),
        *("politi", "frist-offererstatning", "tlf-112", "aes", "stop-chikanen"),
    }


def test_facts_terms_and_deletions_of_editors_hold(site):
    today = timezone.localdate()

    assert Fact.objects.get(key="frist-offererstatning").wording_on(today).text_da == "tre døgn"
    assert Fact.objects.get(key="tlf-112").label_da == "Alarmcentralen"
    assert Fact.objects.get(key="tlf-112").wording_on(today).text_da == "112"
    assert Term.objects.get(key="aes").explanation_da == "Det forklarer vi med vores egne ord."
    assert not Term.objects.filter(key="doxing").exists()
    assert not Route.objects.filter(key="trustpilot").exists()


def test_drafts_and_schedules_are_as_they_were(site):
    assert draft_of(Page.objects.get(key="om")).summary_da == "Vi skriver stadig på den her tekst."
    assert draft_of(Page.objects.get(key="viden")).title_da == "Hvad vi ved"
    scheduled = PageEdition.objects.with_state().get(state=State.SCHEDULED)
    assert (scheduled.document.key, scheduled.live_from.year) == ("til-dig-der-er-ramt", 2030)


def test_the_next_load_has_nothing_to_do(site):
    out = StringIO()
    call_command("load_content", stdout=out)

    assert "updated" not in out.getvalue()
    assert "added" not in out.getvalue()


def test_an_editor_goes_on_at_the_desk(site, editor):
    """Opens the draft that the update made, and publishes it."""
    client = Client()
    client.force_login(editor)
    desk = Desk(client)
    page = Page.objects.get(key="debriefing")
    draft = draft_of(page)

    assert "Nyt indhold fra en opdatering venter" in client.get("/admin/").content.decode()
    desk.publish(desk.send(address_of(draft), {"title_en": "Debriefing, as we do it"}, button="_publish"))

    assert page.live_edition().pk == draft.pk
    assert "Debriefing, as we do it" in client.get(f"/en{address('debriefing')}", follow=True).content.decode()


def test_an_edition_from_before_the_migrations_is_restored_whole(site, editor):
    page = Page.objects.get(key="forbered")
    draft_of(page).discard(by=editor)
    first = page.editions.get(number=1)

    restored = first.restore(by=editor)

    assert (restored.title_da, restored.summary_da) == (first.title_da, first.summary_da)
    assert said(restored) == said(first)
    restored.is_silent = True
    restored.save()
    restored.publish(by=editor)
    assert first.title_da in Client().get(address("forbered")).content.decode()
