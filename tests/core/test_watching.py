"""The parts of the detector: paces, what is usual, and how seldom the highest are."""

import math
from random import Random

import pytest

from ascolta.core.watching.level import Level
from ascolta.core.watching.pace import DAY, FIVE_MINUTES, HOUR, WEEK, pace
from ascolta.core.watching.tail import IMAGINED, LN10, Tail


@pytest.mark.parametrize(
    ("seconds", "fold", "spans", "slots"),
    [
        (60.0, 5, (3, 6, 18), 24),
        (300.0, 1, (3, 6, 18), 24),
        (299.0, 1, (3, 6, 18), 24),
        (900.0, 1, (1, 3, 6), 24),
        (HOUR, 1, (1, 3, 6), 24),
        (DAY, 1, (1, 3, 6), 7),
    ],
)
def test_a_pace_has_its_scales_and_its_cycle(
    seconds: float, fold: int, spans: tuple[int, int, int], slots: int
) -> None:
    """Fine counts are added up to five minutes and follow the hour of day; daily ones follow the day of the week."""
    found = pace(seconds)
    assert (found.fold, found.spans, found.slots) == (fold, spans, slots)
    assert found.tick == seconds * fold
    assert found.cycle == (WEEK if slots == 7 else DAY)
    assert found.block >= max(DAY / 2, 3 * found.tick)


def test_a_pace_is_bounded() -> None:
    """Neither a thousand counts a second nor one in a year is a pace: what is remembered stays small."""
    assert pace(0.001).seconds == 10.0
    assert pace(0.001).spans[2] * pace(0.001).fold <= 540
    assert pace(365 * DAY).seconds == WEEK


def test_the_usual_is_level_times_profile() -> None:
    """After two weeks of a day with a peak hour, that hour is expected to be higher by as much as it was."""
    level = Level(FIVE_MINUTES)
    for n in range(288 * 14):
        at = n * 300.0
        level.learn(at, 30.0 if 12 <= at / HOUR % 24 < 13 else 6.0, 10.0)
    rate, noon, night = level.rate(), level.factor(14 * DAY + 12.5 * HOUR), level.factor(14 * DAY + 2.5 * HOUR)
    assert rate == pytest.approx(7.0, rel=0.05)
    assert rate * noon == pytest.approx(30.0, rel=0.1)
    assert rate * night == pytest.approx(6.0, rel=0.1)


def test_a_crisis_teaches_little() -> None:
    """An hour at a hundred times the usual moves the level by no more than ten times the usual would."""
    level, other = Level(FIVE_MINUTES), Level(FIVE_MINUTES)
    for n in range(288 * 5):
        level.learn(n * 300.0, 4.0, 4.0)
        other.learn(n * 300.0, 4.0, 4.0)
    for n in range(288 * 5, 288 * 5 + 12):
        level.learn(n * 300.0, 400.0, 4.0)
        other.learn(n * 300.0, 43.0, 4.0)
    assert level.rate() == other.rate() < 5.5


def test_a_tail_learns_its_return_periods() -> None:
    """Block maxima with an exponential tail: what is exceeded once in 20 days is said to be, within a factor of 1.5."""
    said = []
    for seed in range(20):
        random, tail = Random(seed), Tail(0.0, (0.5, 4.0), 56, 0.5)
        for _ in range(200):
            tail.score(random.expovariate(2.0))
            tail.close()
        said.append(tail.score(math.log(40) / 2))
    assert 20 / 1.5 <= 10 ** (sum(said) / len(said)) <= 20 * 1.5


def test_a_higher_reading_is_rarer() -> None:
    """The score rises with the reading, and the reading of a score has that score."""
    tail = Tail(0.5, (0.2, 4.0), 56, 0.5)
    scores = [tail.score(reading / 10) for reading in range(20)]
    assert scores == sorted(scores)
    for score in (-1.0, 0.0, 2.0):
        assert tail.score(tail.reading(score)) == pytest.approx(score)


def test_a_tail_forgets_what_it_imagined() -> None:
    """Once there are enough blocks, nothing of the imagined ones is left, and no more blocks than asked for are."""
    tail = Tail(0.5, (1 / LN10, 2.0), 20, 0.5)
    assert len(tail.maxima) == len(IMAGINED)
    for n in range(40):
        tail.score(n / 1000)
        tail.close()
    assert tail.maxima == [n / 1000 for n in range(20, 40)]
