"""What Meta pushes: signed with the app's secret (`X-Hub-Signature-256`), and told of as changes.

A push rings, and says which post it is about; nothing of what else stands in it is taken, the Graph API is asked. Only
that something was removed is taken as it is.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ascolta.core.post import Event, EventKind
from ascolta.sources.chance import Chance, Said
from ascolta.sources.cursors import in_order, read
from ascolta.sources.live import Page
from ascolta.sources.natives.reading import UnreadableError
from ascolta.sources.pushed import PUSHED, Inlet, Known, Refused
from ascolta.sources.remembering import Remembering

ADDED, EDITED, REMOVED, MENTIONED = "added", "edited", "removed", "mentioned"
"""What can happen to a post or a comment, as pushes tell it."""

HELD = 48
"""Hours for which what is told late is still heard: Meta tries again for 36."""

LONGEST_CHALLENGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that happened to a post or a comment. `on` is what it stands on; `key` is this telling of it."""

    key: str
    kind: str
    number: str
    on: str = ""


Read = Callable[[str, Mapping[str, Any], str], Change | None]
"""Reads a field's value as a change, by a key; None if it is of no concern. Raises UnreadableError."""


class Place(msgspec.Struct, frozen=True):
    """A cursor: what was heard of the lists, the changes that were, and since when which hashtag is searched."""

    heard: str = ""
    pushed: dict[str, str] = {}
    tags: dict[str, int] = {}


class Hub:
    """Lets in what was signed with one of the app's secrets, which are parted by spaces, about one Page or account."""

    def __init__(self, about: tuple[str, str], secret: str, verify: str, read: Read) -> None:
        self.about, self.read = about, read
        self._secrets, self._verify = tuple(secret.split()), verify

    def shown(self, asked: Mapping[str, str]) -> str:
        """The challenge, to whoever knows the word by which the address is shown to be ours. Raises Refused."""
        word, challenge = asked.get("hub.verify_token", ""), asked.get("hub.challenge", "")
        knows = hmac.compare_digest(word.encode("utf-8", "replace"), self._verify.encode())
        if asked.get("hub.mode") != "subscribe" or not knows:
            raise Refused(403, "this is not shown to you")
        if not (challenge.isascii() and challenge.isalnum() and len(challenge) <= LONGEST_CHALLENGE):
            raise Refused(400, "hub.challenge has letters and digits only")
        return challenge

    def opened(self, headers: Mapping[str, str], body: bytes) -> tuple[str, list[Change], int]:
        """The changes of a push, by its bytes as they came. Raises Refused."""
        kind, _, given = headers.get("x-hub-signature-256", "").partition("=")
        wanted = [hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() for secret in self._secrets]
        fits = [hmac.compare_digest(given.lower().encode("utf-8", "replace"), one.encode()) for one in wanted]
        if kind != "sha256" or not any(fits):
            raise Refused(401, "X-Hub-Signature-256 was not made with the app's secret")
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            raise Refused(400, "the body is not JSON") from None
        if not isinstance(said, dict) or not isinstance(said.get("entry"), list):
            raise Refused(422, "the body has no list of entries")
        changes, odd = list[Change](), 0
        for key, name, value in _changes(said, self.about):
            try:
                change = self.read(name, value, key)
            except UnreadableError:
                odd += 1
                continue
            changes += [change] if change is not None else []
        return hashlib.sha256(body).hexdigest(), changes, odd


class Pushes(Inlet[Change]):
    """What Meta pushes, waiting. While the Graph API cannot be asked (`stuck`) removals are told at once all the same.

    They are told once more when what was pushed is heard, which harms nothing.
    """

    stuck = False

    def __init__(self, name: str, door: Hub, chance: Chance) -> None:
        super().__init__(name, door, chance)
        self._told: set[str] = set()

    def take(self) -> Iterator[Said]:
        """That something waits, and the removals that cannot wait."""
        yield from super().take()
        if not self.stuck:
            self._told.clear()
            return
        for change in self.waiting():
            if change.kind == REMOVED and change.key not in self._told:
                self._told.add(change.key)
                yield REMOVED, change.number


class Rounds:
    """How both networks of Meta are heard: what was pushed, and what their lists have, in one page with its cursor."""

    def __init__(self, who: str, network: str, pushes: Pushes, chance: Chance) -> None:
        self.who, self.network, self.pushes, self.chance = who, network, pushes, chance
        self.tags: dict[str, int] = {}

    def pages(
        self,
        cursor: str,
        lately: Callable[[Remembering], list[Event]],
        told: Callable[[Change, Remembering], Event | None],
        kept: Callable[[], None],
    ) -> Iterator[Page]:
        """What follows a cursor. Raises SourceError.

        `lately` asks the lists, `told` asks for what was pushed, and `kept` is told once all of it is kept.
        """
        place, now = read(self.who, cursor, Place) or Place(), self.chance.clock()
        memory = Remembering(self.who, place.heard, now, self.chance.draw)
        known, self.tags = Known(place.pushed, memory.salt, now), dict(place.tags)
        with self.pushes.taken() as found:
            new = [change for one in found for change in one.said if known.is_new(change.key)]
            gone = [self.removed(change.number) for change in new if change.kind == REMOVED]
            if gone:
                yield Page(events=gone, cursor=cursor)
            self.pushes.stuck = True
            events = lately(memory)
            events += [event for one in _alive(new) if (event := told(one, memory)) is not None]
            self.pushes.stuck = False
            behind = Place(heard=memory.behind(HELD), pushed=known.kept(), tags=self.tags)
            yield Page(events=in_order(events), cursor=msgspec.json.encode(behind).decode())
            kept()

    def rings(self, name: str) -> bool:
        """Something was pushed."""
        return name == PUSHED

    def event(self, name: str, data: str) -> Event | None:
        """A removal that could not wait."""
        return self.removed(data) if name == REMOVED else None

    def removed(self, number: str) -> Event:
        """A post or a comment was taken back."""
        return Event(kind=EventKind.REMOVED, network=self.network, post_id=number)


def _changes(said: Mapping[str, Any], about: tuple[str, str]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """A key, the field and the value of each change of a push that is about us."""
    kind, whose = about
    for entry in said["entry"] if said.get("object") == kind else ():
        if not isinstance(entry, dict) or str(entry.get("id")) != whose:
            continue
        given = entry.get("changes")
        for change in given if isinstance(given, list) else [entry]:
            if isinstance(change, dict) and isinstance(change.get("value"), dict):
                whole = json.dumps([entry.get("time"), change], sort_keys=True)
                key = hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()
                yield key, str(change.get("field")), change["value"]


def _alive(changes: Sequence[Change]) -> list[Change]:
    """The changes that are to be asked for: of what was not removed, each once."""
    gone = {change.number for change in changes if change.kind == REMOVED}
    last = {(change.number, change.kind): change for change in changes}
    return [one for one in last.values() if one.number not in gone and one.kind != REMOVED]
