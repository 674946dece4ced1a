"""The only way out: within limits, once, and settled after a crash. Run against every store."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from ascolta.attempt import TRIES
from ascolta.core.brand import Limits
from ascolta.core.case import CaseKind
from ascolta.core.mention import Brands
from ascolta.core.post import Post
from ascolta.core.reply import Reply, ReplyState
from ascolta.errors import SourceError
from ascolta.outbox import send, settle
from ascolta.ports import Store
from ascolta.sources import TwinNetwork
from ascolta.sources.asking import Unsent
from tests.conftest import ACME, NOW, act, approved, foresee, keep, published


def test_what_is_approved_is_said_once(store: Store, brands: Brands) -> None:
    """One approved answer is published once, however often the outbox goes round."""
    approved(store, brands, "1")
    twin = TwinNetwork("x")
    done = [send(store, {"x": twin}, {"acme": ACME}, NOW + n).sent for n in range(3)]
    assert done == [1, 0, 0]
    assert list(twin.posts.values()) == ["Hello, we look into it."]


def test_nothing_goes_out_that_nobody_approved(store: Store, brands: Brands) -> None:
    """A draft alone is never sent."""
    keep(store, brands, published("1", "hello to acme"))
    act(store, store.cases()[0].id, CaseKind.DRAFTED, note="Hello.")
    twin = TwinNetwork("x")
    assert send(store, {"x": twin}, {"acme": ACME}, NOW).sent == 0
    assert twin.posts == {}


def test_too_many_an_hour_pause_the_brand(store: Store, brands: Brands) -> None:
    """More answers within an hour than the limit stop all speaking until a person looks."""
    few = replace(ACME, limits=Limits(an_hour=2, a_person_a_day=9))
    for post in "123":
        approved(store, brands, post)
    twin = TwinNetwork("x")
    done = send(store, {"x": twin}, {"acme": few}, NOW)
    assert (done.sent, done.stopped) == (2, ["acme"])
    assert "2 answers" in store.paused("acme")
    assert send(store, {"x": twin}, {"acme": few}, NOW + 7200).sent == 0
    store.pause("acme", "")
    assert send(store, {"x": twin}, {"acme": few}, NOW + 7200).sent == 1


def test_two_desks_at_one_moment_keep_the_limits(store: Store, brands: Brands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another desk claims an answer right before ours, and the limit is one, ours waits; then it pauses."""
    few = replace(ACME, limits=Limits(an_hour=1, a_person_a_day=9))
    for post in "12":
        approved(store, brands, post)
    claim, (_, theirs) = store.claim, store.replies(ReplyState.APPROVED)

    def claims(key: str, at: float = 0.0) -> Reply | None:
        return claim(key, at) if claim(theirs.key, at) else None

    monkeypatch.setattr(store, "claim", claims)
    twin = TwinNetwork("x")
    done = send(store, {"x": twin}, {"acme": few}, NOW)
    assert (done.sent, done.stopped, twin.posts) == (0, ["acme"], {})
    assert [one.case for one in store.replies(ReplyState.SENDING)] == [theirs.case]
    assert len(store.replies(ReplyState.APPROVED)) == 1


def test_one_person_is_not_flooded(store: Store, brands: Brands) -> None:
    """A person gets no more answers a day than the limit; others still do."""
    shy = replace(ACME, limits=Limits(an_hour=60, a_person_a_day=1))
    for post, author in (("1", "ann"), ("2", "ann"), ("3", "bob")):
        approved(store, brands, post, author)
    twin = TwinNetwork("x")
    assert send(store, {"x": twin}, {"acme": shy}, NOW).sent == 2
    assert send(store, {"x": twin}, {"acme": shy}, NOW + 2 * 86_400).sent == 1


def test_a_network_that_fails_is_tried_again_and_then_no_more(store: Store, brands: Brands) -> None:
    """A passing failure is tried again later, a bounded number of times; then a person decides."""
    tries: list[str] = []

    def fails(reply: Reply, published: bool) -> None:
        tries.append(reply.key)
        raise SourceError("busy", retry=True)

    approved(store, brands, "1")
    twin = TwinNetwork("x", fails)
    for hour in range(2 * TRIES):
        send(store, {"x": twin}, {"acme": ACME}, NOW + hour * 7200)
    assert len(tries) == TRIES
    assert len(store.replies(ReplyState.FAILED)) == 1


