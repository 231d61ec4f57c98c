"""Two versions of a readers' page: the later one, with every sentence marked that the earlier one does not have."""

import re
from difflib import SequenceMatcher

FIRST = "aendring"
# Tags and comments; what stands between them is text. Attributes come escaped from templates, without angle brackets.
TAGS = re.compile(r"(<!--.*?-->|<[^>]*>)", re.DOTALL)
NAME = re.compile(r"</?([a-zA-Z0-9]+)")
# Not after the day of a date.
SENTENCES = re.compile(r"(?<=[.!?])(?<!\d\.)\s+")
# Where words cannot be marked, or are not read.
UNMARKED = {"script", "style", "svg", "select", "textarea", "button", "iframe"}
# Beyond this nobody looks for what is new, and matching would take long.
MOST_SENTENCES = 4000


def marked(before: str, after: str) -> str:
    """The later page, marked within its main part."""
    old = [sentence for piece in _pieces(before) if piece[1] for sentence in _sentences(piece[0])]
    pieces = list(_pieces(after))
    new = [sentence for piece in pieces if piece[1] for sentence in _sentences(piece[0])]
    if max(len(old), len(new)) > MOST_SENTENCES:
        return after
    changed = set()
    for tag, _i, _j, k, m in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag in ("replace", "insert"):
            changed.update(range(k, m))
    return "".join(_with_marks(pieces, changed))


def _pieces(html: str):
    """Tags and texts in their order, each with whether it is text that can be marked."""
    within, left_out = False, []
    for piece in TAGS.split(html):
        name = NAME.match(piece)
        tag = name[1].lower() if name else ""
        if tag == "main":
            within = not piece.startswith("</")
        elif tag in UNMARKED and not piece.endswith("/>"):
            if not piece.startswith("</"):
                left_out.append(tag)
            elif tag in left_out:
                left_out.remove(tag)
        yield piece, within and not left_out and not piece.startswith("<") and bool(piece.strip())


def _sentences(text: str) -> list[str]:
    return [" ".join(sentence.split()) for sentence in SENTENCES.split(text.strip())]


def _with_marks(pieces, changed):
    number, is_first = 0, True
    for piece, is_text in pieces:
        if not is_text:
            yield piece
            continue
        bare = piece.strip()
        start = piece.index(bare)
        yield piece[:start]
        for index, sentence in enumerate(SENTENCES.split(bare)):
            if index:
                yield " "
            if number in changed:
                yield f'<mark id="{FIRST}">{sentence}</mark>' if is_first else f"<mark>{sentence}</mark>"
                is_first = False
            else:
                yield sentence
            number += 1
        yield piece[start + len(bare) :]
