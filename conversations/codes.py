"""The code on a printed card: which edition it is, and with which wordings of its facts.

Nothing is stored when a card is printed, so a code never expires: it holds the number of the card, the number of the
edition, a fingerprint of the fact wordings in force that day, and a check character. Read aloud it cannot be
mistaken: there is no 0, O, 1, I or L in it.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import get_language

from digitalchikane import clock
from digitalchikane.languages import CODES, DEFAULT
from digitalchikane.publishing.models import State
from guides.factbook import FactBook
from guides.models import FactWording

from .models import CardEdition

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# A prime, so that the check character finds every mistyped and every swapped character.
BASE = len(ALPHABET)
EDITIONS = 1024
FINGERPRINTS = BASE**3


class Mistyped(ValueError):
    """The characters are not those of any code."""


def code_for(edition: CardEdition, book: FactBook) -> str:
    """The code of an edition as it is printed with the facts of this book, such as `2K4M-7XPQ`."""
    return _code(edition, fingerprint(edition, book))


def _code(edition: CardEdition, printed: int) -> str:
    characters = _characters(edition.document.number * EDITIONS + edition.number, 4)
    characters += _characters(printed, 3)
    characters += ALPHABET[-_weighed(characters) * pow(8, -1, BASE) % BASE]
    return f"{characters[:4]}-{characters[4:]}"


def read(code: str) -> tuple[int, int, int]:
    """Card number, edition number and fingerprint of a code as a person typed it. Raises Mistyped."""
    characters = "".join(character for character in code.upper() if character not in " -–")
    if len(characters) != 8 or any(character not in ALPHABET for character in characters):
        raise Mistyped
    if (_weighed(characters[:7]) + 8 * ALPHABET.index(characters[7])) % BASE:
        raise Mistyped
    card, edition = divmod(_number(characters[:4]), EDITIONS)
    return card, edition, _number(characters[4:7])


def fingerprint(edition: CardEdition, book: FactBook, language: str | None = None) -> int:
    """A number for the wordings of all facts that the edition names, as they are printed in a language."""
    keys = sorted(edition.named_facts())
    wordings = {key: fact.wording for key in keys if (fact := book.get(key))}
    return _fingerprint(keys, wordings, language or get_language() or DEFAULT)


def _fingerprint(keys: list[str], wordings: dict[str, FactWording], language: str) -> int:
    words = [[key, _words(wordings[key], language)] for key in keys if key in wordings]
    digest = hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).digest()
    return int.from_bytes(digest[:8], "big") % FINGERPRINTS


def _words(wording: FactWording, language: str) -> str:
    """What was printed. A translation that is added later changes no card that was printed without it."""
    return getattr(wording, f"text_{language}") or getattr(wording, f"text_{DEFAULT}")


@dataclass(frozen=True)
class Answer:
    """What a printed card is told: it holds, it has changed, or it was withdrawn."""

    edition: CardEdition
    live: CardEdition | None = None
    withdrawal: CardEdition | None = None
    changed_on: date | None = None
    # Labels of the facts whose wording is another one now.
    changed_facts: tuple = ()
    change_notes: tuple = ()

    @property
    def still_holds(self) -> bool:
        return self.live is not None and self.changed_on is None


def answer(code: str) -> Answer | None:
    """What to tell the holder of a printed card; None for a code that was never printed. Raises Mistyped."""
    number, edition_number, printed = read(code)
    editions = CardEdition.objects.filter(document__number=number).select_related("document__phase").with_state()
    edition = editions.filter(number=edition_number, live_from__lte=clock.now(), is_withdrawal=False).first()
    if edition is None:
        return None
    if withdrawal := editions.filter(state=State.WITHDRAWN).first():
        return Answer(edition, withdrawal=withdrawal)
    live = editions.get(state=State.LIVE)
    if live.pk != edition.pk:
        newer = editions.filter(live_from__gt=edition.live_from, live_from__lte=live.live_from).order_by("live_from")
        notes = tuple(each.change_note for each in newer if each.change_note)
        return Answer(edition, live, changed_on=timezone.localdate(live.live_from), change_notes=notes)
    today = FactBook()
    # A code does not say in which language its card was printed.
    if any(fingerprint(edition, today, language) == printed for language in CODES):
        return Answer(edition, live)
    changed_on, labels = _when_facts_changed(edition, printed, today)
    return Answer(edition, live, changed_on=changed_on, changed_facts=labels)


def _when_facts_changed(edition: CardEdition, printed: int, today: FactBook):
    """The day on which the printed wordings stopped to hold, and the labels of the facts that are different now."""
    keys = sorted(edition.named_facts())
    history = list(FactWording.objects.filter(fact__key__in=keys).select_related("fact"))
    days = _days(edition, history, today)
    in_force = [_in_force(history, day) for day in days]
    held = [(i, code) for i, then in enumerate(in_force) for code in CODES if _fingerprint(keys, then, code) == printed]
    last, language = max(held, default=(None, DEFAULT))
    if last is None:
        # Printed with a wording that was corrected afterwards: all that is known is that it is another one now.
        return today.on, ()
    then, now = in_force[last], in_force[-1]
    changed_on = days[last + 1] if last + 1 < len(days) else today.on

    def is_changed(key: str) -> bool:
        return key not in now or _words(then[key], language) != _words(now[key], language)

    changed = [key for key in keys if key in then and is_changed(key)]
    return changed_on, tuple(then[key].fact.label for key in changed)


def ever_printed(edition: CardEdition) -> set[str]:
    """Every code that a card of this edition may bear, whenever and in whichever language it was printed."""
    keys = sorted(edition.named_facts())
    history = list(FactWording.objects.filter(fact__key__in=keys).select_related("fact"))
    in_force = [_in_force(history, day) for day in _days(edition, history, FactBook())]
    return {_code(edition, _fingerprint(keys, then, language)) for then in in_force for language in CODES}


def _days(edition: CardEdition, history: list[FactWording], today: FactBook) -> list[date]:
    """The days up to now on which other wordings began to hold, and the one on which the edition went live."""
    days = {timezone.localdate(edition.live_from)} | {wording.valid_from for wording in history}
    days |= {wording.valid_to + timedelta(days=1) for wording in history if wording.valid_to}
    return sorted(day for day in days if day <= today.on)


def _in_force(history: list[FactWording], day: date) -> dict[str, FactWording]:
    """By key the wordings that held on a day, of those in a history."""
    begun = sorted((each for each in history if each.valid_from <= day), key=lambda each: (each.valid_from, each.pk))
    newest = {each.fact.key: each for each in begun}
    return {key: each for key, each in newest.items() if not each.valid_to or each.valid_to >= day}


def _characters(number: int, length: int) -> str:
    found = ""
    for _place in range(length):
        number, rest = divmod(number, BASE)
        found = ALPHABET[rest] + found
    return found


def _number(characters: str) -> int:
    number = 0
    for character in characters:
        number = number * BASE + ALPHABET.index(character)
    return number


def _weighed(characters: str) -> int:
    return sum(place * ALPHABET.index(character) for place, character in enumerate(characters, start=1))
