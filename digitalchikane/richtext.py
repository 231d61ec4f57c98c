"""What rich text may contain, and the one small tree that everything else is made from.

Editors write with a closed vocabulary. `clean` enforces it, `parse` turns it into a tree of `Element` and text, and
HTML, plain text and readability all walk that tree: there is no second parser.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from html.parser import HTMLParser

from django_prose_editor.fields import ProseEditorField, create_sanitizer

LINK_SCHEMES = ["https", "http", "mailto", "tel", "side", "kort", "brev", "vej"]
EXTENSIONS = {
    "Heading": {"levels": [3, 4]},
    "BulletList": True,
    "OrderedList": {"enableListAttributes": False},
    "ListItem": True,
    "Blockquote": True,
    "Bold": True,
    "Italic": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": LINK_SCHEMES},
    # Plain buttons: the list that the editor would fold the headings into does not open by keyboard.
    "Menu": {
        "groups": [
            {"group": "headings"},
            {"group": "lists"},
            {"group": "nodes -blockType -lists"},
            {"group": "marks"},
            {"group": "link"},
            {"group": "history"},
        ]
    },
}
BLOCKS = {"p", "h3", "h4", "ul", "ol", "li", "blockquote"}
FACT_KEY = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
# A bracket that is left over, and enough of the words beside it to find it.
HALF_KEY = re.compile(r"\{+[^{}]{0,40}\}*|[^{}]{0,40}\}+")

clean: Callable[[str], str] = create_sanitizer(EXTENSIONS)


class RichTextField(ProseEditorField):
    """Rich text that is cleaned on every save, also when no form was involved."""

    def __init__(self, *args, **kwargs):
        # Set whatever was passed: migrations clone the field without its options.
        kwargs["extensions"] = EXTENSIONS
        kwargs["sanitize"] = True
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance, add):
        value = super().pre_save(model_instance, add)
        if value:
            value = clean(value)
            model_instance.__dict__[self.attname] = value
        return value


# The tree


@dataclass(frozen=True, slots=True)
class Element:
    tag: str
    href: str = ""
    children: tuple["Element | str", ...] = ()


class _TreeBuilder(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        # What has begun and not ended yet: tag, address, and what is in it so far.
        self.open: list[tuple[str, str, list]] = [("", "", [])]

    def handle_starttag(self, tag, attrs):
        self.open.append((tag, dict(attrs).get("href") or "", []))
        if tag == "br":
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if len(self.open) > 1 and self.open[-1][0] == tag:
            tag, href, children = self.open.pop()
            self.open[-1][2].append(Element(tag, href, tuple(children)))

    def handle_data(self, data):
        self.open[-1][2].append(data)

    @property
    def root(self) -> Element:
        while len(self.open) > 1:
            self.handle_endtag(self.open[-1][0])
        return Element("", children=tuple(self.open[0][2]))


def parse(html: str, below: int | None = None) -> Element:
    """The tree of rich text, cleaned first, so that every start tag has its end. Where it stands below a heading of
    another level than a page's, `below` says which, and its own headings follow from there."""
    root = _tree(html or "")
    return root if below is None else _with_headings_below(root, below)


# Several times what the site is shipped with, whose trees take less than a megabyte: the same text is wanted by its
# page, for its reading time, by the search, on paper, and again whenever any page is published.
@lru_cache(maxsize=2000)
def _tree(html: str) -> Element:
    builder = _TreeBuilder()
    builder.feed(clean(html))
    builder.close()
    return builder.root


def _with_headings_below(root: Element, below: int) -> Element:
    """The levels that come after the heading above, none skipped: an h3 becomes the next one, an h4 the one after."""
    level = below

    def walk(node: Element | str) -> Element | str:
        nonlocal level
        if isinstance(node, str):
            return node
        tag = node.tag
        if tag in ("h3", "h4"):
            level = min(below + int(tag[1]) - 2, level + 1, 6)
            tag = f"h{level}"
        return replace(node, tag=tag, children=tuple(walk(child) for child in node.children))

    return walk(root)


def to_html(html: str, text: Callable[[str], str], link: Callable[[str], str | None], below: int | None = None) -> str:
    """Rich text as a page shows it. `text` turns a run of characters into markup, `link` a reference into an address
    (or None where what it names cannot be reached: its words then stand without a link)."""

    def walk(node: Element | str) -> str:
        if isinstance(node, str):
            return text(node)
        inner = "".join(walk(child) for child in node.children)
        match node.tag:
            case "":
                return inner
            case "br":
                return "<br>"
            case "a":
                address = link(node.href)
                return f'<a href="{escape(address)}">{inner}</a>' if address else inner
            case "li" if len(node.children) == 1 and _is_paragraph(node.children[0]):
                # The editor wraps each item in a paragraph; a lone one only adds space.
                return f"<li>{''.join(walk(child) for child in node.children[0].children)}</li>"
            case tag:
                return f"<{tag}>{inner}</{tag}>"

    return walk(parse(html, below))


