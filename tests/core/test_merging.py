"""Counts can be merged: however a stream is cut, in whatever order and by however many hands it is kept, they come out
the same, and so does what the watch decides from them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ascolta.core.alert import AlertChange
from ascolta.core.consent import Known
from ascolta.core.label import Topic
from ascolta.core.mention import Brands, CountKey, Heard, hear
from ascolta.core.post import Batch, Event
from ascolta.ports import Store
from ascolta.stores.memory import MemoryStore
from ascolta.stores.sql import SqlStore
from ascolta.watch import Around, watch
from tests.conftest import ACME, NOW, OTHER, foresee, published

TICK = 300
START = int(NOW // TICK) * TICK
LOUD = replace(ACME, topics=(Topic(name="refund"),))
TEXTS = ("acme", "acme is bad", "to acme", "other is bad", "acme and other", "nobody's")
BRANDS = (LOUD, OTHER)


def many(text: str, at: int, count: int) -> list[tuple[str, int]]:
    """One saying by so many people within a tick, as text and time."""
    return [(text, START + at * TICK + place % TICK) for place in range(count)]


sayings = st.lists(
    st.builds(many, st.sampled_from(TEXTS), st.integers(0, 12 * 10), st.integers(1, 12)), min_size=1, max_size=25
).map(lambda some: [one for group in some for one in group])
"""Ten hours of talk: some of it in heaps, so that alerts rise."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A stream in pieces: which worker gets each event, and in which order the workers' pieces are kept."""

    events: tuple[Event, ...]
    workers: tuple[int, ...]
    ends: tuple[int, ...]

    def pieces(self) -> list[tuple[int, list[Event]]]:
        """The pieces of each worker, with the worker, as their ends fall."""
        found = []
        for worker in sorted(set(self.workers)):
            own = [event for event, whose in zip(self.events, self.workers, strict=True) if whose == worker]
            bounds = sorted({0, len(own), *(end % (len(own) + 1) for end in self.ends)})
            found += [(worker, own[here:there]) for here, there in pairwise(bounds)]
        return found


@st.composite
def cuts(draw: st.DrawFn) -> Cut:
    """A stream, cut in any way among one to five workers."""
    said = draw(sayings)
    events = tuple(published(f"p{number}", text, at=float(at)) for number, (text, at) in enumerate(said))
    workers = draw(st.lists(st.integers(0, draw(st.integers(0, 4))), min_size=len(events), max_size=len(events)))
    return Cut(events, tuple(workers), tuple(draw(st.lists(st.integers(0, 500), max_size=8))))


def heard(events: Sequence[Event], after: str = "", cursor: str = "") -> Heard:
    """What comes of some events, by brands of one's own, as a worker has them."""
    batch = Batch(events=events, after=after, cursor=cursor, arrived=START + 86_400.0)
    return hear(batch, Brands(BRANDS, foresee), Known())


def keep_all(store: Store, pieces: Sequence[tuple[int, list[Event]]]) -> None:
    """Keep pieces in their order; each worker has a cursor of its own."""
    for worker, events in pieces:
        source = f"worker {worker}"
        here = store.cursor(source)
        store.keep(source, heard(events, here, str(int(here or 0) + 1)))


def counted(store: Store) -> dict[tuple[str, str], dict[int, int]]:
    """All counts of a store, by brand and stream."""
    return {
        (brand.id, stream): store.counts(brand.id, stream, 0, 1 << 40)
        for brand in BRANDS
        for stream in sorted(store.totals(brand.id))
    }


def decided(store: Store, *, steps: Sequence[int] = ()) -> list[AlertChange]:
    """What the watch tells of all brands until a day later, in one go or in steps as one program that runs."""
    around = Around(brands=BRANDS)
    ends = [*(START + step * TICK for step in sorted(steps)), START + 86_400]
    return sorted(
        (change for end in ends for brand in BRANDS for change, _ in watch(store, brand, float(end), around=around)),
        key=lambda change: (change.brand, change.at),
    )


