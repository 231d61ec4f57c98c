"""Editors and updates in any order: no update changes, publishes or throws away what an editor wrote, and of what it
brings nothing gets lost on the way: it is there, or it is shown to an editor who decides."""

import json
import re

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, example, given, note, settings
from hypothesis import strategies as st

from digitalchikane.models import ShippedRecord
from digitalchikane.shipped import Load
from digitalchikane.updates import waiting
from guides.models import Page
from guides.models.blocks import Text

pytestmark = pytest.mark.django_db

ABOUT = ["Gem beskeder og billeder.", "Ring til en kollega først.", "Skriv ned, hvornår det skete."]


class Life:
    """One page. What anybody writes bears a mark of its own, so that it is known wherever it stands: “Skrevet 7” is an
    editor's, “Sendt 8” an update's."""

    def __init__(self, folder, editor):
        self.folder, self.editor = folder, editor
        # Of each text the Danish and the English; the first is the heading of the page.
        self.shipped = [["Liv", ""], *([about, ""] for about in ABOUT)]
        self.count = 0
        # Marks of updates of which an editor, who had them before the eyes, made something else.
        self.decided = set()
        self.load()
        self.page = Page.objects.get(key="liv")

    def mark(self, text, word):
        self.count += 1
        return f"{text.partition(' – ')[0]} – {word} {self.count}"

    def load(self):
        (danish, english), *texts = self.shipped
        lines = [f'key = "liv"\nkind = "page"\nslug_da = "liv"\nsummary_da = "Kort."\ntitle_da = "{danish}"']
        lines += [f'title_en = "{english}"'] if english else []
        for danish, english in texts:
            lines.append(f'[[block]]\ntype = "text"\nbody_da = "<p>{danish}</p>"')
            lines += [f'body_en = "<p>{english}</p>"'] if english else []
        (self.folder / "pages").mkdir(exist_ok=True)
        (self.folder / "pages" / "liv.toml").write_text("\n".join(lines))
        Load(self.folder).run()

    # What there is

    def draft(self):
        return self.page.editions.filter(live_from=None).first()

    def newest(self):
        return self.page.editions.filter(is_withdrawal=False).exclude(live_from=None).latest("live_from", "number")

    def record(self):
        return ShippedRecord.objects.get(kind="page", key="liv")

    @staticmethod
    def texts(edition):
        edition.forget_blocks()
        blocks = [(block.body_da, block.body_en or "") for block in edition.blocks()]
        return [(edition.title_da, edition.title_en or ""), *blocks]

    def marks(self, edition, word="Sendt"):
        return marks(self.texts(edition), word) if edition else set()

    def shown(self):
        """The marks of updates that stand in a text, and those that an editor is told of at the desk."""
        found = self.marks(self.newest()) | self.marks(self.draft())
        if told := waiting.of(self.record()):
            found |= marks([piece.new for piece in told.pieces])
            if told.state in ("busy", "withdrawn"):
                found |= marks(told.record.offered)
        return found

    def everything(self):
        return list(self.page.editions.order_by("pk").values_list("pk", "live_from", "version")), self.shown()

    def by_editors(self):
        edited = self.page.editions.exclude(changed_by=None)
        return {edition.pk: (edition.live_from, edition.version, self.texts(edition)) for edition in edited}

    # What editors do

    def rewrite(self, place, language):
        self.write(place, language)
        self.publish()

    def write(self, place, language):
        draft = self.begin()
        things = [draft, *draft.blocks()]
        thing = things[place % len(things)]
        name = f"{'body' if place % len(things) else 'title'}_{language}"
        before = getattr(thing, name) or ""
        self.decided |= marks(before)
        text = self.mark(re.sub("</?p>", "", before), "Skrevet")
        setattr(thing, name, f"<p>{text}</p>" if name.startswith("body") else text)
        thing.save()

    def add(self, place):
        draft = self.begin()
        text = self.mark("Tal med jeres egne folk.", "Skrevet")
        Text.objects.create(parent=draft, region="main", ordering=place * 10 + 5, body_da=f"<p>{text}</p>")

    def begin(self):
        draft = self.page.draft(self.editor)
        draft.version, draft.changed_by = draft.version + 1, self.editor
        draft.save()
        draft.forget_blocks()
        return draft

    def publish(self):
        if draft := self.draft():
            self.decide_on(draft)
            draft.publish(by=self.editor)

    def throw_away(self):
        if draft := self.draft():
            self.decide_on(draft)
            self.decided |= marks(self.texts(draft))
            draft.discard(by=self.editor)

    def decide_on(self, draft):
        """Whoever deals with a draft that has an update in it deals with the update."""
        if self.record().draft == draft.pk:
            self.decided |= self.shown()
        elif told := waiting.of(self.record()):
            self.decided |= marks([piece.new for piece in told.pieces])

    def withdraw_or_bring_back(self):
        if live := self.page.live_edition():
            live.withdraw(reason={"da": "Den var forældet."}, by=self.editor)
        else:
            self.page.editions.withdrawals().get().bring_back(by=self.editor)

    def take(self):
        """At the desk's list of what waits."""
        found = waiting.of(self.record())
        if found and found.may_be_taken:
            shown, written = self.shown(), marks(self.texts(found.draft), "Skrevet")
            waiting.take(found, self.editor)
            assert self.record().offered is None
            assert written <= marks(self.texts(self.draft()), "Skrevet")
            assert shown & marks(self.shipped) <= self.shown() | self.decided

    def keep(self):
        found = waiting.of(self.record())
        if found and found.may_be_kept:
            self.decided |= self.shown()
            waiting.keep_ours(found.record)

    # What an update does

    def translate(self, place):
        self.change(place, "en")

    def change(self, place, language="da"):
        texts = self.shipped[place % len(self.shipped)]
        texts[language == "en"] = self.mark(texts[0], "Sendt")
        self.load_and_look()

    def lengthen(self, place):
        self.shipped.insert(place % len(self.shipped) + 1, [self.mark("Og hold ved i lang tid.", "Sendt"), ""])
        self.load_and_look()

    def shorten(self, place):
        if len(self.shipped) > 3:
            del self.shipped[place % (len(self.shipped) - 1) + 1]
        self.load_and_look()

    def load_and_look(self):
        """With an update; or a start of the site without one, when what waited for a draft to be gone has its turn."""
        before, live = self.by_editors(), self.page.live_edition()
        drafts = list(self.page.editions.filter(live_from=None))
        written = marks(self.texts(self.newest()), "Skrevet")

        self.load()

        # What an editor had a hand in is as it was, and no draft that was there is published.
        assert {pk: each for pk, each in self.by_editors().items() if pk in before} == before
        assert not any(edition in drafts for edition in self.page.editions.exclude(live_from=None))
        now, draft = self.page.live_edition(), self.draft()
        if live is None:
            assert now is None
        elif marks(self.texts(live), "Skrevet"):
            assert now == live
        elif not before:
            assert (unmarked(self.texts(now)), draft) == (self.shipped, None)
        # An update's draft is made of the newest words of editors.
        assert draft is None or draft in drafts or written <= marks(self.texts(draft), "Skrevet")
        assert marks(self.shipped) <= self.shown() | self.decided


