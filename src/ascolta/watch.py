"""Counts → detector → alert change → plan."""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from ascolta.core.alert import TOPIC, AlertChange, Vigil
from ascolta.core.brand import Brand
from ascolta.core.mention import TICK
from ascolta.core.plan import Plan, propose
from ascolta.ports import Store

LONG_SILENCE = 7 * 86_400
"""After a longer gap without any count, in seconds, the detector skips ahead instead of walking through it."""

Told = list[tuple[AlertChange, Plan | None]]


def watch(store: Store, brand: Brand, until: float, *, once_in_days: float | None = None) -> Told:
    """Show the detector every tick that ended by `until` (seconds since 1970 UTC); the changes, each with its plan.

    The detector's memory and its changes are kept in one transaction, so a crash repeats a watch and never doubles it.

    `once_in_days`: for this time, alarms may come as often as this, as while an incident is open; never more seldom
    than otherwise. Beside all, negative and complaint, each topic of the brand is watched.
    """
    span = store.span(brand.id)
    if span is None:
        return []
    saved = store.vigil(brand.id)
    vigil = _vigil(brand, saved)
    start = int(saved["seen"]) if saved else span[0]
    end = int(until // TICK * TICK)
    if end <= start:
        return []
    counts = {stream: store.counts(brand.id, stream, start, end) for stream in vigil.streams}
    kept = vigil.threshold
    if once_in_days is not None:
        vigil.threshold = min(kept, math.log10(once_in_days))
    changes = [change for tick in _ticks(start, end, counts) if (change := _tick(vigil, tick, counts))]
    vigil.threshold = kept
    state: dict[str, Any] = {"seen": end, "vigil": vigil.state()}
    store.watched(brand.id, state, changes)
    return [(change, propose(brand.plans, change) if change.new != "calm" else None) for change in changes]


def history(store: Store, brand: Brand) -> str:
    """How much the detector has to go by: `not enough history: 9 days to go`, or nothing where there is enough."""
    return _vigil(brand, store.vigil(brand.id)).history


def _vigil(brand: Brand, saved: dict[str, Any]) -> Vigil:
    topics = [f"{TOPIC}{topic.name}" for topic in brand.topics]
    if saved:
        return Vigil.from_state(brand.id, saved["vigil"], topics=topics)
    return Vigil(brand.id, topics=topics)


def _tick(vigil: Vigil, tick: int, counts: dict[str, dict[int, int]]) -> AlertChange | None:
    return vigil.tick(float(tick + TICK), {stream: found.get(tick, 0) for stream, found in counts.items()})


def _ticks(start: int, end: int, counts: dict[str, dict[int, int]]) -> Iterator[int]:
    """Every tick of the time, except in the middle of a silence too long to be told anything by it."""
    said = sorted({start, end, *counts["all"]})
    for here, there in pairwise(said):
        yield from range(here, min(there, here + LONG_SILENCE), TICK)
