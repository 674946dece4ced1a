"""Recordings: what a network gave (`CASE.in.json`), and the posts that come of it (`CASE.post.json`), by file name.

With ASCOLTA_GOLDEN=1 the second is written anew, to be read before it is kept.
"""

import base64
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ascolta.core.post import Actor, Post
from ascolta.sources import plain, webhook
from ascolta.sources.asking import Answer, Asking
from ascolta.sources.bluesky_frames import form_of
from ascolta.sources.chance import Chance
from ascolta.sources.feed import Feed
from ascolta.sources.natives import (
    Robots,
    bluesky,
    facebook,
    googleplay,
    instagram,
    isso,
    mail,
    mastodon,
    reddit,
    wordpress,
    x,
    youtube,
)
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
    read = feed._read(answer)
    return [post for entry in read.entries if (post := feed._post(entry, answer, licensed=read.licensed)) is not None]


def _youtube(said: Any) -> list[Post]:
    return [youtube.comment(said, "UCacme")]


def _googleplay(said: Any) -> list[Post]:
    return [googleplay.review(said, "com.acme.app")]


def _wordpress(said: Any) -> list[Post]:
    return [wordpress.comment(said, "blog.example")]


def _isso(said: Any) -> list[Post]:
    return [isso.comment(said, "comments.example", said["uri"])]


def _x(said: Any) -> list[Post]:
    return [x.post(one, x.people(said), us="71") for one in said["data"]]


def _reddit(said: Any) -> list[Post]:
    return [reddit.post(one) for one in said["data"]["children"] if not reddit.is_gone(one)]


def _facebook(said: Any) -> list[Post]:
    return [facebook.post(said) if "updated_time" in said else facebook.comment(said)]


def _instagram(said: Any) -> list[Post]:
    return [instagram.comment(said) if "text" in said else instagram.media(said)]


def _webhook(said: Any) -> list[Post]:
    events = (webhook._event(row) for row in webhook._rows(json.dumps(said).encode()))
    return [event.post for event in events if event.post is not None]


def _plain(said: Any) -> list[Post]:
    found = plain.event(plain.decode(json.dumps(said).encode())).post
    return [] if found is None else [found]


def _mail(said: Any) -> list[Post]:
    part = mail.text_part(_structure(said["structure"]))
    head, body = "\r\n".join([*said["head"], "", ""]).encode(), said["body"].encode()
    box = mail.Box(brand="acme", own=("@acme.example",), forwards=("alerts@watch.example",))
    found = mail.post(mail.Letter(head=head, arrived=NOW, part=part, body=body), "1", box)
    return [] if found is None else [found]


def _structure(said: Any) -> Any:
    """A BODYSTRUCTURE as it is parsed: several parts are a list, all else tuples, words are bytes."""
    if not isinstance(said, list):
        return said.encode() if isinstance(said, str) else said
    if isinstance(said[0], list):
        return ([_structure(one) for one in said[0]], *map(_structure, said[1:]))
    return tuple(map(_structure, said))


def _bluesky(said: Any) -> list[Post]:
    frame = said["frame"]
    given = base64.b64decode("".join(frame)) if said["form"] == "firehose" else json.dumps(frame)
    found = form_of(said["form"], "bluesky", lambda: NOW).reading("")(given)
    events = [bluesky.event(line, "", lambda did: Actor(id=did)) for line in (found.lines if found is not None else ())]
    return [event.post for event in events if event is not None and event.post is not None]


READERS: dict[str, Callable[[Any], list[Post]]] = {
    "bluesky": _bluesky,
    "mastodon": _mastodon,
    "rss": _rss,
    "x": _x,
    "reddit": _reddit,
    "wordpress": _wordpress,
    "isso": _isso,
    "youtube": _youtube,
    "googleplay": _googleplay,
    "facebook": _facebook,
    "instagram": _instagram,
    "webhook": _webhook,
    "nats": _plain,
    "redis": _plain,
    "mail": _mail,
}


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
