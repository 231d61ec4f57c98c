"""Three versions of a text held together: what was shipped (`base`), what editors made of it (`ours`), what is shipped
now (`theirs`). Nothing an editor wrote is lost, and what an editor took away stays away. Knows no database.
"""

import json
import re
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from ..languages import DEFAULT
from ..publishing.comparison import pairs
from .values import Values, danish_of

# A block is known by these whatever its words.
NAMES = ("anchor", "key")


@dataclass(frozen=True)
class Left:
    """A piece of an update that found no place: an editor wrote something else there."""

    # The kind of block, empty for the head, and enough of its words to know it by.
    type: str
    beginning: str
    name: str
    text: object


@dataclass
class Merged:
    """Values for a block, and which of our blocks it is; a new one has none."""

    values: Values
    ours: int | None = None


@dataclass
class Merge:
    head: Values
    blocks: list[Merged]
    left: list[Left] = field(default_factory=list)


def merge(base: tuple, ours: tuple, theirs: tuple) -> Merge:
    """Each version is a pair of the head's values and a list of the blocks' values, which have a `type` as well."""
    head, names = merge_values(base[0], ours[0], theirs[0])
    left = [Left("", "", name, theirs[0][name]) for name in names]
    if ours[1] == base[1]:
        return Merge(head, [Merged(values) for values in theirs[1]], left)
    blocks, more = _merge_blocks(base[1], ours[1], theirs[1])
    return Merge(head, blocks, left + more)


def merge_values(base: Values, ours: Values, theirs: Values) -> tuple[Values, list[str]]:
    """One row: the values, and the names of those that an editor and the update changed in different ways. A
    translation is taken in only beside the Danish that it was made of."""
    merged, left = dict(ours), []
    for name in sorted(theirs, key=lambda name: danish_of(name, theirs) is not None):
        was, now, new = base[name], ours[name], theirs[name]
        if new in (was, now):
            continue
        danish = danish_of(name, theirs)
        if now == was and (danish is None or merged[danish] == theirs[danish]):
            merged[name] = new
        else:
            left.append(name)
    return merged, left


def _merge_blocks(base: list[Values], ours: list[Values], theirs: list[Values]) -> tuple[list[Merged], list[Left]]:
    in_ours, in_theirs = _match(base, ours), _match(base, theirs)
    merged = {place: Merged(values, place) for place, values in enumerate(ours)}
    left = []
    for place, was in enumerate(base):
        mine, new = in_ours.get(place), in_theirs.get(place)
        if mine is None:
            continue
        if new is None:
            # What the update took away goes where nobody worked on it.
            if ours[mine] == was:
                del merged[mine]
            continue
        if theirs[new] == was:
            continue
        values, names = merge_values(was, ours[mine], theirs[new])
        merged[mine].values = values
        left += [Left(was["type"], beginning(ours[mine]), name, theirs[new][name]) for name in names]
    return _with_new_blocks(merged, in_ours, in_theirs, ours, theirs), left


def _with_new_blocks(merged, in_ours, in_theirs, ours, theirs) -> list[Merged]:
    """Our blocks in our order, and what the update brings after the block that it follows in the update."""
    found = list(merged.values())
    from_base = {new: place for place, new in in_theirs.items()}
    # An editor may have written the same block already.
    own = {skeleton(ours[mine]): mine for mine in merged if mine not in in_ours.values()}
    before: Merged | None = None
    for place, values in enumerate(theirs):
        if place in from_base:
            before = merged.get(in_ours.get(from_base[place]), before)
            continue
        same = own.get(skeleton(values))
        if same is not None:
            before = merged[same]
            empty = {name for name, text in before.values.items() if text in ("", None) and danish_of(name, values)}
            before.values = before.values | {name: values[name] for name in empty}
            continue
        new = Merged(values)
        position = next((index for index, each in enumerate(found) if each is before), -1)
        found.insert(position + 1, new)
        before = new
    return found


# Which block became which


class _Piece:
    """A block that is equal to another whatever it says in other languages."""

    def __init__(self, place: int, values: Values):
        self.place, self.values, self.key = place, values, skeleton(values)

    def __eq__(self, other):
        return self.key == other.key

    def __hash__(self):
        return hash(self.key)


def _match(old: list[Values], new: list[Values]) -> dict[int, int]:
    """Which of the old blocks is which of the new ones, by their places; also where one was moved."""
    pieces = [[_Piece(place, values) for place, values in enumerate(each)] for each in (old, new)]
    found, gone, came = {}, [], []
    for before, after in pairs(*pieces, _likeness):
        if before and after:
            found[before.place] = after.place
        elif before:
            gone.append(before)
        else:
            came.append(after)
    for before in gone:
        same = next((each for each in came if each == before or _is_named_alike(each.values, before.values)), None)
        if same:
            came.remove(same)
            found[before.place] = same.place
    return found


def _likeness(a: _Piece, b: _Piece) -> float:
    if _is_named_alike(a.values, b.values):
        return 2
    if a.values["type"] != b.values["type"] or a.values.get("kind") != b.values.get("kind"):
        return 0
    ratio = SequenceMatcher(a=words(a.values), b=words(b.values), autojunk=False).quick_ratio()
    # Of two blocks of one kind in one place, one most often became the other.
    return ratio if ratio >= 0.2 else 0.01


def _is_named_alike(a: Values, b: Values) -> bool:
    return a["type"] == b["type"] and any(a.get(name) and a.get(name) == b.get(name) for name in NAMES)


def skeleton(values: Values) -> str:
    """A block without its translations."""
    kept = {name: value for name, value in values.items() if danish_of(name, values) is None}
    return json.dumps(kept, sort_keys=True)


def words(values: Values) -> list[str]:
    """The Danish words of a block; of one without, what it names."""
    said = [text for name, text in values.items() if name.endswith(f"_{DEFAULT}") and text]
    if not said:
        said = [str(value) for name, value in values.items() if name != "type" and value]
    return re.sub(r"<[^>]*>", " ", " ".join(said)).split()


def beginning(values: Values) -> str:
    found = words(values)
    return " ".join(found[:8]) + (" …" if len(found) > 8 else "")
