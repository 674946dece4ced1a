"""A copy of a store, taken while the desk runs: its databases, its brand files, and its keys under a passphrase.

Each database is copied as it stood at one moment (SQLite's backup). Cases before keys, so that every case of the copy
has its key unless it was erased meanwhile; checkpoints before the journal, so that the journal covers them.
"""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from ascolta.core.backup import VERSION, Manifest, manifest, until
from ascolta.errors import StoreError
from ascolta.stores import advocates, challenges, checkpoints, engine, journal, postgres, words
from ascolta.stores.alike import ANSWERED_FOR
from ascolta.stores.catalogue import FILES
from ascolta.stores.sealed import sealed

MANIFEST, SEALED, STORE, BRANDS, CHECKPOINTS = "manifest.json", "keys.sealed", "store", "brands", "checkpoints"
KEYS = ("keys.db", advocates.KEYS)
"""Databases of keys: copied in memory only, and written encrypted."""

LEFT_OUT = (challenges.FILE, words.FILE)
"""Not copied: opt-out codes are good for a day at the most, and the words of a week must not outlive it."""

PARTIAL = ".partial"
WORDS = (".yaml", ".yml", ".md", ".toml", ".txt")
"""Endings of the files that authors of a brand write; posts are none of them."""

LARGEST = 2**20
_TERMS = """
SELECT CASE WHEN sealed THEN expires - opened ELSE term END FROM cases
"""


def take(store: Path, brands: Mapping[str, Path], to: Path, sealing: tuple[str, float], second: Path) -> Manifest:
    """Copy a store and the folders of its brands to a new folder; `sealing` is the passphrase and now.

    `second` is the file of the journal's checkpoints. It comes into being whole or not at all. Raises StoreError.
    """
    if (store / postgres.FILE).exists():
        raise StoreError(f"{store}: the cases are in PostgreSQL; copy that database with pg_dump, and this folder")
    if not (store / "keys.db").is_file() or not (store / engine.FILE).is_file():
        raise StoreError(f"{store}: there is no store here; name it with --store")
    if to.exists():
        raise StoreError(f"{to}: this is there already; name a folder that is not")
    passphrase, at = sealing
    partial = to.with_name(to.name + PARTIAL)
    with whole(partial, to):
        keys = _copied(store, partial, second)
        for brand, folder in brands.items():
            _words(folder, partial / BRANDS / brand, store)
        terms = _terms(partial / STORE)
        made = Manifest(
            version=VERSION,
            taken=at,
            until=until(at, terms),
            entries=entries_of(partial / STORE / journal.FILE),
            files=digests(partial),
        )
        write(partial / SEALED, sealed(passphrase, keys, made.text))
        write(partial / MANIFEST, made.text)
    return made


def read(folder: Path) -> Manifest:
    """The manifest of a backup whose files are all as they were. Raises StoreError."""
    try:
        found = manifest((folder / MANIFEST).read_bytes()[:LARGEST])
        if found is None:
            raise StoreError(f"{folder}: its {MANIFEST} was changed or is of another version; use another backup")
        now = digests(folder)
    except OSError as error:
        raise StoreError(f"{folder}: there is no backup here that can be read ({error.strerror})") from None
    for name in sorted(found.files.keys() | now.keys()):
        if found.files.get(name) != now.get(name):
            raise StoreError(f"{folder}: {name} was changed, added or lost since the backup; use another one")
    return found


def reading(path: Path) -> sqlite3.Connection:
    """A database to read only."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30, isolation_level=None)


def copy(path: Path, to: Path) -> None:
    """Copy a database as it stands at one moment, without its log. Raises StoreError."""
    with saying(path), closing(reading(path)) as here, closing(sqlite3.connect(to, isolation_level=None)) as there:
        to.chmod(0o600)
        here.backup(there)
        there.execute("PRAGMA journal_mode = DELETE")
    _sync(to)


def held(path: Path) -> bytes:
    """The bytes of a database as it stands at one moment; they touch no disk. Raises StoreError."""
    with saying(path), closing(reading(path)) as here, closing(sqlite3.connect(":memory:")) as there:
        here.backup(there)
        return there.serialize()


def entries_of(path: Path) -> int:
    """How many entries a journal holds; 0 if there is none."""
    if not path.is_file():
        return 0
    found = journal.SqlJournal(path)
    try:
        return found.size()
    finally:
        found.close()


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of a backup but its manifest and its keys, which are bound to one another."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name: _digest(folder / name) for name in names if name not in (MANIFEST, SEALED)}


def write(path: Path, data: bytes) -> None:
    """A file that its owner alone may read, on disk before this returns."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def whole(partial: Path, to: Path, put: Callable[[Path, Path], object] = Path.rename) -> Iterator[None]:
    """A folder that comes into being whole: built beside its place, then put there. What a crash left is cleared."""
    with saying(to):
        wipe(partial)
        partial.mkdir(parents=True, mode=0o700)
        try:
            yield
            for path in [*partial.rglob("*"), partial]:
                _sync(path)
            put(partial, to)
            _sync(to.parent)
        except BaseException:
            wipe(partial)
            raise


def wipe(folder: Path) -> None:
    """Take a folder away, if it is there: its keys are overwritten first, as far as the disk does that in place."""
    for name in KEYS:
        path = folder / name
        if path.is_file():
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
    if folder.exists():
        shutil.rmtree(folder)


@contextmanager
def saying(path: Path) -> Iterator[None]:
    """Say in one sentence what a disk or a database refused."""
    try:
        yield
    except sqlite3.Error as error:
        full = "full" in str(error)
        said = "the disk is full; free some space and run again: nothing was kept" if full else f"not copied ({error})"
        raise StoreError(f"{path}: {said}") from None
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}; nothing was kept by halves") from None


def _copied(store: Path, partial: Path, second: Path) -> dict[str, bytes]:
    """Copy all databases but those of keys, which are given back with the journal's own key."""
    (partial / STORE).mkdir(mode=0o700)
    if second.is_file():
        write(partial / CHECKPOINTS, second.read_bytes())
    names = [name for name, file in FILES.items() if file.tables and name not in (*KEYS, *LEFT_OUT)]
    for name in sorted(names, key=lambda name: name == journal.FILE):
        if (store / name).is_file():
            copy(store / name, partial / STORE / name)
    keys = {name: held(store / name) for name in KEYS if (store / name).is_file()}
    if (store / checkpoints.KEY).is_file():
        keys[checkpoints.KEY] = (store / checkpoints.KEY).read_bytes()
    return keys


def _terms(store: Path) -> Sequence[float]:
    """For how long each of what is in a copy is kept, in seconds."""
    with saying(store), closing(reading(store / engine.FILE)) as file:
        terms = [float(term) for (term,) in file.execute(_TERMS)]
        answered = file.execute("SELECT 1 FROM people WHERE standing = 'answered' LIMIT 1").fetchone()
    people = store / advocates.FILE
    asked = False
    if people.is_file():
        with saying(people), closing(reading(people)) as file:
            asked = file.execute("SELECT 1 FROM advocates LIMIT 1").fetchone() is not None
    return [*terms, *([ANSWERED_FOR] if answered or asked else [])]


def _words(folder: Path, to: Path, store: Path) -> None:
    """Copy what the authors of a brand wrote; files of posts and the store itself are not among it."""
    for path in sorted(folder.rglob("*")):
        own = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in own.parts)
        if hidden or path.is_symlink() or not path.is_file() or path.is_relative_to(store):
            continue
        if path.suffix in WORDS and path.stat().st_size <= LARGEST:
            write(to / own, path.read_bytes())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
