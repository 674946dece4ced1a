"""`ascolta advocates` and `ascolta statements` on a real store, from praise to a briefing, and a drill of all that."""

import json
import shutil
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ascolta.cli import advocates as people
from ascolta.cli import drill, person
from ascolta.cli import statements as voice
from ascolta.core.case import CaseKind
from ascolta.core.post import Actor
from ascolta.errors import AscoltaError
from ascolta.stores.catalogue import compared
from ascolta.stores.sql import SqlStore
from tests.conftest import ROOT, act, keep, published
from tests.praised import brands, sent

ANN = Actor(handle="canary_ann")
PLAN = Path("plans") / "misinformation.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example brand, with one post of praise said to it a minute ago, by somebody whose yes stands in its day."""
    own = tmp_path / "acme"
    shutil.copytree(ROOT / "examples" / "acme", own)
    now = time.time()
    yes = {"id": "y1", "text": "yes to acme, gladly", "author": "canary_ann", "network": "x", "published": int(now)}
    (own / "day.jsonl").write_text(json.dumps(yes) + "\n", encoding="utf-8")
    store = SqlStore(own / ".ascolta")
    keep(store, brands(), published("p1", "thanks to acme", at=now - 60, author=ANN), at=now - 60)
    store.close()
    return own


def run(app: object, folder: Path, *words: str | int) -> Result:
    """Run a command on the brand."""
    called = [str(word) for word in words]
    return CliRunner().invoke(app, [*called, "--brand", str(folder)], env={"COLUMNS": "200"})  # type: ignore[arg-type]


def told(app: object, folder: Path, *words: str | int) -> object:
    """What a command says as JSON."""
    said = run(app, folder, *words, "--json")
    assert said.exit_code == 0, (said.output, said.exception)
    return json.loads(said.stdout)


def refused(app: object, folder: Path, *words: str | int) -> str:
    """Why a command is refused: one sentence, exit code 2 in the real program."""
    said = run(app, folder, *words)
    assert isinstance(said.exception, AscoltaError), (said.output, said.exception)
    assert "\n" not in str(said.exception)
    return str(said.exception)


def joined(folder: Path) -> None:
    """Ann is asked, people approve that, it goes out, she says yes, and that is noted."""
    run(people.app, folder, "ask", 1, "--scope", "corrections", "--by", "Carla")
    now = time.time()
    store = SqlStore(folder / ".ascolta")
    act(store, 1, CaseKind.APPROVED, at=now)
    sent(store, now)
    keep(store, brands(), published("y1", "yes to acme, gladly", at=now, author=ANN), at=now)
    store.close()
    assert "Noted: corrections" in run(people.app, folder, "agree", 2, "--by", "Carla").stdout


def approved(folder: Path, name: str = "lunaro-stays") -> None:
    """Two people approve a statement."""
    run(voice.app, folder, "prepare", name, "--by", "Ann")
    for who in ("Ann", "Bob"):
        assert run(voice.app, folder, "approve", name, "--by", who).exit_code == 0


def test_somebody_is_asked_and_briefed_and_lets_it_be(folder: Path) -> None:
    """The whole way by commands; nobody's account is shown unless asked for, and what is stored is declared."""
    dry = told(people.app, folder, "ask", 1, "--scope", "corrections", "--dry-run")
    assert told(people.app, folder, "list") == []
    assert "Acme Air asked you" in str(dry)
    joined(folder)
    said = run(people.app, folder, "list").stdout
    assert "0 proposed, 0 asked, 1 agreed" in said
    assert "canary" not in said
    assert "canary_ann" in run(people.app, folder, "list", "--who").stdout
    assert "is not prepared" in refused(
        people.app, folder, "brief", "lunaro-stays", "--scope", "corrections", "--by", "A"
    )
    approved(folder)
    words = ("brief", "lunaro-stays", "--scope", "corrections")
    assert told(people.app, folder, *words, "--dry-run") == {"would_tell": 1}
    done = {"told": 1, "missed": 0, "waiting": 0, "forgotten": 0}
    assert told(people.app, folder, *words, "--by", "Ann") == done
    assert told(people.app, folder, *words, "--by", "Ann") == {**done, "told": 0}
    assert "1 people; all is well" in run(people.app, folder, "audit").stdout
    assert list(compared(folder / ".ascolta")) == []
    assert "1 record would be forgotten" in run(people.app, folder, "withdraw", "x", "@Canary_Ann", "--dry-run").stdout
    assert told(people.app, folder, "withdraw", "x", "@Canary_Ann") == {"gone": 1, "done": True}
    assert "Nothing is held" in run(people.app, folder, "withdraw", "x", "canary_ann").stdout
    assert told(people.app, folder, "list") == []
    files = (path for path in (folder / ".ascolta").iterdir() if "advocates" in path.name)
    assert not [path.name for path in files if b"canary" in path.read_bytes()]


