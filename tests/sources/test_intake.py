"""Pipelines of one's own, NATS JetStream and Redis streams, on real servers: what both must do alike."""

import json
import logging
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from ascolta.core.post import EventKind
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources import FileSource
from ascolta.sources.intake import PAGE, Intake
from ascolta.sources.live import Live
from ascolta.sources.networks import lookups
from tests.proofs import proves
from tests.sources.battery import Place, events, failed, ids
from tests.sources.places import place
from tests.sources.places.pipeline import NatsPlace, Pipeline, RedisPlace
from tests.sources.test_streaming import until


@pytest.fixture(params=["nats", "redis"])
def it(request: pytest.FixtureRequest) -> Iterator[Pipeline]:
    """A pipeline."""
    with place(request.param) as made:
        assert isinstance(made, Pipeline)
        yield made


def intake(source: Live) -> Intake:
    """The network of a source as what it is."""
    assert isinstance(source.network, Intake)
    return source.network


def trim(it: Place, keep: int) -> None:
    """All but the last entries go, as they do where a stream is limited."""
    if isinstance(it, NatsPlace):
        it.server.purge(keep)
    elif isinstance(it, RedisPlace):
        it.server.trim(keep)


@proves("hear", "edit", "delete", "opt-out", on="server")
def test_all_that_can_happen_to_a_post_comes_as_the_pipeline_tells_it(it: Pipeline) -> None:
    """Posts of any network, edits, removals, and accounts as they are now, which may say no."""
    it.tells(id="7", network="x", text="acme lost my bag", author={"handle": "ann"}, brand="acme", addressed=True)
    it.tells(id="7", network="x", text="acme found my bag", author={"handle": "ann"}, event="edited")
    it.tells(network="x", author={"handle": "ann", "locked": True}, event="actor")
    it.tells(id="7", network="x", event="removed")
    found = [event for batch in it.hear(it.source()) for event in batch.events]
    assert [event.kind for event in found] == ["published", "edited", "actor", "removed"]
    assert {event.network for event in found} == {"x"}
    first = found[0].post
    assert first is not None
    assert (first.id, first.network, first.addressed, first.brand) == ("7", "x", True, "acme")
    assert found[2].actor is not None
    assert found[2].actor.locked is True
    assert found[3].post_id == "7"


def test_what_is_told_twice_is_heard_once_also_after_a_new_start(it: Pipeline) -> None:
    """A pipeline that tries again puts a post in twice; one that was removed is not published after that."""
    it.tells(id="1", text="acme")
    it.tells(id="1", text="acme")
    first = it.hear(it.source())
    assert ids(first) == ["1"]
    it.tells(id="1", text="acme")
    it.tells(id="2", event="removed")
    it.tells(id="2", text="acme is removed already")
    batches = it.hear(it.source(), first[-1].cursor)
    assert [event.superseded for event in events(batches)] == [True]
    assert len(events(batches, EventKind.REMOVED)) == 1
    it.tells(id="2", event="removed")
    assert it.hear(it.source(), batches[-1].cursor)[0].events == ()


def test_what_cannot_be_read_is_set_aside_and_counted(it: Pipeline) -> None:
    """A poisoned entry neither stops the stream nor comes again, and what follows it is heard."""
    poison = (b"", b"{", b"[]", b"null", b'{"id": "1"}', b'{"text": "no id"}', b'{"id": "1", "text": "x", "event": ""}')
    for said in (*poison, b'{"id": "1", "text": 7}', b"\xff\xfe", b'{"id":' + b"[" * 10_000, b"9" * 5_000):
        it.puts(said, it.twin.now)
    it.says("acme")
    source = it.source()
    batches = it.hear(source)
    assert ids(batches) == ["1"]
    assert source.set_aside == len(poison) + 4
    again = it.source()
    assert it.hear(again, batches[-1].cursor) == []
    assert again.set_aside == 0


