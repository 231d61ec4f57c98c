"""How a card or a letter is shown before readers can reach it: as a page, on every kind of sheet, and as PDF."""

from dataclasses import asdict
from functools import partial

from django.utils.translation import gettext_lazy as _

from digitalchikane.publishing.looks import Files, Look, Looks, register

from . import pdf
from .models import CardEdition, LetterEdition
from .sheets import Details, Face, Format, faces
from .views import render_card, render_letter, render_sheet

SHEETS = {
    Format.FOUR: Format.FOUR.label,
    Format.FOLD: Format.FOLD.label,
    Format.TALK: _("Conversation sheet"),
}


def _matter(request, edition) -> dict:
    host = request.get_host()
    return {"host": host, "faces": [asdict(face) for face in faces([edition], host, request.scheme)]}


def _make(matter: dict, name: str) -> bytes:
    """The PDF of a card that nobody else has: made for this answer and not kept."""
    cards = [Face(**face) for face in matter["faces"]]
    return pdf.sheets(cards, Format(name), Details(), matter["host"], keep=False)


register(
    CardEdition,
    Looks(
        [
            Look("side", _("The card"), render_card),
            Look("stor", _("Large type"), partial(render_card, is_large=True)),
            *(
                Look(each.value, label, partial(render_sheet, format=each), is_paper=True)
                for each, label in SHEETS.items()
            ),
        ],
        Files(
            {each.value: label for each, label in SHEETS.items()} | {Format.PRINTER.value: _("For a print shop")},
            _matter,
            _make,
        ),
    ),
)

register(LetterEdition, Looks([Look("side", _("The letter"), render_letter)]))
