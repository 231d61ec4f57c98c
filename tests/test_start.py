"""The questions of /start/: every way through them is walked, and none of them may lead anybody into danger."""

import pytest
from django.urls import reverse

from conversations.models import Card
from digitalchikane.richtext import links
from guides.models import Answer, CardTeaser, End, Fact, Heading, Page, PageEdition, Question
from guides.triage import Triage

from .markup import Markup, text

PHASES = {
    f"side:{key}"
    for key in ("psykisk-foerstehjaelp", "dokumenter", "stop-chikanen", "hjaelp-til-anmeldelse", "debriefing")
}


@pytest.fixture
def draft(db):
    """The shipped questions as a draft that a test spoils."""
    return Page.objects.get(key="start").draft()


def messages(draft) -> list[str]:
    draft.forget_blocks()
    return [problem.message for problem in draft.problems()]


def answer(draft, leads_to) -> Answer:
    return Answer.objects.filter(parent=draft, leads_to=leads_to).first()


# The shipped questions


@pytest.fixture(scope="module")
def shipped(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        edition = PageEdition.objects.live().select_related("document").get(document__key="start")
        triage = Triage(edition)
        return triage, list(triage.ways())


def test_every_question_and_end_is_reached(shipped):
    triage, ways = shipped

    assert {way.end.anchor for way in ways} == {end.anchor for end in triage.ends}
    assert {q.anchor for way in ways for q in way.questions} == {each.question.anchor for each in triage.asked}


def test_danger_comes_first_and_nobody_gets_advice_before_colleague_and_stalking_are_settled(shipped):
    _triage, ways = shipped

    for way in ways:
        assert way.topics[:3] == ["danger", "colleague", "stalking"][: len(way.topics)]
        assert len(way.questions) <= 5


def test_every_end_names_a_section_and_a_card_and_no_way_to_the_sender(shipped, client, db):
    triage, _ways = shipped

    for end in triage.ends:
        assert end.link.startswith("side:")
        # The section itself, or what goes before it in danger, with stalking and from a colleague, and a way on.
        where = [end.link, *links(end.body_da)]
        assert any("#" in reference and reference.split("#")[0] in PHASES for reference in where), end
        assert [*links(end.body_en)] == [*links(end.body_da)], end
        # In danger there is no time for a talk.
        assert bool(end.card) == (end.anchor != "ring-112")
        assert not end.card or not end.card.live_edition().leads_to_contact
        assert "kontakt-den-chikanerende" not in end.link + end.body_da


@pytest.mark.parametrize(
    ("path", "words"),
    [("/start/", "Når faren er ovre: Gør sådan her"), ("/en/start/", "When the danger is over: Do this")],
)
def test_whoever_is_in_danger_is_not_asked_again_but_told_what_comes_after(answers, path, words):
    markup = answers[path].markup

    end = next(section for section in markup.all("section", class_="triage__end") if section.get("id") == "ring-112")
    (button,) = (link for link in end.iter("a") if link.get("class") == "button")
    assert text(button) == words
    assert button.get("href").endswith("#bagefter")


def test_a_button_says_the_section_it_leads_to(answers):
    buttons = [text(link) for link in answers["/start/"].markup.all("a", class_="button")]

    assert "Tag skærmbilleder, der kan bruges" in buttons
    assert not {"Dokumentér", "Stop chikanen", "Hjælp til anmeldelse"} & set(buttons)


def test_every_situation_is_one_tap_from_an_end(shipped, db):
    triage, _ways = shipped
    situations = {f"side:{edition.document.key}" for edition in PageEdition.objects.live().situations()}

    assert situations <= {reference for end in triage.ends for reference in [end.link, *links(end.body_da)]}


def test_whoever_may_own_the_website_is_not_written_to_unwarned(shipped):
    triage, _ways = shipped

    assert (
        "spring ejeren over, hvis det kan være den chikanerende part"
        in triage.by_anchor["skriv-til-hjemmesiden"].body_da
    )


def test_answers_are_links_within_the_page_so_that_nothing_reaches_the_server(answers):
    markup = answers[reverse("guides:start")].markup
    ids = {element.get("id") for element in markup.root.iter() if element.get("id")}
    links = [e.get("href") for e in markup.root.iter() if "triage__answer" in (e.get("class") or "")]

    assert len(links) > 10
    assert all(link.startswith("#") and link[1:] in ids for link in links)


def test_the_reader_is_told_a_number_a_card_and_the_clock(client, db):
    html = client.get(reverse("guides:start")).content.decode()

    assert 'href="tel:112"' in html and 'href="tel:114"' in html
    assert "Spørgsmål 5 af 5" in html
    assert text(Markup(html).one("main")).count("72 timer") >= 4


# What an editor cannot publish


def test_the_shipped_questions_can_be_published(draft):
    assert messages(draft) == []


def test_an_answer_must_lead_somewhere(draft):
    Answer.objects.filter(pk=answer(draft, "hvem").pk).update(leads_to="ingen-steder")

    assert any("ingen-steder" in message for message in messages(draft))


def test_a_circle_is_refused(draft):
    Answer.objects.filter(pk=answer(draft, "gaa-til-politiet").pk).update(leads_to="hvad")

    assert "Her fører spørgsmålene i ring." in messages(draft)


def test_a_question_and_an_end_that_nobody_reaches_are_refused(draft):
    place = {"parent": draft, "region": "main"}
    Question.objects.create(**place, ordering=5000, anchor="glemt", text_da="Glemt?")
    Answer.objects.create(**place, ordering=5001, text_da="Ja", leads_to="hvad")
    Answer.objects.create(**place, ordering=5002, text_da="Nej", leads_to="hvad")
    End.objects.create(**place, ordering=5003, anchor="glemt-slutning", title_da="Glemt", link="side:akut")

    found = messages(draft)
    assert "Intet svar fører til dette spørgsmål." in found
    assert "Intet svar fører til denne slutning." in found


def test_a_way_past_the_question_of_stalking_is_refused(draft):
    place = {"parent": draft, "region": "main", "ordering": answer(draft, "stalking").ordering}
    Answer.objects.create(**place, text_da="Ved ikke", leads_to="hvad")

    assert any("ikke først spurgt" in message for message in messages(draft))


def test_one_answer_alone_is_no_question(draft):
    answer(draft, "ring-112").delete()

    found = messages(draft)
    assert "Et spørgsmål skal have mindst to svar." in found


def test_an_answer_before_the_first_question_and_doubled_anchors_are_refused(draft):
    Answer.objects.create(parent=draft, region="main", ordering=1, text_da="Ja", leads_to="hvad")
    Question.objects.filter(parent=draft, anchor="hvem").update(anchor="fare")

    found = messages(draft)
    assert "Dette svar står før det første spørgsmål." in found
    assert any("ankeret ”fare”" in message for message in found)


@pytest.mark.parametrize(
    "link",
    ["kort:kontakt-paa-telefon", "side:stop-chikanen#kontakt-den-chikanerende", "brev:til-den-chikanerende-part"],
)
def test_an_end_that_links_to_contact_with_the_sender_is_refused(draft, link):
    End.objects.filter(parent=draft, anchor="luk-kontaktvejen").update(link=link)

    assert "Denne slutning fører til kontakt med afsenderen." in messages(draft)


def test_an_end_with_a_contact_card_or_a_link_in_its_text_is_refused(draft):
    end = End.objects.get(parent=draft, anchor="luk-kontaktvejen")
    end.card = Card.objects.get(key="kontakt-paa-e-mail")
    end.save()
    assert "Denne slutning fører til kontakt med afsenderen." in messages(draft)

    end.card = None
    end.body_da = '<p>Ring <a href="kort:kontakt-paa-telefon">selv</a>.</p>'
    end.save()
    assert "Denne slutning fører til kontakt med afsenderen." in messages(draft)


def test_a_number_that_is_not_confirmed_is_not_shown(client, draft):
    End.objects.filter(parent=draft, anchor="det-ligner-stalking").update(
        phone=Fact.objects.get(key="tlf-dansk-stalking-center")
    )
    draft.forget_blocks()
    draft.publish()

    assert "25 17 73 74" not in client.get(reverse("guides:start")).content.decode()


def test_other_pages_have_no_questions(make_page):
    page = make_page(Heading(text_da="Et", anchor="et"), CardTeaser(card=Card.objects.first()))

    assert Question not in page.block_models
