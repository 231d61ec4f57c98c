"""Settings of the site. Everything that differs between machines comes from the environment (README.md)."""

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from .environment import cache, database, email, env_bool, env_int, env_list, required

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("DJANGO_DATA_DIR") or BASE_DIR / "var")

DEBUG = env_bool("DJANGO_DEBUG")
SECRET_KEY = "development-only" if DEBUG else required("DJANGO_SECRET_KEY")
# Former keys, newest first: what was signed or locked with them can still be read.
SECRET_KEY_FALLBACKS = env_list("DJANGO_SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env_list("DJANGO_ALLOWED_HOSTS") or ([] if DEBUG else required("DJANGO_ALLOWED_HOSTS"))

INSTALLED_APPS = [
    "modeltranslation",  # first: the admin needs to know which fields exist in two languages
    "digitalchikane.apps.EditorsDeskConfig",
    "guides",
    "conversations",
    "content_editor",
    "django_prose_editor",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "digitalchikane",  # after the accounts, whose screens it changes
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "digitalchikane.middleware.LanguageFromAddress",
    "digitalchikane.middleware.NoNullCharacters",
    "digitalchikane.middleware.EditorSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "digitalchikane.middleware.EditorAuthenticationMiddleware",
    "digitalchikane.middleware.EditorMessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "digitalchikane.accounts.middleware.SessionLimits",
    "digitalchikane.accounts.middleware.SecondFactor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "digitalchikane.middleware.DeskPolicy",
    "digitalchikane.middleware.ForEverybody",
    "digitalchikane.middleware.OldAddresses",
]

ROOT_URLCONF = "digitalchikane.urls"
WSGI_APPLICATION = "digitalchikane.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                # Readers' requests carry neither user nor messages, so these two add nothing there.
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "digitalchikane.context.site",
            ],
        },
    },
]

DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Shared by all workers and servers: what limits the guessing of passwords counts in it.
CACHES = {"default": cache(os.environ.get("CACHE_URL", ""))}

# Languages: Danish at the root, English below /en/, chosen by the address alone.

LANGUAGE_CODE = "da"
LANGUAGES = [("da", _("Danish")), ("en", _("English"))]
# Whose way of writing each is: in Word files, in PDFs and for those who share a page.
REGIONS = {"da": "DK", "en": "GB"}
MODELTRANSLATION_DEFAULT_LANGUAGE = "da"
MODELTRANSLATION_FALLBACK_LANGUAGES = ("da",)
LOCALE_PATHS = [BASE_DIR / "digitalchikane" / "locale"]
FORMAT_MODULE_PATH = ["digitalchikane.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Copenhagen"

# Static files: whitenoise serves them, named by their content.

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "digitalchikane.staticfiles.JoinedManifestStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Source maps are never sent to readers; compressing them took longer than all the rest.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["avif", "gz", "ico", "jpg", "map", "png", "webp", "woff2", "zip"]

# Pictures that editors upload; what is too large is not even written to the disk.

MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "digitalchikane.uploads.BoundedFileUploadHandler",
]

# Editors: who they are, how they log in, and for how long. The screens are allauth's views in our own templates.

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "digitalchikane.accounts.passwords.NotObvious"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
SECOND_FACTOR_REQUIRED = env_bool("DJANGO_REQUIRE_SECOND_FACTOR", default=not DEBUG)
# A login ends after so many seconds without a sign of the editor, and in any case after so many.
SESSION_IDLE_SECONDS = 60 * env_int("DJANGO_IDLE_MINUTES", default=60)
SESSION_LONGEST_SECONDS = 60 * 60 * env_int("DJANGO_SESSION_HOURS", default=10)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Stored for longer than a login lasts: a form that is sent too late can then be given back after the next login.
SESSION_COOKIE_AGE = SESSION_LONGEST_SECONDS + 24 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"

