"""From what editors upload to pictures: read with suspicion, small enough and upright, written in every size."""

import warnings
from io import BytesIO

from django.utils.translation import gettext
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from .pictures import WIDTHS, Picture, Refused, folder, put

LONGEST_SIDE = 12000
# A JPEG is made smaller while it is read; all others stand in memory with every point.
MOST_POINTS = {"JPEG": 60_000_000, "MPO": 60_000_000}
MOST_POINTS_OF_OTHERS = 25_000_000
READABLE = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
TALLEST = 2880


def read(file) -> Image.Image:
    """The picture in a file, upright, small enough, in the colours of the web, and nothing else of what was there."""
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    try:
        with warnings.catch_warnings():
            # Said by ourselves, below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(file, formats=READABLE)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise Refused(_why_not(head)) from error
    _require_bearable(image)
    try:
        if image.format in MOST_POINTS:
            image.draft("RGB", (WIDTHS[-1], WIDTHS[-1]))
        image.load()
        image = ImageOps.exif_transpose(image)
        image = _in_web_colours(image)
    except Refused:
        raise
    # Pillow meets broken files with many kinds of error.
    except Exception as error:
        raise Refused(gettext("The picture is damaged. Open it, save it again, and try once more.")) from error
    image.thumbnail((WIDTHS[-1], TALLEST), Image.Resampling.LANCZOS)
    # Only the points go on: no place, no camera, no name, no thumbnail.
    return Image.frombytes(image.mode, image.size, image.tobytes())


def _why_not(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype svg")) or b"<svg" in start:
        return gettext("Drawings (SVG) are not taken, as code can hide in them. Save it as PNG, and try again.")
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc"):
        return gettext("Browsers do not show this kind of picture (HEIC). Save it as JPEG, and try again.")
    return gettext("This is no picture that can be read. Use JPEG, PNG, WebP or AVIF.")


def _require_bearable(image: Image.Image):
    points, most = image.width * image.height, MOST_POINTS.get(image.format, MOST_POINTS_OF_OTHERS)
    if points > most or max(image.size) > LONGEST_SIDE:
        values = {"width": image.width, "height": image.height, "most": most // 1_000_000}
        message = gettext(
            "The picture is %(width)s × %(height)s points, which is too much. "
            "Make it smaller: at most %(most)s million points, and no side above 12,000."
        )
        raise Refused(message % values)
    # An MPO is a photograph with a second one behind it, as some telephones take them; the first is the picture.
    if getattr(image, "is_animated", False) and image.format != "MPO":
        raise Refused(gettext("The picture moves, and that disturbs reading. Save one still picture of it."))


def _in_web_colours(image: Image.Image) -> Image.Image:
    """RGB, or RGBA where something shines through, in the colours that browsers take for granted."""
    profile = image.info.get("icc_profile")
    see_through = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    if image.mode.startswith("I;16"):
        # Sixteen bits of grey: the upper eight.
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    target = "RGBA" if see_through else "RGB"
    if image.mode != "CMYK":
        image = image.convert(target)
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            image = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=target)
        except (ImageCms.PyCMSError, OSError):
            # A profile that cannot be read, or is for something else, is as good as none.
            pass
    image = image.convert(target)
    if image.mode == "RGBA" and image.getextrema()[3] == (255, 255):
        image = image.convert("RGB")
    return image


def write(picture: Picture, image: Image.Image):
    folder().mkdir(parents=True, exist_ok=True)
    for size in picture.sizes:
        scaled = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)
        for kind, options in {
            "avif": {"quality": 58, "speed": 7},
            "webp": {"quality": 78, "method": 4},
            picture.fallback: {"optimize": True}
            | ({"quality": 80, "progressive": True} if picture.fallback == "jpg" else {}),
        }.items():
            buffer = BytesIO()
            scaled.save(buffer, format={"jpg": "JPEG"}.get(kind, kind.upper()), **options)
            put(folder() / picture.file(size[0], kind), buffer.getvalue())
