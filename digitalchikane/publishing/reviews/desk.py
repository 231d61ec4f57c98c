"""Review at the desk: the links to a draft, and what came back through them."""

from functools import cached_property
from itertools import groupby
from urllib.parse import quote, urlencode

from django.apps import apps
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from ..models import State
from .forms import LinkForm
from .models import PreviewLink, Remark


class Overview:
    """What there is to know about the review of one edition, read when a template asks for it."""

    def __init__(self, model, edition_id):
        self.model, self.edition_id = model, edition_id

    @cached_property
    def links(self):
        found = PreviewLink.objects.to(self.model, self.edition_id)
        return list(found.with_counts().select_related("made_by", "revoked_by"))

    @cached_property
    def _is_unseen(self) -> bool:
        unseen = Q(live_from=None) | Q(live_from__gt=timezone.now())
        return self.model._base_manager.filter(unseen, pk=self.edition_id).exists()

    @property
    def open_links(self):
        return [link for link in self.links if link.is_open and self._is_unseen]

    @property
    def ended_links(self):
        return [link for link in self.links if link not in self.open_links]

    @cached_property
    def remarks(self):
        return list(Remark.objects.about(self.model, self.edition_id))

    @property
    def waiting(self):
        return [remark for remark in self.remarks if remark.handled_at is None]

    @property
    def handled(self):
        return [remark for remark in self.remarks if remark.handled_at]


class ReviewMixin:
    """Mixed into the admin of editions."""

    def get_urls(self):
        opts = self.opts
        name = f"{opts.app_label}_{opts.model_name}_review"
        view = require_http_methods(["GET", "HEAD", "POST"])(self.review_view)
        return [path("<int:edition_id>/review/", self.admin_site.admin_view(view), name=name), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {"review_overview": Overview(self.model, unquote(object_id))}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def review_view(self, request, edition_id):
        edition = self._edition_or_404(request, str(edition_id))
        if not self.has_view_permission(request, edition):
            raise PermissionDenied
        # Whoever may change drafts of this kind may show them to somebody, also when this one is scheduled by now.
        may_review = super().has_change_permission(request)
        form = LinkForm()
        if request.method == "POST":
            if not may_review:
                raise PermissionDenied
            if "make" not in request.POST:
                self._change_review(request, edition)
                return HttpResponseRedirect(request.path)
            form = LinkForm(request.POST)
            if self._can_be_shown(edition) and form.is_valid():
                link = self._make_link(request, edition, form.cleaned_data)
                return HttpResponseRedirect(f"{request.path}?{urlencode({'nyt': link.pk})}#link-{link.pk}")
        overview = Overview(self.model, edition.pk)
        for link in overview.open_links:
            link.address = request.build_absolute_uri(link.get_absolute_url())
            link.letter = self._letter(edition, link)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Review of %(title)s") % {"title": edition},
            "opts": self.opts,
            "edition": edition,
            "state": State(edition.state),
            "overview": overview,
            "form": form,
            "may_review": may_review,
            "can_be_shown": self._can_be_shown(edition),
            "newest": request.GET.get("nyt"),
        }
        return render(request, "admin/review.html", context)

    def _can_be_shown(self, edition) -> bool:
        """What readers see already needs no link."""
        return edition.state in (State.DRAFT, State.SCHEDULED) and not edition.is_withdrawal

    def _make_link(self, request, edition, data) -> PreviewLink:
        link = PreviewLink.objects.create(
            kind=self.model._meta.label_lower,
            edition_id=edition.pk,
            document_id=edition.document_id,
            made_by=request.user,
            **data,
        )
        day = date_format(link.ends_on, "j. F Y")
        self.log_change(request, edition, gettext("Made a link for review, valid until %(day)s.") % {"day": day})
        self.message_user(
            request,
            gettext("The link is made. Copy it, and send it to the one who is to read the draft."),
            messages.SUCCESS,
        )
        return link

    def _change_review(self, request, edition):
        """Close a link, or sort a remark."""
        data = request.POST
        links = PreviewLink.objects.to(self.model, edition.pk)
        remarks = Remark.objects.about(self.model, edition.pk)
        if "revoke" in data:
            get_object_or_404(links, pk=_number(data["revoke"])).revoke(request.user)
            self.log_change(request, edition, gettext("Closed a link for review."))
            self.message_user(request, gettext("The link is closed. It opens nothing any more."), messages.SUCCESS)
        elif "handle" in data:
            remark = get_object_or_404(remarks, pk=_number(data["handle"]))
            Remark.objects.filter(pk=remark.pk, handled_at=None).update(
                handled_at=timezone.now(), handled_by=request.user
            )
            self.message_user(request, gettext("The remark is marked as handled."), messages.SUCCESS)
        elif "reopen" in data:
            remark = get_object_or_404(remarks, pk=_number(data["reopen"]))
            Remark.objects.filter(pk=remark.pk).update(handled_at=None, handled_by=None)
        elif "delete" in data:
            get_object_or_404(remarks, pk=_number(data["delete"])).delete()
            self.log_change(request, edition, gettext("Deleted a remark from a review."))
            self.message_user(request, gettext("The remark is deleted."), messages.SUCCESS)

    def _letter(self, edition, link) -> str:
        """An e-mail to begin with, in the editor's own mail program."""
        day = date_format(link.ends_on, "j. F Y")
        subject = gettext("Draft for review: %(title)s") % {"title": edition}
        body = gettext(
            "Hello\n\nWill you read this draft and answer? You need no login: you can write a remark or approve it "
            "below the text.\n\n%(address)s\n\nThe link is valid until %(day)s."
        ) % {"address": link.address, "day": day}
        return f"mailto:?subject={quote(subject)}&body={quote(body.replace(chr(10), chr(13) + chr(10)))}"


def _number(value: str) -> int:
    """A row's key as it came from a form; 0, which no row has, for anything else."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


def waiting_remarks() -> list[tuple[str, str]]:
    """For the front page of the desk: drafts with answers that nobody has handled, and where they are handled."""
    found = []
    waiting = Remark.objects.waiting().select_related("link").order_by("link__kind", "link__edition_id", "made_at")
    for (kind, pk), remarks in groupby(waiting, key=lambda remark: (remark.link.kind, remark.link.edition_id)):
        model, count = apps.get_model(kind), len(list(remarks))
        edition = model.objects.filter(pk=pk).first()
        if edition is None:
            continue
        answers = ngettext("%(count)s answer", "%(count)s answers", count) % {"count": count}
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_review", args=[pk])
        found.append((f"{edition}: {answers}", address))
    return found
