"""Two versions of a page or card, word by word, so that anybody can see what went out and what came in.

Parts and lines are matched by the same function: equal ones first, then between them pairs that are alike, in order.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from .describing import Line, Part, Word, parts

# Beyond these sizes nobody reads word by word, and matching would take long.
MOST_PAIRS = 90_000
MOST_LIKENESSES = 2_500
MOST_WORDS = 800


# Matching


def pairs(old: list, new: list, alike: Callable) -> list[tuple]:
    """Old and new items in reading order, each with the one that it became, or None. Equal ones are matched first, and
    between them those that are alike."""
    found = []
    if len(old) * len(new) > MOST_PAIRS:
        return [(item, None) for item in old] + [(None, item) for item in new]
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            found += zip(old[i:j], new[k:m], strict=True)
        else:
            found += _alike_pairs(old[i:j], new[k:m], alike)
    return found


def _alike_pairs(old: list, new: list, alike: Callable) -> list[tuple]:
    """The pairs in order that are alike most, all in all; the others on their own."""
    if len(old) * len(new) > MOST_LIKENESSES:
        return [(item, None) for item in old] + [(None, item) for item in new]
    worth = [[alike(a, b) for b in new] for a in old]
    best = [[0.0] * (len(new) + 1) for _row in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + worth[i][j])
    found, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if worth[i][j] and best[i][j] == best[i + 1][j + 1] + worth[i][j]:
            found.append((old[i], new[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            found.append((old[i], None))
            i += 1
        else:
            found.append((None, new[j]))
            j += 1
    return found + [(item, None) for item in old[i:]] + [(None, item) for item in new[j:]]


def _alike_lines(a: Line, b: Line) -> float:
    return _likeness([word.text.strip() for word in a.words], [word.text.strip() for word in b.words], 0.4)


def _alike_parts(a: Part, b: Part) -> float:
    if a.model is not b.model:
        return 0
    # Of two blocks of one kind in one place, one most often became the other.
    return max(_likeness(str(a).split(), str(b).split(), 0.2), 0.01)


def _likeness(a: list[str], b: list[str], least: float) -> float:
    """The share of words that both have, whatever their order: quick also where words repeat."""
    ratio = SequenceMatcher(a=a, b=b, autojunk=False).quick_ratio()
    return ratio if ratio >= least else 0


# The result


@dataclass(frozen=True)
class Run:
    """Words in a row that look alike and share one fate: `same`, `out` or `in`."""

    fate: str
    word: Word
    text: str


@dataclass(frozen=True)
class Row:
    """One line of a comparison: its words as they were and as they are, in one line and side by side."""

    kind: str
    runs: tuple[Run, ...]

    @property
    def old(self) -> list[Run]:
        return [run for run in self.runs if run.fate != "in"]

    @property
    def new(self) -> list[Run]:
        return [run for run in self.runs if run.fate != "out"]

    @property
    def is_changed(self) -> bool:
        return any(run.fate != "same" for run in self.runs)


@dataclass(frozen=True)
class FieldChange:
    name: str
    label: str
    language: str
    rows: list[Row]

    @property
    def has_old(self) -> bool:
        return any(row.old for row in self.rows)

    @property
    def has_new(self) -> bool:
        return any(row.new for row in self.rows)


@dataclass
class Change:
    """What became of a part: `same`, `changed`, `added`, `removed` or `moved`."""

    kind: str
    old: Part | None
    new: Part | None
    fields: list[FieldChange] = field(default_factory=list)

    @property
    def name(self) -> str:
        return (self.new or self.old).name

    @property
    def beginning(self) -> str:
        """Enough of its words to know it by."""
        words = str(self.new or self.old).split()
        return " ".join(words[:8]) + (" …" if len(words) > 8 else "")


class Comparison:
    """What changed from one list of parts to another."""

    def __init__(self, old: list[Part], new: list[Part]):
        matched = [(old[0], new[0]), *pairs(old[1:], new[1:], _alike_parts)]
        self.changes = [self._change(a, b) for a, b in matched]
        self._find_moved()

    @staticmethod
    def _change(old, new) -> Change:
        if old == new:
            return Change("same", old, new)
        kind = "changed" if old and new else "added" if new else "removed"
        return Change(kind, old, new, field_changes(old, new))

    def _find_moved(self):
        """What is gone in one place and stands unchanged in another was moved."""
        removed = [change for change in self.changes if change.kind == "removed"]
        for change in [change for change in self.changes if change.kind == "added"]:
            origin = next((each for each in removed if each.old == change.new), None)
            if origin:
                removed.remove(origin)
                self.changes.remove(origin)
                change.kind, change.old, change.fields = "moved", origin.old, []

    @property
    def is_empty(self) -> bool:
        return all(change.kind == "same" for change in self.changes)

    def counts(self) -> list[tuple[str, int]]:
        """How many parts met which fate, fates that none met left out."""
        kinds = [change.kind for change in self.changes]
        return [(kind, kinds.count(kind)) for kind in ("changed", "added", "removed", "moved") if kind in kinds]

    def groups(self) -> list[tuple[bool, list[Change]]]:
        """The changes in reading order, those in a row that are the same taken together."""
        found: list[tuple[bool, list[Change]]] = []
        for change in self.changes:
            is_same = change.kind == "same"
            if found and found[-1][0] and is_same:
                found[-1][1].append(change)
            else:
                found.append((is_same, [change]))
        return found


def field_changes(old: Part | None, new: Part | None) -> list[FieldChange]:
    """The fields of a part that differ, in the order of the form."""
    before = {each.name: each for each in (old.fields if old else ())}
    after = {each.name: each for each in (new.fields if new else ())}
    found = []
    for name in dict.fromkeys([*after, *before]):
        was, now = before.get(name), after.get(name)
        if was != now:
            field = now or was
            lines = [list(each.lines) if each else [] for each in (was, now)]
            found.append(FieldChange(name, field.label, field.language, rows(*lines)))
    return found


def rows(old: list[Line], new: list[Line]) -> list[Row]:
    return [_row(a, b) for a, b in pairs(old, new, _alike_lines)]


def _row(old: Line | None, new: Line | None) -> Row:
    if old is None or new is None:
        return Row((old or new).kind, tuple(_runs("out" if old else "in", (old or new).words)))
    if old == new:
        return Row(new.kind, tuple(_runs("same", new.words)))
    a, b = list(old.words), list(new.words)
    if old.kind != new.kind or len(a) + len(b) > MOST_WORDS:
        return Row(new.kind, (*_runs("out", a), *_runs("in", b)))
    # A word is the same whatever space comes after it.
    bare = [[Word(w.text.strip(), w.is_strong, w.is_emphasised, w.href) for w in words] for words in (a, b)]
    runs = []
    for tag, i, j, k, m in SequenceMatcher(a=bare[0], b=bare[1], autojunk=False).get_opcodes():
        if tag == "equal":
            runs += _runs("same", b[k:m])
        else:
            runs += [*_runs("out", a[i:j]), *_runs("in", b[k:m])]
    return Row(new.kind, tuple(runs))


def _runs(fate: str, words) -> Iterator[Run]:
    """Words that follow each other with the same look as one run."""
    run: list[Word] = []
    for word in words:
        if run and (word.is_strong, word.is_emphasised, word.href) != (
            run[0].is_strong,
            run[0].is_emphasised,
            run[0].href,
        ):
            yield Run(fate, run[0], "".join(each.text for each in run))
            run = []
        run.append(word)
    if run:
        yield Run(fate, run[0], "".join(each.text for each in run))


def between(old, new) -> Comparison:
    """What changed from one edition to another."""
    return Comparison(parts(old), parts(new))
