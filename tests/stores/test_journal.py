"""The battery that both journals pass, and every way of tampering with one."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ascolta.core.audit import Audit, Checkpoints, Wrong, audit, genuine
from ascolta.core.checkpoint import Signer
from ascolta.core.journal import Counted, Kind, NewEntry, written
from ascolta.core.merkle import Range, extends, includes, leaf_hash
from ascolta.errors import StoreError
from ascolta.stores.checkpoints import SecondPlace, kept_signer, new_signer
from ascolta.stores.journal import FILE, MemoryJournal, SqlJournal
from tests.conftest import ROOT

KEY = Signer(name="ascolta/test", seed=bytes(range(32)))
Row = tuple[int, bytes]


def entry(number: int) -> NewEntry:
    """An entry like many others."""
    return NewEntry(at=1_000 + number, kind=Kind.HEARD, brand="acme", counts={Counted.SILENCE: number})


def some(count: int, start: int = 0) -> list[NewEntry]:
    return [entry(number) for number in range(start, start + count)]


@pytest.fixture
def second(tmp_path: Path) -> SecondPlace:
    """A second place in a file."""
    return SecondPlace(tmp_path / "elsewhere" / "checkpoints.txt")


@pytest.fixture(params=["memory", "sqlite"])
def journal(
    request: pytest.FixtureRequest, tmp_path: Path, second: SecondPlace
) -> Iterator[MemoryJournal | SqlJournal]:
    """Each journal, empty."""
    made = (
        MemoryJournal(KEY, second) if request.param == "memory" else SqlJournal(tmp_path / FILE, KEY, second)
    )  # fmt: skip
    yield made
    made.close()


def looked_over(journal: MemoryJournal | SqlJournal, key: Signer = KEY) -> Audit:
    """The audit of a journal with all its checkpoints."""
    assert journal.second is not None
    return journal.audit(genuine(journal.second.text(), key.verifier))


def test_what_is_appended_is_there_in_order(journal: MemoryJournal | SqlJournal) -> None:
    """Batches get the next numbers; entries are read as they were written, and nothing is found wrong."""
    assert list(journal.append(some(3))) == [0, 1, 2]
    assert list(journal.append([])) == []
    assert list(journal.append(some(2, 3))) == [3, 4]
    assert [data for _, data in journal.entries()] == [written(number, entry(number)) for number in range(5)]
    assert [number for number, _ in journal.entries(1, 3)] == [1, 2]
    fifth, none = journal.entry(4), journal.entry(5)
    assert fifth is not None
    assert (fifth.seq, fifth.counts, none, journal.entry(-1)) == (4, {"silence": 4}, None, None)
    assert (looked_over(journal).findings, looked_over(journal).size) == ((), 5)


def test_a_batch_is_kept_whole_or_not_at_all(journal: MemoryJournal | SqlJournal) -> None:
    """One entry that may not be written keeps its whole batch out, and the journal goes on well."""
    journal.append(some(2))
    with pytest.raises(StoreError, match="does not take this 'rule'"):
        journal.append([entry(2), NewEntry(at=0, kind=Kind.SENT, rule="a person wrote this")])
    assert journal.size() == 2
    journal.append(some(5, 2))
    assert (looked_over(journal).findings, looked_over(journal).size) == ((), 7)


def test_proofs_hold_at_every_size(journal: MemoryJournal | SqlJournal) -> None:
    """Each entry is proved at each size, and each size to grow out of each smaller one."""
    journal.append(some(13))
    journal.append(some(6, 13))
    roots = [journal.root(size) for size in range(20)]
    for size in range(1, 20):
        for seq in range(size):
            leaf = leaf_hash(written(seq, entry(seq)))
            assert includes(leaf, seq, size, journal.inclusion(seq, size), roots[size])
            assert extends((seq, roots[seq]), (size, roots[size]), journal.consistency(seq, size))
    for asked in (lambda: journal.root(20), lambda: journal.inclusion(0, 20), lambda: journal.consistency(1, 20)):
        with pytest.raises(StoreError, match="holds 19 entries, not 20"):
            asked()


def test_a_checkpoint_is_signed_once_for_what_is_new(journal: MemoryJournal | SqlJournal) -> None:
    """Nothing is signed of an empty journal nor twice of the same one; each checkpoint is written down as an entry."""
    assert journal.checkpoint(5) == ""
    journal.append(some(3))
    note = journal.checkpoint(6)
    assert note == KEY.sign(3, journal.root(3))
    assert journal.checkpoint(7) == ""
    noted = journal.entry(3)
    assert noted is not None
    assert (noted.kind, noted.counts, noted.at) == (Kind.CHECKPOINTED, {"entries": 3}, 6)
    journal.append(some(1, 4))
    journal.checkpoint(8)
    found = looked_over(journal)
    assert (found.findings, found.size, found.vouched) == ((), 6, 5)


def test_a_half_written_checkpoint_is_mended(journal: MemoryJournal | SqlJournal, second: SecondPlace) -> None:
    """What a crash left at the second place, with the entry about it not yet written, is signed anew."""
    journal.append(some(3))
    journal.checkpoint(0)
    journal.append(some(2))
    assert second.path is not None
    before = second.path.read_text(encoding="utf-8")
    torn = KEY.sign(6, journal.root(6)).encode()
    for end in (1, 9, 16, 40, len(torn) - 3, len(torn)):
        second.path.write_bytes(before.encode() + torn[:end])
        found = genuine(second.text(), KEY.verifier)
        assert (found.unfinished, found.findings) == (end < len(torn), ())
    second.path.write_bytes(before.encode() + torn[:40])
    assert journal.checkpoint(1)
    assert second.text() == f"{before}{torn.decode()}\n"
    assert looked_over(journal).findings == ()


def test_a_file_that_holds_something_else_is_left_alone(
    journal: MemoryJournal | SqlJournal, second: SecondPlace
) -> None:
    """A second place that is somebody's notes is not written to, and the journal says so and goes on."""
    assert second.path is not None
    second.path.parent.mkdir()
    second.path.write_text("milk\nbread", encoding="utf-8")
    journal.append(some(1))
    with pytest.raises(StoreError, match="name a file of its own"):
        journal.checkpoint(0)
    assert second.path.read_text(encoding="utf-8") == "milk\nbread"
    second.path.unlink()
    assert journal.checkpoint(0)


