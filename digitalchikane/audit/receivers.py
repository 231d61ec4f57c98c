"""What happens outside the desk's own screens and belongs in the log: coming in, going out, changed keys."""

from allauth.account import signals as account
from allauth.mfa import signals as second_factor
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth import signals as auth
from django.db.models.signals import post_save
from django.utils.translation import gettext

from . import Action, LogLine, copy_history, login_failed


def connect():
    post_save.connect(copy_history, sender=LogEntry, dispatch_uid="log: history")
    auth.user_logged_in.connect(_logged_in, dispatch_uid="log: in")
    auth.user_logged_out.connect(_logged_out, dispatch_uid="log: out")
    auth.user_login_failed.connect(_login_failed, dispatch_uid="log: failed")
    account.password_changed.connect(_password_changed, dispatch_uid="log: password")
    account.password_set.connect(_password_changed, dispatch_uid="log: first password")
    account.password_reset.connect(_password_reset, dispatch_uid="log: password by mail")
    second_factor.authenticator_added.connect(_factor_added, dispatch_uid="log: factor added")
    second_factor.authenticator_removed.connect(_factor_removed, dispatch_uid="log: factor removed")
    second_factor.authenticator_reset.connect(_codes_renewed, dispatch_uid="log: codes")
    second_factor.authentication_failed.connect(_wrong_code, dispatch_uid="log: code")


def _write(user, action, text=""):
    line = LogLine(actor=user, actor_name=user.get_username(), action=action, text=text)
    line.set_target(user)
    line.save()


def _name(authenticator):
    names = {
        Authenticator.Type.TOTP: gettext("app with codes"),
        Authenticator.Type.RECOVERY_CODES: gettext("emergency codes"),
    }
    return names.get(authenticator.type) or gettext("passkey “%(name)s”") % {"name": authenticator}


def _logged_in(sender, user, **kwargs):
    _write(user, Action.LOGGED_IN)


def _logged_out(sender, user, **kwargs):
    if user is not None:
        _write(user, Action.LOGGED_OUT)


def _login_failed(sender, credentials, **kwargs):
    login_failed(credentials.get("username") or "")


def _wrong_code(sender, user, **kwargs):
    login_failed(user.get_username())


def _password_changed(sender, user, **kwargs):
    _write(user, Action.PASSWORD)


def _password_reset(sender, user, **kwargs):
    _write(user, Action.PASSWORD, gettext("With a link by email."))


def _factor_added(sender, user, authenticator, **kwargs):
    _write(user, Action.SECOND_FACTOR, gettext("Set up: %(what)s") % {"what": _name(authenticator)})


def _factor_removed(sender, user, authenticator, **kwargs):
    _write(user, Action.SECOND_FACTOR, gettext("Removed: %(what)s") % {"what": _name(authenticator)})


def _codes_renewed(sender, user, **kwargs):
    _write(user, Action.SECOND_FACTOR, gettext("Made new emergency codes."))
