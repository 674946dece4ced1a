"""Insight: bounds that hold the truth, what is left out and said, changes and shares, what was said to us in counts."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolta.core.case import Case
from ascolta.core.cells import TERMS, Cell, Exact, Kind, Published, publish, reach
from ascolta.core.days import DAY
from ascolta.core.etiquette import Action, Decision
from ascolta.core.insight import Change, Direction, Level, Series, compare, dispersion, insight, level, series
from ascolta.core.insight_bounds import (
    Estimate,
    drawn,
    exact,
    less,
    mean,
    portion,
    share,
    spread,
    summed,
    times,
    together,
)
from ascolta.core.insight_cases import FEW, Said, asked, index, said
from ascolta.core.ledger import Entry

FIRST = 20_000
FIFTH = Fraction(1, 5)
SOME = st.floats(1, 1e6)


def figures(values: Sequence[int | None], first: int = FIRST, partial: frozenset[int] = frozenset()) -> Series:
    """A series of day cells."""
    days = {first + place: value for place, value in enumerate(values)}
    return Series(days=days, epsilon=FIFTH, threshold=36, partial=partial)


def entry(day: int, value: int, brand: str, topics: Mapping[str, int]) -> Entry:
    """A brand's day with its day cell, and a cell for each of its topics."""
    told = [Published(cell=Cell(brand=brand, day=day, kind=Kind.DAY), value=value, epsilon=FIFTH)]
    told += [
        Published(cell=Cell(brand=brand, day=day, kind=Kind.TOPIC, part=topic), value=count, epsilon=Fraction(1, 4))
        for topic, count in topics.items()
    ]
    return Entry(brand=brand, day=day, epochs=(float(day * DAY),), published=tuple(told))


@pytest.mark.parametrize("epsilon", [terms.epsilon for terms in TERMS.values()])
def test_the_noise_of_one_cell_is_that_of_its_interval(epsilon: Fraction) -> None:
    """Of a single cell, the noise goes as far as the interval that is published with it says."""
    assert spread(1, epsilon) == reach(epsilon)


@pytest.mark.parametrize("cells", [1, 2, 7, 28])
def test_noise_adds_up_as_it_is_drawn(cells: int) -> None:
    """Of 6,000 sums of noise that was really drawn, 95 to 96.5 % lie within what is said, and fewer within one less."""
    bits, cell = Random(7).getrandbits, Cell(brand="a", day=1, kind=Kind.DAY)
    far = spread(cells, FIFTH)
    sums = [sum((publish(cell, Exact(1_000), bits).value or 0) - 1_000 for _ in range(cells)) for _ in range(6_000)]
    within = sum(abs(one) <= far for one in sums) / len(sums)
    assert 0.942 < within < 0.97
    assert sum(abs(one) <= far * 0.9 for one in sums) / len(sums) < 0.945


def test_what_is_hidden_widens_the_sum() -> None:
    """A cell that was too small to show stands for anything from nothing to one less than its threshold."""
    plain, with_gap = summed([100, 100], FIFTH, 36), summed([100, 100, None], FIFTH, 36)
    assert (with_gap.least, with_gap.most) == (200, 235)
    assert with_gap.low == plain.low == 200 - spread(2, FIFTH)
    assert with_gap.high == 235 + spread(3, FIFTH)
    nothing = summed([None, None], FIFTH, 36)
    assert (nothing.low, nothing.high) == (0, 70 + spread(2, FIFTH))


@pytest.mark.parametrize("truth", [0, 5, 20, 30, 35, 36, 40, 60, 400])
def test_a_week_holds_the_truth_at_every_size(truth: int) -> None:
    """Around the threshold too, the bounds of a week's mean hold what was counted at least 94.5 times in 100."""
    bits = Random(truth).getrandbits
    held = 0
    for _ in range(1_500):
        days = [publish(Cell(brand="a", day=day, kind=Kind.DAY), Exact(truth), bits).value for day in range(7)]
        found = level(figures(days), range(FIRST, FIRST + 7))
        assert found is not None
        held += found.mean.low <= truth <= found.mean.high
    assert held / 1_500 >= 0.945 - 2 * math.sqrt(0.05 * 0.95 / 1_500)


