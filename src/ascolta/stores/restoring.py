"""A store from a backup, without what was erased since: all is built beside its place, then put there at once.

What was erased after the backup is known from what is later than it: the journal names each case that went, the later
keys say which are gone, the later list says who refused. What nothing later tells of is counted and said.
"""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from ascolta.core.audit import Audit, Wrong, genuine
from ascolta.core.backup import Manifest, Since, since
from ascolta.core.checkpoint import Signer, signer
from ascolta.core.days import moment
from ascolta.core.journal import read as entry_of
from ascolta.core.reply import ReplyState
from ascolta.errors import StoreError
from ascolta.stores import advocates, backup, checkpoints, engine, journal
from ascolta.stores.advocates import Advocates
from ascolta.stores.catalogue import compared
from ascolta.stores.checkpoints import SecondPlace, read_checkpoints
from ascolta.stores.journal import SqlJournal
from ascolta.stores.later import applied
from ascolta.stores.sealed import unsealed
from ascolta.stores.sql import SqlStore

OLD = ".old"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be restored where. `later`: a folder with what is left of the later store, None if nothing is.

    `second` is the file of checkpoints; with `although_lost` a journal that lacks entries gives way to a new one.
    """

    backup: Path
    store: Path
    later: Path | None
    second: Path
    passphrase: str
    at: float
    although_lost: bool = False
    only_try: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What became of it, in numbers. `has_later` are the kinds of later knowledge that were there."""

    manifest: Manifest
    since: Since
    has_later: tuple[str, ...] = ()
    erased: int = 0
    expired: int = 0
    advocates: int = 0
    doubtful: int = 0
    lost: int = 0
    paused: tuple[str, ...] = ()


def restore(wanted: Wanted, brands: Sequence[str]) -> Restored:
    """Restore, or only try. All brands are paused: a person looks before anything is said. Raises StoreError."""
    _mend(wanted.store)
    made = backup.read(wanted.backup)
    _refuse_now(wanted, made)
    keys = _opened(wanted, made)
    partial = wanted.store.with_name(wanted.store.name + backup.PARTIAL)
    if wanted.only_try:
        with backup.saying(partial):
            backup.wipe(partial)
            partial.mkdir(parents=True, mode=0o700)
            try:
                return _built(wanted, made, keys, (partial, brands))
            finally:
                backup.wipe(partial)
    with backup.whole(partial, wanted.store, _put):
        return _built(wanted, made, keys, (partial, brands))


def idle(store: Path) -> None:
    """Raises StoreError while another program has a store open."""
    for name in (engine.FILE, journal.FILE):
        if not (store / name).is_file():
            continue
        try:
            with closing(sqlite3.connect(store / name, timeout=1, isolation_level=None)) as file:
                file.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise StoreError(f"{store}: the desk runs on this store; stop it first, then restore") from None
        except sqlite3.DatabaseError:
            continue


def _refuse_now(wanted: Wanted, made: Manifest) -> None:
    if wanted.at > made.until:
        raise StoreError(
            f"{wanted.backup}: this backup might be kept until {moment(made.until)}, when what is in it had to go; "
            "delete it, and restore a newer one"
        )
    if wanted.at < made.taken:
        raise StoreError(f"{wanted.backup}: this backup is from {moment(made.taken)}, later than now; set the clock")
    if wanted.store.exists() and not wanted.only_try:
        idle(wanted.store)


def _opened(wanted: Wanted, made: Manifest) -> dict[str, bytes]:
    try:
        data = (wanted.backup / backup.SEALED).read_bytes()
    except OSError as error:
        raise StoreError(f"{wanted.backup}: its keys cannot be read ({error.strerror})") from None
    return unsealed(wanted.passphrase, data, made.text)


def _built(wanted: Wanted, made: Manifest, keys: dict[str, bytes], to: tuple[Path, Sequence[str]]) -> Restored:
    """The store in its partial folder, with everything applied that is known by now."""
    partial, brands = to
    source = wanted.backup / backup.STORE
    for path in sorted(source.iterdir()):
        if path.name != journal.FILE:
            shutil.copyfile(path, partial / path.name)
            (partial / path.name).chmod(0o600)
    for name in backup.KEYS:
        if name in keys:
            backup.write(partial / name, keys[name])
    key = signer(keys[checkpoints.KEY].decode()) if checkpoints.KEY in keys else None
    found = _journal(wanted, made, partial, key)
    done = applied(wanted.later, partial, found.since, is_lost=found.lost > 0)
    found = replace(found, has_later=(*found.has_later, *done.has), erased=done.erased, advocates=done.advocates)
    found = _settled(wanted, found, partial, brands)
    odd = next(compared(partial), None)
    if odd is not None:
        raise StoreError(f"{wanted.backup}: what is in it is not as declared: {odd}; use another backup")
    return found


