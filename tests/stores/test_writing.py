"""Who writes an answer, what was drafted lately, and what goes against the check: the same in every store."""

import pytest

from ascolta.core.case import CaseEvent, CaseKind, Content, Status
from ascolta.core.mention import Brands
from ascolta.core.reply import ReplyState
from ascolta.errors import CaseError
from ascolta.ports import Store
from tests.conftest import NOW, act, edited, keep, published


def draft(store: Store, number: int, note: str, by: str = "Ann", at: float = NOW, template: str = "") -> None:
    """Somebody saves an answer."""
    store.record(number, CaseEvent(kind=CaseKind.DRAFTED, at=at, by=by, note=note, template=template))


def approve(store: Store, number: int, by: str, note: str = "", against: tuple[str, ...] = ()) -> Status:
    """Somebody approves it; how the case stands then."""
    event = CaseEvent(kind=CaseKind.APPROVED, at=NOW, by=by, note=note, overrides=against)
    return store.record(number, event).status


def opened(store: Store, brands: Brands, number: str = "1") -> int:
    """A case that somebody spoke to us about."""
    keep(store, brands, published(number, "hello to acme"))
    return max(case.id for case in store.cases())


def test_one_person_writes_at_a_time(store: Store, brands: Brands) -> None:
    """Until the time is over or the writer lets go, nobody else writes, approves, resolves or takes the case."""
    number = opened(store, brands)
    store.hold(number, "Ann", NOW, NOW + 60)
    store.hold(number, "ANN", NOW + 10, NOW + 70)
    case = store.case(number)
    assert case is not None
    assert (case.writing(NOW + 69), case.writing(NOW + 70)) == ("ANN", "")
    with pytest.raises(CaseError, match="ANN is writing an answer"):
        store.hold(number, "Bob", NOW + 20, NOW + 80)
    for kind in (CaseKind.DRAFTED, CaseKind.SNOOZED, CaseKind.HANDED_OVER, CaseKind.RESOLVED):
        with pytest.raises(CaseError, match="ANN is writing an answer"):
            act(store, number, kind, by="Bob", note=str(NOW + 3600), at=NOW + 20)
    store.hold(number, "Ann", NOW + 20, 0.0)
    store.hold(number, "Bob", NOW + 20, NOW + 80)
    draft(store, number, "Here.", by="Bob", at=NOW + 30)
    case = store.case(number)
    assert case is not None
    assert case.writing(NOW + 31) == ""
    store.hold(number, "Cy", NOW + 31, NOW + 90)
    with pytest.raises(CaseError, match="Cy is writing an answer"):
        act(store, number, CaseKind.APPROVED, by="Ann", at=NOW + 40)
    assert act(store, number, CaseKind.APPROVED, by="Ann", at=NOW + 90) is Status.APPROVED


def test_who_writes_keeps_the_case_over_an_edit(store: Store, brands: Brands) -> None:
    """An edit of the post takes the draft back, not the place of whoever writes a new one."""
    number = opened(store, brands)
    store.hold(number, "Ann", NOW, NOW + 60)
    keep(store, brands, edited("1", "hello again to acme"))
    case = store.case(number)
    assert case is not None
    assert case.writing(NOW + 1) == "Ann"


def test_no_answer_is_begun_where_none_can_be_given(store: Store, brands: Brands) -> None:
    """A sealed, a resolved and a missing case cannot be taken."""
    keep(store, brands, published("1", "acme is bad"))
    sealed = store.cases()[0].id
    with pytest.raises(CaseError, match="sealed takes no new answer"):
        store.hold(sealed, "Ann", NOW, NOW + 60)
    number = opened(store, brands, "2")
    act(store, number, CaseKind.RESOLVED)
    with pytest.raises(CaseError, match="resolved takes no new answer"):
        store.hold(number, "Ann", NOW, NOW + 60)
    with pytest.raises(CaseError, match="case 99 is gone"):
        store.hold(99, "Ann", NOW, NOW + 60)


