"""The file of advocates, and its twin in memory: the same facts for both."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ascolta.core.advocate import ANSWER_WITHIN, AdvocateEvent, AdvocateKind, Stand
from ascolta.core.days import DAY
from ascolta.core.journal import Kind
from ascolta.errors import CaseError, StoreError
from ascolta.stores.advocates import FILE, KEYS, Advocates
from ascolta.stores.checkpoints import SecondPlace, new_signer
from ascolta.stores.journal import FILE as JOURNAL
from ascolta.stores.journal import SqlJournal
from tests.conftest import NOW
from tests.praised import TERMS

WORDS = replace(TERMS, wording="Would wombat help us? Say that we asked.")
PROPOSED = AdvocateEvent(kind=AdvocateKind.PROPOSED, at=NOW, by="Carla", case=1, terms=WORDS)
ANN = ("@Canary_Ann", ("canary-id-ann", "canary_ann"))


@pytest.fixture(params=["file", "memory"])
def advocates(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Advocates]:
    """Each of the two, empty."""
    made = Advocates(tmp_path if request.param == "file" else None)
    yield made
    made.close()


def member(advocates: Advocates) -> str:
    """Ann, who agreed; the name of her record."""
    one = advocates.propose("acme", "x", ANN, PROPOSED)
    advocates.record(one.ref, AdvocateEvent(kind=AdvocateKind.ASKED, at=NOW, case=1))
    agreed = AdvocateEvent(kind=AdvocateKind.AGREED, at=NOW + 1, case=2, post_id="canary-post", terms=WORDS)
    advocates.record(one.ref, agreed)
    return one.ref


def test_what_is_recorded_is_read_as_it_was(advocates: Advocates) -> None:
    """Who agreed is found by id and by handle, with the words that they saw, and by nobody else's name."""
    ref = member(advocates)
    [one] = advocates.all("acme")
    assert (one.ref, one.stand, one.handle, one.keys, one.post_id) == (ref, Stand.AGREED, *ANN, "canary-post")
    assert one.terms == WORDS
    assert advocates.of("x", "canary-id-ann") == advocates.of("x", "@Canary_Ann") == [one]
    assert advocates.of("mastodon", "canary_ann") == advocates.of("x", "bob") == advocates.all("other") == []


def test_nobody_is_asked_twice(advocates: Advocates) -> None:
    """By whichever name and whatever became of the first question; another brand may ask once, too."""
    member(advocates)
    for name in ("canary-id-ann", "canary_ann"):
        with pytest.raises(CaseError, match="asked already"):
            advocates.propose("acme", "x", ("@x", (name,)), PROPOSED)
    assert advocates.withdraw("x", "canary_ann", NOW + 2) == 1
    assert advocates.was_asked("acme", "x", ANN[1])
    with pytest.raises(CaseError, match="asked already"):
        advocates.propose("acme", "x", ANN, PROPOSED)
    assert advocates.propose("other", "x", ANN, PROPOSED).brand == "other"


def test_nobody_without_a_name_is_asked(advocates: Advocates) -> None:
    """Who cannot be known again could not withdraw either."""
    with pytest.raises(CaseError, match="known again"):
        advocates.propose("acme", "x", ("", ()), PROPOSED)


def test_to_withdraw_is_to_be_gone(advocates: Advocates) -> None:
    """By any name, at once; a second time finds nothing, and nothing can be recorded of them any more."""
    ref = member(advocates)
    assert advocates.withdraw("x", "@canary_ann", NOW + 2) == 1
    assert advocates.withdraw("x", "canary-id-ann", NOW + 2) == 0
    assert advocates.all() == []
    with pytest.raises(CaseError, match="gone"):
        advocates.record(ref, AdvocateEvent(kind=AdvocateKind.BRIEFED, at=NOW + 3, key="k"))


def test_an_erasure_takes_the_tag_too(advocates: Advocates) -> None:
    """Who has everything erased leaves nothing, by all names that their record knows."""
    member(advocates)
    assert advocates.forget("x", "canary_ann", NOW + 2) == 1
    assert not advocates.was_asked("acme", "x", ANN[1])
    assert advocates.forget("x", "canary_ann", NOW + 2) == 0
    assert advocates.propose("acme", "x", ANN, PROPOSED).stand is Stand.PROPOSED


def test_an_erasure_after_a_withdrawal_takes_the_tag(advocates: Advocates) -> None:
    """The tag that a withdrawal leaves goes as well when its account asks for that."""
    member(advocates)
    advocates.withdraw("x", "canary_ann", NOW)
    advocates.forget("x", "canary_ann", NOW)
    advocates.forget("x", "canary-id-ann", NOW)
    assert not advocates.was_asked("acme", "x", ANN[1])


def test_what_was_not_said_is_taken_back_whole(advocates: Advocates) -> None:
    """A proposal of which nothing was said leaves no trace, one that may have been said leaves its tag."""
    advocates.take_back(advocates.propose("acme", "x", ANN, PROPOSED).ref)
    assert not advocates.was_asked("acme", "x", ANN[1])
    advocates.drop(advocates.propose("acme", "x", ANN, PROPOSED).ref)
    assert advocates.all() == []
    assert advocates.was_asked("acme", "x", ANN[1])


