"""`ascolta drill`: a made-up crisis is lived through in a copy of the brand, each step is timed, and that is kept."""

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ascolta.cli.played import minutes, played
from ascolta.cli.rehearsed import rehearsed
from ascolta.cli.sandbox import Sandbox, sandbox, stream_of
from ascolta.core.incident import Incident, IncidentAct, StepState
from ascolta.core.plan import Rehearsal
from ascolta.files.brands import load_brand
from ascolta.files.plans import load_plan
from ascolta.sources import TwinNetwork
from ascolta.sources.crisis import HISTORY, crisis
from ascolta.stores.incidents import Incidents
from ascolta.stores.sql import SqlStore
from ascolta.stores.statements import Statements
from tests.cli.running import ACME
from tests.conftest import NOW, ROOT
from tests.test_review import PEOPLE

AT = 1_796_000_100.0
OUTAGE = load_plan(ACME / "plans" / "outage.yaml")


class Terminal:
    """A person at a terminal: what they type, and how many seconds each step takes them."""

    def __init__(self, *typed: str, seconds: float = 5.0) -> None:
        self.typed, self.seconds, self.now, self.asked = list(typed), seconds, 0.0, [""]

    def ask(self, question: str) -> str:
        """The next answer, after a while."""
        self.asked.append(question)
        self.now += self.seconds
        return self.typed.pop(0) if self.typed else ""

    def elapsed(self) -> float:
        """How long all of it took."""
        return self.now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example, with a store in which a statement is approved."""
    own = tmp_path / "acme"
    shutil.copytree(ACME, own)
    SqlStore(own / ".ascolta").close()
    return own


def lived(folder: Path, terminal: Terminal, look: Callable[[Sandbox], None] = lambda here: None) -> Incident:
    """The outage, at 60 times the speed."""
    with sandbox(folder, OUTAGE, None, 1, AT) as here:
        incident = played(here, OUTAGE, 60.0, (terminal.ask, terminal.elapsed))
        look(here)
    return incident


def approve(folder: Path, name: str) -> None:
    """A statement of the brand is prepared and approved in its real store."""
    for words in (["prepare", name, "--by", "Ada"], *(["approve", name, "--by", who] for who in PEOPLE[:2])):
        command = [sys.executable, "-m", "ascolta", "statements", *words, "--brand", str(folder)]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")})


def test_a_made_up_crisis_can_be_repeated() -> None:
    """One seed gives the same posts, another seed others; it is calm for a day and a half, and then it is not."""
    brand = load_brand(ACME)
    posts = crisis(brand, "complaint", AT).posts
    assert posts == crisis(brand, "complaint", AT).posts
    assert posts != crisis(brand, "complaint", AT, 2).posts
    times = [post.published or 0.0 for post in posts]
    before, hour = sum(at < AT for at in times), sum(AT <= at < AT + 3_600 for at in times)
    assert hour > 10 * before / (HISTORY / 3_600)
    assert times == sorted(times)
    assert len({post.id for post in posts}) == len(posts)


@pytest.mark.parametrize(
    ("name", "stream"), [("outage", "complaint"), ("misinformation", "all"), ("conduct", "complaint")]
)
def test_the_crisis_is_of_the_kind_that_proposes_the_plan(name: str, stream: str) -> None:
    """A plan that no alert proposes is drilled in a crisis of complaints."""
    assert stream_of(load_brand(ACME), load_plan(ACME / "plans" / f"{name}.yaml")) == stream


def test_the_crisis_runs_through_the_real_pipeline(folder: Path) -> None:
    """Its posts become cases and counts, the detector raises the alert that proposes the plan, and speaking stops."""
    seen: list[tuple[int, str, str]] = []

    def look(here: Sandbox) -> None:
        alerts = [str(one.new) for one in here.room.store.alerts("acme")]
        seen.append((len(here.room.store.cases()), alerts[0], here.room.store.paused("acme")))

    incident = lived(folder, Terminal(), look)
    [(cases, state, paused)] = seen
    assert cases > 20
    assert (state, paused) == ("alert", "Plan 'outage' was accepted: Something is down and people say so.")
    assert incident.begun.alarm is not None
    assert incident.begun.alarm.stream == "complaint"
    assert incident.since - AT <= 3_600


def test_the_clock_runs_at_the_chosen_speed(folder: Path) -> None:
    """Five seconds at a terminal are five minutes of the plan at 60 times the speed, step by step."""
    approve(folder, "we-know")
    found = minutes(lived(folder, Terminal("", "", "", "", "s", "s")))
    assert found == [0.0, 5.0, 10.0, 15.0, 20.0, None, None]


def test_a_late_step_is_told_in_the_drill(folder: Path) -> None:
    """Who takes twenty minutes for what may take fifteen is late, and the copy's timeline says so."""
    incident = lived(folder, Terminal("", "q", seconds=20.0))
    assert incident.steps[1].is_late(0.0)
    assert [one.step for one in incident.events if one.kind is IncidentAct.ESCALATED][:1] == [2]
    assert [one.state for one in incident.steps[2:]] == [StepState.SKIPPED] * 5
    assert not incident.is_open