@given(SOME, SOME, st.floats(0, 0.4), st.floats(0, 0.4))
def test_a_ratio_lies_within_the_ratios_of_the_ends(one: float, other: float, wide: float, wider: float) -> None:
    """A ratio's bounds hold it, lie within those by which both sides are off at once, and turn with the sides."""
    a, b = exact(one, one * (1 - wide), one * (1 + wide)), exact(other, other * (1 - wider), other * (1 + wider))
    found, turned = times(a, b), times(b, a)
    assert found is not None
    assert turned is not None
    assert found.low <= one / other * (1 + 1e-9)
    assert one / other <= found.high * (1 + 1e-9)
    assert found.low >= a.low / b.high * (1 - 1e-9)
    assert found.high <= a.high / b.low * (1 + 1e-9)
    assert turned.low == pytest.approx(1 / found.high, rel=1e-6)


def test_a_ratio_to_what_may_be_nothing_has_no_upper_bound() -> None:
    """Where the other side may be nothing, the ratio is at least so much; where both may be, nothing can be said."""
    found = times(exact(100, 90, 110), summed([None] * 7, FIFTH, 36).scaled(1 / 7))
    assert found is not None
    assert 2 < found.low < 3
    assert math.isinf(found.high)
    assert times(exact(5, 0, 10), exact(0, 0, 10)) is None


def test_differences_shares_and_sums_follow() -> None:
    """By hand: half-widths of 3 and 4 make 5; a part of 60 beside 40 is 60 %; a sum of nothing is nothing."""
    a, b = exact(10, 7, 13), exact(4, 0, 8)
    assert less(a, b) == exact(6, 1, 11)
    assert together([a, b]) == exact(14, 9, 19)
    found = share(exact(60, 55, 65), exact(40, 36, 44))
    assert found is not None
    assert found.value == pytest.approx(0.6)
    assert 0.55 < found.low < 0.6 < found.high < 0.65


def test_days_that_vary_widen_what_is_usual() -> None:
    """Poisson's days give about its bounds; days that vary more give wider ones, also around the same mean."""
    narrow, wide = drawn(exact(400, 400, 400), 1), drawn(exact(400, 400, 400), 4)
    assert (round(narrow.low), round(narrow.high)) == (363, 441)
    assert wide.high - wide.low > 1.9 * (narrow.high - narrow.low)
    assert drawn(exact(0, 0, 0), 1).low == 0


def test_how_days_vary_is_read_off_the_days() -> None:
    """Days by Poisson's law give about 1, days that vary four times as much about 4; noise is taken off."""
    draw = np.random.default_rng(4)
    spans = (range(FIRST, FIRST + 200), range(FIRST + 200, FIRST + 400))
    for varies in (1.0, 4.0):
        counts = draw.poisson(300, 400) if varies == 1 else draw.negative_binomial(300 / 3, 1 / 4, 400)
        bits = Random(9).getrandbits
        days = [publish(Cell(brand="a", day=1, kind=Kind.DAY), Exact(int(count)), bits).value for count in counts]
        found = dispersion(figures(days), spans)
        assert found is not None
        assert varies * 0.8 <= found[0] <= varies * 1.25
        assert found[1] == pytest.approx(1.966, abs=0.01)


def test_how_days_vary_is_not_guessed() -> None:
    """Of few days, or where many are hidden, nothing is said of how they vary; the change of counts is told alone."""
    spans = (range(FIRST, FIRST + 3), range(FIRST + 3, FIRST + 6))
    assert dispersion(figures([100] * 6), spans) is None
    assert dispersion(figures([100] * 9 + [None] * 5), (range(FIRST, FIRST + 7), range(FIRST + 7, FIRST + 14))) is None
    found = compare(figures([100] * 6), *spans)
    assert found.usual is None
    assert found.told is found.counted is not None


def test_partial_and_unpublished_days_are_in_no_average() -> None:
    """A day that was heard from noon on, and one that was not published, do not pull the mean down."""
    found = level(figures([100, 10, 100], partial=frozenset({FIRST + 1})), range(FIRST, FIRST + 7))
    assert found is not None
    assert (found.days, found.hidden, found.mean.value) == (2, 0, 100)
    late = Entry(brand="acme", day=FIRST, epochs=(FIRST * DAY + 3_601.0,))
    assert series([late], Kind.DAY).partial == {FIRST}
    assert series([replace(late, epochs=(FIRST * DAY + 3_600.0,))], Kind.DAY).partial == frozenset()


