"""`ascolta journal` as its user meets it."""

import base64
import json
import sqlite3
from pathlib import Path

import pytest

from ascolta import bootstrap
from ascolta.cli import journal as command
from ascolta.core.journal import Counted, Kind, NewEntry
from ascolta.core.merkle import includes, leaf_hash
from ascolta.stores.checkpoints import SecondPlace, kept_signer
from ascolta.stores.journal import FILE, SqlJournal
from tests.cli.running import ascolta


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store's folder with a journal of 14 entries and checkpoints of 6 and 13 elsewhere."""
    store = tmp_path / "brand" / ".ascolta"
    journal = SqlJournal(store / FILE, kept_signer(store), SecondPlace(tmp_path / "checkpoints.txt"))
    for _ in range(2):
        journal.append([
            NewEntry(at=1_790_000_000, kind=Kind.HEARD, brand="acme", counts={Counted.SILENCE: 9}),
            NewEntry(at=1_790_000_000, kind=Kind.OPENED, brand="acme", case=4, rule="spoken-to"),
            *[NewEntry(at=1_790_000_060, kind=Kind.UNSEALED, brand="acme", case=4, commitment="ab" * 32)] * 4,
        ])  # fmt: skip
        journal.checkpoint(1_790_000_100)
    journal.close()
    return tmp_path / "brand"


def tampered(folder: Path, statement: str) -> None:
    """Change the file from outside."""
    file = sqlite3.connect(folder / ".ascolta" / FILE, isolation_level=None)
    for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        file.execute(f"DROP TRIGGER {name}")
    file.execute(statement)
    file.close()


def test_the_journal_is_looked_for_where_stores_lie() -> None:
    """The folder that the command looks into is the one that the store is made in."""
    assert command.STORE == bootstrap.STORE


def test_a_sound_journal_verifies(folder: Path) -> None:
    """`verify` says what it looked at, and exits with 0; without checkpoints it says what it cannot see."""
    said = ascolta("journal", "verify", folder, "--checkpoints", folder.parent / "checkpoints.txt")
    assert (said.code, said.err) == (0, "")
    assert "14 entries, none changed" in said.out
    assert "13 entries vouched for, 1 came after" in said.out
    alone = ascolta("journal", "verify", folder / ".ascolta")
    assert alone.code == 0
    assert "not looked at" in alone.out
    told = ascolta("journal", "verify", folder, "-c", folder.parent / "checkpoints.txt", "--json").json
    assert (told["intact"], told["entries"], told["findings"]) == (True, 14, [])
    assert told["checkpoints"] == {"genuine": 2, "vouched": 13, "unfinished": False}


@pytest.mark.parametrize(
    ("statement", "kind", "entry"),
    [
        ("UPDATE entries SET entry = replace(entry, '\"case\":4', '\"case\":5') WHERE seq = 8", "changed", 8),
        ("DELETE FROM entries WHERE seq = 3", "cut", 3),
        ("UPDATE entries SET entry = (SELECT entry FROM entries WHERE seq = 2) WHERE seq = 9", "swapped", 9),
        ("UPDATE hashes SET hash = zeroblob(32) WHERE place = 2", "changed", 0),
    ],
)
def test_tampering_is_told_with_its_entry_and_kind(folder: Path, statement: str, kind: str, entry: int) -> None:
    """Exit code 1, the kind and the entry, for people and for scripts."""
    tampered(folder, statement)
    said = ascolta("journal", "verify", folder)
    assert said.code == 1
    assert f"✗ {kind}: entry {entry} " in said.out
    told = ascolta("journal", "verify", folder, "--json")
    assert told.code == 1
    assert [(one["kind"], one["entry"]) for one in told.json["findings"]] == [(kind, entry)]


def test_a_rollback_and_a_forged_checkpoint_are_told(folder: Path) -> None:
    """An older journal passes alone and not against the second place; a changed checkpoint is forged and missing."""
    path, notes = folder / ".ascolta" / FILE, folder.parent / "checkpoints.txt"
    older = SqlJournal(path.with_name("older.db"), kept_signer(path.parent), SecondPlace(None))
    older.append([NewEntry(at=0, kind=Kind.STARTED)])
    older.close()
    kept = path.read_bytes()
    path.write_bytes(path.with_name("older.db").read_bytes())
    assert ascolta("journal", "verify", folder).code == 0
    said = ascolta("journal", "verify", folder, "--checkpoints", notes, "--json")
    assert said.code == 1
    assert [one["kind"] for one in said.json["findings"]] == ["rolled back"]
    path.write_bytes(kept)
    notes.write_text(notes.read_text(encoding="utf-8").replace("\n6\n", "\n5\n"), encoding="utf-8")
    told = ascolta("journal", "verify", folder, "--checkpoints", notes, "--json").json
    assert [one["kind"] for one in told["findings"]] == ["checkpoint missing", "checkpoint forged"]


