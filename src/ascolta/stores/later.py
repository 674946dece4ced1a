"""What a later store knows is applied to one that comes from a backup: who went, who refused, who works at the desk."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ascolta.core.backup import Since
from ascolta.stores import accounts, advocates, backup, cases, engine, schema
from ascolta.stores.advocates import Advocates
from ascolta.stores.seal import INSTALLATION, Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """How many cases and advocates went, and which kinds of later knowledge there were."""

    erased: int = 0
    advocates: int = 0
    has: tuple[str, ...] = ()


def applied(later: Path | None, restored: Path, told: Since, *, is_lost: bool) -> Applied:
    """Erase what is known to be gone by now, and take over the lists of the later store. Raises StoreError.

    `told` is what the journal tells of the time since; `is_lost` that it does not tell all.
    """
    left, erased = _cases(later, restored, told)
    has = ["keys"] if left else []
    if left and _people(later, restored):
        has.append("refusals")
    if _accounts(later, restored):
        has.append("accounts")
    gone = _advocates(later, restored, is_doubtful=told.advocates > 0 or is_lost)
    return Applied(erased=erased, advocates=gone, has=tuple(has))


def _cases(later: Path | None, restored: Path, told: Since) -> tuple[bool, int]:
    """Erase the cases that went, by the later keys or by the journal; whether there were later keys, and how many."""
    keys = Keys(restored / "keys.db")
    try:
        left = _left(later, "keys.db", keys.installation)
        database = engine.opened(restored)
        with engine.saying(), database.begin() as db:
            rows = db.execute(schema.cases.select()).all()
            numbers = [
                row.id for row in rows if row.id in told.gone or (left is not None and bytes(row.ref) not in left)
            ]
            for start in range(0, len(numbers), 500):
                cases.erase(db, keys, schema.cases.c.id.in_(numbers[start : start + 500]))
        engine.clean(database)
        database.dispose()
    finally:
        keys.close()
    return left is not None, len(numbers)


def _advocates(later: Path | None, restored: Path, *, is_doubtful: bool) -> int:
    """Let go of advocates who went; where some did and nobody can say who, of all. How many.

    Where the later store has its own file of them it is taken over, with whom it asked and briefed since.
    """
    if not (restored / advocates.KEYS).is_file() or not (restored / advocates.FILE).is_file():
        return 0
    keys, people = Keys(restored / advocates.KEYS), Advocates(restored)
    try:
        left = _left(later, advocates.KEYS, keys.installation)
        refs = [one.ref for one in people.all()]
        gone = [ref for ref in refs if (is_doubtful if left is None else bytes.fromhex(ref) not in left)]
        for ref in gone:
            people.drop(ref)
    finally:
        people.close()
        keys.close()
    if later is not None and left is not None and _is_sound(later / advocates.FILE):
        for name in (advocates.FILE, advocates.KEYS):
            (restored / name).unlink()
            backup.copy(later / name, restored / name)
    return len(gone)


def _left(later: Path | None, name: str, installation: bytes) -> set[bytes] | None:
    """The names of the keys that the later store still has; None if that cannot be told, or it is another's."""
    if later is None or not (later / name).is_file():
        return None
    try:
        with closing(backup.reading(later / name)) as file:
            found = {bytes(ref): bytes(key) for ref, key in file.execute("SELECT ref, key FROM keys")}
    except sqlite3.Error:
        return None
    return found.keys() - {INSTALLATION} if found.get(INSTALLATION) == installation else None


def _people(later: Path | None, restored: Path) -> bool:
    """Take over who refused, said stop or was answered, as the later store has it; whether it could be read."""
    if later is None or not (later / engine.FILE).is_file():
        return False
    try:
        with closing(backup.reading(later / engine.FILE)) as file:
            rows = file.execute("SELECT standing, brand, tag, at FROM people").fetchall()
    except sqlite3.Error:
        return False
    with backup.saying(restored), closing(_writing(restored / engine.FILE)) as file:
        file.execute("BEGIN IMMEDIATE")
        file.execute("DELETE FROM people")
        file.executemany("INSERT INTO people (standing, brand, tag, at) VALUES (?, ?, ?, ?)", rows)
        file.execute("COMMIT")
        file.execute("VACUUM")
    return True


def _accounts(later: Path | None, restored: Path) -> bool:
    """Take over who may log in now; else all sessions and links of the backup end. Whether there was a later file."""
    path = later / accounts.FILE if later is not None else None
    if path is not None and _is_sound(path):
        (restored / accounts.FILE).unlink(missing_ok=True)
        backup.copy(path, restored / accounts.FILE)
        return True
    if (restored / accounts.FILE).is_file():
        with backup.saying(restored), closing(_writing(restored / accounts.FILE)) as file:
            for table in ("links", "sessions"):
                file.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
            file.execute("VACUUM")
    return False


def _is_sound(path: Path) -> bool:
    if not path.is_file():
        return False
    try:
        with closing(backup.reading(path)) as file:
            return bool(file.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


def _writing(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=30, isolation_level=None)
    file.execute("PRAGMA secure_delete = ON")
    return file
