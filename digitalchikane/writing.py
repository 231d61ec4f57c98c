"""Writing help: how hard the Danish of an edition is to read, and what could be said better.

Measured by the code that the tests hold the shipped content against, on what readers get: with the facts in it, and
without what stays folded until it is opened. Hints are never reasons to refuse anything.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext

from . import richtext
from .publishing.models import Problem, translated_fields
from .publishing.texts import is_rich

WORDS_OF_A_SENTENCE = 25
WORDS_OF_A_PARAGRAPH = 70
# Of a line of a few words, LIX says only that one of them is long.
LIX_OF_A_PARAGRAPH, WORDS_THAT_TELL = 55, 12
LIX_OF_A_PAGE, LIX_OF_A_PHASE = 45, 40
# What stands beside the text: addresses, and notes that readers meet elsewhere.
BESIDE_THE_TEXT = {"slug", "change_note", "withdrawal_reason"}

NEGATION = re.compile(r"\b(ikke|aldrig|ingen|intet)\b", re.IGNORECASE)
CLICK_HERE = re.compile(r"\b(klik|tryk) her\b", re.IGNORECASE)
SAYS_NOTHING = {"her", "klik her", "tryk her", "se her", "læs her", "læs mere", "læs mere her", "se mere", "mere"}
SAYS_NOTHING |= {"link", "dette link", "linket", "denne side", "hjemmesiden", "here", "click here", "read more"}

# Common English words that are no Danish ones: not “for”, “in”, “is” or “who”.
ENGLISH = (
    "about|after|again|and|are|because|been|before|being|between|can|cannot|could|did|does|each|every|"
    "few|from|has|here|how|if|into|its|must|not|only|other|our|out|please|read|should|that|the|their|"
    "them|then|there|these|they|this|those|through|until|very|we|were|what|when|where|which|while|why|"
    "will|with|within|without|would|you|your"
)
# English in a Danish text, with the Danish that does as well.
DANISH_FOR = {
    "awareness": "opmærksomhed",
    "backup": "sikkerhedskopi",
    "bystander": "vidne",
    "cyberbullying": "digital mobning",
    "deadline": "frist",
    "feedback": "tilbagemelding",
    "follow-up": "opfølgning",
    "guideline": "retningslinje",
    "hate speech": "hadtale",
    "hotline": "telefonlinje",
    "screenshot": "skærmbillede",
    "tool": "værktøj",
    "workshop": "møde",
}
ENGLISH_WORD = re.compile(rf"\b(?:{ENGLISH})\b", re.IGNORECASE)
BORROWED = re.compile(rf"\b({'|'.join(DANISH_FOR)})(?:s|e|en|et|er|ne|erne|ene)?\b", re.IGNORECASE)
# Names of buttons and services stand in quotation marks.
QUOTED = re.compile(r"[”“„»\"][^”“„»«\"]*[”“«\"]")


@dataclass(frozen=True)
class Passage:
    """One paragraph, heading or item, and where it stands."""

    part: object
    field: str
    own_words: str
    # With the facts that it names.
    shown: str


@dataclass(frozen=True)
class WritingHelp:
    readability: richtext.Readability
    hints: list[Problem]

    @property
    def level(self) -> str:
        """What a LIX means, in the five steps of its inventor (Björnsson 1968)."""
        lix = self.readability.lix
        if lix < 25:
            return gettext("very easy to read")
        if lix < 35:
            return gettext("easy to read")
        if lix < 45:
            return gettext("neither easy nor hard to read")
        return gettext("hard to read") if lix < 55 else gettext("very hard to read")


def help_with(edition, facts) -> WritingHelp:
    """How an edition reads, with the facts of a book in it."""
    return _Reader(edition, facts).help()


class _Reader:
    """Somebody who reads an edition from top to bottom with a pencil."""

    def __init__(self, edition, facts):
        self.edition = edition
        self.facts = facts

    def help(self) -> WritingHelp:
        return WritingHelp(self.readability, [*self.on_the_whole(), *self.in_order()])

    @cached_property
    def passages(self) -> list[Passage]:
        return [passage for part in self.edition.parts() for passage in self.passages_of(part)]

    def passages_of(self, part) -> Iterator[Passage]:
        for name in translated_fields(type(part)):
            if name in BESIDE_THE_TEXT:
                continue
            text = getattr(part, f"{name}_da") or ""
            lines = richtext.paragraphs(text) if is_rich(part, name) else text.splitlines()
            for line in filter(None, map(str.strip, lines)):
                yield Passage(part, f"{name}_da", richtext.FACT_KEY.sub(" ", line), self.facts.in_words(line))

    @cached_property
    def readability(self) -> richtext.Readability:
        seen = [passage.shown for passage in self.passages if not getattr(passage.part, "is_folded", False)]
        return richtext.readability("\n".join(seen))

    def hint(self, part, field: str, message: str) -> Problem:
        return Problem(message, field=field, block=None if part is self.edition else part)

    def on_the_whole(self):
        most = LIX_OF_A_PHASE if getattr(self.edition.document, "kind", "") == "phase" else LIX_OF_A_PAGE
        if self.readability.lix > most:
            message = gettext(
                "All in all it is hard to read: LIX %(lix)s, and it should be at most %(most)s. "
                "Shorter sentences and fewer long words help."
            )
            yield Problem(message % {"lix": self.readability.lix, "most": most})

    def in_order(self) -> Iterator[Problem]:
        empty = self.headings_above_nothing()
        for part in self.edition.parts():
            if part in empty:
                yield self.hint(part, "text_da", gettext("There is nothing below this heading."))
            for name in translated_fields(type(part)):
                if is_rich(part, name):
                    yield from self.in_markup(part, f"{name}_da")
            for passage in self.passages_of(part):
                for message in [*_about_sentences(passage), *_about_words(passage)]:
                    yield self.hint(part, passage.field, message)
            for item in getattr(part, "dont_lines", ()):
                if not NEGATION.search(item):
                    message = gettext("“%(item)s” has no “not” in it. Somebody who reads only this line will do it.")
                    yield self.hint(part, "items_da", message % {"item": item})

    def headings_above_nothing(self) -> list:
        """Headings of sections in which nothing stands. On main pages the code puts something there."""
        if not hasattr(self.edition, "sections") or getattr(self.edition.document, "kind", "") == "main":
            return []
        return [section.heading for section in self.edition.sections() if section.heading and not section.blocks]

    def in_markup(self, part, field: str) -> Iterator[Problem]:
        for element in richtext.elements(getattr(part, field) or ""):
            words = richtext.words_of(element)
            if element.tag == "a" and words.lower().strip(" .:!›»→") in SAYS_NOTHING:
                message = gettext("The link “%(words)s” does not say where it leads.") % {"words": words}
                yield self.hint(part, field, message)
            elif element.tag in ("h3", "h4") and not words:
                yield self.hint(part, field, gettext("A heading in the text is empty."))


def _about_sentences(passage: Passage) -> Iterator[str]:
    whole = richtext.readability(passage.shown)
    for sentence, words in richtext.sentences(passage.shown):
        if len(words) > WORDS_OF_A_SENTENCE:
            message = gettext("%(count)s words in one sentence, where %(most)s are plenty: “%(beginning)s …”")
            values = {"count": len(words), "most": WORDS_OF_A_SENTENCE, "beginning": _beginning(sentence)}
            yield message % values
    if whole.words > WORDS_OF_A_PARAGRAPH:
        message = gettext("%(count)s words in one paragraph: “%(beginning)s …” Divide it, or make it a list.")
        yield message % {"count": whole.words, "beginning": _beginning(passage.shown)}
    if whole.words > WORDS_THAT_TELL and whole.lix > LIX_OF_A_PARAGRAPH:
        message = gettext("A paragraph is heavy, with LIX %(lix)s: “%(beginning)s …”")
        yield message % {"lix": whole.lix, "beginning": _beginning(passage.shown)}


def _about_words(passage: Passage) -> Iterator[str]:
    if found := CLICK_HERE.search(passage.own_words):
        yield gettext("“%(words)s” says nothing. Let the link be the words for where it leads.") % {"words": found[0]}
    words = QUOTED.sub(" ", passage.own_words)
    for word in dict.fromkeys(found[0].lower() for found in ENGLISH_WORD.finditer(words)):
        yield gettext("“%(word)s” looks English. A name of something belongs in quotation marks.") % {"word": word}
    for found in BORROWED.finditer(words):
        values = {"word": found[0], "danish": DANISH_FOR[found[1].lower()]}
        yield gettext("“%(word)s” is English. What about “%(danish)s”?") % values


def _beginning(text: str, words: int = 6) -> str:
    return " ".join(text.split()[:words])
