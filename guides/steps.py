"""The steps in brief of all phases: for the checklist, for each role's own page and for the sheet on the wall."""

from dataclasses import dataclass

from .models import PageEdition, Step
from .models.blocks import Role


@dataclass(frozen=True)
class Numbered:
    """A step with the number it is ticked by: 23 is the third of phase 2."""

    number: int
    step: Step


@dataclass(frozen=True)
class PhaseSteps:
    phase: PageEdition
    place: int
    steps: list[Numbered]


def by_phase(phases: list[PageEdition], role: str | None = None, with_everybodys: bool = True) -> list[PhaseSteps]:
    """The steps of live phases in order; of one role only its own, and what is everybody's. One query."""
    wanted = {role, Role.ANYONE} if with_everybodys else {role}
    steps: dict[int, list[Step]] = {}
    for step in Step.of(*phases).order_by("ordering", "pk"):
        steps.setdefault(step.parent_id, []).append(step)
    found = []
    for place, phase in enumerate(phases, start=1):
        numbered = [Numbered(place * 10 + i, step) for i, step in enumerate(steps.get(phase.pk, []), start=1)]
        mine = [each for each in numbered if role is None or each.step.role in wanted]
        if mine:
            found.append(PhaseSteps(phase, place, mine))
    return found
