from modeltranslation.translator import TranslationOptions, register

from .models import (
    Answer,
    Callout,
    Deadline,
    DoDont,
    End,
    Fact,
    FactWording,
    Heading,
    Image,
    Page,
    PageEdition,
    Question,
    Recipe,
    RecordField,
    Route,
    Step,
    Synonym,
    Term,
    Text,
)


class Translated(TranslationOptions):
    required_languages = ["da"]


@register(Page)
class PageTranslation(TranslationOptions):
    fields = ["slug"]
    # Empty becomes NULL, so that two pages without an English address do not collide.
    empty_values = {"slug": None}
    # An address is never borrowed from another language by accident: reverse() asks for it by language.
    fallback_languages = {"default": ("da",)}


@register(PageEdition)
class PageEditionTranslation(TranslationOptions):
    fields = ["title", "summary", "timing", "change_note", "withdrawal_reason"]
    # A draft may be saved unfinished; what is missing is asked for when it is published.
    required_languages = []


@register(Heading)
class HeadingTranslation(Translated):
    fields = ["text"]


@register(Text)
class TextTranslation(Translated):
    fields = ["body"]


@register(Step)
class StepTranslation(Translated):
    fields = ["text"]


@register(DoDont)
class DoDontTranslation(Translated):
    fields = ["items"]


@register(Callout)
class CalloutTranslation(TranslationOptions):
    fields = ["title", "body"]
    required_languages = {"da": ["title"]}


@register(Recipe)
class RecipeTranslation(Translated):
    fields = ["title", "body"]


@register(Image)
class ImageTranslation(TranslationOptions):
    fields = ["alt", "caption"]
    # Asked for when it is published: decoration has no words.
    required_languages = []


@register(Fact)
class FactTranslation(Translated):
    fields = ["label"]


@register(FactWording)
class FactWordingTranslation(Translated):
    fields = ["text", "statement"]


@register(Route)
class RouteTranslation(TranslationOptions):
    fields = ["slug", "name", "summary", "audience", "need", "how", "wait", "refused", "hours", "withdrawal_reason"]
    required_languages = {"da": ["slug", "name", "summary"]}
    empty_values = {"slug": None}


@register(Term)
class TermTranslation(TranslationOptions):
    fields = ["word", "explanation", "also"]
    required_languages = {"da": ["word", "explanation"]}


@register(Synonym)
class SynonymTranslation(TranslationOptions):
    fields = ["words", "finds"]
    required_languages = []


@register(Deadline)
class DeadlineTranslation(TranslationOptions):
    fields = ["title", "exception"]
    required_languages = {"da": ["title"]}


@register(Question)
class QuestionTranslation(TranslationOptions):
    fields = ["text", "help"]
    required_languages = {"da": ["text"]}


@register(Answer)
class AnswerTranslation(Translated):
    fields = ["text"]


@register(End)
class EndTranslation(TranslationOptions):
    fields = ["title", "body"]
    required_languages = {"da": ["title"]}


@register(RecordField)
class RecordFieldTranslation(TranslationOptions):
    fields = ["label", "help", "choices", "example", "register_example"]
    required_languages = {"da": ["label"]}
