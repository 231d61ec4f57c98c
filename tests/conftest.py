"""The shipped content, loaded once for the whole run, and small things for tests to build with.

Every `make_*` fixture is a function that stores one thing, live and complete unless the test says otherwise.
"""

import gc
import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in
from django.core.management import call_command
from django.dispatch import receiver
from django.template.base import Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import settings

import conversations.urls
import guides.urls
from conversations.models import Card, CardEdition, CardPoint, LetterEdition
from digitalchikane import spans
from digitalchikane.accounts.sessions import FACTOR_OF
from guides.directory import Directory
from guides.models import Fact, FactWording, Page, PageEdition, Route, Source

from .markup import Markup

FAR_AWAY = date(2999, 1, 1)

# The same examples every time: a run says something about the code, never about luck.
settings.register_profile("suite", derandomize=True, deadline=None, database=None)
settings.load_profile("suite")


def pytest_collection_modifyitems(items):
    # Playwright leaves an event loop running in this thread, and Django refuses to touch the database beside one.
    items.sort(key=in_a_browser)
    # A database is made only when a test asks for one: here it is the one that the server begins with.
    for item in filter(in_a_browser, items):
        item.add_marker(pytest.mark.django_db)


def pytest_collection_finish():
    # What is there before the first test stays to the end.
    gc.collect()
    gc.freeze()


RENDER = Template._render


@pytest.fixture(scope="session", autouse=True)
def nothing_kept_of_templates(django_test_environment):
    """For each template that is rendered, and each field of a form is one, Django's test environment keeps a copy of
    all that it was given. Nobody here looks at those, and without them the form of a page takes a quarter less time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", RENDER)
        yield


def in_a_browser(item) -> bool:
    return "browser" in item.path.parts


@receiver(user_logged_in)
def show_second_factor(request, user, **kwargs):
    """`client.force_login` stands for a whole login: the second factor is set up and was shown. Real logins, which
    come with a request of their own, are left to themselves."""
    if not request.path:
        Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {}})
        request.session[FACTOR_OF] = str(user.pk)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        call_command("load_content", stdout=StringIO())


@pytest.fixture
def site(db):
    """The shipped pages and cards by key."""
    return Directory()


# Every public page, asked for once


@dataclass
class Answer:
    """What the server said at an address."""

    path: str
    language: str
    response: object

    @cached_property
    def html(self) -> str:
        return self.response.content.decode()

    @cached_property
    def markup(self) -> Markup:
        return Markup(self.html)


def content_addresses() -> list[str]:
    """The address of every live page, card and letter and of every route, in the language in force."""
    live = [model.objects.live().for_readers() for model in (PageEdition, CardEdition, LetterEdition)]
    return [thing.get_absolute_url() for thing in itertools.chain(*live, Route.objects.all())]


def public_addresses() -> list[tuple[str, str]]:
    """Language and address of every page a reader can open, cards in large type and one that is not there included."""
    found = []
    for language in ("da", "en"):
        with translation.override(language):
            # Pages that are not content, by their names; what answers with a file, a feed or a box is no page.
            fixed = [
                reverse(f"{urls.app_name}:{pattern.name}")
                for urls in (conversations.urls, guides.urls)
                for pattern in urls.urlpatterns
                if not pattern.pattern.converters and not pattern.name.endswith(("_pdf", "_file", "_feed", "_box"))
            ]
            large = [f"{card.get_absolute_url()}?vis=stor" for card in CardEdition.objects.live().for_readers()]
            missing = reverse("guides:page", args=["findes-ikke"])
            found += [(language, path) for path in dict.fromkeys([*content_addresses(), *fixed, *large, missing])]
    return found


@pytest.fixture(scope="session")
def answers(django_db_setup, django_db_blocker) -> dict[str, Answer]:
    """What every public address answers, by address; made like readers' pages, which share what they all need."""
    client = Client(**{spans.KEY: {}})
    with django_db_blocker.unblock():
        return {path: Answer(path, language, client.get(path)) for language, path in public_addresses()}


