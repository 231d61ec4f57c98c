"""Card sheets as PDF, and whether a card fits on paper at all: both from the same Typst template."""

import re
from math import ceil
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language, gettext

from digitalchikane import typesetting
from digitalchikane.languages import CODES, DEFAULT, is_translated
from guides.factbook import FactBook

from .models import CardEdition
from .sheets import BLANK_LINES, CARD_WIDTH, Details, Face, Format, calm_thread, faces

TEMPLATE = Path(__file__).parent / "typst" / "sheets.typ"
# A6 with 7 mm on every side.
PRINTER_WIDTH = 91
# As long as an address is expected to be: the room beside the code is measured with it.
MEASURED_HOST = "www.digitalchikane.dk"


def sheets(faces: list[Face], format: Format, details: Details, host: str, keep: bool = True) -> bytes:
    """The PDF of these cards. With a company's own details it is made for this one answer and not kept."""
    data = _data(faces, format, details, host)
    return typesetting.kept(TEMPLATE, data) if keep and not details else typesetting.make(TEMPLATE, data)


def _data(faces: list[Face], format: str, details: Details, host: str) -> dict:
    language = get_language() or DEFAULT
    data = {
        "format": str(format),
        "lang": language,
        "region": settings.REGIONS.get(language),
        "title": gettext("Conversation cards"),
        "details": details.lines,
        "words": {
            "check": gettext("Is the card still valid? Look it up:"),
            "qr": gettext("QR code for"),
            "notes": gettext("Notes"),
            "blank": gettext("Own card"),
            "site": host,
            "sections": [{"label": str(section.label), "lines": count} for section, count in BLANK_LINES.items()],
        },
        "cards": [_card(face) for face in faces],
    }
    data = typesetting.all_printable(data)
    # Pictures are markup, not words: put in after the words were made printable.
    for card, face in zip(data["cards"], faces, strict=True):
        card["qr"] = face.qr
        card["threads"] = face.threads(PRINTER_WIDTH if format == Format.PRINTER else CARD_WIDTH)
    data["calm_thread"] = calm_thread()
    return data


def _card(face: Face) -> dict:
    def parts(sections):
        return [{"key": str(section), "label": str(section.label), "lines": lines} for section, lines in sections]

    return {
        "name": face.name,
        "title": typesetting.printable(face.title) or face.name,
        "has_long_word": any(len(word) > 18 for word in face.title.split()),
        "participants": face.participants,
        "meta": face.meta,
        "address": face.address,
        "code_address": face.code_address,
        "front": parts(face.front),
        "back": parts(face.back),
        "all": parts(face.all),
    }


# Does it fit?


def too_long(edition: CardEdition, book: FactBook) -> list[str]:
    """What does not fit on the printed card, in words for an editor who has to shorten it."""
    found = []
    for code in CODES:
        if is_translated(edition, "title", code):
            with translation.override(code):
                (face,) = faces([edition], MEASURED_HOST, book=book)
                data = _data([face], "measure", Details(), MEASURED_HOST)
            (fit,) = typesetting.query(TEMPLATE, data, "<fit>")
            found += _too_wide(face) or _too_long_sides(face, fit)
    return found


def _too_wide(face: Face) -> list[str]:
    """Words that cannot be broken and are wider than a card."""
    texts = [(face.title, 26), (face.participants, 36)]
    texts += [(line, 36) for _section, lines in face.all for line in lines]
    return [
        gettext("The word “%(word)s” is too long for the printed card.") % {"word": word}
        for text, longest in texts
        for word in re.findall(r"\w+", text)
        if len(word) > longest
    ]


def _too_long_sides(face: Face, fit: dict) -> list[str]:
    sides = [
        ("front", face.front, gettext("the front")),
        ("back", face.back, gettext("the back")),
        ("talk", face.all, gettext("the sheet for one card")),
    ]
    found = []
    for side, sections, name in sides:
        over = fit[side] - fit[f"{side}-room"]
        if over > 0:
            longest = max((point for _section, points in sections for point in points), key=len, default=face.title)
            found.append(
                gettext(
                    "The text does not fit on %(side)s of the printed card: %(over)s mm too much. Shorten “%(point)s”."
                )
                % {"side": name, "over": ceil(over), "point": longest}
            )
    return found
