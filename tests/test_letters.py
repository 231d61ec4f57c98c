"""Letters: read, copied, saved as text or Word, filled in, and gone without a trace."""

import io
import logging
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from docx import Document
from docx.shared import Mm
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from conversations.forms import LetterForm
from conversations.letters import NAMED, compose, plain
from conversations.models import Blank, Letter, LetterEdition, LetterPart
from conversations.word import word
from digitalchikane import uses
from digitalchikane.publishing.models import NotPublishable, translated_fields
from guides.factbook import FactBook
from guides.models import Text

from .markup import Markup, text

pytestmark = pytest.mark.django_db

STOP = ["Ring eller skriv ikke, hvis", "stalking", "fare", "politisag"]
NOTICE = {
    "adresse": "https://medie.example/opslag/17",
    "begrundelse": "Siden viser private beskeder.\nDe er delt uden lov.",
    "navn": "Kim Holm",
    "virksomhed": "Holm og Co",
    "e-mail": "kim@holm.example",
    "god-tro": "on",
}


def live(key: str) -> LetterEdition:
    return LetterEdition.objects.live().for_readers().get(document__key=key)


def all_letters() -> list[LetterEdition]:
    return list(LetterEdition.objects.live().for_readers())


def sent(values: dict) -> dict:
    return {f"felt-{key}": value for key, value in values.items()}


def read_word(content: bytes):
    return Document(io.BytesIO(content))


def words_of(document) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


@pytest.fixture
def fill(client):
    """Send the form of a letter; returns the answer."""

    def fill(key: str, values: dict, **button):
        return client.post(live(key).get_absolute_url(), sent(values) | button)

    return fill


@pytest.fixture
def make_letter(db):
    """A draft of a letter, whole unless the test says otherwise. Blanks are pairs of key and whether it is required."""

    def make(*bodies, blanks=(), kind="letter", subject_da="Et emne", **values):
        key = f"brev-{Letter.objects.count()}"
        document = Letter.objects.create(key=key, kind=kind, slug_da=key, position=9000)
        defaults = {"title_da": "Et brev", "summary_da": "Når det sker.", "recipient_da": "Fra jer til dem"}
        edition = LetterEdition.objects.create(document=document, subject_da=subject_da, **defaults | values)
        rows = [LetterPart(body_da=body) for body in bodies or ["<p>Hej</p>"]]
        rows += [
            blank if isinstance(blank, Blank) else Blank(key=blank[0], label_da=blank[0], is_required=blank[1])
            for blank in blanks
        ]
        for ordering, row in enumerate(rows, start=1):
            row.parent, row.region, row.ordering = edition, "main", ordering
            row.save()
        edition.forget_blocks()
        edition.remember_facts()
        return edition

    return make


def problems(edition) -> list[str]:
    return [problem.message for problem in edition.problems()]


# What ships


def test_there_is_a_letter_for_everyone_who_must_hear_of_it():
    keys = {letter.document.key for letter in all_letters()}

    assert keys >= {
        "til-platformen",
        "dsa-anmeldelse",
        "til-hjemmesideejer",
        "til-den-chikanerende-part",
        "besked-til-medarbejderne",
        "offentlig-udmelding",
        "overblik-til-politiet",
        "aftale-med-den-ramte",
        "til-amr-eller-amo",
        "politik",
        "beredskabsplan",
    }


def test_the_list_leads_to_every_letter_by_phase(danish_answers):
    page = danish_answers[reverse("conversations:letters")].markup
    links = {link.get("href") for link in page.one("main").iter("a")}

    assert {letter.get_absolute_url() for letter in all_letters() if not letter.document.has_own_page} <= links
    assert "Fase 3: Stop chikanen" in [text(heading) for heading in page.all("h2")]


def test_the_tools_lead_to_letters_policy_and_plan(danish_answers):
    links = {link.get("href") for link in danish_answers[reverse("guides:tools")].markup.all("a")}

    assert {"/vaerktoejer/breve/", "/vaerktoejer/politik/", "/vaerktoejer/beredskabsplan/"} <= links


def test_every_letter_stands_in_the_sitemap_once(client):
    sitemap = client.get("/sitemap.xml").content.decode()

    for letter in all_letters():
        assert sitemap.count(f"{letter.get_absolute_url()}<") == 1, letter


