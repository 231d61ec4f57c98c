from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "review"

urlpatterns = [
    path(_("review/<str:token>/"), views.draft, name="draft"),
    path(_("review/<str:token>/<slug:look>/"), views.draft_as, name="draft_as"),
]
