"""What people type, made fit to be shown: on one line, with nothing in it that cannot be seen."""

from unicodedata import category

# Control characters, hidden marks, and what is no character at all.
UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs"}


def one_line(text: str) -> str:
    """A text on one line, with the characters taken out that cannot be seen."""
    seen = (" " if each.isspace() else each for each in text if each.isspace() or category(each) not in UNSEEN)
    return " ".join("".join(seen).split())
