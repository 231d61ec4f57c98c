"""What the holder of a link meets. Nothing here is public, kept by a cache, or told to another site."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language, get_language_info, gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from ...languages import CODES, is_translated
from ..looks import as_if_published, looks_of
from .forms import RemarkForm
from .models import Access, PreviewLink, Remark

# What fits into a form of ours many times over, and is read into memory at no cost.
LARGEST_FORM = 256 * 1024


def confidential(view):
    """The answer is for the holder of the link alone."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        # The address is the key: no other site, and no log of another server, learns it from a link that is followed.
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return wrapped


@dataclass
class Review:
    """What the templates of a page need to show it as a draft, with room for an answer."""

    link: PreviewLink
    look: str
    form: RemarkForm | None = None
    was_sent: bool = False
    # When readers are going to see it, if that is decided.
    scheduled_for: datetime | None = None
    remarks: list[Remark] = field(default_factory=list)

    @property
    def edition(self):
        return self.link.edition

    @property
    def address(self) -> str:
        return self.link.get_absolute_url()

    @property
    def ways(self) -> list[tuple[str, str, bool]]:
        """The pages it can be seen as: label, address, and whether this is the one; none where there is but one."""
        looks = looks_of(type(self.edition))
        pages = [look for look in looks.pages if look is looks.main or look.is_paper]
        found = []
        for look in pages:
            address = reverse("review:draft_as", args=[self.link.token, look.name])
            found.append((look.label, self.address if look is looks.main else address, look.name == self.look))
        return found if len(found) > 1 else []

    @property
    def languages(self) -> list[tuple[str, str, str]]:
        """The other languages it can be read in: code, name in that language, address."""
        found = []
        for code in CODES:
            if code != get_language() and is_translated(self.edition, "title", code):
                with translation.override(code):
                    address = reverse("review:draft_as", args=[self.link.token, self.look])
                found.append((code, get_language_info(code)["name_local"].capitalize(), address))
        return found


# A form that is sent here has no token against forgery, and needs none. Such a token proves that a form came from a
# page of ours, where a browser adds a cookie by itself. There is no cookie: what gives the right to answer is the
# signed address alone, and a page that knows it could as well answer in the open.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@confidential
def draft(request, token):
    """The draft as readers will see it, with a bar that says what it is and a form for an answer."""
    link = PreviewLink.objects.from_token(token)
    if link is None or link.access != Access.OPEN:
        return _closed(request, link)
    review = Review(link, looks_of(type(link.edition)).main.name)
    if request.method == "POST":
        return _answer(request, review)
    review.was_sent = "sendt" in request.GET
    return _page(request, review)


@csrf_exempt
@require_safe
@confidential
def draft_as(request, token, look):
    """The draft on another kind of page, such as a sheet of cards."""
    link = PreviewLink.objects.from_token(token)
    if link is None or link.access != Access.OPEN:
        return _closed(request, link)
    if looks_of(type(link.edition)).named(look) is None:
        return _closed(request, None)
    return _page(request, Review(link, look))


def _answer(request, review: Review):
    if _is_too_large(request):
        review.form = RemarkForm(review.edition, {})
        review.form.errors.clear()
        review.form.add_error(
            "text", gettext("That was too much to send. Go back in your browser: your text is still there. Shorten it.")
        )
        return _page(request, review, status=413)
    review.form = RemarkForm(review.edition, request.POST)
    if not review.form.is_valid():
        review.form.again()
        return _page(request, review)
    if review.link.take_in(**review.form.values()) is None:
        return _page(request, review)
    response = HttpResponseRedirect(f"{review.address}?sendt=1#svar")
    response.status_code = 303
    return response


def _is_too_large(request) -> bool:
    """Looked up before anything is read: a file that somebody attaches never reaches the disk."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isdigit() or int(length) > LARGEST_FORM


def _page(request, review: Review, status: int = 200):
    if review.form is None:
        review.form = RemarkForm(review.edition)
    review.remarks = list(review.link.remarks.all())
    review.scheduled_for = review.edition.live_from
    # The templates of public pages ask for it through the context processor of the site.
    request.review = review
    response = looks_of(type(review.edition)).named(review.look).render(request, as_if_published(review.edition))
    response.status_code = status
    return response


def _closed(request, link: PreviewLink | None):
    """A link that opens nothing: it says no more than its holder may know."""
    access = link.access if link else None
    context = {"access": access, "live": link.live_edition if access in (Access.PUBLISHED, Access.GONE) else None}
    return render(request, "review/closed.html", context, status=410 if link else 404)
