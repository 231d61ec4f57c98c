"""Writing help beside the form: for the draft as it is stored, and on demand for what stands in the form."""

from django.shortcuts import render

from guides.factbook import FactBook

from ..writing import help_with
from .astyped import AsTypedMixin
from .checklist import placed


class WritingHelpMixin(AsTypedMixin):
    """Mixed into the admin of editions."""

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method == "POST" and "_writing" in request.POST:
            return self._measure_form(request, object_id, form_url, extra_context)
        return super().change_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, *args, **kwargs):
        edition = context.get("original")
        if edition and edition.is_draft and not context["errors"]:
            context["writing"] = _told(edition)
        return super().render_change_form(request, context, *args, **kwargs)

    def _measure_form(self, request, object_id, form_url, extra_context):
        """The part of the screen that tells how the text reads, made of what stands in the form."""
        response, edition, told = self.as_typed(
            request, object_id, form_url, extra_context, lambda edition: _told(edition, request.POST)
        )
        if told is None and response.status_code != 200:
            return response
        # With errors the form cannot be saved, not even to be taken back: then that is what is said.
        return render(request, "admin/_writing.html", {"writing": told, "edition": edition})


def _told(edition, sent=None) -> dict:
    found = help_with(edition, FactBook())
    return {
        "readability": found.readability,
        "level": found.level,
        "hints": placed(edition, found.hints, sent),
        "as_typed": sent is not None,
    }
