from .cards import card, card_text, cards, code, render_card, render_sheet, sheets, sheets_pdf
from .letters import letter, letter_text, letter_word, letters, plan, policy, render_letter

__all__ = [
    "card",
    "card_text",
    "cards",
    "code",
    "letter",
    "letter_text",
    "letter_word",
    "letters",
    "plan",
    "policy",
    "render_card",
    "render_letter",
    "render_sheet",
    "sheets",
    "sheets_pdf",
]
