"""The tables that may leave the house: what is not bound is missing, what few make up is not told."""

import math

import pytest

from ascolta.core import sheets, sheets_cases
from ascolta.core.cells import TERMS, Cell, Kind, Published, withhold
from ascolta.core.days import DAY
from ascolta.core.insight import Change, Level
from ascolta.core.insight_bounds import Estimate, exact
from ascolta.core.insight_statements import Response, Stage, Stated
from ascolta.core.ledger import Entry
from ascolta.core.practice import Around, Dealt, End, practice

DEALT = [Dealt(end=End.ANSWERED, asked=0.0, said=(60.0,)), Dealt(addressed=False, end=End.ANSWERED, said=(5.0,))]


def entry(day: int, value: int | None, *, began: float = 0.0, restarted: bool = False) -> Entry:
    """A day of the brand with one figure."""
    cell = Cell(brand="acme", day=day, kind=Kind.DAY)
    told = Published(cell=cell, value=value, epsilon=TERMS[Kind.DAY].epsilon)
    epochs = (day * DAY + began, *([day * DAY + 50_000.0] if restarted else ()))
    return Entry(brand="acme", day=day, epochs=epochs, published=(told,))


def test_a_figure_that_is_not_shown_is_missing() -> None:
    """Below the threshold neither the figure nor its bounds are there; a day in part and a second start are told."""
    rows = sheets.people([entry(3, None), entry(1, 100), entry(2, 50, began=9_000.0, restarted=True)]).rows
    assert [tuple(row[1:3]) for row in rows] == [(1, 100), (2, 50), (3, None)]
    assert rows[0][5:] == (True, 0.2, False, 1)
    assert rows[1][5:] == (True, 0.2, True, 2)
    assert rows[2][2:6] == (None, None, None, False)


def test_what_was_withheld_spent_nothing() -> None:
    """A day of too many starts has a row without a figure and with epsilon 0."""
    told = withhold(Cell(brand="acme", day=1, kind=Kind.DAY))
    [row] = sheets.people([Entry(brand="acme", day=1, epochs=(1.0,) * 4, published=(told,))]).rows
    assert row[2:7] == (None, None, None, False, 0.0)


def test_what_has_no_bound_is_missing() -> None:
    """An infinite bound, and a size from which on nothing would show, are no numbers."""
    level = Level(mean=exact(10, 5, 15), days=3, hidden=0)
    open_ended = Estimate(least=2, most=math.inf, low=1.5, high=math.inf)
    change = Change(topic="", now=level, before=level, counted=open_ended, usual=open_ended)
    one = Response(statement=Stated(name="s", at=DAY * 4.5), stage=Stage.TOLD, changes=(change,))
    [row] = sheets.statements([("acme", one)]).rows
    found = dict(zip([column.name for column in sheets.STATEMENTS], row, strict=True))
    assert (found["times"], found["times_low"], found["times_high"], found["shows_from"]) == (None, 1.5, None, None)
    assert (found["direction"], found["day"], found["after"]) == ("more", 4, 10)


def test_a_statement_of_which_nothing_is_told_has_a_row() -> None:
    """It is named with its stage, and all figures are missing."""
    [row] = sheets.statements([("acme", Response(statement=Stated(name="s", at=0.0), stage=Stage.EARLY))]).rows
    assert row[:6] == ("acme", "s", "", 0, "early", "")
    assert set(row[6:15]) == {None}


@pytest.mark.parametrize(("quiet", "told"), [(99, None), (3_000, 1.0)])
def test_a_share_of_few_is_not_told(quiet: int, told: float | None) -> None:
    """What was left alone of what was not said to the brand is told from a hundred on, and never of how many."""
    found = practice(DEALT, Around(mentions=quiet + 1, quiet=quiet))
    rows = {row[1]: row for row in sheets_cases.practice([("", found)]).rows}
    assert rows["left_alone"][2:8] == ("share", told, None, None, None, None)
    assert "mentions" not in rows
    public = {row[1]: row for row in sheets_cases.audit([("", found)]).rows}
    assert public["left_alone"][6:8] == (quiet - 1, quiet)
    assert public["mentions"][3] == quiet + 1


def test_times_are_seconds_and_expectations_shares() -> None:
    """The median of those who spoke to the brand, and the study's share of people who want an answer then."""
    rows = {row[1]: row for row in sheets_cases.practice([("acme", practice(DEALT, Around()))]).rows}
    assert rows["median"][2:4] == ("seconds", 60.0)
    assert rows["answered"][8] == 0.64
    assert rows["second_answers"][8] is None
    assert "left_alone" not in rows
