"""What happens around every request. Readers' pages never meet sessions, accounts or messages: by construction they
set no cookie and differ for nobody."""

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponsePermanentRedirect
from django.utils import translation

from . import references
from .languages import CODES, DEFAULT
from .models import OldAddress


def is_desk(path: str) -> bool:
    """Whether an address belongs to the desk itself."""
    return path.startswith("/admin/")


def is_editors(path: str) -> bool:
    """Whether an address belongs to the editors: the desk, and the accounts by which they log in. All others are the
    readers'."""
    return is_desk(path) or path.startswith("/konto/")


class LanguageFromAddress:
    """The address alone chooses the language: no header, no cookie. The editors' desk is Danish."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        first = request.path_info.lstrip("/").partition("/")[0]
        language = first if first in CODES and first != DEFAULT else DEFAULT
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


class NoNullCharacters:
    """The desk searches and filters its lists by what stands in the address, and PostgreSQL refuses to look up a null
    character: it is left out."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        query = request.META.get("QUERY_STRING", "")
        if is_editors(request.path_info) and "%00" in query:
            # Read from here when a view asks for its parameters, which none has yet.
            request.META["QUERY_STRING"] = query.replace("%00", "")
        return self.get_response(request)


class EditorsOnly:
    """Mixed into a middleware: readers' requests pass it by."""

    def __call__(self, request):
        if is_editors(request.path_info):
            return super().__call__(request)
        return self.get_response(request)


class EditorSessionMiddleware(EditorsOnly, SessionMiddleware):
    pass


class EditorAuthenticationMiddleware(EditorsOnly, AuthenticationMiddleware):
    pass


class EditorMessageMiddleware(EditorsOnly, MessageMiddleware):
    pass


class OldAddresses:
    """Where a page is not found, an address that once held something leads to where that is now."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD") or "\0" in request.path_info:
            return response
        path = request.path_info if request.path_info.endswith("/") else f"{request.path_info}/"
        old = OldAddress.objects.filter(old_path=path).first()
        target = old and references.address(old.new_path)
        return HttpResponsePermanentRedirect(target) if target else response


class DeskPolicy:
    """The editors' desk needs two additions to the content security policy. Neither it nor the accounts are kept by
    anybody or found by search engines."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if is_editors(request.path_info):
            # A preview has set its own already; the accounts get by with the site's.
            if is_desk(request.path_info) and not hasattr(response, "_csp_update"):
                response._csp_update = settings.DESK_CONTENT_SECURITY_POLICY
            response.headers["Cache-Control"] = "no-store"
            response.headers.setdefault("X-Robots-Tag", "noindex")
        return response


class ForEverybody:
    """Says of readers' pages that they are the same for everybody, so that they may be kept: by this site (see
    pagememory.py), and for a minute by caches in front of it. Browsers ask each time whether a page has changed.
    An answer to what somebody sent is kept by nobody."""

    POLICY = "public, max-age=0, s-maxage=60, stale-while-revalidate=60, stale-if-error=600"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if (
            request.method in ("GET", "HEAD")
            # Unasked, browsers would keep for good that a page was withdrawn, also when it is back.
            and response.status_code in (200, 410)
            and not request.META.get("QUERY_STRING")
            and not is_editors(request.path_info)
            and not response.cookies
        ):
            response.headers.setdefault("Cache-Control", self.POLICY)
        elif request.method not in ("GET", "HEAD"):
            # Made from what somebody sent, whatever became of it.
            response.headers["Cache-Control"] = "no-store"
        return response
