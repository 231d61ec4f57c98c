"""Rich text: a closed vocabulary on every way in, the same tree on every way out."""

import re
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from digitalchikane import references, richtext
from digitalchikane.context import site
from guides.models import Callout, Recipe, Text

from .markup import Markup

ALLOWED = {"p", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote", "br"}
HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '<p onclick="alert(1)">Hej</p>',
    '<a href="javascript:alert(1)">Hej</a>',
    '<a href="JaVaScRiPt&#58;alert(1)">Hej</a>',
    '<a href="java&#9;script:alert(1)">Hej</a>',
    '<a href="data:text/html,<script>alert(1)</script>">Hej</a>',
    '<a href="vbscript:x">Hej</a>',
    '<a href="https://x.example" style="position:fixed" target="_blank">Hej</a>',
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<iframe src="https://x.example"></iframe>',
    "<style>body{display:none}</style>",
    "<form action=https://x.example><input name=q></form>",
    "<p><!-- --!><script>alert(1)</script> --></p>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<h1>For stor</h1><h2>Også</h2>",
    '<p class="callout" id="indhold">Hej</p>',
]


class Tags(HTMLParser):
    """Which tags and attributes a piece of markup has, and whether each tag that opens is closed in turn."""

    def __init__(self, html):
        super().__init__()
        self.open, self.found, self.balanced = [], [], True
        self.feed(html)
        self.close()
        self.balanced = self.balanced and not self.open

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.balanced = False

    def handle_comment(self, data):
        self.balanced = False


def check_harmless(html: str):
    tags = Tags(html)
    assert tags.balanced, html
    for tag, attributes in tags.found:
        assert tag in ALLOWED, html
        assert set(attributes) <= ({"href"} if tag == "a" else set()), html
        # As browsers read it: spaces and control characters do not count.
        href = re.sub(r"[\x00-\x20]", "", attributes.get("href") or "")
        scheme = re.match(r"([a-z][a-z0-9+.-]*):", href, re.IGNORECASE)
        assert not scheme or scheme[1].lower() in richtext.LINK_SCHEMES, html


def as_page(html: str) -> str:
    """Rich text as a page shows it, with characters as they are and links as they stand."""
    return richtext.to_html(html, text=richtext.escape, link=lambda href: href)


def rendered(html: str) -> str:
    """Rich text as a template shows it, facts and links within the site included."""
    return Template("{% load content %}{% rich html %}").render(
        Context(site(RequestFactory().get("/")) | {"html": html})
    )


# Cleaned on every way in


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Text, Callout, Recipe])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_saving_cleans(make_page, model, hostile):
    block = model(body_da=hostile, body_en=hostile)

    make_page(block)

    stored = model.objects.get(pk=block.pk)
    for language in ("da", "en"):
        check_harmless(getattr(stored, f"body_{language}"))
        assert getattr(block, f"body_{language}") == getattr(stored, f"body_{language}")


@pytest.mark.django_db
def test_saving_many_at_once_cleans_as_well(make_page):
    page = make_page()

    Text.objects.bulk_create(Text(parent=page, region="main", body_da=hostile) for hostile in HOSTILE)

    stored = Text.objects.filter(parent=page)
    assert len(stored) == len(HOSTILE)
    for block in stored:
        check_harmless(block.body_da)


@pytest.mark.django_db
def test_what_slipped_into_the_database_is_still_harmless_on_the_page(client, make_page):
    page = make_page(Text(body_da="<p>Hej</p>"))
    Text.objects.filter(parent=page).update(body_da="".join(HOSTILE))

    html = client.get(page.get_absolute_url()).content.decode()

    assert "alert(1)" not in "".join(script.text or "" for script in Markup(html).all("script"))
    (block,) = Markup(html).all("div", class_="text")
    assert {element.tag for element in block.iter()} <= ALLOWED | {"div"}
    assert "onerror" not in html
    assert "javascript:" not in html.lower()


def test_what_editors_may_write_is_kept():
    html = (
        "<h3>Gem</h3><p>Det <strong>skal</strong> <em>ske</em> nu.<br>Straks.</p><ul><li><p>Et</p></li></ul>"
        "<ol><li><p>To</p></li></ol><blockquote><p>”Hej”</p></blockquote><h4>Link</h4>"
        '<p><a href="https://x.example/">X</a> '
        '<a href="side:om#her">om</a> <a href="kort:et">et</a> <a href="vej:to">to</a> <a href="tel:112">112</a> '
        '<a href="mailto:a@b.example">a</a></p>'
    )

    assert richtext.clean(html) == html


