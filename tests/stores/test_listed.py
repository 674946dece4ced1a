"""The list of cases as every store gives it: by turn, a page at a time, and what sleeps wakes in time."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from ascolta.core.case import CaseKind, Status
from ascolta.core.journal import Kind, NewEntry
from ascolta.core.mention import Brands
from ascolta.core.piles import LAST, Pile, SavedView, Wanted, turn
from ascolta.core.reply import ReplyState
from ascolta.errors import CaseError
from ascolta.ports import Store
from ascolta.stores.memory import MemoryStore
from ascolta.stores.sql import SqlStore
from tests.conftest import ACME, NOW, act, approved, edited, keep, published

HOUR, DAY = 3_600.0, 86_400.0


def rank(store: Store, at: float = NOW) -> None:
    """Say the turn of every case that has none."""
    store.rank({case.id: turn(case, ACME) for case in store.rouse(at)})


def numbers(store: Store, wanted: Wanted | None = None, at: float = NOW) -> list[int]:
    """The numbers of what is listed."""
    rank(store, at)
    return [case.id for _, case in store.listed(wanted or Wanted())]


def test_pages_follow_each_other_without_loss_or_repeat(store: Store, brands: Brands) -> None:
    """However small the pages are, together they give every case once, in order; what goes meanwhile shifts nothing."""
    keep(store, brands, *(published(str(n), "to acme", at=NOW - n // 2) for n in range(9)))
    everything = numbers(store)
    assert everything == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    found, after = [], None
    while here := store.listed(Wanted(after=after, most=2)):
        found += [case.id for _, case in here]
        after = here[-1][0], here[-1][1].id
        if len(found) == 4:
            act(store, 2, CaseKind.RESOLVED)
    assert found == everything
    assert numbers(store) == [1, 3, 4, 5, 6, 7, 8, 9]


def test_what_is_due_stands_before_what_is_not(store: Store, brands: Brands) -> None:
    """By turn first, then by number; a case whose turn nobody said is not listed yet, and a new one is asked for."""
    keep(store, brands, *(published(str(n), "to acme") for n in range(4)))
    assert store.listed(Wanted()) == []
    assert [case.id for case in store.rouse(NOW)] in ([1, 2, 3, 4], [4, 3, 2, 1])
    store.rank({1: 30.0, 2: 10.0, 3: 10.0})
    assert [(at, case.id) for at, case in store.listed(Wanted())] == [(10.0, 2), (10.0, 3), (30.0, 1)]
    assert [case.id for case in store.rouse(NOW)] == [4]
    assert sorted(case.id for case in store.rouse(NOW, anew=True)) == [1, 2, 3, 4]
    act(store, 3, CaseKind.DRAFTED, note="Hello.")
    assert sorted(case.id for case in store.rouse(NOW)) == [3, 4]


def test_a_case_lies_where_its_events_put_it(store: Store, brands: Brands) -> None:
    """Waiting, asleep, sealed or done: after each act the list says what the case itself says."""
    keep(store, brands, *(published(str(n), "to acme") for n in range(5)), published("9", "acme is bad"))
    act(store, 1, CaseKind.RESOLVED)
    act(store, 2, CaseKind.SNOOZED, note=str(NOW + HOUR))
    act(store, 3, CaseKind.DRAFTED, note="Hello.")
    act(store, 4, CaseKind.DRAFTED, note="Hello.")
    act(store, 4, CaseKind.APPROVED)
    for pile, there in (
        (Pile.WAITING, [(3, "drafted"), (4, "approved"), (5, "open")]),
        (Pile.SNOOZED, [(2, "snoozed")]),
        (Pile.SEALED, [(6, "sealed")]),
        (Pile.DONE, [(1, "resolved")]),
    ):
        assert numbers(store, Wanted(pile=pile)) == [number for number, _ in there]
        assert [(case.id, case.status) for _, case in store.listed(Wanted(pile=pile))] == there
        assert store.tallied(Wanted(pile=pile)) == len(there)
    for case in store.cases():
        [shown] = [one for pile in Pile for _, one in store.listed(Wanted(pile=pile)) if one.id == case.id]
        assert shown.status is case.status


def test_an_answer_that_went_out_or_failed_moves_its_case(store: Store, brands: Brands) -> None:
    """Sent, it is done; failed, it waits again."""
    first, second = approved(store, brands, "1"), approved(store, brands, "2")
    for reply, state in zip(store.replies(ReplyState.APPROVED), (ReplyState.SENT, ReplyState.FAILED), strict=True):
        assert store.claim(reply.key)
        store.settle(reply, state, at=NOW, note="77")
    assert numbers(store, Wanted(pile=Pile.DONE)) == [first]
    assert numbers(store, Wanted(status="drafted")) == [second]


def test_the_newest_that_is_done_stands_first(store: Store, brands: Brands) -> None:
    """What was done last is looked for most."""
    keep(store, brands, *(published(str(n), "to acme") for n in range(3)))
    for number, at in ((2, 10), (1, 20), (3, 30)):
        act(store, number, CaseKind.RESOLVED, at=NOW + at)
    assert numbers(store, Wanted(pile=Pile.DONE)) == [3, 1, 2]
    assert store.listed(Wanted(pile=Pile.DONE))[0][0] == LAST - (NOW + 30)


def test_what_sleeps_wakes_in_time(store: Store, brands: Brands) -> None:
    """Until its time a case is in no hurry and nowhere but asleep; from then on it waits where it was before."""
    keep(store, brands, published("1", "to acme"), published("2", "to acme"))
    act(store, 1, CaseKind.DRAFTED, note="Hello.")
    for number in (1, 2):
        assert act(store, number, CaseKind.SNOOZED, note=str(NOW + number * HOUR)) is Status.SNOOZED
    assert numbers(store) == []
    assert numbers(store, Wanted(pile=Pile.SNOOZED), at=NOW + HOUR - 1) == [1, 2]
    assert store.listed(Wanted(pile=Pile.SNOOZED))[1][1].snoozed_until == NOW + 2 * HOUR
    assert numbers(store, at=NOW + HOUR) == [1]
    assert store.listed(Wanted())[0][1].status is Status.DRAFTED
    assert act(store, 1, CaseKind.APPROVED, at=NOW + HOUR) is Status.APPROVED
    assert numbers(store, at=NOW + 2 * HOUR) == [1, 2]
    assert store.listed(Wanted())[1][1].status is Status.OPEN


def test_a_sleep_can_be_ended_and_is_never_too_long(store: Store, brands: Brands) -> None:
    """Snoozed until now it is awake at once; for more than two weeks nothing sleeps; an edit wakes it too."""
    keep(store, brands, published("1", "to acme"))
    act(store, 1, CaseKind.SNOOZED, note=str(NOW + HOUR))
    assert act(store, 1, CaseKind.SNOOZED, note=str(NOW)) is Status.OPEN
    with pytest.raises(CaseError, match="14 days"):
        act(store, 1, CaseKind.SNOOZED, note=str(NOW + 15 * DAY))
    act(store, 1, CaseKind.SNOOZED, note=str(NOW + HOUR))
    with pytest.raises(CaseError, match="snoozed cannot be approved"):
        act(store, 1, CaseKind.APPROVED)
    keep(store, brands, edited("1", "to acme, at last"))
    assert numbers(store) == [1]
    act(store, 1, CaseKind.RESOLVED)
    with pytest.raises(CaseError, match="cannot be snoozed"):
        act(store, 1, CaseKind.SNOOZED, note=str(NOW + HOUR))


def test_a_case_that_is_handed_over_is_with_the_other_desk(store: Store, brands: Brands) -> None:
    """It is listed and clocked there, nobody's until somebody takes it; it is not handed over to where it is."""
    keep(store, brands, published("1", "to acme"), published("2", "to acme"))
    act(store, 1, CaseKind.ASSIGNED, note="Ann")
    assert numbers(store, Wanted(desk="people")) == []
    act(store, 1, CaseKind.HANDED_OVER, note="people")
    assert numbers(store, Wanted(desk="people")) == [1]
    assert numbers(store, Wanted(desk="care")) == [2]
    case = store.case(1)
    assert case is not None
    assert (case.decision.desk, case.assigned_to, case.status) == ("people", "", Status.OPEN)
    with pytest.raises(CaseError, match="with people already"):
        act(store, 1, CaseKind.HANDED_OVER, note="people")


