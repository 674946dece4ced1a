"""What a program that watches many brands need not do: ask a store twice, or look where nobody speaks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ascolta.core.alert import AlertChange, State
from ascolta.core.brand import StoredQuery
from ascolta.core.mention import Brands
from ascolta.core.parse import parse
from ascolta.core.watching.pace import LONG
from ascolta.stores.memory import MemoryStore
from ascolta.watch import REST, Around, watch
from tests.conftest import ACME, OTHER, foresee, keep, published

TICK = 300
START = 1_000_000 // TICK * TICK
STILL = int(LONG) // TICK
"""Ticks of the longest time scale of the detector."""


class Asked(MemoryStore):
    """A store that counts what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()

    def series(self, brand: str, streams: Sequence[str], since: int, until: int) -> dict[str, dict[int, int]]:
        """As in memory, and counted for each stream."""
        self.asked.update(f"counts {brand} {stream}" for stream in streams)
        return super().series(brand, streams, since, until)

    def vigil(self, brand: str) -> dict[str, Any]:
        """As in memory, and counted."""
        self.asked["vigil"] += 1
        return super().vigil(brand)

    def watched(self, brand: str, state: dict[str, Any], changes: Sequence[AlertChange], after: int = -1) -> bool:
        """As in memory, and counted."""
        self.asked["watched"] += 1
        return super().watched(brand, state, changes, after)

    def told(self) -> Counter[str]:
        """What it was asked since this was last looked at."""
        found, self.asked = self.asked, Counter()
        return found


def spoken(brands: Brands, *ticks: int, text: str = "acme", each: int = 1) -> Asked:
    """A store with some talk in these ticks."""
    store = Asked()
    heap = [
        published(f"{tick} {n}", text, at=float(START + tick * TICK + n % TICK)) for tick in ticks for n in range(each)
    ]
    keep(store, brands, *heap, at=float(START + 1_000 * TICK))
    return store


def test_within_a_tick_the_store_is_asked_once(brands: Brands) -> None:
    """The next batch of the same five minutes asks nothing, be a brand spoken of or not."""
    store, around = spoken(brands, 1), Around(brands=(ACME, OTHER))
    for brand in (ACME, OTHER):
        watch(store, brand, START + 5.0 * TICK, around=around)
    assert store.told()["vigil"] == 2
    for brand in (ACME, OTHER):
        assert watch(store, brand, START + 5.5 * TICK, around=around) == []
    assert not store.told()


def test_a_brand_of_which_nobody_speaks_rests_for_an_hour_at_most(brands: Brands) -> None:
    """It costs one question a tick, its detector is shown all ticks in the end, and talk wakes it at once."""
    store, around = spoken(brands, 0, 2 * STILL + 30), Around(brands=(ACME,))
    watch(store, ACME, float(START + STILL * TICK), around=around)
    end = 2 * STILL
    watch(store, ACME, float(START + end * TICK), around=around)
    store.told()
    for tick in range(end + 1, end + REST // TICK + 1):
        watch(store, ACME, float(START + tick * TICK), around=around)
        assert store.told() == {"counts acme all": 1}, tick
    watch(store, ACME, float(START + (end + REST // TICK + 1) * TICK), around=around)
    assert store.told()["watched"] == 1
    watch(store, ACME, float(START + (end + 31) * TICK), around=around)
    assert store.told()["watched"] == 1
    plain = spoken(brands, 0, 2 * STILL + 30)
    watch(plain, ACME, float(START + (end + 31) * TICK))
    assert store.vigil("acme") == plain.vigil("acme")


def test_a_brand_of_which_was_spoken_lately_does_not_rest(brands: Brands) -> None:
    """As long as a time scale of its detector may hold a mention, it is watched tick by tick."""
    store, around = spoken(brands, 0), Around(brands=(ACME,))
    for tick in range(1, STILL + 1):
        watch(store, ACME, float(START + tick * TICK), around=around)
        assert store.told()["watched"] == 1, tick


def test_a_brand_in_an_alert_does_not_rest(brands: Brands) -> None:
    """An alert is found to be over as soon as without any rest."""
    ticks = [*range(0, 150, 10), *range(150, 156)]
    found = []
    for around in (Around(brands=(ACME,)), None):
        store = spoken(brands, *ticks, text="acme is bad", each=30)
        steps = [watch(store, ACME, float(START + tick * TICK), around=around) for tick in range(1, 400)]
        found.append([change for step in steps for change, _ in step])
    assert found[0] == found[1]
    assert [change.new for change in found[0]][:2] == [State.ALERT, State.CALM]


def test_other_brands_are_looked_at_once_a_tick() -> None:
    """Of three brands in an alert each asks whether the others rise; the store answers that once for each."""
    third = replace(OTHER, id="third", queries=(StoredQuery(name="t", find=parse("third")),))
    three = (ACME, OTHER, third)
    own = [*range(0, 150, 10), *range(150, 153)]
    store, around = spoken(Brands(three, foresee), *own, text="acme other third is bad", each=30), Around(brands=three)
    for tick in range(150, 154):
        store.told()
        for brand in three:
            watch(store, brand, float(START + tick * TICK), around=around)
    asked = store.told()
    assert all([change.new for change in store.alerts(brand.id)] == [State.ALERT] for brand in three)
    assert [asked[f"counts {brand.id} all"] for brand in three] == [2, 2, 2]
