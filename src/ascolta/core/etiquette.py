"""How a brand behaves: rules read top to bottom, of which the first that fits decides; if none fits, silence."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial

from ascolta.core.label import VOCABULARY
from ascolta.core.query import And, Field, Not, Or, Query
from ascolta.core.view import View, holds


class Action(StrEnum):
    """What a rule may call for. Nothing is ever done by a rule; a person acts on it."""

    REPLY = "reply"
    CARE = "care"
    HANDOVER = "handover"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One sentence of the policy. `approve` is how many people must agree to an answer (1 or 2).

    `fits` and `spares` are posts for which `when` must and must not hold; `line` is where the rule stands in its file.
    """

    name: str
    when: Query
    then: Action
    why: str
    approve: int = 1
    desk: str = "care"
    fits: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to be done about a mention, by which rule and why, in plain words."""

    action: Action
    rule: str
    why: str
    desk: str = ""
    approve: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Etiquette:
    """The policy of one brand."""

    brand: str
    rules: tuple[Rule, ...] = ()


NONE_FITS = Decision(action=Action.SILENCE, rule="none", why="No rule fits, so we keep silent.")
OPTED_OUT = Decision(
    action=Action.HANDOVER,
    rule="opted-out-but-spoke-to-us",
    why="This person does not want to be heard, but spoke to us: only a person may answer, and nothing else is kept.",
    desk="people",
    approve=1,
)
ASKED_TO_STOP = Decision(
    action=Action.SILENCE,
    rule="stop",
    why="This person asked us to leave them alone, so we do, from now on.",
)


def decide(etiquette: Etiquette, view: View) -> Decision:
    """The decision of the first rule that fits; silence if none does."""
    for rule in etiquette.rules:
        if fits(rule.when)(view):
            return Decision(action=rule.then, rule=rule.name, why=rule.why, desk=rule.desk, approve=rule.approve)
    return NONE_FITS


@lru_cache(maxsize=8_192)
def fits(query: Query) -> Callable[[View], bool]:
    """`holds` of one query, put together once: rules ask for little but labels, and every mention is asked."""
    match query:
        case Field(name, value) if name in VOCABULARY:
            return lambda view: (name, value) in view.said
        case Not(part):
            inner = fits(part)
            return lambda view: not inner(view)
        case And(parts):
            return partial(_each, tuple(map(fits, parts)))
        case Or(parts):
            return partial(_some, tuple(map(fits, parts)))
    return partial(holds, query)


def _each(checks: tuple[Callable[[View], bool], ...], view: View) -> bool:
    for check in checks:  # noqa: SIM110 - a generator would cost more than what it is to tell
        if not check(view):
            return False
    return True


def _some(checks: tuple[Callable[[View], bool], ...], view: View) -> bool:
    for check in checks:  # noqa: SIM110
        if check(view):
            return True
    return False
