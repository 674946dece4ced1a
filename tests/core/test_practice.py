"""The figures of practice: shares and times with their intervals, and who counts among what."""

from itertools import accumulate
from math import comb

import pytest

from ascolta.core.interval import Share, quantile
from ascolta.core.practice import Around, Dealt, End, figures, practice

ANSWERED = Dealt(asked=0.0, said=(600.0,), end=End.ANSWERED)
LEFT = Dealt(asked=0.0)
GONE = Dealt(asked=0.0, end=End.GONE)
STEPPED = Dealt(addressed=False, said=(5.0,), end=End.ANSWERED)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (15, 148, 0.0624, 0.1605)],
)
def test_a_share_has_wilsons_interval(part: int, whole: int, low: float, high: float) -> None:
    """The bounds are those of published tables of the Wilson score interval at 95 percent."""
    assert Share(part=part, whole=whole).interval == pytest.approx((low, high), abs=5e-5)


def test_nothing_has_no_share() -> None:
    """Of nothing there is neither a share nor an interval."""
    assert Share(part=0, whole=0).value is None
    assert Share(part=0, whole=0).interval is None


def test_a_quantile_is_a_value_that_was_measured() -> None:
    """Nearest rank: half of ten is the fifth, nine in ten the ninth; of nothing there is none."""
    values = [float(number) for number in range(1, 11)]
    half, most = quantile(values, 0.5), quantile(values, 0.9)
    assert (half.value if half else 0, most.value if most else 0) == (5.0, 9.0)
    assert quantile([], 0.5) is None


@pytest.mark.parametrize("count", [6, 10, 25, 100, 400])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_quantile_lies_between_two_values_19_times_in_20(count: int, share: float) -> None:
    """By exact counting of how many values can lie below it; where there are too few for that, none is told."""
    found = quantile([float(number) for number in range(1, count + 1)], share)
    assert found is not None
    below = list(accumulate(comb(count, k) * share**k * (1 - share) ** (count - k) for k in range(count + 1)))
    if found.low is not None:
        assert below[int(found.low) - 1] <= 0.025 < below[int(found.low)]
    if found.high is not None:
        assert below[int(found.high) - 1] >= 0.975 > below[int(found.high) - 2]
    if found.low is not None and found.high is not None:
        assert below[int(found.high) - 1] - below[int(found.low) - 1] >= 0.95
    assert (found.low is None) == (below[0] > 0.025)
    assert (found.high is None) == (below[count - 1] < 0.975)


def test_what_was_taken_back_asks_for_no_answer() -> None:
    """It is told beside, and counts neither as answered nor as not."""
    met = practice([ANSWERED, LEFT, GONE], Around()).spoken
    assert (met.answered, met.gone) == (Share(part=1, whole=2), 1)


def test_who_waits_counts_as_not_answered_and_is_told() -> None:
    """An answer that is still to come makes no share better."""
    met = practice([ANSWERED, Dealt(asked=0.0, end=End.WAITING)], Around()).spoken
    assert (met.answered, met.waiting) == (Share(part=1, whole=2), 1)


def test_stepping_in_is_counted_apart() -> None:
    """Who had not spoken to us counts as no answer to somebody who did, and lessens what was left alone."""
    found = practice([ANSWERED, STEPPED], Around(mentions=1_000, quiet=900))
    assert found.spoken.answered == Share(part=1, whole=1)
    assert found.uninvited == Share(part=1, whole=1_000)
    assert found.alone == Share(part=899, whole=900)
    assert figures(found)["uninvited_per_thousand"] == 1.0


def test_what_is_not_known_is_not_told() -> None:
    """Without counts of what was heard there is no rate, and without a look at answers nothing of what they said."""
    found = practice([ANSWERED, STEPPED], Around(checked=False))
    assert (found.uninvited, found.alone, found.personal, found.handed) == (None, None, None, None)
    assert figures(found)["hand_overs"] is None


def test_speeds_add_up_to_those_whose_time_is_known() -> None:
    """Each first answer counts as one speed, also one at once and one after days; one without a time as none."""
    waits = (0.0, 900.0, 901.0, 3_600.0, 18_000.0, 86_400.0, 86_401.0)
    dealt = [Dealt(asked=0.0, said=(wait,)) for wait in waits]
    met = practice([*dealt, Dealt(asked=None, said=(None,))], Around()).spoken
    assert met.speeds == (2, 2, 1, 1, 1)
    assert met.timed == len(waits)


def test_an_answer_before_the_question_took_no_time() -> None:
    """Clocks of networks differ; no time is negative."""
    assert Dealt(asked=100.0, said=(40.0,)).waited == 0.0


def test_hours_are_those_in_which_somebody_asked() -> None:
    """An answer in an hour in which nobody speaks to us covers nothing."""
    dealt = [Dealt(asked=hour * 3_600.0, said=(7 * 3_600.0,)) for hour in (7, 8, 30)]
    assert practice([*dealt, STEPPED], Around()).hours == Share(part=1, whole=3)
