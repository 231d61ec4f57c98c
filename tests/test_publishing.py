"""The publishing rule: readers see the newest edition begun, unless it withdraws. And how editions come to be."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.forms import modelform_factory
from django.utils import timezone, translation
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from conversations.models import Card, CardEdition
from digitalchikane.publishing.models import AlreadyPublished, NotPublishable, State
from digitalchikane.publishing.problems import ChangedMeanwhile
from guides.models import (
    Callout,
    CardTeaser,
    DoDont,
    FactList,
    Heading,
    Page,
    PageEdition,
    Recipe,
    Route,
    RouteList,
    Step,
    Text,
)
from guides.models.pages import PageKind

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = timedelta(hours=1)


def states(document, at=None) -> list[str]:
    return list(document.editions.with_state(at).order_by("number").values_list("state", flat=True))


# What readers see


@pytest.mark.parametrize("make", ["make_page", "make_card"])
def test_a_draft_is_hidden_from_readers(client, request, make):
    edition = request.getfixturevalue(make)(live_from=None)

    assert client.get(edition.get_absolute_url()).status_code == 404
    assert edition.document.live_edition() is None
    assert states(edition.document) == [State.DRAFT]


@pytest.mark.parametrize("make", ["make_page", "make_card"])
def test_a_draft_beside_a_live_edition_changes_nothing_for_readers(client, request, make):
    make = request.getfixturevalue(make)
    live = make(title_da="Det gamle")
    make(document=live.document, title_da="Det nye", live_from=None)

    html = client.get(live.get_absolute_url()).content.decode()

    assert "Det gamle" in html
    assert "Det nye" not in html
    assert states(live.document) == [State.LIVE, State.DRAFT]


def test_a_draft_of_a_phase_stands_on_no_list(client, make_page):
    draft = make_page(kind=PageKind.PHASE, title_da="Sjette fase", live_from=None)

    for path in ["/", "/faser/", "/findes-ikke/", "/sitemap.xml"]:
        html = client.get(path).content.decode()
        assert "Sjette fase" not in html
        assert draft.document.slug_da not in html


def test_a_scheduled_edition_is_seen_from_its_time(make_page):
    page = make_page(title_da="Nu", live_from=NOW - HOUR)
    make_page(document=page.document, title_da="Senere", live_from=NOW + HOUR)

    seen = {minutes: page.document.live_edition(NOW + timedelta(minutes=minutes)).title_da for minutes in (0, 59, 60)}

    assert seen == {0: "Nu", 59: "Nu", 60: "Senere"}
    assert states(page.document, NOW) == [State.LIVE, State.SCHEDULED]
    assert states(page.document, NOW + HOUR) == [State.SUPERSEDED, State.LIVE]


def test_a_page_whose_first_edition_is_scheduled_is_not_there_yet(client, make_page):
    page = make_page(live_from=timezone.now() + HOUR)

    assert client.get(page.get_absolute_url()).status_code == 404


def test_the_newest_edition_wins_whatever_its_number(make_page):
    page = make_page(title_da="Et", live_from=NOW - HOUR)
    make_page(document=page.document, title_da="To", live_from=NOW - 2 * HOUR)

    assert page.document.live_edition(NOW).title_da == "Et"


def test_of_two_editions_from_the_same_moment_the_later_made_wins(make_page):
    page = make_page(title_da="Et", live_from=NOW)
    make_page(document=page.document, title_da="To", live_from=NOW)

    assert page.document.live_edition(NOW).title_da == "To"


def test_a_superseded_edition_is_never_live(make_page):
    page = make_page(title_da="Et", live_from=NOW - 2 * HOUR)
    make_page(document=page.document, title_da="To", live_from=NOW - HOUR)

    assert [edition.title_da for edition in page.document.editions.live(NOW)] == ["To"]
    assert states(page.document, NOW) == [State.SUPERSEDED, State.LIVE]


def test_a_withdrawal_hides_the_page_and_every_edition_before_it(client, make_page, withdraw):
    page = make_page()
    make_page(document=page.document, live_from=NOW - HOUR)
    withdraw(page, live_from=NOW)

    assert client.get(page.get_absolute_url()).status_code == 410
    assert not Page.objects.live().filter(pk=page.document.pk).exists()
    assert list(page.document.editions.live()) == []
    assert states(page.document) == [State.SUPERSEDED, State.SUPERSEDED, State.WITHDRAWN]


def test_a_withdrawn_page_stands_on_no_list_and_no_link_leads_to_it(client, make_page, withdraw):
    situation = make_page(kind=PageKind.SITUATION, title_da="Et ukendt forhold")
    other = make_page(Text(body_da=f'<p>Se <a href="side:{situation.document.key}">siden</a>.</p>'))
    assert "Et ukendt forhold" in client.get("/").content.decode()
    assert situation.get_absolute_url() in client.get(other.get_absolute_url()).content.decode()

    withdraw(situation)

    assert "Et ukendt forhold" not in client.get("/").content.decode()
    html = client.get(other.get_absolute_url()).content.decode()
    assert situation.get_absolute_url() not in html
    assert "<p>Se siden.</p>" in html


def test_an_edition_after_a_withdrawal_brings_the_page_back(client, make_page, withdraw):
    page = make_page()
    withdraw(page, live_from=timezone.now() - HOUR)
    make_page(document=page.document, live_from=timezone.now())

    assert client.get(page.get_absolute_url()).status_code == 200


def test_the_edition_an_editor_means_is_the_draft_else_the_newest(make_page):
    page = make_page(title_da="Udgivet")
    scheduled = make_page(document=page.document, title_da="Planlagt", live_from=timezone.now() + HOUR)
    assert page.document.current_edition() == scheduled

    draft = make_page(document=page.document, title_da="Kladde", live_from=None)

    assert page.document.current_edition() == draft
    assert list(page.document.editions.current()) == [draft]


# Publishing


def test_publishing_makes_a_draft_live(client, make_page, django_user_model):
    editor = django_user_model.objects.create(username="redaktoer")
    draft = make_page(live_from=None)

    draft.publish(by=editor)

    draft.refresh_from_db()
    assert client.get(draft.get_absolute_url()).status_code == 200
    assert draft.changed_by == editor
    assert not draft.is_draft


def test_publishing_for_later_waits(client, make_page):
    draft = make_page(live_from=None)

    draft.publish(at=timezone.now() + HOUR)

    assert client.get(draft.get_absolute_url()).status_code == 404
    assert states(draft.document) == [State.SCHEDULED]


def test_the_second_of_two_editors_who_publish_is_told(make_page):
    draft = make_page(live_from=None)
    seen_by_another = PageEdition.objects.get(pk=draft.pk)
    draft.publish(at=NOW)

    with pytest.raises(AlreadyPublished):
        seen_by_another.publish(at=NOW + HOUR)

    draft.refresh_from_db()
    assert draft.live_from == NOW


def test_a_live_edition_cannot_be_published_again(make_page):
    page = make_page(live_from=NOW - HOUR)

    with pytest.raises(AlreadyPublished):
        page.publish()

    page.refresh_from_db()
    assert page.live_from == NOW - HOUR


def test_a_document_has_one_draft_even_when_the_code_is_passed_by(make_page):
    page = make_page(live_from=None)
    live = make_page(document=page.document, live_from=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_page(document=page.document, live_from=None)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE guides_pageedition SET live_from = NULL WHERE id = %s", [live.pk])


def test_a_card_has_one_draft(make_card):
    card = make_card(live_from=None)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_card(document=card.document, live_from=None)


def test_editions_are_numbered_within_their_document(make_page):
    page = make_page()
    second = make_page(document=page.document, live_from=NOW)
    other = make_page()

    assert [page.number, second.number, other.number] == [1, 2, 1]
    assert page.document.draft().number == 3


def test_two_editions_never_share_a_number(make_page):
    page = make_page()
    second = make_page(document=page.document, live_from=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        PageEdition.objects.filter(pk=second.pk).update(number=1)


# Drafts and copies


def test_a_draft_is_made_once_and_found_again(make_page):
    page = make_page(title_da="Udgivet")

    draft = page.document.draft()

    assert draft.is_draft
    assert draft.title_da == "Udgivet"
    assert page.document.draft() == draft
    assert page.document.editions.count() == 2


def test_a_document_without_editions_gets_an_empty_draft():
    page = Page.objects.create(key="helt-ny", slug_da="helt-ny")

    draft = page.draft()

    assert draft.is_draft
    assert not draft.title_da


def test_a_draft_after_a_withdrawal_has_the_last_content_and_withdraws_nothing(make_page, withdraw):
    page = make_page(title_da="Indholdet")
    withdraw(page, replacement="side:om")

    draft = page.document.draft()

    assert draft.title_da == "Indholdet"
    assert (draft.is_withdrawal, draft.withdrawal_reason_da or "", draft.replacement) == (False, "", "")


def one_of_each_block():
    return [
        Heading(text_da="Et afsnit", text_en="A section", anchor="et-afsnit"),
        Text(body_da="<p>Tekst</p>", body_en="<p>Text</p>"),
        Step(text_da="Et trin", text_en="A step", role="hr", link="side:om"),
        DoDont(kind="dont", items_da="Skriv ikke", items_en="Do not write"),
        Callout(tone="danger", title_da="Pas på", title_en="Mind", body_da="<p>Her</p>"),
        CardTeaser(card=Card.objects.get(key="foerste-samtale")),
        RouteList(),
        FactList(),
        Recipe(title_da="Windows", body_da="<ol><li>Tryk</li></ol>"),
    ]


@pytest.fixture
def rich_page(make_page, make_fact, make_route):
    """A page with every kind of block, in two languages."""
    fact, route = make_fact(), make_route()
    page = make_page(
        *one_of_each_block(),
        title_da="Dansk",
        title_en="English",
        summary_da=f"Inden {{{{ {fact.key} }}}}.",
        timing_da="samme dag",
        change_note_da="Nyt om frister.",
        reviewed_on=NOW.date(),
        review_again_on=NOW.date(),
    )
    for block in page.blocks():
        if isinstance(block, RouteList):
            block.routes.set([route])
        if isinstance(block, FactList):
            block.facts.set([fact])
    page.forget_blocks()
    page.remember_facts()
    return page


def content(edition) -> list[tuple]:
    """Everything in an edition's blocks but their places in the database."""
    found = []
    for block in edition.blocks():
        kept = {
            field.attname: getattr(block, field.attname)
            for field in block._meta.concrete_fields
            if field.name not in ("id", "parent")
        }
        many = {field.name: list(getattr(block, field.name).all()) for field in block._meta.many_to_many}
        found.append((type(block), kept, many))
    return found


