"""What the head of a page says to those who link to it."""

from django import template
from django.utils.safestring import mark_safe

from ..languages import locale_of

register = template.Library()


@register.filter
def locale(language):
    """Such as `en_GB`."""
    return locale_of(language, "_")


@register.simple_tag(takes_context=True)
def share_picture(context, subject):
    """The picture that stands beside a link to this page."""
    from guides.sharing import Picture

    return Picture.of(subject, context["pages"], context["facts"])


@register.simple_tag(takes_context=True)
def summary_of(context, subject):
    """What this page says of itself in one sentence, or nothing."""
    from guides.sharing import summary_of

    return summary_of(subject, context["facts"]) if subject else ""


@register.simple_tag(takes_context=True)
def structured_data(context, subject):
    """What search engines read of this page; it is escaped for the script element that it stands in."""
    from guides.structured import as_script

    request = context["request"]
    site = f"{request.scheme}://{request.get_host()}"
    return mark_safe(as_script(subject, site, context["pages"], context["facts"]))


@register.simple_tag(takes_context=True)
def intranet_pieces(context):
    """What a workplace can copy to its intranet."""
    from guides.intranet import pieces

    return pieces(context)
