from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from .audit.models import LogLine
from .contentversion import ContentVersion
from .publishing.copies import PreviewCopy
from .publishing.reviews.models import PreviewLink, Remark

__all__ = ["ContentVersion", "LogLine", "OldAddress", "PreviewCopy", "PreviewLink", "Remark", "ShippedRecord"]


class OldAddressQuerySet(models.QuerySet):
    @transaction.atomic
    def record(self, old: str, new: str):
        """Lead an address that is left to the one that took its place, however often that moved before."""
        if old == new:
            return
        self.filter(new_path=old).update(new_path=new)
        self.filter(old_path=new).delete()
        self.update_or_create(old_path=old, defaults={"new_path": new})


class OldAddress(models.Model):
    """An address that once held something, and where that is now."""

    old_path = models.CharField(_("old address"), max_length=200, unique=True)
    new_path = models.CharField(
        _("leads to"),
        max_length=200,
        help_text=_("An address on this site (/forbered/), or a reference such as side:forbered."),
    )

    objects = OldAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        ordering = ["old_path"]

    def __str__(self):
        return self.old_path


class ShippedRecord(models.Model):
    """A record of `fixtures/` that was loaded once and is the editors' from then on, changed or deleted; with what was
    shipped, so that an update can tell what they changed."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    loaded_at = models.DateTimeField(auto_now_add=True)
    # Of the record in its file when it was last looked at.
    fingerprint = models.CharField(max_length=64, blank=True)
    # What was shipped and has reached the site, by part: what to compare with. Unknown of what was loaded before
    # updates were brought.
    values = models.JSONField(null=True)
    # What was shipped since, as long as an editor has to decide on it.
    offered = models.JSONField(null=True)
    # The draft with it, if an update made one.
    draft = models.PositiveBigIntegerField(null=True)
    # Pieces of it that stand neither on the site nor in that draft.
    left = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="shipped_record_once")]

    def __str__(self):
        return f"{self.kind} {self.key}"


class Translation(models.Model):
    """An English text, and the Danish that it was written for: both as fingerprints, by the place they stand in."""

    place = models.CharField(max_length=200)
    danish = models.CharField(max_length=64)
    english = models.CharField(max_length=64)
    # The Danish itself, to show what became different. Empty where the pair was stored before this was.
    danish_text = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "danish", "english"], name="translation_once"),
        ]
        indexes = [models.Index(fields=["place", "english"], name="translation_by_english")]

    def __str__(self):
        return self.place
