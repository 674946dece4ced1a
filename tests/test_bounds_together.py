"""What one author can change when several look through, judge and count: never more than what the ledger charges.

Finding is spread over workers, but who counts is whoever judges: no key, no tag leaves that program. Two programs on
one ledger are two epochs, and an author may be in both. Parted by author, each author is in one of them.
"""

import base64
import gc
import pickle
import pickletools
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ascolta import bootstrap
from ascolta.core.bound import EPOCHS, Contributions
from ascolta.core.cells import BUDGET, TERMS, Cell, Exact, Kind, Published
from ascolta.core.consent import tag_of
from ascolta.core.label import Ask, Label, Labels, Topic
from ascolta.core.mention import Brands, hear
from ascolta.core.post import Actor, Batch, Event
from ascolta.core.rising import MOST
from ascolta.engines import Workers
from ascolta.engines.pieces import Piece, Row
from ascolta.engines.seed import Seed
from ascolta.figures import Figures
from ascolta.listen import listen
from ascolta.sources import FileSource
from ascolta.stores.ledger import SqlLedger
from ascolta.stores.memory import MemoryStore
from tests.conftest import ACME, NOW, foresee, published

KEY = b"a day's key, 32 bytes of random!"
RUN = b"the run, 16 byte"
MIDNIGHT = NOW // 86_400 * 86_400
HOUR = 3_600.0
TOPICS = ("luggage", "refund", "crew", "food")
WORDS = "surcharge kettle lantern turbine saffron marble glacier walnut harbour violin compass thistle anchor"

Counts = Counter[Cell]


def topical(asks: Sequence[Ask]) -> list[Labels]:
    """Labels as foreseen, and a topic for each of its names in the text."""
    named = [
        [Label(name="topic", value=topic, score=1, by="test") for topic in TOPICS if topic in ask.text] for ask in asks
    ]
    return [(*said, *topics) for said, topics in zip(foresee(asks), named, strict=True)]


LOUD = replace(ACME, topics=tuple(Topic(name=topic) for topic in TOPICS))


# (a) what crosses the border of a process


@dataclass(slots=True)
class Recording:
    """The pool of an engine, with all that goes to its workers and all that comes back, as bytes."""

    pool: Any
    sent: list[bytes] = field(default_factory=list)
    asked: list[Future[bytes]] = field(default_factory=list)

    def submit(self, *given: Any) -> Future[bytes]:
        """Send it on."""
        self.sent.append(pickle.dumps(given))
        self.asked.append(self.pool.submit(*given))
        return self.asked[-1]

    def shutdown(self, **how: Any) -> None:
        """End it."""
        self.pool.shutdown(**how)

    @property
    def came(self) -> list[bytes]:
        """What came back."""
        return [one.result() for one in self.asked]


def in_any_form(secret: bytes) -> list[bytes]:
    """A secret as bytes, as hexadecimals and in base64."""
    return [secret, secret.hex().encode(), base64.b64encode(secret)[:-4], base64.urlsafe_b64encode(secret)[:-4]]


def contributions_here() -> int:
    """How many of what holds a day's key there are in this process."""
    return sum(type(one) is Contributions for one in gc.get_objects())


def named_in(sent: bytes) -> set[str]:
    """The modules whose classes and functions a pickle names, one within another included."""
    strings = {str(said) for _, said, _ in pickletools.genops(sent) if isinstance(said, str)}
    inner = [
        said for _, said, _ in pickletools.genops(sent) if isinstance(said, bytes) and said.startswith(b"\x80\x05")
    ]
    return {said for said in strings if said.startswith("ascolta.")}.union(*map(named_in, inner))


def structs(kind: object) -> Iterator[type]:
    """The structs that values of a type may hold, itself included."""
    seen: set[type] = set()
    left = [kind]
    while left:
        one = left.pop()
        if isinstance(one, msgspec.inspect.StructType | msgspec.inspect.DataclassType) and one.cls not in seen:
            seen.add(one.cls)
            left += [each.type for each in one.fields]
            yield one.cls
        for name in ("item_type", "key_type", "value_type"):
            left += [getattr(one, name)] if hasattr(one, name) else []
        left += [*getattr(one, "item_types", ()), *getattr(one, "types", ())]


