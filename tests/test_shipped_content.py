"""The content that ships, held to its own rules. Lengths and readability are measured on what readers get."""

import re
import tomllib
from datetime import date

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from conversations.models import Card, CardEdition
from digitalchikane import richtext, writing
from digitalchikane.models import ShippedRecord
from guides.factbook import FactBook
from guides.models import DoDont, Fact, FactWording, Page, PageEdition, Route, RouteList, Source, Step, Term

from .markup import Markup, text

pytestmark = pytest.mark.django_db

FIXTURES = settings.BASE_DIR / "fixtures"
READ_ON = date(2026, 11, 22)
IN_THREE_MONTHS, IN_SIX_MONTHS = date(2027, 2, 22), date(2027, 5, 22)
# These change without a word: platforms move their buttons, help lines their hours.
QUICKLY_OUT_OF_DATE = {"platform", "phone", "contact"}


# How much there is


def test_there_is_enough_to_begin_with():
    assert [phase.key for phase in Page.objects.live().phases()] == [
        "psykisk-foerstehjaelp",
        "dokumenter",
        "stop-chikanen",
        "hjaelp-til-anmeldelse",
        "debriefing",
    ]
    assert CardEdition.objects.live().count() >= 10
    assert Fact.objects.count() >= 60
    assert Route.objects.count() >= 20
    assert Term.objects.count() >= 25
    assert CardEdition.objects.live().filter(document__is_featured=True).count() == 3


def test_everything_in_the_fixtures_was_loaded():
    files = {
        kind: tomllib.loads((FIXTURES / f"{kind}s.toml").read_text()).get(kind, [])
        for kind in ("source", "fact", "route")
    }
    files["term"] = tomllib.loads((FIXTURES / "glossary.toml").read_text())["term"]
    keys = {(kind, record["key"]) for kind, records in files.items() for record in records}
    keys |= {("page", path.stem) for path in (FIXTURES / "pages").glob("*.toml")}
    keys |= {("card", path.stem) for path in (FIXTURES / "cards").glob("*.toml")}

    assert keys <= set(ShippedRecord.objects.values_list("kind", "key"))
    assert sum(len(records) for records in files.values()) == len({key for key in keys if key[0] in files})


# Facts and dates


def test_numbers_stand_in_facts_and_nowhere_else():
    """Whoever mends a deadline mends it in one place; so no running text writes one itself."""
    wrong = {
        (where, words[max(0, found.start() - 20) : found.end() + 20])
        for where, words in running_texts()
        for found in re.finditer(r"§|\d+", ALLOWED_NUMBERS.sub("", richtext.FACT_KEY.sub("", words)))
    }

    assert wrong == set()


# Phases by number; keys of a keyboard and versions of systems by name; the standards of the accessibility statement.
ALLOWED_NUMBERS = re.compile(r"\b[Ff]ase \d( og \d)?|\bF\d\d?\b|\bWindows \d+|\bWCAG \d\.\d|\bEN \d{3} \d{3}")
# Pages whose matter is dates.
DATED = {"kilder", "tilgaengelighed"}
# Spans, shares and sums written with letters.
IN_WORDS = re.compile(
    r"\b(?:(?:[eé]n|[eé]t|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|fjorten|tyve|tredive|halv\w*|\w+edel) "
    r"(?:timer?|dage?|døgn|uger?|måned(?:er)?|år|ansatte)\b|procent|kroner|kr\.|halvdelen|tredjedel|fjerdedel)",
    re.IGNORECASE,
)
# When to talk again, and how often to rehearse: advice, not a deadline.
OWN_ADVICE = re.compile(r"en uge, en måned og tre måneder|om en uge og om en måned|en gang om året|en dag for tidligt")


def test_deadlines_stand_in_facts_also_when_they_are_written_with_letters():
    wrong = {
        (where, words[max(0, found.start() - 20) : found.end() + 20])
        for where, words in running_texts()
        for found in IN_WORDS.finditer(OWN_ADVICE.sub("", richtext.FACT_KEY.sub("", words)))
    }

    assert wrong == set()


