"""Answering by Isso, once: `POST /new` under the page of the comment, by the brand's name; its answers looked through.

Isso moves what answers an answer up to the first level, so the answer is looked for under the whole page.
"""

from ascolta.core.budget import asked
from ascolta.core.post import Post
from ascolta.core.reply import Reply
from ascolta.errors import SourceError
from ascolta.sources.asking import Answer, Unsent, refused
from ascolta.sources.comments import is_alike, said_in
from ascolta.sources.isso_server import Item, Server, at_of
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import isso as native
from ascolta.sources.natives.reading import plain
from ascolta.sources.saying import SKEW, sent
from ascolta.sources.times import seconds

GUARD = 60.0
"""Seconds in which its guard lets one network post no more than a few comments."""


class Answers:
    """A speaker and a lookup by the brand's name on one server."""

    network = native.NETWORK

    def __init__(self, server: Server) -> None:
        self.server = server

    def owns(self, post_id: str) -> bool:
        """Whether a comment is on this server, as far as its id says."""
        return bool(native.placed(self.server.where, post_id)[0])

    def say(self, reply: Reply) -> str:
        """Answer a comment. Raises SourceError as Speaker.say does."""
        who = self.server.asking.who
        page, number = native.placed(self.server.where, reply.to_post)
        to = self._item(page, reply.to_post)
        if to is None:
            raise Unsent(f"{who} has the comment no more, so it was not answered", retry=False)
        said = {"text": _naming(reply.text, to), "author": self.server.name, "parent": int(number)}
        return self._became(page, sent(lambda: self.server.post(page, said)))

    def said(self, reply: Reply) -> str | None:
        """The id of our comment that says this in answer to that one, among those since it was approved."""
        page, number = native.placed(self.server.where, reply.to_post)
        items = self.server.thread(page)[0] if page else []
        to = next((item for item in items if str(item.get("id")) == number), {})
        root, meant = to.get("parent") or to.get("id") or number, _naming(reply.text, to)
        ours = (item for item in items if self.server.is_ours(item) and str(item.get("parent")) == str(root))
        lately = (item for item in ours if at_of(item) >= reply.approved - SKEW)
        found = next((item for item in lately if is_alike(plain(str(item.get("text"))), meant)), None)
        return None if found is None else _id(self.server.where, page, found)

    def again(self, post_id: str) -> Post | None:
        """A comment as everybody sees it now; None if nobody does. Raises SourceError."""
        page, _ = native.placed(self.server.where, post_id)
        if not page:
            raise SourceError(f"{self.server.asking.who} does not have the comment, which is elsewhere", retry=False)
        posts = (one.post for one in self.server.standing(page))
        return next((post for post in posts if post is not None and post.id == post_id), None)

    def _item(self, page: str, post_id: str) -> Item | None:
        """A comment as it is given, if everybody sees it."""
        items = self.server.thread(page)[0] if page else []
        there = (item for item in items if item.get("mode") == native.PUBLISHED)
        return next((item for item in there if _id(self.server.where, page, item) == post_id), None)

    def _became(self, page: str, answer: Answer) -> str:
        """What became of a comment of ours, by the server's answer. Raises SourceError unless it stands there."""
        who = self.server.asking.who
        if answer.status == 403:
            raise Unsent(
                f"{who}: its guard lets nobody write so soon, or not without an address", retry=True, after=GUARD
            )
        if answer.status >= 500:
            raise SourceError(
                f"{who} answers with status {answer.status}; nobody knows whether it stands there", retry=False
            )
        if not 200 <= answer.status < 300:
            raise refused(who, answer.status, asked(answer.headers, self.server.asking.clock(), seconds))
        said = said_in(answer)
        if said.get("mode") not in (None, native.PUBLISHED):
            raise SourceError(f"{who} holds our answer back; approve it there", retry=False)
        found = _id(self.server.where, page, said)
        if not found:
            raise SourceError(
                f"{who} does not say what became of it; nobody knows whether it stands there", retry=False
            )
        return found


def _id(where: str, page: str, item: Item) -> str:
    """The id of a comment; nothing for what is none."""
    try:
        return native.comment(item, where, page).id
    except UnreadableError:
        return ""


def _naming(text: str, to: Item) -> str:
    """The words, which name whom they answer where Isso does not show it: below the first level."""
    author = to.get("author")
    name = plain(author) if isinstance(author, str) else ""
    return f"@{name}: {text}" if name and to.get("parent") else text
