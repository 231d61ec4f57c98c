"""An update of the code that changes what is shipped, on a site where editors have been at work."""

from io import StringIO
from pathlib import Path

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import call_command
from django.utils import timezone, translation

from conversations.models import Card
from digitalchikane import translationcheck
from digitalchikane.models import ShippedRecord
from guides.models import Fact, Page, Route, Synonym, Term

from .test_loading import everything

pytestmark = pytest.mark.django_db

FILES = {
    "sources.toml": """
[[source]]
key = "loven"
title = "Loven"
publisher = "Folketinget"
read_on = 2026-11-22
""",
    "facts.toml": """
[[fact]]
key = "fristen"
kind = "deadline"
label_da = "Fristen"
text_da = "tre uger"
statement_da = "Fristen er tre uger."
source = "loven"
confirmed = true
check_again_on = 2027-05-22
""",
    "routes.toml": """
[[route]]
key = "vejen"
group = "authority"
slug_da = "vejen"
name_da = "Vejen"
summary_da = "Når det haster."
how_da = "Ring først."
check_again_on = 2027-05-22
""",
    "glossary.toml": """
[[term]]
key = "ordet"
word_da = "ordet"
explanation_da = "Det betyder noget."
""",
    "pages/siden.toml": """
key = "siden"
kind = "page"
slug_da = "siden"
title_da = "Siden"
summary_da = "Den handler om noget."
reviewed_on = 2026-11-22
review_again_on = 2027-05-22

[[block]]
type = "heading"
anchor = "foerst"
text_da = "Gør det først"

[[block]]
type = "text"
body_da = "<p>Gem det hele, før noget forsvinder.</p>"

[[block]]
type = "text"
body_da = "<p>Spørg bagefter, hvordan det går.</p>"
""",
    "cards/kortet.toml": """
key = "kortet"
number = 99
phase = "debriefing"
slug_da = "kortet"
title_da = "Kortet"
summary_da = "Det skal det føre til."
participants_da = "Leder og medarbejder"

[[point]]
section = "remember"
text_da = "Du har {{ fristen }}."
"""
    + """
[[point]]
section = "remember"
text_da = "Lyt først, og spørg, hvad der er vigtigst lige nu, før I taler om mere."
"""
    * 6,
}


