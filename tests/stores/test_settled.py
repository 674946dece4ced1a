"""What becomes of an answer when two programs look after it: the first word counts, and that it was sent counts always.

One sends and takes its time; the other holds that to be a crash and asks the network. Every store is asked the same.
"""

import pytest

from ascolta.core.case import CaseKind, Status
from ascolta.core.mention import Brands
from ascolta.core.reply import Reply, ReplyState
from ascolta.ports import Store
from tests.conftest import NOW, act, approved, edited, keep, published


def claimed(store: Store, brands: Brands) -> tuple[Reply, Reply]:
    """An answer on its way, as its sender read it before it was claimed, and as another program reads it then."""
    approved(store, brands)
    [before] = store.replies(ReplyState.APPROVED)
    assert store.claim(before.key, NOW)
    [after] = store.replies(ReplyState.SENDING)
    return before, after


def test_who_comes_late_with_a_failure_is_not_heard(store: Store, brands: Brands) -> None:
    """It was sent; that another one did not find it a moment before takes nothing back."""
    sender, other = claimed(store, brands)
    store.settle(sender, ReplyState.SENT, at=NOW, note="post1")
    store.settle(other, ReplyState.FAILED, at=NOW + 1, note="it does not stand there")
    [reply] = store.replies(*ReplyState)
    assert (reply.state, reply.note) == (ReplyState.SENT, "post1")
    [case] = store.cases()
    assert case.status is Status.SENT
    assert [event.kind for event in case.events].count(CaseKind.SENT) == 1


def test_that_it_was_sent_is_told_once(store: Store, brands: Brands) -> None:
    """Both know that it was sent; the case tells so once."""
    sender, other = claimed(store, brands)
    store.settle(other, ReplyState.SENT, at=NOW, note="post1")
    store.settle(sender, ReplyState.SENT, at=NOW + 1, note="post1")
    assert [event.kind for event in store.cases()[0].events].count(CaseKind.SENT) == 1


def test_that_it_was_sent_counts_after_a_failure(store: Store, brands: Brands) -> None:
    """The other one was too fast with its failure: the sender knows better, and nobody approves it once more."""
    sender, other = claimed(store, brands)
    store.settle(other, ReplyState.FAILED, at=NOW, note="it does not stand there")
    assert store.cases()[0].status is Status.DRAFTED
    store.settle(sender, ReplyState.SENT, at=NOW + 1, note="post1")
    assert store.cases()[0].status is Status.SENT
    assert store.replies(ReplyState.APPROVED, ReplyState.FAILED) == []


def test_a_failure_is_not_heard_once_it_was_approved_again(store: Store, brands: Brands) -> None:
    """Two found that it does not stand there, and a person has decided meanwhile: what they decided stays."""
    _, other = claimed(store, brands)
    store.settle(other, ReplyState.FAILED, at=NOW, note="it does not stand there")
    act(store, other.case, CaseKind.APPROVED, at=NOW + 1)
    store.settle(other, ReplyState.FAILED, at=NOW + 2, note="it does not stand there")
    [reply] = store.replies(*ReplyState)
    assert reply.state is ReplyState.APPROVED
    assert store.claim(reply.key, NOW + 3)


@pytest.mark.parametrize("state", [ReplyState.APPROVED, ReplyState.FAILED])
def test_what_was_not_sent_is_gone_once_its_post_was_edited(store: Store, brands: Brands, state: ReplyState) -> None:
    """Nobody approved it as an answer to the new words: it is neither tried again nor a draft."""
    sender, _ = claimed(store, brands)
    keep(store, brands, edited("1", "something else to acme"))
    store.settle(sender, state, at=NOW + 1, note="busy")
    assert store.replies(*ReplyState) == []
    [case] = store.cases()
    assert (case.status, case.draft) == (Status.OPEN, "")


def test_what_was_sent_counts_although_its_post_was_edited(store: Store, brands: Brands) -> None:
    """It stands on the network, whatever the post says by now."""
    sender, _ = claimed(store, brands)
    keep(store, brands, edited("1", "something else to acme"))
    store.settle(sender, ReplyState.SENT, at=NOW + 1, note="post1")
    assert store.cases()[0].status is Status.SENT


@pytest.mark.parametrize("people", ["", "Ann", "Ann Bob"])
@pytest.mark.parametrize("sent", [True, False])
def test_an_edit_that_needs_fewer_people_is_kept(store: Store, brands: Brands, people: str, sent: bool) -> None:
    """A complaint that was edited into thanks is heard, whoever has approved what; it still takes two."""
    keep(store, brands, published("1", "bad, said to acme"))
    number = store.cases()[0].id
    act(store, number, CaseKind.DRAFTED, note="We are sorry.")
    for name in people.split():
        act(store, number, CaseKind.APPROVED, by=name)
    for reply in store.replies(ReplyState.APPROVED) if sent else ():
        store.claim(reply.key, NOW)
        store.settle(reply, ReplyState.SENT, at=NOW, note="post1")
    before = store.cases()[0].status
    keep(store, brands, edited("1", "thank you, said to acme"))
    [case] = store.cases()
    assert case.status is (Status.SENT if before is Status.SENT else Status.OPEN)
    assert case.decision.rule == "spoken-to"
    assert case.needs == 2


def test_what_is_being_rewritten_is_not_sent(store: Store, brands: Brands) -> None:
    """While somebody writes an approved answer anew nobody claims it; then they do, with the words of then."""
    number = approved(store, brands)
    [before] = store.replies(ReplyState.APPROVED)
    store.hold(number, "Bob", NOW, NOW + 60)
    assert store.claim(before.key, NOW + 1) is None
    act(store, number, CaseKind.DRAFTED, by="Bob", note="Better.", at=NOW + 2)
    act(store, number, CaseKind.APPROVED, by="Bob", at=NOW + 2)
    claimed_now = store.claim(before.key, NOW + 3)
    assert claimed_now is not None
    assert (before.text, claimed_now.text) == ("Hello, we look into it.", "Better.")
