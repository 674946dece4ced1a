"""Counts → detector → alert change → what kind of risk → grade → plan."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from ascolta.core.alert import TOPIC, AlertChange, Vigil
from ascolta.core.brand import Brand
from ascolta.core.grading import told
from ascolta.core.mention import TICK
from ascolta.core.plan import Plan, propose
from ascolta.core.risk import assess
from ascolta.core.voices import Voices
from ascolta.core.watching.together import BEFORE, rises
from ascolta.ports import Store

LONG_SILENCE = 7 * 86_400
"""After a longer gap without any count, in seconds, the detector skips ahead instead of walking through it."""

MOST_OTHERS = 200
"""So many other brands are looked at to tell whether many rise at once."""

Told = list[tuple[AlertChange, Plan | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known beside a brand's counts: who speaks (core.voices), and the other brands that are watched."""

    voices: Voices | None = None
    brands: Iterable[Brand] = ()


ALONE = Around()


def watch(
    store: Store, brand: Brand, until: float, *, once_in_days: float | None = None, around: Around = ALONE
) -> Told:
    """Show the detector every tick that ended by `until` (seconds since 1970 UTC); the changes, each with its plan.

    The detector's memory and its changes are kept in one transaction, so a crash repeats a watch and never doubles it.

    `once_in_days`: for this time, alarms may come as often as this, as while an incident is open; never more seldom
    than otherwise. Beside all, negative and complaint, each topic of the brand is watched. While an episode lasts, it
    is told again where it has become graver.
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
    changes = list(_changes(store, (vigil, brand), _ticks(start, end, counts), counts, around))
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


def _changes(
    store: Store, whose: tuple[Vigil, Brand], ticks: Iterable[int], counts: dict[str, dict[int, int]], around: Around
) -> Iterator[AlertChange]:
    """What each tick changes: the alert rises, is found to be graver, or is over."""
    vigil, brand = whose
    for tick in ticks:
        at = float(tick + TICK)
        change = vigil.tick(at, {stream: found.get(tick, 0) for stream, found in counts.items()})
        if not vigil.is_up:
            if change is not None:
                yield change
            continue
        talk = around.voices.talk(brand.id, at) if around.voices is not None else None
        risk = assess(vigil.reading(), talk, _others(store, brand, at, around))
        if (found := told(vigil, change, risk, brand.grading)) is not None:
            yield found


def _others(store: Store, brand: Brand, at: float, around: Around) -> tuple[int, int]:
    """How many other brands rise in this quarter of an hour, and of how many anything much is said."""
    others = islice((other for other in around.brands if other.id != brand.id), MOST_OTHERS)
    found = [rises(store.counts(other.id, "all", int(at - BEFORE), int(at)), at) for other in others]
    return sum(one is True for one in found), sum(one is not None for one in found)


def _ticks(start: int, end: int, counts: dict[str, dict[int, int]]) -> Iterator[int]:
    """Every tick of the time, except in the middle of a silence too long to be told anything by it."""
    said = sorted({start, end, *counts["all"]})
    for here, there in pairwise(said):
        yield from range(here, min(there, here + LONG_SILENCE), TICK)
