"""How templates show what editors wrote: facts put in, links followed, the language marked."""

from functools import cache
from html import escape

from django import template
from django.template.loader import get_template
from django.urls import translate_url
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext

from .. import richtext
from ..languages import DEFAULT, is_translated, language_used
from ..spans import shared
from ..typography import together

register = template.Library()


@register.simple_tag(takes_context=True)
def rich(context, html):
    """Rich text as markup."""
    return mark_safe(
        richtext.to_html(
            html,
            text=lambda text: _with_facts(context, text),
            link=context["pages"].address,
            below=context.get("below"),
        )
    )


@register.simple_tag(takes_context=True)
def line(context, text):
    """A plain text as markup, its facts with links to their sources."""
    return mark_safe(_with_facts(context, text or ""))


@register.simple_tag(takes_context=True)
def words(context, text):
    """A plain text as markup, its facts as bare words: for headings and paper."""
    return unbroken(context["facts"].in_words(text))


@register.simple_tag(takes_context=True)
def bare_words(context, text):
    """A plain text with its facts as bare words: for titles, attributes and whatever else machines read."""
    return context["facts"].in_words(text)


@register.filter
def unbroken(text):
    """A plain text as markup in which what belongs together stays on one line."""
    return mark_safe(together(escape(text)))


@register.simple_tag(takes_context=True)
def phones(context, text):
    """A plain text with its facts as words, and phone numbers that can be tapped."""
    return mark_safe(_with_facts(context, text or "", with_sources=False))


@register.simple_tag(takes_context=True)
def fact(context, key):
    """A fact in force by its key, or nothing."""
    return context["facts"].get(key)


@register.simple_tag(takes_context=True)
def address(context, reference):
    """The address that a reference leads to, or nothing where readers cannot reach it."""
    return context["pages"].address(reference) or ""


@register.simple_tag(takes_context=True)
def place(context, thing):
    """Where a page, card or route stands."""
    return context["pages"].place(thing)


@register.simple_tag(takes_context=True)
def dead_link(context, url):
    """What is known of an address that does not lead anywhere; nothing of one that does."""
    return context["dead_links"].get(url)


@register.simple_tag(takes_context=True)
def source(context, key):
    """Where the source of a fact stands."""
    return context["pages"].source(key)


@register.tag
def alike(parser, token):
    """A part that all pages have alike in a language, under a name and what else it depends on: `{% alike "foot" %}…
    {% endalike %}`. For readers it is made once, until something changes."""
    _tag, *depends_on = token.split_contents()
    nodes = parser.parse(["endalike"])
    parser.delete_first_token()
    return Alike([parser.compile_filter(each) for each in depends_on], nodes)


class Alike(template.Node):
    def __init__(self, depends_on, nodelist):
        self.depends_on, self.nodelist = depends_on, nodelist

    def render(self, context):
        name = (*(each.resolve(context) for each in self.depends_on), get_language())
        return shared(context["request"], lambda: self.nodelist.render(context), name)


@register.simple_tag
def thread(place):
    """The thread as far as it is out of its knot in a phase, the first or a later one."""
    return _drawing(place if place in range(1, 5) else 5)


@cache
def _drawing(state: int) -> str:
    return get_template(f"thread/{state}.svg").render()


@register.simple_tag
def lang_attr(obj, field):
    """` lang="da"` where a text is shown in another language than the page around it."""
    around = get_language() or DEFAULT
    # Asked dozens of times a page: where Danish is what all falls back to, nothing need be looked up.
    if around == DEFAULT or (used := language_used(obj, field)) == around:
        return ""
    return format_html(' lang="{}"', used)


@register.simple_tag
def address_in(obj, language):
    """Where the same thing stands in another language; nothing where it has no text in that language."""
    field = "title" if hasattr(obj, "title") else "name"
    if not obj or not is_translated(obj, field, language):
        return ""
    with translation.override(language):
        return obj.get_absolute_url()


@register.simple_tag(takes_context=True)
def switch_to(context, language):
    """Where a reader goes on in another language: the same page, with what was chosen on it. A page that is not about
    one thing says by `switches` in which languages it can be had."""
    if subject := context.get("subject"):
        path = address_in(subject, language)
    else:
        path = translate_url(context["request"].path, language) if language in context.get("switches", []) else ""
    chosen = context.get("chosen", "")
    return f"{path}?{chosen}" if path and chosen else path


@register.filter
def page_in(key, pages):
    """The live edition of a page by its key."""
    return pages.page(key)


@register.filter
def named_by(reference, pages):
    """What a reference names, where readers can reach it."""
    return pages.find(reference)


@register.filter
def card_in(key, pages):
    """The live edition of a card by its key."""
    return pages.card(key)


@register.filter
def language_of(obj):
    """The language a page's content is shown in: the reader's, or Danish where it is not translated yet."""
    if not obj:
        return get_language() or DEFAULT
    return language_used(obj, "title" if hasattr(obj, "title") else "name")


@register.filter
def long_word(heading):
    """A class for a heading with a word so long that it would not fit a narrow phone at full size."""
    return mark_safe(' class="has-long-word"') if any(len(word) > 22 for word in heading.split()) else ""


@register.filter
def has_contents(edition):
    """Whether a page has so many sections that a list of them helps."""
    return sum(section.heading is not None for section in edition.sections()) >= 4


@register.simple_tag(takes_context=True)
def reading_minutes(context, edition):
    """Whole minutes it takes to read an edition: its own texts, and what its blocks list of facts and routes."""
    names = ("title", "summary", "text", "items", "body")
    words = sum(
        richtext.length(value, is_rich=name == "body")
        for part in edition.parts()
        for name in names
        if (value := getattr(part, name, ""))
    )
    listed = [text for block in edition.blocks() for text in block.listed_texts(context["facts"])]
    return richtext.minutes(words + sum(richtext.length(text or "", is_rich=False) for text in listed))


def _with_facts(context, text: str, with_sources: bool = True) -> str:
    """Escaped text, each `{{ key }}` replaced by the wording in force."""
    pieces = []
    for own_words, key in richtext.runs(text):
        pieces.append(together(escape(own_words)))
        if key is not None:
            pieces.append(_fact(context, key, with_sources))
    return "".join(pieces)


def _fact(context, key: str, with_source: bool) -> str:
    """A fact as texts show it, alike wherever it is named."""
    found = context["facts"].get(key)
    if found is None:
        return escape(gettext("(is being checked)"))
    source = context["pages"].source(key) if with_source else ""
    return shared(context["request"], lambda: _stated(found, source), ("fact", found, source, get_language()))


def _stated(found, source: str) -> str:
    text = unbroken(found.text)
    if found.is_phone:
        text = format_html('<a class="phone" href="tel:{}">{}</a>', found.tel, found.text)
    if not source:
        return text
    return format_html(
        '<span class="fact"{}>{}<span class="fact__mark"> '
        '<a class="fact__source" href="{}" aria-label="{}">{}</a></span></span>',
        lang_attr(found.wording, "text"),
        text,
        source,
        gettext("Source: %(label)s") % {"label": found.fact.label},
        gettext("Source"),
    )