def test_an_answer_that_was_lost_may_stand_there_later(store: Store, brands: Brands) -> None:
    """Where nobody knows it is neither sent again nor failed until the network was asked a while later."""
    late: list[Reply] = []

    def lost(reply: Reply, published: bool) -> None:
        late.append(reply)
        raise SourceError("the answer was lost", retry=False)

    approved(store, brands, "1")
    twin = TwinNetwork("x", lost)
    done = send(store, {"x": twin}, {"acme": ACME}, NOW)
    assert (done.sent, done.failed, len(store.replies(ReplyState.SENDING))) == (0, 0, 1)
    twin.posts[late[0].key] = late[0].text
    assert settle(store, {"x": twin}, NOW + 61, after=60) == 1
    assert len(store.replies(ReplyState.SENT)) == 1


def test_a_refusal_fails_at_once(store: Store, brands: Brands) -> None:
    """Where the network says that it was not published, a person decides at once, and reads why."""

    def refused(reply: Reply, published: bool) -> None:
        raise Unsent("too long", retry=False)

    approved(store, brands, "1")
    assert send(store, {"x": TwinNetwork("x", refused)}, {"acme": ACME}, NOW).failed == 1
    assert [reply.note for reply in store.replies(ReplyState.FAILED)] == ["too long"]


def test_what_happens_while_the_post_is_read_again_counts(store: Store, brands: Brands) -> None:
    """A pause that comes in between keeps the answer in; new words that were approved in between are those that go."""
    number = approved(store, brands, "1")
    twin = TwinNetwork("x")
    [post] = [event.post for event in [published("1", "to acme", author="u1")]]

    class Slow(TwinNetwork):
        """A network during whose answer somebody acts."""

        def __init__(self, act: Callable[[], object]) -> None:
            super().__init__("x")
            self.act = act

        def again(self, post_id: str) -> Post | None:
            self.act()
            return post

    def pauses() -> None:
        store.pause("acme", "a crisis")

    def rewrites() -> None:
        act(store, number, CaseKind.DRAFTED, note="Better.")
        act(store, number, CaseKind.APPROVED)

    done = send(store, {"x": twin}, {"acme": ACME}, NOW, lambda network: Slow(pauses))
    assert (done.sent, done.waiting, twin.posts) == (0, 1, {})
    store.pause("acme", "")
    assert send(store, {"x": twin}, {"acme": ACME}, NOW, lambda network: Slow(rewrites)).sent == 1
    assert list(twin.posts.values()) == ["Better."]


@pytest.mark.parametrize("stood", [True, False])
def test_a_crash_while_sending_never_says_it_twice(store: Store, brands: Brands, stood: bool) -> None:
    """After a crash, what stands on the network was sent; what does not waits for a person, and is never sent again."""

    def dies(reply: Reply, published: bool) -> None:
        if published is stood:
            raise KeyboardInterrupt

    approved(store, brands, "1")
    twin = TwinNetwork("x", dies)
    with pytest.raises(KeyboardInterrupt):
        send(store, {"x": twin}, {"acme": ACME}, NOW)
    again = TwinNetwork("x")
    again.posts = twin.posts
    assert settle(store, {"x": again}, NOW) == 1
    assert len(store.replies(ReplyState.SENT if stood else ReplyState.FAILED)) == 1
    assert send(store, {"x": again}, {"acme": ACME}, NOW).sent == 0
    assert len(again.posts) == int(stood)


@pytest.mark.parametrize(
    "said",
    [
        "@acmeair stop",
        "@acmeair por favor, dejadme en paz",
        "@acmeair laissez-moi tranquille",
        "@acmeair lasst mich bitte in Ruhe",
        "@acmeair me deixem em paz",
        "@acmeair lasciatemi in pace",
        "@acmeair laat me met rust",
    ],
)
def test_after_stop_nothing_more_is_said(store: Store, said: str) -> None:
    """In seven languages: what was approved for a person who says stop is never sent, and they are remembered."""
    brands = Brands([ACME], lambda asks: foresee([replace(ask, text=f"to {ask.text}") for ask in asks]))
    approved(store, brands, "1", "ann")
    keep(store, brands, published("2", said, author="ann"))
    twin = TwinNetwork("x")
    assert send(store, {"x": twin}, {"acme": ACME}, NOW).sent == 0
    assert (twin.posts, store.cases(), store.replies(*ReplyState)) == ({}, [], [])
    assert [one.standing for one in store.person("x", "@Ann").standings] == ["stopped"]
