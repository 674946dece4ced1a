"""A Facebook Page: what visitors write on its wall, and comments under what stands there.

A push of Meta's webhook rings, and tells of removals. What was written is asked of the Graph API: the posts of the last
four weeks under which something happened, their comments from the newest back, and what a push was about. So nothing is
lost while pushes fail, and of a push nothing is believed but that something happened.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ascolta.core.brand import Connection, FileSource
from ascolta.core.budget import Budget
from ascolta.core.post import Event, EventKind, Post
from ascolta.core.sourcing import Declared
from ascolta.core.text import fold
from ascolta.errors import AscoltaError
from ascolta.sources.asking import Missing
from ascolta.sources.chance import Chance, Secrets, Stream
from ascolta.sources.facebook_answers import Answers
from ascolta.sources.facebook_channel import Channel
from ascolta.sources.graph import Graph, Item, graph, path
from ascolta.sources.graph_pushes import ADDED, EDITED, REMOVED, Change, Hub, Pushes, Rounds
from ascolta.sources.live import Page
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import facebook as native
from ascolta.sources.natives.reading import number, text, time
from ascolta.sources.remembering import Remembering
from ascolta.sources.webhook import inlet_name

LOOKED_AT = 28 * 86_400.0
"""How old, in seconds, a post may be whose comments are asked for by itself; of older ones pushes tell."""

VERBS = {"add": ADDED, "unhide": ADDED, "edit": EDITED, "edited": EDITED, "remove": REMOVED, "delete": REMOVED}
POSTS = ("post", "status", "photo", "video", "share", "link", "album", "note")

DECLARED = Declared(
    network=native.NETWORK,
    title="Facebook Page",
    hears="posts of visitors on the Page's wall and comments there, when Meta pushes or every 30 seconds",
    addressed="it stands on the Page's wall, comments on a post of the Page, or answers a comment of the Page",
    edits="by the webhook (`edited`), when its comments are asked for anew, and whenever it is asked for again",
    deletions="by the webhook (`remove`), and whenever it is asked for again",
    reads=("visibility",),
    streams=True,
    answers=True,
)


def opened(source: FileSource, brand: str, secrets: Secrets, chance: Chance) -> "Facebook":
    """A Page as a brand named it. Raises AscoltaError."""
    named = source.live or Connection(network=native.NETWORK, address="")
    page = named.said("page")
    if not (page.isascii() and page.isdigit()):
        raise AscoltaError(f"'{source.path}': the page is named by its number, as Meta's settings show it")
    hub = Hub(("page", page), secrets["secret"], secrets["verify"], lambda *told: change(page, *told))
    pushes = Pushes(inlet_name(source, named), hub, chance)
    return Facebook(graph(source.path, named, secrets, chance.clock), pushes, (page, brand), chance)


def change(page: str, name: str, value: Mapping[str, Any], key: str) -> Change | None:
    """What a push tells of a post or a comment that is not the Page's own. Raises UnreadableError."""
    kind, item = VERBS.get(text(value.get("verb"))), text(value.get("item"))
    if name != "feed" or kind is None or native.author(value) == page:
        return None
    if item != "comment" and item not in POSTS:
        return None
    found = number(value.get("comment_id" if item == "comment" else "post_id"))
    if not found:
        raise UnreadableError("it does not say which")
    return Change(key=key, kind=kind, number=found, on=number(value.get("post_id")) if item == "comment" else "")


