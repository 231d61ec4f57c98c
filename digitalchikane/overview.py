"""The front page of the desk: what needs an editor today, before any menu. Each part has a few rows, each row leads to
its place, and what there is no room for is a link away."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from . import ahead, translationcheck
from .desk import desk_address
from .publishing.models import edition_models
from .publishing.reviews.desk import waiting_remarks

SHOWN = 5
# One row among those of several models.
Which = tuple[type[models.Model], int]
DEEDS = {ADDITION: _("Added"), CHANGE: _("Changed"), DELETION: _("Deleted")}


@dataclass(frozen=True)
class Row:
    """One thing, where it leads, and what an editor must know of it."""

    text: str
    url: str
    note: str = ""


@dataclass
class Section:
    name: str
    heading: str
    rows: list[Row]
    # All there are, shown or not.
    count: int
    # What is said when there are none.
    none: str
    # Where the rest is: words and address.
    more: list[tuple[str, str]] = field(default_factory=list)
    # In words, what of it cannot wait: empty where nothing of it is late.
    urgent: str = ""
    # In words, what of it comes next.
    next: str = ""


def sections(request) -> list[Section]:
    """What this person may do something about."""
    user = request.user
    if not user.has_module_perms("guides"):
        return []
    found = [to_check(), dead_links(), missing_about_publisher(), answers(), updates(), drafts(), soon(), translation()]
    return [section for section in [*found, changes(user)] if section]


def in_one_line(sections: list[Section]) -> str:
    """How the day looks."""
    if urgent := [section.urgent for section in sections if section.urgent]:
        return " · ".join(urgent)
    return " ".join([gettext("Nothing is urgent today."), *(each.next for each in sections if each.next)])


# To be checked


def to_check() -> Section:
    """Facts and routes to hold against the world, pages and cards to look at again: what is most overdue first."""
    from guides.models import Fact, Route

    kinds = [
        *((model.objects.due_for_check(), "check_again_on", "checked_on", "?check=due") for model in (Fact, Route)),
        *(
            (model.objects.live().due_for_review(), "review_again_on", "reviewed_on", "?needs=review")
            for model in edition_models()
        ),
    ]
    waiting, more = [], []
    for queryset, due, done, query in kinds:
        model, found = queryset.model, _read(queryset, "pk", due, done)
        waiting += [(on or date.max, at, (model, pk)) for pk, on, at in found]
        if found:
            more.append((f"{capfirst(str(model._meta.verbose_name_plural))}: {len(found)}", _list_of(model) + query))
    # Of the same day, first what nobody ever checked.
    waiting.sort(key=lambda each: (each[0], each[1] or date.min))
    first = min((due for due, _done, _which in waiting), default=date.max)
    late = sum(due <= timezone.localdate() for due, _done, _which in waiting)
    things = _whole(which for _due, _done, which in waiting[:SHOWN])
    return Section(
        "check",
        gettext("To be checked"),
        [
            Row(_name(thing), desk_address(thing), _overdue(thing, due, done))
            for due, done, which in waiting[:SHOWN]
            if (thing := things.get(which))
        ],
        len(waiting),
        gettext("Everything is checked."),
        more,
        ngettext("%(count)s check is late", "%(count)s checks are late", late) % {"count": late} if late else "",
        gettext("The first check is due on %(day)s.") % {"day": _day(first)} if first < date.max else "",
    )


def _overdue(row, due: date, done: date | None) -> str:
    if due <= timezone.localdate():
        when = gettext("was due on %(day)s") % {"day": _day(due)}
    elif done is None:
        when = gettext("never checked")
    else:
        when = gettext("due on %(day)s") % {"day": _day(due)}
    return _with_kind(row, when)


# Links


def dead_links() -> Section:
    from guides.linkplaces import every_place
    from guides.models import Link
    from guides.models.links import LinkState

    counts = Counter(Link.objects.values_list("state", flat=True))
    dead = list(Link.objects.dead().most_urgent_first()[:SHOWN])
    places = every_place() if dead else {}

    def row(link):
        names = dict.fromkeys(each.name for each in places.get(link.url, []))
        where = Truncator(", ".join(names)).chars(60)
        return Row(_short(link.url), desk_address(link), " · ".join(filter(None, [link.reason, where])))

    last = Link.objects.exclude(checked_at=None).order_by("-checked_at").first()
    none = gettext("Links were never tried on this server. Tell whoever runs the site.")
    if last:
        none = gettext("All links work. Last tried on %(day)s.") % {"day": _day(timezone.localdate(last.checked_at))}
    more = [
        (f"{capfirst(str(LinkState(state).label))}: {counts[state]}", f"{_list_of(Link)}?state__exact={state}")
        for state in (LinkState.DEAD, LinkState.FAILING, LinkState.MOVED)
        if counts[state] > (SHOWN if state == LinkState.DEAD else 0)
    ]
    count = counts[LinkState.DEAD]
    urgent = ngettext("%(count)s link is dead", "%(count)s links are dead", count) % {"count": count} if count else ""
    return Section("links", gettext("Dead links"), list(map(row, dead)), count, none, more, urgent)


def _short(url: str) -> str:
    return Truncator(url.partition("://")[2].removeprefix("www.")).chars(60)


# What editors are in the middle of


def drafts() -> Section:
    waiting = []
    for model in edition_models():
        waiting += [(at, (model, pk)) for pk, at in _read(model.objects.filter(live_from=None), "pk", "changed_at")]
    waiting.sort(key=lambda each: each[0], reverse=True)
    found = _whole((which for _at, which in waiting[:SHOWN]), "changed_by").values()
    return Section(
        "drafts",
        gettext("Drafts"),
        [Row(_name(draft), desk_address(draft), _with_kind(draft, _who_and_when(draft))) for draft in found],
        len(waiting),
        gettext("Nobody is in the middle of anything."),
        _all_lists("?needs=draft") if len(waiting) > SHOWN else [],
    )


def _who_and_when(edition) -> str:
    who = _who(edition.changed_by)
    return ", ".join(filter(None, [who, _moment(edition.changed_at)]))


def answers() -> Section | None:
    rows = [Row(text, url) for text, url in waiting_remarks()]
    if not rows:
        return None
    urgent = ngettext("%(count)s draft has answers", "%(count)s drafts have answers", len(rows)) % {"count": len(rows)}
    return Section("answers", gettext("Answers from reviewers"), rows[:SHOWN], len(rows), "", urgent=urgent)


def updates() -> Section | None:
    """What an update brought to texts that editors have changed."""
    from .models import ShippedRecord
    from .updates.waiting import all_waiting

    here = reverse("admin:updates")
    rows = [
        Row(each.name, each.compare_address or f"{here}#opdatering-{each.record.pk}", f"{each.kind} · {each.told}")
        for each in all_waiting()
    ]
    left_out = ShippedRecord.objects.filter(kind="fixtures").exclude(left=[]).exists()
    if not rows and not left_out:
        return None
    more = [(gettext("Look at all of it and decide"), here)]
    return Section("updates", gettext("New content from an update is waiting"), rows[:SHOWN], len(rows), "", more)


def missing_about_publisher() -> Section | None:
    from guides.models import Publisher

    publisher, _made = Publisher.objects.get_or_create(pk=1)
    rows = [Row(capfirst(name), desk_address(publisher)) for name in publisher.missing()]
    return Section("publisher", gettext("Missing about the publisher"), rows, len(rows), "") if rows else None


# What comes


def soon() -> Section:
    """Scheduled editions and prepared wordings, what comes first on top."""
    from guides.models import FactWording

    now, coming = timezone.now(), []
    for model in edition_models():
        scheduled = model.objects.filter(live_from__gt=now)
        coming += [(at, (model, pk)) for pk, at in _read(scheduled, "pk", "live_from")]
    for pk, day in _read(FactWording.objects.to_come(), "pk", "valid_from"):
        coming.append((timezone.make_aware(datetime.combine(day, time.min)), (FactWording, pk)))
    coming.sort(key=lambda each: each[0])
    found = _whole((which for _at, which in coming[:SHOWN]), "fact").values()
    last = timezone.localdate(coming[:SHOWN][-1][0]) if coming else timezone.localdate(now) + timedelta(days=1)
    return Section(
        "soon",
        gettext("Published soon"),
        [_coming_wording(each) if isinstance(each, FactWording) else _coming_edition(each) for each in found],
        len(coming),
        gettext("Nothing is scheduled."),
        [(gettext("See the site as it is going to be"), ahead.address(last))],
    )


def _coming_edition(edition) -> Row:
    return Row(_name(edition), desk_address(edition), _with_kind(edition, _moment(edition.live_from)))


def _coming_wording(wording) -> Row:
    note = gettext("new wording “%(text)s” from %(day)s") % {"text": wording.text, "day": _day(wording.valid_from)}
    return Row(wording.fact.label, desk_address(wording.fact), note)


# Other languages


def translation() -> Section:
    found = translationcheck.untranslated()
    return Section(
        "translation",
        gettext("Missing translations"),
        [
            Row(_name(each.thing), _where_translated(each), _with_kind(each.thing, each.summary))
            for each in found[:SHOWN]
        ],
        len(found),
        gettext("Everything is translated, and follows the Danish."),
        [(gettext("Show all (%(count)s)") % {"count": len(found)}, reverse("admin:translations"))] if found else [],
    )


def _where_translated(each) -> str:
    """What no longer follows the Danish is held against it in the list of translations; what is missing is written
    where the thing is."""
    return f"{reverse('admin:translations')}#{each.key}" if each.outdated else desk_address(each.thing)


# What happened


def changes(user) -> Section:
    """The newest lines of the log about what this person may see."""
    seen = [
        model
        for model in admin.site._registry
        if user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
    ]
    kinds = ContentType.objects.get_for_models(*seen).values()
    entries = (
        LogEntry.objects.select_related("user", "content_type")
        .filter(content_type__in=kinds)
        .order_by("-action_time", "-pk")[: SHOWN + 3]
    )

    def row(entry):
        url = "" if entry.is_deletion() else entry.get_admin_url() or ""
        # Which fields were changed stands in the log.
        said = DEEDS[entry.action_flag] if entry.change_message.startswith("[") else entry.change_message
        note = ", ".join(filter(None, [str(said).rstrip("."), _who(entry.user), _moment(entry.action_time)]))
        return Row(entry.object_repr, url, note)

    rows = [row(entry) for entry in entries]
    more = []
    if user.has_perm("digitalchikane.view_logline"):
        more = [(gettext("Show the whole log"), reverse("admin:digitalchikane_logline_changelist"))]
    return Section("changes", gettext("Latest changes"), rows, len(rows), gettext("Nothing has happened yet."), more)


# Reading


def _read(rows: models.QuerySet, *columns: str) -> list[tuple]:
    """The few columns that it takes to count and sort."""
    return list(rows.rewrite(False).order_by("pk").values_list(*columns))


def _whole(chosen: Iterable[Which], *related: str) -> dict[Which, models.Model]:
    """What is shown of it, in the same order, each with what it has of these relations; without what was deleted
    meanwhile."""
    chosen, found = list(chosen), {}
    for model in dict.fromkeys(model for model, _pk in chosen):
        rows = model.objects.select_related(*(name for name in related if hasattr(model, name)))
        rows = rows.in_bulk([pk for kind, pk in chosen if kind is model])
        found |= {(model, pk): row for pk, row in rows.items()}
    return {which: found[which] for which in chosen if which in found}


# Words


def _name(thing) -> str:
    return str(getattr(thing, "label", "") or thing)


def _with_kind(thing, note: str) -> str:
    return f"{capfirst(str(thing._meta.verbose_name))} · {note}"


def _who(user) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def _day(day: date) -> str:
    return date_format(day, "j. F Y")


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), r"j. F Y \k\l. G.i")


def _list_of(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def _all_lists(query: str) -> list[tuple[str, str]]:
    return [(capfirst(str(model._meta.verbose_name_plural)), _list_of(model) + query) for model in edition_models()]
