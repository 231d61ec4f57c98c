"""The log: who did what at the desk, and who came in. Written by code, read by administrators, changed by nobody.

What the admin itself writes into an object's history comes here by itself. Whatever has a name of its own, such as
publishing, says so: `record(request.user, Action.PUBLISHED, edition, "Udgave 3")`.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth import get_user_model
from django.db.models import F
from django.utils import timezone

from .models import Action, LogLine

__all__ = ["Action", "LogLine", "named", "record"]

ACTIONS = {ADDITION: Action.ADDED, CHANGE: Action.CHANGED, DELETION: Action.DELETED}
LOGINS = [Action.LOGGED_IN, Action.LOGGED_OUT, Action.LOGIN_FAILED, Action.LOCKED_OUT]
# Failures in a row are one line with a number, so that guessing does not fill the log.
FAILURES_TOGETHER = timedelta(minutes=15)

_named_action: ContextVar[str | None] = ContextVar("named_action", default=None)


def record(actor, action: Action, target=None, text: str = ""):
    """Write a line into the log, and into the history of the object it is about."""
    if actor is None or target is None:
        _write(actor, action, target, text)
        return
    with named(action):
        LogEntry.objects.log_actions(actor.pk, [target], CHANGE, change_message=text)


def logins_of(user):
    """The newest lines about somebody coming in."""
    return LogLine.objects.filter(action__in=LOGINS).about(user)


def login_failed(name: str):
    _count_failure(Action.LOGIN_FAILED, name)


def login_refused(name: str):
    """Too many failures: even the right password is not looked at for a while."""
    _count_failure(Action.LOCKED_OUT, name)


def copy_history(sender, instance, created, **kwargs):
    """What the admin writes into the history of an object stands in the log too."""
    if created:
        LogLine.objects.create(
            at=instance.action_time,
            actor_id=instance.user_id,
            actor_name=instance.user.get_username(),
            action=_named_action.get() or ACTIONS[instance.action_flag],
            target_type_id=instance.content_type_id,
            target_id=instance.object_id or "",
            target_name=instance.object_repr,
            text=instance.get_change_message(),
        )


@contextmanager
def named(action: str):
    """Says what the entries of an object's history mean that are written inside it."""
    token = _named_action.set(action)
    try:
        yield
    finally:
        _named_action.reset(token)


def _write(actor, action, target=None, text=""):
    line = LogLine(actor=actor, actor_name=actor.get_username() if actor else "", action=action, text=text)
    line.set_target(target)
    line.save()


def _count_failure(action, name):
    """A name that nobody has may be a password typed into the wrong field: it is not kept."""
    users = get_user_model().objects
    user = users.filter(username__iexact=name).first() if name else None
    recent = LogLine.objects.filter(action=action, at__gt=timezone.now() - FAILURES_TOGETHER).about(user)
    if not recent.update(times=F("times") + 1, at=timezone.now()):
        _write(None, action, user)
