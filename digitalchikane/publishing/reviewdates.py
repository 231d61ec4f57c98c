"""“Gennemgået i dag” with one click, on what readers see: the words stay, the day of the next look moves."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from guides.models.checks import months_after

# Half a year, as for facts.
MONTHS = 6


class ReviewDatesMixin:
    """Mixed into the admin of editions."""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_reviewed"
        view = self.admin_site.admin_view(self.reviewed_view)
        return [path("<path:object_id>/reviewed/", view, name=name), *super().get_urls()]

    @method_decorator(require_POST)
    def reviewed_view(self, request, object_id):
        edition = self._edition_or_404(request, object_id)
        if not self.has_publish_permission(request):
            raise PermissionDenied
        today = timezone.localdate()
        again = max(edition.review_again_on or today, months_after(today, MONTHS))
        live = self.model.objects.live().filter(pk=edition.pk)
        # Its draft is going to take its place.
        if live.exists():
            concerned = edition.document.editions.filter(live_from=None) | self.model.objects.filter(pk=edition.pk)
            concerned.update(reviewed_on=today, review_again_on=again)
            self.log_change(request, edition, gettext("Reviewed."))
            text = gettext("Reviewed today. Next time: %(date)s.") % {"date": date_format(again, "j. F Y")}
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(self._url("change", edition.pk))
