"""The simulation of many workers keeps the laws of what it simulates; the benches of scale print what they measured."""

import subprocess
import sys
from dataclasses import replace

import pytest
from bench.scaled.picture import drawn
from bench.scaled.simulation import AHEAD, Clock, Costs, Plan, Server, bend, grown, most, simulated

from ascolta.engines import workers
from tests.conftest import ROOT

COSTS = Costs(
    decode=2e-6, find=16e-6, pack=2e-6, unpack=0.5e-6, gather=1.5e-6, judge=2e-6, count=1e-6, keep=3e-6,
    bytes=50.0, start=2.0,
)  # fmt: skip
"""A worker's post takes 20 µs, the driver's 5, the store's 3."""

PLAN = Plan(workers=1, posts=40_000_000, latency=0.0)


def test_it_runs_ahead_as_the_engine_does() -> None:
    """As many stretches are asked for ahead as by the engine itself."""
    assert AHEAD == workers.AHEAD


def test_one_worker_makes_what_it_costs() -> None:
    """Where nothing else limits, the rate is one post for each cost of a worker, for two it is twice as many."""
    one, two = (simulated(COSTS, replace(PLAN, workers=count)) for count in (1, 2))
    assert one.rate == pytest.approx(1 / COSTS.worker, rel=0.02)
    assert two.rate == pytest.approx(2 / COSTS.worker, rel=0.02)
    assert (one.limit, two.limit) == ("the workers", "the workers")
    assert one.worker == pytest.approx(1.0, abs=0.02)


def test_no_number_of_workers_is_faster_than_the_driver() -> None:
    """From the bend on, more workers change nothing: the driver's judging and keeping are the serial part."""
    assert most(COSTS, PLAN) == pytest.approx(1 / 8e-6)
    assert bend(COSTS, PLAN) == pytest.approx(2.5)
    found = grown(COSTS, PLAN, (3, 10, 200))
    assert [one.rate for one in found] == pytest.approx([most(COSTS, PLAN)] * 3, rel=0.02)
    assert {one.limit for one in found} == {"the driver: judging and order"}
    assert found[-1].driver + found[-1].store == pytest.approx(1.0, abs=0.02)


def test_a_store_that_all_drivers_share_is_the_limit_at_last() -> None:
    """Eight drivers with one store wait for its one writer; with a store each they do not."""
    shared = simulated(COSTS, replace(PLAN, workers=100, drivers=8))
    assert shared.rate == pytest.approx(1 / COSTS.keep, rel=0.03)
    assert shared.limit == "the store's one writer"
    own = simulated(COSTS, replace(PLAN, workers=100, drivers=8, stores=8))
    assert own.rate == pytest.approx(most(COSTS, replace(PLAN, drivers=8, stores=8)), rel=0.05)
    assert own.rate > shared.rate


def test_a_slow_network_and_few_cores_are_told() -> None:
    """A link that carries less than workers find, and a machine with fewer cores than programs, are what limits."""
    thin = simulated(COSTS, replace(PLAN, workers=2, link=50.0 * 10_000))
    assert (thin.limit, round(thin.rate, -2)) == ("the network", 10_000)
    narrow = simulated(COSTS, replace(PLAN, workers=2, cores=1))
    assert narrow.limit == "the machine's cores"
    assert narrow.rate == pytest.approx(1 / 25e-6, rel=0.15)


def test_what_takes_turns_is_used_by_one_at_a_time() -> None:
    """Three that need one server for a second each are done after three seconds, on two servers after two."""
    for places, seconds in ((1, 3.0), (2, 2.0), (3, 1.0)):
        clock = Clock()
        server = Server(clock, places)

        def step(server: Server = server):  # type: ignore[no-untyped-def]
            yield server
            yield 1.0
            server.free()

        for _ in range(3):
            clock.after(0.0, step())
        clock.run()
        assert clock.now == seconds


def test_chance_is_the_same_each_time() -> None:
    """The same costs give the same numbers, and stretches that vary cost as much in the mean."""
    varied = replace(COSTS, spread=0.3)
    one, again = (simulated(varied, PLAN) for _ in range(2))
    assert one == again
    assert one.rate == pytest.approx(1 / COSTS.worker, rel=0.05)


def test_the_picture_names_every_line() -> None:
    """Each line is drawn with its name and its last value."""
    told = drawn("a <title>", {"one": [(1, 10.0), (200, 1_000.0)], "two & more": [(1, 5.0), (200, 2_000.0)]})
    assert told.startswith("<svg ")
    assert "a &lt;title&gt;" in told
    assert "one: 1,000" in told
    assert "two &amp; more: 2,000" in told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("ticking.py", "--brands=20"), "20 brands of 6 streams"),
        (("scaling.py", "--posts=9000", "--queries=9", "--rounds=1", "--no-server", "--compare=0", "--drivers="), "µs"),
    ],
)
def test_the_benches_run(command: tuple[str, ...], says: str) -> None:
    """On a small scale they measure and print their tables."""
    place = str(ROOT / "bench" / command[0])
    ended = subprocess.run([sys.executable, place, *command[1:]], cwd=ROOT, capture_output=True, text=True, timeout=400)
    assert ended.returncode == 0, ended.stderr
    assert says in ended.stdout
