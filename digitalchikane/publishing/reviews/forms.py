"""What a reviewer may answer, cleaned; and the link that an editor makes."""

import re
from datetime import UTC, datetime, timedelta
from unicodedata import category, normalize

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .models import DEFAULT_DAYS, MAX_DAYS, MAX_NAME, MAX_TEXT

# Control characters, marks that turn the direction of what follows, and what is no character at all.
UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs"}
# What joins the parts of one emoji.
JOINER = "\u200d"
# So many marks on one letter would cover the lines around it.
MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
TOWERS = re.compile(f"({MARKS}{{4}}){MARKS}+")


def tidy(text: str) -> str:
    """A text of several lines without what cannot be seen."""
    lines = re.split(r"\r\n|[\r\n\u2028\u2029\v\f\x85]", text)
    joined = "\n".join(one_line(line) for line in lines)
    return re.sub(r"\n{3,}", "\n\n", joined).strip()


def one_line(text: str) -> str:
    seen = (
        " " if each.isspace() else each
        for each in normalize("NFC", text)
        if each.isspace() or each == JOINER or category(each) not in UNSEEN
    )
    return TOWERS.sub(r"\1", " ".join("".join(seen).split()))


class Answer:
    REMARK, APPROVAL = "bemaerkning", "godkendt"


class RemarkForm(forms.Form):
    """A reviewer's answer to a draft. What comes back in a form with errors is clean as well."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(Answer.REMARK, _("I have a remark")), (Answer.APPROVAL, _("I approve the draft"))],
        initial=Answer.REMARK,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Remark"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        help_text=_("Say which part it is about. At most 4,000 characters."),
    )
    name = forms.CharField(
        label=_("Your name (optional)"),
        max_length=MAX_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    # Which state of the draft was read: how often it had been saved, and when last.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, edition, data=None):
        self.edition = edition
        if data is not None:
            data = {
                "answer": one_line(data.get("answer", "")),
                "text": tidy(data.get("text", "")),
                "name": one_line(data.get("name", "")),
                "seen": one_line(data.get("seen", "")),
            }
        super().__init__(data, initial={"seen": state_of(edition)}, auto_id="svar_%s")

    def clean_text(self):
        text = self.cleaned_data["text"]
        if len(text) > MAX_TEXT:
            counts = {"count": len(text), "most": MAX_TEXT}
            raise forms.ValidationError(
                gettext("The remark has %(count)s characters. There is room for %(most)s: shorten it, or send two.")
                % counts
            )
        return text

    def clean(self):
        data = super().clean()
        if data.get("answer") == Answer.REMARK and "text" in data and not data["text"]:
            self.add_error("text", gettext("Write your remark, or choose that you approve the draft."))
        version = data.get("seen", "").partition("-")[0]
        if data.get("answer") == Answer.APPROVAL and version != str(self.edition.version):
            # Nobody approves words that they have not read.
            self.add_error(
                "answer", gettext("The draft was changed while you read it. Look at it again before you approve it.")
            )
        return data

    def values(self) -> dict:
        """The answer as it is stored."""
        data = self.cleaned_data
        version, saved_at = self._seen(data["seen"])
        return {
            "name": data["name"],
            "text": data["text"],
            "is_approval": data["answer"] == Answer.APPROVAL,
            "edition_number": self.edition.number,
            "version": version,
            "saved_at": saved_at,
        }

    def _seen(self, state: str):
        """Version and time of a state that is not newer than the draft; else those of the draft itself."""
        found = re.fullmatch(r"(\d{1,9})-(\d{1,12})", state)
        if found and 1 <= int(found[1]) < self.edition.version:
            saved_at = datetime.fromtimestamp(int(found[2]), UTC)
            if saved_at < self.edition.changed_at:
                return int(found[1]), saved_at
        return self.edition.version, self.edition.changed_at

    def again(self):
        """The same form for the state of the draft that is shown now."""
        self.data = {**self.data, "seen": state_of(self.edition)}


def state_of(edition) -> str:
    return f"{edition.version}-{int(edition.changed_at.timestamp())}"


class LinkForm(forms.Form):
    """What an editor says about a link: for whom, and until when."""

    for_whom = forms.CharField(
        label=_("For whom"),
        max_length=80,
        required=False,
        help_text=_("A name that you recognise in the list, such as “Lawyer”. The reviewer does not see it."),
    )
    ends_on = forms.DateField(
        label=_("Valid until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y"],
        help_text=_("The link opens the draft until the end of this day, at most 90 days from now."),
    )

    def __init__(self, data=None):
        if data is not None:
            data = {name: one_line(data.get(name, "")) for name in self.base_fields}
        today = timezone.localdate()
        super().__init__(data, initial={"ends_on": today + timedelta(days=DEFAULT_DAYS)}, auto_id="link_%s")
        limits = {"min": today.isoformat(), "max": (today + timedelta(days=MAX_DAYS)).isoformat()}
        self.fields["ends_on"].widget.attrs.update(limits)

    def clean_ends_on(self):
        day, today = self.cleaned_data["ends_on"], timezone.localdate()
        if day < today:
            raise forms.ValidationError(gettext("That day is over. Choose today or a later day."))
        if day > today + timedelta(days=MAX_DAYS):
            raise forms.ValidationError(gettext("A link is valid for at most 90 days."))
        return day
