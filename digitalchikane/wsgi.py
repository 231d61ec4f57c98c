import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitalchikane.settings")
django_application = get_wsgi_application()

from django.urls import reverse  # noqa: E402 - these read the settings, which are there only now
from django.utils import translation  # noqa: E402

from .health import Health  # noqa: E402
from .languages import CODES  # noqa: E402
from .pagememory import PageMemory  # noqa: E402

application = Health(PageMemory(django_application))

# All addresses, read once and shared by the workers instead of by each with its first reader waiting; and an error in
# them stops the start.
for code in CODES:
    with translation.override(code):
        reverse("guides:home")
