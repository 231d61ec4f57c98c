from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "conversations"

urlpatterns = [
    path(_("cards/"), views.cards, name="cards"),
    path(_("cards/<slug:slug>/"), views.card, name="card"),
]
