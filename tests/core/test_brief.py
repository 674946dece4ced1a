"""The weekly brief as figures: what counts, what is too small to tell, and what comes first."""

from dataclasses import replace

import pytest

from ascolta.core.brief import BACK, ENDS, TOPICS, Conduct, What, brief, few, insight_of, shown
from ascolta.core.days import DAY
from ascolta.core.insight import Direction
from ascolta.core.interval import Share
from ascolta.core.practice import Around, Dealt, End, practice
from ascolta.core.weekly import WEEK
from tests.briefed import FIRST, figures, publish, spoken, talks, week


def test_cases_stand_by_kind_and_end() -> None:
    """Counts of talks as they were dealt with; fewer than five are none, and nothing is told as nothing."""
    met = {one.what: one for one in week().met}
    dealt = talks()
    complaints = [one for one in dealt if one.addressed and one.complaint]
    assert met[What.COMPLAINT].cases == len(complaints)
    for end, count in zip(ENDS, met[What.COMPLAINT].ends, strict=True):
        assert count == few(sum(one.end is end for one in complaints))
    assert None in met[What.COMPLAINT].ends
    assert met[What.OPEN].ends == (6, 0, 13, 0)


def test_what_was_not_said_to_us_and_complains_of_nothing_is_no_case_here() -> None:
    """An answer where nobody asked is told as behaviour, not as something said to us."""
    dealt = [Dealt(addressed=False, end=End.ANSWERED, said=(5.0,))] * 9
    made = brief(("Acme", ()), FIRST, [], (dealt, practice(dealt, Around(mentions=90, quiet=90))), [])
    assert [one.cases for one in made.met] == [0, 0, 0]
    stepped = next(one for one in made.behaved if one.what is Conduct.UNINVITED)
    assert stepped.share is not None
    assert round(stepped.share.value, 3) == 0.1


def test_figures_are_those_of_the_week() -> None:
    """Days after it change nothing, and a week of which nothing was published has none."""
    ledger = figures()
    before = insight_of(("Acme Air", ("refunds",)), FIRST, ledger.entries("acme"))
    publish(ledger, FIRST + 10 * WEEK)
    entries = ledger.entries("acme")
    assert insight_of(("Acme Air", ("refunds",)), FIRST, entries) == before
    assert before is not None
    assert (before.now[0], before.last, before.weeks) == (FIRST, FIRST + 6, BACK)
    assert before.volume.before is not None
    assert before.volume.before.days == 28
    assert insight_of(("Acme Air", ()), FIRST + 2 * WEEK, entries) is None


def test_a_week_that_ends_early_is_still_that_week() -> None:
    """Where Sunday was not published, six days stand for the week, and no other day does."""
    entries = [entry for entry in figures().entries("acme") if entry.day != FIRST + 6]
    made = brief(("Acme Air", ()), FIRST, entries, ([], practice([], Around())), [])
    assert made.figures is not None
    assert made.figures.volume.now is not None
    assert made.figures.volume.now.days == 6
    assert [one.people is not None for one in made.days] == [True] * 6 + [False]


def test_cases_of_later_weeks_do_not_count() -> None:
    """What is asked and the index are of the four weeks to the week's end."""
    late = [replace(one, at=one.at + 30 * DAY, tone="positive") for one in spoken()]
    early = [replace(one, at=one.at - 29 * DAY, tone="positive") for one in spoken()]
    nothing = practice([], Around())
    made = [brief(("Acme", ()), FIRST, [], ([], nothing), said) for said in (spoken(), [*spoken(), *late, *early])]
    assert made[0] == made[1]
    assert made[0].index is not None


def test_clear_changes_come_first() -> None:
    """What surely rose, what surely fell, then the rest; what is too small to compare is left out; six at the most."""
    found = week().learnt
    assert [(one.topic, one.direction) for one in found[:2]] == [
        ("refunds", Direction.MORE), ("bags", Direction.FEWER),
    ]  # fmt: skip
    assert {one.direction for one in found[2:]} <= {Direction.UNCLEAR, Direction.UNKNOWN}
    assert all(one.topic != "food" for one in found)
    many = tuple(f"topic {number}" for number in range(20))
    said = [replace(one, topics=(many[place % 20],)) for place, one in enumerate(spoken() * 3)]
    made = brief(("Acme", many), FIRST, [], ([], practice([], Around())), said)
    assert len(made.learnt) == TOPICS


@pytest.mark.parametrize(
    ("part", "whole", "told"), [(4, 4, False), (4, 400, False), (0, 400, True), (5, 5, True), (0, 0, False)]
)
def test_small_shares_are_not_told(part: int, whole: int, told: bool) -> None:
    """Of fewer than five, or where a part is fewer than five; none at all of many is told."""
    assert (shown(Share(part=part, whole=whole)) is not None) is told


def test_speeds_are_shares_of_all_who_spoke() -> None:
    """They add up to one where all are told; a few are none; of fewer than five there are none at all."""
    speeds = week().speeds
    assert len(speeds) == 6
    assert 0.9 < sum(one or 0.0 for one in speeds) <= 1
    few_talks = talks()[:4]
    made = brief(("Acme", ()), FIRST, [], (few_talks, practice(few_talks, Around())), [])
    assert made.speeds == ()


def test_a_week_in_which_nothing_happened_is_empty() -> None:
    """Nothing published, no talk and no mention; one mention is something."""
    for mentions, empty in ((0, True), (1, False)):
        made = brief(("Acme", ()), FIRST, [], ([], practice([], Around(mentions=mentions, quiet=mentions))), [])
        assert made.is_empty is empty
