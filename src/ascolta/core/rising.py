"""Words of the week: how often each was said, in noise, and shown only where one author cannot be seen by it.

What people will say is not known beforehand, so a word that nobody said has no cell and no noise, and that a word is
shown at all tells that somebody said it. That is what delta pays for: a word that one author alone brought in passes
the threshold with a chance so small that all of them together stay below it (Korolova, Kenthapadi, Mishra and Ntoulas
2009, doi:10.1145/1526709.1526733; Wilson et al. 2020, arXiv:1909.01917; Desfontaines, Voss, Gipson and Mandayam 2022,
arXiv:2006.03684). The noise is discrete Gaussian, which many words of one author share better than Laplace's (Gopi et
al. 2020, arXiv:2002.09745; Canonne, Kamath and Steinke 2020, arXiv:2004.00010). The proof is in
docs/developer/noise.md; tests/core/test_rising.py computes delta anew from the numbers below.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ascolta.core.cells import Exact
from ascolta.core.days import DAY, date_of
from ascolta.core.insight_bounds import Estimate, times
from ascolta.core.interval import Z
from ascolta.core.noise import Bits, gaussian

MOST = 8
"""Different terms that an author adds in a day; further ones are not counted."""

EPSILON = Fraction(1, 2)
DELTA = Fraction(1, 1_000_000)
"""What a day of an author costs while the program runs through, beside the figures of the day."""

VARIANCE = Fraction(625)
THRESHOLD = 138
"""Of the noise, and from where on a noised count is shown. With these and MOST, epsilon and delta are kept."""

WEEK = 7
BACK = 8
"""Weeks before the last one beside which it is laid."""

CLEAR = 0.01
"""A rise is told from one percent on, however sure it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A term of one to three words, and how many authors said it, each once a day, with its noise."""

    term: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """What was published of a brand's week, the most said first. `first` is its Monday, `days` those that were heard.

    Days are counted since 1970 (UTC). `epsilon` and `delta` are what a day of an author cost for each start.
    """

    brand: str
    first: int
    days: tuple[int, ...]
    words: tuple[Word, ...] = ()
    epsilon: Fraction = EPSILON
    delta: Fraction = DELTA

    @property
    def is_whole(self) -> bool:
        """Whether each of its days was heard, so that it can be laid beside others."""
        return len(self.days) == WEEK

    @property
    def name(self) -> str:
        """Its first day, as people write it."""
        return "{:04}-{:02}-{:02}".format(*date_of(self.first))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """A term of the last week beside the weeks before: so many of these `weeks` there are, in `shown` it was published.

    `times` is how many times as often it was said; None where weeks cannot be compared.
    """

    term: str
    now: Estimate
    weeks: int = 0
    shown: int = 0
    times: Estimate | None = None

    @property
    def is_clear(self) -> bool:
        """Whether it surely was said more than before."""
        return self.times is not None and self.times.low > 1 + CLEAR


def monday(day: int) -> int:
    """The Monday of a day's week."""
    return day - (day + 3) % WEEK


def ends(first: int) -> int:
    """When the week of a Monday is over, in seconds since 1970."""
    return (first + WEEK) * DAY


def publish_words(counts: Mapping[str, Exact], bits: Bits) -> tuple[Word, ...]:
    """The words of a week. To be done once: every further draw would cost epsilon and delta again."""
    noised = ((term, count.noised(lambda: gaussian(VARIANCE, bits))) for term, count in counts.items())
    shown = [Word(term=term, value=value) for term, value in noised if value >= THRESHOLD]
    return tuple(sorted(shown, key=lambda one: (-one.value, one.term)))


def charged(starts: int) -> tuple[Fraction, float]:
    """Epsilon and delta of a day in which an author may have been counted so often (group privacy)."""
    return starts * EPSILON, float(DELTA) * sum(math.exp(float(EPSILON) * n) for n in range(starts))


def reach(weeks: int = 1) -> int:
    """How far the noise of a term goes over so many weeks together at most, 19 times in 20."""
    return math.ceil(Z * math.sqrt(VARIANCE * weeks))


def rises(weeks: Sequence[Week]) -> list[Rise]:
    """The words of the last of these weeks (oldest first), those that surely rose most first, then the most said."""
    if not weeks:
        return []
    last = weeks[-1]
    near = [one for one in weeks[:-1] if one.is_whole and one.first >= last.first - BACK * WEEK]
    before = [{word.term: word.value for word in one.words} for one in near] if last.is_whole else []
    found = [_rise(word, [one.get(word.term) for one in before]) for word in last.words]
    return sorted(found, key=lambda one: (-(one.times.low if one.times and one.is_clear else 0), -one.now.value))


def gathered(found: Sequence[Rise]) -> list[Rise]:
    """Without terms that are part of a longer one which was said as often, as far as the noise lets one see."""
    return [one for one in found if not any(_says_all(other, one) for other in found)]


def _rise(word: Word, before: Sequence[int | None]) -> Rise:
    now = Estimate(
        least=word.value, most=word.value, low=max(0.0, word.value - reach()), high=float(word.value + reach())
    )
    if not before:
        return Rise(term=word.term, now=now)
    shown = sum(value is not None for value in before)
    return Rise(term=word.term, now=now, weeks=len(before), shown=shown, times=times(now, _level(before)))


def _level(values: Sequence[int | None]) -> Estimate:
    """How often in a week, of weeks in which it was published or (None) stands for anything below the threshold."""
    there, weeks = sum(value for value in values if value is not None), len(values)
    hidden = sum(value is None for value in values)
    most = there + hidden * (THRESHOLD - 1)
    low = max(0, there - (reach(weeks - hidden) if hidden < weeks else 0))
    found = Estimate(least=there, most=most, low=low, high=most + reach(weeks))
    return found.scaled(1 / weeks)


def _says_all(longer: Rise, one: Rise) -> bool:
    inside = f" {one.term} " in f" {longer.term} " and longer.term != one.term
    return inside and longer.now.value + reach(2) >= one.now.value
