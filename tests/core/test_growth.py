"""How fast it grows: intervals that hold the truth, and honest words where nothing can be told."""

import math
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.watching.growth import TICKS, Trend, growth, speed
from tests.core.test_detect import poisson

COUNTS = st.lists(st.integers(0, 5_000), min_size=TICKS, max_size=18)


def rising(random: Random, doubling: float, last: float = 120.0, usual: float = 10.0) -> list[float]:
    """Half an hour of counts that lie above the usual by what doubles in so many minutes."""
    rate = math.log(2) / doubling
    return [float(poisson(random, usual + last * math.exp(-rate * 5 * back))) for back in reversed(range(TICKS))]


@pytest.mark.parametrize("doubling", [8.0, 15.0, 30.0])
def test_the_interval_holds_the_truth_as_often_as_it_says(doubling: float) -> None:
    """On counts that do grow so, at least 75 of 100 intervals hold the true rate, and the middle is not off."""
    random, rate = Random(3), math.log(2) / doubling
    found = [one for _ in range(300) if (one := growth(rising(random, doubling), 10.0)) is not None]
    assert len(found) == 300
    assert sum(one.low <= rate <= one.high for one in found) >= 225
    assert sorted(one.rate for one in found)[150] == pytest.approx(rate, rel=0.15)


def test_what_doubles_is_told_with_its_bounds() -> None:
    """Twenty, forty, eighty beyond the usual: it doubles in about five minutes, and the bounds lie around that."""
    found = speed([10.0, 12.0, 15.0, 20.0, 30.0, 50.0], 10.0)
    assert found.trend is Trend.RISING
    assert found.doubling == pytest.approx(5.0, abs=1.0)
    assert found.fastest is not None
    assert found.slowest is not None
    assert found.doubling is not None
    assert found.fastest < found.doubling < found.slowest
    assert (found.now, found.likely, found.most) == (100, 170, 370)


def test_what_stands_still_does_not_double() -> None:
    """A level that is high and does not grow has no doubling time, and a lower peak to come than one that rises."""
    found = speed([200.0] * TICKS, 10.0)
    assert (found.trend, found.doubling, found.fastest, found.slowest) == (Trend.LEVEL, None, None, None)
    assert found.most < speed(rising(Random(1), 15.0, 190.0), 10.0).most * 3
    assert speed([300.0, 250.0, 200.0, 150.0, 100.0, 80.0], 10.0).trend is Trend.LEVEL


def test_little_is_too_early_to_tell() -> None:
    """A handful of mentions, or a single tick of them, says nothing of how fast it grows."""
    assert growth([0.0, 0.0, 0.0, 1.0, 1.0, 2.0], 0.1) is None
    assert speed([0.0, 0.0, 0.0, 0.0, 0.0, 40.0], 0.1).trend is Trend.EARLY
    assert speed([1.0, 0.0, 1.0, 2.0, 2.0, 4.0], 0.5).doubling is None


def test_chance_is_not_told_as_growth() -> None:
    """Counts that are a little higher at the end, as chance makes them, have no doubling time."""
    found = speed([8.0, 13.0, 7.0, 14.0, 9.0, 15.0], 5.0)
    assert (found.trend, found.doubling) == (Trend.EARLY, None)
    rates = growth([8.0, 13.0, 7.0, 14.0, 9.0, 15.0], 5.0)
    assert rates is not None
    assert rates.low < 0 < rates.rate < rates.high


def test_all_at_once_is_no_doubling_time() -> None:
    """From nothing to hundreds from one tick to the next is told as sudden: five minutes cannot show how fast."""
    found = speed([0.0, 0.0, 0.0, 1.0, 40.0, 900.0], 0.5)
    assert found.trend is Trend.SUDDEN
    assert found.doubling is None


@settings(deadline=None)
@given(COUNTS, st.floats(0.0, 500.0))
def test_no_counts_break_it(counts: list[int], usual: float) -> None:
    """Whatever is counted, bounds are in order, a doubling time lies between them, and the peak is not below now."""
    found = speed([float(one) for one in counts], usual)
    assert found.now <= found.likely <= found.most
    if found.doubling is not None:
        assert found.fastest is not None
        assert 0 < found.fastest <= found.doubling <= (found.slowest or math.inf)
    inner = growth([float(one) for one in counts[-TICKS:]], usual)
    assert inner is None or inner.low <= inner.rate <= inner.high
    assert (found.doubling is not None) == (found.trend is Trend.RISING)


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(1, 20))
def test_more_counts_make_it_surer(size: int, times: int) -> None:
    """The same growth in larger numbers has no wider interval."""
    shape = [1.0, 1.4, 2.0, 2.8, 4.0, 5.6]
    small = growth([one * size for one in shape], 0.2 * size)
    large = growth([one * size * times for one in shape], 0.2 * size * times)
    if small is not None:
        assert large is not None
        assert large.high - large.low <= (small.high - small.low) * 1.02
