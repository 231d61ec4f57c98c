"""What belongs together stays on one line, and machines get the words as they were written."""

import pytest

from digitalchikane.typography import together
from guides.models import Heading, Step, Text

from .markup import Markup


@pytest.mark.parametrize(
    "written",
    [
        "straffelovens §_264_d er brudt",
        "straffelovens §§_119 og 119_a",
        "straffelovens §_81, nr._6, og stk._2",
        "mødes i morgen kl._10 i 30_minutter",
        "inden 72_timer, 14_dage, 6_måneder eller 1½_år",
        "84_procent, eller 84_%, siden 1._april 2022",
        "section_264_d of the act and article_16 of the DSA",
        "within 12_weeks of 1_April, no._6, for up to 1_year",
    ],
)
def test_a_number_stays_with_what_it_counts_or_names(written):
    assert together(written.replace("_", " ")).replace("\N{NO-BREAK SPACE}", "_") == written


@pytest.mark.parametrize(
    "words", ["I 2021 var det nyt.", "Ring 112 eller 114.", "10 arbejdsmiljørepræsentanter", "mail"]
)
def test_other_words_may_break(words):
    assert together(words) == words


def test_e_mail_stays_one_word_without_a_mark_around_it():
    assert together("E-mails og e-mail-adresser") == "E-\N{WORD JOINER}mails og e-\N{WORD JOINER}mail-adresser"


@pytest.mark.django_db
def test_titles_and_names_for_the_ear_keep_their_plain_words(client, make_fact, make_page):
    fact = make_fact(text="lovens § 264 d")
    said = f"Send en e-mail om {{{{ {fact.key} }}}}"
    page = make_page(
        Heading(text_da=said), Text(body_da=f"<p>{said}.</p>"), Step(text_da=said, link="side:om"), title_da=said
    )

    markup = Markup(client.get(page.get_absolute_url()).content.decode())

    held = "lovens §\N{NO-BREAK SPACE}264\N{NO-BREAK SPACE}d"
    for shown in (markup.one("h1"), *(each for each in markup.all("h2", "p") if "Send" in "".join(each.itertext()))):
        assert held in "".join(shown.itertext())
        assert "en e-\N{WORD JOINER}mail om" in "".join(shown.itertext())
    assert markup.one("title").text.startswith("Send en e-mail om lovens § 264 d ·")
    assert markup.one("meta", property="og:title").get("content") == "Send en e-mail om lovens § 264 d"