def test_what_was_withheld_is_not_known() -> None:
    """A cell that was withheld after too many starts is a gap, and not a small figure."""
    gone = Published(cell=Cell(brand="acme", day=FIRST, kind=Kind.DAY), value=None, epsilon=Fraction(0), withheld=True)
    kept = Entry(brand="acme", day=FIRST, epochs=(1.0,), published=(gone,))
    assert series([kept], Kind.DAY).days == {}
    assert insight(("Acme", ()), [kept], {}, 4) is None


def told(low: float, high: float) -> Change:
    """A change with these bounds."""
    there = Level(mean=exact(1, 1, 1), days=7, hidden=0)
    middle = min(low, high) if math.isinf(high) else (low + high) / 2
    return Change(topic="", now=there, before=there, counted=exact(middle, low, high))


@pytest.mark.parametrize(
    ("low", "high", "way"),
    [
        (1.2, 1.8, Direction.MORE),
        (1.2, math.inf, Direction.MORE),
        (0.3, 0.6, Direction.FEWER),
        (0.0, 0.6, Direction.FEWER),
        (0.8, 1.4, Direction.UNCLEAR),
        (1.005, 1.4, Direction.UNCLEAR),
        (0.0, math.inf, Direction.UNKNOWN),
    ],
)
def test_a_direction_is_told_only_where_the_bounds_say_so(low: float, high: float, way: Direction) -> None:
    """More or fewer is said where no bound says otherwise, by a percent at least; all else is unclear or unknown."""
    assert told(low, high).direction is way


def test_the_stated_size_is_what_would_show() -> None:
    """Bounds that reach from a half to twice as much show a change from twice as much on; without bounds none shows."""
    assert told(0.5, 2.0).seen == pytest.approx(2)
    assert math.isinf(told(0, 2).seen)
    assert math.isinf(Change(topic="", now=None, before=None).seen)


def days(count: int, value: int, *, brand: str = "acme", topics: Mapping[str, int] | None = None) -> list[Entry]:
    """So many days with the same figure."""
    return [entry(FIRST + place, value, brand, topics or {}) for place in range(count)]


def test_a_week_is_laid_beside_those_before() -> None:
    """The last seven days that were published stand beside the four weeks before; what rises is told first."""
    quiet, loud = {"refunds": 60, "bags": 100}, {"refunds": 150, "bags": 101}
    entries = [*days(28, 400, topics=quiet), *(entry(FIRST + 28 + place, 500, "acme", loud) for place in range(7))]
    found = insight(("Acme", ("bags", "refunds", "food")), entries, {}, 4)
    assert found is not None
    assert (found.last, found.now.start, found.before.start) == (FIRST + 34, FIRST + 28, FIRST)
    assert found.volume.direction is Direction.MORE
    assert [one.topic for one in found.rising] == ["refunds"]
    assert found.topics[2].direction is Direction.UNKNOWN
    assert found.missing == 0
    refunds = found.rising[0].told
    assert refunds is not None
    assert refunds.low < 2.5 < refunds.high
    assert found.epsilon == FIFTH + Fraction(1, 2)


def test_restarts_and_gaps_are_counted() -> None:
    """Days with a second start, and days that no average contains, are told as numbers."""
    entries = [one for one in days(35, 400) if one.day not in (FIRST + 3, FIRST + 30)]
    entries[5] = replace(entries[5], epochs=(entries[5].epochs[0], entries[5].epochs[0] + 9.0))
    found = insight(("Acme", ()), entries, {}, 4)
    assert found is not None
    assert (found.restarts, found.missing) == (1, 2)


def test_voices_are_shares_of_the_same_days() -> None:
    """Shares add up to one, on days on which all were published; a brand without any is named as not heard."""
    others = {"Globex": days(34, 100, brand="globex"), "Initech": []}
    found = insight(("Acme", ()), days(35, 300), others, 4)
    assert found is not None
    assert found.unheard == ["Initech"]
    shares = {one.brand: one.share for one in found.voices}
    assert shares.keys() == {"Acme", "Globex"}
    acme, globex = shares["Acme"], shares["Globex"]
    assert acme is not None
    assert globex is not None
    assert acme.value == pytest.approx(0.75)
    assert globex.value == pytest.approx(0.25)
    assert acme.low < 0.75 < acme.high
    assert acme.low == pytest.approx(1 - globex.high)


def test_alone_there_is_no_share() -> None:
    """A brand beside which nobody is heard has no share of voice."""
    found = insight(("Acme", ()), days(35, 300), {}, 4)
    assert found is not None
    assert (list(found.voices), list(found.unheard)) == ([], [])


