"""Two editions compared: what changed is marked and nothing else, in words that an editor reads."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitalchikane.publishing import comparison
from digitalchikane.publishing.describing import Line, Word, rich_lines
from guides.models import Callout, CardTeaser, DoDont, FactList, Heading, RouteList, Step, Text

from .test_publishing import one_of_each_block

pytestmark = pytest.mark.django_db


def changes(old, new) -> list[tuple[str, str]]:
    """Kind and name of every part that changed."""
    found = comparison.between(old, new)
    return [(change.kind, change.name) for change in found.changes if change.kind != "same"]


def marked(old, new) -> list[str]:
    """Every changed line, with −gone− and +new+ words."""
    signs = {"same": "", "out": "−", "in": "+"}
    return [
        "".join(f"{signs[run.fate]}{run.text.strip()}{signs[run.fate]} " for run in row.runs).strip()
        for change in comparison.between(old, new).changes
        for field in change.fields
        for row in field.rows
        if row.is_changed
    ]


def as_draft(edition):
    return edition.copy_to_draft()


def test_a_copy_is_the_same_in_every_block(make_page, make_fact, make_route):
    page = make_page(*one_of_each_block(), title_en="English")
    for block in page.blocks():
        if isinstance(block, RouteList):
            block.routes.set([make_route()])
        if isinstance(block, FactList):
            block.facts.set([make_fact()])
    page.forget_blocks()
    draft = as_draft(page)
    draft.change_note_da = "En note hører til sin udgave."

    assert comparison.between(page, draft).is_empty


def test_only_changed_words_are_marked(make_page):
    old = make_page(Text(body_da="<p>Ring til politiet på 114 i dag.</p><p>Gem alt.</p>"), title_da="Et råd")
    new = make_page(Text(body_da="<p>Ring straks til politiet på 114.</p><p>Gem alt.</p>"), title_da="Et råd")

    assert marked(old, new) == ["Ring +straks+ til politiet på −114 i dag.− +114.+"]


@pytest.mark.parametrize(
    ("old", "new", "kind", "name"),
    [
        ([], [Heading(text_da="Et", anchor="et")], "added", "Overskrift"),
        ([Heading(text_da="Et", anchor="et")], [], "removed", "Overskrift"),
        ([Step(text_da="Gem", role="hr")], [Step(text_da="Gem", role="leader")], "changed", "Trin i Kort fortalt"),
        ([DoDont(kind="do", items_da="Gem\nTal")], [DoDont(kind="do", items_da="Gem")], "changed", "Gør eller undgå"),
        ([Callout(tone="note", title_da="Obs")], [Callout(tone="danger", title_da="Obs")], "changed", None),
        ([Text(body_da="<p>Nej</p>")], [Text(body_da="<p>Nej</p>", body_en="<p>No</p>")], "changed", "Tekst"),
        ([Text(body_da="<p>Gem</p>")], [Text(body_da="<p><strong>Gem</strong></p>")], "changed", "Tekst"),
        (
            [Text(body_da='<p><a href="side:om">om</a></p>')],
            [Text(body_da='<p><a href="side:viden">om</a></p>')],
            "changed",
            "Tekst",
        ),
        ([Text(body_da="<p>Gem</p>")], [Text(body_da="<h3>Gem</h3>")], "changed", "Tekst"),
    ],
)
def test_every_kind_of_change_is_seen(make_page, old, new, kind, name):
    ((found, called),) = changes(make_page(*old), make_page(*new))

    assert found == kind
    assert name in (None, called)


def test_values_are_told_in_words(make_page, make_card):
    first, second = make_card(title_da="Et kort", key="et"), make_card(title_da="Et kort mere", key="et-mere")
    old = make_page(CardTeaser(card=first.document), Step(text_da="Gem", role="hr"))
    new = make_page(CardTeaser(card=second.document), Step(text_da="Gem", role="leader"))

    assert marked(old, new) == ["Et kort −(et)− +mere (et-mere)+", "−HR−", "+leder+"]


def test_a_block_that_moved_is_told_once(make_page):
    blocks = [("Et", "et"), ("To", "to"), ("Tre", "tre")]
    old = make_page(*(Heading(text_da=text, anchor=anchor) for text, anchor in blocks))
    new = make_page(*(Heading(text_da=text, anchor=anchor) for text, anchor in [blocks[2], *blocks[:2]]))

    found = comparison.between(old, new)

    assert found.counts() == [("moved", 1)]
    assert [change.beginning for change in found.changes if change.kind == "moved"] == ["Tre tre"]


def test_a_changed_block_among_others_is_matched_with_what_it_was(make_page):
    old = make_page(*(Text(body_da=f"<p>Afsnit {n} handler om noget ganske andet {n}.</p>") for n in "abcd"))
    new = make_page(
        Text(body_da="<p>Helt nyt øverst her.</p>"),
        *(
            Text(body_da=f"<p>Afsnit {n} handler om noget ganske {'nyt' if n == 'c' else 'andet'} {n}.</p>")
            for n in "abcd"
        ),
    )

    assert changes(old, new) == [("added", "Tekst"), ("changed", "Tekst")]
    assert marked(old, new)[-1] == "Afsnit c handler om noget ganske −andet− +nyt+ c."


def test_cards_are_compared_point_by_point(make_card):
    old = make_card(("remember", "Lyt først."), ("say", "Hvad skete der?"), minutes=20)
    new = make_card(("remember", "Lyt længe."), ("say", "Hvad skete der?"), minutes=30)

    assert marked(old, new) == ["−20−", "+30+", "Lyt −først.− +længe.+"]


def test_rich_text_becomes_the_lines_a_reader_sees():
    html = (
        "<h3>Råd</h3><p>Gem <strong>alt</strong> nu.<br>Og <a href='side:om'>ring</a>.</p>"
        "<ul><li><p>Et</p></li><li>To</li></ul><blockquote><p>Ord</p></blockquote>"
    )

    lines = rich_lines(html)

    assert [(line.kind, str(line).strip()) for line in lines] == [
        ("h3", "Råd"),
        ("p", "Gem alt nu."),
        ("p", "Og ring."),
        ("li", "Et"),
        ("li", "To"),
        ("blockquote", "Ord"),
    ]
    assert [word for line in lines for word in line.words if word.is_strong] == [Word("alt", is_strong=True)]
    assert [word.href for line in lines for word in line.words if word.href] == ["side:om"]


WORDS = st.lists(st.sampled_from(["ring", "til", "politiet", "nu", "ikke"]), max_size=6)


@given(st.lists(WORDS, max_size=6), st.lists(WORDS, max_size=6))
def test_nothing_is_lost_and_nothing_is_made_up(old, new):
    """Without what is new the old text stands there, without what is gone the new one."""
    lines = [[Line(tuple(Word(word) for word in words)) for words in text if words] for text in (old, new)]

    rows = comparison.rows(*lines)

    for fate, text in (("in", lines[0]), ("out", lines[1])):
        told = [run.text for row in rows for run in row.runs if run.fate != fate]
        assert "".join(told) == "".join(str(line) for line in text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<p>" + "ord " * 20_000 + "</p>", "<p>" + "ord " * 19_999 + "andet</p>"),
        ("<p>ord</p>" * 3_000, "<p>andet</p>" * 3_000),
        ("<p>a b c</p>" * 200, "<p>b a c</p>" * 200),
    ],
)
def test_huge_texts_are_compared_in_bounded_time(make_page, old, new):
    pages = make_page(Text(body_da=old)), make_page(Text(body_da=new))
    began = time.process_time()

    assert changes(*pages) == [("changed", "Tekst")]

    assert time.process_time() - began < 5
