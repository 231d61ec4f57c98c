"""What keeps an edition from being published, or from being as good as it could be."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models


@dataclass(frozen=True)
class Problem:
    """Something that must be mended before an edition can be published, and where: a field of the edition or of one of
    its blocks. As a hint it is only worth mending."""

    message: str
    field: str = ""
    block: models.Model | None = None


class NotPublishable(ValidationError):
    """Publishing was refused: `problems` says why."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__([problem.message for problem in problems])


class AlreadyPublished(Exception):
    """Somebody else published this draft first."""


class ChangedMeanwhile(Exception):
    """Somebody else saved, published, withdrew or threw away what this was about."""


class DraftExists(Exception):
    """There is a draft already, and a document has only one: `draft`."""

    def __init__(self, draft):
        self.draft = draft
