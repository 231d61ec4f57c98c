"""A draft sent to somebody without an account: who can open it, what they can answer, and where that ends up."""

import logging
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from digitalchikane.logs import JsonLines
from digitalchikane.publishing.reviews.forms import one_line, tidy
from digitalchikane.publishing.reviews.models import MAX_DAYS, MAX_NAME, MAX_REMARKS, MAX_TEXT, PreviewLink, Remark
from digitalchikane.publishing.reviews.views import LARGEST_FORM
from guides.models import PageEdition, Text

from .markup import Markup, text
from .test_desk import Desk, address_of, english_in, errors, notices, stored

pytestmark = pytest.mark.django_db

SECRET = "Hemmelig overskrift"


@pytest.fixture
def desk(admin_client):
    return Desk(admin_client)


@pytest.fixture
def reviewer():
    """Somebody without an account, whose browser keeps what it is given."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def draft(make_page):
    return make_page(Text(body_da="<p>Teksten i kladden.</p>"), title_da=SECRET, live_from=None)


@pytest.fixture
def make_link(db, admin_user):
    """A link to a draft, valid for two weeks."""

    def make(edition, **values):
        defaults = {
            "kind": edition._meta.label_lower,
            "edition_id": edition.pk,
            "document_id": edition.document_id,
            "made_by": admin_user,
            "ends_on": timezone.localdate() + timedelta(days=14),
        }
        return PreviewLink.objects.create(**defaults | values)

    return make


@pytest.fixture
def link(make_link, draft):
    return make_link(draft)


def look(reviewer, link) -> Markup:
    response = reviewer.get(link.get_absolute_url())
    assert response.status_code == 200
    return Markup(response.content.decode())


def answer(reviewer, link, follow=True, **values):
    """Fill in the form below a draft as it stands there, and send it."""
    form = look(reviewer, link).one("section", class_="review-answer")
    data = {field.get("name"): field.get("value", "") for field in form.iter("input") if field.get("type") == "hidden"}
    data |= {"answer": "bemaerkning"} | values
    return reviewer.post(link.get_absolute_url(), data, follow=follow)


def said(response) -> str:
    return text(Markup(response.content.decode()).one("section", class_="review-answer"))


def problems(response) -> list[str]:
    return [text(error) for error in Markup(response.content.decode()).all("p", class_="field__error")]


def review_page(desk, edition) -> Markup:
    return desk.open(address_of(edition, "review"))


# Making a link


def test_an_editor_makes_a_link_that_opens_the_draft(desk, draft, reviewer):
    day = timezone.localdate() + timedelta(days=3)

    response = desk.client.post(
        address_of(draft, "review"), {"make": "1", "for_whom": "Advokaten", "ends_on": day.isoformat()}, follow=True
    )

    assert notices(response) == ["Linket er lavet. Kopiér det, og send det til den, der skal læse kladden."]
    page = Markup(response.content.decode())
    (shown,) = page.all("li", class_="review-link")
    assert "Advokaten" in text(shown)
    assert "af admin" in text(shown)
    assert f"til og med {day.day}." in text(shown)
    (address,) = [field.get("value") for field in shown.iter("input") if field.get("readonly") is not None]
    assert address.startswith("http://testserver/gennemsyn/")
    assertContains(reviewer.get(address), SECRET)
    assert "Lavede et link til gennemsyn" in desk.open(address_of(draft, "history")).main_text
    # Beside the form as well.
    assert "Advokaten" in text(desk.open(address_of(draft)).one("section", class_="review-panel"))


def test_a_new_link_is_valid_for_two_weeks_unless_the_editor_says_otherwise(desk, draft):
    page = review_page(desk, draft)

    (field,) = page.all("input", name="ends_on")
    assert field.get("value") == (timezone.localdate() + timedelta(days=14)).isoformat()


@pytest.mark.parametrize(
    "day",
    [
        timezone.localdate() - timedelta(days=1),
        timezone.localdate() + timedelta(days=MAX_DAYS + 1),
        "",
        "i morgen",
        "2026-02-30",
        "9" * 40,
        "\x00",
    ],
)
def test_a_link_needs_a_day_that_makes_sense(desk, draft, day):
    response = desk.client.post(
        address_of(draft, "review"), {"make": "1", "for_whom": "Advokaten", "ends_on": str(day)}
    )

    assert response.status_code == 200
    assert len(errors(response)) == 1
    assert 'value="Advokaten"' in response.content.decode()
    assert english_in(Markup(response.content.decode())) == []
    assert not PreviewLink.objects.exists()


def test_a_draft_can_have_several_links_and_each_is_another_one(desk, draft):
    for whom in ("Advokaten", "Formanden"):
        desk.client.post(
            address_of(draft, "review"),
            {"make": "1", "for_whom": whom, "ends_on": timezone.localdate().isoformat()},
        )

    assert len({link.get_absolute_url() for link in PreviewLink.objects.all()}) == 2
    assert len(review_page(desk, draft).all("li", class_="review-link")) == 2


def test_no_link_is_made_to_what_readers_see(desk, make_page, withdraw):
    live = make_page()
    for edition in (live, withdraw(make_page())):
        desk.client.post(address_of(edition, "review"), {"make": "1", "ends_on": timezone.localdate().isoformat()})

    assert not PreviewLink.objects.exists()


def test_only_somebody_who_may_write_makes_and_closes_links(client, link, draft):
    viewer = get_user_model().objects.create_user("seer", password="x", is_staff=True)
    permissions = ContentType.objects.get_for_model(PageEdition).permission_set
    viewer.user_permissions.set(permissions.filter(codename="view_pageedition"))
    client.force_login(viewer)
    before = stored()

    assertNotContains(client.get(address_of(draft, "review")), link.token)
    for data in ({"make": "1", "ends_on": timezone.localdate().isoformat()}, {"revoke": link.pk}):
        assert client.post(address_of(draft, "review"), data).status_code == 403
    assert stored() == before
    assertRedirects(
        Client().get(address_of(draft, "review")),
        f"/admin/login/?next={address_of(draft, 'review')}",
        fetch_redirect_response=False,
    )


# What a reviewer meets


def test_a_reviewer_sees_the_draft_as_readers_will_and_that_it_is_one(reviewer, make_page, make_link):
    live = make_page(Text(body_da="<p>Tekst.</p>"), title_da="Som i dag")
    draft = live.document.draft()
    public = Markup(Client().get(live.get_absolute_url()).content.decode())

    page = look(reviewer, make_link(draft))

    def shown(page):
        return [line for line in page.main_lines if not line.startswith("Opdateret")]

    assert shown(page) == shown(public)
    bar = text(page.one("aside", class_="review-bar"))
    assert "Kladde – kun til gennemsyn" in bar
    assert "Udgave 2, gemt" in bar
    assert "Læserne ser den ikke." in bar
    assert text(page.one("title")).startswith("Kladde: Som i dag")


def test_a_draft_for_review_is_kept_nowhere_and_told_to_nobody(reviewer, make_card, make_link):
    link = make_link(make_card(live_from=None))
    ended = make_link(make_card(live_from=None), ends_on=timezone.localdate() - timedelta(days=1))
    address = link.get_absolute_url()
    answers = [
        reviewer.get(address),
        reviewer.head(address),
        reviewer.get(f"{address}fold/"),
        reviewer.post(address, {"answer": "bemaerkning"}),
        answer(reviewer, link, text="Fint.", follow=False),
        reviewer.get(ended.get_absolute_url()),
        reviewer.get("/gennemsyn/forkert/"),
    ]

    for response in answers:
        assert response["Cache-Control"] == "no-store"
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Frame-Options"] == "DENY"
        assert "unsafe" not in response["Content-Security-Policy"]
        assert "nonce" not in response["Content-Security-Policy"]
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
    assert not reviewer.cookies
    for response in (answers[0], answers[2], answers[5], answers[6]):
        page = Markup(response.content.decode())
        assert page.parse_errors == []
        assert page.one("meta", name="robots").get("content") == "noindex"
        assert page.all("link", rel="canonical") == []
        assert page.all("link", rel="alternate", hreflang="da") == []


def test_a_page_that_keeps_an_answer_does_not_say_that_nothing_is_stored(reviewer, link):
    assert "Vi gemmer ikke noget om, hvad du gør her" not in text(look(reviewer, link).one("body"))
    assert look(reviewer, link).all("p", class_="site-footer__promise") == []


def test_a_card_for_review_is_seen_on_every_sheet(reviewer, make_card, make_link):
    link = make_link(make_card(("remember", "Lyt først."), ("say", "Vil du fortælle?"), live_from=None))
    bar = look(reviewer, link).one("aside", class_="review-bar")
    ways = {text(each): each.get("href") for each in bar.iter("a")}

    assert {"Kortet", "Fire pr. ark", "Foldekort", "Samtaleark"} <= ways.keys()
    for name in ("Fire pr. ark", "Foldekort", "Samtaleark"):
        page = Markup(reviewer.get(ways[name]).content.decode())
        assert "Lyt først." in text(page.one("div", class_="sheets"))
        assert "Kladde – kun til gennemsyn" in text(page.one("aside", class_="review-bar"))
        # Nothing leads to the same card as it is live, or is not.
        assert page.all("a", href="/samtalekort/ark.pdf") == []
        assert [form.get("action") for form in page.all("form")] == [f"{link.get_absolute_url()}#svar"]


def test_english_is_reviewed_in_english(reviewer, make_page, make_link):
    link = make_link(make_page(title_en="In English", summary_en="What it says.", live_from=None))
    with translation.override("en"):
        address = link.get_absolute_url()

    assert address.startswith("/en/review/")
    page = Markup(reviewer.get(address).content.decode())
    assert text(page.one("h1")) == "In English"
    assert "Draft – for review only" in text(page.one("aside", class_="review-bar"))
    # Each leads to the other.
    (danish,) = page.all("a", hreflang="da")
    page = Markup(reviewer.get(danish.get("href")).content.decode())
    assert text(page.one("h1")) == "En side"
    assert text(page.one("a", hreflang="en")) == "English"


def test_what_is_saved_later_is_seen_at_once(desk, reviewer, draft, link):
    look(reviewer, link)
    desk.send(address_of(draft), {"title_da": "Rettet overskrift"})

    assert text(look(reviewer, link).one("h1")) == "Rettet overskrift"


# Links that open nothing


def closed(reviewer, address, status) -> str:
    """What somebody reads whose link opens nothing; nothing of the draft is in it."""
    response = reviewer.get(address)
    assert response.status_code == status
    assertNotContains(response, SECRET, status_code=status)
    assertNotContains(response, "Teksten i kladden", status_code=status)
    assert reviewer.post(address, {"answer": "bemaerkning", "text": "Hej"}).status_code == status
    assert not Remark.objects.exists()
    return text(Markup(response.content.decode()).one("main"))


def test_a_link_opens_the_draft_until_the_end_of_its_last_day(reviewer, make_link, draft):
    today = timezone.localdate()

    look(reviewer, make_link(draft, ends_on=today))
    ended = make_link(draft, ends_on=today - timedelta(days=1))

    assert "Linket gælder ikke længere" in closed(reviewer, ended.get_absolute_url(), 410)
    assert reviewer.get(f"{ended.get_absolute_url()}side/").status_code == 410


def test_a_link_that_is_closed_opens_nothing_at_once(desk, reviewer, draft, link):
    look(reviewer, link)

    response = desk.client.post(address_of(draft, "review"), {"revoke": link.pk}, follow=True)

    assert notices(response) == ["Linket er lukket. Det åbner ikke noget mere."]
    assert "Lukket" in text(Markup(response.content.decode()).one("li", class_="review-link--ended"))
    assert "Linket gælder ikke længere" in closed(reviewer, link.get_absolute_url(), 410)
    assert "Lukkede et link til gennemsyn." in desk.open(address_of(draft, "history")).main_text


def test_no_other_token_opens_anything(reviewer, make_link, draft, link):
    key, signature = link.token.split(".")
    other = make_link(draft)
    other_key, other_signature = other.token.split(".")
    tokens = {
        key,
        f"{key}.",
        f".{signature}",
        f"{key}.{other_signature}",
        f"{other_key}.{signature}",
        f"{key}.{signature[:-1]}",
        f"{key}.{signature}x",
        f"{draft.pk}.{signature}",
        str(draft.pk),
        str(link.pk),
        "x" * 5000,
        "\x00",
        "%00",
        "æøå.æøå",
        # Characters here and there.
        *(
            f"{link.token[:i]}{'A' if c != 'A' else 'B'}{link.token[i + 1 :]}"
            for i, c in enumerate(link.token)
            if i % 6 == 3
        ),
    }

    for token in tokens:
        address = reverse("review:draft", args=[token])
        assert "Linket åbner ikke noget" in closed(reviewer, address, 404)


def test_a_signature_of_another_site_opens_nothing(reviewer, link, settings):
    address = link.get_absolute_url()
    settings.SECRET_KEY = "x" * 50

    assert "Linket åbner ikke noget" in closed(reviewer, address, 404)


def test_an_address_that_is_cut_or_misread_is_answered(reviewer, link):
    address = link.get_absolute_url()

    assert reviewer.get(address.removesuffix("/")).status_code in (301, 404)
    for more in ("findes-ikke/", "stor/findes-ikke/", "fold/"):
        assert reviewer.get(address + more).status_code == 404
    for method in ("put", "delete", "patch"):
        assert getattr(reviewer, method)(address).status_code == 405
    assert reviewer.post(f"{address}side/").status_code == 405


# What happened to the draft meanwhile


def test_a_draft_that_is_scheduled_can_still_be_reviewed_and_says_when(reviewer, draft, link):
    moment = timezone.now() + timedelta(days=3)
    draft.publish(at=moment)

    bar = text(look(reviewer, link).one("aside", class_="review-bar"))

    assert f"Læserne får den {timezone.localtime(moment).day}." in bar
    assert Client().get(draft.get_absolute_url()).status_code == 404


def test_a_draft_that_was_published_leads_to_the_page(reviewer, draft, link):
    draft.publish()

    response = reviewer.get(link.get_absolute_url())

    assert response.status_code == 410
    main = Markup(response.content.decode()).one("main")
    assert "Kladden er udgivet" in text(main)
    assert draft.get_absolute_url() in [each.get("href") for each in main.iter("a")]
    assert reviewer.post(link.get_absolute_url(), {"answer": "godkendt"}).status_code == 410
    assert not Remark.objects.exists()


def test_a_published_draft_that_was_withdrawn_leads_nowhere(reviewer, draft, link, withdraw):
    draft.publish()
    withdraw(draft)

    main = closed(reviewer, link.get_absolute_url(), 410)

    assert "Kladden er udgivet" in main
    assert "trukket tilbage" in main


def test_a_draft_that_was_thrown_away_leads_to_what_is_live(desk, reviewer, make_page, make_link):
    live = make_page(title_da="Som i dag")
    draft = live.document.draft()
    link = make_link(draft)
    answer(reviewer, link, text="Ret det.")

    desk.client.post(address_of(draft, "delete"), {"post": "yes"})

    response = reviewer.get(link.get_absolute_url())
    assert response.status_code == 410
    main = Markup(response.content.decode()).one("main")
    assert "Kladden findes ikke længere" in text(main)
    assert live.get_absolute_url() in [each.get("href") for each in main.iter("a")]
    # What was said of it is no longer kept.
    assert not Remark.objects.exists()


def test_a_page_that_was_thrown_away_altogether_leads_nowhere(desk, reviewer, draft, link):
    desk.client.post(address_of(draft, "delete"), {"post": "yes"})

    assert "Kladden findes ikke længere" in closed(reviewer, link.get_absolute_url(), 410)


def test_an_ended_link_tells_nothing_of_what_was_published(reviewer, draft, make_link):
    link = make_link(draft, ends_on=timezone.localdate() - timedelta(days=1))
    draft.publish()

    assert "Linket gælder ikke længere" in closed(reviewer, link.get_absolute_url(), 410)


# Answers


def test_a_remark_reaches_the_editors_with_the_state_it_was_made_on(desk, reviewer, draft, link):
    PreviewLink.objects.update(for_whom="Advokaten")

    response = answer(reviewer, link, text="Fristen er 14 dage.\r\n\r\nSe også § 3.", name=" Mette Holm ")

    assert response.redirect_chain == [(f"{link.get_absolute_url()}?sendt=1#svar", 303)]
    assert "Tak. Dit svar er sendt til redaktionen." in said(response)
    assert "Fristen er 14 dage." in said(response)
    remark = Remark.objects.get()
    assert (remark.name, remark.text) == ("Mette Holm", "Fristen er 14 dage.\n\nSe også § 3.")
    assert not remark.is_approval
    for page in (review_page(desk, draft), desk.open(address_of(draft))):
        (shown,) = page.all("li", class_="remark")
        assert "Mette Holm" in text(shown)
        assert "Fristen er 14 dage." in text(shown)
    assert "Om udgave 1, som den var gemt" in review_page(desk, draft).main_text
    front = desk.open("/admin/")
    (row,) = [each for each in front.all("a") if text(each) == f"{SECRET}: 1 svar"]
    assert row.get("href") == address_of(draft, "review")


def test_a_draft_is_approved_without_a_word(desk, reviewer, draft, link):
    response = answer(reviewer, link, answer="godkendt")

    assert "Tak." in said(response)
    assert Remark.objects.get().is_approval
    assert "Godkendt" in text(review_page(desk, draft).one("li", class_="remark"))


def test_an_answer_needs_no_cookie_and_no_token_against_forgery(reviewer, link):
    """The address is the secret: this client would be refused by any form of the desk."""
    assert answer(reviewer, link, text="Fint.", follow=False).status_code == 303
    assert reviewer.post("/admin/login/", {"username": "x"}).status_code == 403


def test_nobody_approves_words_they_have_not_read(desk, reviewer, draft, link):
    form = look(reviewer, link).one("section", class_="review-answer")
    seen = next(field.get("value") for field in form.iter("input") if field.get("name") == "seen")
    PageEdition.objects.filter(pk=draft.pk).update(version=2, changed_at=timezone.now() + timedelta(seconds=2))

    response = reviewer.post(
        link.get_absolute_url(), {"answer": "godkendt", "seen": seen, "name": "Mette", "text": "Med glæde."}
    )

    assert problems(response) == ["Kladden er ændret, mens du læste. Se den igen, før du godkender den."]
    assert "Med glæde." in said(response)
    assert not Remark.objects.exists()
    # Now the page shows what is saved, and what was typed can be sent again.
    assert answer(reviewer, link, answer="godkendt", text="Med glæde.").status_code == 200
    assert Remark.objects.get().version == 2


def test_a_draft_that_was_saved_unchanged_while_it_was_read_is_approved(desk, reviewer, draft, link):
    PageEdition.objects.filter(pk=draft.pk).update(changed_at=timezone.now() - timedelta(minutes=5))
    form = look(reviewer, link).one("section", class_="review-answer")
    seen = next(field.get("value") for field in form.iter("input") if field.get("name") == "seen")
    desk.send(address_of(draft))

    reviewer.post(link.get_absolute_url(), {"answer": "godkendt", "seen": seen})

    assert Remark.objects.get().is_approval


def test_a_remark_on_an_older_state_is_kept_and_says_so(desk, reviewer, draft, link):
    form = look(reviewer, link).one("section", class_="review-answer")
    seen = next(field.get("value") for field in form.iter("input") if field.get("name") == "seen")
    PageEdition.objects.filter(pk=draft.pk).update(version=2, changed_at=timezone.now() + timedelta(minutes=5))

    reviewer.post(link.get_absolute_url(), {"answer": "bemaerkning", "seen": seen, "text": "Ret det."})

    remark = Remark.objects.get()
    assert remark.version == 1
    assert abs(remark.saved_at - draft.changed_at) < timedelta(seconds=1)
    assert "Kladden er ændret siden." in review_page(desk, draft).main_text


@pytest.mark.parametrize("seen", ["", "x", "0-0", "99-1", "1-9999999999999999", "-1--1", "\x00", "１-１", "1-1\n"])
def test_no_made_up_state_breaks_an_answer(reviewer, draft, link, seen):
    response = reviewer.post(link.get_absolute_url(), {"answer": "bemaerkning", "seen": seen, "text": "Ret det."})

    assert response.status_code == 303
    remark = Remark.objects.get()
    assert (remark.edition_number, remark.version) == (draft.number, draft.version)


def test_an_empty_remark_is_asked_for_again(reviewer, link):
    for data in ({"answer": "bemaerkning"}, {"answer": "bemaerkning", "text": " \n\u200b\t "}, {}, {"answer": "andet"}):
        response = reviewer.post(link.get_absolute_url(), data)
        assert response.status_code == 200
        assert len(problems(response)) == 1
        assert english_in(Markup(response.content.decode())) == []
    assert not Remark.objects.exists()


def test_a_remark_that_is_too_long_is_refused_and_not_lost(reviewer, link):
    words = "Ordet er frit. " * (MAX_TEXT // 15 + 20)

    response = answer(reviewer, link, text=words, name="M" * (MAX_NAME + 1))

    assert any("Der er plads til 4000" in each for each in problems(response)), problems(response)
    assert len(problems(response)) == 2
    assert words.strip() in said(response)
    assert not Remark.objects.exists()


def test_more_than_a_form_can_hold_is_refused_before_it_is_read(reviewer, link, monkeypatch):
    monkeypatch.setattr("django.core.handlers.wsgi.WSGIRequest.read", lambda *a: pytest.fail("The body was read."))

    response = reviewer.post(
        link.get_absolute_url(),
        "text=" + "x" * LARGEST_FORM,
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code == 413
    assert len(problems(response)) == 1
    assert "Gå tilbage i browseren" in problems(response)[0]
    assertContains(response, SECRET, status_code=413)


def test_a_body_that_is_no_form_is_no_answer(reviewer, link):
    for kind, body in (
        ("application/json", b'{"answer": "godkendt"}'),
        ("text/plain", b"answer=godkendt"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("application/x-www-form-urlencoded", b"%ff=%ff&text=%ed%a0%80"),
        ("", b""),
    ):
        assert reviewer.post(link.get_absolute_url(), body, content_type=kind).status_code in (200, 400)
    assert not Remark.objects.exists()


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'</textarea></p>{{ 7|add:7 }}{% x %}"


def test_markup_in_an_answer_is_only_words_wherever_it_is_shown(desk, reviewer, draft, link):
    PreviewLink.objects.update(for_whom=HOSTILE[:80])
    response = answer(reviewer, link, text=HOSTILE, name=HOSTILE[:MAX_NAME])
    wrong = reviewer.post(link.get_absolute_url(), {"answer": "andet", "text": HOSTILE, "name": HOSTILE[:MAX_NAME]})

    for each in (
        response,
        wrong,
        desk.client.get(address_of(draft, "review")),
        desk.client.get(address_of(draft)),
        desk.client.get("/admin/"),
    ):
        html = each.content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert Markup(html).parse_errors == []
    assert "<script>alert(1)</script>" in said(response)


def test_what_cannot_be_seen_is_taken_out_and_every_script_is_kept():
    assert tidy("A\x00B\x07\x1b[31mC\x7f") == "AB[31mC"
    assert tidy("ren\u202etxt.exe\u2066\u200e\u200f\ufeff") == "rentxt.exe"
    assert tidy("مرحبا שלום") == "مرحبا שלום"
    assert tidy("familie 👨\u200d👩\u200d👧 🙂") == "familie 👨\u200d👩\u200d👧 🙂"
    assert tidy("a\r\nb\rc\n\n\n\n\nd") == "a\nb\nc\n\nd"
    assert tidy("e\u0301") == "é"
    assert len(tidy("Z" + "\u0335" * 500)) == 5
    assert tidy("\ud800\ue000\ufffe") == ""
    assert one_line(" Mette\n\tHolm ") == "Mette Holm"


def test_right_to_left_text_stays_in_its_own_place(desk, reviewer, draft, link):
    answer(reviewer, link, text="\u202eمرحبا", name="שרה")

    page = review_page(desk, draft)
    (shown,) = page.all("p", class_="remark__text")
    assert shown.get("dir") == "auto"
    assert text(shown) == "مرحبا"
    assert [text(name) for name in page.all("bdi")] == ["שרה"]


def test_the_same_answer_sent_twice_is_kept_once(reviewer, link):
    for _time in range(3):
        answer(reviewer, link, text="Ret det.")
    assert Remark.objects.count() == 1

    answer(reviewer, link, text="Ret også det.")
    answer(reviewer, link, answer="godkendt", text="Ret det.")
    assert Remark.objects.count() == 3


def test_a_link_takes_in_so_many_answers_and_no_more(reviewer, link, make_link, draft):
    for number in range(MAX_REMARKS):
        answer(reviewer, link, text=f"Nummer {number}", follow=False)

    response = reviewer.post(link.get_absolute_url(), {"answer": "bemaerkning", "text": "Et til"})

    assert Remark.objects.count() == MAX_REMARKS
    assert "Der er ikke plads til flere svar på dette link." in said(response)
    assert [form.get("method") for form in Markup(response.content.decode()).all("form")] == []
    # Another link has room of its own.
    answer(reviewer, make_link(draft), text="Herfra")
    assert Remark.objects.count() == MAX_REMARKS + 1


def test_a_reviewer_sees_the_answers_of_their_own_link_only(reviewer, link, make_link, draft):
    answer(reviewer, link, text="Fortroligt svar")

    assert "Fortroligt svar" in said(reviewer.get(link.get_absolute_url()))
    assert "Fortroligt svar" not in said(reviewer.get(make_link(draft).get_absolute_url()))


# Answers at the desk


def test_an_answer_is_handled_taken_up_again_and_deleted(desk, reviewer, draft, link):
    answer(reviewer, link, text="Ret det.")
    remark = Remark.objects.get()
    address = address_of(draft, "review")

    desk.client.post(address, {"handle": remark.pk})
    remark.refresh_from_db()
    assert remark.handled_by.username == "admin"
    assert "Alle svar er behandlet." in desk.open(address).main_text
    assert "1 svar er behandlet" in text(desk.open(address).one("main"))
    assert desk.open(address_of(draft)).all("li", class_="remark") == []
    assert f"{SECRET}: 1 svar" not in text(desk.open("/admin/").one("main"))
    assert "redaktionen har behandlet det" in said(reviewer.get(link.get_absolute_url()))

    desk.client.post(address, {"reopen": remark.pk})
    assert len(desk.open(address_of(draft)).all("li", class_="remark")) == 1

    desk.client.post(address, {"delete": remark.pk})
    assert not Remark.objects.exists()
    assert "Slettede et svar fra et gennemsyn." in desk.open(address_of(draft, "history")).main_text


def test_answers_stay_with_the_edition_when_it_is_published(desk, reviewer, draft, link):
    answer(reviewer, link, text="Ret det.")
    draft.publish()

    assert "Ret det." in review_page(desk, draft).main_text
    assert "Ret det." in text(desk.open(address_of(draft)).one("section", class_="review-panel"))
    page = review_page(desk, draft)
    assert page.all("button", name="make") == []
    assert link.token not in page.html


def test_a_remark_says_what_became_of_the_draft_since(desk, reviewer, draft, link):
    def since() -> list[str]:
        pages = desk.open(address_of(draft)), review_page(desk, draft)
        return [text(page.one("li", class_="remark")).partition("Kladden er ")[2] for page in pages]

    answer(reviewer, link, text="Ret det.")
    desk.send(address_of(draft))
    assert since() == ["", ""]
    desk.send(address_of(draft), button="_publish")
    assert since()[0] == "udgivet siden."
    assert since()[1].startswith("udgivet siden.")


def test_a_remark_on_a_draft_that_was_changed_and_published_says_so(desk, reviewer, draft, link):
    answer(reviewer, link, text="Ret det.")

    desk.send(address_of(draft), {"title_da": "Rettet"}, button="_publish")

    assert "Kladden er ændret og udgivet siden." in review_page(desk, draft).main_text


def test_the_page_of_a_review_knows_what_readers_see(desk, draft, make_link, make_page):
    make_link(draft, for_whom="Advokaten")
    draft.publish()
    assert "Læserne kan selv se denne udgave" in review_page(desk, draft).main_text
    make_page(document=draft.document, live_from=timezone.now())

    page = review_page(desk, draft)

    assert "Læserne kan selv se denne udgave" not in page.main_text
    assert "Læserne ser ikke længere denne udgave, og den kan ikke sendes til gennemsyn." in page.main_text
    assert "Intet link er åbent." in page.main_text
    assert "Gælder til og med" not in text(page.one("main"))
    assert "Holdt op med at gælde, da kladden blev udgivet" in text(page.one("main"))


def test_who_publishes_is_told_of_a_remark_that_nobody_has_handled(desk, reviewer, draft, link):
    answer(reviewer, link, answer="godkendt", name="Mette")
    answer(reviewer, link, text="Ret det.", name="Søren")
    remark = Remark.objects.get(name="Søren")

    def notes():
        return desk.open(address_of(draft, "publish")).all("p", class_="notice")

    (note,) = notes()
    assert text(note) == "Søren har en bemærkning, som ikke er behandlet. Se bemærkningen"
    assert note.find("a").get("href") == f"{address_of(draft, 'review')}#svar-{remark.pk}"
    desk.client.post(address_of(draft, "review"), {"handle": remark.pk})
    assert notes() == []
    desk.client.post(address_of(draft, "review"), {"reopen": remark.pk})
    desk.send(address_of(draft), button="_publish")
    draft.refresh_from_db()
    assert not draft.is_draft


def test_an_answer_is_changed_only_where_it_belongs(desk, reviewer, draft, link, make_page):
    answer(reviewer, link, text="Ret det.")
    other = make_page(live_from=None)
    before = list(Remark.objects.values())

    for deed in ("handle", "reopen", "delete"):
        for pk in (Remark.objects.get().pk, "abc", "9" * 40, "", "-1", "\x00"):
            assert desk.client.post(address_of(other, "review"), {deed: pk}).status_code == 404
    for pk in (link.pk, "abc", "9" * 40):
        assert desk.client.post(address_of(other, "review"), {"revoke": pk}).status_code == 404
    assert list(Remark.objects.values()) == before
    assert PreviewLink.objects.get().is_open


def test_no_screen_of_a_review_speaks_english(desk, reviewer, draft, link, make_link):
    answer(reviewer, link, answer="godkendt")
    answer(reviewer, link, text="Ret det.")
    make_link(draft, revoked_at=timezone.now())
    desk.client.post(address_of(draft, "review"), {"handle": Remark.objects.first().pk})

    for path in (address_of(draft, "review"), address_of(draft)):
        page = desk.open(path)
        assert english_in(page) == []
        assert page.parse_errors == []
    assert english_in(look(reviewer, link)) == []


# No other way


def test_a_draft_is_reached_by_its_link_and_in_no_other_way(reviewer, make_page, make_card, make_link):
    page = make_page(Text(body_da="<p>Ordet Hemmelig.</p>"), title_da=SECRET, title_en=SECRET, live_from=None)
    card = make_card(("remember", SECRET), title_da=SECRET, title_en=SECRET, live_from=None)
    make_link(page), make_link(card)
    number = card.document.number
    addresses = ["/", "/samtalekort/", "/sitemap.xml", "/robots.txt", "/hele-vejledningen/", "/nyt/", "/kilder/"]
    addresses += [f"/samtalekort/ark/?kort={number}&format={name}" for name in ("fire", "fold", "samtale")]
    addresses += [f"/samtalekort/ark/?kort=alle&format=fire&udgave={card.pk}", f"/samtalekort/ark.pdf?kort={number}"]
    addresses += ["/gennemsyn/", "/en/review/"]
    for edition in (page, card):
        for language in ("da", "en"):
            with translation.override(language):
                addresses.append(edition.get_absolute_url())
        addresses += [
            f"{edition.get_absolute_url()}?{query}" for query in ("preview=1", f"udgave={edition.pk}", "vis=stor")
        ]
        addresses += [address_of(edition, name) for name in ("change", "preview", "preview_screen", "review")]
        addresses += [f"/gennemsyn/{edition.pk}/", f"/gennemsyn/{edition.document.key}/"]
    addresses.append(f"{card.get_absolute_url()}tekst/")

    for address in addresses:
        response = reviewer.get(address)
        assert SECRET.encode() not in response.content, address
    assert "gennemsyn" not in reviewer.get("/sitemap.xml").content.decode()


def test_the_address_of_a_draft_is_written_in_no_log(reviewer, draft, make_link):
    lines = []

    class Kept(logging.Handler):
        def emit(self, record):
            lines.append(JsonLines().format(record))

    handler = Kept()
    # At warning and above, whatever the settings leave out.
    log = logging.getLogger("django.request")
    log.addHandler(handler)
    log.setLevel(logging.WARNING)
    link = make_link(draft, ends_on=timezone.localdate() - timedelta(days=1))
    try:
        for address in (link.get_absolute_url(), f"/en/review/{link.token}/side/"):
            assert reviewer.get(address).status_code == 410
    finally:
        log.removeHandler(handler)
        log.setLevel(logging.ERROR)

    # Nor in what the server itself writes about each request (tests/test_logs.py).
    assert len(lines) == 2
    for line in lines:
        assert "410 Gone" in line
        assert link.key not in line
