"""The index itself: which entries answer a query, best first.

BM25F over title, other names, summary and body. Each word of a query stands for the words of the content that it may
mean: the same stem, one spelt without its marks, longer and shorter compounds, what editors say means the same, and
only where there is none of these, what is misspelt by a letter or two. An entry counts for as much as it answers of
the query. Everything is bounded by the length of the query, and nothing of it is kept.
"""

import math
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from digitalchikane.plain import one_line

from .aliases import Alias, Aliases, Asked, Span
from .entries import Entry, Kind, Passage
from .words import LONGEST, as_written, forms, is_stop_word, key, key_of_content, loose, sound, tokens
from .words import fold as folded

MOST_CHARACTERS = 200
MOST_TERMS = 12
MOST_HITS = 40
# How many results come before the groups, and how many of them from one page.
BEST, BEST_OF_ONE_PAGE, MOST_OF_ONE_PAGE = 3, 1, 4
# Results that are this much weaker than the best one are left out.
WEAKEST = 0.08

TITLE, ALSO, SUMMARY, BODY, PAGE_TITLE = 5.0, 4.0, 2.0, 1.0, 1.2
SATURATION = 2.0
# How far the length of a field counts against it.
SHORT_FIELD, LONG_FIELD = 0.35, 0.6
# What a way of meaning a word is worth against the word itself.
LOOSE, ALIAS, MISSPELT, SPLIT, BEGINS, SHORTER, ENDS, CONTAINS = 0.9, 0.85, 0.75, 0.6, 0.5, 0.5, 0.5, 0.4
MOST_GUESSES = 3
LONG_WORD = 9
# What a stem may have left at its end that the same word does not have elsewhere.
ENDINGS = {
    *("e", "s", "t", "n", "d", "r", "en", "et", "er", "es", "ne", "te", "de", "ed", "ere", "end", "ende", "ig", "lig"),
    *("ing", "ning", "else", "hed", "bar", "som", "skab", "ly", "ness", "ment", "al", "ion", "ation", "able"),
}
# How much an entry loses that answers only part of a query, and gains whose title is all answered.
COVERAGE, WHOLE_TITLE = 0.4, 0.5
# How far an entry is lifted to which the words of the query are said to lead.
LEAD, LEAD_POWER = 1.1, 0.7
LEAST_OF_DANGER = 0.7
# How much alike a query and a title must be, small words counted, for the one to be said to quote the other.
QUOTED = 0.35
# What readers look for is mostly what to do; what a fact says stands there as well.
PRIOR = {Kind.PHASE: 1.1, Kind.SUPPORT: 0.9, Kind.TERM: 0.9, Kind.PAGE: 0.85, Kind.FACT: 0.7}


@dataclass
class Term:
    """A word of a query, and what it may mean: keys of the content, one or several that must stand together, with
    what each is worth."""

    worth: float = 1.0
    means: dict[tuple[str, ...], float] = field(default_factory=dict)

    def add(self, keys: tuple[str, ...], worth: float):
        self.means[keys] = max(worth * self.worth, self.means.get(keys, 0))


@dataclass(frozen=True)
class Hit:
    entry: Entry
    score: float


@dataclass
class Answer:
    """What a query found."""

    hits: list[Hit] = field(default_factory=list)
    # Keys of the words to mark.
    marks: frozenset[str] = frozenset()
    # Words that were taken for others.
    taken_for: list[str] = field(default_factory=list)
    # What the query suggests of danger, as editors have it.
    dangers: list[Alias] = field(default_factory=list)
    has_words: bool = True
    is_cut: bool = False

    @property
    def best(self) -> list[Hit]:
        return self.hits[:BEST]

    @property
    def groups(self) -> list[tuple[Kind, list[Hit]]]:
        """The other results by kind, the kind with the best result first."""
        groups: dict[Kind, list[Hit]] = {}
        for hit in self.hits[BEST:]:
            groups.setdefault(hit.entry.kind, []).append(hit)
        return list(groups.items())


