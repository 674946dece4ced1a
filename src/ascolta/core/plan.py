"""A prepared plan for a risk, its steps, and a rehearsal of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ascolta.core.alert import AlertChange
from ascolta.core.grading import alert_view
from ascolta.core.query import Query
from ascolta.core.terms import GRADES
from ascolta.core.view import holds

SEVERITIES = GRADES
"""How grave it is, from the least."""


class StepKind(StrEnum):
    """What a step is. A person does each of them; what it then does by itself stands in `incidents.py`.

    `lower-thresholds`: until it is over the brand hears of smaller risks; `ask`: a question to a person with options.
    """

    DO = "do"
    NOTIFY = "notify"
    PAUSE = "pause-speaking"
    STATEMENT = "statement"
    ADVOCATES = "brief-advocates"
    ASK = "ask"
    LOWER = "lower-thresholds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: who does what, within how many minutes of acceptance, and how one knows that it is done.

    `statement` is the prepared one that it publishes, or that advocates of `scope` are briefed with about a `topic`.
    `desk` is who is notified, `options` are the answers to a question, and `once_in_days` is how seldom a tick must be
    to raise an alarm while thresholds are lowered.
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
    desk: str = ""
    options: tuple[str, ...] = ()
    once_in_days: float = 0.0
    line: int = 0

    @property
    def term(self) -> str:
        """Within how long it is to be done, as a plan says it: 30 min, 4 h, 3 d."""
        for unit, size in (("d", 1_440), ("h", 60)):
            if self.within >= 2 * size and self.within % size == 0:
                return f"{self.within / size:g} {unit}"
        return f"{self.within:g} min"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A prepared answer to a risk. `when` is asked of the alert; the first plan that fits is proposed.

    One `by_hand` is never proposed, because no count tells of such a risk. `escalate` is the desk that hears of a late
    step (empty: whoever is told of escalations).
    """

    name: str
    title: str
    owner: str
    steps: tuple[Step, ...]
    when: Query | None = None
    severity: str = "warning"
    stand_down: str = ""
    escalate: str = ""
    by_hand: bool = False
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One step of a drill that is remembered: how long it took, in minutes (None: skipped), and how long it may."""

    step: str
    who: str
    within: float
    minutes: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """How the last drill of a plan went: when it began, at which speed, and each step; nobody's name is in it."""

    plan: str
    title: str
    at: float
    speed: float
    steps: tuple[Timed, ...]

    @property
    def late(self) -> int:
        """How many steps were late or skipped."""
        return sum(one.minutes is None or one.minutes > one.within for one in self.steps)

    @property
    def slowest(self) -> Timed | None:
        """The step that used most of its time."""
        done = [one for one in self.steps if one.minutes is not None]
        return max(done, key=lambda one: (one.minutes or 0.0) / one.within, default=None)


def remembered(went: Drill, at: float, speed: float) -> Rehearsal:
    """What is kept of a drill."""
    steps = (
        Timed(step=one.step.name, who=one.step.who, within=one.step.within, minutes=one.minutes) for one in went.steps
    )
    return Rehearsal(plan=went.plan.name, title=went.plan.title, at=at, speed=speed, steps=tuple(steps))


def propose(plans: Sequence[Plan], change: AlertChange) -> Plan | None:
    """The first of `plans` that fits an alert; one without `when` fits any."""
    view = alert_view(change.brand, change.stream, str(change.new), change.once_in_days, change.risk)
    fitting = (plan for plan in plans if not plan.by_hand and (plan.when is None or holds(plan.when, view)))
    return next(fitting, None)


def drill(plan: Plan, finished: Sequence[float | None]) -> Drill:
    """The rehearsal in which the steps of `plan` ended at these minutes after acceptance (None: skipped).

    Raises ValueError unless there is one entry a step.
    """
    pairs = zip(plan.steps, finished, strict=True)
    return Drill(plan=plan, steps=tuple(Done(step=step, minutes=minutes) for step, minutes in pairs))
