"""The whole guide: everything live in one document, as a page, as a file to save and as a PDF."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from conversations.models import CardEdition, CardPoint
from digitalchikane import richtext, typesetting
from guides.factbook import FactBook
from guides.models import (
    Callout,
    DoDont,
    FactWording,
    Heading,
    Image,
    PageEdition,
    Recipe,
    Route,
    RouteList,
    Step,
    Text,
)
from guides.models.blocks import BLOCKS, CardTeaser, FactList
from guides.models.pages import Page
from guides.wholeguide import WholeGuide
from guides.wholepdf import TEMPLATE, as_data

from .markup import HEADINGS, Markup, text
from .test_richtext import HOSTILE

pytestmark = pytest.mark.django_db

PAGE, FILE, PDF = "/hele-vejledningen/", "/hele-vejledningen/fil/", "/hele-vejledningen/pdf/"
# What readers of the paper must not meet: characters that no font has, what Typst would read as its own, and markup.
NASTY = 'Ord 😀 中文 \u202e\u0000 #set page(width: 1mm) $x$ *a* @label <b> #read("/etc/passwd") {{ findes-ikke }} ]['


def read(path: str) -> Markup:
    response = Client().get(path)
    assert response.status_code == 200, path
    return Markup(response.content.decode())


@pytest.fixture(scope="module")
def web(django_db_setup, django_db_blocker) -> Markup:
    with django_db_blocker.unblock():
        return read(PAGE)


@pytest.fixture(scope="module")
def saved(django_db_setup, django_db_blocker) -> Markup:
    with django_db_blocker.unblock():
        return read(FILE)


@pytest.fixture(scope="module")
def paper(django_db_setup, django_db_blocker) -> pypdf.PdfReader:
    with django_db_blocker.unblock():
        return pypdf.PdfReader(io.BytesIO(Client().get(PDF).content))


@pytest.fixture(scope="module")
def sheets(paper) -> list[str]:
    """What is written on each page."""
    return [page.extract_text() for page in paper.pages]


@pytest.fixture(scope="module")
def paper_words(sheets) -> str:
    return words_of(sheets)


def words_of(sheets: list[str]) -> str:
    """The words of a PDF in one line, those that were broken at the end of a line put together again."""
    joined = "\n".join(sheets)
    return re.sub(r"\s+", "", joined.replace("\u00ad", "").replace("-\n", "")).replace("-", "")


def squeezed(words: str) -> str:
    return re.sub(r"[\s-]+", "", typesetting.printable(words))


def set_in_type(guide: WholeGuide) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(typesetting.make(TEMPLATE, as_data(guide))))


def levels(markup: Markup) -> list[int]:
    return [int(heading.tag[1]) for heading in markup.all(*HEADINGS)]


def assert_no_level_is_skipped(markup: Markup):
    found = levels(markup)
    assert all(after <= before + 1 for before, after in zip([0, *found], found, strict=False)), found


# Everything live is there, and nothing else


def test_every_phase_card_route_and_fact_is_on_the_page(web):
    headings = [text(heading) for heading in web.all("h3", "h4")]
    book = FactBook()

    for edition in [*PageEdition.objects.live().phases(), *CardEdition.objects.live()]:
        assert edition.title in headings
    for route in Route.objects.all():
        assert route.name in headings
    for fact in book.all():
        place = web.one(id=f"kilde-{fact.key}")
        assert fact.fact.label in text(place)
        assert fact.wording.statement in text(place)
        assert fact.fact.source.title in text(place)


def test_every_block_of_every_phase_is_on_the_page(web):
    words, book = text(web.one("main")).replace(" Kilde", ""), FactBook()

    for edition in PageEdition.objects.live().phases():
        for block in edition.blocks():
            for line in getattr(block, "lines", []) or richtext.paragraphs(getattr(block, "body", "")):
                assert re.sub(r"\s+", " ", book.in_words(line)) in words


def test_the_parts_come_in_order_after_the_danger_line(web):
    order = [text(heading) for heading in web.one("main").iter("h2")]

    assert text(web.one("h1")) == "Hele vejledningen"
    assert order == [
        "Indhold",
        "De fem faser",
        "Samtalekort",
        "Hvor anmelder I hvad?",
        "Her kan I få hjælp",
        "Kilder og frister",
    ]
    assert "112" in text(web.one("aside", class_="danger-line"))


def test_what_is_not_live_is_not_there(client, make_page, make_card, make_fact, withdraw):
    make_page(Text(body_da="<p>Kladdens ord.</p>"), kind="phase", title_da="En kladde", live_from=None)
    make_card(title_da="Et kort i kladde", live_from=None)
    gone = make_page(kind="phase", title_da="En trukket fase")
    withdraw(gone)
    make_fact(label_da="Et udløbet faktum", valid_to=timezone.localdate().replace(year=2021))

    shown = client.get(PAGE).content.decode() + json.dumps(as_data(WholeGuide()), ensure_ascii=False)

    for words in ("En kladde", "Kladdens ord", "Et kort i kladde", "En trukket fase", "Et udløbet faktum"):
        assert words not in shown


def test_a_part_stands_without_the_page_that_opens_it(client, withdraw):
    for key in ("faser", "samtalekort", "anmeld", "hjaelp", "kilder", "akut"):
        withdraw(PageEdition.objects.live().get(document__key=key))

    page = Markup(client.get(PAGE).content.decode())

    assert [text(heading) for heading in page.one("main").iter("h2")][1:] == [
        "De fem faser",
        "Samtalekort",
        "Hvor anmelder I hvad?",
        "Her kan I få hjælp",
        "Kilder og frister",
    ]
    assert len(set_in_type(WholeGuide()).pages) > 20


def test_an_empty_site_has_an_empty_guide(client):
    for model in (PageEdition, CardEdition):
        model.objects.update(is_withdrawal=True)
    Route.objects.update(next=None)
    RouteList.objects.all().delete()
    Route.objects.all().delete()
    FactWording.objects.all().delete()

    assert client.get(PAGE).status_code == client.get(FILE).status_code == 200
    assert set_in_type(WholeGuide()).metadata.title.startswith("Hele vejledningen")


# The page


@pytest.mark.parametrize("name", ["web", "saved"])
def test_the_markup_is_sound(request, name):
    markup = request.getfixturevalue(name)

    assert markup.parse_errors == []
    assert len(markup.ids) == len(set(markup.ids))
    assert len(markup.all("h1")) == 1
    assert_no_level_is_skipped(markup)
    assert all(text(heading) for heading in markup.all(*HEADINGS))
    for element in markup.all():
        for attribute in ("aria-labelledby", "aria-describedby"):
            assert set(element.get(attribute, "").split()) <= set(markup.ids)


@pytest.mark.parametrize("name", ["web", "saved"])
def test_every_link_within_the_document_leads_to_a_place_in_it(request, name):
    markup = request.getfixturevalue(name)
    links = [link.get("href")[1:] for link in markup.all("a") if link.get("href").startswith("#")]

    assert len(links) > 400
    assert set(links) <= set(markup.ids)


def test_links_to_phases_cards_routes_and_sources_stay_within_the_document(web):
    within = [link.get("href") for link in web.one("main").iter("a")]
    elsewhere = {*map(PageEdition.get_absolute_url, PageEdition.objects.live().phases())}
    elsewhere |= {card.get_absolute_url() for card in CardEdition.objects.live()}
    elsewhere |= {route.get_absolute_url() for route in Route.objects.all()} | {"/kilder/", "/anmeld/", "/hjaelp/"}

    assert [href for href in within if href.partition("#")[0] in elsewhere] == []
    assert "#fase-dokumenter--det-skal-med" in within
    assert "#kilde-frist-offererstatning" in within
    assert "#kort-foerste-samtale" in within
    assert "#vej-politi" in within
    assert "#anmeld--platform" in within


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("side:dokumenter", "#fase-dokumenter"),
        ("side:dokumenter#det-skal-med", "#fase-dokumenter--det-skal-med"),
        ("side:dokumenter#findes-ikke", "#fase-dokumenter"),
        ("side:faser", "#faser"),
        ("side:kilder#frist-bevis", "#kilde-frist-bevis"),
        ("side:kilder#deadline", "#kilder--deadline"),
        ("side:hjaelp#livslinien", "#vej-livslinien"),
        ("kort:foerste-samtale", "#kort-foerste-samtale"),
        ("vej:politi", "#vej-politi"),
        ("side:om", "https://x.example/om/"),
        ("/om/", "https://x.example/om/"),
        ("https://y.example/", "https://y.example/"),
        ("tel:112", "tel:112"),
        ("side:findes-ikke", None),
        ("vej:findes-ikke", None),
        ("#et-sted", None),
        ("", None),
    ],
)
def test_where_a_link_leads(reference, address):
    assert WholeGuide("https://x.example").pages.address(reference) == address


def test_two_headings_with_the_same_anchor_get_ids_of_their_own(make_page):
    make_page(
        Heading(text_da="Et", anchor="her"),
        Text(body_da='<p><a href="side:dobbelt#her">derhen</a></p>'),
        Heading(text_da="To", anchor="her"),
        Heading(text_da="Tre", anchor="kort-fortalt"),
        Step(text_da="Gør det."),
        kind="phase",
        key="dobbelt",
    )

    page = read(PAGE)

    assert len(page.ids) == len(set(page.ids))
    assert "fase-dobbelt--her" in page.ids


def test_headings_in_texts_follow_the_heading_above_them(make_page):
    make_page(
        Text(body_da="<h4>Først</h4><h3>Så</h3>"),
        Heading(text_da="Et afsnit", anchor="et"),
        Text(body_da="<h4>Dybt</h4><p>Ord</p><h3>Højt</h3><h4>Lavt</h4>"),
        Recipe(title_da="Opskrift", body_da="<h3>Trin</h3><h4>Deltrin</h4>"),
        kind="phase",
    )

    page = read(PAGE)

    assert_no_level_is_skipped(page)
    tags = {text(heading): heading.tag for heading in page.all(*HEADINGS)}
    assert [tags[words] for words in ("Først", "Så", "Et afsnit", "Dybt", "Højt", "Lavt")] == [
        "h4",
        "h4",
        "h4",
        "h5",
        "h5",
        "h6",
    ]
    assert [tags[words] for words in ("Opskrift", "Trin", "Deltrin")] == ["h5", "h6", "h6"]


def test_nothing_is_folded(web):
    assert web.all("details") == []


def test_more_phases_take_no_more_queries(client):
    for number in range(8):
        phase = Page.objects.create(key=f"fase-{number}", kind="phase", slug_da=f"f-{number}", position=90)
        PageEdition.objects.create(document=phase, title_da="F", summary_da="S", live_from=timezone.now())

    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)

    assert len(queries) <= 25


@pytest.mark.parametrize("path", [PAGE, FILE, PDF])
def test_the_answers_may_be_kept_for_a_minute_and_leave_no_trace(client, path):
    response = client.get(path)

    assert "public" in response["Cache-Control"] and "s-maxage=60" in response["Cache-Control"]
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    assert client.post(path).status_code in (403, 405)
    assert client.head(path).status_code == 200


def test_every_page_leads_to_the_whole_guide(client):
    footer = Markup(client.get("/om/").content.decode()).one("footer")

    assert [text(link) for link in footer.iter("a") if link.get("href") == PAGE] == ["Hele vejledningen"]


# The file


def test_the_file_is_named_with_its_date(client):
    today = timezone.localdate()

    assert client.get(FILE)["Content-Disposition"] == (
        f'attachment; filename="digitalchikane-hele-vejledningen-{today:%Y-%m-%d}.html"'
    )


def test_the_file_needs_nothing_from_anywhere(saved):
    assert saved.all("script", "img", "link", "iframe", "object", "form") == []
    style = text(saved.one("style"))
    assert "@import" not in style
    assert re.findall(r"url\((?!\"data:)", style) == []
    assert ".whole" in style
    assert "default-src 'none'" in saved.one("meta", http_equiv="Content-Security-Policy").get("content")
    assert [element.tag for element in saved.all() if element.get("src")] == []


def test_links_out_of_the_file_are_whole_addresses(saved):
    wrong = [link.get("href") for link in saved.all("a") if not re.match(r"#|https?://|tel:|mailto:", link.get("href"))]

    assert wrong == []
    assert "http://testserver/akut/" in [link.get("href") for link in saved.all("a")]


def test_the_file_says_the_same_as_the_page(web, saved):
    def advice(markup):
        return [text(part) for part in markup.all("section", class_="whole__part")]

    assert advice(web) == advice(saved)
    assert "112" in text(saved.one("aside", class_="danger-line"))


# The PDF


def test_the_pdf_has_a_name_a_title_and_a_language(client, paper):
    response = client.get(PDF)

    assert response.content.startswith(b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert f'digitalchikane-hele-vejledningen-{timezone.localdate():%Y-%m-%d}.pdf"' in response["Content-Disposition"]
    assert paper.metadata.title == "Hele vejledningen · Digital chikane på arbejdet"
    root = paper.trailer["/Root"]
    assert root["/Lang"] == "da-DK"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]


def test_the_pdf_is_tagged_for_readers_of_screens(paper):
    root = paper.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()


def test_the_fonts_are_in_the_pdf(paper):
    fonts = {}
    for page in paper.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            for descendant in font.get_object()["/DescendantFonts"]:
                fonts[descendant["/BaseFont"]] = descendant["/FontDescriptor"]

    assert {name.partition("+")[2].partition("-")[0] for name in fonts} == {"SourceSansPro", "SourceSerifPro"}
    for name, descriptor in fonts.items():
        assert re.match(r"/[A-Z]{6}\+", name), "only the letters that are used"
        assert "/FontFile3" in descriptor or "/FontFile2" in descriptor


def test_the_bookmarks_lead_to_parts_phases_and_sections(paper):
    def titles(entries):
        for entry in entries:
            if isinstance(entry, list):
                yield from titles(entry)
            else:
                yield entry.title

    found = list(titles(paper.outline))

    assert found[0] == "De fem faser"
    for edition in [*PageEdition.objects.live().phases(), *CardEdition.objects.live()]:
        assert edition.title in found
    assert "Få det hele med" in found
    assert "Politiet" in found


def test_the_pages_are_numbered(paper, sheets):
    assert paper.page_labels == [str(number) for number in range(1, len(paper.pages) + 1)]
    for number, sheet in enumerate(sheets, start=1):
        if number > 1:
            assert f"Side {number}" in sheet
            assert "112" in sheet


def test_the_contents_and_the_links_name_the_right_pages(paper, sheets):
    starts = {name: paper.get_destination_page_number(place) + 1 for name, place in paper.named_destinations.items()}
    assert len(starts) > 200
    for edition in PageEdition.objects.live().phases():
        number = starts[f"fase-{edition.document.key}"]
        assert edition.title in sheets[number - 1]
        contents = re.sub(r"[ .]+", " ", sheets[1])
        assert f"{edition.title} {number}" in contents
    here = squeezed(" ".join(sheets))
    assert squeezed(f"Se alle frister i fase 4 (se side {starts['fase-hjaelp-til-anmeldelse--frister']})") in here


def test_everything_is_in_the_pdf(paper_words):
    book = FactBook()

    for edition in PageEdition.objects.live().phases():
        assert squeezed(edition.title) in paper_words
        for block in edition.blocks():
            if isinstance(block, Heading):
                assert squeezed(block.text) in paper_words
            if isinstance(block, DoDont):
                for line in block.lines:
                    assert squeezed(book.in_words(line)) in re.sub(r"\[\d+\]", "", paper_words)
    for card in CardEdition.objects.live():
        assert squeezed(card.title) in paper_words
        for point in card.blocks():
            assert squeezed(book.in_words(point.text)) in paper_words
    for route in Route.objects.all():
        assert squeezed(route.name) in paper_words
    for fact in book.all():
        assert squeezed(fact.fact.label) in paper_words
        assert squeezed(fact.wording.statement) in paper_words


def test_the_pdf_knows_every_kind_of_block(make_page, make_fact, make_card, make_route):
    fact, card, route = make_fact(), make_card(), make_route()
    blocks = [
        Heading(text_da="Et afsnit", anchor="et"),
        Text(body_da="<p>Ord</p>"),
        Step(text_da="Gør det.", link="side:dokumenter"),
        DoDont(items_da="Gør det", kind="do"),
        Callout(title_da="Vigtigt", body_da="<p>Pas på.</p>"),
        CardTeaser(card=card.document),
        RouteList(),
        FactList(),
        Recipe(title_da="Sådan", body_da="<p>Tryk.</p>"),
        # Its file is gone: then its words stand there.
        Image(picture=f"{'0' * 32}-600x400.jpg", alt_da="Et foto"),
    ]
    page = make_page(*blocks, kind="phase")
    blocks[6].routes.add(route)
    blocks[7].facts.add(fact)
    page.forget_blocks()

    phase = as_data(WholeGuide())["parts"][0]["members"][-1]

    assert {type(block) for block in blocks} == set(BLOCKS)
    assert [block["kind"] for block in phase["blocks"]] == [
        "steps",
        "heading",
        "p",
        "do",
        "callout",
        "teaser",
        "routes",
        "facts",
        "recipe",
        "p",
    ]


def test_the_same_content_gives_the_same_bytes(tmp_path):
    data = tmp_path / "data.json"
    data.write_text(json.dumps(as_data(WholeGuide("https://x.example")), ensure_ascii=False))
    script = (
        "import json, pathlib, sys; from digitalchikane import typesetting; "
        "data = json.loads(pathlib.Path(sys.argv[1]).read_text()); "
        "sys.stdout.buffer.write(typesetting.make(pathlib.Path(sys.argv[2]), data))"
    )
    made = [
        subprocess.run(
            [sys.executable, "-c", script, data, TEMPLATE],
            capture_output=True,
            check=True,
            cwd=settings.BASE_DIR,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    ]

    assert made[0].startswith(b"%PDF-")
    assert made[0] == made[1]


def test_the_pdf_is_made_once(client, monkeypatch):
    first = client.get(PDF).content
    monkeypatch.setattr(typesetting, "_typeset", None)

    assert client.get(PDF).content == first


def test_when_too_many_ask_for_a_pdf_readers_are_told_to_wait(client, monkeypatch):
    def busy(*args, **kwargs):
        raise typesetting.Busy

    monkeypatch.setattr(typesetting, "kept", busy)

    response = client.get(PDF)

    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "max-age=60" not in response.get("Cache-Control", "")
    assert Markup(response.content.decode()).one("html").get("lang") == "da"


# Whatever an editor writes


def test_hostile_words_harm_neither_page_nor_paper(make_page, make_card, make_route, make_fact, make_source):
    fact = make_fact(text=NASTY[:190], statement=NASTY, label_da=NASTY, source=make_source(title=NASTY, language="??"))
    deep = "<ul><li>" * 40 + NASTY + "</li></ul>" * 40 + "<blockquote>" * 40 + NASTY + "</blockquote>" * 40
    make_page(
        Step(text_da=NASTY, link="side:findes-ikke"),
        Heading(text_da="😀", anchor="tom"),
        Text(body_da="".join(HOSTILE)),
        Text(body_da=f"<h3>😀</h3><h4>{NASTY}</h4><p>{NASTY}</p>{deep}"),
        Text(body_da=f'<p><a href="#her">her</a> <a href="">tom</a> <a href="https://{"x" * 9000}">lang</a></p>'),
        Text(body_da=f"<p>{{{{ {fact.key} }}}} <strong>{{{{ {fact.key} }}}}</strong> {'ubrudt' * 200}</p>"),
        DoDont(items_da="\n".join([NASTY] * 99)),
        Callout(title_da=NASTY, body_da="<p>😀</p>"),
        Recipe(title_da="😀", body_da=f"<h4>{NASTY}</h4>"),
        kind="phase",
        title_da=NASTY[:110],
        summary_da=NASTY,
    )
    make_card(*[("stop", NASTY[:200])] * 60, title_da="😀", participants_da="😀")
    make_route(name_da="😀", summary_da=NASTY, need_da="\n".join([NASTY] * 80), url=f"https://x.example/{'y' * 400}")

    page, saved, guide = read(PAGE), read(FILE), WholeGuide("https://x.example")

    for markup in (page, saved):
        assert len(markup.ids) == len(set(markup.ids))
        assert markup.all("b", "iframe", "object", "form") == []
        assert not any(name.startswith("on") for element in markup.all() for name in element.attrib)
        assert all("javascript" not in (link.get("href") or "") for link in markup.all("a"))
    words = words_of([page.extract_text() for page in set_in_type(guide).pages])
    assert squeezed("#set page(width: 1mm) $x$ *a* @label <b>") in words
    assert "root:" not in words


def test_a_link_to_what_has_been_withdrawn_is_only_words(make_page, withdraw):
    make_page(Text(body_da='<p><a href="side:stop-chikanen">derhen</a></p>'), kind="phase", title_da="Min fase")
    withdraw(PageEdition.objects.live().get(document__key="stop-chikanen"))

    page = read(PAGE)

    assert "#fase-stop-chikanen" not in {link.get("href") for link in page.all("a")}
    assert set_in_type(WholeGuide())


# English


@pytest.fixture
def only_danish(db):
    """The shipped content before anybody translated it."""
    PageEdition.objects.update(title_en="")
    CardEdition.objects.update(title_en="")
    Route.objects.update(name_en="")


def test_the_guide_in_english_is_english_throughout():
    page = read("/en/whole-guide/")

    assert page.one("main").get("lang") is None
    assert [text(article.find("header")) for article in page.all("article") if article.get("lang")] == []
    assert read("/en/whole-guide/file/").one("html").get("lang") == "en"


def test_untranslated_content_is_danish_below_en_and_says_so(only_danish):
    page = read("/en/whole-guide/")

    assert text(page.one("title")) == "Hele vejledningen · Digital chikane på arbejdet"
    assert page.one("main").get("lang") == "da"
    assert text(page.one("h1")) == "Hele vejledningen"
    assert "This page has not been translated yet, so it is shown in Danish." in [text(p) for p in page.all("p")]
    assert read("/en/whole-guide/file/").one("html").get("lang") == "da"


def test_what_is_translated_is_english_and_the_rest_is_marked(only_danish, make_page, make_card):
    make_page(
        Text(body_da="<p>Gem beviserne.</p>", body_en="<p>Keep the evidence.</p>"),
        Text(body_da="<p>Kun på dansk.</p>"),
        kind="phase",
        title_da="En fase",
        title_en="A phase in English",
        summary_da="Gør dette.",
        summary_en="Do this.",
    )
    card = make_card(title_da="Et kort", title_en="A card in English", participants_en="Leader")
    CardPoint.objects.filter(parent=card).update(text_en="Listen first.")

    page = read("/en/whole-guide/")
    response = Client().get("/en/whole-guide/pdf/")
    with translation.override("en"):
        data = as_data(WholeGuide())

    assert page.one("main").get("lang") is None
    assert text(page.one("h1")) == "The whole guide"
    articles = {article.get("aria-labelledby"): article for article in page.all("article")}
    assert articles["fase-dokumenter"].get("lang") == "da"
    (english,) = [article for article in page.all("article", class_="whole-phase") if article.get("lang") is None]
    assert "Keep the evidence." in text(english)
    assert [text(e) for e in english.iter() if e.get("lang") == "da"] == ["Kun på dansk."]
    assert "the-whole-guide" in response["Content-Disposition"]
    paper = pypdf.PdfReader(io.BytesIO(response.content))
    assert paper.trailer["/Root"]["/Lang"] == "en-GB"
    assert [phase["lang"] for phase in data["parts"][0]["members"]] == ["da"] * 5 + ["en"]
    assert "Listen first." in json.dumps(data["parts"][1]["members"][-1])


def test_the_page_knows_its_other_language_once_something_is_translated(only_danish, make_page):
    assert 'hreflang="en"' not in Client().get(PAGE).content.decode()

    make_page(kind="phase", title_da="En fase", title_en="A phase", summary_en="Do this.")

    assert read(PAGE).one("link", hreflang="en").get("href") == "http://testserver/en/whole-guide/"
    assert read("/en/whole-guide/").one("link", hreflang="da").get("href") == f"http://testserver{PAGE}"


def test_the_template_shows_content_and_never_reads_it_as_its_own():
    source = Path(TEMPLATE).read_text(encoding="utf-8")

    assert not re.search(r"\beval\(|@preview|\bread\(|mode:\s*\"markup\"", source)
