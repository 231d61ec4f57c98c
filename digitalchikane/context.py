"""What every template can use."""


def site(request):
    """The facts in force and the site's own pages, each read once and only when a template asks."""
    from guides.directory import Directory
    from guides.factbook import FactBook

    return {"facts": FactBook(), "pages": Directory()}
