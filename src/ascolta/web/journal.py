"""The journal as the desk shows it: its head, the last checkpoint, what was deleted on which day, whether it holds."""

import base64
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ascolta.core.audit import genuine
from ascolta.core.checkpoint import notes, opened
from ascolta.core.days import DAY
from ascolta.core.journal import BACKUP, Entry, Kind, read
from ascolta.core.saying import mark
from ascolta.errors import AscoltaError
from ascolta.ports import Journal
from ascolta.stores.conduct import Written, reading
from ascolta.stores.journal import MemoryJournal, SqlJournal

VERIFIED = 300_000
"""Entries that are verified at the desk at the most, which takes some ten seconds; beyond, the terminal does it."""

SIGNED = 4 * 2**20
"""Bytes of checkpoints that are verified with them, some twenty thousand of them."""

COUNTED = 500_000
"""Entries that are read at the most when what was deleted is counted for the first time."""

LAST = 12
"""Entries that stand on the page."""

DELETED = (Kind.REMOVED, Kind.EXPIRED, Kind.ERASED, Kind.REFUSED, Kind.EXPORTED)

_WANTED = frozenset(str(kind).encode() for kind in (*DELETED, Kind.CONFIGURED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """How far a journal is. `signed` entries are vouched for by its last checkpoint, of the time `signed_at`."""

    size: int = 0
    root: str = ""
    key: str = ""
    signed: int = 0
    signed_at: float | None = None
    is_elsewhere: bool = False
    entries: Sequence[tuple[int, Entry | None]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of the last look at the whole journal: when, by whom, how many entries, what is wrong with them."""

    at: float
    by: str
    size: int
    vouched: int
    findings: Sequence[str] = ()
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What was deleted, by day from 1970 (UTC) and kind; `backup` is when a copy was taken last.

    `whole` is False if the journal is longer than what was read of it.
    """

    by_day: Mapping[int, Mapping[Kind, int]]
    backup: float | None = None
    whole: bool = True


class Watched:
    """One journal. What was counted of it and how the last look ended is remembered as long as the program runs."""

    def __init__(self, journal: Journal | None) -> None:
        self.journal: Written | None = journal if isinstance(journal, SqlJournal | MemoryJournal) else None
        self.verdict: Verdict | None = None
        self._one_at_a_time, self._verifying = threading.Lock(), threading.Lock()
        self._days: dict[int, Counter[Kind]] = {}
        self._backup: float | None = None
        self._first, self._next = 0, 0

    def head(self) -> Head:
        """How far it is. Raises StoreError."""
        if self.journal is None:
            return Head()
        signer, second = self.journal.signer, self.journal.second
        with reading(self.journal) as own:
            size = own.size()
            last = second.last(signer.verifier) if signer is not None and second is not None else None
            noted = own.entry(last.size) if last is not None else None
            newest = [(seq, read(data)) for seq, data in own.entries(max(0, size - LAST), size)]
            root = base64.b64encode(own.root(size)).decode() if size else ""
        return Head(
            size=size,
            root=root,
            key=str(signer.verifier) if signer is not None else "",
            signed=last.size if last is not None else 0,
            signed_at=float(noted.at) if noted is not None and noted.kind is Kind.CHECKPOINTED else None,
            is_elsewhere=_is_elsewhere(self.journal),
            entries=newest[::-1],
        )

    def checkpoint(self) -> str:
        """The newest checkpoint, as text that other tools can read; empty if there is none. Raises StoreError."""
        if self.journal is None or self.journal.signer is None or self.journal.second is None:
            return ""
        key = self.journal.signer.verifier
        found = [note.text for note in notes(self.journal.second.text()) if note.whole]
        return next((text for text in reversed(found) if opened(text, key) is not None), "")

    def days(self) -> Days:
        """What was deleted on which day; only what came since is read again. Raises StoreError."""
        if self.journal is None:
            return Days(by_day={})
        with self._one_at_a_time, reading(self.journal) as own:
            size = own.size()
            if size < self._next or not self._next:
                self._days, self._backup = {}, None
                self._first = self._next = max(0, size - COUNTED)
            for _, data in own.entries(self._next, size):
                self._count(data)
            self._next = size
            return Days(
                by_day={day: dict(counts) for day, counts in self._days.items()},
                backup=self._backup,
                whole=self._first == 0,
            )

    def verify(self, by: str, at: float) -> Verdict:
        """Look all of it over, against its checkpoints. Raises AscoltaError where that is not to be done here."""
        if self.journal is None or self.journal.signer is None or self.journal.second is None:
            raise AscoltaError(mark("this desk has no journal; one is kept where the store lies in a folder"))
        if not self._verifying.acquire(blocking=False):
            raise AscoltaError(mark("the journal is being verified right now; wait for what comes of it"))
        try:
            signed = self.journal.second.text()
            with reading(self.journal) as own:
                if own.size() > VERIFIED or len(signed) > SIGNED:
                    raise AscoltaError(
                        mark("this journal is too long to be verified here; run `ascolta journal verify` on its folder")
                    )
                found = own.audit(genuine(signed, self.journal.signer.verifier))
        finally:
            self._verifying.release()
        says = [f"{one.kind}: {one.says}" for one in found.findings]
        self.verdict = Verdict(at=at, by=by, size=found.size, vouched=found.vouched, findings=says, more=found.more)
        return self.verdict

    def _count(self, data: bytes) -> None:
        if data.partition(b'"kind":"')[2].partition(b'"')[0] not in _WANTED:
            return
        entry = read(data)
        if entry is None:
            return
        if entry.kind in DELETED:
            self._days.setdefault(entry.at // DAY, Counter())[entry.kind] += 1
        elif entry.rule == BACKUP:
            self._backup = float(entry.at)


def _is_elsewhere(journal: Written) -> bool:
    """Whether the checkpoints lie in another folder than the journal."""
    second = journal.second.path if journal.second is not None else None
    here = journal.path.parent.resolve() if isinstance(journal, SqlJournal) else None
    return second is not None and second.parent.resolve() != here
