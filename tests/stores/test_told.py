"""What the journal is told of what a store does, by each store: every act, once, and nothing about anybody."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ascolta.core.alert import AlertChange, State
from ascolta.core.case import CaseEvent, CaseKind
from ascolta.core.checkpoint import Signer
from ascolta.core.etiquette import Action, Etiquette
from ascolta.core.journal import Entry, Kind, NewEntry, read
from ascolta.core.mention import Brands, Effect, Removal
from ascolta.core.reply import ReplyState
from ascolta.errors import StoreError
from ascolta.ports import Store
from ascolta.stores.checkpoints import SecondPlace
from ascolta.stores.journal import MemoryJournal, SqlJournal
from ascolta.stores.memory import MemoryStore
from ascolta.stores.sql import SqlStore
from tests.conftest import ACME, NOW, act, approved, changed, edited, foresee, keep, published, removed, rule, unseal

KEY = Signer(name="ascolta/test", seed=bytes(range(32)))
Made = tuple[Store, MemoryJournal]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Made]:
    """Each store with a journal, both empty."""
    journal = MemoryJournal(KEY, SecondPlace(None))
    url = request.getfixturevalue("server").empty() if request.param == "postgresql" else ""
    store = MemoryStore(journal) if request.param == "memory" else SqlStore(tmp_path, journal, url)
    yield store, journal
    store.close()


def entries(journal: MemoryJournal | SqlJournal) -> list[Entry]:
    """Everything that was written down."""
    return [entry for _, data in journal.entries() if (entry := read(data)) is not None]


def kinds(journal: MemoryJournal) -> list[str]:
    """The kinds of what was written down, what was heard aside."""
    return [str(entry.kind) for entry in entries(journal) if entry.kind is not Kind.HEARD]


def test_a_case_is_told_from_its_opening_to_its_answer(told: Made, brands: Brands) -> None:
    """Opened, drafted, approved and sent are told in order, under the case's number, brand and rule."""
    store, journal = told
    number = approved(store, brands)
    [reply] = store.replies(ReplyState.APPROVED)
    store.claim(reply.key)
    store.settle(reply, ReplyState.SENT, at=NOW + 5, note="p1")
    assert kinds(journal) == ["opened", "drafted", "approved", "sent"]
    about = [entry for entry in entries(journal) if entry.kind is not Kind.HEARD]
    assert {(entry.case, entry.brand) for entry in about} == {(number, "acme")}
    assert about[0].rule == "spoken-to"
    assert [bool(entry.commitment) for entry in about] == [False, True, True, True]


def test_stepping_in_is_told(told: Made, brands: Brands) -> None:
    """Unsealing a case is an entry of its own, with a commitment to the reason; so is showing what was masked."""
    store, journal = told
    keep(store, brands, published("1", "acme is bad"))
    [case] = store.cases()
    post = published("1", "acme is bad").post
    assert post is not None
    unseal(store, case.id, post)
    act(store, case.id, CaseKind.REVEALED)
    assert kinds(journal) == ["opened", "unsealed", "revealed"]
    assert [bool(entry.commitment) for entry in entries(journal) if entry.kind is Kind.UNSEALED] == [True]


def _by_removal(store: Store, brands: Brands) -> None:
    keep(store, brands, removed("1"))


def _by_edit(store: Store, brands: Brands) -> None:
    keep(store, brands, edited("1", "to nobody"))


def _by_refusal(store: Store, brands: Brands) -> None:
    keep(store, brands, changed(handle="u1", locked=True))


def _by_date(store: Store, brands: Brands) -> None:
    assert store.sweep(NOW + 1e9) == 1


def _by_request(store: Store, brands: Brands) -> None:
    assert store.forget(Removal(network="x", actor="@U1", why="asked", effect=Effect.STOP), NOW) == 1


@pytest.mark.parametrize(
    ("way", "kind"),
    [
        (_by_removal, "removed"),
        (_by_edit, "removed"),
        (_by_refusal, "removed"),
        (_by_date, "expired"),
        (_by_request, "erased"),
    ],
)
def test_each_way_for_a_case_to_go_is_told(
    told: Made, brands: Brands, way: Callable[[Store, Brands], None], kind: str
) -> None:
    """Removed by the network, expired by its date, erased because somebody asked: each by its own word, once."""
    store, journal = told
    keep(store, brands, published("1", "hello to acme"))
    way(store, brands)
    assert [said for said in kinds(journal) if said != "refused"] == ["opened", kind]


def test_pauses_and_alerts_are_told(told: Made) -> None:
    """That a brand may not speak, may speak again, and what the detector found."""
    store, journal = told
    store.pause("acme", "crisis", NOW)
    store.pause("acme", "", NOW)
    change = AlertChange(
        brand="acme", stream="all", old=State.CALM, new=State.ALERT, at=NOW, score=1.5, once_in_days=31.6, why="much"
    )
    store.watched("acme", {}, [change])
    assert kinds(journal) == ["paused", "resumed", "alerted"]


