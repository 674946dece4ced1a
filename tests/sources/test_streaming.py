"""Streams: heard at once, opened again after every break with nothing lost or told twice, and never run ahead of us."""

import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from ascolta.core.budget import CAP, pause
from ascolta.core.post import Batch, EventKind
from ascolta.sources import Live
from ascolta.sources.streaming import MOST, Streaming
from tests.proofs import proves
from tests.sources.battery import Place, events, ids
from tests.sources.mastodon_twin import MastodonTwin
from tests.sources.places import place

LISTS = 3
"""Streams that the source of the battery opens: of its account and of two hashtags."""


@pytest.fixture
def it() -> Iterator[Place]:
    """A network with streams, which are opened again at once since chance says so."""
    with place("mastodon") as made:
        made.streaming, made.draw = True, 0.0
        yield made


def twin(it: Place) -> MastodonTwin:
    """The twin as what it is."""
    assert isinstance(it.twin, MastodonTwin)
    return it.twin


def until(found: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    while not found():
        time.sleep(0.002)


def opened(it: Place, source: Live, cursor: str = "") -> list[Batch]:
    """What came until all streams of a source were open, and it had asked once since."""
    before = twin(it).opened
    batches = list(source.batches(cursor))
    until(lambda: len(twin(it).streams) >= LISTS and twin(it).opened >= before)
    return batches


def rung(source: Live, cursor: str, enough: Callable[[list[Batch]], bool]) -> list[Batch]:
    """What comes without any time going by, until it is enough."""
    batches: list[Batch] = []
    while not enough(batches):
        batches += source.batches(batches[-1].cursor if batches else cursor)
        time.sleep(0.002)
    return batches


def has(number: int, found: list[Batch]) -> bool:
    """Whether so many posts came."""
    return len(ids(found)) >= number


@proves("streaming", network="mastodon", on="contract")
def test_a_post_is_heard_when_the_stream_rings(it: Place) -> None:
    """Without any time going by."""
    source = it.source()
    batches = opened(it, source)
    cursor = batches[-1].cursor if batches else ""
    said = [twin(it).says("ann", "@acme lost my bag"), it.says("acme is late")]
    found = rung(source, cursor, lambda found: len(ids(found)) >= 2)
    assert sorted(ids(found)) == sorted(said)


@proves("edit", "delete", "streaming", network="mastodon", on="contract")
def test_edits_and_deletions_are_told_at_once(it: Place) -> None:
    """As events, which move no cursor."""
    number = it.says("acme lost my bag")
    source = it.source()
    cursor = opened(it, source)[-1].cursor
    twin(it).edits(number, "acme found my bag #acme")
    edits = rung(source, cursor, lambda found: bool(events(found, EventKind.EDITED)))
    assert {event.post.id for event in events(edits, EventKind.EDITED) if event.post} == {number}
    assert all("found" in event.post.content for event in events(edits, EventKind.EDITED) if event.post)
    twin(it).deletes(number)
    gone = rung(source, edits[-1].cursor, lambda found: bool(events(found, EventKind.REMOVED)))
    assert {event.post_id for event in events(gone, EventKind.REMOVED)} == {number}


def test_an_edit_for_few_does_not_pass(it: Place) -> None:
    """One that is not public and does not name the account is nobody's business; one that does is."""
    mine, theirs = (twin(it).says("ann", text, visibility="private") for text in ("@acme hush", "hush"))
    source = it.source()
    cursor = opened(it, source)[-1].cursor
    twin(it).edits(theirs, "still hush")
    twin(it).edits(mine, "@acme still hush")
    edits = rung(source, cursor, lambda found: bool(events(found, EventKind.EDITED)))
    assert {event.post.id for event in events(edits, EventKind.EDITED) if event.post} == {mine}


def test_twenty_breaks_lose_nothing_and_tell_nothing_twice(it: Place) -> None:
    """The streams are cut again and again while people go on talking."""
    source = it.source()
    batches = opened(it, source)
    cursor = batches[-1].cursor if batches else ""
    said: list[str] = []
    heard: list[str] = ids(batches)
    for number in range(20):
        it.twin.now += 1
        said.append(it.says(f"acme before {number}"))
        twin(it).breaks()
        said.append(twin(it).says("bob", f"@acme meanwhile {number}"))
        until(lambda: len(twin(it).streams) >= LISTS)
        it.twin.now += 1
        said.append(it.says(f"acme after {number}"))
        missing = len(said) - len(heard)
        found = rung(source, cursor, partial(has, missing))
        cursor, heard = found[-1].cursor if found else cursor, heard + ids(found)
    assert sorted(heard) == sorted(said)
    assert all(stream.breaks >= 20 for stream in source.streams if isinstance(stream, Streaming))


def test_a_stream_that_cannot_be_had_leaves_asking(it: Place) -> None:
    """A server without streams is heard all the same, and it is told what is wrong."""
    source = it.source()
    for stream in source.streams:
        assert isinstance(stream, Streaming)
        stream.path = "/api/v1/statuses/0"
    list(source.batches(""))
    until(lambda: all(isinstance(stream, Streaming) and stream.error for stream in source.streams))
    said = it.says("acme lost my bag")
    assert ids(it.hear(source)) == [said]
    assert "404" in str(source.trouble)


def test_what_nobody_takes_is_not_read(it: Place) -> None:
    """Of 20,000 events at most a queue's length waits with us; the rest waits with the network, and comes later."""
    source = it.source()
    [user, *_] = source.streams
    assert isinstance(user, Streaming)
    list(user.take())
    until(lambda: bool(twin(it).streams))
    rows = [f"{number:06d}" for number in range(20_000)]
    for row in rows:
        twin(it)._push("", "delete", f"{row}{'x' * 500}")
    until(lambda: user.waiting == MOST)
    taken: list[str] = []
    while len(taken) < len(rows):
        assert user.waiting <= MOST
        taken += [data[:6] for name, data in user.take(50) if name]
    assert taken == rows


def test_the_pauses_grow_are_drawn_and_have_an_end() -> None:
    """Full jitter: anything from nothing to a bound that doubles, at least what the network asked for."""
    assert [pause(n, 1.0) for n in range(5)] == [1, 2, 4, 8, 16]
    assert [pause(n, 0.0) for n in range(5)] == [0] * 5
    assert pause(1_000_000, 1.0) == CAP
    assert pause(0, 0.5, after=17) == 17.5
    assert pause(0, 0.0, after=1e12) == 86_400
    assert pause(0, 0.0, after=-5) == 0
