"""How many entries a second the journal keeps, and how long a proof takes in a journal of a million.

    python bench/journal.py [ENTRIES]

Targets: 10,000 entries a second in batches, a proof in less than a millisecond at 1,000,000 entries. Every proof that
is timed is also verified. The times of SQLite are with `synchronous=FULL`: a batch is on disk when it is acknowledged.
Proofs are timed by the clock on the wall (median) and by the processor's time (median and 99th percentile), for the
late ones by the wall tell more about who else uses the machine.
"""

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ascolta.core.audit import Wrong, genuine
from ascolta.core.journal import Counted, Kind, NewEntry
from ascolta.core.merkle import extends, includes, leaf_hash
from ascolta.stores.checkpoints import SecondPlace, new_signer
from ascolta.stores.journal import FILE, MemoryJournal, SqlJournal

ENTRIES = 1_000_000
BATCHES = (1, 100, 1_000, 10_000, 50_000)
PROOFS = 2_000
TARGET_RATE, TARGET_MS = 10_000, 1.0


def main() -> None:
    """Print two tables; exit 1 if a target is missed."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES
    with tempfile.TemporaryDirectory() as place:
        rates = _rates(Path(place))
        journal = SqlJournal(Path(place) / FILE, new_signer(), SecondPlace(Path(place) / "checkpoints.txt"))
        proofs = _proofs(journal, most)
        journal.close()
    if rates < TARGET_RATE or proofs >= TARGET_MS:
        sys.exit("a target was missed")


def _rates(place: Path) -> float:
    """Entries a second by size of batch; the rate on disk at 10,000."""
    table = Table("entries a batch", "in memory, entries/s", "SQLite, entries/s", title="Appending")
    found = {}
    for size in BATCHES:
        count = min(100_000, max(200, 20 * size))
        disk = SqlJournal(place / f"{size}.db", new_signer(), SecondPlace(None))
        speeds = [
            _rate(journal.append, count, size) for journal in (MemoryJournal(new_signer(), SecondPlace(None)), disk)
        ]
        disk.close()
        found[size] = speeds[1]
        table.add_row(f"{size:,}", *(f"{speed:,.0f}" for speed in speeds))
    Console(width=100).print(table)
    return found[10_000]


def _rate(append: Callable[[Sequence[NewEntry]], range], count: int, size: int) -> float:
    batches = [_batch(start, size) for start in range(0, count, size)]
    start = time.perf_counter()
    for batch in batches:
        append(batch)
    return len(batches) * size / (time.perf_counter() - start)


def _proofs(journal: SqlJournal, most: int) -> float:
    """Milliseconds a proof: the slowest kind's median by the wall or 99th percentile by the processor."""
    for start in range(0, most, 50_000):
        journal.append(_batch(start, min(50_000, most - start)))
    size = journal.size()
    root = journal.root(size)
    chance = random.Random(1)
    seqs = [chance.randrange(size) for _ in range(PROOFS)]
    olds = {old: journal.root(old) for old in (chance.randrange(1, size) for _ in range(PROOFS))}
    rows = [
        ("inclusion", *_timed(journal.inclusion, [(seq, size) for seq in seqs])),
        ("inclusion, older tree", *_timed(journal.inclusion, [(old // 2, old) for old in olds])),
        ("consistency", *_timed(journal.consistency, [(old, size) for old in olds])),
        ("root", *_timed(lambda old, _: [journal.root(old)], [(old, size) for old in olds])),
    ]
    table = Table(
        "", "median, ms", "processor, ms", "its 99 %", "hashes", title=f"Proofs at {size:,} entries on SQLite"
    )
    for name, wall, own, longest in rows:
        figures = (statistics.median(wall), statistics.median(own), _late(own))
        table.add_row(name, *(f"{figure:.3f}" for figure in figures), str(longest))
    table.add_row("checkpoint, signed and written", f"{_once(lambda: journal.checkpoint(0)):.1f}")
    Console(width=100).print(table)
    print(_looked_over(journal))
    for seq in seqs:
        data = next(data for _, data in journal.entries(seq, seq + 1))
        _must(includes(leaf_hash(data), seq, size, journal.inclusion(seq, size), root))
    for old, before in olds.items():
        _must(extends((old, before), (size, root), journal.consistency(old, size)))
    return max(max(statistics.median(wall), _late(own)) for _, wall, own, _ in rows)


def _must(true: bool) -> None:
    if not true:
        sys.exit("a proof does not hold")


def _looked_over(journal: SqlJournal) -> str:
    start, own = time.perf_counter(), time.process_time()
    found = journal.audit(genuine("", new_signer().verifier))
    took, own = time.perf_counter() - start, time.process_time() - own
    _must([one.kind for one in found.findings] == [Wrong.MISSING])
    size = journal.path.stat().st_size / found.size
    speeds = f"{found.size / took:,.0f} entries/s ({took:.1f} s, {own:.1f} of the processor)"
    return f"verify: {speeds}; {size:.0f} bytes an entry on disk"


def _timed(
    prove: Callable[[int, int], list[bytes]], asked: Sequence[tuple[int, int]]
) -> tuple[list[float], list[float], int]:
    """Milliseconds by the wall and by the processor, and the longest proof."""
    wall, own, longest = list[float](), list[float](), 0
    for one, other in asked:
        start, busy = time.perf_counter(), time.thread_time()
        proof = prove(one, other)
        own.append(1_000 * (time.thread_time() - busy))
        wall.append(1_000 * (time.perf_counter() - start))
        longest = max(longest, len(proof))
    return wall, own, longest


def _once(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return 1_000 * (time.perf_counter() - start)


def _late(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=100)[98]


def _batch(start: int, size: int) -> list[NewEntry]:
    return [
        NewEntry(
            at=1_790_000_000 + number,
            kind=Kind.HEARD,
            brand="acme",
            case=number,
            rule="spoken-to",
            counts={Counted.REPLY: number % 7, Counted.SILENCE: number % 90},
            commitment=f"{number:064x}",
        )
        for number in range(start, start + size)
    ]


if __name__ == "__main__":
    main()