def test_a_batch_is_told_in_numbers(told: Made, brands: Brands) -> None:
    """What was heard is told as counts at the start of its tick; a batch of which nothing came is not."""
    store, journal = told
    keep(store, brands, published("1", "nothing of ours"))
    assert entries(journal) == []
    keep(store, brands, published("2", "acme"), published("3", "to acme"), removed("9"), at=NOW + 77)
    [heard] = [entry for entry in entries(journal) if entry.kind is Kind.HEARD]
    assert heard.at == 999_900
    assert {str(name): count for name, count in heard.counts.items() if count} == {
        "posts": 2, "mentions": 2, "silence": 1, "reply": 1, "removals": 1,
    }  # fmt: skip


def test_nothing_about_anybody_is_told(told: Made, brands: Brands) -> None:
    """No word, account, id, draft, reason or name of a colleague stands in any entry."""
    store, journal = told
    keep(store, brands, published("id77", "hello to acme, canary", author="shy_one"))
    number = store.cases()[0].id
    act(store, number, CaseKind.DRAFTED, by="Ann", note="a draft with words")
    act(store, number, CaseKind.RESOLVED, by="Ann", note="a reason")
    text = json.dumps([data.decode() for _, data in journal.entries()])
    assert not [word for word in ("canary", "shy_one", "id77", "Ann", "words", "reason") if word in text]


def test_the_same_words_are_committed_to_differently_each_time(told: Made, brands: Brands) -> None:
    """Words that are written twice, in one case or in two, make commitments that tell nobody that they are the same."""
    store, journal = told
    keep(store, brands, published("1", "hello to acme"), published("2", "hello to acme"))
    one, other = (case.id for case in store.cases())
    for number, at in ((one, NOW + 1), (other, NOW + 1), (one, NOW + 2)):
        act(store, number, CaseKind.DRAFTED, note="We look into it.", at=at)
    act(store, one, CaseKind.ASSIGNED, note="We look into it.", at=NOW + 2)
    made = [entry.commitment for entry in entries(journal) if entry.commitment]
    assert len(made) == 4
    assert len(set(made)) == (3 if isinstance(store, MemoryStore) else 4), "the twin has one key for all cases"


def test_a_rule_in_any_words_can_be_told(told: Made, brands: Brands) -> None:
    """A rule whose name is no plain word is told by a hash of it, and its cases are kept like others."""
    store, journal = told
    named = Etiquette(brand="acme", rules=(rule("höflich, wenn gefragt", "addressed:yes", Action.REPLY),))
    keep(store, Brands([replace(ACME, etiquette=named)], foresee), published("1", "hello to acme"))
    act(store, store.cases()[0].id, CaseKind.ASSIGNED, note="Bob")
    assert store.sweep(NOW + 1e9) == 1
    assert [entry.rule[:7] for entry in entries(journal) if entry.case] == ["sha256-"] * 3


class _Full:
    """A journal whose disk is full."""

    def append(self, entries: Sequence[NewEntry]) -> range:
        raise StoreError("the disk is full")

    def checkpoint(self, at: int) -> str:
        return ""

    def close(self) -> None: ...


def test_no_act_stands_without_its_entry(tmp_path: Path, brands: Brands) -> None:
    """Where the journal cannot write, the act is not done either: no case, no count, and the cursor stays."""
    store = SqlStore(tmp_path, _Full())
    with pytest.raises(StoreError, match="full"):
        keep(store, brands, published("1", "hello to acme"))
    assert (store.cases(), store.cursor("s"), store.span("acme")) == ([], "", None)
    store.close()


def test_going_against_the_check_is_told_rule_by_rule(told: Made, brands: Brands) -> None:
    """Each approval against the check is told with the names of the rules and a commitment to its reason."""
    store, journal = told
    keep(store, brands, published("1", "hello to acme"))
    number = store.cases()[0].id
    act(store, number, CaseKind.DRAFTED, note="We noticed you.")
    for by in ("Ann", "Bob"):
        event = CaseEvent(
            kind=CaseKind.APPROVED, at=NOW, by=by, note="she told us so", overrides=("watching", "wrong-name")
        )
        store.record(number, event)
    assert kinds(journal)[2:] == ["approved", "overridden", "overridden"] * 2
    against = [entry for entry in entries(journal) if entry.kind is Kind.OVERRIDDEN]
    assert [entry.rule for entry in against] == ["watching", "wrong-name"] * 2
    assert all(entry.commitment and entry.case == number for entry in against)
