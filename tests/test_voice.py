"""The brand's own channels: said once, at its time, whatever fails and whenever we stop."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ascolta.core.reply import ReplyState
from ascolta.core.statement import (
    Edition,
    Posting,
    Statement,
    StatementKind,
    StatementState,
    moment,
    promising,
)
from ascolta.errors import CaseError, SourceError
from ascolta.ports import Store
from ascolta.sources import TwinNetwork
from ascolta.stores.memory import MemoryStore
from ascolta.stores.statements import Statements
from ascolta.voice import again, approve, approved_words, prepare, publish, release, settle, withdraw
from tests.conftest import NOW

CLEAR = Statement(
    name="clear", kind=StatementKind.ALL_CLEAR, where={"x": ("en",), "mastodon": ("en", "de")},
    text={"en": "It works. {ask}", "de": "Es geht. {ask}"},
)  # fmt: skip
SORRY = Statement(name="sorry", kind=StatementKind.APOLOGY, where={"x": ("en",)}, text={"en": "We were wrong."})
HOLDING = Statement(
    name="hold", kind=StatementKind.HOLDING, where={"x": ("en",)}, text={"en": "Soon: {next_update}"}, next_update=60.0
)


def facts(name: str, language: str) -> str | None:
    """The only fact there is."""
    return "Ask us." if name == "ask" else None


@pytest.fixture(params=["file", "memory"])
def statements(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Statements]:
    """Each of the two, empty."""
    made = Statements(tmp_path if request.param == "file" else None)
    yield made
    made.close()


@pytest.fixture
def store() -> Iterator[Store]:
    """A store, for the brand's pauses."""
    made = MemoryStore()
    yield made
    made.close()


def out(statements: Statements, statement: Statement = CLEAR, at: float = NOW, *, urgent: bool = False) -> Edition:
    """A statement that is prepared, approved and released."""
    prepare(statements, "acme", statement, facts, ("Ann", at))
    for who in ("Ann", "Bob")[: statement.kind.approve]:
        approve(statements, "acme", statement, facts, (who, at))
    return release(statements, "acme", statement, facts, ("Ann", at, urgent))


def test_what_is_released_goes_out_once_everywhere(store: Store, statements: Statements) -> None:
    """Each network gets its languages, once, however often we try; then the statement is published."""
    twins = {name: TwinNetwork(name) for name in ("x", "mastodon")}
    out(statements)
    done = publish(store, statements, twins, NOW)
    assert (done.sent, done.failed, done.waiting, done.over) == (3, 0, 0, 0)
    assert publish(store, statements, twins, NOW).sent == 0
    assert list(twins["x"].posts.values()) == ["It works. Ask us."]
    assert sorted(twins["mastodon"].posts.values()) == ["Es geht. Ask us.", "It works. Ask us."]
    assert statements.edition("acme", "clear").state is StatementState.PUBLISHED


def test_nothing_goes_out_unapproved(statements: Statements) -> None:
    """An apology needs two people, and nobody acts without a name or a reason."""
    prepare(statements, "acme", SORRY, facts, ("Ann", NOW))
    approve(statements, "acme", SORRY, facts, ("Ann", NOW))
    with pytest.raises(CaseError, match="cannot be released"):
        release(statements, "acme", SORRY, facts, ("Ann", NOW, False))
    with pytest.raises(CaseError, match="say who"):
        approve(statements, "acme", SORRY, facts, (" ", NOW))
    with pytest.raises(CaseError, match="needs a reason"):
        withdraw(statements, "acme", "sorry", " ", ("Ann", NOW))
    assert statements.postings() == []


def test_a_fact_that_changed_stops_it(statements: Statements) -> None:
    """What people approved is the words with their facts; other facts are other words, and none are no words."""
    prepare(statements, "acme", CLEAR, facts, ("Ann", NOW))
    approve(statements, "acme", CLEAR, facts, ("Ann", NOW))
    with pytest.raises(CaseError, match="changed since"):
        release(statements, "acme", CLEAR, lambda name, language: "Call us.", ("Ann", NOW, False))
    with pytest.raises(CaseError, match="no approved fact"):
        release(statements, "acme", CLEAR, lambda name, language: None, ("Ann", NOW, False))


def test_it_waits_for_its_time_and_not_longer(store: Store, statements: Statements) -> None:
    """Not before, and not after: what could not go out in time is said no more."""
    timed = Statement(
        name="timed", kind=StatementKind.ALL_CLEAR, where={"x": ("en",), "mastodon": ("en",)}, text={"en": "Over."},
        not_before=NOW + 100, until=NOW + 200,
    )  # fmt: skip
    out(statements, timed)
    twin = TwinNetwork("x")
    assert publish(store, statements, {"x": twin}, NOW + 99).waiting == 2
    assert publish(store, statements, {"x": twin}, NOW + 100).sent == 1
    assert publish(store, statements, {"x": twin, "mastodon": TwinNetwork("mastodon")}, NOW + 200).over == 1
    assert "its time was over" in statements.postings(ReplyState.FAILED)[0].note
    with pytest.raises(CaseError, match="was to go out until"):
        out(statements, timed, NOW + 200)


