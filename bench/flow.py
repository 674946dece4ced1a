"""How many posts a second go through the whole flow, against a plain loop of regular expressions in the same run.

The peer is what a script without Ascolta would do to find the same mentions: one alternation of the brand's literal
words in Python's `re`, asked of every post. It only finds; Ascolta also labels, decides and keeps.
"""

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ascolta import bootstrap
from ascolta.core.consent import Known
from ascolta.core.mention import Brands, hear
from ascolta.core.post import Batch, Event, EventKind, Post
from ascolta.listen import listen

POSTS, SHARE = 40_000, 50
"""Posts in all, and of how many one is from the example day; the others are about nothing that a brand hears."""

TALK = (
    "the kettle sings a long song over rain and bread",
    "ferries cross our quiet bay each slow morning",
    "they all wait for somebody who never comes",
    "a postcard with two stamps and no name on it",
    "soup again, and the neighbours practise the trombone",
)

PEER = re.compile(r"@acmeair|#acmeair|acme\s?air|acme go|acme plus|skylounge|#bagmountain|\bacme\b", re.IGNORECASE)


class Stream:
    """Posts from memory, as a source."""

    name = "bench"
    look_back = 0.0

    def __init__(self, posts: list[Post]) -> None:
        self.events = [Event(kind=EventKind.PUBLISHED, network="x", post=post) for post in posts]

    def batches(self, after: str) -> Iterator[Batch]:
        """A thousand posts at a time."""
        for start in range(int(after or 0), len(self.events), 1_000):
            end = min(start + 1_000, len(self.events))
            yield Batch(events=tuple(self.events[start:end]), after=str(start or ""), cursor=str(end), arrived=1.8e9)


def main() -> None:
    """Print one table."""
    folder = bootstrap.example()
    brands = bootstrap.brands(folder)
    posts = _posts(folder)
    stream = Stream(posts)
    rows: list[tuple[str, Callable[[], int]]] = [
        ("re, finding only", lambda: sum(1 for post in posts if PEER.search(post.content))),
        ("Ascolta, finding only", lambda: sum(len(brands.matcher.match(batch)) for batch in stream.batches(""))),
        ("Ascolta, hear()", lambda: sum(len(hear(batch, brands, Known()).mentions) for batch in stream.batches(""))),
        ("Ascolta, listen() into memory", lambda: _listen(stream, brands, at_rest=False)),
        ("Ascolta, listen() into SQLite", lambda: _listen(stream, brands, at_rest=True)),
    ]
    table = Table("", "mentions", "posts a second", "times re's time", title=f"{POSTS:,} posts, 1 in {SHARE} ours")
    base = 0.0
    for name, run in rows:
        found, took = min((_timed(run) for _ in range(3)), key=lambda one: one[1])
        base = base or took
        table.add_row(name, f"{found:,}", f"{POSTS / took:,.0f}", f"{took / base:.1f}")
    Console(width=100).print(table)


def _posts(folder: Path) -> list[Post]:
    (source,) = bootstrap.sources(bootstrap.found(folder), [], bootstrap.Reading())
    own = [event.post.content for batch in source.batches("") for event in batch.events if event.post is not None]
    texts = (
        f"{TALK[number % 5]}, {TALK[number % 4]}" if number % SHARE else own[number // SHARE % len(own)]
        for number in range(POSTS)
    )
    return [Post(id=f"n{number}", content=text, network="x", published=1.8e9) for number, text in enumerate(texts)]


def _listen(stream: Stream, brands: Brands, *, at_rest: bool) -> int:
    with tempfile.TemporaryDirectory() as place:
        store = bootstrap.store(Path(place) if at_rest else None)
        try:
            return sum(heard.tally.mentions for heard in listen(stream, brands, store))
        finally:
            store.close()


def _timed(run: Callable[[], int]) -> tuple[int, float]:
    start = time.perf_counter()
    return run(), time.perf_counter() - start


if __name__ == "__main__":
    main()
