"""What must leave no byte: talk not said to the brand, and whatever was erased or has expired. Every file is read.

A canary is a word that occurs nowhere else. Posts carry it as author, as id and among their words.
"""

import json
import logging
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ascolta import bootstrap
from ascolta.cli.run import LISTEN_EVERY, SWEEP_EVERY
from ascolta.core.mention import Removal
from ascolta.errors import AscoltaError
from ascolta.listen import listen
from ascolta.ports import Store
from ascolta.sources import FileSource
from ascolta.stores.seal import Keys
from ascolta.stores.sql import SqlStore
from tests.conftest import NOW

ACME = bootstrap.example()
MARK = "zq7xkanari"
"""Long enough that ciphertext does not hold it by chance, in whichever case."""
UNDIRECTED = 100_000
TALK = (
    "flying acme air on {}, {} again",
    "acme air lounge was {} and {}, as ever",
    "acme air lost my {} and nobody there cares, {}",
    "my brother likes acme air better than {} or {}",
    "acme air is late again, {} hours in {}, a disgrace",
    "acme air: {} and {}",
)
FORMS = ("utf-8", "utf-16-le", "utf-16-be")


def canary(number: int, kind: str) -> str:
    """A word that occurs nowhere else."""
    return f"{MARK}{kind}{number:x}"


def undirected(number: int, chance: random.Random) -> dict[str, object]:
    """A post about the brand that is not said to it, with canaries wherever a person can be told by it."""
    words = [canary(number, "word"), canary(number, "else")]
    return {
        "id": canary(number, "id"),
        "text": chance.choice(TALK).format(*words),
        "author": {"id": canary(number, "key"), "handle": canary(number, "author"), "name": canary(number, "name")},
        "url": f"https://{canary(number, 'host')}.example/{number}",
        "in_reply_to": canary(number, "parent") if number % 7 == 0 else None,
        "network": chance.choice(("x", "mastodon", "bluesky", "blog")),
        "published": NOW + number,
    }


def write(path: Path, rows: Iterator[dict[str, object]]) -> Path:
    """Posts as lines of a file."""
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def found(folder: Path, needle: str = MARK) -> dict[str, int]:
    """How often a word stands in each file, in several encodings and in either case, names of files included."""
    hits: dict[str, int] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes().lower()
        count = sum(len(re.findall(re.escape(needle.encode(form)), data)) for form in FORMS)
        hits[path.name] = count + (needle in path.name.lower())
    return {name: count for name, count in hits.items() if count}


@contextmanager
def logged(path: Path) -> Iterator[None]:
    """Everything that anything logs, down to the smallest, goes into a file."""
    writer = logging.FileHandler(path, encoding="utf-8")
    root = logging.getLogger()
    before = root.level
    root.addHandler(writer)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.setLevel(before)
        root.removeHandler(writer)
        writer.close()


def hear_all(posts: Path, folder: Path, log: Path) -> Store:
    """Hear a file as `ascolta listen` does, with the example's brand, logging everything; the store is left open."""
    brands = bootstrap.brands(ACME)
    store = bootstrap.store(folder)
    figures = bootstrap.figures(folder, store.journal)
    said: list[str] = []
    with logged(log):
        for heard in listen(FileSource(str(posts), tell=said.append, batch=2_000), brands, store, figures):
            logging.getLogger("test").debug("heard tally=%s", heard.tally)
    figures.close()
    log.with_suffix(".told").write_text("\n".join(said), encoding="utf-8")
    return store


def test_the_search_finds_what_is_there(tmp_path: Path) -> None:
    """A canary in a file, in another encoding, or in a file's name is found, so the tests below can fail."""
    (tmp_path / "a").write_bytes(b"\0\1zq7xkanariword1\0")
    (tmp_path / "b").write_bytes("ZQ7XKanariName".encode("utf-16-le"))
    (tmp_path / "zq7xkanariid").touch()
    assert found(tmp_path) == {"a": 1, "b": 1, "zq7xkanariid": 1}


def test_talk_not_said_to_the_brand_leaves_no_byte(tmp_path: Path) -> None:
    """100,000 posts about the brand leave numbers and sealed cases, and no canary in any file, open or closed."""
    chance = random.Random(5)
    posts = write(tmp_path / "posts.jsonl", (undirected(number, chance) for number in range(UNDIRECTED)))
    kept = tmp_path / "kept"
    kept.mkdir()
    store = hear_all(posts, kept, kept / "debug.log")
    heard = sum(sum(store.counts("acme", action, 0, 1 << 40).values()) for action in ("silence", "care"))
    assert heard > UNDIRECTED * 0.4
    assert any(case.content is None for case in store.cases())
    assert found(kept) == {}
    store.close()
    assert found(kept) == {}


