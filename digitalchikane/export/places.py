"""Where an answer is kept as a file, and at which address it is found from then on."""

import mimetypes
import re
from dataclasses import dataclass

# By type: what is named here keeps its name on every machine.
ENDINGS = {
    "text/html": ".html",
    "text/plain": ".txt",
    "application/pdf": ".pdf",
    "text/calendar": ".ics",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}


@dataclass(frozen=True)
class Place:
    """A file below the folder, and the address that leads to it."""

    file: str
    address: str


def place(address: str, type: str, disposition: str = "") -> Place:
    """The place of an answer.

    Files know nothing of what stands behind a question mark, so it becomes part of the path. And a server tells from
    its name what a file is, so what is no page gets a name with an ending.
    """
    path, _mark, query = address.partition("?")
    if query:
        path = _with_query(path, query)
    if not path.endswith("/"):
        return Place(path.lstrip("/"), path)
    if type == "text/html" and "attachment" not in disposition:
        return Place(f"{path.lstrip('/')}index.html", path)
    # The page it belongs to names it: /hele-vejledningen/pdf/ holds hele-vejledningen.pdf.
    *_above, owner, _last = ["", *path.strip("/").split("/")]
    name = (owner or "fil") + (ENDINGS.get(type) or mimetypes.guess_extension(type) or "")
    return Place(f"{path.lstrip('/')}{name}", f"{path}{name}")


def _with_query(path: str, query: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", query.lower()).strip("-")
    if path.endswith("/"):
        return f"{path}{words}/"
    stem, dot, ending = path.rpartition(".")
    return f"{stem}-{words}{dot}{ending}" if dot else f"{path}-{words}"
