"""The steps of an edition's life at the desk, each with a page of its own where something must be asked first."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from .. import desk, uses
from ..languages import in_all
from . import comparison, kept
from .checklist import placed
from .forms import FURTHEST, PublishForm, WithdrawForm
from .models import State
from .problems import AlreadyPublished, ChangedMeanwhile, DraftExists, NotPublishable, Problem
from .reviews.models import Remark

NOTE_FIELDS = [*in_all("change_note"), "is_silent"]
CHANGED = _("Somebody else has changed this meanwhile. Look at it once more, and then decide.")
PUBLISHED_ALREADY = _("Somebody else has just published this draft.")


class StepsMixin:
    """Mixed into the admin of editions."""

    def get_urls(self):
        opts = self.opts
        steps = ["draft", "publish", "cancel", "withdraw", "return", "choose", "compare"]
        return [
            path(
                f"<path:object_id>/{step}/",
                self.admin_site.admin_view(getattr(self, f"{step}_view")),
                name=f"{opts.app_label}_{opts.model_name}_{step}",
            )
            for step in steps
        ] + super().get_urls()

    # Drafts

    @method_decorator(require_POST)
    def draft_view(self, request, object_id):
        """Open the draft of a document; from an older edition, restore that one as the draft."""
        edition = self._edition_or_404(request, object_id)
        self._require_writing(request)
        try:
            if edition.state == State.SUPERSEDED and not edition.is_withdrawal:
                draft = edition.restore(by=request.user)
                told = gettext("Edition %(number)s is restored as a draft. Readers see it when you publish it.") % {
                    "number": edition.number
                }
                self.message_user(request, told, messages.SUCCESS)
            else:
                draft = self._draft_of(request, edition)
        except DraftExists:
            return self._redirect("choose", edition)
        return self._redirect("change", draft)

    def _draft_of(self, request, edition):
        """The draft in which the document goes on: the one that is there, or a copy."""
        document = edition.document
        if draft := document.editions.filter(live_from=None).first():
            return draft
        is_current = document.current_edition() == edition
        draft = document.draft(request.user) if is_current else edition.copy_to_draft(request.user)
        told = gettext("This is a draft. Readers go on seeing what is live until you publish it.")
        self.message_user(request, told, messages.INFO)
        return draft

    def choose_view(self, request, object_id):
        """There is a draft, and another edition is to become the draft: an editor chooses which text goes on."""
        edition = self._edition_or_404(request, object_id)
        self._require_writing(request)
        draft = edition.document.editions.filter(live_from=None).first()
        is_scheduled = edition.state == State.SCHEDULED
        if is_scheduled:
            self._require_publishing(request)
        if draft is None or edition.is_draft or not (is_scheduled or edition.state == State.SUPERSEDED):
            return self._redirect("change", edition)
        if request.method == "POST":
            if request.POST.get("draft") != f"{draft.pk}-{draft.version}":
                self.message_user(request, CHANGED, messages.WARNING)
            elif request.POST.get("keep") == "draft":
                return self._keep_draft(request, edition, draft)
            elif request.POST.get("keep") == "edition":
                return self._replace_draft(request, edition, draft)
            else:
                self.message_user(request, gettext("Choose one of the two."), messages.ERROR)
        return self._step(
            request,
            "choose",
            edition,
            gettext("Which text goes on as the draft?"),
            draft=draft,
            is_scheduled=is_scheduled,
            comparison=comparison.between(draft, edition),
        )

    def _keep_draft(self, request, edition, draft):
        if edition.state == State.SCHEDULED:
            try:
                edition.discard(by=request.user)
            except ChangedMeanwhile:
                return self._changed(request, edition)
            self.message_user(request, gettext("The schedule is cancelled. The draft is as it was."), messages.SUCCESS)
        return self._redirect("change", draft)

    def _replace_draft(self, request, edition, draft):
        if not self.has_delete_permission(request, draft):
            raise PermissionDenied
        address = self._url("change", draft.pk)
        try:
            with transaction.atomic():
                draft.discard(by=request.user)
                if edition.state == State.SCHEDULED:
                    edition.cancel(by=request.user)
                    restored = edition
                else:
                    restored = edition.restore(by=request.user)
        except (ChangedMeanwhile, DraftExists):
            return self._changed(request, edition)
        kept.note_discarded(request, address)
        self.message_user(request, gettext("The other draft is thrown away; this one goes on."), messages.SUCCESS)
        return self._redirect("change", restored)

    # Publishing

    def publish_view(self, request, object_id):
        edition = self._edition_or_404(request, object_id)
        self._require_publishing(request)
        if not edition.is_draft:
            if request.method == "POST":
                self.message_user(request, PUBLISHED_ALREADY, messages.WARNING)
            return self._redirect("change", edition)
        problems = edition.problems()
        form = PublishForm(request.POST or None, initial=self._initial(edition), label_suffix="")
        if request.method == "POST" and form.is_valid():
            try:
                edition = self._publish(request, edition, form.cleaned_data)
            except NotPublishable as refused:
                problems = refused.problems
            except ChangedMeanwhile:
                # What was written for readers stays; the comparison below shows what is new.
                edition = self._edition_or_404(request, object_id)
                answers = form.cleaned_data | {"version": edition.version}
                form = PublishForm(initial=answers, label_suffix="")
                self.message_user(request, CHANGED, messages.WARNING)
            except AlreadyPublished:
                self.message_user(request, PUBLISHED_ALREADY, messages.WARNING)
                return self._redirect("change", edition)
            else:
                self.message_user(request, _told_of_publishing(edition), messages.SUCCESS)
                return self._redirect("change", edition)
        live = edition.document.live_edition()
        return self._step(
            request,
            "publish",
            edition,
            gettext("Publish"),
            form=form,
            problems=placed(edition, problems),
            # What only time can mend keeps nobody from choosing a later time.
            may_be_scheduled=bool(problems) and not lasting(edition, problems),
            remarks=Remark.objects.about(self.model, edition.pk).waiting().exclude(text=""),
            live=live,
            comparison=comparison.between(live, edition) if live else None,
            scheduled=edition.document.editions.filter(live_from__gt=timezone.now()).order_by("live_from"),
        )

    def _initial(self, edition) -> dict:
        return {name: getattr(edition, name) for name in NOTE_FIELDS} | {"version": edition.version}

    @transaction.atomic
    def _publish(self, request, edition, data):
        """The edition that is published: with the note, if nobody saved or published it since the page was opened."""
        found = self.model.objects.select_for_update().filter(pk=edition.pk).first()
        if found is None or found.version != data["version"]:
            raise ChangedMeanwhile
        for name in NOTE_FIELDS:
            setattr(found, name, data[name])
        found.save(update_fields=NOTE_FIELDS)
        found.remember_facts()
        found.publish(at=data.get("moment"), by=request.user, version=data["version"])
        return found

    @method_decorator(require_POST)
    def cancel_view(self, request, object_id):
        """Take an edition off the schedule."""
        edition = self._edition_or_404(request, object_id)
        self._require_publishing(request)
        try:
            edition.cancel(by=request.user)
        except DraftExists:
            return self._redirect("choose", edition)
        except ChangedMeanwhile:
            return self._changed(request, edition)
        told = gettext("The schedule is cancelled. The edition is a draft again, and readers see nothing of it.")
        self.message_user(request, told, messages.SUCCESS)
        return self._redirect("change", edition)

    # Withdrawing

    def withdraw_view(self, request, object_id):
        edition = self._edition_or_404(request, object_id)
        self._require_publishing(request)
        if edition.state != State.LIVE:
            return self._changed(request, edition) if request.method == "POST" else self._redirect("change", edition)
        form = WithdrawForm(request.POST or None, edition=edition, label_suffix="")
        if request.method == "POST" and form.is_valid():
            try:
                withdrawal = edition.withdraw(
                    reason=form.reasons(), replacement=form.cleaned_data["replacement"], by=request.user
                )
            except NotPublishable as refused:
                for problem in refused.problems:
                    form.add_error(problem.field, problem.message)
            except ChangedMeanwhile:
                return self._changed(request, edition)
            else:
                told = gettext("Withdrawn. Readers who come to the address now see the reason.")
                self.message_user(request, told, messages.SUCCESS)
                return self._redirect("change", withdrawal)
        return self._step(
            request,
            "withdraw",
            edition,
            gettext("Withdraw from readers"),
            form=form,
            uses=desk.places(uses.of(edition)),
            consequence=gettext(
                "Their links to it disappear for readers until you take the withdrawal back; the words stay."
            ),
            scheduled=edition.document.editions.filter(live_from__gt=timezone.now()).order_by("live_from"),
        )

    @method_decorator(require_POST)
    def return_view(self, request, object_id):
        """Take a withdrawal back."""
        edition = self._edition_or_404(request, object_id)
        self._require_publishing(request)
        try:
            returned = edition.bring_back(by=request.user)
        except NotPublishable as refused:
            told = gettext("It cannot come back as it was. Make a draft of it, and mend this first:")
            self.message_user(request, told, messages.ERROR)
            for problem in refused.problems:
                self.message_user(request, problem.message, messages.ERROR)
            return self._redirect("change", edition)
        except ChangedMeanwhile:
            return self._changed(request, edition)
        self.message_user(request, _told_of_publishing(returned), messages.SUCCESS)
        return self._redirect("change", returned)

    # Comparing

    def compare_view(self, request, object_id):
        edition = self._edition_or_404(request, object_id)
        if not self.has_view_permission(request, edition):
            raise PermissionDenied
        editions = list(edition.document.editions.with_state().filter(is_withdrawal=False).order_by("-number"))
        by_number = {str(each.number): each for each in editions}
        new = by_number.get(request.GET.get("til", ""), edition)
        old = by_number.get(request.GET.get("fra", "")) or self._to_compare_with(new, editions)
        return self._step(
            request,
            "compare",
            edition,
            gettext("Compare editions"),
            editions=editions,
            old=old,
            new=new,
            comparison=comparison.between(old, new) if old and not new.is_withdrawal else None,
        )

    @staticmethod
    def _to_compare_with(edition, editions):
        """What readers see beside a draft; otherwise the edition before."""
        live = next((each for each in editions if each.state == State.LIVE), None)
        if edition.live_from is None and live:
            return live
        return next((each for each in editions if each.number < edition.number), None)

    # Small things the steps share

    def _require_publishing(self, request):
        if not self.has_publish_permission(request):
            raise PermissionDenied

    def _require_writing(self, request):
        if not self.has_change_permission(request):
            raise PermissionDenied

    def _changed(self, request, edition):
        self.message_user(request, CHANGED, messages.WARNING)
        return self._redirect("change", edition)

    def _redirect(self, name, edition):
        return HttpResponseRedirect(self._url(name, edition.pk))

    def _step(self, request, step, edition, title, **context):
        """The page of a step."""
        context |= {"edition": edition, "original": edition, "opts": self.opts, "title": title}
        context["may_publish"] = self.has_publish_permission(request)
        return TemplateResponse(
            request, f"admin/edition_{step}.html", {**self.admin_site.each_context(request), **context}
        )


def _told_of_publishing(edition) -> str:
    if edition.live_from > timezone.now():
        moment = date_format(timezone.localtime(edition.live_from), r"j. F Y \k\l. G.i")
        return gettext("Scheduled. Readers get it on %(moment)s.") % {"moment": moment}
    address = edition.get_absolute_url()
    return format_html('{} <a href="{}">{}</a>', gettext("Published. Readers see it now:"), address, address)


def lasting(edition, problems: list[Problem]) -> list[Problem]:
    """The problems that would be there on any later day as well."""
    later = {problem.message for problem in edition.problems(timezone.localdate() + FURTHEST)}
    return [problem for problem in problems if problem.message in later]
