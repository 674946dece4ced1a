"""Counts become alerts and proposed plans, and a crash repeats a watch without doubling it."""

from dataclasses import replace

from ascolta.core.alert import State
from ascolta.core.mention import Brands
from ascolta.core.plan import Plan, Step
from ascolta.core.post import Event
from ascolta.ports import Store
from ascolta.watch import watch
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


def test_a_brand_without_talk_has_nothing_to_watch(store: Store) -> None:
    """Without any count there is nothing to say."""
    assert watch(store, BRAND, START) == []
