"""What each role may do, and what somebody who means ill tries in vain."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import URLResolver, reverse
from django.utils import timezone
from pytest_django.asserts import assertRedirects

from conversations.models import CardEdition
from digitalchikane.accounts.roles import ADMINISTRATOR, EDITOR, PUBLISHER, make_roles
from digitalchikane.audit import LogLine
from digitalchikane.publishing.models import Block, Document, Edition
from guides.models import Fact, Page, PageEdition, Publisher, Route, Text

from .markup import Markup, text
from .test_desk import Desk, address_of, english_in, errors, list_of, menu, notices, stored

pytestmark = pytest.mark.django_db

User = get_user_model()


@pytest.fixture
def make_person(db):
    """Somebody at the desk, with a role or as a superuser."""

    def make(role=None, name="nogen"):
        if role is None:
            user = User.objects.create_superuser(name)
        else:
            user = User.objects.create_user(name, is_staff=True)
            user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        desk = Desk(client)
        desk.user = user
        return desk

    return make


def address_of_user(user, name="change"):
    return reverse(f"admin:auth_user_{name}", args=[user.pk])


# What each role sees and does


@pytest.mark.parametrize(
    ("role", "seen", "not_seen"),
    [
        (EDITOR, {"Faser", "Sider", "Samtalekort", "Fakta"}, {"Brugere", "Grupper", "Log"}),
        (PUBLISHER, {"Faser", "Sider", "Samtalekort", "Fakta", "Udgiver"}, {"Brugere", "Grupper", "Log"}),
        (ADMINISTRATOR, {"Brugere", "Log"}, {"Faser", "Sider", "Fakta", "Udgiver"}),
    ],
)
def test_each_role_sees_its_part_of_the_menu(make_person, role, seen, not_seen):
    shown = set(menu(make_person(role).open("/admin/")))

    assert seen <= shown
    assert not not_seen & shown


def test_an_editor_writes_drafts_and_new_pages(make_person, make_page, make_card):
    desk = make_person(EDITOR)
    for live in (make_page(Text(body_da="<p>Gammel.</p>")), make_card()):
        draft = desk.draft_of(live)
        desk.send(address_of(draft), {"title_da": "Ny overskrift"})
        draft.refresh_from_db()
        assert draft.title_da == "Ny overskrift"
        assert desk.client.get(address_of(draft, "preview")).status_code == 200
        assert desk.client.post(address_of(draft, "delete"), {"post": "yes"}).status_code == 302
    response = desk.send(list_of(Page, "add"), {"kind": "page", "heading": "En idé"})
    assert Page.objects.filter(key="en-ide").exists(), errors(response)


def test_the_responsible_editor_publishes_and_changes_facts(make_person, make_page, make_fact):
    desk = make_person(PUBLISHER)
    draft, fact = make_page(title_da="Klar", live_from=None), make_fact(label_da="Før")

    desk.send(address_of(fact), {"label_da": "Efter"})
    fact.refresh_from_db()
    assert fact.label_da == "Efter"
    desk.send(address_of(draft, "publish"), {"when": "now", "is_silent": "on"}, button="_publish")
    draft.refresh_from_db()
    assert not draft.is_draft


# Somebody with a login who means ill


def addresses_of_the_desk(numbers: list[int]):
    """Every address the desk answers at, with numbers put in where it asks for one."""

    def walk(patterns, before=""):
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, route)
            elif "(?P" not in route:
                yield route

    for route in walk(admin.site.urls[0], "/admin/"):
        if "<" not in route:
            yield route
            continue
        before, _bracket, rest = route.partition("<")
        for number in numbers:
            found = f"{before}{number}{rest.partition('>')[2]}"
            while "<" in found:
                start, _bracket, end = found.partition("<")
                found = f"{start}{number}{end.partition('>')[2]}"
            yield found


WRITTEN_BESIDE = ["ContentVersion", "LogEntry", "LogLine", "PreviewCopy", "PreviewLink", "Remark"]


def held() -> dict:
    """What an editor without the right to publish must not change: all but drafts, and what is written about them."""
    kept = stored()
    for label in list(kept):
        model = apps.get_model(label)
        if issubclass(model, Edition):
            kept[label] = list(model._base_manager.exclude(live_from=None).order_by("pk").values())
        elif issubclass(model, Block):
            kept[label] = list(model._base_manager.exclude(parent__live_from=None).order_by("pk").values())
        elif issubclass(model, Document):
            kept[label] = list(model._base_manager.filter(editions__live_from__isnull=False).order_by("pk").values())
        elif label.split(".")[1] in WRITTEN_BESIDE or "_" in label:
            del kept[label]
    return kept


EVERYTHING = {
    "_save": "1",
    "_publish": "1",
    "_withdraw": "1",
    "post": "yes",
    "confirm": "1",
    "when": "now",
    "is_silent": "on",
    "title_da": "Overtaget",
    "name_da": "Overtaget",
    "label_da": "Overtaget",
    "text_da": "Overtaget",
    "slug_da": "overtaget",
    "withdrawal_reason_da": "Overtaget",
    "reason_da": "Overtaget",
    "username": "overtaget",
    "name": "overtaget",
    "is_superuser": "on",
    "is_staff": "on",
    "is_active": "on",
    "groups": ["1", "2", "3"],
    "user_permissions": ["1"],
    "permissions": ["1"],
    "action": "mark_checked",
    "_selected_action": ["1"],
}


def test_an_editor_changes_nothing_that_readers_see_by_any_address_of_the_desk(make_person, make_page, make_card):
    desk, superuser = make_person(EDITOR), make_person(name="super")
    live, draft = make_page(), make_page(live_from=None)
    make_page(live_from=timezone.now() + timedelta(days=3)), make_card(live_from=None)
    filled = [draft, Fact.objects.first(), Route.objects.first(), desk.user]
    forms = {address_of(each): superuser.form(address_of(each)) for each in filled}
    before = held()

    for path in addresses_of_the_desk([1, live.pk, draft.pk]):
        if path != "/admin/logout/":
            assert desk.client.post(path, EVERYTHING).status_code < 500, path
    for path, form in forms.items():
        assert desk.client.post(path, form | EVERYTHING).status_code < 500, path

    after = held()
    assert {label for label in before if before[label] != after[label]} == set()


@pytest.mark.parametrize("step", ["publish", "withdraw", "cancel", "return"])
def test_an_editor_takes_no_step_that_readers_would_see(make_person, make_page, step):
    desk = make_person(EDITOR)
    state = {"publish": {"live_from": None}, "cancel": {"live_from": timezone.now() + timedelta(days=3)}}
    edition = make_page(**state.get(step, {}))

    assert desk.client.get(address_of(edition, step)).status_code in (403, 405)
    assert desk.client.post(address_of(edition, step), EVERYTHING).status_code == 403


def test_nobody_without_a_login_reaches_any_address_of_the_desk(make_page, make_card):
    drafts = [make_page(live_from=None), make_card(live_from=None)]
    before, stranger = stored(), Client()

    for path in addresses_of_the_desk([1, *(draft.pk for draft in drafts)]):
        for response in (stranger.get(path), stranger.post(path, EVERYTHING)):
            assert response.status_code in (302, 405), path
            if response.status_code == 302:
                places = ("/admin/login/?next=", "/konto/log-ind/") if path != "/admin/logout/" else "/admin/"
                assert response["Location"].startswith(places), path
    assert stored() == before


def test_a_draft_is_found_by_no_address_of_readers(client, make_page, make_card):
    for draft in (make_page(title_da="Hemmelig", live_from=None), make_card(title_da="Hemmelig", live_from=None)):
        for path in (draft.document.get_absolute_url(), f"{draft.document.get_absolute_url()}?vis=stor"):
            assert client.get(path).status_code == 404
    assert "Hemmelig" not in client.get("/samtalekort/").content.decode()


# An administrator lets people in, and raises nobody above themselves


def test_an_administrator_makes_an_editor_who_chooses_the_password(make_person):
    desk = make_person(ADMINISTRATOR)
    form = desk.form(list_of(User, "add"))
    assert not {"is_superuser", "is_staff", "password1", "user_permissions"} & form.keys()
    role = Group.objects.get(name=EDITOR)

    response = desk.send(list_of(User, "add"), {"username": "ny", "first_name": "Ny", "groups": [str(role.pk)]})
    user = User.objects.get(username="ny")
    assert user.is_staff and not user.is_superuser and not user.has_usable_password()
    assert list(user.groups.all()) == [role]
    assert notices(response) == ["Brugeren er oprettet. Lav nu et link, så personen selv kan vælge en adgangskode."]

    page = Markup(desk.client.post(address_of_user(user, "password_change")).content.decode())
    assert english_in(page) == []
    link = page.one("input", id="link").get("value")
    assert link.startswith("http://testserver/konto/ny-adgangskode/")
    newcomer = Client()
    target = newcomer.get(link, follow=True).redirect_chain[-1][0]
    password = "kontrabas under ni fregner"
    newcomer.post(target, {"password1": password, "password2": password})
    user.refresh_from_db()
    assert user.check_password(password)
    assert newcomer.get("/admin/").status_code == 302


def test_a_role_opens_the_desk_and_its_loss_closes_it(make_person):
    desk, user = make_person(ADMINISTRATOR), User.objects.create_user("ny")
    client = Client()
    client.force_login(user)
    assert client.get("/admin/").status_code == 302

    for roles, status in ([str(Group.objects.get(name=EDITOR).pk)], 200), ([], 302):
        desk.send(address_of_user(user), {"groups": roles, "is_active": "on"})
        assert client.get("/admin/").status_code == status


def test_names_that_differ_in_capitals_only_are_refused(make_person):
    User.objects.create_user("Anne")

    response = make_person(ADMINISTRATOR).send(list_of(User, "add"), {"username": "anne"})

    assert errors(response) == ["Der er allerede en bruger med det navn."]
    assert User.objects.filter(username__iexact="anne").count() == 1


def rights(user):
    user = User.objects.get(pk=user.pk)
    groups = set(user.groups.values_list("name", flat=True))
    return user.is_superuser, user.is_staff, groups, set(user.user_permissions.values_list("codename", flat=True))


def test_an_administrator_makes_no_superusers(make_person):
    desk, user = make_person(ADMINISTRATOR), User.objects.create_user("ny")
    more = {"is_superuser": "on", "is_staff": "on", "user_permissions": ["1", "2"], "is_active": "on"}

    for target in (user, desk.user):
        before = rights(target)
        desk.send(address_of_user(target), more | {"groups": []})
        assert rights(target)[0] is False
        assert rights(target)[3] == before[3] == set()
    desk.send(list_of(User, "add"), more | {"username": "snyd"})
    assert not User.objects.get(username="snyd").is_superuser
    assert not User.objects.get(username="snyd").user_permissions.exists()


def test_nobody_changes_their_own_rights(make_person):
    everything = [str(group.pk) for group in Group.objects.all()]
    for desk in (make_person(ADMINISTRATOR, "adm"), make_person(name="super")):
        before = rights(desk.user)
        form = desk.form(address_of_user(desk.user))
        assert not {"groups", "is_active", "is_superuser"} & form.keys()
        desk.send(address_of_user(desk.user), {"groups": everything, "is_superuser": ""})
        assert rights(desk.user) == before
        assert User.objects.get(pk=desk.user.pk).is_active
        assert desk.client.post(address_of_user(desk.user, "delete"), {"post": "yes"}).status_code == 403


def test_an_administrator_cannot_touch_a_superuser(make_person):
    desk, above = make_person(ADMINISTRATOR), User.objects.create_superuser("over", "over@example.org", "hemmelighed")
    Authenticator.objects.create(user=above, type="totp", data={})
    before = stored()["auth.User"], Authenticator.objects.count()

    assert desk.client.post(address_of_user(above), {"username": "over", "email": "ond@example.org"}).status_code == 403
    for name in ("delete", "password_change", "second_factor"):
        assert desk.client.post(address_of_user(above, name), {"post": "yes"}).status_code == 403, name
    desk.client.post(list_of(User), {"action": "delete_selected", "_selected_action": [above.pk], "post": "yes"})

    assert (stored()["auth.User"], Authenticator.objects.count()) == before


def test_groups_are_for_superusers(make_person):
    desk, group = make_person(ADMINISTRATOR), Group.objects.get(name=EDITOR)
    before = set(group.permissions.values_list("pk", flat=True))

    desk.client.post(reverse("admin:auth_group_change", args=[group.pk]), EVERYTHING)
    desk.client.post(list_of(Group, "add"), EVERYTHING)

    assert set(group.permissions.values_list("pk", flat=True)) == before
    assert Group.objects.count() == 3


def test_a_lost_phone_is_helped_by_an_administrator(make_person):
    desk, other = make_person(ADMINISTRATOR), make_person(EDITOR, "uden-telefon")
    assert other.client.get("/admin/").status_code == 200

    response = desk.client.post(address_of_user(other.user, "second_factor"), follow=True)

    assert notices(response) == ["Totrinslogin er fjernet. Ved næste login sættes det op på ny."]
    assert not Authenticator.objects.filter(user=other.user).exists()
    assert other.client.get("/admin/").status_code == 302
    assert desk.client.get(address_of_user(other.user, "second_factor")).status_code == 405


def test_giving_keys_to_others_asks_whether_it_is_still_you(make_person, monkeypatch):
    desk, other = make_person(ADMINISTRATOR), User.objects.create_user("ny")
    session = desk.client.session
    session["began_at"] -= 20 * 60
    session.save()

    for name in ("password_change", "second_factor"):
        path = address_of_user(other, name)
        assertRedirects(desk.client.post(path), f"/konto/bekraeft/kode/?next={path}", fetch_redirect_response=False)
    assert not LogLine.objects.filter(action="password").exists()


# The groups themselves


def test_roles_are_made_again_and_take_nothing_away():
    editors = Group.objects.get(name=EDITOR)
    needed, added = Permission.objects.get(codename="change_pageedition"), Permission.objects.get(codename="add_term")
    editors.permissions.remove(needed)
    editors.permissions.add(added)
    own = Group.objects.create(name="Vores egen")

    for _update in range(2):
        make_roles()

    assert {needed, added} <= set(editors.permissions.all())
    assert not own.permissions.exists()
    assert Group.objects.count() == 4


def test_only_the_responsible_editor_may_publish():
    for model in (PageEdition, CardEdition):
        publish = Permission.objects.get(codename=f"publish_{model._meta.model_name}")
        assert set(publish.group_set.values_list("name", flat=True)) == {PUBLISHER}
    for model in (Fact, Route, Publisher):
        changes = Permission.objects.get(codename=f"change_{model._meta.model_name}")
        assert set(changes.group_set.values_list("name", flat=True)) == {PUBLISHER}


def test_the_roles_keep_their_names(make_person):
    desk, group = make_person(), Group.objects.get(name=EDITOR)

    desk.send(reverse("admin:auth_group_change", args=[group.pk]), {"name": "Omdøbt"})
    assert desk.client.post(reverse("admin:auth_group_delete", args=[group.pk]), {"post": "yes"}).status_code == 403

    assert Group.objects.filter(name=EDITOR).exists()


def test_a_user_is_shown_in_words(make_person):
    desk = make_person()
    User.objects.create_user("anne", first_name="Anne", last_name="And").groups.add(Group.objects.get(name=PUBLISHER))

    page = desk.open(list_of(User))

    (row,) = [row for row in page.all("tr") if "anne" in text(row)]
    assert "Anne And" in text(row)
    assert PUBLISHER in text(row)
