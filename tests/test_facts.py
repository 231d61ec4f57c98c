"""Facts in text: one place to write them, one way to show them, and never one that does not hold."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from conversations.models import CardEdition
from digitalchikane.publishing.models import NotPublishable
from guides.factbook import FactBook
from guides.models import DoDont, FactList, FactWording, PageEdition, RouteList, Text

from .conftest import FAR_AWAY
from .markup import Markup, text
from .test_desk import Desk, address_of, errors, form_of

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DAY = timedelta(days=1)


@pytest.fixture
def main(client):
    """The main part of a page, as readers get it."""

    def read(page_or_path):
        path = page_or_path if isinstance(page_or_path, str) else page_or_path.get_absolute_url()
        response = client.get(path)
        assert response.status_code == 200
        return Markup(response.content.decode()).one("main")

    return read


def entry(main, fact) -> str:
    """What /kilder/ says of a fact."""
    (found,) = [element for element in main("/kilder/").iter("div") if element.get("id") == fact.key]
    return text(found)


def naming(fact, make_page, **values):
    return make_page(Text(body_da=f"<p>Anmeld inden {{{{ {fact.key} }}}}.</p>"), **values)


# In text


def test_a_fact_in_text_shows_its_wording_and_where_it_is_from(main, make_fact, make_page):
    fact = make_fact(text="tre uger", label_da="Frist for klage")

    paragraph = next(p for p in main(naming(fact, make_page)).iter("p") if text(p).startswith("Anmeld"))

    assert text(paragraph) == "Anmeld inden tre uger Kilde."
    (link,) = paragraph.iter("a")
    assert link.get("href") == f"/kilder/#{fact.key}"
    assert link.get("aria-label") == "Kilde: Frist for klage"


@pytest.mark.parametrize("written", ["{{key}}", "{{ key }}", "{{  key  }}", "{{\nkey\n}}"])
def test_spaces_around_a_key_do_not_matter(main, make_fact, make_page, written):
    make_fact(key="en-noegle", text="tre uger")
    page = make_page(summary_da=f"Inden {written.replace('key', 'en-noegle')}.")

    assert "Inden tre uger Kilde." in text(main(page))


def test_a_heading_and_a_description_have_the_bare_words(client, make_fact, make_page):
    fact = make_fact(text="tre uger")
    page = make_page(title_da=f"Inden {{{{ {fact.key} }}}}", summary_da=f"I har {{{{ {fact.key} }}}}.")

    markup = Markup(client.get(page.get_absolute_url()).content.decode())

    assert text(markup.one("h1")) == "Inden tre uger"
    assert text(markup.one("title")).startswith("Inden tre uger")
    assert markup.one("meta", name="description").get("content") == "I har tre uger."


def test_what_a_fact_says_is_shown_as_characters_and_never_as_markup(client, make_fact, make_page):
    fact = make_fact(text="<b>5 & 6</b>", statement="<script>alert(1)</script>", label_da='"><img src=x>')
    page = naming(fact, make_page, summary_da=f"Se {{{{ {fact.key} }}}}.", title_da=f"{{{{ {fact.key} }}}}")

    for path in (page.get_absolute_url(), "/kilder/"):
        html = client.get(path).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<b>5" not in html
    assert "&lt;b&gt;5 &amp; 6&lt;/b&gt;" in client.get(page.get_absolute_url()).content.decode()


def test_a_key_that_is_markup_is_shown_as_characters(client, make_page):
    page = make_page(summary_da="{{ <img src=x> }} & {{ '\"> }}")

    html = client.get(page.get_absolute_url()).content.decode()

    assert "<img" not in html
    assert "(bliver kontrolleret) &amp; (bliver kontrolleret)" in html


def test_a_phone_number_can_be_tapped(main, make_fact, make_page, make_card, make_route):
    fact = make_fact(text="+45 12 34 56 78", kind="phone")
    page = naming(fact, make_page)
    card = make_card(("remember", f"Ring {{{{ {fact.key} }}}}."))
    route = make_route(phone=fact)
    listed = make_page(RouteList())
    listed.blocks()[0].routes.set([route])

    for thing in (page, card, route, listed, "/kilder/", "/anmeld/"):
        links = {link.get("href"): text(link) for link in main(thing).iter("a")}
        assert links.get("tel:+4512345678") == "+45 12 34 56 78", thing


def test_other_facts_are_never_dialled(main, make_fact, make_page):
    fact = make_fact(text="12 34 56 78", kind="deadline")

    assert not [link for link in main(naming(fact, make_page)).iter("a") if link.get("href").startswith("tel:")]


# In time


def test_a_newer_wording_takes_over_on_its_day(main, make_fact, make_page):
    fact = make_fact(text="tre uger")
    FactWording.objects.create(fact=fact, text_da="fire uger", statement_da="Nu fire.", valid_from=TODAY)

    assert "Anmeld inden fire uger" in text(main(naming(fact, make_page)))
    assert FactBook(on=TODAY - DAY).get(fact.key).text == "tre uger"


def test_a_wording_to_come_does_not_hold_before_its_day(main, make_fact, make_page):
    fact = make_fact(text="tre uger")
    FactWording.objects.create(fact=fact, text_da="fire uger", statement_da="Så fire.", valid_from=TODAY + DAY)

    assert "Anmeld inden tre uger" in text(main(naming(fact, make_page)))
    assert FactBook(on=TODAY + DAY).get(fact.key).text == "fire uger"


def test_a_fact_that_has_ended_is_never_shown_as_true(main, make_fact, make_page):
    fact = make_fact(text="tre uger", valid_to=TODAY - DAY)

    shown = text(main(naming(fact, make_page)))

    assert "tre uger" not in shown
    assert "Anmeld inden (bliver kontrolleret)." in shown


def test_a_wording_holds_on_its_last_day(make_fact):
    fact = make_fact(text="tre uger", valid_to=TODAY)

    assert FactBook(on=TODAY).get(fact.key).text == "tre uger"
    assert FactBook(on=TODAY + DAY).get(fact.key) is None


def test_an_older_wording_does_not_come_back_when_the_newer_has_ended(make_fact):
    fact = make_fact(text="tre uger")
    FactWording.objects.create(
        fact=fact, text_da="fire uger", statement_da="Fire.", valid_from=TODAY - 2 * DAY, valid_to=TODAY - DAY
    )

    assert FactBook().get(fact.key) is None


def test_a_correction_takes_over_from_a_wording_of_the_same_day(make_fact):
    fact = make_fact(text="tre uger", valid_from=TODAY)

    FactWording.objects.create(fact=fact, text_da="fire uger", statement_da="Fire.", valid_from=TODAY)

    assert FactBook().get(fact.key).text == "fire uger"


def test_no_wording_ends_before_it_begins(make_fact):
    fact = make_fact(valid_from=TODAY)

    with pytest.raises(IntegrityError), transaction.atomic():
        FactWording.objects.create(fact=fact, text_da="x", statement_da="x", valid_from=TODAY + DAY, valid_to=TODAY)


# At “Udgiv”


def test_an_unknown_key_is_refused_by_name(make_page):
    draft = make_page(Text(body_da="<p>Inden {{ frist-som-ingen-kender }}.</p>"), live_from=None)

    with pytest.raises(NotPublishable, match="frist-som-ingen-kender"):
        draft.publish()


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"is_confirmed": False}, "er ikke bekræftet"),
        ({"valid_to": TODAY - DAY}, "er udløbet"),
        ({"valid_from": TODAY + DAY}, "har endnu ingen ordlyd"),
        ({"text": None}, "har endnu ingen ordlyd"),
    ],
)
def test_a_fact_that_does_not_hold_is_refused_by_name(make_fact, make_page, values, reason):
    fact = make_fact(**values)
    draft = naming(fact, make_page, live_from=None)

    with pytest.raises(NotPublishable) as refusal:
        draft.publish()

    (message,) = refusal.value.messages
    assert fact.key in message
    assert reason in message


@pytest.mark.parametrize("body", ["<p>{{ <strong>frist</strong> }}</p>", "<p>{{ }}</p>", "<p>{{ {{ x }} }}</p>"])
def test_a_key_that_cannot_be_a_key_is_refused(make_page, body):
    draft = make_page(Text(body_da=body), live_from=None)

    with pytest.raises(NotPublishable):
        draft.publish()


MISSING = "En krøllet parentes mangler ved ”%s”."


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Ring {{ tlf-112.", "{{ tlf-112."),
        ("Ring {{ tlf-112 } nu.", "{{ tlf-112 }"),
        ("Ring { tlf-112 }} nu.", "{ tlf-112 }}"),
        ("Ring {tlf-112} nu.", "{tlf-112}"),
        ("Ring tlf-112 }} nu.", "Ring tlf-112 }}"),
        ("Ring {{ tlf-112. Er det værre, så ring {{ tlf-114 }}.", "{{ tlf-112. Er det værre, så ring"),
    ],
)
def test_half_a_key_is_refused_in_every_kind_of_text(make_page, make_card, site, written, words):
    said = MISSING % words
    page = make_page(Text(body_da=f"<p>Ja.</p><p>{written}</p>"), DoDont(items_da=f"Gem\n{written}"), live_from=None)
    card = make_card(("remember", written), summary_en=written, live_from=None)
    letter = site.find("brev:dsa-anmeldelse").copy_to_draft()
    part = letter.text_parts()[-1]
    part.body_da += f"<p>{written}</p>"
    part.save()
    letter.forget_blocks()

    for edition, fields in ((page, ["body_da", "items_da"]), (card, ["summary_en", "text_da"]), (letter, ["body_da"])):
        assert [(each.message, each.field) for each in edition.problems()] == [(said, field) for field in fields]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Ring {{ tlf-112.", MISSING % "{{ tlf-112."),
        ("Ring {{ findes-ikke }}.", "Der findes ikke et faktum med nøglen ”findes-ikke”."),
    ],
)
def test_what_readers_get_at_once_is_refused_at_the_desk(admin_client, make_route, written, said):
    desk, route = Desk(admin_client), make_route()
    sent = {"how_da": f"Gå derhen.\n{written}"}

    response = desk.send(address_of(route), sent)

    assert errors(response) == [said]
    assert form_of(Markup(response.content.decode()))["how_da"] == sent["how_da"]
    route.refresh_from_db()
    assert not route.how_da
    assert errors(desk.send(address_of(route), {"how_da": "Ring {{ tlf-112 }}."})) == []


def test_an_unconfirmed_fact_can_be_listed_and_says_so(main, make_fact, make_page, make_route):
    fact = make_fact(is_confirmed=False, label_da="Svartid", statement="Svaret kommer måske efter en uge.")
    route = make_route()
    route.facts.set([fact])
    page = make_page(FactList())
    page.blocks()[0].facts.set([fact])
    page.forget_blocks()

    assert page.problems() == []
    for thing in (page, route):
        assert "Svartid Ikke bekræftet" in text(main(thing))
        assert "Svaret kommer måske efter en uge." in text(main(thing))


# /kilder/


def test_the_list_of_sources_shows_every_fact_with_its_state(main):
    by_key = {element.get("id"): text(element) for element in main("/kilder/").iter("div") if element.get("id")}
    facts = FactBook().all()

    assert {fact.key for fact in facts} == set(by_key)
    for fact in facts:
        shown = by_key[fact.key]
        assert fact.wording.statement_da in shown
        assert fact.fact.source.title in shown
        assert ("Ikke bekræftet" in shown) == (not fact.fact.is_confirmed), fact.key
        assert sum(state in shown for state in ("Kilde læst", "Kontrolleret", "Bliver kontrolleret")) == 1, fact.key


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"checked_on": None}, "Kilde læst 22. november 2026."),
        ({"checked_on": date(2027, 1, 5)}, "Kontrolleret 5. januar 2027."),
        ({"checked_on": None, "check_again_on": TODAY}, "Bliver kontrolleret."),
        ({"checked_on": date(2026, 1, 5), "check_again_on": TODAY - DAY}, "Bliver kontrolleret."),
        ({"checked_on": None, "check_again_on": TODAY + DAY}, "Kilde læst 22. november 2026."),
    ],
)
def test_the_list_of_sources_says_how_fresh_a_fact_is(main, make_fact, values, state):
    shown = entry(main, make_fact(**values))

    assert shown.endswith(state)
    assert "Ikke bekræftet" not in shown


def test_a_fact_nobody_has_confirmed_says_so_in_the_list_of_sources(main, make_fact):
    assert "Ikke bekræftet" in entry(main, make_fact(is_confirmed=False))


def test_the_list_of_sources_names_the_source(client, make_fact, make_source):
    source = make_source(
        title="The law", publisher="EUR-Lex", url="https://eur-lex.example/", published="udateret", language="en"
    )
    fact = make_fact(source=source)

    page = Markup(client.get("/kilder/").content.decode())

    found = page.one("div", id=fact.key)
    assert "The law, EUR-Lex (udateret)." in text(found)
    assert [span.get("lang") for span in found.iter("span") if text(span) == "The law"] == ["en"]
    (link,) = [link for link in found.iter("a") if link.get("href") == "https://eur-lex.example/"]
    assert link.get("rel") == "noreferrer"


def test_a_fact_that_has_ended_is_not_in_the_list_of_sources(main, make_fact):
    make_fact(valid_to=TODAY - DAY, label_da="Forældet frist")

    assert "Forældet frist" not in text(main("/kilder/"))


# Used on


def test_an_edition_remembers_the_facts_it_names_and_lists(make_fact, make_page, make_card):
    in_head, in_block, in_list, in_english, unused = (make_fact() for _ in range(5))
    page = make_page(
        Text(body_da=f"<p>{{{{ {in_block.key} }}}}</p>", body_en=f"<p>{{{{ {in_english.key} }}}}</p>"),
        FactList(),
        summary_da=f"Inden {{{{ {in_head.key} }}}}.",
    )
    page.blocks()[1].facts.set([in_list])
    page.forget_blocks()
    page.remember_facts()
    card = make_card(("remember", f"{{{{ {in_block.key} }}}}"))

    assert set(page.facts.all()) == {in_head, in_block, in_list, in_english}
    assert set(card.facts.all()) == {in_block}
    assert list(in_block.guides_pageedition_set.all()) == [page]
    assert list(unused.guides_pageedition_set.all()) == []


def test_an_edition_forgets_a_fact_that_was_taken_out(make_fact, make_page):
    fact = make_fact()
    page = naming(fact, make_page)
    block = page.blocks()[0]
    block.body_da = "<p>Anmeld nu.</p>"
    block.save()

    page.forget_blocks()
    page.remember_facts()

    assert list(page.facts.all()) == []


def test_the_shipped_editions_remember_their_facts():
    for edition in [*PageEdition.objects.live(), *CardEdition.objects.live()]:
        assert {fact.key for fact in edition.facts.all()} >= set(edition.named_facts()), edition


# Due for a check


def test_a_fact_is_due_when_nobody_checked_it_or_its_day_has_come(make_fact):
    never = make_fact(checked_on=None)
    past = make_fact(checked_on=TODAY - 9 * DAY, check_again_on=TODAY)
    fresh = make_fact(checked_on=TODAY, check_again_on=FAR_AWAY)

    due = set(type(never).objects.due_for_check())

    assert {never, past} <= due
    assert fresh not in due