def test_restoring_an_old_edition_copies_every_block_with_its_lists(rich_page):
    draft = PageEdition.objects.get(pk=rich_page.copy_to_draft().pk)

    assert len(draft.blocks()) == 9
    assert content(draft) == content(rich_page)
    assert list(draft.facts.all()) == list(rich_page.facts.all()) != []
    assert not {block.pk for block in draft.parts()[1:] if type(block) is Text} & {
        block.pk for block in rich_page.parts()[1:] if type(block) is Text
    }


def test_a_restored_edition_is_published_above_the_newer_one(make_page):
    page = make_page(title_da="Et", live_from=NOW - 2 * HOUR)
    make_page(document=page.document, title_da="To", live_from=NOW - HOUR)

    page.copy_to_draft().publish()

    assert page.document.live_edition().title_da == "Et"
    assert page.document.live_edition().number == 3


def test_changing_a_copy_leaves_the_original_alone(rich_page):
    draft = rich_page.copy_to_draft()
    for block in draft.blocks():
        block.delete()
    draft.title_da = "Ændret"
    draft.save()

    original = PageEdition.objects.get(pk=rich_page.pk)
    assert len(original.blocks()) == 9
    assert original.title_da == "Dansk"


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_copy_keeps_each_language_apart_whoever_makes_it(make_page, language):
    half = make_page(
        Text(body_da="<p>Dansk</p>"),
        Heading(text_da="Dansk", text_en="English", anchor="her"),
        title_da="Dansk",
        title_en="English",
        summary_da="Kun på dansk.",
    )

    with translation.override(language):
        copy = PageEdition.objects.get(pk=half.copy_to_draft().pk)
        body, heading = copy.blocks()

    assert (copy.title_da, copy.title_en) == ("Dansk", "English")
    assert (copy.summary_da, copy.summary_en or "") == ("Kun på dansk.", "")
    assert (body.body_da, body.body_en or "") == ("<p>Dansk</p>", "")
    assert (heading.text_da, heading.text_en) == ("Dansk", "English")


