"""The desk's list of what came with an update and waits for an editor."""

from itertools import groupby

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from ..models import ShippedRecord
from . import waiting
from .waiting import CannotBeTaken, Waiting


@require_http_methods(["GET", "HEAD", "POST"])
def updates(request):
    if not request.user.has_module_perms("guides"):
        raise PermissionDenied
    if request.method == "POST":
        return _decide(request)
    found = [(each, may_decide(request.user, each)) for each in waiting.all_waiting()]
    whole = ShippedRecord.objects.filter(kind="fixtures", key="all").first()
    context = admin.site.each_context(request) | {
        "title": gettext("New content from an update"),
        "kinds": [(kind, list(group)) for kind, group in groupby(found, key=lambda each: each[0].kind)],
        "refused": whole.left if whole else [],
    }
    return render(request, "admin/updates.html", context)


def may_decide(user, found: Waiting) -> bool:
    opts = found.thing._meta
    return user.has_perm(f"{opts.app_label}.{get_permission_codename('change', opts)}")


@transaction.atomic
def _decide(request):
    pk = request.POST.get("record", "")
    record = ShippedRecord.objects.select_for_update().filter(pk=pk).first() if pk.isdecimal() else None
    found = waiting.of(record) if record else None
    deed = request.POST.get("do")
    if deed not in ("take", "keep"):
        raise Http404
    here = HttpResponseRedirect(reverse("admin:updates"))
    allowed = found and (found.may_be_taken if deed == "take" else found.may_be_kept)
    if not allowed or found.seen != request.POST.get("seen"):
        told = gettext("Somebody else has changed this meanwhile. Look at it once more, and then decide.")
        messages.warning(request, told)
        return here
    if not may_decide(request.user, found):
        raise PermissionDenied
    if deed == "keep":
        waiting.keep_ours(record)
        told, said = gettext("Your own text stays."), gettext("Kept its own text when an update brought another.")
    else:
        try:
            waiting.take(found, request.user)
        except CannotBeTaken as error:
            messages.error(request, str(error))
            return here
        told = gettext("The changes are taken in.")
        said = gettext("Took in the changes of an update.")
    LogEntry.objects.log_actions(
        user_id=request.user.pk, queryset=[found.thing], action_flag=CHANGE, change_message=said, single_object=True
    )
    messages.success(request, f"{found.name}: {told}")
    return HttpResponseRedirect(found.address) if deed == "take" and found.draft else here
