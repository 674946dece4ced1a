"""The return period: it goes on anywhere, survives any clock, and keeps quiet about noise."""

import copy
import json
import math
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.detect import BLOCKS, LONG_BLOCKS, ReturnPeriod
from ascolta.core.watching.pace import FIVE_MINUTES

TICK = 300.0
steps = st.sampled_from([300.0, 300.0, 300.0, 0.0, -3600.0, 3600.0, 90_000.0, math.nan])
values = st.one_of(st.integers(0, 60).map(float), st.sampled_from([math.nan, -4.0, math.inf]))
stretches = st.lists(st.tuples(steps, values), min_size=1, max_size=80)


def poisson(random: Random, mean: float) -> int:
    """One count, by waiting times."""
    count, waited = -1, 0.0
    while waited <= mean:
        waited += random.expovariate(1.0)
        count += 1
    return count


def drawn(random: Random, mean: float) -> int:
    """One count; of a large mean by its normal shape, which is as good and quicker."""
    return poisson(random, mean) if mean < 30 else max(0, round(random.gauss(mean, math.sqrt(mean))))


def day_and_night(at: float) -> float:
    """A usual mean per tick: quiet at night, most in the afternoon."""
    return 6 * (1.05 - math.cos(at / 86_400 * 2 * math.pi))


def run(one: ReturnPeriod, days: float, seed: int) -> list[float]:
    """Scores of ordinary days."""
    random = Random(seed)
    return [one.update(at, poisson(random, day_and_night(at))) for at in (n * TICK for n in range(int(days * 288)))]


@settings(max_examples=40, deadline=None)
@given(stretches, stretches)
def test_a_reloaded_or_copied_detector_goes_on_identically(
    before: list[tuple[float, float]], after: list[tuple[float, float]]
) -> None:
    """Saving as JSON or copying at any point, whatever the clock and the counts did, changes no later score."""
    one, at = ReturnPeriod(), 0.0
    for step, value in before:
        at = at + step if step == step else at
        one.update(at, value)
    others = copy.deepcopy(one), ReturnPeriod.from_state(json.loads(json.dumps(one.state(), allow_nan=False)))
    for step, value in after:
        at = at + step if step == step else at
        assert one.update(at, value) == others[0].update(at, value) == others[1].update(at, value)
        assert math.isfinite(one.score)
    assert one.state() == others[0].state() == others[1].state()


def test_a_detector_saved_after_weeks_goes_on_identically() -> None:
    """With blocks closed and a profile learnt, a reloaded detector scores the next day as the one that ran through."""
    one = ReturnPeriod()
    run(one, 9.3, seed=1)
    other = ReturnPeriod.from_state(json.loads(json.dumps(one.state())))
    assert run(one, 1, seed=2) == run(other, 1, seed=2)


def test_a_saved_state_is_not_shared() -> None:
    """A detector that goes on does not change the state that was taken from it."""
    one = ReturnPeriod()
    run(one, 0.5, seed=1)
    state = one.state()
    kept = json.dumps(state)
    run(ReturnPeriod.from_state(state), 1, seed=2)
    run(one, 1, seed=3)
    assert json.dumps(state) == kept


def test_memory_is_bounded() -> None:
    """After two months it remembers weeks of blocks, an hour and a half of counts and one profile; not more later."""
    one = ReturnPeriod()
    run(one, 60, seed=4)
    state = one.state()
    assert len(state["window"]) == FIVE_MINUTES.spans[2]
    assert len(state["level"]["recent"]) <= 36
    assert [len(maxima) for maxima, _ in state["tails"]] == [BLOCKS] * 3
    assert len(state["long"][0]) == LONG_BLOCKS
    assert len(json.dumps(state)) < 8_000


@pytest.mark.parametrize("mean", [0.02, 0.3, 2.0, 30.0])
def test_poisson_noise_is_seldom_rare(mean: float) -> None:
    """Steady noise of any height reaches "once in 14 days" less than once a week, from the first hour on."""
    episodes = days = 0
    for seed in range(4):
        random, one, last = Random(seed), ReturnPeriod(), -math.inf
        for at in (n * TICK for n in range(288 * 21)):
            if one.update(at, poisson(random, mean)) >= math.log10(14) and at - last > 3_600:
                episodes, last = episodes + 1, at
        days += 21
    assert episodes <= days / 7


def test_the_usual_follows_the_hour_of_day() -> None:
    """After ten days, what is expected in 15 minutes lies near the truth by day and by night."""
    one = ReturnPeriod()
    run(one, 10, seed=5)
    random = Random(6)
    for hour in (2, 8, 14, 20):
        at = 10 * 86_400 + hour * 3600.0
        one.update(at, poisson(random, day_and_night(at)))
        assert one.expected == pytest.approx(3 * day_and_night(at), rel=0.3, abs=2)