def directed(number: int) -> dict[str, object]:
    """A post that is said to the brand."""
    return {**undirected(number, random.Random(number)), "text": f"@acmeair help me please, {canary(number, 'word')}?"}


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[tuple[Store, Path]]:
    """A store with 200 cases that were said to the brand, and its folder."""
    made = ({**directed(number), "network": "x"} for number in range(200))
    posts = write(tmp_path / "posts.jsonl", iter(made))
    store = hear_all(posts, tmp_path / "kept", tmp_path / "debug.log")
    assert len(store.cases()) == 200
    yield store, tmp_path / "kept"
    store.close()


def secrets(folder: Path) -> list[bytes]:
    """The keys of all cases, and a stretch of each case's ciphertext, as they lie in the files now."""
    keys = Keys(folder / "keys.db")
    made = [bytes(key) for (key,) in keys.file.execute("SELECT key FROM keys WHERE ref != x'696e7374616c6c6174696f6e'")]
    keys.close()
    return made


def traces(folder: Path, needles: list[bytes]) -> int:
    """How many of some byte strings stand in any file."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return sum(any(needle in data for data in files) for needle in needles)


@pytest.mark.parametrize("way", ["removed", "expired", "erased"])
def test_what_goes_leaves_no_byte(kept: tuple[Store, Path], way: str) -> None:
    """After a removal, a date or an erasure no key, ciphertext or canary is in any file, the WAL included."""
    store, folder = kept
    keys = secrets(folder)
    ciphers = [bytes(row)[:64] for row in _ciphers(folder)]
    assert len(keys) == len(ciphers) == 200
    assert traces(folder, [*keys, *ciphers]) == 400
    if way == "expired":
        assert store.sweep(max(case.expires for case in store.cases())) == 200
    elif way == "erased":
        gone = sum(store.forget(Removal(network="x", actor=canary(n, "key"), why="asked"), NOW) for n in range(200))
        assert gone == 200
    else:
        taken_back: list[dict[str, object]] = [
            {"id": canary(n, "id"), "event": "removed", "network": "x"} for n in range(200)
        ]
        source = FileSource(str(write(folder.parent / "gone.jsonl", iter(taken_back))), clock=lambda: NOW)
        assert sum(heard.tally.removals for heard in listen(source, bootstrap.brands(ACME), store)) == 200
        assert store.sweep(NOW + SWEEP_EVERY) == 0
    assert store.cases() == []
    assert traces(folder, [*keys, *ciphers]) == 0
    assert found(folder) == {}


def test_a_removal_is_through_within_a_minute() -> None:
    """From its arrival to its last byte a removal waits for one round of listening and one of sweeping."""
    assert LISTEN_EVERY + SWEEP_EVERY < 60


def test_while_a_case_lives_it_is_sealed(kept: tuple[Store, Path]) -> None:
    """Also what was said to the brand stands in no file in the clear."""
    _, folder = kept
    assert found(folder) == {}


def test_errors_tell_nothing(tmp_path: Path) -> None:
    """A damaged line, a broken store and a full set of odd fields are reported without a canary."""
    posts = tmp_path / "posts.jsonl"
    good, bad = json.dumps(directed(1)), f'{{"id": "{canary(2, "id")}", "text": "{canary(2, "word")}", "published": "x"'
    posts.write_text(f"{good}\n{bad}\n", encoding="utf-8")
    kept = tmp_path / "kept"
    hear_all(posts, kept, tmp_path / "debug.log").close()
    (kept / "store.db").write_bytes(b"nothing that SQLite knows" * 100)
    with pytest.raises(AscoltaError) as wrong, logged(tmp_path / "debug.log"):
        bootstrap.store(kept)
    (tmp_path / "error.txt").write_text(str(wrong.value), encoding="utf-8")
    posts.unlink()
    assert found(tmp_path) == {}


def _ciphers(folder: Path) -> list[bytes]:
    store = SqlStore(folder)
    with store.engine.connect() as db:
        rows = [bytes(row) for (row,) in db.exec_driver_sql("SELECT content FROM cases")]
    store.close()
    return rows