@pytest.mark.parametrize("key", ["til-den-chikanerende-part", "til-hjemmesideejer", "offentlig-udmelding"])
def test_letters_that_lead_to_contact_say_when_not_to_write_wherever_they_go(client, key):
    letter = live(key)
    base = letter.get_absolute_url().rstrip("/")

    page = Markup(client.get(f"{base}/").content.decode())
    paper = words_of(read_word(client.get(f"{base}.docx").content))
    for words in (page.main_text, client.get(f"{base}.txt").content.decode(), paper):
        assert [each for each in STOP if each not in words] == []
        # Before the letter itself begins.
        assert words.index(STOP[0]) < words.index(letter.subject_da)


def test_no_other_letter_is_sent_to_the_one_who_harasses():
    for letter in all_letters():
        if not letter.leads_to_contact:
            assert "chikanerende" not in letter.recipient_da, letter


def test_letters_hold_no_numbers_of_their_own():
    import re

    from .test_shipped_content import ALLOWED_NUMBERS, IN_WORDS, OWN_ADVICE, part_texts

    wrong = set()
    for letter in all_letters():
        for part in letter.parts():
            for name, value in part_texts(part):
                # An example shows how a date is written.
                own = OWN_ADVICE.sub("", re.sub(r"\{\{.*?\}\}", "", value))
                if name != "example_da" and (re.search(r"§|\d", ALLOWED_NUMBERS.sub("", own)) or IN_WORDS.search(own)):
                    wrong.add((letter.document.key, value))

    assert wrong == set()


# Read, copied, saved


def test_a_letter_can_be_read_with_its_blanks(danish_answers):
    page = danish_answers["/vaerktoejer/breve/dsa-anmeldelse/"].markup

    blanks = [text(blank) for blank in page.all("span", class_="blank")]
    assert "[præcis adresse på indholdet]" in blanks
    assert any(blank.startswith("☐ Jeg erklærer i god tro") for blank in blanks)


def test_buttons_that_need_a_script_are_hidden_without_one(danish_answers):
    page = danish_answers["/vaerktoejer/breve/dsa-anmeldelse/"].markup

    (copy,) = [button for button in page.all("button") if button.get("data-copy")]
    (print_button,) = [button for button in page.all("button") if button.get("data-print") is not None]
    assert copy.get("hidden") is not None and print_button.get("hidden") is not None
    assert copy.get("data-copy") == plain(compose(live("dsa-anmeldelse"), FactBook()))


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_letter_can_be_had_as_text_and_as_a_word_file(client, language):
    with translation.override(language):
        files = [
            (each, *(reverse(f"conversations:letter_{kind}", args=[each.document.slug]) for kind in ("text", "word")))
            for each in all_letters()
        ]
        subject = {"da": "Emne: ", "en": "Subject: "}[language]
    for letter, text_path, word_path in files:
        as_text, as_word = client.get(text_path), client.get(word_path)
        document = read_word(as_word.content)

        assert as_text["Content-Type"] == "text/plain; charset=utf-8"
        assert as_word["Content-Disposition"] == f'attachment; filename="{Path(word_path).name}"'
        assert document.core_properties.language == {"da": "da-DK", "en": "en-GB"}[language]
        assert document.core_properties.title == getattr(letter, f"title_{language}")
        assert "{{" not in as_text.content.decode() and "[[" not in as_text.content.decode()
        for paragraph in document.paragraphs:
            assert "{{" not in paragraph.text and "[[" not in paragraph.text, letter
        said = [line for line in as_text.content.decode().splitlines() if len(line) > 40 and not line.startswith(" ")]
        for line in said:
            bare = line.removeprefix(subject).lstrip("-0123456789. ")
            assert bare in words_of(document) or line == "-" * 40, (letter, line)


def test_a_word_file_is_a4_danish_titled_and_has_real_styles(client):
    document = read_word(client.get("/vaerktoejer/breve/politik.docx").content)

    section = document.sections[0]
    assert abs(section.page_width - Mm(210)) < Mm(0.1) and abs(section.page_height - Mm(297)) < Mm(0.1)
    assert document.core_properties.title == "Politik mod digital chikane"
    assert document.core_properties.language == "da-DK"
    assert document.core_properties.author == document.core_properties.comments == ""
    assert 'w:val="da-DK"' in document.styles.element.xml and "en-US" not in document.styles.element.xml
    styles = {paragraph.style.name for paragraph in document.paragraphs}
    assert styles >= {"Title", "Heading 2", "Normal", "List Bullet", "List Number"}


