"""How well and how fast search answers: python -m tests.bench.search

Asks every query of queries.toml of the shipped content and prints, for each list, how often the answer is first and
among the first three, what was missed, the time a query takes, and what the index costs. With DJANGO_DATA_DIR it uses
the database there; otherwise it makes one, which takes half a minute.
"""

import os
import statistics
import sys
import time
import tomllib
from pathlib import Path

FIRST = 3


def lists() -> dict[str, list[list[str]]]:
    return tomllib.loads(Path(__file__).with_name("queries.toml").read_text(encoding="utf-8"))


def language_of(name: str) -> str:
    """The language that a list of queries is asked in."""
    return "en" if name.startswith("en") else "da"


def rank(index, query: str, expected: list[str]) -> int:
    """Where the first right answer stands among the results, from one; 0 where there is none."""
    for place, hit in enumerate(index.ask(query).hits, start=1):
        reference = hit.entry.reference
        if reference in expected or reference.partition("#")[0] in expected:
            return place
    return 0


def measured(index, rows: list[list[str]]) -> tuple[list[int], list[float]]:
    """Rank of each query, and the seconds of work it took, whatever else the machine does."""
    ranks, seconds = [], []
    for query, *expected in rows:
        begun = time.thread_time()
        index.ask(query)
        seconds.append(time.thread_time() - begun)
        ranks.append(rank(index, query, expected))
    return ranks, seconds


def share(ranks: list[int], within: int) -> float:
    return sum(0 < each <= within for each in ranks) / len(ranks)


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_content", verbosity=0)
    import tracemalloc

    from guides.search import index_for, kept

    for language in ("da", "en"):
        begun = time.process_time()
        index = index_for(language)
        built = time.process_time() - begun
        kept.forget()
        tracemalloc.start()
        index_for(language)
        kilobytes = tracemalloc.get_traced_memory()[0] // 1024
        tracemalloc.stop()
        print(f"{language}: {len(index.entries)} entries, built in {built:.2f} s, {kilobytes:,} kB")
    missed = []
    for name, rows in lists().items():
        index = index_for(language_of(name))
        ranks, seconds = measured(index, rows)
        seconds.sort()
        print(
            f"{name:9} {len(rows):4} queries  first {share(ranks, 1):6.1%}  within {FIRST} {share(ranks, FIRST):6.1%}  "
            f"median {1000 * statistics.median(seconds):.1f} ms  p99 {1000 * seconds[int(0.99 * len(seconds))]:.1f} ms"
        )
        missed += [(name, row, place) for row, place in zip(rows, ranks, strict=True) if not 0 < place <= FIRST]
    for name, (query, *expected), place in missed:
        index = index_for(language_of(name))
        got = [hit.entry.reference for hit in index.ask(query).hits[:FIRST]]
        print(f"\nmissed ({name}): {query}")
        print(f"  wanted {', '.join(expected)}: place {place or 'none'}")
        print(f"  got {', '.join(got)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
