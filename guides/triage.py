"""The questions of /start/ as a whole: which question leads where, and whether every way through them is safe."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext

from conversations.models import CardEdition, LetterEdition
from digitalchikane import references
from digitalchikane.publishing.models import Problem

from .models import CardTeaser, Heading, PageEdition
from .models.triage import Answer, End, Question, Topic

# Asked on every way before any other question: advice that helps against a stranger can harm in these three.
FIRST = (Topic.DANGER, Topic.COLLEAGUE, Topic.STALKING)


@dataclass
class Asked:
    """A question with its answers, and how many questions come before it."""

    question: Question
    answers: list[Answer] = field(default_factory=list)
    step: int = 0


@dataclass(frozen=True)
class Way:
    """One way from the first question to an end."""

    questions: tuple[Question, ...]
    answers: tuple[Answer, ...]
    end: End

    @property
    def topics(self) -> list[str]:
        return [question.topic for question in self.questions]


class Triage:
    """The questions and ends of one edition. Only ask for `ways` where `problems` found no loop."""

    def __init__(self, edition: PageEdition):
        self.asked: list[Asked] = []
        self.ends: list[End] = []
        self.strays: list[Answer] = []
        for block in edition.blocks():
            match block:
                case Question():
                    self.asked.append(Asked(block))
                case Answer():
                    (self.asked[-1].answers if self.asked else self.strays).append(block)
                case End():
                    self.ends.append(block)
        self._count_steps()

    @cached_property
    def by_anchor(self) -> dict[str, Asked | End]:
        return {end.anchor: end for end in self.ends} | {each.question.anchor: each for each in self.asked}

    @property
    def longest(self) -> int:
        """The most questions that anybody is asked."""
        return max((each.step for each in self.asked), default=0)

    def _count_steps(self):
        """The longest way to each question; a loop ends the count."""
        reached = [(self.asked[0], 1)] if self.asked else []
        while reached:
            each, step = reached.pop()
            if each.step >= step or step > len(self.asked):
                continue
            each.step = step
            for answer in each.answers:
                if isinstance(target := self.by_anchor.get(answer.leads_to), Asked):
                    reached.append((target, step + 1))

    @cached_property
    def ends_with_sections(self) -> list[tuple[End, Heading | None]]:
        """Every end, and the heading of the section that its button leads to."""
        places = [references.split(end.link) or ("", "", "") for end in self.ends]
        pages = PageEdition.objects.live().filter(document__key__in={key for _scheme, key, _anchor in places})
        headings = Heading.objects.filter(parent__in=pages, anchor__in={anchor for _scheme, _key, anchor in places})
        found = {
            f"side:{heading.parent.document.key}#{heading.anchor}": heading
            for heading in headings.select_related("parent__document")
        }
        return [(end, found.get(end.link)) for end in self.ends]

    def ways(self) -> Iterator[Way]:
        """Every way through the questions."""

        def walk(each: Asked, questions, answers):
            questions = (*questions, each.question)
            for answer in each.answers:
                match self.by_anchor.get(answer.leads_to):
                    case Asked() as target:
                        yield from walk(target, questions, (*answers, answer))
                    case End() as end:
                        yield Way(questions, (*answers, answer), end)

        if self.asked:
            yield from walk(self.asked[0], (), ())

    # Is it safe?

    def problems(self) -> list[Problem]:
        """What must be mended before these questions can be published."""
        found = [*self._shape(), *self._contact()]
        # Ways can only be walked where none goes in a circle.
        return found or list(self._unsafe_ways())

    def _shape(self) -> Iterator[Problem]:
        if not self.asked:
            yield Problem(gettext("There are no questions."))
        for answer in self.strays:
            yield Problem(gettext("This answer stands before the first question."), block=answer)
        seen = set()
        for block in [*(each.question for each in self.asked), *self.ends]:
            if block.anchor in seen:
                message = gettext("Two questions or ends have the anchor “%(anchor)s”.") % {"anchor": block.anchor}
                yield Problem(message, block=block)
            seen.add(block.anchor)
        for each in self.asked:
            if len(each.answers) < 2:
                yield Problem(gettext("A question needs at least two answers."), block=each.question)
            for answer in each.answers:
                if answer.leads_to not in self.by_anchor:
                    message = gettext("The answer leads to “%(anchor)s”, which is not here.")
                    yield Problem(message % {"anchor": answer.leads_to}, block=answer)
        yield from self._unreached()
        if loop := self._loop():
            yield Problem(gettext("The questions lead round in a circle here."), block=loop)

    def _unreached(self) -> Iterator[Problem]:
        led_to = {answer.leads_to for each in self.asked if each.step for answer in each.answers}
        for each in self.asked[1:]:
            if each.question.anchor not in led_to:
                yield Problem(gettext("No answer leads to this question."), block=each.question)
        for end in self.ends:
            if end.anchor not in led_to:
                yield Problem(gettext("No answer leads to this end."), block=end)

    def _loop(self) -> Question | None:
        done: set[str] = set()

        def walk(each: Asked, above: set[str]) -> Question | None:
            anchor = each.question.anchor
            if anchor in above:
                return each.question
            if anchor in done:
                return None
            for answer in each.answers:
                target = self.by_anchor.get(answer.leads_to)
                if isinstance(target, Asked) and (found := walk(target, above | {anchor})):
                    return found
            done.add(anchor)
            return None

        return next((found for each in self.asked if (found := walk(each, set()))), None)

    def _unsafe_ways(self) -> Iterator[Problem]:
        """A way must settle danger, colleague and stalking first. It may only end earlier on the answer to one of
        these, as “yes, somebody is in danger” does."""
        told = set()
        for way in self.ways():
            first = way.topics[: len(FIRST)]
            if first != list(FIRST[: len(first)]) and way.end.pk not in told:
                told.add(way.end.pk)
                message = gettext("A way to this end has not asked about danger, colleague and stalking first.")
                yield Problem(message, block=way.end)

    def _contact(self) -> Iterator[Problem]:
        """No end may lead to contact with the sender: that advice is reached from phase 3 alone."""
        contact = {
            f"{scheme}:{key}"
            for scheme, model in [("kort", CardEdition), ("brev", LetterEdition)]
            for key in model.objects.current_or_live()
            .filter(leads_to_contact=True)
            .values_list("document__key", flat=True)
        }
        for end in self.ends:
            named = [*end.references(), *([f"kort:{end.card.key}"] if end.card else [])]
            if any(_leads_to(reference, contact) for reference in named):
                yield Problem(gettext("This end leads to contact with the sender."), block=end)


def _leads_to(reference: str, contact: set[str]) -> bool:
    """Whether a reference names one of these cards and letters, or the section of a page that shows such a card."""
    match references.split(reference):
        case "kort" | "brev" as scheme, key, _:
            return f"{scheme}:{key}" in contact
        case "side", key, fragment if fragment:
            section = ""
            edition = PageEdition.objects.live().filter(document__key=key).select_related("document").first()
            for block in edition.blocks() if edition else ():
                if isinstance(block, Heading):
                    section = block.anchor
                elif section == fragment and isinstance(block, CardTeaser) and f"kort:{block.card.key}" in contact:
                    return True
    return False
