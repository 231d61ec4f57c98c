"""The blocks a page is built of, in the order an editor puts them."""

from content_editor.models import create_plugin_base
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digitalchikane.languages import CODES
from digitalchikane.pictures import NAME, Picture
from digitalchikane.plain import as_address
from digitalchikane.publishing.models import Block, Problem
from digitalchikane.richtext import RichTextField, links, paragraphs, skips_a_heading

from .facts import Fact
from .pages import PageEdition
from .routes import Route, lines

PluginBase = create_plugin_base(PageEdition)


class Role(models.TextChoices):
    LEADER = "leader", _("manager")
    REPRESENTATIVE = "representative", _("health and safety representative")
    HR = "hr", _("HR")
    COMMUNICATION = "communication", _("communications")
    COLLEAGUE = "colleague", _("colleague")
    EMPLOYEE = "employee", _("the employee")
    ANYONE = "anyone", _("everyone")


class PageBlock(PluginBase, Block):
    # Whether it is shown where it stands; what a page puts together by itself, such as its steps, is not.
    stands_in_section = True

    class Meta:
        abstract = True
        app_label = "guides"
        ordering = ["ordering"]

    @property
    def template_name(self):
        return f"guides/blocks/{self._meta.model_name}.html"


class WithBody:
    """A block with rich text."""

    def references(self):
        return [href for code in CODES for href in links(getattr(self, f"body_{code}"))]

    def problems(self):
        message = gettext("A subheading stands without a heading above it in the same text.")
        skipping = [f"body_{code}" for code in CODES if skips_a_heading(getattr(self, f"body_{code}"))]
        return [*super().problems(), *(Problem(message, field=field) for field in skipping)]


class Heading(PageBlock):
    """Opens a section of a page. Its anchor is part of addresses and so never changes with the words."""

    text = models.CharField(_("heading"), max_length=120)
    anchor = models.CharField(
        _("anchor"),
        max_length=60,
        validators=[RegexValidator(r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z", _("Use lower-case letters, digits and hyphens."))],
        help_text=_("The end of a link to this section. Leave it as it is when the words change."),
    )

    class Meta(PageBlock.Meta):
        verbose_name = _("heading")
        verbose_name_plural = _("headings")

    def __str__(self):
        return self.text or ""

    def save(self, *args, **kwargs):
        self.anchor = self.anchor or as_address(self.text_da or "")
        super().save(*args, **kwargs)

    def problems(self):
        return [] if (self.text_da or "").strip() else [Problem(gettext("A heading is empty."), field="text_da")]


class Text(WithBody, PageBlock):
    body = RichTextField(_("text"))

    class Meta(PageBlock.Meta):
        verbose_name = _("text")
        verbose_name_plural = _("texts")

    def __str__(self):
        return _beginning(" ".join(paragraphs(self.body)))

    def problems(self):
        if not paragraphs(self.body_da):
            return [Problem(gettext("A text block is empty."), field="body_da")]
        return super().problems()


class Step(PageBlock):
    """One line of “Kort fortalt”: what to do, and whose task it is."""

    stands_in_section = False

    text = models.CharField(_("what to do"), max_length=200)
    role = models.CharField(_("who does it"), max_length=20, choices=Role, default=Role.LEADER)
    link = models.CharField(
        _("leads to"),
        max_length=160,
        blank=True,
        help_text=_("A reference such as side:dokumenter#skaermbilleder."),
    )

    class Meta(PageBlock.Meta):
        verbose_name = _("step in brief")
        verbose_name_plural = _("steps in brief")
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="guides_step_role_is_known"),
        ]

    def __str__(self):
        return self.text or ""

    def references(self):
        return [self.link] if self.link else []


class DoDont(PageBlock):
    """A list of what to do, or of what not to do."""

    class Kind(models.TextChoices):
        DO = "do", _("do")
        DONT = "dont", _("do not")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.DO)
    items = models.TextField(
        _("items"),
        help_text=_("One item per line. Below “do not” each item says “not” itself, so that it can stand alone."),
    )

    class Meta(PageBlock.Meta):
        verbose_name = _("do or do not")
        verbose_name_plural = _("do and do not")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=["do", "dont"]), name="guides_dodont_kind_is_known"),
        ]

    def __str__(self):
        return _beginning(f"{self.get_kind_display()}: {'; '.join(self.lines)}")

    @property
    def lines(self):
        return lines(self.items)

    @property
    def dont_lines(self):
        """The Danish lines that warn against something."""
        return lines(self.items_da) if self.kind == self.Kind.DONT else []


class Callout(WithBody, PageBlock):
    """Something that must not be overlooked. At most one at a time on a screen."""

    class Tone(models.TextChoices):
        NOTE = "note", _("note")
        DEADLINE = "deadline", _("deadline")
        DANGER = "danger", _("danger")

    tone = models.CharField(_("tone"), max_length=10, choices=Tone, default=Tone.NOTE)
    title = models.CharField(_("title"), max_length=120)
    body = RichTextField(_("text"), blank=True)

    class Meta(PageBlock.Meta):
        verbose_name = _("callout")
        verbose_name_plural = _("callouts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tone__in=["note", "deadline", "danger"]),
                name="guides_callout_tone_is_known",
            ),
        ]

    def __str__(self):
        return self.title or ""


