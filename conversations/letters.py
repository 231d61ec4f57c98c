"""A letter put together: its text with the facts in force, and each blank open or filled in.

One small model that the page, the plain text and the Word file are all made from, so that they can never say different
things. What somebody typed stands in it as text and nothing else: names of facts or blanks in it mean nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from digitalchikane import richtext
from guides.factbook import FactBook

from .blanks import BLANK
from .models import Blank, BlankKind, LetterEdition, LetterKind

# Facts and blanks, found in one pass.
NAMED = re.compile(f"{richtext.FACT_KEY.pattern}|{BLANK.pattern}")
LISTS = ("ul", "ol")


@dataclass(frozen=True)
class Run:
    """A piece of a line that is set alike."""

    text: str
    is_bold: bool = False
    is_italic: bool = False
    # Still to be filled in: the text is what is asked for.
    is_open: bool = False
    is_filled: bool = False
    # Whether an open blank takes several lines, or only a tick.
    is_long: bool = False
    is_tick: bool = False

    @property
    def words(self) -> str:
        if self.is_tick:
            return f"☐ {self.text}"
        return f"[{self.text}]" if self.is_open else self.text


@dataclass
class Line:
    """A paragraph, a heading, or an item of a list."""

    tag: str
    runs: list[Run]
    # The lists it stands in, the outermost first: the kind of each, and which list of the letter it is.
    lists: tuple[tuple[str, int], ...] = ()
    # Its number in a numbered list; none where it goes on with the item before.
    number: int | None = None
    goes_on: bool = False

    @property
    def words(self) -> str:
        return "".join(run.words for run in self.runs)

    @property
    def is_heading(self) -> bool:
        return self.tag in ("h3", "h4")

    @property
    def marker(self) -> str:
        """What stands before it in plain text."""
        if not self.lists:
            return ""
        indent = "  " * (len(self.lists) - 1)
        if self.goes_on:
            return indent + "  "
        return f"{indent}{self.number}. " if self.number else f"{indent}- "


@dataclass
class Composed:
    """A letter as it can be shown, copied and saved."""

    edition: LetterEdition
    subject: Line
    lines: list[Line] = field(default_factory=list)
    stop: list[str] = field(default_factory=list)
    is_finished: bool = False

    @property
    def is_document(self) -> bool:
        return self.edition.document.kind == LetterKind.DOCUMENT

    # For templates

    @property
    def subject_markup(self) -> str:
        return mark_safe(_runs(self.subject))

    @property
    def markup(self) -> str:
        return markup(self)

    @property
    def plain(self) -> str:
        return plain(self)


def compose(edition: LetterEdition, book: FactBook, answers: dict[str, str] | None = None) -> Composed:
    """The letter in the language in force: with its blanks open, or with the answers to them."""
    blanks = {blank.key: blank for blank in edition.blanks()}
    writer = _Writer(blanks, book, answers)
    lines = []
    for part in edition.text_parts():
        found = list(writer.lines(part.body))
        # A heading has nothing to say when everything below it was left empty.
        if any(not line.is_heading for line in found):
            lines += found
    subject = writer.line("p", [(edition.subject or "", False, False)]) or Line("p", [])
    stop = [book.in_words(line) for line in edition.stop_lines]
    return Composed(edition, subject, lines, stop, is_finished=answers is not None)


class _Writer:
    """Walks through rich text and fills it in."""

    def __init__(self, blanks: dict[str, Blank], book: FactBook, answers: dict[str, str] | None):
        self.blanks, self.book, self.answers = blanks, book, answers
        self.list_count = 0

    def lines(self, html: str) -> Iterator[Line]:
        yield from self._blocks(richtext.parse(html).children, ())

    def _blocks(self, nodes: list, lists: tuple, tag: str = "p", number: int | None = None) -> Iterator[Line]:
        """The lines of what stands side by side. Words that stand in no block of their own are a paragraph."""
        loose, first = [], True
        for node in [*nodes, richtext.Element("")]:
            if isinstance(node, str) or node.tag not in richtext.BLOCKS | {""}:
                loose.append(node)
                continue
            if loose:
                for line in self._settled(self.line(tag, _pieces(loose)), lists, number, first):
                    yield line
                    first = False
                loose = []
            match node.tag:
                case "":
                    pass
                case "ul" | "ol":
                    yield from self._items(node, lists)
                case "blockquote":
                    yield from self._blocks(node.children, lists, "blockquote")
                case "p":
                    for line in self._settled(self.line(tag, _pieces(node.children)), lists, number, first):
                        yield line
                        first = False
                case heading:
                    if line := self.line(heading, _pieces(node.children)):
                        yield line

    def _items(self, node: richtext.Element, lists: tuple) -> Iterator[Line]:
        self.list_count += 1
        inside = (*lists, (node.tag, self.list_count))
        number = 1
        for item in node.children:
            if isinstance(item, str):
                continue
            found = list(self._blocks(item.children, inside, "li", number if node.tag == "ol" else None))
            yield from found
            number += bool(found)

    def _settled(self, line: Line | None, lists: tuple, number: int | None, first: bool) -> Iterator[Line]:
        if line:
            line.lists, line.number, line.goes_on = lists, number if first else None, bool(lists) and not first
            yield line

    def line(self, tag: str, pieces: list[tuple[str, bool, bool]]) -> Line | None:
        """A line with facts and blanks put in; None where there is nothing to say, or all of it was left empty."""
        text = "".join(words for words, _bold, _italic in pieces)
        looks = [look for words, *look in pieces for _character in words][len(text) - len(text.lstrip()) :]
        text = text.strip()
        runs, end, left_empty = [], 0, False
        for match in NAMED.finditer(text):
            runs += _alike(text, looks, end, match.start())
            fact, blank = match.groups()
            bold, italic = looks[match.start()]
            if fact is not None:
                runs.append(Run(self.book.in_words(match.group()), bold, italic))
            elif run := self._blank(blank, bold, italic):
                runs.append(run)
            else:
                left_empty = True
            end = match.end()
        runs += _alike(text, looks, end, len(text))
        if left_empty or not any(run.text.strip() for run in runs):
            return None
        return Line(tag, runs)

    def _blank(self, key: str, bold: bool, italic: bool) -> Run | None:
        blank = self.blanks.get(key)
        if blank is None:
            # A draft may name what is not there yet.
            return Run(key, bold, italic, is_open=True)
        is_statement = blank.kind == BlankKind.STATEMENT
        if self.answers is None:
            is_long = blank.kind == BlankKind.LINES
            return Run(blank.label, bold, italic, is_open=True, is_long=is_long, is_tick=is_statement)
        text = self.answers.get(key, "")
        if not text:
            return None
        return Run(blank.label if is_statement else text, bold, italic, is_filled=not is_statement)


def _pieces(nodes: list, bold: bool = False, italic: bool = False) -> list[tuple[str, bool, bool]]:
    """Words with how they are set. Of a link to the web the address is kept: a letter is read elsewhere than here."""
    found = []
    for node in nodes:
        if isinstance(node, str):
            found.append((re.sub(r"\s+", " ", node), bold, italic))
        elif node.tag == "br":
            found.append(("\n", bold, italic))
        else:
            inner = _pieces(node.children, bold or node.tag == "strong", italic or node.tag == "em")
            found += inner
            words = "".join(text for text, _bold, _italic in inner)
            if node.href.startswith(("http://", "https://")) and node.href != words:
                found.append((f" ({node.href})", bold, italic))
    return found


def _alike(text: str, looks: list, start: int, end: int) -> Iterator[Run]:
    """A stretch of own words, cut where the way it is set changes."""
    begin = start
    for position in range(start + 1, end + 1):
        if position == end or looks[position] != looks[begin]:
            yield Run(text[begin:position], *looks[begin])
            begin = position


# Plain text


def plain(letter: Composed) -> str:
    """The letter as text, to put into an e-mail."""
    found = []
    if letter.stop:
        found += [f"{stop_heading()}:\n" + "\n".join(f"- {line}" for line in letter.stop), "-" * 40]
    subject = letter.subject.words
    found.append(subject if letter.is_document else gettext("Subject: %(subject)s") % {"subject": subject})
    for index, line in enumerate(letter.lines):
        words = line.marker + line.words.replace("\n", "\n" + " " * len(line.marker))
        if line.lists and index and letter.lines[index - 1].lists:
            found[-1] += f"\n{words}"
        else:
            found.append(words)
    return "\n\n".join(found) + "\n"


def stop_heading() -> str:
    return gettext("Do not call or write if")


# Markup


def markup(letter: Composed, below: int = 3) -> str:
    """The text of the letter as a page shows it, below a heading of a level."""
    found, open_lists = [], []
    for line in letter.lines:
        _close(found, open_lists, line.lists)
        for kind in line.lists[len(open_lists) :]:
            found.append(f"<{kind[0]}>")
            open_lists.append([kind, False])
        if line.lists:
            if line.goes_on:
                found.append(f"<br>{_runs(line)}")
                continue
            if open_lists[-1][1]:
                found.append("</li>")
            open_lists[-1][1] = True
            found.append(f"<li>{_runs(line)}")
            continue
        tag = f"h{min(below + int(line.tag[1]) - 2, 6)}" if line.is_heading else line.tag
        inner = f"<p>{_runs(line)}</p>" if tag == "blockquote" else _runs(line)
        found.append(f"<{tag}>{inner}</{tag}>")
    _close(found, open_lists, ())
    return mark_safe("".join(found))


def _close(found: list[str], open_lists: list, wanted: tuple):
    """Close the lists that the next line does not stand in."""
    while [kind for kind, _item in open_lists] != list(wanted[: len(open_lists)]):
        (kind, _number), has_item = open_lists.pop()
        found.append(f"{'</li>' if has_item else ''}</{kind}>")


def _runs(line: Line) -> str:
    return "".join(_run(run) for run in line.runs)


def _run(run: Run) -> str:
    text = mark_safe("<br>".join(conditional_escape(each) for each in run.words.split("\n")))
    if run.is_open:
        kind = " blank--long" if run.is_long else " blank--tick" if run.is_tick else ""
        text = format_html('<span class="blank{}">{}</span>', kind, text)
    elif run.is_filled:
        # Whatever was typed, in whatever script, keeps to itself.
        text = format_html("<bdi>{}</bdi>", text)
    if run.is_bold:
        text = format_html("<strong>{}</strong>", text)
    if run.is_italic:
        text = format_html("<em>{}</em>", text)
    return text
