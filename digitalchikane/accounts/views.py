"""The few things that allauth has no view for."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from . import sessions


@login_required
@require_POST
def end_other_logins(request):
    ended = sessions.end_logins_of(request.user, except_key=request.session.session_key)
    message = ngettext("One other login was ended.", "%(count)s other logins were ended.", ended) % {"count": ended}
    messages.success(request, message)
    return HttpResponseRedirect(reverse("mfa_index"))


@require_POST
def present(request):
    """A sign of life from somebody who is writing: the middleware has noted it already."""
    return HttpResponse(status=204 if request.user.is_authenticated else 403)


@login_required
@require_POST
def drop_kept_form(request):
    form = request.session.pop(sessions.KEPT_FORM, None)
    return HttpResponseRedirect(form["path"] if form else reverse("admin:index"))


def send_again(request):
    """A form came with the token of an earlier login: what was written in it can be sent once more."""
    context = {"form_kept": sessions.form_sent(request), "is_kept": False}
    return render(request, "account/send_again.html", context, status=403)


def too_many_requests(request, exception=None):
    response = render(request, "429.html", status=429)
    response["Retry-After"] = "600"
    return response
