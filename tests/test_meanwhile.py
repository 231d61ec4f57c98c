"""Two editors at one draft, and one editor who is too late: both texts are shown, nothing typed is lost."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from guides.models import CardTeaser, DoDont, FactList, Heading, Page, PageEdition, Step, Text

from .markup import Markup, text
from .test_desk import Desk, added, address_of, english_in, errors, form_of, missing, notices, read, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def anne(admin_client):
    return Desk(admin_client)


@pytest.fixture
def bo(db):
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("bo", password="x"))
    return Desk(client)


@pytest.fixture
def draft(make_page):
    return make_page(
        Heading(text_da="Et afsnit", anchor="et-afsnit"),
        Text(body_da="<p>Gem alt.</p><ul><li>Et punkt</li></ul>"),
        Step(text_da="Ring.", role="hr"),
        title_da="Et råd",
        summary_da="Det er kort.",
        live_from=None,
    )


def sides(response) -> dict[str, tuple]:
    """Each field in which two texts differ: the texts beside each other, with their headings."""
    found = {}
    page = Markup(response.content.decode())
    for field in page.all("div", class_="side__field"):
        boxes = [box for box in field.iter("div") if box.get("class") == "side__text"]
        found[text(field.find("h4"))] = tuple(" ".join(text(line) for line in box.iter("p")) for box in boxes)
    return found


def content(edition) -> list[str]:
    edition = PageEdition.objects.get(pk=edition.pk)
    return [edition.title_da, edition.summary_da, *(str(block) for block in edition.blocks())]


def both_open(anne, bo, draft) -> tuple[dict, dict]:
    return anne.form(address_of(draft)), bo.form(address_of(draft))


# Two at once


def test_the_second_save_is_refused_and_shows_both_texts(anne, bo, draft):
    first, second = both_open(anne, bo, draft)
    anne.send(address_of(draft), {"title_da": "Annes råd"}, form=first)
    before = stored()

    response = bo.send(address_of(draft), {"title_da": "Bos råd"}, form=second)

    assert response.status_code == 409
    assert stored() == before
    assert sides(response) == {
        "Overskrift · ændret både her og imens; din formular har det, du skrev her": (
            "Din tekst her +tilføjet: Bos råd",
            "Den gemte tekst −fjernet: Annes råd",
        )
    }
    page = Markup(response.content.decode())
    assert "admin gemte den" in text(page.one("section", class_="meanwhile"))
    assert form_of(page)["title_da"] == "Bos råd"
    assert english_in(page) == []
    assert page.parse_errors == []

    response = bo.send(address_of(draft), form=form_of(page))
    assert notices(response) == ["Kladden er gemt. Læserne ser den ikke endnu."]
    assert content(draft)[0] == "Bos råd"


def test_changes_in_different_places_are_put_together(anne, bo, draft):
    first, second = both_open(anne, bo, draft)
    anne.send(address_of(draft), {"summary_da": "Annes resumé.", "guides_step_set-0-role": "leader"}, form=first)

    response = bo.send(
        address_of(draft),
        {"title_da": "Bos råd", "guides_text_set-0-body_da": "<p>Gem det hele.</p>"},
        form=second,
    )

    found = {name.partition(" · ")[0]: name.partition(" · ")[2] for name in sides(response)}
    assert found == {
        "Overskrift": "ændret her",
        "Resumé": "ændret imens; din formular har det nu",
        "Tekst": "ændret her",
        "Hvem gør det": "ændret imens; din formular har det nu",
    }
    summary = sides(response)["Resumé · ændret imens; din formular har det nu"]
    assert summary == ("Nu står der: Annes resumé.", "Før stod der: Det er kort.")
    bo.send(address_of(draft), form=form_of(Markup(response.content.decode())))
    assert content(draft) == ["Bos råd", "Annes resumé.", "Et afsnit", "Gem det hele.", "Ring."]
    assert Step.objects.get(parent=draft).role == "leader"


def test_two_windows_of_one_editor_are_called_that(anne, draft):
    first, second = anne.form(address_of(draft)), anne.form(address_of(draft))
    anne.send(address_of(draft), {"summary_da": "Skrevet i det ene."}, form=first)

    response = anne.send(address_of(draft), {"title_da": "Skrevet i det andet"}, form=second)

    section = Markup(response.content.decode()).one("section", class_="meanwhile")
    assert text(section.find("h2")) == "Du har selv gemt kladden i et andet vindue"
    assert "Du gemte den" in text(section)
    assert "anden har" not in text(section)
    assert "admin" not in text(section)


def test_what_is_to_be_looked_through_has_the_button_that_saves_beside_it(anne, bo, draft):
    first, second = both_open(anne, bo, draft)
    anne.send(address_of(draft), {"title_da": "Annes råd"}, form=first)
    conflict = bo.send(address_of(draft), {"title_da": "Bos råd"}, form=second)
    recovered = bo.client.post(address_of(draft), bo.form(address_of(draft)) | {"_recover": "1"})

    for response, place in ((conflict, "meanwhile"), (recovered, "problems")):
        page = Markup(response.content.decode())
        (save,) = page.one("section", class_=place).iter("button")
        assert (save.get("name"), save.get("form"), text(save)) == ("_save", "pageedition_form", "Gem kladde")
        assert page.ids.count(save.get("form")) == 1
        # Where there is room, all of the buttons stand in the column beside the form (static/js/actions.js).
        assert page.all("aside", class_="desk-side")


def test_a_fault_is_named_beside_what_somebody_else_saved(anne, bo, draft):
    first, second = both_open(anne, bo, draft)
    anne.send(address_of(draft), {"title_da": "Annes råd"}, form=first)

    response = bo.send(
        address_of(draft), {"title_da": "Bos råd", "guides_heading_set-0-anchor": "Ikke tilladt!"}, form=second
    )

    assert any("bogstaver" in each for each in missing(response))


def test_a_block_that_the_other_added_is_kept(anne, bo, draft):
    first, second = both_open(anne, bo, draft)
    anne.send(
        address_of(draft),
        added(first, "text", body_da="<p>Annes afsnit.</p>", body_en="") | added(first, "factlist"),
        form=first,
    )

    response = bo.send(address_of(draft), added(second, "text", body_da="<p>Bos afsnit.</p>", body_en=""), form=second)
    assert "Annes afsnit." in str(sides(response))
    bo.send(address_of(draft), form=form_of(Markup(response.content.decode())))

    assert {str(each) for each in Text.objects.filter(parent=draft)} == {
        "Gem alt. Et punkt",
        "Annes afsnit.",
        "Bos afsnit.",
    }
    assert FactList.objects.filter(parent=draft).count() == 1


def test_a_block_that_the_other_removed_is_not_lost(anne, bo, draft):
    first, second = both_open(anne, bo, draft)
    anne.send(address_of(draft), {"guides_text_set-0-DELETE": "on", "guides_step_set-0-DELETE": "on"}, form=first)
    assert not Text.objects.filter(parent=draft).exists()

    response = bo.send(address_of(draft), {"guides_text_set-0-body_da": "<p>Bos ord.</p>"}, form=second)
    assert response.status_code == 409
    assert "Bos ord." in str(sides(response))
    headings = [text(each) for each in Markup(response.content.decode()).all("h3")]
    assert "Tekst · fjernet imens, ændret her; i din formular står den endnu" in headings
    assert "Trin i Kort fortalt · fjernet imens, og nu også af din formular" in headings
    response = bo.send(address_of(draft), form=form_of(Markup(response.content.decode())))

    assert errors(response) == []
    assert content(draft) == ["Et råd", "Det er kort.", "Et afsnit", "Bos ord."]


def test_a_block_that_i_removed_and_the_other_changed_is_shown(anne, bo, draft):
    first, second = both_open(anne, bo, draft)
    anne.send(address_of(draft), {"guides_step_set-0-text_da": "Ring straks."}, form=first)

    response = bo.send(address_of(draft), {"guides_step_set-0-DELETE": "on"}, form=second)

    page = Markup(response.content.decode())
    assert "fjernet her, ændret imens" in text(page.one("section", class_="meanwhile"))
    assert "Ring straks." in text(page.one("section", class_="meanwhile"))
    bo.send(address_of(draft), form=form_of(page) | {"guides_step_set-0-DELETE": "on"})
    assert "Ring straks." not in content(draft)


def test_a_form_that_is_sent_twice_is_saved_once(anne, draft):
    form = anne.form(address_of(draft))
    changes = {"title_da": "Et bedre råd"} | added(form, "text", body_da="<p>Nyt.</p>", body_en="")
    anne.send(address_of(draft), changes, form=form)

    response = anne.send(address_of(draft), changes, form=form)

    assert response.status_code == 200
    assert content(draft) == ["Et bedre råd", "Det er kort.", "Et afsnit", "Gem alt. Et punkt", "Ring.", "Nyt."]


def test_what_a_browser_writes_differently_counts_as_unchanged(anne, bo, draft):
    first, second = both_open(anne, bo, draft)
    anne.send(address_of(draft), {"guides_text_set-0-body_da": "<p>Annes ord.</p>"}, form=first)

    # The text editor wraps items in paragraphs without anybody having typed.
    same = "<p>Gem alt.</p>\r\n<ul><li><p>Et punkt</p></li></ul>"
    response = bo.send(address_of(draft), {"guides_text_set-0-body_da": same, "title_da": "Bos"}, form=second)
    bo.send(address_of(draft), form=form_of(Markup(response.content.decode())))

    assert content(draft)[0] == "Bos"
    assert "Annes ord." in content(draft)


def test_lists_and_choices_of_the_other_are_taken_in(anne, bo, make_page, make_fact, make_card):
    fact, card, other = make_fact(), make_card().document, make_card().document
    draft = make_page(FactList(), CardTeaser(card=card), DoDont(kind="do", items_da="Gem."), live_from=None)
    first, second = both_open(anne, bo, draft)
    anne.send(
        address_of(draft),
        {
            "guides_factlist_set-0-facts": [str(fact.pk)],
            "guides_cardteaser_set-0-card": str(other.pk),
            "guides_dodont_set-0-kind": "dont",
            "review_again_on": "01.06.2027",
        },
        form=first,
    )

    response = bo.send(address_of(draft), {"title_da": "Bos"}, form=second)
    bo.send(address_of(draft), form=form_of(Markup(response.content.decode())))

    blocks = PageEdition.objects.get(pk=draft.pk).blocks()
    assert list(blocks[0].facts.all()) == [fact]
    assert blocks[1].card == other
    assert blocks[2].kind == "dont"
    assert str(PageEdition.objects.get(pk=draft.pk).review_again_on) == "2027-06-01"


def test_publishing_a_stale_form_is_refused_in_the_same_way(anne, bo, draft):
    first, second = both_open(anne, bo, draft)
    anne.send(address_of(draft), {"title_da": "Annes"}, form=first)

    response = bo.send(address_of(draft), {"title_da": "Bos"}, form=second, button="_publish", follow=False)

    assert response.status_code == 409
    assert content(draft)[0] == "Annes"


def test_a_stale_form_can_still_be_previewed(anne, bo, draft):
    first, second = both_open(anne, bo, draft)
    anne.send(address_of(draft), {"guides_step_set-0-DELETE": "on"}, form=first)
    before = content(draft)

    response = bo.send(address_of(draft), {"title_da": "Bos"}, form=second, button="_preview", follow=False)
    assert response.status_code == 302
    assert bo.send(address_of(draft), form=second, button="_writing", follow=False).status_code == 200

    assert content(draft) == before


def test_nothing_in_the_hidden_fields_breaks_the_form(anne, draft):
    before = stored()
    form = anne.form(address_of(draft))
    seen = ["", "x", "[]", "{", '{"a": 1}', '{":title_da": []}', "null", "9" * 5000]
    versions = ["0", "-1", "abc", "", "9" * 40, "0", "0", "0"]

    for each, version in zip(seen, versions, strict=True):
        hidden = {"version": version, "seen": each, "document": each, "title_da": "Nyt råd"}
        response = anne.send(address_of(draft), hidden, form=form, follow=False)
        assert response.status_code == 409
        assert form_of(Markup(response.content.decode()))["title_da"] == "Nyt råd"
    assert stored() == before


# Too late


def test_what_was_typed_into_a_draft_that_was_published_goes_on_in_a_new_one(anne, bo, draft):
    form = bo.form(address_of(draft))
    anne.send(address_of(draft), {"title_da": "Udgivet"}, button="_publish")

    response = bo.send(
        address_of(draft),
        {"summary_da": "Bos resumé.", "guides_step_set-0-text_da": "Skriv."}
        | added(form, "text", body_da="<p>Bos afsnit.</p>", body_en=""),
        form=form,
    )

    new = draft.document.draft()
    assert response.redirect_chain == [(address_of(new), 302)]
    assert "Kladden er udgivet imens. Det, du skrev, går videre i en ny kladde." in notices(response)
    assert content(new) == ["Udgivet", "Bos resumé.", "Et afsnit", "Gem alt. Et punkt", "Skriv.", "Bos afsnit."]
    assert "Det er kort." in read(draft.get_absolute_url())


def test_who_typed_nothing_new_into_a_published_draft_makes_no_other(anne, bo, draft):
    form = bo.form(address_of(draft))
    anne.send(address_of(draft), button="_publish")

    bo.send(address_of(draft), form=form)

    assert draft.document.editions.count() == 1


def test_with_a_newer_draft_both_texts_are_shown_there(anne, bo, draft):
    form = bo.form(address_of(draft))
    anne.send(address_of(draft), button="_publish")
    new = anne.draft_of(PageEdition.objects.get(pk=draft.pk))
    anne.send(address_of(new), {"guides_step_set-0-text_da": "Annes trin."})

    response = bo.send(address_of(draft), {"guides_step_set-0-text_da": "Bos trin.", "title_da": "Bos"}, form=form)

    assert response.status_code == 409
    page = Markup(response.content.decode())
    (sent_to,) = [each.get("action") for each in page.all("form") if (each.get("id") or "").endswith("_form")]
    assert sent_to == address_of(new)
    assert "ændret både her og imens" in text(page.one("section", class_="meanwhile"))
    bo.client.post(sent_to, form_of(page) | {"_save": "1"})
    assert content(new) == ["Bos", "Det er kort.", "Et afsnit", "Gem alt. Et punkt", "Bos trin."]


def test_what_was_typed_into_a_draft_that_was_thrown_away_goes_on(anne, bo, make_page):
    live = make_page(Text(body_da="<p>Gem alt.</p>"), title_da="Udgivet")
    draft = anne.draft_of(live)
    form = bo.form(address_of(draft))
    anne.client.post(address_of(draft, "delete"), {"post": "yes"})

    response = bo.send(address_of(draft), {"guides_text_set-0-body_da": "<p>Bos ord.</p>"}, form=form)

    new = live.document.draft()
    assert "Kladden er kasseret imens. Det, du skrev, går videre i en ny kladde." in notices(response)
    assert content(new) == ["Udgivet", "Det handler siden om.", "Bos ord."]
    assert "Gem alt." in read(live.get_absolute_url())


def test_kept_text_of_a_draft_that_was_thrown_away_does_not_undo_what_was_published_since(anne, make_page):
    live = make_page(
        Text(body_da="<p>Gem alt.</p>"), Text(body_da="<p>Ring.</p>"), Text(body_da="<p>Skriv.</p>"), title_da="Et råd"
    )
    draft = anne.draft_of(live)
    kept = anne.form(address_of(draft)) | {"title_da": "Annes råd"}
    anne.client.post(address_of(draft, "delete"), {"post": "yes"})
    second = anne.draft_of(live)
    anne.send(
        address_of(second),
        {"summary_da": "Nyt resumé.", "guides_text_set-0-DELETE": "on", "guides_text_set-2-body_da": "<p>Mail.</p>"},
        button="_publish",
    )

    response = anne.client.post(address_of(draft), kept | {"_recover": "1"}, follow=True)

    page = Markup(response.content.decode())
    assert text(page.one("h2", id="imens")) == "Kladden er kasseret imens"
    assert form_of(page)["title_da"] == "Annes råd"
    assert english_in(page) == []
    new = live.document.draft()
    anne.send(address_of(new), form=form_of(page))
    assert content(new) == ["Annes råd", "Nyt resumé.", "Ring.", "Mail."]


def test_text_for_a_draft_that_was_published_goes_into_what_was_published_last(anne, bo, draft):
    form = bo.form(address_of(draft))
    anne.send(address_of(draft), button="_publish")
    second = anne.draft_of(PageEdition.objects.get(pk=draft.pk))
    anne.send(address_of(second), {"summary_da": "Nyt resumé.", "title_da": "Annes råd"}, button="_publish")

    response = bo.send(address_of(draft), {"title_da": "Bos råd"}, form=form)

    page = Markup(response.content.decode())
    assert text(page.one("h2", id="imens")) == "Kladden er udgivet imens"
    assert "Annes råd" in str(sides(response))
    (drop,) = [each for each in page.all("a") if text(each).startswith("Drop min tekst")]
    new = draft.document.draft()
    assert drop.get("href") == address_of(new)
    bo.send(address_of(new), form=form_of(page))
    assert content(new)[:2] == ["Bos råd", "Nyt resumé."]


def test_who_typed_nothing_into_a_draft_that_was_thrown_away_makes_no_other(anne, bo, make_page):
    live = make_page()
    draft = anne.draft_of(live)
    form = bo.form(address_of(draft))
    anne.client.post(address_of(draft, "delete"), {"post": "yes"})

    bo.send(address_of(draft), form=form)

    assert live.document.editions.count() == 1


def test_where_the_whole_page_is_gone_the_words_are_there_to_copy(anne, bo, draft):
    form = bo.form(address_of(draft))
    anne.client.post(address_of(draft, "delete"), {"post": "yes"})
    assert not Page.objects.filter(pk=draft.document_id).exists()

    response = bo.send(address_of(draft), {"title_da": "Bos <råd>", "guides_step_set-0-text_da": "Skriv."}, form=form)

    page = Markup(response.content.decode())
    assert response.status_code == 410
    assert english_in(page) == []
    words = {text(area) for area in page.all("textarea")}
    assert {"Bos <råd>", "Skriv.", "Det er kort."} <= words
    assert {text(label) for label in page.all("label")} >= {"Overskrift", "Trin i Kort fortalt: Det skal gøres"}


# Back again


def test_text_that_the_browser_kept_goes_back_into_the_form(anne, draft):
    form = anne.form(address_of(draft))
    before = stored()
    kept = form | {"title_da": "Skrevet før strømmen gik"} | added(form, "text", body_da="<p>Nyt.</p>", body_en="")

    response = anne.client.post(address_of(draft), kept | {"_recover": "1"})

    page = Markup(response.content.decode())
    assert stored() == before
    assert "Din tekst er sat ind i formularen igen. Den er ikke gemt endnu." in errors(response)
    assert form_of(page)["title_da"] == "Skrevet før strømmen gik"
    anne.send(address_of(draft), form=form_of(page))
    assert content(draft)[0] == "Skrevet før strømmen gik"
    assert content(draft)[-1] == "Nyt."


def test_the_browser_is_told_which_of_its_copies_are_saved(anne, draft):
    form = anne.form(address_of(draft)) | {"copy": "mwx58-abc"}

    def told():
        page = Markup(anne.client.get("/admin/").content.decode())
        (script,) = [each for each in page.all("script") if "kept.js" in (each.get("src") or "")]
        return script.get("data-saved")

    for button in ("_preview", "_writing", "_recover"):
        anne.send(address_of(draft), form=form, button=button, follow=False)
        assert told() == ""
    anne.send(address_of(draft), {"guides_heading_set-0-anchor": "Ikke tilladt!"}, form=form)
    assert told() == ""
    response = anne.send(address_of(draft), {"version": "99", "seen": "", "title_da": "Nyt"}, form=form)
    # What is refused goes on under the same name.
    assert form_of(Markup(response.content.decode()))["copy"] == "mwx58-abc"
    anne.send(address_of(draft), {"copy": "<script>"}, form=form)
    assert told() == ""

    anne.send(address_of(draft), form=anne.form(address_of(draft)) | {"copy": "mwx58-abc"})

    assert told() == "mwx58-abc"


def test_the_browser_is_told_which_drafts_were_thrown_away(anne, bo, make_page):
    old = make_page(title_da="Først")
    make_page(document=old.document, live_from=timezone.now())
    first = anne.draft_of(old)

    def told(desk):
        (script,) = [each for each in desk.open("/admin/").all("script") if "kept.js" in (each.get("src") or "")]
        return script.get("data-discarded")

    anne.client.post(address_of(first, "delete"), {"post": "yes", "version": "99"})
    assert told(anne) == ""
    second = PageEdition.objects.get(live_from=None)
    anne.client.post(
        address_of(old, "choose"), {"keep": "edition", "draft": f"{second.pk}-{second.version}"}, follow=True
    )
    third = PageEdition.objects.get(live_from=None)
    assert told(anne) == address_of(second)
    anne.client.post(address_of(third, "delete"), {"post": "yes"})
    assert told(anne) == f"{address_of(second)} {address_of(third)}"
    # What a colleague threw away is nothing that she dropped.
    assert told(bo) == ""


def test_a_draft_is_saved_while_another_is_scheduled(anne, make_page):
    live = make_page()
    make_page(document=live.document, live_from=timezone.now() + timedelta(days=1))
    draft = anne.draft_of(live)

    assert notices(anne.send(address_of(draft), {"title_da": "Nyt"}))[-1].startswith("Kladden er gemt.")
