"""Letters, and the two documents with a page of their own: read, copied, saved, or filled in. What a visitor fills in
comes by POST, is put into the answer and is gone: no cookie, nothing stored, nothing cached, nothing in an address.
There is nothing a forged form could change, so no token guards it."""

from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from digitalchikane.languages import language_used
from digitalchikane.publishing.views import Withdrawn, live_or_404, slug_is, withdrawn
from digitalchikane.spans import shared
from guides.factbook import FactBook
from guides.models import PageEdition
from guides.models.pages import MainPage
from guides.views.pages import composition, main_page, render_page
from guides.views.tools import not_kept

from ..forms import LetterForm
from ..letters import Composed, compose, plain
from ..models import LetterEdition
from ..word import CONTENT_TYPE, word

PLAIN = "text/plain; charset=utf-8"


@require_safe
def letters(request):
    return main_page(request, MainPage.LETTERS)


@composition(MainPage.LETTERS, "conversations/letters.html")
def _letters(edition, pages):
    return {"letters": LetterEdition.objects.live().on_the_list().for_readers()}


# One letter


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request, slug):
    try:
        edition = _live(slug)
    except Withdrawn as gone:
        return withdrawn(request, gone.edition)
    if edition.document.has_own_page:
        return HttpResponsePermanentRedirect(edition.get_absolute_url())
    if request.method != "POST":
        return render_letter(request, edition)
    return _answer(request, edition, lambda **context: _letter_page(request, edition, **context))


def _live(slug: str) -> LetterEdition:
    return live_or_404(LetterEdition.objects.for_readers(), slug_is(slug))


def render_letter(request, edition: LetterEdition):
    """A letter as readers see it: also how a draft is previewed, so that the two can never differ."""
    if edition.document.has_own_page:
        page = PageEdition.objects.live().for_readers().filter(document__key=edition.document.key).first()
        if page:
            return render_page(request, page, **_matter(edition))
    return _letter_page(request, edition, **_matter(edition))


def _letter_page(request, edition: LetterEdition, status: int = 200, **context):
    context |= {"subject": edition, "page": edition}
    return render(request, "conversations/letter.html", context, status=status)


def _matter(edition: LetterEdition, form: LetterForm | None = None, finished: Composed | None = None) -> dict:
    """What a page shows of a letter: its text, open or filled in, and the form with its blanks."""
    with _language_of(edition):
        return {
            "letter": edition,
            "form": form or LetterForm(edition),
            "written": finished or compose(edition, FactBook()),
        }


def _language_of(edition: LetterEdition):
    """A letter is in one language, also where the page around it has another."""
    return translation.override(language_used(edition, "title"))


# Documents on a page of their own


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request):
    return _document(request, MainPage.POLICY)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request):
    return _document(request, MainPage.PLAN)


def _document(request, name: MainPage):
    edition = _document_of(name)
    if request.method != "POST" or edition is None:
        return main_page(request, name)
    return _answer(request, edition, lambda **context: main_page(request, name, **context))


def _document_of(key: str) -> LetterEdition | None:
    return LetterEdition.objects.live().for_readers().filter(document__key=key).first()


@composition(MainPage.POLICY, "conversations/document.html")
@composition(MainPage.PLAN, "conversations/document.html")
def _document_on_page(edition, pages):
    document = _document_of(edition.document.key)
    return _matter(document) if document else {}


# Answers


def _answer(request, edition: LetterEdition, page):
    """The finished letter as the button that was pressed asks for it; the form again where something is missing."""
    with _language_of(edition):
        form = LetterForm(edition, request.POST)
        if not form.is_valid():
            return not_kept(page(status=422, **_matter(edition, form)))
        finished = compose(edition, shared(request, FactBook), form.answers())
        if "word" in request.POST:
            return not_kept(_file(word(finished), CONTENT_TYPE, f"{_plain_name(edition)}.docx"))
        if "text" in request.POST:
            return not_kept(_file(plain(finished), PLAIN, f"{_plain_name(edition)}.txt"))
    return not_kept(page(**_matter(edition, form, finished)))


def _plain_name(edition: LetterEdition) -> str:
    """A name that says nothing of a case, for a file that holds one."""
    return gettext("document") if edition.document.kind == "document" else gettext("text")


def _file(content: bytes | str, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def letter_text(request, slug):
    """The letter with its blanks as plain text."""
    return _blank_file(request, slug, plain, PLAIN, "txt")


@require_safe
def letter_word(request, slug):
    """The letter with its blanks as a Word file."""
    return _blank_file(request, slug, word, CONTENT_TYPE, "docx")


def _blank_file(request, slug, make, content_type: str, ending: str):
    try:
        edition = _live(slug)
    except Withdrawn as gone:
        return withdrawn(request, gone.edition)
    with _language_of(edition):
        response = _file(
            make(compose(edition, shared(request, FactBook))), content_type, f"{edition.document.slug}.{ending}"
        )
    if ending == "txt":
        response["Content-Disposition"] = response["Content-Disposition"].replace("attachment", "inline")
    response["Cache-Control"] = "public, max-age=60"
    return response
