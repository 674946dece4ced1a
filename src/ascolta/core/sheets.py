"""The tables of published figures: people by day, by hour and by topic, changes, share of voice, after statements."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ascolta.core.cells import Kind, Published
from ascolta.core.insight import Change, Insight, Level, series
from ascolta.core.insight_bounds import Estimate
from ascolta.core.insight_statements import Response
from ascolta.core.ledger import Entry
from ascolta.core.sheet import Column, Sheet, day, figure, flag, sheet, text, whole

BRAND = text("brand", "the brand, by its id")
_PEOPLE = (
    whole("people", "authors that day, with noise; empty where too few to show"),
    whole("low", "from so many on, 19 times in 20"),
    whole("high", "up to so many, 19 times in 20"),
    flag("shown", "whether the figure is shown; no: too few, or held back"),
    figure("epsilon", "what the figure spent; 0 where it was held back"),
)
_HEARD = (
    flag("partial", "whether the day was heard only from some hour on"),
    whole("starts", "how often the program was started that day; beyond the first, some may be counted twice"),
)
PEOPLE = (BRAND, day("day", "the day, UTC"), *_PEOPLE, *_HEARD)
HOURS = (BRAND, day("day", "the day, UTC"), whole("hour", "the hour in which they were first heard, UTC"), *_PEOPLE)
TOPICS = (BRAND, day("day", "the day, UTC"), text("topic", "the topic, as brand.yaml names it"), *_PEOPLE, *_HEARD)
_TIMES = (
    figure("times", "how many times as many as before"),
    figure("times_low", "from so many times on, 19 times in 20, with noise and how days vary"),
    figure("times_high", "up to so many times, 19 times in 20; empty: no bound"),
    text("direction", "more, fewer, unclear (no change that can be told), unknown (too little is)"),
    figure("shows_from", "from how many times as many on a change would show; empty: none would"),
)


def _level(name: str, when: str) -> tuple[Column, ...]:
    return (
        figure(name, f"people on an average day {when}"),
        figure(f"{name}_low", "from so many on, 19 times in 20"),
        figure(f"{name}_high", "up to so many, 19 times in 20"),
    )


CHANGES = (
    BRAND, text("topic", "the topic; empty: the brand at all"), day("last", "the last day of the last week"),
    whole("weeks", "how many weeks before that week it is laid beside"),
    *_level("now", "of the last week"), *_level("before", "of the weeks before"), *_TIMES,
)  # fmt: skip
VOICE = (
    BRAND, day("last", "the last day of the week"), text("of", "the brand whose share it is, by its name"),
    *_level("people", "of the week on which all were published"), figure("share", "its share, from 0 to 1"),
    figure("share_low", "from so much on, 19 times in 20"), figure("share_high", "up to so much, 19 times in 20"),
)  # fmt: skip
STATEMENTS = (
    BRAND, text("statement", "the statement, by its name"), text("kind", "what kind it is; empty: not known any more"),
    day("day", "the day on which it went out, UTC"), text("stage", "early, new, unpublished or told"),
    text("topic", "the statement's topic; empty: the brand at all"), *_level("after", "of the three after it"),
    *_level("before", "of the three before it"), *_TIMES,
    figure("index_change", "by how many points the reputation index moved; only beside the brand at all"),
    figure("index_low", "from so many points on, 19 times in 20"),
    figure("index_high", "up to so many points, 19 times in 20"),
)  # fmt: skip


def people(entries: Iterable[Entry]) -> Sheet:
    """Authors by day."""
    return sheet("people", PEOPLE, (
        (entry.brand, entry.day, *_shown(one), *_heard(entry)) for entry, one in _of(entries, Kind.DAY)
    ))  # fmt: skip


def hours(entries: Iterable[Entry]) -> Sheet:
    """Authors by the hour in which they were first heard."""
    return sheet("hours", HOURS, (
        (entry.brand, entry.day, int(one.cell.part), *_shown(one)) for entry, one in _of(entries, Kind.HOUR)
    ))  # fmt: skip


def topics(entries: Iterable[Entry]) -> Sheet:
    """Authors by topic and day."""
    return sheet("topics", TOPICS, (
        (entry.brand, entry.day, one.cell.part, *_shown(one), *_heard(entry)) for entry, one in _of(entries, Kind.TOPIC)
    ))  # fmt: skip


def changes(found: Iterable[tuple[str, Insight]]) -> Sheet:
    """The last week beside the weeks before, of each brand by its id."""
    return sheet("changes", CHANGES, (
        (brand, one.topic, made.last, made.weeks, *_mean(one.now), *_mean(one.before), *_times(one))
        for brand, made in found
        for one in (made.volume, *made.topics)
    ))  # fmt: skip


def voice(found: Iterable[tuple[str, Insight]]) -> Sheet:
    """Shares of voice of the last week, of each brand by its id."""
    return sheet("voice", VOICE, (
        (brand, made.last, one.brand, *_three(one.mean), *_three(one.share))
        for brand, made in found
        for one in made.voices
    ))  # fmt: skip


def statements(found: Iterable[tuple[str, Response]]) -> Sheet:
    """What changed after the brand's own statements, of each brand by its id."""
    return sheet("statements", STATEMENTS, (row for brand, one in found for row in _statement(brand, one)))


def _statement(brand: str, one: Response) -> Iterator[Sequence[Any]]:
    own = (brand, one.statement.name, one.statement.kind, one.statement.day, str(one.stage))
    moved = _three(one.index.change if one.index is not None else None)
    for change in one.changes or (Change(topic="", now=None, before=None),):
        index = _three(None) if change.topic else moved
        yield (*own, change.topic, *_mean(change.now), *_mean(change.before), *_times(change), *index)


def _of(entries: Iterable[Entry], kind: Kind) -> Iterator[tuple[Entry, Published]]:
    """The figures of one kind with their days, in order of brand, day and part."""
    for entry in sorted(entries, key=lambda one: (one.brand, one.day)):
        for one in entry.published:
            if one.cell.kind is kind:
                yield entry, one


def _shown(one: Published) -> tuple[int | None, int | None, int | None, bool, float]:
    low, high = one.interval or (None, None)
    return one.value, low, high, one.value is not None, float(one.epsilon)


def _heard(entry: Entry) -> tuple[bool, int]:
    return entry.day in series([entry], Kind.DAY).partial, len(entry.epochs)


def _mean(one: Level | None) -> tuple[float | None, ...]:
    return _three(one.mean if one is not None else None)


def _three(one: Estimate | None) -> tuple[float | None, ...]:
    return (None, None, None) if one is None else tuple(map(_finite, (one.value, one.low, one.high)))


def _times(one: Change) -> tuple[Any, ...]:
    return (*_three(one.told), str(one.direction), _finite(one.seen))


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
