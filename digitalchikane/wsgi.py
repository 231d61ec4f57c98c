import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitalchikane.settings")
django_application = get_wsgi_application()

from .health import Health  # noqa: E402 - these read the settings, which are there only now
from .pagememory import PageMemory  # noqa: E402

application = Health(PageMemory(django_application))
