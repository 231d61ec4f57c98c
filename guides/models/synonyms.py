from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digitalchikane import references
from digitalchikane.languages import CODES
from digitalchikane.publishing.deadends import why_dead


class Synonym(models.Model):
    """Words that people search with, and those that the site uses for the same thing."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    words = models.TextField(
        _("what people write"),
        blank=True,
        help_text=_("Words and short phrases separated by commas. Whoever searches for one of them finds the others."),
    )
    finds = models.CharField(
        _("what the site calls it"),
        max_length=300,
        blank=True,
        help_text=_("Words separated by commas that are searched for as well, but not the other way round."),
    )
    leads_to = models.CharField(
        _("leads to"),
        max_length=160,
        blank=True,
        help_text=_("A reference such as side:dokumenter#skaermbilleder. It stands first among what is found."),
    )
    is_danger = models.BooleanField(
        _("suggests danger"),
        default=False,
        help_text=_("Whoever searches for one of the words is told above all results what to do in danger."),
    )

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        ordering = ["key"]

    def __str__(self):
        return self.key

    def clean(self):
        super().clean()
        if not any(getattr(self, f"words_{code}") for code in CODES):
            raise ValidationError({"words_da": gettext("Write at least one word.")})
        if self.leads_to:
            reason = gettext("The link “%(reference)s” leads nowhere.") % {"reference": self.leads_to}
            dead = why_dead([self.leads_to]) if references.split(self.leads_to) else {self.leads_to: reason}
            if dead:
                raise ValidationError({"leads_to": dead[self.leads_to]})
