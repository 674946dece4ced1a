"""Every command, started as its user would."""

import gzip
import json
import os
from pathlib import Path

import pytest
import typer

from ascolta import __version__
from ascolta.cli import Lazily, app
from ascolta.cli.commands import COMMANDS
from tests.cli.running import ACME, DAY, GOLDEN, ascolta
from tests.conftest import ROOT

POSTS = b'{"id":"1","text":"@acmeair where is my bag? still waiting"}\n{"id":"2","text":"soup again"}\n'
AIRLINES = ROOT / "bench" / "airlines"


@pytest.mark.parametrize(
    "command",
    [
        "demo",
        "init",
        "check",
        "connect",
        "sources",
        "listen",
        "stream",
        "run",
        "replay",
        "explain",
        "drill",
        "pause",
        "study",
        "survey",
        "report",
        "brief",
        "ledger",
        "journal",
        "audit",
        "notice",
        "person",
        "draft",
        "statements",
        "advocates",
        "desks",
        "people",
        "tokens",
        "detect",
        "incident",
        "inventory",
        "backup",
        "restore",
        "match",
        "label",
        "redact",
        "lint",
        "decide",
    ],
)
def test_each_command_has_help(command: str) -> None:
    """`--help` of every command says what it does and exits with 0."""
    said = ascolta(command, "--help")
    assert said.code == 0
    assert "Usage" in said.out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_the_command_says(name: str) -> None:
    """The list of commands is written apart, so that none is read to show it, in each command's own words."""
    group = typer.main.get_command(app)
    assert isinstance(group, Lazily)
    command = group.get_command(None, name)
    assert COMMANDS[name] == " ".join(command.help.partition("\n\n")[0].split())


def test_the_version_is_told() -> None:
    """`--version` prints one line and exits with 0."""
    said = ascolta("--version")
    assert (said.code, said.out) == (0, f"ascolta {__version__}\n")


def test_an_unknown_command_is_refused() -> None:
    """A word that is no command ends with exit code 2."""
    assert ascolta("lissen").code == 2


def test_the_example_checks() -> None:
    """The example brand's rules all hold; a folder that is not there is said in one sentence."""
    assert ascolta("check", ACME).code == 0
    gone = ascolta("check", "nowhere")
    assert gone.code == 2
    assert "nowhere" in gone.err


def test_a_new_brand_checks(tmp_path: Path) -> None:
    """What `init` writes passes `check`, and `init` overwrites nothing."""
    words = ("init", tmp_path / "bella", "--name", "Bella", "--handle", "@bella")
    assert ascolta(*words).code == 0
    assert ascolta("check", tmp_path / "bella").code == 0
    assert ascolta(*words).code == 2


@pytest.mark.parametrize(("given", "missing"), [((), "--name"), (("--name", "Bella"), "--handle")])
def test_init_without_anybody_to_ask_names_the_option(tmp_path: Path, given: tuple[str, ...], missing: str) -> None:
    """Where nobody answers, one sentence says which option gives the answer, and nothing is written."""
    said = ascolta("init", tmp_path / "bella", *given, stdin=b"")
    assert said.code == 2
    assert missing in said.err
    assert not (tmp_path / "bella").exists()


def test_the_filters_pipe() -> None:
    """match, label and decide read posts from a pipe and write JSON lines for the next."""
    found = ascolta("match", "--brand", ACME, stdin=POSTS)
    assert [line["id"] for line in found.lines] == ["1"]
    labels = ascolta("label", "--brand", ACME, stdin=found.out.encode()).lines[0]["labels"]
    assert labels["addressed"]["value"] is True
    assert labels["complaint"]["value"] is True
    decided = ascolta("decide", "--brand", ACME, stdin=found.out.encode()).lines
    assert [line["action"] for line in decided] == ["reply"]


def test_listening_goes_on_where_it_left_off(tmp_path: Path) -> None:
    """A second `listen` finds nothing new; together they equal the demo."""
    first = ascolta("listen", ACME, "--store", tmp_path / "s", "--json")
    assert first.code == 0
    assert first.json["mentions"] == GOLDEN["mentions"]
    again = ascolta("listen", ACME, "--store", tmp_path / "s", "--json")
    assert again.code == 0
    assert (again.json["posts"], again.json["mentions"]) == (0, 0)


def test_a_replay_tells_what_another_etiquette_changes(tmp_path: Path) -> None:
    """Replaying with an etiquette that only keeps silent changes every decision that was not silence."""
    other = tmp_path / "silent.yaml"
    other.write_text("etiquette: silent\nrules:\n  - {name: hush, when: 'addressed:yes', then: silence, why: Hush.}\n")
    told = ascolta("replay", DAY, "--brand", ACME, "--etiquette", other, "--json").json
    found = told["compared"]["acme"]
    assert found["changed"] == len(told["changes"]) == found["cases"][0] - found["cases"][1] > 0
    assert {(one["to"], one["approve"][1]) for one in told["changes"]} == {("silence", 1)}
    assert found["cases"][1] == sum(rule["decided"][1] for rule in found["rules"] if rule["action"] != "silence")
    assert (found["uninvited"][0] > 0, found["uninvited"][1]) == (True, 0)
    assert [(one["figure"], one["percent"]) for one in found["expected"]] == [
        ("when-spoken-to", 64), ("answer-complaints", 58), ("answer-praise", 42), ("unheard", 51), ("intrusive", 43),
    ]  # fmt: skip
    said = ascolta("replay", DAY, "--brand", ACME, "--etiquette", other).out
    for row in ("cases", "people approached who did not speak to us", "(64 % want companies to respond"):
        assert row in said, row


def test_a_replay_with_the_same_etiquette_changes_nothing() -> None:
    """The brand's own file, given as another one, decides everything alike: an older audience is spared by both."""
    told = ascolta("replay", DAY, "--brand", ACME, "--etiquette", ACME / "etiquette.yaml", "--json").json
    found = told["compared"]["acme"]
    assert (told["changes"], found["changed"], found["renamed"]) == ([], 0, 0)
    assert all(before == after for before, after in found["actions"].values())


def test_any_post_is_explained() -> None:
    """`explain` names the rule and its reason; a post that is not there is said with exit code 2 or 1."""
    said = ascolta("explain", "a0003", DAY, "--brand", ACME)
    assert said.code == 0
    assert ascolta("explain", "no-such-post", DAY, "--brand", ACME).code in (1, 2)


def test_study_gives_its_source() -> None:
    """Every figure comes with its survey."""
    assert "J.D. Power" in ascolta("study").out


def test_the_airlines_of_2015() -> None:
    """All 10,799 posts of February 2015 get exactly one decision a mention."""
    data = os.environ.get("ASCOLTA_DATA")
    if not data:
        pytest.skip("ASCOLTA_DATA is not set: the airline posts are not here")
    path = Path(data) / "airline.jsonl.gz"
    told = ascolta("replay", path, "--brand", AIRLINES, "--json").json
    assert told["posts"] == 10_799
    assert sum(told["decisions"].values()) == told["mentions"]
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        post = json.loads(next(lines))["id"]
    assert ascolta("explain", str(post), path, "--brand", AIRLINES).code == 0
