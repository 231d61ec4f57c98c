import re

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import resolve
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digitalchikane.addresses import reverse
from digitalchikane.languages import CODES
from digitalchikane.publishing.models import (
    Document,
    DocumentQuerySet,
    Edition,
    EditionQuerySet,
    Problem,
)


class PageKind(models.TextChoices):
    MAIN = "main", _("main page")
    PHASE = "phase", _("phase")
    SITUATION = "situation", _("situation")
    PAGE = "page", _("ordinary page")


class MainPage(models.TextChoices):
    """Main pages: their address and what is put together on them are the code's, their words the editors'."""

    HOME = "home", _("home")
    START = "start", _("find the next step")
    URGENT = "akut", _("urgent")
    PHASES = "faser", _("phases")
    SITUATIONS = "situationer", _("situations")
    CARDS = "samtalekort", _("conversation cards")
    REPORT = "anmeld", _("where to report")
    HELP = "hjaelp", _("help")
    GLOSSARY = "ordliste", _("glossary")
    SOURCES = "kilder", _("sources")
    TOOLS = "vaerktoejer", _("tools")
    DEADLINES = "frister", _("deadlines")
    CHECKLIST = "tjekliste", _("checklist")
    LOG = "haendelseslog", _("incident log")
    REGISTER = "intern-registrering", _("internal register")
    WALL_SHEET = "beredskabsark", _("sheet for the wall")
    LETTERS = "breve", _("letters")
    POLICY = "politik", _("policy for the workplace")
    PLAN = "beredskabsplan", _("emergency plan")
    INTRANET = "til-intranettet", _("for the intranet")
    NEWS = "nyt", _("what has changed")
    SEARCH = "soeg", _("search")

    @property
    def route_name(self) -> str:
        said = (MainPage.CARDS, MainPage.LETTERS, MainPage.POLICY, MainPage.PLAN)
        app = "conversations" if self in said else "guides"
        return f"{app}:{self.name.lower()}"


# The main pages that are tools, in the order in which they are listed.
TOOLS = [
    MainPage.CHECKLIST,
    MainPage.DEADLINES,
    MainPage.LETTERS,
    MainPage.LOG,
    MainPage.REGISTER,
    MainPage.POLICY,
    MainPage.PLAN,
    MainPage.WALL_SHEET,
    MainPage.INTRANET,
]
# The views that show a page at its own address.
OWN_VIEWS = {"guides:phase", "guides:situation", "guides:page", "guides:subpage"}
# First parts of addresses that never come as far as those views.
RESERVED = {"static", *CODES}


class PageQuerySet(DocumentQuerySet):
    def phases(self):
        return self.filter(kind=PageKind.PHASE).order_by("position", "pk")


class Page(Document):
    """An address with guidance behind it: a phase, a situation, a main page or an ordinary one."""

    kind = models.CharField(_("kind"), max_length=20, choices=PageKind, default=PageKind.PAGE)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("below"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        limit_choices_to={"kind": PageKind.PAGE, "parent": None},
        help_text=_("Ordinary pages only: the page whose address this one continues."),
    )
    slug = models.SlugField(
        _("address"),
        max_length=80,
        null=True,
        blank=True,
        help_text=_("The last part of the address. When it changes, the old address leads to the new one."),
    )

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering = ["position", "pk"]
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=[f"slug_{code}"],
                    name=f"guides_page_slug_{code}",
                    violation_error_message=_("Another page has this address already."),
                )
                for code in CODES
            ),
            models.CheckConstraint(
                condition=Q(kind=PageKind.MAIN) | ~Q(slug_da=None) & ~Q(slug_da=""),
                name="guides_page_has_an_address",
                violation_error_message=_("The page needs an address."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(kind=PageKind.PAGE),
                name="guides_page_only_ordinary_below",
                violation_error_message=_("Only ordinary pages can stand below another page."),
            ),
            models.CheckConstraint(condition=Q(kind__in=PageKind.values), name="guides_page_kind_is_known"),
        ]

    def __str__(self):
        return self.key

    def clean(self):
        super().clean()
        if self.parent_id and (self.parent_id == self.pk or (self.pk and self.children.exists())):
            raise ValidationError({"parent": gettext("A page with pages below it cannot stand below another page.")})
        if self.kind != PageKind.MAIN:
            self._require_reachable_addresses()

    def _require_reachable_addresses(self):
        """An address that something else answers to would never lead to the page."""
        for code in CODES:
            slug = getattr(self, f"slug_{code}")
            if not slug or not re.fullmatch(r"[-\w]+", slug):
                continue
            with translation.override(code):
                match = resolve(self.get_absolute_url())
            if match.view_name not in OWN_VIEWS or (self.parent is None and slug in RESERVED):
                raise ValidationError({f"slug_{code}": gettext("This address is taken by another part of the site.")})

    @property
    def needs_replacement(self):
        return self.kind == PageKind.PHASE or self.key in (MainPage.HOME, MainPage.URGENT)

    def below(self):
        return self.children.select_related("parent") if self.pk else []

    def get_absolute_url(self):
        match self.kind:
            case PageKind.MAIN:
                return reverse(MainPage(self.key).route_name)
            case PageKind.PHASE:
                return reverse("guides:phase", self.slug)
            case PageKind.SITUATION:
                return reverse("guides:situation", self.slug)
            case _ if self.parent:
                return reverse("guides:subpage", self.parent.slug, self.slug)
            case _:
                return reverse("guides:page", self.slug)