def _is_paragraph(node: Element | str) -> bool:
    return isinstance(node, Element) and node.tag == "p"


def _paragraphs(html: str) -> list[list[tuple[str, str]]]:
    """Rich text as paragraphs, in order: one for each block, list items on their own. Each is made of pieces: words,
    and the address that they link to."""
    found: list[list[tuple[str, str]]] = []

    def walk(node: Element | str, started: bool, href: str = "") -> bool:
        """Append to the open paragraph, or begin one; tell whether one is open afterwards."""
        if isinstance(node, str):
            words = re.sub(r"\s+", " ", node)
            if started:
                found[-1].append((words, href))
                return True
            if words.strip():
                found.append([(words.lstrip(), href)])
                return True
            return False
        if node.tag == "br":
            return walk(" ", started, href)
        if node.tag in BLOCKS:
            inside = False
            for child in node.children:
                inside = walk(child, inside, href)
            return False
        for child in node.children:
            started = walk(child, started, node.href or href)
        return started

    walk(parse(html), False)
    return found


def paragraphs(html: str) -> list[str]:
    """Rich text as plain paragraphs."""
    return ["".join(words for words, _href in pieces).strip() for pieces in _paragraphs(html)]


def linked(html: str, href: str) -> Iterator[tuple[str, int, int]]:
    """Every place that links to an address: the paragraph around it, and where in it the words of the link begin and
    end."""
    for pieces in _paragraphs(html):
        paragraph, position, start = "".join(words for words, _href in pieces).strip(), 0, None
        for words, address in [*pieces, ("", "")]:
            if address == href and start is None:
                start = position
            elif address != href and start is not None:
                yield paragraph, start, position
                start = None
            position += len(words)


def to_text(html: str) -> str:
    return "\n".join(paragraphs(html))


def elements(html: str) -> Iterator[Element]:
    """Every element of rich text, in the order in which they begin."""

    def walk(node: Element):
        for child in node.children:
            if isinstance(child, Element):
                yield child
                yield from walk(child)

    yield from walk(parse(html))


def words_of(element: Element) -> str:
    """The words of an element, with single spaces."""
    pieces = [child if isinstance(child, str) else words_of(child) for child in element.children]
    return re.sub(r"\s+", " ", "".join(pieces)).strip()


def links(html: str) -> Iterator[str]:
    """Every address or reference that rich text links to."""
    yield from (element.href for element in elements(html) if element.tag == "a" and element.href)


def skips_a_heading(html: str) -> bool:
    """Whether a heading of the lower level stands before any of the upper one: it would belong to nothing."""
    levels = [node.tag for node in parse(html).children if isinstance(node, Element) and node.tag in ("h3", "h4")]
    return levels[:1] == ["h4"]


def runs(text: str) -> Iterator[tuple[str, str | None]]:
    """A text in turns: its own words, then the key of the fact that is named there; no key at the end."""
    end = 0
    for match in FACT_KEY.finditer(text or ""):
        yield text[end : match.start()], match.group(1)
        end = match.end()
    yield (text or "")[end:], None


def fact_keys(text: str) -> set[str]:
    """The keys of the facts named in a text, rich or plain, also those that no fact answers to."""
    return {match.group(1) for match in FACT_KEY.finditer(text or "")}


def half_keys(text: str) -> Iterator[str]:
    """Where a plain text has a curly bracket that is no part of a whole key: the bracket and the words beside it."""
    for words, _key in runs(text):
        yield from (match[0].strip() for match in HALF_KEY.finditer(words))


# Readability


@dataclass(frozen=True)
class Readability:
    """LIX (Björnsson 1968): words per sentence plus the share of words longer than six letters, in per cent."""

    words: int
    sentences: int
    long_words: int
    longest_sentence: str

    @property
    def lix(self) -> int:
        if not self.words:
            return 0
        return round(self.words / max(self.sentences, 1) + 100 * self.long_words / self.words)


@lru_cache(maxsize=2000)
def length(text: str, is_rich: bool) -> int:
    """How many words a text has."""
    return len(WORD.findall(to_text(text) if is_rich else text))


def minutes(words: int) -> int:
    """Whole minutes it takes to read so many, at 200 words a minute."""
    return max(1, round(words / 200))


WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
SENTENCE_END = re.compile(r"(?<=[.!?:])[”’)]*\s+|\n+")


def sentences(text: str) -> list[tuple[str, list[str]]]:
    """The sentences of a plain text, each with its words. Every line is one, as headings and items of lists are."""
    found = [(sentence.strip(), WORD.findall(sentence)) for sentence in SENTENCE_END.split(text)]
    return [(sentence, words) for sentence, words in found if words]


def readability(text: str) -> Readability:
    """How hard a plain text is to read."""
    found = sentences(text)
    words = [word for _sentence, words in found for word in words]
    longest = max(found, key=lambda pair: len(pair[1]), default=("", []))
    return Readability(
        words=len(words),
        sentences=len(found),
        long_words=sum(len(word) > 6 for word in words),
        longest_sentence=longest[0],
    )
