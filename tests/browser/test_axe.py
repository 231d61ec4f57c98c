"""What looks alike is looked at once, and everything else each time."""

from .axe import Eye, with_axe
from .test_reading import DESK, SMALLEST

PALE = """<!DOCTYPE html><html lang="da"><title>Prøve</title><style>
  p { color: #ccc; background: #fff }
  .late { display: none }
  @media (prefers-color-scheme: dark) { p { background: #000 } }
  @media (min-width: 800px) { .late { display: block } }
</style><main><h1>Prøve</h1><p></p><p>et</p><p>to</p><p class="late">tre</p><div><p>fire</p></div></main>"""


def words(found) -> list[str]:
    return sorted(html.rpartition("</p>")[0].rpartition(">")[2] for _rule, _where, html, _why in found)


@with_axe
def test_an_eye_sees_each_thing_once_in_each_colour_and_size(page):
    eye = Eye()
    page.goto("/")
    page.set_content(PALE)

    assert words(eye.looks(page, "light", SMALLEST)) == ["et", "fire"]
    assert words(eye.looks(page, "light", SMALLEST)) == []
    assert words(eye.looks(page, "dark", DESK)) == []
    assert words(eye.looks(page, "light", DESK)) == ["et", "fire", "tre"]
    page.set_content(PALE.replace("<p>to", "<p title='Ny'>to"))
    assert words(eye.looks(page, "light", SMALLEST)) == ["to"]


@with_axe
def test_an_eye_sees_every_fault_of_the_markup(page):
    page.goto("/")
    page.set_content(PALE.replace("<h1>", "<img src='/'><img src='/'><h1>"))

    assert [rule for rule, *_rest in Eye().markup(page)] == ["image-alt"] * 2
