"""Records as an update meets them: the shipped content of now beside what was kept of the last one."""

import hashlib
import json
from pathlib import Path

from ..models import ShippedRecord
from . import values
from .values import Values

# Raised when files are to be read differently: then every record is looked at once more.
EDITION = 1


class BrokenFixture(Exception):
    """A file or a record that does not fit; the message names both."""


class Record(dict):
    """One record of a file, which knows where it stands and what was shipped of it before."""

    def __init__(self, data: dict, file: Path, kind: str, key: str, place: int = 0):
        super().__init__(data)
        self.file, self.kind, self.key, self.place = file, kind, key, place
        self.shipped: ShippedRecord | None = None
        # By part: what the file says now, and what is to be kept for the next update to compare with.
        self.theirs: dict = {}
        self.kept: dict = {}
        self.is_due = self.is_brought = self.is_refused = False
        # The parts of which something waits for an editor.
        self.waiting: set[str] = set()
        # The draft that was made of it, and what found no place in it.
        self.draft: int | None = None
        self.left: list = []

    def broken(self, reason: str) -> BrokenFixture:
        return BrokenFixture(f"{self.file.name}, {self.kind} “{self.key}”: {reason}")

    @property
    def is_new(self) -> bool:
        return self.shipped is None

    @property
    def fingerprint(self) -> str:
        written = json.dumps([EDITION, self.place, self], sort_keys=True, default=str)
        return hashlib.sha256(written.encode()).hexdigest()

    def normal(self, model, data: dict) -> Values:
        """Values of the file for a row of a model."""
        try:
            return values.normal(model, data)
        except values.UnknownField as error:
            raise self.broken(f"{model.__name__} has no field “{error}”.") from error

    def before(self, part: str, model) -> Values | None:
        """What was shipped before of a part; None where that was not kept."""
        kept = self.shipped.values
        return None if kept is None or part not in kept else values.unpack(model, kept[part])


def state_of(folder: Path) -> str:
    """A fingerprint of all files together: the same as last time means that there is nothing to do."""
    whole = hashlib.sha256(str(EDITION).encode())
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = file.read_bytes()
        whole.update(f"\n{file.relative_to(folder).as_posix()} {len(content)}\n".encode())
        whole.update(content)
    return whole.hexdigest()