def test_all_of_it_goes_on_its_date(advocates: Advocates) -> None:
    """Without an answer after 30 days; who agreed, at the end of that."""
    one = advocates.propose("acme", "x", ("@bob", ("bob",)), PROPOSED)
    member(advocates)
    assert advocates.sweep(NOW + ANSWER_WITHIN - 1) == 0
    assert advocates.sweep(NOW + ANSWER_WITHIN) == 1
    assert advocates.of("x", "bob") == []
    with pytest.raises(CaseError, match="gone"):
        advocates.record(one.ref, AdvocateEvent(kind=AdvocateKind.ASKED, at=NOW, case=1))
    assert advocates.sweep(WORDS.until - 1) == 0
    assert advocates.sweep(WORDS.until) == 1
    assert advocates.all() == []


def test_what_does_not_fit_changes_nothing(advocates: Advocates) -> None:
    """A briefing beyond what was agreed is refused within its own transaction."""
    ref = member(advocates)
    for number in range(2):
        advocates.record(ref, AdvocateEvent(kind=AdvocateKind.BRIEFED, at=NOW + 2, key=str(number), about=str(number)))
    for key, at in (("2", NOW + 3), ("0", NOW + 31 * DAY), ("3", WORDS.until)):
        with pytest.raises(CaseError):
            advocates.record(ref, AdvocateEvent(kind=AdvocateKind.BRIEFED, at=at, key=key))
    assert [past.key for past in advocates.all()[0].briefings] == ["0", "1"]


def test_two_programs_see_one_list(tmp_path: Path) -> None:
    """What one records the other sees, and neither asks whom the other asked."""
    one, other = Advocates(tmp_path), Advocates(tmp_path)
    ref = member(one)
    assert [found.ref for found in other.all()] == [ref]
    with pytest.raises(CaseError, match="asked already"):
        other.propose("acme", "x", ANN, PROPOSED)
    other.withdraw("x", "canary_ann", NOW)
    assert one.all() == []
    one.close()
    other.close()


def test_the_files_name_nobody_and_forget_all(tmp_path: Path) -> None:
    """No byte of account, words or post is readable; after a withdrawal no byte of key or record is left."""
    made = Advocates(tmp_path)
    member(made)
    before = _bytes(tmp_path)
    for word in (b"canary", b"Canary", b"wombat", b"corrections", b"Carla"):
        assert word not in before
    rows = made._file.db.execute("SELECT who FROM advocates UNION ALL SELECT said FROM events").fetchall()
    tags = made._file.db.execute("SELECT account FROM names").fetchall()
    secrets = [key for ref, key in made._keys.file.execute("SELECT ref, key FROM keys") if ref != b"installation"]
    assert (len(rows), len(tags), len(secrets)) == (4, 2, 1)
    made.withdraw("x", "canary_ann", NOW)
    after = _bytes(tmp_path)
    assert not any(bytes(row)[12:44] in after for (row,) in rows)
    assert not any(bytes(key) in after for key in secrets)
    assert all(bytes(tag) in after for (tag,) in tags)
    made.forget("x", "canary_ann", NOW)
    made.forget("x", "canary-id-ann", NOW)
    made.close()
    assert not any(bytes(tag) in _bytes(tmp_path) for (tag,) in tags)
    assert all((tmp_path / name).stat().st_mode & 0o077 == 0 for name in (FILE, KEYS))


def test_a_key_without_a_record_goes(tmp_path: Path) -> None:
    """A crash between key and record leaves a key that nobody needs; the next sweep destroys it."""
    made = Advocates(tmp_path)
    made._keys.make([b"r" * 16], NOW - 7_200)
    made.sweep(NOW)
    assert made._keys.get([b"r" * 16]) == {}
    made.close()


def test_the_journal_is_told_without_names(tmp_path: Path) -> None:
    """A question, a yes, a message, a withdrawal, an end: each stands there with brand and scope, and nobody's name."""
    journal = SqlJournal(tmp_path / JOURNAL, new_signer(), SecondPlace(None))
    made = Advocates(tmp_path, journal)
    ref = member(made)
    event = AdvocateEvent(kind=AdvocateKind.BRIEFED, at=NOW + 2, key="k", about="s 1")
    made.record(ref, event)
    made.record(ref, replace(event, kind=AdvocateKind.TOLD))
    made.withdraw("x", "canary_ann", NOW + 3)
    made.propose("acme", "x", ("@bob", ("bob",)), PROPOSED)
    made.sweep(NOW + ANSWER_WITHIN)
    made.close()
    entries = [journal.entry(seq) for seq in range(journal.size())]
    journal.close()
    told = [(entry.kind, entry.brand, entry.rule) for entry in entries if entry is not None]
    rule = "advocate.corrections"
    kinds = (Kind.ASKED, Kind.AGREED, Kind.BRIEFED, Kind.WITHDRAWN, Kind.EXPIRED)
    assert told == [(kind, "acme", rule) for kind in kinds]


def test_a_file_that_is_none_is_said_in_one_sentence(tmp_path: Path) -> None:
    """A broken file, or a folder in its place, is a clear error."""
    (tmp_path / FILE).write_bytes(b"not a database, but long enough to be taken for one" * 50)
    with pytest.raises(StoreError, match="the advocates cannot be"):
        Advocates(tmp_path)


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
