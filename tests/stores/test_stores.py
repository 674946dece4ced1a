"""The battery that every store passes."""

from dataclasses import replace

import pytest

from ascolta.core.alert import AlertChange, State
from ascolta.core.case import CaseKind, Status
from ascolta.core.mention import Brands, Removal, hear
from ascolta.core.post import Actor, Batch, Event
from ascolta.core.reply import ReplyState
from ascolta.core.risk import Company, Driver, Organised, Risk
from ascolta.core.watching.growth import Speed, Trend
from ascolta.errors import CaseError, StoreError
from ascolta.ports import Store
from tests.conftest import NOW, act, approved, changed, edited, keep, published, removed, unseal

DAY = 86_400.0
RISK = Risk(
    grade="crisis", rule="fast", why="It doubles.", hour=60, more=44, complaints=55, negatives=70, rising=1, others=3,
    drivers=(Driver(topic="refunds", more=31, share=70),),
    speed=Speed(trend=Trend.RISING, doubling=9.5, fastest=6.0, now=24, likely=41, most=89, within=240),
    company=Company(organised=Organised.NO, copies=5, top=20, apart=80, authors=40),
)  # fmt: skip


def test_a_mention_said_to_us_opens_a_case_with_its_words(store: Store, brands: Brands) -> None:
    """A post that speaks to the brand opens one case, which holds its text and the reason."""
    keep(store, brands, published("1", "hello to acme", author="ann"))
    [case] = store.cases("acme")
    assert (case.status, case.decision.rule, case.brand) == (Status.OPEN, "spoken-to", "acme")
    assert case.content is not None
    assert (case.content.text, case.content.author, case.content.post_id) == ("hello to acme", "ann", "1")


def test_a_complaint_not_said_to_us_is_sealed(store: Store, brands: Brands) -> None:
    """A complaint in the open shows no words and no author, and few labels, until a person opens it with a reason."""
    keep(store, brands, published("1", "acme is bad"))
    [case] = store.cases()
    assert (case.status, case.content) == (Status.SEALED, None)
    assert dict(case.labels) == {"complaint": "yes", "polarity": "negative"}
    with pytest.raises(CaseError, match="needs a reason"):
        act(store, case.id, CaseKind.UNSEALED)
    with pytest.raises(CaseError, match="read afresh"):
        act(store, case.id, CaseKind.UNSEALED, note="we can rebook her")
    post = published("1", "acme is bad").post
    assert post is not None
    assert unseal(store, case.id, post).status is Status.OPEN
    opened = store.case(case.id)
    assert opened is not None
    assert opened.content is not None
    assert opened.content.text == "acme is bad"


def test_silence_leaves_a_number_only(store: Store, brands: Brands) -> None:
    """Talk about the brand opens no case and is counted by tick."""
    keep(store, brands, published("1", "flying acme", at=600.0), published("2", "acme again", at=899.0))
    assert store.cases() == []
    assert store.counts("acme", "all", 0, 1_000) == {600: 2}
    assert store.counts("acme", "silence", 0, 600) == {}
    assert store.span("acme") == (600, 600)
    assert store.span("other") is None


def test_a_moved_cursor_is_refused(store: Store, brands: Brands) -> None:
    """Of two listeners at one source the second is told, and nothing of its batch is kept."""
    keep(store, brands, published("1", "acme"))
    late = hear(Batch(events=(published("2", "to acme"),), after="", cursor="9", arrived=NOW), brands, store.known())
    with pytest.raises(StoreError, match="another listener"):
        store.keep("s", late)
    assert store.cursor("s") == "1"
    assert store.cases() == []
    assert store.counts("acme", "all", 0, 2_000_000) == {999_900: 1}


def test_counts_of_batches_add_up(store: Store, brands: Brands) -> None:
    """What is said in one tick is counted together, in however many batches it came."""
    for number in range(3):
        keep(store, brands, published(f"{number}a", "acme is bad"), published(f"{number}b", "acme"))
    assert store.counts("acme", "all", 0, 2_000_000) == {999_900: 6}
    assert store.counts("acme", "complaint", 0, 2_000_000) == {999_900: 3}
    both = {"complaint": {999_900: 3}, "all": {999_900: 6}, "topic:none": {}}
    assert store.series("acme", [*both], 999_900, 999_901) == both
    assert store.series("acme", [*both], 0, 999_900) == {stream: {} for stream in both}