def test_a_journal_that_was_rolled_back_signs_nothing(tmp_path: Path, second: SecondPlace) -> None:
    """Put back to an older state, and grown again or not, a journal refuses to sign against its last checkpoint."""
    path, copy = tmp_path / FILE, tmp_path / "old.db"
    journal = SqlJournal(path, KEY, second)
    journal.append(some(4))
    journal.close()
    copy.write_bytes(path.read_bytes())
    journal = SqlJournal(path, KEY, second)
    journal.append(some(4, 4))
    journal.checkpoint(0)
    journal.close()
    path.write_bytes(copy.read_bytes())
    journal = SqlJournal(path, KEY, second)
    with pytest.raises(StoreError, match="does not add to its last checkpoint, of 8"):
        journal.checkpoint(1)
    [found] = looked_over(journal).findings
    assert (found.kind, found.entry, found.last) == (Wrong.ROLLED_BACK, 0, 7)
    journal.append(some(9, 50))
    with pytest.raises(StoreError, match="does not add to its last checkpoint"):
        journal.checkpoint(1)
    [found] = looked_over(journal).findings
    assert (found.kind, found.entry, found.last) == (Wrong.ROLLED_BACK, 0, 7)
    journal.close()


class Copy:
    """A journal's three witnesses as lists, to be tampered with; 40 entries, checkpoints of 10, 25 and 39."""

    def __init__(self) -> None:
        place = SecondPlace(None)
        made = MemoryJournal(KEY, place)
        for end in (10, 25, 39):
            made.append(some(end - made.size()))
            made.checkpoint(end)
        self.rows = list(made.entries())
        self.hashes = list(enumerate(made._hashes))
        self.notes = place.text()

    def rebuilt(self) -> "Copy":
        """All hashes made anew over the rows, as by somebody who knows how."""
        self.rows = [(number, data) for number, (_, data) in enumerate(self.rows)]
        self.hashes = list(enumerate(Range().grown(leaf_hash(data) for _, data in self.rows)[1]))
        return self

    def audit(self) -> Audit:
        """What is found, checkpoints and all."""
        return audit(iter(self.rows), iter(self.hashes), genuine(self.notes, KEY.verifier))

    def alone(self) -> Audit:
        """What is found without checkpoints."""
        return audit(iter(self.rows), iter(self.hashes), None)


