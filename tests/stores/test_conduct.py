"""What stores tell the journal for practice to be measured, and the journal read for it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ascolta.core.checkpoint import Signer
from ascolta.core.journal import Counted, Entry, Kind, NewEntry, read
from ascolta.core.mention import Brands
from ascolta.ports import Store
from ascolta.stores.checkpoints import SecondPlace
from ascolta.stores.conduct import acted, public_key, vouched
from ascolta.stores.journal import MemoryJournal, SqlJournal
from ascolta.stores.memory import MemoryStore
from ascolta.stores.sql import SqlStore
from tests.conftest import ACME, NOW, edited, foresee, keep, published

KEY = Signer(name="ascolta/test", seed=bytes(range(32)))
Made = tuple[Store, MemoryJournal]


@pytest.fixture(params=["memory", "sqlite"])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Made]:
    """Each store with a journal, both empty."""
    journal = MemoryJournal(KEY, SecondPlace(None))
    store = MemoryStore(journal) if request.param == "memory" else SqlStore(tmp_path, journal, "")
    yield store, journal
    store.close()


def of(journal: MemoryJournal, kind: Kind) -> list[Entry]:
    """The entries of one kind."""
    return [entry for _, data in journal.entries() if (entry := read(data)) is not None and entry.kind is kind]


def test_an_opening_tells_for_what(told: Made, brands: Brands) -> None:
    """The action, whether the post was said to us and whether it complains; an edit tells nothing of it anew."""
    store, journal = told
    keep(store, brands, published("1", "to acme"), published("2", "acme is bad"), published("3", "bad day to acme"))
    assert [entry.counts for entry in of(journal, Kind.OPENED)] == [
        {Counted.REPLY: 1, Counted.ADDRESSED: 1},
        {Counted.CARE: 1, Counted.COMPLAINTS: 1},
        {Counted.REPLY: 1, Counted.ADDRESSED: 1, Counted.COMPLAINTS: 1},
    ]
    keep(store, brands, edited("1", "hello to acme"))
    assert of(journal, Kind.OPENED)[-1].counts == {}


def test_mentions_of_several_brands_are_told_apart(told: Made) -> None:
    """One entry for the batch, and one for each brand; together they hold each mention once."""
    store, journal = told
    other = replace(ACME, id="zeta", handles=("zeta",), names=("zeta",))
    brands = Brands([ACME, other], foresee)
    keep(store, brands, published("1", "acme"), published("2", "nothing"))
    heard = of(journal, Kind.HEARD)
    assert sum(entry.counts.get(Counted.MENTIONS, 0) for entry in heard) == 2
    assert {entry.brand: entry.counts.get(Counted.MENTIONS, 0) for entry in heard} == {"": 0, "acme": 1, "zeta": 1}
    assert sum(entry.counts.get(Counted.POSTS, 0) for entry in heard) == 2


def test_mentions_of_one_brand_stand_in_one_entry(told: Made, brands: Brands) -> None:
    """With posts and removals of the batch, under the brand's name."""
    store, journal = told
    keep(store, brands, published("1", "acme"), published("2", "nothing"))
    [heard] = of(journal, Kind.HEARD)
    assert (heard.brand, heard.counts[Counted.MENTIONS], heard.counts[Counted.POSTS]) == ("acme", 1, 2)


def test_only_the_time_is_read(tmp_path: Path) -> None:
    """Entries of long before are not looked at, those just out of order are."""
    journal = SqlJournal(tmp_path / "journal.db", KEY, SecondPlace(None))
    times = [*range(1_000), int(NOW), int(NOW) - 300, int(NOW) + 1]
    counts = {Counted.MENTIONS: 1}
    journal.append([NewEntry(at=at, kind=Kind.HEARD, brand="acme", counts=counts) for at in times])
    assert acted(journal, NOW - 600, NOW + 600).around().mentions == 3
    assert acted(journal, NOW - 100, NOW + 1).around().mentions == 1
    journal.close()


def test_what_vouches_is_compared(tmp_path: Path) -> None:
    """A checkpoint that the journal adds to fits; one of another journal, or of a longer one, does not."""
    second = SecondPlace(None)
    journal = SqlJournal(tmp_path / "journal.db", KEY, second)
    assert vouched(journal, second, KEY.verifier).fits is None
    journal.append([NewEntry(at=5, kind=Kind.STARTED)])
    journal.checkpoint(6)
    assert vouched(journal, second, KEY.verifier).fits is True
    second.add(KEY.sign(1, bytes(32)))
    assert vouched(journal, second, KEY.verifier).fits is False
    second.add(KEY.sign(99, bytes(32)))
    assert vouched(journal, second, KEY.verifier).fits is False
    assert public_key(tmp_path) is None
    journal.close()
