"""What an update brought, as an editor meets it at the desk."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone

from guides.models import Fact, Route

from . import test_updates as shipping
from .markup import text
from .test_desk import Desk, address_of, notices
from .test_overview import Front
from .test_updates import bodies, draft_of, waiting, write

pytestmark = pytest.mark.django_db

SCREEN = "/admin/opdateringer/"
HEADING = "Nyt indhold fra en opdatering venter"

files, siden, edited = shipping.files, shipping.siden, shipping.edited


@pytest.fixture
def desk(admin_client):
    return Desk(admin_client)


def items(desk) -> list[str]:
    return [text(item) for item in desk.open(SCREEN).all("li") if "opdatering-" in (item.get("id") or "")]


def decide(desk, deed, **changes):
    page = desk.open(SCREEN)
    (form,) = [form for form in page.all("form") if form.find(".//input[@name='record']") is not None]
    sent = {field.get("name"): field.get("value") for field in form.iter("input")}
    return desk.client.post(SCREEN, sent | {"do": deed} | changes, follow=True)


def test_the_front_page_says_nothing_where_nothing_waits(desk, files):
    files.translate_page()
    files.load()

    assert HEADING not in Front(desk)
    assert "Intet fra en opdatering venter." in text(desk.open(SCREEN).root)


def test_the_front_page_leads_to_the_draft_beside_what_is_live(desk, files, edited):
    files.translate_page()
    files.load()

    front = Front(desk)

    (row,) = front.rows(HEADING)
    assert "En kladde har ændringerne." in row
    address = front.links(HEADING)["Siden"]
    assert address == address_of(draft_of(edited), "compare")
    assert "Ask afterwards." in text(desk.open(address).root)
    # What found no place in the draft can be read beside it.
    (item,) = items(desk)
    assert "Keep all of it." in item


def test_an_editor_takes_the_changes_into_the_draft_that_is_in_the_way(desk, files, siden, admin_user):
    draft = write(siden, admin_user, 1, "<p>Vi er ikke færdige.</p>")
    files.translate_page()
    files.load()
    assert "Der er en kladde." in items(desk)[0]

    response = decide(desk, "take")

    assert "Ændringerne er taget med." in " ".join(notices(response))
    assert bodies(draft)[1] == "<p>Vi er ikke færdige.</p>"
    assert bodies(draft, "en") == ["Do it first", "", "<p>Ask afterwards.</p>"]
    # Whoever has the draft open is told before saving over it.
    assert type(draft).objects.get(pk=draft.pk).version == draft.version + 1
    assert siden.live_edition().number == 1
    assert waiting() == []
    assert "Keep all of it." in items(desk)[0]


def test_an_editor_keeps_the_own_text_and_is_not_asked_again(desk, files, siden, admin_user):
    draft = write(siden, admin_user, 1, "<p>Vi er ikke færdige.</p>")
    files.translate_page()
    files.load()

    decide(desk, "keep")
    draft.publish(by=admin_user)
    files.load()

    assert draft_of(siden) is None
    assert items(desk) == []
    assert LogEntry.objects.filter(object_id=str(draft.pk), change_message__contains="Beholdt egen tekst").exists()


@pytest.fixture
def changed_route(files) -> Route:
    """Its texts were changed by an editor and by an update."""
    Route.objects.filter(key="vejen").update(how_da="Ring til Bodil.")
    files.change("routes.toml", '"Ring først."', '"Skriv først."\nhow_en = "Write first."')
    files.load()
    return Route.objects.get(key="vejen")


def test_an_editor_chooses_between_two_texts_of_a_row(desk, changed_route):
    (item,) = items(desk)
    assert "Ring til Bodil." in item
    assert "Skriv først." in item
    assert Front(desk).rows(HEADING)

    decide(desk, "take")

    changed_route.refresh_from_db()
    assert (changed_route.how_da, changed_route.how_en) == ("Skriv først.", "Write first.")
    assert waiting() == []
    assert items(desk) == []


def test_what_an_editor_decided_on_a_row_is_not_asked_again(desk, files, changed_route):
    decide(desk, "keep")
    files.load()

    changed_route.refresh_from_db()
    assert changed_route.how_da == "Ring til Bodil."
    assert items(desk) == []


def test_nobody_decides_on_what_has_changed_since(desk, changed_route):
    page = desk.open(SCREEN)
    seen = page.root.find(".//input[@name='seen']").get("value")
    Route.objects.filter(pk=changed_route.pk).update(how_da="Ring til Svend.")

    response = decide(desk, "take", seen=seen)

    assert "En anden har ændret" in " ".join(notices(response))
    changed_route.refresh_from_db()
    assert changed_route.how_da == "Ring til Svend."


def test_an_editor_takes_a_wording_that_waited(desk, files):
    Fact.objects.get(key="fristen").mark_checked()
    files.change("facts.toml", '"tre uger"', '"fire uger"')
    files.load()

    decide(desk, "take")

    fact = Fact.objects.get(key="fristen")
    assert fact.wording_on(timezone.localdate()).text_da == "fire uger"
    assert fact.wordings.count() == 2
    assert waiting() == []


def test_what_was_left_out_is_named_at_the_desk(desk, files):
    files.write("pages/sludder.toml", "titel = ")
    files.load()

    assert HEADING in Front(desk)
    assert "sludder.toml" in text(desk.open(SCREEN).root)


def test_only_who_may_change_a_thing_decides_on_it(client, django_user_model, changed_route, admin_client):
    desk = Desk(admin_client)
    page = desk.open(SCREEN)
    sent = {name: page.root.find(f".//input[@name='{name}']").get("value") for name in ("record", "seen")}
    user = django_user_model.objects.create_user("kigger", password="x", is_staff=True)
    client.force_login(user)
    assert client.get(SCREEN).status_code == 403

    user.user_permissions.add(Permission.objects.get(codename="view_route"))
    assert client.get(SCREEN).status_code == 200
    assert client.post(SCREEN, sent | {"do": "take"}).status_code == 403
    assert client.post(SCREEN, {"do": "noget"}).status_code == 404
    assert client.post(SCREEN, {"do": "take", "record": "x"}).status_code == 302
    changed_route.refresh_from_db()
    assert changed_route.how_da == "Ring til Bodil."
