"""The desk of documents and editions: what is live is read-only, what is edited is a draft beside it."""

from content_editor.admin import ContentEditor, ContentEditorInline, RefinedModelAdmin
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextareaWidget
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import Media
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..desk import KeptWhereUsed
from ..inlanguage import TranslationAdmin, TranslationStackedInline
from ..languages import in_all
from . import kept
from .checklist import placed, refused
from .describing import everything
from .filters import EditionNeeds
from .meanwhile import MeanwhileMixin, only_looks
from .models import Block, Document, State
from .newdocument import HEADING, NewDocumentForm
from .oneline import one_line
from .preview import PreviewMixin
from .problems import ChangedMeanwhile, may_wait
from .reviewdates import ReviewDatesMixin
from .reviews.desk import ReviewMixin
from .steps import StepsMixin, lasting
from .writinghelp import WritingHelpMixin

# What every form of an edition ends with.
REVIEW = (_("Review and change note"), {"fields": ["reviewed_on", "review_again_on", "change_note"]})

# The list of what links can lead to, which fields of a form name.
LINK_CHOICES = "link-choices"


class ScriptPolicyMixin:
    """The block editor and the rich text editor load through an import map, which is an inline script: it gets the
    nonce that the content security policy of this one page allows."""

    def render_change_form(self, request, context, *args, **kwargs):
        response = super().render_change_form(request, context, *args, **kwargs)
        media = response.context_data["media"]
        if hasattr(media, "with_nonce"):
            response.context_data["media"] = media.with_nonce(request.csp_nonce)
        return response


class Unfinished:
    """An unfinished draft can always be saved: what a block needs is asked for when its edition is published."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and may_wait(db_field):
            field.required = False
        return field


class PlainBlockInline(Unfinished, ContentEditorInline):
    """One kind of block without text of its own in the form of an edition."""


class BlockInline(Unfinished, ContentEditorInline, TranslationStackedInline):
    """One kind of block in the form of an edition."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs | one_line(db_field))
        if db_field.name == "link":
            field.widget.attrs["list"] = LINK_CHOICES
            field.help_text = gettext(
                "Type the name of a page and choose from the list, or write a whole address such as https://politi.dk."
            )
        return field


class EditionAdmin(
    MeanwhileMixin,
    StepsMixin,
    ReviewDatesMixin,
    ReviewMixin,
    PreviewMixin,
    WritingHelpMixin,
    ScriptPolicyMixin,
    ContentEditor,
    TranslationAdmin,
):
    """Lists one edition of each document, the one an editor means. Subclasses set `document_admin`."""

    change_form_template = "admin/edition_change_form.html"
    change_list_template = "admin/edition_change_list.html"
    delete_confirmation_template = "admin/edition_delete.html"
    list_display = ["heading", "shown_state", "live_from", "address", "changed_at"]
    list_display_links = ["heading"]
    list_filter = [EditionNeeds]
    search_fields = [*in_all("title"), "document__key"]
    ordering = ["document__position", "document__pk"]
    actions = None
    formfield_overrides = {models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}}
    save_on_top = False
    # The name of the document's own admin, in which its address is changed and new ones are made.
    document_admin = ""

    @property
    def media(self):
        # Past what the block editor adds for other screens: a shortcut and a question in English.
        return super(RefinedModelAdmin, self).media + Media(css={"all": ["content_editor/django_admin_fixes.css"]})

    # What is shown

    def get_queryset(self, request):
        editions = super().get_queryset(request).with_state().select_related("document")
        match = request.resolver_match
        if match and match.url_name and match.url_name.endswith("_changelist"):
            return editions.current()
        return editions

    @admin.display(description=_("heading"), ordering="title_da")
    def heading(self, edition):
        return str(edition)

    @admin.display(description=_("state"))
    def shown_state(self, edition):
        label = edition.state_label
        if edition.state == State.DRAFT and edition.document.live_edition():
            label = gettext("live, with a draft")
        return format_html('<span class="state state--{}">{}</span>', edition.state, label.capitalize())

    @admin.display(description=_("address"))
    def address(self, edition):
        return edition.document.get_absolute_url()

    # What may be done: a draft can be changed and thrown away, everything else only read

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.is_draft)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and obj is not None and obj.is_draft

    def has_publish_permission(self, request):
        """Whether somebody decides what readers see: publishes, schedules, withdraws, and takes that back."""
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename('publish', self.opts)}")

    def delete_view(self, request, object_id, extra_context=None):
        edition = self.get_object(request, unquote(object_id))
        if edition and request.method == "POST" and request.POST.get("version") not in (None, str(edition.version)):
            return self._changed(request, edition)
        context = {"live": edition and edition.document.live_edition()}
        try:
            return super().delete_view(request, object_id, context | (extra_context or {}))
        except ChangedMeanwhile:
            return self._changed(request, edition)

    def delete_model(self, request, obj):
        obj.discard(by=request.user)

    def response_delete(self, request, obj_display, obj_id):
        kept.note_discarded(request, self._url("change", obj_id))
        self.message_user(
            request, gettext("The draft “%(title)s” is thrown away.") % {"title": obj_display}, messages.SUCCESS
        )
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    def log_deletions(self, request, queryset):
        """Throwing a draft away is recorded where it is done."""

    def get_deleted_objects(self, objs, request):
        """What goes with a draft is its own: there is nothing to list."""
        return [str(obj) for obj in objs], {}, set(), []

    def changelist_view(self, request, extra_context=None):
        opts = self.model._meta.get_field("document").related_model._meta
        context = {"add_url": reverse(f"admin:{opts.app_label}_{opts.model_name}_add")}
        if not self.admin_site._registry[opts.model].has_add_permission(request):
            context = {}
        return super().changelist_view(request, context | (extra_context or {}))

    def get_inlines(self, request, obj):
        # What is live is shown as readers see it, not as a form that cannot be used.
        return self.inlines if obj and obj.is_draft else []

    def get_fieldsets(self, request, obj=None):
        return super().get_fieldsets(request, obj) if obj and obj.is_draft else []

    def render_change_form(self, request, context, *args, **kwargs):
        edition = context.get("original")
        if edition:
            opts = edition.document._meta
            context |= {
                "edition": edition,
                "state": State(edition.state),
                "editions": edition.document.editions.with_state().select_related("changed_by").order_by("-number"),
                "draft": edition.document.editions.filter(live_from=None).first(),
                **self._checklist(edition, context),
                "document_url": reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[edition.document_id]),
                "may_edit": super().has_change_permission(request, None),
                "may_publish": self.has_publish_permission(request),
                "is_live": edition.state == State.LIVE,
            }
            if any(model.references is not Block.references for model in edition.block_models) and edition.is_draft:
                from guides.linkchoices import link_choices

                context |= {"link_choices": link_choices(), "link_choices_id": LINK_CHOICES}
            if not edition.is_draft:
                # There are no blocks to order: leave the block editor out.
                return TranslationAdmin.render_change_form(self, request, context, *args, **kwargs)
        return super().render_change_form(request, context, *args, **kwargs)

    def _checklist(self, edition, context) -> dict:
        if not edition.is_draft:
            return {}
        if context["errors"]:
            formsets = [each.formset for each in context["inline_admin_formsets"]]
            return {"refused": refused(context["adminform"].form, formsets)}
        return {"problems": placed(edition, edition.problems()), "hints": placed(edition, edition.hints())}

    # Saving and publishing

    def save_model(self, request, obj, form, change):
        obj.changed_by = request.user
        request.content_before = everything(self.model._base_manager.get(pk=obj.pk))
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        # Past the block editor's own, which copies whatever rows a hand-made form names.
        TranslationAdmin.save_related(self, request, form, formsets, change)
        edition = form.instance
        edition.forget_blocks()
        edition.remember_facts()
        if everything(edition) != request.content_before:
            edition.version += 1
            edition.save(update_fields=["version"])

    def response_change(self, request, obj):
        here = self._url("change", obj.pk)
        if not only_looks(request):
            kept.note_saved(request)
        if "_publish" not in request.POST:
            self.message_user(request, gettext("The draft is saved. Readers do not see it yet."), messages.SUCCESS)
            return HttpResponseRedirect(here)
        if lasting(obj, obj.problems()):
            told = gettext("The draft is saved, but cannot be published yet. The list says what is missing.")
            self.message_user(request, told, messages.ERROR)
            return HttpResponseRedirect(here)
        return HttpResponseRedirect(self._url("publish", obj.pk))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method == "POST" and "_publish" in request.POST and not self.has_publish_permission(request):
            raise PermissionDenied
        return super().change_view(request, object_id, form_url, extra_context)

    def _edition_or_404(self, request, object_id):
        edition = self.get_object(request, unquote(object_id))
        if edition is None:
            raise Http404
        return edition

    def _url(self, name, pk):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=[pk])


