"""What becomes of an answer when two programs look after it: the first word counts, and that it was sent counts always.

One sends and takes its time; the other holds that to be a crash and asks the network. Every store is asked the same.
"""

from ascolta.core.case import CaseKind, Status
from ascolta.core.mention import Brands
from ascolta.core.reply import Reply, ReplyState
from ascolta.ports import Store
from tests.conftest import NOW, act, approved


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
