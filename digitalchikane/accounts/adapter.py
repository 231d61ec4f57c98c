"""How allauth behaves here: no sign-up, guessing is slowed without locking others out, secrets are stored locked."""

import base64
import io
import secrets

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import audit
from .sessions import logged_in_recently

KNOWN_ADDRESS_DAYS = 90
WRONG_CODE = _("The code is wrong or has been used. Codes change every half minute: wait for the next one.")
TOO_MANY = _("Too many wrong attempts. Wait ten minutes and try again. The right password does not help before that.")


class Accounts(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "username_password_mismatch": _("The username or the password is wrong. Check both and try again."),
        "incorrect_password": _("The password is wrong."),
        "enter_current_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, request):
        return False

    def is_reauthentication_required(self, *, app, **kwargs):
        """Somebody who logged in a moment ago need not prove it again."""
        return super().is_reauthentication_required(app=app, **kwargs) and not logged_in_recently(self.request)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        # Editors have one address, which an administrator types in; allauth's list of addresses is not used.
        return super().send_notification_mail(template_prefix, user, context, email or user.email)

    # Guessing of passwords. allauth counts failures for a name over all addresses, which lets an outsider lock an
    # editor out; and for an address over all names. Here a name is counted at each address for itself. Guessing from
    # ever new addresses is slowed too, but never at an address from which that name has logged in before.

    def _get_login_attempts_cache_key(self, request, **credentials):
        key = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key}:{ratelimit.get_ip(request)}"

    def pre_authenticate(self, request, **credentials):
        self._tried_from_new_address = None
        try:
            super().pre_authenticate(request, **credentials)
            if not cache.get(self._known_address_key(request, **credentials)):
                self._tried_from_new_address = ratelimit.consume(
                    request,
                    app="allauth.account",
                    action="login_from_new_address",
                    key=credentials.get("username", "").lower(),
                )
                if not self._tried_from_new_address:
                    raise self.validation_error("too_many_login_attempts")
        except ValidationError:
            audit.login_refused(credentials.get("username", ""))
            raise
        self._known_address = self._known_address_key(request, **credentials)

    def _known_address_key(self, request, **credentials):
        key = self._get_login_attempts_cache_key(request, **credentials)
        return f"known-address:{salted_hmac('known-address', key, algorithm='sha256').hexdigest()}"

    def _rollback_login_failed_rl_usage(self):
        """Called for a right password: it is no failure, and the address is known from now on."""
        super()._rollback_login_failed_rl_usage()
        if self._tried_from_new_address:
            self._tried_from_new_address.rollback()
        cache.set(self._known_address, True, KNOWN_ADDRESS_DAYS * 24 * 60 * 60)


class SecondFactors(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}

    def get_totp_issuer(self):
        return self._get_site_name()

    def get_totp_label(self, user):
        return user.get_username()

    def build_totp_svg(self, url):
        # White ground of its own: a phone reads it in a dark room too.
        file = io.BytesIO()
        code = segno.make(url, error="m")
        code.save(file, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False)
        return file.getvalue().decode()

    def generate_authenticator_name(self, user, type):
        return gettext("My passkey")

    def _get_site_name(self):
        return gettext("Digital harassment, editors' desk")

    # The secrets of apps and recovery codes are locked with the server's key, so that a copy of the database alone
    # is not enough to log in.

    def encrypt(self, text):
        return _lock().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        try:
            return _lock().decrypt(encrypted_text).decode()
        except InvalidToken:
            # The key was changed without keeping the former one: no code fits any more, and nothing breaks.
            return base64.b32encode(secrets.token_bytes(20)).decode()


def _lock() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (salted_hmac("second-factor", "", secret=key, algorithm="sha256").digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
