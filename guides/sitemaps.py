"""sitemap.xml: every live page, card, letter and route, and the whole guide, in every language it is written in."""

from django.contrib.sitemaps import Sitemap
from django.utils import translation

from conversations.models import CardEdition, LetterEdition
from digitalchikane.languages import CODES, is_translated

from .models import PageEdition, Route
from .wholeguide import WholeGuide


class Translated(Sitemap):
    """One entry for each item and each language that the item has text in."""

    language = "da"
    name_field = "title"

    def __init__(self, language):
        self.language = language

    def objects(self):
        raise NotImplementedError

    def items(self):
        return [item for item in self.objects() if is_translated(item, self.name_field, self.language)]

    def location(self, item):
        with translation.override(self.language):
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
