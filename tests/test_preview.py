"""Preview at the desk: what is typed and what is saved, on screens, on paper and as files, without a trace."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from conversations import pdf
from conversations.models import CardPoint
from digitalchikane.publishing import frames
from digitalchikane.publishing.copies import KEPT_FOR_EACH, LIFETIME, PreviewCopy
from digitalchikane.publishing.looks import looks_of
from digitalchikane.publishing.models import edition_models
from guides.models import Heading, Page, PageEdition, Step, Text

from .markup import Markup, classes, text
from .paper import Paper
from .test_desk import (
    Desk,
    added,
    address_of,
    english_in,
    errors,
    form_of,
    new_page,
    notices,
    read,
    stored,
)

pytestmark = pytest.mark.django_db

PAPERS = {"fire": "Fire pr. ark", "fold": "Foldekort", "samtale": "Samtaleark"}


@pytest.fixture
def desk(admin_client):
    return Desk(admin_client)


@pytest.fixture
def another_editor(db):
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("en-anden", password="x"))
    return Desk(client)


def preview(desk, draft, changes=None, form=None):
    """Press “Forhåndsvis” and return the screen that opens."""
    response = desk.send(address_of(draft), changes, button="_preview", follow=False, form=form)
    assert response.status_code == 302, errors(response)
    return desk.client.get(response["Location"])


def frame_of(screen) -> str:
    """The address of what stands in the frame of a screen."""
    return Markup(screen.content.decode()).one("iframe").get("src")


def framed(desk, screen) -> Markup:
    response = desk.client.get(frame_of(screen))
    assert response.status_code == 200
    return Markup(response.content.decode())


def choices(screen) -> dict[str, str]:
    """What can be chosen on a screen, and where it leads."""
    nav = Markup(screen.content.decode()).one("nav", class_="preview__choices")
    return {text(link): link.get("href") for link in nav.iter("a") if "preview__choice" in classes(link)}


def chosen(screen) -> list[str]:
    return [text(link) for link in Markup(screen.content.decode()).all("a", aria_current="true")]


def choose(desk, screen, *labels):
    """Follow choices on a screen one after the other."""
    for label in labels:
        path = screen.request["PATH_INFO"]
        screen = desk.client.get(path + choices(screen)[label])
        assert screen.status_code == 200
    return screen


def saved_screen(desk, edition):
    return desk.client.get(address_of(edition, "preview_screen"))


# What is typed


def test_a_preview_of_what_is_typed_stores_nothing_in_the_draft(desk, make_page):
    live = make_page(Text(body_da="<p>Gammel tekst.</p>"), title_da="Gammel overskrift")
    draft = desk.draft_of(live)
    form = desk.form(address_of(draft))
    before = stored()

    screen = preview(
        desk,
        draft,
        {"title_da": "Ny overskrift", "guides_text_set-0-body_da": "<p>Ny tekst.</p>"}
        | added(form, "step", text_da="Et nyt trin.", text_en="", role="leader", link=""),
        form=form,
    )

    assertContains(screen, "Forhåndsvisning: Ny overskrift")
    assertContains(screen, "Det er ikke gemt i kladden.")
    page = framed(desk, screen)
    assert text(page.one("h1")) == "Ny overskrift"
    assert "Ny tekst." in page.main_text
    assert "Et nyt trin." in page.main_text
    assert stored() == before
    assert notices(desk.client.get(address_of(draft))) == []
    assert "Gammel tekst." in read(live.get_absolute_url())
    assert text(framed(desk, saved_screen(desk, draft)).one("h1")) == "Gammel overskrift"


def test_a_preview_of_what_is_saved_says_that_it_is(desk, make_page):
    blocks = Text(body_da="<p>Gem <strong>alt</strong>.</p>"), Step(text_da="Ring.", role="hr")
    draft = make_page(*blocks, live_from=None)

    def what(changes=None) -> str:
        return text(Markup(preview(desk, draft, changes).content.decode()).one("p", class_="preview__what"))

    assert re.fullmatch(r"Kladde Gemt\. Sådan så kladden ud kl\. \d+\.\d+\. Luk fanen .*", what())
    assert "Det er ikke gemt i kladden." in what({"guides_text_set-0-body_da": "<p>Gem alt.</p>"})
    assert "Det er ikke gemt i kladden." in what({"change_note_da": "Noget er nyt."})
    assert "Det er ikke gemt i kladden." in what({"guides_step_set-0-ordering": "1", "guides_text_set-0-ordering": "2"})
    desk.send(address_of(draft), {"guides_text_set-0-body_da": "<p>Gem alt.</p>"})
    assert what().startswith("Kladde Gemt.")


def test_a_preview_can_be_loaded_again_and_stays_as_it_was(desk, make_page):
    draft = make_page(title_da="Som gemt", live_from=None)
    screen = preview(desk, draft, {"title_da": "Som skrevet"})
    desk.send(address_of(draft), {"title_da": "Gemt siden"})

    for _time in range(2):
        screen = desk.client.get(screen.request["PATH_INFO"])
        assert text(framed(desk, screen).one("h1")) == "Som skrevet"


def test_a_card_that_is_typed_is_seen_on_every_screen_and_sheet_and_in_every_file(desk, make_card):
    draft = make_card(("remember", "Lyt først."), ("say", "Vil du fortælle?"), live_from=None)
    before = stored()
    screen = preview(desk, draft, {"conversations_cardpoint_set-0-text_da": "Spørg først."})

    for label in ("Telefon", "Computer", "Stor skrift", "Siden på tryk", *PAPERS.values()):
        shown = choose(desk, screen, label)
        assert label in chosen(shown)
        assert "Spørg først." in text(framed(desk, shown).one("main"))
    # The front alone lies four to a sheet.
    assert "Vil du fortælle?" not in text(framed(desk, choose(desk, screen, "Fire pr. ark")).one("main"))
    nav = Markup(screen.content.decode()).one("div", class_="preview__group--files")
    files = {text(link): link.get("href") for link in nav.iter("a")}
    assert files.keys() == {*PAPERS.values(), "Til et trykkeri"}
    for address in files.values():
        response = desk.client.get(address)
        assert response["Content-Type"] == "application/pdf"
        assert "Spørg først." in Paper(response.content).reader.pages[0].extract_text().replace("\n", " ")
    assert stored() == before
    assert CardPoint.objects.get(parent=draft, section="remember").text_da == "Lyt først."


def test_a_form_with_errors_shows_the_errors(desk, make_page):
    draft = make_page(Text(body_da="<p>Gammel tekst.</p>"), live_from=None)
    before = stored()

    response = desk.send(
        address_of(draft),
        {"title_da": "Ny overskrift", "reviewed_on": "i går", "review_again_on": "i morgen"},
        button="_preview",
        follow=False,
    )

    assert response.status_code == 200
    assert len(errors(response)) == 2
    assert form_of(Markup(response.content.decode()))["title_da"] == "Ny overskrift"
    assert english_in(Markup(response.content.decode())) == []
    assert stored() == before
    assert not PreviewCopy.objects.exists()
    assert desk.form(address_of(draft))["title_da"] == "En side"


def test_a_preview_never_publishes(desk, make_card):
    draft = make_card(live_from=None)
    before = stored()

    desk.client.post(address_of(draft), desk.form(address_of(draft)) | {"_preview": "1", "_publish": "1"})

    assert stored() == before


def test_only_the_editor_who_typed_it_sees_a_preview(desk, another_editor, make_card):
    draft = make_card(title_da="Gemt", live_from=None)
    screen = preview(desk, draft, {"title_da": "Hemmeligt"})
    address = screen.request["PATH_INFO"]

    for each in (address, f"{address}side/", f"{address}fold/", f"{address}fire.pdf"):
        assert desk.client.get(each).status_code == 200
        assertRedirects(Client().get(each), f"/admin/login/?next={each}", fetch_redirect_response=False)
        response = another_editor.client.get(each, follow=True)
        # The screen leads to what is saved, which every editor may see; nothing else is there.
        assert response.status_code == (200 if each == address else 404)
        assert b"Hemmeligt" not in response.content


def test_a_preview_belongs_to_its_edition(desk, make_page):
    draft, other = make_page(live_from=None), make_page(live_from=None)
    screen = preview(desk, draft, {"title_da": "Hemmeligt"})

    for address in (screen.request["PATH_INFO"], frame_of(screen)):
        response = desk.client.get(address.replace(f"/{draft.pk}/", f"/{other.pk}/"), follow=True)
        assertNotContains(response, "Hemmeligt", status_code=response.status_code)


def test_a_preview_ends_after_an_hour_and_says_so(desk, make_page):
    draft = make_page(title_da="Gemt", live_from=None)
    screen = preview(desk, draft, {"title_da": "Skrevet"})
    PreviewCopy.objects.update(made_at=timezone.now() - LIFETIME - timedelta(seconds=1))

    assert desk.client.get(frame_of(screen)).status_code == 404
    response = desk.client.get(screen.request["PATH_INFO"], follow=True)

    assert notices(response) == [
        "Den forhåndsvisning findes ikke mere. Her er det, der er gemt. "
        "Tryk ”Forhåndsvis” i formularen for at få en ny."
    ]
    assert text(framed(desk, response).one("h1")) == "Gemt"


def test_previews_that_nobody_looks_at_any_more_are_cleared_away(desk, another_editor, make_page):
    draft = make_page(live_from=None)
    preview(another_editor, draft)
    PreviewCopy.objects.update(made_at=timezone.now() - LIFETIME - timedelta(seconds=1))

    for _time in range(KEPT_FOR_EACH + 2):
        newest = preview(desk, draft)

    assert PreviewCopy.objects.count() == KEPT_FOR_EACH
    assert desk.client.get(frame_of(newest)).status_code == 200


# What is saved


def test_every_kind_of_edition_can_be_seen_before_it_is_published():
    """A new kind registers its looks (digitalchikane/publishing/looks.py), in the module `looks` of its app."""
    for model in edition_models():
        assert looks_of(model).main.label


def test_a_preview_looks_like_the_page_that_readers_get(desk, make_page):
    live = make_page(Heading(text_da="Afsnit", anchor="afsnit"), Text(body_da="<p>Tekst.</p>"))
    draft = desk.draft_of(live)

    def shown(page):
        # When it was updated is known first when it is published.
        return [line for line in page.main_lines if not line.startswith("Opdateret")]

    public = Markup(read(live.get_absolute_url()))
    for screen in (saved_screen(desk, live), saved_screen(desk, draft), preview(desk, draft)):
        for label in ("Telefon", "Computer", "Siden på tryk"):
            assert shown(framed(desk, choose(desk, screen, label))) == shown(public)


def test_the_sheets_of_a_draft_are_those_that_readers_will_get(desk, make_card):
    live = make_card(("remember", "Lyt først."), ("say", "Vil du fortælle?"), ("close", "Aftal en dag."))

    for name, label in PAPERS.items():
        public = Markup(read(f"/samtalekort/ark/?kort={live.document.number}&format={name}"))
        page = framed(desk, choose(desk, saved_screen(desk, live), label))
        assert text(page.one("div", class_="sheets")) == text(public.one("div", class_="sheets"))


def test_english_is_seen_as_english_readers_see_it(desk, make_page):
    draft = make_page(title_da="Dansk", title_en="In English", summary_en="What it says.", live_from=None)

    for screen in (saved_screen(desk, draft), preview(desk, draft)):
        page = framed(desk, choose(desk, screen, "Engelsk"))
        assert page.one("html").get("lang") == "en"
        assert text(page.one("h1")) == "In English"


def test_what_is_not_translated_is_shown_as_readers_meet_it(desk, make_page):
    screen = saved_screen(desk, make_page(title_da="Kun dansk", live_from=None))

    page = framed(desk, choose(desk, screen, "Engelsk"))

    assert text(page.one("h1")) == "Kun dansk"
    assert "has not been translated yet" in text(page.one("aside", class_="notice"))


def test_a_page_that_was_never_published_has_a_preview(desk, make_page):
    for kind in ("phase", "situation", "page"):
        draft = make_page(title_da="En side", kind=kind, live_from=None)
        assert text(framed(desk, saved_screen(desk, draft)).one("h1")) == "En side"

    assert text(framed(desk, preview(desk, draft, {"title_da": "Ny"})).one("h1")) == "Ny"


def test_an_empty_draft_has_a_preview(desk):
    form = form_of(Markup(new_page(desk).content.decode()))
    draft = PageEdition.objects.get(document__key="en-ny-side")

    assert framed(desk, saved_screen(desk, draft)).one("main") is not None
    assert framed(desk, preview(desk, draft, form=form)).one("main") is not None


def test_every_main_page_has_a_preview(desk):
    editions = [page.live_edition() for page in Page.objects.filter(kind="main")]
    assert len(editions) >= 9

    for edition in editions:
        assert edition.title_da in text(framed(desk, saved_screen(desk, edition)).one("h1"))


def test_an_edition_that_withdraws_is_shown_as_readers_meet_it(desk, make_page, withdraw):
    withdrawal = withdraw(make_page(), reason="Loven er ændret.")

    assert "Loven er ændret." in text(framed(desk, saved_screen(desk, withdrawal)).one("main"))


def test_a_preview_of_a_draft_that_is_gone_is_answered(desk, make_page):
    draft = make_page(live_from=None)
    form = desk.form(address_of(draft))
    screen = preview(desk, draft, form=form)
    address = address_of(draft)
    draft.delete()

    response = desk.client.post(address, form | {"_preview": "1"}, follow=True)

    assert response.status_code in (200, 404)
    for path in (screen.request["PATH_INFO"], frame_of(screen)):
        assert desk.client.get(path).status_code == 404
    for name in ("preview/", "preview/screen/", "preview/side/"):
        assert desk.client.get(f"{address.removesuffix('change/')}{name}").status_code == 404


def test_looking_is_enough_to_see_a_preview(client, make_page):
    draft = make_page(title_da="Kladde", live_from=None)
    nobody = get_user_model().objects.create_user("uden-adgang", password="x", is_staff=True)
    viewer = get_user_model().objects.create_user("seer", password="x", is_staff=True)
    permissions = ContentType.objects.get_for_model(PageEdition).permission_set
    viewer.user_permissions.set(permissions.filter(codename="view_pageedition"))

    for user, status in ((nobody, 403), (viewer, 200)):
        client.force_login(user)
        for name in ("preview", "preview_screen"):
            assert client.get(address_of(draft, name)).status_code == status


# How the frame looks


def style_of(desk, page: Markup) -> str:
    """The text of the style sheets of a page in a frame."""
    sheets = [link.get("href") for link in page.all("link", rel="stylesheet")]
    assert sheets
    return "\n".join(desk.client.get(sheet).content.decode() for sheet in sheets)


def test_dark_and_light_are_chosen_and_not_the_editor_s_own(desk, make_page):
    screen = saved_screen(desk, make_page(live_from=None))

    light, dark = (framed(desk, choose(desk, screen, label)) for label in ("Lyse", "Mørke"))

    assert light.one("meta", name="color-scheme").get("content") == "light"
    assert dark.one("meta", name="color-scheme").get("content") == "dark"
    for page, holds in ((light, frames.NEVER), (dark, frames.ALWAYS)):
        style = style_of(desk, page)
        assert "prefers-color-scheme" not in style
        assert f"@media {holds} {{\n    :root {{\n      --color-ground" in style


def test_paper_follows_the_rules_for_print_and_is_white(desk, make_card):
    screen = choose(desk, saved_screen(desk, make_card(live_from=None)), "Mørke")

    for label in ("Siden på tryk", *PAPERS.values()):
        page = framed(desk, choose(desk, screen, label))
        style = style_of(desk, page)
        assert page.one("meta", name="color-scheme").get("content") == "light"
        assert "@media print" not in style
        assert ":root { color-scheme: light; }" in style
        margin = "15mm" if label == "Siden på tryk" else "14mm 10mm"
        assert re.findall(r"body { padding: (.+); }", style)[-1] == margin
        assert "Farver" not in screen_words(choose(desk, screen, label))


def screen_words(screen) -> str:
    return text(Markup(screen.content.decode()).one("nav", class_="preview__choices"))


def test_the_style_of_a_frame_is_all_of_the_site_s_own(desk):
    """Nothing is left out, and what it names is found."""
    style = desk.client.get("/admin/guides/pageedition/preview/site.css?papir=1")

    assert style["Content-Type"] == "text/css; charset=utf-8"
    sheet = style.content.decode()
    assert "@import" not in sheet
    assert ".card__head" in sheet
    fonts = re.findall(r'url\("([^"]+)"\)', sheet)
    assert fonts
    for font in fonts:
        response = desk.client.get(font)
        assert response.status_code == 200
        response.close()


@pytest.mark.parametrize("name", ["findes-ikke", "..%2Fsettings", "%2e%2e/%2e%2e/manage"])
def test_only_the_site_s_style_sheets_are_served_that_way(desk, name):
    response = desk.client.get(f"/admin/guides/pageedition/preview/{name}.css?papir=1", follow=True)

    assert "SECRET" not in response.content.decode()
    assert response["Content-Type"].startswith("text/html")


def test_links_leave_the_frame_and_anchors_stay(desk, make_page):
    draft = make_page(
        Heading(text_da="Afsnit", anchor="afsnit"), Text(body_da='<p><a href="side:om">Om os</a></p>'), live_from=None
    )

    page = framed(desk, saved_screen(desk, draft))

    targets = {link.get("href"): link.get("target") for link in page.all("a")}
    assert targets["/om/"] == "_blank"
    assert {target for href, target in targets.items() if href.startswith("#")} == {None}
    assert {form.get("target") for form in page.all("form")} <= {"_blank"}


def test_a_preview_may_stand_in_a_frame_of_the_desk_and_nowhere_else(desk, make_card):
    draft = make_card(live_from=None)
    for screen in (saved_screen(desk, draft), preview(desk, draft)):
        assert "frame-ancestors 'none'" in screen["Content-Security-Policy"]
        assert "frame-src 'self'" in screen["Content-Security-Policy"]
        for label in ("Telefon", "Foldekort"):
            response = desk.client.get(frame_of(choose(desk, screen, label)))
            assert response["X-Frame-Options"] == "SAMEORIGIN"
            assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
            assert "nonce" not in response["Content-Security-Policy"]
            assert response["X-Robots-Tag"] == "noindex"
            assert "no-store" in response["Cache-Control"]


def test_no_choice_breaks_a_screen(desk, make_card):
    draft = make_card(live_from=None)

    for query in ("vis=side", "vis=findes-ikke", "vis=", "farver=blaa", "sprog=de", "vis=fire&vis=fold", "%00=%00"):
        screen = desk.client.get(f"{address_of(draft, 'preview_screen')}?{query}")
        assert screen.status_code == 200
        assert desk.client.get(frame_of(screen)).status_code == 200
    for name in ("findes-ikke/", "findes-ikke.pdf", "blank.pdf"):
        assert desk.client.get(f"{address_of(draft, 'preview')}{name}").status_code == 404
    # A page has no sheets.
    page = PageEdition.objects.live().first()
    for name in ("fire/", "fire.pdf"):
        assert desk.client.get(f"{address_of(page, 'preview')}{name}").status_code == 404


def test_a_file_of_a_draft_is_not_kept(desk, make_card, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(pdf.typesetting, "_memory", {})
    settings.DATA_DIR = tmp_path
    draft = make_card(live_from=None)

    response = desk.client.get(f"{address_of(draft, 'preview')}fire.pdf")

    assert response.status_code == 200
    assert pdf.typesetting._memory == {}
    assert list(tmp_path.rglob("*.pdf")) == []
    assert "no-store" in response["Cache-Control"]
