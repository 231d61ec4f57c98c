"""What people type, made fit to be shown: with nothing in it that cannot be seen; and to be part of an address."""

import re
from unicodedata import category, normalize

# Control characters, hidden marks, and what is no character at all.
UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs"}


def one_line(text: str) -> str:
    """A text on one line, with the characters taken out that cannot be seen."""
    return " ".join(_seen(text).split())


def lines(text: str) -> str:
    """A text that may have several lines, each as `one_line` leaves it; never more than one empty line in a row."""
    # Not str.splitlines: it also breaks where a character only separates fields or pages.
    cleaned = "\n".join(one_line(line) for line in re.split(r"\r\n|\r|\n|\u2028|\u2029", text))
    return re.sub(r"\n{3,}", "\n\n", cleaned).strip("\n")


def as_address(text: str) -> str:
    """The end of an address made of words, at most 60 characters, as Danish addresses are written: æ becomes ae, ø oe,
    å aa."""
    text = text.lower().translate(str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"}))
    words = re.findall(r"[a-z0-9]+", normalize("NFKD", text).encode("ascii", "ignore").decode())
    return "-".join(words)[:60].strip("-")


def _seen(text: str) -> str:
    return "".join(" " if each.isspace() else each for each in text if each.isspace() or category(each) not in UNSEEN)