def test_a_post_taken_back_before_it_arrived_counts_and_opens_nothing(store: Store, brands: Brands) -> None:
    """What was removed or edited before it reached us was said, and is not stored."""
    said = published("1", "hello to acme")
    keep(store, brands, Event(kind=said.kind, network="x", post=said.post, superseded=True))
    assert store.cases() == []
    assert store.counts("acme", "all", 0, 2_000_000) == {999_900: 1}


def test_removal_takes_the_case_and_leaves_the_count(store: Store, brands: Brands) -> None:
    """A removed post takes its case with it at once; that something was said stays counted."""
    keep(store, brands, published("1", "to acme"), published("2", "to acme"))
    keep(store, brands, removed("1"))
    [left] = store.cases()
    assert left.content is not None
    assert left.content.post_id == "2"
    assert store.counts("acme", "all", 0, 2_000_000) == {999_900: 2}


def test_erasing_twice_is_erasing_once(store: Store, brands: Brands) -> None:
    """A second removal of the same post or person changes nothing."""
    keep(store, brands, published("1", "to acme", author="ann"), published("2", "to acme"))
    for _ in range(2):
        keep(store, brands, removed("2"), changed(handle="ann", indexable=False))
        assert store.cases() == []
        assert len(store.known().refused) == 1


def test_a_refusal_removes_every_case_of_the_person(store: Store, brands: Brands) -> None:
    """An account that turns private takes all its cases with it and is not counted from then on."""
    ann = Actor(id="7", handle="ann")
    keep(store, brands, published("1", "to acme", author=ann), published("2", "acme is bad", author=ann))
    assert len(store.cases()) == 2
    keep(store, brands, changed(id="7", handle="ann2", locked=True))
    assert store.cases() == []
    keep(store, brands, published("3", "acme is bad", author=Actor(id="7", handle="ann3")))
    assert store.cases() == []
    assert sum(store.counts("acme", "all", 0, 2_000_000).values()) == 2


def test_who_refused_may_come_back_and_who_said_stop_stays_unheard(store: Store, brands: Brands) -> None:
    """A profile that allows it again is heard again, but a stop is not taken back by a profile."""
    keep(store, brands, changed(handle="ann", indexable=False), changed(handle="ann", indexable=True))
    assert store.known().refused == frozenset()
    keep(store, brands, published("1", "@acmeair stop", author="bob"))
    assert store.known().stopped == frozenset()
    keep(store, Brands(list(brands), _all_addressed(brands)), published("2", "@acmeair stop", author="bob"))
    keep(store, brands, changed(handle="bob", indexable=True))
    assert len(store.known().stopped) == 1


def _all_addressed(brands: Brands):  # type: ignore[no-untyped-def]
    return lambda asks: brands.label([type(ask)(text=f"to {ask.text}") for ask in asks])


def test_an_edit_replaces_the_words_and_sets_a_draft_back(store: Store, brands: Brands) -> None:
    """After an edit the case shows the new words only, and what was drafted no longer stands."""
    number = approved(store, brands)
    keep(store, brands, edited("1", "to acme, forget it"))
    case = store.case(number)
    assert case is not None
    assert case.content is not None
    assert (case.content.text, case.status, case.draft) == ("to acme, forget it", Status.OPEN, "")
    assert store.replies(ReplyState.APPROVED) == []


def test_an_edit_leaves_what_people_did_on_the_case(store: Store, brands: Brands) -> None:
    """After an edit it is the same case under the same number, with whoever works on it; it is not counted again."""
    keep(store, brands, published("1", "hello to acme"))
    number = store.cases()[0].id
    act(store, number, CaseKind.ASSIGNED, note="Bob")
    keep(store, brands, edited("1", "good day to acme"))
    [case] = store.cases()
    assert (case.id, case.assigned_to) == (number, "Bob")
    assert store.counts("acme", "all", 0, 2_000_000) == {999_900: 1}


def test_an_edit_that_takes_the_brand_out_takes_the_case_out(store: Store, brands: Brands) -> None:
    """An edited post that no query finds any more, or that asks for nothing, leaves no case."""
    keep(store, brands, published("1", "to acme"), published("2", "to acme"))
    keep(store, brands, edited("1", "to nobody"), edited("2", "just acme"))
    assert store.cases() == []