def test_a_pause_holds_back_what_is_not_urgent(store: Store, statements: Statements) -> None:
    """While a brand does not speak only that goes out which a person released in spite of it."""
    store.pause("acme", "a crisis")
    twin = TwinNetwork("x")
    out(statements, SORRY)
    assert publish(store, statements, {"x": twin}, NOW).waiting == 1
    out(statements, HOLDING, urgent=True)
    assert publish(store, statements, {"x": twin}, NOW).sent == 1
    store.pause("acme", "")
    assert publish(store, statements, {"x": twin}, NOW).sent == 1


def test_what_waited_is_released_anew(store: Store, statements: Statements) -> None:
    """What a pause held back is published by saying so once more, with its promise counted from then; never twice."""
    twins = {name: TwinNetwork(name) for name in ("x", "mastodon")}
    by = ("Cleo", NOW + 7_200, False)
    store.pause("acme", "a crisis")
    out(statements, HOLDING)
    assert publish(store, statements, twins, NOW).sent == 0
    [promised] = {one.text for one in statements.postings(ReplyState.APPROVED)}
    store.pause("acme", "")
    assert release(statements, "acme", HOLDING, facts, by).events[-1].by == "Cleo"
    [anew] = statements.postings(ReplyState.APPROVED)
    assert (anew.text == promised, anew.not_before) == (False, NOW + 7_200)
    assert publish(store, statements, twins, NOW + 7_200).sent == 1
    with pytest.raises(CaseError, match="published cannot be released"):
        release(statements, "acme", HOLDING, facts, by)
    assert list(twins["x"].posts.values()) == [anew.text]


def test_what_waited_promises_a_time_to_come(store: Store, statements: Statements) -> None:
    """A pause that is lifted later moves the promise; what was tried before keeps its words, for it may stand there."""
    twin = TwinNetwork("x")
    store.pause("acme", "a crisis")
    out(statements, HOLDING)
    store.pause("acme", "")
    tried = replace(statements.postings()[0], tries=1)
    assert promising(tried, NOW + 10_800) == tried
    assert publish(store, statements, {"x": twin}, NOW + 10_800).sent == 1
    [sent] = statements.postings()
    assert list(twin.posts.values()) == [sent.text] == [f"Soon: {moment(NOW + 10_860)}"]
    assert statements.edition("acme", "hold").state is StatementState.PUBLISHED


def test_what_waits_may_become_urgent(store: Store, statements: Statements) -> None:
    """Released again in spite of a pause it goes out; what was tried keeps its time, and what failed stays so."""
    store.pause("acme", "a crisis")
    out(statements)
    first, second, third = statements.postings()
    assert statements.claim(first.key, NOW)
    statements.settle(first, ReplyState.APPROVED, at=NOW)
    assert statements.claim(second.key, NOW)
    statements.settle(second, ReplyState.FAILED, at=NOW, note="refused")
    release(statements, "acme", CLEAR, facts, ("Ann", NOW + 60, True))
    there = {one.key: one for one in statements.postings()}
    assert (there[first.key].urgent, there[first.key].tries, there[first.key].released) == (True, 1, NOW)
    assert (there[second.key].state, there[third.key].urgent) == (ReplyState.FAILED, True)
    twins = {name: TwinNetwork(name) for name in ("x", "mastodon")}
    assert publish(store, statements, twins, NOW + 60).sent == 2
    with pytest.raises(CaseError, match="nothing of statement 'clear' waits"):
        release(statements, "acme", CLEAR, facts, ("Ann", NOW + 61, True))


def test_withdrawn_it_does_not_go_out(store: Store, statements: Statements) -> None:
    """What waits when a statement is withdrawn is never said."""
    out(statements)
    withdraw(statements, "acme", "clear", "it broke again", ("Ann", NOW))
    assert publish(store, statements, {"x": TwinNetwork("x")}, NOW).sent == 0
    assert statements.edition("acme", "clear").events[-1].note == "it broke again"