class Facebook:
    """One Page, by its number, of a brand."""

    declared = DECLARED

    def __init__(self, asking: Graph, pushes: Pushes, ours: tuple[str, str], chance: Chance) -> None:
        self.asking, self.chance = asking, chance
        self.page, self.brand = ours
        self.streams: Sequence[Stream] = (pushes,)
        self.rounds = Rounds(asking.who, native.NETWORK, pushes, chance)
        self.set_aside = 0
        self._name = ""
        self._seen: dict[str, str] = {}
        self._looked: dict[str, str] = {}
        self._writers: dict[str, str] = {}

    @property
    def budget(self) -> Budget:
        """What Meta said last."""
        return self.asking.budget

    @property
    def lookup(self) -> Answers:
        """Who asks it again how a post stands."""
        return Answers(self.asking, self.page)

    @property
    def speaker(self) -> Answers:
        """Who answers there."""
        return Answers(self.asking, self.page)

    @property
    def publisher(self) -> Channel:
        """Who posts there."""
        return Channel(self.asking, self.page)

    def probe(self) -> None:
        """Ask what the Page is called."""
        self._name = ""
        self.name()

    def name(self) -> str:
        """By what people name the Page. Raises SourceError."""
        if not self._name:
            found = self.asking.one(path(self.page), "id,name,username")
            self._name = fold(str(found.get("username") or found.get("name") or "")) or self.page
        return self._name

    def pages(self, cursor: str) -> Iterator[Page]:
        """What was pushed and what is new, together."""
        yield from self.rounds.pages(cursor, self._lately, self._told, self._kept)

    def rings(self, name: str) -> bool:
        """Something was pushed."""
        return self.rounds.rings(name)

    def event(self, name: str, data: str) -> Event | None:
        """A removal that could not wait."""
        return self.rounds.event(name, data)

    def _lately(self, memory: Remembering) -> list[Event]:
        """What is new on the wall, and under the posts under which something happened since they were looked at."""
        self.name()
        events, busy, self._looked = list[Event](), list[str](), dict[str, str]()
        since = [("since", str(int(self.chance.clock() - LOOKED_AT)))]
        for said in self.asking.all(path(self.page, "feed"), native.POST, since):
            try:
                found, changed, writer = number(said.get("id")), text(said.get("updated_time")), native.author(said)
            except UnreadableError:
                self.set_aside += 1
                continue
            events += self._heard(said, memory, self._post)
            self._looked[found], self._writers[found] = changed, writer
            if not memory.is_of_old(time(changed)) and self._seen.get(found) != changed:
                busy.append(found)
        self._writers = {one: self._writers[one] for one in self._looked}
        for found in busy:
            events += self._comments(found, memory)
        return events

    def _kept(self) -> None:
        """What was looked at is kept, so it is looked at again only if something happens there."""
        self._seen = self._looked

    def _comments(self, on: str, memory: Remembering) -> Iterator[Event]:
        """The comments under a post, from the newest back until those that count as heard."""
        given = [("filter", "stream"), ("order", "reverse_chronological")]
        for said in self.asking.all(path(on, "comments"), native.COMMENT, given):
            if memory.is_of_old(time(said.get("created_time"))):
                return
            yield from self._heard(said, memory, lambda one: self._comment(one, self._writers[on]))

    def _heard(self, said: Item, memory: Remembering, read: Callable[[Item], Post]) -> list[Event]:
        """The event that something is, if it is new or was edited, for everybody, and not ours."""
        try:
            if native.author(said) == self.page:
                return []
            post = read(said)
        except UnreadableError:
            self.set_aside += 1
            return []
        kind = memory.met(post.id, post.content, post.published) if post.visibility == "public" else None
        return [] if kind is None else [Event(kind=kind, network=native.NETWORK, post=post)]

    def _told(self, change: Change, memory: Remembering) -> Event | None:
        """What was pushed, as the Graph API has it. Raises SourceError."""
        try:
            said = self.asking.one(path(change.number), native.COMMENT if change.on else native.POST)
            writer = self._writer(change.on)
        except Missing:
            return None
        is_old = memory.is_of_old(time(said.get("created_time")))
        found = self._heard(said, memory, lambda one: self._comment(one, writer) if change.on else self._post(one))
        if found or not is_old or change.kind != EDITED:
            return found[0] if found else None
        return self._edited(self._comment(said, writer) if change.on else self._post(said))

    def _edited(self, post: Post) -> Event:
        return Event(kind=EventKind.EDITED, network=native.NETWORK, post=post)

    def _writer(self, on: str) -> str:
        """Who wrote the post that a comment stands under. Raises SourceError."""
        if on and on not in self._writers:
            self._writers[on] = native.author(self.asking.one(path(on), "id,from{id}"))
        return self._writers.get(on, "")

    def _post(self, said: Item) -> Post:
        """A post of a visitor: on our wall it is said to us; elsewhere it may name us."""
        post = native.post(said)
        return self._placed(said, post, ours=post.id.startswith(f"{self.page}_"))

    def _comment(self, said: Item, writer: str) -> Post:
        """A comment: to us under what we wrote, or in answer to us; in answer to others it is their talk."""
        post = native.comment(said)
        answered = native.parent_author(said) if post.in_reply_to else writer
        return self._placed(said, post, ours=answered == self.page)

    def _placed(self, said: Item, post: Post, *, ours: bool) -> Post:
        names_us = self.page in native.tagged(said)
        return msgspec.structs.replace(
            post,
            brand=self.brand if ours or names_us else None,
            addressed=ours,
            handles=(self.name(),) if names_us else (),
        )
