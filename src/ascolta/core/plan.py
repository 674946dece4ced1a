"""A prepared plan for a risk, its steps, and a rehearsal of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ascolta.core.alert import AlertChange
from ascolta.core.post import Post
from ascolta.core.query import Query
from ascolta.core.view import View, holds


class StepKind(StrEnum):
    """What a step is. All are done by people; `pause-speaking` also stops the outbox when it is accepted."""

    DO = "do"
    NOTIFY = "notify"
    PAUSE = "pause-speaking"
    STATEMENT = "statement"
    ADVOCATES = "brief-advocates"
    ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: who does what, within how many minutes of acceptance, and how one knows that it is done.

    `statement` is the prepared one that it publishes, or that advocates of `scope` are briefed with about a `topic`.
    """

    name: str
    who: str
    do: str
    within: float
    done_when: str = ""
    kind: StepKind = StepKind.DO
    statement: str = ""
    scope: str = ""
    topic: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A prepared answer to a risk. `when` is asked of the alert; the first plan that fits is proposed."""

    name: str
    title: str
    owner: str
    steps: tuple[Step, ...]
    when: Query | None = None
    severity: str = "warning"
    stand_down: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A step as it went: minutes from acceptance to its end, None if it was skipped; `late` by its own term."""

    step: Step
    minutes: float | None

    @property
    def late(self) -> bool:
        """Whether it took longer than allowed, or was skipped."""
        return self.minutes is None or self.minutes > self.step.within


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """A rehearsal of a plan, timed."""

    plan: Plan
    steps: tuple[Done, ...]

    @property
    def passed(self) -> bool:
        """Whether every step was done in time."""
        return not any(done.late for done in self.steps)

    @property
    def slowest(self) -> Done | None:
        """The step that used most of its time."""
        done = [step for step in self.steps if step.minutes is not None]
        return max(done, key=lambda step: (step.minutes or 0.0) / step.step.within, default=None)


def propose(plans: Sequence[Plan], change: AlertChange) -> Plan | None:
    """The first of `plans` that fits an alert; one without `when` fits any."""
    states = {"stream": frozenset({change.stream}), "state": frozenset({str(change.new)})}
    view = View(Post(id="", content="", brand=change.brand), states=states)
    return next((plan for plan in plans if plan.when is None or holds(plan.when, view)), None)


def drill(plan: Plan, finished: Sequence[float | None]) -> Drill:
    """The rehearsal in which the steps of `plan` ended at these minutes after acceptance (None: skipped).

    Raises ValueError unless there is one entry a step.
    """
    pairs = zip(plan.steps, finished, strict=True)
    return Drill(plan=plan, steps=tuple(Done(step=step, minutes=minutes) for step, minutes in pairs))
