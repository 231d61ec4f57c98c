"""The guide for editors: one page of the desk, to read beside the work or on paper."""

from django.contrib import admin
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe


@require_safe
def guide(request):
    return render(request, "admin/guide.html", admin.site.each_context(request) | {"title": gettext("Guide")})
