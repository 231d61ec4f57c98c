"""Preview at the desk: an edition, or what stands in its form, as readers would see it, on screens and on paper."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..languages import CODES, DEFAULT
from ..typesetting import Busy
from ..views import busy
from . import frames
from .astyped import AsTypedMixin
from .copies import PreviewCopy
from .describing import everything
from .looks import as_if_published, looks_of
from .models import State
from .views import withdrawn

TELEPHONE, COMPUTER, PRINTED = "telefon", "computer", "tryk"


# What is previewed: an edition as it is stored, or a copy of what an editor typed


class Stored:
    """An edition as it is stored."""

    route = "preview"

    def __init__(self, edition):
        self.edition = edition
        self.address_of = [edition.pk]

    def page(self, request, look, language: str) -> str:
        with translation.override(language):
            if self.edition.is_withdrawal:
                response = withdrawn(request, self.edition)
            else:
                response = look.render(request, as_if_published(self.edition))
            return response.content.decode()

    def matter(self, request, language: str) -> dict:
        with translation.override(language):
            return looks_of(type(self.edition)).files.matter(request, as_if_published(self.edition))


class Copied:
    """What an editor typed, made into pages when the form was sent."""

    route = "preview_copy"

    def __init__(self, copy: PreviewCopy):
        self.made_at = copy.made_at
        self.content = copy.content
        self.address_of = [copy.edition_id, copy.key]

    def page(self, request, look, language: str) -> str:
        return self.content["pages"][language][look.name]

    def matter(self, request, language: str) -> dict:
        return self.content["matter"][language]


def _copied(request, edition) -> dict:
    """Every page an edition can be shown as, and what its files are made from, in every language."""
    looks, stored = looks_of(type(edition)), Stored(edition)
    return {
        "title": str(edition),
        "pages": {code: {look.name: stored.page(request, look, code) for look in looks.pages} for code in CODES},
        "matter": {code: stored.matter(request, code) for code in CODES},
    }


# What an editor can choose on the screen of a preview


@dataclass(frozen=True)
class Choice:
    label: str
    address: str
    is_chosen: bool


class Screen:
    """The screen on which an editor chooses what to see: as on which device, in which colours, in which language."""

    def __init__(self, query, looks):
        self.looks = looks
        extra = [look.name for look in looks.pages if look is not looks.main]
        self.view = query.get("vis") if query.get("vis") in (COMPUTER, PRINTED, *extra) else TELEPHONE
        self.colours = query.get("farver") if query.get("farver") == frames.DARK else frames.LIGHT
        self.language = query.get("sprog") if query.get("sprog") in CODES else DEFAULT

    @property
    def look(self):
        return self.looks.named(self.view) or self.looks.main

    @property
    def is_paper(self) -> bool:
        return self.view == PRINTED or self.look.is_paper

    @property
    def device(self) -> str:
        """What the frame is shaped like."""
        if self.is_paper:
            return "paper"
        return "computer" if self.view == COMPUTER else "telephone"

    @property
    def appearance(self) -> frames.Appearance:
        return frames.Appearance(colours="" if self.is_paper else self.colours, is_paper=self.is_paper)

    def groups(self) -> list[tuple[str, list[Choice]]]:
        """The choices by what they decide."""
        pages = [look for look in self.looks.pages if look is not self.looks.main]
        screens = [(TELEPHONE, _("Telephone")), (COMPUTER, _("Computer"))]
        screens += [(look.name, look.label) for look in pages if not look.is_paper]
        papers = [(PRINTED, _("The page, printed"))] + [(look.name, look.label) for look in pages if look.is_paper]
        colours = [(frames.LIGHT, _("Light")), (frames.DARK, _("Dark"))]
        found = [
            (_("Screen"), self._choices("vis", screens, self.view)),
            (_("Paper"), self._choices("vis", papers, self.view)),
        ]
        if not self.is_paper:
            found.append((_("Colours"), self._choices("farver", colours, self.colours)))
        return [*found, (_("Language"), self._choices("sprog", settings.LANGUAGES, self.language))]

    def _choices(self, name, values, chosen) -> list[Choice]:
        now = {"vis": self.view, "farver": self.colours, "sprog": self.language}
        return [Choice(label, f"?{urlencode(now | {name: value})}", value == chosen) for value, label in values]

    @property
    def in_words(self) -> str:
        """What the frame shows, for those who hear it."""
        return ", ".join(
            str(choice.label) for _name, choices in self.groups() for choice in choices if choice.is_chosen
        )


class PreviewMixin(AsTypedMixin):
    """Mixed into the admin of editions."""

    # The form

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method == "POST" and "_preview" in request.POST:
            return self._preview_form(request, object_id, form_url, extra_context)
        return super().change_view(request, object_id, form_url, extra_context)

    def _preview_form(self, request, object_id, form_url, extra_context):
        """The pages as they would be with what stands in the form."""
        stored = self.get_object(request, unquote(object_id))
        before = stored and everything(stored)

        def made(edition):
            return _copied(request, edition) | {"is_saved": everything(edition) == before}

        response, edition, content = self.as_typed(request, object_id, form_url, extra_context, made)
        if content is None:
            return response
        copy = PreviewCopy.objects.keep(request.user, edition, content)
        return HttpResponseRedirect(self._preview_url("preview_copy", edition.pk, copy.key))

    # Addresses

    def get_urls(self):
        opts = self.opts

        def route(pattern, view, name):
            return path(pattern, self.admin_site.admin_view(view), name=f"{opts.app_label}_{opts.model_name}_{name}")

        one, copy = "<int:edition_id>/preview/", "<int:edition_id>/preview/copy/<str:key>/"
        return [
            route("preview/<slug:sheet>.css", self.preview_style_view, "preview_style"),
            route(one, self.preview_view, "preview"),
            route(f"{one}screen/", self.preview_screen_view, "preview_screen"),
            route(f"{one}<slug:look>/", self.preview_view, "preview_look"),
            route(f"{one}<slug:file>.pdf", self.preview_file_view, "preview_file"),
            route(copy, self.preview_copy_screen_view, "preview_copy"),
            route(f"{copy}<slug:look>/", self.preview_view, "preview_copy_look"),
            route(f"{copy}<slug:file>.pdf", self.preview_file_view, "preview_copy_file"),
            *super().get_urls(),
        ]

    def _preview_url(self, name, *args):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    def _previewed(self, request, edition_id, key=None):
        """What an address names, for somebody who may see it."""
        edition = self._edition_or_404(request, str(edition_id))
        if not self.has_view_permission(request, edition):
            raise PermissionDenied
        if key is None:
            return Stored(edition)
        copy = PreviewCopy.objects.of(request.user, self.model, edition_id).filter(key=key).first()
        if copy is None:
            raise Http404
        return Copied(copy)

    # The screen

    def preview_screen_view(self, request, edition_id):
        """An edition as it is stored, and everything it can be seen as."""
        previewed = self._previewed(request, edition_id)
        return self._preview_screen(request, previewed, previewed.edition)

    def preview_copy_screen_view(self, request, edition_id, key):
        """What an editor typed, and everything it can be seen as."""
        try:
            previewed = self._previewed(request, edition_id, key)
        except Http404:
            self._edition_or_404(request, str(edition_id))
            note = gettext("That preview is gone. This is what is saved; press “Preview” in the form for a new one.")
            self.message_user(request, note, messages.WARNING)
            return HttpResponseRedirect(self._preview_url("preview_screen", edition_id))
        edition = self._edition_or_404(request, str(edition_id))
        return self._preview_screen(request, previewed, edition, previewed.content["title"])

    def _preview_screen(self, request, previewed, edition, title=None):
        looks = looks_of(self.model)
        screen = Screen(request.GET, looks)
        name = previewed.route
        page = self._preview_url(f"{name}_look", *previewed.address_of, screen.look.name)
        query = "&".join(part for part in (screen.appearance.query, f"sprog={screen.language}") if part)
        files = [
            (label, f"{self._preview_url(f'{name}_file', *previewed.address_of, file)}?sprog={screen.language}")
            for file, label in looks.files.labels.items()
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Preview: %(title)s") % {"title": title or edition},
            "opts": self.opts,
            "edition": edition,
            "state": State(edition.state),
            "copied": previewed if isinstance(previewed, Copied) else None,
            "screen": screen,
            "files": files,
            "frame_address": f"{page}?{query}",
            "form_address": self._preview_url("change", edition.pk),
        }
        return render(request, "admin/preview.html", context)

    # What stands in the frame

    def preview_view(self, request, edition_id, key=None, look=None):
        """One page of what is previewed, which the desk may show in a frame."""
        previewed = self._previewed(request, edition_id, key)
        looks = looks_of(self.model)
        chosen = looks.named(look) if look else looks.main
        if chosen is None:
            raise Http404
        html = previewed.page(request, chosen, self._language(request))
        style_address = self._preview_url("preview_style", "SHEET")
        html = frames.in_frame(html, frames.Appearance.from_query(request.GET), style_address)
        return _framed(HttpResponse(html))

    def preview_file_view(self, request, edition_id, file, key=None):
        """A file made of what is previewed, and kept nowhere."""
        previewed = self._previewed(request, edition_id, key)
        files = looks_of(self.model).files
        if file not in files.labels:
            raise Http404
        language = self._language(request)
        matter = previewed.matter(request, language)
        try:
            with translation.override(language):
                content = files.make(matter, file)
        except Busy:
            return busy(request)
        response = _framed(HttpResponse(content, content_type="application/pdf"))
        response.headers["Content-Disposition"] = f'inline; filename="{gettext("draft")}-{file}.pdf"'
        return response

    def preview_style_view(self, request, sheet):
        """A style sheet of the site, as it holds for the colours or the paper that a frame shows."""
        text = frames.style_sheet(sheet, frames.Appearance.from_query(request.GET))
        if text is None:
            raise Http404
        return HttpResponse(text, content_type="text/css; charset=utf-8")

    def _language(self, request) -> str:
        language = request.GET.get("sprog")
        return language if language in CODES else DEFAULT


def _framed(response):
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response._csp_replace = {"frame-ancestors": ["'self'"]}
    response._csp_update = {}
    return response