class DocumentAdmin(KeptWhereUsed, TranslationAdmin):
    """What an address points at: made first, and then filled by its first draft."""

    # Reached from its editions, not from the menu.
    change_form_template = "admin/document_change_form.html"
    # What is alike in those that it stands among: a new one stands behind them.
    placed_among: tuple[str, ...] = ()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Other documents are chosen by their headings, and not changed from here."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "position":
            field.help_text = _("The lower the number, the earlier it stands.")
        if field and isinstance(db_field, models.ForeignKey) and issubclass(db_field.related_model, Document):
            editions = db_field.related_model._meta.get_field("editions").related_model.objects.current()
            headings = {edition.document_id: str(edition) for edition in editions}
            field.label_from_instance = lambda document: headings.get(document.pk, str(document))
            widget = field.widget
            widget.can_add_related = widget.can_change_related = widget.can_view_related = False
        return field

    def get_form(self, request, obj=None, **kwargs):
        if obj is None:
            kwargs["form"] = NewDocumentForm
        return super().get_form(request, obj, **kwargs)

    def get_fields(self, request, obj=None):
        fields = list(super().get_fields(request, obj))
        if obj is not None:
            return fields
        return ["heading", *(name for name in fields if name not in ("key", "position")), "key"]

    def get_readonly_fields(self, request, obj=None):
        return ["key"] if obj else []

    def has_delete_permission(self, request, obj=None):
        return (
            super().has_delete_permission(request, obj)
            and obj is not None
            and not obj.editions.exclude(live_from=None).exists()
        )

    def save_model(self, request, obj, form, change):
        if not change:
            others = self.model._default_manager.filter(**{name: getattr(obj, name) for name in self.placed_among})
            obj.position = (others.aggregate(last=models.Max("position"))["last"] or 0) + 1
        super().save_model(request, obj, form, change)
        if not change:
            draft = obj.draft(request.user)
            setattr(draft, HEADING, form.cleaned_data["heading"])
            draft.save()

    def response_add(self, request, obj, post_url_continue=None):
        return HttpResponseRedirect(self._edition_url(obj.draft(request.user)))

    def response_change(self, request, obj):
        self.message_user(request, gettext("The address is saved. The old one leads to it."), messages.SUCCESS)
        return HttpResponseRedirect(self._edition_url(obj.current_edition() or obj.draft(request.user)))

    def changelist_view(self, request, extra_context=None):
        opts = self.model._meta.get_field("editions").related_model._meta
        return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"))

    def _edition_url(self, edition):
        opts = edition._meta
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[edition.pk])
