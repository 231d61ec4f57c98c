"""Public pages in a frame of the desk: unchanged, but in chosen colours, or as they come out of a printer.

A browser in a frame can neither be told that it is dark nor that it prints. So the frame gets the site's own style
sheets with the answers to those two questions put in: the rules for the dark or for paper then hold always or never.
Nothing public needs to know of it, and it works without a script.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import escape

from ..staticfiles import with_imports

ALWAYS, NEVER = "(min-width: 0)", "(max-width: 0)"
LIGHT, DARK = "lyse", "moerke"

STYLE_SHEET = re.compile(r'(<link rel="stylesheet" href=")([^"]+)(">)')
# What collectstatic puts into the name of a file.
FINGERPRINT = re.compile(r"\.[0-9a-f]{12}(?=\.css\Z)")
# Links that lead away, and forms: in the frame the site would refuse to be shown.
LEADS_AWAY = re.compile(r'<a (?=[^>]*\bhref="(?!#))|<form ')


@dataclass(frozen=True)
class Appearance:
    """How a page in a frame is to look: in which colours (of the editor's own system when empty), or on paper."""

    colours: str = ""
    is_paper: bool = False

    @classmethod
    def from_query(cls, query) -> "Appearance":
        colours = query.get("farver", "")
        return cls(colours if colours in (LIGHT, DARK) else "", query.get("papir") == "1")

    @property
    def query(self) -> str:
        chosen = {"farver": self.colours, "papir": "1" if self.is_paper else ""}
        return urlencode({name: value for name, value in chosen.items() if value})


def in_frame(html: str, appearance: Appearance, style_address: str) -> str:
    """The page for the frame. `style_address` is where `style_sheet` is served, with `SHEET` for its name."""
    html = LEADS_AWAY.sub(lambda match: f'{match[0]}target="_blank" ', html)
    if not appearance.query:
        return html

    def own_sheet(match):
        name = FINGERPRINT.sub("", match[2]).removeprefix(settings.STATIC_URL)
        address = style_address.replace("SHEET", Path(name).stem)
        return f"{match[1]}{escape(f'{address}?{appearance.query}')}{match[3]}"

    scheme = "dark" if appearance.colours == DARK and not appearance.is_paper else "light"
    html = html.replace(
        '<meta name="color-scheme" content="light dark">', f'<meta name="color-scheme" content="{scheme}">'
    )
    return STYLE_SHEET.sub(own_sheet, html)


def style_sheet(name: str, appearance: Appearance) -> str | None:
    """One of the site's style sheets as it holds for an appearance; None where there is no such sheet."""
    sheet = _source(name)
    if sheet is None:
        return None
    # Paper is white, whatever the system prefers.
    is_dark = appearance.colours == DARK and not appearance.is_paper
    sheet = sheet.replace("(prefers-color-scheme: dark)", ALWAYS if is_dark else NEVER)
    sheet = sheet.replace("(prefers-color-scheme: light)", NEVER if is_dark else ALWAYS)
    rules = [f":root {{ color-scheme: {'dark' if is_dark else 'light'}; }}"]
    if appearance.is_paper:
        # Margins belong to the printer's page; here the page is the frame.
        margins = re.findall(r"@page\s*{[^}]*?\bmargin:\s*([^;]+);", sheet)
        sheet = re.sub(r"@media\s+print\b", f"@media {ALWAYS}", sheet)
        sheet = re.sub(r"@media\s+screen\b", f"@media {NEVER}", sheet)
        rules += ["html { background: #fff; }", *(f"body {{ padding: {margin}; }}" for margin in margins[-1:])]
    return "\n".join([sheet, *rules, ""])


@cache
def _source(name: str) -> str | None:
    """A style sheet as it was written, with the ones it imports, and with addresses that hold anywhere."""
    path = finders.find(f"css/{name}.css")
    if path is None:
        return None
    folder = Path(path).parent.parent
    sheet = with_imports(f"css/{name}.css", lambda each: (folder / each).read_text(encoding="utf-8"))
    return re.sub(r'url\("\.\./([^"]+)"\)', lambda match: f'url("{static(match[1])}")', sheet)
