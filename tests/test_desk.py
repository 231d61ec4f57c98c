"""The editors' desk: drafts beside what readers see, publishing, addresses, facts, and forms nobody should send."""

import re
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from conversations.models import Card, CardEdition, CardPoint, Letter, LetterEdition
from digitalchikane.models import LogLine, OldAddress
from guides.models import (
    CardTeaser,
    DoDont,
    Fact,
    FactList,
    Heading,
    Link,
    Page,
    PageEdition,
    Publisher,
    Route,
    RouteList,
    Source,
    Step,
    Term,
    Text,
)

from .markup import Markup, classes, lines, text

pytestmark = pytest.mark.django_db

YESTERDAY = timezone.localdate() - timedelta(days=1)

# How an editor works: opens a screen, changes what stands in its form, and sends it


def address_of(obj, name="change"):
    opts = obj._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{name}", args=[obj.pk])


def list_of(model, name="changelist"):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}")


def form_of(page: Markup) -> dict:
    """What a browser would send of the main form, buttons left out."""
    forms = list(page.one("main").iter("form"))
    (form,) = [form for form in forms if form.get("id", "").endswith("_form") or form.get("class") == "step__form"]
    data = {}
    for field in form.iter():
        name = field.get("name", "")
        if not name or "__prefix__" in name or field.tag == "button":
            continue
        if field.tag == "textarea":
            # Browsers leave out a line break right after the start tag.
            data[name] = "".join(field.itertext()).removeprefix("\n")
        elif field.tag == "select":
            chosen = [option.get("value") for option in field.iter("option") if option.get("selected") is not None]
            if field.get("multiple") is not None:
                data[name] = chosen
            else:
                options = [option.get("value") for option in field.iter("option")]
                data[name] = (chosen or options or [""])[0]
        elif field.get("type") in ("checkbox", "radio"):
            if field.get("checked") is not None:
                data[name] = field.get("value", "on")
        elif field.get("type") not in ("submit", "button", "image", "reset"):
            data[name] = field.get("value", "")
    return data


class Desk:
    """Somebody who is logged in."""

    def __init__(self, client):
        self.client = client

    def open(self, path) -> Markup:
        response = self.client.get(path, follow=True)
        assert response.status_code == 200, path
        return Markup(response.content.decode())

    def form(self, path) -> dict:
        return form_of(self.open(path))

    def send(self, path, changes=None, button="_save", follow=True, form=None):
        """Send the form at an address, or one that is open already, with changes."""
        data = (form or self.form(path)) | (changes or {}) | {button: "1"}
        response = self.client.post(path, data, follow=follow)
        if (
            button == "_publish"
            and follow
            and response.redirect_chain[-1:] == [(path.replace("change", "publish"), 302)]
        ):
            # The page that asks what readers are told, and when.
            return self.publish(response)
        return response

    def publish(self, response, **answers):
        """Answer the questions on the way to readers: by default, now and without a word."""
        path = response.request["PATH_INFO"]
        answers = {"is_silent": "on"} | answers
        return self.client.post(path, form_of(Markup(response.content.decode())) | answers, follow=True)

    def draft_of(self, edition):
        """Press “Redigér” (or “Gendan som kladde”) and return the draft."""
        response = self.client.post(address_of(edition, "draft"))
        draft = type(edition).objects.get(document=edition.document, live_from=None)
        assertRedirects(response, address_of(draft), fetch_redirect_response=False)
        return draft


@pytest.fixture
def desk(admin_client):
    return Desk(admin_client)


@pytest.fixture
def stranger():
    """Somebody who is not logged in."""
    return Client()


def added(form: dict, block: str, **values) -> dict:
    """The fields of one more block at the end of a form."""
    prefix = f"conversations_{block}_set" if block == "cardpoint" else f"guides_{block}_set"
    number = int(form[f"{prefix}-TOTAL_FORMS"])
    values = {"region": "main", "ordering": "9000", "id": "", "parent": form_parent(form)} | values
    return {f"{prefix}-TOTAL_FORMS": str(number + 1)} | {f"{prefix}-{number}-{k}": v for k, v in values.items()}


def form_parent(form: dict) -> str:
    return next((value for name, value in form.items() if name.endswith("-parent")), "")


def notices(response) -> list[str]:
    """What the desk says on top of the page."""
    page = Markup(response.content.decode())
    return [text(item) for found in page.all("ul", class_="messagelist") for item in found.iter("li")]


def missing(response) -> list[str]:
    """What stands beside the form as missing before the draft can be published."""
    page = Markup(response.content.decode())
    found = []
    for item in (item for section in page.all("section", class_="problems") for item in section.iter("li")):
        about = [text(part) for part in item if "checklist__block" in classes(part)]
        found.append(text(item).removesuffix(about[0] if about else "").strip())
    return found


def errors(response) -> list[str]:
    page = Markup(response.content.decode())
    return [text(item) for found in page.all("ul", class_="errorlist") for item in found.iter("li")]


