"""What programs outside are told of: entries of the journal, as events with a type, and nothing personal in them.

The journal is in order, holds no personal data by its form, and has an entry for every act within the act's own
transaction. So whoever follows it loses nothing, and learns numbers of cases, rules, kinds and times, and no more.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ascolta.core.days import iso
from ascolta.core.journal import Entry, Kind, named

CASES: Mapping[Kind, str] = {
    Kind.OPENED: "case.opened",
    Kind.UNSEALED: "case.unsealed",
    Kind.ASSIGNED: "case.assigned",
    Kind.DRAFTED: "case.drafted",
    Kind.APPROVED: "case.approved",
    Kind.SENT: "case.sent",
    Kind.FAILED: "case.failed",
    Kind.SNOOZED: "case.snoozed",
    Kind.HANDED_OVER: "case.handed_over",
    Kind.RESOLVED: "case.resolved",
    Kind.REMOVED: "case.removed",
    Kind.EXPIRED: "case.removed",
    Kind.ERASED: "case.removed",
}
"""Events of a case. That it was removed does not tell why: the reason may be the person's."""

OTHERS: Mapping[Kind, str] = {
    Kind.ALERTED: "alert.changed",
    Kind.ACCEPTED: "incident.accepted",
    Kind.STEPPED: "incident.stepped",
    Kind.ESCALATED: "incident.escalated",
    Kind.STOOD_DOWN: "incident.stood_down",
    Kind.PAUSED: "speaking.paused",
    Kind.RESUMED: "speaking.resumed",
}

TYPES = tuple(dict.fromkeys((*CASES.values(), *OTHERS.values())))
GROUPS = tuple(dict.fromkeys(one.partition(".")[0] for one in TYPES))
"""What a hook may subscribe: one type, or all whose names begin alike."""

TEST = "ascolta.test"
REMOVED = "removed"
"""The status of a case that is gone."""

PLAN = "plan."


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A program that is told. `to` and `secret` are environment variables that hold its address and its secret.

    `private`: it may be in a network that only the brand reaches. `line` is where it stands in routes.yaml.
    """

    name: str
    to: str
    secret: str
    on: tuple[str, ...]
    private: bool = False
    line: int = 0

    def wants(self, event: str) -> bool:
        """Whether it is told of events of a type."""
        return event in self.on or event.partition(".")[0] in self.on


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a hook was told: the next entry, and since when it is not taken; `tries` of that, and `note` why."""

    next: int
    tries: int = 0
    due: float = 0.0
    note: str = ""
    told: int = 0
    dead: int = 0


def event_of(entry: Entry) -> str:
    """The type of the event that an entry is; empty if it is none."""
    if entry.kind in CASES:
        return CASES[entry.kind] if entry.case is not None else ""
    return OTHERS.get(entry.kind, "")


def concerns(hook: Hook, brand: str, entry: Entry) -> bool:
    """Whether a hook of a brand is told of an entry."""
    event = event_of(entry)
    return bool(event) and entry.brand == named(brand) and hook.wants(event)


def message(entry: Entry, brand: str, status: str = "") -> dict[str, object]:
    """What is told of an entry, as Standard Webhooks have it; `status` is where the case stands now."""
    event = event_of(entry)
    data: dict[str, object] = {"brand": brand, "seq": entry.seq}
    if entry.case is not None:
        data |= {"case": entry.case, "rule": entry.rule, "status": status}
    elif event.startswith("incident."):
        plan, step = _plan(entry.rule)
        data |= {"plan": plan, "step": step}
    elif event.startswith("alert."):
        data["state"] = entry.rule
    return {"type": event, "timestamp": iso(entry.at), "data": data}


def trial(brand: str, at: float) -> dict[str, object]:
    """What is told as a test."""
    return {"type": TEST, "timestamp": iso(at), "data": {"brand": brand}}


def key(hook: str, raw: bytes) -> str:
    """One for each hook and entry, at every try and after every start."""
    return hashlib.sha256(f"{hook}\0".encode() + raw).hexdigest()[:32]


def odd(on: Sequence[str]) -> str:
    """The first of some names that is no type and no group; empty if there is none."""
    return next((one for one in on if one not in TYPES and one not in GROUPS), "")


def _plan(rule: str) -> tuple[str, int | None]:
    """The plan and the step that an entry names, as `plan.storm.3`."""
    said = rule.removeprefix(PLAN)
    plan, _, step = said.rpartition(".")
    return (plan, int(step)) if plan and step.isdigit() else (said, None)
