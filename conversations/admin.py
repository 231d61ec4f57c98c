from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from digitalchikane.publishing.admin import REVIEW, BlockInline, DocumentAdmin, EditionAdmin

from .models import Blank, Card, CardEdition, CardPoint, Letter, LetterEdition, LetterPart


class CardPointInline(BlockInline):
    model = CardPoint
    icon = "short_text"


@admin.register(CardEdition)
class CardEditionAdmin(EditionAdmin):
    list_display = ["number_on_card", *EditionAdmin.list_display]
    ordering = ["document__phase__position", "document__position", "document__number"]
    fieldsets = [
        (None, {"fields": ["title", "summary", "participants", "minutes", "leads_to_contact"]}),
        REVIEW,
    ]
    inlines = [CardPointInline]

    @admin.display(description=_("card number"), ordering="document__number")
    def number_on_card(self, edition):
        return edition.document.number


@admin.register(Card)
class CardAdmin(DocumentAdmin):
    fields = ["key", "number", "phase", "slug", "position", "is_featured"]
    placed_among = ("phase",)

    def get_changeform_initial_data(self, request):
        """The first number that no card has had."""
        last = Card.objects.order_by("-number").first()
        return {"number": last.number + 1 if last else 1} | super().get_changeform_initial_data(request)


class LetterPartInline(BlockInline):
    model = LetterPart


class BlankInline(BlockInline):
    model = Blank


@admin.register(LetterEdition)
class LetterEditionAdmin(EditionAdmin):
    ordering = ["document__phase__position", "document__position", "document__pk"]
    fieldsets = [
        (None, {"fields": ["title", "summary", "recipient", "guidance"]}),
        (_("The letter"), {"fields": ["subject", "is_notice", "leads_to_contact", "stop"]}),
        REVIEW,
    ]
    inlines = [LetterPartInline, BlankInline]


@admin.register(Letter)
class LetterAdmin(DocumentAdmin):
    fields = ["key", "kind", "phase", "slug", "position"]
    placed_among = ("phase",)
