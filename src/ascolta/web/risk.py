"""Risk: volume over time with its alarms, drawn as SVG with the figures in a table behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ascolta.core import meaning
from ascolta.core.alert import AlertChange, State
from ascolta.core.brand import Brand
from ascolta.core.days import DAY
from ascolta.core.incident import Incident
from ascolta.core.plan import Plan, Rehearsal, propose
from ascolta.ports import Store
from ascolta.stores.incidents import Incidents
from ascolta.watch import history
from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import ngettext
from ascolta.web.words import told

BUCKET = 900
WIDTH, HEIGHT = 960, 200
OVER = 10
"""Incidents that are over, on the page."""

SHOWN = 96
"""Buckets on the page: one day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One quarter of an hour: its start, its counts, and the two bars in pixels."""

    at: float
    mentions: int
    complaints: int
    x: float
    width: float
    tall: float
    low: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """A plan, and in words how its last drill went."""

    plan: Plan
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What kind of risk an alert is about: what each part of it is called, and what is to be said of it."""

    why: str
    said: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """One brand's risk. `marks` are the alert changes with their place on the picture.

    `going` and `over` are its incidents, the newest first; `can_accept` whether a plan may be accepted here; `history`
    how much the detector lacks to go by.
    """

    brand: Brand
    bars: Sequence[Bar]
    highest: int
    marks: Sequence[tuple[AlertChange, float]]
    changes: Sequence[tuple[AlertChange, Plan | None]]
    up: bool
    going: Sequence[Incident] = ()
    over: Sequence[Incident] = ()
    drills: Sequence[Readiness] = ()
    can_accept: bool = False
    history: str = ""
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def proposed(self) -> Plan | None:
        """The plan that the alert proposes, if one is up and no incident of that plan goes on."""
        change, plan = self.changes[0] if self.changes else (None, None)
        is_new = plan is not None and plan.name not in (one.begun.plan for one in self.going)
        return plan if self.up and change is not None and is_new else None

    @property
    def grade(self) -> str:
        """The grade of the alert that is up, the last that was told; empty if none is up."""
        found = self.changes[0][0].risk if self.up else None
        return found.grade if found is not None else ""

    def meant(self, change: AlertChange) -> Meant | None:
        """What kind of risk a change tells of, in words."""
        found = change.risk
        if found is None:
            return None
        fast = [one for one in (told(meaning.moving(found.speed)), told(meaning.expected(found.speed))) if one]
        said = (
            (_("How fast"), " ".join(fast)),
            (_("Who speaks"), told(meaning.voices(found))),
            (_("Other brands"), told(meaning.spread(found))),
        )
        return Meant(why=found.why if found.grade else "", said=[(name, words) for name, words in said if words])


def look(brand: Brand, store: Store, incidents: Incidents | None = None, now: float = 0.0) -> Risk:
    """Everything that the page shows of one brand; without `incidents` plans are only shown."""
    span = store.span(brand.id)
    last = span[1] // BUCKET if span else 0
    first = max(span[0] // BUCKET, last - SHOWN + 1) if span else 0
    buckets = range(first, last + 1) if span else range(0)
    mentions = _sums(store, brand, "all", buckets)
    complaints = _sums(store, brand, "complaint", buckets)
    highest = max([1, *mentions.values()])
    step = WIDTH / max(24, len(buckets))
    bars = [
        Bar(
            at=bucket * BUCKET,
            mentions=mentions.get(bucket, 0),
            complaints=complaints.get(bucket, 0),
            x=round(place * step, 1),
            width=round(step * 0.78, 1),
            tall=round(HEIGHT * mentions.get(bucket, 0) / highest, 1),
            low=round(HEIGHT * complaints.get(bucket, 0) / highest, 1),
        )
        for place, bucket in enumerate(buckets)
    ]
    changes = store.alerts(brand.id)
    marks = [
        (change, round((change.at / BUCKET - first) * step, 1)) for change in changes if change.at / BUCKET >= first
    ]
    told = [(c, propose(brand.plans, c) if c.new is not State.CALM else None) for c in reversed(changes)]
    up = bool(changes) and changes[-1].new is not State.CALM
    kept = incidents.all(brand.id) if incidents is not None else []
    return Risk(
        brand=brand,
        bars=bars,
        highest=highest,
        marks=marks,
        changes=told,
        up=up,
        going=[one for one in reversed(kept) if one.is_open],
        over=[one for one in reversed(kept) if not one.is_open][:OVER],
        drills=_drills(brand, incidents, now) if incidents is not None else (),
        can_accept=incidents is not None,
        history=history(store, brand),
    )


def _drills(brand: Brand, incidents: Incidents, now: float) -> list[Readiness]:
    """How ready each plan is."""
    last = {one.plan: one for one in incidents.drills(brand.id)}
    return [Readiness(plan=plan, said=_ready(last.get(plan.name), now)) for plan in brand.plans]


def _ready(went: Rehearsal | None, now: float) -> str:
    """Such as `last drilled 43 days ago; slowest step: Say that we know, 28 of 30 min`."""
    if went is None:
        return _("never drilled")
    days = max(0, int((now - went.at) // DAY))
    said = [
        _("last drilled today")
        if days == 0
        else ngettext("last drilled yesterday", "last drilled %(num)s days ago", days)
    ]
    if went.late:
        said.append(_("%(late)s of %(steps)s steps late or skipped", late=went.late, steps=len(went.steps)))
    if (slow := went.slowest) is not None:
        minutes, within = f"{slow.minutes:.0f}", f"{slow.within:g}"
        said.append(
            _(
                "slowest step: %(step)s, %(minutes)s of %(within)s min",
                step=slow.step,
                minutes=minutes,
                within=within,
            )
        )
    return "; ".join(said)


def _sums(store: Store, brand: Brand, stream: str, buckets: range) -> dict[int, int]:
    found: dict[int, int] = {}
    if buckets:
        for tick, count in store.counts(brand.id, stream, buckets[0] * BUCKET, (buckets[-1] + 1) * BUCKET).items():
            found[tick // BUCKET] = found.get(tick // BUCKET, 0) + count
    return found
