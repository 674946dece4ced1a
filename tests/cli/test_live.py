"""`ascolta listen --live`: each decision is told as it is made, and nothing is kept of what was heard, or of whom."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ascolta.cli.listen import app
from ascolta.cli.live import How, brand_of, item, seconds
from ascolta.core.mention import Brands
from ascolta.core.parse import parse
from ascolta.errors import AscoltaError
from tests.cli.running import PATIENCE
from tests.cli.test_connect import HERE
from tests.conftest import foresee
from tests.sources.bluesky_relay import bluesky_twin
from tests.sources.bluesky_twin import PROFILE
from tests.sources.feed_twin import FeedTwin, feed_twin

QUERY = "acme OR @acme"


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FeedTwin]:
    """A website on which people write; the command is called in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    with feed_twin(time.time()) as made:
        made.says("ann-canary", "@acme where is my suitcase? still waiting")
        made.says("bob-canary", "acme lost my suitcase, worst airline ever")
        made.says("eve-canary", "flying acme today")
        made.says("joe-canary", "soup again")
        yield made


def hears(twin: FeedTwin, *words: str) -> list[str]:
    """The words of the command on that site."""
    return ["--live", "rss", QUERY, "--at", f"{twin.url}/feed", *words]


def test_each_decision_is_told(twin: FeedTwin, tmp_path: Path) -> None:
    """Action, rule and reason, a line each, and the sum in the end; nobody's name or words, and no file anywhere."""
    found = CliRunner().invoke(app, hears(twin, "--for", "1s"))
    assert found.exit_code == 0, found.exception
    lines = found.stdout.splitlines()
    assert [line.split()[1:3] for line in lines] == [["rss", "reply"], ["rss", "silence"], ["rss", "silence"]]
    assert "spoken-to-complaint: 58 % want complaints answered" in lines[0]
    assert "4 posts heard, 3 mentions: reply 1, care 0, handover 0, silence 2. Nothing was kept." in found.stderr
    for word in ("canary", "suitcase", "soup", "\x1b"):
        assert word not in found.stdout + found.stderr
    assert list(tmp_path.iterdir()) == []


def test_scripts_get_lines(twin: FeedTwin) -> None:
    """One JSON value a mention, until there were enough of them."""
    found = CliRunner().invoke(app, hears(twin, "--most", "2", "--json"))
    assert found.exit_code == 0, found.exception
    lines = [json.loads(line) for line in found.stdout.splitlines()]
    assert [(line["action"], line["network"]) for line in lines] == [("reply", "rss"), ("silence", "rss")]
    assert {frozenset(line) for line in lines} == {frozenset({"at", "network", "action", "rule", "why"})}
    assert "canary" not in found.stdout + found.stderr


def test_it_goes_on_until_it_is_ended(twin: FeedTwin) -> None:
    """What is written meanwhile is heard, a break is told once, and Ctrl-C ends it in order, with the sum."""
    words = hears(twin, "--set", "every=10 s")
    command = [sys.executable, "-m", "ascolta", "listen", *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    # A script that begins tests in the background has them ignore Ctrl-C.
    heeds = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, env={**os.environ, **HERE}, text=True, preexec_fn=heeds, **pipes) as program:  # type: ignore[call-overload] # noqa: PLW1509 - no threads here
        for _ in range(3):
            program.stdout.readline()
        twin.says("lea-canary", "@acme thank you so much!")
        assert " reply " in program.stdout.readline()
        program.send_signal(signal.SIGINT)
        assert program.wait(PATIENCE) == 0
        said = program.stderr.read()
    assert "4 mentions: reply 2" in said
    assert "canary" not in said


@pytest.mark.parametrize("form", ["jetstream2", "jetstream", "firehose"])
def test_a_public_stream_is_heard_as_nobody(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any account: what concerns the query is told, whoever refused is not, all else comes by."""
    monkeypatch.chdir(tmp_path)
    with bluesky_twin(time.time()) as twin:
        values = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}
        twin.puts("eve", PROFILE, "self", {"$type": PROFILE, "labels": values})
        twin.says("eve", "acme lost my suitcase")
        twin.says("bob", "soup again")
        twin.says("ann", "@acme where is my suitcase? still waiting")
        words = ["--live", "bluesky", QUERY, "--at", twin.streaming, "--set", f"form={form}"]
        for key in ("server", "directory", "views"):
            words += ["--set", f"{key}={twin.url}"]
        found = CliRunner().invoke(app, [*words, "--most", "1", "--for", "60s", "--json"])
        assert found.exit_code == 0, found.exception
        [line] = [json.loads(line) for line in found.stdout.splitlines()]
        assert (line["network"], line["rule"]) == ("bluesky", "spoken-to-complaint")
        assert list(tmp_path.iterdir()) == []


def test_words_are_for_a_terminal_only(twin: FeedTwin) -> None:
    """What was not said to us never ends up in a file by a pipe."""
    found = CliRunner().invoke(app, hears(twin, "--show-text"))
    assert isinstance(found.exception, AscoltaError)
    assert "for a terminal only" in str(found.exception)


WRONG = {
    "no such network": (["--live", "blusky", "acme"], "is no network that can be heard"),
    "no place": (["--live", "rss", "acme"], "--at"),
    "no account": (["--live", "x", "acme"], "--set account="),
    "no token": (["--live", "mastodon", "acme", "--at", "https://social.example"], "ASCOLTA_TOKEN_MASTODON is not set"),
    "no query": (["--live", "rss", "acme OR (", "--at", "https://a.example"], "ends too early"),
    "no time": (["--live", "rss", "acme", "--for", "soon"], "--for: it must be a length of time"),
    "an unsafe place": (["--live", "rss", "acme", "--at", "http://a.example/feed"], "must begin with https"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence."""
    monkeypatch.chdir(tmp_path)
    words, said = WRONG[case]
    found = CliRunner().invoke(app, words)
    assert isinstance(found.exception, AscoltaError), found.exception
    assert said in str(found.exception)


def test_a_query_makes_a_brand() -> None:
    """Its accounts and its name are those that the query looks for, not those that it takes away."""
    brand = brand_of('"Acme Air" OR @AcmeAir OR #acme NOT (@looney OR cartoon)')
    assert (brand.name, brand.handles) == ("acme air", ("acmeair",))
    assert list(Brands([brand], foresee)) == [brand]
    assert brand_of("lang:es").name == "brand"
    assert brand.etiquette.rules


def test_what_a_network_needs_comes_from_the_query() -> None:
    """Hashtags are followed; an address of a stream is one; as nobody, where a network wants to know as whom."""
    how = How(network="mastodon", query="", at="https://social.example")
    assert item(how, parse("acme OR #acme OR #air NOT #looney")) == {
        "network": "mastodon", "server": "https://social.example", "token": "ASCOLTA_TOKEN_MASTODON",
        "tags": ["acme", "air"],
    }  # fmt: skip
    found = item(How(network="bluesky", query="", at="ws://127.0.0.1:1", given=("form=firehose",)), parse("acme"))
    assert (found["streaming"], found["form"]) == ("ws://127.0.0.1:1", "firehose")
    assert str(found["account"]).endswith(".invalid")


def test_lengths_of_time() -> None:
    """With a space or without."""
    assert [seconds(said) for said in ("30s", "30 s", "2min", "1 h")] == [30, 30, 120, 3_600]
    assert seconds("") == float("inf")
