"""The battery that both ledgers pass, and what only a file must promise."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from ascolta.core.bound import EPOCHS, Epoch
from ascolta.core.cells import Cell, Exact, Kind, Published, cells
from ascolta.errors import StoreError
from ascolta.stores.ledger import MemoryLedger, SqlLedger

Ledger = SqlLedger | MemoryLedger
DAY = 20_000
START = DAY * 86_400.0
END = START + 86_400
ONCE = b"run 1"
TOPICS = ("luggage", "refund")
WHOLE = Cell(brand="acme", day=DAY, kind=Kind.DAY)
NINE = Cell(brand="acme", day=DAY, kind=Kind.HOUR, part="09")


@pytest.fixture(params=["memory", "sqlite"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """Each ledger, empty."""
    made = MemoryLedger() if request.param == "memory" else SqlLedger(tmp_path / "ledger.db")
    yield made
    made.close()


def epoch(run: bytes = ONCE, at: float = START, day: int = DAY, brand: str = "acme") -> Epoch:
    """A stretch of a brand's day."""
    return Epoch(brand=brand, day=day, run=run, at=at, topics=TOPICS)


def test_a_cell_closes_when_its_time_is_over(ledger: Ledger) -> None:
    """Hours are published one by one, the day and its topics after midnight, each with noise and once."""
    assert ledger.begin(epoch()) == [1]
    assert ledger.add(ONCE, {WHOLE: Exact(500), NINE: Exact(400)}) == 0
    assert ledger.close_cells(START + 3_599) == []
    assert [one.cell.part for one in ledger.close_cells(START + 10 * 3_600)] == [f"{hour:02}" for hour in range(10)]
    rest = ledger.close_cells(END)
    assert len(rest) == 14 + 1 + len(TOPICS)
    [entry] = ledger.entries("acme", DAY)
    assert (entry.open, len(entry.published)) == (0, 24 + 1 + len(TOPICS))
    assert entry.spent == 1
    values = {one.cell: one.value for one in entry.published}
    assert (values[WHOLE] or 0) == pytest.approx(500, abs=80)
    assert (values[NINE] or 0) == pytest.approx(400, abs=60)


def test_read_again_it_is_the_same(ledger: Ledger) -> None:
    """Reading, closing, adding and beginning again change no figure that was published."""
    ledger.begin(epoch())
    ledger.add(ONCE, dict.fromkeys(cells("acme", DAY, TOPICS), Exact(900)))
    ledger.close_cells(END)
    first = ledger.entries()
    for _ in range(5):
        ledger.begin(epoch())
        assert ledger.add(ONCE, {WHOLE: Exact(1), NINE: Exact(1)}) == 2
        assert ledger.close_cells(END + 3_600) == []
        assert ledger.entries() == first
    assert ledger.begin(epoch(b"later", at=START)) == [2]
    assert ledger.close_cells(END) == []
    assert ledger.entries()[0].published == first[0].published


def test_noise_is_fresh_for_each_cell(ledger: Ledger) -> None:
    """Cells of the same count do not get the same noise."""
    ledger.begin(epoch())
    ledger.add(ONCE, dict.fromkeys(cells("acme", DAY, ()), Exact(900)))
    assert len({one.value for one in ledger.close_cells(END) if one.cell.kind is Kind.HOUR}) > 4


def test_cells_without_anybody_are_published_like_the_others(ledger: Ledger) -> None:
    """A day on which nobody spoke has the same cells as any other, so that a missing one tells nothing."""
    ledger.begin(epoch())
    found = ledger.close_cells(END)
    assert sorted(one.cell for one in found) == sorted(cells("acme", DAY, TOPICS))
    assert not any(one.withheld for one in found)


def test_a_restart_is_another_epoch_and_the_fourth_publishes_nothing_more(ledger: Ledger) -> None:
    """Three starts of a day are charged, a fourth withholds what is still open, and what was published stays."""
    for number in range(1, EPOCHS + 1):
        run = b"run %d" % number
        assert ledger.begin(epoch(run, at=START + number)) == [number]
        assert ledger.begin(epoch(run, at=START + number)) == [number]
        assert ledger.add(run, {WHOLE: Exact(300), NINE: Exact(300)}) == 0
    ledger.close_cells(START + 10 * 3_600)
    [before] = ledger.entries()
    assert ledger.begin(epoch(b"one too many", at=START + 11 * 3_600)) == [EPOCHS + 1]
    assert ledger.add(b"one too many", {WHOLE: Exact(1)}) == 1
    assert all(one.withheld and one.value is None for one in ledger.close_cells(END))
    [entry] = ledger.entries()
    assert entry.withheld
    assert [one for one in entry.published if not one.withheld] == list(before.published)
    assert float(entry.spent) == pytest.approx(0.3 * EPOCHS)
    assert ledger.begin(epoch(b"one too many", day=DAY + 1)) == [1]


def test_a_second_start_takes_nothing_away(ledger: Ledger) -> None:
    """What was counted before a restart is in the figure, together with what came after it."""
    for number in range(2):
        ledger.begin(epoch(b"run %d" % number, at=START + number))
        assert ledger.add(b"run %d" % number, {WHOLE: Exact(400)}) == 0
    told = next(one for one in ledger.close_cells(END) if one.cell == WHOLE)
    assert told.value == pytest.approx(800, abs=80)


def test_a_run_that_did_not_begin_counts_nothing(ledger: Ledger) -> None:
    """Who did not open an epoch, or counts for another day or brand, is refused."""
    ledger.begin(epoch())
    assert ledger.add(b"nobody", {WHOLE: Exact(1)}) == 1
    assert ledger.add(ONCE, {Cell(brand="acme", day=DAY + 1, kind=Kind.DAY): Exact(1)}) == 1
    assert ledger.add(ONCE, {Cell(brand="acme", day=DAY, kind=Kind.TOPIC, part="new"): Exact(1)}) == 1