@pytest.mark.slow
def test_the_key_of_the_day_stays_where_is_judged(tmp_path: Path) -> None:
    """Of all bytes that go to workers and come back, none are the key, a tag of it, or the name of the run."""
    brands, engine = bootstrap.brands(bootstrap.example()), Workers(2, size=9_000)
    border = Recording(engine._pool)
    engine._pool = border  # type: ignore[assignment]
    figures = Figures(SqlLedger(tmp_path / "ledger.db"), None, run=RUN, draw_key=lambda: KEY)
    path = str(bootstrap.example() / "day.jsonl")
    source = FileSource(path, clock=lambda: MIDNIGHT, elsewhere=engine.find)
    mentions = [one for heard in listen(source, brands, MemoryStore(), figures) for one in heard.mentions]
    assert border.pool.submit(contributions_here).result() == 0
    assert contributions_here() >= 1
    engine.close()
    tags = [tag for counted in figures._contributions._counted.values() for tag in counted]
    crossing = b"".join([*border.sent, *border.came])
    assert len(tags) > 20
    assert tag_of(KEY, mentions[0].post.network, mentions[0].post.attributed_to.key) in {*tags, *_tags(mentions)}
    for secret in (KEY, RUN, *tags):
        assert not [form for form in in_any_form(secret) if form in crossing]
    assert mentions[0].post.id.encode() in crossing
    assert len(border.sent) > 5
    figures.close()


def _tags(mentions: Sequence[Any]) -> list[bytes]:
    return [tag_of(KEY, one.post.network, one.post.attributed_to.key) for one in mentions]


def test_nothing_that_counts_people_can_be_told_by_a_worker() -> None:
    """By its type a piece can hold no key and no tag: lines, events, labels, and the salted hashes of post ids."""
    told = {cls.__name__ for cls in structs(msgspec.inspect.type_info(Piece))}
    assert told == {"Piece", "Row", "Event", "Post", "Actor", "Label", "Policy", "Page"}
    assert [one.name for one in msgspec.structs.fields(Piece) if one.type is bytes] == [
        "begins", "times", "kinds", "keys",
    ]  # fmt: skip
    assert {one.name for one in msgspec.structs.fields(Row)} == {"row", "event", "shown", "found"}


def test_a_seed_names_nothing_that_counts_people() -> None:
    """What workers are sent names brands, queries and rules; no store, no figures, nothing of people."""
    brands = bootstrap.brands(bootstrap.example())
    named = named_in(Seed(brands=tuple(brands)).packed())
    assert "ascolta.core.brand" in named
    banned = ("ascolta.figures", "ascolta.stores", "ascolta.core.bound", "ascolta.core.cells", "ascolta.core.consent")
    assert not [name for name in named if name.startswith(banned)]
    assert set(Seed.__slots__) == {"brands", "labels", "tier"}


# (b) two listeners on one ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Posts of one batch, as author and words, and when it arrives."""

    at: float
    posts: tuple[tuple[str, str], ...]


class Exacts(SqlLedger):
    """A ledger that remembers, for the test, the exact counts of the cells that it closed."""

    closed: Counts

    def _figure(self, db: sqlite3.Connection, cell: Cell, count: Exact) -> Published:
        self.closed[cell] = count.at_rest()
        return super()._figure(db, cell, count)


class Listener:
    """A program that counts, with a connection and keys of its own; `restart` forgets them as a start would."""

    def __init__(self, path: Path, number: int, opened: Callable[[Path], SqlLedger] = SqlLedger) -> None:
        self.ledger, self.number, self.starts = opened(path), number, 0
        self.brands = Brands([LOUD], topical)
        self.restart()

    def restart(self) -> None:
        """Begin anew."""
        self.starts += 1
        mark = bytes([self.number, self.starts])
        self.figures = Figures(self.ledger, None, run=mark * 8, draw_key=lambda: mark * 16)

    def count(self, said: Said, only: str = "") -> None:
        """Count a batch, or what one author said in it."""
        posts = [one for one in said.posts if only in ("", one[0])]
        self.figures.count(hear(batch(posts, said.at), self.brands, MemoryStore().known()), self.brands)


