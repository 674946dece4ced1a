"""Counts become alerts and proposed plans, and a crash repeats a watch without doubling it."""

from dataclasses import replace
from typing import Any

import pytest

from ascolta.core.alert import State
from ascolta.core.label import Topic
from ascolta.core.mention import Brands
from ascolta.core.plan import Plan, Step
from ascolta.core.post import Batch, Event
from ascolta.ports import Store
from ascolta.watch import history, watch
from tests.conftest import ACME, keep, published

START = 1_000_000 // 300 * 300.0
STEPS = (Step(name="look", who="care", do="look", within=5),)
BRAND = replace(ACME, plans=(Plan(name="storm", title="Storm", owner="care", steps=STEPS),))


def storm() -> list[Event]:
    """Two complaints an hour for a day and a half, then forty in ten minutes."""
    calm = [START + hour * 1_800.0 for hour in range(72)]
    sudden = [START + 36 * 3_600.0 + 15 * number for number in range(40)]
    return [published(f"p{n}", "acme is bad", at=at) for n, at in enumerate([*calm, *sudden])]


def test_a_storm_raises_one_alert_with_its_plan(store: Store, brands: Brands) -> None:
    """Forty complaints where one is usual are one alert, and the plan that fits is proposed with it."""
    events = storm()
    keep(store, brands, *events, at=START + 40 * 3_600)
    [(change, plan)] = watch(store, BRAND, START + 37 * 3_600)
    assert (change.new, plan and plan.name) == (State.ALERT, "storm")
    assert "acme is bad" not in change.why


def test_watching_in_pieces_is_watching_once(store: Store, brands: Brands) -> None:
    """However often it is called, and on the same time again, the same changes come once."""
    keep(store, brands, *storm(), at=START + 40 * 3_600)
    pieces = [change for hour in range(0, 45, 5) for change, _ in watch(store, BRAND, START + hour * 3_600 + 77)]
    again = watch(store, BRAND, START + 40 * 3_600)
    assert [change.new for change in pieces][:1] == [State.ALERT]
    assert [change.new for change in pieces].count(State.ALERT) == 1
    assert again == []
    assert store.alerts("acme") == pieces


def test_two_that_watch_at_one_moment_tell_it_once(
    store: Store, brands: Brands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right before one keeps what its detector saw another program has kept the same: an alert is there once."""
    keep(store, brands, *storm(), at=START + 40 * 3_600)
    watched, told = store.watched, []

    def later(*what: Any) -> bool:
        monkeypatch.setattr(store, "watched", watched)
        told.extend(watch(store, BRAND, START + 37 * 3_600))
        return watched(*what)

    for until in (36.9, 37.0):
        monkeypatch.setattr(store, "watched", later)
        told += watch(store, BRAND, START + until * 3_600)
    assert [change.new for change, _ in told] == [State.ALERT]
    assert store.alerts("acme") == [change for change, _ in told]


@pytest.mark.parametrize("behind", [310.0, 890.0, 3_600.0])
def test_what_a_slow_source_tells_of_ticks_that_were_shown_counts(store: Store, brands: Brands, behind: float) -> None:
    """A storm on a network that is heard minutes later is an alert as soon as it is heard, though another went on."""
    steady = [published(f"s{n}", "acme flies", at=START + 60.0 * n) for n in range(40 * 60)]
    sudden = [published(f"p{n}", "acme is bad", at=START + 36 * 3_600.0 + 15 * n) for n in range(40)]
    found = []
    for began in range(0, 40 * 3_600, 300):
        here = START + began, START + began + 300
        heard = [one for one in steady if one.post and here[0] <= (one.post.published or 0) < here[1]]
        heard += [one for one in sudden if one.post and here[0] <= (one.post.published or 0) + behind < here[1]]
        keep(store, brands, *heard, at=here[1])
        found += [change.at for change, _ in watch(store, BRAND, here[1]) if change.begins]
    prompt = START + 36 * 3_600 + 300
    assert len(found) == 1
    assert prompt + behind - 300 <= found[0] <= prompt + behind + 300


def test_what_is_late_is_shown_once(store: Store, brands: Brands) -> None:
    """However late posts are told, the detector is shown as many as there are, and none of them twice."""
    posts = [(60.0 * n, published(f"s{n}", "acme is bad", at=START + 60.0 * n)) for n in range(50)]
    for began in range(0, 5_400, 300):
        heard = [one for n, (at, one) in enumerate(posts) if began <= at + 400 * (n % 5) < began + 300]
        keep(store, brands, *heard, at=START + began + 300)
        watch(store, BRAND, START + began + 300)
    assert sum(store.vigil("acme")["vigil"]["streams"]["all"]["window"]) == 50


def test_nobodys_clock_puts_the_watch_forward(store: Store, brands: Brands) -> None:
    """Somebody says that they posted tomorrow; the storm of today is seen all the same."""
    for one in [published("t", "acme is bad", at=START + 50 * 3_600), *storm()]:
        at = START + 1_800 if one.post and one.post.id == "t" else (one.post and one.post.published) or 0.0
        keep(store, brands, one, at=at)
        watch(store, BRAND, Batch.of([one.post] if one.post else [], arrived=at).columns.newest)
    assert [change.new for change in store.alerts("acme")] == [State.ALERT]


def test_a_brand_without_talk_has_nothing_to_watch(store: Store) -> None:
    """Without any count there is nothing to say."""
    assert watch(store, BRAND, START) == []


def test_alarms_may_be_lowered_for_a_time(store: Store, brands: Brands) -> None:
    """A small rise that is no alarm otherwise is one while an incident is open; afterwards all is as before."""
    calm = [published(f"p{n}", "acme is bad", at=START + n * 1_200.0) for n in range(216)]
    more = [published(f"q{n}", "acme is bad", at=START + 72 * 3_600.0 + 80 * n) for n in range(9)]
    keep(store, brands, *calm, *more, at=START + 80 * 3_600)
    watch(store, BRAND, START + 71 * 3_600)
    before = store.vigil("acme")
    assert watch(store, BRAND, START + 73 * 3_600) == []
    store.watched("acme", before, [])
    [(change, _)] = watch(store, BRAND, START + 73 * 3_600, once_in_days=0.5)
    assert change.new is State.ALERT
    assert store.vigil("acme")["vigil"]["threshold"] == before["vigil"]["threshold"]


def test_topics_are_watched_by_their_counts(store: Store, brands: Brands) -> None:
    """Each topic of the brand is watched, from when it is one, though nothing was counted of it yet."""
    keep(store, brands, *storm(), at=START + 40 * 3_600)
    watch(store, BRAND, START + 20 * 3_600)
    assert "topic:refund" not in store.vigil("acme")["vigil"]["streams"]
    watch(store, replace(BRAND, topics=(Topic(name="refund"),)), START + 21 * 3_600)
    assert "topic:refund" in store.vigil("acme")["vigil"]["streams"]


def test_how_much_history_there_is_can_be_asked(store: Store, brands: Brands) -> None:
    """Before any watch fourteen days are to go, after a day and a half thirteen."""
    keep(store, brands, *storm(), at=START + 40 * 3_600)
    assert history(store, BRAND) == "not enough history: 14 days to go"
    watch(store, BRAND, START + 36 * 3_600)
    assert history(store, BRAND) == "not enough history: 13 days to go"