def test_a_start_at_noon_opens_what_is_left_of_the_day(ledger: Ledger) -> None:
    """Hours that were over before the start are not told of; a second start opens no closed cell again."""
    ledger.begin(epoch(at=START + 12.5 * 3_600))
    assert [one.cell.part for one in ledger.close_cells(START + 13 * 3_600)] == ["12"]
    ledger.begin(epoch(b"clock set back", at=START + 12.9 * 3_600))
    assert ledger.close_cells(START + 13 * 3_600) == []


def test_days_and_brands_are_told_apart(ledger: Ledger) -> None:
    """Entries come by day and brand, all of them or those that were asked for."""
    for brand, day in (("other", DAY), ("acme", DAY + 1), ("acme", DAY)):
        ledger.begin(epoch(at=day * 86_400, day=day, brand=brand))
    assert [(one.brand, one.day) for one in ledger.entries()] == [("acme", DAY), ("other", DAY), ("acme", DAY + 1)]
    assert [one.day for one in ledger.entries("acme")] == [DAY, DAY + 1]
    assert [one.brand for one in ledger.entries(day=DAY)] == ["acme", "other"]
    assert ledger.entries("nobody") == []


def test_two_writers_publish_one_figure(tmp_path: Path) -> None:
    """Of two programs on one file that close the same cells at once, one draws the noise and both read the same."""
    ledgers = [SqlLedger(tmp_path / "ledger.db") for _ in range(2)]
    for number, one in enumerate(ledgers):
        assert one.begin(epoch(b"run %d" % number)) == [number + 1]
        one.add(b"run %d" % number, dict.fromkeys(cells("acme", DAY, TOPICS), Exact(500)))
    made: list[list[Published]] = []
    gate = threading.Barrier(2)

    def close(one: SqlLedger) -> None:
        gate.wait()
        made.append(one.close_cells(END))

    threads = [threading.Thread(target=close, args=(one,)) for one in ledgers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(len, made)) == [0, 24 + 1 + len(TOPICS)]
    here, there = (one.entries() for one in ledgers)
    assert here == there
    assert {one.cell: one for one in here[0].published} == {one.cell: one for one in max(made, key=len)}
    for one in ledgers:
        one.close()


def test_a_figure_outlives_the_program(tmp_path: Path) -> None:
    """Opened again, by a reader or a writer, the file tells the same figures; a reader cannot change them."""
    path = tmp_path / "a folder#?" / "ledger.db"
    first = SqlLedger(path)
    first.begin(epoch())
    first.add(ONCE, dict.fromkeys(cells("acme", DAY, TOPICS), Exact(500)))
    first.close_cells(END)
    told = first.entries()
    first.close()
    reader = SqlLedger(path, reading=True)
    assert reader.entries() == told
    with pytest.raises(StoreError, match="readonly"):
        reader.begin(epoch(b"reader"))
    reader.close()
    assert path.stat().st_mode & 0o077 == 0


def test_a_crash_in_the_middle_publishes_nothing(tmp_path: Path) -> None:
    """If the program dies between two draws, no cell is published and the next start publishes them all."""
    path = tmp_path / "ledger.db"
    dying = SqlLedger(path, _dies(after=30))
    dying.begin(epoch())
    dying.add(ONCE, {WHOLE: Exact(500)})
    with pytest.raises(KeyboardInterrupt):
        dying.close_cells(END)
    assert dying.entries()[0].published == ()
    dying.close()
    again = SqlLedger(path)
    assert len(again.close_cells(END)) == 24 + 1 + len(TOPICS)
    again.close()


def test_no_exact_count_is_left_in_the_file(tmp_path: Path) -> None:
    """The bytes of an exact count are in the file while its cell is open, and nowhere in the folder afterwards."""
    canary = 0x5A_6B_7C_4D_5E_6F
    ledger = SqlLedger(tmp_path / "ledger.db")
    ledger.begin(epoch())
    ledger.add(ONCE, {NINE: Exact(canary)})
    assert canary.to_bytes(6, "big") in (tmp_path / "ledger.db").read_bytes()
    ledger.close_cells(END)
    value = next(one.value for one in ledger.entries()[0].published if one.cell == NINE)
    ledger.close()
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert value is not None
    assert value.to_bytes(6, "big") in left
    assert value == canary or canary.to_bytes(6, "big") not in left


def test_deleted_counts_are_overwritten(tmp_path: Path) -> None:
    """The file overwrites what it deletes at once, so that no free page keeps an exact count by chance."""
    ledger = SqlLedger(tmp_path / "ledger.db")
    assert ledger._file.execute("PRAGMA secure_delete").fetchone() == (1,)
    ledger.close()


def test_what_is_no_ledger_is_said_in_one_sentence(tmp_path: Path) -> None:
    """A missing file, a folder and a file of something else are refused with their path."""
    (tmp_path / "other.db").write_bytes(b"not a database, but long enough to be taken for one" * 40)
    for path in (tmp_path / "none.db", tmp_path, tmp_path / "other.db"):
        with pytest.raises(StoreError, match=path.name):
            SqlLedger(path, reading=True).entries()
    with pytest.raises(StoreError, match=r"other\.db"):
        SqlLedger(tmp_path / "other.db")


def _dies(after: int) -> Callable[[int], int]:
    """Random bits that end the program after so many calls."""
    left, random = iter(range(after)), Random(1)

    def bits(width: int) -> int:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return random.getrandbits(width)

    return bits
