"""How style sheets reach a reader."""

import re

from django.conf import settings

from digitalchikane.staticfiles import squeezed, with_imports


def read(name):
    return (settings.BASE_DIR / "static" / name).read_text(encoding="utf-8")


def test_squeezing_a_sheet_leaves_what_it_says():
    sheet = '/* Why\n so. */\n.a,\n.b > .c {\n  content: "✓  {" / "";\n\n  margin: 0\n    auto; /* sic */\n}\n'

    assert squeezed(sheet) == '.a,.b > .c {content: "✓  {" / "";margin: 0 auto;}'


def test_every_rule_of_the_site_survives_squeezing():
    whole = with_imports("css/site.css", read)
    small = squeezed(whole)

    def words(text):
        return re.findall(r"[^\s{};,]+|[{};,]", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL))

    assert words(small) == words(whole)
    assert "@import" not in small
    assert "/*" not in small
    assert len(small) < 0.85 * len(whole)
