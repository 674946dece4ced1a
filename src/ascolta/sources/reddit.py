"""Reddit's Data API: what names the brand's account, answers it, or stands in the brand's own subreddits.

Off unless Reddit gave its leave (`approval`). Its lists begin with the newest, and go on from an item by its name
(`before`, `after`); once that item is deleted Reddit gives nothing, for ever. So nothing is asked for `before` an item:
each list is walked through from its beginning down to what was heard (`remembering`), and where a page comes empty, on
from the item before. What the inbox brings is asked for once more by its name, since only that says where it stands.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ascolta.core.brand import Connection, FileSource
from ascolta.core.budget import Budget
from ascolta.core.post import Actor, Event, EventKind, Post
from ascolta.core.sourcing import Declared
from ascolta.core.text import fold
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.chance import Chance, Secrets
from ascolta.sources.grants import Grant
from ascolta.sources.live import Page
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import reddit as native
from ascolta.sources.reddit_answers import Answers
from ascolta.sources.reddit_asking import MANY, RedditAsking
from ascolta.sources.remembering import Remembering

ADDRESS = "https://oauth.reddit.com"
INBOX = ("/message/mentions", "/message/comments", "/message/selfreply")
"""Comments that name us, that answer comments of ours, and that answer posts of ours, wherever they are."""

HELD = 1
"""Hours for which an item that comes late, since a moderator had to look at it, is still heard, and an edit is seen."""

MOST_BACK = 10
"""Pages of one list: Reddit gives 1,000 items at the most."""

TRIES = 5
"""Items after which the next page is asked for, if Reddit gives nothing after the last one."""

CHUNK = 50
"""Items of one batch; the profile of each author is asked for, so more take long."""

Item = dict[str, Any]

DECLARED = Declared(
    network="reddit",
    title="Reddit Data API",
    hears="comments that name the account or answer it, and the brand's own subreddits, whenever it is asked",
    addressed="it answers the account, or opens a thread in the brand's own subreddit; who names the account speaks to "
    "it by their words",
    edits="within the hour in the same lists, and whenever a post is asked for again",
    deletions="whenever a post is asked for again, 100 at a time; deleted, removed, and of accounts that are gone",
    reads=(
        "unreadable", "deleted", "noindex", "suspended", "block", "bot", "tag-nobot", "tag-nobots", "tag-noindex",
        "tag-nosearch", "tag-noarchive", "tag-nobridge", "tag-noai", "visibility", "can-reply",
    ),
    answers=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """For which brand it is heard, and which subreddits are its own, folded."""

    brand: str
    subreddits: tuple[str, ...] = ()

    def is_ours(self, subreddit: str) -> bool:
        """Whether one is the brand's own."""
        return fold(subreddit) in self.subreddits


def opened(source: FileSource, brand: str, secrets: Secrets, chance: Chance) -> "Reddit":
    """An account as a brand named it. Raises AscoltaError, also where Reddit gave no leave."""
    named = source.live or Connection(network=DECLARED.network, address=ADDRESS)
    if not (source.approval or source.rehearsal):
        raise AscoltaError(
            f"'{source.path}' is not heard: {DECLARED.terms.needs.why}; say in its 'approval' what Reddit gave"
        )
    account, subreddits = named.said("account").removeprefix("u/"), named.said("subreddits")
    if not native.is_name(account):
        raise AscoltaError(f"'{source.path}': its account must be a name as Reddit has them, without u/")
    own = tuple(fold(one).removeprefix("r/") for one in subreddits.split("+") if one)
    if not all(re.fullmatch(r"[a-z0-9_]{2,30}", one) for one in own):
        raise AscoltaError(f"'{source.path}': its subreddits must be names joined by +, such as acme+acmeair")
    grant = Grant.of((source.path, DECLARED.network, named.address), secrets, chance.clock)
    asking = RedditAsking(who=source.path, url=named.address, clock=chance.clock, grant=grant, account=account)
    return Reddit(asking, Wanted(brand=brand, subreddits=own), chance)


