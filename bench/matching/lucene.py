"""Lucene Monitor, the engine of percolators, as a program of its own that is spoken to line by line."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.matching.engines import Inside, Pairs
from bench.matching.translate import Said, Stored

from ascolta.core.query import Near, Query
from ascolta.core.word import is_plain

PROGRAM = Path(__file__).with_name("LuceneMonitor.java")
JAR = "LUCENE_MONITOR_JAR"


class Lines:
    """Says a query as words before their operands, which LuceneMonitor.java reads."""

    def words(self, patterns: tuple[str, ...]) -> Said[str]:
        """Words with wildcards stand beside each other anywhere."""
        if all(is_plain(one) for one in patterns):
            return Said(
                f"phrase 0 {len(patterns)} {' '.join(patterns)}" if len(patterns) > 1 else f"word {patterns[0]}"
            )
        parts = [f"{'word' if is_plain(one) else 'wild'} {one}" for one in patterns]
        return Said(parts[0]) if len(parts) == 1 else Said(self.every(parts, []), exact=False)

    def near(self, left: tuple[str, ...], right: tuple[str, ...], near: Near) -> Said[str]:
        """A sloppy phrase in each direction, which also lets the words change places if they are very near."""
        if len(left) + len(right) > 2 or left == right or not is_plain(left[0]) or not is_plain(right[0]):
            parts = [part for part in (self.words(left).text, self.words(right).text) if part is not None]
            return Said(self.every(parts, []), exact=False)
        forth, back = (
            f"phrase {near.within - 1} 2 {one[0]} {other[0]}" for one, other in ((left, right), (right, left))
        )
        return Said(forth, exact=False) if near.ordered else Said(self.any([forth, back]))

    def every(self, wanted: list[str], unwanted: list[str]) -> str:
        """How many are wanted, how many are not, and all of them."""
        return " ".join([f"all {len(wanted)} {len(unwanted)}", *wanted, *unwanted])

    def any(self, parts: list[str]) -> str:
        """How many, and all of them."""
        return " ".join([f"any {len(parts)}", *parts])


class Lucene(Inside):
    """The program; the time of talking to it is part of what is measured."""

    def __init__(self) -> None:
        self.program: subprocess.Popen[str] | None = None

    def ready(self, queries: Sequence[Query]) -> None:
        """Start the program, give it the queries."""
        self.stored = Stored.of(queries, Lines())
        command = ["java", "-XX:+UseSerialGC", "-Xmx4g", "-cp", os.environ[JAR], str(PROGRAM)]
        self.program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        self._tell(f"put {len(queries)}", (f"{place} {said}" for place, said in enumerate(self.stored.said)))

    def pairs(self, texts: Sequence[str]) -> Pairs:
        """Send the batch, read what was found."""
        lines = self._tell(f"match {len(texts)}", iter(texts))
        return self.stored.settle(texts, ((int(row), int(place)) for row, place in map(str.split, lines)))

    def put(self, place: int, query: Query) -> None:
        """Register one again."""
        self.stored.put(place, query)
        self._tell("put 1", iter([f"{place} {self.stored.said[place]}"]))

    def beside(self) -> int:
        """The program."""
        return self.program.pid if self.program else 0

    def _tell(self, order: str, lines: Iterator[str]) -> list[str]:
        if self.program is None or self.program.stdin is None or self.program.stdout is None:
            raise ValueError("the program was not started")
        write, read = self.program.stdin, self.program.stdout
        write.write("\n".join([order, *lines]) + "\n")
        write.flush()
        return [read.readline() for _ in range(int(read.readline()))]

    def close(self) -> None:
        """Stop it."""
        if self.program:
            self.program.kill()
            self.program.communicate()


def missing() -> str:
    """Why it cannot be tried, or nothing."""
    if not os.environ.get(JAR):
        return f"{JAR} does not name the jars of lucene-monitor and what it needs"
    return "" if shutil.which("java") else "there is no java here"
