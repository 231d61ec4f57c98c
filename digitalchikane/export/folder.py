"""The folder that the copy stands in: written aside, then put in place in one step."""

import ctypes
import errno
import os
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .crawl import ExportFailed
from .files import File

# Beside the pages, for whoever serves them; servers do not show names that begin with a dot.
ABOUT = ".export"
AT_FDCWD = -100
RENAME_EXCHANGE = 2
# Times of files are made of their content, within these four years, and say nothing else.
FIRST_TIME = 1_577_836_800
TIMES = 4 * 365 * 24 * 3600
# An export that was killed left its folder behind.
LEFT_BEHIND_SECONDS = 24 * 3600


def require_replaceable(folder: Path):
    """Never take the place of anything but an earlier copy."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ExportFailed(f"{folder} is not a folder.")
    if folder.exists() and any(folder.iterdir()) and not (folder / ABOUT).is_dir():
        raise ExportFailed(f"{folder} holds something else than a copy of the site. Choose a folder of its own.")
    if not folder.parent.is_dir():
        raise ExportFailed(f"There is no folder {folder.parent}.")


def put(folder: Path, files: dict[str, File], about: dict[str, str]):
    """Write the copy and put it in the place of the earlier one: a reader meets either of them whole."""
    require_replaceable(folder)
    _tidy(folder)
    aside = Path(tempfile.mkdtemp(prefix=_prefix(folder), dir=folder.parent))
    try:
        new = aside / "new"
        # Packing takes most of the time, and is done outside the interpreter's lock.
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            list(pool.map(lambda file: file.variants, files.values()))
        for name, file in sorted(files.items()):
            for ending, body in file.variants.items():
                _write(new / f"{name}{ending}", body, _time_of(file.digest))
        for name, text in sorted(about.items()):
            _write(new / name, text.encode(), FIRST_TIME)
        _make_readable(new)
        _swap(new, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _prefix(folder: Path) -> str:
    return f".{folder.name}."


def _tidy(folder: Path):
    for left in folder.parent.glob(f"{_prefix(folder)}*"):
        if left.is_dir() and time.time() - left.stat().st_mtime > LEFT_BEHIND_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _time_of(digest: str) -> int:
    """When a file was changed, as servers are told. The same content has the same time, and another content another
    one: nginx makes its ETag of time and length alone, and would else take “112” and “114” for the same page."""
    return FIRST_TIME + int(digest[:12], 16) % TIMES


def _write(file: Path, body: bytes, moment: int):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)
    os.utime(file, (moment, moment))


def _make_readable(folder: Path):
    """For the server, who is another user; folders have one time as well."""
    for path, _folders, names in os.walk(folder, topdown=False):
        for name in names:
            os.chmod(Path(path) / name, 0o644)
        os.chmod(path, 0o755)  # noqa: S103 - it is what everybody may read
        os.utime(path, (FIRST_TIME, FIRST_TIME))


def _swap(new: Path, folder: Path):
    if not folder.exists():
        new.rename(folder)
        return
    libc = ctypes.CDLL(None, use_errno=True)
    exchange = getattr(libc, "renameat2", None)
    if exchange is None or exchange(AT_FDCWD, bytes(new), AT_FDCWD, bytes(folder), RENAME_EXCHANGE) != 0:
        number = ctypes.get_errno()
        if exchange is not None and number in (errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EPERM):
            raise ExportFailed(f"{folder} cannot be replaced ({os.strerror(number)}): choose a folder inside it.")
        # A file system that cannot exchange two folders: for a moment there is none.
        folder.rename(new.parent / "old")
        new.rename(folder)
