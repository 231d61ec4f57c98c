"""PDF by Typst: tagged (PDF/UA-1), with our own fonts, the same bytes for the same content. Pictures as well.

A template in the language of Typst gets its content as JSON in `sys.inputs.data` and shows it with `text(value)`:
content is never put together into source.
"""

import hashlib
import json
import re
import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from django.conf import settings

from . import heap

# One making at a time in each worker: two at once take as long as one after the other. Few may wait for their turn, so
# that there are always threads left for those who read.
_making = threading.BoundedSemaphore(1)
_places = threading.BoundedSemaphore(3)
WAIT_SECONDS = 4
# Bytes of PDF, each of which takes fifty of memory to set, or more.
MOST_REMEMBERED = 256 * 1024
# As if so many: a query sets a page or two, and of itself lets nothing be forgotten.
OF_A_QUERY = 16 * 1024
KEPT_IN_MEMORY = 24
KEPT_ON_DISK = 300
# They are small, and there is one for each page and language.
PICTURES_ON_DISK = 2000

# What the fonts can show. Anything else would stop the making of a PDF that keeps the rules of PDF/UA.
PUNCTUATION = set("‐–—‘’‚“”„†•…‰‹›€™−×÷≈≤≥→←↑↓✓ ")
SCRIPTS = [(0x20, 0x7E), (0xA0, 0x17F), (0x386, 0x3CE), (0x400, 0x45F)]
# What nearly every text is made of: nothing in it to change but its spaces.
PLAIN = re.compile(r"[\s!-~¡-¬®-ſ–—’“”…]*")


class Busy(Exception):
    """Too many PDFs are being made at the moment."""


def printable(text: str) -> str:
    """A text with only what the fonts can show: no control characters, no emoji, no hidden marks of direction."""
    if PLAIN.fullmatch(text):
        return " ".join(text.split())
    kept = []
    for character in unicodedata.normalize("NFC", text).replace("\u2011", "-"):
        if character.isspace():
            kept.append(" ")
        elif character == "\u00ad" or unicodedata.category(character) in ("Cc", "Cf", "Cn", "Mn"):
            continue
        elif character in PUNCTUATION or any(low <= ord(character) <= high for low, high in SCRIPTS):
            kept.append(character)
    return " ".join("".join(kept).split())


def all_printable(data):
    """The same data with every text in it made printable."""
    if isinstance(data, str):
        return printable(data)
    if isinstance(data, dict):
        return {key: all_printable(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [all_printable(value) for value in data]
    return data


def _font_folders() -> list[Path]:
    import font_source_sans_pro
    import font_source_serif_pro

    return [Path(package.__file__).parent / "files" for package in (font_source_sans_pro, font_source_serif_pro)]


def font_file(name: str) -> str:
    """The file of one of the fonts that paper is set in, such as `SourceSansPro-Regular`."""
    return next(str(file) for folder in _font_folders() if (file := folder / f"{name}.otf").exists())


@cache
def _fonts():
    import typst

    folders = [str(folder) for folder in _font_folders()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def make(template: Path, data: dict) -> bytes:
    """Typeset the data. Raises Busy when so many are being made that a reader would wait for long."""
    with _turn():
        return _typeset(template, data)


@contextmanager
def _turn():
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        if not _making.acquire(timeout=WAIT_SECONDS):
            raise Busy
        try:
            yield
        finally:
            _making.release()
    finally:
        _places.release()


def _typeset(template: Path, data: dict) -> bytes:
    # A fixed time, so that the same content gives the same file.
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    content = _compiler(template, data).compile(format="pdf", pdf_standards=["ua-1"], timestamp=moment)
    _remember(len(content))
    return content


def _remember(size: int):
    """Typst keeps what it has set until it has set ten other things, which is a gigabyte after ten long documents. So
    now and then it sets nothing, as often as it takes."""
    global _remembered
    _remembered += size
    if _remembered < MOST_REMEMBERED:
        return
    _remembered = 0
    import typst

    for _time in range(11):
        typst.compile(b" ", format="svg", font_paths=_fonts())
    heap.give_back()


_remembered = 0


def _draw(template: Path, data: dict) -> bytes:
    """One page as a picture, a point to a pixel. In few colours, since there are few: a quarter of the bytes."""
    import io

    from PIL import Image

    drawn = Image.open(io.BytesIO(_compiler(template, data).compile(format="png", ppi=72)))
    few, out = drawn.convert("RGB").quantize(palette=_palette(), dither=Image.Dither.NONE), io.BytesIO()
    few.save(out, "PNG", compress_level=9)
    return out.getvalue()


@cache
def _palette():
    """The ground, the ink and the strong colour of the site, and what lies between them at the edge of a letter."""
    from PIL import Image

    ground, *others = [bytes.fromhex(colour) for colour in ("faf6ee", "1c2b2b", "0b4f4c")]
    steps = 16
    palette = Image.new("P", (1, 1))
    palette.putpalette(
        [
            round(low + (high - low) * step / steps)
            for other in others
            for step in range(steps + 1)
            for low, high in zip(ground, other, strict=True)
        ]
    )
    return palette


def _compiler(template: Path, data: dict):
    # Imported here: it adds 25 MB to a worker that has to make a PDF, and to no other.
    import typst

    return typst.Compiler(
        str(template),
        root=str(template.parent),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
    )


def query(template: Path, data: dict, selector: str) -> list:
    """What a template says of itself: the values of its metadata with this label, such as measured heights."""
    import typst

    answer = typst.query(
        str(template),
        selector,
        field="value",
        root=str(template.parent),
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
    )
    _remember(OF_A_QUERY)
    return json.loads(answer)


# Keeping what was made

_memory: OrderedDict[str, bytes] = OrderedDict()
_memory_lock = threading.Lock()


def kept(template: Path, data: dict) -> bytes:
    """The PDF of this content, made once and then served from memory or disk."""
    return _kept(f"{fingerprint(template, data)}.pdf", lambda: _typeset(template, data))


def kept_picture(template: Path, data: dict) -> bytes:
    """The picture of this content, made once."""
    return _kept(f"{fingerprint(template, data)}.png", lambda: _draw(template, data))


def fingerprint(template: Path, data: dict) -> str:
    """Another one as soon as anything on the paper is another."""
    return hashlib.sha256(_source(template) + json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@cache
def _source(template: Path) -> bytes:
    return template.read_bytes()


def _kept(name: str, make: Callable[[], bytes]) -> bytes:
    content = _found(name)
    if content is None:
        with _turn():
            # Another reader may have asked for the same one, and been first.
            content = _found(name)
            if content is None:
                content = make()
                _store(_file(name), content)
    with _memory_lock:
        _memory[name] = content
        _memory.move_to_end(name)
        while len(_memory) > KEPT_IN_MEMORY:
            _memory.popitem(last=False)
    return content


def _file(name: str) -> Path:
    return settings.DATA_DIR / name.rpartition(".")[2] / name


def _found(name: str) -> bytes | None:
    with _memory_lock:
        if name in _memory:
            return _memory[name]
    try:
        return _file(name).read_bytes()
    except OSError:
        return None


def _store(file: Path, content: bytes):
    """Keep a file, and no more than so many. A full disk only means that it is made again another time."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(f".{threading.get_ident()}")
        unfinished.write_bytes(content)
        unfinished.replace(file)
        files = sorted(file.parent.glob(f"*{file.suffix}"), key=lambda each: each.stat().st_mtime)
        most = KEPT_ON_DISK if file.suffix == ".pdf" else PICTURES_ON_DISK
        for old in files[:-most]:
            old.unlink(missing_ok=True)
    except OSError:
        return