def test_what_was_drafted_lately_is_told_the_newest_last(store: Store, brands: Brands) -> None:
    """The last drafts of the brand's other cases, each with its template; another brand's are not among them."""
    numbers = [opened(store, brands, str(n)) for n in range(4)]
    for place, number in enumerate(numbers):
        draft(store, number, f"Answer {place}.", at=NOW + place, template=f"t{place}")
    keep(store, brands, published("9", "hello to other"))
    draft(store, store.cases("other")[0].id, "Elsewhere.", at=NOW + 9)
    lately = store.drafted("acme", numbers[3], most=2)
    assert [(event.note, event.template) for event in lately] == [("Answer 1.", "t1"), ("Answer 2.", "t2")]
    assert [event.note for event in store.drafted("acme")][-1] == "Answer 3."
    assert store.drafted("nobody") == []


def test_against_the_check_takes_two_people_and_their_reasons(store: Store, brands: Brands) -> None:
    """An ordinary case needs one approval, but two with reasons where the check is gone against, for the same rules."""
    number = opened(store, brands)
    draft(store, number, "We noticed you.")
    with pytest.raises(CaseError, match="needs a reason"):
        approve(store, number, "Ann", against=("watching",))
    assert approve(store, number, "Ann", "she told us", ("watching",)) is Status.DRAFTED
    assert store.replies() == []
    assert approve(store, number, "Bob", "so she did", ("watching", "names")) is Status.DRAFTED
    assert approve(store, number, "Ann", "that, too", ("watching", "names")) is Status.APPROVED
    case = store.case(number)
    assert case is not None
    assert case.overridden == ("watching", "names")
    against = [event.overrides for event in case.events if event.overrides]
    assert against == [("watching",), ("watching", "names"), ("watching", "names")]


def test_who_approved_before_the_check_blocked_it_does_not_stand_for_that(store: Store, brands: Brands) -> None:
    """What was in order when the first person looked takes two more people once it is not."""
    keep(store, brands, published("1", "bad, said to acme"))
    number = store.cases()[0].id
    draft(store, number, "You get 40 euro.")
    assert approve(store, number, "Ann") is Status.DRAFTED
    assert approve(store, number, "Bob", "he may", ("unapproved",)) is Status.DRAFTED
    assert approve(store, number, "Ann", "he may", ("unapproved",)) is Status.APPROVED


@pytest.mark.parametrize("why", ["", " ", "\u200b", "\u3164", "."])
def test_a_reason_that_nobody_can_read_is_none(store: Store, brands: Brands, why: str) -> None:
    """Neither to go against the check nor to unseal a case."""
    number = opened(store, brands)
    draft(store, number, "We noticed you.")
    with pytest.raises(CaseError, match="needs a reason"):
        approve(store, number, "Ann", why, ("watching",))
    keep(store, brands, published("2", "acme is bad"))
    sealed = CaseEvent(kind=CaseKind.UNSEALED, at=NOW, by="Ann", note=why)
    with pytest.raises(CaseError, match="needs a reason"):
        store.record(store.cases()[0].id, sealed, Content(text="acme is bad", post_id="2"))


def test_an_act_meant_for_another_state_is_refused(store: Store, brands: Brands) -> None:
    """What somebody decided before they saw the last event does not happen; what they had seen does."""
    number = opened(store, brands)
    draft(store, number, "First.")
    with pytest.raises(CaseError, match="meanwhile this case was drafted by Ann"):
        store.record(number, CaseEvent(kind=CaseKind.APPROVED, at=NOW, by="Bob", seen=1))
    after = store.record(number, CaseEvent(kind=CaseKind.APPROVED, at=NOW, by="Bob", seen=2))
    assert (after.status, after.events[-1].seen) == (Status.APPROVED, 0)


def test_an_answer_that_failed_is_the_same_draft_again(store: Store, brands: Brands) -> None:
    """What could not be sent goes back to its draft with its words and its template, for a person to decide."""
    number = opened(store, brands)
    draft(store, number, "Hello.", template="t1")
    act(store, number, CaseKind.APPROVED)
    [reply] = store.replies(ReplyState.APPROVED)
    assert store.claim(reply.key, NOW)
    store.settle(reply, ReplyState.FAILED, at=NOW, note="the network refused it")
    case = store.case(number)
    assert case is not None
    assert (case.status, case.draft, case.approved_by) == (Status.DRAFTED, "Hello.", ())
    assert case.events[-1].template == "t1"
