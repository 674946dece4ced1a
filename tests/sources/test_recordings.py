"""Recordings: what a network gave (`CASE.in.json`), and the posts that come of it (`CASE.post.json`), by file name.

With ASCOLTA_GOLDEN=1 the second is written anew, to be read before it is kept.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ascolta.core.post import Post
from ascolta.sources.asking import Answer, Asking
from ascolta.sources.chance import Chance
from ascolta.sources.feed import Feed
from ascolta.sources.natives import Robots, mastodon
from ascolta.sources.networks import FILES
from tests.conftest import ROOT
from tests.sources.battery import NOW

RECORDED = ROOT / "tests" / "recordings"
CASES = sorted(path.relative_to(RECORDED).as_posix().removesuffix(".in.json") for path in RECORDED.rglob("*.in.json"))


def _mastodon(said: Any) -> list[Post]:
    return [mastodon.status(said)]


def _rss(said: Any) -> list[Post]:
    chance = Chance(clock=lambda: NOW, draw=lambda: 0.5)
    feed = Feed(Asking(who="rss", url="https://trips.example/feed", clock=lambda: NOW), chance)
    feed.site.robots = Robots()
    answer = Answer(status=200, headers=said["headers"], body=said["body"].encode())
    return [post for post in (feed._post(entry, answer) for entry in feed._entries(answer)) if post is not None]


READERS: dict[str, Callable[[Any], list[Post]]] = {"mastodon": _mastodon, "rss": _rss}


@pytest.mark.parametrize("case", CASES)
def test_what_was_recorded_is_read_as_it_was(case: str) -> None:
    """Each recording gives the posts that stand beside it."""
    given = json.loads((RECORDED / f"{case}.in.json").read_text(encoding="utf-8"))
    posts = json.loads(msgspec.json.encode(READERS[case.partition("/")[0]](given)))
    beside: Path = RECORDED / f"{case}.post.json"
    if os.environ.get("ASCOLTA_GOLDEN"):
        beside.write_text(json.dumps(posts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert posts == json.loads(beside.read_text(encoding="utf-8"))


def test_every_network_has_recordings() -> None:
    """Two of each at least."""
    for network in FILES:
        assert sum(case.startswith(f"{network}/") for case in CASES) >= 2
