"""What the desk asks before a route or a help line leaves readers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from digitalchikane.publishing.forms import WithdrawForm

from ..models import Route


class WithdrawRouteForm(WithdrawForm):
    """As for pages, but only another route can stand where this one stood."""

    replacement = forms.ModelChoiceField(
        Route.objects.none(),
        label=_("What readers get instead"),
        required=False,
        empty_label=_("Nothing"),
        help_text=_("It stands in every list in which this one stood, and links lead to it."),
    )

    def __init__(self, *args, route, **kwargs):
        super(WithdrawForm, self).__init__(*args, **kwargs)
        self.fields["withdrawal_reason_da"].required = True
        self.fields["replacement"].queryset = Route.objects.live().exclude(pk=route.pk).order_by("name_da")
