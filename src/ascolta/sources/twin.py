"""A network of our own making, on which answers can be given without anybody reading them.

It keeps a reply's words in memory only, can be told to fail, and knows a second try by its key, as real ones do.
"""

from collections.abc import Callable

from ascolta.core.post import Post
from ascolta.core.reply import Reply
from ascolta.core.statement import Posting
from ascolta.errors import SourceError


class TwinNetwork:
    """A speaker, publisher and messenger for one network that can also be asked.

    `fails` may raise SourceError before or after a reply is published, `fails_by_key` before or after a post of our own
    or a message.
    """

    def __init__(self, network: str, fails: Callable[[Reply, bool], None] = lambda reply, published: None) -> None:
        self.network, self.fails = network, fails
        self.fails_by_key: Callable[[str, bool], None] = lambda key, published: None
        self.posts: dict[str, str] = {}
        self.messages: dict[str, tuple[str, str]] = {}
        self.there: dict[str, Post | None] = {}
        self.silent = False

    def say(self, reply: Reply) -> str:
        """Publish a reply, once; a second try gives the first one's id."""
        if reply.network != self.network:
            raise SourceError(f"this speaker answers on {self.network}, not on {reply.network}", retry=False)
        self.fails(reply, False)
        self.posts.setdefault(reply.key, reply.text)
        self.fails(reply, True)
        return self._id(reply)

    def said(self, reply: Reply) -> str | None:
        """The id of a reply that stands here."""
        return self._id(reply) if reply.key in self.posts else None

    def post(self, posting: Posting) -> str:
        """Publish a post of our own, once; a second try gives the first one's id."""
        self.fails_by_key(posting.key, False)
        self.posts.setdefault(posting.key, posting.text)
        self.fails_by_key(posting.key, True)
        return f"twin-{posting.key[:12]}"

    def posted(self, posting: Posting) -> str | None:
        """The id of a post of our own that stands here."""
        return f"twin-{posting.key[:12]}" if posting.key in self.posts else None

    def write(self, account: str, text: str, key: str) -> str:
        """Write to an account, once; a second try gives the first message's id."""
        self.fails_by_key(key, False)
        self.messages.setdefault(key, (account, text))
        self.fails_by_key(key, True)
        return f"twin-{key[:12]}"

    def written(self, key: str) -> str | None:
        """The id of a message that was written."""
        return f"twin-{key[:12]}" if key in self.messages else None

    def again(self, post_id: str) -> Post | None:
        """What people's posts look like now: those in `there`, in which None stands for one that is gone."""
        if self.silent:
            raise SourceError(f"{self.network} does not answer", retry=True)
        if post_id not in self.there:
            raise SourceError(f"{self.network} never held this post", retry=False)
        return self.there[post_id]

    def _id(self, reply: Reply) -> str:
        return f"twin-{reply.key[:12]}"
