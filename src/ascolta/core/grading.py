"""How grave an alarm is: rules read top to bottom, of which the first that fits gives the grade; if none fits, watch.

Also what a query sees of an alert, wherever one is asked: in these rules, in plans, in routes and silences.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from ascolta.core.alert import AlertChange, Vigil
from ascolta.core.days import ALERT_NUMBERS
from ascolta.core.post import Post
from ascolta.core.query import Field, Query, Range, leaves
from ascolta.core.risk import TOPIC, Risk
from ascolta.core.terms import ALERT_FIELDS, GRADES
from ascolta.core.view import View, holds

ASKABLE = ("stream", "state", "topic", "brand", "grade", "organised", "brands", *ALERT_NUMBERS)
"""What may be asked of an alert."""

LEAST = GRADES[0]
NONE_FITS = ("none", "No rule fits, so it is to be watched.")
"""Name and reason where no rule gives a grade."""

MOST = 999_999
"""The largest number that a query can name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRule:
    """One sentence about how grave a risk is; `line` is where it stands in its file."""

    name: str
    when: Query
    grade: str
    why: str
    line: int = 0


Grading = tuple[GradeRule, ...]


def graded(rules: Grading, change: AlertChange) -> Risk:
    """The risk of a change, with its grade and the rule that gave it."""
    risk = replace(change.risk or Risk(), grade="", rule="", why="")
    view = alert_view(change.brand, change.stream, str(change.new), change.once_in_days, risk)
    found = next((rule for rule in rules if holds(rule.when, view)), None)
    if found is None:
        return replace(risk, grade=LEAST, rule=NONE_FITS[0], why=NONE_FITS[1])
    return replace(risk, grade=found.grade, rule=found.name, why=found.why)


def told(vigil: Vigil, change: AlertChange | None, risk: Risk, rules: Grading) -> AlertChange | None:
    """An alarm with its kind and grade; within an episode, a change of its own where it is graver than was told."""
    here = change or vigil.again()
    risk = graded(rules, replace(here, risk=risk))
    before = vigil.grade or LEAST
    if change is not None:
        vigil.grade = risk.grade
        return replace(change, risk=risk)
    if gravity(risk.grade) <= gravity(before):
        return None
    vigil.grade = risk.grade
    return replace(here, risk=risk, why=f"Graver: {before} became {risk.grade}. {here.why}")


def gravity(grade: str) -> int:
    """How grave a grade is, from 0; -1 for none."""
    return GRADES.index(grade) if grade in GRADES else -1


def graver(one: str, other: str) -> str:
    """The graver of two grades."""
    return one if gravity(one) >= gravity(other) else other


def alert_view(brand: str, stream: str, state: str, once_in_days: float, risk: Risk | None) -> View:
    """An alert as a query sees it."""
    topics = [stream.removeprefix(TOPIC)] if stream.startswith(TOPIC) else []
    states = {name: frozenset[str]() for name in (*ALERT_FIELDS, "topic")}
    states |= {"stream": _said(stream), "state": _said(state)}
    numbers = {"once_in_days": min(round(once_in_days), MOST)} if state != "calm" else {}
    if risk is not None:
        topics += [driver.topic for driver in risk.drivers]
        states |= {
            "grade": _said(risk.grade),
            "organised": _said(str(risk.company.organised)),
            "brands": _said("many" if risk.is_common else "one"),
        }
        numbers |= _numbers(risk)
    states["topic"] = frozenset(topics)
    return View(Post(id="", content="", brand=brand), states=states, numbers=numbers)


def asks(query: Query) -> tuple[frozenset[str], bool]:
    """The fields that a query asks about, and whether it asks about nothing else: an alert has no words."""
    found = leaves(query)
    asked = [leaf.name for leaf in found if isinstance(leaf, Field) or _is_number(leaf)]
    return frozenset(asked), len(asked) == len(found)


def odd(query: Query, known: Sequence[str] = ASKABLE) -> str:
    """What a query asks about that an alert does not have; empty if there is nothing."""
    fields, only = asks(query)
    strange = sorted(fields - frozenset(known))
    return f"{strange[0]}:" if strange else "" if only else "words"


def _is_number(leaf: Query) -> TypeGuard[Range]:
    return isinstance(leaf, Range) and leaf.name in ALERT_NUMBERS


def _said(value: str) -> frozenset[str]:
    return frozenset({value} if value else ())


def _numbers(risk: Risk) -> Mapping[str, int]:
    """The numbers of a risk; what is not known is left out, so that no range holds for it."""
    found = {
        "count": risk.speed.now,
        "peak": risk.speed.likely,
        "complaints": risk.complaints,
        "negatives": risk.negatives,
    }
    if risk.speed.doubling is not None:
        found["doubling"] = round(risk.speed.doubling)
    if risk.company.organised != "unknown":
        found["copies"] = risk.company.copies
    return {name: min(number, MOST) for name, number in found.items()}
