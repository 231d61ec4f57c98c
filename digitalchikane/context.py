"""What every template can use."""

from .spans import shared


def site(request):
    """The facts in force, the site's own pages and the links that are dead, each read once and only when asked: for
    readers once for many pages."""
    from guides.directory import Directory
    from guides.factbook import FactBook
    from guides.models.links import DeadLinks

    # What a page needs where it is a draft that somebody was asked to look at; readers' requests never carry it.
    review = getattr(request, "review", None)
    return {
        "facts": shared(request, FactBook),
        "pages": shared(request, Directory),
        "dead_links": shared(request, DeadLinks),
        "review": review,
        # Where the page is made for a copy of the site that answers no forms (export/).
        "is_copy": request.META.get("digitalchikane.copy", False),
    }
