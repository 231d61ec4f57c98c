"""Card sheets: which cards, on which paper, with what on them. The same for the browser's print and for PDF."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property, lru_cache
from unicodedata import category

import segno
from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digitalchikane import clock
from digitalchikane.languages import is_translated
from guides.factbook import FactBook

from .codes import code_for
from .models import CardEdition, CardSection

MAX_CARDS = 24
# What stands on a card, within 8 mm on every side that stay without ink, and what stands on a sheet for one card; in
# millimetres, as in sheets.css and sheets.typ.
CARD_WIDTH, CARD_HEIGHT = 78.5, 118
TALK_WIDTH, TALK_HEIGHT = 173, 252
# Control characters, hidden marks, and what is no character at all.
UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs"}


class Format(models.TextChoices):
    """How cards lie on paper. Never two-sided by default: unknown printers misalign the backs."""

    FOUR = "fire", _("Four on a sheet")
    FOLD = "fold", _("Folding cards")
    TALK = "samtale", _("One card on a sheet, with room for notes")
    BLANK = "blank", _("Blank card")
    PRINTER = "trykkeri", _("For a print shop (PDF)")

    @property
    def file_name(self) -> str:
        return {
            Format.FOUR: gettext("conversation-cards-four-on-a-sheet"),
            Format.FOLD: gettext("conversation-cards-folding"),
            Format.TALK: gettext("conversation-cards-with-notes"),
            Format.BLANK: gettext("conversation-cards-blank"),
            Format.PRINTER: gettext("conversation-cards-for-a-print-shop"),
        }[self]

    @property
    def advice(self) -> str:
        return {
            Format.FOUR: gettext(
                "What to remember, the front of each card. Print on one side of the paper. "
                "Two cuts along the dashed lines give four cards."
            ),
            Format.FOLD: gettext("Print on one side of the paper. Cut once, then fold each strip in the middle."),
            Format.TALK: gettext("One card on each sheet, in large type, with lines for your own notes."),
            Format.BLANK: gettext("Headings and lines to fill in by hand, four on a sheet."),
            Format.PRINTER: gettext("A6 with 3 mm of bleed, front and back in turn: send the PDF to a print shop."),
        }[self]


# How many lines to write on a blank card has for each section.
BLANK_LINES = {CardSection.REMEMBER: 4, CardSection.SAY: 3, CardSection.AVOID: 2, CardSection.CLOSE: 2}

# Formats that a browser can print; the print shop's is a PDF only.
ON_SCREEN = [Format.FOUR, Format.FOLD, Format.TALK, Format.BLANK]


@dataclass(frozen=True)
class Details:
    """What a company adds to its own sheets. Never stored."""

    company: str = ""
    contact: str = ""
    phone: str = ""
    policy: str = ""

    @property
    def lines(self) -> list[str]:
        return [line for line in asdict(self).values() if line]

    def __bool__(self):
        return bool(self.lines)


@dataclass
class Selection:
    """What was asked for, as far as it can be had; `problems` says what cannot, in words for a reader."""

    format: Format = Format.FOUR
    editions: list[CardEdition] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    # Whether any cards were named at all.
    asked: bool = False

    @classmethod
    def from_query(cls, query) -> "Selection":
        """Read an address: `kort` (numbers, or `alle`), `fase` (a number) and `format`."""
        selection = cls()
        wanted = query.get("format") or Format.FOUR
        if wanted in Format.values:
            selection.format = Format(wanted)
        else:
            selection.problems.append(gettext("That format does not exist, so you get four on a sheet."))
        if selection.format != Format.BLANK:
            selection._choose(query.getlist("kort"), query.get("fase"))
        return selection

    def _choose(self, cards: list[str], phase: str | None):
        offered = offered_cards()
        self.asked = bool(cards or phase)
        if "alle" in cards:
            self.editions = list(offered.values())
        elif phase:
            self.editions = [each for each in offered.values() if str(each.document.phase.position) == phase]
            if not self.editions:
                self.problems.append(gettext("There are no cards for that phase."))
        else:
            # In the order they were named, each once.
            for number in dict.fromkeys(cards):
                self._add(number, offered)
        if not self.editions and not self.problems:
            self.problems.append(gettext("Choose at least one card."))
        if len(self.editions) > MAX_CARDS:
            self.editions = self.editions[:MAX_CARDS]
            self.problems.append(
                gettext("At most %(count)s cards fit in one sheet set. The first ones are here.") % {"count": MAX_CARDS}
            )

    def _add(self, number: str, offered: dict[str, CardEdition]):
        if edition := offered.get(number):
            self.editions.append(edition)
        elif len(self.problems) < 5:
            shown = one_line(number)[:12]
            if number.isascii() and number.isdigit() and _was_withdrawn(number):
                self.problems.append(gettext("Card %(number)s has been withdrawn.") % {"number": shown})
            else:
                self.problems.append(gettext("There is no card %(number)s.") % {"number": shown})

    @property
    def query(self) -> str:
        """The short address of the same selection, without the question mark."""
        return "&".join(part for part in (self.cards_query, f"format={self.format}") if part)

    @property
    def cards_query(self) -> str:
        return "&".join(f"kort={edition.document.number}" for edition in self.editions)

    @property
    def is_empty(self) -> bool:
        return not self.editions and self.format != Format.BLANK


def offered_cards() -> dict[str, CardEdition]:
    """The live cards that have text in the present language, by number."""
    editions = CardEdition.objects.live().for_readers()
    return {str(edition.document.number): edition for edition in editions if is_translated(edition, "title")}


def _was_withdrawn(number: str) -> bool:
    return len(number) < 5 and CardEdition.objects.withdrawals().filter(document__number=number).exists()


@dataclass
class Face:
    """One card as it stands on paper: bare words only."""

    number: int
    title: str
    purpose: str
    participants: str
    meta: str
    phase: int
    sections: dict[str, list[str]]
    code: str
    address: str
    code_address: str
    qr: str

    FRONT = (CardSection.STOP, CardSection.REMEMBER)
    BACK = (CardSection.SAY, CardSection.AVOID, CardSection.CLOSE)

    @property
    def picture(self):
        """The QR code as markup for a page; made here, of our own address."""
        return mark_safe(self.qr.replace("<svg", '<svg aria-hidden="true" focusable="false"', 1))

    @property
    def name(self) -> str:
        return gettext("Card %(number)s") % {"number": self.number}

    @property
    def plain(self) -> str:
        """The card as plain text, for a message."""
        parts = [self.title, self.participants]
        parts += ["\n".join([f"{section.label}:", *(f"- {line}" for line in lines)]) for section, lines in self.all]
        return "\n\n".join([*filter(None, parts), f"{self.meta}\n{self.code_address}"]) + "\n"

    def threads(self, width: float = CARD_WIDTH) -> dict[str, str]:
        """The thread of the phase above the line of the head: on a front, on a back, on a sheet for one card."""
        sizes = {"front": (width, 12), "back": (width, 7), "whole": (TALK_WIDTH, 15)}
        return {name: thread(self.phase, *size) for name, size in sizes.items()}

    @cached_property
    def front(self):
        return self._of(self.FRONT)

    @cached_property
    def back(self):
        return self._of(self.BACK)

    @cached_property
    def all(self):
        return self._of(CardSection)

    def _of(self, sections):
        return [(section, self.sections[section]) for section in sections if section in self.sections]


def one_line(text: str) -> str:
    """A text on one line, with the characters taken out that cannot be seen."""
    seen = (" " if each.isspace() else each for each in text if each.isspace() or category(each) not in UNSEEN)
    return " ".join("".join(seen).split())


def faces(
    editions: Iterable[CardEdition], host: str, scheme: str = "https", book: FactBook | None = None
) -> list[Face]:
    """The cards as they are printed now, with the codes that stand for this printing."""
    book = book or FactBook()
    editions = list(editions)
    CardEdition.read_blocks(editions)
    return [_face(edition, host, scheme, book) for edition in editions]


def _face(edition: CardEdition, host: str, scheme: str, book: FactBook) -> Face:
    code = code_for(edition, book)
    code_path = reverse("conversations:code", args=[code])
    minutes = gettext("%(minutes)s min.") % {"minutes": edition.minutes} if edition.minutes else ""
    day = edition.live_from or clock.now()
    return Face(
        number=edition.document.number,
        title=one_line(book.in_words(edition.title)),
        purpose=book.in_words(edition.summary),
        participants=one_line(" · ".join(part for part in (edition.participants, minutes) if part)),
        meta=gettext("Card %(number)s · edition %(edition)s · %(date)s")
        % {
            "number": edition.document.number,
            "edition": edition.number,
            "date": date_format(timezone.localdate(day), "DATE_FORMAT"),
        },
        phase=edition.document.phase.position,
        sections={
            str(section): [one_line(book.in_words(p.text)) for p in points] for section, points in edition.points()
        },
        code=code,
        address=f"{host}{code_path}",
        code_address=f"{scheme}://{host}{code_path}",
        qr=_qr(f"{scheme}://{host}{code_path}"),
    )


@cache
def thread(state: int, width: float, size: float) -> str:
    """The thread in one of its five states, running out into a line below it; both sizes in millimetres."""
    drawing = (settings.BASE_DIR / "templates" / "thread" / f"{state}.svg").read_text(encoding="utf-8")
    path = re.search(r' d="([^"]+)"', drawing)[1]
    # It leaves its knot below the middle, turns as softly as there is room for, and goes on to the left.
    knot, line, turn = width - size / 2, size * 1.4, size / 3
    # Thinner where it is small: a knot is not to run together.
    stroke = size / 24
    corner = f"{knot} {line - 0.2:.2f} {knot - turn:.2f} {line:.2f} {knot - 2 * turn:.2f} {line:.2f}"
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="cell__thread" viewBox="0 0 {width} {line + 0.3:.2f}" '
        'aria-hidden="true" focusable="false" fill="none" stroke="#000" stroke-linecap="round" stroke-linejoin="round" '
        f'stroke-width="{stroke:.2f}"><path transform="translate({width - size} 0.3) scale({size / 48})" '
        f'stroke-width="2" d="{path}"/><path d="M{knot} {size + 0.3:.2f}C{corner}H0.3"/></svg>'
    )


def calm_thread():
    """The thread as it is at the end, for cards that belong to no phase."""
    return thread(5, CARD_WIDTH, 12)


@lru_cache(maxsize=500)
def _qr(address: str) -> str:
    """A QR code as an SVG picture. The white that readers of codes need around it is left free on the card."""
    return segno.make(address, micro=False, error="m").svg_inline(border=0, light="white", omitsize=True)