def test_what_is_not_ready_cannot_be_done_in_the_drill_either(folder: Path) -> None:
    """A statement that nobody approved is found out; one that was goes out in the copy, and nowhere else."""
    assert "is not prepared" in lived(folder, Terminal()).steps[2].why
    approve(folder, "we-know")
    posts: list[str] = []

    def look(here: Sandbox) -> None:
        posts.extend(
            text for one in here.room.publishers.values() if isinstance(one, TwinNetwork) for text in one.posts.values()
        )

    assert lived(folder, Terminal(), look).steps[2].state is StepState.DONE
    assert len(posts) == 4
    real = Statements(folder / ".ascolta")
    assert (str(real.edition("acme", "we-know").state), real.postings()) == ("approved", [])
    real.close()


def test_what_went_out_before_is_not_ready(folder: Path) -> None:
    """A statement that is out since another day is no answer to this one; a walk says that it is prepared anew."""
    approve(folder, "we-know")
    command = [
        sys.executable,
        "-m",
        "ascolta",
        "statements",
        "publish",
        "we-know",
        "--by",
        "Ada",
        "--brand",
        str(folder),
    ]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
    assert rehearsed(OUTAGE, folder, None)[2].endswith("it is out since an earlier time, so it has to be prepared anew")


def test_the_copy_holds_nothing_that_was_heard_and_goes(folder: Path) -> None:
    """Sources and the store stay where they are; advocates are nobody's in the copy; afterwards it is gone."""
    (folder / ".ascolta" / "canary").write_text("x")
    with sandbox(folder, OUTAGE, None, 1, NOW) as here:
        own = here.room.folders["acme"]
        names = {path.name for path in own.rglob("*")}
        assert {"brand.yaml", "outage.yaml", "we-know.yaml"} <= names
        assert not {"day.jsonl", "canary"} & names
        assert here.room.advocates.all() == []
    assert not own.exists()


def at_a_terminal(typed: bytes, *words: str | Path) -> tuple[int, str]:
    """The command as a person at a terminal runs it: exit code, and what it said."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "ascolta", "drill", *map(str, words)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "TERM": "dumb", "COLUMNS": "200"}
    os.write(ours, typed)
    running = subprocess.Popen(command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
    said, wrong = running.communicate(timeout=120)
    os.close(ours)
    os.close(theirs)
    assert b"Traceback" not in wrong, wrong
    return running.returncode, (said + wrong).decode()


def kept(folder: Path) -> list[Rehearsal]:
    """What the store remembers of drills."""
    made = Incidents(folder / ".ascolta")
    found = made.drills("acme")
    made.close()
    return found


def test_how_it_went_is_kept_and_reported(folder: Path, tmp_path: Path) -> None:
    """A drill at a terminal is remembered with each step's time, and its review is a file; a walk is not remembered."""
    plan, report = folder / "plans" / "outage.yaml", tmp_path / "review.html"
    code, said = at_a_terminal(b"\n\n\n\n\n\n", plan, "--speed", "600", "--report", report)
    assert code == 1
    assert "It proposes this plan" in said
    [went] = kept(folder)
    assert [one.minutes is None for one in went.steps] == [False, False, True, False, False, False, True]
    assert (went.plan, went.speed, went.late) == ("outage", 600.0, 2)
    assert "What the detector saw" in report.read_text(encoding="utf-8")
    command = [sys.executable, "-m", "ascolta", "drill", str(plan), "--yes"]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
    assert kept(folder) == [went]


@pytest.mark.parametrize("words", [("--yes",), ("--json",)])
def test_a_report_needs_a_drill(folder: Path, words: tuple[str, ...]) -> None:
    """Without anybody at a terminal there is nothing to review, and a folder without a brand cannot be copied."""
    plan = folder / "plans" / "outage.yaml"
    code, said = at_a_terminal(b"", plan, *words, "--report", "r.md")
    assert code == 2
    assert "after a drill at a terminal" in said
    (folder / "brand.yaml").unlink()
    code, said = at_a_terminal(b"", plan)
    assert code == 2
    assert "there is no brand.yaml here" in said
