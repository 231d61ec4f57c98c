"""The facts in force on a day, read once and asked many times while a page is made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext

from digitalchikane import clock
from digitalchikane.richtext import FACT_KEY

from .models.facts import Fact, FactKind, FactWording


@dataclass(frozen=True)
class FactInForce:
    """A fact together with the wording that holds."""

    fact: Fact
    wording: FactWording
    on: date

    @property
    def key(self) -> str:
        return self.fact.key

    @property
    def text(self) -> str:
        return self.wording.text

    @property
    def is_phone(self) -> bool:
        return self.fact.kind == FactKind.PHONE

    @property
    def tel(self) -> str:
        """The digits to dial."""
        return "".join(character for character in self.wording.text if character.isdigit() or character == "+")

    @property
    def is_being_checked(self) -> bool:
        return self.fact.check_again_on <= self.on


class FactBook:
    """All facts with the wordings in force, in one query on first use. Wordings that are only proposed, not stored
    yet, are counted as if they were."""

    def __init__(self, on: date | None = None, proposed: Iterable[FactWording] = ()):
        self.on = on or clock.today()
        self._proposed = [wording for wording in proposed if wording.valid_from <= self.on]

    @cached_property
    def _wordings(self) -> dict[str, FactWording]:
        """By key the newest wording begun, also where it has ended."""
        begun = FactWording.objects.filter(valid_from__lte=self.on).select_related("fact__source")
        begun = begun.exclude(pk__in=[wording.pk for wording in self._proposed if wording.pk])
        # Ascending, so that the newest of each fact is the one that stays.
        ordered = sorted([*begun, *self._proposed], key=lambda each: (each.valid_from, each.pk or float("inf")))
        return {wording.fact.key: wording for wording in ordered}

    def get(self, key: str) -> FactInForce | None:
        """The fact as it holds now; None for an unknown key or an ended wording."""
        wording = self._wordings.get(key)
        if wording is None or (wording.valid_to and wording.valid_to < self.on):
            return None
        return FactInForce(wording.fact, wording, self.on)

    def in_words(self, text: str | None) -> str:
        """A plain text with its facts as bare words."""

        def wording(match):
            fact = self.get(match.group(1))
            return fact.text if fact else gettext("(is being checked)")

        return FACT_KEY.sub(wording, text or "")

    def all(self) -> list[FactInForce]:
        return [fact for key in self._wordings if (fact := self.get(key))]

    def why_unusable(self, key: str) -> str | None:
        """Why a text that names this key cannot be published, in words for an editor."""
        if fact := self.get(key):
            if not fact.fact.is_confirmed:
                return gettext("The fact “%(key)s” is not confirmed, so no text can name it.") % {"key": key}
            return None
        if key in self._wordings:
            return gettext("The fact “%(key)s” has ended. Give it a new wording, or take it out.") % {"key": key}
        if Fact.objects.filter(key=key).exists():
            return gettext("The fact “%(key)s” has no wording that holds yet.") % {"key": key}
        return gettext("There is no fact with the key “%(key)s”.") % {"key": key}
