from .blocks import (
    Callout,
    CardTeaser,
    DoDont,
    FactList,
    Heading,
    Image,
    Recipe,
    RouteList,
    Step,
    Text,
)
from .deadlines import Deadline
from .facts import Fact, FactWording, Source
from .glossary import Term
from .links import Link
from .pages import Page, PageEdition
from .publisher import Publisher
from .records import RecordField
from .routes import Route
from .synonyms import Synonym
from .triage import Answer, End, Question

__all__ = [
    "Answer",
    "Callout",
    "CardTeaser",
    "Deadline",
    "DoDont",
    "End",
    "Fact",
    "FactList",
    "FactWording",
    "Heading",
    "Image",
    "Link",
    "Page",
    "PageEdition",
    "Publisher",
    "Question",
    "Recipe",
    "RecordField",
    "Route",
    "RouteList",
    "Source",
    "Step",
    "Synonym",
    "Term",
    "Text",
]
