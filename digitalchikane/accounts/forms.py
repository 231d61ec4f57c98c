"""allauth's forms in our words: labels instead of placeholders, and the right keyboard on a phone."""

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as second_factor
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

CODE_KEYBOARD = {"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}


class Plain:
    """Mixed into a form: its labels say what a field is for, so the grey words inside go."""

    labels: dict = {}
    help_texts: dict = {}
    focus = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            if isinstance(field, account.SetPasswordField):
                continue
            field.help_text = self.help_texts.get(name, "")
        if self.focus and not self.is_bound:
            self.fields[self.focus].widget.attrs["autofocus"] = True


class LoginForm(Plain, account.LoginForm):
    labels = {"login": _("Username"), "password": _("Password")}
    focus = "login"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class ReauthenticateForm(Plain, account.ReauthenticateForm):
    labels = {"password": _("Password")}
    focus = "password"


NEW_PASSWORD = {"password1": _("New password"), "password2": _("New password again")}


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    labels = NEW_PASSWORD | {"oldpassword": _("Present password")}


class SetPasswordForm(Plain, account.SetPasswordForm):
    labels = NEW_PASSWORD


class ResetPasswordForm(Plain, account.ResetPasswordForm):
    labels = {"email": _("E-mail")}


class ResetPasswordKeyForm(Plain, account.ResetPasswordKeyForm):
    labels = NEW_PASSWORD


class EachCodeOnce:
    """A code from an app opens the door once. allauth remembers it for half a minute, but with the tolerance for slow
    clocks it would be right for longer."""

    def clean_code(self):
        code = super().clean_code()
        digits = "".join(filter(str.isdigit, code))
        key = f"code-used:{self.user.pk}:{digits}"
        if self.authenticator.type == Authenticator.Type.TOTP and not cache.add(key, True, 180):
            raise get_adapter().validation_error("incorrect_code")
        return code


class WithCode(Plain):
    labels = {"code": _("Code")}
    focus = "code"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= CODE_KEYBOARD


class CodeForm(EachCodeOnce, WithCode, second_factor.AuthenticateForm):
    pass


class ReauthenticateCodeForm(EachCodeOnce, WithCode, second_factor.ReauthenticateForm):
    pass


class ActivateAppForm(WithCode, totp.ActivateTOTPForm):
    labels = {"code": _("The six digits that the app shows")}
    focus = ""


class AddPasskeyForm(Plain, webauthn.AddWebAuthnForm):
    labels = {"name": _("Name"), "passwordless": _("Log in with the passkey alone, without the password")}
    help_texts = {
        "name": _("For your own eyes, such as “My phone”."),
        "passwordless": _("Take the tick away only for an old security key that cannot do this."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class EditPasskeyForm(Plain, webauthn.EditWebAuthnForm):
    labels = {"name": _("Name")}

    name = forms.CharField(max_length=100)
