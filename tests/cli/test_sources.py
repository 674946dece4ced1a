"""`ascolta sources`: when each was heard, what waits there, what is wrong; and networks heard though we are killed."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ascolta.stores.sql import SqlStore
from tests.cli.running import ACME, Said, ascolta
from tests.conftest import ROOT
from tests.sources.battery import TOKEN
from tests.sources.bluesky_relay import bluesky_twin
from tests.sources.feed_twin import FeedTwin, feed_twin
from tests.sources.mastodon_twin import MastodonTwin, mastodon_twin
from tests.stories.wired import brand_on

KILLS = int(os.environ.get("ASCOLTA_NETWORK_KILLS", "6"))
VARIABLE = "ASCOLTA_TOKEN_ACME"
SOURCES = """  - network: mastodon
    server: {mastodon}
    token: ASCOLTA_TOKEN_ACME
    tags: [air, acmeair]
    rehearsal: true
  - network: rss
    feed: {feed}/feed
    rehearsal: true
"""
Twins = tuple[MastodonTwin, FeedTwin]


@pytest.fixture
def twins() -> Iterator[Twins]:
    """Two networks on this machine, by the clock of this machine."""
    with mastodon_twin(time.time()) as mastodon, feed_twin(time.time()) as feed:
        yield mastodon, feed


@pytest.fixture
def brand(twins: Twins, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A brand that hears both."""
    monkeypatch.setenv(VARIABLE, TOKEN)
    return brand_on(tmp_path / "brand", SOURCES.format(mastodon=twins[0].url, feed=twins[1].url))


def told(said: Said) -> list[dict[str, object]]:
    """What the command says, for scripts."""
    found: list[dict[str, object]] = json.loads(said.out)
    return found


def test_each_source_says_how_it_stands(brand: Path, twins: Twins) -> None:
    """What waits, how many requests are left, which opt-outs can be told; nothing of it is kept or shown."""
    twins[0].says("ann", "@acme where is my word-canary?")
    twins[1].says("bob", "acme air word-canary")
    before = sorted(brand.rglob("*"))
    said = ascolta("sources", brand, "--json")
    assert said.code == 0, said.err
    assert "word-canary" not in said.out
    assert TOKEN not in said.out + said.err
    mastodon, feed = told(said)
    assert (mastodon["waiting"], feed["waiting"]) == (1, 1)
    assert (mastodon["requests_allowed"], mastodon["answers"], feed["answers"]) == (300, True, False)
    assert "indexable" in str(mastodon["opt_outs"])
    assert "block" in str(mastodon["opt_outs"])
    assert (mastodon["findings"], "mentions" in str(mastodon["hears"])) == ([], True)
    assert mastodon["opt_outs_not_read"] == []
    assert sorted(brand.rglob("*")) == before


def test_what_was_heard_does_not_wait(brand: Path, twins: Twins) -> None:
    """`ascolta listen` hears both networks, and then nothing is left there."""
    twins[0].says("ann", "@acme where is my bag?")
    twins[1].says("bob", "acme air is late again")
    heard = ascolta("listen", brand, "--json")
    assert heard.code == 0, heard.err
    assert json.loads(heard.out)["posts"] == 2
    said = told(ascolta("sources", brand, "--json"))
    assert [one["waiting"] for one in said] == [0, 0]
    assert all(one["heard"] for one in said)
    assert json.loads(ascolta("listen", brand, "--json").out)["posts"] == 0


def test_what_is_wrong_is_told_and_ends_with_one(brand: Path, twins: Twins, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that refuses, a token that is not set, a network that is not there: each in one sentence."""
    twins[0].fails, twins[1].fails = (403, {}), (503, {"Retry-After": "9"})
    said = ascolta("sources", brand)
    assert said.code == 1
    assert "cannot be heard: mastodon:127.0.0.1" in said.out
    assert "status 403" in said.out
    assert "status 503" in said.out
    monkeypatch.delenv(VARIABLE)
    said = ascolta("sources", brand, "--offline")
    assert (said.code, f"{VARIABLE} is not set" in said.out) == (1, True)
    visits = len(twins[1].visits)
    assert ascolta("sources", brand, "--offline").code == 1
    assert len(twins[1].visits) == visits


def test_of_a_whole_network_nobody_counts_what_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its account is asked for instead; the stream of all that is said there is not read for it."""
    monkeypatch.setenv(VARIABLE, TOKEN)
    with bluesky_twin(time.time()) as twin:
        source = f"""  - network: bluesky
    server: {twin.url}
    directory: {twin.url}
    streaming: {twin.streaming}
    account: acme.example
    token: {VARIABLE}
    rehearsal: true
"""
        folder = brand_on(tmp_path / "brand", source)
        [one] = told(ascolta("sources", str(folder), "--json"))
        assert (one["well"], one["waiting"], one["error"]) == (True, None, None)
        assert not [visit for visit in twin.visits if "subscribe" in visit]


def test_files_are_told_too() -> None:
    """The example's own source, which was never heard from here."""
    said = ascolta("sources", ACME, "--store", "nowhere")
    assert said.code == 0
    assert "day.jsonl (acme)" in said.out
    assert "never heard yet" in said.out


@pytest.mark.slow
def test_killed_anywhere_nothing_is_lost_or_counted_twice(brand: Path, twins: Twins) -> None:
    """`ascolta listen` is killed with -9 again and again while people talk on both networks."""
    chance, store, said = random.Random(3), brand / ".ascolta", 0
    command = [sys.executable, "-m", "ascolta", "listen", str(brand), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    for _ in range(KILLS):
        for _ in range(30):
            said += 1
            text = f"acme air is late, seat {said}"
            twins[0].says("ann", f"{text} {chance.choice(['#air', '#acmeair', '#air #acmeair'])}")
            if said % 3 == 0:
                said += 1
                twins[1].says("bob", f"acme air is late, row {said}")
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        _wait(store, running, chance.uniform(0.0, 0.25))
        if running.poll() is None:
            os.kill(running.pid, signal.SIGKILL)
        running.wait()
    assert subprocess.run(command, capture_output=True, env=environment).returncode == 0
    kept = SqlStore(store)
    counted = sum(kept.counts("acme", "all", 0, 1 << 40).values())
    kept.close()
    assert counted == said


def _wait(store: Path, running: "subprocess.Popen[bytes]", more: float) -> None:
    """Until the store was touched since the start, or the program ended; then a moment more."""
    began, log = time.time(), store / "store.db-wal"
    while running.poll() is None and time.time() - began < 20:
        if log.exists() and log.stat().st_mtime >= began:
            break
        time.sleep(0.005)
    time.sleep(more)
