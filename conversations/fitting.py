"""How large a card is set on a sheet that a browser prints. Typst measures for itself; a page has to be told.

Lines are broken as a browser breaks them, with the widths of the paper's own letters, and heights are added up from
the sizes in sheets.css. A card gets the largest of a few sizes at which it fits above its foot.
"""

from functools import cache, cached_property, lru_cache
from math import ceil

from digitalchikane.typesetting import font_file

from .models import CardSection
from .sheets import CARD_HEIGHT, CARD_WIDTH, TALK_HEIGHT, TALK_WIDTH, Face

POINT = 25.4 / 72
# Type sizes in points, the largest first. The last is for what a browser breaks into more lines than was reckoned.
FRONT = (13, 12, 11, 10.5, 10, 9.5, 9)
BACK = (12, 11, 10.5, 10, 9.5, 9, 8.5)
TALK = (14, 13, 12, 11)
NOTE_LINE = 9


class Sizes:
    """The sizes of a card as the names of classes in the style sheet, and how many lines there are for notes."""

    def __init__(self, face: Face, details: list[str]):
        self._face = face
        self._details = details

    @cached_property
    def front(self) -> str:
        room = CARD_HEIGHT - _foot(self._details, CARD_WIDTH, 18)
        return _name(_largest(FRONT, lambda size: _front(self._face, size), room))

    @cached_property
    def back(self) -> str:
        return _name(_largest(BACK, lambda size: _back(self._face, size), CARD_HEIGHT - 9.5))

    @property
    def talk(self) -> str:
        return _name(self._talk_size)

    @property
    def notes(self) -> range:
        left = self._talk_room - _talk(self._face, self._talk_size)
        return range(int(min(max(left // NOTE_LINE, 2), 12)))

    @cached_property
    def _talk_size(self) -> float:
        return _largest(TALK, lambda size: _talk(self._face, size) + 2 * NOTE_LINE, self._talk_room)

    @cached_property
    def _talk_room(self) -> float:
        return TALK_HEIGHT - _foot(self._details, TALK_WIDTH, 22)


def _name(size: float) -> str:
    return f"{size * 10:.0f}"


def _largest(candidates, height, room: float) -> float:
    return next((size for size in candidates if height(size) <= room), candidates[-1])


# What is how tall, in millimetres


def _front(face: Face, size: float) -> float:
    head = _head(face, CARD_WIDTH - 15, 8, size * 1.3)
    return head + sum(_part(key, lines, size, CARD_WIDTH) for key, lines in face.front)


def _back(face: Face, size: float) -> float:
    return 10 + sum(_part(key, lines, size, CARD_WIDTH) for key, lines in face.back)


def _talk(face: Face, size: float) -> float:
    """With the heading above the notes. What to avoid and how to end stand side by side."""
    column = (TALK_WIDTH - 8) / 2
    beside = {CardSection.AVOID, CardSection.CLOSE}
    stacked = sum(_part(key, lines, size, TALK_WIDTH) for key, lines in face.all if key not in beside)
    pair = [_part(key, lines, size, column) for key, lines in face.all if key in beside]
    return _head(face, TALK_WIDTH - 19, 10, 22, 21) + stacked + max(pair, default=0) + size * POINT * 2.5


def _head(face: Face, width: float, small: float, title: float, least: float = 17) -> float:
    kicker = line_count(f"{face.name} · {face.participants}", small, width) * small * 1.25
    text = kicker + line_count(face.title, title, width, "SourceSerifPro-Semibold") * title * 1.12
    return max(least, text * POINT + 4.5)


def _part(key: str, lines: list[str], size: float, width: float) -> float:
    """A heading with its list; sizes.css sets both in the size of the card."""
    is_stop = key == CardSection.STOP
    own = size * 0.93 if is_stop else size
    inside = width - 4.7 - own * POINT if is_stop else width - own * POINT * 1.4
    count = sum(line_count(line, own, inside) for line in lines)
    height = own * POINT * (1.1 * 1.2 + 0.3 + count * 1.22 + (len(lines) - 1) * 0.32)
    return height + size * POINT * 0.8 + (3.9 if is_stop else 0)


def _foot(details: list[str], width: float, code: float) -> float:
    lines = 3 + (line_count(" · ".join(details), 7.5, width - code - 4, SEMIBOLD) if details else 0)
    # With the white that a code needs above it.
    return max(code, lines * 7.5 * 1.25 * POINT) + 3


# Widths

REGULAR, SEMIBOLD = "SourceSansPro-Regular", "SourceSansPro-Semibold"


def line_count(text: str, size: float, width: float, font: str = REGULAR) -> int:
    """How many lines a text takes at a size in points, in a column of a width in millimetres."""
    room = width / (size * POINT)
    lines, used = 1, 0.0
    for word in text.split():
        long = _width(word, font)
        if used and used + long > room:
            lines, used = lines + 1, 0.0
        # A word that is wider than the column is broken where it meets the edge.
        lines += max(0, ceil(long / room) - 1)
        used += min(long, room) + _width(" ", font)
    return lines


@cache
def _font(name: str):
    # Imported here: only card sheets need it.
    from PIL import ImageFont

    return ImageFont.truetype(font_file(name), 1000, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4000)
def _width(word: str, font: str) -> float:
    """The width of a word, as a part of the size of its font."""
    return _font(font).getlength(word) / 1000
