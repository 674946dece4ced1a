"""Reviews of the brand's own apps, by the Google Play Developer API v3, and answers to them.

`reviews.list` gives those that were written or changed within seven days, the newest first, and nothing since a time:
each time they are gone through until a page holds nothing new, and now and then all of them. Google keeps one answer to
a review, and another one takes its place, so an answer that stands is never overwritten, unless its author wrote anew.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from ascolta.core.brand import Connection, FileSource
from ascolta.core.budget import Budget
from ascolta.core.post import Event, Post
from ascolta.core.reply import Reply
from ascolta.core.sourcing import Declared
from ascolta.errors import AscoltaError, SourceError
from ascolta.sources.asking import Missing, Unsent
from ascolta.sources.chance import Chance, Secrets
from ascolta.sources.google import Allowance, Google, full_hour, items, mask, midnight
from ascolta.sources.grants import Grant
from ascolta.sources.live import Page
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import googleplay as native
from ascolta.sources.natives.reading import plain
from ascolta.sources.remembering import Remembering, oldest_first
from ascolta.sources.saying import letters, sent

READS, WRITES = 200, 2_000
"""Requests that an app has in an hour, and answers in a day."""

SPARE = 40
"""Requests that are kept for answers, and for looking at a review before it is answered."""

LIMIT = 100
"""Reviews of one page."""

MOST_BACK = 100
"""Pages that are gone through for what is new."""

FURTHER = 21_600.0
"""Every so many seconds all pages are gone through."""

HELD = 7 * 24
"""Hours for which reviews are listed."""

MOST_SAID = 350
"""Characters of an answer."""

DECLARED = Declared(
    network="googleplay",
    title="Google Play reviews",
    hears="reviews of the brand's own app that have words, every 30 seconds; those of the last seven days",
    addressed="always: a review in the app's store is said to who made it",
    edits="a review that was changed is told anew within seven days, and whenever it is asked for again",
    deletions="whenever a review is asked for again (404); Google may give one no more after its seven days, which "
    "counts as gone",
    reads=(
        "unreadable", "tag-nobot", "tag-nobots", "tag-noindex", "tag-nosearch", "tag-noarchive", "tag-nobridge",
        "tag-noai",
    ),
    answers=True,
)  # fmt: skip


def opened(source: FileSource, brand: str, secrets: Secrets, chance: Chance) -> "GooglePlay":
    """An app as a brand named it. Raises AscoltaError."""
    named = source.live or Connection(network=DECLARED.network, address="")
    app = named.said("app")
    if not re.fullmatch(r"[A-Za-z]\w*(\.[A-Za-z]\w*)+", app, re.ASCII):
        raise AscoltaError(f"{source.path}: 'app' is the app's package name, such as com.acme.app")
    grant = Grant.of((source.path, DECLARED.network, named.address), secrets, chance.clock)
    reads, writes = Allowance(limit=READS, ends=full_hour), Allowance(limit=WRITES, ends=midnight)
    costs = {"GET": (reads, 1), "POST": (writes, 1)}
    asking = Google(who=source.path, url=named.address, clock=chance.clock, grant=grant, costs=costs)
    return GooglePlay(asking, app, brand, chance)


class GooglePlay:
    """One app. It is a speaker and a lookup, too."""

    declared = DECLARED
    network = native.NETWORK

    def __init__(self, asking: Google, app: str, brand: str, chance: Chance) -> None:
        self.asking, self.app, self.brand, self.chance = asking, app, brand, chance
        self.set_aside = 0
        self._further_at = 0.0

    @property
    def lookup(self) -> "GooglePlay":
        """Itself."""
        return self

    @property
    def speaker(self) -> "GooglePlay":
        """Itself."""
        return self

    @property
    def budget(self) -> Budget:
        """Requests that are left of the hour, as far as we spent them."""
        return self.asking.budget

    def probe(self) -> None:
        """Ask for one review."""
        self._list("", 1)

    def pages(self, cursor: str) -> Iterator[Page]:
        """What is new, or was changed."""
        now = self.chance.clock()
        place = Remembering(self.asking.who, cursor, now, self.chance.draw)
        further, token, events = now - self._further_at >= FURTHER, "", list[Event]()
        for _ in range(MOST_BACK):
            self.asking.require(SPARE)
            found, token = self._list(token, LIMIT)
            new = [event for item in found for event in self._events(item, place)]
            events += new
            if not token or not (new or further):
                break
        if further:
            self._further_at = now
        if (behind := place.behind(HELD)) != cursor:
            yield Page(events=oldest_first(events), cursor=behind)

    def owns(self, post_id: str) -> bool:
        """Whether a review is of this app."""
        return post_id.startswith(f"{self.app}/")

    def again(self, post_id: str) -> Post | None:
        """A review as it stands; None if Google has it no more."""
        found = self._review(post_id)
        if found is None:
            return None
        try:
            return self._placed(native.review(found, self.app))
        except UnreadableError:
            raise SourceError(f"{self.asking.who} gave a review that cannot be read", retry=False) from None

    def say(self, reply: Reply) -> str:
        """Answer a review, unless an answer stands there already. Raises SourceError as Speaker.say does."""
        if len(reply.text) > MOST_SAID:
            raise Unsent(f"Google Play takes {MOST_SAID} characters; this has {len(reply.text)}", retry=False)
        found = self._review(reply.to_post)
        if found is None:
            raise Unsent(f"{self.asking.who} has the review no more, so it was not answered", retry=False)
        theirs, ours = self._words(found)
        if ours is not None and _letters(_text(ours)) == _letters(reply.text):
            return _answer(reply.to_post)
        if ours is not None and (native.modified(ours) or 0.0) >= (native.modified(theirs or {}) or 0.0):
            raise Unsent(f"{self.asking.who}: an answer stands there, and this would take its place", retry=False)
        where = f"{self._path(self._number(reply.to_post))}:reply"
        sent(lambda: self.asking.post(where, {"replyText": reply.text}))
        return _answer(reply.to_post)

    def said(self, reply: Reply) -> str | None:
        """The answer, if it is this one that stands there."""
        found = self._review(reply.to_post)
        ours = self._words(found)[1] if found is not None else None
        stands = ours is not None and _letters(_text(ours)) == _letters(reply.text)
        return _answer(reply.to_post) if stands else None

    def _list(self, token: str, limit: int) -> tuple[Sequence[Any], str]:
        """One page of reviews, and what the next one is asked for by."""
        fields = [
            ("maxResults", str(limit)), *([("token", token)] if token else []),
            mask("tokenPagination/nextPageToken",
                 "reviews(reviewId,authorName,comments/userComment(text,originalText,lastModified))"),
        ]  # fmt: skip
        said = self.asking.get(self._path(""), fields)
        found = items(self.asking.who, said, "reviews")
        pages = said.get("tokenPagination")
        after = pages.get("nextPageToken") if isinstance(pages, dict) else None
        return found, after if isinstance(after, str) else ""

    def _events(self, item: Any, place: Remembering) -> Iterator[Event]:
        try:
            post = native.review(item, self.app)
        except UnreadableError:
            self.set_aside += 1
            return
        kind = place.met(post.id, repr(post.published), post.published)
        if kind is not None:
            yield Event(kind=kind, network=DECLARED.network, post=self._placed(post))

    def _placed(self, post: Post) -> Post:
        return msgspec.structs.replace(post, brand=self.brand, addressed=True)

    def _review(self, post_id: str) -> dict[str, Any] | None:
        """A review by its id; None if it is gone."""
        number = self._number(post_id)
        only = mask(
            "reviewId", "authorName", "comments(userComment(text,originalText,lastModified),developerComment(text,"
            "lastModified))",
        )  # fmt: skip
        try:
            said = self.asking.get(self._path(number), [only])
        except Missing:
            return None
        if not isinstance(said, dict) or said.get("reviewId") != number:
            raise SourceError(f"{self.asking.who} gave something else than the review", retry=True)
        return said

    def _words(self, found: dict[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """What its author wrote last, and what we did."""
        try:
            return native.last(found, "userComment"), native.last(found, "developerComment")
        except UnreadableError:
            raise Unsent(f"{self.asking.who} gave a review that cannot be read", retry=False) from None

    def _number(self, post_id: str) -> str:
        return post_id.removeprefix(f"{self.app}/")

    def _path(self, number: str) -> str:
        start = f"/androidpublisher/v3/applications/{quote(self.app, safe='')}/reviews"
        return f"{start}/{quote(number, safe='')}" if number else start


def _answer(number: str) -> str:
    """How our answer to a review is called here: Google gives it no id."""
    return f"{number}:reply"


def _text(wrote: dict[str, Any]) -> str:
    said = wrote.get("text")
    return said if isinstance(said, str) else ""


def _letters(said: str) -> str:
    """What is compared: Google strips markup."""
    return letters(plain(said))
