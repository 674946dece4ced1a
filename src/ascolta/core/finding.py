"""find(): which rows of a batch concern which brand, and what they say. Each row by itself, so it can be done anywhere.

What is found goes on to mention.judge(), which decides in the order in which all of it arrived.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import msgspec

from ascolta.core.brand import Brand, StoredQuery
from ascolta.core.challenge import QUERY
from ascolta.core.etiquette import Etiquette
from ascolta.core.grave import with_grave
from ascolta.core.label import Ask, Labels
from ascolta.core.match import Matcher
from ascolta.core.post import Batch, Event, Post
from ascolta.core.query import Field, any_of
from ascolta.core.spoken import placed
from ascolta.core.text import fold
from ascolta.core.view import View

CODES = ("", "codes")
"""The key of the query that finds opt-out codes, whichever brand is spoken of; no brand is called so."""

LabelBatch = Callable[[Sequence[Ask]], list[Labels]]


class Brands:
    """Brands ready to hear: their queries in one index, and the labellers that they share. `tier` as for Matcher.

    `changes` counts how often queries or rules of one of them were put in place of others.
    """

    def __init__(self, brands: Sequence[Brand], label: LabelBatch, tier: str | None = None) -> None:
        self.by_id = {brand.id: brand for brand in brands}
        self.label, self.tier = label, tier
        self.changes = 0
        queries = {(brand.id, stored.name): stored.find for brand in brands for stored in brand.queries}
        given = {(brand.id, ""): any_of([Field("brand", said) for said in sorted(brand.called)]) for brand in brands}
        self.matcher = Matcher({**queries, **given, CODES: QUERY}, tier)

    def __iter__(self) -> Iterator[Brand]:
        return iter(self.by_id.values())

    def renew(self, brand: str, queries: tuple[StoredQuery, ...]) -> int:
        """From the next batch on, hear a brand by other queries; how many were put, changed or dropped."""
        now = {stored.name: stored.find for stored in queries}
        before = {stored.name: stored.find for stored in self.by_id[brand].queries}
        changed = [name for name, find in now.items() if before.get(name) != find]
        gone = before.keys() - now.keys()
        for name in changed:
            self.matcher.put((brand, name), now[name])
        for name in gone:
            self.matcher.drop((brand, name))
        self.by_id[brand] = replace(self.by_id[brand], queries=queries)
        self.changes += 1
        return len(changed) + len(gone)

    def amend(self, brand: str, etiquette: Etiquette) -> bool:
        """From the next batch on, decide by another etiquette; whether it is another one."""
        before = self.by_id[brand]
        self.by_id[brand] = replace(before, etiquette=etiquette)
        self.changes += 1
        return before.etiquette != etiquette


class Found(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """That queries of a brand (by its id) found a post, and what labellers say of it."""

    brand: str
    queries: tuple[str, ...]
    labels: Labels
    view: View


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What of a batch has to be judged, by row; of all other rows only their number is known.

    `events` are those of rows in which something was `found`, an opt-out code may be `shown`, or which are more than a
    post just published. `posts`: rows that are such posts. The rest is as in Batch and Columns.
    """

    events: Mapping[int, Event]
    found: Mapping[int, Sequence[Found]]
    shown: frozenset[int] = frozenset()
    posts: int = 0
    newest: float = 0.0
    after: str = ""
    cursor: str = ""
    arrived: float = 0.0


@runtime_checkable
class Finder(Protocol):
    """A source that has its posts looked through, perhaps by somebody else."""

    def find(self, brands: Brands, after: str) -> Iterator[Findings]:
        """What is found after a cursor, in order. Raises SourceError."""
        ...


def find(batch: Batch, brands: Brands) -> Findings:
    """Match and label a batch."""
    rows, shown = _matched(batch, brands)
    said = brands.label([asking(view.post, brand) for _, brand, _, view in rows])
    found: dict[int, list[Found]] = {}
    for (row, brand, queries, view), given in zip(rows, said, strict=True):
        labels = with_grave(placed(given, view.post, brand), view.post)
        found.setdefault(row, []).append(Found(brand=brand.id, queries=queries, labels=labels, view=view))
    columns = batch.columns
    return Findings(
        events={row: batch.events[row] for row in sorted({*found, *columns.special, *shown})},
        found=found,
        shown=shown,
        posts=len(batch.events) - len(columns.special),
        newest=columns.newest,
        after=batch.after,
        cursor=batch.cursor,
        arrived=batch.arrived,
    )


def _matched(batch: Batch, brands: Brands) -> tuple[list[tuple[int, Brand, tuple[str, ...], View]], frozenset[int]]:
    """What the brands' queries found, and the rows in which an opt-out code may stand."""
    found, shown = [], set()
    for row, view, keys in brands.matcher.match(batch):
        names: dict[str, list[str]] = {}
        for brand_id, query in keys:
            if brand_id:
                names.setdefault(brand_id, []).append(query or "brand")
            else:
                shown.add(row)
        author = fold(view.post.attributed_to.handle).lstrip("@")
        for brand_id, queries in names.items():
            brand = brands.by_id[brand_id]
            if author not in brand.handles:
                found.append((row, brand, tuple(queries), view))
    return found, frozenset(shown)


def asking(post: Post, brand: Brand) -> Ask:
    """What labellers are asked about a post that a brand's queries found."""
    return Ask(
        text=post.content,
        handles=brand.handles,
        names=brand.spoken,
        language=post.language,
        is_reply=post.in_reply_to is not None,
        topics=brand.topics,
        lines=brand.lines,
    )
