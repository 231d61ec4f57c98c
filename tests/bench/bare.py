"""The least a Python server can do: gunicorn hands out bytes it was given. What the site is measured against.

BENCH_PAGES names a file made by `keep`: for each path the headers and the body that the site itself sent.
"""

import os
import pickle
from pathlib import Path


def keep(file: Path, pages: dict[str, tuple[list[tuple[str, str]], bytes]]):
    file.write_bytes(pickle.dumps(pages))


def pages() -> dict[str, tuple[list[tuple[str, str]], bytes]]:
    # Written a moment ago by the benchmark itself.
    return pickle.loads(Path(os.environ["BENCH_PAGES"]).read_bytes())  # noqa: S301


PAGES = pages() if "BENCH_PAGES" in os.environ else {}


def application(environ, start_response):
    headers, body = PAGES[environ["PATH_INFO"]]
    start_response("200 OK", headers)
    return [body]