def test_what_had_gone_before_we_came_is_counted_and_told_once(it: Pipeline, caplog: pytest.LogCaptureFixture) -> None:
    """Entries that a limit took while we were away are missed, which is said; those that were heard are not."""
    for _ in range(40):
        it.says("acme word-canary")
    source = it.source()
    cursor = it.hear(source)[-1].cursor
    trim(it, 5)
    it.says("acme after the heard ones went")
    cursor = it.hear(source, cursor)[-1].cursor
    assert intake(source).missed == 0
    for _ in range(60):
        it.says("acme word-canary")
    trim(it, 20)
    later = it.source()
    with caplog.at_level(logging.WARNING):
        batches = it.hear(later, cursor)
        assert len(ids(batches)) == 20
        assert intake(later).missed == 40
        assert it.hear(later, batches[-1].cursor) == []
        assert it.hear(it.source(), batches[-1].cursor) == []
    told = [record for record in caplog.records if "had gone" in record.message]
    assert [record.said for record in told] == [{"source": f"{it.network}:twin", "missed": 40}]  # type: ignore[attr-defined]
    assert "canary" not in caplog.text
    assert [said for said in later.findings if "40 posts" in said] != []


def test_a_stream_that_is_empty_after_a_gap_is_told_once_too(it: Pipeline) -> None:
    """Everything went; the place moves on, so that it is not told again."""
    it.says("acme")
    cursor = it.hear(it.source())[-1].cursor
    for _ in range(7):
        it.says("acme")
    trim(it, 0)
    source = it.source()
    batches = it.hear(source, cursor)
    assert (ids(batches), intake(source).missed) == ([], 7)
    again = it.source()
    it.hear(again, batches[-1].cursor)
    assert intake(again).missed == 0
    said = it.says("acme again")
    assert ids(it.hear(again, batches[-1].cursor)) == [said]


def test_a_stream_cut_anywhere_loses_and_repeats_nothing(it: Pipeline) -> None:
    """The connection is cut in the midst of answers, again and again; each time it is gone on from the last cursor."""
    said = [it.says(f"acme {number} {'x' * 200}") for number in range(4 * PAGE)]
    chance, heard, failures = random.Random(7), list[str](), list[bool]()
    cursor, source = "", it.source()
    for most in [chance.randrange(200, 400_000) for _ in range(30)] + [None]:
        it.twin.most = most
        it.passes(1_000)
        try:
            for batch in source.batches(cursor):
                heard += ids([batch])
                cursor = batch.cursor
        except SourceError as error:
            failures.append(error.retry)
        if chance.random() < 0.3:
            source = it.source()
        if chance.random() < 0.3:
            said.append(it.says("acme meanwhile"))
    assert heard == said
    assert failures
    assert all(failures)


def test_a_server_that_is_killed_comes_back_with_nothing_lost(it: Pipeline) -> None:
    """Killed with -9 between two pages and while nobody looks."""
    said = [it.says(f"acme {number}") for number in range(3 * PAGE)]
    source = it.source()
    it.passes(60)
    batches = source.batches("")
    first = next(batches)
    server = it.server  # type: ignore[attr-defined]
    server.kill()
    with pytest.raises(SourceError) as error:
        list(batches)
    assert error.value.retry
    server.start()
    it.passes(1_000)
    rest = list(source.batches(first.cursor))
    assert ids([first]) + ids(rest) == said
    server.kill()
    server.start()
    said.append(it.says("acme afterwards"))
    assert ids(it.hear(it.source(), rest[-1].cursor)) == said[-1:]


def test_a_stream_that_is_not_there_yet_is_waited_for(it: Pipeline) -> None:
    """It is said in one sentence, and tried again."""
    if isinstance(it, NatsPlace):
        it.server.drop()
    elif isinstance(it, RedisPlace):
        it.server.talking.flushall()
    source = it.source()
    error = failed(source)
    assert (error.retry, "no stream of this name yet" in str(error)) == (True, True)
    if isinstance(it, NatsPlace):
        it.server.create()
    said = it.says("acme")
    it.passes(600)
    assert ids(list(source.batches(""))) == [said]


