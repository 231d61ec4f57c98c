"""The project's own settings, with what a test run cannot have or need not wait for taken out."""

import gc
import os
import tempfile

os.environ.setdefault("DJANGO_SECRET_KEY", "only-for-tests-" + "0123456789" * 5)
os.environ.setdefault("DJANGO_ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("DJANGO_INSECURE_HTTP", "1")
os.environ.setdefault("DJANGO_DATA_DIR", tempfile.mkdtemp(prefix="digitalchikane-"))

from digitalchikane.settings import *  # noqa: E402, F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Tests keep much and drop little in circles: looking for those after every 700 new things takes a sixth of the time.
gc.set_threshold(50_000, 20, 50)
