"""The demo's day: its golden figures, its one alarm, and what it leaves behind."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ascolta import bootstrap
from ascolta.afresh import unseal
from ascolta.core.case import CaseEvent, CaseKind, Status
from ascolta.sources import FileSource
from ascolta.stores.sql import SqlStore
from tests.cli.running import DAY, GOLDEN, ascolta

ONSET = datetime.fromisoformat("2026-10-15T18:40:00+00:00")
GONE = (
    "quiet_fern", "brief_candle_9", "dotty_lichen", "marmalade was confiscated", "zeppelin tour", "Pumpernickel",
    "QX7PELICAN", "Philomena", "Wombledore", "balloon people", "porcelain frogs", "accordion is under",
    "yellow umbrella",
)  # fmt: skip
KEYS = ["posts", "mentions", "decisions", "cases", "sealed", "removals", "alerts", "plan"]


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the demo says, in JSON."""
    said: dict[str, Any] = ascolta("demo", "--plain", "--json").json
    return said


def test_the_day_is_as_it_was(told: dict[str, Any]) -> None:
    """The demo's JSON equals the golden file; its decisions add up to the mentions."""
    assert list(told) == KEYS
    assert sum(told["decisions"].values()) == told["mentions"]
    assert told == GOLDEN


def test_the_crisis_raises_one_alert_in_time(told: dict[str, Any]) -> None:
    """Exactly one alert is raised, at most 15 minutes after the first post of the crisis."""
    (alert,) = told["alerts"]
    assert ONSET <= datetime.fromisoformat(alert["at"]) <= ONSET + timedelta(minutes=15)
    assert told["plan"] == "outage"


def test_who_opted_out_and_what_was_deleted_leave_no_byte(tmp_path: Path) -> None:
    """No file of the store holds a byte of an opted-out author, a deleted post, or what was edited out."""
    said = DAY.read_text(encoding="utf-8")
    assert all(word in said for word in GONE), "the day must contain what must not be left"
    assert ascolta("demo", "--plain", "--keep", tmp_path / "kept").code == 0
    files = [path for path in (tmp_path / "kept").rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes().lower()
        assert not [word for word in GONE if word.lower().encode() in content], path.name


def test_no_case_that_can_be_opened_holds_what_is_gone(tmp_path: Path) -> None:
    """What is at rest is encrypted, so each case is opened too, sealed ones as well: none holds what must be gone."""
    assert ascolta("demo", "--plain", "--keep", tmp_path / "kept").code == 0
    store = SqlStore(tmp_path / "kept")
    for listed in store.cases():
        if listed.status is Status.SEALED:
            event = CaseEvent(kind=CaseKind.UNSEALED, at=0.0, by="test", note="to look inside")
            unseal(store, bootstrap.lookups([FileSource(str(DAY))]), {}, listed.id, event)
    opened = [store.case(listed.id) for listed in store.cases()]
    store.close()
    assert len(opened) == GOLDEN["cases"] + GOLDEN["sealed"]
    for case in opened:
        assert case is not None
        assert case.content is not None
        said = f"{case.content.text} {case.content.author}".lower()
        assert not [word for word in GONE if word.lower() in said], case.id


def test_the_plain_summary_says_what_to_do_next() -> None:
    """The summary is text without colour codes in a pipe, and ends with next steps."""
    said = ascolta("demo", "--plain")
    assert "Next" in said.out
    assert "\x1b" not in said.out