class Index:
    """All entries of one language."""

    def __init__(self, entries: list[Entry], aliases: Iterable[Alias], language: str):
        self.entries = entries
        self.language = language
        used = {passage.language for entry in entries for passage in _passages(entry)}
        # The reader's own first. A text without a translation is found by its own words.
        self.languages = [language, *sorted(used - {language})]
        # What a thing is also called leads to it, except in the glossary: there it is only explained.
        names = [Alias(tuple(each.also), leads_to=each.reference) for each in entries if each.kind != Kind.TERM]
        self.aliases = Aliases([*aliases, *(alias for alias in names if alias.words)])
        self.by_reference = {entry.reference: number for number, entry in enumerate(entries)}
        # Places and what the word is worth at each: as numbers side by side, an eighth of what pairs would take.
        self._postings: dict[str, tuple[array, array]] = {}
        self._idf: dict[str, float] = {}
        self._title_keys: list[frozenset[str]] = []
        # Every word of the titles, small ones too.
        self._titles: dict[str, set[int]] = defaultdict(set)
        self._title_lengths: list[int] = []
        self._read()
        self._arrange_vocabulary()

    def entry(self, reference: str) -> Entry | None:
        place = self.by_reference.get(reference)
        return None if place is None else self.entries[place]

    def other_words(self) -> dict[str, list[str]]:
        """By reference, the words that editors say lead to an entry, and its other names."""
        found: dict[str, list[str]] = {entry.reference: [each.text for each in entry.also] for entry in self.entries}
        for alias in self.aliases.aliases:
            if alias.leads_to in found:
                found[alias.leads_to] += [each.text for each in alias.words]
        return {reference: list(dict.fromkeys(words)) for reference, words in found.items() if words}

    # Building

    def _read(self):
        fields = [(_fields(entry), entry) for entry in self.entries]
        averages = Counter()
        read = []
        surfaces: dict[str, Counter] = defaultdict(Counter)
        for named, entry in fields:
            counted = {}
            for name, passages in named.items():
                counts = Counter()
                for passage in passages:
                    for word, _start in tokens(passage.text):
                        if is_stop_word(word, passage.language):
                            continue
                        for form in forms(word):
                            found = key_of_content(form, passage.language)
                            counts[found] += 1
                            surfaces[folded(form)][found, form] += 1
                counted[name] = counts
                averages[name] += sum(counts.values())
            read.append(counted)
            title_language = entry.title.language
            for word, _start in tokens(entry.title.text):
                self._titles[folded(word)].add(len(self._title_lengths))
            self._title_lengths.append(len({folded(word) for word, _start in tokens(entry.title.text)}))
            self._title_keys.append(
                frozenset(
                    key_of_content(forms(word)[0], title_language)
                    for word, _start in tokens(entry.title.text)
                    if not is_stop_word(word, title_language)
                )
            )
        number = max(len(read), 1)
        weights: dict[str, dict[int, float]] = defaultdict(dict)
        for place, counted in enumerate(read):
            for name, counts in counted.items():
                worth, against = FIELDS[name]
                length = sum(counts.values())
                average = averages[name] / number or 1
                scale = worth / (1 - against + against * length / average)
                for found, count in counts.items():
                    weights[found][place] = weights[found].get(place, 0) + scale * count
        for found, places in weights.items():
            idf = math.log(1 + (number - len(places) + 0.5) / (len(places) + 0.5))
            self._idf[found] = idf
            worth = array("d", (idf * weight / (SATURATION + weight) for weight in places.values()))
            self._postings[found] = array("I", places), worth
        # The word of the content behind each plain spelling, as it is mostly written.
        self._surfaces = {
            plain: max(seen.items(), key=lambda each: (each[1], each[0]))[0] for plain, seen in surfaces.items()
        }

    def _arrange_vocabulary(self):
        self._words = sorted(self._postings)
        # What people write counts as known, too.
        for plain, found in self.aliases.spellings.items():
            self._surfaces.setdefault(plain, found)
        self._known = self._postings.keys() | {found for found, _written in self.aliases.spellings.values()}
        self._spellings = sorted(each for each in self._surfaces if len(each) > 3)
        # One long text, so that words with a piece in common are found at once.
        self._text = "\n" + "\n".join(self._words) + "\n"
        self._starts, position = [], 1
        for word in self._words:
            self._starts.append(position)
            position += len(word) + 1
        self._loose: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            self._loose[loose(word)].append(word)
        self._sounds: dict[str, list[str]] = defaultdict(list)
        for spelling in self._spellings:
            self._sounds[sound(loose(spelling))].append(spelling)

    # Asking

    def ask(self, query: str) -> Answer:
        """What a query finds, best first."""
        text = one_line(query[: 4 * MOST_CHARACTERS])
        answer = Answer(is_cut=len(query) > MOST_CHARACTERS)
        asked = self._asked(text[:MOST_CHARACTERS])
        spans = [*self.aliases.found_in(asked), *self._spans_of_pairs(asked)]
        spans += self._spans_of_parts(asked, spans)
        answer.dangers = self.aliases.dangers_in(asked, spans)
        words = [each for each in asked if not each.is_stop_word]
        terms = self._terms(words)
        for span in spans:
            if not words or not all(span.stop_words):
                self._add_alias(terms, span)
        found = [term for term in terms.values() if term.means]
        scores = self._scores(found)
        # Before any is lifted, so that those lifted do not push the others out.
        least = WEAKEST * max(scores.values(), default=0.0)
        self._lead(scores, spans, terms)
        self._quoted(scores, asked)
        answer.hits = self._best(scores, least)
        answer.has_words = bool(words or spans or answer.hits)
        answer.marks = frozenset(one for term in found for keys in term.means for one in keys)
        answer.taken_for = list(dict.fromkeys(each.taken_for for each in words if each.taken_for))
        return answer

    def _asked(self, text: str) -> list[Asked]:
        """The words of a query. One that is known nowhere is taken apart, or taken for what it looks like."""
        asked, guesses = [], 0
        for word, _start in tokens(text):
            each = self._word(word)
            if each.is_stop_word or self._is_known(each):
                asked.append(each)
                continue
            guesses += 1
            if guesses <= MOST_TERMS:
                asked += self._guess(each)
        for place, each in enumerate(asked):
            each.place = place
        return asked

    def _word(self, word: str) -> Asked:
        word = as_written(word, self.language)
        keys = [tuple(dict.fromkeys(key(form, code) for code in self.languages)) for form in forms(word)]
        return Asked(word, folded(word)[:LONGEST], keys, is_stop_word(word, self.language))

    def _is_known(self, asked: Asked) -> bool:
        term = Term()
        for keys in asked.keys:
            for one in keys:
                self._related(term, one)
        return bool(term.means) or self.aliases.knows(asked)

    def _guess(self, asked: Asked) -> list[Asked]:
        """What a word may have been meant to be that nobody uses here: a compound, or a slip."""
        word = asked.folded
        if word.isdigit() or len(word) < 4:
            return [asked]
        spellings = self._slips(word, 1)
        if not spellings:
            if parts := self._split(word):
                return [self._word(part) for part in parts]
            spellings = self._sounds.get(sound(loose(word)), []) or (self._slips(word, 2) if len(word) > 6 else [])
        if not spellings:
            # At least what it begins or ends with.
            return [self._word(piece) for piece in self._ends_of(word)] or [asked]
        asked.keys = [tuple(dict.fromkeys(self._surfaces[spelling][0] for spelling in spellings[:MOST_GUESSES]))]
        asked.taken_for = self._surfaces[spellings[0]][1]
        asked.folded = spellings[0]
        asked.worth = MISSPELT
        return [asked]

    def _slips(self, word: str, edits: int) -> list[str]:
        """The words that are so many slips of a finger away. A slip seldom touches the first letter."""
        close = process.extract(word, self._spellings, scorer=OSA.distance, score_cutoff=edits, limit=20)
        rated = sorted((distance + (each[0] != word[0]), each) for each, distance, _place in close)
        return [each for distance, each in rated if distance == rated[0][0]]

    def _split(self, word: str) -> list[str]:
        """A compound that nobody uses here as two words that are used: "chikanemail"."""
        found = []
        for cut in range(3, len(word) - 2):
            tail = word[cut:]
            if not self._has(tail):
                continue
            # Danish joins words with a letter or two, or none.
            for link in ("", "s", "e", "es", "er"):
                head = word[: cut - len(link)]
                if len(head) >= 3 and word[:cut].endswith(link) and self._has(head):
                    found.append((min(len(head), len(tail)), [head, tail]))
                    break
        return max(found, default=(0, []))[1]

    def _ends_of(self, word: str) -> list[str]:
        """The longest word that an unknown one begins with, and the one that it ends with."""
        heads = (word[:length] for length in range(len(word) - 1, 4, -1))
        tails = (word[-length:] for length in range(len(word) - 1, 4, -1))
        return [found for pieces in (heads, tails) if (found := next(filter(self._has, pieces), ""))]

    def _has(self, piece: str) -> bool:
        """Whether a piece of a word is a word here."""
        if is_stop_word(piece, self.language):
            return False
        return piece in self._surfaces or any(key(piece, code) in self._known for code in self.languages)

    def _key_here(self, piece: str) -> str:
        """The key of a piece of a word in the content; nothing where only aliases have it."""
        found = self._surfaces.get(piece, ("", ""))[0]
        candidates = [found, *(key(piece, code) for code in self.languages)]
        return next((each for each in candidates if each in self._postings), "")

    def _terms(self, words: list[Asked]) -> dict[int, Term]:
        """What each word may mean. Of very many the commonest are left out: they say least."""
        if len(words) > MOST_TERMS:
            rarest = sorted(words, key=lambda each: -max(self._idf.get(one, 9.0) for one in each.keys[0]))[:MOST_TERMS]
            words = [each for each in words if each in rarest]
        terms = {}
        for each in words:
            term = terms[each.place] = Term(each.worth)
            for keys in each.keys:
                for one in keys:
                    self._related(term, one)
            # A compound is also about what its two words are about.
            if len(each.folded) >= LONG_WORD and (parts := self._split(each.folded)):
                pair = tuple(found for part in parts if (found := self._key_here(part)))
                if len(pair) == len(parts):
                    term.add(pair, SPLIT)
        for first, second in zip(words, words[1:], strict=False):
            self._joined(terms, first, second)
        return terms

    def _related(self, term: Term, one: str):
        """The word itself, however it is written, and words that it is a piece of."""
        if one in self._postings:
            term.add((one,), 1.0)
        for other in self._loose.get(loose(one), ()):
            term.add((other,), LOOSE)
        if one.isdigit() or len(one) < 3:
            return
        for other in self._beginning_with(one):
            term.add((other,), BEGINS)
        for length in range(max(3, len(one) - 4), len(one)):
            if one[length:] in ENDINGS and one[:length] in self._postings:
                term.add((one[:length],), SHORTER)
        if len(one) >= 4:
            for other in self._containing(one):
                term.add((other,), ENDS if other.endswith(one) else CONTAINS)

    def _beginning_with(self, one: str) -> list[str]:
        first = bisect_left(self._words, one)
        last = bisect_left(self._words, one + "\U0010ffff")
        return self._words[first:last]

    def _containing(self, one: str) -> list[str]:
        found, position = [], self._text.find(one)
        while position >= 0:
            number = bisect_right(self._starts, position) - 1
            found.append(self._words[number])
            position = self._text.find(one, self._starts[number] + len(self._words[number]))
        return found

    def _spans_of_pairs(self, asked: list[Asked]) -> list[Span]:
        """What aliases know of two words that are written as one elsewhere: "skærm billede"."""
        found = []
        for first, second in zip(asked, asked[1:], strict=False):
            if not (first.is_stop_word or second.is_stop_word):
                joined = self._word((first.word + second.word)[:LONGEST])
                for span in self.aliases.found_in([joined]):
                    found.append(Span(span.alias, [first.place, second.place], [False, False], span.means))
        return found

    def _spans_of_parts(self, asked: list[Asked], spans: list[Span]) -> list[Span]:
        """What aliases know of the words in a compound that they do not know itself: "bevissikring"."""
        known = {place for span in spans for place in span.places}
        found = []
        for each in asked:
            if each.place not in known and len(each.folded) >= LONG_WORD and not each.is_stop_word:
                for part in self._split(each.folded):
                    for span in self.aliases.found_in([self._word(part)]):
                        found.append(Span(span.alias, [each.place], [False], []))
        return found

    def _joined(self, terms: dict[int, Term], first: Asked, second: Asked):
        """Two words that the content writes as one: "ord blindhed"."""
        if second.place != first.place + 1:
            return
        for code in self.languages:
            one = key((first.word + second.word)[:LONGEST], code)
            for other in {one, *self._loose.get(loose(one), ())}:
                if other in self._postings and len(other) > 3:
                    terms[first.place].add((other,), LOOSE)
                    terms[second.place].add((other,), LOOSE)

    def _add_alias(self, terms: dict[int, Term], span: Span):
        """What editors say means the same as some words of the query."""
        content = [place for place, small in zip(span.places, span.stop_words, strict=True) if not small]
        for place in content or span.places[:1]:
            term = terms.setdefault(place, Term())
            for keys in span.means:
                if all(one in self._postings for one in keys):
                    term.add(keys, ALIAS)

    # Weighing

    def _scores(self, terms: list[Term]) -> dict[int, float]:
        scores: dict[int, float] = defaultdict(float)
        answered: dict[int, float] = defaultdict(float)
        in_title: dict[int, set[str]] = defaultdict(set)
        total = sum(self._importance(term) for term in terms)
        for term in terms:
            importance = self._importance(term)
            best: dict[int, tuple[float, tuple[str, ...]]] = {}
            for keys, worth in term.means.items():
                for place, score in self._matches(keys):
                    if score * worth > best.get(place, (0.0, ()))[0]:
                        best[place] = (score * worth, keys)
            for place, (score, keys) in best.items():
                scores[place] += score
                answered[place] += importance
                in_title[place].update(keys)
        for place in scores:
            share = answered[place] / total
            title = self._title_keys[place]
            of_title = len(title & in_title[place]) / len(title) if title else 0
            scores[place] *= (1 - COVERAGE + COVERAGE * share) * (1 + WHOLE_TITLE * of_title * share)
            scores[place] *= PRIOR.get(self.entries[place].kind, 1.0)
        return scores

    def _matches(self, keys: tuple[str, ...]) -> Iterable[tuple[int, float]]:
        if len(keys) == 1:
            return zip(*self._postings[keys[0]], strict=True)
        several = [dict(zip(*self._postings[one], strict=True)) for one in keys]
        places = set(several[0]).intersection(*several[1:])
        return [(place, sum(each[place] for each in several) / len(several)) for place in places]

    def _importance(self, term: Term) -> float:
        """How much a word says: a rare one more than one that stands everywhere."""
        return max((min(self._idf[one] for one in keys) * worth for keys, worth in term.means.items()), default=0.0)

    def _lead(self, scores: dict[int, float], spans: list[Span], terms: dict[int, Term]):
        """Where editors have said what certain words are about, that comes first: the more so, the more of the query
        those words are."""
        most = max(scores.values(), default=1.0)
        importance = {place: max(self._importance(term), 1.0) for place, term in terms.items() if term.means}
        total = sum(importance.values())
        for span in spans:
            place = self.by_reference.get(span.alias.leads_to)
            if place is not None:
                share = sum(importance.get(each, 0.0) for each in span.places) / total if total else 1.0
                # What is said of danger is never one thing among others.
                share = max(share, LEAST_OF_DANGER) if span.alias.is_danger else share
                scores[place] = scores.get(place, 0.0) + most * LEAD * share**LEAD_POWER

    def _quoted(self, scores: dict[int, float], asked: list[Asked]):
        """What is asked for nearly in the words of a title is meant, be they small words all."""
        words = {each.folded for each in asked}
        if len(words) < 3:
            return
        most = max(scores.values(), default=1.0)
        quoted = Counter(place for word in words for place in self._titles.get(word, ()))
        for place, count in quoted.items():
            alike = count * count / (len(words) * self._title_lengths[place])
            if count >= 3 and alike >= QUOTED:
                scores[place] = scores.get(place, 0.0) + most * min(1.0, 2 * alike)

    def _best(self, scores: dict[int, float], least: float) -> list[Hit]:
        # Sorted by all that matters, so that no database has a say in it.
        ordered = sorted(scores, key=lambda place: (-scores[place], self.entries[place].reference))
        best, others = [], []
        of_page = Counter()
        for place in ordered:
            if scores[place] < least or len(best) + len(others) == MOST_HITS:
                break
            hit = Hit(self.entries[place], scores[place])
            whole = hit.entry.whole
            if of_page[whole] == MOST_OF_ONE_PAGE:
                continue
            of_page[whole] += 1
            (best if of_page[whole] <= BEST_OF_ONE_PAGE and len(best) < BEST else others).append(hit)
        return best + others

    # Without a result

    def nearest(self, query: str, limit: int = 5) -> list[Entry]:
        """Entries whose names look most like a query that found nothing."""
        text = loose(folded(one_line(query[:MOST_CHARACTERS]).lower()))
        if len(text) < 3:
            return []
        names = {number: loose(folded(entry.title.text.lower())) for number, entry in enumerate(self.entries)}
        scored = process.extract(text, names, scorer=_alike, score_cutoff=0.4, limit=limit)
        return [self.entries[number] for _name, _score, number in scored]


def _alike(query: str, name: str, **_options) -> float:
    """How much a name has of the pairs of letters of a query."""
    pairs = {query[i : i + 2] for i in range(len(query) - 1)}
    return len(pairs & {name[i : i + 2] for i in range(len(name) - 1)}) / max(len(pairs), 1)


def _fields(entry: Entry) -> dict[str, list[Passage]]:
    return {
        "title": [entry.title],
        "also": entry.also,
        "page": [entry.page] if entry.page else [],
        "summary": [entry.summary] if entry.summary else [],
        "body": entry.body,
    }


def _passages(entry: Entry) -> Iterable[Passage]:
    return (passage for passages in _fields(entry).values() for passage in passages)


FIELDS = {
    "title": (TITLE, SHORT_FIELD),
    "also": (ALSO, SHORT_FIELD),
    "page": (PAGE_TITLE, SHORT_FIELD),
    "summary": (SUMMARY, LONG_FIELD),
    "body": (BODY, LONG_FIELD),
}
