"""How a brand behaves: rules read top to bottom, of which the first that fits decides; if none fits, silence."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from ascolta.core.label import VOCABULARY
from ascolta.core.query import And, Field, Not, Or, Query
from ascolta.core.view import WHOLE, View, holds


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
PASSED_ON = Decision(
    action=Action.SILENCE,
    rule="repost",
    why="These are another's words, passed on: whoever wrote them is met where they wrote them, so we keep silent.",
)
OPTED_OUT = Decision(
    action=Action.HANDOVER,
    rule="opted-out-but-spoke-to-us",
    why="This person does not want to be heard, but spoke to us: only people may answer, and nothing else is kept.",
    desk="people",
    approve=2,
)
ASKED_TO_STOP = Decision(
    action=Action.SILENCE,
    rule="stop",
    why="This person asked us to leave them alone, so we do, from now on.",
)


def decide(etiquette: Etiquette, view: View) -> Decision:
    """The decision of the first rule that fits; silence if none does."""
    ready = _ready(etiquette)
    if ready.labels is None:
        return ready.first(view)
    key = (view.said & ready.labels, *[(view.values(name) or frozenset()) & wanted for name, wanted in ready.fields])
    met = ready.met.get(key)
    if met is None:
        if len(ready.met) >= _MOST:
            ready.met.clear()
        met = ready.met[key] = ready.first(view)
    return met


Check = Callable[[View], bool]
Pair = tuple[str, str]


class _Ready:
    """What each rule asks and decides, put together once for each etiquette.

    Rules that ask for nothing but `labels` and `fields` (name and values) decide the same wherever these are the same,
    so that is found once, and remembered in `met`; of people nothing is, but which of the values asked for they have.
    """

    def __init__(self, etiquette: Etiquette) -> None:
        self.etiquette = etiquette
        self.rules = [(fits(rule.when), _decision(rule)) for rule in etiquette.rules]
        self.met: dict[tuple[frozenset[Any], ...], Decision] = {}
        self.labels: frozenset[Pair] | None = None
        self.fields: list[tuple[str, frozenset[str]]] = []
        asked = [leaf for rule in etiquette.rules for leaf in _leaves(rule.when)]
        pairs = [(leaf.name, leaf.value) for leaf in asked if isinstance(leaf, Field)]
        if len(pairs) == len(asked) and all(name in VOCABULARY or name in WHOLE for name, _ in pairs):
            self.labels = frozenset(pair for pair in pairs if pair[0] in VOCABULARY)
            names = sorted({name for name, _ in pairs if name not in VOCABULARY})
            self.fields = [(name, frozenset(value for other, value in pairs if other == name)) for name in names]

    def first(self, view: View) -> Decision:
        """The decision of the first rule that fits."""
        for check, decision in self.rules:
            if check(view):
                return decision
        return NONE_FITS


_READY: dict[int, _Ready] = {}
_MOST = 8_192


def _ready(etiquette: Etiquette) -> _Ready:
    """It is known by its place in memory, for to compare all that it says would take longer than what is saved."""
    known = _READY.get(id(etiquette))
    if known is None or known.etiquette is not etiquette:
        if len(_READY) >= _MOST:
            _READY.clear()
        known = _READY[id(etiquette)] = _Ready(etiquette)
    return known


def _leaves(query: Query) -> Iterator[Query]:
    match query:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _leaves(part)
        case Not(part):
            yield from _leaves(part)
        case _:
            yield query


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