def test_every_numbered_list_of_a_word_file_begins_with_one(make_letter):
    edition = make_letter("<ol><li>A</li><li>B</li></ol><p>og</p>", "<ol><li>C</li></ol>")

    document = read_word(word(compose(edition, FactBook())))

    numbered = [each for each in document.paragraphs if each.style.name == "List Number"]
    used = [each._p.pPr.numPr.numId.val for each in numbered]
    assert [each.text for each in numbered] == ["A", "B", "C"]
    assert used[0] == used[1] != used[2]


def test_lists_within_lists_keep_their_shape(make_letter):
    edition = make_letter(
        "<ol><li><p>En</p><ul><li>a</li><li>b</li></ul></li><li><p>To</p><p>mere</p></li></ol><p>Slut</p>"
    )
    letter = compose(edition, FactBook())

    assert letter.markup == ("<ol><li>En<ul><li>a</li><li>b</li></ul></li><li>To<br>mere</li></ol><p>Slut</p>")
    assert plain(letter) == "Emne: Et emne\n\n1. En\n  - a\n  - b\n2. To\n  mere\n\nSlut\n"


# Filled in


def test_a_finished_letter_says_what_was_filled_in(fill):
    response = fill("dsa-anmeldelse", NOTICE)

    page = Markup(response.content.decode())
    assert response.status_code == 200
    assert "De er delt uden lov." in page.main_text
    assert "Jeg erklærer i god tro" in page.main_text
    # Of what may be left empty, the whole paragraph goes.
    assert "Sådan finder I det på siden" not in page.main_text
    assert page.all("span", class_="blank") == []
    assert page.one("input", name="felt-navn").get("value") == "Kim Holm"


def test_a_finished_letter_can_be_had_as_a_file_with_a_name_that_says_nothing(fill):
    as_word, as_text = fill("dsa-anmeldelse", NOTICE, word="1"), fill("dsa-anmeldelse", NOTICE, text="1")

    assert as_word["Content-Disposition"] == 'attachment; filename="tekst.docx"'
    assert as_text["Content-Disposition"] == 'attachment; filename="tekst.txt"'
    for words in (words_of(read_word(as_word.content)), as_text.content.decode()):
        assert "https://medie.example/opslag/17" in words
        assert "Siden viser private beskeder.\nDe er delt uden lov." in words


@pytest.mark.parametrize("button", [{}, {"word": "1"}, {"text": "1"}])
@pytest.mark.parametrize("missing", ["adresse", "begrundelse", "navn", "e-mail", "god-tro"])
def test_a_notice_is_not_finished_without_its_four_parts(fill, missing, button):
    response = fill("dsa-anmeldelse", {key: value for key, value in NOTICE.items() if key != missing}, **button)

    page = Markup(response.content.decode())
    assert response.status_code == 422
    assert response["Content-Type"].startswith("text/html")
    assert f"#id_felt-{missing}" in {link.get("href") for link in page.one("div", role="alert").iter("a")}
    # What was typed is still there.
    kept = {each.get("name"): each.get("value") for each in page.all("input")}
    kept["felt-begrundelse"] = text(page.one("textarea", name="felt-begrundelse"))
    for key, value in NOTICE.items():
        if key not in (missing, "god-tro"):
            assert kept[f"felt-{key}"].split() == value.split()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"adresse": "på Facebook"}, "Kopiér hele sidens adresse"),
        ({"adresse": "javascript:alert(1)"}, "Kopiér hele sidens adresse"),
        ({"e-mail": "kim"}, "Skriv en e-mailadresse"),
        ({"navn": "x" * 10_000}, "Skriv højst 200 tegn. Nu er der 10000."),
        ({"begrundelse": "x" * 10_000}, "Skriv højst 4000 tegn. Nu er der 10000."),
        ({"navn": " \x00\u200b "}, "Udfyld feltet."),
    ],
)
def test_what_cannot_stand_in_a_letter_is_said_and_stays_in_the_form(fill, values, message):
    response = fill("dsa-anmeldelse", NOTICE | values)

    assert response.status_code == 422
    assert message in response.content.decode()
    (key, value) = next(iter(values.items()))
    field = Markup(response.content.decode()).one("input", "textarea", name=f"felt-{key}")
    kept = field.get("value", "") if field.tag == "input" else text(field)
    assert kept == value.replace("\x00", "").replace("\u200b", "").strip()


