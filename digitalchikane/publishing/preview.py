"""Preview at the desk: an edition, or what stands in its form, as readers would see it."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import path
from django.utils import timezone


class RolledBack(Exception):
    """Ends the transaction in which a preview was made."""


class PreviewMixin:
    """Mixed into the admin of editions. Subclasses set `render`."""

    def render(self, request, edition):
        """The response that readers would get for this edition."""
        raise NotImplementedError

    def get_urls(self):
        opts = self.opts
        return [
            path(
                "<path:object_id>/preview/",
                self.admin_site.admin_view(self.preview_view),
                name=f"{opts.app_label}_{opts.model_name}_preview",
            ),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method == "POST" and "_preview" in request.POST:
            return self._preview_form(request, object_id, form_url, extra_context)
        return super().change_view(request, object_id, form_url, extra_context)

    def _preview_form(self, request, object_id, form_url, extra_context):
        """The page as it would be with what stands in the form: saved, shown, and taken back."""
        response = None
        try:
            with transaction.atomic():
                response = super().change_view(request, object_id, form_url, extra_context)
                edition = self.get_object(request, unquote(object_id))
                if response.status_code == 302 and edition is not None and edition.is_draft:
                    response = self._shown(request, edition)
                elif hasattr(response, "render"):
                    response.render()
                raise RolledBack
        except RolledBack:
            # Whatever was said about saving did not happen.
            list(messages.get_messages(request))
        return response

    def _shown(self, request, edition):
        """The public page of an edition, which the desk may show in a frame."""
        # A draft is shown as it would be if it were published now.
        edition.live_from = edition.live_from or timezone.now()
        response = self.render(request, edition)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        response._csp_replace = {"frame-ancestors": ["'self'"]}
        response._csp_update = {}
        return response

    def preview_view(self, request, object_id):
        """An edition as it is stored."""
        edition = self._edition_or_404(request, object_id)
        if not self.has_view_permission(request, edition):
            raise PermissionDenied
        return self._shown(request, edition)
