"""Answering on Instagram: in answer to a comment on our media, or where somebody mentioned us; nowhere else.

Media that were found by a hashtag take no answer: Instagram forbids it. There is no key by which a second try is known,
so nothing is posted again while nobody knows whether it stands there, and where we were only mentioned, our own answer
cannot be looked for.
"""

from contextlib import suppress

from ascolta.core.post import Post
from ascolta.core.reply import Reply
from ascolta.core.text import fold
from ascolta.errors import SourceError
from ascolta.sources.asking import Fields, Missing, Unsent
from ascolta.sources.graph import Graph, Item, path
from ascolta.sources.natives import UnreadableError
from ascolta.sources.natives import instagram as native
from ascolta.sources.natives.reading import number, text, time, within
from ascolta.sources.saying import SKEW, letters, sent


def mentioned(asking: Graph, account: str, found: str, *, is_comment: bool) -> Item:
    """A comment or media that mention us, by the id that a push had. Raises SourceError, also if it is none."""
    if not found.isdigit():
        raise Missing(f"{asking.who} has nothing by such a name", retry=False)
    name, fields = ("mentioned_comment", native.MENTIONED) if is_comment else ("mentioned_media", native.CAPTION)
    kind = "comment_id" if is_comment else "media_id"
    given = asking.one(path(account), f"{name}.{kind}({found}){{{fields}}}").get(name)
    if not isinstance(given, dict):
        raise Missing(f"{asking.who} has the post no more", retry=False)
    return given


class Answers:
    """A speaker and a lookup for an account, by its number."""

    network = native.NETWORK

    def __init__(self, asking: Graph, account: str) -> None:
        self.asking, self.account = asking, account
        self._name = ""

    def say(self, reply: Reply) -> str:
        """Answer a comment or a mention. Raises SourceError as Speaker.say does."""
        where, fields = self._where(reply.to_post)
        return sent(lambda: self.asking.make(where, [*fields, ("message", reply.text)]))

    def said(self, reply: Reply) -> str | None:
        """The id of our answer to a comment on our media; None where we were only mentioned: nobody can be asked."""
        try:
            above = self._above(reply.to_post)
        except Missing:
            return None
        for item in self.asking.all(path(above, "replies"), "id,text,timestamp,from{id,username},username"):
            late = (time(item.get("timestamp")) or reply.approved) >= reply.approved - SKEW
            if late and letters(text(item.get("text"))) == letters(reply.text) and self._is_ours(item):
                return number(item.get("id"))
        return None

    def again(self, post_id: str) -> Post | None:
        """A comment or media as they stand; None only while we are let in to what hangs on our media."""
        try:
            found, is_comment = self._found(post_id)
        except Missing:
            self.asking.one(path(self.account, "media"), "id,comments.limit(1){id}", [("limit", "1")])
            return None
        try:
            return native.comment(found) if is_comment else native.media(found)
        except UnreadableError:
            raise SourceError(f"{self.asking.who} gave a post that cannot be read", retry=False) from None

    def _where(self, post_id: str) -> tuple[str, Fields]:
        """Where an answer is made, and by which fields: under our media, or where we were mentioned."""
        mentions = path(self.account, "mentions")
        with suppress(Missing):
            return path(self._above(post_id), "replies"), []
        with suppress(Missing):
            found = mentioned(self.asking, self.account, post_id, is_comment=True)
            on = number(within(found, "media").get("id"))
            return mentions, [("comment_id", post_id), ("media_id", on)]
        with suppress(Missing):
            mentioned(self.asking, self.account, post_id, is_comment=False)
            return mentions, [("media_id", post_id)]
        raise Unsent(f"{self.asking.who} has the post no more, or takes no answer there", retry=False)

    def _above(self, post_id: str) -> str:
        """The comment on our media under which an answer stands. Raises SourceError; Missing if there is none."""
        found = self.asking.one(path(post_id), "id,parent_id")
        return number(found.get("parent_id")) or post_id

    def _found(self, post_id: str) -> tuple[Item, bool]:
        """A comment on our media, a comment that mentions us, or media that do; whether it is a comment."""
        with suppress(Missing):
            return self.asking.one(path(post_id), native.COMMENT), True
        with suppress(Missing):
            return mentioned(self.asking, self.account, post_id, is_comment=True), True
        return mentioned(self.asking, self.account, post_id, is_comment=False), False

    def _is_ours(self, said: Item) -> bool:
        if not self._name:
            self._name = fold(str(self.asking.one(path(self.account), "id,username").get("username") or ""))
        writer = native.comment(said).attributed_to
        return writer.id == self.account or fold(writer.handle) == self._name
