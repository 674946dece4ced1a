"""The bench that asks whether "once in N days" is true counts quiet days only, and says how sure it is."""

import math
from random import Random

import pytest
from bench.watch import interval, quiet_days
from bench.watching.brands import DAY, Stream

from tests.core.test_detect import day_and_night, drawn

SURGE = DAY * 8 + 150


def test_quiet_days_are_whole_and_hold_no_surge() -> None:
    """A surge leaves out its day, and the next where it peaks after noon; half a day is no day; the others stay."""
    random = Random(5)
    counts = [float(drawn(random, day_and_night(n * 300.0))) for n in range(DAY * 12 + DAY // 2)]
    for n in range(SURGE, SURGE + 12):
        counts[n] += 90
    stream = Stream("made", [n * 300.0 for n in range(len(counts))], counts, [(SURGE - 60, SURGE + 60)])
    whole = [counts[day * DAY : (day + 1) * DAY] for day in range(12)]
    assert quiet_days(stream) == [one for day, one in enumerate(whole) if day not in {8, 9}]


def test_a_surge_in_the_morning_leaves_out_its_day_only() -> None:
    """Twelve hours after a peak in the morning end with its day."""
    counts = [float(drawn(Random(n), 4.0)) for n in range(DAY * 12)]
    for n in range(DAY * 8 + 60, DAY * 8 + 66):
        counts[n] += 90
    stream = Stream("made", [n * 300.0 for n in range(len(counts))], counts, [(DAY * 8, DAY * 8 + 120)])
    assert len(quiet_days(stream)) == 11


def test_the_interval_is_that_of_the_poisson_law() -> None:
    """Three alarms are compatible with 0.82 to 7.75 expected ones, none with up to three; more alarms tell more."""
    low, high = interval(3, 52.0)
    assert 52 / high == pytest.approx(0.818, abs=0.001)
    assert 52 / low == pytest.approx(7.754, abs=0.001)
    low, high = interval(0, 30.0)
    assert 30 / low == pytest.approx(2.996, abs=0.001)
    assert math.isinf(high)
    low, high = interval(70, 1_000.0)
    assert high / low < 1.6
