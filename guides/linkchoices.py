"""What a link can lead to on this site, for a field in which an editor types a few letters and chooses."""

from digitalchikane import references

from .factbook import FactBook


def link_choices() -> list[tuple[str, str]]:
    """References with what they name, in words: pages with their sections, then cards, letters and routes."""
    from conversations.models import CardEdition, LetterEdition

    from .models import Heading, PageEdition, Route

    pages = list(_current(PageEdition))
    sections: dict[int, list[Heading]] = {}
    for heading in Heading.objects.filter(parent__in=pages).order_by("ordering", "pk"):
        sections.setdefault(heading.parent_id, []).append(heading)
    found = []
    for page in pages:
        reference = references.to(page)
        found.append((reference, str(page)))
        found += [(f"{reference}#{each.anchor}", f"{page}: {each}") for each in sections.get(page.pk, [])]
    for things in (_current(CardEdition), _current(LetterEdition), Route.objects.live()):
        found += [(references.to(each), f"{each} ({each._meta.verbose_name})") for each in things]
    book = FactBook()
    return [(reference, book.in_words(name)) for reference, name in found]


def _current(model):
    """The editions an editor means, of what is not withdrawn."""
    editions = model.objects.current().filter(is_withdrawal=False).select_related("document")
    return editions.order_by("document__position", "document__pk")
