from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from digitalchikane.inlanguage import TranslationAdmin
from digitalchikane.languages import in_all

from ..factbook import FactBook
from ..models import Deadline
from .namingfacts import NamingFacts
from .widgets import ForgivingAutocomplete


@admin.register(Deadline)
class DeadlineAdmin(ForgivingAutocomplete, TranslationAdmin):
    """What the calculator of deadlines counts. How long each is, is a fact's to say."""

    form = NamingFacts
    list_display = ["title", "starts_from", "length", "fact", "position"]
    search_fields = [*in_all("title"), "key"]
    autocomplete_fields = ["fact", "route"]
    fields = ["title", "starts_from", "fact", "exception", "route", "position", "key"]

    @admin.display(description=_("in text"))
    def length(self, deadline):
        fact = FactBook().get(deadline.fact.key)
        return fact.text if fact else ""

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []
