"""How tests read a page: as a tree, and as the lines a reader meets."""

import re
from functools import cached_property
from xml.etree.ElementTree import Element

import html5lib

HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
# Elements that stand inside a line of text; all others begin a line of their own.
INLINE = {"a", "abbr", "b", "bdi", "button", "em", "i", "small", "span", "strong", "sub", "sup"}


class Markup:
    """A page or a piece of one, read as browsers read it."""

    def __init__(self, html: str):
        self.html = html

    @cached_property
    def _parser(self):
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        parser.tree_root = parser.parse(self.html)
        return parser

    @property
    def root(self) -> Element:
        return self._parser.tree_root

    @property
    def parse_errors(self) -> list[str]:
        return [code for _position, code, _data in self._parser.errors]

    def all(self, *tags: str, **attributes: str) -> list[Element]:
        """Elements with one of the tags and all of the attributes; `class_` means one class among others."""
        return [
            element
            for element in self.root.iter()
            if (not tags or element.tag in tags)
            and all(
                value in classes(element) if name == "class_" else element.get(name.replace("_", "-")) == value
                for name, value in attributes.items()
            )
        ]

    def one(self, *tags: str, **attributes: str) -> Element:
        (element,) = self.all(*tags, **attributes)
        return element

    @cached_property
    def ids(self) -> list[str]:
        return [element.get("id") for element in self.root.iter() if element.get("id") is not None]

    @cached_property
    def main_lines(self) -> list[str]:
        """What `main` says without folded recipes, navigation and the names of sources: what readability counts."""
        return lines(self.one("main"), leave_out=_is_beside_the_text)

    @property
    def main_text(self) -> str:
        return "\n".join(self.main_lines)


def _is_beside_the_text(element: Element) -> bool:
    return element.tag in ("details", "nav") or not {"fact__source", "source__from"}.isdisjoint(classes(element))


def classes(element: Element) -> list[str]:
    return (element.get("class") or "").split()


def text(element: Element) -> str:
    """The words of an element, with single spaces."""
    return _as_read("".join(element.itertext()))


def _as_read(characters: str) -> str:
    """Whether a line may break at a place is not seen."""
    return re.sub(r"\s+", " ", characters.replace("\N{WORD JOINER}", "")).strip()


def lines(element: Element, leave_out=lambda element: False) -> list[str]:
    """The words of an element line by line: paragraphs, headings and list items each on their own."""
    found = [""]

    def walk(node: Element):
        if not isinstance(node.tag, str) or node.tag in ("script", "style") or leave_out(node):
            return
        begins_a_line = node.tag not in INLINE
        if begins_a_line:
            found.append("")
        found[-1] += node.text or ""
        for child in node:
            walk(child)
            found[-1] += child.tail or ""
        if begins_a_line:
            found.append("")

    walk(element)
    tidied = map(_as_read, found)
    return [re.sub(r" ([.,:;)])", r"\1", line) for line in tidied if line]