def test_a_copy_begins_its_own_history(rich_page, django_user_model):
    editor = django_user_model.objects.create(username="redaktoer")

    draft = PageEdition.objects.get(pk=rich_page.copy_to_draft(by=editor).pk)

    assert draft.number == rich_page.number + 1
    assert draft.live_from is None
    assert not draft.change_note_da
    assert draft.reviewed_on is None
    assert draft.review_again_on == rich_page.review_again_on
    assert draft.timing_da == "samme dag"
    assert draft.changed_by == editor


def test_a_card_is_copied_with_its_points(make_card):
    card = make_card(("remember", "Lyt."), ("say", "Hvad skete der?"), minutes=20, leads_to_contact=False)

    copy = CardEdition.objects.get(pk=card.copy_to_draft().pk)

    assert [(point.section, point.text_da) for point in copy.blocks()] == [
        ("remember", "Lyt."),
        ("say", "Hvad skete der?"),
    ]
    assert copy.minutes == 20


# Addresses


@pytest.mark.parametrize("field", ["slug_da", "slug_en"])
def test_two_pages_never_share_an_address(make_page, field):
    make_page(**{field: "samme"})

    with pytest.raises(IntegrityError), transaction.atomic():
        make_page(**{field: "samme"})


def test_an_address_may_be_taken_in_one_language_and_free_in_the_other(make_page):
    make_page(slug_da="info", slug_en="om-os")

    make_page(slug_da="om-os", slug_en="info")


