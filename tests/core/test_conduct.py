"""What the journal tells of how a brand behaved."""

from ascolta.core.conduct import conduct
from ascolta.core.journal import Counted, Entry, Kind
from ascolta.core.practice import Dealt, End

REPLY = {Counted.REPLY: 1, Counted.ADDRESSED: 1}
CARE = {Counted.CARE: 1, Counted.COMPLAINTS: 1}


def entry(kind: Kind, at: int, case: int | None = None, **more: object) -> Entry:
    """One entry of the journal."""
    said = {"brand": "acme", "rule": "", "counts": {}, "commitment": "", "seq": 0, **more}
    return Entry(kind=kind, at=at, case=case, **said)  # type: ignore[arg-type]


def only(*entries: Entry | None) -> Dealt:
    """The one talk that these entries tell of."""
    [found] = conduct(entries, 0, 1_000).dealt
    return found


def test_a_case_is_told_from_its_opening_to_its_answer() -> None:
    """When it was opened, whether it was said to us, when it was answered."""
    found = only(entry(Kind.OPENED, 10, 1, counts=REPLY), entry(Kind.SENT, 70, 1))
    assert (found.addressed, found.complaint, found.end, found.waited) == (True, False, End.ANSWERED, 60)


def test_an_edit_does_not_set_the_clock_back() -> None:
    """A case that is opened a second time was asked when it was opened first."""
    found = only(
        entry(Kind.OPENED, 10, 1, counts=REPLY), entry(Kind.OPENED, 50, 1), entry(Kind.SENT, 70, 1)
    )  # fmt: skip
    assert found.waited == 60


def test_stepping_in_is_an_answer_to_what_was_not_said_to_us() -> None:
    """An unsealed complaint that is answered; one that was only opened is none."""
    opened = entry(Kind.OPENED, 10, 1, counts=CARE), entry(Kind.UNSEALED, 20, 1)
    assert not only(*opened).uninvited
    assert only(*opened, entry(Kind.SENT, 70, 1)).uninvited
    assert conduct(opened, 0, 1_000).around().unsealed == 1


def test_what_went_before_an_answer_is_gone_and_what_ran_out_is_left() -> None:
    """Removed or erased: taken back. Expired or resolved: not answered. Nothing of it: it waits."""
    opened = entry(Kind.OPENED, 10, 1, counts=REPLY)
    ends = {
        kind: only(opened, entry(kind, 20, 1)).end for kind in (Kind.REMOVED, Kind.ERASED, Kind.EXPIRED, Kind.RESOLVED)
    }
    assert list(ends.values()) == [End.GONE, End.GONE, End.LEFT, End.LEFT]
    assert only(opened).end is End.WAITING


def test_an_answer_to_somebody_who_is_gone_is_told() -> None:
    """Sent after the case was erased because its author asked: it is seen."""
    entries = (entry(Kind.OPENED, 10, 1, counts=REPLY), entry(Kind.ERASED, 20, 1), entry(Kind.SENT, 30, 1))
    assert only(*entries).after_stop == 1


def test_answers_against_the_check_are_told_by_rule() -> None:
    """Personal facts count as such; an approval whose answer never went out counts as nothing."""
    opened = entry(Kind.OPENED, 10, 1, counts=REPLY)
    against = entry(Kind.OVERRIDDEN, 20, 1, rule="personal-fact"), entry(Kind.OVERRIDDEN, 20, 1, rule="personal-fact")
    sent = conduct((opened, *against, entry(Kind.SENT, 30, 1)), 0, 1_000)
    assert sent.around().overridden == (("personal-fact", 1),)
    assert sent.dealt[0].personal == 1
    assert conduct((opened, *against), 0, 1_000).around().overridden == ()


def test_only_what_was_opened_in_the_time_counts() -> None:
    """Cases of before and after are passed over; an answer after the end still counts for what was opened in it."""
    entries = (
        entry(Kind.OPENED, 10, 1, counts=REPLY), entry(Kind.OPENED, 150, 2, counts=REPLY),
        entry(Kind.OPENED, 200, 3, counts=REPLY), entry(Kind.SENT, 250, 1), entry(Kind.SENT, 260, 2),
    )  # fmt: skip
    found = conduct(entries, 100, 200)
    assert [one.waited for one in found.dealt] == [110]


def test_each_brand_has_its_own() -> None:
    """Mentions, talks and acts of one brand do not count for another; those of no brand count for all together only."""
    heard = {Counted.MENTIONS: 5, Counted.SILENCE: 4}
    entries = (
        entry(Kind.HEARD, 10, counts=heard), entry(Kind.HEARD, 10, counts=heard, brand="zeta"),
        entry(Kind.OPENED, 10, 1, counts=REPLY), entry(Kind.OPENED, 10, 2, counts=REPLY, brand="zeta"),
    )  # fmt: skip
    told = conduct(entries, 0, 1_000)
    assert told.brands == ["acme", "zeta"]
    assert (told.around("acme").mentions, told.around().mentions, len(told.of("zeta"))) == (5, 10, 1)
    older = conduct((*entries, entry(Kind.HEARD, 10, counts=heard, brand="")), 0, 1_000)
    assert (older.around("acme").mentions, older.around().mentions) == (None, 15)


def test_what_cannot_be_told_is_counted() -> None:
    """Entries that cannot be read, and cases of before the journal told what a case was opened for."""
    told = conduct((None, entry(Kind.OPENED, 10, 1)), 0, 1_000)
    assert (told.unreadable, told.untold, told.dealt) == (1, 1, ())


def test_who_asked_to_be_left_alone_is_counted() -> None:
    """Stops and refusals count; other entries of that kind do not."""
    entries = [entry(Kind.REFUSED, 10, rule=rule) for rule in ("stop", "refuse", "forget")]
    assert conduct(entries, 0, 1_000).stops == 2