def test_the_same_post_by_two_ways_is_one_case(store: Store, brands: Brands) -> None:
    """A post that arrives by two sources opens one case."""
    keep(store, brands, published("1", "to acme"))
    keep(store, brands, published("1", "to acme"))
    assert len(store.cases()) == 1


def test_a_post_twice_in_one_batch_is_one_case(store: Store, brands: Brands) -> None:
    """A post that a batch holds twice opens one case, for each brand that it speaks to."""
    twice = published("1", "to acme and other")
    keep(store, brands, twice, twice)
    assert sorted(case.brand for case in store.cases()) == ["acme", "other"]


def test_a_refusal_in_the_same_breath_leaves_no_case(store: Store, brands: Brands) -> None:
    """A post and its author's refusal in one batch: the case goes with the refusal."""
    keep(store, brands, published("1", "hello to acme", author="ann"), changed(handle="ann", locked=True))
    assert store.cases() == []


@pytest.mark.parametrize("named", ["7", "@Ann", "ann"])
def test_a_person_is_found_by_id_and_by_handle(store: Store, brands: Brands, named: str) -> None:
    """Whichever name somebody gives, all that is held of them is shown, and all of it goes."""
    keep(store, brands, published("1", "hello to acme", author=Actor(id="7", handle="@Ann")))
    keep(store, brands, published("2", "hello to acme", author="bob"))
    assert [case.content and case.content.post_id for case in store.person("x", named).cases] == ["1"]
    assert store.forget(Removal(network="x", actor=named, why="asked"), NOW) == 1
    assert store.person("x", named).cases == ()
    assert len(store.cases()) == 1


def test_who_was_answered_is_remembered_for_thirty_days_and_forgotten_with_the_rest(
    store: Store, brands: Brands
) -> None:
    """That a person was answered goes after thirty days, and at once when the person goes."""
    for post in ("1", "2"):
        approved(store, brands, post)
        [reply] = store.replies(ReplyState.APPROVED)
        store.claim(reply.key)
        store.settle(reply, ReplyState.SENT, at=NOW, note=f"p{post}")
    assert len(store.known().answered) == 2
    keep(store, brands, changed(handle="u1", locked=True))
    assert store.known().answered == {("acme", store.known().tag("x", "u2"))}
    store.sweep(NOW + 29 * DAY)
    assert len(store.known().answered) == 1
    store.sweep(NOW + 31 * DAY)
    assert store.known().answered == frozenset()


def test_assigning_a_sealed_case_does_not_prolong_it(store: Store, brands: Brands) -> None:
    """Only opening a sealed case gives it a longer term; whoever merely takes it on does not."""
    keep(store, brands, published("1", "acme is bad"))
    act(store, store.cases()[0].id, CaseKind.ASSIGNED, note="Bob", at=NOW + 3600)
    assert store.sweep(NOW + 72 * 3600) == 1


def test_a_case_goes_on_its_date(store: Store, brands: Brands) -> None:
    """Sealed cases go after 72 hours, others after 30 days, counted from the last thing a person did."""
    keep(store, brands, published("1", "acme is bad"), published("2", "to acme"), published("3", "to acme"))
    assert store.sweep(NOW + 71 * 3600) == 0
    assert store.sweep(NOW + 72 * 3600) == 1
    act(store, store.cases()[0].id, CaseKind.RESOLVED, at=NOW + 20 * DAY)
    assert store.sweep(NOW + 31 * DAY) == 1
    assert store.sweep(NOW + 50 * DAY) == 1
    assert store.cases() == []


def test_an_approved_answer_is_queued_claimed_once_and_settled(store: Store, brands: Brands) -> None:
    """Approval queues one reply; only one claim wins; once sent, the person counts as answered."""
    number = approved(store, brands)
    [reply] = store.replies(ReplyState.APPROVED)
    assert (reply.case, reply.to_post, reply.text) == (number, "1", "Hello, we look into it.")
    assert (bool(store.claim(reply.key)), store.claim(reply.key)) == (True, None)
    with pytest.raises(CaseError, match="being sent"):
        act(store, number, CaseKind.DRAFTED, note="another")
    store.settle(reply, ReplyState.SENT, at=NOW, note="p1")
    sent = store.case(number)
    assert sent is not None
    assert sent.status is Status.SENT
    assert store.known().has_answer("acme", "x", Actor(handle="u1"))
    assert (store.sent_since("acme", NOW), store.sent_since("acme", NOW + 1)) == (1, 0)
    assert (store.sent_since("acme", NOW, reply.to), store.sent_since("acme", NOW, b"x" * 16)) == (1, 0)