def test_a_share_of_cases_has_wilsons_bounds() -> None:
    """10 of 20 is 50 %, from 30 to 70 %; none of 20 reaches to 16 %; of nothing nothing is said."""
    half, none = portion(10, 20), portion(0, 20)
    assert half is not None
    assert none is not None
    assert (round(half.low, 2), round(half.high, 2)) == (0.3, 0.7)
    assert (none.low, round(none.high, 2)) == (0, 0.16)
    assert portion(0, 0) is None
    assert mean([1.0], [1]) is None


def case(number: int, *labels: tuple[str, str], at: float = 0.0, brand: str = "acme") -> Case:
    """A case with these labels."""
    why = Decision(action=Action.REPLY, rule="r", why="w")
    return Case(id=number, brand=brand, network="x", decision=why, labels=labels, published=at)


def test_only_what_was_said_to_us_is_counted() -> None:
    """A case that was not addressed, one of another brand and one of before are left out."""
    to_us = ("addressed", "yes")
    cases = [
        case(1, to_us, ("topic", "bags"), ("topic", "bags"), ("intent", "request"), ("polarity", "negative"), at=9.0),
        case(2, ("addressed", "no"), ("topic", "bags"), at=9.0),
        case(3, to_us, at=9.0, brand="other"),
        case(4, to_us, at=1.0),
        case(5, to_us, at=9.0),
    ]
    assert said(cases, "acme", 5.0) == [
        Said(at=9.0, topics=("bags",), intent="request", tone="negative"),
        Said(at=9.0, topics=(), intent="other", tone="neutral"),
    ]


def some(
    count: int, topic: str = "bags", tone: str = "neutral", intent: str = "request", at: float = 0.0
) -> list[Said]:
    """So many alike."""
    return [Said(at=at, topics=(topic,) if topic else (), intent=intent, tone=tone)] * count


def test_few_cases_are_not_told_apart() -> None:
    """A topic of fewer than five is left out, a count of fewer than five is not shown, nor is a share of so few."""
    spoken = [*some(FEW), *some(FEW - 1, intent="praise"), *some(FEW - 1, "food"), *some(9, "")]
    bags, none = asked(spoken)
    assert (bags.topic, bags.cases, dict(bags.intents)["praise"], dict(bags.intents)["request"]) == ("bags", 9, None, 5)
    assert bags.asks is not None
    assert bags.asks.value == pytest.approx(5 / 9)
    assert bags.negative is None
    assert none.topic == ""


def test_the_index_is_what_is_good_less_what_is_bad() -> None:
    """Of 40 cases 10 good and 20 bad are −25; fewer than 20 make none; the parts of topics make up its change."""
    now, before = 28.0 * DAY, 10.0 * DAY
    late = [*some(10, "crew", "positive", at=now), *some(20, "bags", "negative", at=now), *some(10, at=now)]
    early = [*some(20, "crew", "positive", at=before), *some(20, at=before)]
    found = index([*late, *early], now)
    assert found is not None
    assert found.cases == 40
    assert found.now.value == pytest.approx(-25)
    assert found.now.low < -25 < found.now.high
    assert found.change is not None
    assert found.change.value == pytest.approx(-75)
    assert sum(one.points.value for one in found.moved) == pytest.approx(-75)
    assert [one.topic for one in found.moved if one.is_clear] == ["bags", "crew"]
    assert index(late[:19], now) is None
    alone = index(late, now)
    assert alone is not None
    assert alone.change is None


def test_a_case_of_two_topics_is_split_between_them() -> None:
    """The parts of topics make up the change also where cases have several topics or none."""
    both = [Said(at=20.0 * DAY, topics=("bags", "crew"), intent="request", tone="negative")] * 30
    before = [*some(15, "", "positive", at=5.0 * DAY), *some(15, "bags", at=5.0 * DAY)]
    found = index([*both, *before], 28.0 * DAY)
    assert found is not None
    assert found.change is not None
    assert {one.topic: round(one.points.value) for one in found.moved} == {"bags": -50, "crew": -50, "": -50}
    assert sum(one.points.value for one in found.moved) == pytest.approx(found.change.value)


def test_an_estimate_keeps_its_shape_when_scaled() -> None:
    """Per day all four figures are divided alike, and the value stands in the middle of what is hidden."""
    found = Estimate(least=70, most=140, low=35, high=175).scaled(1 / 7)
    assert (found.least, found.most, found.low, found.high, found.value) == (10, 20, 5, 25, 15)
