from .cards import Card, CardEdition, CardPoint, CardSection
from .letters import Blank, BlankKind, Letter, LetterEdition, LetterKind, LetterPart

__all__ = [
    "Blank",
    "BlankKind",
    "Card",
    "CardEdition",
    "CardPoint",
    "CardSection",
    "Letter",
    "LetterEdition",
    "LetterKind",
    "LetterPart",
]
