"""A backup holds all of a store but may be kept only for so long; a restore brings back nobody who went meanwhile."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from ascolta import bootstrap
from ascolta.core.advocate import AdvocateEvent, AdvocateKind, Terms
from ascolta.core.backup import LONGEST, Manifest, manifest, until
from ascolta.core.case import CaseEvent, CaseKind
from ascolta.core.checkpoint import notes
from ascolta.core.mention import Brands, Effect, Removal
from ascolta.core.people import AT_HOME, Role
from ascolta.core.reply import ReplyState
from ascolta.errors import AscoltaError, StoreError
from ascolta.outbox import send, settle
from ascolta.sources import TwinNetwork
from ascolta.stores import backup as copying
from ascolta.stores.accounts import Accounts
from ascolta.stores.advocates import Advocates
from ascolta.stores.backup import BRANDS, MANIFEST, SEALED, read, take
from ascolta.stores.catalogue import compared
from ascolta.stores.checkpoints import SecondPlace, kept_signer
from ascolta.stores.journal import SqlJournal
from ascolta.stores.restoring import OLD, Restored, Wanted, restore
from ascolta.stores.sealed import sealed, unsealed
from ascolta.stores.sql import SqlStore
from tests.conftest import ACME, NOW, approved, keep, published
from tests.test_canaries import MARK, found

WORDS = "correct horse battery staple"
DAY = 86_400.0
HOUR = 3_600.0


@pytest.fixture
def place(tmp_path: Path, brands: Brands) -> Path:
    """A store with three people's cases, one of them approved, and a journal."""
    folder = tmp_path / "store"
    store = opened(folder)
    approved(store, brands, "1", "ann")
    keep(store, brands, published("2", f"to acme {MARK}", author="ben"), published("3", "to acme", author="cleo"))
    assert store.journal is not None
    store.journal.checkpoint(int(NOW))
    store.close()
    return folder


def opened(folder: Path) -> SqlStore:
    """A store as commands open it."""
    store = bootstrap.store(folder)
    assert isinstance(store, SqlStore)
    return store


def taken(place: Path, at: float = NOW) -> Path:
    """A backup of it."""
    to = place.parent / "backup"
    take(place, {"acme": bootstrap.example()}, to, (WORDS, at), place / "checkpoints")
    return to


def wanted(backup: Path, to: Path, later: Path | None = None, at: float = NOW + HOUR) -> Wanted:
    """What is to be restored."""
    return Wanted(backup=backup, store=to, later=later, second=to / "checkpoints", passphrase=WORDS, at=at)


def texts(folder: Path) -> dict[int, str]:
    """The words of each case."""
    store = opened(folder)
    held = {case.id: case.content.text for case in store.cases() if case.content}
    store.close()
    return held


def test_what_was_copied_comes_back(place: Path, tmp_path: Path) -> None:
    """While the store is open, it is copied; restored elsewhere, every case opens again and nothing is undeclared."""
    store = opened(place)
    backup = taken(place)
    store.close()
    assert list(compared(place)) == []
    done = restore(wanted(backup, tmp_path / "new"), ["acme"])
    assert texts(tmp_path / "new") == texts(place)
    assert list(compared(tmp_path / "new")) == []
    assert (done.erased, done.expired, done.lost, done.has_later) == (0, 0, 0, ())


def test_a_backup_cannot_be_read_without_its_passphrase(place: Path) -> None:
    """No word of a case stands in any file of it, nor do keys; another passphrase opens nothing."""
    backup = taken(place)
    assert found(backup) == {}
    assert not list(backup.rglob("*keys.db"))
    assert not list(backup.rglob("journal.key"))
    with pytest.raises(StoreError, match="passphrase is another one"):
        restore(replace(wanted(backup, place.parent / "new"), passphrase="another horse entirely"), [])
    assert not (place.parent / "new").exists()


def test_a_short_passphrase_is_refused(place: Path) -> None:
    """Eleven characters are too few; nothing is left of the try."""
    with pytest.raises(AscoltaError, match="too short"):
        take(place, {}, place.parent / "b", ("elevenchars", NOW), place / "checkpoints")
    assert not list(place.parent.glob("b*"))


