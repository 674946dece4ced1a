"""What a program of the brand's own pushes to us: the plain post format, signed as the Standard Webhooks (1.0.0) are.

A delivery is one post, a list of them, or JSON lines. Each is heard once: its id is known again for four days, and a
post that comes in two deliveries is known as long as the program runs. Nothing can be asked for, so removals have to be
pushed too.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ascolta.core.brand import Connection, FileSource
from ascolta.core.budget import Budget
from ascolta.core.consent.accounts import ACCOUNTS
from ascolta.core.consent.pages import PAGES
from ascolta.core.consent.posts import POSTS
from ascolta.core.post import Event, EventKind, Post
from ascolta.core.signature import Unsigned, secret, verified
from ascolta.core.sourcing import Declared
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources import cursors, plain
from ascolta.sources.chance import Chance, Secrets
from ascolta.sources.live import Page
from ascolta.sources.once import Once, Told, key_of
from ascolta.sources.pushed import PUSHED, Inlet, Known, Refused

NETWORK = "webhook"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}", re.ASCII)
BOM = b"\xef\xbb\xbf"
DAYS = 3 * 86_400.0
"""For how long senders try again, in seconds."""

DECLARED = Declared(
    network=NETWORK,
    title="Signed webhook",
    hears="posts in the plain post format, at once, as a program of the brand's own pushes them",
    addressed="what the program says stands where the brand is spoken to (`addressed`, `visibility: direct`)",
    edits="as an event `edited`",
    deletions="as an event `removed`",
    reads=tuple(signal.name for signal in (*ACCOUNTS, *POSTS, *PAGES)),
    streams=True,
    look_back=DAYS,
)


class _Place(msgspec.Struct, frozen=True):
    """A cursor: a salt, and by the hour the deliveries that were heard."""

    salt: str = ""
    pushed: dict[str, str] = {}


def opened(source: FileSource, brand: str, secrets: Secrets, chance: Chance) -> "Webhook":
    """A place as a brand named it. Raises AscoltaError."""
    named = source.live or Connection(network=NETWORK, address="")
    try:
        held = [secret(one) for one in secrets["secret"].split()]
    except ValueError as error:
        raise AscoltaError(f"'{source.path}': {error}") from None
    return Webhook(Inlet(inlet_name(source, named), Signed(held, brand, chance), chance), chance)


def inlet_name(source: FileSource, named: Connection) -> str:
    """Where a source is pushed to: /in/NAME. Raises AscoltaError."""
    said = named.said("name")
    if not NAME.fullmatch(said):
        raise AscoltaError(f"'{source.path}': its name stands in an address; write up to 60 letters, digits, - and _")
    return said


class Signed:
    """Lets in what was signed with one of the secrets."""

    def __init__(self, secrets: Sequence[bytes], brand: str, chance: Chance) -> None:
        self._secrets, self.brand, self.chance = tuple(secrets), brand, chance

    def shown(self, asked: Mapping[str, str]) -> str:
        """Nobody has to be shown anything."""
        raise Refused(405, "posts are pushed here by POST")

    def opened(self, headers: Mapping[str, str], body: bytes) -> tuple[str, list[Event], int]:
        """The id of a delivery and its events. Raises Refused."""
        try:
            key = verified(self._secrets, headers, body, self.chance.clock())
        except Unsigned as error:
            raise Refused(401, str(error)) from None
        events, odd, first = list[Event](), 0, ""
        for row in _rows(body):
            try:
                event = _event(row)
            except ValueError as error:
                odd, first = odd + 1, first or str(error)
                continue
            except RecursionError:
                odd, first = odd + 1, first or "it is nested too deeply to be a post"
                continue
            if event.post is None or event.kind is not EventKind.PUBLISHED or _passes(event.post):
                events.append(self._placed(event))
        if odd and not events:
            raise Refused(422, f"nothing of it can be read: {first}")
        return key, events, odd

    def _placed(self, event: Event) -> Event:
        """What speaks to the brand speaks to this one, if no other is named."""
        if event.post is None or event.post.brand or not event.post.addressed:
            return event
        return msgspec.structs.replace(event, post=msgspec.structs.replace(event.post, brand=self.brand))


class Webhook:
    """One place that is pushed to."""

    declared = DECLARED
    network = NETWORK
    speaker = None

    def __init__(self, inlet: Inlet[Event], chance: Chance) -> None:
        self.inlet, self.chance = inlet, chance
        self.streams = [inlet]
        self.budget = Budget()
        self.set_aside = 0
        self._once = Once()

    @property
    def lookup(self) -> "Webhook":
        """Itself."""
        return self

    def probe(self) -> None:
        """There is nobody to ask."""

    def pages(self, cursor: str) -> Iterator[Page]:
        """What was pushed, delivery by delivery; whoever pushed it is told once it is kept."""
        while True:
            place = cursors.read(f"/in/{self.inlet.name}", cursor, _Place) or _Place()
            salt = place.salt or f"{int(self.chance.draw() * (1 << 32)):08x}"
            known = Known(place.pushed, salt, self.chance.clock())
            with self.inlet.taken() as found:
                if not found:
                    return
                new = [one for one in found if known.is_new(one.key)]
                cursor = msgspec.json.encode(_Place(salt=salt, pushed=known.kept())).decode()
                try:
                    events = list(self._told(event for one in new for event in one.said))
                    yield Page(events=events, cursor=cursor)
                except BaseException:
                    self._once = Once()  # it was not kept, and what is pushed again is no repetition
                    raise
                self.set_aside += sum(one.odd for one in new)

    def rings(self, name: str) -> bool:
        """Something was pushed."""
        return name == PUSHED

    def event(self, name: str, data: str) -> Event | None:
        """Nothing is told beside what is taken."""
        return None

    def again(self, post_id: str) -> Post | None:
        """Nobody can tell."""
        raise SourceError("what was pushed cannot be asked for again; its sender pushes removals", retry=False)

    def _told(self, events: Iterable[Event]) -> Iterator[Event]:
        """What was not told yet, and what is superseded as such."""
        for event in events:
            number = event.post.id if event.post is not None else event.post_id
            told = self._once.admit(key_of(event.network, number), event.kind, 0) if number else Told.NEW
            if told is Told.SUPERSEDED:
                yield msgspec.structs.replace(event, superseded=True)
            elif told is Told.NEW:
                yield event


def _rows(body: bytes) -> Iterable[Any]:
    """The objects of a body: one, a list, or one a line. Raises Refused if it is none of these."""
    body = body.removeprefix(BOM).strip()
    if not body:
        raise Refused(400, "the body is empty")
    try:
        found = json.loads(body.decode("utf-8", "replace"))
    except RecursionError:
        raise Refused(400, "the body is nested too deeply") from None
    except ValueError:
        return [line for line in body.split(b"\n") if line.strip()]
    return found if isinstance(found, list) else [found]


def _event(row: Any) -> Event:
    """What one object says. Raises ValueError, which tells nothing of what it holds."""
    if not isinstance(row, dict | bytes):
        raise ValueError("it is not an object")
    return plain.event(plain.decode(row) if isinstance(row, bytes) else plain.convert(row))


def _passes(post: Post) -> bool:
    """Whether a post is for everybody, or was said to a brand; an edit of one that is not makes us forget it."""
    return post.visibility == "public" or post.addressed or (post.visibility == "direct" and post.brand is not None)