class Files:
    """What is shipped: a small folder of its own that an update changes."""

    def __init__(self, path: Path):
        self.path = path
        for name, text in FILES.items():
            self.write(name, text)
        self.load()

    def write(self, name, text):
        (self.path / name).parent.mkdir(exist_ok=True)
        (self.path / name).write_text(text, encoding="utf-8")

    def change(self, name, old, new):
        text = (self.path / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        self.write(name, text.replace(old, new))

    def add(self, name, more):
        self.write(name, (self.path / name).read_text(encoding="utf-8") + more)

    def load(self) -> str:
        out = StringIO()
        call_command("load_content", self.path, stdout=out, stderr=out)
        return out.getvalue()

    def translate_page(self):
        """The English of every text on the page."""
        self.change("pages/siden.toml", '"Siden"', '"Siden"\ntitle_en = "The page"\nslug_en = "the-page"')
        self.change("pages/siden.toml", '"Den handler om noget."', '"Den handler om noget."\nsummary_en = "About it."')
        self.change("pages/siden.toml", '"Gør det først"', '"Gør det først"\ntext_en = "Do it first"')
        self.change("pages/siden.toml", 'forsvinder.</p>"', 'forsvinder.</p>"\nbody_en = "<p>Keep all of it.</p>"')
        self.change("pages/siden.toml", 'går.</p>"', 'går.</p>"\nbody_en = "<p>Ask afterwards.</p>"')


@pytest.fixture
def files(db, tmp_path) -> Files:
    return Files(tmp_path)


@pytest.fixture
def siden(files) -> Page:
    return Page.objects.get(key="siden")


def bodies(edition, language="da") -> list[str]:
    edition.forget_blocks()
    names = [f"body_{language}", f"text_{language}"]
    return [next(getattr(block, name) for name in names if hasattr(block, name)) or "" for block in edition.blocks()]


def write(page, user, place, text, name="body_da"):
    """An editor changes a block in the draft of a page; returns the draft."""
    draft = page.draft(user)
    draft.version += 1
    draft.changed_by = user
    draft.save()
    block = draft.blocks()[place]
    setattr(block, name, text)
    block.save()
    return draft


@pytest.fixture
def edited(siden, admin_user) -> Page:
    """The page with a text of which an editor has published another wording."""
    write(siden, admin_user, 1, "<p>Vi gemmer det hele på drevet.</p>").publish(by=admin_user)
    return siden


def waiting() -> list[str]:
    return list(ShippedRecord.objects.filter(offered__isnull=False).order_by("key").values_list("key", flat=True))


def draft_of(page):
    return page.editions.filter(live_from=None).first()


# What nobody touched follows


def test_a_page_that_nobody_touched_gets_the_new_text_and_the_new_language(files, siden, client):
    files.translate_page()
    files.change("pages/siden.toml", "Spørg bagefter", "Spørg flere gange bagefter")
    files.add("pages/siden.toml", '\n[[block]]\ntype = "text"\nbody_da = "<p>Og hold ved.</p>"\n')

    assert files.load() == "Content updated: 1 page.\n"

    live = siden.live_edition()
    assert live.number == 2
    assert bodies(live)[2:] == ["<p>Spørg flere gange bagefter, hvordan det går.</p>", "<p>Og hold ved.</p>"]
    assert "Keep all of it." in client.get("/en/the-page/").content.decode()
    assert "Og hold ved." in client.get("/siden/").content.decode()
    assert draft_of(siden) is None
    assert waiting() == []


def test_readers_are_told_of_a_change_in_the_words_of_the_file_and_otherwise_nothing(files, siden):
    files.change("pages/siden.toml", "Spørg bagefter", "Spørg igen bagefter")
    files.load()

    assert siden.live_edition().is_silent

    files.change("pages/siden.toml", "Spørg igen", "Spørg flere gange")
    files.change("pages/siden.toml", "reviewed_on", 'change_note_da = "Spørg mere end én gang."\nreviewed_on')
    files.load()

    assert not siden.live_edition().is_silent
    assert siden.live_edition() in type(siden.live_edition()).objects.news()

    files.change("pages/siden.toml", "Spørg flere gange", "Spørg tit")
    files.load()

    # What was said once is not said again.
    assert siden.live_edition().is_silent


def test_a_review_at_the_desk_is_no_change_of_the_text_and_is_kept(files, siden):
    siden.editions.update(reviewed_on="2026-12-01", review_again_on="2027-06-01")
    files.change("pages/siden.toml", "Spørg bagefter", "Spørg igen bagefter")

    files.load()

    live = siden.live_edition()
    assert (live.number, str(live.reviewed_on), str(live.review_again_on)) == (2, "2026-12-01", "2027-06-01")


def test_rows_that_nobody_touched_follow_in_place(files, client):
    files.change("routes.toml", '"Ring først."', '"Skriv først."\nhow_en = "Write first."')
    files.change("glossary.toml", '"Det betyder noget."', '"Det betyder noget andet."')

    assert files.load() == "Content updated: 1 route, 1 term.\n"

    route = Route.objects.get(key="vejen")
    assert (route.how_da, route.how_en) == ("Skriv først.", "Write first.")
    assert Term.objects.get(key="ordet").explanation_da == "Det betyder noget andet."
    assert "Skriv først." in client.get("/anmeld/vejen/").content.decode()


def test_search_words_lead_at_once_to_a_section_that_comes_with_the_same_update(files):
    row = '[[synonym]]\nkey = "ordene"\nwords_da = "kvasthilde"\n'
    files.write("synonyms.toml", row + 'leads_to = "side:siden"\n')
    files.load()

    files.write("synonyms.toml", row + 'leads_to = "side:siden#sidst"\n')
    section = '[[block]]\ntype = "heading"\nanchor = "sidst"\ntext_da = "Gør det sidst"\n'
    files.write("pages/siden.toml", FILES["pages/siden.toml"] + section)
    files.load()

    assert Synonym.objects.get(key="ordene").leads_to == "side:siden#sidst"
    assert waiting() == []


def test_a_language_is_added_to_the_wording_of_a_fact(files):
    files.change("facts.toml", '"tre uger"', '"tre uger"\ntext_en = "three weeks"')
    files.change("facts.toml", '"Fristen er tre uger."', '"Fristen er tre uger."\nstatement_en = "It is three weeks."')

    files.load()

    wording = Fact.objects.get(key="fristen").wordings.get()
    assert (wording.text_da, wording.text_en, wording.statement_en) == (
        "tre uger",
        "three weeks",
        "It is three weeks.",
    )


def test_another_wording_of_a_fact_holds_from_today(files):
    files.change("facts.toml", '"tre uger"', '"fire uger"')

    files.load()

    fact = Fact.objects.get(key="fristen")
    assert [wording.text_da for wording in fact.wordings.order_by("valid_from")] == ["tre uger", "fire uger"]
    today = timezone.localdate()
    assert fact.wording_on(today).text_da == "fire uger"
    assert fact.wording_on(today).valid_from == today


def test_a_new_address_leads_on_from_the_old_one(files, client):
    files.change("pages/siden.toml", 'slug_da = "siden"', 'slug_da = "ny-side"')

    files.load()

    assert client.get("/ny-side/").status_code == 200
    assert client.get("/siden/").headers["Location"] == "/ny-side/"


def test_english_that_ships_with_changed_danish_is_not_called_outdated(files, siden):
    files.translate_page()
    files.load()
    files.change("pages/siden.toml", "Spørg bagefter", "Spørg siden")
    files.load()

    assert [each.thing for each in translationcheck.untranslated() if each.outdated] == []


# What an editor wrote stays


def test_what_an_editor_wrote_stays_live_and_the_update_comes_as_a_draft(files, edited, client):
    files.translate_page()
    files.change("pages/siden.toml", "Spørg bagefter", "Spørg igen bagefter")
    files.add("pages/siden.toml", '\n[[block]]\ntype = "text"\nbody_da = "<p>Og hold ved.</p>"\n')
    before = client.get("/siden/").content

    assert files.load() == "Content updated: 1 page.\nWaiting for an editor at the desk: 1.\n"

    assert client.get("/siden/").content == before
    draft = draft_of(edited)
    assert bodies(draft) == [
        "Gør det først",
        "<p>Vi gemmer det hele på drevet.</p>",
        "<p>Spørg igen bagefter, hvordan det går.</p>",
        "<p>Og hold ved.</p>",
    ]
    # The English of another Danish text would be wrong beside the editor's.
    assert bodies(draft, "en") == ["Do it first", "", "<p>Ask afterwards.</p>", ""]
    record = ShippedRecord.objects.get(kind="page", key="siden")
    assert [(each["name"], each["text"]) for each in record.left] == [("body_en", "<p>Keep all of it.</p>")]
    assert record.draft == draft.pk


def test_an_update_waits_for_the_draft_that_an_editor_is_at_work_on(files, siden, admin_user):
    draft = write(siden, admin_user, 1, "<p>Vi er ikke færdige.</p>")
    files.translate_page()

    files.load()

    assert [edition.pk for edition in siden.editions.filter(live_from=None)] == [draft.pk]
    assert bodies(draft, "en") == ["", "", ""]
    assert waiting() == ["siden"]

    draft.publish(by=admin_user)
    files.load()

    assert bodies(draft_of(siden), "en") == ["Do it first", "", "<p>Ask afterwards.</p>"]
    assert bodies(siden.live_edition())[1] == "<p>Vi er ikke færdige.</p>"


def test_a_draft_that_an_editor_threw_away_does_not_come_back(files, edited, admin_user):
    files.translate_page()
    files.load()
    draft_of(edited).discard(by=admin_user)

    files.load()
    files.change("pages/siden.toml", "Spørg bagefter", "Spørg igen bagefter")
    files.load()

    # Only what is new since then.
    draft = draft_of(edited)
    assert bodies(draft)[2] == "<p>Spørg igen bagefter, hvordan det går.</p>"
    assert bodies(draft, "en") == ["", "", ""]


def test_the_next_update_makes_its_draft_anew_as_long_as_nobody_worked_on_it(files, edited):
    files.translate_page()
    files.load()
    files.load()
    first = draft_of(edited)
    files.change("pages/siden.toml", "Ask afterwards", "Ask again")

    files.load()

    assert bodies(draft_of(edited), "en") == ["Do it first", "", "<p>Ask again.</p>"]
    assert not type(first).objects.filter(pk=first.pk).exists()


def test_the_next_update_leaves_a_draft_alone_that_an_editor_went_on_with(files, edited, admin_user):
    files.translate_page()
    files.load()
    draft = write(edited, admin_user, 2, "<p>Vi spørger hver uge.</p>")
    files.change("pages/siden.toml", "Ask afterwards", "Ask again")

    files.load()

    assert bodies(draft)[2] == "<p>Vi spørger hver uge.</p>"
    assert bodies(draft, "en")[2] == "<p>Ask afterwards.</p>"
    assert waiting() == ["siden"]


def test_a_scheduled_edition_keeps_its_hour_and_the_update_is_made_on_top_of_it(files, siden, admin_user):
    coming = timezone.now() + timezone.timedelta(days=3)
    write(siden, admin_user, 1, "<p>Fra onsdag gemmer vi mere.</p>").publish(at=coming, by=admin_user)
    files.translate_page()

    files.load()

    assert siden.live_edition().number == 1
    assert siden.live_edition(coming).number == 2
    assert bodies(draft_of(siden))[1] == "<p>Fra onsdag gemmer vi mere.</p>"
    assert bodies(draft_of(siden), "en")[2] == "<p>Ask afterwards.</p>"


def test_what_was_withdrawn_stays_withdrawn(files, siden, admin_user, client):
    siden.live_edition().withdraw(reason={"da": "Den var forældet."}, by=admin_user)
    files.translate_page()

    files.load()

    assert client.get("/siden/").status_code == 410
    assert draft_of(siden) is None

    siden.editions.withdrawals().get().bring_back(by=admin_user)
    files.load()

    assert bodies(siden.live_edition(), "en")[2] == "<p>Ask afterwards.</p>"


def test_blocks_that_an_editor_took_away_or_moved_stay_as_they_are(files, siden, admin_user):
    draft = write(siden, admin_user, 1, "<p>Gem det hele, før noget forsvinder.</p>")
    heading, keep, ask = draft.blocks()
    heading.delete()
    ask.ordering = keep.ordering - 1
    ask.save()
    draft.forget_blocks()
    draft.publish(by=admin_user)
    files.translate_page()

    files.load()

    assert bodies(draft_of(siden)) == bodies(siden.live_edition())
    assert bodies(draft_of(siden), "en") == ["<p>Ask afterwards.</p>", "<p>Keep all of it.</p>"]


def test_an_update_that_an_editor_was_ahead_of_brings_nothing(files, siden, admin_user):
    write(siden, admin_user, 2, "<p>Spørg igen bagefter, hvordan det går.</p>").publish(by=admin_user)
    files.change("pages/siden.toml", "Spørg bagefter", "Spørg igen bagefter")

    assert files.load() == "Content: nothing new.\n"

    assert draft_of(siden) is None
    assert siden.live_edition().number == 2


def test_only_languages_are_added_to_a_row_that_an_editor_changed(files):
    Route.objects.filter(key="vejen").update(how_da="Ring til Bodil.")
    files.change("routes.toml", '"Vejen"', '"Vejen"\nname_en = "The way"')
    files.change("routes.toml", '"Når det haster."', '"Når det virkelig haster."')
    files.change("routes.toml", '"Ring først."', '"Ring først."\nhow_en = "Call first."')

    files.load()

    route = Route.objects.get(key="vejen")
    assert (route.name_en, route.summary_da, route.how_da, route.how_en) == (
        "The way",
        "Når det haster.",
        "Ring til Bodil.",
        None,
    )
    assert waiting() == ["vejen"]

    # Until an editor writes the same.
    Route.objects.filter(key="vejen").update(summary_da="Når det virkelig haster.", how_da="Ring først.")
    files.load()

    assert Route.objects.get(key="vejen").how_en == "Call first."
    assert waiting() == []


def test_a_wording_that_an_editor_wrote_holds_on(files):
    fact = Fact.objects.get(key="fristen")
    fact.wordings.create(text_da="en måned", statement_da="Fristen er en måned.", valid_from=timezone.localdate())
    files.change("facts.toml", '"tre uger"', '"fire uger"')

    files.load()

    assert Fact.objects.get(key="fristen").wording_on(timezone.localdate()).text_da == "en måned"
    assert waiting() == ["fristen"]


def test_a_wording_that_somebody_held_against_its_source_is_not_replaced(files):
    Fact.objects.get(key="fristen").mark_checked()
    files.change("facts.toml", '"tre uger"', '"fire uger"')

    files.load()

    assert Fact.objects.get(key="fristen").wordings.get().text_da == "tre uger"
    assert waiting() == ["fristen"]


def test_a_wording_that_would_not_fit_on_a_printed_card_waits(files):
    files.change("facts.toml", '"tre uger"', f'"{"meget lang tid " * 12}"')

    files.load()

    assert Fact.objects.get(key="fristen").wordings.get().text_da == "tre uger"
    assert waiting() == ["fristen"]


def test_what_an_editor_deleted_does_not_come_back_with_an_update(files, siden):
    siden.delete()
    for row in (Route.objects.get(key="vejen"), Term.objects.get(key="ordet")):
        row.delete()
    files.translate_page()
    files.change("routes.toml", '"Ring først."', '"Skriv først."')
    files.change("glossary.toml", '"Det betyder noget."', '"Det betyder noget andet."')

    assert files.load() == "Content: nothing new.\n"

    for model, key in ((Page, "siden"), (Route, "vejen"), (Term, "ordet")):
        assert not model.objects.filter(key=key).exists()
    assert waiting() == []


def test_a_block_that_shows_what_an_editor_deleted_is_left_out(files, siden):
    Route.objects.get(key="vejen").delete()
    files.add("pages/siden.toml", '\n[[block]]\ntype = "routes"\nroutes = ["vejen"]\n')
    files.add("pages/siden.toml", '\n[[block]]\ntype = "text"\nbody_da = "<p>Og hold ved.</p>"\n')

    files.load()

    assert [type(block).__name__ for block in siden.live_edition().blocks()] == ["Heading", "Text", "Text", "Text"]


# Nothing is refused on a site that readers use


def test_an_update_that_cannot_be_published_here_becomes_a_draft(files, siden, client):
    """An editor has ended a fact that the update names."""
    fact = Fact.objects.get(key="fristen")
    Card.objects.get(key="kortet").delete()
    fact.wordings.update(valid_to=timezone.localdate() - timezone.timedelta(days=1))
    files.change("pages/siden.toml", "Spørg bagefter", "Spørg inden {{ fristen }}")

    files.load()

    assert siden.live_edition().number == 1
    assert bodies(draft_of(siden))[2] == "<p>Spørg inden {{ fristen }}, hvordan det går.</p>"
    assert client.get("/siden/").status_code == 200
    assert waiting() == ["siden"]


def test_a_record_that_does_not_fit_is_left_out_and_named_and_the_rest_is_loaded(files, siden):
    Page.objects.filter(key="om").update(slug_da="optaget")
    files.write("pages/optaget.toml", FILES["pages/siden.toml"].replace('"siden"', '"optaget"'))
    files.write("pages/sludder.toml", "titel = ")
    files.change("glossary.toml", '"Det betyder noget."', '"Det betyder noget andet."')

    told = files.load()

    assert "Content updated: 1 term." in told
    assert "Left out: optaget.toml, page “optaget”" in told
    assert "Left out: sludder.toml" in told
    assert not Page.objects.filter(key="optaget").exists()

    # As soon as there is room for it, it comes.
    Page.objects.filter(key="om").update(slug_da="om")
    (files.path / "pages/sludder.toml").unlink()
    assert files.load() == "Content added: 1 page.\n"
    assert Page.objects.get(key="optaget").live_edition()


def test_an_update_is_brought_once(files, edited):
    files.translate_page()
    files.change("facts.toml", '"tre uger"', '"fire uger"')
    files.load()
    before = everything()

    assert "updated" not in files.load()

    assert everything() == before


def test_two_that_load_at_once_bring_an_update_once(files, siden, monkeypatch):
    """The second begins when the first has looked whether there is something to do."""
    from digitalchikane.shipped import Load

    files.translate_page()
    other, first = Load(files.path), Load(files.path)
    monkeypatch.setattr(first, "something_waits", lambda: bool(other.run()) or True)
    first.run()

    assert siden.editions.count() == 2


# Sites that were loaded before updates were brought


@pytest.fixture
def old_site(files):
    """What was shipped was not kept then."""
    ShippedRecord.objects.update(values=None, fingerprint="")
    return files


def test_on_an_old_site_what_nobody_touched_follows(old_site, siden):
    old_site.translate_page()
    old_site.change("routes.toml", '"Ring først."', '"Skriv først."')
    old_site.change("facts.toml", '"tre uger"', '"fire uger"')

    old_site.load()

    assert bodies(siden.live_edition(), "en")[2] == "<p>Ask afterwards.</p>"
    assert Route.objects.get(key="vejen").how_da == "Skriv først."
    assert Fact.objects.get(key="fristen").wording_on(timezone.localdate()).text_da == "fire uger"
    assert waiting() == []


def test_on_an_old_site_what_an_editor_wrote_stays(old_site, edited, admin_user):
    route = Route.objects.get(key="vejen")
    route.how_da = "Ring til Bodil."
    route.save()
    LogEntry.objects.log_actions(admin_user.pk, [route], CHANGE, change_message="Ændret")
    old_site.translate_page()
    old_site.change("routes.toml", '"Vejen"', '"Vejen"\nname_en = "The way"')

    old_site.load()

    route.refresh_from_db()
    assert (route.how_da, route.name_en) == ("Ring til Bodil.", "The way")
    assert bodies(edited.live_edition())[1] == "<p>Vi gemmer det hele på drevet.</p>"
    assert bodies(draft_of(edited), "en") == ["Do it first", "", "<p>Ask afterwards.</p>"]
    with translation.override("en"):
        assert Page.objects.get(key="siden").get_absolute_url() == "/en/the-page/"


def test_on_an_old_site_an_update_goes_on_waiting_for_the_draft_of_an_editor(old_site, siden, admin_user):
    draft = write(siden, admin_user, 1, "<p>Vi er ikke færdige.</p>")
    old_site.translate_page()
    old_site.load()
    old_site.load()

    assert waiting() == ["siden"]

    draft.publish(by=admin_user)
    old_site.load()

    assert bodies(draft_of(siden)) == bodies(draft)
    assert bodies(draft_of(siden), "en") == ["Do it first", "", "<p>Ask afterwards.</p>"]
