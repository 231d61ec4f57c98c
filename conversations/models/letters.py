from content_editor.models import create_plugin_base
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digitalchikane.addresses import reverse
from digitalchikane.languages import CODES, DEFAULT, is_translated
from digitalchikane.publishing.models import Block, Document, Edition, EditionQuerySet, Problem
from digitalchikane.richtext import RichTextField, links, paragraphs

from ..blanks import names, stray_brackets

# Letters that stand on a main page of their own, by key.
OWN_PAGES = {"politik": "conversations:policy", "beredskabsplan": "conversations:plan"}
# What a notice must hold for a host to act on it (DSA article 16, 2): the reason, the exact address, who sends it,
# and that it is sent in good faith.
NOTICE_BLANKS = ["begrundelse", "adresse", "navn", "e-mail", "god-tro"]


class LetterKind(models.TextChoices):
    LETTER = "letter", _("letter with a subject")
    DOCUMENT = "document", _("document with a title")


class Letter(Document):
    """A text that a workplace fills in and sends, or keeps: a letter, a statement, an agreement, a policy."""

    kind = models.CharField(_("kind"), max_length=10, choices=LetterKind, default=LetterKind.LETTER)
    phase = models.ForeignKey(
        "guides.Page",
        verbose_name=_("phase"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        limit_choices_to={"kind": "phase"},
        help_text=_("Where it stands on the list of letters. Leave empty for what is written before anything happens."),
    )
    slug = models.SlugField(
        _("address"),
        max_length=80,
        help_text=_("The last part of the address. When it changes, the old address leads to the new one."),
    )

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["phase__position", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=[f"slug_{code}"],
                name=f"conversations_letter_slug_{code}",
                violation_error_message=_("Another letter has this address already."),
            )
            for code in CODES
        ] + [
            models.CheckConstraint(
                condition=models.Q(kind__in=["letter", "document"]), name="conversations_letter_kind_is_known"
            )
        ]

    def __str__(self):
        return self.key

    @property
    def has_own_page(self) -> bool:
        return self.key in OWN_PAGES

    def get_absolute_url(self):
        if self.has_own_page:
            return reverse(OWN_PAGES[self.key])
        return reverse("conversations:letter", self.slug)


class LetterEditionQuerySet(EditionQuerySet):
    def for_readers(self):
        return self.select_related("document__phase").order_by(
            "document__phase__position", "document__position", "document__pk"
        )

    def on_the_list(self):
        """Those with an address among the letters; the others stand on a main page of their own."""
        return self.exclude(document__key__in=OWN_PAGES)


class LetterEdition(Edition):
    """One version of a letter: what it is for, its text, and the blanks that are filled in."""

    document = models.ForeignKey(
        Letter, verbose_name=_("letter"), on_delete=models.CASCADE, related_name="editions", editable=False
    )
    title = models.CharField(_("heading"), max_length=80, blank=True)
    summary = models.TextField(
        _("summary"), blank=True, help_text=_("One sentence: when to use it. Also what search engines show.")
    )
    recipient = models.CharField(_("from whom to whom"), max_length=120, blank=True)
    guidance = RichTextField(
        _("before you send it"), blank=True, help_text=_("For the one who writes. It is not part of the letter.")
    )
    leads_to_contact = models.BooleanField(
        _("leads to contact with the sender"),
        default=False,
        help_text=_("Such a letter must say when not to call or write."),
    )
    stop = models.TextField(
        _("do not call or write if"),
        blank=True,
        help_text=_("One reason per line. It stands above the letter wherever the letter goes."),
    )
    is_notice = models.BooleanField(
        _("notice of illegal content (DSA article 16)"),
        default=False,
        help_text=_("Such a letter must ask for reason, address, name, e-mail and good faith, and require them all."),
    )
    subject = models.CharField(
        _("subject or title"),
        max_length=160,
        blank=True,
        help_text=_("The first line of the letter. It may hold blanks that must be filled in."),
    )

    objects = LetterEditionQuerySet.as_manager()

    class Meta(Edition.Meta):
        verbose_name = _("letter")
        verbose_name_plural = _("letters")

    @property
    def block_models(self):
        return (LetterPart, Blank)

    @property
    def stop_lines(self) -> list[str]:
        return [line.strip() for line in (self.stop or "").splitlines() if line.strip()]

    def text_parts(self) -> list["LetterPart"]:
        return [block for block in self.blocks() if isinstance(block, LetterPart)]

    def blanks(self) -> list["Blank"]:
        return [block for block in self.blocks() if isinstance(block, Blank)]

    def references(self):
        return super().references() + [href for code in CODES for href in links(getattr(self, f"guidance_{code}"))]

    def facts_in_text(self) -> list[str]:
        """Keys of the facts that the letter itself names, not the words around it."""
        return [key for key, parts in self.named_facts().items() if any(part is not self for part in parts)]

    # Publishing

    def problems(self, on=None):
        found = []
        for name, message in [
            ("title", _("The heading is missing in Danish.")),
            ("summary", _("The summary is missing in Danish.")),
            ("recipient", _("It does not say from whom to whom.")),
            ("subject", _("The first line of the letter is missing in Danish.")),
        ]:
            if not getattr(self, f"{name}_da"):
                found.append(Problem(str(message), field=f"{name}_da"))
        if not self.text_parts():
            found.append(Problem(gettext("The letter has no text.")))
        if self.leads_to_contact and not self.stop_da:
            message = gettext("A letter that leads to contact must say when not to call or write.")
            found.append(Problem(message, field="stop_da"))
        return found + self._problems_with_blanks() + self._problems_with_languages() + super().problems(on)

    def _problems_with_blanks(self):
        found, blanks = [], {}
        for blank in self.blanks():
            if blank.key in blanks:
                found.append(Problem(gettext("Two blanks have the key “%(key)s”.") % {"key": blank.key}, block=blank))
            blanks[blank.key] = blank
        for part, text in self._texts_with_blanks():
            block = part if part is not self else None
            for paragraph in text:
                found += [Problem(message, block=block) for message in _problems_in(paragraph, blanks)]
        named = {key for _part, text in self._texts_with_blanks(DEFAULT) for line in text for key in names(line)}
        for key, blank in blanks.items():
            if key not in named:
                message = gettext("The blank “%(key)s” stands nowhere in the letter.") % {"key": key}
                found.append(Problem(message, block=blank))
        if self.is_notice:
            for key in NOTICE_BLANKS:
                if key not in blanks or not blanks[key].is_required:
                    message = gettext("A notice must require the blank “%(key)s”.") % {"key": key}
                    found.append(Problem(message, block=blanks.get(key)))
        return found

    def _texts_with_blanks(self, *codes):
        """Each text that may name blanks, paragraph by paragraph, with the part it stands in."""
        for code in codes or CODES:
            yield self, [getattr(self, f"subject_{code}") or ""]
            for part in self.text_parts():
                yield part, paragraphs(getattr(part, f"body_{code}"))

    def _problems_with_languages(self):
        """A letter is sent as it is: one in two languages would be of no use."""
        wanted = [code for code in CODES if code != DEFAULT and is_translated(self, "title", code)]
        return [
            Problem(gettext("The letter has a heading in %(language)s, but not all of its text.") % {"language": code})
            for code in wanted
            if not is_translated(self, "subject", code)
            or not all(is_translated(part, "body", code) for part in self.text_parts())
        ]


