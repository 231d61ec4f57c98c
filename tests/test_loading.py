"""`load_content`: adds what is new in the fixtures, once; and takes nothing that does not fit."""

import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command

from guides.factbook import FactBook
from guides.models import Fact, Page, PageEdition, Publisher, Route, Term

pytestmark = pytest.mark.django_db

FIXTURES = settings.BASE_DIR / "fixtures"

PAGE = """
key = "nyhed"
kind = "page"
slug_da = "nyhed"
title_da = "En nyhed"
summary_da = "Den handler om noget."
"""
BLOCK = f"""{PAGE}
[[block]]
type = """
CARD = """
key = "nyt-kort"
number = 99
phase = "debriefing"
slug_da = "nyt-kort"
title_da = "Et kort"
summary_da = "Det skal det føre til."
participants_da = "Leder og medarbejder"

[[point]]
section = "remember"
text_da = "Lyt."
"""
FACT = """
[[fact]]
key = "ny"
kind = "deadline"
label_da = "Ny frist"
text_da = "en dag"
statement_da = "Fristen er en dag."
source = "offererstatningsloven-10"
confirmed = true
check_again_on = 2027-05-22
"""
ROUTE = """
[[route]]
key = "ny"
group = "authority"
slug_da = "ny"
name_da = "Ny"
summary_da = "Når det haster."
check_again_on = 2027-05-22
"""
SOURCE = """
[[source]]
key = "ny"
title = "Ny"
publisher = "Ny"
read_on = 2026-11-22
"""


class Folder:
    """A copy of the shipped fixtures that a test may change."""

    def __init__(self, path: Path):
        self.path = path

    def add(self, name: str, content: str):
        with (self.path / name).open("a", encoding="utf-8") as file:
            file.write(content)


@pytest.fixture
def fixtures(tmp_path) -> Folder:
    return Folder(Path(shutil.copytree(FIXTURES, tmp_path / "fixtures")))


def load(folder: Path = FIXTURES) -> str:
    out = StringIO()
    call_command("load_content", folder, strict=True, stdout=out)
    return out.getvalue()


def everything() -> dict[str, list]:
    """Every row of the site's own tables."""
    labels = ("digitalchikane", "guides", "conversations")
    models = [model for label in labels for model in apps.get_app_config(label).get_models(include_auto_created=True)]
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in models}


# Once


def test_a_second_load_changes_nothing():
    before = everything()

    assert load() == "Content: nothing new.\n"

    assert everything() == before


def test_what_an_editor_changed_survives_the_next_load():
    fact, route, publisher = Fact.objects.get(key="tlf-112"), Route.objects.get(key="politi"), Publisher.load()
    fact.label_da, route.name_da, publisher.name = "Alarm", "Politi", "En forening"
    for changed in (fact, route, publisher):
        changed.save()
    edition = Page.objects.get(key="om").draft()
    edition.title_da = "Om os"
    edition.save()
    edition.publish()

    load()

    assert Fact.objects.get(key="tlf-112").label_da == "Alarm"
    assert Route.objects.get(key="politi").name_da == "Politi"
    assert Page.objects.get(key="om").live_edition().title_da == "Om os"
    assert Publisher.load().name == "En forening"


def test_what_an_editor_deleted_does_not_come_back():
    deleted = [Term.objects.get(key="doxing"), Route.objects.get(key="trustpilot"), Page.objects.get(key="akut")]
    for thing in deleted:
        thing.delete()

    load()

    assert [thing.key for thing in deleted if type(thing).objects.filter(key=thing.key).exists()] == []


def test_what_is_new_is_added_beside_the_old(client, fixtures):
    fixtures.add("pages/nyhed.toml", PAGE)
    fixtures.add("cards/nyt-kort.toml", CARD)
    fixtures.add("facts.toml", FACT)
    fixtures.add("routes.toml", ROUTE)
    fixtures.add("sources.toml", SOURCE)

    assert load(fixtures.path) == "Content added: 1 source, 1 fact, 1 page, 1 card, 1 route.\n"

    for address in ("/nyhed/", "/samtalekort/nyt-kort/", "/anmeld/ny/"):
        assert client.get(address).status_code == 200


