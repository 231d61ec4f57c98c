from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digitalchikane.plain import one_line

from ..deadlines import Starts

# As a browser's date field sends it, and as people write it where there is none.
DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y", "%d. %m. %Y"]
TIME_FORMATS = ["%H:%M", "%H.%M", "%H:%M:%S", "%H%M"]
# Older than any deadline that is counted here: surely a slip of the finger.
YEARS_BACK = 10


class DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d")

    def __init__(self, **kwargs):
        invalid = _("Write the date as day, month and year, such as 12.05.2026.")
        super().__init__(input_formats=DATE_FORMATS, required=False, error_messages={"invalid": invalid}, **kwargs)

    def clean(self, value):
        day = super().clean(value)
        today = timezone.localdate()
        if day and day > today:
            raise ValidationError(gettext("This day has not come yet. Check the date."), code="future")
        if day and day < date(today.year - YEARS_BACK, 1, 1):
            raise ValidationError(gettext("That is more than ten years ago. Check the year."), code="past")
        return day


class DeadlinesForm(forms.Form):
    """Three dates of a case, as far as they are known. The answer is made from them, and nothing is kept."""

    def __init__(self, data=None):
        # Cleaned before it is bound, so that what comes back in the form is clean as well.
        super().__init__(data and {name: one_line(data.get(name, ""))[:40] for name in self.base_fields})

    incident_on = DayField(
        label=_("When did it happen?"), help_text=_("If it went on for several days, give the first day.")
    )
    incident_at = forms.TimeField(
        label=_("At what time?"),
        required=False,
        input_formats=TIME_FORMATS,
        help_text=_("If you do not know, leave it empty: we then count from the beginning of the day."),
        widget=forms.TimeInput(attrs={"type": "time", "autocomplete": "off"}, format="%H:%M"),
        error_messages={"invalid": _("Write the time as hours and minutes, such as 21:40.")},
    )
    absence_on = DayField(
        label=_("First day of absence"), help_text=_("Only if the employee has been away from work because of it.")
    )
    published_on = DayField(
        label=_("Day of publication"), help_text=_("Only if a newspaper, a station or another news medium wrote of it.")
    )

    def clean(self):
        values = super().clean()
        if values.get("incident_at") and not values.get("incident_on") and "incident_on" not in self.errors:
            self.add_error("incident_on", gettext("Give the day as well as the time."))
        elif not self.errors and not any(values.get(name) for name in ("incident_on", "absence_on", "published_on")):
            self.add_error("incident_on", gettext("Give at least one date."))
        happened, away = values.get("incident_on"), values.get("absence_on")
        if happened and away and away < happened:
            self.add_error("absence_on", gettext("The first day of absence is before the incident. Check both dates."))
        moment = self._starts().moment("incident")
        if moment and moment > timezone.now():
            self.add_error("incident_at", gettext("This time has not come yet. Check the time."))
        return values

    def _starts(self) -> Starts:
        return Starts(**{name: self.cleaned_data.get(name) for name in self.base_fields})

    def starts(self) -> Starts:
        """What is known of the case, of a valid form."""
        return self._starts()
