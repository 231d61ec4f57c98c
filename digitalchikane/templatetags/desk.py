"""What screens of the desk need besides Django's own tags."""

from functools import cache

from django import template
from django.apps import apps
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext

from .. import references

register = template.Library()
GUIDE_PICTURES = settings.BASE_DIR / "static" / "img" / "guide"


@register.simple_tag
def guide_picture(name, alt):
    """A picture of a screen in the guide for editors, made by `make guide-pictures`."""
    width, height = _size(name)
    return format_html(
        '<img class="guide__picture" src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        static(f"img/guide/{name}.webp"),
        alt,
        width,
        height,
    )


@register.inclusion_tag("admin/_help_link.html")
def help_link(task):
    """A way from a screen to what the guide says of it."""
    return {"task": task}


@register.simple_tag
def runs(found):
    """The words of a compared line. Not a template: what it puts between two words would be read as a space."""
    return format_html_join("", "{}", ((_fate(run),) for run in found))


@register.simple_tag
def plain_runs(found):
    """The words of a compared line as they stand, whatever became of them."""
    return format_html_join("", "{}", ((_look(run),) for run in found))


def _fate(run):
    words = _look(run)
    # A space more or less is nothing that anybody would look for.
    if run.fate == "same" or not run.text.strip():
        return words
    tag, sign, told = ("del", "−", gettext("taken out:")) if run.fate == "out" else ("ins", "+", gettext("put in:"))
    if run.word.href:
        where = gettext("link to %(what)s") % {"what": in_words(run.word.href)}
        words = format_html('{}<span class="run__href"> ({}) </span>', words, where)
    return format_html(
        '<{0}><span class="fate" aria-hidden="true">{1}</span><span class="visually-hidden">{2} </span>{3}</{0}>',
        tag,
        sign,
        told,
        words,
    )


def _look(run):
    words = run.text
    if run.word.href:
        words = format_html('<span class="run__link">{}</span>', words)
    if run.word.is_emphasised:
        words = format_html("<em>{}</em>", words)
    return format_html("<strong>{}</strong>", words) if run.word.is_strong else words


@register.filter
def in_words(reference):
    """What a link leads to, by the name that an editor knows it by; an ordinary address as it is."""
    parts = references.split(reference)
    if not parts:
        return reference
    scheme, key, fragment = parts
    thing = apps.get_model(references.SCHEMES[scheme])._default_manager.filter(key=key).first()
    if hasattr(thing, "current_edition"):
        thing = thing.current_edition() or thing
    name = gettext("“%(name)s”") % {"name": thing} if thing else reference
    return f"{name} #{fragment}" if thing and fragment else name


@register.filter
def leads_to(reference):
    """The address that readers get for a reference; nothing where they cannot reach it."""
    return references.address(reference) or ""


@cache
def _size(name) -> tuple[int, int]:
    """As wide and high as it was on the screen, whose pictures have two points for each."""
    from PIL import Image

    with Image.open(GUIDE_PICTURES / f"{name}.webp") as picture:
        return picture.width // 2, picture.height // 2
