"""Spark: its workers find what one process finds, in files and in streams; a batch that comes again changes nothing."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ascolta import bootstrap
from ascolta.core.mention import Brands, Tally
from ascolta.engines import Read, chosen, with_spark
from ascolta.errors import AscoltaError, SourceError
from ascolta.listen import listen
from ascolta.ports import Store
from ascolta.sources import FileSource, plain
from ascolta.stores.memory import MemoryStore
from ascolta.stores.sql import SqlStore
from tests.cli.running import ascolta
from tests.engines.sparking import day_in_parts, require_spark
from tests.engines.test_engines import SMALL, day, heard, heeds_what_changes

DAY = bootstrap.example() / "day.jsonl"
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Spark in one program with two threads."""
    require_spark()
    engine = with_spark("spark").Spark("local[2]", size=SMALL * 10)
    yield engine
    engine.close()


@pytest.fixture
def hears(spark: Any, brands: Brands, tmp_path: Path) -> Callable[..., Tally]:
    """Hears all that a stream brings, once, into a store."""
    module = with_spark("streaming")

    def heard_all(store: Store, form: str, path: str, check: str = "check", name: str = "day") -> Tally:
        tallies = [Tally()]
        sown = with_spark("seed").Sown(brands, "default")
        stream = module.Stream(name, brands, with_spark("spark").Seeds(spark.session, sown), None)
        every = "" if form == "text" else "1 second"
        running = module.Running(spark.session, stream, Read("", form, path, {}, str(tmp_path / check), every))
        over = threading.Event()

        def keep(batch: Any) -> None:
            tallies.extend(one.tally for one in listen(batch, brands, store))
            over.set()

        running.hear(keep, over)
        assert stream.set_aside == 0
        return sum(tallies, Tally())

    return heard_all


def told(store: Store) -> tuple[Any, ...]:
    """All that is kept of a day, but the place in its source."""
    counts = {stream: store.counts("acme", stream, 0, 1 << 40) for stream in sorted(store.totals("acme"))}
    return counts, store.cases()


@pytest.fixture(scope="module")
def alone(brands: Brands) -> tuple[Tally, tuple[Any, ...]]:
    """What one process makes of the day."""
    store = MemoryStore()
    tally = sum((one.tally for one in listen(FileSource(str(DAY), clock=None), brands, store)), Tally())
    return tally, told(store)


def test_its_workers_find_what_one_process_finds(tmp_path: Path, brands: Brands, spark: Any) -> None:
    """Batch for batch, with the same cursors and the same words about what was set aside, from any place on."""
    path = day(tmp_path)
    whole = heard(None, path, brands, batch=300)
    assert heard(spark, path, brands, batch=300) == whole
    middle = whole[0][1].cursor
    rest, _ = heard(spark, path, brands, middle, batch=300)
    assert [(one.after, one.cursor, one.acts, one.counts) for one in rest] == [
        (one.after, one.cursor, one.acts, one.counts) for one in whole[0][2:]
    ]


def test_the_day_is_the_same_in_every_store(spark: Any, brands: Brands, store: Store, alone: Any) -> None:
    """Tallies, cases and counts are the same to the letter."""
    source = FileSource(str(DAY), clock=None, elsewhere=spark.find)
    tally = sum((one.tally for one in listen(source, brands, store)), Tally())
    assert (tally, told(store)) == alone


@pytest.mark.parametrize("form", ["text", "ascolta-file", "ascolta-network"])
def test_a_stream_brings_the_same_day(hears: Any, spark: Any, tmp_path: Path, form: str, alone: Any) -> None:
    """Read by Spark's own reader, by ours for files that grow, and by ours for networks."""
    formats = with_spark("formats")
    path = str(day_in_parts(tmp_path / "in", 1)) if form == "text" else str(DAY) if form == "ascolta-file" else ""
    day_there = str(DAY)
    spark.session.dataSource.register(formats.GrowingFile)
    spark.session.dataSource.register(formats.heard_by(lambda: FileSource(day_there, clock=None)))
    store = MemoryStore()
    assert (hears(store, form, path), told(store)) == alone


def test_a_batch_that_comes_again_changes_nothing(hears: Any, store: Store, tmp_path: Path, alone: Any) -> None:
    """Spark ended before it wrote down that the batch was done; and a new checkpoint is not taken for the old one."""
    folder = str(day_in_parts(tmp_path / "in", 1))
    assert hears(store, "text", folder) == alone[0]
    for done in (tmp_path / "check" / "commits").iterdir():
        done.unlink()
    assert hears(store, "text", folder) == Tally()
    assert told(store) == alone[1]
    with pytest.raises(SourceError, match="another checkpoint"):
        hears(store, "text", folder, "other")
    assert told(store) == alone[1]


def test_what_is_deleted_leaves_no_word(hears: Any, tmp_path: Path) -> None:
    """A stream brings a day, then that its posts are gone: no case is left, nor a word in store or checkpoint."""
    folder, canary = tmp_path / "in", "zqcanaryzq"
    folder.mkdir()
    posts = [line for line in map(json.loads, DAY.read_bytes().splitlines()) if line.get("text")]
    said = (json.dumps({**one, "text": f"{one['text']} {canary}"}) for one in posts)
    (folder / "0.jsonl").write_text("\n".join(said) + "\n")
    store = SqlStore(tmp_path / "store")
    hears(store, "text", str(folder))
    assert store.cases()
    gone = ({"id": one["id"], "network": one["network"], "event": "removed"} for one in posts)
    (folder / "1.jsonl").write_text("".join(json.dumps(one) + "\n" for one in gone))
    hears(store, "text", str(folder))
    assert store.cases() == []
    store.close()
    left = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent != folder]
    assert len(left) > 10
    assert not [path.name for path in left if canary.encode() in path.read_bytes()]


def test_what_changes_meanwhile_is_broadcast_anew(spark: Any, tmp_path: Path) -> None:
    """Workers look for new queries from the next stretch on."""
    heeds_what_changes(spark.find, tmp_path / "talk.jsonl", 12_000)


def test_a_worker_that_cannot_read_says_why(spark: Any, brands: Brands, tmp_path: Path) -> None:
    """In one sentence, which does not come from Spark."""
    path = tmp_path / "gone.jsonl"
    path.write_bytes(DAY.read_bytes())
    findings = spark.find(FileSource(str(path), clock=None, batch=100), brands, "")
    next(findings)
    path.unlink()
    with pytest.raises((SourceError, OSError), match=r"gone\.jsonl"):
        for _ in findings:
            pass


def test_what_cannot_be_begun_is_told_in_a_sentence(tmp_path: Path) -> None:
    """Two kinds of workers at once, a source without an assessment, a format that Spark does not know."""
    with pytest.raises(AscoltaError, match="--workers"):
        chosen(2, "local[2]", "default")
    said = ascolta("stream", bootstrap.example(), tmp_path, "--store", tmp_path / "s")
    assert (said.code, "was weighed in writing" in said.err) == (2, True)
    said = ascolta("stream", bootstrap.example(), "--rehearsal", "--option", "subscribe", "--name", "x")
    assert (said.code, "KEY=VALUE" in said.err) == (2, True)


def test_a_line_is_the_event_that_it_tells_of() -> None:
    """What goes through Spark as a line comes out as it went in; whether it is superseded is found out anew."""
    for batch in FileSource(str(DAY), clock=None).batches(""):
        for event in batch.events:
            assert plain.event(plain.decode(plain.encoded(event)), superseded=event.superseded) == event
