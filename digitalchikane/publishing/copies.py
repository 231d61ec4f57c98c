"""What stood in an editor's form when it was previewed: kept as pages, for that editor alone, for an hour.

The draft itself is not touched by a preview. The pages are made within a transaction that is taken back, and kept here
so that a telephone, a sheet of paper and a file can each ask for theirs at an address.
"""

import json
import secrets
import zlib
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

LIFETIME = timedelta(hours=1)
KEPT_FOR_EACH = 5


def make_key() -> str:
    return secrets.token_urlsafe(12)


class PreviewCopyQuerySet(models.QuerySet):
    def readable(self):
        return self.filter(made_at__gt=timezone.now() - LIFETIME)

    def of(self, user, edition_model, edition_id):
        return self.readable().filter(made_by=user, kind=edition_model._meta.label_lower, edition_id=edition_id)

    @transaction.atomic
    def keep(self, user, edition, content: dict) -> "PreviewCopy":
        """Store what was made of an edition, and clear away what nobody is looking at any more."""
        copy = self.create(
            made_by=user,
            kind=edition._meta.label_lower,
            edition_id=edition.pk,
            packed=zlib.compress(json.dumps(content).encode(), 6),
        )
        newest = self.filter(made_by=user).order_by("-made_at", "-pk").values_list("pk", flat=True)[:KEPT_FOR_EACH]
        self.filter(made_by=user).exclude(pk__in=list(newest)).delete()
        self.exclude(pk__in=self.readable()).delete()
        return copy


class PreviewCopy(models.Model):
    key = models.CharField(max_length=16, unique=True, default=make_key)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)
    # Which edition it was a preview of: the label of the model and the key of the row.
    kind = models.CharField(max_length=60)
    edition_id = models.PositiveBigIntegerField()
    packed = models.BinaryField()

    objects = PreviewCopyQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.kind} {self.edition_id}"

    @property
    def content(self) -> dict:
        return json.loads(zlib.decompress(bytes(self.packed)))
