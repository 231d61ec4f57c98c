from django.db import models
from django.utils.translation import gettext_lazy as _


class Publisher(models.Model):
    """Who stands behind the site and how to reach them: one row, filled by an editor."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.TextField(_("address"), blank=True)

    class Meta:
        verbose_name = _("publisher")
        verbose_name_plural = _("publisher")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="guides_publisher_is_one_row")]

    def __str__(self):
        return self.name or str(_("publisher"))

    @classmethod
    def load(cls):
        """The one row; an empty one, not stored, where nobody has filled it yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def phone_digits(self) -> str:
        return "".join(character for character in self.phone if character.isdigit() or character == "+")

    def missing(self) -> list[str]:
        """Names of the fields that are still empty."""
        return [
            str(field.verbose_name)
            for field in self._meta.concrete_fields
            if not field.primary_key and not getattr(self, field.name)
        ]
