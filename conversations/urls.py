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
    path("k/<str:code>/", views.code, name="code"),
]
