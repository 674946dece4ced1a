"""What PostgreSQL still holds of what was removed, and where: every file of its data directory is read.

Ascolta destroys a case's key first, in a file that PostgreSQL never sees. What this measures is what then remains of
ciphertext and keyed tags; docs/operator/postgresql.md has the table, and these tests hold it to that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from ascolta import bootstrap
from ascolta.core.mention import hear
from ascolta.stores import postgres, schema
from ascolta.stores.sql import SqlStore
from tests.conftest import NOW
from tests.stores.server import Server
from tests.test_canaries import canary, directed, found, hear_all, write

CASES = 200
REMOVED = CASES // 2
LONG = "I have been waiting at the desk since the morning. " * 50
"""So long that PostgreSQL keeps the ciphertext apart from its row (TOAST)."""


@dataclass(frozen=True, slots=True)
class Left:
    """How many of some byte strings stand in the tables, in the write-ahead log, in any other file."""

    tables: int
    log: int
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Traces:
    """What was planted, and the server to look for it."""

    server: Server
    ciphers: list[bytes]
    tags: list[bytes]
    keys: list[bytes]

    def look(self) -> tuple[Left, Left, Left]:
        """What is left of ciphers, tags and keys once all that is in memory was written."""
        self.server.run("CHECKPOINT")
        needles = [*self.ciphers, *self.tags, *self.keys]
        here: dict[str, set[bytes]] = {"base": set(), "pg_wal": set(), "": set()}
        for path in (path for path in self.server.data.rglob("*") if path.is_file()):
            top = path.relative_to(self.server.data).parts[0]
            here[top if top in here else ""] |= standing(path.read_bytes(), needles)
        return self._left(here, self.ciphers), self._left(here, self.tags), self._left(here, self.keys)

    @staticmethod
    def _left(here: dict[str, set[bytes]], sought: list[bytes]) -> Left:
        wanted = set(sought)
        return Left(len(here["base"] & wanted), len(here["pg_wal"] & wanted), len(here[""] & wanted))


def standing(data: bytes, needles: list[bytes]) -> set[bytes]:
    """Which needles stand in `data`, found by their first three bytes."""
    if len(data) < 16:
        return set()
    begins = np.zeros(1 << 24, dtype=bool)
    begins[[int.from_bytes(needle[:3]) for needle in needles]] = True
    one = np.frombuffer(data, dtype=np.uint8).astype(np.uint32)
    places = np.flatnonzero(begins[(one[:-2] << 16) | (one[1:-1] << 8) | one[2:]])
    by_size = {size: {needle for needle in needles if len(needle) == size} for size in {len(one) for one in needles}}
    return {
        data[place : place + size]
        for place in map(int, places)
        for size, those in by_size.items()
        if data[place : place + size] in those
    }


def post(number: int) -> dict[str, object]:
    """A post said to the brand; every fourth is long."""
    made = {**directed(number), "network": "x"}
    return {**made, "text": f"{made['text']} {LONG}"} if number % 4 == 0 else made


@pytest.fixture
def url(server: Server) -> str:
    """A new, empty schema."""
    return server.empty()


@pytest.fixture
def kept(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[SqlStore, Traces]]:
    """A store with cases that were said to the brand, heard as `ascolta listen` does, and the first half's traces."""
    monkeypatch.setenv("ASCOLTA_DATABASE", server.empty())
    posts = write(tmp_path / "posts.jsonl", (post(number) for number in range(CASES)))
    store = hear_all(posts, tmp_path / "kept", tmp_path / "debug.log")
    assert isinstance(store, SqlStore)
    with store.engine.connect().execution_options(reading=True) as db:
        columns = (schema.cases.c.ref, schema.cases.c.content, schema.cases.c.post_tag)
        rows = db.execute(sa.select(*columns).order_by(schema.cases.c.id).limit(REMOVED)).all()
    made = store.keys.get(bytes(ref) for ref, *_ in rows)
    assert len(made) == REMOVED
    yield store, Traces(server, [bytes(c)[:64] for _, c, _ in rows], [bytes(t) for *_, t in rows], [*made.values()])
    store.close()


def remove(store: SqlStore, folder: Path) -> None:
    """Hear that the first half of the posts was removed, as a network tells it."""
    rows: list[dict[str, object]] = [
        {"event": "removed", "id": canary(number, "id"), "network": "x"} for number in range(REMOVED)
    ]
    path = write(folder / "removals.jsonl", iter(rows))
    brands = bootstrap.brands(bootstrap.example())
    for batch in bootstrap.Reading().source(str(path)).batches(""):
        store.keep("removals", hear(batch, brands, store.known()))
    assert len(store.cases()) == CASES - REMOVED


def test_the_search_finds_what_is_there() -> None:
    """A needle at the start, in the middle and at the end is found, and nothing else."""
    needles = [b"first needle....", b"second needle...", b"third needle....", b"never there....."]
    data = needles[0] + bytes(100_000) + needles[1] + b"\1" * 33 + needles[2]
    assert standing(data, needles) == set(needles[:3])


def test_no_word_and_no_key_ever_stands_in_a_file_of_the_server(kept: tuple[SqlStore, Traces]) -> None:
    """While cases live their words are nowhere in the clear, their keys not at all; what is sealed is there."""
    _, traces = kept
    ciphers, tags, keys = traces.look()
    assert ciphers.tables == tags.tables == REMOVED
    assert ciphers.log > 0
    assert keys == Left(0, 0, 0)
    assert found(traces.server.data) == {}


def measure(store: SqlStore, traces: Traces, folder: Path) -> dict[str, tuple[Left, Left, Left]]:
    """Remove the first half of the cases, then let PostgreSQL forget them step by step; what is left after each."""
    server, seen = traces.server, {"before": traces.look()}
    remove(store, folder)
    seen["removal"] = traces.look()
    postgres.clean(store.engine)
    seen["vacuum"] = traces.look()
    postgres.rewrite(store.engine, NOW)
    seen["rewrite"] = traces.look()
    with_next_log(server)
    seen["next log"] = traces.look()
    server.run("ALTER SYSTEM SET wal_recycle = off")
    server.run("SELECT pg_reload_conf()")
    for _ in range(2):
        with_next_log(server)
    seen["log not recycled"] = traces.look()
    server.run("ALTER SYSTEM RESET wal_recycle")
    server.run("SELECT pg_reload_conf()")
    return seen


def test_what_remains_after_a_removal(kept: tuple[SqlStore, Traces], tmp_path: Path) -> None:
    """Of the rows nothing after the daily rewrite, in the log nothing once its files are given back; of keys never."""
    store, traces = kept
    seen = measure(store, traces, tmp_path)
    assert {keys for *_, keys in seen.values()} == {Left(0, 0, 0)}
    assert {left.elsewhere for step in seen.values() for left in step} == {0}
    for step in ("rewrite", "next log", "log not recycled"):
        assert [left.tables for left in seen[step]] == [0, 0, 0]
    assert seen["rewrite"][0].log > 0
    assert seen["log not recycled"] == (Left(0, 0, 0),) * 3
    assert found(traces.server.data) == {}


def with_next_log(server: Server) -> None:
    """Let the server begin a new file of its write-ahead log, and give back those that it needs no more."""
    server.run("SELECT pg_switch_wal()")
    server.run("CHECKPOINT")
