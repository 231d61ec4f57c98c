"""A span: a stretch of time in which nothing that readers see changes. It ends with the next change of content, and
when the clock reaches a moment at which something begins or ends.

What is made from rows in a span holds as long as it does: readers' pages (pagememory.py), the index of the search, and
what all pages need of the same rows.
"""

import time
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from datetime import time as clock_time

from django.apps import apps
from django.utils import timezone

# Where a reader's request carries what is shared in the span.
KEY = "digitalchikane.shared"


class Span:
    """The span that begins now, with the content of this version."""

    def __init__(self, version: int):
        now = timezone.now()
        self.version = version
        self.began_at = time.time()
        self.ends_at = next_event(now)

    def holds(self, version: int) -> bool:
        # Also where the clock was set back: what was made in the future is not trusted.
        return self.version == version and self.began_at - 1 <= time.time() < self.ends_at


def next_event(after: datetime) -> float:
    """The next moment at which a page can change by itself: an edition goes live, or a day begins."""
    tomorrow = timezone.localdate(after) + timedelta(days=1)
    found = [timezone.make_aware(datetime.combine(tomorrow, clock_time.min))]
    for model in apps.get_models():
        if hasattr(model, "block_models"):
            scheduled = model._base_manager.filter(live_from__gt=after).order_by("live_from")
            found += scheduled.values_list("live_from", flat=True)[:1]
    return min(found).timestamp()


def shared(request, make: Callable, name: Hashable = None):
    """What `make` makes, once for all that readers ask for in a span, under a name where it differs from call to call.
    Whoever asks must leave it as it is. Outside of readers' requests it is made anew each time: the desk sees in its
    transactions what nobody else does."""
    made = request.META.get(KEY)
    if made is None:
        return make()
    name = name or make
    if name not in made:
        # Two may make it at the same time: the first one stays.
        made.setdefault(name, make())
    return made[name]
