"""Codes on printed cards: read back whole, mistyping found, and the answer to whether a card still holds."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.formats import date_format
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from conversations import codes
from conversations.codes import ALPHABET, Mistyped, code_for, fingerprint
from conversations.models import Card, CardEdition
from guides.factbook import FactBook
from guides.models import FactWording, Page

from .markup import Markup, text

TODAY = timezone.localdate()
DAY = timedelta(days=1)
NOW = timezone.now()

HOLDS = "Ja. Kortet gælder, som det er printet."
CHANGED = "Nej. Kortet blev ændret %s."
WITHDRAWN = "Nej. Kortet er trukket tilbage. Brug det ikke."
NEVER_PRINTED = "Koden er skrevet rigtigt, men intet kort er printet med den."
MISTYPED = "Et af tegnene er forkert."


# Codes without a database


@dataclass
class Printed:
    """What a code is made of: an edition, and a book in which a fact has these words."""

    card: int
    number: int
    words: str = "tre uger"

    @property
    def document(self):
        return SimpleNamespace(number=self.card)

    def named_facts(self):
        return {"frist": []}

    def get(self, key):
        return SimpleNamespace(wording=SimpleNamespace(text_da=self.words, text_en=""))

    @property
    def code(self) -> str:
        return code_for(self, self)


printed = st.builds(
    Printed,
    card=st.integers(min_value=1, max_value=900),
    number=st.integers(min_value=1, max_value=1023),
    words=st.text(max_size=20),
)
places = st.integers(min_value=0, max_value=7)


def without_hyphen(code: str) -> str:
    return code.replace("-", "")


@given(printed)
def test_a_code_reads_back_as_what_it_stands_for(card):
    assert codes.read(card.code) == (card.card, card.number, fingerprint(card, card))


@given(printed)
def test_a_code_has_nothing_that_can_be_mistaken_when_read_aloud(card):
    assert re.fullmatch(r"[2-9A-Z]{4}-[2-9A-Z]{4}", card.code)
    assert not set(card.code) & set("0O1IL")


@given(printed, places, st.sampled_from(ALPHABET))
def test_every_single_mistyped_character_is_found(card, place, other):
    code = without_hyphen(card.code)
    assume(code[place] != other)

    with pytest.raises(Mistyped):
        codes.read(code[:place] + other + code[place + 1 :])


@given(printed, st.integers(min_value=0, max_value=6))
def test_every_swap_of_two_neighbours_is_found(card, place):
    code = without_hyphen(card.code)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assume(swapped != code)

    with pytest.raises(Mistyped):
        codes.read(swapped)


@given(printed, places)
def test_a_character_too_few_or_too_many_is_found(card, place):
    code = without_hyphen(card.code)

    for wrong in (code[:place] + code[place + 1 :], code[:place] + code[place] + code[place:]):
        with pytest.raises(Mistyped):
            codes.read(wrong)


@given(printed, places, st.characters(exclude_categories=["Cs"]))
def test_a_character_that_no_code_has_is_found(card, place, other):
    assume(other.upper() not in ALPHABET and other not in " -–")
    code = without_hyphen(card.code)

    with pytest.raises(Mistyped):
        codes.read(code[:place] + other + code[place + 1 :])


@given(printed, st.lists(st.tuples(places, st.sampled_from(" -–")), max_size=6), st.booleans())
def test_a_code_may_be_typed_in_small_letters_with_spaces_and_hyphens(card, extra, small):
    typed = card.code.lower() if small else card.code
    for place, sign in extra:
        typed = typed[:place] + sign + typed[place:]

    assert codes.read(typed) == codes.read(card.code)


def test_the_wording_of_a_fact_is_part_of_the_code():
    assert Printed(1, 1, "tre uger").code != Printed(1, 1, "fire uger").code


@pytest.mark.django_db
@pytest.mark.parametrize("number", [901, 902, 1000, 9999, 32767])
def test_a_card_has_a_number_that_its_code_can_carry(number):
    """A number is refused or read back: otherwise the code would be that of another card."""
    phase = Page.objects.phases().first()
    card = Card(key="stort-nummer", number=number, phase=phase, slug_da="stort-nummer", position=1)
    try:
        card.full_clean()
    except ValidationError as refusal:
        assert set(refusal.message_dict) == {"number"}
    else:
        assert codes.read(Printed(number, 1023).code)[:2] == (number, 1023)


# Cards of the site


@pytest.fixture
def make_printed(make_card):
    """An edition of a card whose number is as small as those of the site."""

    def make(*points, document=None, **values):
        if document is None:
            number = Card.objects.filter(number__lt=900).order_by("-number").first().number + 1
            phase = Page.objects.phases().first()
            document = Card.objects.create(
                key=f"trykt-{number}", number=number, phase=phase, slug_da=f"trykt-{number}", position=9000
            )
        return make_card(*points, document=document, **values)

    return make


@pytest.fixture
def ask(client):
    """What the page for a code says; every answer is for this printed card alone and leaves no trace."""

    def look_up(code, status=200, language=""):
        response = client.get(f"{language}/k/{quote(code)}/")
        page = Markup(response.content.decode())
        assert response.status_code == status, text(page.one("main"))
        assert [meta.get("content") for meta in page.all("meta", name="robots")] == ["noindex"]
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert page.parse_errors == []
        return page

    return look_up


def code_of(edition, on=None) -> str:
    """The code that is printed on a card on a day."""
    return code_for(edition, FactBook(on))


def lead(page) -> str:
    return text(page.one("p", class_="lead"))


def links(page) -> list[str]:
    return [link.get("href") for link in page.one("main").iter("a")]


def on(day: date) -> str:
    return date_format(day, "j. F Y")


def noon(day: date):
    return timezone.make_aware(datetime.combine(day, time(12)))


def naming(*facts) -> tuple[str, str]:
    return ("remember", " og ".join(f"{{{{ {fact.key} }}}}" for fact in facts))


def reword(fact, valid_from, words="fire uger", **values):
    return FactWording.objects.create(fact=fact, text_da=words, statement_da=words, valid_from=valid_from, **values)


@pytest.mark.django_db
def test_every_live_card_has_a_code_of_its_own_that_holds(ask):
    editions = list(CardEdition.objects.live().for_readers())
    found = {code_of(edition): edition for edition in editions}

    assert len(found) == len(editions) >= 10
    for code, edition in found.items():
        page = ask(code)
        assert codes.read(code) == (edition.document.number, edition.number, fingerprint(edition, FactBook()))
        assert codes.answer(code).still_holds
        assert lead(page) == HOLDS
        assert f"Kort {edition.document.number}, udgave {edition.number}" in text(page.one("main"))
        assert edition.get_absolute_url() in links(page)


@pytest.mark.django_db
def test_a_code_typed_by_hand_is_answered(ask):
    code = code_of(CardEdition.objects.live().first())

    for typed in (code.lower(), without_hyphen(code), " ".join(code), code.replace("-", "–"), f" {code} "):
        assert lead(ask(typed)) == HOLDS


def test_the_language_of_the_sheet_makes_no_other_code(make_printed, ask):
    card = make_printed(title_en="A card", summary_en="A purpose", participants_en="Manager and employee")

    assert lead(ask(code_of(card), language="/en")) == "Yes. The card holds as it is printed."


# Changed by a newer edition


def test_a_newer_edition_is_told_with_its_date_its_note_and_where_it_is(make_printed, ask):
    old = make_printed(live_from=noon(TODAY - 30 * DAY))
    new = make_printed(
        document=old.document, live_from=noon(TODAY - 3 * DAY), change_note_da="Punktet om vidner er nyt."
    )

    page = ask(code_of(old))

    assert lead(page) == CHANGED % on(TODAY - 3 * DAY)
    assert "Punktet om vidner er nyt." in text(page.one("main"))
    assert new.get_absolute_url() in links(page)
    assert lead(ask(code_of(new))) == HOLDS


def test_the_day_of_a_change_is_the_danish_one(make_printed, ask):
    old = make_printed(live_from=datetime(2025, 1, 1, tzinfo=UTC))
    make_printed(document=old.document, live_from=datetime(2025, 3, 3, 23, 30, tzinfo=UTC))

    assert lead(ask(code_of(old))) == CHANGED % "4. marts 2025"


def test_the_notes_of_all_newer_editions_are_told_in_their_order(make_printed, ask):
    first = make_printed(live_from=noon(TODAY - 30 * DAY), change_note_da="Første udgave.")
    for days, note in ((20, "Anden udgave."), (10, "Tredje udgave.")):
        make_printed(document=first.document, live_from=noon(TODAY - days * DAY), change_note_da=note)

    page = ask(code_of(first))

    words = text(page.one("main"))
    assert words.index("Anden udgave.") < words.index("Tredje udgave.")
    assert "Første udgave." not in words


def test_an_edition_scheduled_before_and_begun_after_is_the_newer_one(make_printed, ask):
    """Its number is lower, because its draft was made first."""
    scheduled = make_printed(live_from=noon(TODAY - 2 * DAY), change_note_da="Planlagt længe.")
    between = make_printed(document=scheduled.document, live_from=noon(TODAY - 9 * DAY))

    page = ask(code_of(between))

    assert lead(page) == CHANGED % on(TODAY - 2 * DAY)
    assert "Planlagt længe." in text(page.one("main"))


def test_a_draft_and_a_scheduled_edition_change_nothing_yet(make_printed, ask):
    for live_from in (None, NOW + DAY):
        card = make_printed()
        make_printed(document=card.document, live_from=live_from)

        assert lead(ask(code_of(card))) == HOLDS


def test_codes_of_old_editions_go_on_working(make_printed, ask):
    newest = make_printed(live_from=noon(TODAY - 400 * DAY))
    old = []
    for days in (300, 200, 100):
        old.append(newest)
        newest = make_printed(document=newest.document, live_from=noon(TODAY - days * DAY))

    for edition in old:
        page = ask(code_of(edition))
        assert lead(page) == CHANGED % on(TODAY - 100 * DAY)
        assert f"udgave {edition.number}" in text(page.one("main"))
    assert lead(ask(code_of(newest))) == HOLDS


# Changed by the wording of a fact


def test_a_newer_wording_is_told_with_its_day_and_the_name_of_the_fact(make_printed, make_fact, ask):
    fact, other = make_fact(label_da="Frist for anmeldelse"), make_fact(label_da="En anden frist")
    card = make_printed(naming(fact, other), live_from=noon(TODAY - 30 * DAY))
    printed_then = code_of(card, on=TODAY - 10 * DAY)
    reword(fact, TODAY - 2 * DAY)

    page = ask(printed_then)

    assert lead(page) == CHANGED % on(TODAY - 2 * DAY)
    assert [text(item) for item in page.one("main").iter("li")] == ["Frist for anmeldelse"]
    assert card.get_absolute_url() in links(page)
    assert lead(ask(code_of(card))) == HOLDS


def test_a_wording_changes_nothing_before_its_day(make_printed, make_fact, ask):
    fact = make_fact()
    card = make_printed(naming(fact))
    before = code_of(card)
    reword(fact, TODAY + DAY)

    assert code_of(card) == before
    assert lead(ask(before)) == HOLDS


def test_a_wording_changes_the_card_from_its_very_day(make_printed, make_fact, ask):
    fact = make_fact()
    card = make_printed(naming(fact), live_from=noon(TODAY - 9 * DAY))
    reword(fact, TODAY)

    assert lead(ask(code_of(card, on=TODAY - DAY))) == CHANGED % on(TODAY)


def test_the_first_change_after_printing_is_the_one_told(make_printed, make_fact, ask):
    fact = make_fact()
    card = make_printed(naming(fact), live_from=noon(TODAY - 90 * DAY))
    reword(fact, TODAY - 20 * DAY, "fire uger")
    reword(fact, TODAY - 5 * DAY, "fem uger")

    assert lead(ask(code_of(card, on=TODAY - 30 * DAY))) == CHANGED % on(TODAY - 20 * DAY)
    assert lead(ask(code_of(card, on=TODAY - 10 * DAY))) == CHANGED % on(TODAY - 5 * DAY)


def test_a_card_holds_again_when_the_old_wording_returns(make_printed, make_fact, ask):
    fact = make_fact("tre uger")
    card = make_printed(naming(fact), live_from=noon(TODAY - 90 * DAY))
    reword(fact, TODAY - 20 * DAY, "fire uger")
    reword(fact, TODAY - 5 * DAY, "tre uger")

    assert lead(ask(code_of(card, on=TODAY - 30 * DAY))) == HOLDS


@pytest.mark.parametrize("days", [4, 1], ids=["before", "after"])
def test_only_facts_whose_words_changed_are_named(make_printed, make_fact, ask, days):
    same, other = make_fact("tre uger", label_da="Uændret"), make_fact(label_da="Ændret")
    card = make_printed(naming(same, other), live_from=noon(TODAY - 90 * DAY))
    # A new row for a new statement; the words on the card are the old ones.
    reword(same, TODAY - days * DAY, "tre uger")
    reword(other, TODAY - 2 * DAY)

    page = ask(code_of(card, on=TODAY - 30 * DAY))

    assert [text(item) for item in page.one("main").iter("li")] == ["Ændret"]


def test_a_fact_that_ended_changes_the_card_the_day_after(make_printed, make_fact, ask):
    fact = make_fact(valid_to=TODAY - 4 * DAY, label_da="Midlertidig frist")
    card = make_printed(naming(fact), live_from=noon(TODAY - 30 * DAY))

    page = ask(code_of(card, on=TODAY - 10 * DAY))

    assert lead(page) == CHANGED % on(TODAY - 3 * DAY)
    assert "Midlertidig frist" in text(page.one("main"))
    assert lead(ask(code_of(card, on=TODAY - 4 * DAY))) == CHANGED % on(TODAY - 3 * DAY)


def test_a_wording_that_was_corrected_holds_no_longer(make_printed, make_fact, ask):
    fact = make_fact("tre uger")
    card = make_printed(naming(fact))
    before = code_of(card)
    FactWording.objects.filter(fact=fact).update(text_da="fire uger")

    page = ask(before)

    assert lead(page).startswith("Nej.")
    assert card.get_absolute_url() in links(page)


def test_a_translation_that_is_added_later_changes_no_card_printed_in_danish(make_printed, make_fact, ask):
    fact = make_fact()
    card = make_printed(naming(fact))
    before = code_of(card)
    FactWording.objects.filter(fact=fact).update(text_en="four weeks")

    assert lead(ask(before)).startswith("Ja.")


def test_an_english_wording_counts_on_an_english_card(make_printed, make_fact, ask):
    fact = make_fact()
    FactWording.objects.filter(fact=fact).update(text_en="three weeks")
    card = make_printed(naming(fact))
    with translation.override("en"):
        before = code_of(card)
    assert lead(ask(before)).startswith("Ja.")

    FactWording.objects.filter(fact=fact).update(text_en="four weeks")

    assert lead(ask(before)).startswith("Nej.")


# Withdrawn


def test_a_withdrawn_card_says_why_and_what_took_its_place(make_printed, withdraw, ask):
    first = make_printed(live_from=noon(TODAY - 30 * DAY))
    second = make_printed(document=first.document, live_from=noon(TODAY - 3 * DAY))
    instead = make_printed()
    withdraw(second, reason="Rådet var for farligt.", replacement=f"kort:{instead.document.key}")

    for edition in (first, second):
        page = ask(code_of(edition))
        assert lead(page) == WITHDRAWN
        assert "Rådet var for farligt." in text(page.one("main"))
        assert instead.get_absolute_url() in links(page)
        assert edition.get_absolute_url() not in links(page)


def test_a_withdrawn_card_without_a_replacement_leads_to_all_cards(make_printed, withdraw, ask):
    card = make_printed()
    withdraw(card)

    assert links(ask(code_of(card))) == ["/samtalekort/"]


def test_a_withdrawal_that_lies_ahead_changes_nothing_yet(make_printed, withdraw, ask):
    card = make_printed()
    withdraw(card, live_from=NOW + DAY)

    assert lead(ask(code_of(card))) == HOLDS


def test_a_card_that_came_back_after_a_withdrawal_has_changed(make_printed, withdraw, ask):
    card = make_printed(live_from=noon(TODAY - 30 * DAY))
    withdraw(card, live_from=noon(TODAY - 20 * DAY))
    again = make_printed(document=card.document, live_from=noon(TODAY - 5 * DAY))

    assert lead(ask(code_of(card))) == CHANGED % on(TODAY - 5 * DAY)
    assert lead(ask(code_of(again))) == HOLDS


# No card at all


@pytest.mark.django_db
@pytest.mark.parametrize(("card", "edition"), [(900, 1), (1, 999), (899, 1023)])
def test_a_code_never_printed_is_not_called_mistyped(ask, card, edition):
    page = ask(Printed(card, edition).code, status=404)

    assert lead(page) == NEVER_PRINTED
    assert links(page) == ["/samtalekort/"]


def test_a_draft_and_a_scheduled_edition_were_never_printed(make_printed, ask):
    for live_from in (None, NOW + DAY):
        assert lead(ask(code_of(make_printed(live_from=live_from)), status=404)) == NEVER_PRINTED


def test_a_withdrawal_was_never_printed(make_printed, withdraw, ask):
    gone = withdraw(make_printed())

    assert lead(ask(code_of(gone), status=404)) == NEVER_PRINTED


@pytest.mark.django_db
def test_a_mistyped_code_says_so_and_suggests_nothing(ask):
    code = code_of(CardEdition.objects.live().first())
    wrong = code[:-1] + ALPHABET[(ALPHABET.index(code[-1]) + 1) % len(ALPHABET)]

    page = ask(wrong, status=404)

    assert lead(page).startswith(MISTYPED)
    assert links(page) == ["/samtalekort/"]
    assert wrong not in page.html
    assert code not in page.html


@pytest.mark.django_db
def test_a_mistyped_code_is_told_in_english_below_en(ask):
    assert lead(ask("2222-2223", status=404, language="/en")).startswith("One of the characters is wrong.")


HOSTILE = {
    "10,000 characters": "A" * 10_000,
    "10,000 digits": "2" * 10_000,
    "10,000 spaces": " " * 10_000,
    "control characters": "\x00\x01\x1b\x7f\r\n\t",
    "emoji": "🌊🔥👩‍👩‍👧",
    "right to left": "\u202eשלום\u202c",
    "combining": "Z̸̧̢̛͓̲̻͎̫̭̥͉̑" * 20,
    "markup": "<svg onload=alert(1)>",
    "quotes": "'\"; DROP TABLE",
    "braces": "{{ settings.SECRET_KEY }}{% debug %}",
    "percent": "%00%ff%2e%2e",
    "other digits": "٢٣٤٥٦٧٨٩",
    "letters that grow": "ßßßß",
    "wide letters": "２Ｋ４Ｍ７ＸＰＱ",
}


@pytest.mark.django_db
@pytest.mark.parametrize("code", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_code_is_a_mistyped_one(ask, code):
    page = ask(code, status=404)

    assert lead(page).startswith(MISTYPED)
    assert code not in page.html


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/k/", "/k//", "/k/a/b/", "/k/%2F/", "/k/..%2f..%2fetc%2fpasswd/", "/k/%ff%fe/", "/k/%00/", "/k/2K4M-7XPQ/../"],
)
def test_a_hostile_address_finds_nothing(client, path):
    assert client.get(path).status_code == 404


@given(code=st.text(max_size=60))
@example(code="2222–2222")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_gets_an_answer(db, client, code):
    assert client.get(f"/k/{quote(code, safe='')}/").status_code in (200, 404)


@pytest.mark.django_db
def test_a_code_is_asked_not_changed(client):
    code = code_of(CardEdition.objects.live().first())

    assert client.post(f"/k/{code}/").status_code == 405
    assert client.head(f"/k/{code}/").status_code == 200


def test_an_answer_costs_a_few_queries_however_old_the_card_is(
    make_printed, make_fact, client, django_assert_max_num_queries
):
    fact = make_fact()
    card = make_printed(naming(fact), live_from=noon(TODAY - 900 * DAY))
    for days in range(60, 0, -1):
        reword(fact, TODAY - days * DAY, f"{days} uger")
    code = code_of(card, on=TODAY - 100 * DAY)

    with django_assert_max_num_queries(15):
        assert client.get(f"/k/{code}/").status_code == 200
