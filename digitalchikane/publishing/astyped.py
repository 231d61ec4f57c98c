"""What stands in an editor's form, as if it were stored."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import transaction


class RolledBack(Exception):
    """Ends the transaction in which something was made of what is not stored."""


class AsTypedMixin:
    """Mixed into the admin of editions."""

    def as_typed(self, request, object_id, form_url, extra_context, make: Callable):
        """Django's answer to the form, its draft, and what `make` makes of the draft: saved, made, and taken back.
        Nothing is made of a form with errors; the answer then shows them."""
        response, edition, made = None, None, None
        try:
            with transaction.atomic():
                response = super().change_view(request, object_id, form_url, extra_context)
                edition = self.get_object(request, unquote(object_id))
                if response.status_code == 302 and edition is not None and edition.is_draft:
                    made = make(edition)
                elif hasattr(response, "render"):
                    response.render()
                raise RolledBack
        except RolledBack:
            # Whatever was said about saving did not happen.
            list(messages.get_messages(request))
        return response, edition, made
