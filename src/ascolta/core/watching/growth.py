"""How fast does it grow? The doubling time of what is said beyond the usual, with an interval, and the peak to expect.

The excess is taken to grow exponentially for half an hour: counts are Poisson around usual + exp(a + b t), fitted by
Fisher scoring (Nelder & Wedderburn 1972, "Generalized Linear Models"), recent ticks weighing more. The interval of b is
Wald's, with the variance scaled by Pearson's dispersion (Wedderburn 1974, "Quasi-likelihood functions"), and so wide
that four of five are true on made-up crises in real counts. Where it holds zero, nothing is said of a doubling time.

How high it will go follows from no curve through its beginning. So the peak is told by how crises went: how many times
larger than the last quarter of an hour the largest one was, and how long it took until then.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

TICKS = 6
"""Counts that are looked at: half an hour."""

WEIGHT = 0.8
"""What a tick weighs, of the one after it."""

SURE = 1.25
"""Standard errors to each side of the rate: four of five intervals are then true, also of the worst brand looked at."""

LEAST, FEW_TICKS = 9.0, 3
"""Mentions beyond the usual, and ticks with any, without which nothing can be told."""

STEP = math.log(2) / 2.5
"""Faster than this a minute is no growth that ticks of five minutes could show: it came all at once."""

STILL = math.log(2) / 60.0
"""Where growth is slower than this for sure, doubling in an hour, it is not told as growth."""

ROUNDS = 40
"""Steps of the fit; it is there after a few."""

RIDGE = 0.05
"""Weight, as of so many mentions, of "it does not grow", which keeps the fit in place where there is hardly any."""


class Trend(StrEnum):
    """Where it goes: it grows, it came all at once, it does not grow now, or it cannot be told yet."""

    RISING = "rising"
    SUDDEN = "sudden"
    LEVEL = "level"
    EARLY = "too early to tell"


PEAKS = {
    Trend.RISING: (1.7, 3.7, 240.0),
    Trend.SUDDEN: (1.7, 3.7, 240.0),
    Trend.EARLY: (1.8, 4.0, 250.0),
    Trend.LEVEL: (1.3, 2.9, 200.0),
}
"""How crises went on: the largest quarter of an hour, as so many times the last one: usually, and in nine of ten that
were looked at; and within how many minutes it came in nine of ten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """The rate of growth a minute (0.046: doubles in 15 minutes) with the bounds of its interval."""

    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How fast it goes: the minutes in which it doubles, and between which bounds that lies; None: no bound is known.

    `doubling` is None where nothing can be told. The next bounds are how many to expect in the largest quarter of an
    hour: `likely`, hardly above `most`, and within how many minutes that will have come.
    """

    trend: Trend
    doubling: float | None = None
    fastest: float | None = None
    slowest: float | None = None
    now: int = 0
    likely: int = 0
    most: int = 0
    within: int = 0


def speed(counts: Sequence[float], usual: float) -> Speed:
    """How fast a stream goes by its last ticks of five minutes, the newest last; `usual` is such a tick's count."""
    found = growth(counts[-TICKS:], usual)
    trend = _trend(found)
    now = sum(counts[-3:])
    likely, most, within = PEAKS[trend]
    grows = found is not None and trend is Trend.RISING
    bounds = (found.high, found.low) if found is not None and grows else (0.0, 0.0)
    return Speed(
        trend=trend,
        doubling=_minutes(found.rate) if found is not None and grows else None,
        fastest=_minutes(bounds[0]),
        slowest=_minutes(bounds[1]),
        now=round(now),
        likely=round(likely * now),
        most=round(most * now),
        within=round(within),
    )


def growth(counts: Sequence[float], usual: float, sure: float = SURE) -> Growth | None:
    """How what lies beyond the usual grows; None if there is hardly any. The interval reaches `sure` errors far."""
    beyond = [max(0.0, count - usual) for count in counts]
    if sum(beyond) < LEAST or sum(one > 0 for one in beyond) < FEW_TICKS:
        return None
    usual = max(usual, 0.05)
    ticks = [(float(count), place - len(counts) + 1.0) for place, count in enumerate(counts)]
    level, rate = math.log(max(1.0, sum(beyond[-3:]) / 3)), 0.0
    for _ in range(ROUNDS):
        (up, on), information = _derivatives(ticks, usual, level, rate)
        step, turn = _solved(information, up, on)
        level = min(max(level + min(max(step, -2.0), 2.0), -5.0), 25.0)
        rate = min(max(rate + min(max(turn, -0.5), 0.5), -3.0), 3.0)
        if abs(step) + abs(turn) < 1e-8:
            break
    error = _error(ticks, usual, level, rate)
    low, high = rate - sure * error, rate + sure * error
    return Growth(rate=rate / 5, low=low / 5, high=high / 5)


def _trend(found: Growth | None) -> Trend:
    if found is None:
        return Trend.EARLY
    if found.low > 0:
        return Trend.RISING if found.rate < STEP else Trend.SUDDEN
    return Trend.LEVEL if found.high < STILL else Trend.EARLY


def _minutes(rate: float) -> float | None:
    return round(max(math.log(2) / rate, 1.0), 1) if rate > 0 else None


Ticks = Sequence[tuple[float, float]]
"""Each count with its place: 0.0 is the newest, -1.0 the one before."""


def _derivatives(
    ticks: Ticks, usual: float, level: float, rate: float
) -> tuple[tuple[float, float], tuple[float, float, float]]:
    """Score and expected information of level and rate."""
    up = on = a = b = c = 0.0
    for count, place in ticks:
        more = math.exp(min(level + rate * place, 30.0))
        weight, mean = WEIGHT**-place, usual + more
        pull, inform = weight * (count - mean) * more / mean, weight * more * more / mean
        up, on = up + pull, on + pull * place
        a, b, c = a + inform, b + inform * place, c + inform * place * place
    return (up, on - RIDGE * rate), (a + 1e-9, b, c + RIDGE)


def _solved(information: tuple[float, float, float], up: float, on: float) -> tuple[float, float]:
    a, b, c = information
    whole = max(a * c - b * b, 1e-12)
    return (c * up - b * on) / whole, (a * on - b * up) / whole


def _error(ticks: Ticks, usual: float, level: float, rate: float) -> float:
    """The standard error of the rate."""
    _, (a, b, c) = _derivatives(ticks, usual, level, rate)
    off = total = 0.0
    for count, place in ticks:
        weight, mean = WEIGHT**-place, usual + math.exp(min(level + rate * place, 30.0))
        off, total = off + weight * (count - mean) ** 2 / mean, total + weight
    spread = max(1.0, off / max(1.0, total - 2.0))
    return math.sqrt(spread * a / max(a * c - b * b, 1e-12))
