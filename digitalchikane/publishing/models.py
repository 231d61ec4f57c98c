"""Documents and editions: what every page and card is made of, and the one rule for what readers see.

A document is what an address points at. An edition carries all that is drafted: an empty `live_from` is a draft, a
future one is scheduled, a past one is live or superseded by a newer one. A withdrawal is an edition too.
"""

from dataclasses import replace
from itertools import compress

from content_editor.models import Region
from django.apps import apps
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import connection, models, transaction
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import clock
from ..languages import CODES
from ..models import OldAddress
from ..richtext import fact_keys
from .deadends import field_with, why_dead
from .life import Life
from .problems import AlreadyPublished, NotPublishable, Problem, half_named, missing_translations, unfilled
from .texts import texts, translated_fields

__all__ = [
    "AlreadyPublished",
    "Block",
    "Document",
    "DocumentQuerySet",
    "Edition",
    "EditionQuerySet",
    "NotPublishable",
    "Problem",
    "State",
    "block_models",
    "edition_models",
    "read_blocks",
    "translated_fields",
]


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    SCHEDULED = "scheduled", _("scheduled")
    LIVE = "live", _("live")
    SUPERSEDED = "superseded", _("superseded")
    WITHDRAWN = "withdrawn", _("withdrawn")


class DocumentQuerySet(models.QuerySet):
    def live(self, at=None):
        """Documents that readers can reach."""
        editions = self.model._meta.get_field("editions").related_model.objects.live(at)
        return self.filter(pk__in=editions.values("document"))


class Addressed(models.Model):
    """Something that readers reach at an address which an editor may change."""

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args, **kwargs):
        """Store it; where its address changes, the old one leads to the new one from then on."""
        before = type(self).objects.get(pk=self.pk).addresses() if self.pk else {}
        super().save(*args, **kwargs)
        after = self.addresses() if before else {}
        for place, old in before.items():
            OldAddress.objects.record(old, after[place])

    def addresses(self) -> dict[tuple, str]:
        """Every address that depends on this one, by language and row."""
        found = {}
        for code in CODES:
            with translation.override(code):
                for each in [self, *self.below()]:
                    found[code, each.pk] = each.get_absolute_url()
        return found

    def below(self):
        """Rows whose address continues this one's."""
        return []


