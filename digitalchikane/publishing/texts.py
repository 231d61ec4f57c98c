"""The texts of a row, language by language."""

from modeltranslation.translator import NotRegistered, translator

from ..languages import CODES
from ..richtext import RichTextField


def translated_fields(model) -> list[str]:
    """Names of the fields of a model that exist once per language, without the language."""
    try:
        return list(translator.get_options_for_model(model).all_fields)
    except NotRegistered:
        return []


def texts(obj) -> dict[str, str]:
    """Every translated text of an object by its field's name (`title_da`), empty ones left out."""
    found = {f"{name}_{code}" for name in translated_fields(type(obj)) for code in CODES}
    return {name: value for name in sorted(found) if (value := getattr(obj, name))}


def is_rich(obj, name: str) -> bool:
    """Whether a field holds rich text."""
    return isinstance(obj._meta.get_field(name), RichTextField)
