"""What PostgreSQL still holds of what was removed, and where: every file of its data directory is read.

Ascolta destroys a case's key first, in a file that PostgreSQL never sees. What this measures is what then remains of
ciphertext and keyed tags; docs/operator/postgresql.md has the table, and these tests hold it to that.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from ascolta import bootstrap
from ascolta.core.case import CaseKind
from ascolta.core.mention import Brands, hear
from ascolta.core.post import Actor, Batch
from ascolta.errors import StoreError
from ascolta.stores import postgres, schema
from ascolta.stores.sql import SqlStore
from tests.conftest import NOW, ROOT, act, approved, published
from tests.stores.server import ROLE, Server
from tests.test_canaries import canary, directed, found, hear_all, write

PAGE = ROOT / "docs" / "operator" / "postgresql.md"
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


class Search:
    """Looks for many byte strings at once, by their first three bytes."""

    def __init__(self, needles: list[bytes]) -> None:
        self._begins = np.zeros(1 << 24, dtype=bool)
        self._begins[[int.from_bytes(needle[:3]) for needle in needles]] = True
        sizes = {len(needle) for needle in needles}
        self._by_size = {size: {needle for needle in needles if len(needle) == size} for size in sizes}

    def found(self, data: bytes) -> set[bytes]:
        """Which of them stand in `data`."""
        one = np.frombuffer(data, dtype=np.uint8).astype(np.uint32)
        places = np.flatnonzero(self._begins[(one[:-2] << 16) | (one[1:-1] << 8) | one[2:]])
        cuts = ((data[place : place + size], those) for place in places for size, those in self._by_size.items())
        return {cut for cut, those in cuts if cut in those}


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
        search = Search([*self.ciphers, *self.tags, *self.keys])
        here: dict[str, set[bytes]] = {"base": set(), "pg_wal": set(), "": set()}
        for path in (path for path in self.server.data.rglob("*") if path.is_file()):
            top = path.relative_to(self.server.data).parts[0]
            here[top if top in here else ""] |= search.found(path.read_bytes())
        return self._left(here, self.ciphers), self._left(here, self.tags), self._left(here, self.keys)

    @staticmethod
    def _left(here: dict[str, set[bytes]], sought: list[bytes]) -> Left:
        wanted = set(sought)
        return Left(len(here["base"] & wanted), len(here["pg_wal"] & wanted), len(here[""] & wanted))


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
    assert Search(needles).found(data) == set(needles[:3])


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
    reload(server, "wal_recycle", "off")
    for _ in server.run("SELECT name FROM pg_ls_waldir()"):  # files that were recycled before still hold what they held
        with_next_log(server)
    seen["log not recycled"] = traces.look()
    server.run("ALTER SYSTEM RESET wal_recycle")
    server.run("SELECT pg_reload_conf()")
    return seen


def test_what_remains_after_a_removal(kept: tuple[SqlStore, Traces], tmp_path: Path) -> None:
    """Of the rows nothing after the daily rewrite, in the log nothing once its files are given back; of keys never.

    Where the table of the documentation has a nought there is nothing, and where it has more there is something.
    """
    store, traces = kept
    _, *steps = measure(store, traces, tmp_path).values()
    seen = [[ciphers.tables, ciphers.log, tags.tables, tags.log, keys.tables] for ciphers, tags, keys in steps]
    assert [step[::2] for step in seen[2:]] == [[0, 0, 0]] * 3
    assert seen[-1] == [0, 0, 0, 0, 0]
    assert {keys for *_, keys in steps} == {Left(0, 0, 0)}
    assert {left.elsewhere for step in steps for left in step} == {0}
    assert found(traces.server.data) == {}
    lines = PAGE.read_text(encoding="utf-8").split("|---|---|---|---|---|---|---|\n")[1].split("\n\n")[0].splitlines()
    told = [[cell.strip() != "0" for cell in line.split("|")[2:-2]] for line in lines]
    assert told == [[bool(count) for count in step] for step in seen]


def reload(server: Server, setting: str, value: str) -> None:
    """Let the server read its settings anew, and wait until it did: the processes of a busy machine take their time."""
    server.run("SELECT pg_reload_conf()")
    until = time.monotonic() + 20
    while server.run(f"SHOW {setting}") != [(value,)]:
        assert time.monotonic() < until
        time.sleep(0.01)


def with_next_log(server: Server) -> None:
    """Let the server begin a new file of its write-ahead log, and give back those that it needs no more."""
    server.run("SELECT pg_switch_wal()")
    server.run("CHECKPOINT")


def test_the_servers_log_holds_no_word(server: Server, tmp_path: Path, brands: Brands) -> None:
    """With every statement and all its values logged, and errors too, words, authors and reasons are not there."""
    server.run(f"ALTER ROLE {ROLE} SET log_statement = 'all'")
    server.run(f"ALTER ROLE {ROLE} SET log_min_error_statement = 'error'")
    try:
        began = server.log.stat().st_size
        store = SqlStore(tmp_path, url=server.empty())
        author = Actor(id="zq7xid", handle="zq7xhandle", name="zq7xname")
        approved(store, brands, "zq7xpost")
        event = published("zq7xother", "hello to acme, zq7xword", author=author, url="https://zq7xhost.example/")
        batch = Batch(events=(event,), after="1", cursor="2", arrived=NOW)
        store.keep("s", hear(batch, brands, store.known()))
        act(store, store.cases()[0].id, CaseKind.DRAFTED, note="a draft with zq7xdraft in it")
        assert len(store.person("x", "zq7xhandle").cases) == 1
        store.sweep(NOW + 1e9)
        assert store.cases() == []
        store.close()
        said = server.log.read_bytes()[began:]
    finally:
        server.run(f"ALTER ROLE {ROLE} RESET ALL")
    assert said.count(b"INSERT INTO cases") >= 2
    assert b"VACUUM (FULL)" in said
    assert b"zq7x" not in said.lower()


def test_a_statement_that_fails_leaves_its_values_out_of_the_log(
    server: Server, tmp_path: Path, brands: Brands
) -> None:
    """Even where the server is set to repeat the values of what failed, it does not, and our error tells none."""
    place = server.empty()
    server.run(f"ALTER ROLE {ROLE} SET log_parameter_max_length_on_error = -1")
    try:
        store = SqlStore(tmp_path, url=place)
        approved(store, brands, "zq7xpost")
        server.run(f"ALTER TABLE {place.rsplit('%3D')[-1]}.case_events ADD CONSTRAINT never CHECK (seq < 1) NOT VALID")
        began = server.log.stat().st_size
        with pytest.raises(StoreError, match=r"refused \(code 23514, CheckViolation\)") as wrong:
            act(store, store.cases()[0].id, CaseKind.ASSIGNED, by="Zq7xann", note="zq7xnote")
        said = server.log.read_bytes()[began:]
        store.close()
    finally:
        server.run(f"ALTER ROLE {ROLE} RESET ALL")
    assert b"violates check constraint" in said
    assert b"unnamed portal with parameters" not in said
    assert "zq7x" not in str(wrong.value).lower()
    assert b"zq7xnote" not in said.lower()


def test_statistics_sample_no_tag_and_no_ciphertext(server: Server, tmp_path: Path, brands: Brands) -> None:
    """ANALYZE, which copies values of columns, copies none of those that are keyed or encrypted."""
    place = server.empty()
    store = SqlStore(tmp_path, url=place)
    for number in range(40):
        approved(store, brands, str(number), author="ann")
    server.run(f"ANALYZE {place.rsplit('%3D')[-1]}.cases")
    asked = "SELECT attname FROM pg_stats WHERE schemaname = %s AND tablename = 'cases'"
    sampled = {name for (name,) in server.run(asked, place.rsplit("%3D")[-1])}
    keyed = {column.name for column in schema.cases.columns if isinstance(column.type, sa.LargeBinary)}
    assert keyed == {"ref", "post_tag", "author_tag", "handle_tag", "content"}
    assert {"brand", "network", "expires"} <= sampled
    assert not sampled & keyed
    store.close()
