"""The trail of what was done with editions: who published, withdrew, restored or threw away what."""

from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..audit import named


class Deed(models.TextChoices):
    PUBLISHED = "published", _("Published edition %(number)s.")
    SCHEDULED = "scheduled", _("Scheduled edition %(number)s for %(moment)s.")
    CANCELLED = "cancelled", _("Took edition %(number)s off the schedule; it is a draft again.")
    WITHDRAWN = "withdrawn", _("Withdrew it from readers: “%(reason)s”")
    RETURNED = "returned", _("Took the withdrawal back: edition %(number)s has the same content as before.")
    RESTORED = "restored", _("Restored edition %(origin)s as the draft %(number)s.")
    DISCARDED = "discarded", _("Threw edition %(number)s away, which readers never saw.")


def record(by, edition, deed: Deed, **values):
    """Write in the log what somebody did with an edition. What the machine does, such as loading, leaves no entry."""
    if by is None:
        return
    if edition.live_from:
        values["moment"] = date_format(timezone.localtime(edition.live_from), r"j. F Y \k\l. G.i")
    with named(deed.value):
        LogEntry.objects.log_actions(
            user_id=by.pk,
            queryset=[edition],
            action_flag=DELETION if deed == Deed.DISCARDED else CHANGE,
            change_message=gettext(deed.label) % {"number": edition.number, **values},
            single_object=True,
        )
