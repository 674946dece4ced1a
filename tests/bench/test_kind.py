"""The bench of kinds of risk measures what it says: on counts and posts of which the truth is known."""

import random
import subprocess
import sys
from random import Random

import pytest
from bench.watching.brands import DAY, Stream
from bench.watching.campaigns import HOUR, KINDS, TEMPLATES, Said, edited, hours, judged, mixed
from bench.watching.rises import AHEAD, added, own

from ascolta.core.risk import Organised
from ascolta.core.watching.growth import TICKS
from tests.conftest import ROOT
from tests.core.test_detect import day_and_night, drawn


@pytest.fixture(scope="module")
def stream() -> Stream:
    """Sixteen ordinary days with one surge of an hour on the fourteenth."""
    chance = Random(6)
    counts = [float(drawn(chance, day_and_night(n * 300.0))) for n in range(DAY * 16)]
    for n in range(DAY * 13 + 150, DAY * 13 + 162):
        counts[n] += 90
    return Stream("made", [n * 300.0 for n in range(len(counts))], counts, [])


def talk(people: int) -> list[Said]:
    """An hour in which so many people say something of their own."""
    chance = Random(1)
    words = ("gate", "delay", "crew", "seat", "bag", "lost", "tea", "sky", "late", "queue", "plane", "kind", "hotel")
    return [Said(n * 10.0, b"%d" % n, " ".join(chance.choice(words) for _ in range(12))) for n in range(people)]


def test_added_crises_know_their_truth(stream: Stream) -> None:
    """Each looked-at moment has half an hour of ticks, a growth that fits its kind, and a peak not below now."""
    found = list(added([stream]))
    assert len(found) > 30
    for one in found:
        assert len(one.ticks) == TICKS
        assert one.rate is not None
        assert -0.01 < one.rate <= 0.7 / 15
        assert one.peak >= sum(one.ticks[-3:])
        assert one.minutes >= 0


def test_the_streams_own_alarm_is_looked_at(stream: Stream) -> None:
    """The surge is among the stream's own alarms, with its peak within the hour."""
    assert any(one.peak > 270 and one.minutes <= 60 for one in own([stream]))
    assert all(one.minutes <= 5 * AHEAD for one in own([stream]))


def test_campaigns_are_mixed_in_as_said() -> None:
    """So many posts as the strength says, by as many accounts as the kind says, and edits change words."""
    chance, real = random.Random(1), talk(40)
    same, few = mixed(real, KINDS[0], 0.5, chance), mixed(real, KINDS[-1], 1.0, chance)
    assert (len(same), len({one.author for one in same})) == (60, 60)
    assert (len(few), len({one.author for one in few})) == (80, 45)
    assert {one.text for one in same[40:]} <= set(TEMPLATES)
    assert edited(TEMPLATES[0], 0.0, chance) == TEMPLATES[0]
    assert edited(TEMPLATES[0], 0.5, chance) != TEMPLATES[0]


def test_a_campaign_is_judged_and_plain_talk_is_not() -> None:
    """Forty people look as they are, forty posts of one slogan beside them do not."""
    real = talk(40)
    assert judged(real)[1].organised is Organised.NO
    assert judged(mixed(real, KINDS[0], 1.0, random.Random(1)))[1].organised is Organised.YES
    assert [len(one) for one in hours(real)][:1] == [40]
    assert all(one.at < HOUR for one in real)


def test_without_data_it_says_so() -> None:
    """Without the folder of data the bench ends well and says what it could not measure."""
    ended = subprocess.run(
        [sys.executable, "bench/kind.py"], cwd=ROOT, env={"PYTHONPATH": "src"}, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0
    assert ended.stdout.startswith("ASCOLTA_DATA is not set")
