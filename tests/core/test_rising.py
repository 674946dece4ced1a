"""Words of the week: what one author can change, how seldom what they alone said is shown, and what is told of a rise.

The numbers are computed anew here, apart from the code: the noise's law by its sum, epsilon and delta by the conversion
of Canonne, Kamath and Steinke 2020 (arXiv:2004.00010).
"""

import math
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.bound import Contributions, Spoken
from ascolta.core.cells import Exact
from ascolta.core.ledger import Entry, learned, protects
from ascolta.core.noise import Bits
from ascolta.core.rising import (
    DELTA,
    EPSILON,
    MOST,
    THRESHOLD,
    VARIANCE,
    Rise,
    Week,
    Word,
    charged,
    ends,
    gathered,
    monday,
    publish_words,
    reach,
    rises,
)
from tests.core.neighbours import epsilon_shown

DAY = 20_000
NOON = DAY * 86_400 + 43_200.0
MONDAY = 19_996
DRAWS = 100_000
TERMS = (
    "gate change",
    "gate",
    "change",
    "strike",
    "new app",
    "free snacks",
    "lounge",
    "fee",
    "crew",
    "chaos",
    "outage",
)


@pytest.fixture
def bits() -> Bits:
    """Random bits that are the same in every run."""
    return Random(7).getrandbits


def law(least: int) -> float:
    """The chance that the noise is `least` or more, by summing its law."""
    weights = [math.exp(-(x * x) / (2 * float(VARIANCE))) for x in range(2_000)]
    return math.fsum(weights[least:]) / (2 * math.fsum(weights) - 1)


def shared(rho: float, epsilon: float) -> float:
    """The delta at which noise of so much rho keeps epsilon: any order gives a bound, the best of many is taken."""
    orders = (1 + step / 50 for step in range(1, 6_000))
    logs = ((a - 1) * (a * rho - epsilon) - math.log(a - 1) + a * math.log(1 - 1 / a) for a in orders)
    return math.exp(min(logs))


def test_the_promise_holds_by_arithmetic() -> None:
    """Delta of shared terms and e^epsilon times the chance that one of the author's own is shown stay within delta."""
    rho = MOST / (2 * float(VARIANCE))
    seen = MOST * law(THRESHOLD - 1)
    assert shared(rho, float(EPSILON)) + math.exp(EPSILON) * seen <= DELTA
    assert shared(rho, float(EPSILON)) + math.exp(EPSILON) * MOST * law(THRESHOLD - 2) > DELTA


def test_two_starts_cost_as_the_group_of_two() -> None:
    """Each start adds epsilon, and delta is added up with the factor that groups take (Dwork and Roth 2014)."""
    epsilons, deltas = zip(*map(charged, range(3)), strict=True)
    assert epsilons == (0, EPSILON, 2 * EPSILON)
    assert deltas == pytest.approx((0, 1e-6, 1e-6 * (1 + math.exp(0.5))))


