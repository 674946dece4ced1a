"""`ascolta ledger`, started as its user would."""

from pathlib import Path
from random import Random

import pytest

from ascolta.core.bound import Epoch
from ascolta.core.cells import Cell, Exact, Kind, cells
from ascolta.stores.ledger import SqlLedger
from tests.cli.running import ascolta

DAY = 20_782
START = DAY * 86_400.0
TOPICS = ("luggage", "[red]refund\x1b[31m")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A brand's folder with one day of figures, and another brand's day with too many starts."""
    kept = SqlLedger(tmp_path / ".ascolta" / "ledger.db")
    for brand, starts in (("acme", 1), ("other", 4)):
        for number in range(starts):
            run = b"run %d" % number
            kept.begin(Epoch(brand=brand, day=DAY, run=run, at=START, topics=TOPICS))
    kept.add(b"run 0", dict.fromkeys(cells("acme", DAY, TOPICS)[8:], Exact(2_400)))
    kept.add(b"run 0", {Cell(brand="other", day=DAY, kind=Kind.DAY): Exact(2_400)})
    kept.close_cells(START + 86_400)
    kept.close()
    return tmp_path


def test_people_can_read_the_ledger(folder: Path) -> None:
    """It says what was spent, what that protects and what could still be learned, and obeys nothing in a name."""
    said = ascolta("ledger", folder, "--brand", "acme", "--day", "2026-11-25")
    assert said.code == 0
    for part in (
        "acme, 2026-11-25", "epsilon 1 of 1", "8 of 24 not shown", "What it protects", "73.2 %", "19 in 20",
        "could still be learned", "five accounts", "[red]refund",
    ):  # fmt: skip
        assert part in said.out, said.out
    assert "\x1b" not in said.out
    assert "other" not in said.out


def test_scripts_can_read_the_ledger(folder: Path) -> None:
    """As JSON it tells every figure with its interval and epsilon, twice the same, and from the store's folder too."""
    said = ascolta("ledger", folder, "--json").json
    assert said == ascolta("ledger", folder / ".ascolta", "--json").json
    acme, other = said["entries"]
    assert (said["spent"], acme["spent"], other["spent"]) == (1.0, 1.0, 0.0)
    assert acme["by_kind"] == {"hour": 0.3, "day": 0.2, "topic": 0.5}
    day = next(one for one in acme["published"] if one["kind"] == "day")
    assert day["interval"][0] < day["value"] < day["interval"][1]
    assert day["value"] == pytest.approx(2_400, abs=100)
    assert all(one["withheld"] and one["value"] is None for one in other["published"])


def test_a_day_with_too_many_starts_is_explained(folder: Path) -> None:
    """Cells that were withheld are told as such, with the reason."""
    said = ascolta("ledger", folder, "--brand", "other")
    assert "24 of 24 withheld: more than 3 starts" in said.out
    assert "Nothing was published" in said.out


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--day", "yesterday"), "--day yesterday: expected a date such as 2026-10-15"),
        (("--brand", "nobody"), "about 'nobody'"),
        (("--day", "2020-01-01"), "on 2020-01-01"),
    ],
)
def test_what_cannot_be_shown_is_said_in_one_sentence(folder: Path, words: tuple[str, ...], part: str) -> None:
    """A date that is none, a brand or a day without figures end with exit code 2 and say what to do."""
    said = ascolta("ledger", folder, *words)
    assert (said.code, said.out) == (2, "")
    assert part in said.err


def test_a_folder_without_a_ledger_is_said(tmp_path: Path) -> None:
    """Where nothing was published yet the command says when it will be, and makes no file."""
    said = ascolta("ledger", tmp_path)
    assert said.code == 2
    assert "there is no ledger here" in said.err
    assert list(tmp_path.iterdir()) == []


def test_words_of_the_week_are_told_with_what_they_cost(folder: Path) -> None:
    """Week, threshold, epsilon and delta stand beside the words; the day's promise counts both; few are not there."""
    kept = SqlLedger(folder / ".ascolta" / "ledger.db", Random(1).getrandbits)
    kept.begin(Epoch(brand="acme", day=DAY, run=b"run 0", at=START, words=True))
    assert kept.add_words(b"run 0", "acme", DAY, {"gate change": Exact(900), "kanarienvogel": Exact(2)}) == 0
    assert len(kept.release(START + 7 * 86_400)) == 1
    kept.close()
    said = ascolta("ledger", folder, "--brand", "acme", "--day", "2026-11-25").out
    for part in (
        "acme, words of the week from 2026-11-23", "from 138 on after noise", "1 of 7 days heard", "gate change",
        "Spent by words of the week: epsilon 0.5, delta 1.0e-06", "and the words of its week", "81.8 %",
        "one chance in 1,000,000",
    ):  # fmt: skip
        assert part in said, said
    assert "kanarienvogel" not in said
    told = ascolta("ledger", folder, "--json").json
    assert told["words"][0]["words"].keys() == {"gate change"}
    assert told["spent"] == 1.5
    assert "words of the week" not in ascolta("ledger", folder, "--brand", "acme", "--day", "2026-11-10").out
