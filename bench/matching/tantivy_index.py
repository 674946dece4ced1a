"""Tantivy: an index in memory of each batch of posts, and every query asked of it."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bench.matching.engines import Inside, Pairs, absent, load
from bench.matching.translate import Said, Stored

from ascolta.core.query import Near, Query
from ascolta.core.word import is_plain

HEAP, HITS = 100_000_000, 1_000


class Tongue:
    """Makes tantivy's query objects; without scores, which is what it does fastest."""

    def __init__(self) -> None:
        self.tantivy = load("tantivy")
        builder = self.tantivy.SchemaBuilder()
        builder.add_text_field("said", stored=False, tokenizer_name="spaces", index_option="position")
        self.schema = builder.build()
        self.make = self.tantivy.Query

    def words(self, patterns: tuple[str, ...]) -> Said[Any]:
        """Words with wildcards are regular expressions; in a phrase they stand beside each other anywhere."""
        if not all(is_plain(one) for one in patterns):
            parts = [self._word(one) for one in patterns]
            return Said(parts[0]) if len(parts) == 1 else Said(self.every(parts, []), exact=False)
        if len(patterns) == 1:
            return Said(self._word(patterns[0]))
        return Said(self.make.phrase_query(self.schema, "said", list(patterns)))

    def near(self, left: tuple[str, ...], right: tuple[str, ...], near: Near) -> Said[Any]:
        """A sloppy phrase in each direction, which also lets the words change places if they are very near."""
        if len(left) + len(right) > 2 or left == right or not is_plain(left[0]) or not is_plain(right[0]):
            return Said(self.every([self.words(left).text, self.words(right).text], []), exact=False)
        forth, back = (self._phrase([*one, *other], near) for one, other in ((left, right), (right, left)))
        return Said(forth, exact=False) if near.ordered else Said(self.any([forth, back]))

    def every(self, wanted: list[Any], unwanted: list[Any]) -> Any:
        """Must and must not."""
        must, out = self.tantivy.Occur.Must, self.tantivy.Occur.MustNot
        return self.make.boolean_query([*((must, part) for part in wanted), *((out, part) for part in unwanted)])

    def any(self, parts: list[Any]) -> Any:
        """Should."""
        return self.make.boolean_query([(self.tantivy.Occur.Should, part) for part in parts])

    def _word(self, pattern: str) -> Any:
        if is_plain(pattern):
            return self.make.term_query(self.schema, "said", pattern)
        spelled = "".join({"*": ".*", "?": "."}.get(char) or re.escape(char) for char in pattern)
        return self.make.regex_query(self.schema, "said", spelled)

    def _phrase(self, words: list[str], near: Near) -> Any:
        return self.make.phrase_query(self.schema, "said", words, slop=near.within - 1)


class Tantivy(Inside):
    """One index a batch; `counting`: only how many posts each query finds."""

    def __init__(self, *, counting: bool) -> None:
        self.counting = counting
        self.counts: list[int | None] | None = None

    def ready(self, queries: Sequence[Query]) -> None:
        """Translate."""
        self.tongue = Tongue()
        tantivy = self.tongue.tantivy
        self.spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self.stored = Stored[Any].of(queries, self.tongue)
        self.plain = [self._unscored(said) for said in self.stored.said]

    def pairs(self, texts: Sequence[str]) -> Pairs:
        """Index the batch, ask every query."""
        searcher = self._indexed(texts)
        if self.counting:
            counts = [self._count(searcher, query) for query in self.plain]
            told = zip(counts, self.stored.exact, strict=True)
            self.counts = [counted if exact else None for counted, exact in told]
            return [], []
        return self.stored.settle(texts, self._found(searcher))

    def put(self, place: int, query: Query) -> None:
        """Translate one."""
        self.stored.put(place, query)
        self.plain[place] = self._unscored(self.stored.said[place])

    def _unscored(self, query: Any) -> Any:
        return self.tongue.make.const_score_query(query, 1.0)

    def _indexed(self, texts: Sequence[str]) -> Any:
        tantivy = self.tongue.tantivy
        index = tantivy.Index(self.tongue.schema)
        index.register_tokenizer("spaces", self.spaces)
        writer = index.writer(heap_size=HEAP, num_threads=1)
        for text in texts:
            writer.add_document(tantivy.Document(said=text))
        writer.commit()
        index.reload()
        searcher = index.searcher()
        if searcher.num_segments != 1:
            raise ValueError("the batch does not fit one segment of the index; take smaller batches")
        return searcher

    def _found(self, searcher: Any) -> Iterator[tuple[int, int]]:
        for place, query in enumerate(self.plain):
            hits = searcher.search(query, limit=HITS, count=False).hits
            if len(hits) == HITS:
                hits = searcher.search(query, limit=searcher.num_docs, count=False).hits
            for _, found in hits:
                yield found.doc, place

    def _count(self, searcher: Any, query: Any) -> int:
        counted: int = searcher.search(query, limit=1).count
        return counted


def missing() -> str:
    """Why it cannot be tried, or nothing."""
    return absent("tantivy", "pip install tantivy")
