"""The tables of what people said to us, in counts of cases, and of how the brand behaves."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ascolta.core.insight_bounds import Estimate
from ascolta.core.insight_cases import Asked, Index
from ascolta.core.interval import Rank, Share
from ascolta.core.practice import Met, Practice
from ascolta.core.sheet import Sheet, figure, flag, sheet, text, whole
from ascolta.core.sheets import BRAND
from ascolta.core.study import figure as studied

ASKED = (
    BRAND, text("topic", "the topic; empty: none"), text("by", "intent or tone"), text("name", "which intent or tone"),
    whole("cases", "cases of the last four weeks; empty where fewer than five"),
    flag("shown", "whether the count is shown"),
    whole("of", "cases of the topic at all"),
)  # fmt: skip
INDEX = (
    BRAND, text("by", "now, before, change, or moved: the part of one topic in the change"),
    text("topic", "the topic that moved it; empty: none, or not by topic"),
    figure("points", "of 100 cases, by how many the good ones are more than the bad ones"),
    figure("low", "from so many points on, 19 times in 20"), figure("high", "up to so many points, 19 times in 20"),
    whole("cases", "cases of the last two weeks"),
)  # fmt: skip
PRACTICE = (
    BRAND, text("figure", "what was measured"), text("unit", "share (from 0 to 1), seconds, or count"),
    figure("value", "what was found"), figure("low", "from so much on, 19 times in 20"),
    figure("high", "up to so much, 19 times in 20"), whole("part", "of a share: so many"),
    whole("whole", "of a share: of so many"), figure("expected", "the share of people who expect it, where known"),
)  # fmt: skip
ROUGH = 100
"""Of fewer than this that were not said to the brand, no share is told."""

_EXPECTED = {"answered": "when-spoken-to", "complaints_answered": "answer-complaints", "left_alone": "unheard"}


def asked(found: Iterable[tuple[str, Sequence[Asked]]]) -> Sheet:
    """What is asked of each brand, topic by topic."""
    return sheet("asked", ASKED, (
        (brand, one.topic, by, name, count, count is not None, one.cases)
        for brand, topics in found
        for one in topics
        for by, counts in (("intent", one.intents), ("tone", one.tones))
        for name, count in counts
    ))  # fmt: skip


def index(found: Iterable[tuple[str, Index]]) -> Sheet:
    """The reputation index of each brand, and what moved it."""
    return sheet("index", INDEX, (row for brand, one in found for row in _index(brand, one)))


def practice(found: Iterable[tuple[str, Practice]]) -> Sheet:
    """How each brand behaved by its own journal.

    How many spoke of it without speaking to it is published with noise only; so shares of these are told to a tenth of
    a percent and from a hundred on, and not of how many.
    """
    return sheet("practice", PRACTICE, (row for brand, one in found for row in _practice(brand, one, is_public=False)))


def audit(found: Iterable[tuple[str, Practice]]) -> Sheet:
    """The same by a public history, which anybody can count."""
    return sheet("audit", PRACTICE, (row for brand, one in found for row in _practice(brand, one, is_public=True)))


def _index(brand: str, one: Index) -> Iterator[Sequence[Any]]:
    for by, estimate in (("now", one.now), ("before", one.before), ("change", one.change)):
        if estimate is not None:
            yield (brand, by, "", *_points(estimate), one.cases)
    for part in one.moved:
        yield (brand, "moved", part.topic, *_points(part.points), one.cases)


def _points(one: Estimate) -> tuple[float, float, float]:
    return one.value, one.low, one.high


def _practice(brand: str, one: Practice, *, is_public: bool) -> Iterator[Sequence[Any]]:
    yield from _met(brand, "", one.spoken)
    yield from _met(brand, "complaints_", one.complaints)
    for name, share in (("left_alone", one.alone), ("uninvited", one.uninvited)):
        if share is not None:
            yield _share(brand, name, share) if is_public else _rough(brand, name, share)
    shares = {
        "second_answers": one.again,
        "handed_on": one.handed,
        "personal_facts": one.personal,
        "hours_of_the_day": one.hours,
    }
    for name, share in shares.items():
        if share is not None:
            yield _share(brand, name, share)
    counts = {
        "talks": one.talks,
        "mentions": one.around.mentions if is_public else None,
        "uninvited_on_complaints": one.uninvited_complaints,
        "after_stop": one.after_stop,
        "asked_to_stop": one.around.stops,
    }
    for name, count in counts.items():
        if count is not None:
            yield _count(brand, name, count)


def _met(brand: str, of: str, met: Met) -> Iterator[Sequence[Any]]:
    yield _share(brand, f"{of}answered", met.answered)
    yield _count(brand, f"{of}waiting", met.waiting)
    for name, rank in ((f"{of}median", met.median), (f"{of}p90", met.p90)):
        if rank is not None:
            yield _seconds(brand, name, rank)


def _share(brand: str, name: str, share: Share) -> Sequence[Any]:
    low, high = share.interval or (None, None)
    return brand, name, "share", share.value, low, high, share.part, share.whole, _expected(name)


def _expected(name: str) -> float | None:
    return studied(_EXPECTED[name]).percent / 100 if name in _EXPECTED else None


def _rough(brand: str, name: str, share: Share) -> Sequence[Any]:
    """A share of what is published with noise only: without bounds, which would tell of how many it is."""
    value = round(share.part / share.whole, 3) if share.whole >= ROUGH else None
    return brand, name, "share", value, None, None, None, None, _expected(name)


def _count(brand: str, name: str, count: int) -> Sequence[Any]:
    return brand, name, "count", float(count), None, None, None, None, None


def _seconds(brand: str, name: str, rank: Rank) -> Sequence[Any]:
    return brand, name, "seconds", rank.value, rank.low, rank.high, None, None, None
