from content_editor.models import create_plugin_base
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digitalchikane import clock
from digitalchikane.addresses import reverse
from digitalchikane.languages import CODES
from digitalchikane.publishing.models import Block, Document, Edition, EditionQuerySet, Problem


class Card(Document):
    """A samtalekort: what to remember, say and avoid in one conversation. Its number is printed on it."""

    number = models.PositiveSmallIntegerField(
        _("card number"),
        unique=True,
        # What the printed code has room for (codes.py).
        validators=[MinValueValidator(1), MaxValueValidator(900)],
    )
    phase = models.ForeignKey(
        "guides.Page",
        verbose_name=_("phase"),
        on_delete=models.PROTECT,
        related_name="cards",
        limit_choices_to={"kind": "phase"},
    )
    slug = models.SlugField(
        _("address"),
        max_length=80,
        help_text=_("The last part of the address. When it changes, the old address leads to the new one."),
    )
    is_featured = models.BooleanField(
        _("on the home page"), default=False, help_text=_("Shown among the most used cards.")
    )

    class Meta:
        verbose_name = _("conversation card")
        verbose_name_plural = _("conversation cards")
        ordering = ["phase__position", "position", "number"]
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=[f"slug_{code}"],
                    name=f"conversations_card_slug_{code}",
                    violation_error_message=_("Another card has this address already."),
                )
                for code in CODES
            ),
            models.CheckConstraint(
                # The address of the sheets with chosen cards.
                condition=~models.Q(slug_da="ark"),
                name="conversations_card_slug_is_free",
                violation_error_message=_("This address is taken by the card sheets."),
            ),
        ]

    def __str__(self):
        return f"{self.number} · {self.key}"

    def get_absolute_url(self):
        return reverse("conversations:card", self.slug)


class CardEditionQuerySet(EditionQuerySet):
    def for_readers(self):
        return self.select_related("document__phase").order_by(
            "document__phase__position", "document__position", "document__number"
        )


class CardEdition(Edition):
    """One version of a card: its head and its points."""

    document = models.ForeignKey(
        Card,
        verbose_name=_("conversation card"),
        on_delete=models.CASCADE,
        related_name="editions",
        editable=False,
    )
    title = models.CharField(
        _("heading"), max_length=60, blank=True, help_text=_("At most 45 characters fit on paper.")
    )
    summary = models.TextField(_("purpose"), blank=True, help_text=_("One sentence: what the talk is for."))
    participants = models.CharField(_("who talks to whom"), max_length=120, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, help_text=_("Leave empty when the card is not for a talk.")
    )
    leads_to_contact = models.BooleanField(
        _("leads to contact with the sender"),
        default=False,
        help_text=_("Such a card must say when not to call or write."),
    )

    objects = CardEditionQuerySet.as_manager()

    class Meta(Edition.Meta):
        verbose_name = _("conversation card")
        verbose_name_plural = _("conversation cards")

    @property
    def block_models(self):
        return (CardPoint,)

    def points(self):
        """The points by section, in the order a card shows them; empty sections left out."""
        sections = [(section, [p for p in self.blocks() if p.section == section]) for section in CardSection]
        return [(section, points) for section, points in sections if points]

    def problems(self, on=None):
        found = []
        if not self.title_da:
            found.append(Problem(gettext("The heading is missing in Danish."), field="title_da"))
        if not self.summary_da:
            found.append(Problem(gettext("The purpose is missing in Danish."), field="summary_da"))
        if not self.participants_da:
            found.append(Problem(gettext("It does not say who talks to whom."), field="participants_da"))
        sections = dict(self.points())
        if CardSection.REMEMBER not in sections:
            found.append(Problem(gettext("There is nothing to remember on the card."), block=CardPoint))
        if self.leads_to_contact and CardSection.STOP not in sections:
            message = gettext("A card that leads to contact must say when not to call or write.")
            found.append(Problem(message, field="leads_to_contact"))
        found += super().problems(on)
        # Only whole cards are measured: what is missing comes first.
        return found or [self._placed(message) for message in self.too_long_soon(on)]

    def _placed(self, message: str) -> Problem:
        """What does not fit, with the point whose words the message quotes; otherwise it is about the head."""
        from guides.factbook import FactBook

        book = FactBook()
        for point in self.blocks():
            for code in CODES:
                words = book.in_words(getattr(point, f"text_{code}")).strip()
                if words and words in message:
                    return Problem(message, field=f"text_{code}", block=point)
        return Problem(message, field="title_da")

    def too_long(self, on=None, proposed=()) -> list[str]:
        """What does not fit on the printed card with the facts of a day, in any language it is written in. Wordings
        that are only proposed are measured as if they were stored."""
        from guides.factbook import FactBook

        from ..pdf import too_long

        return too_long(self, FactBook(on, proposed))

    def too_long_soon(self, on=None) -> list[str]:
        """What does not fit on a day, or is not going to fit once a wording that is prepared holds."""
        from guides.models import FactWording

        first = on or clock.today()
        prepared = FactWording.objects.filter(fact__key__in=self.named_facts(), valid_from__gt=first)
        days = [first, *prepared.order_by("valid_from").values_list("valid_from", flat=True)]
        return list(dict.fromkeys(message for day in days for message in self.too_long(day)))


class CardSection(models.TextChoices):
    """The parts of a card, in the order they are read."""

    STOP = "stop", _("Do not call or write if")
    REMEMBER = "remember", _("Remember")
    SAY = "say", _("Say for example")
    AVOID = "avoid", _("Avoid")
    CLOSE = "close", _("End with")


class CardPoint(create_plugin_base(CardEdition), Block):
    """One line on a card."""

    section = models.CharField(_("section"), max_length=10, choices=CardSection, default=CardSection.REMEMBER)
    text = models.CharField(_("text"), max_length=240)

    class Meta:
        verbose_name = _("point")
        verbose_name_plural = _("points")
        ordering = ["ordering"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(section__in=CardSection.values),
                name="conversations_point_section_is_known",
            ),
        ]

    def __str__(self):
        return f"{self.get_section_display()}: {self.text or ''}"
