"""How long a login lasts, and what becomes of a form that is sent too late.

A login ends after some time without a sign of the editor, and in any case after a working day. The form that was
sent just too late is kept in the new, empty session and offered again after the next login of the same person.
"""

import time

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.models import Session
from django.utils import timezone

from ..middleware import is_desk

BEGAN_AT, SEEN_AT, FACTOR_OF = "began_at", "seen_at", "second_factor_of"
# Of somebody whose login has ended: who it was, and what was sent too late.
FORMERLY, KEPT_FORM = "formerly", "kept_form"
# Written at most so often: every look at the desk would write to the database otherwise.
SEEN_EVERY = 60
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


# Receivers of signals, connected when the site starts


def begin(sender, request, user, **kwargs):
    """A login begins."""
    request.session[BEGAN_AT] = request.session[SEEN_AT] = int(time.time())
    request.session.pop(FORMERLY, None)


def factor_used(sender, request, user, authenticator, **kwargs):
    """The second factor was shown in this session, or set up in it."""
    if request is not None and authenticator.type in [*FACTORS, Authenticator.Type.RECOVERY_CODES]:
        request.session[FACTOR_OF] = str(user.pk)


def factor_added(sender, request, user, authenticator, **kwargs):
    if authenticator.type in FACTORS:
        factor_used(sender, request, user, authenticator)


# The limits


def is_over(session) -> bool:
    """Whether a login has lasted too long, or the editor has been away too long."""
    now = int(time.time())
    began, seen = session.get(BEGAN_AT, 0), session.get(SEEN_AT, 0)
    return now - began >= settings.SESSION_LONGEST_SECONDS or now - seen >= settings.SESSION_IDLE_SECONDS


def note_presence(session):
    now = int(time.time())
    if now - session.get(SEEN_AT, 0) >= SEEN_EVERY:
        session[SEEN_AT] = now


def logged_in_recently(request) -> bool:
    began = request.session.get(BEGAN_AT, 0)
    return request.user.is_authenticated and time.time() - began < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def has_shown_second_factor(request) -> bool:
    return request.session.get(FACTOR_OF) == str(request.user.pk)


def end(request):
    """End a login that has lasted too long."""
    former = str(request.user.pk)
    logout(request)
    request.session[FORMERLY] = former


def keep_form(request) -> bool:
    """Keep a form that was sent after a login had ended; only for whoever was logged in here, so that strangers cannot
    fill the database."""
    form = form_sent(request)
    if form and FORMERLY in request.session:
        request.session[KEPT_FORM] = form | {"owner": request.session[FORMERLY]}
        return True
    return False


# Forms that were sent too late


def form_sent(request) -> dict | None:
    """What was sent in a form of the desk, as it can be sent again; never a password."""
    if request.method != "POST" or not is_desk(request.path_info) or any("password" in name for name in request.POST):
        return None
    fields = [
        (name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"
    ]
    return {"path": request.get_full_path(), "fields": fields, "had_files": bool(request.FILES)}


def kept_form(request) -> dict | None:
    """The form that waits for this person at this address."""
    form = request.session.get(KEPT_FORM)
    fits = form and form["owner"] == str(request.user.pk) and form["path"] == request.get_full_path()
    return form if fits else None


# All logins of one person


def logins_of(user) -> list[Session]:
    stored = Session.objects.filter(expire_date__gt=timezone.now())
    return [session for session in stored.iterator() if session.get_decoded().get(SESSION_KEY) == str(user.pk)]


def end_logins_of(user, except_key=None) -> int:
    """Log somebody out everywhere; returns how many logins that ended."""
    keys = [session.session_key for session in logins_of(user) if session.session_key != except_key]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)
