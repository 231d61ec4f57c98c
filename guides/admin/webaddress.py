from django.core.exceptions import ValidationError
from django.db import models

from digitalchikane.publishing.deadends import why_dead


def refuse_dead_end(url: str):
    """Readers are led there at once: an address that only one's own machine knows is refused."""
    if reason := why_dead([url]).get(url):
        raise ValidationError(reason)


WEB_ADDRESS = {models.URLField: {"assume_scheme": "https", "validators": [refuse_dead_end]}}
