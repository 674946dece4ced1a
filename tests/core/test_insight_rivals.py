"""Topics beside those of competitors: parts of the same days, told where bounds leave no doubt."""

import math
from collections.abc import Mapping
from fractions import Fraction

import pytest

from ascolta.core.cells import Cell, Kind, Published
from ascolta.core.insight_bounds import exact, inverse
from ascolta.core.insight_rivals import Beside, beside
from ascolta.core.ledger import Entry
from ascolta.web.sentences import besides

FIRST = 20_000
WEEK = range(FIRST, FIRST + 7)


def days(brand: str, value: int, topics: Mapping[str, int | None], count: int = 7) -> list[Entry]:
    """So many days with the same figures; None is too small to show."""
    found = []
    for day in range(FIRST, FIRST + count):
        told = [Published(cell=Cell(brand=brand, day=day, kind=Kind.DAY), value=value, epsilon=Fraction(1, 5))]
        told += [
            Published(cell=Cell(brand=brand, day=day, kind=Kind.TOPIC, part=topic), value=n, epsilon=Fraction(1, 4))
            for topic, n in topics.items()
        ]
        found.append(Entry(brand=brand, day=day, epochs=(), published=tuple(told)))
    return found


def test_a_topic_is_compared_by_its_part_of_the_authors() -> None:
    """60 of 600 are a tenth and 100 of 2,000 a twentieth, so refunds are spoken of twice as often, with bounds."""
    other = days("globex", 2_000, {"refunds": 100})
    [one] = beside(["refunds"], days("acme", 600, {"refunds": 60}), {"Globex": other}, WEEK)
    assert one.own.value == pytest.approx(0.1)
    assert one.others.value == pytest.approx(0.05)
    assert one.times is not None
    assert one.times.value == pytest.approx(2)
    assert one.times.low < 2 < one.times.high
    assert (one.is_more, one.is_less) == (True, False)
    [sentence] = besides([one], "Acme")
    assert sentence.startswith("People who spoke of Acme spoke of refunds about 2.0 times as often")


def test_the_other_side_is_told_the_other_way_round() -> None:
    """What people speak of more often who speak of a competitor is told with the competitor first."""
    own, other = days("acme", 1_000, {"bags": 50}), days("globex", 1_000, {"bags": 150})
    [one] = beside(["bags"], own, {"Globex": other}, WEEK)
    assert (one.is_more, one.is_less) == (False, True)
    [sentence] = besides([one], "Acme")
    assert sentence.startswith("People who spoke of Globex spoke of bags about 3.0 times as often")


def test_what_is_not_clear_is_not_told() -> None:
    """Of like parts nothing is said, of a topic that the other brand lacks or of other days nothing is compared."""
    own = days("acme", 1_000, {"bags": 80, "food": 90})
    [one] = beside(["bags", "food"], own, {"Globex": days("globex", 1_000, {"bags": 82})}, WEEK)
    assert (one.topic, one.is_more, one.is_less) == ("bags", False, False)
    assert besides([one], "Acme") == []
    later = range(FIRST + 7, FIRST + 14)
    assert beside(["bags"], own, {"Globex": days("globex", 1_000, {"bags": 82})}, later) == []


def test_hidden_days_may_be_nothing() -> None:
    """Where a competitor's topic was too small to show, one is told from below only, with no upper bound."""
    own, other = days("acme", 600, {"bags": 300}), days("globex", 2_000, {"bags": None})
    [one] = beside(["bags"], own, {"Globex": other}, WEEK)
    assert one.times is not None
    assert math.isinf(one.times.high)
    assert one.is_more
    [sentence] = besides([one], "Acme")
    assert "at least" in sentence
    assert "\N{INFINITY}" not in sentence


def test_turned_round_a_ratio_is_its_inverse() -> None:
    """Bounds change places, and what may be nothing has no upper bound turned round."""
    turned = inverse(exact(4.0, 2.0, 5.0))
    assert (turned.value, turned.low, turned.high) == (0.25, 0.2, 0.5)
    assert math.isinf(inverse(exact(0.5, 0.0, 1.0)).high)


def test_nothing_is_compared_where_nobody_spoke() -> None:
    """Two topics that are hidden on all days say nothing of each other that could be told."""
    found = beside(["bags"], days("acme", 600, {"bags": None}), {"Globex": days("globex", 600, {"bags": None})}, WEEK)
    assert all(isinstance(one, Beside) and not (one.is_more or one.is_less) for one in found)