@pytest.fixture(scope="session")
def danish_answers(answers) -> dict[str, Answer]:
    return {path: answer for path, answer in answers.items() if answer.language == "da"}


# Factories

_numbers = itertools.count(1000)


@pytest.fixture
def make_source(db):
    def make(**values):
        number = next(_numbers)
        defaults = {
            "key": f"kilde-{number}",
            "title": f"Kilde {number}",
            "publisher": "Folketinget",
            "url": f"https://kilde.example/{number}",
            "read_on": date(2026, 11, 22),
        }
        return Source.objects.create(**defaults | values)

    return make


@pytest.fixture
def make_fact(make_source):
    """A fact with one wording in force; `text=None` leaves the wording out."""

    def make(text="tre uger", statement="Fristen er tre uger.", valid_from=date(2020, 1, 1), valid_to=None, **values):
        defaults = {
            "key": f"fakta-{next(_numbers)}",
            "kind": "deadline",
            "label_da": "En frist",
            "is_confirmed": True,
            "check_again_on": FAR_AWAY,
        }
        if "source" not in values:
            values["source"] = make_source()
        fact = Fact.objects.create(**defaults | values)
        if text is not None:
            FactWording.objects.create(
                fact=fact, text_da=text, statement_da=statement, valid_from=valid_from, valid_to=valid_to
            )
        return fact

    return make


@pytest.fixture
def make_page(db):
    """An edition of a page, live since yesterday. `blocks` are unsaved blocks in order; `document` adds an edition to a
    page that is there."""

    def make(*blocks, document=None, kind="page", key=None, parent=None, slug_da=None, slug_en=None, **values):
        if document is None:
            key = key or f"side-{next(_numbers)}"
            document = Page.objects.create(
                key=key, kind=kind, parent=parent, slug_da=slug_da or key, slug_en=slug_en, position=9000
            )
        defaults = {
            "title_da": "En side",
            "summary_da": "Det handler siden om.",
            "live_from": timezone.now() - timedelta(days=1),
        }
        return _with_blocks(PageEdition.objects.create(document=document, **defaults | values), blocks)

    return make


@pytest.fixture
def make_card(db):
    """An edition of a card, live since yesterday, with one line to remember. Points are pairs of section and text."""

    def make(*points, document=None, key=None, slug_da=None, slug_en=None, **values):
        if document is None:
            number = Card.objects.order_by("number").last().number + 1
            key = key or f"kort-{number}"
            phase = Page.objects.phases().first()
            document = Card.objects.create(
                key=key, number=number, phase=phase, slug_da=slug_da or key, slug_en=slug_en, position=9000
            )
        defaults = {
            "title_da": "Et kort",
            "summary_da": "Det skal samtalen føre til.",
            "participants_da": "Leder og medarbejder",
            "live_from": timezone.now() - timedelta(days=1),
        }
        edition = CardEdition.objects.create(document=document, **defaults | values)
        points = points or [("remember", "Lyt først.")]
        return _with_blocks(edition, [CardPoint(section=section, text_da=text) for section, text in points])

    return make


@pytest.fixture
def make_route(db):
    def make(**values):
        key = f"vej-{next(_numbers)}"
        defaults = {
            "key": key,
            "slug_da": key,
            "group": "authority",
            "name_da": "En myndighed",
            "summary_da": "Når det haster.",
            "check_again_on": FAR_AWAY,
        }
        return Route.objects.create(**defaults | values)

    return make


@pytest.fixture
def withdraw(db):
    """Withdraw what an edition belongs to; returns the withdrawal."""

    def make(edition, reason="Siden var forældet.", replacement="", **values):
        defaults = {"live_from": timezone.now(), "is_withdrawal": True}
        return type(edition).objects.create(
            document=edition.document, withdrawal_reason_da=reason, replacement=replacement, **defaults | values
        )

    return make


def _with_blocks(edition, blocks):
    for ordering, block in enumerate(blocks, start=1):
        block.parent, block.region, block.ordering = edition, "main", ordering * 10
        block.save()
    edition.forget_blocks()
    edition.remember_facts()
    return edition
