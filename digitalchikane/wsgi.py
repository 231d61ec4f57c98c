import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitalchikane.settings")
django_application = get_wsgi_application()

from .pagememory import PageMemory  # noqa: E402 - reads the settings, which are there only now

application = PageMemory(django_application)