def test_only_what_authors_wrote_goes_along(place: Path) -> None:
    """Rules, plans and statements are copied; files of posts and the store are not."""
    backup = taken(place)
    names = {path.relative_to(backup / BRANDS / "acme").as_posix() for path in (backup / BRANDS).rglob("*.*")}
    assert {"brand.yaml", "plans/outage.yaml", "assessments/day.md"} <= names
    assert "day.jsonl" not in names


def test_a_backup_ends_with_the_shortest_term(place: Path, brands: Brands) -> None:
    """It may be kept for as long as the case that is kept for the shortest: 72 hours once a sealed one is in it."""
    assert read(taken(place)).until == NOW + 30 * DAY
    store = opened(place)
    keep(store, brands, published("4", "acme is bad"))
    store.close()
    shutil.rmtree(place.parent / "backup")
    backup = taken(place)
    assert read(backup).until == NOW + 72 * HOUR
    with pytest.raises(StoreError, match="might be kept until"):
        restore(wanted(backup, place.parent / "new", at=NOW + 72 * HOUR + 1), [])
    with pytest.raises(StoreError, match="later than now"):
        restore(wanted(backup, place.parent / "new", at=NOW - 1), [])


def test_the_term_of_nothing_is_a_year() -> None:
    """A backup in which nobody is may be kept for a year, and never for longer."""
    assert until(NOW, []) == until(NOW, [10 * LONGEST]) == NOW + LONGEST
    assert until(NOW, [DAY, 2 * DAY]) == NOW + DAY


def test_the_term_cannot_be_written_anew(place: Path) -> None:
    """Whoever writes a later date into the manifest cannot open the keys any more."""
    backup = taken(place)
    made = read(backup)
    told = {name: getattr(made, name) for name in Manifest.__struct_fields__}
    (backup / MANIFEST).write_bytes(Manifest(**{**told, "until": made.until + DAY}).text)
    with pytest.raises(StoreError, match="changed after it was made"):
        restore(wanted(backup, place.parent / "new"), [])


@pytest.mark.parametrize("name", ["store/store.db", "store/journal.db", "brands/acme/brand.yaml"])
def test_a_changed_file_is_noticed(place: Path, name: str) -> None:
    """One byte more in any file, and the backup is refused."""
    backup = taken(place)
    with (backup / name).open("ab") as file:
        file.write(b"x")
    with pytest.raises(StoreError, match="changed, added or lost"):
        restore(wanted(backup, place.parent / "new"), [])


def test_what_is_no_backup_is_refused(place: Path, tmp_path: Path) -> None:
    """A folder without a manifest, one that is not there, and a manifest of nonsense are said in one sentence."""
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "nowhere"):
        with pytest.raises(StoreError, match="no backup here"):
            read(folder)
    backup = taken(place)
    (backup / MANIFEST).write_text(json.dumps({"version": 1}))
    with pytest.raises(StoreError, match="changed or is of another version"):
        read(backup)
    assert manifest(b"\xff") is None
    with pytest.raises(StoreError, match="there already"):
        take(place, {}, backup, (WORDS, NOW), place / "checkpoints")
    with pytest.raises(StoreError, match="no store here"):
        take(tmp_path / "empty", {}, tmp_path / "b", (WORDS, NOW), place / "checkpoints")


def test_who_was_erased_after_the_backup_stays_erased(place: Path) -> None:
    """The store that is there says by its keys and its journal who went: restored over it, they are still gone."""
    backup = taken(place)
    store = opened(place)
    store.forget(Removal(network="x", actor="ben", effect=Effect.STOP), NOW + 60)
    store.close()
    done = restore(wanted(backup, place, later=place), ["acme"])
    assert (done.erased, done.has_later) == (1, ("journal", "keys", "refusals"))
    assert set(texts(place).values()) == {"to acme"}
    store = opened(place)
    assert store.person("x", "ben").standings[0].standing == "stopped"
    store.close()
    assert not place.with_name(place.name + OLD).exists()


