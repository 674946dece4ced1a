"""`ascolta backup` and `ascolta restore` as their users start them, killed and out of disk as well."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ascolta.cli.backup import PASSPHRASE
from ascolta.stores.sql import SqlStore
from tests.cli.running import ACME, DAY, Said, ascolta
from tests.conftest import ROOT

WORDS = "correct horse battery staple"
KILLS = int(os.environ.get("ASCOLTA_BACKUP_KILLS", "3"))
PATIENCE = 60.0


@pytest.fixture
def brand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example brand with a day in its store, and a passphrase in the environment."""
    monkeypatch.setenv(PASSPHRASE, WORDS)
    folder = Path(shutil.copytree(ACME, tmp_path / "brand", ignore=shutil.ignore_patterns(".ascolta")))
    assert ascolta("listen", folder).code == 0
    return folder


def back_up(brand: Path, to: Path) -> Said:
    """A backup of the brand."""
    return ascolta("backup", to, "--brand", brand, "--json")


def numbers(store: Path) -> set[int]:
    """The cases of a store."""
    kept = SqlStore(store)
    held = {case.id for case in kept.cases()}
    kept.close()
    return held


def test_there_and_back_on_another_machine(brand: Path, tmp_path: Path) -> None:
    """Store and brand files come back where there was nothing; journal and inventory are in order; the brand pauses."""
    made = back_up(brand, tmp_path / "b")
    assert made.code == 0
    assert made.json["until"] - made.json["taken"] == 72 * 3_600
    tried = ascolta("restore", tmp_path / "b", "--brand", tmp_path / "new", "--dry-run", "--json")
    assert (tried.code, tried.json["done"]) == (0, False)
    assert not (tmp_path / "new").exists() or not list((tmp_path / "new").iterdir())
    done = ascolta("restore", tmp_path / "b", "--brand", tmp_path / "new", "--json")
    assert (done.code, done.json["done"], done.json["paused"]) == (0, True, ["acme"])
    assert {**done.json, "done": False} == tried.json
    new = tmp_path / "new"
    assert numbers(new / ".ascolta") == numbers(brand / ".ascolta")
    assert ascolta("inventory", new).code == 0
    assert ascolta("journal", "verify", new, "--checkpoints", new / ".ascolta" / "checkpoints").code == 0
    assert ascolta("check", new).code == 0
    kept = SqlStore(new / ".ascolta")
    assert kept.paused("acme").startswith("restored from a backup")
    kept.close()
    shutil.copy(DAY, new / "day.jsonl")
    assert ascolta("listen", new).code == 0
    assert ascolta("journal", "verify", new, "--checkpoints", new / ".ascolta" / "checkpoints").code == 0


def test_a_person_who_was_erased_stays_erased(brand: Path, tmp_path: Path) -> None:
    """Erased after the backup, a person is not held again once it is restored over the store."""
    network, account = person_of(brand, max(numbers(brand / ".ascolta")))
    assert back_up(brand, tmp_path / "b").code == 0
    words = ("person", network, account, brand)
    assert ascolta(*words, "--erase", "--yes", "--json").code == 0
    refused = ascolta("restore", tmp_path / "b", "--brand", brand)
    assert (refused.code, "--replace" in refused.err) == (2, True)
    done = ascolta("restore", tmp_path / "b", "--brand", brand, "--replace", "--json")
    assert done.code == 0
    assert done.json["erased"] >= 1
    assert done.json["unknown"] == []
    assert ascolta(*words, "--json").json["cases"] == []


def person_of(brand: Path, number: int) -> tuple[str, str]:
    """The network and the account of a case's author, as the file of posts has them."""
    kept = SqlStore(brand / ".ascolta")
    place = kept.place(number)
    kept.close()
    assert place is not None
    posts = [json.loads(line) for line in DAY.read_text(encoding="utf-8").splitlines()]
    author = next(post["author"] for post in posts if post.get("id") == place.post_id)
    return place.network, author if isinstance(author, str) else author.get("handle") or author["id"]


