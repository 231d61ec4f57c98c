"""Two editors at one draft: whoever saves second is told, sees both texts, and loses nothing."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from .typed import BOTH, OTHER, YOU, Typed, led_over, seen, words_of


class RefusedForm:
    """Mixed into a form that is shown once more instead of being saved."""

    refusal = ""

    def clean(self):
        data = super().clean()
        self.add_error(None, self.refusal)
        return data


class MeanwhileMixin:
    """Mixed into the admin of editions, before everything else that looks at the form."""

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if refusal := getattr(request, "refusal", ""):
            return type("RefusedForm", (RefusedForm, form), {"refusal": refusal})
        return form

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method != "POST" or "version" not in request.POST or not self.has_change_permission(request):
            return super().change_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            edition = self._locked(request, object_id)
            if edition is None or not edition.is_draft:
                return self._draft_is_gone(request, edition, form_url, extra_context)
            return self._compared_view(request, edition, form_url, extra_context)

    def _locked(self, request, object_id):
        """The edition, which nobody else saves until this request is answered."""
        edition = self.get_object(request, unquote(object_id))
        if edition is None:
            return None
        self.model._base_manager.select_for_update().filter(pk=edition.pk).first()
        # What it is now that nobody else can change it any more.
        return self.get_object(request, str(edition.pk))

    def _draft_is_gone(self, request, edition, form_url, extra_context):
        """It was published, or thrown away: what was typed goes on in a draft of its own."""
        if only_looks(request):
            # A look in another tab: the words are still where they were typed.
            raise PermissionDenied if edition else Http404
        document = edition.document if edition else self._document(request)
        if document is None:
            context = {"title": gettext("The page is gone"), "words": words_of(request.POST, self.model)}
            context |= self.admin_site.each_context(request) | {"opts": self.opts}
            return TemplateResponse(request, "admin/edition_gone.html", context, status=410)
        draft = document.editions.filter(live_from=None).first()
        is_new = draft is None
        if is_new:
            is_first = not document.editions.filter(is_withdrawal=False).exists()
            # From what is newest, which need not be what this form grew out of.
            draft = document.draft(request.user)
        draft = self.get_object(request, str(draft.pk))
        request.POST = led_over(request.POST, draft)
        if is_new and is_first:
            # There is nothing to compare with: all of it goes on.
            request.POST["seen"] = ""
        typed, address = Typed(self, request, draft), self._url("change", draft.pk)
        if is_new and not is_first and not typed.whos - {OTHER}:
            draft.delete()
            return self._changed(request, document.current_edition())
        request.gone = "published" if edition else "discarded"
        # Of what was saved in a draft and thrown away with it, the editor is told before it is left out.
        to_be_seen = {BOTH} if edition else {BOTH, OTHER}
        if not is_new or not is_first and typed.whos & to_be_seen:
            request.POST["version"] = "0"
            return self._compared_view(request, draft, address, extra_context)
        request.POST = typed.merged()
        request.POST["version"] = str(draft.version)
        told = gettext("This draft was published meanwhile. What you wrote goes on in a new draft.")
        if edition is None:
            told = gettext("This draft was thrown away meanwhile. What you wrote goes on in a new draft.")
        self.message_user(request, told, messages.WARNING)
        return super().change_view(request, str(draft.pk), address, extra_context)

    def _document(self, request):
        """The document that a form names whose edition is gone."""
        number = request.POST.get("document", "")
        documents = self.model._meta.get_field("document").related_model.objects
        return documents.filter(pk=number).first() if number.isascii() and number.isdigit() else None

    def _compared_view(self, request, edition, form_url, extra_context):
        is_stale = request.POST["version"] != str(edition.version)
        recovers = "_recover" in request.POST
        typed = Typed(self, request, edition) if is_stale or recovers else None
        if typed:
            request.POST = typed.merged()
        gone = getattr(request, "gone", "")
        others = typed and is_stale and (typed.whos - {YOU} or gone and typed.differences and not recovers)
        if others and not only_looks(request):
            request.meanwhile = typed
            request.refusal = gettext("Nothing has been saved yet: this draft was saved elsewhere meanwhile.")
            if gone:
                request.refusal = gettext("Nothing has been saved yet: the draft is gone meanwhile.")
        elif recovers:
            request.refusal = gettext("Your text is back in the form. It is not saved yet.")
        response = super().change_view(request, str(edition.pk), form_url, extra_context)
        if hasattr(request, "meanwhile"):
            response.status_code = 409
        return response

    def render_change_form(self, request, context, *args, **kwargs):
        edition = context.get("original")
        if edition and edition.is_draft:
            # As it is stored: a form that was refused has changed what it was given.
            stored = self.model._base_manager.get(pk=edition.pk) if request.method == "POST" else edition
            context |= {"version": stored.version, "seen": seen(stored), "copy_name": request.POST.get("copy", "")}
            context["recovered"] = "_recover" in request.POST
            if typed := getattr(request, "meanwhile", None):
                context |= {
                    "meanwhile": typed.differences,
                    "gone": getattr(request, "gone", ""),
                    "meanwhile_by": stored.changed_by,
                    "meanwhile_at": stored.changed_at,
                    "meanwhile_whos": typed.whos,
                }
        return super().render_change_form(request, context, *args, **kwargs)


def only_looks(request) -> bool:
    """Whether a form was sent to be looked at, and nothing of it is going to be stored."""
    return "_preview" in request.POST or "_writing" in request.POST