def test_what_is_loaded_holds_even_on_a_clock_that_runs_behind(fixtures, monkeypatch):
    early = PageEdition.objects.live().first().live_from.replace(year=2020)
    monkeypatch.setattr("django.utils.timezone.now", lambda: early)
    fixtures.add("pages/nyhed.toml", PAGE)
    fixtures.add("facts.toml", FACT)

    load(fixtures.path)

    assert Page.objects.get(key="nyhed").live_edition(early)
    assert FactBook(early.date()).get("ny")


# What does not fit: the file it is added to, what is added, and what the refusal says

NEWS, NEW_CARD, NEW_FACT, NEW_ROUTE = (
    ["nyhed.toml", "page “nyhed”"],
    ["nyt-kort.toml", "card “nyt-kort”"],
    ["facts.toml", "fact “ny”"],
    ["routes.toml", "route “ny”"],
)
BROKEN = {
    "not TOML": ("pages/nyhed.toml", 'title_da = "uden slut', ["nyhed.toml"]),
    "not TOML, in a file of many": ("facts.toml", "\n[[fact\n", ["facts.toml"]),
    # Something that a record does not hold
    "field of a page": ("pages/nyhed.toml", PAGE + 'undertitel_da = "x"\n', [*NEWS, "undertitel_da"]),
    "field without a language": ("pages/nyhed.toml", PAGE + 'title = "x"\n', [*NEWS, "“title”"]),
    "primary key": ("pages/nyhed.toml", PAGE + "id = 1\n", [*NEWS, "“id”"]),
    "kind of page": ("pages/nyhed.toml", PAGE.replace('"page"', '"artikel"'), [*NEWS, "kind"]),
    "block": ("pages/nyhed.toml", BLOCK + '"video"\n', [*NEWS, "video"]),
    "role": ("pages/nyhed.toml", BLOCK + '"step"\nrole = "chef"\ntext_da = "Gem"\n', [*NEWS, "role"]),
    "misspelt block": ("pages/nyhed.toml", PAGE + '[[blok]]\ntype = "text"\n', [*NEWS, "blok"]),
    "field of a point": ("cards/nyt-kort.toml", CARD + 'farve = "x"\n', [*NEW_CARD, "farve"]),
    "section": ("cards/nyt-kort.toml", CARD.replace('"remember"', '"husk"'), [*NEW_CARD, "section"]),
    "field of a fact": ("facts.toml", FACT + 'kilde = "x"\n', [*NEW_FACT, "kilde"]),
    "date": ("facts.toml", FACT.replace("2027-05-22", '"snart"'), [*NEW_FACT, "check_again_on"]),
    "field of a route": ("routes.toml", ROUTE + 'telefon = "x"\n', [*NEW_ROUTE, "telefon"]),
    "table": ("facts.toml", FACT.replace("[[fact]]", "[[facts]]"), ["facts.toml", "facts"]),
    # Something missing
    "no key": ("pages/nyhed.toml", PAGE.replace("key =", "noegle ="), ["nyhed.toml", "no key"]),
    "no title": ("pages/nyhed.toml", PAGE.replace("title_da", "timing_da"), [*NEWS, "Overskriften"]),
    "no summary": ("pages/nyhed.toml", PAGE.replace("summary_da", "timing_da"), [*NEWS, "Resuméet"]),
    "no address": ("pages/nyhed.toml", PAGE.replace('slug_da = "nyhed"\n', ""), [*NEWS, "adresse"]),
    "no text": ("pages/nyhed.toml", BLOCK + '"text"\n', NEWS),
    "no anchor": ("pages/nyhed.toml", BLOCK + '"heading"\ntext_da = "x"\n', [*NEWS, "anchor"]),
    "no title of a card": ("cards/nyt-kort.toml", CARD.replace("title_da", "title_en"), NEW_CARD),
    "nothing to remember": ("cards/nyt-kort.toml", CARD.replace('"remember"', '"say"'), [*NEW_CARD, "Husk"]),
    "no stop points": ("cards/nyt-kort.toml", "leads_to_contact = true" + CARD, [*NEW_CARD, "ikke må ringe"]),
    "no wording": ("facts.toml", FACT.replace("text_da", "text_en"), [*NEW_FACT, "text_da"]),
    "no statement": ("facts.toml", FACT.replace("statement_da", "statement_en"), [*NEW_FACT, "statement_da"]),
    "no name": ("routes.toml", ROUTE.replace("name_da", "name_en"), [*NEW_ROUTE, "name_da"]),
    # Something that is not there to point at
    "fact in a text": ("pages/nyhed.toml", PAGE.replace("noget", "{{ ukendt }}"), [*NEWS, "ukendt"]),
    "page above": ("pages/nyhed.toml", PAGE + 'parent = "ukendt"\n', [*NEWS, "ukendt"]),
    "page in a step": (
        "pages/nyhed.toml",
        BLOCK + '"step"\ntext_da = "x"\nlink = "side:ukendt"',
        [*NEWS, "side:ukendt"],
    ),
    "page in a text": (
        "pages/nyhed.toml",
        BLOCK + '"text"\nbody_da = \'<p><a href="side:ukendt">x</a></p>\'\n',
        [*NEWS, "side:ukendt"],
    ),
    "card": ("pages/nyhed.toml", BLOCK + '"card"\ncard = "ukendt"\n', [*NEWS, "ukendt"]),
    "route": ("pages/nyhed.toml", BLOCK + '"routes"\nroutes = ["ukendt"]\n', [*NEWS, "ukendt"]),
    "fact": ("pages/nyhed.toml", BLOCK + '"facts"\nfacts = ["ukendt"]\n', [*NEWS, "ukendt"]),
    "phase": ("cards/nyt-kort.toml", CARD.replace("debriefing", "ukendt"), [*NEW_CARD, "ukendt"]),
    "source": ("facts.toml", FACT.replace("offererstatningsloven-10", "ukendt"), [*NEW_FACT, "ukendt"]),
    "next rung": ("routes.toml", ROUTE + 'next = "ukendt"\n', [*NEW_ROUTE, "ukendt"]),
    "phone": ("routes.toml", ROUTE + 'phone = "ukendt"\n', [*NEW_ROUTE, "ukendt"]),
    "fact of a route": ("routes.toml", ROUTE + 'facts = ["ukendt"]\n', [*NEW_ROUTE, "ukendt"]),
    # Something that is taken
    "key": ("facts.toml", FACT + FACT.replace("en dag", "to dage"), NEW_FACT),
    "address of a page": ("pages/nyhed.toml", PAGE.replace('slug_da = "nyhed"', 'slug_da = "om"'), [*NEWS, "adresse"]),
    "address of a route": (
        "routes.toml",
        ROUTE.replace('slug_da = "ny"', 'slug_da = "politiet"'),
        [*NEW_ROUTE, "adresse"],
    ),
    "address of the sheets": (
        "cards/nyt-kort.toml",
        CARD.replace('slug_da = "nyt-kort"', 'slug_da = "ark"'),
        [*NEW_CARD, "adresse"],
    ),
    "number of a card": ("cards/nyt-kort.toml", CARD.replace("99", "1"), [*NEW_CARD, "number"]),
}


@pytest.mark.parametrize(("file", "content", "said"), BROKEN.values(), ids=BROKEN)
def test_what_does_not_fit_stops_the_whole_load_and_is_named(fixtures, file, content, said):
    before = everything()
    # Fits, comes first in the order of loading, and must not stay behind.
    fixtures.add("sources.toml", SOURCE)
    fixtures.add(file, content)

    with pytest.raises(CommandError) as refusal:
        load(fixtures.path)

    message = str(refusal.value)
    assert [words for words in [*said, "Nothing was loaded."] if words not in message] == [], message
    assert everything() == before