def test_every_source_was_read_on_the_day_the_site_says():
    assert set(Source.objects.values_list("read_on", flat=True)) == {READ_ON}
    assert [source.key for source in Source.objects.all() if not (source.publisher and source.url)] == []


def running_texts():
    """Every Danish text of pages, cards, routes and terms, with where it stands."""
    for edition in [*PageEdition.objects.live(), *CardEdition.objects.live()]:
        for part in edition.parts():
            for name, value in part_texts(part):
                if edition.document.key in DATED:
                    value = re.sub(r"\b\d{1,2}\. [a-zæøå]+ 20\d\d\b", "", value)
                yield f"{edition.document.key} {name}", value
    for thing in [*Route.objects.all(), *Term.objects.all()]:
        for name, value in part_texts(thing):
            yield f"{thing.key} {name}", value


def part_texts(thing) -> list[tuple[str, str]]:
    found = []
    for field in thing._meta.concrete_fields:
        value = getattr(thing, field.attname)
        if field.name.endswith("_da") and not field.name.startswith("slug") and value:
            found.append((field.name, richtext.to_text(value) if field.name == "body_da" else value))
    return found


def test_facts_and_routes_are_checked_again_in_time():
    late = {
        fact.key: fact.check_again_on
        for fact in Fact.objects.all()
        if not READ_ON < fact.check_again_on <= (IN_THREE_MONTHS if fact.kind in QUICKLY_OUT_OF_DATE else IN_SIX_MONTHS)
    }
    late |= {
        route.key: route.check_again_on
        for route in Route.objects.all()
        if not READ_ON
        < route.check_again_on
        <= (IN_THREE_MONTHS if route.group in ("platform", "support") or route.phone else IN_SIX_MONTHS)
    }

    assert late == {}


def test_nothing_claims_to_have_been_checked_before_an_editor_did():
    assert list(Fact.objects.exclude(checked_on=None)) == []
    assert list(Route.objects.exclude(checked_on=None)) == []


def test_every_page_has_a_day_for_its_next_review():
    assert [edition.document.key for edition in PageEdition.objects.live() if edition.review_again_on is None] == []


def test_every_fact_has_one_wording_that_holds_from_the_first_day():
    book = FactBook(READ_ON)

    assert [fact.key for fact in Fact.objects.all() if not book.get(fact.key)] == []
    assert FactWording.objects.count() == Fact.objects.count()


def test_whoever_must_take_a_screenshot_on_a_phone_is_told_which_buttons(danish_answers):
    words = danish_answers["/faser/dokumenter/"].markup.main_text

    assert "sideknappen og lydstyrke op" in words and "tænd/sluk-knappen og lydstyrke ned" in words


def test_the_page_for_our_faults_has_the_numbers_of_the_facts():
    page, book = Markup(render_to_string("500.html")), FactBook(READ_ON)

    links = {link.get("href"): text(link) for link in page.one("main").iter("a")}

    for key in ("tlf-112", "tlf-114"):
        fact = book.get(key)
        assert links[f"tel:{fact.tel}"] == fact.text, key


# Advice that can stand alone


def test_what_to_avoid_says_so_in_every_item():
    """Somebody who reads one line of a list, without its heading, must not do what it warns against."""
    wrong = {
        (edition.document.key, item)
        for edition in PageEdition.objects.live()
        for part in edition.parts()
        if isinstance(part, DoDont) and part.kind == "dont"
        for item in part.items_da.split("\n")
        if item.strip() and not writing.NEGATION.search(item)
    }

    assert wrong == set()


def test_every_phase_says_in_a_few_steps_who_does_what(site):
    for phase in site.phases:
        steps = [part for part in phase.parts() if isinstance(part, Step)]

        assert 3 <= len(steps) <= 5, phase.document.key
        assert all(step.role and step.link for step in steps), phase.document.key


