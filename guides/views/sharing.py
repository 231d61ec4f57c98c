"""The picture that stands beside a link to a page, where somebody shares it."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from digitalchikane.spans import shared
from digitalchikane.typesetting import Busy
from digitalchikane.views import busy

from ..directory import Directory
from ..factbook import FactBook
from ..sharing import Picture


@require_safe
def share_picture(request, scheme, key, version):
    picture = Picture.find(scheme, key, shared(request, Directory), shared(request, FactBook))
    if picture is None:
        raise Http404
    if request.path != picture.get_absolute_url():
        # Somebody kept the address of an earlier one: what the page looks like now is what holds.
        return HttpResponseRedirect(picture.get_absolute_url())
    try:
        content = picture.content()
    except Busy:
        return busy(request)
    response = HttpResponse(content, content_type="image/png")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    # Shown by the sites on which pages are shared.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
