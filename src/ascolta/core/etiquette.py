"""How a brand behaves: rules read top to bottom, of which the first that fits decides; if none fits, silence."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

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
    for check, decision in _ready(etiquette):
        if check(view):
            return decision
    return NONE_FITS


Check = Callable[[View], bool]

_READY: dict[int, tuple[Etiquette, list[tuple[Check, Decision]]]] = {}
_MOST = 8_192


def _ready(etiquette: Etiquette) -> list[tuple[Check, Decision]]:
    """What each rule asks and decides, put together once for each etiquette.

    It is known by its place in memory, for to compare all that it says would take longer than what is saved.
    """
    known = _READY.get(id(etiquette))
    if known is None or known[0] is not etiquette:
        if len(_READY) >= _MOST:
            _READY.clear()
        known = _READY[id(etiquette)] = etiquette, [(fits(rule.when), _decision(rule)) for rule in etiquette.rules]
    return known[1]


def _decision(rule: Rule) -> Decision:
    return Decision(action=rule.then, rule=rule.name, why=rule.why, desk=rule.desk, approve=rule.approve)


def fits(query: Query) -> Check:
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


def _each(checks: tuple[Check, ...], view: View) -> bool:
    for check in checks:  # noqa: SIM110 - a generator would cost more than what it is to tell
        if not check(view):
            return False
    return True


def _some(checks: tuple[Check, ...], view: View) -> bool:
    for check in checks:  # noqa: SIM110
        if check(view):
            return True
    return False