@pytest.mark.parametrize("model", [Page, Card, Route])
def test_many_can_be_without_an_english_address(model):
    """An empty field in a form becomes nothing at all, so that the second empty one is no collision."""
    form = modelform_factory(model, fields=["slug_da", "slug_en"])
    two = model.objects.all()[:2]
    for thing in two:
        filled = form({"slug_da": thing.slug_da, "slug_en": ""}, instance=thing)
        assert filled.is_valid(), filled.errors
        filled.save()

    assert [thing.slug_en for thing in model.objects.filter(pk__in=[thing.pk for thing in two])] == [None, None]


def test_only_main_pages_are_without_a_danish_address():
    with pytest.raises(IntegrityError), transaction.atomic():
        Page.objects.create(key="uden-adresse", kind=PageKind.PAGE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Page.objects.create(key="uden-adresse", kind=PageKind.PAGE, slug_da="")


def test_only_ordinary_pages_stand_below_another():
    parent = Page.objects.get(key="viden")

    with pytest.raises(IntegrityError), transaction.atomic():
        Page.objects.create(key="fase", kind=PageKind.PHASE, slug_da="fase", parent=parent)


def test_the_address_of_the_card_sheets_is_kept_free(make_card):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_card(slug_da="ark")


# What must be mended first


def messages(edition) -> list[str]:
    return [problem.message for problem in edition.problems()]


def test_a_finished_page_has_no_problems(rich_page, make_card):
    assert messages(rich_page) == []
    assert messages(make_card()) == []


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"title_da": ""}, "Overskriften mangler på dansk."),
        ({"title_da": "", "title_en": "English"}, "Overskriften mangler på dansk."),
        ({"summary_da": ""}, "Resuméet mangler på dansk."),
        ({"replacement": "side:findes-ikke"}, "Linket ”side:findes-ikke” fører ingen steder hen."),
        ({"summary_da": "Inden {{ findes-ikke }}."}, "Der findes ikke et faktum med nøglen ”findes-ikke”."),
        ({"summary_en": "Before {{ findes-ikke }}."}, "Der findes ikke et faktum med nøglen ”findes-ikke”."),
    ],
)
def test_the_head_of_a_page_must_be_whole(make_page, values, message):
    draft = make_page(live_from=None, **values)

    assert messages(draft) == [message]
    with pytest.raises(NotPublishable) as refusal:
        draft.publish()
    assert refusal.value.messages == [message]
    draft.refresh_from_db()
    assert draft.is_draft


NOWHERE = "Linket ”%s” fører ingen steder hen."
UNKNOWN = "Der findes ikke et faktum med nøglen ”findes-ikke”."


@pytest.mark.parametrize(
    ("block", "values", "message"),
    [
        (Text, {"body_da": "<p> </p>"}, "En tekstblok er tom."),
        (RouteList, {}, "En liste med veje er tom."),
        (FactList, {}, "En liste med fakta er tom."),
        (Text, {"body_da": '<p><a href="side:findes-ikke">her</a></p>'}, NOWHERE % "side:findes-ikke"),
        (
            Text,
            {"body_da": "<p>Ja</p>", "body_en": '<p><a href="kort:findes-ikke">here</a></p>'},
            NOWHERE % "kort:findes-ikke",
        ),
        (
            Callout,
            {"title_da": "Obs", "body_da": '<p><a href="vej:findes-ikke">her</a></p>'},
            NOWHERE % "vej:findes-ikke",
        ),
        (
            Recipe,
            {"title_da": "Windows", "body_da": '<p><a href="side:findes-ikke#der">her</a></p>'},
            NOWHERE % "side:findes-ikke#der",
        ),
        (Step, {"text_da": "Gem", "link": "kort:findes-ikke"}, NOWHERE % "kort:findes-ikke"),
        (Step, {"text_da": "Gem inden {{ findes-ikke }}"}, UNKNOWN),
        (DoDont, {"items_da": "Gem\nInden {{ findes-ikke }}"}, UNKNOWN),
        (Heading, {"text_da": "{{ findes-ikke }}", "anchor": "her"}, UNKNOWN),
    ],
)
def test_a_block_must_be_whole_and_the_problem_names_it(make_page, block, values, message):
    draft = make_page(block(**values), live_from=None)

    (problem,) = draft.problems()

    assert problem.message == message
    assert problem.block == draft.blocks()[0]


