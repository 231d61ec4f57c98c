"""What the desk asks before an edition reaches readers, and before it leaves them."""

from datetime import datetime, timedelta

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib.admin.widgets import AdminTextareaWidget
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .. import references
from ..languages import CODES, OTHERS
from .models import Document

# A year too far is a slip of the finger.
FURTHEST = timedelta(days=2 * 366)


def _words(**options):
    return forms.CharField(required=False, widget=AdminTextareaWidget(attrs={"rows": 2}), max_length=500, **options)


class InEveryLanguage:
    """A form that asks for one text: in Danish by a field of its own, in other languages by those added here."""

    told, told_label = "", ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for code in OTHERS:
            language = gettext(dict(settings.LANGUAGES)[code]).lower()
            field = self.fields[f"{self.told}_{code}"] = _words(
                label=self.told_label % {"language": language},
                help_text=_("Can wait. Until then readers of that language see the Danish one."),
            )
            field.widget.attrs["lang"] = code

    @property
    def translations(self):
        return [self[f"{self.told}_{code}"] for code in OTHERS]


class PublishForm(InEveryLanguage, forms.Form):
    """What readers are told, and when they get it."""

    use_required_attribute = False
    NOW, LATER = "now", "later"
    told, told_label = "change_note", _("Change note in %(language)s")

    change_note_da = _words(
        label=_("Change note"),
        help_text=_("One sentence on “What has changed?”, such as: The deadline for reporting is a week shorter."),
    )
    is_silent = forms.BooleanField(
        label=_("No visible change"),
        required=False,
        help_text=_("For a mended typing error and the like: readers are told nothing."),
    )
    when = forms.ChoiceField(
        label=_("When?"),
        choices=[(NOW, _("Publish now")), (LATER, _("Publish on …"))],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    on = forms.DateField(
        label=_("Date"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y"],
    )
    at = forms.TimeField(
        label=_("Time of day"),
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        input_formats=["%H:%M", "%H:%M:%S", "%H.%M"],
        help_text=_("Danish time. Readers get it by the clock; nobody needs to be logged in."),
    )
    # As it was when the page was opened: what is saved after that is not published by this form.
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self):
        data = super().clean()
        if data.get("is_silent") and any(data.get(f"change_note_{code}") for code in CODES):
            told = gettext("You both wrote what is new and ticked “No visible change”. Choose one of the two.")
            self.add_error("is_silent", told)
        elif not data.get("is_silent") and not data.get("change_note_da"):
            self.add_error(
                "change_note_da", gettext("Tell readers what is new, or say below that no change can be seen.")
            )
        if data.get("when") == self.LATER:
            self._clean_moment(data)
        elif data.get("on") or data.get("at"):
            self.add_error("when", gettext("You gave a time, but chose “Publish now”. Choose one of the two."))
        return data

    def _clean_moment(self, data):
        for name in ("on", "at"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, gettext("Say when."))
        if not (data.get("on") and data.get("at")):
            return
        today = timezone.localdate()
        if data["on"] < today:
            self.add_error("on", gettext("That day has passed."))
        elif data["on"] > today + FURTHEST:
            self.add_error("on", gettext("That is more than two years ahead. Is the year right?"))
        else:
            self._clean_time(data)

    def _clean_time(self, data):
        moment = _in_copenhagen(data["on"], data["at"])
        if moment is None:
            self.add_error("at", gettext("The clock is moved that night, so this time is not clear. Choose another."))
        elif moment <= timezone.now():
            self.add_error("at", gettext("That time has passed. Choose a later one, or “Publish now”."))
        else:
            data["moment"] = moment


def _in_copenhagen(day, time) -> datetime | None:
    """A moment of the Danish clock; None in the two hours of a year that it skips or tells twice."""
    zone = timezone.get_current_timezone()
    first, second = (datetime.combine(day, time, zone).replace(fold=fold) for fold in (0, 1))
    return first if first.utcoffset() == second.utcoffset() else None


class WithdrawForm(InEveryLanguage, forms.Form):
    """Why readers lose it, and what they get instead."""

    use_required_attribute = False
    told, told_label = "withdrawal_reason", _("Reason in %(language)s")

    withdrawal_reason_da = _words(
        label=_("Reason"), help_text=_("Readers who come to the address see it: one or two sentences.")
    )
    replacement = forms.ChoiceField(
        label=_("What readers get instead"),
        required=False,
        help_text=_("A link to it stands below the reason."),
    )

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, **kwargs)
        needed = edition.document.needs_replacement
        nothing = _("Choose what takes its place") if needed else _("Nothing")
        self.fields["replacement"].choices = [("", nothing), *_reachable(leave=edition.document)]
        self.fields["replacement"].required = needed
        self.fields["withdrawal_reason_da"].required = True

    def reasons(self) -> dict[str, str]:
        return {code: self.cleaned_data[f"withdrawal_reason_{code}"] for code in CODES}


def _reachable(leave) -> list[tuple]:
    """Everything that readers can reach and texts can link to, by kind."""
    found = []
    for label in references.SCHEMES.values():
        model = apps.get_model(label)
        if issubclass(model, Document):
            rows = [edition for edition in _editions(model) if edition.document != leave]
        else:
            rows = model._default_manager.all()
        choices = sorted(((references.to(row), str(row)) for row in rows), key=lambda choice: choice[1].lower())
        found.append((capfirst(str(model._meta.verbose_name_plural)), choices))
    return [group for group in found if group[1]]


def _editions(model):
    return model._meta.get_field("editions").related_model.objects.live().select_related("document")