class PageEditionQuerySet(EditionQuerySet):
    def of_kind(self, kind):
        return self.filter(document__kind=kind).order_by("document__position", "document__pk")

    def phases(self):
        return self.of_kind(PageKind.PHASE)

    def situations(self):
        return self.of_kind(PageKind.SITUATION)

    def for_readers(self):
        return self.select_related("document__parent")


class PageEdition(Edition):
    """One version of a page: its head, and its blocks in order."""

    document = models.ForeignKey(
        Page, verbose_name=_("page"), on_delete=models.CASCADE, related_name="editions", editable=False
    )
    title = models.CharField(_("heading"), max_length=120, blank=True)
    summary = models.TextField(
        _("summary"),
        blank=True,
        help_text=_("One or two sentences below the heading; also what search engines show."),
    )
    timing = models.CharField(
        _("when, and how long"),
        max_length=120,
        blank=True,
        help_text=_("Phases: a few words on the list of phases, such as “the same day, within hours”."),
    )

    objects = PageEditionQuerySet.as_manager()

    class Meta(Edition.Meta):
        verbose_name = _("page")
        verbose_name_plural = _("pages")

    @property
    def block_models(self):
        from . import blocks

        if self.document.key == MainPage.START:
            from . import triage

            return blocks.BLOCKS + triage.BLOCKS
        return blocks.BLOCKS

    # What the page is made of

    def steps(self):
        from .blocks import Step

        return [block for block in self.blocks() if isinstance(block, Step)]

    def sections(self):
        """The blocks as a page shows them: what stands before the first heading, then section by section."""
        from .blocks import Heading

        sections = [Section(None)]
        for block in self.blocks():
            if isinstance(block, Heading):
                sections.append(Section(block))
            elif block.stands_in_section:
                sections[-1].blocks.append(block)
        return [section for section in sections if section.heading or section.blocks]

    def problems(self, on=None):
        from .blocks import Heading

        found = []
        if not self.title_da:
            found.append(Problem(gettext("The heading is missing in Danish."), field="title_da"))
        if not self.summary_da:
            found.append(Problem(gettext("The summary is missing in Danish."), field="summary_da"))
        anchors = set()
        for block in self.blocks():
            if isinstance(block, Heading):
                if block.anchor and block.anchor in anchors:
                    found.append(
                        Problem(
                            gettext("Two headings have the anchor “%(anchor)s”.") % {"anchor": block.anchor},
                            field="anchor",
                            block=block,
                        )
                    )
                anchors.add(block.anchor)
        if self.document.key == MainPage.START:
            from ..triage import Triage

            found += Triage(self).problems()
        return found + super().problems(on)


class Section:
    """A heading and the blocks below it, as far as the next heading."""

    def __init__(self, heading):
        self.heading = heading
        self.blocks = []
