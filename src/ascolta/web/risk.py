"""Risk: volume over time with its alarms, drawn as SVG with the figures in a table behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ascolta.core.alert import AlertChange, State
from ascolta.core.brand import Brand
from ascolta.core.plan import Plan, propose
from ascolta.ports import Store

BUCKET = 900
WIDTH, HEIGHT = 960, 200
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
class Risk:
    """One brand's risk. `marks` are the alert changes with their place on the picture."""

    brand: Brand
    bars: Sequence[Bar]
    highest: int
    marks: Sequence[tuple[AlertChange, float]]
    changes: Sequence[tuple[AlertChange, Plan | None]]
    up: bool
    width: int = WIDTH
    height: int = HEIGHT


def look(brand: Brand, store: Store) -> Risk:
    """Everything that the page shows of one brand."""
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
    return Risk(brand=brand, bars=bars, highest=highest, marks=marks, changes=told, up=up)


def _sums(store: Store, brand: Brand, stream: str, buckets: range) -> dict[int, int]:
    found: dict[int, int] = {}
    if buckets:
        for tick, count in store.counts(brand.id, stream, buckets[0] * BUCKET, (buckets[-1] + 1) * BUCKET).items():
            found[tick // BUCKET] = found.get(tick // BUCKET, 0) + count
    return found