COPY = Copy()


def fresh() -> Copy:
    """A copy of its own."""
    made = Copy.__new__(Copy)
    made.rows, made.hashes, made.notes = list(COPY.rows), list(COPY.hashes), COPY.notes
    return made


def flip(row: Row, bit: int) -> Row:
    """A row with one bit of its value the other way round."""
    bit %= 8 * len(row[1])
    return row[0], (int.from_bytes(row[1], "big") ^ (1 << bit)).to_bytes(len(row[1]), "big")


def covers(found: Audit, seq: int) -> set[Wrong]:
    """The kinds of findings that touch an entry."""
    return {one.kind for one in found.findings if one.entry is not None and one.entry <= seq <= (one.last or one.entry)}


def test_an_untouched_journal_is_sound() -> None:
    """Nothing is found in a journal that nobody touched, with its checkpoints and without."""
    assert (COPY.audit().findings, COPY.audit().vouched, COPY.alone().findings) == ((), 39, ())


@settings(deadline=None)
@given(st.integers(0, 39), st.integers(0, 10**4))
def test_a_changed_bit_of_an_entry_is_found_at_that_entry(seq: int, bit: int) -> None:
    """Whichever bit of whichever entry: found without any checkpoint, and exactly there."""
    copy = fresh()
    copy.rows[seq] = flip(copy.rows[seq], bit)
    found = copy.alone()
    assert covers(found, seq) & {Wrong.CHANGED, Wrong.SWAPPED}
    assert [one.entry for one in found.findings] == [seq]


@settings(deadline=None)
@given(st.data())
def test_a_changed_bit_of_a_hash_is_found(data: st.DataObject) -> None:
    """Whichever bit of whichever kept hash: found without any checkpoint."""
    copy = fresh()
    at = data.draw(st.integers(0, len(copy.hashes) - 1))
    copy.hashes[at] = flip(copy.hashes[at], data.draw(st.integers(0, 255)))
    assert {one.kind for one in copy.alone().findings} == {Wrong.CHANGED}


@settings(deadline=None)
@given(st.integers(0, 39), st.integers(1, 39))
def test_cut_entries_are_found_where_they_were(first: int, count: int) -> None:
    """Rows that were taken out, at the start, in the middle or at the end, with or without their hashes."""
    copy = fresh()
    del copy.rows[first : first + count]
    last = min(first + count, 40) - 1
    [found] = copy.alone().findings
    assert (found.kind, found.entry, found.last) == (Wrong.CUT, first, last)
    gone = {2 * seq - seq.bit_count() for seq in range(first, last + 1)}
    copy.hashes = [row for row in copy.hashes if row[0] not in gone]
    assert covers(copy.audit(), first) & {Wrong.CUT, Wrong.ROLLED_BACK} or first == 39


@settings(deadline=None)
@given(st.integers(0, 39), st.integers(0, 39))
def test_swapped_entries_are_found_where_they_are(one: int, other: int) -> None:
    """Two entries in each other's place, their hashes swapped with them or not."""
    copy = fresh()
    copy.rows[one], copy.rows[other] = (one, COPY.rows[other][1]), (other, COPY.rows[one][1])
    expected = [] if one == other else sorted((one, other))
    assert [(found.kind, found.entry) for found in copy.alone().findings] == [(Wrong.SWAPPED, at) for at in expected]
    swapped = copy.rebuilt().alone()
    assert [(found.kind, found.entry) for found in swapped.findings] == [(Wrong.SWAPPED, at) for at in expected]


