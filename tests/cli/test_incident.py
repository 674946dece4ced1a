"""`ascolta incident` on a real store, from the alert to the review."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ascolta.cli import incident as command
from ascolta.cli import statements as voice
from ascolta.core.alert import AlertChange, State
from ascolta.stores.notices import Notices
from ascolta.stores.sql import SqlStore
from tests.cli.running import ACME

ALERT = AlertChange(
    brand="acme", stream="complaint", old=State.CALM, new=State.ALERT, at=1_790_000_000.0, score=1.5, once_in_days=30.0,
    why="41 complaints in 15 minutes where 3 are usual at this hour.",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example with a store of its own."""
    own = tmp_path / "acme"
    shutil.copytree(ACME, own)
    SqlStore(own / ".ascolta").close()
    return own


def run(folder: Path, *words: str, app: Any = command.app) -> Result:
    """Run a command with these words."""
    return CliRunner().invoke(app, [*words, "--brand", str(folder)], env={"COLUMNS": "200"})


def told(folder: Path, *words: str, by: str = "Ada") -> Any:
    """What a command tells scripts; it must succeed."""
    said = run(folder, *words, *(("--by", by) if by else ()), "--json")
    assert said.exit_code == 0, said.exception
    return json.loads(said.stdout)


def refused(folder: Path, *words: str) -> str:
    """The sentence with which it is refused."""
    said = run(folder, *words)
    assert said.exception is not None
    return str(said.exception)


def approve(folder: Path, name: str) -> None:
    """A statement is prepared and approved by two."""
    for words in (("prepare", "Ada"), ("approve", "Ada"), ("approve", "Bo")):
        assert run(folder, words[0], name, "--by", words[1], app=voice.app).exit_code == 0


def test_from_the_alert_to_the_review(folder: Path) -> None:
    """Proposed, accepted by name, lived through, stood down, reviewed: each a command."""
    assert run(folder, "propose").exit_code == 1
    store = SqlStore(folder / ".ascolta")
    store.watched("acme", {}, [ALERT])
    store.close()
    assert told(folder, "propose", by="")["plan"] == "outage"
    begun = told(folder, "accept", "outage")
    assert (begun["number"], begun["accepted_by"], begun["steps"][0]["state"]) == (1, "Ada", "done")
    store = SqlStore(folder / ".ascolta")
    assert store.paused("acme").startswith("Plan 'outage'")
    store.close()
    assert told(folder, "accept", "outage", by="Bo")["accepted_by"] == "Ada"
    assert told(folder, "step", "1", "2", "--begin")["steps"][1]["state"] == "begun"
    told(folder, "step", "1", "2", "--note", "the gates' network")
    approve(folder, "we-know")
    assert told(folder, "step", "1", "3", "--yes")["steps"][2]["state"] == "done"
    told(folder, "decide", "1", "no refunds by telephone", "--why", "the lines are full")
    told(folder, "note", "1", "operations called")
    assert told(folder, "grade", "1", "warning", "--why", "one airport only")["severity"] == "warning"
    for step in ("4", "5", "6", "7"):
        told(folder, "step", "1", step, "--skip", "a false alarm")
    assert told(folder, "stand-down", "1", "--why", "calm for an hour")["stood_down"]
    assert told(folder, "list", by="") == []
    assert [one["number"] for one in told(folder, "list", "--all", by="")] == [1]
    review = run(folder, "review", "1").stdout
    for part in ("41 complaints in 15 minutes", "no refunds by telephone", "operations called", "calm for an hour"):
        assert part in review
    assert run(folder, "review", "1", "--html").stdout.startswith("<!doctype html>")


def test_it_is_shown_to_people_too(folder: Path) -> None:
    """Clocks, what to do, options and the timeline are printed; a list says what is drilled."""
    assert "Nothing is going on." in run(folder, "list").stdout
    said = run(folder, "accept", "misinformation", "--by", "Ada").stdout
    for part in ("A rumour about us spreads", "20 min left", "options: correct it, wait and watch", "Stand down:"):
        assert part in said
    listed = run(folder, "list").stdout
    assert "1  warning  A rumour about us spreads  since 0 min" in listed
    assert "plan outage: never drilled" in listed
    assert "done by Ada after 0 min" in run(folder, "show", "1").stdout


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("accept", "outage"), "--by NAME"),
        (("accept", "outtage", "--by", "Ada"), "there is no plan 'outtage'; known are conduct"),
        (("show", "7"), "there is no incident 7"),
        (("step", "7", "1", "--by", "Ada"), "there is no incident 7"),
        (("step", "1", "9", "--by", "Ada"), "there is no step 9"),
        (("step", "1", "2", "--begin", "--skip", "w", "--by", "Ada"), "leave out one"),
        (("step", "1", "3", "--by", "Ada"), "'we-know' is not prepared"),
        (("step", "1", "4"), "--by NAME"),
        (("decide", "1", "yes", "--why", "w", "--step", "2", "--by", "Ada"), "asks nothing"),
        (("grade", "1", "awful", "--why", "w", "--by", "Ada"), "no severity"),
        (("stand-down", "1", "--why", "w", "--by", "Ada"), "still open"),
    ],
)
def test_what_does_not_fit_is_refused(folder: Path, words: tuple[str, ...], part: str) -> None:
    """In one sentence that says what to do."""
    told(folder, "accept", "outage")
    assert part in refused(folder, *words)


def test_words_are_read_before_they_go_out(folder: Path) -> None:
    """Where nobody is asked, the words are shown and nothing is published without --yes."""
    approve(folder, "we-know")
    told(folder, "accept", "outage")
    said = run(folder, "step", "1", "3", "--by", "Ada")
    assert "mastodon in de: Bei uns funktioniert gerade etwas nicht" in said.stdout
    assert "Nobody will read it on" in said.stdout
    assert "then add --yes" in str(said.exception)
    assert told(folder, "show", "1", by="")["steps"][2]["state"] == "open"


def test_a_notice_waits_for_whoever_tells_it(folder: Path) -> None:
    """A step that notifies queues one message for its desk; without routes a person does it."""
    told(folder, "accept", "conduct")
    assert told(folder, "step", "1", "2")["steps"][1]["state"] == "done"
    notices = Notices(folder / ".ascolta")
    [waiting] = notices.waiting()
    notices.close()
    assert waiting.desk == "incident-room"
    (folder / "routes.yaml").unlink()
    told(folder, "accept", "data-breach")
    assert told(folder, "step", "2", "2", "--note", "by telephone")["timeline"][-1]["said"] == "by telephone"


def test_every_command_has_help() -> None:
    """Each says in a sentence what it does."""
    said = CliRunner().invoke(command.app, ["--help"], env={"COLUMNS": "200"})
    assert said.exit_code == 0
    names = [str(one.name or one.callback.__name__) for one in command.app.registered_commands if one.callback]
    assert len(names) == 10
    for name in names:
        assert name in said.stdout
