"""What screens of the desk need besides Django's own tags."""

from functools import cache

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from PIL import Image

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


@cache
def _size(name) -> tuple[int, int]:
    """As wide and high as it was on the screen, whose pictures have two points for each."""
    with Image.open(GUIDE_PICTURES / f"{name}.webp") as picture:
        return picture.width // 2, picture.height // 2
