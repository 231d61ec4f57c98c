"""How the desk names things, leads to them, and keeps them from being taken away while they are used."""

from dataclasses import dataclass

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from . import uses
from .publishing.models import Edition, State


@dataclass(frozen=True)
class Place:
    """A thing as an editor meets it: what it is, where readers see it, where it is changed."""

    name: str
    kind: str
    # In words, where it is not what readers see now.
    state: str
    # Empty where readers cannot reach it.
    address: str
    desk_address: str

    @property
    def link(self):
        """Where to look at it: as readers do, or at the desk as long as they cannot."""
        return self.address or self.desk_address


def place(thing) -> Place:
    is_edition = isinstance(thing, Edition)
    state = getattr(thing, "state", State.LIVE)
    hidden = is_edition and state in (State.DRAFT, State.SCHEDULED)
    return Place(
        name=str(getattr(thing, "label", "") or thing),
        kind=capfirst(str(thing._meta.verbose_name)) if hasattr(thing, "_meta") else "",
        state=str(State(state).label) if is_edition and state != State.LIVE else "",
        address=thing.get_absolute_url() if hasattr(thing, "get_absolute_url") and not hidden else "",
        desk_address=desk_address(thing),
    )


def desk_address(thing) -> str:
    """Where an editor changes it; nothing for what is not in the database."""
    if type(thing) not in admin.site._registry:
        return ""
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])


def places(things) -> list[Place]:
    return [place(thing) for thing in things]


class KeptWhereUsed:
    """Mixed into an admin: what is used is not deleted, and the screen says where it is used."""

    def get_deleted_objects(self, objs, request):
        listed, counts, permissions, protected = super().get_deleted_objects(objs, request)
        found = places(dict.fromkeys(use for obj in objs for use in uses.of(obj)))
        if not found and not protected:
            return listed, counts, permissions, protected
        # The uses say more than the rows that the database would protect.
        reasons = [
            format_html('<a href="{}">{}</a> ({})', use.link, use.name, ", ".join(filter(None, [use.kind, use.state])))
            for use in found
        ]
        return [str(obj) for obj in objs], {}, permissions, reasons or protected