def test_cleaning_twice_changes_nothing_more():
    once = richtext.clean("".join(HOSTILE))

    assert richtext.clean(once) == once


# Shown harmlessly, whatever came in

OPENING = ["<p>", "<ul>", "<li>", "<strong>", "<br>", "</br>", "<a href='", '<a href="//']
CLOSING = ["</p>", "</ul>", "</li>", "</em>", "</a>", "'>", '">', "-->", "</script>"]
CHARACTERS = [
    "{{ ",
    " }}",
    "{{ <b>x</b> }}",
    "&lt;script&gt;",
    "&#x3c;",
    "&amp;lt;",
    "<",
    ">",
    '"',
    "\0",
    "<!--",
    "javascript:",
]
PIECES = st.one_of(
    st.sampled_from(HOSTILE),
    st.sampled_from(OPENING),
    st.sampled_from(CLOSING),
    st.sampled_from(CHARACTERS),
    st.builds("<{} {}={!r}>".format, st.text(max_size=4), st.sampled_from(["href", "onload"]), st.text(max_size=9)),
    st.text(max_size=12),
)
SOUP = st.lists(PIECES, max_size=12).map("".join)


@settings(max_examples=400)
@given(SOUP)
def test_nothing_harmful_reaches_a_page(soup):
    check_harmless(as_page(soup))


@settings(max_examples=200)
@given(SOUP)
def test_what_reaches_a_page_is_what_was_cleaned(soup):
    """Reading the same text from what was stored and from what is shown gives the same paragraphs."""
    assert richtext.paragraphs(as_page(soup)) == richtext.paragraphs(soup)


@settings(max_examples=200)
@given(st.text(max_size=40))
def test_plain_characters_come_through_unchanged(characters):
    visible = "".join(c for c in characters if c.isprintable())

    shown = Markup(f"<div>{as_page('<p>' + richtext.escape(visible) + '</p>')}</div>").one("div")

    assert "".join(shown.itertext()) == visible


@pytest.mark.django_db
@given(soup=SOUP)
def test_nothing_harmful_comes_out_of_a_template(soup):
    tags = Tags(rendered(soup))

    assert tags.balanced
    assert {tag for tag, _attributes in tags.found} <= ALLOWED | {"span"}


# Links within the site


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("side:om", "/om/"),
        ("side:stop-chikanen#tydeligt-signal", "/faser/stop-chikanen/#tydeligt-signal"),
        ("side:privatliv", "/om/privatliv/"),
        ("side:home", "/"),
        ("side:samtalekort", "/samtalekort/"),
        ("side:ordliste#doxing", "/viden/ordliste/#doxing"),
        ("kort:foerste-samtale", "/samtalekort/foerste-samtale/"),
        ("vej:politi", "/anmeld/politiet/"),
        ("https://x.example/?a=1&b=2", "https://x.example/?a=1&amp;b=2"),
        ("tel:112", "tel:112"),
    ],
)
def test_a_link_leads_to_what_it_names(reference, address):
    assert rendered(f'<p><a href="{reference}">Ord</a></p>') == f'<p><a href="{address}">Ord</a></p>'


@pytest.mark.django_db
@pytest.mark.parametrize(
    "reference", ["side:findes-ikke", "kort:findes-ikke", "vej:findes-ikke", "side:", "side:om/../x"]
)
def test_the_words_of_a_link_stay_when_its_target_is_gone(reference):
    assert rendered(f'<p>Se <a href="{reference}">de <em>gode</em> råd</a>.</p>') == "<p>Se de <em>gode</em> råd.</p>"


@pytest.mark.django_db
def test_a_link_to_a_draft_or_a_deleted_route_is_only_words(make_page, make_route):
    draft, route = make_page(live_from=None), make_route()
    html = f'<p><a href="side:{draft.document.key}">siden</a> <a href="vej:{route.key}">vejen</a></p>'
    assert rendered(html) == f'<p>siden <a href="{route.get_absolute_url()}">vejen</a></p>'

    route.delete()

    assert rendered(html) == "<p>siden vejen</p>"


@pytest.mark.django_db
def test_a_link_follows_a_page_that_moves(make_page):
    page = make_page(key="flytter", slug_da="foer")
    page.document.slug_da = "efter"
    page.document.save()

    assert rendered('<p><a href="side:flytter">den</a></p>') == '<p><a href="/efter/">den</a></p>'


def test_a_reference_is_read_in_its_parts():
    assert references.split("side:dokumenter#skaermbilleder") == ("side", "dokumenter", "skaermbilleder")
    assert references.split("kort:et") == ("kort", "et", "")
    assert references.split("https://x.example/#her") is None
    assert references.split("/om/") is None


