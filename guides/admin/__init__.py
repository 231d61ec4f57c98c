from . import deadlines, facts, glossary, pages, publisher, routes

__all__ = ["deadlines", "facts", "glossary", "pages", "publisher", "routes"]
