"""How readers meet an edition: as the page itself, or as the notice that it was withdrawn."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import get_language

from ..languages import DEFAULT


class Withdrawn(Exception):
    """The document was withdrawn: `edition` says why, and what took its place."""

    def __init__(self, edition):
        self.edition = edition


def live_or_404(editions, condition: Q):
    """The live edition that meets the condition; raises Withdrawn or Http404 where there is none."""
    if edition := editions.live().filter(condition).first():
        return edition
    if withdrawal := editions.withdrawals().filter(condition).first():
        raise Withdrawn(withdrawal)
    raise Http404


def withdrawn(request, edition):
    return render(request, "410.html", {"withdrawal": edition}, status=410)


def slug_is(slug: str, prefix: str = "document__") -> Q:
    """The document whose address ends in this slug in the present language, Danish where it has no own."""
    language = get_language() or DEFAULT
    if language == DEFAULT:
        return Q(**{f"{prefix}slug_{DEFAULT}": slug})
    own = Q(**{f"{prefix}slug_{language}": slug})
    return own | Q(**{f"{prefix}slug_{language}": None, f"{prefix}slug_{DEFAULT}": slug})
