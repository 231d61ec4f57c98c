"""Pictures that editors upload: made anew in a few sizes (picturemaking.py), and kept under names made of what they
show. What was uploaded is never kept: a lie about the type, hidden data and the place it was taken go with it."""

import base64
import hashlib
import os
import re
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext

LARGEST_FILE = 15 * 1024 * 1024
WIDTHS = (480, 960, 1440)
# Raised when the same picture is to come out otherwise: a name stands for the same bytes for ever.
EDITION = 1
TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg", "png": "image/png"}
NAME = re.compile(r"(?P<digest>[0-9a-f]{32})-(?P<width>\d{1,4})x(?P<height>\d{1,4})\.(?P<fallback>jpg|png)")
FILE = re.compile(r"(?P<digest>[0-9a-f]{32})-(?P<width>\d{1,4})\.(?P<type>avif|webp|jpg|png)")

# One at a time in each worker: a large picture takes some hundred megabytes while it is read.
_making = threading.Lock()


class Refused(Exception):
    """A file that does not become a picture; the message says why, and what to do instead."""


@dataclass(frozen=True)
class Picture:
    """A picture by its name, such as `0a1b….-1440x960.jpg`: its sizes and addresses, read from nothing else, so that a
    page is whole even where the file is gone."""

    digest: str
    width: int
    height: int
    fallback: str

    @classmethod
    def named(cls, name: str) -> "Picture | None":
        match = NAME.fullmatch(name or "")
        if not match or not int(match["width"]) or not int(match["height"]):
            return None
        return cls(match["digest"], int(match["width"]), int(match["height"]), match["fallback"])

    @property
    def name(self) -> str:
        return f"{self.digest}-{self.width}x{self.height}.{self.fallback}"

    @property
    def sizes(self) -> list[tuple[int, int]]:
        widths = [*(width for width in WIDTHS if width < self.width), self.width]
        return [(width, max(1, round(self.height * width / self.width))) for width in widths]

    def file(self, width: int, kind: str) -> str:
        return f"{self.digest}-{width}.{kind}"

    @property
    def files(self) -> list[str]:
        return [self.file(width, kind) for width, _height in self.sizes for kind in ("avif", "webp", self.fallback)]

    def address(self, kind: str) -> str:
        """Of the size that suits most: what a browser takes that knows no better."""
        widths = [width for width, _height in self.sizes]
        return reverse("picture", args=[self.file(widths[min(1, len(widths) - 1)], kind)])

    def candidates(self, kind: str) -> str:
        """Every size with its width, for a browser to choose from."""
        return ", ".join(
            f"{reverse('picture', args=[self.file(width, kind)])} {width}w" for width, _height in self.sizes
        )

    @property
    def source(self) -> str:
        return self.address(self.fallback)

    @property
    def avif(self) -> str:
        return self.candidates("avif")

    @property
    def webp(self) -> str:
        return self.candidates("webp")

    @property
    def plain(self) -> str:
        return self.candidates(self.fallback)

    @property
    def exists(self) -> bool:
        return all((folder() / name).is_file() for name in self.files)

    def content(self, kind: str, most: int) -> bytes | None:
        """The largest size that takes at most so many bytes, for documents that carry it; None where it is gone."""
        for width, _height in reversed(self.sizes):
            path = folder() / self.file(width, kind)
            try:
                if path.stat().st_size <= most or width == self.sizes[0][0]:
                    return path.read_bytes()
            except OSError:
                continue
        return None

    @property
    def as_data(self) -> str:
        """The picture itself as an address, for a document that fetches nothing."""
        content = self.content("webp", 150_000)
        return f"data:image/webp;base64,{base64.b64encode(content).decode()}" if content else ""


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "pictures"


# From an upload to files


def store(file, size: int | None = None) -> Picture:
    """Make a picture of an upload and keep its sizes. Raises Refused."""
    # Here, as readers are shown pictures and never make one.
    from . import picturemaking

    if size is not None and size > LARGEST_FILE:
        values = {"size": filesizeformat(size), "most": filesizeformat(LARGEST_FILE)}
        raise Refused(
            gettext("The picture takes %(size)s; %(most)s is the most. Save it smaller, and try again.") % values
        )
    with _making:
        image = picturemaking.read(file)
        fallback = "png" if image.mode == "RGBA" else "jpg"
        seed = f"{EDITION} {image.mode} {image.width} {image.height} ".encode()
        digest = hashlib.sha256(seed + image.tobytes()).hexdigest()[:32]
        picture = Picture(digest, image.width, image.height, fallback)
        if not picture.exists:
            try:
                picturemaking.write(picture, image)
            except OSError as error:
                raise Refused(gettext("The picture could not be kept on the server. Try again later.")) from error
    return picture


def put(path: Path, content: bytes):
    """Write a file all at once: nobody ever reads half of it."""
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(unfinished, 0o644)
        os.replace(unfinished, path)
    except OSError:
        Path(unfinished).unlink(missing_ok=True)
        raise


# Cleaning up


def remove_unused(used: set[str], older_than_days: int = 7, most: int = 2000) -> int:
    """Delete files of pictures that no edition names, so many at a time; return how many. Young ones stay: somebody may
    be about to save the form they were uploaded with."""
    digests = {picture.digest for name in used if (picture := Picture.named(name))}
    limit, removed = time.time() - older_than_days * 24 * 60 * 60, 0
    for path in sorted(folder().glob("*")):
        match = FILE.fullmatch(path.name)
        is_unused = match["digest"] not in digests if match else path.name.endswith(".part")
        if is_unused and path.is_file() and path.stat().st_mtime < limit and removed < most:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
