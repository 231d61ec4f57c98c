"""The desk's list of what is not translated, and of translations that do not follow the Danish any more."""

from itertools import groupby

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from . import translationcheck
from .desk import desk_address


@require_http_methods(["GET", "HEAD", "POST"])
def translations(request):
    if not request.user.has_module_perms("guides"):
        raise PermissionDenied
    found = translationcheck.untranslated()
    if request.method == "POST":
        return _still_fits(request, found)
    changes = translationcheck.changes([pair for each in found for pair in each.outdated])
    kinds = [
        (
            capfirst(str(model._meta.verbose_name_plural)),
            [(each, desk_address(each.thing), [(pair, changes[pair]) for pair in each.outdated]) for each in group],
        )
        for model, group in groupby(found, key=lambda each: type(each.thing))
    ]
    context = admin.site.each_context(request) | {"title": gettext("Missing translations"), "kinds": kinds}
    return render(request, "admin/translations.html", context)


def _still_fits(request, found):
    """An editor has read both: the English says what the Danish says now. Only of the texts as they were read, so what
    changed again meanwhile stays on the list."""
    meant = next((each for each in found if each.key == request.POST.get("thing")), None)
    read = [pair for pair in (meant.outdated if meant else []) if pair.id in request.POST.getlist("text")]
    if not read:
        messages.warning(
            request, gettext("That text is not on the list any more, or has changed again. Look once more.")
        )
        return HttpResponseRedirect(reverse("admin:translations"))
    opts = meant.thing._meta
    if not request.user.has_perm(f"{opts.app_label}.change_{opts.model_name}"):
        raise PermissionDenied
    translationcheck.know(read)
    LogEntry.objects.log_actions(
        user_id=request.user.pk,
        queryset=[meant.thing],
        action_flag=CHANGE,
        change_message=gettext("The translation still fits."),
        single_object=True,
    )
    messages.success(request, gettext("Noted: the translation of “%(name)s” fits the Danish.") % {"name": meant.name})
    return HttpResponseRedirect(reverse("admin:translations"))
