"""What means the same: the words that people use, and those that the content uses, as editors keep them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from .entries import Passage
from .words import fold, forms, is_stop_word, key_of_content, loose, tokens

# Shorter than this, a word of danger is not looked for inside longer ones.
SHORTEST_INSIDE = 5
# A phrase of so many words is recognised with another word in it.
LONG_PHRASE = 3


@dataclass(frozen=True)
class Alias:
    """Words that mean the same, and what they find besides each other."""

    words: tuple[Passage, ...]
    finds: tuple[Passage, ...] = ()
    leads_to: str = ""
    is_danger: bool = False


@dataclass
class Asked:
    """A word of a query: as it was written, plain, and what it is looked up by, in each of its forms."""

    word: str
    folded: str
    keys: list[tuple[str, ...]]
    is_stop_word: bool
    place: int = 0
    # What it is worth, and for which word it was taken, where it is no word that is used here.
    worth: float = 1.0
    taken_for: str = ""
    # The words of aliases that it is.
    same: frozenset[str] = frozenset()


@dataclass
class Span:
    """Words of a query that an alias knows."""

    alias: Alias
    places: list[int]
    stop_words: list[bool]
    means: list[tuple[str, ...]] = field(default_factory=list)


class Aliases:
    """Every row, found by the words in it."""

    def __init__(self, aliases: Iterable[Alias]):
        self.aliases = list(aliases)
        # By plain spelling, the key of a word and the word as it is written.
        self.spellings: dict[str, tuple[str, str]] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], bool, Alias]]] = defaultdict(list)
        self._loose: dict[str, set[str]] = defaultdict(set)
        self._means: dict[int, list[tuple[str, ...]]] = {}
        self._dangers: dict[str, Alias] = {}
        for alias in self.aliases:
            self._add(alias)

    def _add(self, alias: Alias):
        means = {}
        for passage in alias.words:
            phrase, is_exact, content = self._phrase(passage)
            for one in dict.fromkeys(phrase):
                self._phrases[one].append((phrase, is_exact, alias))
            # Of what is written in several words, each means something else by itself.
            if len(content) == len(phrase) == 1:
                means[content] = None
                if alias.is_danger and len(phrase[0]) >= SHORTEST_INSIDE:
                    self._dangers.setdefault(phrase[0], alias)
        for passage in alias.finds:
            _phrase, _is_exact, content = self._phrase(passage)
            if content:
                means[content] = None
        self._means[id(alias)] = list(means)

    def _phrase(self, passage: Passage) -> tuple[tuple[str, ...], bool, tuple[str, ...]]:
        """What a phrase is recognised by, whether small words are part of that, and what it says without them. A phrase
        with one word of content needs its small words too: "slår mig" is not "slår op"."""
        words = [word for word, _start in tokens(passage.text)]
        keys = {}
        for word in words:
            keys[word] = one = key_of_content(forms(word)[0], passage.language)
            self.spellings.setdefault(fold(word), (one, word))
            self._loose[loose(one)].add(one)
        content = [word for word in words if not is_stop_word(word, passage.language)]
        is_exact = len(content) < min(2, len(words))
        return tuple(keys[word] for word in (words if is_exact else content)), is_exact, tuple(keys[w] for w in content)

    def knows(self, asked: Asked) -> bool:
        return bool(self._same(asked))

    def _same(self, asked: Asked) -> frozenset[str]:
        keys = {one for keys in asked.keys[:1] for one in keys}
        found = {other for one in keys for other in self._loose.get(loose(one), ())}
        if asked.folded in self.spellings:
            found.add(self.spellings[asked.folded][0])
        return frozenset(found)

    def found_in(self, asked: list[Asked]) -> list[Span]:
        """Every phrase of an alias that stands in a query, in any order of its words; of each alias the longest."""
        for each in asked:
            each.same = self._same(each)
        content = [each for each in asked if not each.is_stop_word]
        found: list[Span] = []
        for sequence, exact in ((content, False), (asked, True)):
            for start, first in enumerate(sequence):
                for phrase, is_exact, alias in (
                    row for one in sorted(first.same) for row in self._phrases.get(one, ())
                ):
                    if is_exact != exact:
                        continue
                    # A word may come in between: "tage sit eget liv".
                    between = len(phrase) >= LONG_PHRASE
                    if stretch := _said(phrase, sequence[start : start + len(phrase) + between]):
                        places = [each.place for each in stretch]
                        stops = [each.is_stop_word for each in stretch]
                        found.append(Span(alias, places, stops, self._means[id(alias)]))
        found.sort(key=lambda span: (-len(span.places), span.places))
        kept: list[Span] = []
        for span in found:
            if not any(span.alias is each.alias and set(span.places) <= set(each.places) for each in kept):
                kept.append(span)
        return kept

    def dangers_in(self, asked: list[Asked], spans: list[Span]) -> list[Alias]:
        """What a query suggests of danger, also inside longer words."""
        found = [span.alias for span in spans if span.alias.is_danger]
        for each in asked:
            for one, alias in self._dangers.items():
                begun = any(
                    len(word) > SHORTEST_INSIDE and one.startswith(word) for word in (each.folded, each.keys[0][0])
                )
                if begun or one in each.keys[0][0] or one in each.folded:
                    found.append(alias)
        return list({id(alias): alias for alias in found}.values())


def _said(phrase: tuple[str, ...], stretch: list[Asked]) -> list[Asked]:
    """The words of a phrase among some words of a query, each once, in any order, since subordinate clauses turn them
    round; nothing where one is missing."""
    left, found = list(stretch), []
    for one in phrase:
        said = next((each for each in left if one in each.same), None)
        if said is None:
            return []
        left.remove(said)
        found.append(said)
    return sorted(found, key=lambda each: each.place)