def test_the_list_asks_by_what_a_case_is(store: Store, brands: Brands) -> None:
    """Brand, network, state and labels narrow it, each alone and together, and the count is that of the list."""
    keep(store, brands, published("1", "to acme"), published("2", "bad to acme"), published("3", "to other, bad"))
    for wanted, there in (
        (Wanted(brand="acme"), [1, 2]),
        (Wanted(brand="other"), [3]),
        (Wanted(network="x"), [1, 2, 3]),
        (Wanted(network="y"), []),
        (Wanted(said=(("complaint", "yes"),)), [2, 3]),
        (Wanted(said=(("complaint", "yes"), ("polarity", "negative")), brand="acme"), [2]),
        (Wanted(said=(("complaint", "ye"),)), []),
        (Wanted(said=(("complaint", "%"),)), []),
        (Wanted(status="open"), [1, 2, 3]),
    ):
        assert sorted(numbers(store, wanted)) == there, wanted
        assert store.tallied(replace(wanted, most=1)) == len(there), wanted


def test_the_list_shows_no_words_and_the_cases_of_a_page_do(store: Store, brands: Brands) -> None:
    """Without a key the list has neither words nor draft; `some` gives the cases asked for, in that order."""
    keep(store, brands, *(published(str(n), f"to acme {n}") for n in range(3)))
    act(store, 2, CaseKind.DRAFTED, note="Hello.")
    rank(store)
    for _, case in store.listed(Wanted()):
        assert (case.content, case.draft, case.drafted_by, len(case.events)) == (None, "", "", 1)
    full = store.some([3, 99, 1])
    assert [(case.id, case.content.text if case.content else "") for case in full] == [
        (3, "to acme 2"),
        (1, "to acme 0"),
    ]


