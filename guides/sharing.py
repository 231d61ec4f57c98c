"""How a page is known where somebody links to it: its place among the pages, its picture, what machines read of it."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import get_language, gettext

from conversations.models import CardEdition, LetterEdition
from digitalchikane import references, typesetting
from digitalchikane.addresses import reverse
from digitalchikane.languages import language_used

from .directory import Directory
from .factbook import FactBook
from .models import PageEdition, Route
from .models.pages import TOOLS, MainPage, PageKind
from .models.routes import RouteGroup
from .wholeguide import WholeGuide

TEMPLATE = Path(__file__).parent / "typst" / "share.typ"
# The whole guide is no page of its own in the database.
WHOLE = ("hele", "vejledningen")


def above(thing, pages: Directory) -> PageEdition | None:
    """The page that a thing is listed on, where there is one between it and the front page."""
    match thing:
        case CardEdition():
            key = MainPage.CARDS
        case LetterEdition():
            key = MainPage.LETTERS
        case Route():
            key = MainPage.HELP if thing.group == RouteGroup.SUPPORT else MainPage.REPORT
        case PageEdition():
            document = thing.document
            main = dict.fromkeys(TOOLS, MainPage.TOOLS) | {MainPage.GLOSSARY: "viden"}
            kinds = {PageKind.PHASE: MainPage.PHASES, PageKind.SITUATION: MainPage.SITUATIONS}
            key = kinds.get(document.kind) or main.get(document.key) or (document.parent and document.parent.key)
        case _:
            key = None
    return pages.page(key) if key else None


def _title(thing) -> str:
    return "title" if hasattr(thing, "title") else "name"


def summary_of(thing, facts: FactBook) -> str:
    """What a page says of itself where somebody links to it, in the language that it is shown in; nothing where it says
    so in another language only."""
    language = language_used(thing, _title(thing))
    with translation.override(language):
        return facts.in_words(getattr(thing, f"summary_{language}", ""))


@dataclass(frozen=True)
class Picture:
    """The picture that is shown with a link to a page, at an address that is another one when it looks otherwise."""

    scheme: str
    key: str
    language: str
    title: str
    kicker: str
    # The phase, for its state of the thread; 0 for what belongs to none.
    state: int = 0

    @classmethod
    def of(cls, thing, pages: Directory, facts: FactBook) -> "Picture":
        if isinstance(thing, WholeGuide):
            return cls.of_whole(thing.language)
        field = _title(thing)
        language = language_used(thing, field)
        scheme, _colon, key = references.to(thing).partition(":")
        with translation.override(language):
            kicker, state = _kicker(thing, pages, facts)
            return cls(scheme, key, language, facts.in_words(getattr(thing, field)), kicker, state)

    @classmethod
    def of_whole(cls, language: str) -> "Picture":
        with translation.override(language):
            return cls(*WHOLE, language, gettext("The whole guide"), "")

    @classmethod
    def find(cls, scheme: str, key: str, pages: Directory, facts: FactBook) -> "Picture | None":
        """The picture of what can be reached under this name now, in the language in force."""
        if (scheme, key) == WHOLE:
            return cls.of_whole(get_language())
        if scheme not in references.SCHEMES:
            return None
        thing = pages.find(f"{scheme}:{key}")
        return cls.of(thing, pages, facts) if thing else None

    @property
    def alternative(self) -> str:
        return gettext("“%(title)s” beside a thread that comes out of a knot.") % {"title": self.title}

    @property
    def version(self) -> str:
        # Of the words and of how they are set: whoever keeps the picture asks for a new one when either changes.
        words = "\n".join([self.title, self.kicker, str(self.state), self.language, _design()])
        return hashlib.sha256(words.encode()).hexdigest()[:10]

    def get_absolute_url(self) -> str:
        with translation.override(self.language):
            return reverse("guides:share", self.scheme, self.key, self.version)

    def content(self) -> bytes:
        """The picture itself. Raises Busy where so many are made that one would wait for long."""
        with translation.override(self.language):
            words = {"title": self.title or "–", "kicker": self.kicker, "site": gettext("Digital harassment at work")}
        data = typesetting.all_printable(words) | {"lang": self.language, "state": self.state}
        return typesetting.kept_picture(TEMPLATE, data | {"thread": _thread(self.state)})


def _kicker(thing, pages: Directory, facts: FactBook) -> tuple[str, int]:
    """What stands above the title: where it belongs. And the phase that the thing is."""
    if isinstance(thing, CardEdition):
        return gettext("Conversation card %(number)s") % {"number": thing.document.number}, 0
    if isinstance(thing, PageEdition) and thing.document.kind == PageKind.PHASE:
        here = [each.document_id for each in pages.phases]
        if thing.document_id in here:
            number = here.index(thing.document_id) + 1
            words = gettext("Phase %(number)s of %(total)s") % {"number": number, "total": len(here)}
            return words, min(number, 5)
    listed_on = above(thing, pages)
    return (facts.in_words(listed_on.title) if listed_on else ""), 0


@cache
def _design() -> str:
    return hashlib.sha256(TEMPLATE.read_bytes() + "".join(map(_thread, range(6))).encode()).hexdigest()


@cache
def _thread(state: int) -> str:
    """The thread as a picture: in one of its five states, or as it comes out of its knot."""
    drawing = settings.BASE_DIR / "templates" / "thread" / f"{state or 'unravels'}.svg"
    stroke = "0.9" if state else "3.2"
    line = f'fill="none" stroke="#0b4f4c" stroke-width="{stroke}" stroke-linecap="round" stroke-linejoin="round"'
    return (
        drawing.read_text(encoding="utf-8")
        .replace(' vector-effect="non-scaling-stroke"', "")
        .replace("<path", f"<path {line}")
        .replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    )
