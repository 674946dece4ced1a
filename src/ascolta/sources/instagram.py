"""Instagram: comments on the brand's own media, mentions elsewhere, and media under hashtags.

A push of Meta's webhook rings; comments are asked of the Graph API: under the media of the last four weeks whose number
of comments changed. Mentions are told by pushes only, and asked for by the id that the push had. Of hashtags 30 may be
searched in seven days; what is found so names nobody, and is counted at the most.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec

from ascolta.core.brand import Connection, FileSource
from ascolta.core.budget import Budget
from ascolta.core.post import Event, Post
from ascolta.core.sourcing import Declared
from ascolta.core.text import fold
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.asking import Missing
from ascolta.sources.chance import Chance, Secrets, Stream
from ascolta.sources.graph import Graph, Item, graph, path
from ascolta.sources.graph_pushes import ADDED, MENTIONED, Change, Hub, Pushes, Rounds
from ascolta.sources.instagram_answers import Answers, mentioned
from ascolta.sources.instagram_tags import Hashtags
from ascolta.sources.live import Page
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import instagram as native
from ascolta.sources.natives.reading import known, number, text, time, within
from ascolta.sources.remembering import Remembering
from ascolta.sources.webhook import inlet_name

LOOKED_AT = 28 * 86_400.0
"""How old, in seconds, media may be whose comments are asked for by themselves; of older ones pushes tell."""

AFRESH = 3_600.0
"""Seconds after which all of them are looked at: where one comment went and another came, the number is the same."""

MEDIA = "id,timestamp,permalink,comments_count"

DECLARED = Declared(
    network=native.NETWORK,
    title="Instagram",
    hears="comments on the account's media, mentions elsewhere, and media under its hashtags, by pushes and by asking",
    addressed="it comments on media of the account, or answers a comment of the account",
    edits="a comment cannot be edited there; a caption is seen as it stands whenever it is asked for again",
    deletions="whenever it is asked for again: Meta tells nobody",
    reads=(),
    streams=True,
    answers=True,
)


def opened(source: FileSource, brand: str, secrets: Secrets, chance: Chance) -> "Instagram":
    """An account as a brand named it. Raises AscoltaError."""
    named = source.live or Connection(network=native.NETWORK, address="")
    account = named.said("account")
    if not (account.isascii() and account.isdigit()):
        raise AscoltaError(f"'{source.path}': the account is named by its number, as the Graph API has it")
    hub = Hub(("instagram", account), secrets["secret"], secrets["verify"], lambda *told: change(account, *told))
    pushes = Pushes(inlet_name(source, named), hub, chance)
    asking = graph(source.path, named, secrets, chance.clock)
    return Instagram(asking, pushes, (account, brand, named.tags), chance)


def change(account: str, name: str, value: Mapping[str, Any], key: str) -> Change | None:
    """What a push tells of a comment or a mention. Raises UnreadableError."""
    if name == "mentions":
        media = number(value.get("media_id"))
        found = number(value.get("comment_id")) or media
        if not found:
            raise UnreadableError("it does not say which")
        return Change(key=key, kind=MENTIONED, number=found, on=media if found != media else "")
    if name != "comments":
        return None
    writer = within(dict(value), "from")
    if account in (number(writer.get("id")), number(writer.get("self_ig_scoped_id"))):
        return None
    found = number(value.get("id"))
    if not found:
        raise UnreadableError("it does not say which")
    return Change(key=key, kind=ADDED, number=found, on=number(within(dict(value), "media").get("id")))


class Instagram:
    """One account, by its number, of a brand, with the hashtags that it follows."""

    declared = DECLARED

    def __init__(self, asking: Graph, pushes: Pushes, ours: tuple[str, str, tuple[str, ...]], chance: Chance) -> None:
        self.asking, self.chance = asking, chance
        self.account, self.brand, tags = ours
        self.streams: Sequence[Stream] = (pushes,)
        self.rounds = Rounds(asking.who, native.NETWORK, pushes, chance)
        self.hashtags = Hashtags(asking, self.account, tags, chance)
        self.set_aside = 0
        self._name = ""
        self._seen: dict[str, int] = {}
        self._looked: dict[str, int] = {}
        self._afresh = 0.0

    @property
    def budget(self) -> Budget:
        """What Meta said last."""
        return self.asking.budget

    @property
    def lookup(self) -> Answers:
        """Who asks it again how a post stands."""
        return Answers(self.asking, self.account)

    @property
    def speaker(self) -> Answers:
        """Who answers there."""
        return Answers(self.asking, self.account)

    def probe(self) -> None:
        """Ask what the account is called."""
        self._name = ""
        self.name()

    def name(self) -> str:
        """By what people name the account. Raises SourceError."""
        if not self._name:
            self._name = fold(str(self.asking.one(path(self.account), "id,username").get("username") or ""))
        if not self._name:
            raise SourceError(f"{self.asking.who} does not say what the account is called", retry=True)
        return self._name

    def pages(self, cursor: str) -> Iterator[Page]:
        """What was pushed and what is new, together."""
        yield from self.rounds.pages(cursor, self._lately, self._told, self._kept)

    def rings(self, name: str) -> bool:
        """Something was pushed."""
        return self.rounds.rings(name)

    def event(self, name: str, data: str) -> Event | None:
        """Instagram tells of no removal."""
        return None

    def _lately(self, memory: Remembering) -> list[Event]:
        """What is new under our media, and under hashtags."""
        self.name()
        events, links = list[Event](), set[str]()
        self._looked = {}
        now, busy = self.chance.clock(), list[str]()
        oldest, seen = now - LOOKED_AT, self._seen if now < self._afresh else {}
        for said in self.asking.all(path(self.account, "media"), MEDIA):
            if (time(said.get("timestamp")) or oldest) < oldest:
                break
            found, many = _counted(said)
            self._looked[found] = many
            links.add(str(said.get("permalink")))
            busy += [found] if seen.get(found, 0) != many else []
        for one in busy:
            events += self._comments(one, memory)
        for said in self.hashtags.media(self.rounds.tags):
            if str(said.get("permalink")) not in links:
                events += self._heard(said, memory, self._tagged)
        return events

    def _kept(self) -> None:
        """What was looked at is kept, so it is looked at again only if something happens there."""
        self._seen, now = self._looked, self.chance.clock()
        self._afresh = self._afresh if now < self._afresh else now + AFRESH
        self.hashtags.kept()

    def _comments(self, media: str, memory: Remembering) -> Iterator[Event]:
        """The comments on media with what answers each: that may be newer than anything else there."""
        fields = f"{native.COMMENT},replies.limit(50){{{native.COMMENT}}}"
        for said in self.asking.all(path(media, "comments"), fields):
            yield from self._heard(said, memory, self._comment)
            replies = said.get("replies")
            for one in self._replies(str(said.get("id") or ""), replies if isinstance(replies, dict) else {}):
                yield from self._heard(one, memory, partial(self._reply, above=said))

    def _replies(self, comment: str, given: Item) -> Iterator[Item]:
        """The answers to a comment: those that came along, or all where these are not all."""
        items, paging = given.get("data"), given.get("paging")
        if isinstance(paging, dict) and "next" in paging:
            yield from self.asking.all(path(comment, "replies"), native.COMMENT)
        elif isinstance(items, list):
            yield from (item for item in items if isinstance(item, dict))

    def _heard(self, said: Item, memory: Remembering, read: Callable[[Item], Post]) -> list[Event]:
        """The event that something is, if it is new, for everybody, and not ours."""
        try:
            post = read(said)
        except UnreadableError:
            self.set_aside += 1
            return []
        writer = post.attributed_to
        if writer.id == self.account or fold(writer.handle) == self.name() or post.visibility != "public":
            return []
        kind = memory.met(post.id, post.content, post.published)
        return [] if kind is None else [Event(kind=kind, network=native.NETWORK, post=post)]

    def _told(self, change: Change, memory: Remembering) -> Event | None:
        """What was pushed, as the Graph API has it. Raises SourceError."""
        try:
            if change.kind == MENTIONED:
                said = mentioned(self.asking, self.account, change.number, is_comment=bool(change.on))
                found = self._heard(said, memory, self._naming if change.on else self._captioned)
            else:
                said = self.asking.one(path(change.number), native.COMMENT)
                above = number(said.get("parent_id"))
                over = self.asking.one(path(above), "id,from{id,username},username") if above else {}
                found = self._heard(said, memory, lambda one: self._reply(one, over) if above else self._comment(one))
        except (Missing, UnreadableError):
            return None
        return found[0] if found else None

    def _comment(self, said: Item) -> Post:
        """A comment on our media."""
        return self._placed(native.comment(said), ours=True)

    def _reply(self, said: Item, above: Item) -> Post:
        """An answer to a comment on our media: to us if that is ours, and otherwise their talk."""
        writer = native.comment(above).attributed_to
        return self._placed(native.comment(said), ours=writer.id == self.account or fold(writer.handle) == self.name())

    def _naming(self, said: Item) -> Post:
        """A comment elsewhere."""
        return self._placed(native.comment(said), ours=False)

    def _captioned(self, said: Item) -> Post:
        """Media of somebody that mention us."""
        return self._placed(native.media(said), ours=False)

    def _tagged(self, said: Item) -> Post:
        """Media under a hashtag: nobody's, as far as we are told."""
        post = native.media(said)
        return msgspec.structs.replace(post, tags=tuple(text(tag) for tag in known(said).get("tags", ())))

    def _placed(self, post: Post, *, ours: bool) -> Post:
        names_us = re.search(rf"(?<![\w.])@{re.escape(self.name())}(?![\w])", fold(post.content)) is not None
        return msgspec.structs.replace(
            post,
            brand=self.brand if ours or names_us else None,
            addressed=ours,
            handles=(self.name(),) if names_us else (),
        )


def _counted(said: Item) -> tuple[str, int]:
    """The id of media and how many comments they have; where that is not told, they are looked at."""
    many = said.get("comments_count")
    return str(said.get("id") or ""), many if isinstance(many, int) and not isinstance(many, bool) else -1
