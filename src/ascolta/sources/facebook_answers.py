"""Answering as a Facebook Page: a comment under the post, or in answer to the comment; our own looked through first.

There is no key by which a second try is known, so nothing is posted again while nobody knows whether it stands there.
"""

from ascolta.core.post import Post
from ascolta.core.reply import Reply
from ascolta.errors import SourceError
from ascolta.sources.asking import Missing, Unsent
from ascolta.sources.graph import Graph, path
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import facebook as native
from ascolta.sources.natives.reading import flag, number, text, time, within
from ascolta.sources.saying import SKEW, letters, sent


class Answers:
    """A speaker and a lookup for a Page, by its number."""

    network = native.NETWORK

    def __init__(self, asking: Graph, page: str) -> None:
        self.asking, self.page = asking, page

    def say(self, reply: Reply) -> str:
        """Answer a post or a comment. Raises SourceError as Speaker.say does."""
        where = self._where(reply.to_post)
        return sent(lambda: self.asking.make(path(where, "comments"), [("message", reply.text)]))

    def said(self, reply: Reply) -> str | None:
        """The id of our comment that says this there, among those since it was approved."""
        try:
            where = self._where(reply.to_post)
        except Unsent as error:
            if error.retry:
                raise
            return None
        given = [("filter", "stream"), ("order", "reverse_chronological")]
        for item in self.asking.all(path(where, "comments"), "id,message,created_time,from{id}", given):
            if (time(item.get("created_time")) or reply.approved) < reply.approved - SKEW:
                return None
            if letters(text(item.get("message"))) == letters(reply.text) and native.author(item) == self.page:
                return number(item.get("id"))
        return None

    def again(self, post_id: str) -> Post | None:
        """A post or a comment as it stands; None only while we are let in to what hangs on the Page."""
        is_post = post_id.startswith(f"{self.page}_")
        try:
            said = self.asking.one(path(post_id), native.POST if is_post else native.COMMENT)
        except Missing:
            self.asking.one(path(self.page, "feed"), "id,from{id}", [("limit", "1")])
            return None
        try:
            return native.post(said) if is_post else native.comment(said)
        except UnreadableError:
            raise SourceError(f"{self.asking.who} gave a post that cannot be read", retry=False) from None

    def _where(self, post_id: str) -> str:
        """What an answer is hung on: the post or comment itself, or the comment above where it takes none."""
        is_post = post_id.startswith(f"{self.page}_")
        try:
            said = self.asking.one(path(post_id), "id" if is_post else "id,can_comment,parent{id}")
            parent = number(within(said, "parent").get("id"))
            return parent if parent and flag(said.get("can_comment")) is False else post_id
        except Missing:
            raise Unsent(f"{self.asking.who} has the post no more, so it was not answered", retry=False) from None
        except UnreadableError:
            raise Unsent(f"{self.asking.who} gave a post that cannot be read, not answered", retry=False) from None
