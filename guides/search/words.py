"""Words as search compares them: stemmed in their own language first, then folded to plain letters.

The stem comes first because the stemmer knows æ, ø and å; folded afterwards, "skærmbilleder" and "skaermbillede" are
one. What a reader types is never remembered: only words of the content are kept between calls.
"""

import re
import threading
import unicodedata
from collections.abc import Callable
from functools import cache

from django.utils.translation import get_language_info

LONGEST = 40
WORD = re.compile(r"§|[^\W_]+(?:[-.'’&+][^\W_]+)*")
INNER = re.compile(r"[-.'’&+]")
LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ß": "ss", "ð": "d", "þ": "th"})
# ǿ and the like are taken apart into a letter and its mark; ø has no mark to take off.
MARKS = re.compile(r"[\u0300-\u036f]")
# Spellings that sound alike, so that somebody who writes by ear is understood.
SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in [
        (r"sch|sj|sh|ch(?=i)|tj|ti(?=on)", "S"),
        (r"ph", "f"),
        (r"hv|w", "v"),
        (r"hj", "j"),
        (r"[cq]", "k"),
        (r"x", "ks"),
        (r"z", "s"),
        (r"(?<=[nlr])d(?!r)", ""),
        (r"g(?=t|s|$)", ""),
        (r"y", "i"),
        (r"(.)\1+", r"\1"),
    ]
]
# As it is said in many places, and so as it is written in a hurry.
SPOKEN = {
    "da": {
        "a": "jeg",
        "blir": "bliver",
        "bli": "blive",
        "di": "de",
        "dæ": "dig",
        "eg": "jeg",
        "ha": "har",
        "hva": "hvad",
        "hvormange": "mange",
        "ik": "ikke",
        "ikk": "ikke",
        "ka": "kan",
        "ku": "kunne",
        "mæ": "mig",
        "noen": "nogen",
        "nåen": "nogen",
        "sku": "skulle",
        "te": "til",
        "ve": "ved",
        "å": "at",
        "æ": "jeg",
    }
}
STOP_WORDS = {
    "da": """
        ad af aldrig alle alt altså anden andet andre at bare begge blev blive bliver blevet da de dem den denne der
        deres det dette dig din dine disse dit dog du eller en end endnu enhver er et få får fået fik for fordi fra før
        gør gøre gjort gjorde ham han hans har havde have haft hende hendes her hos hun hvad hvem hver hvilke hvilken
        hvis hvor hvordan hvorfor hvornår i ikke ind ingen intet ja jeg jer jeres jo kan kom komme kommer kun kunne lad
        lige lidt man mange med meget men mere mig min mine mit mod må måske måtte nej ned noget nogen nogle nok nu når
        nået ny nye o og også om op os over på sagt sammen se selv ser ses sig sige siger sin sine sit skal skulle som
        så sådan thi til ud uden under var ved vel vi vil ville vor vore vores være været igen ligesom hej tak
        nogensinde efter mod omkring hen gennem ligger ligge imod inden bag gerne helt godt god gode bedst bedre fx
        gang gange ting får fx bl mht ift jf osv hvilket lave laver andres
        går gik tror synes mener håber prøve prøver bruge bruger finde finder rigtig rigtigt virkelig faktisk egentlig
        altid spørgsmål måde info information tager tage taget kommet ens sker sket ske hver del dele ellers inde ude
        tyvende
    """,
    "en": """
        a about after all also am an and any are as at be because been before being but by can could did do does doing
        done for from get gets getting got had has have having he her hers him his how i if in into is it its just me
        more most my no nor not now of off on one only or other our out over own please same she should so some such
        than that the their them then there these they this those to too under until up us very was we were what when
        where which while who whom why will with would you your
    """,
}


def fold(word: str) -> str:
    """Plain letters: æ, ø and å as they are written without them, other marks taken off."""
    word = unicodedata.normalize("NFC", word).translate(LETTERS)
    return word if word.isascii() else MARKS.sub("", unicodedata.normalize("NFKD", word))


def loose(folded: str) -> str:
    """The same word for those who leave the marks out or do not double a letter: "skarmbilede"."""
    folded = folded.replace("ae", "a").replace("oe", "o").replace("aa", "a")
    return re.sub(r"(\D)\1+", r"\1", folded)


def sound(folded: str) -> str:
    """Roughly what a word sounds like."""
    for pattern, replacement in SOUNDS:
        folded = pattern.sub(replacement, folded)
    return folded


def tokens(text: str) -> list[tuple[str, int]]:
    """The words of a text in lower case, each with where it begins."""
    text = unicodedata.normalize("NFC", text).lower()
    return [(match.group(), match.start()) for match in WORD.finditer(text)]


def forms(word: str) -> list[str]:
    """A word in one piece and, where it is joined by a hyphen, a dot or an apostrophe, its pieces: "e-mail"."""
    word = word[: 2 * LONGEST]
    pieces = INNER.split(word)
    if len(pieces) == 1:
        return [word[:LONGEST]]
    return ["".join(pieces)[:LONGEST], *(piece[:LONGEST] for piece in pieces if len(piece) > 1 or piece.isdigit())]


def key(word: str, language: str) -> str:
    """What a word is looked up by."""
    return fold(_own(_stemmer(language)(word), language))


@cache
def key_of_content(word: str, language: str) -> str:
    """The same, remembered: for the words of the content, of which there is an end."""
    return key(word, language)


def as_written(word: str, language: str) -> str:
    """A word as it is mostly spelt, where it was written as it is said."""
    return SPOKEN.get(language, {}).get(word, word)


def is_stop_word(word: str, language: str) -> bool:
    return fold(word) in STOP.get(language, ())


def _stemmer(language: str) -> Callable[[str], str]:
    """The stemmer of a language; where there is none, a word stands for itself."""
    # One for each thread: a stemmer keeps in itself the word that it works on.
    stemmers = _of_thread.__dict__.setdefault("stemmers", {})
    if language not in stemmers:
        # Here, as only searches need it: the stemmers of all languages come with it.
        import snowballstemmer

        name = get_language_info(language)["name"].lower()
        there = name in snowballstemmer.algorithms()
        stemmers[language] = snowballstemmer.stemmer(name).stemWord if there else str
    return stemmers[language]


def _own(stem: str, language: str) -> str:
    """What the Danish stemmer leaves apart: trussel and trusler, afpresning and afpresse."""
    if language != "da" or len(stem) < 5:
        return stem
    if stem.endswith("ing") and len(stem) >= 6:
        stem = stem[:-3]
        if stem.endswith("n") and len(stem) > 4 and stem[-2] not in VOWELS:
            stem = stem[:-1]
        return _undoubled(stem)
    if stem.endswith("el") and stem[-3] not in VOWELS:
        return _undoubled(stem[:-2]) + "l"
    return stem


def _undoubled(stem: str) -> str:
    return stem[:-1] if len(stem) > 3 and stem[-1] == stem[-2] else stem


VOWELS = "aeiouyæøå"
_of_thread = threading.local()
STOP = {language: {fold(word) for word in words.split()} for language, words in STOP_WORDS.items()}