ACCOUNT_ADAPTER = "digitalchikane.accounts.adapter.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_FORMS = {
    "login": "digitalchikane.accounts.forms.LoginForm",
    "reauthenticate": "digitalchikane.accounts.forms.ReauthenticateForm",
    "change_password": "digitalchikane.accounts.forms.ChangePasswordForm",
    "set_password": "digitalchikane.accounts.forms.SetPasswordForm",
    "reset_password": "digitalchikane.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "digitalchikane.accounts.forms.ResetPasswordKeyForm",
}
# Failures count for a name at one address (“key”, see the adapter), so that no outsider locks an editor out, and
# generously for an address, since a whole office may share one.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "100/10m/ip,5/10m/key",
    "login_from_new_address": "100/1h/key",
    "reset_password": "20/h/ip,3/h/key",
    "change_password": "10/10m/user",
    "reauthenticate": "10/10m/user",
}
# How many of our own proxies stand in front: without this all editors behind one share its address and its limit.
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("DJANGO_TRUSTED_PROXIES", default=1 if env_bool("DJANGO_BEHIND_PROXY") else 0)

MFA_ADAPTER = "digitalchikane.accounts.adapter.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Half a minute to either side: clocks of phones differ, and people type slowly.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "digitalchikane.accounts.forms.CodeForm",
    "reauthenticate": "digitalchikane.accounts.forms.ReauthenticateCodeForm",
    "activate_totp": "digitalchikane.accounts.forms.ActivateAppForm",
    "add_webauthn": "digitalchikane.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "digitalchikane.accounts.forms.EditPasskeyForm",
}

# Mail: without a server for it, an administrator sets a new password for whoever forgot it.

EMAIL_CONFIGURED = bool(os.environ.get("EMAIL_URL"))
globals().update(email(os.environ.get("EMAIL_URL", "")))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("DJANGO_MAIL_FROM") or "redaktionen@localhost"
ACCOUNT_EMAIL_NOTIFICATIONS = EMAIL_CONFIGURED
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

CSRF_FAILURE_VIEW = "digitalchikane.views.csrf_failure"
# One page holds many blocks in two languages, each with five fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Security: encrypted connections are taken for granted, unless one named setting says otherwise.

INSECURE_HTTP = DEBUG or env_bool("DJANGO_INSECURE_HTTP")
SECURE_SSL_REDIRECT = not INSECURE_HTTP
SECURE_HSTS_SECONDS = 0 if INSECURE_HTTP else 63072000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not INSECURE_HTTP
SECURE_HSTS_PRELOAD = not INSECURE_HTTP
SESSION_COOKIE_SECURE = not INSECURE_HTTP
CSRF_COOKIE_SECURE = not INSECURE_HTTP
SESSION_COOKIE_NAME = "sessionid" if INSECURE_HTTP else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if INSECURE_HTTP else "__Host-csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
if env_bool("DJANGO_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin" if DEBUG else "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
# What the editors' desk needs besides: a nonce for the import map of its script modules, the hashes of the two style
# elements that the rich text editor and the block editor write into the page (a browser test fails when an upgrade
# changes them), and frames for previews.
DESK_CONTENT_SECURITY_POLICY = {
    "script-src": [NONCE],
    "style-src": [
        "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='",
        "'sha256-OlSOTGu4iLsoQf8FtVRM0V5qv5Pm43PIfXJQdKiGDrI='",
    ],
    "frame-src": [SELF],
}
PERMISSIONS_POLICY = {name: [] for name in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")}

# Logs say what the server did, never who read what: no addresses, no query strings. For machines to read and people to
# search: one JSON object a line.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "digitalchikane.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # That an address leads nowhere or a form was refused is no fault; the access log counts it.
        "django.request": {"level": "ERROR"},
        "django.security.csrf": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # Somebody sent too much, and was told so.
        "django.security.RequestDataTooBig": {"level": "CRITICAL"},
        "django.security.TooManyFieldsSent": {"level": "CRITICAL"},
        "django.security.TooManyFilesSent": {"level": "CRITICAL"},
        # Says at INFO every address it asks.
        "httpx": {"level": "WARNING"},
    },
}