def test_two_headings_cannot_share_an_anchor(make_page):
    page = make_page(Heading(text_da="Et", anchor="samme"), Heading(text_da="To", anchor="samme"))

    (problem,) = page.problems()

    assert problem.message == "To overskrifter har ankeret ”samme”."
    assert problem.block == page.blocks()[1]


def test_a_link_to_something_not_published_yet_is_no_problem(make_page):
    draft = make_page(live_from=None)

    page = make_page(Text(body_da=f'<p><a href="side:{draft.document.key}">snart</a></p>'))

    assert messages(page) == []


@pytest.mark.parametrize(
    ("points", "values", "message"),
    [
        ([], {"title_da": ""}, "Overskriften mangler på dansk."),
        ([], {"summary_da": ""}, "Formålet mangler på dansk."),
        ([], {"participants_da": ""}, "Der står ikke, hvem der taler med hvem."),
        ([("say", "Hej")], {}, "Der står ikke noget under Husk på kortet."),
        (
            [("remember", "Lyt")],
            {"leads_to_contact": True},
            "Et kort, der fører til kontakt, skal sige, hvornår I ikke må ringe eller skrive.",
        ),
        (
            [("remember", "Inden {{ findes-ikke }}")],
            {},
            "Der findes ikke et faktum med nøglen ”findes-ikke”.",
        ),
    ],
)
def test_a_card_must_be_whole(make_card, points, values, message):
    card = make_card(*points, live_from=None, **values)

    assert messages(card) == [message]
    with pytest.raises(NotPublishable):
        card.publish()


def test_every_problem_is_told_at_once(make_page):
    draft = make_page(Text(body_da=""), RouteList(), live_from=None, title_da="", summary_da="")

    assert len(messages(draft)) == 4


# The whole life of a document