def test_what_fails_is_tried_later_and_then_given_up(store: Store, statements: Statements) -> None:
    """Five tries where trying again can help, one where nobody knows; a person may try once more, under one key."""
    out(statements, SORRY)
    twin = TwinNetwork("x")
    twin.fails_by_key = _failing(retry=True)
    at = NOW
    for _ in range(4):
        assert publish(store, statements, {"x": twin}, at).waiting == 1
        assert publish(store, statements, {"x": twin}, at + 1).waiting == 1
        at = statements.postings()[0].not_before
    assert publish(store, statements, {"x": twin}, at).failed == 1
    twin.fails_by_key = _failing(retry=False)
    assert again(statements, "acme", "sorry", at) == 1
    assert publish(store, statements, {"x": twin}, at).failed == 0
    assert settle(statements, {"x": twin}, at + 61, after=60) == 1
    assert len(statements.postings(ReplyState.FAILED)) == 1
    twin.fails_by_key = lambda key, published: None
    assert again(statements, "acme", "sorry", at) == 1
    assert publish(store, statements, {"x": twin}, at).sent == 1
    assert again(statements, "acme", "sorry", at) == 0
    assert len(twin.posts) == 1


def test_of_two_programs_one_says_it(store: Store, statements: Statements) -> None:
    """What another program claims while we are sending is left to that one."""
    out(statements)
    twins = {name: TwinNetwork(name) for name in ("x", "mastodon")}
    other: list[int] = []

    def at_once(key: str, published: bool) -> None:
        if not published and not other:
            other.append(0)
            other.append(publish(store, statements, twins, NOW).sent)

    for twin in twins.values():
        twin.fails_by_key = at_once
    assert (publish(store, statements, twins, NOW).sent, other[1]) == (1, 2)


def test_what_may_not_go_out_is_not_passed_on(statements: Statements) -> None:
    """Neither before its time nor after it."""
    timed = replace(CLEAR, name="timed", not_before=NOW + 100, until=NOW + 200)
    prepare(statements, "acme", timed, facts, ("Ann", NOW))
    approve(statements, "acme", timed, facts, ("Ann", NOW))
    for at, part in ((NOW + 99, "may not go out before 1970-01-12 13:48 UTC"), (NOW + 200, "was to go out until")):
        with pytest.raises(CaseError, match=part):
            approved_words(statements, "acme", timed, facts, at)
    assert approved_words(statements, "acme", timed, facts, NOW + 100)["en"] == "It works. Ask us."


def test_only_what_was_approved_is_passed_on(statements: Statements) -> None:
    """Advocates get the words that people approved, never those of a statement that promises an update."""
    with pytest.raises(CaseError, match="not prepared"):
        approved_words(statements, "acme", CLEAR, facts)
    out(statements)
    assert approved_words(statements, "acme", CLEAR, facts) == {"en": "It works. Ask us.", "de": "Es geht. Ask us."}
    with pytest.raises(CaseError, match="changed since"):
        approved_words(statements, "acme", CLEAR, lambda name, language: "Other.")
    out(statements, HOLDING)
    with pytest.raises(CaseError, match="promises an update"):
        approved_words(statements, "acme", HOLDING, facts)


class _Killed(BaseException):
    """The program ends here."""


@pytest.mark.parametrize("seed", range(40))
def test_killed_anywhere_it_is_said_once(seed: int, store: Store, tmp_path: Path) -> None:
    """A network that knows no keys, times out, loses answers and sees us die at any point gets each posting once."""
    rng = random.Random(seed)
    twins = {name: Keyless(name, rng) for name in ("x", "mastodon")}
    kept = Statements(tmp_path)
    out(kept)
    at = NOW
    for _ in range(200):
        if kept.edition("acme", "clear").state is StatementState.PUBLISHED:
            break
        try:
            settle(kept, twins, at)
            again(kept, "acme", "clear", at)
            publish(store, kept, twins, at)
        except Killed:
            kept.close()
            kept = Statements(tmp_path)
        at += 3_600
    kept.close()
    assert sorted(count for twin in twins.values() for count in twin.counted.values()) == [1, 1, 1]


class Killed(BaseException):
    """The program ends here."""


class Keyless(TwinNetwork):
    """A network that publishes whatever it is given, again and again, and may say that it did not when it did."""

    def __init__(self, network: str, rng: random.Random) -> None:
        super().__init__(network)
        self.rng = rng
        self.counted: Counter[str] = Counter()

    def post(self, posting: Posting) -> str:
        self._trouble()
        self.counted[posting.key] += 1
        self.posts[posting.key] = posting.text
        self._trouble()
        return f"p-{posting.key}"

    def _trouble(self) -> None:
        luck = self.rng.random()
        if luck < 0.25:
            raise Killed
        if luck < 0.45:
            raise SourceError("no answer", retry=luck < 0.35)


def _failing(*, retry: bool) -> Callable[[str, bool], None]:
    def fails(key: str, published: bool) -> None:
        if not published:
            raise SourceError("no answer", retry=retry)

    return fails
