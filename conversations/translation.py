from modeltranslation.translator import TranslationOptions, register

from .models import Card, CardEdition, CardPoint


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