def test_every_link_is_found_for_checking():
    html = '<p><a href="side:om">a</a></p><ul><li><p><strong><a href="https://x.example/">b</a></strong></p></li></ul>'

    assert list(richtext.links(html)) == ["side:om", "https://x.example/"]


# The same text, plain


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", []),
        ("<p></p><p> </p>", []),
        ("<p>Et.</p><p>To.</p>", ["Et.", "To."]),
        ("<p>Det <strong>skal</strong> ske <em>nu</em>.</p>", ["Det skal ske nu."]),
        ("<p>Før<br>efter</p>", ["Før efter"]),
        ("<ul><li><p>Et</p></li><li><p>To</p></li></ul>", ["Et", "To"]),
        ("<ul><li>Et<ul><li>To</li></ul></li></ul>", ["Et", "To"]),
        ("<h3>Gem</h3><p>Nu</p>", ["Gem", "Nu"]),
        ("<blockquote><p>”Hej”</p><p>”Nej”</p></blockquote>", ["”Hej”", "”Nej”"]),
        ("<p>A &amp; B &lt;3</p>", ["A & B <3"]),
        ("<p>  mange \n\n mellemrum  </p>", ["mange mellemrum"]),
        ('<p>Se <a href="side:om">om os</a>.</p>', ["Se om os."]),
        ("Uden afsnit", ["Uden afsnit"]),
        ("<p>Synlig</p><script>skjult()</script>", ["Synlig"]),
    ],
)
def test_plain_paragraphs(html, expected):
    assert richtext.paragraphs(html) == expected
    assert richtext.to_text(html) == "\n".join(expected)


def test_a_list_item_of_one_paragraph_is_shown_without_it():
    assert as_page("<ul><li><p>Et <em>to</em></p></li></ul>") == "<ul><li>Et <em>to</em></li></ul>"
    assert as_page("<ul><li><p>Et</p><p>To</p></li></ul>") == "<ul><li><p>Et</p><p>To</p></li></ul>"


def test_headings_follow_the_one_above_wherever_a_text_stands():
    html = "<h3>Skærmbilleder</h3><p>Tag dem nu.</p><h4>På en telefon</h4>"
    below_an_h4 = richtext.to_html(html, text=str, link=str, below=4)
    on_a_page = richtext.to_html(html, text=str, link=str)
    assert below_an_h4 == "<h5>Skærmbilleder</h5><p>Tag dem nu.</p><h6>På en telefon</h6>"
    assert on_a_page == html


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("", set()),
        ("Ingen nøgle { her }", set()),
        ("{{ en }} og {{to}} og {{ en }}", {"en", "to"}),
        ("<p>{{ en }}</p><p>{{ to }}</p>", {"en", "to"}),
        ("{{ En Anden }}", {"En Anden"}),
        (None, set()),
    ],
)
def test_the_facts_a_text_names(words, keys):
    assert richtext.fact_keys(words) == keys


# LIX: words per sentence plus per cent of words of more than six letters


@pytest.mark.parametrize(
    ("words", "count", "sentences", "long_words", "lix"),
    [
        ("", 0, 0, 0, 0),
        ("112 · 114", 0, 0, 0, 0),
        ("Gem alt nu.", 3, 1, 0, 3),
        ("Gem alt nu. Ring så.", 5, 2, 0, 2),
        # Six letters are short, seven are long.
        ("Samtal roligt.", 2, 1, 0, 2),
        ("Samtale roligt.", 2, 1, 1, 52),
        ("Medarbejderen dokumenterer chikanen.", 3, 1, 3, 103),
        # Lines, colons and quotation marks end a sentence; a full stop inside a word does not.
        ("Husk\nLyt\nSkriv", 3, 3, 0, 1),
        ("Sig: Hej.", 2, 2, 0, 1),
        ("”Gem det.” Sagde hun.", 4, 2, 0, 2),
        ("Se x.dk nu.", 4, 1, 0, 4),
        # Numbers are no words; a hyphen joins, and æøå are letters.
        ("Ring 112 nu", 2, 1, 0, 2),
        ("e-mail", 1, 1, 0, 1),
        ("hjælpeløs", 1, 1, 1, 101),
    ],
)
def test_lix(words, count, sentences, long_words, lix):
    found = richtext.readability(words)

    assert (found.words, found.sentences, found.long_words, found.lix) == (count, sentences, long_words, lix)


def test_the_longest_sentence_is_pointed_at():
    assert (
        richtext.readability("Kort. Den her er den længste. Kort igen.").longest_sentence == "Den her er den længste."
    )
