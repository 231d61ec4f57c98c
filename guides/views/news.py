"""What has changed: a page for people, an Atom feed for their programs."""

from django.contrib.syndication.views import Feed
from django.http import Http404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from ..factbook import FactBook
from ..models import PageEdition, Publisher
from ..models.pages import MainPage
from ..news import latest
from .pages import composition, main_page

SHOWN = 50


@require_safe
def news(request):
    return main_page(request, MainPage.NEWS)


@composition(MainPage.NEWS, "guides/news.html")
def _news(edition, pages):
    return {"news": latest(SHOWN)}


class AtomInTwoLanguages(Atom1Feed):
    """Says of each entry which language it is in: what is not translated yet is told in Danish."""

    def item_attributes(self, item):
        return {"xml:lang": item["language"]}


class NewsFeed(Feed):
    feed_type = AtomInTwoLanguages

    def __init__(self):
        self.facts = FactBook()

    def title(self):
        return gettext("Digital harassment at work: what has changed")

    def subtitle(self):
        return gettext("New and changed pages and conversation cards.")

    def feed_guid(self):
        """The same for ever, wherever the site stands."""
        return f"tag:digitalchikane.dk,2026:nyt/{get_language()}"

    def link(self):
        return reverse("guides:news")

    def author_name(self):
        return Publisher.load().name or gettext("Digital harassment at work")

    def items(self):
        return latest(SHOWN)

    def item_title(self, item):
        return self.facts.in_words(item.title)

    def item_description(self, item):
        # Feeds are read as HTML.
        return escape(self.facts.in_words(item.sentence))

    def item_guid(self, item):
        return f"tag:digitalchikane.dk,2026:{item.guid}"

    def item_pubdate(self, item):
        return item.at

    def item_updateddate(self, item):
        return item.at

    def item_extra_kwargs(self, item):
        return {"language": item.language}


@require_safe
def news_feed(request):
    # Without the page there is no feed of it.
    if not PageEdition.objects.live().filter(document__key=MainPage.NEWS).exists():
        raise Http404
    return NewsFeed()(request)
