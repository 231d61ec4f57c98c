from modeltranslation.translator import TranslationOptions, register

from .models import Blank, Card, CardEdition, CardPoint, Letter, LetterEdition, LetterPart


@register(Card)
class CardTranslation(TranslationOptions):
    fields = ["slug"]
    required_languages = ["da"]
    # Empty becomes NULL, so that two cards without an English address do not collide.
    empty_values = {"slug": None}


@register(CardEdition)
class CardEditionTranslation(TranslationOptions):
    fields = ["title", "summary", "participants", "change_note", "withdrawal_reason"]
    # A draft may be saved unfinished; what is missing is asked for when it is published.
    required_languages = []


@register(CardPoint)
class CardPointTranslation(TranslationOptions):
    fields = ["text"]
    required_languages = ["da"]


@register(Letter)
class LetterTranslation(TranslationOptions):
    fields = ["slug"]
    required_languages = ["da"]
    empty_values = {"slug": None}


@register(LetterEdition)
class LetterEditionTranslation(TranslationOptions):
    fields = [
        "title",
        "summary",
        "recipient",
        "guidance",
        "stop",
        "subject",
        "change_note",
        "withdrawal_reason",
    ]
    required_languages = []


@register(LetterPart)
class LetterPartTranslation(TranslationOptions):
    fields = ["body"]
    required_languages = ["da"]


@register(Blank)
class BlankTranslation(TranslationOptions):
    fields = ["label", "help", "example"]
    required_languages = {"default": (), "da": ("label",)}