def _journal(wanted: Wanted, made: Manifest, partial: Path, key: Signer | None) -> Restored:
    """The newest journal that adds to that of the backup, looked over with its checkpoints, and what it tells."""
    later = wanted.later / journal.FILE if wanted.later is not None else None
    own = wanted.backup / backup.STORE / journal.FILE
    path = later if later is not None and later.is_file() else own
    found = Restored(manifest=made, since=Since(), has_later=("journal",) if path != own else ())
    if key is None or not own.is_file():
        return found
    if path != own:
        _refuse_other(path, own, made.entries)
    backup.copy(path, partial / journal.FILE)
    copied = SqlJournal(partial / journal.FILE)
    try:
        signed = _signed(wanted)
        audited = copied.audit(genuine(signed, key.verifier))
        told = since(entry_of(data) for _, data in copied.entries(made.entries))
    finally:
        copied.close()
    lost = _lost(wanted, audited)
    if lost:
        for one in partial.glob(f"{journal.FILE}*"):
            one.unlink()
    else:
        backup.write(partial / checkpoints.KEY, f"{key.text}\n".encode())
        backup.write(partial / checkpoints.PUBLIC, f"{key.verifier}\n".encode())
        if wanted.second.parent == wanted.store:
            backup.write(partial / wanted.second.name, signed.encode("utf-8", "surrogateescape"))
    return replace(found, since=told, lost=lost)


def _signed(wanted: Wanted) -> str:
    """The checkpoints at the second place; those of the backup if there are none."""
    second = read_checkpoints(wanted.second, missing_ok=True)
    return second or read_checkpoints(wanted.backup / backup.CHECKPOINTS, missing_ok=True)


def _refuse_other(later: Path, own: Path, entries: int) -> None:
    one, other = SqlJournal(later), SqlJournal(own)
    try:
        same = one.size() >= entries and one.root(entries) == other.root(entries)
    finally:
        one.close()
        other.close()
    if not same:
        raise StoreError(f"{later}: this journal does not add to that of the backup; name what is later with --later")


def _lost(wanted: Wanted, audited: Audit) -> int:
    """How many entries the checkpoints know that the journal lacks. Raises StoreError for whatever else is wrong."""
    if not audited.findings:
        return 0
    first = audited.findings[0]
    rolled = all(found.kind is Wrong.ROLLED_BACK for found in audited.findings)
    if not rolled or (first.last or 0) < audited.size:
        raise StoreError(f"the journal is not what was signed: {first.says}; run `ascolta journal verify` on it")
    lost = (first.last or 0) + 1 - audited.size
    if not wanted.although_lost:
        raise StoreError(
            f"the journal of the backup lacks its newest entries, {lost} of them signed, and with them what was erased "
            "since; name a folder with a later journal.db by --later, or go on without by --although-lost"
        )
    if wanted.second.parent != wanted.store and wanted.second.exists():
        raise StoreError(
            f"{wanted.second}: these checkpoints are of the journal that lacks entries; name a new file for the new "
            "journal in ASCOLTA_CHECKPOINTS, and keep this one"
        )
    return lost


def _settled(wanted: Wanted, found: Restored, partial: Path, brands: Sequence[str]) -> Restored:
    """What is over by date goes; answers that may be out already are asked about before they are said; all pause."""
    second = partial / wanted.second.name if wanted.second.parent == wanted.store else wanted.second
    kept = SqlStore(partial, SqlJournal(partial / journal.FILE, checkpoints.kept_signer(partial), SecondPlace(second)))
    people = Advocates(partial, kept.journal) if (partial / advocates.FILE).is_file() else None
    try:
        expired = kept.sweep(wanted.at)
        gone = people.sweep(wanted.at) if people is not None else 0
        waiting = _doubted(kept, wanted.at)
        for brand in brands:
            if not kept.paused(brand):
                kept.pause(brand, f"restored from a backup of {moment(found.manifest.taken)}", wanted.at)
    finally:
        if people is not None:
            people.close()
        kept.close()
    paused = tuple(brands)
    return replace(found, expired=expired, advocates=found.advocates + gone, doubtful=waiting, paused=paused)


def _doubted(kept: SqlStore, at: float) -> int:
    """Claim what waited to be said, so that its network is asked first, also where somebody was rewriting it."""
    waiting = kept.replies(ReplyState.APPROVED)
    for reply in waiting:
        case = kept.case(reply.case)
        if case is not None and case.writing(at):
            kept.hold(case.id, case.writer, at, 0.0)
    return sum(kept.claim(reply.key, at) is not None for reply in waiting)


def _mend(store: Path) -> None:
    """Finish what a crash left between two names: the old store comes back, or goes for good."""
    old = store.with_name(store.name + OLD)
    if old.exists() and store.exists():
        backup.wipe(old)
    elif old.exists():
        old.rename(store)


def _put(partial: Path, store: Path) -> None:
    """Put the new store in the old one's place; the old one is wiped."""
    old = store.with_name(store.name + OLD)
    if store.exists():
        store.rename(old)
    partial.rename(store)
    backup.wipe(old)
