"""An editor writes with help: pastes from Word, measures the language, puts a picture on the page."""

from io import BytesIO

from PIL import Image
from playwright.sync_api import expect

from .editing import add_block, button, field, new_page, rich_text, save

# As Word puts it on the clipboard.
FROM_WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office">
<head><style>p.MsoNormal {mso-x:y; color:red}</style></head><body>
<p class=MsoNormal style='color:red'><b>Gem det hele</b><o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·&nbsp;</span>skærmbillede</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·&nbsp;</span>link</p>
<p class=MsoNormal onclick="alert(1)">Slut<script>alert(1)</script></p></body></html>"""
FROM_GOOGLE = """<b style="font-weight:normal" id="docs-internal-guid-1"><p>
<span style="font-weight:400">Roligt og </span><span style="font-weight:700;color:#000">kort</span></p></b>"""


def paste(area, html="", text=""):
    area.evaluate(
        """(area, {html, text}) => {
          const data = new DataTransfer();
          if (html) data.setData("text/html", html);
          data.setData("text/plain", text);
          area.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        {"html": html, "text": text},
    )


def test_what_is_pasted_from_word_becomes_a_list_and_too_much_is_refused(desk):
    page = desk
    new_page(page, "fra-word")
    area = rich_text(add_block(page, "Tekst"))
    area.click()

    paste(area, FROM_WORD, "Gem det hele")

    expect(area.locator("ul li")).to_have_text(["skærmbillede", "link"])
    expect(area.locator("strong")).to_have_text("Gem det hele")
    assert area.evaluate("area => area.querySelector('[style], [class*=Mso], script')") is None
    page.keyboard.press("Control+a")
    paste(area, FROM_GOOGLE, "Roligt og kort")
    expect(area.locator("strong")).to_have_text("kort")
    page.keyboard.press("Control+a")
    paste(area, FROM_WORD, "Gem det hele")
    # A page full of pictures: its words are what can be used of it.
    paste(area, f"<p>Ord<img src='data:image/png;base64,{'A' * 600_000}'></p>", "Kun ordene")
    expect(area).to_contain_text("Kun ordene")
    expect(page.get_by_role("alert")).to_have_text("Billeder kom ikke med. Sider har blokken Billede til dem.")
    paste(area, "<table><tr><td>Hvad</td><td>Hvornår</td></tr></table>", "Hvad Hvornår")
    expect(page.get_by_role("alert")).to_have_text("En tabel kommer med som linjer af tekst. Se dem igennem.")
    expect(area.locator("p", has_text="Hvornår")).to_have_text("Hvornår")
    paste(area, "<p>Kun ord</p><p><img src='file:///C:/billede.png'></p>", "Kun ord")
    expect(page.get_by_role("alert")).to_have_text("Billeder kom ikke med. Sider har blokken Billede til dem.")
    paste(area, FROM_GOOGLE, "Roligt og kort")
    expect(page.locator(".paste-note")).to_have_count(0)
    paste(area, text="ord " * 100_000)
    expect(page.get_by_role("alert").filter(has_text="Det er for meget at indsætte på én gang.")).to_be_visible()
    expect(area).not_to_contain_text("ord ord ord")

    # Into a plain field far more can be put than the server takes: then nothing is sent.
    summary = page.get_by_label("Resumé [da]")
    summary.evaluate("field => { field.value = 'x'.repeat(3000000); }")
    button(page, "Gem kladde").click()
    expect(page.get_by_text("Der er for meget tekst til at gemme på én gang.")).to_be_focused()
    summary.fill("Kort igen.")
    save(page)
    expect(rich_text(page.locator("#guides_text_set-0")).locator("ul li")).to_have_text(["skærmbillede", "link"])


def test_the_language_is_measured_and_each_hint_leads_to_its_place(desk):
    page = desk
    new_page(page, "maales")
    box = add_block(page, "Tekst")
    rich_text(box).click()
    page.keyboard.type("Tag et screenshot.")
    button(page, "Fold alle blokke sammen").click()
    button(page, "Engelsk").click()

    button(page, "Mål det, der står nu").click()

    found = page.get_by_role("region", name="Sproget")
    expect(found).to_contain_text("Målt på det, der står i formularen. Det er ikke gemt.")
    expect(found).to_contain_text("LIX")
    found.get_by_role("link", name="”screenshot” er engelsk.").press("Enter")
    expect(rich_text(box)).to_be_focused()
    expect(button(page, "Dansk")).to_have_attribute("aria-pressed", "true")
    save(page)
    expect(page.get_by_role("region", name="Sproget")).to_contain_text("Målt på kladden, som den er gemt.")


def test_a_picture_goes_from_the_editors_disk_to_the_page(desk):
    page = desk
    new_page(page, "et-billede")
    page.get_by_label("Overskrift [da]").first.fill("Med billede")
    page.get_by_label("Resumé [da]").fill("Se selv.")
    box = add_block(page, "Billede")
    upload = box.locator("input[type=file]")
    expect(upload).to_be_focused()
    upload.set_input_files({"name": "foto.svg", "mimeType": "image/svg+xml", "buffer": b"<svg onload='alert(1)'/>"})
    field(box, "alt_da").fill("En rød flade")
    button(page, "Gem kladde").click()
    expect(page.locator("#guides_image_set-0 .errorlist")).to_contain_text("Tegninger i SVG kan ikke bruges")
    expect(field(page.locator("#guides_image_set-0"), "alt_da")).to_have_value("En rød flade")

    photo = BytesIO()
    Image.new("RGB", (700, 400), "#aa2211").save(photo, "JPEG")
    box = page.locator("#guides_image_set-0")
    box.locator("input[type=file]").set_input_files(
        {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()}
    )
    save(page)

    shown = page.locator("#guides_image_set-0").get_by_role("img", name="Det billede, der er nu")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 700
    with page.expect_popup() as opened:
        button(page, "Forhåndsvis").click()
    preview = opened.value.frame_locator("iframe.preview__frame").get_by_role("img", name="En rød flade")
    expect(preview).to_be_visible()
    preview.scroll_into_view_if_needed()
    assert preview.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    opened.value.close()
