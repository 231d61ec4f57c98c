"""What search engines read of a page, in the words of schema.org: only what stands on the page as well."""

import json

from django.utils import timezone, translation
from django.utils.translation import gettext

from conversations.models import CardEdition
from digitalchikane.addresses import reverse
from digitalchikane.languages import language_used

from .directory import Directory
from .factbook import FactBook
from .models import PageEdition, Publisher, Route
from .models.pages import MainPage, PageKind
from .sharing import above, summary_of
from .wholeguide import WholeGuide

# What would end the script element or begin a comment in it.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def as_script(thing, site: str, pages: Directory, facts: FactBook) -> str:
    """The data of a page as text that can stand in a script element."""
    graph = [data for data in (_itself(thing, site, pages, facts), _trail(thing, site, pages, facts)) if data]
    data = {"@context": "https://schema.org", "@graph": graph}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)


def _itself(thing, site: str, pages: Directory, facts: FactBook) -> dict:
    field = "name" if isinstance(thing, Route) else "title"
    data = {
        "@type": "WebPage",
        "url": site + thing.get_absolute_url(),
        "name": facts.in_words(getattr(thing, field)),
        "inLanguage": thing.language if isinstance(thing, WholeGuide) else language_used(thing, field),
    }
    if summary := summary_of(thing, facts):
        data["description"] = summary
    if changed := getattr(thing, "live_from", None):
        data["dateModified"] = timezone.localdate(changed).isoformat()
    if isinstance(thing, PageEdition):
        if thing.document.key == MainPage.HOME:
            return _site(data, site, pages.publisher)
        if thing.document.kind == PageKind.PHASE:
            return data | _steps(thing, facts)
    if isinstance(thing, CardEdition):
        data["@type"] = "CreativeWork"
    return data


def _site(data: dict, site: str, publisher: Publisher) -> dict:
    """The front page stands for the whole site, and names who publishes it."""
    data |= {"@type": "WebSite", "name": gettext("Digital harassment at work")}
    data.pop("dateModified", None)
    if publisher.name:
        data["publisher"] = {"@type": "Organization", "name": publisher.name}
    return data


def _steps(phase: PageEdition, facts: FactBook) -> dict:
    """A phase tells how something is done, step by step, and its page lists the steps."""
    steps = [facts.in_words(step.text) for step in phase.steps()]
    if not steps:
        return {}
    return {"@type": "HowTo", "step": [{"@type": "HowToStep", "text": text} for text in steps]}


def _trail(thing, site: str, pages: Directory, facts: FactBook) -> dict | None:
    """The same way down to a page as the one that stands above its heading."""
    parent = above(thing, pages)
    if parent is None:
        return None
    field = "name" if isinstance(thing, Route) else "title"
    with translation.override(language_used(thing, field)):
        places = [
            (gettext("Home page"), reverse("guides:home")),
            (facts.in_words(parent.title), parent.get_absolute_url()),
            (facts.in_words(getattr(thing, field)), thing.get_absolute_url()),
        ]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": site + address}
            for position, (name, address) in enumerate(places, start=1)
        ],
    }