class CardTeaser(PageBlock):
    """Shows the way to a conversation card."""

    # Nullable for drafts alone: no page is published with a teaser that names no card.
    card = models.ForeignKey(
        "conversations.Card",
        verbose_name=_("conversation card"),
        on_delete=models.PROTECT,
        null=True,
        related_name="teasers",
    )

    class Meta(PageBlock.Meta):
        verbose_name = _("conversation card")
        verbose_name_plural = _("conversation cards")

    def __str__(self):
        return str(self.card or "")

    @classmethod
    def of(cls, *editions):
        return super().of(*editions).select_related("card")


class RouteList(PageBlock):
    """Ways to report or to get help, shown with their first facts."""

    routes = models.ManyToManyField(Route, verbose_name=_("routes"), related_name="lists")

    class Meta(PageBlock.Meta):
        verbose_name = _("routes")
        verbose_name_plural = _("routes")

    def __str__(self):
        return gettext("Routes") if self.pk is None else ", ".join(str(route) for route in self.routes.all())

    @classmethod
    def of(cls, *editions):
        return (
            super()
            .of(*editions)
            .prefetch_related(models.Prefetch("routes", Route.objects.select_related("phone", "replaced_by__phone")))
        )

    def problems(self):
        return [] if self.shown_routes else [Problem(gettext("A list of routes is empty."), field="routes")]

    def listed_texts(self, facts):
        return [text for route in self.shown_routes for text in (route.name, route.summary)]

    @property
    def shown_routes(self) -> list[Route]:
        """What readers get: a route that was withdrawn gives its place to its replacement."""
        found = [route.in_its_place for route in self.routes.all()]
        return list(dict.fromkeys(route for route in found if route))


class FactList(PageBlock):
    """Facts with their whole statements, such as the deadlines that run."""

    facts = models.ManyToManyField(Fact, verbose_name=_("facts"), related_name="lists")

    class Meta(PageBlock.Meta):
        verbose_name = _("list of facts")
        verbose_name_plural = _("lists of facts")

    def __str__(self):
        return gettext("Facts") if self.pk is None else ", ".join(fact.label for fact in self.facts.all())

    @classmethod
    def of(cls, *editions):
        return super().of(*editions).prefetch_related("facts")

    def listed_facts(self):
        return [fact.pk for fact in self.facts.all()]

    def listed_texts(self, facts):
        shown = [found for fact in self.facts.all() if (found := facts.get(fact.key))]
        return [text for found in shown for text in (found.fact.label, found.wording.statement)]

    def problems(self):
        return [] if self.facts.all() else [Problem(gettext("A list of facts is empty."), field="facts")]


class Recipe(WithBody, PageBlock):
    """How to do something on one device; folded until it is opened."""

    is_folded = True

    title = models.CharField(_("title"), max_length=120)
    body = RichTextField(_("text"))

    class Meta(PageBlock.Meta):
        verbose_name = _("device recipe")
        verbose_name_plural = _("device recipes")

    def __str__(self):
        return self.title or ""


class Image(PageBlock):
    """A picture, with words for those who do not see it."""

    picture = models.CharField(
        _("picture"),
        max_length=60,
        blank=True,
        validators=[RegexValidator(rf"\A{NAME.pattern}\Z")],
        help_text=_("JPEG, PNG, WebP or AVIF, at most 15 MB. It is made smaller, and hidden data is removed."),
    )
    alt = models.CharField(
        _("what it shows"),
        max_length=250,
        blank=True,
        help_text=_("For those who do not see it: what is in the picture, and what matters in it."),
    )
    is_decorative = models.BooleanField(
        _("decoration"),
        default=False,
        help_text=_("It says nothing that the text does not say. Those who do not see it are not told about it."),
    )
    caption = models.CharField(_("caption"), max_length=250, blank=True)

    class Meta(PageBlock.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self):
        return _beginning(self.caption or self.alt or "")

    @property
    def shown(self) -> Picture | None:
        return Picture.named(self.picture)

    @property
    def alternative(self) -> str:
        """What is told of it to those who do not see it."""
        return "" if self.is_decorative else self.alt

    def problems(self):
        found = [] if self.shown else [Problem(gettext("The picture is missing."), field="picture")]
        if self.is_decorative and self.alt_da:
            message = gettext("The picture is marked as decoration, and yet it says what it shows. Choose one.")
            found.append(Problem(message, field="is_decorative"))
        elif not self.is_decorative and not self.alt_da:
            message = gettext("The picture does not say what it shows. If it is only decoration, mark it as that.")
            found.append(Problem(message, field="alt_da"))
        return found


BLOCKS = (Heading, Text, Step, DoDont, Callout, CardTeaser, RouteList, FactList, Recipe, Image)


def _beginning(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " …"
