"""The pairs: for each signal a payload that says no (`NAME.no.json`) and one that says yes, as networks write them."""

import json
from pathlib import Path
from typing import Any

import msgspec

from ascolta.core.consent import Consent, Known, Seen, consent, heed, says_stop
from ascolta.core.post import Actor, Event, EventKind, Post
from ascolta.sources.natives import activitypub, bluesky, mastodon, robots, web
from tests.conftest import NOW

HERE = Path(__file__).parent
NAMES = sorted({path.name.partition(".")[0] for path in HERE.glob("*.json")})
KEY = b"k" * 32


def payload(name: str, says: str) -> dict[str, Any]:
    """One side of a pair."""
    found: dict[str, Any] = json.loads((HERE / f"{name}.{says}.json").read_text(encoding="utf-8"))
    return found


def post(said: dict[str, Any]) -> Post:
    """The post of a payload, by the reader of its network."""
    [(network, given)] = said.items()
    return READERS[network](given)


def result(said: dict[str, Any]) -> Consent:
    """What a payload forbids."""
    if "ours" in said:
        return consent(_ours(said["ours"]))
    return heed(post(said), Known(key=KEY), arrived=NOW)


def worded(made: Post, text: str) -> Post:
    """The same post with other words."""
    return msgspec.structs.replace(made, content=text)


def event(made: Post, kind: EventKind = EventKind.PUBLISHED) -> Event:
    """A post as an event."""
    return Event(kind=kind, network=made.network, post=made)


def _mastodon(given: dict[str, Any]) -> Post:
    before = given.get("read_before_arrival")
    return mastodon.status(given["status"], read=None if before is None else NOW - before)


def _activitypub(given: dict[str, Any]) -> Post:
    return activitypub.note(given["object"], activitypub.actor(given["actor"]))


def _bluesky(given: dict[str, Any]) -> Post:
    return bluesky.post(given["post"], bluesky.profile(given["profile"], given["records"]))


def _web(given: dict[str, Any]) -> Post:
    site = web.Site(robots=robots(200, given["robots.txt"]), tdmrep=given.get("tdmrep.json"), rsl=given.get("rsl"))
    page = web.page(given["url"], list(given["headers"].items()), given["html"], site)
    return Post(
        id=given["url"],
        content=given["words"],
        network="blog",
        published=NOW,
        attributed_to=Actor(handle=given["author"]),
        page=page,
    )


def _ours(given: dict[str, Any]) -> Seen:
    return Seen(
        told=says_stop(given.get("said", "")),
        stopped=given.get("list") == "stopped",
        refused=given.get("list") == "refused",
        headers=tuple((name.lower(), value) for name, value in given.get("headers", {}).items()),
    )


READERS = {"mastodon": _mastodon, "activitypub": _activitypub, "bluesky": _bluesky, "web": _web}
