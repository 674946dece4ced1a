"""What is published: authors counted within bounds, and the words of the week, noised once when their time is over."""

from collections.abc import Callable, Iterable
from itertools import groupby

from ascolta.core.bound import Contributions, Epoch, Spoken
from ascolta.core.brand import Brand
from ascolta.core.cells import HOUR, Cell, Exact, Published
from ascolta.core.journal import Counted, Kind, NewEntry, named
from ascolta.core.mention import Heard, Mention
from ascolta.core.rising import Week
from ascolta.core.rising_terms import Barred, barred, terms
from ascolta.ports import Journal, Ledger


class Figures:
    """One run of the program, which `run` tells from others; `draw_key` gives 32 random bytes when the day turns."""

    def __init__(self, ledger: Ledger, journal: Journal | None, *, run: bytes, draw_key: Callable[[], bytes]) -> None:
        self.ledger, self.journal, self.run = ledger, journal, run
        self._contributions = Contributions(draw_key)
        self._hour = -1
        self._barred: dict[str, tuple[Brand, Barred]] = {}

    def count(self, heard: Heard, brands: Iterable[Brand]) -> None:
        """Count who spoke in a batch, at the time at which it arrived."""
        self.tick(heard.arrived, brands)
        rising = {brand.id: brand for brand in brands if brand.rising}
        spoken: dict[str, list[Spoken]] = {}
        for mention in heard.mentions:
            if mention.counted_author:
                said = self._terms(mention, rising[mention.brand]) if mention.brand in rising else ()
                spoken.setdefault(mention.brand, []).append(_spoken(mention, heard.arrived, said))
        counts: dict[Cell, Exact] = {}
        for brand, found in spoken.items():
            counts |= self._contributions.count(brand, found)
            if words := self._contributions.words(brand, found):
                self.ledger.add_words(self.run, brand, self._contributions.day, words)
        if counts:
            self.ledger.add(self.run, counts)

    def tick(self, now: float, brands: Iterable[Brand]) -> list[Published]:
        """Begin the day for every brand when it turns, and publish what closed; `now` in seconds since 1970 UTC."""
        if self._contributions.turn(now):
            self.ledger.begin(*(_epoch(brand, self._contributions.day, self.run, now) for brand in brands))
        if int(now // HOUR) <= self._hour:
            return []
        self._hour = int(now // HOUR)
        published, weeks = self.ledger.close_cells(now), self.ledger.release(now)
        told = [*_entries(published, now), *(_entry(week, now) for week in weeks)]
        if told and self.journal is not None:
            self.journal.append(told)
        return published

    def close(self) -> None:
        """Close the ledger."""
        self.ledger.close()

    def _terms(self, mention: Mention, brand: Brand) -> tuple[str, ...]:
        """The terms of a post; what a brand's files bar is worked out once, and anew when they change."""
        known = self._barred.get(brand.id)
        if known is None or known[0] is not brand:
            known = self._barred[brand.id] = (brand, barred(brand))
        language = next((label.value for label in mention.labels if label.name == "language"), None)
        return terms(mention.post.content, language, known[1])


def _epoch(brand: Brand, day: int, run: bytes, at: float) -> Epoch:
    topics = tuple(topic.name for topic in brand.topics)
    return Epoch(brand=brand.id, day=day, run=run, at=at, topics=topics, words=brand.rising)


def _spoken(mention: Mention, at: float, said: tuple[str, ...]) -> Spoken:
    post = mention.post
    topics = tuple(label.value for label in mention.labels if label.name == "topic")
    return Spoken(network=post.network, account=post.attributed_to.key, at=at, topics=topics, terms=said)


def _entry(week: Week, at: float) -> NewEntry:
    return NewEntry(at=int(at), kind=Kind.PUBLISHED, brand=named(week.brand), counts={Counted.CELLS: len(week.words)})


def _entries(published: list[Published], at: float) -> list[NewEntry]:
    by_brand = groupby(sorted(published, key=lambda one: one.cell.brand), key=lambda one: one.cell.brand)
    return [
        NewEntry(at=int(at), kind=Kind.PUBLISHED, brand=named(brand), counts={Counted.CELLS: len(list(cells))})
        for brand, cells in by_brand
    ]
