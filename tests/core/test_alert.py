"""The vigil over a brand: a crisis is told once and in time, quiet days are not told at all."""

import copy
import json
import math
from collections.abc import Iterator
from random import Random

import pytest

from ascolta.core.alert import Once, State, Vigil, detector
from ascolta.core.detect import ReturnPeriod
from tests.conftest import ROOT
from tests.core.test_detect import poisson

TICK, DAY = 300.0, 86_400.0
ONSET = 18 * 3600 + 2400.0
"""The crisis of the example day begins at 18:40."""

Ticks = list[tuple[float, dict[str, int]]]


def hourly(at: float) -> float:
    """Mentions per tick of a small brand: near none by night, three by day."""
    hour = at % DAY / 3600
    return 0.1 if hour < 6 else 3 * min(1.0, (hour - 6) / 2) if hour < 22 else 0.5


def quiet(random: Random, start: float, end: float, scale: float = 1.0) -> Iterator[tuple[float, dict[str, int]]]:
    """Ticks of ordinary talk, by their end: one mention in six complains, one in five is negative."""
    for n in range(int(start // TICK), int(end // TICK)):
        said = poisson(random, scale * hourly(n * TICK))
        complaint = sum(random.random() < 1 / 6 for _ in range(said))
        negative = min(said, complaint + sum(random.random() < 0.05 for _ in range(said)))
        yield (n + 1) * TICK, {"all": said, "negative": negative, "complaint": complaint}


def crisis(random: Random, start: float, ticks: int) -> Ticks:
    """Talk as usual and 6, 9, 12, 15 posts more in each tick, four of five a complaint; it fades after two hours."""
    found: Ticks = []
    for n, (at, counts) in enumerate(quiet(random, start, start + ticks * TICK)):
        more = (6, 9, 12, 15)[min(3, n)] if n < 24 else int(15 * 0.7 ** (n - 23))
        bad = sum(random.random() < 0.8 for _ in range(more))
        found.append((at, {name: count + (more if name == "all" else bad) for name, count in counts.items()}))
    return found


def first_day(seed: int) -> Ticks:
    """The first day of a brand, with a crisis from 18:40."""
    random = Random(seed)
    return [*quiet(random, 0, ONSET), *crisis(random, ONSET, 64)]


@pytest.mark.parametrize("seed", range(30))
def test_a_crisis_on_the_first_day_is_told_once_within_fifteen_minutes(seed: int) -> None:
    """A brand with one quiet day of history hears of its crisis by 18:55, and of nothing else that day."""
    vigil = Vigil("acme")
    changes = [change for at, counts in first_day(seed) if (change := vigil.tick(at, counts))]
    alarms = [change for change in changes if change.new is State.ALERT]
    assert [ONSET < alarm.at <= ONSET + 900 for alarm in alarms] == [True]
    assert alarms[0].stream in ("complaint", "negative")
    assert alarms[0].why.endswith("for this brand, with 19 hours of history.")


@pytest.mark.parametrize("seed", range(12))
def test_labels_may_be_noisy(seed: int) -> None:
    """With 30 % of complaints missed and 5 % of the rest taken for one, the crisis is told once within 20 minutes."""
    vigil, random, alarms = Vigil("acme"), Random(1000 + seed), []
    for at, counts in first_day(seed):
        heard = dict(counts)
        for name in ("negative", "complaint"):
            rest = counts["all"] - counts[name]
            heard[name] = sum(random.random() < 0.7 for _ in range(counts[name]))
            heard[name] += sum(random.random() < 0.05 for _ in range(rest))
        change = vigil.tick(at, heard)
        alarms += [change.at] if change and change.new is State.ALERT else []
    assert [ONSET < at <= ONSET + 1200 for at in alarms] == [True]


def test_quiet_weeks_are_told_seldom() -> None:
    """Twenty quiet weeks of brands small and large have at most half the alarms that "once in 7 days" allows."""
    alarms = 0
    for seed in range(10):
        vigil = Vigil("acme")
        changes = [vigil.tick(at, counts) for at, counts in quiet(Random(seed), 0, 14 * DAY, (0.2, 1, 5)[seed % 3])]
        alarms += sum(change is not None and change.new is State.ALERT for change in changes)
    assert alarms <= 10


def test_an_episode_is_told_once_and_ends_once() -> None:
    """A crisis of two hours on the twelfth day is one alarm and, after a quiet hour, one return to calm."""
    random, vigil = Random(3), Vigil("acme")
    start = 11 * DAY + 50_400
    ticks = [*quiet(random, 0, start), *crisis(random, start, 110)]
    changes = [change for at, counts in ticks if (change := vigil.tick(at, counts)) and at > start]
    assert [(change.old, change.new) for change in changes] == [
        (State.CALM, State.ALERT),
        (State.ALERT, State.CALM),
    ]
    assert changes[0].at <= start + 900
    assert changes[1].at >= start + 24 * TICK + 3600
    assert changes[1].why.startswith("Over for an hour: ")


def test_a_topic_that_nobody_speaks_of_keeps_no_alert_up() -> None:
    """With a topic, and with complaints, that were never counted, an episode ends, and the next is told."""
    random, changes = Random(9), []
    vigil = Vigil("acme", topics=["topic:never"])
    for n in range(288 * 12):
        surge = 60 if n in range(288 * 8, 288 * 8 + 4) or n in range(288 * 10 + 140, 288 * 10 + 144) else 0
        changes.append(vigil.tick((n + 1) * TICK, {"all": poisson(random, 4) + surge}))
    assert [change.new for change in changes if change] == [State.ALERT, State.CALM, State.ALERT, State.CALM]


def test_a_vigil_saved_at_any_point_goes_on_identically() -> None:
    """Reloaded from JSON or copied before, in and after the alarm, it tells the very changes that were to come."""
    ticks = first_day(5)
    through, kept = Vigil("acme"), []
    changes = []
    for n, (at, counts) in enumerate(ticks):
        if n in (0, 1, 200, 225, 227, 230, 240, 270):
            kept.append((n, json.dumps(through.state()), copy.deepcopy(through)))
        changes.append(through.tick(at, counts))
    for n, saved, copied in kept:
        reloaded = Vigil.from_state("acme", json.loads(saved))
        for other in (reloaded, copied):
            assert [other.tick(at, counts) for at, counts in ticks[n:]] == changes[n:]
            assert other.state() == through.state()


def test_a_state_of_the_first_version_goes_on() -> None:
    """A state that was saved before the detector knew paces and topics is read, and the next crisis is told once."""
    saved = json.loads((ROOT / "tests" / "data" / "vigil-of-0.1.json").read_text(encoding="utf-8"))
    vigil, start = Vigil.from_state("acme", saved), 12 * DAY + 50_400
    changes = [change for at, counts in crisis(Random(4), start, 24) if (change := vigil.tick(at, counts))]
    assert [change.new for change in changes] == [State.ALERT]
    assert changes[0].at <= start + 900
    assert changes[0].why.endswith("with 12 days of history.")
    assert Vigil.from_state("acme", json.loads(json.dumps(vigil.state()))).state() == vigil.state()


def test_a_topic_is_watched_beside_the_three() -> None:
    """A rise in one topic that the other streams hardly show is told, by the name of the topic."""
    vigil, random = Vigil("acme", topics=["topic:refund"]), Random(8)
    assert vigil.streams == ("complaint", "negative", "topic:refund", "all")
    for n in range(288 * 10):
        vigil.tick((n + 1) * TICK, {"all": poisson(random, 20), "topic:refund": poisson(random, 0.3)})
    told = [
        change
        for n in range(288 * 10, 288 * 10 + 4)
        if (change := vigil.tick((n + 1) * TICK, {"all": poisson(random, 20), "topic:refund": 12}))
    ]
    assert [change.stream for change in told] == ["topic:refund"]
    assert "mentions of refund in 15 minutes where" in told[0].why


def test_topics_come_and_go() -> None:
    """A topic that is added starts without history, one that is dropped is forgotten; the others go on."""
    vigil = Vigil("acme", topics=["topic:refund"])
    for n in range(600):
        vigil.tick((n + 1) * TICK, {"all": 4, "topic:refund": 1})
    state = vigil.state()
    assert Vigil.from_state("acme", state).streams == vigil.streams
    other = Vigil.from_state("acme", state, topics=["topic:delay"])
    assert other.streams == ("complaint", "negative", "topic:delay", "all")
    assert other.state()["streams"]["all"] == state["streams"]["all"]
    assert other.tick(601 * TICK, {"all": 4, "topic:delay": 90}) is None


def test_a_short_history_is_said_honestly() -> None:
    """A new brand has fourteen days to go, after five days nine, after thirteen and a half twelve hours, then none."""
    vigil, said = Vigil("acme"), {}
    for n in range(288 * 15):
        said[n / 288] = vigil.history
        vigil.tick((n + 1) * TICK, {"all": 1})
    assert said[0] == "not enough history: 14 days to go"
    assert said[5] == "not enough history: 9 days to go"
    assert said[13.5] == "not enough history: 12 hours to go"
    assert said[14] == ""


def test_the_threshold_is_saved() -> None:
    """A vigil asked for alarms once in 60 days keeps to that after a reload."""
    assert Vigil.from_state("acme", Vigil("acme", once_in_days=60).state()).threshold == math.log10(60)


def test_the_reason_is_one_sentence_with_figures() -> None:
    """The reason names the count, what is usual, how seldom it is and how long the brand was watched; nothing more."""
    vigil, change = Vigil("acme"), None
    for n in range(288 * 15):
        change = vigil.tick((n + 1) * TICK, {"all": 6, "negative": 1, "complaint": 1}) or change
    assert change is None
    told = [vigil.tick((288 * 15 + n) * TICK, {"all": 30, "negative": 20, "complaint": 20}) for n in range(1, 4)]
    alarm = next(change for change in told if change)
    assert "complaints in 15 minutes where 3 are usual at this hour: about once in " in alarm.why
    assert alarm.why.endswith(" for this brand.")
    assert alarm.once_in_days == pytest.approx(10**alarm.score)


def test_a_few_mentions_are_nobodys_crisis() -> None:
    """Four complaints in a quarter of an hour, after weeks without any, raise no alarm."""
    vigil = Vigil("acme")
    for n in range(288 * 15):
        assert vigil.tick((n + 1) * TICK, {}) is None
    assert vigil.tick((288 * 15 + 1) * TICK, {"all": 4, "negative": 4, "complaint": 4}) is None


def test_the_stream_that_says_most_is_named() -> None:
    """Where all three streams rise at the same tick, the alarm speaks of complaints."""
    vigil = Vigil("acme")
    for n in range(288 * 3):
        vigil.tick((n + 1) * TICK, {"all": 1, "negative": 1, "complaint": 1})
    change = vigil.tick((288 * 3 + 1) * TICK, {"all": 200, "negative": 200, "complaint": 200})
    assert change is not None
    assert change.stream == "complaint"
    assert change.why.endswith("with 3 days of history.")


def test_the_public_detector_tells_an_episode_once() -> None:
    """A level that rises and stays scores high as it rises, and in the hours after no more than once an hour."""
    one = detector()
    for n in range(288 * 10):
        one.update(n * TICK, 5)
    scores = [one.update((288 * 10 + n) * TICK, 60) for n in range(36)]
    assert max(scores[:3]) > 1
    assert sum(score > 0 for score in scores[12:]) <= 2
    assert isinstance(one, Once)
    assert isinstance(one.inner, ReturnPeriod)


def test_the_public_detector_tells_worse_again() -> None:
    """An episode that doubles is told once more; one that goes on as it was is not."""
    one = detector()
    for n in range(288 * 10):
        one.update(n * TICK, 5 + n % 3)
    start = 288 * 10
    first = [one.update((start + n) * TICK, 60) for n in range(6)]
    second = [one.update((start + 6 + n) * TICK, 180) for n in range(3)]
    assert max(first[:3]) > 1
    assert max(first[4:]) == -1.0
    assert max(second) > 1


def test_the_public_detector_goes_on_from_a_saved_state() -> None:
    """Saved as JSON in the middle of an episode, it tells exactly what it would have told."""
    one, random = detector(), Random(11)
    for n in range(288 * 6):
        one.update(n * TICK, poisson(random, 3))
    start = 288 * 6
    for n in range(4):
        one.update((start + n) * TICK, 30)
    other = Once.from_state(json.loads(json.dumps(one.state(), allow_nan=False)))
    counts = [poisson(random, 30 if n < 20 else 3) for n in range(60)]
    for n, count in enumerate(counts):
        assert one.update((start + 4 + n) * TICK, count) == other.update((start + 4 + n) * TICK, count)
