"""The guide for editors: what it names is there, and the screens lead to what it says of them."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation.trans_real import DjangoTranslation, catalog

from guides.models import Fact, PageEdition, Route

from .markup import Markup, text

pytestmark = pytest.mark.django_db

PICTURES = settings.BASE_DIR / "static" / "img" / "guide"


@pytest.fixture
def guide(admin_client) -> Markup:
    return Markup(admin_client.get(reverse("admin:guide")).content.decode())


def labels() -> set[str]:
    """Everything that the desk says in Danish: what its code, templates and scripts use, and Django's own words."""
    scripts = DjangoTranslation("da", domain="djangojs", localedirs=settings.LOCALE_PATHS)
    with translation.override("da"):
        catalogs = [*catalog()._catalog._catalogs, *scripts._catalog._catalogs]
    said = [words for messages in catalogs for words in messages.values() if isinstance(words, str)]
    return {capfirst(words.rstrip(":")) for words in said}


def patterns(known: set[str]) -> list[re.Pattern]:
    """Labels in which a number, a day or a name is filled in; the guide may leave out one at the end."""
    filled = [label for label in known if "%(" in label and len(re.sub(r"%\(\w+\)s", "", label).strip()) > 4]
    words = [re.split(r"%\(\w+\)s", label) for label in filled]
    return [re.compile(".+".join(map(re.escape, parts)) + (".*" if not parts[-1] else "")) for parts in words]


def test_the_guide_is_well_formed_and_for_editors_alone(client, guide):
    assert guide.parse_errors == []
    assert len(guide.ids) == len(set(guide.ids))
    assert client.get(reverse("admin:guide")).status_code == 302


def test_every_place_of_the_guide_is_in_its_contents(guide):
    anchors = [heading.get("id") for heading in guide.all("h2") if heading.get("id") != "indhold"]
    (contents,) = guide.all("nav", class_="guide__contents")
    assert [link.get("href") for link in contents.iter("a")] == [f"#{anchor}" for anchor in anchors]
    assert len(guide.all("section", class_="guide__task")) == 10


def test_what_the_guide_says_to_press_stands_on_the_screens(guide):
    known = labels()
    filled = patterns(known)
    named = {text(word) for word in guide.one("main").iter("b")}
    strange = {word for word in named if capfirst(word) not in known}
    assert {
        word for word in strange if not any(label.fullmatch(f"{word} 1") or label.fullmatch(word) for label in filled)
    } == set()
    assert len(named) > 50


def test_every_picture_is_there_light_and_described(guide):
    shown = [picture for picture in guide.all("img") if "guide__picture" in picture.get("class", "")]
    names = [Path(picture.get("src")).name for picture in shown]
    assert sorted(names) == sorted(path.name for path in PICTURES.iterdir())
    for picture in shown:
        assert (PICTURES / Path(picture.get("src")).name).stat().st_size <= 60_000
        assert len(picture.get("alt")) > 20
        # At most as wide as a column, so that the words in it can be read on a phone.
        assert 0 < int(picture.get("width")) <= 560
        assert int(picture.get("height")) > 0


def test_screens_lead_to_what_the_guide_says_of_them(admin_client, guide):
    live, fact, route = PageEdition.objects.live().first(), Fact.objects.first(), Route.objects.first()
    draft = live.document.draft()
    screens = {
        reverse("admin:index"): "forsiden",
        reverse("admin:guides_pageedition_change", args=[live.pk]): "ret",
        reverse("admin:guides_pageedition_change", args=[draft.pk]): "ret",
        reverse("admin:guides_pageedition_publish", args=[draft.pk]): "planlaeg",
        reverse("admin:guides_pageedition_review", args=[draft.pk]): "gennemsyn",
        reverse("admin:guides_fact_change", args=[fact.pk]): "frist",
        reverse("admin:guides_route_change", args=[route.pk]): "traek-tilbage",
        reverse("admin:translations"): "engelsk",
    }
    for path, anchor in screens.items():
        screen = Markup(admin_client.get(path).content.decode())
        assert [link.get("href") for link in screen.all("a", class_="help-link")] == [
            f"{reverse('admin:guide')}#{anchor}"
        ], path
        assert anchor in guide.ids
        assert reverse("admin:guide") in [link.get("href") for link in screen.all("a")]


def test_the_guide_says_which_texts_a_browser_keeps(guide, admin_client, make_page, make_card, make_fact):
    def is_kept(thing) -> bool:
        address = reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])
        page = Markup(admin_client.get(address).content.decode())
        return any(each.get("data-kept") for each in page.all("div"))

    drafts = [make(live_from=None) for make in (make_page, make_card)]
    assert [is_kept(thing) for thing in [*drafts, make_fact()]] == [True, True, False]
    assert "Det gælder sider, kort og breve, ikke fakta og andet." in guide.main_text