def test_a_later_journal_alone_says_which_cases_went(place: Path, tmp_path: Path) -> None:
    """With nothing left but a copy of the journal, cases that went are erased; who refused is counted, not known."""
    backup = taken(place)
    store = opened(place)
    store.forget(Removal(network="x", actor="ben", effect=Effect.STOP), NOW + 60)
    store.close()
    (tmp_path / "left").mkdir()
    copying.copy(place / "journal.db", tmp_path / "left" / "journal.db")
    done = restore(wanted(backup, tmp_path / "new", later=tmp_path / "left"), ["acme"])
    assert (done.erased, done.since.refusals, done.has_later) == (1, 1, ("journal",))
    assert len(texts(tmp_path / "new")) == 2
    assert MARK not in "".join(texts(tmp_path / "new").values())


def test_the_keys_of_what_was_erased_are_not_in_the_store(place: Path, tmp_path: Path) -> None:
    """After a restore the key file holds a key for each case that is left, one for the store, and no other."""
    backup = taken(place)
    store = opened(place)
    store.forget(Removal(network="x", actor="ben", effect=Effect.FORGET), NOW + 60)
    store.close()
    restore(wanted(backup, tmp_path / "new", later=place), [])
    store = opened(tmp_path / "new")
    assert store.keys.file.execute("SELECT count(*) FROM keys").fetchone() == (3,)
    store.close()


def test_what_is_over_by_date_is_not_brought_back(place: Path, tmp_path: Path, brands: Brands) -> None:
    """A sealed case that had an hour to go when it was copied is gone when the backup is restored after two."""
    store = opened(place)
    keep(store, brands, published("4", "acme is bad"), at=NOW - 71 * HOUR)
    store.close()
    done = restore(wanted(taken(place), tmp_path / "new", at=NOW + 2 * HOUR), [])
    assert done.expired == 1
    assert len(texts(tmp_path / "new")) == 3


def test_nothing_is_said_twice_after_a_restore(place: Path, tmp_path: Path, brands: Brands) -> None:
    """An answer that was sent after the backup is found on its network; the brand is paused; it is not sent again."""
    backup = taken(place)
    twin = TwinNetwork("x")
    store = opened(place)
    assert send(store, {"x": twin}, brands.by_id, NOW + 60).sent == 1
    store.close()
    done = restore(wanted(backup, tmp_path / "new"), ["acme"])
    assert done.doubtful == 1
    store = opened(tmp_path / "new")
    assert store.paused("acme").startswith("restored from a backup of")
    store.pause("acme", "", NOW + HOUR)
    assert settle(store, {"x": twin}, NOW + 2 * HOUR) == 1
    assert send(store, {"x": twin}, brands.by_id, NOW + 2 * HOUR).sent == 0
    assert [reply.state for reply in store.replies(*ReplyState)] == [ReplyState.SENT]
    assert len(twin.posts) == 1
    store.close()


def forget_and_sign(place: Path) -> None:
    """Somebody is forgotten after the backup was taken, and the journal is signed."""
    store = opened(place)
    store.forget(Removal(network="x", post_id="3"), NOW + 60)
    assert store.journal is not None
    store.journal.checkpoint(int(NOW + 61))
    store.close()


def test_the_journal_goes_on_and_its_witness_agrees(place: Path, tmp_path: Path) -> None:
    """With the later journal no entry is lost, and the next checkpoint adds to the last one of before."""
    backup = taken(place)
    forget_and_sign(place)
    shutil.copy(place / "checkpoints", tmp_path / "second")
    done = restore(replace(wanted(backup, tmp_path / "new", later=place), second=tmp_path / "second"), ["acme"])
    assert done.lost == 0
    journal = SqlJournal(
        tmp_path / "new" / "journal.db",
        kept_signer(tmp_path / "new"),
        SecondPlace(tmp_path / "second"),
    )
    assert journal.checkpoint(int(NOW + 2 * HOUR))
    journal.close()
    assert len(list(notes((tmp_path / "second").read_text(encoding="utf-8")))) == 3


