"""Looking a whole journal over: what was changed, cut, swapped, rolled back or forged, and at which entry.

Three witnesses are compared: the entries, the hashes that were kept of them, and the checkpoints at a second place. A
careless hand is betrayed by the hashes; one that made all hashes anew, by the first checkpoint that no longer fits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ascolta.core.checkpoint import Checkpoint, Verifier, notes, opened
from ascolta.core.journal import Counted, Entry, Kind, read
from ascolta.core.merkle import Range, leaf_hash, place

MOST = 100
"""Findings that are told; more are only counted."""


class Wrong(StrEnum):
    """What may be wrong with a journal."""

    CHANGED = "changed"
    CUT = "cut"
    SWAPPED = "swapped"
    ROLLED_BACK = "rolled back"
    MISSING = "checkpoint missing"
    FORGED = "checkpoint forged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, with the first and last entry that it may touch; None where it is about none."""

    kind: Wrong
    says: str
    entry: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoints:
    """What a file of checkpoints held: those that are genuine, what is wrong, and whether its end is unfinished."""

    genuine: tuple[Checkpoint, ...] = ()
    findings: tuple[Finding, ...] = ()
    unfinished: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What came of looking a journal over. `vouched` is how many entries the newest checkpoint that fits covers."""

    size: int
    root: bytes
    findings: tuple[Finding, ...]
    more: int
    vouched: int


def genuine(text: str, key: Verifier) -> Checkpoints:
    """Read a file of checkpoints. A last piece that breaks off is what a crash leaves, and no forgery."""
    found, wrong, unfinished = list[Checkpoint](), list[Finding](), False
    for note in notes(text):
        checkpoint = opened(note.text, key) if note.whole else None
        if checkpoint is not None:
            found.append(checkpoint)
        elif note.whole:
            says = f"the checkpoint at line {note.line} was not signed by this journal's key as it stands"
            wrong.append(Finding(kind=Wrong.FORGED, says=says))
        else:
            unfinished = True
    return Checkpoints(genuine=tuple(found), findings=tuple(wrong), unfinished=unfinished)


def audit(
    entries: Iterable[tuple[int, bytes]], hashes: Iterable[tuple[int, bytes]], checkpoints: Checkpoints | None
) -> Audit:
    """Compare entries by number, hashes by place and checkpoints; None for checkpoints looks at the journal alone."""
    looking = _Looking(checkpoints)
    rows, kept = _Column(entries), _Column(hashes)
    while not (rows.ended and kept.ended) and not looking.lost:
        looking.entry(rows, kept)
    looking.end(rows.strays + kept.strays)
    findings = [*looking.findings, *(checkpoints.findings if checkpoints else ())]
    return Audit(
        size=looking.range.size,
        root=looking.range.root,
        findings=tuple(findings[:MOST]),
        more=max(0, len(findings) - MOST) + looking.more,
        vouched=looking.vouched,
    )


class _Column:
    """Numbered values in order, of which some may be gone."""

    def __init__(self, rows: Iterable[tuple[int, bytes]]) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)
        self.strays = 0

    @property
    def ended(self) -> bool:
        return self._next is None

    def take(self, number: int) -> bytes | None:
        """The value of a number; None if it is gone. Numbers are asked for in order."""
        while self._next is not None and self._next[0] < number:
            self.strays += 1
            self._next = next(self._rows, None)
        if self._next is None or self._next[0] > number:
            return None
        value = self._next[1]
        self._next = next(self._rows, None)
        return value


class _Looking:
    """The way through a journal, entry after entry."""

    def __init__(self, checkpoints: Checkpoints | None) -> None:
        self.range, self.findings, self.more, self.vouched, self.lost = Range(), list[Finding](), 0, 0, False
        self._told_until = -1
        self._said: dict[int, int] = {}
        self._signed = None if checkpoints is None else _by_size(checkpoints.genuine)
        self._misfit = 0

    def entry(self, rows: _Column, kept: _Column) -> None:
        """Look at the next entry and at what it finishes."""
        seq = self.range.size
        data, own = rows.take(seq), kept.take(place(0, seq))
        if data is None and own is None:
            self.lost = True
            self._tell(Wrong.CUT, seq, "is gone, and so is its hash; what follows cannot be looked at")
            return
        computed = leaf_hash(data) if data is not None else b""
        if data is None:
            self._tell(Wrong.CUT, seq, "is gone")
        else:
            self._look(seq, read(data), fits=computed == own)
        self.range, finished = self.range.grown([own if own is not None else computed])
        for level, top in enumerate(finished[1:], 1):
            if kept.take(place(level, seq >> level)) != top and self._told_until < (seq >> level) << level:
                first = (seq >> level) << level
                self._tell(Wrong.CHANGED, seq, f"or one since entry {first}: the hash over them does not fit", first)
        self._compare()

    def end(self, strays: int) -> None:
        """What can be said only once all was seen."""
        if strays:
            says = f"{strays} rows of the journal belong to no entry"
            self.findings.insert(0, Finding(kind=Wrong.CHANGED, says=says))
        if self._signed is None:
            return
        if self._misfit:
            self._tell_misfit(self._misfit, self._signed[self._misfit])
        size, beyond = self.range.size, max(self._signed, default=0)
        if beyond > size and not any(found.kind is Wrong.CUT for found in self.findings):
            says = f"and later ones are not vouched for: a checkpoint of {beyond} was signed, and there are only {size}"
            self._tell(Wrong.ROLLED_BACK, size, says, self.vouched, beyond - 1)
        for covered, seq in self._said.items():
            if covered not in self._signed:
                self._tell(Wrong.MISSING, seq, f"speaks of a checkpoint of {covered} entries that is not to be found")

    def _tell_misfit(self, size: int, roots: set[bytes]) -> None:
        """A journal that knows the checkpoint was changed; one that does not went on from an older state of itself."""
        kind = Wrong.CHANGED if size in self._said else Wrong.ROLLED_BACK
        says = f"or a later one up to {size - 1} is not what the checkpoint of {size} entries vouches for"
        if len(roots) > 1:
            kind, says = Wrong.FORGED, f"or a later one up to {size - 1}: checkpoints of {size} entries disagree"
        self._tell(kind, self.vouched, says, self.vouched, size - 1)

    def _look(self, seq: int, entry: Entry | None, *, fits: bool) -> None:
        if entry is not None and entry.seq != seq:
            self._tell(Wrong.SWAPPED, seq, f"is not in its place: entry {entry.seq} stands there")
        elif entry is None or not fits:
            self._tell(Wrong.CHANGED, seq, "does not fit its hash" if entry else "cannot be read as an entry")
        elif entry.kind is Kind.CHECKPOINTED:
            self._said[entry.counts.get(Counted.ENTRIES, 0)] = seq

    def _compare(self) -> None:
        size = self.range.size
        roots = self._signed.get(size) if self._signed else None
        if not roots:
            return
        if self._misfit == 0 and roots == {self.range.root}:
            self.vouched = size
        else:
            self._misfit = self._misfit or size

    def _tell(self, kind: Wrong, seq: int, says: str, first: int | None = None, last: int | None = None) -> None:
        start, end = seq if first is None else first, seq if last is None else last
        self._told_until = max(self._told_until, seq)
        before = self.findings[-1] if self.findings else None
        if before is not None and before.kind is kind is Wrong.CUT and before.last == seq - 1 and not self.lost:
            start, says = before.entry or 0, f"to {seq} are gone"
            self.findings.pop()
        if len(self.findings) < MOST:
            self.findings.append(Finding(kind=kind, says=f"entry {start} {says}", entry=start, last=end))
        else:
            self.more += 1


def _by_size(checkpoints: Sequence[Checkpoint]) -> dict[int, set[bytes]]:
    found: dict[int, set[bytes]] = {}
    for checkpoint in checkpoints:
        found.setdefault(checkpoint.size, set()).add(checkpoint.root)
    return found
