"""The bench of the detector measures what it says: on a stream whose only surge is known."""

import subprocess
import sys
from random import Random

import numpy as np
import pytest
from bench.watching.brands import DAY, Array, Stream
from bench.watching.score import at_budget, caught, crises, windows_left_out

from ascolta.core.alert import detector
from tests.conftest import ROOT
from tests.core.test_detect import day_and_night, drawn

SURGE = DAY * 8 + 150


@pytest.fixture(scope="module")
def stream() -> Stream:
    """Twelve ordinary days with one surge of an hour on the ninth, which is labelled."""
    random = Random(5)
    counts = [float(drawn(random, day_and_night(n * 300.0))) for n in range(DAY * 12)]
    for n in range(SURGE, SURGE + 12):
        counts[n] += 90
    return Stream("made", [n * 300.0 for n in range(len(counts))], counts, [(SURGE - 60, SURGE + 60)])


def alarms(stream: Stream, *rows: int) -> list[Array]:
    """Scores of a detector that speaks at these rows only."""
    scores = np.zeros(len(stream.at))
    scores[list(rows)] = 1.0
    return [scores]


def test_the_surge_is_found_with_hindsight(stream: Stream) -> None:
    """There is one surge, from its first count to within its hour."""
    [(onset, peak)] = stream.surges
    assert onset == SURGE
    assert SURGE < peak < SURGE + 12
    assert stream.spared[SURGE]
    assert not stream.spared[SURGE - DAY]


def test_alarms_are_caught_in_time_or_late_or_false(stream: Stream) -> None:
    """Within 15 minutes is in time, half an hour is caught, another day is false, an hour's repetition counts once."""
    found = caught([stream], alarms(stream, SURGE + 3), 0.5)
    assert (found.caught, found.in_time, found.false) == (1, 1, 0.0)
    late = caught([stream], alarms(stream, SURGE + 6), 0.5)
    assert (late.caught, late.in_time) == (1, 0)
    wrong = caught([stream], alarms(stream, SURGE - DAY, SURGE - DAY + 5, SURGE - DAY + 40), 0.5)
    assert wrong.caught == 0
    assert wrong.false * stream.weeks == pytest.approx(2)


def test_windows_are_scored_from_nothing_to_a_hundred(stream: Stream) -> None:
    """An alarm at the beginning of the window earns about 100, one at its middle less, one outside less than none."""
    first = windows_left_out([stream, stream], alarms(stream, SURGE - 60) * 2)
    middle = windows_left_out([stream, stream], alarms(stream, SURGE) * 2)
    assert first[0] == pytest.approx(100, abs=1)
    assert 85 < middle[0] < 95
    outside = windows_left_out([stream, stream], [*alarms(stream, SURGE - 60), *alarms(stream, SURGE - DAY)])
    assert outside[1] < middle[1]


def test_our_detector_catches_what_is_there(stream: Stream) -> None:
    """The surge is caught in time without a false alarm, and most crises that are added are."""
    one = detector()
    scores = [np.array([one.update(at, count) for at, count in zip(stream.at, stream.counts, strict=True)])]
    found = at_budget([stream], scores, 0.0)
    assert found is not None
    assert (found.caught, found.in_time) == (1, 1)
    assert min(crises(detector, [stream], found.threshold)) > 60


def test_without_data_it_says_so() -> None:
    """Without the folder of data the bench ends well and says what it could not measure."""
    command = [sys.executable, "bench/watch.py", "--only", "surges,airlines"]
    ended = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": "src"}, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0
    assert ended.stdout.startswith("ASCOLTA_DATA is not set: the brands' counts and the airline posts are not here")
