"""What editors paste: from Word, from telephones, in other scripts, and far too much of it."""

import re
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from conversations.models import CardPoint
from digitalchikane import richtext
from guides.models import Text

from .markup import Markup, text
from .test_desk import Desk, address_of, english_in, errors, form_of

pytestmark = pytest.mark.django_db

# As Word puts it on the clipboard, with a little malice between.
FROM_WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40">
<head><meta name=Generator content="Microsoft Word 15"><style><!-- p.MsoNormal {mso-style-unhide:no; color:red}
@page WordSection1 {size:595.3pt 841.9pt;} --></style><!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]--></head>
<body lang=DA style='tab-interval:65.2pt'><!--StartFragment-->
<p class=MsoNormal style='margin-bottom:8.0pt'><b style='mso-bidi-font-weight:normal'><span style='font-size:14.0pt;
font-family:"Calibri",sans-serif;color:#2F5496'>Gem det hele</span></b><o:p></o:p></p>
<h1 style='mso-outline-level:1'>En stor overskrift</h1>
<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><!--[if !supportLists]--><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;
</span></span></span><!--[endif]-->Tag et skærmbillede<o:p></o:p></p>
<table class=MsoTable border=1><tr><td><p class=MsoNormal>I en tabel</p></td></tr></table>
<p class=MsoNormal onclick="alert(1)"><a href="javascript:alert(1)">farligt</a> og <a href="https://ok.example/"
style='color:blue' target=_blank>sikkert</a><img src=x onerror=alert(1)><script>alert(1)</script></p>
<!--EndFragment--></body></html>"""
# A face of several characters, text from right to left with marks of direction, letters without a place in any font.
EVERYWHERE = "Hej 👩🏽‍💻 مرحبا بالعالم \u202eטסט\u202c 🇩🇰 中文 z̷a̷l̷g̷o̷ slut"


@pytest.fixture
def desk(admin_client):
    return Desk(admin_client)


def test_what_comes_from_word_keeps_its_words_and_nothing_of_its_looks(desk, make_page):
    draft = make_page(Text(body_da="<p>Før.</p>"), live_from=None)

    desk.send(address_of(draft), {"guides_text_set-0-body_da": FROM_WORD})

    body = Text.objects.get(parent=draft).body_da
    assert not re.search(
        r"style|class|mso|script|onclick|onerror|javascript|<img|<table|<h1|<o:|<!--|WordDocument", body
    )
    words = richtext.to_text(body)
    for kept in ("Gem det hele", "En stor overskrift", "Tag et skærmbillede", "I en tabel", "farligt", "sikkert"):
        assert kept in words
    assert list(richtext.links(body)) == ["https://ok.example/"]
    draft.refresh_from_db()
    draft.publish()
    page = Markup(Client().get(draft.get_absolute_url()).content.decode())
    assert page.parse_errors == []
    assert "Tag et skærmbillede" in text(page.one("main"))


def test_faces_and_other_scripts_go_from_the_form_to_the_page(desk, make_page):
    draft = make_page(Text(body_da="<p>Før.</p>"), live_from=None)

    typed = {"guides_text_set-0-body_da": f"<p>{EVERYWHERE}</p>", "title_da": EVERYWHERE, "summary_da": EVERYWHERE}
    desk.send(address_of(draft), typed)

    assert desk.form(address_of(draft))["title_da"] == EVERYWHERE
    draft.refresh_from_db()
    draft.publish()
    page = Markup(Client().get(draft.get_absolute_url()).content.decode())
    assert text(page.one("h1")) == EVERYWHERE
    assert text(page.one("main")).count(EVERYWHERE) >= 3


def test_faces_and_other_scripts_go_from_the_form_to_the_printed_card(desk, make_card):
    draft = make_card(("remember", "Lyt."), live_from=None)
    point = CardPoint.objects.get(parent=draft)

    desk.send(address_of(draft), {"conversations_cardpoint_set-0-text_da": EVERYWHERE, "title_da": "Kort 👩🏽"})

    point.refresh_from_db()
    assert point.text_da == EVERYWHERE
    draft.refresh_from_db()
    draft.forget_blocks()
    draft.publish()
    client = Client()
    assert EVERYWHERE in text(Markup(client.get(draft.get_absolute_url()).content.decode()).one("main"))
    query = {"kort": draft.document.number}
    sheet = client.get(reverse("conversations:sheets"), query)
    # On sheets the marks that nobody sees are left out, so that they turn no line around.
    on_sheet = text(Markup(sheet.content.decode()).one("main"))
    assert all(words in on_sheet for words in ("👩🏽", "مرحبا بالعالم", "טסט", "中文", "slut"))
    assert "\u202e" not in on_sheet
    printed = client.get(reverse("conversations:sheets_pdf"), query)
    assert printed.status_code == 200
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(printed.content)).pages)
    # What no font has is left out; the rest stands there.
    assert "Hej" in words
    assert "slut" in words


def test_a_point_that_is_too_long_is_refused_whole_and_stays_in_the_form(desk, make_card):
    draft = make_card(("remember", "Lyt."), live_from=None)
    field = "conversations_cardpoint_set-0-text_da"
    pasted = ("Lyt, og skriv ned, hvad der bliver sagt. " * 7)[:263]
    (box,) = [each for each in desk.open(address_of(draft)).all("textarea") if each.get("name") == field]
    assert box.get("maxlength") is None

    response = desk.send(address_of(draft), {field: pasted})

    assert errors(response) == ["Denne værdi må højst have 240 tegn (den har 263)."]
    assert form_of(Markup(response.content.decode()))[field] == pasted
    assert CardPoint.objects.get(parent=draft).text_da == "Lyt."


def test_a_point_is_one_line_however_it_was_typed(desk, make_card):
    draft = make_card(("remember", "Lyt."), live_from=None)

    desk.send(address_of(draft), {"conversations_cardpoint_set-0-text_da": "Lyt. \r\n\r\n Vent\u2028med at svare.\n"})

    assert CardPoint.objects.get(parent=draft).text_da == "Lyt. Vent med at svare."


@pytest.mark.parametrize("kind", ["page", "card"])
def test_far_too_much_is_refused_in_danish_and_stores_nothing(desk, make_page, make_card, kind):
    draft = make_page(live_from=None) if kind == "page" else make_card(live_from=None)
    form = desk.form(address_of(draft))

    response = desk.send(address_of(draft), {"summary_da": "ord " * 13_000_000}, form=form)

    assert response.status_code == 413
    page = Markup(response.content.decode())
    assert text(page.one("h1")) == "Der blev sendt for meget på én gang"
    assert english_in(page) == []
    assert page.parse_errors == []
    draft.refresh_from_db()
    assert not draft.summary_da.startswith("ord ord")


def test_too_many_fields_are_refused_with_the_same_words(desk, make_card):
    response = desk.client.post(address_of(make_card(live_from=None)), {f"felt-{n}": "" for n in range(6000)})

    assert response.status_code == 413
    assert "Der blev sendt for meget på én gang" in response.content.decode()