def test_what_one_author_alone_said_is_hardly_ever_shown(bits: Bits) -> None:
    """In 100,000 draws no term that one author alone said is shown; one of 120 authors is, as often as the law says."""
    own = {f"own {number}": Exact(1) for number in range(MOST)}
    assert not [word for _ in range(DRAWS // MOST) for word in publish_words(own, bits)]
    often = sum(bool(publish_words({"term": Exact(120)}, bits)) for _ in range(2_000)) / 2_000
    assert often == pytest.approx(law(THRESHOLD - 120), abs=0.04)


def test_neighbours_cannot_be_told_from_each_other(bits: Bits) -> None:
    """In 2 × 100,000 draws, with and without an author of eight terms, the loss that shows is within epsilon.

    What is seen is the sum of all eight figures, which tells the most of this author, and one term of theirs alone.
    """
    with_author = Counter(_sums({**_eight(300), "alone": Exact(1)}, bits) for _ in range(DRAWS // MOST))
    without = Counter(_sums(_eight(299), bits) for _ in range(DRAWS // MOST))
    assert epsilon_shown(_coarse(with_author), _coarse(without)) <= EPSILON


def test_one_term_tells_no_more_than_its_law(bits: Bits) -> None:
    """In 2 × 100,000 figures of 138 and of 137 authors, hidden ones among them, what shows is far within epsilon."""
    more, few = (Counter(_shown(count, bits) for _ in range(DRAWS)) for count in (THRESHOLD, THRESHOLD - 1))
    assert min(more[-1], few[-1]) > DRAWS // 3
    assert epsilon_shown(_coarse(more), _coarse(few)) <= EPSILON


def test_noise_has_the_size_that_was_asked_for(bits: Bits) -> None:
    """The noise of a word varies by 625, and 19 in 20 lie within what is told."""
    found = [_shown(1_000, bits) - 1_000 for _ in range(4_000)]
    assert sum(x * x for x in found) / len(found) == pytest.approx(float(VARIANCE), rel=0.1)
    assert sum(abs(x) <= reach() for x in found) / len(found) == pytest.approx(0.95, abs=0.015)


streams = st.lists(
    st.builds(
        Spoken,
        network=st.sampled_from(["x", "bluesky"]),
        account=st.sampled_from(["ann", "bob", ""]),
        at=st.floats(DAY * 86_400 - 4_000, (DAY + 1) * 86_400 + 4_000),
        terms=st.lists(st.sampled_from(TERMS), max_size=11).map(tuple),
    ),
    max_size=30,
)


@settings(max_examples=200, deadline=None)
@given(streams)
def test_one_author_changes_eight_terms_by_one(stream: list[Spoken]) -> None:
    """Without one author, whatever they posted, eight terms lack one at the most, and no other term changes."""
    whole = _counted(stream)
    for who in {(one.network, one.account) for one in stream}:
        without = _counted([one for one in stream if (one.network, one.account) != who])
        assert not without - whole
        lost = whole - without
        assert set(lost.values()) <= {1}
        assert len(lost) <= MOST


def test_an_author_of_many_terms_is_counted_in_eight() -> None:
    """Eleven terms fill the eight of an author's day, in whichever posts they stand; the next day begins anew."""
    keys = iter([b"1" * 32, b"2" * 32])
    today = Contributions(lambda: next(keys))
    for day in range(2):
        today.turn(NOON + day * 86_400)
        posts = [Spoken(network="x", account="ann", at=NOON + day * 86_400, terms=(term,)) for term in TERMS * 3]
        counts = {term: count.at_rest() for term, count in today.words("acme", posts).items()}
        assert (len(counts), set(counts.values())) == (MOST, {1})
        assert today.words("acme", posts) == {}


def test_which_eight_is_not_the_same_for_all() -> None:
    """Each author's tag draws the terms, so that no term is left out by all who say more than eight."""
    today = Contributions(lambda: b"k" * 32)
    today.turn(NOON)
    posts = [Spoken(network="x", account=f"u{n}", at=NOON, terms=TERMS) for n in range(200)]
    counts = {term: count.at_rest() for term, count in today.words("acme", posts).items()}
    assert counts.keys() == set(TERMS)
    assert all(count == pytest.approx(200 * MOST / len(TERMS), abs=40) for count in counts.values())


def test_weeks_begin_on_monday() -> None:
    """A week goes from Monday to Sunday in UTC, and is over when Monday comes again."""
    assert [monday(day) for day in (MONDAY, DAY, MONDAY + 6, MONDAY + 7)] == [MONDAY, MONDAY, MONDAY, MONDAY + 7]
    assert (MONDAY + 3) % 7 == 0
    assert ends(MONDAY) == (MONDAY + 7) * 86_400


def week(back: int = 0, days: int = 7, **words: int) -> Week:
    """A week so many weeks back, with some words; an underscore stands for a space."""
    first = MONDAY - 7 * back
    told = tuple(Word(term=term.replace("_", " "), value=value) for term, value in words.items())
    return Week(brand="acme", first=first, days=tuple(range(first, first + days)), words=told)


def test_a_word_that_was_never_shown_before_rises_only_where_it_surely_did() -> None:
    """Beside weeks in which it was hidden, the threshold and both noises count; just above it nothing is claimed."""
    weeks = [*(week(back, fee=400) for back in (4, 3, 2, 1)), week(gate_change=400, strike=150, fee=410)]
    found = {one.term: one for one in rises(weeks)}
    assert [one.is_clear for one in found.values()] == [True, False, False]
    gate = found["gate change"]
    assert (gate.weeks, gate.shown) == (4, 0)
    assert gate.times is not None
    assert 1.8 < gate.times.low < 400 / 137
    assert math.isinf(gate.times.high)
    assert found["fee"].shown == 4
    assert found["fee"].times is not None
    assert found["fee"].times.low < 1 < found["fee"].times.high


def test_a_word_that_doubled_is_told_with_its_bounds() -> None:
    """Twice as many as in each week before is about twice, between bounds that hold it."""
    found = rises([*(week(back, fee=400) for back in range(8, 0, -1)), week(fee=800)])[0]
    assert found.times is not None
    assert found.times.value == pytest.approx(2)
    assert 1.8 < found.times.low < 2 < found.times.high < 2.2


def test_only_whole_weeks_of_two_months_are_compared() -> None:
    """A week that was heard in part is beside nothing, and older weeks than eight are no measure."""
    assert rises([week(2, 6, fee=400), week(1, fee=500), week(fee=800)])[0].weeks == 1
    assert rises([week(9, fee=500), week(fee=800)])[0].weeks == 0
    partial = rises([week(1, fee=200), week(0, 5, fee=800)])[0]
    assert (partial.weeks, partial.times, partial.is_clear) == (0, None, False)
    assert rises([]) == []


def test_a_part_of_a_phrase_is_not_told_beside_it() -> None:
    """“gate” and “change” are left out where “gate change” was said as often; a word that is said more stays."""
    found = [*rises([week(gate_change=300, gate=310, change=640)])]
    assert [one.term for one in gathered(found)] == ["change", "gate change"]
    assert isinstance(found[0], Rise)


def test_the_order_of_words_tells_nothing_of_who_came_first(bits: Bits) -> None:
    """Words stand by their noised count and then by letter, whichever was counted first."""
    counts = {"zebra": Exact(5_000), "ant": Exact(400), "bee": Exact(9_000)}
    assert [word.term for word in publish_words(counts, bits)] == ["bee", "zebra", "ant"]


def test_the_ledger_charges_words() -> None:
    """A day whose words were published costs a half more for each start, and says so with its delta."""
    entry = Entry(brand="acme", day=DAY, epochs=(NOON, NOON + 1), words=2)
    assert float(entry.spent) == 0
    assert float(entry.whole) == 1
    assert "the words of its week" in protects(entry)
    assert "one chance in 377,541" in protects(entry)
    assert any("138 people" in said for said in learned(entry))
    assert Entry(brand="acme", day=DAY, epochs=(NOON,) * 9, words=9).whole == 3 * EPSILON


def _eight(count: int) -> dict[str, Exact]:
    return {f"term {number}": Exact(count) for number in range(MOST)}


def _sums(counts: dict[str, Exact], bits: Bits) -> int:
    """All figures added up; what nobody should see counts a million."""
    return sum(1_000_000 if word.term == "alone" else word.value for word in publish_words(counts, bits))


def _shown(count: int, bits: Bits) -> int:
    return next((word.value for word in publish_words({"term": Exact(count)}, bits)), -1)


def _coarse(found: Counter[int]) -> Counter[int]:
    """Values by tens, so that each comes often enough to be compared."""
    coarse: Counter[int] = Counter()
    for value, times in found.items():
        coarse[value // 10] += times
    return coarse


def _counted(stream: list[Spoken]) -> Counter[str]:
    today = Contributions(lambda: b"k" * 32)
    today.turn(NOON)
    return Counter({term: count.at_rest() for term, count in today.words("acme", stream).items()})
