from . import deadlines, facts, glossary, links, pages, publisher, records, routes, synonyms

__all__ = ["deadlines", "facts", "glossary", "links", "pages", "publisher", "records", "routes", "synonyms"]
