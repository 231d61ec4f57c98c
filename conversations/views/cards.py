from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from digitalchikane.languages import CODES, is_translated
from digitalchikane.publishing.views import Withdrawn, live_or_404, slug_is, withdrawn
from digitalchikane.spans import shared
from digitalchikane.typesetting import Busy
from digitalchikane.views import busy
from guides.factbook import FactBook
from guides.models.pages import MainPage
from guides.views.pages import composition, main_page

from .. import codes, pdf
from ..fitting import Sizes
from ..forms import DetailsForm
from ..models import CardEdition
from ..sheets import BLANK_LINES, ON_SCREEN, Details, Format, Selection, calm_thread, faces, offered_cards


@require_safe
def cards(request):
    return main_page(request, MainPage.CARDS)


@composition(MainPage.CARDS, "conversations/cards.html")
def _cards(edition, pages):
    offered = offered_cards().values()
    return {
        "cards": pages.cards,
        "offered": {card.pk for card in offered},
        "offered_phases": {card.document.phase_id for card in offered},
        "formats": ON_SCREEN,
    }


def _faces(request, editions):
    return faces(editions, request.get_host(), request.scheme, shared(request, FactBook))


@require_safe
def card(request, slug):
    try:
        edition = live_or_404(CardEdition.objects.for_readers(), slug_is(slug))
    except Withdrawn as gone:
        return withdrawn(request, gone.edition)
    # `?vis=stor` shows it alone, readable at arm's length.
    return render_card(request, edition, is_large=request.GET.get("vis") == "stor")


def render_card(request, edition: CardEdition, is_large: bool = False):
    """A card as readers see it: also how a draft is previewed, so that the two can never differ."""
    template = "conversations/card_large.html" if is_large else "conversations/card.html"
    (face,) = _faces(request, [edition])
    return render(request, template, {"card": edition, "subject": edition, "face": face})


@require_safe
def card_text(request, slug):
    """The card as plain text, to copy into a message."""
    try:
        edition = live_or_404(CardEdition.objects.for_readers(), slug_is(slug))
    except Withdrawn as gone:
        return withdrawn(request, gone.edition)
    (face,) = _faces(request, [edition])
    return HttpResponse(face.plain, content_type="text/plain; charset=utf-8")


# Sheets. A company's own details come by POST, are put on the sheets of the answer, and are gone: no cookie, nothing
# stored, nothing cached. There is nothing a forged form could change, so there is no token to guard it.


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def sheets(request):
    selection = Selection.from_query(request.GET)
    form, details = _details(request)
    return _sheets_page(request, selection, form, details)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def sheets_pdf(request):
    selection = Selection.from_query(request.GET)
    form, details = _details(request)
    if selection.problems or selection.is_empty or (form.is_bound and not form.is_valid()):
        return _sheets_page(request, selection, form, details, status=400)
    host = request.get_host()
    try:
        content = pdf.sheets(_faces(request, selection.editions), selection.format, details, host)
    except Busy:
        return busy(request)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{selection.format.file_name}.pdf"'
    response["Cache-Control"] = "no-store" if form.is_bound else "public, max-age=60"
    return response


def _details(request) -> tuple[DetailsForm, Details]:
    form = DetailsForm(request.POST if request.method == "POST" else None)
    return form, form.details() if form.is_bound and form.is_valid() else Details()


def _sheets_page(request, selection: Selection, form: DetailsForm, details: Details, status: int = 200):
    found = _faces(request, selection.editions)
    cards_on_paper = [(face, Sizes(face, details.lines)) for face in found]
    per_sheet = {Format.FOUR: 4, Format.FOLD: 2}.get(selection.format, 1)
    groups = [cards_on_paper[i : i + per_sheet] for i in range(0, len(cards_on_paper), per_sheet)]
    context = {
        "selection": selection,
        "sheets": groups,
        "form": form,
        "details": details,
        "formats": Format,
        "blank_sections": [(section, range(count)) for section, count in BLANK_LINES.items()],
        "calm_thread": calm_thread(),
        "is_on_screen": selection.format in ON_SCREEN,
        "switches": [
            code for code in CODES if all(is_translated(edition, "title", code) for edition in selection.editions)
        ],
        "chosen": selection.query,
    }
    if selection.is_empty and selection.asked and status == 200:
        status = 404
    response = render(request, "conversations/sheets.html", context, status=status)
    if form.is_bound:
        response["Cache-Control"] = "no-store"
    return response


def render_sheet(request, edition: CardEdition, format: Format):
    """One card on a sheet of its own, which is how a draft is previewed on paper."""
    selection = Selection(format=format, editions=[edition], asked=True)
    return _sheets_page(request, selection, DetailsForm(), Details())


@require_safe
def code(request, code):
    """What a printed card is told: it still holds, it has changed, or it was withdrawn."""
    try:
        answer = codes.answer(code)
    except codes.Mistyped:
        return render(request, "conversations/code_unknown.html", {"is_mistyped": True}, status=404)
    if answer is None:
        return render(request, "conversations/code_unknown.html", {"is_mistyped": False}, status=404)
    return render(request, "conversations/code.html", {"answer": answer, "switches": CODES})