def test_a_date_that_is_none_is_refused_and_one_that_is_stands_in_words(fill):
    values = {
        "virksomhed": "Holm og Co",
        "kontaktperson": "Kim, tlf. 12",
        "afloeser": "Bo",
        "kanaler": "Facebook: Kim\nE-mail: Bo",
        "klageadresse": "klage@holm.example",
    }

    assert "Skriv datoen som dag, måned og år" in fill("politik", values | {"revision": "31.02.2027"}).content.decode()
    document = read_word(fill("politik", values | {"revision": "2027-05-03"}, word="1").content)

    assert "senest den 3. maj 2027." in words_of(document)
    assert "Facebook: Kim\nE-mail: Bo" in words_of(document)
    assert "Eksempler fra vores hverdag" not in words_of(document)


def test_the_policy_and_the_plan_are_filled_in_on_their_own_pages(fill):
    plan = {
        "virksomhed": "Holm og Co",
        "kontaktperson": "Kim",
        "afloeser": "Bo",
        "bevis": "Ea",
        "talsperson": "Ib",
        "anmelder": "Ea",
        "kanaler": "Facebook",
        "revision": "03.05.2027",
    }

    page = Markup(fill("beredskabsplan", plan).content.decode())

    assert text(page.one("h1")) == "Lav jeres beredskabsplan"
    assert "Svarer på virksomhedens vegne: Ib" in page.main_text
    assert "inden 72 timer" in page.main_text


HOSTILE = "<b>fed</b> {{ tlf-112 }} [[navn]] \u202eesrever ‮ 🙂\x07\ufffe\ud800 =1+1 %(x)s &amp; ]]>"


def test_hostile_answers_are_only_text(fill):
    values = NOTICE | {"begrundelse": HOSTILE.encode("utf-8", "ignore").decode()}

    html = fill("dsa-anmeldelse", values).content.decode()
    document = words_of(read_word(fill("dsa-anmeldelse", values, word="1").content))
    as_text = fill("dsa-anmeldelse", values, text="1").content.decode()

    seen = "<b>fed</b> {{ tlf-112 }} [[navn]] esrever 🙂 =1+1 %(x)s &amp; ]]>"
    assert seen in document and seen in as_text
    assert "<bdi>&lt;b&gt;fed&lt;/b&gt; {{ tlf-112 }} [[navn]] esrever 🙂" in html
    for each in ("\u202e", "\x07", "\ufffe"):
        assert each not in html and each not in document


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.text(st.characters(codec="utf-8"), max_size=300), st.text(max_size=300))
def test_whatever_is_typed_gives_a_whole_file(db, line, lines):
    edition = live("til-den-chikanerende-part")
    answers = {blank.key: lines if blank.key == "medie" else line for blank in edition.blanks()}
    form = LetterForm(edition, sent(answers) | {"felt-dato": "2026-11-26"})
    form.is_valid()

    finished = compose(edition, FactBook(), {"dato": "26. november 2026"} | {k: str(v) for k, v in form.data.items()})

    assert read_word(word(finished)).paragraphs and plain(finished) and finished.markup


# Nothing is kept


def test_an_answer_is_kept_by_nobody(client, fill):
    for button in ({}, {"word": "1"}, {"text": "1"}):
        for values in (NOTICE, {}):
            response = fill("dsa-anmeldelse", values, **button)
            assert response["Cache-Control"] == "no-store"
            assert response["Referrer-Policy"] == "no-referrer"
            assert not response.cookies
            assert "Location" not in response
    assert fill("politik", {})["Cache-Control"] == "no-store"


def test_even_the_most_talkative_log_says_nothing_of_what_was_typed(fill, caplog):
    """What the server keeps in all, see test_traces.py."""
    secret = "Hemmelig-Xylofon-Strandvej"
    caplog.set_level(logging.DEBUG)
    values = dict.fromkeys(NOTICE, secret) | {
        "adresse": f"https://{secret}.example/a",
        "e-mail": f"{secret}@a.example",
    }

    assert secret in fill("dsa-anmeldelse", values).content.decode()
    assert fill("dsa-anmeldelse", values, word="1").status_code == 200
    assert fill("dsa-anmeldelse", values | {"navn": ""}).status_code == 422

    assert secret.lower() not in caplog.text.lower()


def test_an_address_with_answers_in_it_shows_none_of_them(client):
    response = client.get("/vaerktoejer/breve/dsa-anmeldelse/", sent(NOTICE))

    assert "Kim Holm" not in response.content.decode()


