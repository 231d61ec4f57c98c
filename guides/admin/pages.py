from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from digitalchikane.languages import in_all
from digitalchikane.publishing.admin import REVIEW, BlockInline, DocumentAdmin, EditionAdmin, PlainBlockInline
from digitalchikane.publishing.models import translated_fields

from ..models import Page, PageEdition, blocks, triage
from ..models.pages import MainPage, PageKind
from .pictures import WithPicture
from .widgets import ForgivingAutocomplete

# Kinds that the menu lists on their own.
LISTED = {PageKind.PHASE: _("Phases"), PageKind.SITUATION: _("Situations")}


def inline(block_model, *mixins, **options):
    """The form of one kind of block, in every language where the block has text of its own."""
    base = BlockInline if translated_fields(block_model) else PlainBlockInline
    bases = (*mixins, ForgivingAutocomplete, base)
    return type(f"{block_model.__name__}Inline", bases, {"model": block_model, **options})


@admin.register(PageEdition)
class PageEditionAdmin(EditionAdmin):
    list_filter = ["document__kind", *EditionAdmin.list_filter]
    fieldsets = [
        (None, {"fields": ["title", "summary", "timing"]}),
        REVIEW,
    ]
    inlines = [
        inline(blocks.Heading, icon="title"),
        inline(blocks.Text, icon="notes"),
        inline(blocks.Step, icon="checklist"),
        inline(blocks.DoDont, icon="rule"),
        inline(blocks.Callout, icon="campaign"),
        inline(blocks.CardTeaser, icon="style"),
        inline(blocks.RouteList, icon="signpost", autocomplete_fields=["routes"]),
        inline(blocks.FactList, icon="fact_check", autocomplete_fields=["facts"]),
        inline(blocks.Recipe, icon="phone_android"),
        inline(blocks.Image, WithPicture, icon="image"),
    ]
    # The questions of /start/ are blocks of that page alone.
    triage_inlines = [
        inline(triage.Question),
        inline(triage.Answer),
        inline(triage.End, autocomplete_fields=["clocks"]),
    ]

    def lookup_allowed(self, lookup, value, request=None):
        # The menu leads to the questions by the key of their page.
        return lookup == "document__key__exact" or super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request, extra_context=None):
        """Under the name that the menu has for it; what is added here is of the kind that is listed."""
        kind = request.GET.get("document__kind__exact")
        context = {}
        if name := LISTED.get(kind):
            context = {"title": name, "list_name": name, "add_query": f"?kind={kind}"}
            context["add_name"] = PageKind(kind).label
        return super().changelist_view(request, context | (extra_context or {}))

    def get_inlines(self, request, obj):
        inlines = super().get_inlines(request, obj)
        return [*inlines, *self.triage_inlines] if inlines and obj.document.key == MainPage.START else inlines


@admin.register(Page)
class PageAdmin(DocumentAdmin):
    fields = ["kind", "key", "slug", "parent", "position"]
    placed_among = ("kind",)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        # Main pages have their addresses and their views in the code: an editor changes them, but makes none.
        if db_field.name == "kind":
            kwargs["choices"] = [choice for choice in PageKind.choices if choice[0] != PageKind.MAIN]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        return ["kind", "key", *in_all("slug"), "parent"] if obj.kind == PageKind.MAIN else ["kind", "key"]
