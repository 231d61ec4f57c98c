import secrets
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models, transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

DEFAULT_DAYS, MAX_DAYS = 14, 90
MAX_REMARKS = 50
MAX_NAME, MAX_TEXT = 80, 4000
# Somebody who presses twice has answered once.
TWICE = timedelta(minutes=10)

LONGEST_TOKEN = 120


def signer() -> Signer:
    """A token is the key of a link and a signature that only this site can make: whoever reads a backup of the database
    still cannot open a draft."""
    return Signer(sep=".", salt="digitalchikane.review")


class Access(models.TextChoices):
    """What the holder of a link meets."""

    OPEN = "open"
    ENDED = "ended"
    PUBLISHED = "published"
    GONE = "gone"


def make_key() -> str:
    return secrets.token_urlsafe(12)


class PreviewLinkQuerySet(models.QuerySet):
    def to(self, edition_model, edition_id):
        return self.filter(kind=edition_model._meta.label_lower, edition_id=edition_id)

    def open(self):
        return self.filter(revoked_at=None, ends_on__gte=timezone.localdate())

    def with_counts(self):
        waiting = Count("remarks", filter=Q(remarks__handled_at=None))
        return self.annotate(remark_count=Count("remarks"), waiting_count=waiting)

    def from_token(self, token: str) -> "PreviewLink | None":
        """The link with this token, open or ended; None for a token that was never given out."""
        if len(token) > LONGEST_TOKEN:
            return None
        try:
            key = signer().unsign(token)
        except BadSignature:
            return None
        return self.filter(key=key).first()


class PreviewLink(models.Model):
    """The right to see one draft without an account, until a day."""

    key = models.CharField(max_length=16, unique=True, default=make_key, editable=False)
    # The draft it leads to, and the document, which outlives it: the label of the edition's model, and keys of rows.
    kind = models.CharField(max_length=60, editable=False)
    edition_id = models.PositiveBigIntegerField(editable=False)
    document_id = models.PositiveBigIntegerField(editable=False)
    for_whom = models.CharField(_("for whom"), max_length=80, blank=True)
    ends_on = models.DateField(_("valid until"))
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link for review")
        verbose_name_plural = _("links for review")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["kind", "edition_id"], name="preview_link_edition")]
        # Whoever may change a draft may send it to somebody.
        default_permissions = ()

    def __str__(self):
        return self.for_whom or self.key

    def get_absolute_url(self):
        return reverse("review:draft", args=[self.token])

    @property
    def token(self) -> str:
        return signer().sign(self.key)

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.ends_on >= timezone.localdate()

    @cached_property
    def edition(self):
        return self._edition_model.objects.for_readers().filter(pk=self.edition_id).first()

    @cached_property
    def live_edition(self):
        """What readers see of the document now, if they see anything."""
        return self._edition_model.objects.live().for_readers().filter(document=self.document_id).first()

    @property
    def _edition_model(self):
        return apps.get_model(self.kind)

    @property
    def access(self) -> Access:
        if not self.is_open:
            return Access.ENDED
        if self.edition is None or self.edition.is_withdrawal:
            return Access.GONE
        is_unseen = self.edition.live_from is None or self.edition.live_from > timezone.now()
        return Access.OPEN if is_unseen else Access.PUBLISHED

    def revoke(self, by):
        PreviewLink.objects.filter(pk=self.pk, revoked_at=None).update(revoked_at=timezone.now(), revoked_by=by)

    @property
    def is_full(self) -> bool:
        return self.remarks.count() >= MAX_REMARKS

    @transaction.atomic
    def take_in(self, **values) -> "Remark | None":
        """Store an answer; None when there is room for no more. The same one sent twice is kept once."""
        # One at a time, so that nobody gets past the limit.
        type(self).objects.select_for_update().get(pk=self.pk)
        if same := self.remarks.filter(made_at__gt=timezone.now() - TWICE, **values).first():
            return same
        return None if self.is_full else self.remarks.create(**values)


class RemarkQuerySet(models.QuerySet):
    def about(self, edition_model, edition_id):
        label = edition_model._meta.label_lower
        return self.filter(link__kind=label, link__edition_id=edition_id).select_related("link", "handled_by")

    def waiting(self):
        return self.filter(handled_at=None)


class Remark(models.Model):
    """What a reviewer answered, and about which state of the draft."""

    link = models.ForeignKey(PreviewLink, on_delete=models.CASCADE, related_name="remarks", editable=False)
    name = models.CharField(_("name"), max_length=MAX_NAME, blank=True)
    is_approval = models.BooleanField(_("approved"), default=False)
    text = models.TextField(_("remark"), blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    # What the reviewer had read: the edition's number, how often it had been saved by then, and when last.
    edition_number = models.PositiveIntegerField(editable=False)
    version = models.PositiveIntegerField(editable=False)
    saved_at = models.DateTimeField(editable=False)
    handled_at = models.DateTimeField(null=True, editable=False)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = RemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["made_at", "pk"]
        default_permissions = ()

    def __str__(self):
        return self.name or self.link.for_whom


def forget_remarks(sender, instance, **kwargs):
    """A draft that is thrown away takes its remarks with it. Links stay: they tell their holders that it is gone."""
    Remark.objects.about(sender, instance.pk).delete()