def test_lost_entries_are_refused_unless_somebody_says_so(place: Path, tmp_path: Path) -> None:
    """Checkpoints at the second place know what the backup's journal lacks; without it a new journal is begun."""
    backup = taken(place)
    forget_and_sign(place)
    second = tmp_path / "second"
    shutil.copy(place / "checkpoints", second)
    asked = replace(wanted(backup, tmp_path / "new"), second=second)
    with pytest.raises(StoreError, match="lacks its newest entries, 1 of them signed"):
        restore(asked, [])
    with pytest.raises(StoreError, match="name a new file"):
        restore(replace(asked, although_lost=True), [])
    fresh = tmp_path / "new" / "checkpoints"
    (tmp_path / "new").mkdir()
    shutil.copy(second, fresh)
    done = restore(replace(asked, second=fresh, although_lost=True, later=None), ["acme"])
    assert done.lost == 1
    assert (tmp_path / "new" / "journal.pub").read_text() != (place / "journal.pub").read_text()
    assert len(texts(tmp_path / "new")) == 3


def test_a_journal_of_another_store_is_no_later_one(place: Path, tmp_path: Path, brands: Brands) -> None:
    """What does not add to the backup's journal is refused, and so is one that was cut short."""
    backup = taken(place)
    other = opened(tmp_path / "other")
    for number in range(10, 30):
        keep(other, brands, published(str(number), "to acme"))
    other.close()
    with pytest.raises(StoreError, match="does not add to"):
        restore(wanted(backup, tmp_path / "new", later=tmp_path / "other"), [])


def test_advocates_who_withdrew_do_not_come_back(place: Path, tmp_path: Path) -> None:
    """By the later keys each who withdrew is known; by the journal alone nobody can say who, so all of them go."""
    people = Advocates(place, bootstrap.journal(place))
    words = Terms(scope="help", purpose="help others", language="en", networks=("x",), until=NOW + DAY)
    asked = AdvocateEvent(kind=AdvocateKind.PROPOSED, at=NOW, by="Ann", case=1, terms=words)
    for name in ("ann", "ben"):
        people.propose("acme", "x", (name, [name]), asked)
    backup = taken(place)
    people.withdraw("x", "ben", NOW + 60)
    people.close()
    one = restore(wanted(backup, tmp_path / "one", later=place), [])
    (tmp_path / "left").mkdir()
    copying.copy(place / "journal.db", tmp_path / "left" / "journal.db")
    all_of_them = restore(wanted(backup, tmp_path / "all", later=tmp_path / "left"), [])
    assert (one.advocates, all_of_them.advocates) == (1, 2)
    left = Advocates(tmp_path / "all")
    assert left.was_asked("acme", "x", ["ben"])
    left.close()


def test_whom_the_later_store_asked_and_briefed_is_known(place: Path, tmp_path: Path) -> None:
    """Nobody is briefed more often than agreed, nor asked twice, because an older store came back."""
    people = Advocates(place, bootstrap.journal(place))
    words = Terms(scope="help", purpose="help others", language="en", networks=("x",), until=NOW + DAY)
    asked = AdvocateEvent(kind=AdvocateKind.PROPOSED, at=NOW, by="Ann", case=1, terms=words)
    ann = people.propose("acme", "x", ("ann", ["ann"]), asked)
    for case, kind in ((1, AdvocateKind.ASKED), (2, AdvocateKind.AGREED)):
        people.record(ann.ref, replace(asked, kind=kind, case=case, post_id=str(case)))
    backup = taken(place)
    people.record(ann.ref, replace(asked, kind=AdvocateKind.BRIEFED, at=NOW + 60, key="k1", about="sorry/1"))
    people.propose("acme", "x", ("ben", ["ben"]), asked)
    people.close()
    restore(wanted(backup, tmp_path / "new", later=place), [])
    left = Advocates(tmp_path / "new")
    assert [[one.at for one in known.briefings] for known in left.of("x", "ann")] == [[NOW + 60]]
    assert left.was_asked("acme", "x", ["ben"])
    left.close()
    assert list(compared(tmp_path / "new")) == []


