from django.views.decorators.http import require_safe

from ..models import Term
from ..models.pages import MainPage
from .pages import composition, main_page


@require_safe
def glossary(request):
    return main_page(request, MainPage.GLOSSARY)


@composition(MainPage.GLOSSARY, "guides/glossary.html")
def terms(edition, pages):
    return {"terms": sorted(Term.objects.all(), key=lambda term: _danish_order(term.word))}


def _danish_order(word: str) -> str:
    """A key that sorts æ, ø and å last, as a Danish reader expects; databases differ on it."""
    return word.lower().translate(str.maketrans({"æ": "{", "ø": "|", "å": "}"}))