@settings(deadline=None)
@given(st.integers(0, 38), st.integers(0, 999))
def test_an_entry_rewritten_with_all_hashes_is_found_by_its_checkpoint(seq: int, number: int) -> None:
    """Somebody who makes every hash anew is betrayed by the first checkpoint over the entry."""
    copy = fresh()
    copy.rows[seq] = (seq, written(seq, NewEntry(at=number, kind=Kind.SENT, brand="acme")))
    found = copy.rebuilt().audit()
    assert copy.alone().findings == ()
    assert covers(found, seq)
    assert len([one for one in found.findings if one.kind is not Wrong.MISSING]) == 1
    assert found.vouched == max(size for size in (0, 10, 25, 39) if size <= seq)


@settings(deadline=None)
@given(st.integers(0, 38), st.integers(0, 60))
def test_a_rollback_is_found_however_it_grew_again(size: int, more: int) -> None:
    """An older state, whole in itself, with or without other entries since, is found by the newest checkpoint."""
    copy = fresh()
    del copy.rows[size:]
    copy.rows += [(size + number, written(size + number, entry(500 + number))) for number in range(more)]
    found = copy.rebuilt().audit()
    assert copy.alone().findings == ()
    assert Wrong.ROLLED_BACK in {one.kind for one in found.findings}
    assert all(one.entry is not None and one.entry <= size for one in found.findings)


def test_the_last_entry_taken_back_is_found() -> None:
    """One entry less than the newest checkpoint vouches for is a rollback, and as many as that is none."""
    for size, kinds in ((38, {Wrong.ROLLED_BACK}), (39, set())):
        copy = fresh()
        del copy.rows[size:]
        assert {one.kind for one in copy.rebuilt().audit().findings} == kinds


@settings(deadline=None)
@given(st.data())
def test_a_cut_or_a_swap_with_numbers_and_hashes_made_anew_is_found(data: st.DataObject) -> None:
    """Entries taken out or put elsewhere and everything renumbered: the checkpoints do not fit any more."""
    order = data.draw(st.permutations(range(39)) | st.lists(st.integers(0, 38), unique=True, max_size=39).map(sorted))
    copy = fresh()
    plain = [entry(number) if number not in (10, 26) else None for number in range(39)]
    new = [plain[number] or NewEntry(at=0, kind=Kind.CHECKPOINTED) for number in order]
    copy.rows = [(seq, written(seq, one)) for seq, one in enumerate(new)]
    assert copy.rebuilt().audit().findings


def test_a_missing_checkpoint_is_found() -> None:
    """The journal itself says which checkpoints there were, so a checkpoint that was taken away is missed."""
    copy = fresh()
    first, middle, last = _three()
    for notes, entries in (((first, last), [25]), ((middle, last), [10]), ((first, middle), [39]), ((), [10, 25, 39])):
        copy.notes = "".join(notes)
        assert [(one.kind, one.entry) for one in copy.audit().findings] == [(Wrong.MISSING, at) for at in entries]


def _three() -> tuple[str, str, str]:
    """The three checkpoints of the copy."""
    roots = [Range().grown(leaf_hash(data) for _, data in COPY.rows[:size])[0].root for size in (10, 25, 39)]
    first, middle, last = (f"{KEY.sign(size, root)}\n" for size, root in zip((10, 25, 39), roots, strict=True))
    assert first + middle + last == COPY.notes
    return first, middle, last


def test_a_checkpoint_by_another_key_is_forged() -> None:
    """A checkpoint under the journal's name but not by its key vouches for nothing, and is told."""
    copy = fresh()
    other = Signer(name=KEY.name, seed=bytes(32)).sign(39, bytes(32))
    copy.notes += f"{other}\n"
    [found] = copy.audit().findings
    assert found.kind is Wrong.FORGED
    assert "line 19" in found.says