@pytest.mark.parametrize("network", ["x", "X", " Twitter ", "twitter"])
def test_a_network_may_be_spelled_otherwise(folder: Path, network: str) -> None:
    """Case and another known name find the same record; a network that nobody knows is said to be none."""
    joined(folder)
    said = refused(people.app, folder, "withdraw", "bluebird", "@canary_ann")
    assert "no network that is heard here is called that" in said
    assert "canary" not in said
    assert told(people.app, folder, "withdraw", network, "@canary_ann", "--dry-run") == {"gone": 1, "done": False}
    assert told(people.app, folder, "withdraw", network, "@canary_ann") == {"gone": 1, "done": True}
    assert told(people.app, folder, "list") == []


def test_a_person_is_told_what_they_agreed_to_and_got(folder: Path) -> None:
    """Limits, networks, topics and each briefing with its day stand in what somebody is told of themselves."""
    joined(folder)
    approved(folder)
    run(people.app, folder, "brief", "lunaro-stays", "--scope", "corrections", "--by", "Ann")
    said = CliRunner().invoke(person.app, ["x", "@canary_ann", str(folder), "--json"])
    [sentence] = json.loads(said.stdout)["advocate"]
    for part in ("at most 2 in 30 days until ", "networks: ", "topics: ", "briefings: 1: ", "lunaro-stays 1"):
        assert part in sentence, part
    assert "(told)" in sentence