def batch(posts: Sequence[tuple[str, str]], at: float) -> Batch:
    """Posts that arrive at a time."""
    events: list[Event] = [
        published(f"{at} {place}", text, at=at, author=Actor(id=who, handle=who))
        for place, (who, text) in enumerate(posts)
    ]
    return Batch(events=events, arrived=at)


def open_cells(path: Path) -> Counts:
    """The exact counts of all cells that are open."""
    with sqlite3.connect(path) as db:
        rows = db.execute("SELECT brand, day, kind, part, n FROM open WHERE n > 0").fetchall()
    return Counter({Cell(brand=b, day=d, kind=Kind(k), part=p): n for b, d, k, p, n in rows})


def interleaved(one: int, other: int) -> Iterator[tuple[int, ...]]:
    """Every order in which two listeners can take so many turns each."""
    for first in combinations(range(one + other), one):
        yield tuple(0 if place in first else 1 for place in range(one + other))


ANN = (
    Said(at=MIDNIGHT + 60, posts=(("ann", "acme luggage"), ("ann", "acme crew food"), ("bob", "acme refund"))),
    Said(at=MIDNIGHT + 120, posts=(("ann", "acme refund food"), ("cy", "acme"), ("ann", "acme luggage refund"))),
    Said(at=MIDNIGHT + HOUR + 60, posts=(("ann", "acme food"), ("bob", "acme crew luggage food"))),
)
BOTH = (ANN, (ANN[1], Said(at=MIDNIGHT + 90, posts=(("bob", "acme food"), ("ann", "acme crew refund"))), ANN[2]))
"""What each of the two listeners hears: everybody speaks to both, of other topics, in other hours."""
AUTHORS = ("ann", "bob", "cy")


def counted(path: Path, order: Sequence[int], only: str = "", restart: int = -1) -> tuple[Counts, SqlLedger]:
    """The exact counts of all cells after batches in an order; before turn `restart` whoever has it starts anew."""
    path.mkdir()
    listeners = [Listener(path / "ledger.db", number, Exacts) for number in range(2)]
    left, closed = [list(said) for said in BOTH], Counts()
    for one in listeners:
        assert isinstance(one.ledger, Exacts)
        one.ledger.closed = closed
        one.figures.tick(MIDNIGHT + 1, one.brands)
    for place, turn in enumerate(order):
        if place == restart:
            listeners[turn].restart()
        listeners[turn].count(left[turn].pop(0), only)
    listeners[1].figures.close()
    return +(closed + open_cells(path / "ledger.db")), listeners[0].ledger


def within(alone: Counts, epochs: int) -> Counter[Kind]:
    """Assert that what one author added is within the bound of so many epochs; what it was, by kind."""
    by_kind: Counter[Kind] = Counter()
    for cell, n in alone.items():
        assert n <= epochs
        by_kind[cell.kind] += n
    assert all(by_kind[kind] <= terms.most * epochs for kind, terms in TERMS.items())
    assert sum(TERMS[kind].epsilon * n for kind, n in by_kind.items()) <= BUDGET * epochs
    return by_kind


@pytest.mark.slow
def test_in_every_order_an_author_changes_what_is_charged_at_most(tmp_path: Path) -> None:
    """In all 20 orders of three batches each, every author is in the cells as often as there are epochs, at most."""
    most: Counter[Kind] = Counter()
    for number, order in enumerate(interleaved(3, 3)):
        whole, ledger = counted(tmp_path / f"{number}", order)
        [entry] = ledger.entries()
        assert entry.charged == 2
        alone = {who: counted(tmp_path / f"{number} {who}", order, who)[0] for who in AUTHORS}
        assert sum(alone.values(), Counts()) == whole
        for counts in alone.values():
            most |= within(counts, entry.charged)
        ledger.close()
    assert most == {Kind.HOUR: 2, Kind.DAY: 2, Kind.TOPIC: 4}