# Withdrawn, moved, not there


def test_a_letter_that_was_withdrawn_says_so_in_every_form(client, withdraw):
    letter = live("til-et-medie")
    withdraw(letter, reason="Brevet var forældet.", replacement="brev:til-platformen")

    for ending in ("/", ".txt", ".docx"):
        response = client.get(letter.get_absolute_url().rstrip("/") + ending)
        assert response.status_code == 410
        assert "Brevet var forældet." in response.content.decode()
        assert "/vaerktoejer/breve/til-platformen/" in response.content.decode()
    assert client.post(letter.get_absolute_url(), {}).status_code == 410


def test_the_policy_has_one_address(client):
    response = client.get("/vaerktoejer/breve/politik/")

    assert (response.status_code, response["Location"]) == (301, "/vaerktoejer/politik/")


def test_without_its_text_the_page_of_the_policy_stays_up(client, withdraw):
    withdraw(live("politik"))

    assert client.get("/vaerktoejer/politik/").status_code == 200
    assert client.post("/vaerktoejer/politik/", {}).status_code == 200


def test_a_letter_that_is_not_there_is_not_found(client):
    for ending in ("/", ".txt", ".docx"):
        assert client.get(f"/vaerktoejer/breve/findes-ikke{ending}").status_code == 404


# English


def test_a_translated_letter_is_english_throughout(client, make_letter):
    edition = make_letter(
        blanks=[Blank(key="firma", label_da="firma", label_en="company")],
        title_en="A letter",
        summary_en="When it happens.",
        recipient_en="From you to them",
        subject_en="A subject",
        live_from=timezone.now(),
    )
    Letter.objects.filter(pk=edition.document_id).update(slug_en="a-letter")
    part = edition.text_parts()[0]
    part.body_da, part.body_en = "<p>Fra [[firma]]</p>", "<p>From [[firma]]</p>"
    part.save()

    page = Markup(client.get("/en/tools/letters/a-letter/").content.decode())
    document = read_word(client.get("/en/tools/letters/a-letter.docx").content)

    assert "From [company]" in page.main_text
    assert "Copy the text" in page.main_text
    assert "From [company]" in words_of(document)
    assert document.core_properties.language == "en-GB"


def test_every_letter_says_in_english_what_it_says_in_danish(client):
    for letter in all_letters():
        for things in [[letter], letter.text_parts(), letter.blanks()]:
            for thing in things:
                for name in translated_fields(type(thing)):
                    danish, english = (getattr(thing, f"{name}_{code}") or "" for code in ("da", "en"))
                    assert bool(english) == bool(danish), (letter.document.key, thing, name)
                    assert set(NAMED.findall(english)) == set(NAMED.findall(danish)), (letter.document.key, name)


def test_a_notice_is_filled_in_in_english(client):
    address = "/en/tools/letters/dsa-notice/"

    page = Markup(client.post(address, sent(NOTICE)).content.decode())
    document = client.post(address, sent(NOTICE) | {"word": "1"})
    refused = client.post(address, sent(NOTICE | {"adresse": "on Facebook", "e-mail": "kim"})).content.decode()

    assert page.one("html").get("lang") == "en"
    assert "I declare in good faith" in page.main_text
    # Of what may be left empty, the whole paragraph goes.
    assert "How to find it on the page" not in page.main_text
    assert document["Content-Disposition"] == 'attachment; filename="text.docx"'
    assert "Article 16 of the DSA" in words_of(read_word(document.content))
    assert "Copy the whole address of the page" in refused and "Write an email address" in refused


def test_a_date_in_an_english_document_is_british(client):
    values = dict.fromkeys([blank.key for blank in live("politik").blanks()], "Kim") | {"revision": "2027-05-03"}

    response = client.post("/en/tools/policy/", sent(values) | {"word": "1"})

    assert "no later than 3 May 2027." in words_of(read_word(response.content))


def test_a_danish_letter_below_en_is_danish_throughout(client, make_letter):
    edition = make_letter(live_from=timezone.now())
    document = read_word(client.get(f"/en/tools/letters/{edition.document.slug_da}.docx").content)

    assert document.core_properties.language == "da-DK"


def test_a_letter_with_half_a_translation_is_refused(make_letter):
    edition = make_letter(title_en="A letter", subject_en="A subject")

    assert any("ikke hele teksten" in message for message in problems(edition))


# Refused at publish


