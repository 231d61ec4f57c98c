"""Which language a reader meets, and which language a text really is in."""

from django.conf import settings
from django.utils.translation import get_language

DEFAULT = settings.LANGUAGE_CODE
CODES = [code for code, _name in settings.LANGUAGES]


def language_used(obj, field: str) -> str:
    """The language of `obj.field` as it would be shown now: the reader's own where there is text, else Danish."""
    language = get_language() or DEFAULT
    return language if getattr(obj, f"{field}_{language}", "") else DEFAULT


def is_translated(obj, field: str, language: str | None = None) -> bool:
    return bool(getattr(obj, f"{field}_{language or get_language() or DEFAULT}", ""))
