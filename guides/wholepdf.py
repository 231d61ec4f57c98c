"""The whole guide as data for its PDF: nested lists and plain words, for `typst/guide.typ` to set."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext

from digitalchikane import richtext
from digitalchikane.languages import DEFAULT, language_used
from digitalchikane.richtext import Element
from digitalchikane.typesetting import printable

from .models import Callout, CardTeaser, DoDont, FactList, Image, Recipe, RouteList, Text
from .wholeguide import Entry, Group, NumberedFact, Part, WholeGuide

TEMPLATE = Path(__file__).parent / "typst" / "guide.typ"
THREAD = '<path fill="none" stroke="#0b4f4c" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
# Lists in lists beyond this are shown as plain paragraphs, and longer addresses as plain words.
DEEPEST = 5
LONGEST_ADDRESS = 2000
# A picture stands in the document as a row of numbers, which takes four times as much.
LARGEST_PICTURE = 120_000
# What is longer than this may be broken over pages.
LINES_OF_A_PAGE = 40
UNSEEN = {"data", "id", "to", "url", "tel", "kind", "key", "lang", "source_lang", "tone"}


def as_data(guide: WholeGuide) -> dict:
    with translation.override(guide.language):
        return _Writer(guide).document()


@cache
def _threads() -> list[str]:
    """The five states of the thread as pictures, with the stroke that the style sheet gives them on screen."""
    folder = settings.BASE_DIR / "templates" / "thread"
    pictures = [(folder / f"{state}.svg").read_text(encoding="utf-8") for state in range(1, 6)]
    return [
        picture.replace("<path", THREAD).replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        for picture in pictures
    ]


class _Writer:
    """Turns what stands in the guide into lists. Words in the language that is active, others marked by `lang`."""

    def __init__(self, guide: WholeGuide):
        self.guide = guide
        self.facts = guide.facts
        self.pages = guide.pages
        self.numbered = {
            member.fact.key: member
            for part in guide.parts
            for group in part.groups
            for member in group.members
            if isinstance(member, NumberedFact)
        }

    def document(self) -> dict:
        urgent = self.pages.page("akut")
        day = date_format(self.guide.on, "DATE_FORMAT")
        address = self.guide.site + reverse("guides:whole")
        return {
            "lang": self.guide.language,
            "regions": settings.REGIONS,
            "title": printable(self.guide.title),
            "site": gettext("Digital harassment at work"),
            "lead": gettext(
                "All in one place: phases, conversation cards, places to report and to get help, deadlines and sources."
            ),
            "date": {"year": self.guide.on.year, "month": self.guide.on.month, "day": self.guide.on.day},
            "as_of": gettext("This is how the guide read on %(date)s.") % {"date": day},
            "day": day,
            "newest": gettext("The newest is always at"),
            "address": {"url": address, "words": address.partition("://")[2]},
            "danger": self.line(urgent.summary, with_sources=False) if urgent else [],
            # Links are not allowed in what repeats on every page.
            "danger_words": self.words(urgent.summary) if urgent else "",
            "contents": gettext("Contents"),
            "words": {language: self.words_of(language) for language in {self.guide.language, DEFAULT}},
            "threads": _threads(),
            "parts": [self.part(part) for part in self.guide.parts],
        }

    def words_of(self, language: str) -> dict:
        """The words that the template itself puts in."""
        with translation.override(language):
            return {
                "see": gettext("see page %(page)s") % {"page": "#"},
                "page": gettext("Page %(page)s") % {"page": "#"},
                "unconfirmed": gettext("Not confirmed"),
            }

    # Parts

    def part(self, part: Part) -> dict:
        with translation.override(part.intro.language):
            intro = self.edition(part.intro) if part.intro.thing else {}
            title = self.words(part.title)
        members = [self.entry(entry) for entry in part.entries]
        return {
            "key": part.key,
            "id": part.anchor,
            "lang": part.intro.language,
            "title": title or "–",
            "intro": intro,
            "members": members,
            "groups": [self.group(group) for group in part.groups],
        }

    def group(self, group: Group) -> dict:
        return {
            "id": group.anchor,
            "title": printable(str(group.label)),
            "members": [
                self.source(member) if isinstance(member, NumberedFact) else self.entry(member)
                for member in group.members
            ],
        }

    def entry(self, entry: Entry) -> dict:
        with translation.override(entry.language):
            own = {"id": entry.anchor, "lang": entry.language, "number": entry.number, "level": entry.level - 1}
            title = {"title": self.words(entry.title) or "–"}
            if entry.name_field == "name":
                return _with_length(own | title | self.route(entry.thing))
            if hasattr(entry.thing, "points"):
                return _with_length(own | title | self.card(entry.thing))
            return own | title | self.edition(entry)

    def edition(self, entry: Entry) -> dict:
        """A page's words: its summary, its steps in brief, its blocks."""
        page = entry.thing
        blocks = []
        if steps := page.steps():
            blocks.append(self.steps(steps, entry))
        for section in entry.sections:
            if section.heading:
                blocks += self.heading(section.level, self.words(section.heading.text), section.anchor)
            for _template, block in section.blocks:
                blocks += self.block(block, section.level)
        return {
            "kicker": gettext("Phase %(number)s") % {"number": entry.number} if entry.number else "",
            "lead": self.line(page.summary),
            "when": {"label": gettext("When:"), "spans": self.line(page.timing)} if page.timing else None,
            "blocks": blocks,
            "reviewed": self.reviewed(page),
        }

    def reviewed(self, page) -> str:
        said = [gettext("Updated %(date)s") % {"date": date_format(page.live_from.date(), "DATE_FORMAT")}]
        if page.is_being_reviewed:
            said.append(gettext("is being checked"))
        elif page.review_again_on:
            said.append(
                gettext("to be reviewed by %(date)s") % {"date": date_format(page.review_again_on, "DATE_FORMAT")}
            )
        return " · ".join(said)

    def card(self, card) -> dict:
        phase = self.pages.page(card.document.phase.key)
        place = {}
        if phase:
            values = {"number": phase.document.position, "title": self.words(phase.title)}
            place = self.target(self.pages.place(phase)) | {
                "spans": [{"text": printable(gettext("Phase %(number)s: %(title)s") % values)}]
            }
        return {
            "kicker": gettext("Card %(number)s") % {"number": card.document.number},
            "state": min(max(card.document.phase.position, 1), 5),
            "phase": place,
            "who": self.who(card),
            "purpose": self.line(card.summary, with_sources=False),
            "sections": [
                {
                    "key": str(section),
                    "label": str(section.label),
                    "items": [
                        self.marked(point, "text", self.line(point.text, with_sources=False)) for point in points
                    ],
                }
                for section, points in card.points()
            ],
            "foot": gettext("Card %(number)s · edition %(edition)s · %(date)s")
            % {
                "number": card.document.number,
                "edition": card.number,
                "date": date_format(card.live_from.date(), "DATE_FORMAT"),
            },
        }

    def who(self, card) -> str:
        said = [printable(card.participants)]
        if card.minutes:
            said.append(ngettext("%(minutes)s minute", "%(minutes)s minutes", card.minutes) % {"minutes": card.minutes})
        return " · ".join(filter(None, said))

    def route(self, route) -> dict:
        next_route = []
        if following := route.next_rung:
            words = printable(gettext("Next step: %(name)s") % {"name": following.name})
            next_route = [self.link(self.pages.place(following), [{"text": words}])]
        web = [self.link(route.url, [{"text": printable(route.site_name)}])] if route.site_name else []
        known = [fact | {"statement": ""} for row in route.facts.all() if (fact := self.statement(row.key))]
        rows = [
            {"label": gettext("For"), "spans": self.line(route.audience)},
            {"label": gettext("Open"), "spans": self.line(route.hours)},
            {"label": gettext("On the web"), "spans": web},
            {"label": gettext("You need"), "items": self.lines(route.need_lines)},
            {"label": gettext("How to do it"), "items": self.lines(route.how_lines), "ordered": True},
            {"label": gettext("What to expect"), "spans": self.line(route.wait)},
            {"label": route.refused_heading, "spans": self.line(route.refused), "more": next_route},
            {"label": gettext("What we know, and from where"), "facts": known},
        ]
        return {
            "phone": self.phone(route),
            "summary": self.line(route.summary),
            "rows": [row for row in rows if any(row.get(name) for name in ("spans", "items", "more", "facts"))],
            "checked": self.checked(route),
        }

    def phone(self, route) -> dict | None:
        found = self.facts.get(route.phone.key) if route.phone else None
        if not found:
            return None
        return {"spans": [self.fact(found, with_source=False)], "confirmed": found.fact.is_confirmed}

    def checked(self, route) -> str:
        if route.is_being_checked:
            return gettext("Is being checked")
        if route.checked_on:
            return gettext("Checked %(date)s") % {"date": date_format(route.checked_on, "DATE_FORMAT")}
        return gettext("Not yet checked by an editor")

    def source(self, member: NumberedFact) -> dict:
        found = member.fact
        source = found.fact.source
        if found.is_being_checked:
            state = gettext("Is being checked.")
        elif found.fact.checked_on:
            state = gettext("Checked %(date)s.") % {"date": date_format(found.fact.checked_on, "DATE_FORMAT")}
        else:
            state = gettext("Source read %(date)s.") % {"date": date_format(source.read_on, "DATE_FORMAT")}
        published = f" ({source.published})" if source.published else ""
        entry = {
            "id": member.anchor,
            "number": member.number,
            "lang": language_used(found.wording, "statement"),
            "title": printable(found.fact.label) or "–",
            "statement": printable(found.wording.statement),
            "confirmed": found.fact.is_confirmed,
            "phone": [self.fact(found, with_source=False)] if found.is_phone else [],
            "source": printable(source.title),
            "source_lang": source.language if re.fullmatch("[a-z]{2,3}", source.language) else DEFAULT,
            "url": source.url if len(source.url) < LONGEST_ADDRESS and source.url == printable(source.url) else "",
            "from": printable(f"{source.publisher}{published}. {state}"),
        }
        return _with_length(entry)

    # Blocks

    def block(self, block, level: int) -> list[dict]:
        """What stands in a block of a page, below a heading of this level."""
        match block:
            case Text():
                found = self.rich(block.body, level)
                field = "body"
            case DoDont():
                title = gettext("Do") if block.kind == DoDont.Kind.DO else gettext("Take care")
                found = [{"kind": str(block.kind), "title": title, "items": self.lines(block.lines)}]
                field = "items"
            case Callout():
                body = self.rich(block.body, level)
                found = [{"kind": "callout", "tone": str(block.tone), "title": self.line(block.title), "blocks": body}]
                field = "title"
            case Recipe():
                title = self.heading(level + 1, self.words(block.title) or "–")
                found = [{"kind": "recipe", "blocks": title + self.rich(block.body, level + 1)}]
                field = "body"
            case CardTeaser():
                return self.teaser(self.pages.card(block.card.key))
            case RouteList():
                return [{"kind": "routes", "rows": [self.route_row(route) for route in block.shown_routes]}]
            case FactList():
                facts = [self.statement(fact.key) for fact in block.facts.all()]
                return [{"kind": "facts", "facts": [fact for fact in facts if fact]}]
            case Image():
                return self.picture(block)
            case _:
                raise TypeError(f"The PDF of the whole guide does not know {block._meta.label}.")
        return [_with_length(self.marked(block, field, each)) for each in found]

    def picture(self, block) -> list[dict]:
        """A picture with its caption; its words alone where the file is gone."""
        shown, caption = block.shown, self.line(block.caption)
        content = shown.content(shown.fallback, LARGEST_PICTURE) if shown else None
        if not content:
            words = gettext("Picture: %(words)s") % {"words": block.alternative} if block.alternative else ""
            lines = [spans for spans in (self.line(words), caption) if spans]
            return [{"kind": "p", "spans": spans} for spans in lines]
        found = {"kind": "picture", "data": list(content), "alt": printable(block.alternative), "caption": caption}
        # Ten points to a millimetre are sharp on paper.
        return [self.marked(block, "alt", found | {"width": shown.width / 10})]

    def marked(self, thing, field: str, found):
        """Mark what is shown in another language than the words around it."""
        used = language_used(thing, field)
        if used == (get_language() or DEFAULT):
            return found
        return found | {"lang": used} if isinstance(found, dict) else [span | {"lang": used} for span in found]

    def heading(self, level: int, words: str, anchor: str = "") -> list[dict]:
        """A heading. Without words it is left out, as a tagged PDF demands, unless something may lead there."""
        if words or anchor:
            return [{"kind": "heading", "level": level - 1, "title": words or "–", "id": anchor}]
        return []

    def steps(self, steps, entry: Entry) -> dict:
        items = []
        for step in steps:
            address = self.pages.address(step.link) if step.link else None
            items.append(
                {
                    "spans": self.marked(step, "text", self.line(step.text)),
                    "role": capfirst(step.get_role_display()),
                    "link": self.link(address, [{"text": gettext("How to do it")}]) if address else None,
                }
            )
        return {
            "kind": "steps",
            "id": entry.steps_anchor,
            "level": entry.level,
            "title": gettext("In brief"),
            "items": items,
        }

    def teaser(self, card) -> list[dict]:
        if not card:
            return []
        values = {"number": card.document.number, "title": self.words(card.title)}
        title = [{"text": printable(gettext("Card %(number)s: %(title)s") % values)}]
        return [{"kind": "teaser", "title": self.link(self.pages.place(card), title), "who": self.who(card)}]

    def route_row(self, route) -> dict:
        return {
            "name": self.link(self.pages.place(route), [{"text": self.words(route.name) or "–"}]),
            "phone": self.phone(route),
            "summary": self.line(route.summary, with_sources=False),
        }

    def statement(self, key: str) -> dict | None:
        """A fact with its whole statement and its number among the sources."""
        found = self.facts.get(key)
        if not found:
            return None
        return {
            "label": printable(found.fact.label),
            "statement": printable(found.wording.statement),
            "confirmed": found.fact.is_confirmed,
            "number": self.numbered[key].number,
            "to": self.numbered[key].anchor,
        }

    # Words

    def words(self, text: str) -> str:
        """A plain text with its facts as bare words."""
        return printable(self.facts.in_words(text))

    def lines(self, lines: list[str]) -> list[list[dict]]:
        return [spans for line in lines if (spans := self.line(line))]

    def line(self, text: str, with_sources: bool = True) -> list[dict]:
        """A plain text in spans."""
        return _tidy(self.spans(text, with_sources))

    def spans(self, text: str, with_sources: bool = True) -> list[dict]:
        found = []
        for own_words, key in richtext.runs(text):
            found.append({"text": _printable_run(own_words)})
            if key is not None:
                found.append(self.fact(self.facts.get(key), with_sources))
        return found

    def fact(self, found, with_source: bool) -> dict:
        if found is None:
            return {"text": gettext("(is being checked)")}
        span = {"text": printable(found.text)}
        if found.is_phone:
            # No number after a number to dial.
            return span | {"tel": f"tel:{found.tel}"}
        if with_source:
            member = self.numbered[found.key]
            span |= {"number": member.number, "to": member.anchor}
        return self.marked(found.wording, "text", span)

    def target(self, address: str) -> dict:
        return {"to": address[1:]} if address.startswith("#") else {"url": address}

    def link(self, address: str | None, spans: list[dict]) -> dict:
        """Words with where they lead, or the words alone where a PDF cannot say it."""
        usable = address and len(address) < LONGEST_ADDRESS and address == printable(address)
        return {"spans": spans} | (self.target(address) if usable else {})

    # Rich text

    def rich(self, html: str, below: int) -> list[dict]:
        found = self.flow(richtext.parse(html, below).children, depth=0)
        _close_ranks(found, below - 1)
        return found

    def flow(self, nodes: list[Element | str], depth: int) -> list[dict]:
        """Blocks in order; loose words between them become paragraphs."""
        found, loose = [], []

        def paragraph():
            if spans := _tidy(self.inline(loose)):
                found.append({"kind": "p", "spans": spans})
            loose.clear()

        for node in nodes:
            if isinstance(node, str) or not _is_block(node) or depth > DEEPEST:
                loose.append(node)
                continue
            paragraph()
            match node.tag:
                case "p":
                    loose.extend(node.children)
                    paragraph()
                case "ul" | "ol":
                    items = [self.flow(_item(child), depth + 1) for child in node.children]
                    if items := [item for item in items if item]:
                        found.append({"kind": node.tag, "items": items})
                case "blockquote":
                    if blocks := self.flow(node.children, depth + 1):
                        found.append({"kind": "quote", "blocks": blocks})
                case "li":
                    found += self.flow(node.children, depth + 1)
                case heading:
                    found += self.heading(int(heading[1]), self.words(_text(node)))
        paragraph()
        return found

    def inline(self, nodes: list[Element | str], linked: bool = False) -> list[dict]:
        found = []
        for node in nodes:
            if isinstance(node, str):
                found += self.spans(node, with_sources=not linked)
            elif node.tag == "br":
                found.append({"br": True})
            elif node.tag in ("strong", "em"):
                found += [span | {node.tag: True} for span in self.inline(node.children, linked)]
            elif node.tag == "a" and not linked and (address := self.pages.address(node.href)):
                inner = [span for span in self.inline(node.children, linked=True) if "br" not in span]
                found.append(self.link(address, inner))
            else:
                # Nested too deep to be a block of its own.
                space = [{"text": " "}] if _is_block(node) else []
                found += space + self.inline(node.children, linked) + space
        return found


