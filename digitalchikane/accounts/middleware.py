"""What stands between a login and the desk. Readers' requests pass both by."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseRedirect
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
    """A middleware that looks at requests of people who are logged in, once it is known where they lead.

    As `process_view` it comes after the check of the form's token: what a foreign site sent is never kept."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if is_editors(request.path_info) and request.user.is_authenticated:
            return self.look(request)
        return None


class SessionLimits(ForEditors):
    """Ends logins that have lasted too long, and gives back a form that was sent too late."""

    def look(self, request):
        if sessions.is_over(request.session):
            sessions.end(request)
            messages.warning(request, self._message(request))
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        sessions.note_presence(request.session)
        form = sessions.kept_form(request)
        if form and request.method == "GET":
            return render(request, "account/send_again.html", {"form_kept": form, "is_kept": True})
        if form and request.method == "POST":
            del request.session[sessions.KEPT_FORM]
        return None

    def _message(self, request):
        if sessions.KEPT_FORM in request.session:
            return gettext("You had been logged out. What you wrote is kept: log in, and you can send it again.")
        return gettext("You had been logged out, because a login ends after some time. Log in again.")


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
        if settings.SECOND_FACTOR_REQUIRED and is_desk(request.path_info):
            if request.resolver_match.view_name in BEFORE_SECOND_FACTOR:
                return None
            return HttpResponseRedirect(reverse("mfa_index"))
        return None
