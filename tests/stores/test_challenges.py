"""The file of opt-out codes, and its twin in memory: the same facts for both."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ascolta.core.challenge import asked, spelled
from ascolta.errors import StoreError
from ascolta.stores.challenges import FILE, Challenges

KEY = b"k" * 32
CODE, OTHER = spelled(b"0123456789"), spelled(b"9876543210")
ANN = asked(KEY, CODE, "x", "canary_ann")
BOB = asked(KEY, OTHER, "x", "canary_bob")


@pytest.fixture(params=["file", "memory"])
def challenges(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Challenges]:
    """Each of the two, empty."""
    made = Challenges(tmp_path / FILE if request.param == "file" else None)
    yield made
    made.close()


def test_a_code_is_good_for_its_time(challenges: Challenges) -> None:
    """It is good until it expires, and then it is not, even if nobody swept; a clock set back changes nothing."""
    challenges.give(ANN, 0, 100)
    challenges.give(BOB, 50, 150)
    assert challenges.good(50) == ANN | BOB
    assert challenges.good(99) == ANN | BOB
    assert challenges.good(100) == BOB
    assert challenges.good(150) == frozenset()
    assert challenges.good(99) == ANN | BOB
    assert challenges.sweep(150) == len(ANN | BOB)
    assert challenges.good(0) == frozenset()


def test_a_used_code_is_used_up(challenges: Challenges) -> None:
    """All codes of an account go once one was used; those of others stay."""
    challenges.give(ANN, 0, 100)
    challenges.give(BOB, 0, 100)
    assert challenges.spend({tag for _, tag in ANN}) == len(ANN)
    assert challenges.good(1) == BOB
    assert challenges.spend({tag for _, tag in ANN}) == 0


def test_asking_again_takes_nothing_away(challenges: Challenges) -> None:
    """A second code for an account leaves the first good, so that nobody can void another's code by asking."""
    second = asked(KEY, OTHER, "x", "canary_ann")
    challenges.give(ANN, 0, 100)
    challenges.give(second, 1, 101)
    assert challenges.good(2) == ANN | second


def test_another_program_on_the_same_file_is_seen(tmp_path: Path) -> None:
    """What the desk gave out the listener knows at once, and the other way round when it is used."""
    desk, listener = Challenges(tmp_path / FILE), Challenges(tmp_path / FILE)
    assert listener.good(0) == frozenset()
    desk.give(ANN, 0, 100)
    assert listener.good(1) == ANN
    listener.spend({tag for _, tag in ANN})
    assert desk.good(2) == frozenset()
    desk.close()
    listener.close()


def test_the_file_holds_neither_code_nor_account(tmp_path: Path) -> None:
    """While a code is good there is no word of it in the folder, and after its day not even its hash."""
    made = Challenges(tmp_path / FILE)
    made.give(ANN, 0, 100)
    whole = _bytes(tmp_path)
    assert b"canary" not in whole
    assert CODE.encode() not in whole
    assert CODE.replace("-", "").encode() not in whole
    assert all(code in whole and tag in whole for code, tag in ANN)
    made.sweep(100)
    made.close()
    whole = _bytes(tmp_path)
    assert not any(code in whole or tag in whole for code, tag in ANN)
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_file_that_is_none_is_said_in_one_sentence(tmp_path: Path) -> None:
    """A broken file, or a folder in its place, is a clear error."""
    (tmp_path / FILE).write_bytes(b"not a database, but long enough to be taken for one" * 50)
    with pytest.raises(StoreError, match="opt-out codes"):
        Challenges(tmp_path / FILE)
    with pytest.raises(StoreError, match="opt-out codes"):
        Challenges(tmp_path)


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
