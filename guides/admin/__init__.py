from . import deadlines, facts, glossary, links, pages, publisher, routes

__all__ = ["deadlines", "facts", "glossary", "links", "pages", "publisher", "routes"]