def test_a_lasting_rise_outweighs_a_spike() -> None:
    """An hour at three times the usual is rarer than one tick at five times."""
    spike, rise = ReturnPeriod(), ReturnPeriod()
    for one in (spike, rise):
        run(one, 10, seed=7)
    start = 10 * 86_400 + 50_400.0
    counts = [12] * 12
    spiked = max(spike.update(start + n * TICK, 60 if n == 4 else count) for n, count in enumerate(counts))
    risen = max(rise.update(start + n * TICK, 36) for n in range(12))
    assert risen > spiked > 0


def test_a_gap_is_taken_for_usual() -> None:
    """Neither a day without ticks nor the first tick after it is news."""
    one = ReturnPeriod()
    run(one, 10, seed=8)
    after = 11 * 86_400 + 43_200.0
    assert max(one.update(after + n * TICK, 12) for n in range(12)) < 1


def test_a_clock_set_back_raises_nothing() -> None:
    """The hour that is lived twice in autumn scores as an ordinary one."""
    one = ReturnPeriod()
    run(one, 10, seed=9)
    now = 10 * 86_400 + 10_800.0
    first = [one.update(now + n * TICK, 3) for n in range(12)]
    again = [one.update(now + n * TICK, 3) for n in range(12)]
    assert max(first + again) < 1


@pytest.mark.parametrize(("mean", "shape"), [(0.05, 0), (1, 0), (20, 0), (20, 2)])
def test_once_in_n_days_comes_once_in_n_days(mean: float, shape: float) -> None:
    """On quiet streams, calm or bursting, "once in 7 days" comes that often within a factor of 1.5."""
    alarms = days = 0
    for seed in range(2):
        random, one, last = Random(100 + seed), ReturnPeriod(TICK), -math.inf
        for n in range(288 * 180):
            rate = mean * (1 - 0.8 * math.cos(n / 288 * 2 * math.pi))
            rate *= random.gammavariate(shape, 1 / shape) if shape else 1
            if one.update(n * TICK, drawn(random, rate)) >= math.log10(7) and n >= 14 * 288:
                alarms, last = alarms + (n * TICK - last > 43_200), n * TICK
        days += 166
    assert days / 7 / 1.5 <= alarms <= days / 7 * 1.5


@pytest.mark.parametrize("seconds", [60.0, 300.0, 900.0, 3_600.0, 86_400.0])
def test_counts_may_come_at_any_pace(seconds: float) -> None:
    """Found from the first counts alone, every pace is calm on ordinary counts and rare on a sixfold rise."""
    random, one = Random(12), ReturnPeriod()
    length = int(40 * max(86_400.0, 3 * seconds) / seconds) if seconds > 60 else 10 * 1_440
    mean = {60.0: 2.0}.get(seconds, 10.0)
    scores = [one.update(n * seconds, drawn(random, mean)) for n in range(length)]
    assert one.seconds == seconds
    assert sum(score > 1.5 for score in scores) <= length * seconds / 86_400 / 7
    rise = [one.update((length + n) * seconds, drawn(random, 6 * mean)) for n in range(max(1, int(900 / seconds)))]
    assert max(rise) > 2


def test_a_lost_count_is_no_pace() -> None:
    """The shortest of the first steps is the pace, though counts are lost and a clock stands still among them."""
    one = ReturnPeriod()
    for at in (0.0, 900.0, 900.0, 1_200.0, 3_000.0, 3_300.0):
        one.update(at, 4)
    assert one.seconds == 300.0


def test_the_count_that_has_a_score_has_it() -> None:
    """As many mentions in a quarter of an hour as are said to reach a score reach it; what is usual reaches none."""
    one = ReturnPeriod(TICK)
    run(one, 20, seed=13)
    for wanted in (0.0, 0.85, 1.5):
        other, at = copy.deepcopy(one), 20 * 86_400.0
        third = other.reaches(wanted) / 3
        found = [other.update(at + n * TICK, third) for n in range(3)]
        assert found[2] >= wanted - 0.05
    usual = copy.deepcopy(one)
    assert max(usual.update(20 * 86_400.0 + n * TICK, usual.expected / 3) for n in range(3)) < 0


def test_any_clock_is_understood() -> None:
    """A time with a zone and the same time in seconds give the same scores."""
    one, other = ReturnPeriod(), ReturnPeriod()
    for n in range(60):
        at = 1_700_000_000 + n * TICK
        assert one.update(at, n % 7) == other.update(datetime.fromtimestamp(at, UTC), n % 7)
