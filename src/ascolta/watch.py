"""Counts → detector → alert change → what kind of risk → grade → plan."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any

from ascolta.core.alert import TOPIC, AlertChange, Vigil
from ascolta.core.brand import Brand
from ascolta.core.grading import told
from ascolta.core.mention import TICK
from ascolta.core.plan import Plan, propose
from ascolta.core.risk import assess
from ascolta.core.voices import Voices
from ascolta.core.watching.pace import LONG
from ascolta.core.watching.together import BEFORE, rises
from ascolta.ports import Store

LONG_SILENCE = 7 * 86_400
"""After a longer gap without any count, in seconds, the detector skips ahead instead of walking through it."""

MOST_OTHERS = 200
"""So many other brands are looked at to tell whether many rise at once."""

REST = 3_600
"""For so long, in seconds, a brand of which nobody speaks may be left alone."""

MOST_TICKS = 288
"""So many ticks, a day of them, are remembered by whether other brands rose in them."""

Told = list[tuple[AlertChange, Plan | None]]
Counts = dict[str, dict[int, int]]
"""By stream and by when a tick began."""


class Lately:
    """What one program need not ask its store again: until when it watched brands, how, and which rose when."""

    def __init__(self) -> None:
        self._until: dict[str, int] = {}
        self._quiet: dict[str, int] = {}
        self._rises: dict[float, dict[str, bool | None]] = {}

    def watched(self, brand: str, end: int, *, quiet: bool) -> None:
        """That a brand was watched until a tick; `quiet`: it was in no alert then, and nobody had spoken of it."""
        self._until[brand] = end
        if quiet:
            self._quiet[brand] = end
        else:
            self._quiet.pop(brand, None)

    def rests(self, store: Store, brand: str, end: int) -> bool:
        """Whether there is no need to watch a brand until this tick, now.

        It was done; or nobody spoke of it for so long that no time scale of its detector holds a mention. No alarm can
        rise by that, so its detector is shown these ticks later, by the next that are worth it, or after an hour.
        """
        if self._until.get(brand, end - 1) >= end:
            return True
        quiet = self._quiet.get(brand, -REST)
        if end - quiet > REST or store.counts(brand, "all", int(quiet - LONG), end):
            return False
        self._until[brand] = end
        return True

    def rises(self, store: Store, brand: str, at: float) -> bool | None:
        """Whether a brand rises in the quarter of an hour until `at`, as watching.together has it; asked for once."""
        if at not in self._rises:
            self._rises = dict([*self._rises.items()][-(MOST_TICKS - 1) :])
        found = self._rises.setdefault(at, {})
        if brand not in found:
            found[brand] = rises(store.counts(brand, "all", int(at - BEFORE), int(at)), at)
        return found[brand]


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known beside a brand's counts: who speaks (core.voices), and the other brands that are watched.

    It goes with one store: `lately` is what was read from it.
    """

    voices: Voices | None = None
    brands: Iterable[Brand] = ()
    lately: Lately = field(default_factory=Lately)


def watch(
    store: Store, brand: Brand, until: float, *, once_in_days: float | None = None, around: Around | None = None
) -> Told:
    """Show the detector every tick that ended by `until` (seconds since 1970 UTC); the changes, each with its plan.

    What is told of the last hour and a half only after its tick was shown, by a slow source, is shown with the next.
    The detector's memory and its changes are kept in one transaction, so a crash repeats a watch and never doubles it.
    Of two programs that watch a brand at one moment, one is told.

    `once_in_days`: for this time, alarms may come as often as this, as while an incident is open; never more seldom
    than otherwise. Beside all, negative and complaint, each topic of the brand is watched. While an episode lasts, it
    is told again where it has become graver. By what `around` remembers, no store is asked twice about one tick.
    """
    around, end = around or Around(), int(until // TICK * TICK)
    if around.lately.rests(store, brand.id, end):
        return []
    saved = store.vigil(brand.id)
    start = int(saved["seen"]) if saved else _first(store, brand, end)
    if end <= start:
        around.lately.watched(brand.id, end, quiet=False)
        return []
    vigil = _vigil(brand, saved)
    counts = store.series(brand.id, vigil.streams, start - int(LONG), end)
    late = _late(saved.get("shown"), counts, start)
    kept = vigil.threshold
    if once_in_days is not None:
        vigil.threshold = min(kept, math.log10(once_in_days))
    changes = list(_changes(store, (vigil, brand), _ticks(start, end, counts), (counts, late), around))
    vigil.threshold = kept
    state: dict[str, Any] = {"seen": end, "vigil": vigil.state(), "shown": _shown(counts, end)}
    if not store.watched(brand.id, state, changes, int(saved.get("seen", 0))):
        return []
    spoken = any(tick >= start for tick in counts["all"])
    around.lately.watched(brand.id, end, quiet=not (vigil.is_up or spoken))
    return [(change, propose(brand.plans, change) if change.new != "calm" else None) for change in changes]


def history(store: Store, brand: Brand) -> str:
    """How much the detector has to go by: `not enough history: 9 days to go`, or nothing where there is enough."""
    return _vigil(brand, store.vigil(brand.id)).history


def _first(store: Store, brand: Brand, end: int) -> int:
    """The first tick with a count for a brand; `end` if there is none."""
    span = store.span(brand.id)
    return end if span is None else span[0]


def _vigil(brand: Brand, saved: dict[str, Any]) -> Vigil:
    topics = [f"{TOPIC}{topic.name}" for topic in brand.topics]
    if saved:
        return Vigil.from_state(brand.id, saved["vigil"], topics=topics)
    return Vigil(brand.id, topics=topics)


def _shown(counts: Counts, end: int) -> dict[str, dict[str, int]]:
    """What the detector was shown of the last hour and a half, by stream and tick, in JSON's own types."""
    recent = ((stream, {str(at): n for at, n in found.items() if at >= end - LONG}) for stream, found in counts.items())
    return {stream: found for stream, found in recent if found}


def _late(shown: dict[str, dict[str, int]] | None, counts: Counts, start: int) -> dict[str, list[int]]:
    """By stream what was counted since of ticks that were shown, the newest of which there is any first.

    Streams of which there is none are left out. Of what an earlier version has shown nothing is known.
    """
    if shown is None:
        return {}
    late = {}
    for stream, found in counts.items():
        before = shown.get(stream, {})
        more = {at: count - before.get(str(at), 0) for at, count in found.items() if at < start}
        newest = max((at for at, count in more.items() if count > 0), default=0)
        if newest:
            late[stream] = [max(0, more.get(at, 0)) for at in range(newest, start - int(LONG) - 1, -TICK)]
    return late


def _changes(
    store: Store,
    whose: tuple[Vigil, Brand],
    ticks: Iterable[int],
    both: tuple[Counts, dict[str, list[int]]],
    around: Around,
) -> Iterator[AlertChange]:
    """What each tick changes: the alert rises, is found to be graver, or is over. What is late comes with the first."""
    (vigil, brand), (counts, late) = whose, both
    for tick in ticks:
        at = float(tick + TICK)
        change = vigil.tick(at, {stream: found.get(tick, 0) for stream, found in counts.items()}, late)
        late = {}
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
    found = [around.lately.rises(store, other.id, at) for other in others]
    return sum(one is True for one in found), sum(one is not None for one in found)


def _ticks(start: int, end: int, counts: Counts) -> Iterator[int]:
    """Every tick of the time, except in the middle of a silence too long to be told anything by it."""
    said = sorted({start, end, *(tick for tick in counts["all"] if tick > start)})
    for here, there in pairwise(said):
        yield from range(here, min(there, here + LONG_SILENCE), TICK)
