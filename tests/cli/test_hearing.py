"""The round that hears every source: one that fails keeps no other from being heard."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from ascolta.cli.rounds import Bell, hearing
from ascolta.cli.stopping import Stop
from ascolta.core.mention import Heard
from ascolta.errors import SourceError, StoreError
from ascolta.sources import FileSource
from ascolta.sources import Heard as Source
from ascolta.web.health import Health
from tests.sources.battery import NOW
from tests.sources.places import place

Fails = dict[str, Exception]
AT_ONCE = Bell(threading.Event(), 0.0)


def rounds(fails: Fails, heard: list[str], health: Health) -> Callable[[], None]:
    """The round over two files, which fail as they are told to."""

    def hear(source: Source) -> Iterator[Heard]:
        if source.name in fails:
            raise fails[source.name]
        heard.append(source.name)
        yield Heard()

    return hearing(hear, [FileSource("a.jsonl"), FileSource("b.jsonl")], (Stop(), health), AT_ONCE)


def test_a_source_that_fails_keeps_no_other_from_being_heard() -> None:
    """The round fails and can be tried again; meanwhile the other was heard, and it is known which one failed."""
    heard, health = list[str](), Health()
    fails: Fails = {"file:a.jsonl": SourceError("a is away", retry=True)}
    listening = rounds(fails, heard, health)
    for _ in range(2):
        with pytest.raises(SourceError, match="a is away") as error:
            listening()
        assert error.value.retry
    assert heard == ["file:b.jsonl"] * 2
    assert health.vitals.failing == {"file:a.jsonl": False}
    fails.clear()
    listening()
    assert heard[-2:] == ["file:a.jsonl", "file:b.jsonl"]
    assert health.vitals.failing == {}


def test_a_source_that_cannot_be_helped_is_tried_no_more() -> None:
    """The others go on; once all are gone, so is the round."""
    heard, health = list[str](), Health()
    fails: Fails = {"file:a.jsonl": SourceError("a refuses", retry=False)}
    listening = rounds(fails, heard, health)
    with pytest.raises(SourceError) as error:
        listening()
    assert error.value.retry
    fails["file:a.jsonl"] = SourceError("asked again", retry=False)
    listening()
    assert heard == ["file:b.jsonl"] * 2
    assert health.vitals.failing == {"file:a.jsonl": True}
    fails["file:b.jsonl"] = SourceError("b refuses", retry=False)
    with pytest.raises(SourceError) as error:
        listening()
    assert not error.value.retry


def test_a_store_that_fails_ends_the_round() -> None:
    """It would fail for every source."""
    heard, health = list[str](), Health()
    with pytest.raises(StoreError):
        rounds({"file:a.jsonl": StoreError("the disk is full")}, heard, health)()
    assert heard == []


def test_a_network_that_rests_was_not_heard() -> None:
    """While a source waits after a failure, nothing says that it was heard to its end."""
    with place("mastodon") as it:
        source, health = it.source(), Health()
        it.twin.fails = (503, {"Retry-After": "60"})

        def hear(one: Source) -> Iterator[Heard]:
            for _ in one.batches(""):
                yield Heard()

        listening = hearing(hear, [source], (Stop(), health), AT_ONCE)
        with pytest.raises(SourceError):
            listening()
        listening()
        assert health.vitals.failing == {source.name: False}
        it.twin.fails = None
        it.now = NOW + 3_600
        listening()
        assert health.vitals.failing == {}


def test_who_rings_is_heard_before_the_next_time() -> None:
    """A round that would wait an hour begins when its bell is rung, and is over when the program is."""
    bell, over = Bell(threading.Event(), 3_600.0), threading.Event()
    for call in (bell.rung, over):
        waiting = threading.Thread(target=bell.wait, args=(over,), daemon=True)
        waiting.start()
        assert waiting.is_alive()
        call.set()
        waiting.join(30)
        assert not waiting.is_alive()
    assert not bell.rung.is_set()
    begun = time.monotonic()
    Bell(threading.Event(), 0.05).wait(threading.Event())
    assert time.monotonic() - begun >= 0.05