def test_what_cannot_be_is_one_sentence(brand: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No passphrase, another one, a folder that is there, none that is: exit code 2 and a sentence each."""
    assert back_up(brand, tmp_path / "b").code == 0
    again = back_up(brand, tmp_path / "b")
    assert (again.code, "there already" in again.err) == (2, True)
    nothing = ascolta("restore", tmp_path / "nothing", "--brand", tmp_path / "new")
    assert (nothing.code, "no backup here" in nothing.err) == (2, True)
    monkeypatch.setenv(PASSPHRASE, "another horse entirely")
    other = ascolta("restore", tmp_path / "b", "--brand", tmp_path / "new")
    assert (other.code, "passphrase is another one" in other.err) == (2, True)
    monkeypatch.setenv(PASSPHRASE, "")
    none = ascolta("restore", tmp_path / "b", "--brand", tmp_path / "new")
    assert (none.code, PASSPHRASE in none.err) == (2, True)


def killed(words: list[str | Path], begun: Callable[[], bool], after: float) -> int:
    """Start the command and kill it a moment after it began; its exit code."""
    command = [sys.executable, "-m", "ascolta", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), PASSPHRASE: WORDS}
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)
    limit = time.monotonic() + PATIENCE
    while program.poll() is None and not begun() and time.monotonic() < limit:
        time.sleep(0.001)
    time.sleep(after)
    if program.poll() is None:
        os.kill(program.pid, signal.SIGKILL)
    _, said = program.communicate()
    assert program.returncode in (0, -signal.SIGKILL), said
    return program.returncode


@pytest.mark.slow
def test_kill_minus_nine_during_a_backup(brand: Path, tmp_path: Path) -> None:
    """Wherever it is killed, there is a whole backup or none, the store is as it was, and the next try succeeds."""
    chance, to, partial = random.Random(3), tmp_path / "b", tmp_path / "b.partial"
    before = numbers(brand / ".ascolta")
    codes = []
    for _ in range(KILLS):
        codes.append(killed(["backup", to, "--brand", brand], partial.exists, chance.uniform(0.0, 0.5)))
        if to.exists():
            assert ascolta("restore", to, "--brand", tmp_path / "new", "--dry-run").code == 0
            shutil.rmtree(to)
    assert numbers(brand / ".ascolta") == before
    assert back_up(brand, to).code == 0
    assert not partial.exists()
    assert -signal.SIGKILL in codes


@pytest.mark.slow
def test_kill_minus_nine_during_a_restore(brand: Path, tmp_path: Path) -> None:
    """Wherever it is killed, the old store or the new one is there whole; who was erased comes back in neither."""
    chance, place = random.Random(4), brand / ".ascolta"
    partial = brand / ".ascolta.partial"
    assert back_up(brand, tmp_path / "b").code == 0
    gone = max(numbers(place))
    assert ascolta("person", *person_of(brand, gone), brand, "--erase", "--yes").code == 0
    before = numbers(place)
    codes = []
    for _ in range(KILLS):
        words: list[str | Path] = ["restore", tmp_path / "b", "--brand", brand, "--replace"]
        codes.append(killed(words, partial.exists, chance.uniform(0.0, 1.2)))
        if place.exists():
            assert gone not in numbers(place)
            assert ascolta("inventory", brand).code == 0
    done = ascolta("restore", tmp_path / "b", "--brand", brand, "--replace")
    assert done.code == 0, done.err
    assert numbers(place) == before - {gone}
    assert sorted(path.name for path in brand.glob(".ascolta*")) == [".ascolta"]
    assert ascolta("journal", "verify", brand, "--checkpoints", place / "checkpoints").code == 0
    assert -signal.SIGKILL in codes


@pytest.mark.parametrize("size", [8_000, 100_000, 200_000])
def test_a_full_disk_leaves_nothing_by_halves(brand: Path, tmp_path: Path, size: int) -> None:
    """Where no file may grow past a limit of the system's, backup and restore say so and leave no folder."""
    assert back_up(brand, tmp_path / "whole").code == 0
    before = numbers(brand / ".ascolta")
    for words in (
        ["backup", tmp_path / "b", "--brand", brand],
        ["restore", tmp_path / "whole", "--brand", tmp_path / "n"],
    ):
        command = [sys.executable, "-m", "ascolta", *map(str, words)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), PASSPHRASE: WORDS, "PYTHONDONTWRITEBYTECODE": "1"}
        ended = subprocess.run(
            command, capture_output=True, env=environment, timeout=120, preexec_fn=lambda: narrowed(size)
        )
        assert ended.returncode == 2, ended.stderr
        assert b"Traceback" not in ended.stderr
        assert ended.stderr.count(b"\n") == 1
    assert not [path for path in tmp_path.iterdir() if path.name in ("b", "b.partial")]
    assert not list(tmp_path.glob("n/.ascolta*"))
    assert numbers(brand / ".ascolta") == before


def narrowed(size: int) -> None:
    """From now on no file of this program grows past a size, as on a disk that is full."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
