"""Secrets of networks: where they lie, that they are never readable there, and that none is lost when it is renewed."""

import json
import multiprocessing
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from ascolta.errors import AscoltaError, StoreError
from ascolta.stores.ring import SystemRing
from ascolta.stores.safe import FILE, KEY, LOCK, Safe
from tests.conftest import ROOT

PASSPHRASE = "correct horse battery staple"
CANARY = "token-canary-4711"
NAME = "ASCOLTA_TOKEN_ACME"
GRANT = json.dumps({"token_url": "https://a.example", "client_id": "c", "refresh_token": CANARY})


class Chain(KeyringBackend):
    """A keyring in memory; `locked`: it does not open."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._open()
        if (service, username) not in self.kept:
            raise PasswordDeleteError
        del self.kept[service, username]

    def _open(self) -> None:
        if self.locked:
            raise KeyringLocked


@contextmanager
def chained() -> Iterator[Chain]:
    """A keyring that the system has until the block ends."""
    before, made = keyring.get_keyring(), Chain()
    keyring.set_keyring(made)
    try:
        yield made
    finally:
        keyring.set_keyring(before)


@pytest.fixture
def chain() -> Iterator[Chain]:
    """A keyring."""
    with chained() as made:
        yield made


def safe(folder: Path, passphrase: str = PASSPHRASE, *, ring: bool = False, **environ: str) -> Safe:
    """The safe of a folder, as a program that was just started has it."""
    found: Callable[[], SystemRing | None] = (lambda: SystemRing("ascolta test")) if ring else (lambda: None)
    return Safe(folder=folder / "store", environ=environ, passphrase=lambda: passphrase, keyring=found)


def test_the_environment_comes_first(tmp_path: Path, chain: Chain) -> None:
    """Then the keyring, then the file; what is nowhere is empty."""
    assert safe(tmp_path, ring=True)(NAME) == ""
    safe(tmp_path).put(NAME, "of the file", "file")
    assert (safe(tmp_path, ring=True)(NAME), safe(tmp_path, ring=True).where(NAME)) == ("of the file", "file")
    chain.set_password("ascolta test", NAME, "of the keyring")
    assert (safe(tmp_path, ring=True)(NAME), safe(tmp_path, ring=True).where(NAME)) == ("of the keyring", "keyring")
    made = safe(tmp_path, ring=True, **{NAME: " of the environment\n"})
    assert (made(NAME), made.where(NAME)) == ("of the environment", "environment")


def test_nobody_reads_the_file(tmp_path: Path) -> None:
    """It is encrypted, for its owner only, and opens with its passphrase alone; nothing of it is in any message."""
    safe(tmp_path).put(NAME, CANARY)
    for path in (tmp_path / "store").iterdir():
        assert CANARY.encode() not in path.read_bytes()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o700
    assert safe(tmp_path)(NAME) == CANARY
    for passphrase, said in (("another passphrase", "another passphrase"), ("", f"set their passphrase in {KEY}")):
        with pytest.raises(StoreError, match=said) as error:
            safe(tmp_path, passphrase)(NAME)
        assert CANARY not in str(error.value)
    assert CANARY not in repr(safe(tmp_path))


def test_a_file_that_was_changed_does_not_open(tmp_path: Path) -> None:
    """Whichever byte of it was changed, or cut off."""
    safe(tmp_path).put(NAME, CANARY)
    path = tmp_path / "store" / FILE
    whole = path.read_bytes()
    for spoilt in (b"", whole[:20], whole[:-1], whole[:30] + bytes([whole[30] ^ 1]) + whole[31:], whole + b"x"):
        path.write_bytes(spoilt)
        with pytest.raises(StoreError, match="do not open"):
            safe(tmp_path)(NAME)


def test_a_passphrase_has_to_be_long(tmp_path: Path) -> None:
    """A short one is refused before anything is written."""
    with pytest.raises(AscoltaError, match="too short"):
        safe(tmp_path, "short").put(NAME, CANARY)
    assert not (tmp_path / "store" / FILE).exists()


def test_without_a_place_nothing_is_kept(tmp_path: Path) -> None:
    """With neither keyring nor passphrase, that is said; nothing lies in the open instead."""
    with pytest.raises(StoreError, match=f"no place to keep a secret.*{KEY}"):
        safe(tmp_path, "").put(NAME, CANARY)
    with pytest.raises(AscoltaError, match=r"pip install 'ascolta\[keyring\]'"):
        safe(tmp_path).put(NAME, CANARY, "keyring")


def test_a_secret_that_was_renewed_stays_where_it_lies(tmp_path: Path, chain: Chain) -> None:
    """In the keyring or in the file; one of the environment goes on beside it until the environment says another."""
    made = safe(tmp_path, ring=True)
    made.put(NAME, "1", "file")
    made.put(NAME, "2")
    assert (made(NAME), made.where(NAME), chain.kept) == ("2", "file", {})
    made.put(NAME, "3", "keyring")
    made.put(NAME, "4")
    assert (made(NAME), made.where(NAME), safe(tmp_path).names()) == ("4", "keyring", [])

    given = safe(tmp_path, ring=True, **{NAME: GRANT})
    assert given(NAME) == GRANT
    given.put(NAME, "renewed")
    assert safe(tmp_path, ring=True, **{NAME: GRANT})(NAME) == "renewed"
    assert safe(tmp_path, ring=True, **{NAME: GRANT.replace("4711", "4712")})(NAME) == GRANT.replace("4711", "4712")
    assert safe(tmp_path, ring=True)(NAME) == "4"


def test_a_plain_token_of_the_environment_needs_nothing_else(tmp_path: Path, chain: Chain) -> None:
    """However locked keyring and file are."""
    safe(tmp_path).put("ASCOLTA_TOKEN_OTHER", "x", "file")
    chain.locked = True
    assert safe(tmp_path, "", ring=True, **{NAME: CANARY})(NAME) == CANARY
    assert safe(tmp_path, "", ring=True, **{NAME: GRANT})(NAME) == GRANT


def test_a_keyring_that_does_not_open(tmp_path: Path, chain: Chain) -> None:
    """It is said in one sentence, unless the file has the secret."""
    chain.locked = True
    made = safe(tmp_path, ring=True)
    acts: list[Callable[[], object]] = [lambda: made(NAME), lambda: made.put(NAME, CANARY), lambda: made.drop(NAME)]
    for act in acts:
        with pytest.raises(StoreError, match="keyring does not") as error:
            act()
        assert CANARY not in str(error.value)
    chain.locked = False
    safe(tmp_path).put(NAME, "of the file", "file")
    chain.locked = True
    assert safe(tmp_path, ring=True)(NAME) == "of the file"


def test_what_is_forgotten_is_gone(tmp_path: Path, chain: Chain) -> None:
    """From keyring and file, with what became of it; other secrets stay, and what was not there is not said to be."""
    made = safe(tmp_path, ring=True, **{NAME: GRANT})
    made.put(NAME, "renewed")
    made.put("ASCOLTA_TOKEN_OTHER", "other", "file")
    safe(tmp_path).put(NAME, CANARY, "file")
    assert made.drop(NAME)
    assert not made.drop(NAME)
    assert chain.kept == {}
    assert (safe(tmp_path).names(), safe(tmp_path)("ASCOLTA_TOKEN_OTHER")) == (["ASCOLTA_TOKEN_OTHER"], "other")


def add(folder: Path, number: int) -> None:
    """One program that keeps a secret of its own, and counts on."""
    made = safe(folder)
    made.put(f"ASCOLTA_TOKEN_{number}", "x")
    with made.alone("ASCOLTA_TOKEN_COUNT"):
        made.put("ASCOLTA_TOKEN_COUNT", str(int(made("ASCOLTA_TOKEN_COUNT")) + 1))


def test_programs_wait_for_one_another(tmp_path: Path) -> None:
    """What several write at once is all there, and what one reads and writes back alone is never lost."""
    safe(tmp_path).put("ASCOLTA_TOKEN_COUNT", "0")
    programs = [multiprocessing.get_context("spawn").Process(target=add, args=(tmp_path, n)) for n in range(4)]
    for program in programs:
        program.start()
    for program in programs:
        program.join()
    assert [program.exitcode for program in programs] == [0] * 4
    assert len(safe(tmp_path).names()) == 5
    assert safe(tmp_path)("ASCOLTA_TOKEN_COUNT") == "4"


def test_a_program_that_died_keeps_nobody_waiting(tmp_path: Path) -> None:
    """Its lock ends with it."""
    code = (
        "import os, sys; from pathlib import Path; from tests.stores.test_safe import safe\n"
        "with safe(Path(sys.argv[1])).alone('A'): os.kill(os.getpid(), 9)"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env=environment, cwd=ROOT)
    assert ended.returncode == -9
    assert (tmp_path / "store" / LOCK).exists()
    safe(tmp_path).put(NAME, CANARY)
    assert safe(tmp_path)(NAME) == CANARY


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """In one sentence without the secret."""
    (tmp_path / "store").write_text("not a folder")
    with pytest.raises(StoreError, match="cannot be made") as error:
        safe(tmp_path).put(NAME, CANARY)
    assert CANARY not in str(error.value)