def test_a_whole_letter_is_published(make_letter):
    edition = make_letter("<p>Kære [[navn]]</p>", "<p>Tlf.: [[nummer]]</p>", blanks=[("navn", True), ("nummer", False)])

    edition.publish()

    assert live(edition.document.key) == edition


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bodies": ["<p>[[ukendt]]</p>"]}, "intet felt med nøglen ”ukendt”"),
        ({"subject_da": "Om [[ukendt]]"}, "intet felt med nøglen ”ukendt”"),
        ({"blanks": [("navn", True)]}, "”navn” står ingen steder"),
        ({"bodies": ["<p>[[a]]</p>"], "blanks": [("a", True), ("a", True)]}, "To felter har nøglen ”a”"),
        ({"bodies": ["<p>Fra [[a]</p>"]}, "Klammer uden et felt"),
        ({"bodies": ["<p>[[a]] og [[b]]</p>"], "blanks": [("a", True), ("b", False)]}, "det eneste felt i sit afsnit"),
        ({"bodies": ["<p>{{ findes-ikke }}</p>"]}, "findes-ikke"),
        ({"bodies": ['<p><a href="brev:findes-ikke">her</a></p>']}, "brev:findes-ikke"),
        ({"leads_to_contact": True}, "hvornår I ikke må ringe eller skrive"),
        ({"is_notice": True}, "kræve feltet ”god-tro”"),
        ({"subject_da": ""}, "første linje mangler"),
        ({"recipient_da": ""}, "fra hvem og til hvem"),
    ],
)
def test_a_letter_that_would_fail_its_readers_is_refused(make_letter, options, message):
    edition = make_letter(*options.pop("bodies", ()), **options)

    with pytest.raises(NotPublishable) as refused:
        edition.publish()

    assert any(message in problem.message for problem in refused.value.problems)


def test_a_notice_with_a_part_that_may_be_left_out_is_refused():
    draft = live("dsa-anmeldelse").document.draft()
    Blank.objects.filter(parent=draft, key="god-tro").update(is_required=False)
    draft.forget_blocks()

    assert "En anmeldelse skal kræve feltet ”god-tro”." in problems(draft)


def test_a_blank_may_be_set_in_pieces(make_letter):
    """The editor of texts may cut a name in two when part of it is made bold."""
    edition = make_letter("<p>Fra [[<strong>firma</strong>]]!</p>", blanks=[("firma", True)])

    assert problems(edition) == []
    assert "Fra Holm!" in plain(compose(edition, FactBook(), {"firma": "Holm"}))


# Named and used


def test_a_fact_in_a_letter_knows_where_it_stands(make_letter, make_fact):
    fact = make_fact(text="tre uger")
    edition = make_letter(f"<p>Inden {{{{ {fact.key} }}}}.</p>")

    assert edition in uses.of(fact)
    assert "Inden tre uger." in plain(compose(edition, FactBook()))


def test_a_page_leads_to_a_letter_by_its_key(client, make_page):
    page = make_page(Text(body_da='<p><a href="brev:dsa-anmeldelse">Anmeld</a></p>'))

    links = {link.get("href") for link in Markup(client.get(page.get_absolute_url()).content.decode()).all("a")}

    assert "/vaerktoejer/breve/dsa-anmeldelse/" in links
    assert page in uses.of(live("dsa-anmeldelse").document)


def test_a_reader_finds_the_sources_of_what_a_letter_claims(danish_answers):
    page = danish_answers["/vaerktoejer/breve/til-arbejdsmiljoerepraesentanten/"].markup

    links = {link.get("href") for link in page.one("details", class_="letter__facts").iter("a")}

    assert "/kilder/#pligt-vurder-risiko" in links


# At the desk


def test_editors_find_letters_in_the_menu_and_see_a_draft_as_readers_will(admin_client):
    index = admin_client.get("/admin/").content.decode()
    assert reverse("admin:conversations_letteredition_changelist") in index

    for key in ("til-et-medie", "politik"):
        draft = live(key).document.draft()
        form = admin_client.get(reverse("admin:conversations_letteredition_change", args=[draft.pk]))
        preview = admin_client.get(reverse("admin:conversations_letteredition_preview", args=[draft.pk]))
        assert form.status_code == 200
        assert draft.subject_da in Markup(preview.content.decode()).main_text


def test_english_addresses(db):
    with translation.override("en"):
        assert reverse("conversations:letters") == "/en/tools/letters/"
        assert reverse("conversations:policy") == "/en/tools/policy/"
