"""How much one author can change: once a day in the total, in one hour, two topics, eight terms, whatever they post.

Authors are told apart by keyed tags (HMAC-SHA256, 128 bit) in memory. The key is made when the UTC day begins and is
never written, so at midnight nobody can tell any more who was counted. A restart forgets the tags: an author may then
be counted once more, which the ledger charges as another epoch.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ascolta.core.cells import HOUR, TERMS, Cell, Exact, Kind
from ascolta.core.consent import tag_of
from ascolta.core.days import DAY
from ascolta.core.rising import MOST

EPOCHS = 3
"""With more epochs than this in a brand's day, nothing more of it is published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """That an account spoke of a brand: when it was heard (seconds since 1970, UTC), of which topics, in what terms."""

    network: str
    account: str
    at: float
    topics: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """A stretch of a brand's day during which the tags were not forgotten. `run` tells one start from another.

    It begins when the program starts or the day turns, whether or not anybody speaks: how many there are must tell
    nothing about people. `words`: whether the words of the week are counted in it.
    """

    brand: str
    day: int
    run: bytes
    at: float
    topics: tuple[str, ...] = ()
    words: bool = False


class Contributions:
    """Who was counted today, for all brands. `draw_key` gives 32 random bytes."""

    def __init__(self, draw_key: Callable[[], bytes]) -> None:
        self.day = -1
        self._draw_key = draw_key
        self._key = b""
        self._counted: dict[str, dict[bytes, tuple[str, ...]]] = {}
        self._said: dict[str, dict[bytes, set[bytes]]] = {}

    def turn(self, at: float) -> bool:
        """Whether a new day began by this time; then the key and all tags are new. A clock set back turns nothing."""
        day = int(at // DAY)
        if day <= self.day:
            return False
        self.day, self._key, self._counted = day, self._draw_key(), {}
        self._said = {}
        return True

    def count(self, brand: str, spoken: Iterable[Spoken]) -> dict[Cell, Exact]:
        """What is to be added to which cell. Who has no account id, or spoke on another day than today, is left out."""
        added: dict[Cell, Exact] = {}
        for one in spoken:
            for kind, part in self._admitted(brand, one):
                cell = Cell(brand=brand, day=self.day, kind=kind, part=part)
                added[cell] = added[cell] + Exact(1) if cell in added else Exact(1)
        return added

    def words(self, brand: str, spoken: Iterable[Spoken]) -> dict[str, Exact]:
        """How many authors are to be added to which term; who is left out of the cells is left out here."""
        added: dict[str, Exact] = {}
        for one in spoken:
            for term in self._chosen(brand, one):
                added[term] = added[term] + Exact(1) if term in added else Exact(1)
        return added

    def _chosen(self, brand: str, one: Spoken) -> list[str]:
        """Terms that this author has not said today, as far as there is room: those of three words last.

        Among the others the author's own tag draws. Of a term that was counted a mark is kept, under that tag.
        """
        if not one.terms or not one.account or int(one.at // DAY) != self.day:
            return []
        tag = tag_of(self._key, one.network, one.account)
        said = self._said.setdefault(brand, {}).setdefault(tag, set())
        marked = {hashlib.blake2b(term.encode(), digest_size=8, key=tag).digest(): term for term in one.terms}
        fresh = sorted(marked.keys() - said, key=lambda mark: (marked[mark].count(" ") > 1, mark))[: MOST - len(said)]
        said.update(fresh)
        return [marked[mark] for mark in fresh]

    def _admitted(self, brand: str, one: Spoken) -> list[tuple[Kind, str]]:
        if not one.account or int(one.at // DAY) != self.day:
            return []
        counted = self._counted.setdefault(brand, {})
        tag = tag_of(self._key, one.network, one.account)
        before = counted.get(tag)
        topics = before or ()
        new = [topic for topic in dict.fromkeys(one.topics) if topic not in topics]
        fresh = new[: TERMS[Kind.TOPIC].most - len(topics)]
        counted[tag] = (*topics, *fresh)
        found = [(Kind.TOPIC, topic) for topic in fresh]
        if before is None:
            found += [(Kind.DAY, ""), (Kind.HOUR, f"{int(one.at % DAY // HOUR):02}")]
        return found