def test_an_answer_on_its_way_counts_as_said(store: Store, brands: Brands) -> None:
    """From its claim on an answer counts against the limits, whatever becomes of it."""
    approved(store, brands)
    [reply] = store.replies(ReplyState.APPROVED)
    assert store.sent_since("acme", NOW) == 0
    store.claim(reply.key)
    assert (store.sent_since("acme", NOW), store.sent_since("acme", NOW, reply.to)) == (1, 1)


def test_a_new_draft_needs_new_approvals(store: Store, brands: Brands) -> None:
    """Who approved other words has not approved these."""
    keep(store, brands, published("1", "to acme: bad"))
    number = store.cases()[0].id
    act(store, number, CaseKind.DRAFTED, note="We are sorry.")
    act(store, number, CaseKind.APPROVED, by="Ann")
    act(store, number, CaseKind.DRAFTED, note="It was not us.")
    assert act(store, number, CaseKind.APPROVED, by="Bob") is Status.DRAFTED
    assert store.replies(ReplyState.APPROVED) == []


def test_two_people_must_approve_an_answer_to_a_complaint(store: Store, brands: Brands) -> None:
    """Four eyes: the same person's second approval is refused."""
    keep(store, brands, published("1", "to acme: bad"))
    number = store.cases()[0].id
    act(store, number, CaseKind.DRAFTED, note="We are sorry.")
    assert act(store, number, CaseKind.APPROVED, by="Ann") is Status.DRAFTED
    with pytest.raises(CaseError, match="another person"):
        act(store, number, CaseKind.APPROVED, by="ann")
    assert store.replies(ReplyState.APPROVED) == []
    assert act(store, number, CaseKind.APPROVED, by="Bob") is Status.APPROVED


def test_a_failed_answer_goes_back_to_its_draft(store: Store, brands: Brands) -> None:
    """What could not be sent waits for a person again, under the same key."""
    number = approved(store, brands)
    [reply] = store.replies(ReplyState.APPROVED)
    store.claim(reply.key)
    store.settle(reply, ReplyState.FAILED, at=NOW, note="refused")
    case = store.case(number)
    assert case is not None
    assert (case.status, case.draft) == (Status.DRAFTED, "Hello, we look into it.")
    act(store, number, CaseKind.APPROVED)
    assert [again.key for again in store.replies(ReplyState.APPROVED)] == [reply.key]


def test_a_removal_takes_the_queued_answer_with_it(store: Store, brands: Brands) -> None:
    """What a person took back is not answered any more."""
    approved(store, brands)
    keep(store, brands, removed("1"))
    assert store.replies(*ReplyState) == []


def test_vigil_alerts_and_pauses_are_kept(store: Store) -> None:
    """What the detector remembers, what it reported and who may not speak are read as they were written."""
    change = AlertChange(
        brand="acme", stream="all", old=State.CALM, new=State.ALERT, at=NOW, score=1.5, once_in_days=31.6, why="much"
    )
    worse = replace(change, old=State.ALERT, at=NOW + 300, risk=RISK)
    assert (store.vigil("acme"), store.alerts("acme"), store.paused("acme")) == ({}, [], "")
    store.watched("acme", {"seen": 5, "vigil": {"a": [1.5]}}, [change, worse])
    store.pause("acme", "crisis")
    assert store.vigil("acme") == {"seen": 5, "vigil": {"a": [1.5]}}
    assert store.alerts("acme") == [change, worse]
    assert store.paused("acme") == "crisis"
    store.pause("acme", "")
    assert store.paused("acme") == ""


def test_a_gone_case_says_so(store: Store) -> None:
    """Acting on a case that is gone is one clear sentence."""
    with pytest.raises(CaseError, match="case 5 is gone"):
        act(store, 5, CaseKind.RESOLVED)
    assert store.case(5) is None


def test_rewinding_forgets_the_place(store: Store, brands: Brands) -> None:
    """A rewound source starts anew."""
    keep(store, brands, published("1", "acme"))
    store.rewind("s", "t")
    assert store.cursor("s") == ""
