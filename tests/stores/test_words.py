"""The words of a week: counted until it ends, published once, and nothing left of those that few said."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from ascolta.core.bound import EPOCHS, Epoch
from ascolta.core.cells import Exact
from ascolta.core.rising import Week, ends
from ascolta.errors import StoreError
from ascolta.stores import words
from ascolta.stores.backup import LEFT_OUT
from ascolta.stores.ledger import FILE, MemoryLedger, SqlLedger

Ledger = SqlLedger | MemoryLedger
MONDAY = 19_996
START = MONDAY * 86_400.0
END = float(ends(MONDAY))
RUN = b"run 1"
CANARY = "kanarienvogel zebrafink"


@pytest.fixture(params=["memory", "sqlite"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """Each ledger, empty."""
    bits = Random(1).getrandbits
    made = MemoryLedger(bits) if request.param == "memory" else SqlLedger(tmp_path / FILE, bits)
    yield made
    made.close()


def begin(ledger: Ledger, day: int = MONDAY, run: bytes = RUN, brand: str = "acme") -> None:
    """A stretch of a brand's day in which words are counted."""
    ledger.begin(Epoch(brand=brand, day=day, run=run, at=day * 86_400.0, words=True))


def add(ledger: Ledger, day: int = MONDAY, run: bytes = RUN, **counts: int) -> int:
    """Add to terms; an underscore stands for a space."""
    return add_all(ledger, {term.replace("_", " "): n for term, n in counts.items()}, day, run)


def add_all(ledger: Ledger, counts: dict[str, int], day: int = MONDAY, run: bytes = RUN) -> int:
    """Add to terms as they are written."""
    return ledger.add_words(run, "acme", day, {term: Exact(n) for term, n in counts.items()})


def told(week: Week) -> dict[str, int]:
    """The words of a week."""
    return {word.term: word.value for word in week.words}


def test_a_week_is_published_when_it_is_over(ledger: Ledger) -> None:
    """What many said in the whole week is shown with noise, after its Sunday and not before."""
    for day in range(MONDAY, MONDAY + 7):
        begin(ledger, day)
        assert add(ledger, day, gate_change=60, lounge=2) == 0
    assert ledger.release(END - 1) == []
    [week] = ledger.release(END)
    assert told(week)["gate change"] == pytest.approx(420, abs=130)
    assert told(week).keys() == {"gate change"}
    assert week.days == tuple(range(MONDAY, MONDAY + 7))
    assert ledger.weeks("acme") == ledger.weeks() == [week]
    assert ledger.weeks("other") == []


def test_a_week_is_drawn_once(ledger: Ledger) -> None:
    """Neither reading nor releasing again, nor a clock set back, changes what was published or opens it anew."""
    begin(ledger)
    add(ledger, strike=900)
    first = ledger.release(END)
    for _ in range(3):
        begin(ledger)
        begin(ledger, run=b"later")
        assert add(ledger, strike=1) == 1
        assert ledger.release(END + 86_400) == []
        assert ledger.weeks() == first
    assert first[0].days == (MONDAY,)


def test_weeks_and_brands_are_apart(ledger: Ledger) -> None:
    """What is said of another brand or in the next week is in no other count, and noise is drawn for each."""
    begin(ledger)
    begin(ledger, brand="other")
    begin(ledger, MONDAY + 7)
    add(ledger, strike=900)
    add(ledger, MONDAY + 7, strike=2_000)
    weeks = ledger.release(END)
    assert [(week.brand, bool(week.words)) for week in weeks] == [("acme", True), ("other", False)]
    [later] = ledger.release(END + 7 * 86_400)
    assert told(later)["strike"] == pytest.approx(2_000, abs=130)


def test_a_restart_goes_on_and_the_fourth_counts_nothing(ledger: Ledger) -> None:
    """Three starts of a day add to one count, a fourth is refused, and each of the three is charged."""
    for number in range(EPOCHS + 1):
        run = b"run %d" % number
        begin(ledger, run=run)
        assert add(ledger, run=run, strike=200) == (number == EPOCHS)
    assert [entry.words for entry in ledger.entries()] == [0]
    [week] = ledger.release(END)
    assert told(week)["strike"] == pytest.approx(600, abs=130)
    [entry] = ledger.entries()
    assert float(entry.worded[0]) == EPOCHS / 2


def test_who_did_not_begin_counts_nothing(ledger: Ledger) -> None:
    """A run that opened no epoch is refused, and so is one that began without words."""
    ledger.begin(Epoch(brand="acme", day=MONDAY, run=RUN, at=START))
    assert add(ledger, strike=1) == 1
    begin(ledger, MONDAY + 1)
    assert add(ledger, MONDAY + 1, run=b"nobody", strike=1) == 1
    assert ledger.weeks() == []