def test_two_checkpoints_that_disagree_are_told() -> None:
    """Whoever has the key may sign another history, but not take back the first signature."""
    copy = fresh()
    copy.notes += f"{KEY.sign(25, bytes(32))}\n"
    [found] = copy.audit().findings
    assert (found.kind, found.entry, found.last) == (Wrong.FORGED, 10, 24)


def test_rows_that_belong_nowhere_are_found() -> None:
    """A row before the first entry or far after the last one is no part of a journal."""
    copy = fresh()
    copy.rows.insert(0, (-7, b"x"))
    assert [one.kind for one in copy.alone().findings] == [Wrong.CHANGED]
    copy = fresh()
    copy.rows.append((10**15, b"x"))
    assert [one.kind for one in copy.alone().findings] == [Wrong.CUT]


def test_a_thousand_wrong_entries_are_counted_and_a_hundred_told() -> None:
    """A journal with everything wrong gives a short answer."""
    rows = [(seq, b"no entry") for seq in range(1_000)]
    hashes = list(enumerate(Range().grown(leaf_hash(data) for _, data in rows)[1]))
    found = audit(iter(rows), iter(hashes), Checkpoints())
    assert (len(found.findings), found.more, found.size) == (100, 900, 1_000)


def test_the_file_refuses_to_change_or_forget(tmp_path: Path) -> None:
    """UPDATE and DELETE are refused by the file itself, so that no slip of ours rewrites the past."""
    journal = SqlJournal(tmp_path / FILE, KEY, SecondPlace(None))
    journal.append(some(3))
    for act in ("DELETE FROM", "UPDATE"):
        for table in ("entries", "hashes"):
            statement = f"{act} {table}" + (" SET rowid = rowid + 100" if act == "UPDATE" else "")
            with pytest.raises(sqlite3.IntegrityError, match="only added to"):
                journal.file.execute(statement)
    journal.close()


def test_a_changed_bit_of_the_file_is_found_or_touches_nothing(tmp_path: Path) -> None:
    """Any bit of the SQLite file: the entries are still all the same, or something is found, or it cannot be read."""
    path, chance = tmp_path / FILE, random.Random(5)
    journal = SqlJournal(path, KEY, SecondPlace(None))
    journal.append(some(60))
    kept = list(journal.entries())
    journal.close()
    whole = path.read_bytes()
    found = 0
    for _ in range(150):
        path.write_bytes(whole)
        with path.open("r+b") as file:
            at = chance.randrange(len(whole))
            file.seek(at)
            file.write(bytes([whole[at] ^ 1 << chance.randrange(8)]))
        try:
            again = SqlJournal(path)
            wrong, rows = again.audit(None).findings, list(again.entries())
            again.close()
        except StoreError:
            continue
        found += bool(wrong)
        assert wrong or rows == kept
    assert found


def test_a_lost_hash_is_one_sentence(tmp_path: Path) -> None:
    """A proof that needs a hash that is gone, and an append beside leftovers, say what to do."""
    journal = SqlJournal(tmp_path / FILE, KEY, SecondPlace(None))
    journal.append(some(8))
    journal.file.execute("DROP TRIGGER no_delete_of_hashes")
    journal.file.execute("DROP TRIGGER no_delete_of_entries")
    journal.file.execute("DELETE FROM hashes WHERE place = 2")
    with pytest.raises(StoreError, match="lacks the hash from entry 0 on; run `ascolta journal verify`"):
        journal.inclusion(3, 8)
    journal.file.execute("DELETE FROM entries WHERE seq = 7")
    with pytest.raises(StoreError, match=r"lacks the hash|do not belong together"):
        journal.append(some(1))
    assert journal.size() == 7
    assert journal.file.execute("PRAGMA synchronous").fetchone() == (2,), "a batch is on disk when it is acknowledged"
    journal.close()