class Document(Addressed):
    """What an address points at. Content names it by its key, which never changes."""

    key = models.CharField(
        _("key"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z", _("Use lower-case letters, digits and hyphens."))],
        help_text=_("Names it in links and never changes: lower-case letters, digits and hyphens."),
    )
    # Not unique: the admin saves rows one by one, so swapping two would collide.
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def needs_replacement(self) -> bool:
        """Whether readers must be led on when it is withdrawn."""
        return False

    def live_edition(self, at=None):
        return self.editions.live(at).first()

    def current_edition(self):
        """The edition an editor means: the draft where there is one, else the newest."""
        return self.editions.order_by(F("live_from").desc(nulls_first=True), "-number").first()

    @transaction.atomic
    def draft(self, by=None):
        """The draft of this document, made from the newest edition when there is none."""
        type(self).objects.select_for_update().get(pk=self.pk)
        draft = self.editions.filter(live_from=None).first()
        if draft:
            return draft
        newest = self.editions.filter(is_withdrawal=False).order_by("-live_from", "-number").first()
        return newest.copy_to_draft(by) if newest else self.editions.create(changed_by=by)


class EditionQuerySet(models.QuerySet):
    def live(self, at=None):
        """The one publishing rule: of each document the newest edition begun, unless it withdraws."""
        return self._newest_begun(at).filter(is_withdrawal=False)

    def withdrawals(self, at=None):
        """The withdrawals in force: what readers meet where a document was."""
        return self._newest_begun(at).filter(is_withdrawal=True)

    def _newest_begun(self, at=None):
        return self.filter(pk=Subquery(_newest_begun_of(self.model, OuterRef("document"), at)))

    def with_state(self, at=None):
        """Adds `state` to each edition."""
        at = at or clock.now()
        newest = Subquery(_newest_begun_of(self.model, OuterRef("document"), at))
        return self.annotate(_newest=newest).annotate(
            state=Case(
                When(live_from=None, then=Value(State.DRAFT)),
                When(live_from__gt=at, then=Value(State.SCHEDULED)),
                When(~Q(pk=F("_newest")), then=Value(State.SUPERSEDED)),
                When(is_withdrawal=True, then=Value(State.WITHDRAWN)),
                default=Value(State.LIVE),
                output_field=models.CharField(),
            )
        )

    def news(self, at=None):
        """Editions that have something to tell readers: what was new in those that went live, where the document can
        still be reached, and the withdrawals in force."""
        told = self.filter(live_from__lte=at or clock.now(), is_silent=False, is_withdrawal=False)
        told = told.filter(document__in=self.live(at).values("document")).exclude(change_note_da=None)
        withdrawn = Q(pk__in=self.withdrawals(at).values("pk"))
        return self.filter(withdrawn | Q(pk__in=told.exclude(change_note_da="").values("pk")))

    def current_or_live(self):
        """What readers see now or are going to see: live, scheduled and drafted editions."""
        return self.with_state().filter(state__in=[State.DRAFT, State.SCHEDULED, State.LIVE])

    def due_for_review(self, on=None):
        """Editions past the day they were to be looked at again, and those for which no day was ever set."""
        on = on or clock.today()
        return self.filter(Q(review_again_on__lte=on) | Q(review_again_on=None, reviewed_on=None))

    def current(self):
        """One edition of each document, the one an editor means: the draft, else the newest."""
        newest = (
            self.model._base_manager.filter(document=OuterRef("document"))
            .order_by(F("live_from").desc(nulls_first=True), "-number")
            .values("pk")[:1]
        )
        return self.filter(pk=Subquery(newest))


def _newest_begun_of(model, document, at):
    return (
        model._base_manager.filter(document=document, live_from__lte=at or clock.now())
        .order_by("-live_from", "-number")
        .values("pk")[:1]
    )


class Edition(Life, models.Model):
    """One version of a document's content. Subclasses add `document`, `title` and other texts, and `block_models`."""

    number = models.PositiveIntegerField(_("edition"), default=1, editable=False)
    live_from = models.DateTimeField(_("live from"), null=True, blank=True, editable=False, db_index=True)
    is_withdrawal = models.BooleanField(_("withdrawn"), default=False, editable=False)
    withdrawal_reason = models.TextField(_("reason for the withdrawal"), blank=True, editable=False)
    replacement = models.CharField(_("replaced by"), max_length=120, blank=True, editable=False)
    change_note = models.TextField(
        _("change note"), blank=True, help_text=_("One sentence for readers: what is new, and for whom.")
    )
    is_silent = models.BooleanField(
        _("no visible change"),
        default=False,
        help_text=_("For a mended typing error and the like: readers are told nothing."),
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    review_again_on = models.DateField(
        _("review again on"),
        null=True,
        blank=True,
        help_text=_("From this day the desk lists it, and readers see that it is being checked."),
    )
    # How often it was saved with a change: a form that was opened before the last time must not overwrite it.
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    # Which facts its texts name, kept when it is saved: answers "used on" without reading every text.
    facts = models.ManyToManyField(
        "guides.Fact", verbose_name=_("facts"), editable=False, related_name="%(app_label)s_%(class)s_set"
    )

    objects = EditionQuerySet.as_manager()

    # Blocks stand in one column.
    regions = [Region(key="main", title=_("Content"))]
    # Names of the block models, each with a foreign key `parent` to the edition. Copied with it, explicitly:
    # not everything that points at an edition belongs to its content.
    block_models: tuple = ()

    class Meta:
        abstract = True
        # Who may write need not be who decides what readers see.
        default_permissions = ["add", "change", "delete", "view", "publish"]
        constraints = [
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(live_from=None),
                name="%(app_label)s_%(class)s_one_draft",
                violation_error_message=_("There is a draft already."),
            ),
            models.UniqueConstraint(fields=["document", "number"], name="%(app_label)s_%(class)s_number"),
        ]

    def __str__(self):
        return self.title or gettext("Without a heading")

    def save(self, *args, **kwargs):
        if self._state.adding and self.document_id:
            newest = type(self)._base_manager.filter(document=self.document_id).order_by("-number").first()
            self.number = newest.number + 1 if newest else 1
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return self.document.get_absolute_url()

    @property
    def state_label(self) -> str:
        """Its state in words, on editions read with_state()."""
        return State(self.state).label

    @property
    def is_draft(self) -> bool:
        return self.live_from is None

    @property
    def is_being_reviewed(self) -> bool:
        """Whether its review is due."""
        return self.review_again_on is not None and self.review_again_on <= clock.today()

    # Content

    def blocks(self) -> list[models.Model]:
        """The blocks in the order they are read: one query to see which kinds there are, and one for each of them."""
        if not hasattr(self, "_blocks"):
            found = [block for model in self._kinds_of_block() for block in model.of(self)]
            self._blocks = sorted(found, key=lambda block: (block.ordering, block.pk))
        return self._blocks

    def _kinds_of_block(self) -> list[type[models.Model]]:
        """Put together by hand: as subqueries of Django's they take longer to write than to answer."""
        if len(self.block_models) < 2:
            return list(self.block_models)
        quote = connection.ops.quote_name
        tables = [(model._meta.db_table, model._meta.get_field("parent").column) for model in self.block_models]
        exists = "EXISTS (SELECT 1 FROM {} WHERE {} = %s)"
        there = ", ".join(exists.format(quote(table), quote(column)) for table, column in tables)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {there}", [self.pk] * len(tables))
            return list(compress(self.block_models, cursor.fetchone()))

    @classmethod
    def read_blocks(cls, editions: list["Edition"]):
        """Read the blocks of many editions in as many queries as those of one."""
        found = {edition.pk: [] for edition in editions}
        # A page may have blocks that no other has.
        for model in dict.fromkeys(model for edition in editions for model in edition.block_models):
            for block in model.of(*editions):
                found[block.parent_id].append(block)
        for edition in editions:
            edition._blocks = sorted(found[edition.pk], key=lambda block: (block.ordering, block.pk))

    def forget_blocks(self):
        """Read the blocks anew next time: they were changed."""
        self.__dict__.pop("_blocks", None)

    def parts(self) -> list[models.Model]:
        """The edition and its blocks: everything that holds text."""
        return [self, *self.blocks()]

    def named_facts(self) -> dict[str, list[models.Model]]:
        """Keys of the facts that the content names, with the parts that name them."""
        named: dict[str, list[models.Model]] = {}
        for part in self.parts():
            for key in sorted(set().union(*(fact_keys(text) for text in texts(part).values()), set())):
                named.setdefault(key, []).append(part)
        return named

    def remember_facts(self):
        """Store which facts the content uses, so that a fact knows where it stands."""
        fact = self._meta.get_field("facts").related_model
        listed = {pk for block in self.blocks() for pk in block.listed_facts()}
        used = fact.objects.filter(Q(key__in=self.named_facts()) | Q(pk__in=listed))
        self.facts.set(used)

    # Publishing

    def problems(self, on=None) -> list[Problem]:
        """What must be mended before this edition can be published, with the facts of a day. Subclasses add their
        own."""
        from guides.factbook import FactBook

        book = FactBook(on)
        found = []
        for key, parts in self.named_facts().items():
            reason = book.why_unusable(key)
            if reason:
                found.append(Problem(reason, block=parts[0] if parts[0] is not self else None))
        for part in self.parts():
            for name, message in half_named(part):
                found.append(Problem(message, field=name, block=part if part is not self else None))
        links = [(part, link) for part in self.parts() for link in dict.fromkeys(part.references())]
        dead = why_dead([link for _part, link in links], self)
        for part, link in links:
            if link in dead:
                block = part if part is not self else None
                found.append(Problem(dead[link], field=field_with(part, link), block=block))
        for block in self.blocks():
            found.extend(_about(block, block.problems()))
        return found

    def hints(self) -> list[Problem]:
        """What would make this edition better, but keeps nobody from publishing it."""
        return missing_translations(self) + [hint for block in self.blocks() for hint in _about(block, block.hints())]

    def references(self) -> list[str]:
        return [self.replacement] if self.replacement else []


def edition_models() -> list[type[Edition]]:
    """Every kind of edition: of pages, of cards, and whatever else is written and published."""
    return [model for model in apps.get_models() if issubclass(model, Edition)]


def block_models(edition_model: type[Edition]) -> list[type["Block"]]:
    """Every kind of block that some edition of this kind may have."""
    blocks = [model for model in apps.get_models() if issubclass(model, Block)]
    return [model for model in blocks if model._meta.get_field("parent").related_model is edition_model]


def read_blocks(editions: list[Edition]):
    """Read the blocks of editions of several kinds at once."""
    for model in {type(edition) for edition in editions}:
        model.read_blocks([edition for edition in editions if type(edition) is model])


class Block(models.Model):
    """What all blocks of an edition have in common."""

    class Meta:
        abstract = True

    @classmethod
    def of(cls, *editions):
        """The blocks of this kind in these editions, with all that showing them needs."""
        return cls.objects.filter(parent__in=editions)

    def listed_facts(self) -> list[int]:
        """Primary keys of the facts that this block shows without naming them in text."""
        return []

    def listed_texts(self, facts) -> list[str]:
        """Texts of facts and other things that this block shows without holding them itself."""
        return []

    def references(self) -> list[str]:
        """What the block links to within the site and outside."""
        return []

    def problems(self) -> list[str | Problem]:
        """What an editor must mend in this block before it can be published: a message, or with a field a Problem."""
        return unfilled(self)

    def hints(self) -> list[str | Problem]:
        """What would make this block better."""
        return []


def _about(block: Block, found: list[str | Problem]) -> list[Problem]:
    problems = [Problem(each) if isinstance(each, str) else each for each in found]
    return [replace(problem, block=block) for problem in problems]
