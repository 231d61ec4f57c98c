"""Shipped changes to plain rows and to facts: in place where nobody touched them, otherwise what can do no harm."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext

from .. import translationcheck
from .records import Record
from .values import Find, Values, danish_of, read, write

# Where a row stands in lists, and when it was looked at: says nothing, so nobody need decide on it.
QUIET = {"position", "checked_on", "check_again_on"}


def bring_row(record: Record, row: models.Model, find: Find, *, without: frozenset[str] = frozenset()):
    """Bring what the file says of a row, where an editor has said nothing else."""
    theirs = {name: value for name, value in record.theirs["row"].items() if name not in without}
    ours = {name: value for name, value in read(row).items() if name in theirs}
    base = record.before("row", type(row))
    if base is None and not is_in_log(row):
        base = ours
    taken, left = choose(base, ours, theirs)
    refused = _store(row, {name: theirs[name] for name in taken}, find)
    left |= refused
    record.is_brought |= bool(taken - refused)
    approve(row, row, theirs)
    before = dict.fromkeys(theirs) if base is None else base
    kept = record.kept.setdefault("row", {})
    kept |= {name: before[name] if name in left else theirs[name] for name in theirs}
    if left:
        record.waiting.add("row")


def choose(base: Values | None, ours: Values, theirs: Values) -> tuple[set[str], set[str]]:
    """The fields that follow the update, and those on which an editor must decide. Without `base` it is not known what
    editors changed: then only a language is added to the very same Danish."""
    taken, left = set(), set()
    is_touched = base is None or any(
        ours[name] not in (base[name], theirs[name]) for name in theirs if name not in QUIET
    )
    for name, new in theirs.items():
        if new == ours[name] or (base is not None and new == base[name]):
            continue
        danish = danish_of(name, theirs)
        is_free = ours[name] in ("", None) if base is None else ours[name] == base[name]
        follows = base is not None and (not is_touched or name in QUIET)
        if is_free and (follows or (danish and ours[danish] == theirs[danish])):
            taken.add(name)
        elif name not in QUIET:
            left.add(name)
    return taken, left


def _store(row: models.Model, values: Values, find: Find) -> set[str]:
    """Store what fits; returns the names of what does not, such as an address that an editor has given away."""
    refused: set[str] = set()
    while wanted := {name: value for name, value in values.items() if name not in refused}:
        try:
            with transaction.atomic():
                write(row, wanted, find)
        except ValidationError as error:
            row.refresh_from_db()
            named = set(error.message_dict) & set(wanted)
            refused |= named or set(wanted)
        else:
            break
    return refused


def is_in_log(row: models.Model) -> bool:
    """Whether somebody changed it at the desk."""
    kind = ContentType.objects.get_for_model(row)
    return LogEntry.objects.filter(content_type=kind, object_id=str(row.pk), action_flag=CHANGE).exists()


def approve(part: models.Model, owner: models.Model, theirs: Values):
    """English that is shipped together with its Danish goes with it, whatever stood there before."""
    pairs = [
        pair
        for pair in translationcheck.pairs_of(part, owner)
        if pair.english
        and (pair.danish, pair.english) == (theirs.get(f"{pair.name}_da"), theirs.get(f"{pair.name}_{pair.language}"))
    ]
    translationcheck.know(pairs)


# Facts


def bring_wording(record: Record, fact, find: Find):
    """Bring what a fact says: a language is added to the wording that stands, anything else is a new wording."""
    from guides.models import FactWording

    theirs = record.theirs["wording"]
    base = record.before("wording", FactWording)
    today = timezone.localdate()
    wordings = sorted(fact.wordings.all(), key=lambda each: (each.valid_from, each.pk))
    newest = wordings[-1] if wordings else None
    if base is None and wordings and not is_in_log(fact):
        base = words_of(wordings[0], theirs)
    elif base is not None:
        base = {name: base[name] for name in theirs}
    record.kept["wording"] = theirs
    if newest is None or base == theirs or words_of(newest, theirs) == theirs:
        return
    is_untouched = words_of(newest, theirs) == base and newest.valid_to is None and not newest.valid_from > today
    if is_untouched and _only_adds(base, theirs):
        if not _fill(record, fact, newest, theirs, find):
            _wait(record, base, theirs)
    elif is_untouched and not _was_checked_by_an_editor(record, fact):
        wording = FactWording(fact=fact, valid_from=today)
        if _is_too_long(fact, wording, theirs):
            _wait(record, base, theirs)
        else:
            write(wording, theirs, find)
            approve(wording, fact, theirs)
            record.is_brought = True
    else:
        current = fact.wording_on(today)
        same = [each for each in {current, newest} if each and _only_adds(words_of(each, theirs), theirs)]
        if not same or not all(_fill(record, fact, each, theirs, find) for each in same):
            _wait(record, base, theirs)


def say_anew(fact, wording, new: Values, theirs: Values, find: Find):
    """An editor takes a wording that waited: a missing language is added, anything else holds from today. Raises
    ValidationError."""
    from guides.models import FactWording

    if not _only_adds(words_of(wording, theirs), theirs):
        wording, new = FactWording(fact=fact, valid_from=max(timezone.localdate(), wording.valid_from)), theirs
    if _is_too_long(fact, wording, new):
        raise ValidationError(gettext("With this wording a printed card would be too long."))
    write(wording, new, find)
    approve(wording, fact, theirs)


def words_of(wording, names) -> Values:
    return read(wording, set(names))


def _only_adds(ours: Values, theirs: Values) -> bool:
    """Whether the update says the same in more languages."""
    return all(value == ours[name] or (danish_of(name, theirs) and not ours[name]) for name, value in theirs.items())


def _fill(record: Record, fact, wording, theirs: Values, find: Find) -> bool:
    missing = {name: value for name, value in theirs.items() if value != getattr(wording, name) and value}
    if _is_too_long(fact, wording, missing):
        return False
    if missing:
        write(wording, missing, find)
        record.is_brought = True
    approve(wording, fact, theirs)
    return True


def _is_too_long(fact, wording, values: Values) -> bool:
    """Whether a live card would not fit on paper any more."""
    from guides.admin.wordings import cards_without_room

    before = {name: getattr(wording, name) for name in values}
    for name, value in values.items():
        setattr(wording, name, value)
    found = cards_without_room(fact, [wording])
    for name, value in before.items():
        setattr(wording, name, value)
    return bool(found)


def _was_checked_by_an_editor(record: Record, fact) -> bool:
    """Whether somebody has held the wording that stands against the living source since it was shipped."""
    return fact.checked_on is not None and fact.checked_on.isoformat() != record.theirs["row"]["checked_on"]


def _wait(record: Record, base: Values | None, theirs: Values):
    record.kept["wording"] = dict.fromkeys(theirs) if base is None else base
    record.waiting.add("wording")
