"""What a password may not be, besides short, common or like its owner's name."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# What people here put digits after when a password must be long.
OBVIOUS = [
    "digitalchikane", "digital", "chikane", "redaktionen", "redaktion", "redaktoer", "redaktør", "samtalekort",
    "arbejdsplads", "adgangskode", "kodeord", "password", "passord", "velkommen", "welcome", "danmark", "koebenhavn",
    "københavn", "sommer", "vinter", "foraar", "forår", "efteraar", "efterår", "admin", "administrator", "login",
    "qwerty", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "hemmelig", "minkode", "januar",
    "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december",
]  # fmt: skip
LONGEST_FIRST = re.compile("|".join(sorted(OBVIOUS, key=len, reverse=True)))
FEWEST_LETTERS = 5


class NotObvious:
    """Refuses passwords that are long only by words anybody would try first, by digits, or by repetition."""

    def validate(self, password, user=None):
        rest = LONGEST_FIRST.sub("", password.lower())
        rest = re.sub(r"[\W\d_]", "", rest)
        if len(set(rest)) < FEWEST_LETTERS:
            raise ValidationError(gettext("This password is among the first that somebody would try."), code="obvious")

    def get_help_text(self):
        return _("Take four words that have nothing to do with each other, or let a password manager make one.")
