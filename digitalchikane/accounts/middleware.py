"""What stands between a login and the desk. Readers' requests pass both by."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from ..middleware import is_desk, is_editors
from . import sessions

# Open to somebody who has a second factor and has not shown it in this login.
BEFORE_SECOND_FACTOR = {
    "account_login",
    "account_logout",
    "account_present",
    "admin:logout",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}


class ForEditors:
    """A middleware that looks at requests to the desk and the accounts, once it is known where they lead.

    As `process_view` it comes after the check of the form's token: what a foreign site sent is never kept."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not is_editors(request.path_info):
            return None
        return self.look(request) if request.user.is_authenticated else self.look_at_stranger(request)

    def look_at_stranger(self, request):
        return None


class SessionLimits(ForEditors):
    """Ends logins that have lasted too long, and gives back a form that was sent too late."""

    def look(self, request):
        if sessions.is_over(request.session):
            if request.resolver_match.view_name == "account_present":
                # What the editor is writing can still be kept when it is sent.
                return HttpResponse(status=403)
            sessions.end(request)
            return self._to_login(request)
        sessions.note_presence(request.session)
        form = sessions.kept_form(request)
        if form and request.method == "GET":
            return render(request, "account/send_again.html", {"form_kept": form, "is_kept": True})
        if form and request.method == "POST":
            del request.session[sessions.KEPT_FORM]
        return None

    def look_at_stranger(self, request):
        """The login ended at another window, and this one sends what was written in it."""
        late = request.method == "POST" and sessions.FORMERLY in request.session
        return self._to_login(request) if late and is_desk(request.path_info) else None

    def _to_login(self, request):
        if sessions.keep_form(request):
            message = gettext("You had been logged out. What you wrote is kept: log in, and you can send it again.")
        else:
            message = gettext("You had been logged out, because a login ends after some time. Log in again.")
        messages.warning(request, message)
        return redirect_to_login(request.get_full_path(), reverse("account_login"))


class SecondFactor(ForEditors):
    """Leads an editor without a second factor to setting one up, before the desk opens; and asks for it where a login
    has not shown it, as one that began before it was set up."""

    def look(self, request):
        if is_mfa_enabled(request.user, sessions.FACTORS):
            if sessions.has_shown_second_factor(request):
                return None
            if request.resolver_match.view_name in BEFORE_SECOND_FACTOR:
                return None
            return redirect_to_login(request.get_full_path(), reverse("mfa_reauthenticate"))
        asked = settings.SECOND_FACTOR_REQUIRED and request.user.is_staff and is_desk(request.path_info)
        if asked and request.resolver_match.view_name not in BEFORE_SECOND_FACTOR:
            return HttpResponseRedirect(reverse("mfa_index"))
        return None
