from django.db import models
from django.utils.translation import gettext_lazy as _

from digitalchikane.addresses import reverse


class Term(models.Model):
    """A word that readers meet on the site or from authorities, explained."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    word = models.CharField(_("word"), max_length=80)
    explanation = models.TextField(_("explanation"), help_text=_("One or two short sentences."))
    also = models.CharField(
        _("also written"), max_length=200, blank=True, help_text=_("Other spellings, separated by commas.")
    )

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("glossary")
        ordering = ["word_da"]

    def __str__(self):
        return self.word

    def get_absolute_url(self):
        return f"{reverse('guides:glossary')}#{self.key}"
