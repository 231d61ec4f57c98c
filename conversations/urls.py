from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "conversations"

urlpatterns = [
    path(_("cards/"), views.cards, name="cards"),
    path(_("cards/sheets/"), views.sheets, name="sheets"),
    path(_("cards/sheets.pdf"), views.sheets_pdf, name="sheets_pdf"),
    path(_("cards/<slug:slug>/"), views.card, name="card"),
    path(_("cards/<slug:slug>/text/"), views.card_text, name="card_text"),
    path(_("tools/letters/"), views.letters, name="letters"),
    path(_("tools/letters/<slug:slug>/"), views.letter, name="letter"),
    path(_("tools/letters/<slug:slug>.txt"), views.letter_text, name="letter_text"),
    path(_("tools/letters/<slug:slug>.docx"), views.letter_word, name="letter_word"),
    path(_("tools/policy/"), views.policy, name="policy"),
    path(_("tools/plan/"), views.plan, name="plan"),
    path("k/<str:code>/", views.code, name="code"),
]
