"""Links that would lead readers nowhere, each with what an editor can do about it.

What is not published yet may be linked to: the link is shown once it is. So may a section that stands in a draft.
"""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from django.apps import apps
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import get_language_from_path, gettext

from .. import references, richtext
from ..languages import CODES, DEFAULT
from ..models import OldAddress
from .texts import is_rich, texts

WEB = {"http", "https"}
ELSEWHERE = {"mailto", "tel"}
# Begins as addresses on the web do, or is one of a person's, and only says so to people.
UNSAID = [
    (re.compile(r"[^\s@/]+@[^\s@/]+\.[^\W\d_]{2,}"), "mailto:"),
    (re.compile(r"[^\W_][\w-]*(?:\.[\w-]+)*\.[^\W\d_]{2,}(?:[:/?#]\S*)?"), "https://"),
]
# Names that no machine but one's own, or those in the same house, can look up.
AT_HOME = (".localhost", ".local", ".internal", ".lan")
# Views that answer at any address and then look for what should be there.
LOOKING = {
    "guides:phase",
    "guides:situation",
    "guides:route",
    "guides:page",
    "guides:subpage",
    "conversations:card",
    "conversations:letter",
}


def why_dead(links: Iterable[str], edition=None) -> dict[str, str]:
    """Those of the links of an edition, or of a row, that lead nowhere, with the reason in words for an editor."""
    links = list(dict.fromkeys(links))
    unknown = references.unknown(links)
    sections = _Sections(links, edition)
    found = {}
    for link in links:
        if link in unknown:
            found[link] = gettext("The link “%(reference)s” leads nowhere.") % {"reference": _short(link)}
        elif references.split(link) or link.startswith("#"):
            found[link] = sections.why_dead(link)
        else:
            found[link] = _no_address(link)
    return {link: reason for link, reason in found.items() if reason}


def field_with(part, link: str) -> str:
    """The field of an edition or a block in which a link stands; nothing where it is not one that is filled in."""
    for name, text in texts(part).items():
        if is_rich(part, name) and link in richtext.links(text):
            return name
    return "link" if getattr(part, "link", "") == link else ""


def _short(text: str) -> str:
    return Truncator(text).chars(80)


class _Sections:
    """The pages that links name a section of, and the one they stand on."""

    def __init__(self, links: Iterable[str], edition):
        from guides import anchors
        from guides.models import PageEdition

        keys = {
            key for scheme, key, fragment in filter(None, map(references.split, links)) if scheme == "side" and fragment
        }
        self.pages = anchors.pages(keys) if keys else {}
        self.own = anchors.page_of(edition) if isinstance(edition, PageEdition) else None
        if self.own and edition.document.key in keys:
            self.pages[edition.document.key] = self.own

    def why_dead(self, link: str) -> str:
        scheme, key, fragment = references.split(link) or ("", "", link[1:])
        if not scheme:
            if self.own and self.own.has(fragment):
                return ""
            return gettext("There is no section “%(anchor)s” here.") % {"anchor": _short(fragment)}
        page = self.pages.get(key) if scheme == "side" and fragment else None
        if page is None or page.has(fragment):
            return ""
        message = gettext("The page “%(page)s” has no section “%(anchor)s”.")
        return message % {"page": page.title, "anchor": _short(fragment)}


# Addresses


def _no_address(link: str) -> str:
    try:
        url = urlsplit(link)
        host = url.hostname or ""
    except ValueError:
        return _no_link(link)
    if url.scheme in ELSEWHERE:
        return ""
    if url.scheme in WEB and host and not re.search(r"\s", host):
        return _out_of_reach(link, host)
    if link.startswith("/") and not url.netloc:
        return "" if _is_here(url) else gettext("There is no page at “%(link)s” here.") % {"link": _short(link)}
    return _no_link(link)


def _no_link(link: str) -> str:
    for looks, beginning in UNSAID:
        if looks.fullmatch(link):
            message = gettext("“%(link)s” is not the whole address. Write %(whole)s.")
            return message % {"link": _short(link), "whole": _short(beginning + link)}
    message = gettext("“%(link)s” is not a link. Choose a page, or write the whole address, such as https://politi.dk.")
    return message % {"link": _short(link)}


def _out_of_reach(link: str, host: str) -> str:
    if is_reachable(host):
        return ""
    message = gettext("“%(link)s” exists on your own computer or your own network only.")
    return message % {"link": _short(link)}


def is_reachable(host: str) -> bool:
    """Whether a host can be one on the open net, judged by its name alone."""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host.strip(".") and not host.rstrip(".").endswith(AT_HOME)


def _is_here(url: SplitResult) -> bool:
    """Whether something answers at an address of this site, as far as the addresses tell."""
    path = url.path if url.path.endswith("/") else f"{url.path}/"
    match = next(filter(None, (_resolved(each) for each in (url.path, path))), None)
    if match and match.view_name not in LOOKING:
        return True
    return OldAddress.objects.filter(old_path=path).exists() or path in _addresses()


def _resolved(path: str):
    with translation.override(get_language_from_path(path) or DEFAULT):
        try:
            return resolve(path)
        except Resolver404:
            return None


def _addresses() -> set[str]:
    """Of everything that a reference can name, in every language."""
    rows = [row for label in references.SCHEMES.values() for row in apps.get_model(label)._default_manager.all()]
    found = set()
    for code in CODES:
        with translation.override(code):
            found |= {row.get_absolute_url() for row in rows}
    return found
