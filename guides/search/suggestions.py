"""What a reader is offered while typing: one small list, the same for everybody, looked through in the browser."""

from .entries import Kind
from .kept import index_for

# Facts are found by what they say, and sections of other pages than the phases by their page: all would be too many.
LEFT_OUT = {Kind.FACT}
MOST_WORDS = 12


def suggested(language: str) -> list[list]:
    """Title, address, kind and, where there are any, other words for it."""
    index = index_for(language)
    words = index.other_words()
    found = []
    for entry in index.entries:
        if entry.kind in LEFT_OUT or (entry.is_section and entry.kind != Kind.PHASE):
            continue
        row = [entry.title.text, entry.url, entry.phase[1].text if entry.is_section else str(entry.kind.label)]
        if others := words.get(entry.reference):
            row.append(others[:MOST_WORDS])
        found.append(row)
    return found