def test_a_journal_for_reading_is_not_touched(tmp_path: Path) -> None:
    """Without a key a journal can be looked over and not written; where there is none, none is made."""
    with pytest.raises(StoreError, match="no journal that can be opened"):
        SqlJournal(tmp_path / FILE)
    assert not (tmp_path / FILE).exists()
    journal = SqlJournal(tmp_path / FILE, KEY, SecondPlace(None))
    journal.append(some(2))
    reader = SqlJournal(tmp_path / FILE)
    assert (reader.size(), reader.audit(None).findings) == (2, ())
    with pytest.raises(StoreError, match="readonly"):
        reader.append(some(1))
    with pytest.raises(StoreError, match=r"readonly|for reading"):
        reader.checkpoint(0)
    journal.close()
    reader.close()
    (tmp_path / "other.db").write_bytes(b"no database" * 500)
    with pytest.raises(StoreError, match="damaged"):
        SqlJournal(tmp_path / "other.db")


def test_two_writers_take_turns(tmp_path: Path) -> None:
    """Two journals on one file, and threads within each, give every entry its own number and a sound tree."""
    journals = [SqlJournal(tmp_path / FILE, KEY, SecondPlace(tmp_path / "c.txt")) for _ in range(2)]

    def write(journal: SqlJournal) -> None:
        for _ in range(10):
            journal.append(some(3))
            journal.checkpoint(0)

    threads = [threading.Thread(target=write, args=(journals[number % 2],)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = looked_over(journals[0])
    assert found.findings == ()
    assert sum(b'"heard"' in data for _, data in journals[0].entries()) == 120
    for journal in journals:
        journal.close()


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    """A folder's key stays the same, nobody else may read it, its public half lies beside it, and no two are alike."""
    first, again = kept_signer(tmp_path / "new"), kept_signer(tmp_path / "new")
    assert first == again != new_signer()
    assert (tmp_path / "new" / "journal.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new" / "journal.pub").read_text(encoding="utf-8").strip() == str(first.verifier)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["journal.key", "journal.pub"]
    (tmp_path / "new" / "journal.key").write_bytes(b"\xff\0")
    with pytest.raises(StoreError, match="put back the file"):
        kept_signer(tmp_path / "new")


WRITER = """
import sys
from pathlib import Path
from ascolta.core.journal import Counted, Kind, NewEntry
from ascolta.stores.checkpoints import SecondPlace, kept_signer
from ascolta.stores.journal import SqlJournal
folder = Path(sys.argv[1])
journal = SqlJournal(folder / "journal.db", kept_signer(folder), SecondPlace(folder / "checkpoints.txt"))
while True:
    batch = [NewEntry(at=number, kind=Kind.HEARD, counts={Counted.POSTS: number}) for number in range(500)]
    print(journal.append(batch).stop, flush=True)
    if journal.size() % 3 == 0:
        journal.checkpoint(1)
"""


@pytest.mark.slow
def test_kill_minus_nine_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """Killed anywhere, eight times: every acknowledged batch is there whole, and journal and checkpoints are sound."""
    chance = random.Random(3)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    for _ in range(8):
        running = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        assert running.stdout is not None
        acknowledged = int(running.stdout.readline())
        timer = threading.Timer(chance.uniform(0, 0.1), os.kill, (running.pid, signal.SIGKILL))
        timer.start()
        for line in running.stdout:
            acknowledged = int(line) if line.endswith(b"\n") else acknowledged
        _, err = running.communicate()
        timer.join()
        assert running.returncode == -signal.SIGKILL, err
        key = kept_signer(tmp_path)
        journal = SqlJournal(tmp_path / FILE, key, SecondPlace(tmp_path / "checkpoints.txt"))
        found, heard = looked_over(journal, key), sum(b'"heard"' in data for _, data in journal.entries())
        journal.close()
        assert found.findings == ()
        assert found.size >= acknowledged
        assert heard % 500 == 0
