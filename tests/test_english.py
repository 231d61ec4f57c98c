"""The English that ships is whole, says what the Danish says, and is English."""

import re
import tomllib
from collections.abc import Iterator

import pytest
from django.conf import settings

from conversations.models import CardEdition
from digitalchikane import richtext, writing
from guides.factbook import FactBook

from .markup import lines, text
from .test_shipped_content import READ_ON

pytestmark = pytest.mark.django_db

FIXTURES = settings.BASE_DIR / "fixtures"
# Other spellings and other words: English may have none.
MAY_LACK = {"also"}


def records(value, where="") -> Iterator[tuple[str, dict]]:
    """Every table in the fixtures with the place it stands."""
    if isinstance(value, dict):
        where = f"{where} {value.get('key', value.get('type', value.get('section', '')))}".strip()
        yield where, value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from records(each, where)


def pairs() -> list[tuple[str, str, str, str]]:
    """Where, which field, and the two texts: of all that ships."""
    found = []
    for path in sorted(FIXTURES.rglob("*.toml")):
        for where, record in records(tomllib.loads(path.read_text()), path.stem):
            found += [
                (where, name.removesuffix("_da"), danish, record.get(f"{name.removesuffix('_da')}_en", ""))
                for name, danish in record.items()
                if name.endswith("_da") and danish
            ]
    return found


# Whole


def test_everything_that_ships_is_in_english():
    found = pairs()

    assert len(found) > 1500
    assert [(where, name) for where, name, _da, english in found if not english and name not in MAY_LACK] == []


def test_every_page_below_en_is_in_english(answers):
    wrong = [
        path
        for path, answer in answers.items()
        if answer.language == "en" and (answer.markup.all("main", lang="da") or answer.markup.all(class_="notice"))
    ]

    assert wrong == []


def test_addresses_are_in_english():
    """Names are the same in both languages; other addresses are not borrowed."""
    names = {
        *("facebook", "instagram", "trustpilot", "tiktok", "snapchat", "x", "linkedin", "youtube", "punktum-dk"),
        *("stopchikane", "sletdet", "livslinien", "dansk-stalking-center", "digitalt-ansvar"),
        *("debriefing", "stalking", "hr"),
    }
    slugs = [(danish, english) for _where, name, danish, english in pairs() if name == "slug"]

    assert {danish for danish, english in slugs if danish == english} == names
    assert [english for _danish, english in slugs if not re.fullmatch("[a-z]+(-[a-z]+)*", english)] == []


# The same


def test_english_names_the_same_facts_and_leads_to_the_same_places():
    wrong = []
    for where, name, danish, english in pairs():
        for mark in (richtext.FACT_KEY, re.compile(r'href="([^"]+)"'), re.compile(r"\[\[[a-z-]+\]\]")):
            if sorted(set(mark.findall(danish))) != sorted(set(mark.findall(english))):
                wrong.append((where, name, mark.findall(danish), mark.findall(english)))

    assert wrong == []


def test_english_has_as_many_steps_and_items_as_danish():
    wrong = []
    for where, name, danish, english in pairs():
        counts = [(text.strip().count("\n"), text.count("<li>"), text.count("<p>")) for text in (danish, english)]
        # To whoever writes a letter, English says as well in which language it is best sent.
        if counts[0] != counts[1] and name != "guidance":
            wrong.append((where, name, *counts))

    assert wrong == []


def test_what_to_avoid_says_so_in_every_item_in_english_too():
    negation = re.compile(r"\b(not|never|no|nothing|nobody)\b|n’t\b", re.IGNORECASE)
    wrong = [
        (where, item)
        for path in (FIXTURES / "pages").glob("*.toml")
        for where, record in records(tomllib.loads(path.read_text()), path.stem)
        if record.get("type") == "dont"
        for item in record["items_en"].split("\n")
        if item.strip() and not negation.search(item)
    ]

    assert wrong == []


# English


# What Danish sentences are made of, as far as it is no English word.
DANISH = re.compile(
    r"[æøåÆØÅ]|\b(og|ikke|eller|det|der|som|hvis|skal|ved|blev|bliver|hvor|hvad|jer|jeres|siden|ramte|fra)\b", re.I
)
# A Danish word that one meets in letters, portals and at work stands in brackets, a button's name in quotation marks.
# The glossary names the Danish words that it explains.
BESIDE = re.compile(r"\([^()]*\)|“[^“”]*”|Also: .*")


def is_text(content: str) -> bool:
    """Whether a line of the head is read by people; the address of a picture has a Danish key in it."""
    return not content.startswith("http")


def test_no_danish_stands_in_english_unless_it_is_marked_or_beside_the_english(answers):
    wrong = set()
    for path, answer in answers.items():
        if answer.language != "en":
            continue
        page = answer.markup
        found = lines(page.one("body"), leave_out=lambda element: element.get("lang") not in (None, "en"))
        found += [text(page.one("title")), *filter(is_text, (meta.get("content", "") for meta in page.all("meta")))]
        found += [element.get("aria-label") or "" for element in page.all()]
        wrong |= {(path, line) for line in found if DANISH.search(BESIDE.sub("", line))}

    assert wrong == set()


def test_no_english_sentence_is_longer_than_a_breath():
    """With the words of the facts in it."""
    book, wrong = FactBook(READ_ON), set()
    for where, name, _danish, english in pairs():
        plain = richtext.to_text(english) if english.startswith("<") else english
        if name == "words":
            # A list of what people search for.
            continue
        plain = richtext.FACT_KEY.sub(lambda found: book.get(found.group(1)).wording.text_en, plain)
        for sentence, words in richtext.sentences(plain):
            if len(words) > writing.WORDS_OF_A_SENTENCE:
                wrong.add((where, sentence))

    assert wrong == set()


def test_quotation_marks_and_dashes_are_english():
    wrong = [
        (where, name, english)
        for where, name, _da, english in pairs()
        if re.search(r"(?:^|[\s(])”|[„»«]|\"(?![^<]*>)| - |\d[.]\d\d\b", re.sub(r'"[^"]*"(?=[^<]*>)', "", english))
    ]

    assert wrong == []


# On paper


def test_cards_fit_on_paper_in_english_as_well():
    book, too_long = FactBook(READ_ON), set()
    for card in CardEdition.objects.live():
        if len(card.title_en) > 45:
            too_long.add((card.document.key, card.title_en))
        for point in card.blocks():
            words = richtext.FACT_KEY.sub(lambda found: book.get(found.group(1)).wording.text_en, point.text_en)
            if point.section in ("stop", "remember") and len(words) > 70:
                too_long.add((card.document.key, words))
        # As it is measured when an editor publishes it.
        too_long |= {(card.document.key, message) for message in card.too_long(READ_ON)}

    assert too_long == set()
