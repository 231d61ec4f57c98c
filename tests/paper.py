"""How tests read what is printed: words, places in millimetres from the lower left corner, pictures, QR codes."""

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO

import pypdfium2
import segno
import zxingcpp
from pypdf import PdfReader
from pypdfium2 import raw


@dataclass(frozen=True)
class Box:
    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom

    def holds(self, other: "Box", inside: float = 0) -> bool:
        """Whether another box lies in this one, at least so far from its edges."""
        return (
            other.left >= self.left + inside
            and other.bottom >= self.bottom + inside
            and other.right <= self.right - inside
            and other.top <= self.top - inside
        )

    def overlap(self, other: "Box") -> float:
        """How far two boxes reach into each other, in the direction in which that is least."""
        return min(
            min(self.right, other.right) - max(self.left, other.left),
            min(self.top, other.top) - max(self.bottom, other.bottom),
        )


def in_millimetres(points) -> Box:
    return Box(*(float(value) * 25.4 / 72 for value in points))


@dataclass(frozen=True)
class Glyph:
    character: str
    box: Box


class Paper:
    """A PDF, taken apart once however many tests look at it."""

    def __init__(self, content: bytes):
        self.content = content

    @cached_property
    def reader(self) -> PdfReader:
        return PdfReader(BytesIO(self.content))

    @cached_property
    def pages(self) -> list[str]:
        """The words of each page, squeezed."""
        return [squeezed(page.extract_text()) for page in self.reader.pages]

    @property
    def words(self) -> str:
        return "".join(self.pages)

    @cached_property
    def sheets(self) -> list["Sheet"]:
        return [Sheet(page) for page in pypdfium2.PdfDocument(self.content)]

    @cached_property
    def codes(self) -> list["Code"]:
        """The QR codes on all sheets, scanned at 200 dpi."""
        return [code for sheet in self.sheets for code in sheet.picture(200).codes()]


class Sheet:
    """One page of a PDF: its size, the letters with their places, its long straight lines, and its picture."""

    def __init__(self, page):
        self._page = page
        self.box = in_millimetres((0, 0, *page.get_size()))

    @cached_property
    def glyphs(self) -> list[Glyph]:
        words = self._page.get_textpage()
        found = []
        for index in range(words.count_chars()):
            character = chr(raw.FPDFText_GetUnicode(words, index))
            if not character.isspace() and not raw.FPDFText_IsGenerated(words, index):
                found.append(Glyph(character, in_millimetres(words.get_charbox(index))))
        return found

    @cached_property
    def lines(self) -> list[Box]:
        """Straight lines that are at least 100 mm long."""
        boxes = [in_millimetres(path.get_bounds()) for path in self._page.get_objects([raw.FPDF_PAGEOBJ_PATH])]
        return [box for box in boxes if min(box.width, box.height) < 1 and max(box.width, box.height) > 100]

    @cached_property
    def cells(self) -> list[Box]:
        """The four cards of a sheet, between its lines for cutting and folding, and as far as these reach."""
        (across,) = [line for line in self.lines if line.width > line.height]
        (down,) = [line for line in self.lines if line.height > line.width]
        middle, centre = (across.bottom + across.top) / 2, (down.left + down.right) / 2
        return [
            Box(left, bottom, right, top)
            for bottom, top in ((middle, down.top), (down.bottom, middle))
            for left, right in ((across.left, centre), (centre, across.right))
        ]

    def words_in(self, area: Box, inside: float = 0) -> str:
        return squeezed("".join(glyph.character for glyph in self.glyphs if area.holds(glyph.box, inside)))

    def overlapping(self) -> list[tuple[Glyph, Glyph]]:
        """Pairs of letters that are printed over each other. Two that are set as one share their place."""
        found = []
        glyphs = sorted(self.glyphs, key=lambda glyph: glyph.box.left)
        for number, one in enumerate(glyphs):
            for other in glyphs[number + 1 :]:
                if other.box.left > one.box.right - 0.5:
                    break
                if one.box != other.box and one.box.overlap(other.box) > 0.5:
                    found.append((one, other))
        return found

    def picture(self, dpi: int) -> "Picture":
        bitmap = self._page.render(scale=dpi / 72, grayscale=True)
        return Picture(bytes(bitmap.buffer), bitmap.stride, self.box.height, dpi)


@dataclass(frozen=True)
class Picture:
    """A page as a printer or a scanner sees it: grey values row by row, from the top."""

    points: bytes
    width: int
    height: float
    dpi: int

    @property
    def rows(self) -> memoryview:
        return memoryview(self.points).cast("B", shape=(len(self.points) // self.width, self.width))

    def ink(self, area: Box) -> int:
        """How dark the darkest point of an area is: 0 for white paper, 255 for black."""
        scale = self.dpi / 25.4
        left, right = math.ceil(area.left * scale), math.floor(area.right * scale)
        top, bottom = math.ceil((self.height - area.top) * scale), math.floor((self.height - area.bottom) * scale)
        starts = range(top * self.width, bottom * self.width, self.width)
        return 255 - min(min(self.points[start + left : start + right]) for start in starts)

    def codes(self) -> list["Code"]:
        """The QR codes that a scanner finds, from top to bottom."""
        found = []
        for code in zxingcpp.read_barcodes(self.rows, formats=zxingcpp.BarcodeFormat.QRCode):
            corners = [getattr(code.position, name) for name in CORNERS]
            across, down = ([getattr(corner, axis) * 25.4 / self.dpi for corner in corners] for axis in "xy")
            box = Box(min(across), self.height - max(down), max(across), self.height - min(down))
            modules, _modules = segno.make(code.text, micro=False, error="m").symbol_size(border=0)
            found.append(Code(code.text, box, 4 * box.width / modules, self))
        return found


CORNERS = ["top_left", "top_right", "bottom_left", "bottom_right"]


@dataclass(frozen=True)
class Code:
    """A QR code as a scanner reads it, with the width of the white that it needs around it."""

    address: str
    box: Box
    gap: float
    picture: Picture

    @property
    def zone(self) -> Box:
        box, gap = self.box, self.gap
        return Box(box.left - gap, box.bottom - gap, box.right + gap, box.top + gap)

    def ink_around(self) -> int:
        return max(self.picture.ink(strip) for strip in frame(self.zone, self.gap, 0.3))


def frame(box: Box, inside: float, edge: float) -> list[Box]:
    """The four strips along the edges of a box, so wide, without the edges themselves."""
    return [
        Box(box.left + edge, box.bottom + edge, box.left + inside - edge, box.top - edge),
        Box(box.right - inside + edge, box.bottom + edge, box.right - edge, box.top - edge),
        Box(box.left + edge, box.bottom + edge, box.right - edge, box.bottom + inside - edge),
        Box(box.left + edge, box.top - inside + edge, box.right - edge, box.top - edge),
    ]


def squeezed(words: str) -> str:
    """Without what a line break may add, and with letters that were set as one taken apart."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", unicodedata.normalize("NFKC", words))


def said(content: bytes) -> str:
    """All words of a PDF, squeezed."""
    return Paper(content).words
