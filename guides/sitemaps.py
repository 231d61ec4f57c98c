"""sitemap.xml: every live page, card, letter and route, and the whole guide, in every language it is written in."""

from django.contrib.sitemaps import Sitemap
from django.utils import translation

from conversations.models import CardEdition, LetterEdition
from digitalchikane.languages import CODES, is_translated

from .models import PageEdition, Route
from .wholeguide import WholeGuide


class Translated(Sitemap):
    """One entry for each item and each language that the item has text in. Subclasses say by `objects()` which items
    there are."""

    name_field = "title"

    def __init__(self, language):
        self.language = language

    def items(self):
        return [item for item in self.objects() if is_translated(item, self.name_field, self.language)]

    def location(self, item):
        return self._path(item, self.language)

    def get_urls(self, *args, **kwargs):
        """With the same page in other languages beside each, as its own head says."""
        urls = super().get_urls(*args, **kwargs)
        for url in urls:
            item = url["item"]
            site = url["location"].removesuffix(self.location(item))
            written = [code for code in CODES if is_translated(item, self.name_field, code)]
            if len(written) > 1:
                url["alternates"] = [{"location": site + self._path(item, code), "lang_code": code} for code in written]
        return urls

    def _path(self, item, language):
        with translation.override(language):
            return item.get_absolute_url()


class Pages(Translated):
    def objects(self):
        return PageEdition.objects.live().for_readers()

    def lastmod(self, item):
        return item.live_from


class Cards(Translated):
    def objects(self):
        return CardEdition.objects.live().for_readers()

    def lastmod(self, item):
        return item.live_from


class Letters(Translated):
    def objects(self):
        return LetterEdition.objects.live().on_the_list().for_readers()

    def lastmod(self, item):
        return item.live_from


class Routes(Translated):
    name_field = "name"

    def objects(self):
        return Route.objects.live()


class Whole(Translated):
    """The one page that has everything: as new as the newest thing on it."""

    def objects(self):
        return [WholeGuide()]

    def lastmod(self, item):
        return item.newest


SITEMAPS = {
    f"{name}-{language}": sitemap(language)
    for name, sitemap in [
        ("pages", Pages),
        ("cards", Cards),
        ("letters", Letters),
        ("routes", Routes),
        ("whole", Whole),
    ]
    for language in CODES
}