def test_the_clocks_that_run_are_shown_from_the_first_phase(danish_answers, site):
    for phase in site.phases:
        if phase.document.key in ("psykisk-foerstehjaelp", "dokumenter", "hjaelp-til-anmeldelse"):
            words = danish_answers[phase.get_absolute_url()].markup.main_text
            assert "72 timer" in words, phase.document.key
            assert "14 dage efter første fraværsdag" in words, phase.document.key


def test_the_deadline_that_ends_first_stands_first(danish_answers, site):
    words = danish_answers[site.phases[0].get_absolute_url()].markup.main_text

    assert words.index("inden 72 timer") < words.index("inden 14 dage")


def test_stalking_is_reported_by_phone_and_no_button_leads_to_a_form(answers):
    for address in ("/anmeld/politiet-ved-stalking/", "/en/report/police-and-stalking/"):
        links = answers[address].markup.one("div", class_="route__contact").iter("a")
        assert [link.get("href") for link in links] == ["tel:114"]


def test_every_route_says_what_to_do_when_the_answer_is_no():
    assert [route.key for route in Route.objects.all() if not (route.how_da and route.refused_da)] == []
    # From reporting there is always a next rung; at the end of the ladder stands advice.
    assert [route.key for route in Route.objects.exclude(group="support") if route.next is None] == []


def test_a_helper_is_not_said_to_turn_anybody_down(danish_answers):
    for route in Route.objects.filter(group="support"):
        words = danish_answers[route.get_absolute_url()].markup.main_text
        assert "Hvis svaret er nej" not in words and "Hvis I ikke kommer videre her" in words, route


def test_where_to_get_help_reads_well_for_the_workplace_and_for_the_one_affected(site):
    lists = [block for block in site.page("til-dig-der-er-ramt").blocks() if isinstance(block, RouteList)]
    routes = [route for block in lists for route in block.shown_routes]

    assert len(routes) >= 6
    words = [words for route in routes for words in (route.summary_da, route.summary_en)]
    assert [each for each in words if re.search(r"\b([Dd]en ramte|I|jer|jeres|person affected)\b", each)] == []


def test_nobody_is_sent_to_save_evidence_without_a_word_on_intimate_images():
    # Reviews hold words; what police and helpers need is said on their own routes.
    places = Route.objects.filter(group__in=["platform", "website"]).exclude(
        key__in=["google-anmeldelser", "trustpilot"]
    )

    assert [
        route.key for route in places if "Gem beviserne" in route.how_da and "intime" not in route.how_da.lower()
    ] == []


def test_readers_are_spoken_to():
    assert {where for where, words in running_texts() if re.search(r"\b[Mm]an\b", words)} == set()


# Cards


def test_cards_have_every_part_of_a_talk():
    for card in CardEdition.objects.live():
        counts = {section: len(points) for section, points in card.points()}
        assert {"remember", "say", "avoid", "close"} <= set(counts), card.document.key
        assert 3 <= counts["remember"] <= 5, card.document.key


def test_cards_that_lead_to_contact_say_when_not_to_call_or_write():
    leading = [card for card in CardEdition.objects.live() if card.leads_to_contact]

    assert {card.document.key for card in leading} >= {"kontakt-paa-telefon", "kontakt-paa-e-mail"}
    for card in leading:
        stop = " ".join(
            point.text for section, points in card.points() for point in points if section == "stop"
        ).lower()
        assert all(word in stop for word in ("stalking", "fare", "politi")), card.document.key


def test_the_stop_points_of_a_card_come_first_on_the_page(client):
    for card in CardEdition.objects.live():
        if card.leads_to_contact:
            for address in (card.get_absolute_url(), f"{card.get_absolute_url()}?vis=stor"):
                main = Markup(client.get(address).content.decode()).one("main")
                assert next(text(h) for h in main.iter("h2")) == "Ring eller skriv ikke, hvis", address