def stored() -> dict[str, list]:
    """Everything in the database, except who is logged in and what a preview shows for an hour."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in ("sessions.Session", "digitalchikane.PreviewCopy")
    }


def read(path) -> str:
    """A page as a reader gets it."""
    response = Client().get(path)
    assert response.status_code == 200, path
    return response.content.decode()


# What must be Danish

ENGLISH = re.compile(
    r"\b(the|and|of|this|that|these|with|without|you|your|can|cannot|add|added|change|changed|delete|deleted|view|"
    r"select|search|save|saved|please|yes|none|any|are|not|been|has|user|users|group|password|field|fields|value|"
    r"object|item|items|page|card|fact|source|draft|shipped|record|entry|permission|enter|choose|remove|show|hide|"
    r"close|close|required|valid|invalid|error|below|must|null|characters|allowed|date|time|today|now|title|text_)\b",
    re.IGNORECASE,
)


def english_in(page: Markup) -> list[str]:
    """Lines and names for the ear that seem to be English. Rows of a list are left out: they are content; and so is
    what says that it is English."""
    found = lines(
        page.one("body"), leave_out=lambda e: e.tag == "tbody" or e.get("lang") == "en" or e.get("id") == "site-name"
    )
    rows = {element for body in page.all("tbody") for element in body.iter()}
    for element in set(page.one("body").iter()) - rows:
        found += [element.get(name, "") for name in ("aria-label", "title", "alt", "placeholder")]
        if element.tag == "input" and element.get("type") in ("submit", "button"):
            found.append(element.get("value", ""))
    return sorted({line for line in found if ENGLISH.search(line)})


# Who may come in


def test_everything_on_the_desk_asks_who_you_are(stranger, make_page, make_card):
    paths = ["/admin/", "/admin/password_change/", "/admin/jsi18n/", "/admin/guides/", "/admin/findes-ikke/"]
    for model in admin.site._registry:
        paths += [list_of(model), list_of(model, "add")]
    for edition in (make_page(), make_page(live_from=None), make_card(), make_card(live_from=None)):
        paths += [
            address_of(edition, name)
            for name in ("change", "preview", "preview_screen", "review", "draft", "delete", "history")
        ] + [address_of(edition.document, name) for name in ("change", "delete", "history")]
    before = stored()

    for path in paths:
        for response in (stranger.get(path), stranger.post(path, {"_save": "1", "_preview": "1"})):
            assertRedirects(response, f"/admin/login/?next={path}", fetch_redirect_response=False)

    assert stored() == before


def test_somebody_who_may_only_look_changes_nothing(client, make_page):
    live, draft = make_page(title_da="Udgivet"), make_page(title_da="Kladde", live_from=None)
    viewer = get_user_model().objects.create_user("seer", password="x", is_staff=True)
    viewer.user_permissions.set(
        ContentType.objects.get_for_model(PageEdition).permission_set.filter(codename="view_pageedition")
    )
    client.force_login(viewer)
    before = stored()

    assert client.get(list_of(PageEdition)).status_code == 200
    assert client.get(address_of(live)).status_code == 200
    assert client.get(address_of(draft)).status_code == 200
    for path, data in [
        (address_of(live, "draft"), {}),
        (address_of(draft), {"title_da": "Ændret", "_publish": "1"}),
        (address_of(draft), {"title_da": "Ændret", "_preview": "1"}),
        (address_of(draft, "delete"), {"post": "yes"}),
    ]:
        assert client.post(path, data).status_code == 403
    assert stored() == before


def test_only_the_desk_keeps_a_session(desk, make_page):
    page = make_page()
    assert desk.client.cookies["sessionid"].value

    for path in ("/", page.get_absolute_url(), "/findes-ikke/", "/static/findes-ikke.css"):
        response = desk.client.get(path)
        assert not response.cookies, path
        assert "cookie" not in response.get("Vary", "").lower(), path


def test_a_form_without_its_token_is_refused_in_danish(admin_user, make_page):
    live = make_page()
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(admin_user)

    response = careful.post(address_of(live, "draft"))

    assert response.status_code == 403
    assert Markup(response.content.decode()).one("html").get("lang") == "da"
    assert live.document.editions.count() == 1


# The front page


def menu(page: Markup) -> list[str]:
    return [text(heading) for heading in page.all("th") if heading.get("scope") == "row"]


def test_the_menu_follows_the_order_an_editor_thinks_in(desk):
    assert menu(desk.open("/admin/")) == [
        "Faser",
        "Situationer",
        "Sider",
        "Samtalekort",
        "Breve",
        "Veje og hjælp",
        "Fakta",
        "Kilder",
        "Links ud af huset",
        "Spørgsmål",
        "Frister i beregneren",
        "Felter i log og registrering",
        "Ordliste",
        "Søgeord",
        "Udgiver",
        "Gamle adresser",
        "Brugere",
        "Grupper",
        "Log",
    ]


def test_every_place_in_the_menu_can_be_opened(desk):
    page = desk.open("/admin/")

    for path in {link.get("href") for link in page.one("main").iter("a")}:
        response = desk.client.get(path, follow=True)
        assert response.status_code == 200, path
        assertNotContains(response, "messagelist")


def test_the_menu_shows_phases_alone_under_phases(desk):
    (link,) = [link for link in desk.open("/admin/").all("a") if text(link) == "Faser"]

    rows = list(desk.open(link.get("href")).one("tbody").iter("tr"))

    assert len(rows) == 5


# Lists


@pytest.mark.parametrize("model", [PageEdition, CardEdition])
def test_a_list_shows_each_document_once(desk, model, make_page, make_card):
    make = make_page if model is PageEdition else make_card
    old = make(title_da="Gammel", live_from=timezone.now() - timedelta(days=9))
    make(title_da="Nyere", document=old.document)
    make(title_da="Nyeste", document=old.document, live_from=None)
    documents = model._meta.get_field("document").related_model.objects.count()

    rows = [text(row) for row in desk.open(list_of(model)).one("tbody").iter("tr")]

    assert len(rows) == documents
    assert [row for row in rows if "Gammel" in row or "Nyere" in row] == []
    assert len([row for row in rows if "Nyeste" in row]) == 1


def test_a_list_tells_the_state_of_each_document(desk, make_page, withdraw):
    make_page(title_da="Aaa")
    make_page(title_da="Bbb", live_from=None)
    ccc = make_page(title_da="Ccc")
    make_page(title_da="Ccc igen", document=ccc.document, live_from=None)
    make_page(title_da="Ddd", live_from=timezone.now() + timedelta(days=1))
    withdraw(make_page(title_da="Eee"), title_da="Eee")

    page = desk.open(list_of(PageEdition))

    states = {}
    for row in page.one("tbody").iter("tr"):
        (title,) = [link for link in row.iter("a") if "/change/" in link.get("href")]
        (state,) = [span for span in row.iter("span") if "state" in classes(span)]
        states[text(title)] = text(state)
    expected = {
        "Aaa": "Udgivet",
        "Bbb": "Kladde",
        "Ccc igen": "Udgivet, med kladde",
        "Ddd": "Udgives senere",
        "Eee": "Trukket tilbage",
    }
    assert {title: states.get(title) for title in expected} == expected


def test_a_list_leads_to_a_new_page(desk):
    links = [link.get("href") for link in desk.open(list_of(PageEdition)).all("a", class_="addlink")]

    assert links == [list_of(Page, "add")]


def test_a_list_of_one_kind_has_its_name_and_adds_what_it_lists(desk):
    (link,) = [link for link in desk.open("/admin/").all("a") if text(link) == "Situationer"]

    listed = desk.open(link.get("href"))
    assert text(listed.one("h1")) == "Situationer"
    add = listed.one("a", class_="addlink")
    assert text(add) == "Tilføj situation"
    assert form_of(desk.open(add.get("href")))["kind"] == "situation"


ODD_WORDS = ["\x00", "'\"%_\\", '"uden slut', "🙂 \u202e", "x" * 5000, "1' OR '1'='1", "<script>alert(1)</script>"]
ODD_QUERIES = [
    "o=999.-999.abc",
    "p=-1",
    "p=99999999999999999999&all=",
    "document__kind__exact=%00",
    "id__exact=abc",
    "changed_by__password__startswith=a",
    "check=andet&_facets=True",
]
LISTS = [model for model in admin.site._registry if model not in (Page, Card, Letter, Publisher)]


@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.label)
def test_no_search_and_no_filter_breaks_a_list(desk, model):
    for word in ODD_WORDS:
        assert desk.client.get(list_of(model), {"q": word}).status_code == 200, word
    for query in ODD_QUERIES:
        response = desk.client.get(f"{list_of(model)}?{query}&q=zzz")
        assert response.status_code in (200, 302, 400), query


@pytest.mark.parametrize(
    ("model", "word"),
    [(Fact, "72 timer"), (Source, "politiet"), (Term, "doxing"), (Route, "facebook"), (PageEdition, "debriefing")],
)
def test_a_search_finds_what_is_asked_for(desk, model, word):
    rows = list(desk.open(f"{list_of(model)}?q={word}").one("tbody").iter("tr"))

    assert 0 < len(rows) < model.objects.count()


def test_a_list_of_facts_is_made_with_few_queries(desk, django_assert_max_num_queries):
    for model in (Fact, PageEdition, CardEdition):
        with django_assert_max_num_queries(20):
            desk.client.get(list_of(model))


# Every screen


@pytest.fixture(scope="module")
def screens(django_db_setup, django_db_blocker) -> dict:
    """Every kind of screen, opened once; what that takes is taken back at once."""
    with django_db_blocker.unblock(), transaction.atomic():
        responses = _open_every_screen()
        transaction.set_rollback(True)
    return responses


def _open_every_screen() -> dict:
    editor = get_user_model().objects.create_superuser("redaktoer", password="x")
    client = Client()
    client.force_login(editor)
    page, card = Page.objects.get(key="dokumenter").live_edition(), Card.objects.first().live_edition()
    page_draft, card_draft = page.document.draft(), card.document.draft()
    letter = Letter.objects.get(key="dsa-anmeldelse").live_edition()
    fresh = Page.objects.create(key="en-ny-side", slug_da="en-ny-side")
    objects = {
        "home's address": Page.objects.get(key="home"),
        "page's address": page.document,
        "live page": page,
        "page's draft": page_draft,
        "first draft": fresh.draft(),
        "card's address": card.document,
        "live card": card,
        "card's draft": card_draft,
        "letter's address": letter.document,
        "live letter": letter,
        "letter's draft": letter.document.draft(),
        "fact": Fact.objects.first(),
        "source": Source.objects.filter(title__startswith="Arbejds").first(),
        "route": Route.objects.first(),
        "link": Link.objects.create(url=Route.objects.exclude(url="").first().url),
        "term": Term.objects.first(),
        "old address": OldAddress.objects.first(),
        "user": get_user_model().objects.create_user("kollega"),
    }
    deletable = [
        "page's draft",
        "first draft",
        "card's draft",
        "letter's draft",
        "fact",
        "source",
        "route",
        "term",
        "old address",
        "user",
    ]
    paths = {"front page": "/admin/", "password": "/admin/password_change/", "app": "/admin/guides/"}
    paths |= {f"{name}: change": address_of(obj) for name, obj in objects.items()}
    paths |= {f"{name}: delete": address_of(objects[name], "delete") for name in deletable}
    paths |= {f"{name}: history": address_of(objects[name], "history") for name in ("live page", "fact", "user")}
    for name in ("live page", "page's draft", "card's draft", "letter's draft"):
        paths[f"{name}: preview"] = address_of(objects[name], "preview_screen")
        paths[f"{name}: review"] = address_of(objects[name], "review")
    paths["card's draft: preview on paper"] = address_of(card_draft, "preview_screen") + "?vis=fold"
    paths["publisher: change"] = list_of(Publisher)
    paths["user: password"] = reverse("admin:auth_user_password_change", args=[objects["user"].pk])
    paths["own user"] = address_of(editor)
    for model in admin.site._registry:
        if model not in (Page, Card, Letter, Publisher):
            paths[f"{model._meta.verbose_name}: list"] = list_of(model)
        if model not in (PageEdition, CardEdition, LetterEdition, LogLine, Publisher, Link):
            paths[f"{model._meta.verbose_name}: add"] = list_of(model, "add")
    return {name: client.get(path, follow=True) for name, path in paths.items()}


def test_every_screen_opens_and_is_well_formed(screens):
    assert {name: r.status_code for name, r in screens.items() if r.status_code != 200} == {}
    pages = {name: Markup(response.content.decode()) for name, response in screens.items()}
    assert {name: page.parse_errors for name, page in pages.items() if page.parse_errors} == {}
    assert [name for name, page in pages.items() if len(page.all("h1")) != 1] == []
    assert [name for name, page in pages.items() if page.one("html").get("lang") != "da"] == []


def test_no_screen_speaks_english(screens):
    found = {name: english_in(Markup(response.content.decode())) for name, response in screens.items()}

    assert {name: words for name, words in found.items() if words} == {}


def test_every_screen_forbids_inline_code_and_is_kept_nowhere(screens, desk, make_page):
    responses = screens | {
        "not found": desk.client.get("/admin/findes-ikke/"),
        "forbidden": desk.client.get(list_of(PageEdition, "add")),
        "moved": desk.client.get(list_of(Page)),
        "preview": desk.client.get(address_of(make_page(live_from=None), "preview")),
        "not logged in": Client().get("/admin/"),
        "catalogue": desk.client.get("/admin/jsi18n/"),
    }
    for name, response in responses.items():
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert not re.search(r"(\s|^)(\*|https?:)", policy), name
        assert "no-store" in response["Cache-Control"], name
        assert response["X-Content-Type-Options"] == "nosniff", name


def test_scripts_and_styles_of_a_screen_are_allowed_one_by_one(screens):
    wrong = set()
    for name, response in screens.items():
        for element in Markup(response.content.decode()).all():
            inline = element.tag == "script" and not element.get("src")
            data = element.get("type") == "application/json"
            if element.tag == "style" or (inline and not data and not element.get("nonce")):
                wrong.add((name, element.tag))
            wrong |= {(name, attribute) for attribute in element.attrib if re.fullmatch(r"style|on[a-z]+", attribute)}

    assert wrong == set()


def test_each_answer_has_a_nonce_of_its_own(desk, make_card):
    path = address_of(make_card(live_from=None))

    nonces = [re.search(r"'nonce-([^']+)'", desk.client.get(path)["Content-Security-Policy"])[1] for _ in "ab"]

    assert nonces[0] != nonces[1]


# What is live is read, what is edited is a draft


def test_a_live_edition_is_shown_and_cannot_be_typed_in(desk, make_page):
    live = make_page(Text(body_da="<p>Gammel tekst.</p>"), title_da="Gammel overskrift")

    page = desk.open(address_of(live))

    fields = [
        field.get("name")
        for field in page.all("input", "textarea", "select")
        if field.get("name") not in ("csrfmiddlewaretoken", None)
    ]
    assert fields == []
    buttons = [text(button) for form in page.one("main").iter("form") for button in form.iter("button")]
    assert buttons == ["Gennemgået i dag", "Redigér"]
    assert page.one("iframe").get("src") == address_of(live, "preview")
    assert {address_of(live.document), live.get_absolute_url()} <= {link.get("href") for link in page.all("a")}


def test_a_live_edition_cannot_be_changed(desk, make_page):
    live = make_page(Text(body_da="<p>Gammel tekst.</p>"))
    form = desk.form(address_of(make_page(Text(body_da="<p>Anden tekst.</p>"), live_from=None)))

    def as_it_is():
        rows = PageEdition.objects.filter(pk=live.pk).values(), Text.objects.filter(parent=live).values()
        return [list(each) for each in rows], read(live.get_absolute_url()), states_of(live.document)

    before = as_it_is()
    for button in ("_save", "_publish", "_preview", "_continue", "_saveasnew", "_addanother"):
        response = desk.client.post(address_of(live), form | {"title_da": "Ny overskrift", button: "1"})
        # What was typed may go on in a draft beside it.
        assert response.status_code in (302, 403, 409), button
        assert as_it_is()[:2] == before[:2]
        assert set(as_it_is()[2]) <= {"live", "draft"}


def states_of(document) -> list[str]:
    return list(document.editions.with_state().values_list("state", flat=True))


def test_a_live_edition_cannot_be_deleted(desk, make_page, make_card):
    for live in (make_page(), make_card()):
        assert desk.client.get(address_of(live, "delete")).status_code == 403
        assert desk.client.post(address_of(live, "delete"), {"post": "yes"}).status_code == 403
        assert desk.client.get(address_of(live.document, "delete")).status_code == 403
        assert desk.client.post(address_of(live.document, "delete"), {"post": "yes"}).status_code == 403
        desk.client.post(
            list_of(type(live)), {"action": "delete_selected", "_selected_action": [live.pk], "post": "yes"}
        )
        assert read(live.get_absolute_url())


def test_a_draft_is_made_by_a_button_and_never_by_a_link(desk, make_page):
    live = make_page()

    assert desk.client.get(address_of(live, "draft")).status_code == 405
    assert live.document.editions.count() == 1


def test_editing_copies_everything_and_readers_notice_nothing(desk, make_page, make_card, make_fact, make_route):
    fact, route = make_fact(), make_route()
    teaser = make_card().document
    live = make_page(
        Heading(text_da="Afsnit", text_en="Section", anchor="afsnit"),
        Text(body_da=f"<p>Frist: {{{{ {fact.key} }}}}.</p>"),
        Step(text_da="Gem alt.", role="hr", link="side:om"),
        DoDont(kind="dont", items_da="Svar ikke.\nSlet ikke."),
        CardTeaser(card=teaser),
        FactList(),
        RouteList(),
        title_da="Gammel overskrift",
        title_en="Old heading",
        summary_da="Gammelt resumé.",
    )
    FactList.objects.get(parent=live).facts.set([fact])
    RouteList.objects.get(parent=live).routes.set([route])
    live.forget_blocks()
    live.remember_facts()
    before = read(live.get_absolute_url())

    draft = desk.draft_of(live)

    def told(block):
        plain = {
            field.name: getattr(block, field.name)
            for field in block._meta.concrete_fields
            if field.name not in ("id", "parent")
        }
        return type(block), plain, [list(getattr(block, f.name).all()) for f in block._meta.many_to_many]

    assert [told(block) for block in draft.blocks()] == [told(block) for block in live.blocks()]
    assert len(draft.blocks()) == 7
    assert (draft.title_da, draft.title_en, draft.summary_da) == ("Gammel overskrift", "Old heading", "Gammelt resumé.")
    assert list(draft.facts.all()) == [fact]
    assert draft.number == live.number + 1
    assert read(live.get_absolute_url()) == before


def test_editing_twice_leads_to_the_same_draft(desk, make_page):
    live = make_page()

    assert desk.draft_of(live) == desk.draft_of(live)
    page = desk.open(address_of(live))

    assert [text(link) for link in page.all("a", class_="desk-button")] == ["Gå til kladden"]
    assert desk.client.post(address_of(live, "draft"))["Location"] == page.one("a", class_="desk-button").get("href")


def test_saving_a_draft_changes_nothing_for_readers(desk, make_page):
    live = make_page(Text(body_da="<p>Gammel tekst.</p>"), title_da="Gammel overskrift")
    before = read(live.get_absolute_url())
    draft = desk.draft_of(live)

    response = desk.send(
        address_of(draft),
        {"title_da": "Ny overskrift", "guides_text_set-0-body_da": "<p>Ny tekst.</p>", "summary_en": "New."},
    )

    assert notices(response) == ["Kladden er gemt. Læserne ser den ikke endnu."]
    draft.refresh_from_db()
    assert draft.is_draft
    assert draft.title_da == "Ny overskrift"
    assert Text.objects.get(parent=draft).body_da == "<p>Ny tekst.</p>"
    assert Text.objects.get(parent=live).body_da == "<p>Gammel tekst.</p>"
    assert read(live.get_absolute_url()) == before


def test_an_unfinished_draft_can_be_saved_and_says_what_is_missing(desk, make_page):
    draft = make_page(title_da="Kladde", live_from=None)

    response = desk.send(address_of(draft), {"title_da": "", "summary_da": ""})

    problems = Markup(response.content.decode()).one("section", class_="problems")
    assert [text(link) for link in problems.iter("a")] == [
        "Overskriften mangler på dansk.",
        "Resuméet mangler på dansk.",
    ]
    ids = Markup(response.content.decode()).ids
    assert all(link.get("href").removeprefix("#") in ids for link in problems.iter("a"))


def test_a_point_can_be_added_moved_and_taken_out(desk, make_card):
    draft = make_card(("remember", "Et."), ("remember", "To."), live_from=None)
    point = "conversations_cardpoint_set"
    form = desk.form(address_of(draft))

    response = desk.send(
        address_of(draft),
        added(form, "cardpoint", section="avoid", text_da="Tre.", text_en="", ordering="5")
        | {f"{point}-0-ordering": "30", f"{point}-1-ordering": "20"},
        form=form,
    )
    assert [block.text_da for block in CardEdition.objects.get(pk=draft.pk).blocks()] == ["Tre.", "To.", "Et."]

    form = form_of(Markup(response.content.decode()))
    desk.send(address_of(draft), {f"{point}-0-DELETE": "on"}, form=form, follow=False)
    assert [block.text_da for block in CardEdition.objects.get(pk=draft.pk).blocks()] == ["To.", "Et."]


# Publishing


def test_publishing_puts_the_draft_before_readers(desk, make_page):
    live = make_page(title_da="Gammel overskrift")
    draft = desk.draft_of(live)

    response = desk.send(address_of(draft), {"title_da": "Ny overskrift"}, button="_publish")

    (notice,) = notices(response)
    assert notice == f"Udgivet. Læserne ser den nu: {live.get_absolute_url()}"
    page = read(live.get_absolute_url())
    assert "Ny overskrift" in page
    assert "Gammel overskrift" not in page
    editions = list(live.document.editions.with_state().order_by("number").values_list("number", "state"))
    assert editions == [(1, "superseded"), (2, "live")]
    assert PageEdition.objects.get(pk=draft.pk).changed_by.username == "admin"


def test_publishing_is_written_in_the_log_with_a_name(desk, make_card):
    draft = desk.draft_of(make_card())
    desk.send(address_of(draft), {"title_da": "Ny overskrift"}, button="_publish")

    log = text(desk.open(address_of(draft, "history")).one("main"))

    assert "Udgav udgave 2." in log
    assert "admin" in log


def test_a_card_is_published_in_the_same_way(desk, make_card):
    live = make_card(("remember", "Lyt først."), title_da="Gammelt kort")
    draft = desk.draft_of(live)
    form = desk.form(address_of(draft))

    desk.send(
        address_of(draft),
        {"title_da": "Nyt kort"} | added(form, "cardpoint", section="avoid", text_da="Afbryd ikke.", text_en=""),
        button="_publish",
    )

    page = read(live.get_absolute_url())
    assert "Nyt kort" in page
    assert "Afbryd ikke." in page
    assert "Lyt først." in page
    assert "Afbryd ikke." not in {point.text_da for point in CardPoint.objects.filter(parent=live)}


def test_publishing_twice_from_two_windows_does_no_harm(desk, make_card):
    draft = desk.draft_of(make_card(title_da="Gammel"))
    desk.send(address_of(draft), {"title_da": "Den første"})
    asked = desk.client.get(address_of(draft, "publish"))
    desk.publish(asked)
    before = stored()

    response = desk.publish(asked)

    assert notices(response) == ["En anden har netop udgivet denne kladde."]
    assert stored() == before
    assert "Den første" in read(draft.get_absolute_url())


@pytest.mark.parametrize("model", [PageEdition, CardEdition])
def test_somebody_who_may_only_write_cannot_publish(client, make_page, make_card, model):
    draft = (make_page if model is PageEdition else make_card)(title_da="Kladde", live_from=None)
    writer = get_user_model().objects.create_user("skribent", password="x", is_staff=True)
    may = ContentType.objects.get_for_model(model).permission_set.exclude(codename__startswith="publish_")
    writer.user_permissions.set(may)
    client.force_login(writer)
    desk = Desk(client)

    page = desk.open(address_of(draft))
    assert "Udgiv …" not in [text(button) for button in page.all("button")]
    assert desk.send(address_of(draft), {"title_da": "Udgivet"}, button="_publish").status_code == 403
    desk.send(address_of(draft), {"title_da": "Gemt"})

    draft.refresh_from_db()
    assert draft.is_draft
    assert draft.title_da == "Gemt"


@pytest.fixture
def unusable(make_fact) -> dict[str, str]:
    """Keys that no text may name, with the words that say why."""
    make_fact(key="ubekraeftet", is_confirmed=False)
    make_fact(key="udloebet", valid_to=YESTERDAY)
    make_fact(key="kommer", valid_from=date(2999, 1, 1))
    return {
        "findes-ikke": "Der findes ikke et faktum med nøglen ”findes-ikke”.",
        "ubekraeftet": "Faktummet ”ubekraeftet” er ikke bekræftet, så ingen tekst kan nævne det.",
        "udloebet": "Faktummet ”udloebet” er udløbet. Giv det en ny ordlyd, eller tag det ud.",
        "kommer": "Faktummet ”kommer” har endnu ingen ordlyd, der gælder.",
    }


def test_facts_that_do_not_hold_stop_a_page_and_nothing_typed_is_lost(desk, make_page, unusable):
    live = make_page(Text(body_da="<p>Gammel tekst.</p>"), title_da="Gammel overskrift")
    before = read(live.get_absolute_url())
    draft = desk.draft_of(live)
    fields = ["guides_text_set-0-body_da", "guides_text_set-0-body_en", "summary_da", "summary_en"]
    typed = {field: f"<p>Før {{{{ {key} }}}}.</p>" for field, key in zip(fields, unusable, strict=True)}
    typed["title_da"] = "Ny overskrift"

    response = desk.send(address_of(draft), typed, button="_publish")

    assert set(unusable.values()) <= set(missing(response))
    form = form_of(Markup(response.content.decode()))
    assert {name: form[name] for name in typed} == typed
    assert read(live.get_absolute_url()) == before


@pytest.mark.parametrize("number", range(4))
def test_a_fact_that_does_not_hold_stops_a_card(desk, make_card, unusable, number):
    key, reason = list(unusable.items())[number]
    live = make_card(("remember", "Gammelt punkt."))
    draft = desk.draft_of(live)
    typed = {"conversations_cardpoint_set-0-text_da": f"Ring før {{{{ {key} }}}}.", "title_da": "Nyt kort"}

    response = desk.send(address_of(draft), typed, button="_publish")

    assert reason in missing(response)
    form = form_of(Markup(response.content.decode()))
    assert {name: form[name] for name in typed} == typed
    assert "Gammelt punkt." in read(live.get_absolute_url())


def test_a_link_that_leads_nowhere_stops_publishing(desk, make_page):
    draft = make_page(live_from=None)
    form = desk.form(address_of(draft))

    response = desk.send(
        address_of(draft),
        added(form, "step", text_da="Gem alt.", text_en="", role="leader", link="side:findes-ikke"),
        button="_publish",
    )

    assert "Linket ”side:findes-ikke” fører ingen steder hen." in missing(response)
    assert PageEdition.objects.get(pk=draft.pk).is_draft


def test_a_card_that_leads_to_contact_says_when_not_to(desk, make_card):
    draft = desk.draft_of(make_card())

    response = desk.send(address_of(draft), {"leads_to_contact": "on"}, button="_publish")

    assert "Et kort, der fører til kontakt, skal sige, hvornår I ikke må ringe eller skrive." in missing(response)
    assert CardEdition.objects.get(pk=draft.pk).is_draft


def test_a_refused_draft_can_be_mended_and_published(desk, make_card, make_fact):
    draft = make_card(summary_da="Frist: {{ findes-ikke }}.", live_from=None)
    desk.send(address_of(draft), button="_publish")
    fact = make_fact(text="syv dage")

    desk.send(address_of(draft), {"summary_da": f"Frist: {{{{ {fact.key} }}}}."}, button="_publish")

    assert "syv dage" in read(draft.get_absolute_url())


def test_an_old_edition_is_restored_as_a_draft(desk, make_page):
    old = make_page(
        Text(body_da="<p>Den gamle tekst.</p>"), title_da="Gammel", live_from=timezone.now() - timedelta(days=9)
    )
    live = make_page(Text(body_da="<p>Den nye tekst.</p>"), title_da="Ny", document=old.document)
    page = desk.open(address_of(old))
    assert [text(button) for button in page.all("button", class_="desk-button")] == ["Gendan som kladde"]

    draft = desk.draft_of(old)

    assert draft.title_da == "Gammel"
    assert [str(block) for block in draft.blocks()] == ["Den gamle tekst."]
    assert "Den nye tekst." in read(live.get_absolute_url())
    desk.send(address_of(draft), button="_publish")
    assert "Den gamle tekst." in read(live.get_absolute_url())
    assert live.document.editions.count() == 3


def test_restoring_never_overwrites_a_draft(desk, make_card):
    old = make_card(title_da="Gammel", live_from=timezone.now() - timedelta(days=9))
    live = make_card(title_da="Ny", document=old.document)
    draft = desk.draft_of(live)
    desk.send(address_of(draft), {"title_da": "Dagens arbejde"})

    response = desk.client.post(address_of(old, "draft"), follow=True)

    assert CardEdition.objects.get(pk=draft.pk).title_da == "Dagens arbejde"
    assert old.document.editions.count() == 3
    # Nothing was restored; the editor is asked which of the two texts goes on.
    assert response.redirect_chain == [(address_of(old, "choose"), 302)]
    assertContains(response, "Dagens arbejde")


def test_a_withdrawn_page_can_be_taken_up_again(desk, make_page, withdraw):
    gone = withdraw(make_page(Text(body_da="<p>Den gamle tekst.</p>"), title_da="En side"))

    response = desk.client.get(address_of(gone))
    assert response.status_code == 200
    assert desk.client.get(address_of(gone, "preview")).status_code in (200, 410)
    draft = desk.draft_of(gone)

    assert [str(block) for block in draft.blocks()] == ["Den gamle tekst."]


def test_every_edition_of_a_document_can_be_opened(desk, make_card):
    old = make_card(live_from=timezone.now() - timedelta(days=9))
    live = make_card(document=old.document)
    draft = desk.draft_of(live)

    for edition in (old, live, draft):
        links = {
            link.get("href") for link in desk.open(address_of(edition)).one("section", class_="editions").iter("a")
        }
        others = {address_of(other) for other in (old, live, draft) if other != edition}
        assert {link for link in links if "/compare/" not in link} == others
        assert len(links) == 4


# Addresses


def new_page(desk, **changes):
    values = {"heading": "En ny side", "kind": "page", "key": "en-ny-side", "slug_da": "en-ny-side"} | changes
    return desk.send(list_of(Page, "add"), values)


def test_a_new_page_goes_from_address_to_draft_to_readers(desk):
    response = new_page(desk)
    draft = PageEdition.objects.get(document__key="en-ny-side")
    assert response.redirect_chain == [(address_of(draft), 302)]
    assert draft.is_draft
    assert Client().get("/en-ny-side/").status_code == 404

    form = form_of(Markup(response.content.decode()))
    assert form["title_da"] == "En ny side"
    values = {"summary_da": "Her er den."}
    response = desk.send(
        address_of(draft), values | added(form, "text", body_da="<p>Velkommen.</p>", body_en=""), form=form
    )
    assert Client().get("/en-ny-side/").status_code == 404

    desk.send(address_of(draft), button="_publish", form=form_of(Markup(response.content.decode())))
    assert "Velkommen." in read("/en-ny-side/")


@pytest.mark.parametrize(
    ("kind", "parent", "path"),
    [("page", "om", "/om/en-ny-side/"), ("situation", None, "/situationer/en-ny-side/"), ("phase", None, None)],
)
def test_new_pages_of_every_kind_reach_readers(desk, kind, parent, path):
    parent = Page.objects.get(key=parent).pk if parent else ""
    form = form_of(Markup(new_page(desk, kind=kind, parent=parent).content.decode()))
    draft = PageEdition.objects.get(document__key="en-ny-side")
    values = {"title_da": "En ny side", "summary_da": "Her er den."}

    desk.send(address_of(draft), values, button="_publish", form=form)

    assert "Her er den." in read(path or "/faser/en-ny-side/")


def test_a_new_card_goes_from_address_to_draft_to_readers(desk):
    phase = Page.objects.phases().first()
    values = {"heading": "Nyt kort", "number": "77", "phase": str(phase.pk)}
    response = desk.send(list_of(Card, "add"), values)
    draft = CardEdition.objects.get(document__key="nyt-kort")
    assert response.redirect_chain == [(address_of(draft), 302)]

    form = form_of(Markup(response.content.decode()))
    desk.send(
        address_of(draft),
        {"title_da": "Et nyt kort", "summary_da": "Ro på.", "participants_da": "Leder og medarbejder"}
        | added(form, "cardpoint", section="remember", text_da="Lyt først.", text_en=""),
        button="_publish",
    )

    assert "Lyt først." in read("/samtalekort/nyt-kort/")


def test_address_and_key_are_made_from_the_heading_and_the_page_stands_last(desk, make_page):
    last = make_page(kind="situation", key="rygter-om-saarede-aar", slug_da="andet").document
    last.position = 400
    last.save()

    desk.send(list_of(Page, "add"), {"heading": "Rygter om “sårede” år!", "kind": "situation"})

    made = Page.objects.get(slug_da="rygter-om-saarede-aar")
    assert made.key == "rygter-om-saarede-aar-2"
    assert made.position == 401
    assert made.editions.get().title_da == "Rygter om “sårede” år!"


def test_an_address_that_is_taken_comes_back_with_everything_typed(desk, make_page, make_card):
    make_page(slug_da="optaget", slug_en="taken")
    make_card(slug_da="optaget", slug_en="taken")
    phase = Page.objects.phases().first()
    page = {"heading": "Min", "kind": "situation", "key": "min-side", "slug_da": "min-side", "slug_en": "mine"}
    card = {
        "heading": "Mit",
        "key": "mit-kort",
        "number": "77",
        "phase": str(phase.pk),
        "slug_da": "mit-kort",
        "slug_en": "mine",
        "is_featured": "on",
    }
    for model, values, other in [(Page, page, "En anden side"), (Card, card, "Et andet kort")]:
        for field, slug in [("slug_da", "optaget"), ("slug_en", "taken")]:
            typed = values | {field: slug}
            response = desk.send(list_of(model, "add"), typed)

            assert response.redirect_chain == []
            assert errors(response) == [f"{other} har allerede denne adresse."]
            form = form_of(Markup(response.content.decode()))
            assert {name: form.get(name) for name in typed} == typed
            assert english_in(Markup(response.content.decode())) == []


def test_a_taken_key_and_a_taken_number_are_refused_in_danish(desk, make_card):
    other = make_card(key="optaget").document
    phase = Page.objects.phases().first()

    response = desk.send(
        list_of(Card, "add"),
        {"heading": "Et", "key": "optaget", "number": str(other.number), "phase": str(phase.pk), "slug_da": "ledig"},
    )

    assert response.redirect_chain == []
    assert len(errors(response)) == 2
    assert english_in(Markup(response.content.decode())) == []


@pytest.mark.parametrize("slug", ["To ord", "æble", "../op", "a/b", "x" * 100])
def test_an_address_that_cannot_be_used_is_refused(desk, slug):
    phase = Page.objects.phases().first()
    card = {"heading": "Ny", "key": "helt-ny", "number": "77", "phase": str(phase.pk), "slug_da": slug}
    page = {"heading": "Ny", "key": "helt-ny", "kind": "page", "slug_da": slug}

    for model, values in [(Card, card), (Page, page)]:
        response = desk.send(list_of(model, "add"), values)

        assert response.redirect_chain == []
        assert errors(response)
        assert english_in(Markup(response.content.decode())) == []
        assert not model.objects.filter(key="helt-ny").exists()


def test_a_card_leaves_the_address_of_the_sheets_alone(desk):
    phase = Page.objects.phases().first()

    response = desk.send(
        list_of(Card, "add"),
        {"heading": "Ark", "number": "77", "phase": str(phase.pk)},
    )

    assert errors(response) == ["Den adresse er optaget af arkene med samtalekort."]


@pytest.mark.parametrize("slug", ["akut", "faser", "samtalekort", "anmeld", "hjaelp", "kilder", "admin", "en"])
def test_an_address_that_would_never_be_reached_is_refused(desk, slug):
    response = new_page(desk, slug_da=slug)

    assert response.redirect_chain == []
    assert errors(response)


@pytest.mark.parametrize("heading", ["", "…"])
def test_what_no_address_can_be_made_of_is_refused(desk, heading):
    phase = Page.objects.phases().first()
    for model, values in [(Page, {"kind": "page"}), (Card, {"number": "77", "phase": str(phase.pk)})]:
        response = desk.send(list_of(model, "add"), {"heading": heading, **values})

        assert response.redirect_chain == []
        assert errors(response)
        assert english_in(Markup(response.content.decode())) == []


def test_only_ordinary_pages_stand_below_another(desk):
    response = new_page(desk, kind="situation", parent=str(Page.objects.get(key="om").pk))

    assert "Kun almindelige sider kan ligge under en anden side." in errors(response)


def test_nobody_makes_a_second_main_page(desk):
    response = new_page(desk, kind="main")

    assert response.redirect_chain == []
    assert not Page.objects.filter(key="en-ny-side").exists()


def test_a_page_cannot_stand_below_itself(desk, make_page):
    page = make_page().document

    desk.send(address_of(page), {"parent": str(page.pk)})

    page.refresh_from_db()
    assert page.parent is None


def test_an_address_that_changes_leads_to_the_new_one(desk, make_page):
    page = make_page(slug_da="foer", slug_en="before", title_en="Before", summary_en="Then.")

    response = desk.send(address_of(page.document), {"slug_da": "nu", "slug_en": "now"})

    assert notices(response) == ["Adressen er gemt. Den gamle fører til den nye."]
    for old, new in [("/foer/", "/nu/"), ("/en/before/", "/en/now/")]:
        assertRedirects(Client().get(old), new, status_code=301)


def test_pages_below_follow_when_an_address_changes(desk, make_page):
    above = make_page(slug_da="foer")
    make_page(slug_da="under", parent=above.document, title_da="Undersiden")

    desk.send(address_of(above.document), {"slug_da": "nu"})

    assertRedirects(Client().get("/foer/"), "/nu/", status_code=301)
    assertRedirects(Client().get("/foer/under/"), "/nu/under/", status_code=301)


def test_a_page_that_moves_below_another_leaves_an_address(desk, make_page):
    above, page = make_page(slug_da="over"), make_page(slug_da="side")

    desk.send(address_of(page.document), {"parent": str(above.document.pk)})

    assertRedirects(Client().get("/side/"), "/over/side/", status_code=301)


def test_an_address_that_moves_there_and_back_is_reached_at_once(desk, make_page):
    page = make_page(slug_da="et")
    for slug in ("to", "tre", "et"):
        desk.send(address_of(page.document), {"slug_da": slug})

    assert "En side" in read("/et/")
    for old in ("/to/", "/tre/"):
        assertRedirects(Client().get(old), "/et/", status_code=301)


def test_a_card_that_changes_address_leads_to_the_new_one(desk, make_card):
    card = make_card(slug_da="foer")

    desk.send(address_of(card.document), {"slug_da": "nu"})

    assertRedirects(Client().get("/samtalekort/foer/"), "/samtalekort/nu/", status_code=301)


def test_a_route_that_changes_address_leads_to_the_new_one(desk, make_route):
    route = make_route(slug_da="foer")

    desk.send(address_of(route), {"slug_da": "nu"})

    assertRedirects(Client().get("/anmeld/foer/"), "/anmeld/nu/", status_code=301)


def test_a_main_page_keeps_its_address(desk):
    home = Page.objects.get(key="home")
    form = desk.form(address_of(home))
    assert set(form) - {"csrfmiddlewaretoken"} == {"position"}

    desk.client.post(
        address_of(home),
        {"position": "3", "slug_da": "nyt", "slug_en": "new", "key": "helt-ny", "kind": "page", "_save": "1"},
    )

    home.refresh_from_db()
    assert (home.key, home.kind, home.slug_da) == ("home", "main", None)
    assert home.position == 3
    assert read("/")


def test_a_key_never_changes(desk, make_page, make_card):
    for edition in (make_page(key="min-noegle"), make_card(key="min-noegle")):
        form = desk.form(address_of(edition.document))
        assert "key" not in form
        desk.client.post(address_of(edition.document), form | {"key": "en-anden", "_save": "1"})
        edition.document.refresh_from_db()
        assert edition.document.key == "min-noegle"


# Throwing away


def test_throwing_a_draft_away_leaves_what_is_live(desk, make_page):
    live = make_page(Text(body_da="<p>Gammel tekst.</p>"))
    draft = desk.draft_of(live)

    page = desk.open(address_of(draft, "delete"))
    assert english_in(page) == []
    response = desk.client.post(address_of(draft, "delete"), {"post": "yes"}, follow=True)

    assert response.status_code == 200
    assert [edition.pk for edition in live.document.editions.all()] == [live.pk]
    assert "Gammel tekst." in read(live.get_absolute_url())


def test_throwing_the_only_draft_away_takes_the_document_with_it(desk, make_page, make_card):
    for draft in (make_page(live_from=None), make_card(live_from=None)):
        response = desk.client.post(address_of(draft, "delete"), {"post": "yes"}, follow=True)

        assert response.status_code == 200
        assert not type(draft.document).objects.filter(pk=draft.document.pk).exists()


def test_a_document_that_others_need_survives_its_draft(desk, make_page, make_card):
    card, phase, above = make_card(live_from=None), make_page(kind="phase", live_from=None), make_page(live_from=None)
    make_page(CardTeaser(card=card.document))
    make_page(parent=above.document)
    Card.objects.filter(pk=make_card().document.pk).update(phase=phase.document)

    for draft in (card, phase, above):
        response = desk.client.post(address_of(draft, "delete"), {"post": "yes"}, follow=True)

        assert response.status_code in (200, 403)
        assert type(draft.document).objects.filter(pk=draft.document.pk).exists()
        assert desk.client.get(list_of(type(draft))).status_code == 200


def test_a_document_without_editions_is_deleted_from_its_own_screen(desk, make_page):
    document = make_page(live_from=None).document

    response = desk.client.post(address_of(document, "delete"), {"post": "yes"}, follow=True)

    assert response.status_code == 200
    assert not Page.objects.filter(pk=document.pk).exists()


# Rich text


HOSTILE = (
    '<p onclick="alert(1)" style="color:red" class="x">Hej <b>alle</b>'
    "<script>alert(1)</script><img src=x onerror=alert(1)>"
    '<a href="javascript:alert(1)">klik</a> <a href="https://ok.example/" target="_blank" onmouseover="x()">ok</a>'
    '<iframe src="https://ond.example/"></iframe></p><h1>Stor</h1><table><tr><td>celle</td></tr></table>'
    "<svg><script>alert(1)</script></svg><style>p{}</style><form><input name=x></form>"
)


def test_rich_text_keeps_only_what_the_design_has(desk, make_page):
    draft = make_page(Text(body_da="<p>Tekst.</p>"), live_from=None)

    desk.send(address_of(draft), {"guides_text_set-0-body_da": HOSTILE, "guides_text_set-0-body_en": HOSTILE})

    block = Text.objects.get(parent=draft)
    for body in (block.body_da, block.body_en):
        tags = {element.tag for element in Markup(f"<main>{body}</main>").one("main").iter()} - {"main"}
        assert tags <= {"p", "strong", "em", "a", "ul", "ol", "li", "h3", "h4", "blockquote", "br"}
        assert not re.search(r"alert|onclick|onerror|onmouseover|javascript|style|iframe|ond\.example", body)
        assert "https://ok.example/" in body
        assert "Hej" in body


def test_hostile_text_is_harmless_everywhere_it_is_shown(desk, make_page):
    draft = make_page(Text(body_da="<p>Tekst.</p>"), live_from=None)
    mark = "<script>alert(1)</script>"
    changes = {"guides_text_set-0-body_da": f"<p>Tekst.</p>{HOSTILE}", "title_da": mark, "summary_da": f'"{mark}'}

    desk.send(address_of(draft), changes, button="_publish")

    for path in (
        "/admin/",
        list_of(PageEdition),
        address_of(draft),
        address_of(draft, "preview"),
        address_of(draft, "history"),
        draft.get_absolute_url(),
    ):
        response = desk.client.get(path)
        assertNotContains(response, mark)
        assertNotContains(response, "onerror")


# Forms that nobody should send


@pytest.fixture
def tough(desk):
    """A desk that answers like a real server where something fails, so that all failures can be told at once."""
    desk.client.raise_request_exception = False
    return desk


def test_an_address_with_an_impossible_number_is_answered(tough):
    own = ["preview", "preview/screen", "preview/side", "preview/copy/x", "review", "draft"]
    names = {PageEdition: own, CardEdition: own, Page: [], Fact: [], Publisher: []}
    broken = []
    for model, more in names.items():
        for number in ("abc", "9" * 30, "%00"):
            for name in ("change", "delete", "history", *more):
                path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/{number}/{name}/"
                for response in (tough.client.get(path), tough.client.post(path, {"_preview": "1"})):
                    if response.status_code >= 500:
                        broken.append((response.request["REQUEST_METHOD"], path))

    assert broken == []


@pytest.fixture
def drafts(make_page, make_card):
    """A page and a card that were never published."""
    return [
        make_page(Heading(text_da="Afsnit", anchor="afsnit"), Text(body_da="<p>Tekst.</p>"), live_from=None),
        make_card(live_from=None),
    ]


def test_an_empty_form_is_refused_without_harm(tough, drafts):
    before = stored()

    for draft in drafts:
        for button in ("_publish", "_preview"):
            assert tough.client.post(address_of(draft), {button: "1"}).status_code == 200

    assert stored() == before


def test_broken_bookkeeping_of_blocks_breaks_nothing(tough, make_card):
    draft = make_card(live_from=None)
    form = tough.form(address_of(draft))
    before = stored()
    broken = []
    for field in ("TOTAL_FORMS", "INITIAL_FORMS", "0-id", "0-parent", "0-ordering", "0-region"):
        # So many blocks would only take long.
        many = [] if field == "TOTAL_FORMS" else ["9" * 40]
        for value in ("", "abc", "\x00", *many):
            # A preview saves and shows as well.
            data = form | {f"conversations_cardpoint_set-{field}": value, "_preview": "1"}
            if tough.client.post(address_of(draft), data).status_code >= 500:
                broken.append((field, value))

    assert broken == []
    assert stored() == before


def test_no_text_breaks_a_draft(tough, drafts):
    broken = []
    for draft in drafts:
        form = tough.form(address_of(draft))
        words = [name for name in form if re.search(r"_(da|en)$", name)]
        others = [name for name in form if re.search(r"_on$|-(anchor|link)$|^minutes$", name)]
        for fields, value in [
            (words + others, "\x00"),
            (words + others, "9" * 40),
            (words, "🙂\u202e\ufffe" * 9),
            (words, "<!-- ]]> {{ {{ }} %s {% x %}"),
        ]:
            data = form | dict.fromkeys(fields, value) | {"_preview": "1"}
            if tough.client.post(address_of(draft), data).status_code >= 500:
                broken.append((draft, value))

    assert broken == []


@pytest.mark.parametrize("model", [Page, Card, Fact, Source, Route, Term, OldAddress, Publisher])
def test_no_value_breaks_another_form(tough, model, make_page, make_card, make_fact, make_source, make_route):
    obj = {
        Page: lambda: make_page(live_from=None).document,
        Card: lambda: make_card(live_from=None).document,
        Fact: make_fact,
        Source: make_source,
        Route: make_route,
        Term: lambda: Term.objects.create(key="ord", word_da="ord", explanation_da="Et ord."),
        OldAddress: lambda: OldAddress.objects.create(old_path="/foer/", new_path="/om/"),
        Publisher: lambda: Publisher.objects.get_or_create(pk=1)[0],
    }[model]()
    form = tough.form(address_of(obj))
    fields = [field for field in form if not field.endswith(("_FORMS", "csrfmiddlewaretoken"))]
    number = re.compile(r"(position|number|parent|phase|source|next|phone|facts|-id|-fact)$")
    # Every field is looked at before one of them is refused, so impossible numbers can be sent together.
    wrong = [dict.fromkeys([field for field in fields if number.search(field)], "9" * 40)]
    wrong += [{field: "\x00"} for field in fields]
    broken = [
        values
        for values in wrong
        if tough.client.post(address_of(obj), form | values | {"_save": "1"}).status_code >= 500
    ]

    assert broken == []
    assert Client().get("/").status_code == 200


def test_a_huge_text_is_stored_or_refused(tough, make_card):
    draft = make_card(live_from=None)
    form = tough.form(address_of(draft))

    for size, status in [(100_000, 200), (5_000_000, 413)]:
        data = form | {"summary_da": "ord " * (size // 4), "_save": "1"}
        assert tough.client.post(address_of(draft), data, follow=True).status_code == status


def test_a_form_with_too_many_fields_is_refused(tough, drafts):
    response = tough.client.post(address_of(drafts[0]), {f"felt-{number}": "" for number in range(6000)})

    assert response.status_code == 413


def test_a_block_of_another_edition_cannot_be_changed_through_a_form(tough, make_card):
    live = make_card(("remember", "Gammelt punkt."))
    draft = make_card(("remember", "Mit punkt."), live_from=None)
    stolen = CardPoint.objects.get(parent=live)
    form = tough.form(address_of(draft))
    point = "conversations_cardpoint_set-0"

    for changes in (
        {f"{point}-id": str(stolen.pk), f"{point}-text_da": "Kapret."},
        {f"{point}-parent": str(live.pk), f"{point}-text_da": "Kapret."},
    ):
        assert tough.client.post(address_of(draft), form | changes | {"_save": "1"}).status_code < 500

    assert "Kapret" not in read(live.get_absolute_url())
    assert CardPoint.objects.get(parent=live) == stolen


@pytest.mark.parametrize("what", ["conversations.cardpoint", "auth.user", "findes.ikke", "abc", ""])
def test_copying_blocks_by_hand_made_fields_changes_nothing_live(tough, make_card, what):
    live = make_card(("remember", "Gammelt punkt."))
    draft = make_card(("remember", "Mit punkt."), live_from=None)
    before = read(live.get_absolute_url())
    point = CardPoint.objects.get(parent=live)

    response = tough.send(
        address_of(draft),
        {"_clone": f"{what}:{point.pk}", "_clone_region": "main", "_clone_ordering": "5"},
    )

    assert read(live.get_absolute_url()) == before
    assert response.status_code < 500


def test_a_block_in_an_unknown_place_is_refused_or_shown(tough, make_card):
    draft = make_card(("remember", "Mit punkt."), live_from=None)

    response = tough.send(address_of(draft), {"conversations_cardpoint_set-0-region": "andetsteds"})

    assert response.status_code == 200
    assert tough.client.get(address_of(draft, "preview")).status_code == 200


def test_what_is_no_form_at_all_is_refused(tough, make_card):
    draft = make_card(live_from=None)
    for body, kind in [
        (b"{}", "application/json"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"title_da=%ff%fe&_save=1", "application/x-www-form-urlencoded"),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\n", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
    ]:
        response = tough.client.post(address_of(draft), body, content_type=kind)
        assert response.status_code < 500, kind
