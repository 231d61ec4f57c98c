"""Which language a reader meets, and which language a text really is in."""

from django.conf import settings
from django.utils.translation import get_language

DEFAULT = settings.LANGUAGE_CODE
CODES = [code for code, _name in settings.LANGUAGES]
OTHERS = [code for code in CODES if code != DEFAULT]


def in_all(*fields: str) -> list[str]:
    """The columns of translated fields, in every language."""
    return [f"{field}_{code}" for field in fields for code in CODES]


def locale_of(language: str, between: str = "-") -> str:
    """Such as `en-GB`."""
    return between.join(filter(None, [language, settings.REGIONS.get(language)]))


def language_used(obj, field: str) -> str:
    """The language of `obj.field` as it would be shown now: the reader's own where there is text, else Danish."""
    language = get_language() or DEFAULT
    return language if getattr(obj, f"{field}_{language}", "") else DEFAULT


def is_translated(obj, field: str, language: str | None = None) -> bool:
    return bool(getattr(obj, f"{field}_{language or get_language() or DEFAULT}", ""))
