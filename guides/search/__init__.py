"""Search: an index of all that readers can reach, kept in memory and forgiving of how people write."""

from .entries import Entry, Kind
from .index import Answer, Hit, Index
from .kept import index_for

__all__ = ["Answer", "Entry", "Hit", "Index", "Kind", "index_for"]