def test_an_answer_that_was_being_rewritten_is_doubted_too(place: Path, tmp_path: Path) -> None:
    """Somebody at the desk had it in hand when the backup was taken; it may have gone out since all the same."""
    store = opened(place)
    [reply] = store.replies(ReplyState.APPROVED)
    store.hold(reply.case, "Ann", NOW, NOW + 2 * HOUR)
    backup = taken(place)
    store.close()
    assert restore(wanted(backup, tmp_path / "new"), []).doubtful == 1


def test_who_was_shut_out_after_the_backup_stays_out(place: Path, tmp_path: Path) -> None:
    """The later list of accounts is taken over; without it nobody of the backup is still signed in."""
    people = Accounts(place)
    _, link = people.invite("Ann", Role.ADMIN, NOW)
    session = people.join(link, "", NOW)
    _, other = people.invite("Ben", Role.AGENT, NOW)
    assert session is not None
    assert people.join(other, "", NOW) is not None
    backup = taken(place)
    ben = next(one for one in people.members() if one.name == "Ben")
    people.suspend(ben.id, NOW + 60)
    people.close()
    one = restore(wanted(backup, tmp_path / "one", later=place), [])
    two = restore(wanted(backup, tmp_path / "two"), [])
    assert ("accounts" in one.has_later, "accounts" in two.has_later) == (True, False)
    later, before = Accounts(tmp_path / "one"), Accounts(tmp_path / "two")
    assert [state_of(found, "Ben") for found in (later, before)] == ["suspended", "active"]
    assert before.sessions.find(session, NOW + 60, AT_HOME) is None
    later.close()
    before.close()


def state_of(accounts: Accounts, name: str) -> str:
    """How the account of somebody stands."""
    return str(next(one.state for one in accounts.members() if one.name == name))


def test_a_try_leaves_everything_as_it_was(place: Path, tmp_path: Path) -> None:
    """Only tried, the same is told, and no file is there that was not."""
    backup = taken(place)
    before = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*"))
    said = restore(replace(wanted(backup, tmp_path / "new"), only_try=True), ["acme"])
    assert sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*")) == before
    assert said == restore(wanted(backup, tmp_path / "new"), ["acme"])


def test_a_store_that_is_in_use_is_not_replaced(place: Path) -> None:
    """While another program has it open, a restore over it is refused, and nothing has changed."""
    backup = taken(place)
    store = opened(place)
    with pytest.raises(StoreError, match="stop it first"):
        restore(wanted(backup, place, later=place), [])
    store.close()
    assert len(texts(place)) == 3


def test_small_files_open_with_their_passphrase_only() -> None:
    """Sealed bytes open again as they were; with another passphrase, another companion or one bit changed, never."""
    data = sealed(WORDS, {"a": b"\0" * 100}, b"bound")
    assert unsealed(WORDS, data, b"bound") == {"a": b"\0" * 100}
    spoiled = bytes([*data[:-1], data[-1] ^ 1])
    for attempt in (
        (WORDS + "!", data, b"bound"),
        (WORDS, data, b"other"),
        (WORDS, spoiled, b"bound"),
        (WORDS, b"", b""),
    ):
        with pytest.raises(StoreError):
            unsealed(*attempt)


def test_a_case_that_is_read_anew_keeps_its_events(place: Path, tmp_path: Path) -> None:
    """What people did on a case comes back with it, and it can be worked on."""
    restore(wanted(taken(place), tmp_path / "new"), [])
    store = opened(tmp_path / "new")
    case = min(store.cases(), key=lambda one: one.id)
    assert [event.kind for event in case.events][:2] == [CaseKind.OPENED, CaseKind.DRAFTED]
    open_one = max(store.cases(), key=lambda one: one.id)
    store.record(open_one.id, CaseEvent(kind=CaseKind.RESOLVED, at=NOW + HOUR, by="Ann"))
    store.close()


def test_what_was_done_is_told_in_numbers(place: Path, tmp_path: Path) -> None:
    """No account and no word of a case stands in what a restore tells."""
    done: Restored = restore(wanted(taken(place), tmp_path / "new"), ["acme"])
    assert MARK not in repr(done)
    assert ACME.id in done.paused
    assert (place.parent / "backup" / SEALED).stat().st_mode & 0o077 == 0
