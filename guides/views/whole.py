"""The whole guide: as a page, as a file to save, as a PDF."""

import base64
import re
from mimetypes import guess_type
from pathlib import Path, PurePosixPath

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from digitalchikane import typesetting
from digitalchikane.staticfiles import with_imports
from digitalchikane.views import busy

from ..wholeguide import WholeGuide
from ..wholepdf import TEMPLATE, as_data

STYLE_SHEET = "css/site.css"
CSS_URL = re.compile(r'url\("([^":]+)"\)')


@require_safe
def whole_guide(request):
    return render(request, "guides/whole.html", _context(WholeGuide()))


@require_safe
def whole_file(request):
    """The same page in one file: its style inside, its links within it or to the site, nothing to fetch."""
    guide = WholeGuide(site=_site(request))
    response = render(request, "guides/whole_file.html", _context(guide) | {"style": mark_safe(_style())})
    return _named(response, f'attachment; filename="{_name(guide)}.html"')


@require_safe
def whole_pdf(request):
    guide = WholeGuide(site=_site(request))
    try:
        content = typesetting.kept(TEMPLATE, as_data(guide))
    except typesetting.Busy:
        return busy(request)
    return _named(HttpResponse(content, content_type="application/pdf"), f'inline; filename="{_name(guide)}.pdf"')


def _context(guide: WholeGuide) -> dict:
    # Instead of what every template has: links are to lead to places in the document.
    return {"guide": guide, "subject": guide, "pages": guide.pages, "facts": guide.facts}


def _site(request) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _name(guide: WholeGuide) -> str:
    with translation.override(guide.language):
        return f"digitalchikane-{slugify(gettext('The whole guide'))}-{guide.on:%Y-%m-%d}"


def _named(response, disposition: str):
    response["Content-Disposition"] = disposition
    return response


def _style() -> str:
    """The site's style sheet as text, with its fonts in it."""

    def read(name: str) -> str:
        return Path(finders.find(name)).read_text(encoding="utf-8")

    def inlined(match) -> str:
        name = str(PurePosixPath(STYLE_SHEET).parent.parent / match[1].removeprefix("../"))
        content = base64.b64encode(Path(finders.find(name)).read_bytes()).decode()
        return f'url("data:{guess_type(name)[0]};base64,{content}")'

    # On a page the text does not wait for the font; in the file it is there already.
    sheet = with_imports(STYLE_SHEET, read).replace("font-display: optional", "font-display: block")
    return CSS_URL.sub(inlined, sheet)
