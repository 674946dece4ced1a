"""The search box of the desk: what it asks of a case, what the store answers of that, and what is not kept."""

from dataclasses import replace

import pytest

from ascolta.core.case import Case, CaseEvent, CaseKind, Content, Status, awake, fold
from ascolta.core.etiquette import Action, Decision
from ascolta.core.parse import parse
from ascolta.core.piles import LAST, Pile, Wanted, since, turn
from ascolta.core.sought import narrowed, needs_words, pile_of, refuse_saving, seen, sought
from ascolta.core.view import holds
from ascolta.errors import CaseError, QueryError
from tests.conftest import NOW

HOUR = 3_600.0
CASE = Case(
    id=7, brand="acme", network="x", labels=(("complaint", "yes"), ("language", "es"), ("topic", "Refunds")),
    decision=Decision(action=Action.REPLY, rule="Spoken-To", why="because", desk="Care", approve=1),
    published=NOW - 5 * HOUR - 1, content=Content(text="my parcel never came", post_id="1", author="@Ann"),
    assigned_to="Béa Long", events=(CaseEvent(kind=CaseKind.OPENED, at=NOW),),
)  # fmt: skip
KNOWN = {
    "brand": {"acme": "acme"}, "network": {"x": "x"}, "desk": {"care": "Care", "people": "people"},
    "topic": {"refunds": "Refunds"}, "tag": {"spoken-to": "Spoken-To"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("find", "fits"),
    [
        ("lang:es", True), ("lang:en", False), ("complaint:yes topic:refunds", True), ("topic:luggage", False),
        ("desk:care", True), ("desk:people", False), ("state:open", True), ("state:sent", False),
        ('who:"bea long"', True), ("who:ann", False), ("age:5", True), ("age:>5", False), ("age:<6", True),
        ("network:x brand:acme", True), ("tag:spoken-to", True), ("tag:open", True), ("date:1970-01-12", True),
        ("parcel NEAR/3 came", True), ("parcel lang:en", False), ("author:@ann", True), ("NOT who:ann", True),
        ("state:sent OR parcel", True),
    ],
)  # fmt: skip
def test_a_query_asks_of_a_case_what_it_is_and_says(find: str, fits: bool) -> None:
    """Labels, network, desk, state, owner, age and words of a case are asked in the one query language."""
    assert holds(sought(find), seen(CASE, NOW)) is fits


def test_of_a_sealed_case_no_words_are_found() -> None:
    """What the desk does not show of a case, it does not find."""
    sealed = replace(CASE, status=Status.SEALED, content=None)
    assert not holds(sought("parcel"), seen(sealed, NOW))
    assert not holds(sought("author:@ann"), seen(sealed, NOW))
    assert holds(sought("state:sealed lang:es"), seen(sealed, NOW))


@pytest.mark.parametrize(
    ("find", "column", "said"),
    [
        ("lang:es stat:open", 9, "did you mean 'state'"),
        ("state:calm", 7, "expected one of sealed, open, drafted"),
        ("age:old", 5, "a whole number"),
        ("desk:", 6, "expected a value after 'desk:'"),
        ("lang:es (parcel", 9, "never closed"),
        ("parcel grade:crisis", 8, "is asked of alerts"),
    ],
)
def test_an_error_names_its_column_and_what_was_expected(find: str, column: int, said: str) -> None:
    """Of a search that cannot be read the desk is told where and what was expected, also where it asks of alerts."""
    with pytest.raises(QueryError, match=said) as told:
        sought(find)
    assert told.value.column == column


@pytest.mark.parametrize("find", ["desk:care", "who:ann", "age:>3", "state:open"])
def test_what_only_the_desk_asks_no_stored_query_may(find: str) -> None:
    """Elsewhere the language is as it was: there is no desk, owner or age of a post, and a state is an alert's."""
    with pytest.raises(QueryError):
        parse(find)


@pytest.mark.parametrize(
    ("find", "wanted", "whole"),
    [
        ("lang:es", Wanted(said=(("language", "es"),)), True),
        (
            "desk:care state:open brand:acme network:x",
            Wanted(desk="Care", status="open", brand="acme", network="x"),
            True,
        ),
        ("topic:refunds complaint:yes", Wanted(said=(("topic", "Refunds"), ("complaint", "yes"))), True),
        ("lang:es parcel", Wanted(said=(("language", "es"),)), False),
        ("desk:nowhere", Wanted(), False),
        ("desk:care desk:people", Wanted(desk="Care"), False),
        ("lang:es OR desk:care", Wanted(), False),
        ("NOT desk:care", Wanted(), False),
        ("who:ann", Wanted(), False),
    ],
)
def test_the_store_answers_what_it_can(find: str, wanted: Wanted, whole: bool) -> None:
    """What stands beside a case in the clear is asked of the store, all else of the cases that it gives."""
    assert narrowed(sought(find), KNOWN, Wanted()) == (wanted, whole)


@pytest.mark.parametrize("find", ["lang:es", "desk:care complaint:yes", "topic:refunds brand:acme", "state:open"])
def test_what_the_store_answers_is_what_the_query_says(find: str) -> None:
    """A case fits what is asked of the store just where the query holds for it."""
    query = sought(find)
    for case in (CASE, replace(CASE, labels=()), replace(CASE, decision=replace(CASE.decision, desk="people"))):
        assert narrowed(query, KNOWN, Wanted())[0].fits(case) is holds(query, seen(case, NOW))


def test_a_state_leads_to_its_pile() -> None:
    """Who asks for what was sent sees what is done, wherever they stand; a state that is only one of two does not."""
    assert pile_of(sought("lang:es state:sent"), Pile.WAITING) is Pile.DONE
    assert pile_of(sought("state:snoozed"), Pile.WAITING) is Pile.SNOOZED
    assert pile_of(sought("state:sent OR lang:es"), Pile.WAITING) is Pile.WAITING
    assert pile_of(None, Pile.SEALED) is Pile.SEALED


@pytest.mark.parametrize(
    "find", ["parcel", "@ann", "author:ann", 'raw:"Ann"', "lang:es NOT ann", "is:question", "words:>3"]
)
def test_what_could_name_a_person_is_not_kept(find: str) -> None:
    """A saved view stands in the clear, so no words, accounts or authors are in it."""
    query = sought(find)
    assert needs_words(query)
    with pytest.raises(QueryError, match="kept in the clear"):
        refuse_saving(query, find, KNOWN)


def test_a_view_asks_for_what_is_ours() -> None:
    """A value that could be anything must be one of ours; what is, is kept."""
    for find in ("topic:ann", "desk:ann", "lang:es OR network:ann", "lang:annalena", "tag:ann"):
        with pytest.raises(QueryError, match="not one of ours"):
            refuse_saving(sought(find), find, KNOWN)
    for find in ("topic:refunds", "lang:es state:open age:>4", "who:ann"):
        refuse_saving(sought(find), find, KNOWN)


def test_the_turn_of_what_has_no_clock_comes_after_every_clock() -> None:
    """Without a clock complaints go first, then what is newest; what sleeps by its time, what is done backwards."""
    plain = replace(CASE, labels=())
    old = replace(plain, published=NOW - 50 * HOUR)
    turns = [turn(one, None) for one in (CASE, plain, old)]
    assert turns == sorted(turns)
    assert turns[0] > 4e9
    assert turn(replace(CASE, status=Status.SNOOZED, snoozed_until=NOW + 1), None) == NOW + 1
    done = replace(CASE, status=Status.RESOLVED)
    assert (since(done), turn(done, None)) == (NOW, LAST - NOW)


def test_a_case_sleeps_until_its_time() -> None:
    """What is asleep stands as snoozed until its time, and then where it was; a note that is no time wakes it."""
    asleep = fold(CASE, [CaseEvent(kind=CaseKind.SNOOZED, at=NOW, by="Ann", note=str(NOW + HOUR))])
    assert (asleep.status, asleep.snoozed_until) == (Status.SNOOZED, NOW + HOUR)
    assert awake(asleep, NOW + HOUR - 1).status is Status.SNOOZED
    assert awake(asleep, NOW + HOUR).status is Status.OPEN
    for note in ("", "monday", "-1", "nan", "1e99"):
        assert fold(CASE, [CaseEvent(kind=CaseKind.SNOOZED, at=NOW, note=note)]).status is Status.OPEN
    with pytest.raises(CaseError):
        fold(replace(CASE, status=Status.SEALED), [CaseEvent(kind=CaseKind.HANDED_OVER, at=NOW, note="people")])
