from . import facts, glossary, pages, publisher, routes

__all__ = ["facts", "glossary", "pages", "publisher", "routes"]
