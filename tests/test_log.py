"""The log names who did what, and nobody can change it."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client

from digitalchikane.accounts.roles import ADMINISTRATOR, EDITOR, PUBLISHER
from digitalchikane.audit import Action, LogLine, record
from guides.models import Term

from .markup import Markup, text
from .test_accounts import NAME, PASSWORD, editor, logged_in, send_password  # noqa: F401
from .test_desk import Desk, address_of, english_in, list_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def an_empty_log(db):
    cache.clear()
    LogLine.objects.all().delete()


@pytest.fixture
def desk(admin_client):
    LogLine.objects.all().delete()
    return Desk(admin_client)


def log() -> list[tuple]:
    """Who did what to what, oldest first."""
    return [(line.actor_name, line.action, line.target_name) for line in LogLine.objects.order_by("pk")]


def rows(page: Markup) -> list[str]:
    return [text(row) for body in page.all("tbody") for row in body.iter("tr")]


def test_what_is_done_with_an_edition_is_named_for_what_it_is(desk, make_page, make_card):
    draft = make_page(title_da="En side", live_from=None)
    admin = get_user_model().objects.get(username="admin")
    draft.publish(by=admin)
    withdrawal = draft.withdraw(reason={"da": "Forældet."}, by=admin)
    withdrawal.bring_back(by=admin)
    other = make_card(title_da="Et kort", live_from=None)
    other.discard(by=admin)

    assert [(who, what) for who, what, _title in log()] == [
        ("admin", Action.PUBLISHED),
        ("admin", Action.WITHDRAWN),
        ("admin", Action.RETURNED),
        ("admin", Action.DISCARDED),
    ]
    assert {title for _who, _what, title in log()} >= {str(draft), "Et kort"}


def test_changed_facts_and_deleted_things_are_in_the_log_with_what_was_changed(desk, make_fact):
    fact, term = make_fact(label_da="En frist"), Term.objects.create(key="et-ord", word_da="Et ord")
    desk.send(address_of(fact), {"label_da": "En anden frist"})
    desk.client.post(address_of(term, "delete"), {"post": "yes"})

    assert [(who, what) for who, what, _title in log()] == [("admin", Action.CHANGED), ("admin", Action.DELETED)]
    changed, deleted = LogLine.objects.order_by("pk")
    assert changed.target_url() == address_of(fact)
    assert changed.text
    assert deleted.target_name == str(term)


def test_several_things_are_not_deleted_unseen(desk):
    terms = [Term.objects.create(key=f"ord-{number}", word_da=f"Ord {number}") for number in range(3)]
    chosen = {"action": "delete_selected", "_selected_action": [term.pk for term in terms], "post": "yes"}

    desk.client.post(list_of(Term), chosen)

    assert Term.objects.filter(pk__in=[term.pk for term in terms]).count() == 3


def test_coming_and_going_is_in_the_log(editor):  # noqa: F811
    send_password(Client(), NAME, "forkert")
    client = logged_in()
    client.post("/konto/log-ud/")

    assert log() == [
        ("", Action.LOGIN_FAILED, NAME),
        (NAME, Action.LOGGED_IN, NAME),
        (NAME, Action.LOGGED_OUT, NAME),
    ]


def test_failures_in_a_row_are_one_line_with_a_number(editor):  # noqa: F811
    for _time in range(8):
        send_password(Client(), NAME, "forkert")

    failed, locked = LogLine.objects.order_by("pk")
    assert (failed.action, failed.times) == (Action.LOGIN_FAILED, 5)
    assert (locked.action, locked.times) == (Action.LOCKED_OUT, 3)


def test_a_name_that_nobody_has_is_not_kept_for_it_may_be_a_password(editor):  # noqa: F811
    send_password(Client(), PASSWORD, "forkert")

    assert log() == [("", Action.LOGIN_FAILED, "")]
    assert all(PASSWORD not in str(value) for line in LogLine.objects.values() for value in line.values())


def test_a_changed_password_and_a_second_step_are_in_the_log(editor, monkeypatch):  # noqa: F811
    from django.db import transaction

    monkeypatch.setattr(transaction, "on_commit", lambda deed, **options: deed())
    client = logged_in()
    LogLine.objects.all().delete()
    new = "en helt anden violin 7"
    client.post("/konto/adgangskode/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    client.post("/konto/noedkoder/nye/")
    client.post("/konto/app/fjern/")

    found = [(who, what) for who, what, _title in log()]
    assert found[0] == (NAME, Action.PASSWORD)
    assert set(found[1:]) == {(NAME, Action.SECOND_FACTOR)}
    assert [line.text for line in LogLine.objects.order_by("pk")][:3] == [
        "",
        "Lavede nye nødkoder.",
        "Fjernede: app med koder",
    ]


def test_what_an_administrator_does_with_users_is_in_the_log(desk):
    user = get_user_model().objects.create_user("ny")
    role = Group.objects.get(name=EDITOR)
    desk.send(f"/admin/auth/user/{user.pk}/change/", {"groups": [str(role.pk)], "is_active": "on"})
    desk.client.post(f"/admin/auth/user/{user.pk}/password/")
    desk.client.post(f"/admin/auth/user/{user.pk}/second-factor/")

    texts = [line.text for line in LogLine.objects.filter(target_name="ny").order_by("pk")]
    assert "Roller: Redaktør" in texts
    assert "Lavede et link til en ny adgangskode." in texts
    assert "Fjernede det hele." in texts


def test_the_log_is_read_searched_and_filtered(desk, make_fact):
    admin = get_user_model().objects.get(username="admin")
    fact = make_fact(label_da="Frist for anke")
    record(admin, Action.CHANGED, fact, "Rettede datoen.")
    record(admin, Action.LOGGED_IN)
    LogLine.objects.create(action=Action.LOGIN_FAILED, times=4)

    page = desk.open(list_of(LogLine))
    assert english_in(page) == []
    everything = rows(page)
    assert len(everything) == 3
    assert "4 gange" in everything[0]
    assert address_of(fact) in {link.get("href") for link in page.all("a")}
    assert len(rows(desk.open(list_of(LogLine) + "?q=datoen"))) == 1
    assert len(rows(desk.open(list_of(LogLine) + "?action__exact=logged_in"))) == 1
    assert len(rows(desk.open(list_of(LogLine) + "?who=admin"))) == 2
    assert desk.client.get(list_of(LogLine) + "?who=ingen&action__exact=x").status_code == 200


def test_nobody_changes_the_log(desk):
    line = LogLine.objects.create(action=Action.LOGGED_IN, actor_name="anne")
    page = desk.open(address_of(line))
    assert english_in(page) == []
    before = list(LogLine.objects.values())

    for path in (list_of(LogLine, "add"), address_of(line), address_of(line, "delete")):
        assert desk.client.post(path, {"actor_name": "en anden", "post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [line.pk], "post": "yes"}
    desk.client.post(list_of(LogLine), chosen)

    assert list(LogLine.objects.values()) == before


def test_the_log_keeps_the_name_of_somebody_who_is_gone(desk):
    user = get_user_model().objects.create_user("forhenværende".replace("æ", "ae"))
    record(user, Action.LOGGED_IN)

    desk.client.post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"})

    assert not get_user_model().objects.filter(pk=user.pk).exists()
    assert LogLine.objects.filter(actor_name="forhenvaerende", actor=None).exists()


@pytest.mark.parametrize(("role", "status"), [(EDITOR, 403), (PUBLISHER, 403), (ADMINISTRATOR, 200)])
def test_the_log_is_for_administrators(role, status):
    user = get_user_model().objects.create_user("nogen", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)

    assert client.get(list_of(LogLine)).status_code == status