def _is_block(node: Element) -> bool:
    return node.tag in richtext.BLOCKS or re.fullmatch("h[1-6]", node.tag) is not None


def _item(node: Element | str) -> list[Element | str]:
    return node.children if isinstance(node, Element) and node.tag == "li" else [node]


def _with_length(thing: dict) -> dict:
    """Say whether something is too long to be kept on one page."""
    return thing | {"long": _lines(thing) > LINES_OF_A_PAGE}


def _lines(thing) -> int:
    """About how many lines something takes, at 75 letters to a line and a little air."""
    match thing:
        case str():
            return 1 + len(thing) // 75
        case dict():
            return sum(_lines(value) for name, value in thing.items() if name not in UNSEEN)
        case [{"text": _}, *_]:
            return _lines("".join(span.get("text", "") for span in _leaves(thing)))
        case list():
            return sum(_lines(value) for value in thing)
    return 0


def _text(node: Element | str) -> str:
    return node if isinstance(node, str) else "".join(_text(child) for child in node.children)


def _close_ranks(blocks: list[dict], level: int) -> int:
    """Headings without words were left out: those below them move up, so that no level is skipped."""
    for block in blocks:
        if block["kind"] == "heading":
            level = block["level"] = min(block["level"], level + 1)
        for inner in [block.get("blocks", []), *(item for item in block.get("items", []))]:
            level = _close_ranks(inner, level)
    return level


def _printable_run(text: str) -> str:
    """A piece of a text, with the spaces that part it from its neighbours."""
    words = printable(text)
    if not words:
        return " " if text else ""
    return f"{' ' * text[0].isspace()}{words}{' ' * text[-1].isspace()}"


def _tidy(spans: list[dict]) -> list[dict]:
    """Spans with single spaces between words and none at the ends; nothing where there are no words."""
    after_space = True
    for leaf in _leaves(spans):
        if "br" in leaf:
            after_space = True
            continue
        if after_space:
            leaf["text"] = leaf["text"].lstrip()
        if leaf["text"]:
            after_space = leaf["text"].endswith(" ")
    spans = [span for span in spans if "br" in span or _has_words(span) or span.get("text")]
    while spans and not _has_words(spans[-1]):
        spans.pop()
    while spans and not _has_words(spans[0]):
        spans.pop(0)
    if spans:
        last = _leaves(spans)[-1]
        last["text"] = last["text"].rstrip()
    return spans


def _leaves(spans: list[dict]) -> list[dict]:
    return [leaf for span in spans for leaf in span.get("spans", [span])]


def _has_words(span: dict) -> bool:
    return any(leaf.get("text", "").strip() for leaf in _leaves([span]))
