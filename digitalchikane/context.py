"""What every template can use."""


def site(request):
    """The facts in force and the site's own pages, each read once and only when a template asks."""
    from guides.directory import Directory
    from guides.factbook import FactBook

    # What a page needs where it is a draft that somebody was asked to look at; readers' requests never carry it.
    review = getattr(request, "review", None)
    return {"facts": FactBook(), "pages": Directory(), "review": review}