class Life(RuleBasedStateMachine):
    """A document under an editor's hands, beside a model that is a plain list of what was done."""

    make_page = None
    minutes = st.integers(min_value=-120, max_value=120)

    def __init__(self):
        super().__init__()
        self.model = []  # [live from or None, withdraws, title] in order of their numbers
        self.document = Page.objects.create(
            key=f"liv-{Page.objects.count()}", slug_da=f"liv-{Page.objects.count()}", kind=PageKind.PAGE
        )

    @initialize(has_past=st.booleans())
    def begin(self, has_past):
        for title, hours in [("Et", 3), ("To", 2)] if has_past else []:
            at = NOW - hours * HOUR
            self.document.editions.create(title_da=title, summary_da="Kort.", live_from=at)
            self.model.append([at, False, title])

    def draft_in_model(self):
        return next((edition for edition in self.model if edition[0] is None), None)

    def newest_content_in_model(self):
        begun = [(edition[0], number, edition) for number, edition in enumerate(self.model) if not edition[1]]
        return max(begun, key=lambda found: found[:2])[2] if begun else None

    @rule(title=st.sampled_from(["Et", "To", "Tre"]))
    def edit(self, title):
        """Open the draft, which is made where there is none, and change its title."""
        draft = self.document.draft()
        if self.draft_in_model() is None:
            newest = self.newest_content_in_model()
            self.model.append([None, False, newest[2] if newest else ""])
        assert (draft.title_da or "") == self.draft_in_model()[2]
        draft.title_da, draft.summary_da = title, "Kort."
        draft.save()
        self.draft_in_model()[2] = title

    @precondition(lambda self: self.draft_in_model())
    @rule(minutes=minutes)
    def publish(self, minutes):
        at = NOW + timedelta(minutes=minutes)
        self.document.draft().publish(at=at)
        self.draft_in_model()[0] = at

    @rule(minutes=minutes)
    def withdraw(self, minutes):
        at = NOW + timedelta(minutes=minutes)
        self.document.editions.create(is_withdrawal=True, live_from=at, withdrawal_reason_da="Forældet.")
        self.model.append([at, True, ""])

    def newest_in_model(self):
        begun = [(edition[0], n) for n, edition in enumerate(self.model) if edition[0] and edition[0] <= NOW]
        return max(begun)[1] if begun else None

    @precondition(lambda self: self.newest_in_model() is not None)
    @rule(data=st.data())
    def bring_back(self, data):
        """Take a withdrawal back: readers get what they saw before it, as a new edition. Any other is refused."""
        newest = self.newest_in_model()
        if not self.model[newest][1] and data.draw(st.booleans()):
            self.withdraw(minutes=0)
            newest = self.newest_in_model()
        number = data.draw(st.sampled_from([newest, *(n for n, each in enumerate(self.model) if each[1])]))
        edition = self.document.editions.get(number=number + 1)
        before = [
            (each[0], n)
            for n, each in enumerate(self.model)
            if each[0] and not each[1] and each[0] <= (self.model[number][0] or NOW)
        ]
        if number == newest and self.model[number][1] and before:
            edition.bring_back(now=NOW)
            self.model.append([NOW, False, self.model[max(before)[1]][2]])
        else:
            with pytest.raises(ChangedMeanwhile):
                edition.bring_back(now=NOW)

    @precondition(lambda self: self.model and not self.draft_in_model())
    @rule(data=st.data())
    def restore(self, data):
        contents = [number for number, edition in enumerate(self.model) if not edition[1]]
        if contents:
            number = data.draw(st.sampled_from(contents))
            self.document.editions.get(number=number + 1).copy_to_draft()
            self.model.append([None, False, self.model[number][2]])

    def scheduled_in_model(self):
        return [number for number, edition in enumerate(self.model) if edition[0] and edition[0] > NOW]

    @precondition(lambda self: self.scheduled_in_model() and not self.draft_in_model())
    @rule(data=st.data())
    def cancel(self, data):
        """Take what is scheduled off the schedule: it is the draft again."""
        number = data.draw(st.sampled_from(self.scheduled_in_model()))
        if not self.model[number][1]:
            self.document.editions.get(number=number + 1).cancel(now=NOW)
            self.model[number][0] = None

    @precondition(lambda self: len(self.model) > 1 and self.draft_in_model() is self.model[-1])
    @rule()
    def throw_the_draft_away(self):
        self.document.editions.get(live_from=None).discard(now=NOW)
        self.model.pop()

    @precondition(lambda self: self.draft_in_model() and self.draft_in_model()[0] is None)
    @rule()
    def publish_twice(self):
        """Of two who publish the same draft one is told."""
        first, second = self.document.draft(), self.document.draft()
        first.publish(at=NOW)
        self.draft_in_model()[0] = NOW
        with pytest.raises(AlreadyPublished):
            second.publish(at=NOW + HOUR)

    @precondition(lambda self: self.draft_in_model())
    @rule()
    def a_second_draft_is_refused(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            self.document.editions.create(title_da="Endnu en")

    @invariant()
    def readers_see_what_the_model_says(self):
        for at in (NOW - HOUR, NOW, NOW + 3 * HOUR):
            begun = [
                (edition[0], n, edition) for n, edition in enumerate(self.model) if edition[0] and edition[0] <= at
            ]
            newest = max(begun, key=lambda found: found[:2])[1] if begun else None
            expected = []
            for number, (live_from, withdraws, _title) in enumerate(self.model):
                if live_from is None:
                    expected.append(State.DRAFT)
                elif live_from > at:
                    expected.append(State.SCHEDULED)
                elif number != newest:
                    expected.append(State.SUPERSEDED)
                else:
                    expected.append(State.WITHDRAWN if withdraws else State.LIVE)
            assert states(self.document, at) == expected

            shown = [(edition.number, edition.title_da) for edition in self.document.editions.live(at)]
            assert shown == ([(newest + 1, self.model[newest][2])] if State.LIVE in expected else [])
            assert Page.objects.live(at).filter(pk=self.document.pk).exists() == (State.LIVE in expected)
            assert self.document.editions.withdrawals(at).exists() == (State.WITHDRAWN in expected)


def test_whatever_an_editor_does_readers_see_what_a_simple_model_says():
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=20,
            stateful_step_count=10,
            suppress_health_check=list(HealthCheck),
        ),
    )
