"""SQLite FTS5: an index in memory of each batch of posts, and every query asked of it."""

import sqlite3
from collections.abc import Iterator, Sequence

from bench.matching.engines import Inside, Pairs
from bench.matching.translate import Said, Stored

from ascolta.core.query import Near, Query
from ascolta.core.word import head, is_plain

_TABLE = """CREATE VIRTUAL TABLE post USING fts5(said, content='', tokenize="ascii tokenchars '_'")"""
_ASK = "SELECT rowid FROM post WHERE post MATCH ?"


class Fts5:
    """Says a query in FTS5's language."""

    def words(self, patterns: tuple[str, ...]) -> Said[str]:
        """A wildcard may only stand at the end of a word."""
        if all(is_plain(one) for one in patterns):
            return Said('"' + " ".join(patterns) + '"')
        parts = [f'"{head(one)}"' + ("" if is_plain(one) else "*") for one in patterns if head(one)]
        exact = len(patterns) == 1 and patterns[0] == head(patterns[0]) + "*"
        return Said(" AND ".join(parts) if len(parts) < 2 else f"({' AND '.join(parts)})", exact) if parts else _NOTHING

    def near(self, left: tuple[str, ...], right: tuple[str, ...], near: Near) -> Said[str]:
        """NEAR knows no order, counts the words between, and lets two phrases share a word."""
        if not all(is_plain(one) for one in left + right):
            return Said(f"({self.words(left).text} AND {self.words(right).text})", exact=False)
        both = f'NEAR("{" ".join(left)}" "{" ".join(right)}", {near.within - 1})'
        return Said(both, exact=not near.ordered and not set(left) & set(right))

    def every(self, wanted: list[str], unwanted: list[str]) -> str:
        """NOT stands between two."""
        found = " AND ".join(wanted)
        return f"(({found}) NOT ({' OR '.join(unwanted)}))" if unwanted else f"({found})"

    def any(self, parts: list[str]) -> str:
        """OR."""
        return f"({' OR '.join(parts)})"


_NOTHING: Said[str] = Said(None, exact=False)


class Sqlite(Inside):
    """One index a batch."""

    def ready(self, queries: Sequence[Query]) -> None:
        """Translate."""
        self.stored = Stored.of(queries, Fts5())

    def pairs(self, texts: Sequence[str]) -> Pairs:
        """Index the batch, ask every query."""
        database = sqlite3.connect(":memory:")
        try:
            database.execute(_TABLE)
            database.executemany("INSERT INTO post (rowid, said) VALUES (?, ?)", enumerate(texts))
            return self.stored.settle(texts, self._found(database))
        finally:
            database.close()

    def put(self, place: int, query: Query) -> None:
        """Translate one."""
        self.stored.put(place, query)

    def _found(self, database: sqlite3.Connection) -> Iterator[tuple[int, int]]:
        for place, said in enumerate(self.stored.said):
            for (row,) in database.execute(_ASK, (said,)):
                yield row, place


def missing() -> str:
    """Why it cannot be tried, or nothing."""
    try:
        sqlite3.connect(":memory:").execute(_TABLE)
    except sqlite3.OperationalError:
        return "this Python's SQLite was built without FTS5"
    return ""
