"""Answering on a WordPress blog, once: a comment with `parent`, by our account; the answers to it looked through."""

import html

from ascolta.core.budget import asked
from ascolta.core.post import Post
from ascolta.core.reply import Reply
from ascolta.errors import SourceError
from ascolta.sources.asking import Answer, Unsent, refused
from ascolta.sources.comments import is_alike, said_in
from ascolta.sources.natives import wordpress as native
from ascolta.sources.natives.reading import plain, time
from ascolta.sources.saying import SKEW, sent
from ascolta.sources.times import seconds
from ascolta.sources.wordpress_blog import Blog, Item, number_of

FLOOD = 15.0
"""Seconds that WordPress wants between two comments of one account that moderates none."""


class Answers:
    """A speaker and a lookup with our account on one blog."""

    network = native.NETWORK

    def __init__(self, blog: Blog) -> None:
        self.blog = blog

    def owns(self, post_id: str) -> bool:
        """Whether a comment is on this blog, as far as its id says."""
        return self.blog.number(post_id) is not None

    def say(self, reply: Reply) -> str:
        """Answer a comment. Raises SourceError as Speaker.say does."""
        who, number = self.blog.asking.who, self.blog.number(reply.to_post)
        items = self.blog.included([number], "id,post,status")[0] if number is not None else []
        if number is None or not items:
            raise Unsent(f"{who} has the comment no more, so it was not answered", retry=False)
        fields = [
            ("post", str(items[0].get("post"))),
            ("parent", number),
            ("content", html.escape(reply.text, quote=False)),
        ]
        return self._became(reply, sent(lambda: self.blog.post(fields)))

    def said(self, reply: Reply) -> str | None:
        """The id of our comment that says this in answer to that one, among those since it was approved."""
        number = self.blog.number(reply.to_post)
        if number is None:
            return None
        me, since = self.blog.me().id, reply.approved - SKEW
        for items in self.blog.answers(number):
            for item in items:
                if str(item.get("author")) == me and is_alike(_words(item), reply.text):
                    return native.numbered(self.blog.where, str(number_of(item)))
            if (time(items[-1].get("date_gmt")) or since) < since:
                break
        return None

    def again(self, post_id: str) -> Post | None:
        """A comment as everybody sees it now; None if nobody does. Raises SourceError."""
        number = self.blog.number(post_id)
        if number is None:
            raise SourceError(f"{self.blog.asking.who} does not have the comment, which is elsewhere", retry=False)
        found = self.blog.some([number])
        if any(one.unreadable for one in found):
            raise SourceError(f"{self.blog.asking.who} gave a comment that cannot be read", retry=False)
        return next((one.post for one in found if one.number == int(number)), None)

    def _became(self, reply: Reply, answer: Answer) -> str:
        """What became of a comment of ours, by the blog's answer. Raises SourceError unless it stands there."""
        who = self.blog.asking.who
        if answer.status == 409:
            there = self.said(reply)
            if there is None:
                raise SourceError(f"{who} says that this stands there, but does not show it; look there", retry=False)
            return there
        if answer.status == 429 or said_in(answer).get("code") == "comment_flood":
            wait = max(FLOOD, asked(answer.headers, self.blog.asking.clock(), seconds))
            raise Unsent(f"{who} wants more time between two comments", retry=True, after=wait)
        if answer.status >= 500:
            raise SourceError(
                f"{who} answers with status {answer.status}; nobody knows whether it stands there", retry=False
            )
        if not 200 <= answer.status < 300:
            raise refused(who, answer.status, asked(answer.headers, self.blog.asking.clock(), seconds))
        said = said_in(answer)
        if said.get("status") in ("hold", "spam", "trash"):
            raise SourceError(
                f"{who} holds our answer back; approve it there, and let the account moderate comments", retry=False
            )
        if not number_of(said):
            raise SourceError(
                f"{who} does not say what became of it; nobody knows whether it stands there", retry=False
            )
        return native.numbered(self.blog.where, str(number_of(said)))


def _words(item: Item) -> str:
    content = item.get("content")
    return plain(str(content.get("rendered"))) if isinstance(content, dict) else ""
