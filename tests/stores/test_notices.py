"""The file of notices and silences, and its twin in memory: the same facts for both."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ascolta.core.inventory import differences
from ascolta.core.journal import Kind
from ascolta.core.parse import parse
from ascolta.core.routing import LATEST, News, NewsKind, Notice, Silence, Standing, claimed, muted
from ascolta.errors import CaseError, StoreError
from ascolta.stores.catalogue import catalogue
from ascolta.stores.checkpoints import SecondPlace, new_signer
from ascolta.stores.journal import FILE as JOURNAL
from ascolta.stores.journal import SqlJournal
from ascolta.stores.notices import CROWDED, DECLARED, FILE, KEPT, LATE, MOST, Notices
from tests.conftest import NOW
from tests.stores.test_stores import RISK

SILENCE = Silence(
    brand="acme", when=parse("stream:complaint OR (state:alert NOT topic:bags)"), until=NOW + 60, why="the strike",
    by="Ann", at=NOW,
)  # fmt: skip


@pytest.fixture(params=["file", "memory"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Notices]:
    """Each of the two, empty."""
    made = Notices(tmp_path if request.param == "file" else None)
    yield made
    made.close()


def notice(number: int = 1, *, desk: str = "care", queued: float = NOW) -> Notice:
    """A notice."""
    news = News(
        kind=NewsKind.ALERT, brand="acme", at=NOW + number, key=f"n{number}", subject="s", body="b", stream="complaint",
        state="alert", topic="bags", once_in_days=19.0, risk=RISK,
    )  # fmt: skip
    return Notice(news=news, desk=desk, queued=queued, due=queued + 30)


def standings(kept: Notices) -> list[Standing]:
    """How each notice stands."""
    return [one.standing for one in kept.listed()]


def test_what_is_queued_is_read_as_it_was(kept: Notices) -> None:
    """Every field comes back, and the same news for the same desk is queued once, whatever became of it."""
    assert kept.queue([notice(), notice(2), notice(), notice(desk="pr")]) == 3
    assert sorted(kept.waiting(), key=lambda one: one.key) == sorted(
        [notice(), notice(2), notice(desk="pr")], key=lambda one: one.key
    )
    kept.settle([notice()], Standing.TOLD, NOW)
    assert kept.queue([notice()]) == 0
    assert kept.listed(Standing.TOLD, brand="acme") == [replace(notice(), standing=Standing.TOLD, due=NOW)]
    assert kept.listed(brand="other") == []


def test_a_file_of_an_older_version_gets_its_new_columns(tmp_path: Path) -> None:
    """A file that knew nothing of kinds of risk is opened, what waits in it is told, and what is new is kept."""
    words = (
        "kind",
        "brand",
        "news",
        "subject",
        "body",
        "stream",
        "state",
        "topic",
        "desk",
        "standing",
        "bundle",
        "note",
    )
    numbers = ("at", "queued", "due", "tries", "since")
    with closing(sqlite3.connect(tmp_path / FILE)) as old:
        old.execute(f"CREATE TABLE notices (key TEXT PRIMARY KEY, {', '.join((*words, *numbers))}) WITHOUT ROWID")
        row = ("alert", "acme", "n", "s", "b", "all", "alert", "", "care", "queued", "", "", 1.0, 1.0, 1.0, 0, 0.0)
        old.execute(f"INSERT INTO notices VALUES ('k', {', '.join('?' * len(row))})", row)  # noqa: S608 - our own
        old.commit()
    for _ in range(2):
        kept = Notices(tmp_path)
        kept.queue([notice()])
        first, second = kept.waiting()
        kept.close()
        assert (first.news.risk, first.news.once_in_days) == (None, 0.0)
        assert (second.news.risk, second.news.once_in_days) == (RISK, 19.0)


def test_a_silence_may_ask_for_the_kind_of_risk(kept: Notices) -> None:
    """An alert that waits is silenced by its grade as it was when it was queued."""
    kept.queue([notice()])
    [one] = kept.waiting()
    for query, holds in (("grade:crisis doubling:<11", True), ("grade:watch OR complaints:>60", False)):
        silence = replace(SILENCE, when=parse(query))
        assert bool(muted(one.news, [silence], [], NOW)) is holds, query


def test_a_bundle_is_claimed_whole_or_not_at_all(kept: Notices) -> None:
    """One claim wins; one of which a part is gone takes nothing."""
    kept.queue([notice(1), notice(2), notice(3)])
    one, two = claimed([notice(1), notice(2)]), claimed([notice(2), notice(3)])
    assert (kept.claim(one, NOW), kept.claim(one, NOW), kept.claim(two, NOW)) == (True, False, False)
    assert standings(kept) == [Standing.SENDING, Standing.SENDING, Standing.QUEUED]
    assert {one.tries for one in kept.listed(Standing.SENDING)} == {1}
    assert {found.bundle for found in kept.listed(Standing.SENDING)} == {one[0].bundle}


def test_a_bundle_that_failed_is_claimed_as_it_was_only(kept: Notices) -> None:
    """It keeps its key, and nobody takes a part of it into another message."""
    kept.queue([notice(1), notice(2)])
    first = claimed([notice(1), notice(2)])
    assert kept.claim(first, NOW)
    kept.settle(first, Standing.QUEUED, NOW + 15, "status 500")
    again = kept.waiting()
    assert {(one.bundle, one.due, one.note, one.tries) for one in again} == {
        (first[0].bundle, NOW + 15, "status 500", 1)
    }
    assert not kept.claim([replace(notice(1), bundle="other")], NOW)
    assert kept.claim(again, NOW + 15)


def test_what_was_told_stays_told(kept: Notices) -> None:
    """A later word on it, from a program that was slow, changes nothing."""
    kept.queue([notice()])
    kept.settle([notice()], Standing.TOLD, NOW)
    kept.settle([notice()], Standing.FAILED, NOW + 1, "late")
    assert standings(kept) == [Standing.TOLD]


def test_what_a_stopped_program_was_sending_is_sent_again(kept: Notices) -> None:
    """What was claimed long ago is queued again under its key; what was claimed just now is left alone."""
    kept.queue([notice(1), notice(2)])
    kept.claim(claimed([notice(1)]), NOW)
    kept.claim(claimed([notice(2)]), NOW + 100)
    assert kept.tidy(NOW + 150, NOW + 50) == 0
    assert standings(kept) == [Standing.QUEUED, Standing.SENDING]
    assert kept.waiting()[0].bundle == claimed([notice(1)])[0].bundle


def test_nothing_waits_for_ever(kept: Notices) -> None:
    """What waited for a day is given up, and says so."""
    kept.queue([notice(1), notice(2, queued=NOW + 1)])
    assert kept.tidy(NOW + LATEST, NOW) == 1
    [gone] = kept.listed(Standing.FAILED)
    assert (gone.news.key, gone.note) == ("n1", LATE)


def test_too_many_for_one_desk_push_out_the_oldest(kept: Notices) -> None:
    """The queue of a desk is bounded; other desks lose nothing."""
    kept.queue([notice(desk="pr")])
    kept.queue(notice(number, queued=NOW + number) for number in range(MOST + 5))
    gone = kept.listed(Standing.FAILED)
    assert [one.news.key for one in gone] == [f"n{number}" for number in range(5)]
    assert {one.note for one in gone} == {CROWDED}
    assert len(kept.waiting()) == MOST + 1


def test_what_is_over_goes_after_a_week(kept: Notices) -> None:
    """What was told, muted or given up goes, and so does an ended silence; what waits stays."""
    kept.queue([notice(number) for number in range(4)])
    for number, standing in enumerate((Standing.TOLD, Standing.MUTED, Standing.FAILED)):
        kept.settle([notice(number)], standing, NOW)
    kept.silence(SILENCE)
    assert kept.sweep(NOW + KEPT - 1) == 0
    assert kept.sweep(NOW + KEPT + 60) == 4
    assert [one.news.key for one in kept.listed()] == ["n3"]


def test_a_silence_is_kept_until_its_end(kept: Notices) -> None:
    """It has a number, its query comes back whole, and it holds for its time and its brand."""
    made = kept.silence(SILENCE)
    assert made.number > 0
    assert kept.silences(NOW) == kept.silences(NOW, "acme") == [made]
    assert kept.silences(NOW, "other") == kept.silences(NOW + 60) == []


def test_a_silence_is_ended_by_its_number(kept: Notices) -> None:
    """Of its brand only, and once."""
    number = kept.silence(SILENCE).number
    for brand, wanted in (("other", number), ("acme", number + 1)):
        with pytest.raises(CaseError, match="there is no silence"):
            kept.end(brand, wanted, NOW)
    kept.end("acme", number, NOW + 1)
    assert kept.silences(NOW + 2) == []
    with pytest.raises(CaseError):
        kept.end("acme", number, NOW + 3)


@pytest.mark.parametrize("lack", [{"why": " "}, {"by": ""}, {"until": NOW}])
def test_no_silence_without_reason_name_and_end(kept: Notices, lack: dict[str, object]) -> None:
    """Each of the three is asked for, and nothing is kept."""
    with pytest.raises(CaseError, match="a silence needs"):
        kept.silence(replace(SILENCE, **lack))  # type: ignore[arg-type]
    assert kept.silences(NOW) == []


def test_two_programs_see_one_queue(tmp_path: Path) -> None:
    """What one queues only one of the two can claim, and a silence of one holds for the other."""
    one, other = Notices(tmp_path), Notices(tmp_path)
    one.queue([notice()])
    bundle = claimed(other.waiting())
    assert (other.claim(bundle, NOW), one.claim(bundle, NOW)) == (True, False)
    made = one.silence(SILENCE)
    assert other.silences(NOW) == [made]
    one.close()
    other.close()


def test_the_journal_knows_who_silenced_what_but_not_why(tmp_path: Path) -> None:
    """To silence and to end it are entries with the number; reason and name are in none."""
    journal = SqlJournal(tmp_path / JOURNAL, new_signer(), SecondPlace(None))
    kept = Notices(tmp_path, journal)
    number = kept.silence(replace(SILENCE, why="canary", by="canary")).number
    kept.end("acme", number, NOW + 1)
    kept.close()
    entries = [entry for entry in (journal.entry(seq) for seq in range(journal.size())) if entry]
    journal.close()
    assert [(one.kind, one.brand, one.rule) for one in entries] == [
        (Kind.CONFIGURED, "acme", f"silence.{number}"), (Kind.CONFIGURED, "acme", f"silence-ended.{number}"),
    ]  # fmt: skip
    assert b"canary" not in (tmp_path / JOURNAL).read_bytes()


def test_the_file_holds_what_is_declared(tmp_path: Path) -> None:
    """Each table and column is declared with purpose and term, none else is there, and others cannot read it."""
    Notices(tmp_path).close()
    assert list(differences(FILE, DECLARED, catalogue(tmp_path / FILE))) == []
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_file_that_is_none_is_said_in_one_sentence(tmp_path: Path) -> None:
    """A broken file is a clear error."""
    (tmp_path / FILE).write_bytes(b"not a database, but long enough to be taken for one" * 50)
    with pytest.raises(StoreError, match="what people are told cannot be"):
        Notices(tmp_path)
