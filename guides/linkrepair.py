"""From a dead link to the very words that hold it, and from an old address to a new one."""

from html import escape

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from digitalchikane.publishing.models import Block, Edition
from digitalchikane.publishing.texts import translated_fields
from digitalchikane.richtext import RichTextField


def counterpart(draft: Edition, part, url: str):
    """The part of a draft that links to an address: the same block as in the edition it was found in, else the first;
    None where the draft does not link there any more."""
    linking = [each for each in draft.parts() if url in each.references() and type(each) is type(part)]
    same_place = [each for each in linking if getattr(each, "ordering", None) == getattr(part, "ordering", None)]
    return next(iter(same_place or linking), None)


def anchor(part, field: str) -> str:
    """The field of a part in the form of its draft."""
    if not isinstance(part, Block):
        return f"id_{field}"
    prefix = f"{part._meta.app_label}_{part._meta.model_name}_set"
    index = list(type(part).objects.filter(parent=part.parent_id).values_list("pk", flat=True)).index(part.pk)
    return f"id_{prefix}-{index}-{field}"


@transaction.atomic
def replace(thing, old: str, new: str, by=None) -> int:
    """Put a new address wherever a draft or a row has the old one; returns how often."""
    changed = 0
    for part in thing.parts() if isinstance(thing, Edition) else [thing]:
        # Not the columns without a language: they are nobody's.
        names = {field.name for field in part._meta.concrete_fields} - set(translated_fields(type(part)))
        if times := sum(_replace_in(part, name, old, new) for name in sorted(names)):
            part.save()
            changed += times
    if changed and isinstance(thing, Edition):
        # Whoever has its form open is told that it has changed.
        type(thing).objects.filter(pk=thing.pk).update(
            version=F("version") + 1, changed_at=timezone.now(), changed_by=by
        )
    return changed


def _replace_in(part, name: str, old: str, new: str) -> int:
    text = getattr(part, name)
    if text and isinstance(part._meta.get_field(name), RichTextField):
        before, after = f'href="{escape(old)}"', f'href="{escape(new)}"'
        setattr(part, name, text.replace(before, after))
        return text.count(before)
    if text == old:
        setattr(part, name, new)
        return 1
    return 0
