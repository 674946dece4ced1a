"""The figures that are published: authors counted within bounds, noised once when their cell closes."""

from collections.abc import Callable, Iterable
from itertools import groupby

from ascolta.core.bound import Contributions, Epoch, Spoken
from ascolta.core.brand import Brand
from ascolta.core.cells import HOUR, Published
from ascolta.core.journal import Counted, Kind, NewEntry, named
from ascolta.core.mention import Heard, Mention
from ascolta.ports import Journal, Ledger


class Figures:
    """One run of the program, which `run` tells from others; `draw_key` gives 32 random bytes when the day turns."""

    def __init__(self, ledger: Ledger, journal: Journal | None, *, run: bytes, draw_key: Callable[[], bytes]) -> None:
        self.ledger, self.journal, self.run = ledger, journal, run
        self._contributions = Contributions(draw_key)
        self._hour = -1

    def count(self, heard: Heard, brands: Iterable[Brand]) -> None:
        """Count who spoke in a batch, at the time at which it arrived."""
        self.tick(heard.arrived, brands)
        spoken: dict[str, list[Spoken]] = {}
        for mention in heard.mentions:
            if mention.counted_author:
                spoken.setdefault(mention.brand, []).append(_spoken(mention, heard.arrived))
        for brand, said in spoken.items():
            if counts := self._contributions.count(brand, said):
                self.ledger.add(self.run, counts)

    def tick(self, now: float, brands: Iterable[Brand]) -> list[Published]:
        """Begin the day for every brand when it turns, and publish what closed; `now` in seconds since 1970 UTC."""
        if self._contributions.turn(now):
            for brand in brands:
                topics = tuple(topic.name for topic in brand.topics)
                self.ledger.begin(
                    Epoch(brand=brand.id, day=self._contributions.day, run=self.run, at=now, topics=topics)
                )
        if int(now // HOUR) <= self._hour:
            return []
        self._hour = int(now // HOUR)
        published = self.ledger.close_cells(now)
        if published and self.journal is not None:
            self.journal.append(_entries(published, now))
        return published

    def close(self) -> None:
        """Close the ledger."""
        self.ledger.close()


def _spoken(mention: Mention, at: float) -> Spoken:
    post = mention.post
    topics = tuple(label.value for label in mention.labels if label.name == "topic")
    return Spoken(network=post.network, account=post.attributed_to.key, at=at, topics=topics)


def _entries(published: list[Published], at: float) -> list[NewEntry]:
    by_brand = groupby(sorted(published, key=lambda one: one.cell.brand), key=lambda one: one.cell.brand)
    return [
        NewEntry(at=int(at), kind=Kind.PUBLISHED, brand=named(brand), counts={Counted.CELLS: len(list(cells))})
        for brand, cells in by_brand
    ]