@pytest.mark.parametrize("restart", range(6))
def test_starts_between_are_charged_as_well(tmp_path: Path, restart: int) -> None:
    """Whoever starts anew at whatever turn, the third epoch is charged, and no author is in a cell a fourth time."""
    for number, order in enumerate(list(interleaved(3, 3))[::4]):
        counts, ledger = counted(tmp_path / f"{number}", order, "ann", restart)
        [entry] = ledger.entries()
        assert entry.charged == EPOCHS
        within(counts, EPOCHS)
        ledger.close()


def test_a_fourth_listener_withholds_all_that_is_open(tmp_path: Path) -> None:
    """Four programs on one ledger publish nothing of a day: so many must not listen for one brand."""
    path = tmp_path / "ledger.db"
    listeners = [Listener(path, number) for number in range(EPOCHS + 1)]
    for one in listeners:
        one.count(Said(at=MIDNIGHT + 60, posts=tuple((f"u{n}", "acme") for n in range(200))))
    told = listeners[0].ledger.close_cells(MIDNIGHT + 24 * HOUR)
    assert told
    assert all(one.withheld for one in told)
    for one in listeners:
        one.figures.close()


# The same with every order of single transactions


class Turns:
    """Lets two threads act in a given order, one transaction at a time; who is done gives its turns away."""

    def __init__(self, order: Sequence[int]) -> None:
        self.left, self.done = list(order), set[int]()
        self.changed = threading.Condition()

    @contextmanager
    def turn(self, whose: int) -> Iterator[None]:
        """Wait until it is one's turn."""
        with self.changed:
            assert self.changed.wait_for(lambda: not self.left or self.left[0] == whose, timeout=30)
            yield
            self.left[:1] = []
            self._skip()

    def over(self, whose: int) -> None:
        """That somebody takes no more turns."""
        with self.changed:
            self.done.add(whose)
            self._skip()

    def _skip(self) -> None:
        while self.left and self.left[0] in self.done:
            del self.left[0]
        self.changed.notify_all()


class InTurns(SqlLedger):
    """A ledger whose transactions wait for their turn."""

    turns: Turns
    whose: int
    taken = 0

    @contextmanager
    def _transaction(self, begin: str = "BEGIN IMMEDIATE") -> Iterator[sqlite3.Connection]:
        with self.turns.turn(self.whose), super()._transaction(begin) as db:
            self.taken += 1
            yield db


