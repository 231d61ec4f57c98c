"""Addresses by name, as Django's reverse() puts them together, but each only once: most of the fifty that a page
names stand on every page."""

from functools import lru_cache

from django import urls
from django.utils.translation import get_language


def reverse(name: str, *args) -> str:
    """The address of a view in the language that is spoken now."""
    return _reverse(name, args, get_language(), urls.get_script_prefix())


# Several times as many as there are pages, cards and routes in all languages.
@lru_cache(maxsize=4000)
def _reverse(name: str, args: tuple, language: str, prefix: str) -> str:
    # Language and prefix are not passed on: Django looks them up for itself.
    return urls.reverse(name, args=args)