def test_the_sign_changes_with_every_case(store: Store, brands: Brands) -> None:
    """A case that comes, an act on it, somebody who begins or ends to write, and one that goes: each is told."""
    signs = [store.sign(NOW)]
    keep(store, brands, published("1", "to acme"))
    signs.append(store.sign(NOW))
    act(store, 1, CaseKind.ASSIGNED)
    signs.append(store.sign(NOW))
    store.hold(1, "Ann", NOW, NOW + 60)
    signs.append(store.sign(NOW))
    assert store.sign(NOW) == signs[-1]
    assert store.sign(NOW + 61) == signs[2]
    assert len(set(signs)) == 4
    store.sweep(NOW + 90 * DAY)
    assert store.sign(NOW + 61) not in signs[1:]


def test_saved_views_are_kept_by_name_and_desk(store: Store) -> None:
    """One of the same name and desk takes the place of the old one; one that is dropped is gone."""
    spanish = SavedView(name="Spanish", find="lang:es", desk="care", by="Ann", at=NOW)
    for view in (spanish, replace(spanish, desk=""), replace(spanish, find="lang:fr", by="Bob")):
        store.save_view(view)
    assert store.views() == [replace(spanish, desk=""), replace(spanish, find="lang:fr", by="Bob")]
    store.drop_view("Spanish", "care", NOW)
    store.drop_view("nothing", "", NOW)
    assert store.views() == [replace(spanish, desk="")]


class Told:
    """A journal that remembers what it is told."""

    def __init__(self) -> None:
        self.entries: list[NewEntry] = []

    def append(self, entries: Sequence[NewEntry]) -> range:
        self.entries += entries
        return range(len(self.entries))

    def checkpoint(self, at: int) -> str:
        return ""

    def close(self) -> None:
        pass


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_sleep_handing_over_and_views_are_journalled(kind: str, brands: Brands) -> None:
    """Each stands in the journal by its kind, without name, desk or search."""
    journal = Told()
    store: Store = MemoryStore(journal) if kind == "memory" else SqlStore(None, journal)
    keep(store, brands, published("1", "to acme"))
    act(store, 1, CaseKind.SNOOZED, note=str(NOW + HOUR))
    act(store, 1, CaseKind.HANDED_OVER, note="people")
    store.save_view(SavedView(name="Ann's own", find="lang:es", by="Ann", at=NOW))
    assert [one.kind for one in journal.entries[-3:]] == [Kind.SNOOZED, Kind.HANDED_OVER, Kind.CONFIGURED]
    assert not any("Ann" in str(one) or "people" in str(one) for one in journal.entries)


def test_a_store_of_an_earlier_version_is_listed(tmp_path: Path, brands: Brands) -> None:
    """A store whose cases say nowhere how they stand gets that when it is opened."""
    store = SqlStore(tmp_path)
    keep(store, brands, published("1", "to acme"), published("2", "acme is bad"))
    act(store, 1, CaseKind.RESOLVED)
    with store.engine.begin() as db:
        for index in ("cases_by_turn", "cases_by_writer"):
            db.execute(sa.text(f"DROP INDEX {index}"))
        for column in ("status", "pile", "since", "turn", "assigned"):
            db.execute(sa.text(f"ALTER TABLE cases DROP COLUMN {column}"))
        for table in ("saved_views", "versions"):
            db.execute(sa.text(f"DROP TABLE {table}"))
    store.close()
    again = SqlStore(tmp_path)
    assert numbers(again, Wanted(pile=Pile.DONE)) == [1]
    assert numbers(again, Wanted(pile=Pile.SEALED)) == [2]
    assert again.views() == []
    again.close()


def test_a_page_is_read_by_the_index(brands: Brands) -> None:
    """SQLite finds a page, wherever it begins, in an index, and sorts nothing."""
    store = SqlStore(None)
    keep(store, brands, *(published(str(n), "to acme") for n in range(50)))
    rank(store)
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(_db: object, _cursor: object, statement: str, values: tuple[object, ...], *_more: object) -> None:
        asked.append((statement, values))

    sa.event.listen(store.engine, "before_cursor_execute", note)
    store.listed(Wanted(after=(1.0, 1), brand="acme"))
    statement, values = next(one for one in asked if "FROM cases" in one[0])
    with store.engine.begin() as db:
        plan = [str(row) for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert any("cases_by_turn" in step for step in plan), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan
