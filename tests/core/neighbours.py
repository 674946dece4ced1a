"""Measures how well two neighbouring inputs can be told apart by what a mechanism says of them."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

SURE = 4.0
"""Standard errors by which a bound on a probability is widened: one false alarm in some hundred runs."""


def epsilon_shown(one: Mapping[int, int], other: Mapping[int, int]) -> float:
    """An epsilon that the mechanism surely exceeds or reaches: from each value, and from all above or below it.

    `one` and `other` say how often each value came from either input. Bounds on probabilities are Wilson's (1927).
    """
    values = sorted({*one, *other})
    ends = range(len(values))
    events = [*([value] for value in values), *(values[:end] for end in ends), *(values[end:] for end in ends)]
    wholes = sum(one.values()), sum(other.values())
    shown = 0.0
    for hits in ((_hits(one, event), _hits(other, event)) for event in events):
        for high, low in ((0, 1), (1, 0)):
            least = _wilson(hits[high], wholes[high], -SURE)
            most = _wilson(hits[low], wholes[low], SURE)
            if least > 0:
                shown = max(shown, math.log(least / most))
    return shown


def counted(draw: Callable[[], int | None], times: int, hidden: int = -1) -> Counter[int]:
    """How often each value comes; `hidden` stands for a value that is not shown."""
    found = Counter(draw() for _ in range(times))
    return Counter({hidden if value is None else value: n for value, n in found.items()})


def far(found: Mapping[int, int], weight: Callable[[int], float], values: Iterable[int]) -> float:
    """How many standard deviations Pearson's chi² lies above its mean, for a law in proportion to `weight`.

    Values that are expected less than ten times are taken together.
    """
    known = list(values)
    whole, drawn = math.fsum(weight(value) for value in known), sum(found.values())
    expected = {value: drawn * weight(value) / whole for value in known}
    seldom = [value for value in expected if expected[value] < 10]
    groups: list[list[int]] = [*([value] for value in expected if expected[value] >= 10), *([seldom] if seldom else [])]
    pairs = [(_hits(found, group), math.fsum(expected[value] for value in group)) for group in groups]
    pairs = [(seen, mean) for seen, mean in pairs if mean >= 1]
    chi = sum((seen - mean) ** 2 / mean for seen, mean in pairs)
    free = len(pairs) - 1
    return (chi - free) / math.sqrt(2 * free)


def _hits(found: Mapping[int, int], event: Iterable[int]) -> int:
    return sum(found.get(value, 0) for value in event)


def _wilson(hits: int, whole: int, z: float) -> float:
    share, square = hits / whole, z * z / whole
    half = z * math.sqrt(share * (1 - share) / whole + square / (4 * whole))
    return max(0.0, (share + square / 2 + half) / (1 + square))