def test_cards_fit_on_paper():
    book, too_long = FactBook(READ_ON), set()
    for card in CardEdition.objects.live():
        if len(card.title_da) > 45:
            too_long.add((card.document.key, card.title_da))
        for point in card.blocks():
            words = richtext.FACT_KEY.sub(lambda found: book.get(found.group(1)).text, point.text_da)
            if point.section in ("stop", "remember") and len(words) > 70:
                too_long.add((card.document.key, words))

    assert too_long == set()


def test_card_numbers_run_without_a_gap():
    numbers = sorted(Card.objects.values_list("number", flat=True))

    assert numbers == list(range(1, len(numbers) + 1))


# What search engines show


def test_every_page_is_described_in_a_sentence_of_its_own(danish_answers):
    descriptions = {
        path: answer.markup.one("meta", name="description").get("content")
        for path, answer in own_pages(danish_answers).items()
        if not any("noindex" in robots.get("content") for robots in answer.markup.all("meta", name="robots"))
    }
    # One line at the top of every page, read on a phone at night: as short as it can be.
    del descriptions["/akut/"]

    assert {path: words for path, words in descriptions.items() if not 70 <= len(words) <= 160} == {}
    assert len(set(descriptions.values())) == len(descriptions)


# Plain Danish, measured on what readers get


def own_pages(danish_answers):
    return {path: answer for path, answer in danish_answers.items() if "?" not in path and "findes-ikke" not in path}


def test_a_phase_takes_a_few_minutes_to_read(danish_answers, site):
    words = {
        phase.document.key: richtext.readability(danish_answers[phase.get_absolute_url()].markup.main_text).words
        for phase in site.phases
    }

    assert {key: count for key, count in words.items() if not 600 <= count <= 900} == {}


@pytest.mark.parametrize(
    ("phase", "tools"),
    [
        ("psykisk-foerstehjaelp", ["frister"]),
        ("dokumenter", ["haendelseslog", "frister"]),
        ("hjaelp-til-anmeldelse", ["frister", "intern-registrering"]),
    ],
)
def test_a_phase_leads_to_the_forms_it_speaks_of(answers, site, phase, tools):
    for language in ("da", "en"):
        with translation.override(language):
            hrefs = {link.get("href") for link in answers[site.page(phase).get_absolute_url()].markup.all("a")}
            assert {site.page(tool).get_absolute_url() for tool in tools} <= hrefs


def test_phases_are_easy_to_read(danish_answers, site):
    found = {
        phase.document.key: richtext.readability(danish_answers[phase.get_absolute_url()].markup.main_text).lix
        for phase in site.phases
    }

    assert {key: lix for key, lix in found.items() if lix > writing.LIX_OF_A_PHASE} == {}


def test_no_page_is_hard_to_read(danish_answers):
    found = {
        path: richtext.readability(answer.markup.main_text).lix for path, answer in own_pages(danish_answers).items()
    }

    assert {path: lix for path, lix in found.items() if lix > writing.LIX_OF_A_PAGE} == {}


def test_the_site_as_a_whole_is_easy_to_read(danish_answers):
    everything = "\n".join(answer.markup.main_text for answer in own_pages(danish_answers).values())

    assert richtext.readability(everything).lix <= 38


def test_no_sentence_is_longer_than_a_breath(danish_answers):
    wrong = {
        (path, sentence)
        for path, answer in own_pages(danish_answers).items()
        for line in answer.markup.main_lines
        for sentence, words in richtext.sentences(line)
        if len(words) > writing.WORDS_OF_A_SENTENCE
    }

    assert wrong == set()


def test_no_paragraph_is_heavy(danish_answers):
    wrong = set()
    for path, answer in own_pages(danish_answers).items():
        for line in answer.markup.main_lines:
            found = richtext.readability(line)
            if found.words > writing.WORDS_THAT_TELL and found.lix > writing.LIX_OF_A_PARAGRAPH:
                wrong.add((path, found.lix, line))

    assert wrong == set()
