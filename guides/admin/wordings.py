"""Wordings of a fact at the desk: added and prepared, never changed once they hold."""

import json
from datetime import timedelta

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conversations.models import CardEdition
from digitalchikane import clock, uses
from digitalchikane.inlanguage import TranslationStackedInline
from digitalchikane.languages import CODES, in_all
from digitalchikane.publishing.models import Edition

from ..models import FactWording

ANYWAY = "save_although_too_long"
DAY = timedelta(days=1)


class FactForm(forms.ModelForm):
    """A fact that texts name stays confirmed: they show it without a word of doubt."""

    def clean_is_confirmed(self):
        is_confirmed = self.cleaned_data["is_confirmed"]
        if self.instance.pk and not is_confirmed and "is_confirmed" in self.changed_data:
            editions = [use for use in uses.of(self.instance) if isinstance(use, Edition)]
            if named := [edition for edition in editions if self.instance.key in edition.named_facts()]:
                raise forms.ValidationError(
                    gettext("Texts name this fact as certain. First take it out here: %(uses)s")
                    % {"uses": ", ".join(map(str, named))}
                )
        return is_confirmed


class WordingForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Its default is the day it is asked for, which needs no second field to compare with.
        self.fields["valid_from"].show_hidden_initial = False
        # Asked before the day that was sent is put into the wording.
        self.is_kept = self.instance.pk is not None and self.instance.has_begun
        if self.is_kept:
            for name, field in self.fields.items():
                # What is written stays; a language that is missing can be added.
                is_open = getattr(self.instance, name) in (None, "") and name.endswith(tuple(CODES))
                field.disabled = not is_open and (name != "valid_to" or self.instance.has_ended())

    @property
    def open_fields(self) -> list:
        """What can still be filled in of a wording that is kept."""
        return [field for field in self.visible_fields() if not field.field.disabled and field.name != "DELETE"]

    @property
    def state(self) -> str:
        if not self.instance.pk:
            return "new"
        return "to-come" if not self.is_kept else "in-force" if self.instance.is_in_force else "past"

    def clean_valid_to(self):
        day = self.cleaned_data["valid_to"]
        if day and "valid_to" in self.changed_data and day < timezone.localdate():
            raise forms.ValidationError(gettext("What has held until today cannot be ended earlier than today."))
        return day

    def clean(self):
        data = super().clean()
        for name in in_all("text"):
            if name in self.changed_data and (data.get(name) or "").endswith("."):
                message = gettext("Leave out the full stop: it stands inside sentences. Write abbreviations in full.")
                self.add_error(name, message)
        return data


class WordingFormSet(BaseInlineFormSet):
    def _should_delete_form(self, form):
        return super()._should_delete_form(form) and not form.is_kept

    def clean(self):
        super().clean()
        if any(self.errors):
            return
        self._require_coming_days()
        self._require_lengths()
        if not any(self.errors):
            self._require_no_gap()
        if not any(self.errors) and ANYWAY not in self.data:
            self._require_room_on_cards()

    @cached_property
    def written(self) -> list[FactWording]:
        """The wordings as they would be stored."""
        kept = [form for form in self.forms if form not in self.deleted_forms]
        return [form.instance for form in kept if form.instance.pk or form.has_changed()]

    @cached_property
    def proposed(self) -> list[FactWording]:
        """Those of them that are new or changed."""
        return [form.instance for form in self.forms if form.instance in self.written and form.has_changed()]

    def _require_coming_days(self):
        """What readers saw before today stays as it was: only the first wording of a fact may begin earlier."""
        today = timezone.localdate()
        has_begun = any(form.is_kept for form in self.forms)
        prepared = set()
        for form in self.forms:
            wording = form.instance
            if form.is_kept or wording not in self.written:
                continue
            if has_begun and wording.valid_from < today:
                message = gettext("A new wording holds from today at the earliest. Readers saw the old one until now.")
                form.add_error("valid_from", message)
            elif wording.valid_from in prepared:
                form.add_error("valid_from", gettext("This fact has a wording from that day already."))
            prepared.add(wording.valid_from)

    def _require_lengths(self):
        """What the calculator of deadlines counts has a length, also from the day it changes."""
        if not self.instance.pk or not self.instance.deadlines.exists():
            return
        for form in self.forms:
            if form.instance in self.proposed and not form.is_kept and form.instance.amount is None:
                form.add_error("amount", gettext("The calculator of deadlines uses this fact: say how long it is."))

    def _require_no_gap(self):
        """A fact that is used always has a wording that holds."""
        day = first_day_without(self.written)
        used = uses.of(self.instance) if day and self.instance.pk else []
        if used:
            message = gettext(
                "From %(day)s nothing would hold, but the fact is used. Write what holds then, or first "
                "take it out here: %(uses)s"
            ) % {
                "day": date_format(day, "j. F Y"),
                "uses": ", ".join(map(str, used)),
            }
            raise forms.ValidationError(message, code="gap")

    def _require_room_on_cards(self):
        if self.instance.pk and (messages := cards_without_room(self.instance, self.proposed)):
            raise forms.ValidationError([forms.ValidationError(message, code="too_long") for message in messages])

    anyway_name = ANYWAY

    @property
    def script_data(self) -> str:
        """What the script needs that adds an empty wording."""
        options = {"prefix": self.prefix, "addText": gettext("Add a new wording"), "deleteText": gettext("Remove")}
        return json.dumps({"name": f"#{self.prefix}", "options": options})

    @property
    def is_too_long(self) -> bool:
        """Whether only the room on cards stands in the way."""
        return ANYWAY in self.data or any(error.code == "too_long" for error in self.non_form_errors().as_data())


def first_day_without(wordings: list[FactWording]):
    """The first day from today on which none of the wordings holds, where one holds today; None if there is none."""
    today = timezone.localdate()
    ordered = sorted(wordings, key=lambda each: (each.valid_from, each.pk or float("inf")))
    begun = [wording for wording in ordered if wording.valid_from <= today]
    if not begun or begun[-1].has_ended(today):
        return None
    chain = [begun[-1], *(wording for wording in ordered if wording.valid_from > today)]
    for wording, following in zip(chain, [*chain[1:], None], strict=True):
        if wording.valid_to and (following is None or following.valid_from > wording.valid_to + DAY):
            return wording.valid_to + DAY
    return None


def cards_without_room(fact, wordings) -> list[str]:
    """Which live cards would be too long for paper with these wordings, and with which point."""
    found = []
    for wording in wordings:
        day = max(wording.valid_from, timezone.localdate())
        cards = CardEdition.objects.live(clock.end_of(day)).for_readers().filter(facts=fact)
        found += [f"{card}: {message}" for card in cards for message in card.too_long(day, wordings)]
    return list(dict.fromkeys(found))


class WordingInline(TranslationStackedInline):
    model = FactWording
    form = WordingForm
    formset = WordingFormSet
    template = "admin/guides/fact/wordings.html"
    extra = 0
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
    verbose_name_plural = _("what the fact says")
    fields = ["text", "statement", "amount", "unit", "valid_from", "valid_to"]