def test_in_every_order_of_transactions_it_is_the_same(tmp_path: Path) -> None:
    """Beginning the day, closing cells and adding, in all 20 orders of two listeners: once an epoch at most."""
    found = []
    for number, order in enumerate(interleaved(3, 3)):
        path = tmp_path / f"{number}.db"
        listeners = [Listener(path, whose, InTurns) for whose in range(2)]
        turns = Turns(order)
        for whose, one in enumerate(listeners):
            assert isinstance(one.ledger, InTurns)
            one.ledger.turns, one.ledger.whose = turns, whose
        threads = [threading.Thread(target=_take_turns, args=(one, turns)) for one in listeners]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [one.ledger.taken for one in listeners if isinstance(one.ledger, InTurns)] == [3, 3]
        counts = open_cells(path)
        within(counts, 2)
        found.append(counts)
        for one in listeners:
            one.figures.close()
    assert all(one == found[0] for one in found)
    assert found[0][Cell(brand="acme", day=int(MIDNIGHT // 86_400), kind=Kind.DAY)] == 2


def _take_turns(one: Listener, turns: Turns) -> None:
    one.count(Said(at=MIDNIGHT + 60, posts=(("ann", "acme luggage"), ("ann", "acme crew refund"))))
    turns.over(one.number)


class Listing(SqlLedger):
    """A ledger that also remembers, for the test, which words it was told."""

    said: Counter[str]

    def add_words(self, run: bytes, brand: str, day: int, counts: Any) -> int:
        """Add them, and remember them."""
        refused = super().add_words(run, brand, day, counts)
        self.said.update({word: count.at_rest() for word, count in counts.items() if not refused})
        return refused


def test_words_are_bound_once_for_each_listener(tmp_path: Path) -> None:
    """Through two listeners an author is in sixteen terms at most, and the ledger charges two starts for words."""
    found: Counter[str] = Counter()
    for number in range(2):
        one = Listener(tmp_path / "ledger.db", number, Listing)
        assert isinstance(one.ledger, Listing)
        one.ledger.said, one.brands = found, Brands([replace(LOUD, rising=True)], topical)
        for place in range(4):
            one.count(Said(at=MIDNIGHT + 60 + place, posts=(("ann", f"acme {WORDS}"),) * 3))
        assert found.total() == MOST * (number + 1)
        assert max(found.values()) <= number + 1
        one.figures.close()
    ledger = SqlLedger(tmp_path / "ledger.db")
    ledger.release(MIDNIGHT + 8 * 24 * HOUR)
    assert [entry.words for entry in ledger.entries()] == [2]
    ledger.close()


# (c) parted by author


def parted(salts: tuple[bytes, bytes]) -> Callable[[int, str], bool]:
    """By a keyed hash of the account, whether a listener takes an author; each has the salt that it has."""
    return lambda listener, who: tag_of(salts[listener], "x", who)[0] % 2 == listener


def shares(path: Path, takes: Callable[[int, str], bool], authors: Sequence[str], restart: int = -1) -> Counts:
    """The open cells where both listeners hear all of what authors say, and each counts whom it takes."""
    for number in range(2):
        one = Listener(path, number)
        for place in range(3):
            own = tuple((who, f"acme {TOPICS[place]} {TOPICS[number]}") for who in authors if takes(number, who))
            one.count(Said(at=MIDNIGHT + 60 + place * HOUR / 4, posts=own))
            if restart == number and place == 1:
                one.restart()
        one.figures.close()
    return open_cells(path)


def test_parted_by_author_nobody_is_in_two_epochs(tmp_path: Path) -> None:
    """With one salt between them, two listeners count each author once, as one would: what is true of epsilon 1."""
    takes, authors = parted((KEY, KEY)), [f"u{n}" for n in range(12)]
    assert {takes(0, who) for who in authors} == {True, False}
    alone = {who: shares(tmp_path / f"{who}.db", takes, [who]) for who in authors}
    for counts in alone.values():
        by_kind = within(counts, 1)
        assert by_kind == {Kind.HOUR: 1, Kind.DAY: 1, Kind.TOPIC: 2}
    assert shares(tmp_path / "all.db", takes, authors) == sum(alone.values(), Counts())


def test_two_salts_part_nobody(tmp_path: Path) -> None:
    """Where each has a salt of its own, some author is counted by both and another by none: it must be one salt."""
    takes, authors = parted((KEY, RUN)), [f"u{n}" for n in range(40)]
    seen = {who: takes(0, who) + takes(1, who) for who in authors}
    assert {0, 2} <= set(seen.values())
    twice = next(who for who in authors if seen[who] == 2)
    with pytest.raises(AssertionError):
        within(shares(tmp_path / "two.db", takes, [twice]), 1)


def test_a_start_forgets_a_share_as_it_forgets_all(tmp_path: Path) -> None:
    """Parted or not, whoever is taken by a listener that started anew may be counted once more: an epoch again."""
    takes = parted((KEY, KEY))
    mine = next(who for who in map(str, range(20)) if takes(0, who))
    counts = shares(tmp_path / "again.db", takes, [mine], restart=0)
    within(counts, 2)
    with pytest.raises(AssertionError):
        within(counts, 1)


def test_the_ledger_charges_what_it_can_know(tmp_path: Path) -> None:
    """It cannot see that authors were parted, since it is told no author: two epochs are charged all the same."""
    shares(tmp_path / "ledger.db", parted((KEY, KEY)), ["ann", "bob"])
    ledger = SqlLedger(tmp_path / "ledger.db")
    [entry] = ledger.entries()
    assert entry.charged == 2
    ledger.close()
