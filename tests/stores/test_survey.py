"""The sheets of a survey at rest: nobody is counted alone, nothing tells who answered or when, and all of it goes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ascolta.core.survey import KEPT, LEAST, Sheet
from ascolta.errors import CaseError
from ascolta.stores.survey import FILE, Surveys


@pytest.fixture(params=["file", "memory"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Surveys]:
    found = Surveys(tmp_path if request.param == "file" else None)
    yield found
    found.close()


def sheets(many: int, age: str = "18-24", month: int = 682, answer: str = "agree") -> list[Sheet]:
    return [Sheet(month=month, age=age, answers={"unheard": answer})] * many


def test_nobody_is_counted_alone(kept: Surveys) -> None:
    """Sheets wait until ten of their age band are there, and are then counted together."""
    for place in range(LEAST - 1):
        kept.add("acme", sheets(1))
        assert kept.counted("acme") == [], place
    kept.add("acme", sheets(LEAST - 1, "55+"))
    assert kept.waits("acme")
    kept.add("acme", sheets(1))
    assert kept.counted("acme") == sheets(LEAST)
    assert kept.waits("acme")
    kept.add("acme", sheets(1, "55+"))
    assert len(kept.counted("acme")) == 2 * LEAST
    assert not kept.waits("acme")


def test_what_is_counted_grows_by_ten_of_a_band(kept: Surveys) -> None:
    """From one table to the next no age band differs by fewer, so that nobody can be had by comparing them."""
    seen = 0
    for _ in range(35):
        kept.add("acme", sheets(1))
        now = len(kept.counted("acme"))
        assert now == seen or now - seen >= LEAST
        seen = now
    assert seen == 30


def test_brands_are_kept_apart(kept: Surveys) -> None:
    """What one brand's customers answered is not another's, and is not let in together with it."""
    kept.add("acme", sheets(LEAST - 1))
    kept.add("other", sheets(1))
    assert kept.counted("acme") == kept.counted("other") == []
    kept.add("acme", sheets(1))
    assert kept.drop("other") == 1
    assert len(kept.counted("acme")) == LEAST


def test_a_file_is_read_in_once(kept: Surveys) -> None:
    """The same bytes again are refused, for this brand; after all was dropped they may come again."""
    kept.read_in("acme", sheets(LEAST), b"digest", 682)
    with pytest.raises(CaseError, match="read in already"):
        kept.read_in("acme", sheets(LEAST), b"digest", 683)
    assert len(kept.counted("acme")) == LEAST
    assert kept.drop("acme") == LEAST
    kept.read_in("acme", sheets(LEAST), b"digest", 683)


def test_sheets_go_after_their_time(kept: Surveys) -> None:
    """Two years after its month a sheet goes, whether or not it was counted."""
    kept.add("acme", sheets(LEAST))
    kept.add("acme", sheets(3, "55+"))
    assert kept.sweep(682 + KEPT) == 0
    assert kept.sweep(682 + KEPT + 1) == LEAST + 3
    assert kept.counted("acme") == []
    assert not kept.waits("acme")


def test_the_order_of_rows_tells_nothing(tmp_path: Path) -> None:
    """Whoever reads the file finds rows by random keys, which are drawn anew when sheets are let in, and no time."""
    found = Surveys(tmp_path)
    order = []
    for place in range(3 * LEAST):
        answer = ("agree", "neither", "disagree")[place // LEAST]
        found.add("acme", sheets(1, answer=answer))
        order.append(answer)
    waiting = {key for (key,) in _rows(tmp_path, "SELECT key FROM sheets WHERE waits = 1")}
    assert waiting == set()
    rows = _rows(tmp_path, "SELECT * FROM sheets")
    assert [msg for *_, msg, _ in rows] != [f'{{"unheard":"{answer}"}}' for answer in order]
    assert {row[1:4] for row in rows} == {("acme", 682, "18-24")}
    found.close()


def test_keys_are_drawn_anew(tmp_path: Path) -> None:
    """The key under which a sheet waited is not the one under which it is counted."""
    found = Surveys(tmp_path)
    found.add("acme", sheets(LEAST - 1))
    before = set(_rows(tmp_path, "SELECT key FROM sheets"))
    found.add("acme", sheets(1))
    after = set(_rows(tmp_path, "SELECT key FROM sheets"))
    assert len(after) == LEAST
    assert before.isdisjoint(after)
    found.close()


def _rows(folder: Path, asked: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / FILE)) as db:
        return db.execute(asked).fetchall()