class Reddit:
    """One account, and the subreddits of its brand."""

    declared = DECLARED

    def __init__(self, asking: RedditAsking, wanted: Wanted, chance: Chance) -> None:
        self.asking, self.wanted, self.chance = asking, wanted, chance
        self.set_aside = 0
        self._answers = Answers(asking, wanted.is_ours)
        self._is_known = False

    @property
    def budget(self) -> Budget:
        """What Reddit said last."""
        return self.asking.budget

    @property
    def lookup(self) -> Answers:
        """Who asks it again how a post stands."""
        return self._answers

    @property
    def speaker(self) -> Answers:
        """Who answers there."""
        return self._answers

    def probe(self) -> None:
        """Ask whose the token is. Raises SourceError if it is not the account's."""
        said = self.asking.get("/api/v1/me", [("raw_json", "1")])
        name = said.get("name") if isinstance(said, dict) else None
        if not isinstance(name, str):
            raise SourceError(f"{self.asking.who} does not say whose the token is", retry=True)
        if fold(name) != fold(self.asking.account):
            raise SourceError(f"{self.asking.who}: the token is for another account than this", retry=False)
        self._is_known = True

    def pages(self, cursor: str) -> Iterator[Page]:
        """What is new in all lists together, oldest first, by chunks, each with its place behind it."""
        place = Remembering(self.asking.who, cursor, self.chance.clock(), self.chance.draw)
        if not self._is_known:
            self.probe()
        items, to_us = self._walked(place)
        whole = sorted(items, key=lambda name: (native.written(items[name]) or 0.0, len(name), name))
        chunks = [whole[begin : begin + CHUNK] for begin in range(0, len(whole), CHUNK)]
        for chunk in chunks or [[]]:
            met = ((name, place.met(name, _version(items[name]), native.written(items[name]))) for name in chunk)
            new = {name: kind for name, kind in met if kind is not None}
            yield Page(events=self._events(new, items, to_us), cursor=place.behind(HELD))

    def _walked(self, place: Remembering) -> tuple[dict[str, Item], set[str]]:
        """The items of all lists that are not of old, by name, and which of them came as answers to us."""
        subreddits = "+".join(self.wanted.subreddits)
        lists = (*INBOX, *((f"/r/{subreddits}/new", f"/r/{subreddits}/comments") if subreddits else ()))
        found, to_us = dict[str, Item](), set[str]()
        for path in lists:
            for item in self._list(path, place):
                try:
                    name = native.fullname(item)
                    _ = native.written(item), _version(item)
                except UnreadableError:
                    self.set_aside += 1
                    continue
                found[name] = item
                if path in INBOX[1:]:
                    to_us.add(name)
        return found, to_us

    def _list(self, path: str, place: Remembering) -> Iterator[Item]:
        """The items of a list down to what is of old."""
        behind = [""]
        for _ in range(MOST_BACK):
            items: Sequence[Item] = ()
            following = ""
            for name in behind:
                paging = [("after", name)] if name else []
                items, following = self.asking.listing(path, [("limit", str(MANY)), *paging])
                if items:
                    break
            yield from (item for item in items if not _is_old(item, place))
            if not following or any(_is_old(item, place) for item in items):
                return
            behind = [str(item["data"].get("name")) for item in items[: -TRIES - 1 : -1]]

    def _events(self, new: dict[str, EventKind], items: dict[str, Item], to_us: set[str]) -> list[Event]:
        """What happened to items that are new or changed: each as it is now, with what its author's profile says."""
        others = {name: kind for name, kind in new.items() if not self._answers.is_by_us(items[name])}
        inbox = [name for name in others if "subreddit_type" not in items[name]["data"]]
        whole = {name: items[name] for name in others if name not in inbox}
        if inbox:
            whole |= self.asking.things(inbox)
        ours = {name for name in others if name in to_us} | self._answering(whole, to_us)
        authors, events = dict[str, Actor](), list[Event]()
        for name, kind in others.items():
            event = self._event(kind, whole.get(name), authors, answers_us=name in ours)
            if event is not None:
                events.append(event)
            elif kind is EventKind.EDITED:
                events.append(Event(kind=EventKind.REMOVED, network=DECLARED.network, post_id=name))
        return events

    def _answering(self, whole: dict[str, Item], to_us: set[str]) -> set[str]:
        """Those that answer something of ours, of which the inbox did not tell."""
        parents = {name: str(item["data"].get("parent_id")) for name, item in whole.items() if name not in to_us}
        asked = sorted({parent for parent in parents.values() if native.is_fullname(parent)})
        found = self.asking.things(asked)
        ours = {name for name, item in found.items() if self._answers.is_by_us(item)}
        return {name for name, parent in parents.items() if parent in ours}

    def _event(
        self, kind: EventKind, item: Item | None, authors: dict[str, Actor], *, answers_us: bool
    ) -> Event | None:
        """An item as an event; None if it is gone, or is neither for everybody nor for us."""
        try:
            if item is None or native.is_gone(item):
                return None
            known = native.by(item)
            if known.handle not in authors:
                authors[known.handle] = self._answers.author(known)
            post = native.post(item, authors[known.handle])
        except UnreadableError:
            self.set_aside += 1
            return None
        if post.attributed_to.deleted or (post.visibility != "public" and not answers_us):
            return None
        subreddit = self.wanted.is_ours(str(item["data"].get("subreddit")))
        return Event(kind=kind, network=DECLARED.network, post=self._to(post, subreddit, answers_us))

    def _to(self, post: Post, subreddit: bool, answers_us: bool) -> Post:
        """A post with what its place says: a thread in our subreddit, and what answers us, is said to us."""
        named = fold(self.asking.account) in {fold(handle) for handle in post.handles}
        if not (subreddit or answers_us or named):
            return post
        to_us = answers_us or (subreddit and post.in_reply_to is None)
        return msgspec.structs.replace(post, brand=self.wanted.brand, addressed=to_us)


def _version(item: Item) -> str:
    """What changes when an item is edited or removed."""
    return "gone" if native.is_gone(item) else native.version(item)


def _is_old(item: Item, place: Remembering) -> bool:
    try:
        return place.is_of_old(native.written(item))
    except UnreadableError:
        return False
