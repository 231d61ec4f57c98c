"""The questions of /start/: blocks of that one page, so that they are drafted, checked and published together. A change
can then never leave a reader at a question that leads nowhere."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from digitalchikane.richtext import RichTextField

from .blocks import PageBlock, WithBody
from .facts import Fact, FactKind


class Topic(models.TextChoices):
    """What a question is about. The first three must be settled before any advice is given."""

    DANGER = "danger", _("danger")
    COLLEAGUE = "colleague", _("a colleague or somebody from outside")
    STALKING = "stalking", _("stalking")
    WHAT = "what", _("what has happened")
    SAVED = "saved", _("whether it is saved")


class TriageBlock(PageBlock):
    stands_in_section = False

    class Meta(PageBlock.Meta):
        abstract = True


class Anchored(models.Model):
    anchor = models.CharField(
        _("anchor"),
        max_length=60,
        validators=[RegexValidator(r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z", _("Use lower-case letters, digits and hyphens."))],
        help_text=_("The name that answers lead to. Leave it as it is when the words change."),
    )

    class Meta:
        abstract = True


class Question(Anchored, TriageBlock):
    """A question to the reader. Its answers are the answer blocks that follow it."""

    topic = models.CharField(_("about"), max_length=20, choices=Topic, default=Topic.WHAT)
    text = models.CharField(_("question"), max_length=160)
    help = models.CharField(_("help to answer"), max_length=300, blank=True)

    class Meta(TriageBlock.Meta):
        abstract = False
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(condition=models.Q(topic__in=Topic.values), name="guides_question_topic_is_known"),
        ]

    def __str__(self):
        return self.text or ""


class Answer(TriageBlock):
    """One answer to the question above it, and where it leads."""

    text = models.CharField(_("answer"), max_length=160)
    leads_to = models.CharField(
        _("leads to"), max_length=60, help_text=_("The anchor of a question or of an end on this page.")
    )

    class Meta(TriageBlock.Meta):
        abstract = False
        verbose_name = _("answer")
        verbose_name_plural = _("answers")

    def __str__(self):
        return f"{self.text or ''} → {self.leads_to}"


class End(Anchored, WithBody, TriageBlock):
    """Where the questions lead: what to do now, with one section, one card, one number and the clocks that run."""

    title = models.CharField(_("title"), max_length=120, help_text=_("What to do now, as an order."))
    body = RichTextField(_("text"), blank=True)
    link = models.CharField(
        _("leads to"), max_length=160, help_text=_("A reference such as side:dokumenter#skaermbilleder.")
    )
    card = models.ForeignKey(
        "conversations.Card",
        verbose_name=_("conversation card"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ends",
        help_text=_("Never a card that leads to contact with the sender."),
    )
    phone = models.ForeignKey(
        Fact,
        verbose_name=_("phone"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ends",
        limit_choices_to={"kind": FactKind.PHONE},
        help_text=_("Shown only while it is confirmed."),
    )
    clocks = models.ManyToManyField(
        Fact,
        verbose_name=_("deadlines that run"),
        blank=True,
        related_name="clock_of",
        limit_choices_to={"kind": FactKind.DEADLINE},
    )

    class Meta(TriageBlock.Meta):
        abstract = False
        verbose_name = _("end")
        verbose_name_plural = _("ends")

    def __str__(self):
        return self.title or ""

    @classmethod
    def of(cls, *editions):
        return super().of(*editions).select_related("card", "phone").prefetch_related("clocks")

    def listed_facts(self):
        return [fact.pk for fact in self.clocks.all()] + ([self.phone_id] if self.phone_id else [])

    def references(self):
        return [*super().references(), *([self.link] if self.link else [])]


BLOCKS = (Question, Answer, End)
