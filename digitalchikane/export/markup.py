"""Pages as they stand in the copy: their links found and led to files, their forms replaced by words."""

import re
from collections.abc import Callable, Iterator
from html import escape, unescape

from django.template.loader import render_to_string
from django.utils import translation

# What leads somewhere. Our own templates write every attribute in double quotes.
LINK = re.compile(r'(?<=\s)(href|src|action|content)="([^"]*)"')
SOURCES = re.compile(r'(?<=\s)srcset="([^"]*)"')
CSS_URL = re.compile(r"""url\(["']?([^"')]+)["']?\)""")
XML_LINK = re.compile(r'(?:<loc>|<id>|href=")(https?://[^<"]+)')
FORM = re.compile(r"<form\b([^>]*)>.*?</form>", re.DOTALL)
ID = re.compile(r'\sid="([^"]+)"')
LANGUAGE = re.compile(r'<html lang="([a-z]+)"')


def links(html: str) -> Iterator[str]:
    """Everything a page leads to or is made of."""
    for name, value in LINK.findall(html):
        # Much stands in `content`; what leads somewhere is a whole address.
        if name != "content" or value.startswith("http"):
            yield unescape(value)
    for value in SOURCES.findall(html):
        for candidate in value.split(","):
            yield unescape(candidate.split()[0])


def links_of_sheet(css: str) -> Iterator[str]:
    yield from CSS_URL.findall(css)


def links_of_feed(xml: str) -> Iterator[str]:
    for value in XML_LINK.findall(xml):
        yield unescape(value)


def anchors(html: str) -> set[str]:
    return {unescape(value) for value in ID.findall(html)}


def with_links(html: str, lead: Callable[[str], str]) -> str:
    """The page with each of its links led to where `lead` says."""

    def attribute(match) -> str:
        value = unescape(match[2])
        led = lead(value) if match[1] != "content" or value.startswith("http") else value
        return match[0] if led == value else f'{match[1]}="{escape(led)}"'

    return LINK.sub(attribute, html)


def without_forms(html: str, elsewhere: str) -> str:
    """The page with a notice in the place of each form; `elsewhere` is the same page where forms are answered."""
    if "<form" not in html:
        return html
    language = LANGUAGE.search(html)

    def notice(match) -> str:
        context = {"is_search": 'role="search"' in match[1] or 'type="search"' in match[0], "elsewhere": elsewhere}
        with translation.override(language[1] if language else None):
            return render_to_string("export/needs_site.html", context).strip()

    return FORM.sub(notice, html)