def test_a_file_survives_a_restart(tmp_path: Path) -> None:
    """What was counted before the program stopped is published by the next one, with what came after."""
    for number in range(2):
        ledger = SqlLedger(tmp_path / FILE, Random(number).getrandbits)
        begin(ledger, run=b"run %d" % number)
        assert add(ledger, run=b"run %d" % number, gate_change=300) == 0
        ledger.close()
    ledger = SqlLedger(tmp_path / FILE)
    assert told(ledger.release(END)[0])["gate change"] == pytest.approx(600, abs=130)
    ledger.close()
    reading = SqlLedger(tmp_path / FILE, reading=True)
    assert len(reading.weeks("acme")) == 1
    reading.close()


def test_nothing_is_left_of_what_few_said(tmp_path: Path) -> None:
    """Before the week ends no word stands in the clear in any file; after it, neither key nor row nor byte is left."""
    ledger = SqlLedger(tmp_path / FILE)
    begin(ledger)
    for number in range(50):
        add_all(ledger, {f"{CANARY}{chr(97 + number % 26)}": 3, "strike": 20})
    [key] = sqlite3.connect(tmp_path / words.FILE).execute("SELECT key FROM keys").fetchone()
    assert not held(tmp_path, b"kanarienvogel")
    assert held(tmp_path, key)
    [week] = ledger.release(END)
    assert told(week).keys() == {"strike"}
    assert not held(tmp_path, b"kanarienvogel")
    assert not held(tmp_path, key)
    db = sqlite3.connect(tmp_path / words.FILE)
    assert [db.execute(f"SELECT count(*) FROM {table}").fetchone() for table in ("keys", "terms")] == [(0,), (0,)]  # noqa: S608
    ledger.close()


def test_sealed_terms_tell_neither_their_length_nor_that_they_are_the_same(tmp_path: Path) -> None:
    """Short and long terms are equally long at rest, and one term looks different for each brand and each week."""
    ledger = SqlLedger(tmp_path / FILE)
    for day in (MONDAY, MONDAY + 7):
        begin(ledger, day)
        assert add(ledger, day, fee=1, a_longer_term_of_words=1) == 0
    rows = sqlite3.connect(tmp_path / words.FILE).execute("SELECT mark, term FROM terms").fetchall()
    assert len({len(term) for _, term in rows}) == 1
    assert len({mark for mark, _ in rows}) == len({term for _, term in rows}) == 4
    ledger.close()


def test_the_file_is_its_owners_and_in_no_backup(tmp_path: Path) -> None:
    """Nobody else may read the file of the week, and no copy of it outlives the week."""
    ledger = SqlLedger(tmp_path / FILE)
    assert not (tmp_path / words.FILE).exists()
    begin(ledger)
    assert (tmp_path / words.FILE).stat().st_mode & 0o777 == 0o600
    assert words.FILE in LEFT_OUT
    ledger.close()


def test_a_crash_leaves_the_week_whole(tmp_path: Path) -> None:
    """If the program dies while it publishes, the week is as it was, and is published once by the next one."""
    ledger = SqlLedger(tmp_path / FILE)
    begin(ledger)
    add(ledger, strike=900)
    ledger._bits = _power_lost
    with pytest.raises(KeyboardInterrupt):
        ledger.release(END)
    assert ledger.weeks() == []
    ledger.close()
    again = SqlLedger(tmp_path / FILE)
    assert told(again.release(END)[0])["strike"] == pytest.approx(900, abs=130)
    again.close()


def test_a_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    """A term that does not open under its own mark is an error in a sentence, and nothing is published."""
    ledger = SqlLedger(tmp_path / FILE)
    begin(ledger)
    add(ledger, strike=900)
    with sqlite3.connect(tmp_path / words.FILE) as db:
        db.execute("UPDATE terms SET mark = zeroblob(16)")
    with pytest.raises(StoreError):
        ledger.release(END)
    assert ledger.weeks() == []
    ledger.close()


def test_a_ledger_of_an_older_version_has_no_words(tmp_path: Path) -> None:
    """A file without these tables can be read: it has no weeks, and its days no words."""
    ledger = SqlLedger(tmp_path / FILE)
    ledger.begin(Epoch(brand="acme", day=MONDAY, run=RUN, at=START))
    ledger.close()
    with sqlite3.connect(tmp_path / FILE) as db:
        db.executescript("DROP TABLE weeks; DROP TABLE words; DROP TABLE listened")
    reading = SqlLedger(tmp_path / FILE, reading=True)
    assert (reading.weeks(), [entry.words for entry in reading.entries()]) == ([], [0])
    reading.close()


def held(place: Path, what: bytes) -> bool:
    """Whether any file of a folder holds these bytes."""
    return any(what in path.read_bytes().lower() or what in path.read_bytes() for path in place.rglob("*"))


def _power_lost(_width: int) -> int:
    raise KeyboardInterrupt