def test_a_stream_that_was_made_anew_is_heard_anew(it: Pipeline, caplog: pytest.LogCaptureFixture) -> None:
    """Its numbers begin again, or go on by time; nothing that is in it is passed over."""
    for _ in range(5):
        it.says("acme")
    cursor = it.hear(it.source())[-1].cursor
    it.passes(10)
    if isinstance(it, NatsPlace):
        it.server.drop()
        it.server.create()
    elif isinstance(it, RedisPlace):
        it.server.talking.flushall()
    said = [it.says("acme anew") for _ in range(3)]
    source = it.source()
    batches = it.hear(source, cursor)
    assert ids(batches) == said
    assert it.hear(source, batches[-1].cursor) == []
    assert intake(source).missed == 0


def test_from_its_start_if_that_is_wanted(it: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    """`from: start` hears all that there is, however old."""
    said = it.says("acme of old", at=it.twin.now - 30 * 86_400)
    it.now += 40 * 86_400
    assert ids(it.hear(it.source())) == []
    monkeypatch.setattr(it, "more", lambda: (*Pipeline.more(it), ("from", "start")))
    assert ids(it.hear(it.source())) == [said]


def test_it_is_asked_how_a_post_stands_together_with_files(it: Pipeline, tmp_path: Path) -> None:
    """What a file told and the pipeline took back is gone; a network that is heard itself is asked itself."""
    path = tmp_path / "posts.jsonl"
    lines = [{"id": "1", "text": "acme", "network": "x"}, {"id": "2", "text": "acme", "network": "x"}]
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    it.tells(id="1", network="x", event="removed")
    it.tells(id="3", network="x", text="acme 3")
    it.tells(id="3", network="x", text="acme 3 edited", event="edited")
    lookup = lookups([FileSource(str(path)), it.source()])("x")
    assert lookup is not None
    assert lookup.again("1") is None
    two, three = lookup.again("2"), lookup.again("3")
    assert (two is not None, three is not None and three.content) == (True, "acme 3 edited")
    with pytest.raises(SourceError, match="do not hold this post"):
        lookup.again("4")
    it.twin.fails = (0, {})
    with pytest.raises(SourceError, match=r"cannot be reached|broke off"):
        lookup.again("2")


@proves("streaming", on="server")
def test_it_is_heard_at_once_where_it_is_waited_there(it: Pipeline) -> None:
    """Nobody asks before something rings; after a break it rings again, and nothing was lost meanwhile."""
    it.streaming, it.draw = True, 0.0
    source = it.source()
    bell = source.chance.bell
    batches = it.hear(source)
    until(bell.is_set)
    batches += source.batches(batches[-1].cursor if batches else "")
    cursor = batches[-1].cursor
    for _ in range(3):
        bell.clear()
        said = it.says("acme")
        until(bell.is_set)
        found = list(source.batches(cursor))
        assert ids(found) == [said]
        cursor = found[-1].cursor
    it.twin.cut()
    said = it.says("acme while it was broken")
    bell.clear()
    until(bell.is_set)
    found = []
    while not found:
        found = [batch for batch in source.batches(cursor) if batch.events]
    assert ids(found) == [said]


def test_an_address_that_others_can_read_along_is_refused(it: Pipeline) -> None:
    """Without TLS only this machine is asked, and no password stands in an address."""
    plain = {"nats": "nats", "redis": "redis"}[it.network]
    for address in (f"{plain}://pipeline.example:1", f"{plain}://a:s3cret@127.0.0.1", f"{plain}s3cret://127.0.0.1", ""):
        with pytest.raises(AscoltaError) as error:
            _opened(it, address)
        assert "s3cret" not in str(error.value)


def _opened(it: Pipeline, address: str) -> Live:
    made = it.connection()
    real = it.connection
    try:
        it.connection = lambda: type(made)(network=made.network, address=address, more=made.more)  # type: ignore[method-assign]
        return it.source()
    finally:
        it.connection = real  # type: ignore[method-assign]