def _problems_in(paragraph: str, blanks: dict[str, "Blank"]):
    named = names(paragraph)
    for key in named:
        if key not in blanks:
            yield gettext("There is no blank with the key “%(key)s”.") % {"key": key}
        elif not blanks[key].is_required and len(named) > 1:
            yield gettext(
                "The blank “%(key)s” may be left empty, so it must be the only one in its paragraph: "
                "the whole paragraph is left out with it."
            ) % {"key": key}
    if stray_brackets(paragraph):
        yield gettext("Brackets that name no blank: “%(text)s”. A blank is written as [[key]].") % {
            "text": paragraph[:80]
        }


class LetterPart(create_plugin_base(LetterEdition), Block):
    """A piece of the letter's text."""

    body = RichTextField(_("text"), help_text=_("Write a blank as its key in double brackets: [[company]]."))

    class Meta:
        verbose_name = _("text")
        verbose_name_plural = _("texts")
        ordering = ["ordering"]

    def __str__(self):
        return " ".join(paragraphs(self.body))[:60]

    def references(self):
        return [href for code in CODES for href in links(getattr(self, f"body_{code}"))]

    def problems(self):
        return [] if paragraphs(self.body_da) else [gettext("A text block is empty.")]


class BlankKind(models.TextChoices):
    LINE = "line", _("one line")
    LINES = "lines", _("several lines")
    EMAIL = "email", _("e-mail address")
    ADDRESS = "address", _("address of a page on the internet")
    DATE = "date", _("date")
    STATEMENT = "statement", _("statement to agree to")


class Blank(create_plugin_base(LetterEdition), Block):
    """Something that the one who writes fills in."""

    key = models.CharField(
        _("key"),
        max_length=40,
        validators=[RegexValidator(r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z", _("Use lower-case letters, digits and hyphens."))],
        help_text=_("Names it in the text: [[key]]."),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=BlankKind, default=BlankKind.LINE)
    label = models.CharField(
        _("label"),
        max_length=200,
        help_text=_("What is asked for. Of a statement it is the whole sentence, and it stands in the letter."),
    )
    help = models.CharField(_("help"), max_length=240, blank=True)
    example = models.CharField(
        _("example"), max_length=240, blank=True, help_text=_("Shown beside the field; never part of the letter.")
    )
    is_required = models.BooleanField(
        _("must be filled in"),
        default=True,
        help_text=_("If not, the paragraph in which it stands is left out when it is empty."),
    )

    class Meta:
        verbose_name = _("blank")
        verbose_name_plural = _("blanks")
        ordering = ["ordering"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=BlankKind.values), name="conversations_blank_kind_is_known"
            ),
        ]

    def __str__(self):
        return self.label or self.key

    @property
    def help_text(self) -> str:
        """What stands beside the field."""
        example = gettext("For example: %(example)s") % {"example": self.example} if self.example else ""
        return " ".join(filter(None, [self.help, example]))
