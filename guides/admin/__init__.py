from . import deadlines, facts, glossary, links, pages, publisher, records, routes

__all__ = ["deadlines", "facts", "glossary", "links", "pages", "publisher", "records", "routes"]