@settings(max_examples=40, deadline=None)
@given(cuts(), st.randoms(use_true_random=False))
def test_counts_merge_in_any_grouping_and_order(cut: Cut, chance: Random) -> None:
    """Counts of pieces add up to those of the whole, in whatever order and whichever are added first."""
    whole = heard(cut.events).counts
    parts = [heard(events).counts for _, events in cut.pieces()]
    shuffled = sorted(parts, key=lambda _: chance.random())
    nothing: Counter[CountKey] = Counter()
    assert reduce(Counter.__add__, parts, nothing) == whole
    assert reduce(Counter.__add__, shuffled, nothing) == whole
    assert reduce(lambda right, left: left + right, reversed(parts), nothing) == whole
    middle = len(parts) // 2
    assert sum(parts[:middle], nothing) + sum(parts[middle:], nothing) == whole


@settings(max_examples=25, deadline=None)
@given(cuts(), st.data())
def test_kept_in_any_order_the_store_and_the_watch_say_the_same(cut: Cut, data: st.DataObject) -> None:
    """Pieces of several workers, kept in any order, leave the counts of the whole, and the watch tells the same."""
    order = data.draw(st.permutations(cut.pieces()))
    one, several = MemoryStore(), MemoryStore()
    keep_all(one, [(0, list(cut.events))])
    keep_all(several, order)
    assert counted(several) == counted(one)
    assert decided(several) == decided(one)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts(), st.data())
def test_every_store_merges_alike(store: Store, cut: Cut, data: st.DataObject) -> None:
    """Each kind of store keeps the counts that memory keeps, whatever the pieces."""
    before, alone = counted(store), MemoryStore()
    keep_all(alone, [(0, list(cut.events))])
    keep_all(store, data.draw(st.permutations(cut.pieces())))
    grown = {key: dict(Counter(found) - Counter(before.get(key, {}))) for key, found in counted(store).items()}
    assert {key: found for key, found in grown.items() if found} == counted(alone)


@settings(max_examples=25, deadline=None)
@given(cuts(), st.lists(st.integers(1, 200), max_size=40))
def test_watched_in_steps_or_at_once_it_is_the_same(cut: Cut, steps: list[int]) -> None:
    """A program that watches again and again, and leaves quiet brands alone, tells what one look at the end tells."""
    store, again = MemoryStore(), MemoryStore()
    for one in (store, again):
        keep_all(one, cut.pieces())
    assert decided(again, steps=steps) == decided(store)


def test_alerts_are_among_what_is_compared() -> None:
    """A heap of complaints in a quiet day is an alert, so the laws above are not about empty lists."""
    store = MemoryStore()
    calm = [one for hour in range(100) for one in many("acme", hour, 1)]
    keep_all(store, [(0, _events([*calm, *many("acme is bad", 101, 40), *many("acme is bad", 102, 40)]))])
    assert [str(change.new) for change in decided(store)][:1] == ["alert"]


def test_a_lost_piece_is_noticed() -> None:
    """Counts without one piece, or with one kept twice, are not those of the whole."""
    events = _events(many("acme", 3, 7))
    whole, part = heard(events).counts, heard(events[:2]).counts
    assert heard(events[2:]).counts != whole
    assert heard(events[2:]).counts + part + part != whole


@pytest.mark.parametrize("workers", [2, 4])
def test_programs_that_keep_at_the_same_time_lose_nothing(workers: int) -> None:
    """Several connections to one file, each keeping its pieces as fast as it can, leave the counts of the whole."""
    events = _events([one for place in range(40) for one in many(TEXTS[place % len(TEXTS)], place, 5)])
    alone = MemoryStore()
    keep_all(alone, [(0, events)])
    with TemporaryDirectory() as folder:
        pieces = [[(worker, events[place : place + 10])] for worker in range(workers)
                  for place in range(worker * 10, len(events), workers * 10)]  # fmt: skip
        stores = [SqlStore(Path(folder)) for _ in range(workers)]
        threads = [Thread(target=_keep_own, args=(stores[worker], worker, pieces)) for worker in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with closing(stores[0]) as store:
            assert counted(store) == counted(alone)
            assert decided(store) == decided(alone)
        for store in stores[1:]:
            store.close()


def _keep_own(store: Store, worker: int, pieces: Sequence[list[tuple[int, list[Event]]]]) -> None:
    for [(whose, events)] in pieces:
        if whose == worker:
            keep_all(store, [(worker, events)])


def _events(said: Sequence[tuple[str, int]]) -> list[Event]:
    return [*_numbered(said)]


def _numbered(said: Sequence[tuple[str, int]]) -> Iterator[Event]:
    for number, (text, at) in enumerate(said):
        yield published(f"p{number}", text, at=float(at))
