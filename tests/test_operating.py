"""What docs/operator/deploy.md says of failures and copies where no other test does; and that its tests are there."""

import json
import os
import re
import shutil
import signal
import subprocess
from itertools import chain
from pathlib import Path

import pytest

from ascolta import bootstrap
from ascolta.cli.backup import PASSPHRASE
from ascolta.core.mention import Brands
from ascolta.engines import Workers
from ascolta.errors import SourceError
from ascolta.listen import listen
from ascolta.sources import FileSource
from ascolta.stores import ready
from ascolta.stores.sql import SqlStore
from tests.cli.running import ACME as EXAMPLE
from tests.cli.running import ascolta
from tests.conftest import NOW, ROOT, keep, published
from tests.stores.server import Server

PAGE = ROOT / "docs" / "operator" / "deploy.md"
POSTS = 6_000


def test_the_tests_that_the_page_names_are_there() -> None:
    """Whatever it says of a failure names tests, and each is a test of this folder."""
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text(encoding="utf-8")))
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    there = set(chain.from_iterable(re.findall(r"^def (test_\w+)\(", text, re.MULTILINE) for text in texts))
    assert len(named) > 25
    assert named - there == set()


def test_a_worker_that_is_killed_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    """The reading ends with one sentence; begun anew it goes on behind the last batch, and each post counts once."""
    path = tmp_path / "posts.jsonl"
    rows = ({"id": f"n{n}", "text": f"acme air seat {n}", "published": NOW + n} for n in range(POSTS))
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    brands, store = bootstrap.brands(bootstrap.example()), SqlStore(tmp_path / "kept")
    several = Workers(2, size=20_000)
    hearing = listen(FileSource(str(path), batch=100, elsewhere=several.find), brands, store)
    first = next(hearing)
    for worker in list(several._pool._processes or ()):
        os.kill(worker, signal.SIGKILL)
    with pytest.raises(SourceError, match="a worker ended unexpectedly"):
        for _ in hearing:
            pass
    several.close()
    again = Workers(2, size=20_000)
    rest = sum(
        heard.tally.posts for heard in listen(FileSource(str(path), batch=100, elsewhere=again.find), brands, store)
    )
    again.close()
    assert 0 < rest <= POSTS - first.tally.posts
    assert sum(store.counts("acme", "all", 0, 1 << 40).values()) == POSTS
    store.close()


def test_a_disk_with_little_left_is_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With less left than the least, each file says so; with more, none does."""
    SqlStore(tmp_path, bootstrap.journal(tmp_path)).close()
    assert "full" not in ready.parts(tmp_path, tmp_path / "checkpoints").values()
    monkeypatch.setattr(ready, "LEAST_FREE", 1 << 62)
    told = ready.parts(tmp_path, tmp_path / "checkpoints")
    assert {told["store"], told["keys"], told["journal"]} == {"full"}


def test_cases_in_postgresql_are_copied_by_its_own_tools(
    server: Server, tmp_path: Path, brands: Brands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ascolta backup` says so and copies nothing; a dump and a copy of the folder, put back, open every case."""
    url, kept = server.empty(), tmp_path / "kept"
    schema = re.findall(r"search_path%3D(\w+)", url)[0]
    store = SqlStore(kept, bootstrap.journal(kept), url)
    keep(store, brands, published("1", "hello to acme"), at=NOW)
    store.close()
    monkeypatch.setenv(PASSPHRASE, "five words that nobody guesses")
    said = ascolta("backup", tmp_path / "copy", "--brand", EXAMPLE, "--store", kept)
    assert (said.code, "pg_dump" in said.err, (tmp_path / "copy").exists()) == (2, True, False)
    dump = tools(server, "pg_dump", "--schema", schema, "postgres")
    shutil.copytree(kept, tmp_path / "copy")
    server.run(f"DROP SCHEMA {schema} CASCADE")
    tools(server, "psql", "--quiet", "--set", "ON_ERROR_STOP=1", "postgres", given=dump)
    back = SqlStore(tmp_path / "copy", url=url)
    assert [case.content.text for case in back.cases() if case.content is not None] == ["hello to acme"]
    back.close()


def tools(server: Server, *words: str, given: str = "") -> str:
    """What one of PostgreSQL's own programs says, asked as the administrator."""
    [(programs,)] = server.run("SELECT setting FROM pg_config WHERE name = 'BINDIR'")
    [(place,)] = server.run("SHOW unix_socket_directories")
    command = [str(Path(programs) / words[0]), "--host", str(place), "--username", "postgres", *words[1:]]
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout
