"""What people said to us, in counts of cases: by topic, what they want, and whether it is good or bad for the brand.

Only cases count that people opened by speaking to the brand. Their labels are read and no word of them. A count below
five is not shown; shares have the bounds within which they would lie if such cases went on to come.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ascolta.core.case import Case
from ascolta.core.days import DAY
from ascolta.core.insight_bounds import Estimate, less, mean, portion

FEW = 5
"""Fewer cases than this are not told apart."""

LEAST = 20
"""Fewer cases than this make no index."""

SPAN = 14
"""Days of the index, and days before these that it is laid beside. Cases go after 30 days, so no more is there."""

ASKS = ("question", "request", "suggestion")
"""What asks something of us."""

INTENTS = (*ASKS, "praise")
TONES = ("negative", "neutral", "positive")
_SCORES = {"positive": 1, "negative": -1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The labels of one case that somebody opened by speaking to us."""

    at: float
    topics: tuple[str, ...]
    intent: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The cases of one topic (empty: of none), by what they want and by tone; None where it is fewer than five.

    `asks` is the share that asks something of us, `negative` the share that is bad for the brand.
    """

    topic: str
    cases: int
    intents: tuple[tuple[str, int | None], ...]
    tones: tuple[tuple[str, int | None], ...]
    asks: Estimate | None
    negative: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """By how many points a topic moved the index; the parts of all topics make up the change."""

    topic: str
    points: Estimate

    @property
    def is_clear(self) -> bool:
        """Whether the bounds leave no doubt in which direction."""
        return self.points.low > 0 or self.points.high < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The reputation index: of 100 cases that were said to us, by how many the good ones are more than the bad ones."""

    now: Estimate
    cases: int
    before: Estimate | None = None
    change: Estimate | None = None
    moved: Sequence[Moved] = ()


def said(cases: Iterable[Case], brand: str, since: float) -> list[Said]:
    """What was said to a brand since a time, as labels."""
    found = []
    for case in cases:
        labels = case.labels
        if case.brand == brand and case.published >= since and ("addressed", "yes") in labels:
            named = dict(labels)
            topics = tuple(sorted({value for name, value in labels if name == "topic"}))
            found.append(
                Said(
                    at=case.published,
                    topics=topics,
                    intent=named.get("intent", "other"),
                    tone=named.get("polarity", "neutral"),
                )
            )
    return found


def asked(spoken: Sequence[Said]) -> list[Asked]:
    """What was asked of us by topic, the topic of most cases first; topics of fewer than five cases are left out."""
    topics = Counter(topic for one in spoken for topic in one.topics or ("",))
    made = [_asked(topic, [one for one in spoken if topic in (one.topics or ("",))]) for topic in topics]
    return sorted((one for one in made if one.cases >= FEW), key=lambda one: (one.topic == "", -one.cases, one.topic))


def index(spoken: Sequence[Said], until: float) -> Index | None:
    """The index of the last two weeks, and what moved it since the two before; None of fewer than 20 cases."""
    now = [one for one in spoken if until - SPAN * DAY <= one.at <= until]
    before = [one for one in spoken if until - 2 * SPAN * DAY <= one.at < until - SPAN * DAY]
    here = _index(now)
    if here is None:
        return None
    return compared(now, before) or Index(now=here, cases=len(now))


def compared(now: Sequence[Said], before: Sequence[Said]) -> Index | None:
    """The index of some cases beside that of others, and what moved it; None of fewer than 20 cases on either side."""
    here, there = _index(now), _index(before)
    if here is None or there is None:
        return None
    topics = sorted({topic for one in (*now, *before) for topic in one.topics or ("",)})
    moved = [
        Moved(topic=topic, points=less(one, other))
        for topic in topics
        if (one := _part(topic, now)) is not None and (other := _part(topic, before)) is not None
    ]
    moved.sort(key=lambda one: -abs(one.points.value))
    return Index(now=here, cases=len(now), before=there, change=less(here, there), moved=moved)


def _index(spoken: Sequence[Said]) -> Estimate | None:
    return _net([_score(one) for one in spoken]) if len(spoken) >= LEAST else None


def _asked(topic: str, there: Sequence[Said]) -> Asked:
    intents, tones = Counter(one.intent for one in there), Counter(one.tone for one in there)
    asks = sum(intents[name] for name in ASKS)
    return Asked(
        topic=topic,
        cases=len(there),
        intents=tuple((name, _few(intents[name])) for name in INTENTS),
        tones=tuple((name, _few(tones[name])) for name in TONES),
        asks=portion(asks, len(there)) if asks >= FEW else None,
        negative=portion(tones["negative"], len(there)) if tones["negative"] >= FEW else None,
    )


def _few(count: int) -> int | None:
    return count if count >= FEW else None


def _score(one: Said) -> float:
    return _SCORES.get(one.tone, 0)


def _part(topic: str, spoken: Sequence[Said]) -> Estimate | None:
    """The part of one topic in the index; a case of several topics is split among them."""
    return _net([_score(one) / max(1, len(one.topics)) if topic in (one.topics or ("",)) else 0.0 for one in spoken])


def _net(scores: Sequence[float]) -> Estimate | None:
    counted = Counter(scores)
    found = mean(list(counted), list(counted.values()))
    return None if found is None else found.scaled(100)
