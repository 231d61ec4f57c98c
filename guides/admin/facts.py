from itertools import islice

from django.contrib import admin, messages
from django.db import models
from django.http import HttpResponseRedirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from digitalchikane import ahead, excerpts, uses
from digitalchikane.desk import KeptWhereUsed, place
from digitalchikane.inlanguage import TranslationAdmin
from digitalchikane.languages import DEFAULT, in_all
from digitalchikane.publishing.models import Edition, read_blocks

from ..factbook import FactBook
from ..models import Fact, FactWording, Source
from .checks import CheckedAdmin, DueForCheck, check_states
from .webaddress import WEB_ADDRESS
from .widgets import ForgivingAutocomplete
from .wordings import ANYWAY, FactForm, WordingInline, cards_without_room


class FactState(DueForCheck):
    def lookups(self, request, model_admin):
        return [
            *super().lookups(request, model_admin),
            ("unconfirmed", _("not confirmed")),
            ("coming", _("a change is on its way")),
            ("ended", _("nothing holds")),
        ]

    def queryset(self, request, queryset):
        match self.value():
            case "unconfirmed":
                return queryset.unconfirmed()
            case "coming":
                return queryset.with_a_change_to_come()
            case "ended":
                return queryset.without_a_wording()
        return super().queryset(request, queryset)


@admin.register(Fact)
class FactAdmin(KeptWhereUsed, CheckedAdmin, ForgivingAutocomplete, TranslationAdmin):
    form = FactForm
    list_display = ["shown_label", "shown_wording", "shown_state", "shown_check"]
    list_display_links = ["shown_label"]
    list_filter = [FactState, "kind"]
    search_fields = [*in_all("label", "wordings__text", "wordings__statement"), "key", "source__title"]
    search_help_text = _("Words from the label, the wording or the source, or a key.")
    list_select_related = ["source"]
    autocomplete_fields = ["source"]
    inlines = [WordingInline]
    fieldsets = [
        (_("About the fact"), {"fields": ["key", "kind", "label", "source", "is_confirmed", "position"]}),
        (_("Check"), {"fields": ["checked_on", "check_again_on"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        # Texts name the key: it stays as it is once it is there.
        return ["key"] if obj else []

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("wordings")

    # The list

    @admin.display(description=_("fact"), ordering="label_da")
    def shown_label(self, fact):
        return format_html('{} <span class="row-note">{}</span>', fact.label, fact.key)

    @admin.display(description=_("in force"))
    def shown_wording(self, fact):
        now = fact.wording_on(timezone.localdate())
        coming = [
            (gettext("from %(day)s:") % {"day": date_format(wording.valid_from, "j. F Y")}, wording.text)
            for wording in fact.wordings_to_come()
        ]
        lines = format_html_join("", '<br><span class="row-note">{}</span> {}', coming)
        return format_html("{}{}", now.text if now else "–", lines)

    @admin.display(description=_("state"))
    def shown_state(self, fact):
        states = [(name, capfirst(words)) for name, words in fact_states(fact)]
        return format_html_join(" ", '<span class="state state--{}">{}</span>', states)

    @admin.display(description=_("checked"), ordering="check_again_on")
    def shown_check(self, fact):
        if fact.checked_on:
            return date_format(fact.checked_on, "j. F Y")
        return gettext("Source read %(date)s") % {"date": date_format(fact.source.read_on, "j. F Y")}

    # The form

    def render_change_form(self, request, context, *args, **kwargs):
        fact = context.get("original")
        if fact:
            context |= {
                "states": fact_states(fact),
                "used_on": with_sentences(fact),
                "wording_now": fact.wording_on(timezone.localdate()),
                "wording_then": next(iter(fact.wordings_to_come()), None),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if change and ANYWAY in request.POST:
            self._warn_of_cards(request, form.instance)

    def _warn_of_cards(self, request, fact):
        """What an editor chose to mend afterwards is said once more."""
        coming = FactWording.objects.filter(fact=fact)
        for message in cards_without_room(fact, coming):
            self.message_user(request, message, messages.WARNING)

    def response_change(self, request, obj):
        """A wording that is prepared can be seen on its pages at once."""
        response = super().response_change(request, obj)
        coming = (
            FactWording.objects.filter(fact=obj, valid_from__gt=timezone.localdate()).order_by("valid_from").first()
        )
        if "_save" in request.POST and coming and response.status_code == 302:
            text = gettext("The new wording holds from %(day)s. Until then readers see the old one.")
            self.message_user(
                request,
                format_html(
                    '{} <a href="{}">{}</a>',
                    text % {"day": date_format(coming.valid_from, "j. F Y")},
                    ahead.address(coming.valid_from),
                    gettext("See the pages as they are going to be"),
                ),
                messages.INFO,
            )
            return HttpResponseRedirect(self._change_url(obj))
        return response


def fact_states(fact) -> list[tuple[str, str]]:
    """What an editor must know of a fact at a glance: a name for the style, and words."""
    found = []
    if fact.wording_on(timezone.localdate()) is None:
        found.append(("withdrawn", gettext("nothing holds")))
    if not fact.is_confirmed:
        found.append(("unconfirmed", gettext("not confirmed")))
    found += check_states(fact)
    if fact.wordings_to_come():
        found.append(("scheduled", gettext("a change is on its way")))
    return found


def with_sentences(fact) -> list[tuple]:
    """Every place where a fact is used, with the sentences that name it."""
    found, book = uses.of(fact), FactBook()
    read_blocks([use for use in found if isinstance(use, Edition)])

    def sentences(use):
        if not isinstance(use, models.Model):
            return []
        return [
            (each.before, each.after)
            for each in islice(excerpts.of_fact(use, fact.key, book.in_words), 3)
            if each.language == DEFAULT
        ]

    return [(place(use), sentences(use)) for use in found]


@admin.register(Source)
class SourceAdmin(KeptWhereUsed, admin.ModelAdmin):
    list_display = ["title", "publisher", "published", "read_on"]
    search_fields = ["title", "publisher", "url"]
    formfield_overrides = WEB_ADDRESS