def test_entries_are_shown(folder: Path) -> None:
    """`show` gives the newest entries, oldest first, and those of a case, a kind or a brand; --json as JSON lines."""
    said = ascolta("journal", "show", folder, "--last", "3")
    assert [line.split()[0] for line in said.out.splitlines()] == ["11", "12", "13"]
    assert "checkpointed" in said.out
    assert "2026-09-21T" in said.out
    opened = ascolta("journal", "show", folder, "--case", "4", "--kind", "opened", "--json").lines
    assert [(line["seq"], line["rule"]) for line in opened] == [(1, "spoken-to"), (8, "spoken-to")]
    assert ascolta("journal", "show", folder, "--brand", "other").out == "no entries\n"
    tampered(folder, "UPDATE entries SET entry = 'x' WHERE seq = 5")
    broken = ascolta("journal", "show", folder)
    assert (broken.code, "5  cannot be read" in broken.out) == (1, True)


def test_an_entry_is_proved(folder: Path) -> None:
    """The proof that `prove` prints holds under the newest checkpoint, and as tlog-proof text too."""
    notes = folder.parent / "checkpoints.txt"
    told = ascolta("journal", "prove", "8", folder, "--checkpoints", notes, "--json").json
    path = [base64.b64decode(one) for one in told["proof"]]
    leaf, root = leaf_hash(told["entry"].encode()), base64.b64decode(told["root"])
    assert (told["size"], told["holds"]) == (13, True)
    assert includes(leaf, 8, 13, path, root)
    assert json.loads(told["entry"])["case"] == 4
    first, index, *rest = told["tlog_proof"].split("\n")
    assert (first, index) == ("c2sp.org/tlog-proof@v1", "index 8")
    assert rest[: len(path) + 1] == [*told["proof"], ""]
    assert told["tlog_proof"].endswith(told["checkpoint"])
    said = ascolta("journal", "prove", "8", folder)
    assert (said.code, "✓ entry 8 stands there" in said.out) == (0, True)
    tampered(folder, "UPDATE entries SET entry = replace(entry, 'acme', 'acne') WHERE seq = 8")
    broken = ascolta("journal", "prove", "8", folder, "--checkpoints", notes)
    assert broken.code == 1
    assert "entry 8 is not what the root vouches for" in broken.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("verify", "nowhere"), "nowhere: there is no journal.db"),
        (("verify", "brand", "--checkpoints", "gone.txt"), "gone.txt"),
        (("verify", "brand", "--key", "nonsense"), "no public key"),
        (("prove", "99", "brand"), "there is no entry 99"),
        (("prove", "13", "brand", "--checkpoints", "checkpoints.txt"), "no checkpoint by this key covers entry 13"),
        (("show", "damaged"), "damaged"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(folder: Path, words: tuple[str, ...], said: str) -> None:
    """Exit code 2 and one sentence on standard error."""
    damaged = folder.parent / "damaged"
    damaged.mkdir()
    (damaged / FILE).write_bytes(b"no database" * 500)
    ended = ascolta("journal", *words, cwd=folder.parent)
    assert ended.code == 2
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_the_key_that_was_written_down_counts(folder: Path) -> None:
    """With --key a key that was exchanged in the folder does not help; the checkpoints are then by another."""
    store, notes = folder / ".ascolta", folder.parent / "checkpoints.txt"
    mine = (store / "journal.pub").read_text(encoding="utf-8").strip()
    for name in ("journal.key", "journal.pub"):
        (store / name).unlink()
    kept_signer(store)
    said = ascolta("journal", "verify", folder, "--checkpoints", notes, "--key", mine)
    assert said.code == 0
    other = ascolta("journal", "verify", folder, "--checkpoints", notes, "--json")
    assert other.code == 1
    assert {one["kind"] for one in other.json["findings"]} == {"checkpoint forged", "checkpoint missing"}