def test_a_yes_may_be_to_less(folder: Path) -> None:
    """Fewer topics, an earlier end; more than was asked is refused."""
    run(people.app, folder, "ask", 1, "--scope", "corrections", "--by", "Carla")
    now = time.time()
    store = SqlStore(folder / ".ascolta")
    act(store, 1, CaseKind.APPROVED, at=now)
    sent(store, now)
    keep(store, brands(), published("y1", "yes to acme, gladly", at=now, author=ANN), at=now)
    store.close()
    assert "more than" in refused(people.app, folder, "agree", 2, "--by", "Carla", "--at-most", 9)
    assert "expected a day" in refused(people.app, folder, "agree", 2, "--by", "Carla", "--until", "soon")
    one = told(people.app, folder, "agree", 2, "--by", "Carla", "--at-most", 1, "--topic", "bags")
    assert isinstance(one, dict)
    assert (one["most"], one["topics"]) == (1, ["bags"])


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("ask", 1, "--scope", "gifts", "--by", "Ann"), "there is no such scope; known are corrections, first-looks"),
        (("ask", 1, "--scope", "corrections"), "--by NAME"),
        (("ask", 7, "--scope", "corrections", "--by", "Ann"), "case 7 is gone"),
        (("ask", 1, "--scope", "corrections", "--by", "Ann", "--store", "nowhere"), "there is no store here"),
        (("agree", 1, "--by", "Ann"), "was not asked"),
        (("brief", "nothing", "--scope", "corrections", "--by", "Ann"), "there is no statement 'nothing'; known are"),
        (
            ("brief", "lunaro-stays", "--scope", "corrections", "--by", "Ann", "--topic", "weather"),
            "--topic weather: there is no such topic; known are refunds, bags, delays",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(folder: Path, words: tuple[str | int, ...], part: str) -> None:
    """What, where, and what to do."""
    assert part in refused(people.app, folder, *words)


def test_a_statement_is_published_once(folder: Path) -> None:
    """Prepared, approved by two, shown, rehearsed, published; each step says what is missing."""
    assert "not prepared" in run(voice.app, folder, "list").stdout
    assert "cannot be approved" in refused(voice.app, folder, "approve", "we-know", "--by", "Ann")
    assert (
        run(voice.app, folder, "prepare", "we-know", "--by", "Ann").stdout
        == "we-know: prepared; 2 more must approve it\n"
    )
    assert "1 more must approve" in run(voice.app, folder, "approve", "we-know", "--by", "Ann").stdout
    assert "another person has to" in refused(voice.app, folder, "approve", "we-know", "--by", "ann")
    tried = run(voice.app, folder, "publish", "we-know", "--dry-run").stdout
    assert "is prepared, so it would not go out yet" in tried
    assert "Nobody will read it on" in tried
    assert "prepared cannot be released" in refused(voice.app, folder, "publish", "we-know", "--by", "Ann")
    run(voice.app, folder, "approve", "we-know", "--by", "Bob")
    done = told(voice.app, folder, "publish", "we-know", "--by", "Ann")
    assert isinstance(done, dict)
    assert done["state"] == "published"
    assert [one["state"] for one in done["postings"]] == ["sent"] * 4
    assert all("UTC" in one["text"] and "{" not in one["text"] for one in done["postings"])
    assert "published cannot be" not in run(voice.app, folder, "show", "we-know").stdout
    assert "cannot be released" in refused(voice.app, folder, "publish", "we-know", "--by", "Ann")
    shown = told(voice.app, folder, "show", "we-know")
    assert isinstance(shown, dict)
    assert [one["what"] for one in shown["acts"]] == ["prepared", "approved", "approved", "released"]
    assert list(compared(folder / ".ascolta")) == []


def test_what_a_pause_held_back_is_published_later(folder: Path) -> None:
    """Once the pause is over, to publish it again lets it go out; then there is nothing left to publish."""
    store = SqlStore(folder / ".ascolta")
    store.pause("acme", "a crisis")
    approved(folder)
    waiting = told(voice.app, folder, "publish", "lunaro-stays", "--by", "Ann")
    assert isinstance(waiting, dict)
    assert waiting["state"] == "released"
    store.pause("acme", "")
    store.close()
    done = told(voice.app, folder, "publish", "lunaro-stays", "--by", "Ann")
    assert isinstance(done, dict)
    assert (done["state"], {one["state"] for one in done["postings"]}) == ("published", {"sent"})
    assert "published cannot be released" in refused(voice.app, folder, "publish", "lunaro-stays", "--by", "Ann")


def test_words_that_change_are_approved_anew(folder: Path) -> None:
    """An edit of the file after the approval stops it, and `list` says so; what is not sound is not prepared."""
    approved(folder, "we-were-wrong")
    path = folder / "statements" / "we-were-wrong.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("hurt people", "hurt many people"), encoding="utf-8")
    assert "changed since, prepare it anew" in run(voice.app, folder, "list").stdout
    assert "changed since" in refused(voice.app, folder, "publish", "we-were-wrong", "--by", "Ann")
    path.write_text(text.replace("We took it down", "Our latest offer is a deal"), encoding="utf-8")
    said = refused(voice.app, folder, "prepare", "we-were-wrong", "--by", "Ann")
    assert "no promotion" in said
    assert "we-were-wrong.yaml:6" in said


def test_a_pause_and_a_withdrawal_hold_it_back(folder: Path) -> None:
    """While the brand is paused it waits unless somebody says so; withdrawn, it goes nowhere."""
    store = SqlStore(folder / ".ascolta")
    store.pause("acme", "a crisis")
    store.close()
    approved(folder)
    waiting = told(voice.app, folder, "publish", "lunaro-stays", "--by", "Ann")
    assert isinstance(waiting, dict)
    assert {one["state"] for one in waiting["postings"]} == {"approved"}
    gone = told(voice.app, folder, "withdraw", "lunaro-stays", "--by", "Ann", "--why", "it is true after all")
    assert isinstance(gone, dict)
    assert gone["state"] == "withdrawn"
    assert "it is true after all" in run(voice.app, folder, "show", "lunaro-stays").stdout
    approved(folder)
    done = told(voice.app, folder, "publish", "lunaro-stays", "--by", "Ann", "--although-paused")
    assert isinstance(done, dict)
    assert done["state"] == "published"


def test_a_drill_says_numbers_only(folder: Path) -> None:
    """It rehearses what a step would publish and how many it would brief; nothing goes out and nobody is named."""
    joined(folder)
    words = [str(folder / PLAN), "--yes", "--json"]
    steps = json.loads(CliRunner().invoke(drill.app, words).stdout)["steps"]
    assert "would publish 'lunaro-stays' in 3 places; it is not prepared" in steps[5]["would"]
    assert steps[6]["would"].startswith("would brief 1 person with 'lunaro-stays', which is not prepared")
    approved(folder)
    said = CliRunner().invoke(drill.app, [str(folder / PLAN), "--yes"]).stdout
    assert "would brief 1 person with 'lunaro-stays', which is approved" in said
    assert "canary" not in said
    shutil.rmtree(folder / ".ascolta")
    assert "nobody can be counted" in CliRunner().invoke(drill.app, [str(folder / PLAN), "--yes"]).stdout
    (folder / "advocates.yaml").unlink()
    assert "the scope 'corrections', which is not there" in CliRunner().invoke(drill.app, words).stdout
    assert not (folder / ".ascolta").exists()


@pytest.mark.parametrize(("app", "commands"), [(people.app, 6), (voice.app, 6)])
def test_every_command_has_help(app: object, commands: int) -> None:
    """Each says in a sentence what it does."""
    said = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"})  # type: ignore[arg-type]
    assert said.exit_code == 0
    names = [command.name for command in app.registered_commands]  # type: ignore[attr-defined]
    assert len(names) == commands
    for command in app.registered_commands:  # type: ignore[attr-defined]
        assert command.callback.__doc__
