"""How a page is shown before readers can reach it."""

from django.utils.translation import gettext_lazy as _

from digitalchikane.publishing.looks import Look, Looks, register

from .models import PageEdition
from .views.pages import render_page

register(PageEdition, Looks([Look("side", _("The page"), render_page)]))
