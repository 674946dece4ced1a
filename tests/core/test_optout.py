"""Opting out by a code that the account posts: heard whatever the post speaks of, and for good."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ascolta.core.challenge import LASTS, asked, spelled
from ascolta.core.mention import Brands, Effect, Removal, hear
from ascolta.core.post import Actor, Batch, Event, EventKind, Post
from ascolta.listen import listen
from ascolta.stores.challenges import FILE, Challenges
from ascolta.stores.sql import SqlStore
from tests.conftest import NOW, edited, published

CODE = spelled(b"0123456789")
ANN = Actor(id="77", handle="Ann")


class Once:
    """A source of one batch."""

    look_back = float("inf")

    def __init__(self, *events: Event, name: str = "s") -> None:
        self.name, self.events = name, events

    def batches(self, after: str) -> Iterator[Batch]:
        """The batch, unless it was heard."""
        if not after:
            yield Batch(events=self.events, after=after, cursor="1", arrived=NOW)


class House:
    """A store and its codes, of which one was given out for an account."""

    def __init__(self, folder: Path, account: str = "@ann") -> None:
        self.store, self.codes = SqlStore(folder), Challenges(folder / FILE)
        self.codes.give(asked(self.store.known().key, CODE, "x", account), NOW - 60, NOW - 60 + LASTS)

    def hear(self, brands: Brands, *events: Event, name: str = "s") -> None:
        """Listen to some events."""
        for _ in listen(Once(*events, name=name), brands, self.store, codes=self.codes):
            pass

    def standing(self, account: str) -> set[str]:
        """How an account stands."""
        return {one.standing for one in self.store.person("x", account).standings}

    def close(self) -> None:
        """Close both."""
        self.codes.close()
        self.store.close()


@pytest.fixture(params=["@ann", "77"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A code for the account by its handle, and by its id."""
    made = House(tmp_path, request.param)
    yield made
    made.close()


def test_a_post_that_names_no_brand_opts_out(house: House, brands: Brands) -> None:
    """All cases of the account go, under each of its names it is heard no more, and the code is used up."""
    house.hear(brands, published("1", "bad day to acme", author=ANN), published("2", "hello to acme"))
    house.hear(brands, published("3", f"goodbye {CODE.upper()}", author=ANN), name="t")
    assert [case.content.author for case in house.store.cases() if case.content] == ["u2"]
    assert house.standing("77") == house.standing("ann") == {"stopped"}
    assert house.codes.good(NOW) == frozenset()
    house.hear(brands, published("4", "acme is bad", author=Actor(handle="ann")), name="u")
    assert len(house.store.cases()) == 1


def test_a_reply_to_the_brand_with_a_code_opens_nothing(house: House, brands: Brands) -> None:
    """A code in a post to the brand, or in an edit of one, is heeded and not answered."""
    house.hear(brands, published("1", "bad day to acme", author=ANN))
    post = published("1", f"bad day to acme {CODE}", author=ANN).post
    house.hear(brands, Event(kind=EventKind.EDITED, network="x", post=post), edited("9", "nothing"), name="t")
    assert house.store.cases() == []
    assert house.standing("ann") == {"stopped"}


def test_the_code_counts_as_no_mention(house: House, brands: Brands) -> None:
    """Nothing is counted of a post that opts out, even if it names the brand."""
    house.hear(brands, published("1", f"acme {CODE}", author=ANN))
    assert house.store.counts("acme", "all", 0, int(NOW) + 1000) == {}


def test_nobody_opts_out_another(house: House, brands: Brands) -> None:
    """The code from another account is any post; the account stays heard and the code good."""
    house.hear(brands, published("1", f"hello to acme, ann says {CODE}", author="eve"))
    assert house.standing("ann") == house.standing("eve") == set()
    assert len(house.store.cases()) == 1
    assert house.codes.good(NOW)


def test_a_code_is_good_for_one_day(house: House, brands: Brands) -> None:
    """After its day it is no more than a post."""
    late = Batch.of([Post(id="1", content=CODE, network="x", attributed_to=ANN)], arrived=NOW + LASTS)
    known = house.codes.among(house.store.known(), late.arrived)
    assert hear(late, brands, known).acts == ()
    in_time = Batch.of([Post(id="1", content=CODE, network="x", attributed_to=ANN)], arrived=NOW)
    found = hear(in_time, brands, house.codes.among(house.store.known(), NOW)).acts
    assert {act.effect for act in found if isinstance(act, Removal)} == {Effect.STOP}
