"""`make bench`: how fast the site is and what it costs, in one table, beside the goals.

Rates are compared as ratios within one run that asks the servers by turns, so that they hold on any machine. The
second of two rates is what the first is measured against.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.services.deployment import ROOT

from .load import Measured, alternately, ratio
from .servers import all_of_them, ask

CONNECTIONS = (1, 16, 64)
# The first is the site as it is shipped.
PAGES = (0, 100, 1000)
# What is measured, against what, and the least ratio at 16 connections.
RATIOS = [
    ("site", "bare", "gunicorn alone, against bare gunicorn", 0.90),
    ("proxied", "files", "behind nginx, against nginx serving files", 0.65),
    ("exported", "files", "exported, against nginx serving files", 0.95),
]
# Those that are asked by turns, and how many times as often: what Python answers varies from one second to the next by
# what its threads happen to do, far more than what nginx answers.
TURNS = [(("site", "bare"), 3), (("proxied", "files", "exported"), 1)]
PHASE = "/faser/stop-chikanen/"


def main():
    parser = argparse.ArgumentParser(prog="make bench", description="How fast the site is and what it costs.")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--seconds", type=int, default=1)
    options = parser.parse_args()
    missing = [program for program in ("wrk", "nginx") if not shutil.which(program)]
    if missing:
        sys.exit(f"Missing: {' and '.join(missing)} (Debian: apt install {' '.join(missing)}).")
    with tempfile.TemporaryDirectory() as folder:
        # nginx's workers are not root.
        Path(folder).chmod(0o755)
        with all_of_them(Path(folder)) as started:
            speed(started.origins, options.rounds, options.seconds)
            costs(started)
        growth(Path(folder))


def speed(origins, rounds, seconds):
    row("Requests a second", *(f"{number} conn." for number in CONNECTIONS), "goal")
    runs = {number: {} for number in CONNECTIONS}
    for number in CONNECTIONS:
        for names, times in TURNS:
            runs[number] |= alternately({name: origins[name] for name in names}, number, seconds, rounds * times)
    found = {number: {name: Measured.middle(runs[number][name]) for name in origins} for number in CONNECTIONS}
    for name in origins:
        row(f"  {name}", *(f"{found[number][name].rate:,.0f}" for number in CONNECTIONS))
    row("Milliseconds, p50 / p99")
    for name in origins:
        row(f"  {name}", *(f"{found[number][name].p50:.1f} / {found[number][name].p99:.1f}" for number in CONNECTIONS))
    row("Ratios")
    for one, other, label, goal in RATIOS:
        ratios = [ratio(runs[number][one], runs[number][other]) for number in CONNECTIONS]
        row(
            f"  {label}", *(f"{ratio:.2f}" for ratio in ratios), f"{goal:.2f} {'' if min(ratios) >= goal else 'MISSED'}"
        )
    wrong = sum(measured.wrong for number in CONNECTIONS for measured in found[number].values())
    row("Answers that were none", wrong, "", "", "0")


def costs(started):
    row("Costs", "", "", "", "goal")
    held, share = max(started.site.memory())
    row("  memory of a worker, MB (its share)", f"{held:.0f}", f"({share:.0f})", "", "90")
    row("  cold start to first page, s", f"{started.cold_start:.1f}", "", "", "2.0")
    kilobytes, requests = weight(started.origins["site"])
    row("  a phase page with styles and scripts, KB", f"{kilobytes:.1f}", "", "", "40")
    row("  its requests", requests, "", "", "6")


def weight(origin: str) -> tuple[float, int]:
    """What a browser fetches for a phase page, packed with brotli."""
    page = ask(origin, PHASE, "br")[2]
    html = ask(origin, PHASE, "identity")[2].decode()
    files = set(re.findall(r'<(?:link|script|img)\b[^>]*?(?:src|href)="(/static/[^"]+)"', html))
    return (len(page) + sum(len(ask(origin, file, "br")[2]) for file in files)) / 1000, 1 + len(files)


def growth(folder: Path):
    row("With pages", "as shipped", *PAGES[1:], "goal")
    found = []
    for pages in PAGES:
        command = [sys.executable, "-m", "tests.bench.growth", str(folder / "data"), str(pages)]
        found.append(json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout))
    for name, label, goal in [
        ("first_ms", "  the first page after a change, ms of CPU", ""),
        ("first_queries", "  its queries", "15"),
        ("phase_ms", "  then a phase made from rows, ms of CPU", "5.0"),
        ("phase_queries", "  its queries", "15"),
        ("home_ms", "  the front page, ms of CPU", "5.0"),
        ("home_queries", "  its queries", "15"),
        ("memory_us", "  a page from memory, µs", "flat"),
        ("sitemap_ms", "  the sitemap, ms", "linear"),
    ]:
        row(label, *(f"{each[name]:.1f}".removesuffix(".0") for each in found), goal)


def row(label, *cells):
    print(f"{label:<44}" + "".join(f"{cell!s:>16}" for cell in cells).rstrip(), flush=True)


if __name__ == "__main__":
    main()
