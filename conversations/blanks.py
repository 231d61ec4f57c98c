"""How a text names its blanks: `[[company]]`. Facts are named with other brackets, so the two can never be mixed up."""

import re

BLANK = re.compile(r"\[\[\s*([^\[\]]*?)\s*\]\]")


def names(text: str) -> list[str]:
    """The keys of the blanks named in a plain text, each once, in order."""
    return list(dict.fromkeys(match.group(1) for match in BLANK.finditer(text or "")))


def stray_brackets(text: str) -> bool:
    """Whether brackets are left over that name nothing: a blank that was never closed."""
    rest = BLANK.sub("", text or "")
    return "[[" in rest or "]]" in rest