def unmarked(texts) -> list[list[str]]:
    return [[re.sub("</?p>", "", text) for text in pair] for pair in texts]


def marks(texts, word="Sendt") -> set[str]:
    return set(re.findall(rf"{word} \d+", json.dumps(texts, ensure_ascii=False)))


# Some more often than others: nothing happens where there is no draft, or nothing that waits.
DEEDS = [
    *[Life.rewrite] * 3,
    *[Life.write] * 2,
    Life.add,
    Life.publish,
    Life.throw_away,
    Life.withdraw_or_bring_back,
    Life.take,
    Life.keep,
    *[Life.change] * 3,
    *[Life.translate] * 2,
    Life.lengthen,
    Life.shorten,
    Life.load_and_look,
]


@settings(
    max_examples=6,
    # A life is short enough to read, and to shorten it would take minutes.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    deeds=st.lists(
        st.tuples(st.sampled_from(DEEDS), st.integers(min_value=0, max_value=4), st.sampled_from(["da", "da", "en"])),
        min_size=12,
        max_size=16,
    )
)
@example(
    # An editor goes on with the draft of an update, and the next update comes meanwhile.
    deeds=[
        (Life.rewrite, 1, "da"),
        (Life.change, 2, "da"),
        (Life.change, 3, "da"),
        (Life.write, 3, "da"),
        (Life.translate, 2, "da"),
        (Life.take, 0, "da"),
        (Life.publish, 0, "da"),
        (Life.load_and_look, 0, "da"),
    ]
)
@example(
    # What found no place in a draft is still shown when the next update comes before it is published.
    deeds=[
        (Life.rewrite, 1, "da"),
        (Life.change, 1, "da"),
        (Life.change, 2, "da"),
        (Life.write, 3, "da"),
        (Life.change, 2, "da"),
        (Life.take, 0, "da"),
    ]
)
@example(
    # The update takes away what an editor rewrote.
    deeds=[
        (Life.rewrite, 1, "da"),
        (Life.shorten, 0, "da"),
        (Life.withdraw_or_bring_back, 0, "da"),
        (Life.change, 1, "da"),
    ]
)
def test_no_order_of_edits_and_updates_loses_a_word_or_publishes_a_draft(admin_user, tmp_path, deeds):
    with transaction.atomic():
        # Only the record of this page, so that each load is quick.
        ShippedRecord.objects.all().delete()
        life = Life(tmp_path, admin_user)
        for deed, *where in deeds:
            note(f"{deed.__name__} {where}")
            deed(life, *where[: deed.__code__.co_argcount - 1])
        # Whatever became of it: to load once more brings nothing more.
        life.load()
        settled = life.everything()
        life.load()
        assert life.everything() == settled
        transaction.set_rollback(True)
