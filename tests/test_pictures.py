"""Pictures: what is taken and what is refused, what is left of an upload, and how a page shows it."""

import os
import re
import struct
import time
import zlib
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image as Pillow
from PIL import ImageCms, ImageDraw
from pypdf import PdfReader
from pypdfium2 import PdfDocument

from digitalchikane import pictures
from digitalchikane.pictures import Picture, Refused, store
from digitalchikane.shipped import Load
from digitalchikane.uploads import BoundedFileUploadHandler
from guides.models import Image, Page, PageEdition, Text

from .markup import Markup, text
from .test_desk import Desk, added, address_of, errors, form_of

HTML = b"<html><script>alert(document.domain)</script></html>"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media" / "pictures"


def drawing(width=1600, height=1000, mode="RGB", colour=None) -> Pillow.Image:
    """A picture with a red corner at the top left."""
    image = Pillow.new(mode, (width, height), colour if colour is not None else {"RGB": "#335577"}.get(mode, 90))
    if mode == "RGB":
        ImageDraw.Draw(image).rectangle([0, 0, width // 4, height // 4], fill="#ff0000")
    return image


def as_file(image: Pillow.Image, kind="JPEG", **options) -> BytesIO:
    file = BytesIO()
    image.save(file, kind, **options)
    return file


def kept(media) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in media.iterdir()}


def opened(media, picture, kind="jpg", width=None) -> Pillow.Image:
    return Pillow.open(BytesIO((media / picture.file(width or picture.width, kind)).read_bytes()))


# What becomes of an upload


def test_a_picture_is_made_in_three_sizes_and_three_formats(media):
    picture = store(as_file(drawing(1600, 1000)))

    assert (picture.width, picture.height) == (1440, 900)
    assert sorted(kept(media)) == sorted(picture.files)
    for kind, format in (("avif", "AVIF"), ("webp", "WEBP"), ("jpg", "JPEG")):
        for width, height in ((480, 300), (960, 600), (1440, 900)):
            image = opened(media, picture, kind, width)
            assert (image.format, image.size) == (format, (width, height))


def test_a_small_picture_is_not_blown_up(media):
    picture = store(as_file(drawing(300, 200)))

    assert picture.sizes == [(300, 200)]
    assert len(kept(media)) == 3


def test_a_tall_picture_is_not_taller_than_two_screens():
    picture = store(as_file(drawing(1000, 9000)))

    assert picture.height == 2880
    assert picture.width == 320


def test_a_telephone_held_on_its_side_gives_an_upright_picture(media):
    exif = Pillow.Exif()
    exif[0x0112] = 6  # turned a quarter to the right

    picture = store(as_file(drawing(1200, 800), exif=exif))

    assert (picture.width, picture.height) == (800, 1200)
    red, green, _blue = opened(media, picture).convert("RGB").getpixel((780, 20))
    assert red > 200
    assert green < 60


def test_nothing_is_left_of_where_and_by_whom_it_was_taken(media):
    exif = Pillow.Exif()
    exif[0x010E] = "hemmelig beskrivelse"
    exif[0x013B] = "Fotograf Hansen"
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 40.0, 34.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    picture = store(as_file(drawing(), exif=exif, icc_profile=profile, comment=b"hemmelig kommentar"))

    for name, content in kept(media).items():
        assert not re.search(rb"hemmelig|Hansen|Exif|GPS|ICC_PROFILE|xmp", content), name
    for kind in ("avif", "webp", "jpg"):
        image = opened(media, picture, kind)
        assert not image.getexif()
        assert {"exif", "icc_profile", "comment", "xmp"}.isdisjoint(image.info)


def test_the_same_picture_is_kept_once_whatever_came_with_it(media):
    exif = Pillow.Exif()
    exif[0x013B] = "En anden"
    plain, described = as_file(drawing(), "PNG"), as_file(drawing(), "PNG", exif=exif)
    assert plain.getvalue() != described.getvalue()

    first, second = store(plain), store(described)

    assert first == second
    assert len(kept(media)) == 9


@pytest.mark.parametrize(
    ("image", "kind", "fallback"),
    [
        (drawing().convert("CMYK"), "JPEG", "jpg"),
        (drawing().convert("L"), "JPEG", "jpg"),
        (drawing().convert("P"), "PNG", "jpg"),
        (drawing().convert("1"), "PNG", "jpg"),
        (Pillow.new("I;16", (600, 400), 40000), "PNG", "jpg"),
        (Pillow.new("LA", (600, 400), (90, 120)), "PNG", "png"),
        (Pillow.new("RGBA", (600, 400), (90, 90, 90, 120)), "PNG", "png"),
        (Pillow.new("RGBA", (600, 400), (90, 90, 90, 255)), "PNG", "jpg"),
        (drawing(600, 400), "WEBP", "jpg"),
        (drawing(600, 400), "AVIF", "jpg"),
        (drawing(600, 400), "GIF", "jpg"),
    ],
    ids=lambda value: getattr(value, "mode", value),
)
def test_every_way_of_storing_colours_becomes_that_of_the_web(media, image, kind, fallback):
    picture = store(as_file(image, kind))

    assert picture.fallback == fallback
    shown = opened(media, picture, fallback)
    assert shown.mode == ("RGBA" if fallback == "png" else "RGB")
    # Neither black nor white all over.
    assert 20 < shown.convert("L").getpixel((shown.width // 2, shown.height // 2)) < 235


def test_colours_of_a_wide_screen_are_brought_to_those_of_the_web(media):
    """A red of another colour space is another red: without its profile it would be shown too pale."""
    narrow = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    image = drawing(600, 400)

    picture = store(as_file(image, "PNG", icc_profile=narrow.tobytes()))

    # A profile for something else is left aside, and the picture is kept.
    assert opened(media, picture).size == (600, 400)


# What is refused


def png_that_claims(width, height) -> BytesIO:
    """A few bytes that say they are a picture of that size."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return BytesIO(b"\x89PNG\r\n\x1a\n" + body)


def moving(kind) -> BytesIO:
    frames = [drawing(80, 60, colour=f"#{shade}0000") for shade in ("00", "88", "ff")]
    return as_file(frames[0], kind, save_all=True, append_images=frames[1:])


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED = {
    "nothing": (BytesIO(b""), "Filen er ikke et billede, vi kan læse."),
    "page": (BytesIO(HTML), "Filen er ikke et billede, vi kan læse."),
    "programme": (BytesIO(b"MZ\x90\x00" + b"\0" * 500), "Filen er ikke et billede, vi kan læse."),
    "document": (BytesIO(b"%PDF-1.7\n" + b"x" * 500), "Filen er ikke et billede, vi kan læse."),
    "archive": (BytesIO(b"PK\x03\x04" + b"\0" * 500), "Filen er ikke et billede, vi kan læse."),
    "beginning only": (BytesIO(b"\x89PNG\r\n\x1a\n"), "Filen er ikke et billede, vi kan læse."),
    "drawing": (BytesIO(SVG), "Tegninger i SVG kan ikke bruges"),
    "drawing with a head": (BytesIO(b'\xef\xbb\xbf<?xml version="1.0"?>\n' + SVG), "Tegninger i SVG kan ikke bruges"),
    "drawing below a comment": (BytesIO(b"<!-- x -->" + SVG), "Tegninger i SVG kan ikke bruges"),
    "telephone's own": (BytesIO(b"\0\0\0\x18ftypheic" + b"\0" * 500), "Browsere viser ikke den slags billeder (HEIC)."),
    "bitmap": (as_file(drawing(60, 40), "BMP"), "Filen er ikke et billede, vi kan læse."),
    "script of a printer": (BytesIO(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"), "Filen er ikke et billede"),
    "moving": (moving("GIF"), "Billedet bevæger sig"),
    "moving PNG": (moving("PNG"), "Billedet bevæger sig"),
    "moving WebP": (moving("WEBP"), "Billedet bevæger sig"),
    "cut off": (BytesIO(as_file(drawing()).getvalue()[:5000]), "Billedet er i stykker."),
    "bomb": (png_that_claims(12000, 12000), "Billedet er på 12000 × 12000 punkter"),
    "larger bomb": (png_that_claims(60000, 60000), "Filen er ikke et billede, vi kan læse."),
    "thread": (png_that_claims(13000, 2), "ingen side over 12.000"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_bearable_picture_is_refused_in_words(media, what):
    file, words = REFUSED[what]

    with pytest.raises(Refused) as refused:
        store(file)

    assert words in str(refused.value)
    assert not media.exists()


def test_too_much_is_refused_before_it_is_read(media):
    with pytest.raises(Refused) as refused:
        store(BytesIO(b""), size=50 * 1024 * 1024)

    assert (
        str(refused.value)
        == "Billedet fylder 50,0\xa0MB, og det må højst fylde 15,0\xa0MB. Gem det mindre, og prøv igen."
    )


def test_a_full_disk_is_said_and_leaves_nothing_half_done(media, monkeypatch):
    def full(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)

    with pytest.raises(Refused, match="Billedet kunne ikke gemmes på serveren"):
        store(as_file(drawing()))

    assert kept(media) == {}


def test_what_hides_behind_or_inside_a_picture_does_not_survive(media):
    """Files that are two things at once: a picture, and a page, a programme or an archive."""
    store(BytesIO(as_file(drawing(500, 300)).getvalue() + HTML + b"PK\x03\x04 skjult arkiv <?php system('id') ?>"))
    store(as_file(drawing(500, 310), comment=HTML))
    store(as_file(drawing(500, 320), "GIF", comment=b"/*skjult*/=1;alert(1)"))

    for name, content in kept(media).items():
        assert not re.search(rb"<html|<script|skjult|php|alert", content), name


# Serving


def test_a_picture_is_served_for_ever_and_can_do_nothing(media, client):
    picture = store(as_file(drawing()))

    for kind, type in (("avif", "image/avif"), ("webp", "image/webp"), ("jpg", "image/jpeg")):
        response = client.get(f"/billeder/{picture.file(960, kind)}")
        assert response.status_code == 200
        assert response["Content-Type"] == type
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert response.content == (media / picture.file(960, kind)).read_bytes()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "..%2f..%2fdb.sqlite3",
        "%2e%2e/%2e%2e/settings.py",
        "0" * 32 + "-480.svg",
        "0" * 32 + "-480.webp",
        "0" * 32 + "-480.webp%00.html",
        "x.html",
        ".part",
    ],
)
def test_nothing_else_is_served(media, client, name):
    media.mkdir(parents=True)
    (media / "x.html").write_bytes(HTML)
    (media / ".part").write_bytes(HTML)

    assert client.get(f"/billeder/{name}").status_code == 404
    assert client.post(f"/billeder/{name}").status_code in (404, 405)


# At the desk


@pytest.fixture
def desk(admin_client):
    return Desk(admin_client)


@pytest.fixture
def draft(make_page):
    return make_page(Text(body_da="<p>Se billedet.</p>"), live_from=None, key="med-billede", summary_da="Kort sagt.")


def upload(image=None, name="foto.jpg", content=None) -> SimpleUploadedFile:
    content = content if content is not None else as_file(image or drawing(1000, 625)).getvalue()
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def send(desk, draft, button="_save", title="En side", **values):
    """Send the form of a draft with one more block, a picture."""
    form = desk.form(address_of(draft))
    empty = {"alt_da": "", "alt_en": "", "caption_da": "", "caption_en": ""}
    return desk.send(address_of(draft), added(form, "image", **empty | values) | {"title_da": title}, button, form=form)


def picture_on(path, client=None) -> Markup:
    response = (client or Client()).get(path)
    assert response.status_code == 200
    return Markup(response.content.decode())


@pytest.mark.django_db
def test_a_picture_goes_from_the_desk_to_readers(desk, draft, media):
    send(desk, draft, picture=upload(), alt_da="Et skærmbillede med ”det hele” på", caption_da="Sådan ser det ud.")

    block = Image.objects.get(parent=draft)
    assert block.shown.exists
    draft.refresh_from_db()
    draft.publish()
    page = picture_on(draft.get_absolute_url())
    (shown,) = [image for image in page.all("img") if "/billeder/" in image.get("src")]
    assert shown.get("alt") == "Et skærmbillede med ”det hele” på"
    assert (shown.get("width"), shown.get("height"), shown.get("loading")) == ("1000", "625", "lazy")
    assert text(page.one("figcaption")) == "Sådan ser det ud."
    assert [source.get("type") for source in page.all("source")] == ["image/avif", "image/webp"]
    addresses = [shown.get("src")] + [
        candidate.split()[0]
        for element in (shown, *page.all("source"))
        for candidate in element.get("srcset").split(", ")
    ]
    assert len(addresses) == 10
    for address in addresses:
        assert Client().get(address).status_code == 200, address


@pytest.mark.django_db
def test_what_a_file_is_called_says_nothing_about_what_it_is(desk, draft):
    send(desk, draft, picture=upload(content=as_file(drawing(), "PNG").getvalue(), name="faktura.pdf"), alt_da="Foto")

    assert Image.objects.get(parent=draft).shown.exists


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("foto.jpg", HTML, "Filen er ikke et billede, vi kan læse."),
        ("foto.png", SVG, "Tegninger i SVG kan ikke bruges"),
        ("foto.jpg", b"", "Den indsendte fil er tom."),
        ("foto.jpg", b"\xff\xd8\xff" + b"x" * (50 * 1024 * 1024), "Billedet fylder 50,0"),
    ],
    ids=["page", "drawing", "empty", "too large"],
)
def test_a_refused_file_is_explained_and_what_was_typed_is_there(desk, draft, name, content, words):
    response = send(desk, draft, title="Skrevet i dag", picture=upload(name=name, content=content), alt_da="Et foto")

    assert response.status_code == 200
    assert any(words in error for error in errors(response)), errors(response)
    values = form_of(Markup(response.content.decode()))
    assert values["title_da"] == "Skrevet i dag"
    assert values["guides_image_set-0-alt_da"] == "Et foto"
    assert not Image.objects.filter(parent=draft).exists()


@pytest.mark.django_db
def test_a_picture_survives_an_error_elsewhere_in_the_form(desk, draft):
    form = desk.form(address_of(draft))
    new = added(form, "image", picture=upload(), alt_da="Foto", alt_en="", caption_da="", caption_en="")
    wrong = added(form | new, "heading", text_da="Afsnit", text_en="", anchor="Ikke tilladt!")

    response = desk.send(address_of(draft), new | wrong, form=form)

    assert errors(response) == ["Brug små bogstaver, tal og bindestreger."]
    page = Markup(response.content.decode())
    (remembered,) = page.all("input", name="guides_image_set-0-picture-kept")
    assert Client().get(page.all("img", alt="Det billede, der er nu")[0].get("src")).status_code == 200
    sent = form | new | wrong | {"guides_heading_set-0-anchor": "afsnit"}
    sent["guides_image_set-0-picture"] = ""
    sent["guides_image_set-0-picture-kept"] = remembered.get("value")
    desk.send(address_of(draft), form=sent)
    assert Image.objects.get(parent=draft).picture == remembered.get("value")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../../etc/passwd", "0" * 32 + "-9x9.jpg", "x" * 500, "0" * 32 + "-0x0.jpg", "\x00"])
def test_a_name_that_was_made_by_hand_is_refused(desk, draft, name):
    response = send(desk, draft, **{"picture": "", "picture-kept": name, "alt_da": "Foto"})

    assert errors(response) == ["Billedet findes ikke længere på serveren. Vælg det en gang til."]


@pytest.mark.django_db
def test_saving_again_leaves_a_picture_and_a_new_one_takes_its_place(desk, draft):
    send(desk, draft, picture=upload(), alt_da="Foto")
    first = Image.objects.get(parent=draft).picture

    desk.send(address_of(draft), {"title_da": "Nyt"})
    assert Image.objects.get(parent=draft).picture == first
    desk.send(address_of(draft), {"guides_image_set-0-picture": upload(drawing(700, 300))})
    assert Image.objects.get(parent=draft).shown.width == 700


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "Der står ikke, hvad billedet viser. Er det kun pynt, så sæt hak ved det."),
        ({"alt_en": "A photo"}, "Der står ikke, hvad billedet viser. Er det kun pynt, så sæt hak ved det."),
        (
            {"alt_da": "Foto", "is_decorative": "on"},
            "Billedet er markeret som pynt, men der står også, hvad det viser.",
        ),
        ({"alt_da": "Foto", "picture": ""}, "Billedet mangler."),
    ],
)
def test_a_picture_without_words_is_saved_and_not_published(desk, draft, values, reason):
    send(desk, draft, **{"picture": upload()} | values)

    draft.forget_blocks()
    assert Image.objects.filter(parent=draft).exists()
    assert [True for problem in draft.problems() if reason in problem.message]


@pytest.mark.django_db
def test_decoration_is_shown_and_not_read_aloud(desk, draft):
    send(desk, draft, picture=upload(), is_decorative="on")
    draft.forget_blocks()
    assert draft.problems() == []
    draft.publish()

    (shown,) = [image for image in picture_on(draft.get_absolute_url()).all("img") if "/billeder/" in image.get("src")]
    assert shown.get("alt") == ""


@pytest.mark.django_db
def test_a_copied_edition_shows_the_same_picture(desk, draft, media):
    send(desk, draft, picture=upload(), alt_da="Foto", caption_da="Billedtekst")
    draft.forget_blocks()
    draft.publish()
    before = kept(media)

    copy = draft.document.draft()

    old, new = Image.objects.get(parent=draft), Image.objects.get(parent=copy)
    assert (new.picture, new.alt_da, new.caption_da) == (old.picture, "Foto", "Billedtekst")
    assert kept(media) == before


@pytest.mark.django_db
def test_a_preview_of_a_picture_stores_no_block(desk, draft):
    response = send(desk, draft, "_preview", picture=upload(), alt_da="Foto")

    assert response.status_code == 200
    assert not Image.objects.filter(parent=draft).exists()


# On pages, and in the whole guide


def in_pdf(client) -> tuple[int, str]:
    """How many pictures the whole guide draws, and its words."""
    response = client.get(reverse("guides:whole_pdf"))
    assert response.status_code == 200
    drawn = sum(len(sheet.images) for sheet in PdfReader(BytesIO(response.content)).pages)
    sheets = PdfDocument(response.content)
    return drawn, " ".join("".join(sheet.get_textpage().get_text_range() for sheet in sheets).split())


def test_pictures_are_part_of_the_whole_guide_and_missing_ones_break_nothing(db, client, media):
    draft = Page.objects.phases().first().draft()
    told = {"picture": store(as_file(drawing(600, 400))).name, "alt_da": "Et foto", "caption_da": "Under fotoet."}
    decor = {"picture": store(as_file(drawing(600, 410))).name, "is_decorative": True}
    for values in (told, decor):
        Image.objects.create(parent=draft, region="main", ordering=9000, **values)
    draft.forget_blocks()
    draft.publish()

    page = picture_on(reverse("guides:whole"), client)
    assert len([image for image in page.all("img") if "/billeder/" in image.get("src")]) == 2
    saved = picture_on(reverse("guides:whole_file"), client)
    assert [image.get("src")[:23] for image in saved.all("img")] == ["data:image/webp;base64,"] * 2
    drawn, words = in_pdf(client)
    assert drawn == 2
    assert "Under fotoet." in words
    assert "Et foto" not in words

    for path in media.iterdir():
        path.unlink()
    assert client.get(draft.get_absolute_url()).status_code == 200
    saved = picture_on(reverse("guides:whole_file"), client)
    assert saved.all("img") == []
    drawn, words = in_pdf(client)
    assert drawn == 0
    for document in (words, text(saved.one("main"))):
        assert "Billede: Et foto" in document
        assert "Under fotoet." in document


def test_a_picture_ships_with_the_content(db, tmp_path, media):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pictures").mkdir()
    drawing().save(tmp_path / "pictures" / "foto.png")
    (tmp_path / "pages" / "med-foto.toml").write_text(
        'key = "med-foto"\nkind = "page"\nslug_da = "med-foto"\ntitle_da = "Foto"\nsummary_da = "Kort."\n'
        '[[block]]\ntype = "image"\npicture = "foto.png"\nalt_da = "Et foto"\n'
    )

    Load(tmp_path).run()

    block = Image.objects.get(parent=PageEdition.objects.live().get(document__key="med-foto"))
    assert block.shown.exists


# Cleaning up


def age(media, days):
    moment = time.time() - days * 24 * 60 * 60
    for path in media.iterdir():
        os.utime(path, (moment, moment))


def test_pictures_that_nothing_shows_are_removed_after_a_week(db, make_page, media):
    used, unused = store(as_file(drawing(600, 400))), store(as_file(drawing(600, 410)))
    make_page(Image(picture=used.name, alt_da="Foto"))
    (media / "andet.txt").write_text("Ikke vores.")
    (media / ".abc.part").write_text("Halvt")
    age(media, days=6)

    call_command("remove_unused_pictures", stdout=StringIO())
    assert unused.exists

    age(media, days=8)
    call_command("remove_unused_pictures", stdout=StringIO())
    assert sorted(kept(media)) == sorted([*used.files, "andet.txt"])


def test_cleaning_up_takes_so_many_at_a_time(media):
    store(as_file(drawing(600, 400)))
    age(media, days=30)

    assert pictures.remove_unused(set(), most=4) == 4
    assert len(kept(media)) == 2
    assert pictures.remove_unused(set()) == 2
    assert pictures.remove_unused(set()) == 0


def test_no_more_of_an_upload_is_kept_than_could_be_used():
    handler = BoundedFileUploadHandler()
    handler.new_file("picture", "stort.jpg", "image/jpeg", None)
    chunk = b"x" * 65536
    for number in range(800):
        handler.receive_data_chunk(chunk, number * len(chunk))

    file = handler.file_complete(800 * len(chunk))

    assert file.size == 800 * len(chunk)
    assert os.path.getsize(file.temporary_file_path()) <= pictures.LARGEST_FILE + 2 * len(chunk)
    file.close()


@pytest.mark.parametrize(
    "name", ["", None, "foto.jpg", "0" * 31 + "-9x9.jpg", "0" * 32 + "-99999x9.jpg", "0" * 32 + "-0x9.png"]
)
def test_a_name_that_means_nothing_names_no_picture(name):
    assert Picture.named(name) is None
