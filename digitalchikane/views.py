"""Answers that belong to the whole site: errors and what machines read."""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from . import pictures
from .accounts import sessions
from .accounts.views import send_again
from .middleware import is_desk, is_editors

# A full disk, too, comes as the first of these.
NO_DATABASE = (OperationalError, InterfaceError)
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def page_not_found(request, exception=None):
    return render(request, "404.html", status=404)


def bad_request(request, exception=None):
    if isinstance(exception, TOO_MUCH):
        return HttpResponse(render_to_string("413.html"), status=413)
    return HttpResponse(render_to_string("400.html"), status=400)


def permission_denied(request, exception=None):
    return HttpResponse(render_to_string("403.html"), status=403)


def csrf_failure(request, reason=""):
    """An editor's form came without its token: cookies are blocked, or the login was renewed or has ended in another
    window. What was written goes back to where it came from, and is stored nowhere. Readers' forms have no token: there
    somebody sent something to a page that can only be read."""
    if not is_editors(request.path_info):
        return HttpResponse(render_to_string("400.html"), status=405, headers={"Allow": "GET, HEAD"})
    if is_desk(request.path_info) and _from_own_pages(request) and sessions.form_sent(request):
        return send_again(request)
    return HttpResponse(render_to_string("403_csrf.html"), status=403)


def _from_own_pages(request):
    """Whether a form was sent from this site, as browsers say without being asked."""
    site = request.headers.get("Sec-Fetch-Site")
    own = f"{request.scheme}://{request.get_host()}"
    return site == "same-origin" if site else request.headers.get("Origin") == own


def server_error(request):
    """Uses nothing that may have failed: no database, no context."""
    if isinstance(sys.exc_info()[1], NO_DATABASE):
        return without_database(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def without_database(request):
    """The database is gone, locked or full. It passes; what an editor sent is given back to be sent again."""
    form = sessions.form_sent(request) if is_desk(request.path_info) else None
    token = request.POST.get("csrfmiddlewaretoken", "") if form else ""
    context = {"form_sent": form, "token": token, "is_editors": is_editors(request.path_info)}
    response = HttpResponse(render_to_string("503_database.html", context), status=503)
    response["Retry-After"] = "10"
    response["Cache-Control"] = "no-store"
    return response


def busy(request):
    """Too much is asked for at once, such as many PDFs; it passes by itself."""
    response = render(request, "503.html", status=503)
    response["Retry-After"] = "10"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def robots(request):
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /konto/",
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def picture(request, file):
    """A picture in one size. Its name stands for its content, so whoever has it never asks again."""
    match = pictures.FILE.fullmatch(file)
    try:
        content = (pictures.folder() / file).read_bytes() if match else None
    except OSError:
        content = None
    if content is None:
        raise Http404
    response = HttpResponse(content, content_type=pictures.TYPES[match["type"]])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    # Even if somebody found a way to have something else kept here, a browser would do nothing with it.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
