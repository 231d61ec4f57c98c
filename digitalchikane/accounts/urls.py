"""The addresses of the editors' accounts: those of allauth that are used here, under Danish paths. No sign-up."""

from importlib import import_module

from allauth.account import views as account
from django.conf import settings
from django.urls import path, re_path, reverse
from django.views.generic import RedirectView

from . import views


class Later:
    """Views of a module that is imported when one of them is asked for. These bring encryption and passkeys with them:
    much memory, of which no reader needs a byte."""

    def __init__(self, module: str):
        self.module = module

    def __getattr__(self, name: str):
        def view(request, *args, **kwargs):
            return getattr(import_module(self.module), name)(request, *args, **kwargs)

        return view


front = Later("digitalchikane.accounts.front")
second_factor = Later("allauth.mfa.base.views")
recovery_codes = Later("allauth.mfa.recovery_codes.views")
totp = Later("allauth.mfa.totp.views")
webauthn = Later("allauth.mfa.webauthn.views")

urlpatterns = [
    path("", front.account, name="mfa_index"),
    path("log-ind/", account.login, name="account_login"),
    path("log-ind/kode/", second_factor.authenticate, name="mfa_authenticate"),
    path("log-ind/adgangsnoegle/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("log-ud/", account.logout, name="account_logout"),
    path("log-ud/andre/", views.end_other_logins, name="account_end_other_logins"),
    path("her/", views.present, name="account_present"),
    path("kasser/", views.drop_kept_form, name="account_drop_kept_form"),
    # allauth's mails ask for this name; there is nothing to sign up for.
    path("opret/", RedirectView.as_view(pattern_name="account_login"), name="account_signup"),
    path("lukket/", account.account_inactive, name="account_inactive"),
    path("bekraeft/", account.reauthenticate, name="account_reauthenticate"),
    path("bekraeft/kode/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("bekraeft/adgangsnoegle/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("adgangskode/", account.password_change, name="account_change_password"),
    path("adgangskode/vaelg/", account.password_set, name="account_set_password"),
    path("app/", totp.activate_totp, name="mfa_activate_totp"),
    path("app/fjern/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("noedkoder/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("noedkoder/nye/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("adgangsnoegler/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("adgangsnoegler/ny/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("adgangsnoegler/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("adgangsnoegler/<int:pk>/fjern/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    # The link by which a password is chosen: from an administrator, or by e-mail.
    path("ny-adgangskode/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^ny-adgangskode/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]

if settings.EMAIL_CONFIGURED:
    urlpatterns += [
        path("glemt/", account.password_reset, name="account_reset_password"),
        path("glemt/sendt/", account.password_reset_done, name="account_reset_password_done"),
    ]


def password_link_path(key: str) -> str:
    """The address at which the holder of a key chooses a password."""
    uidb36, _dash, token = key.partition("-")
    return reverse("account_reset_password_from_key", args=[uidb36, token])
