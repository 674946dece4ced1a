"""Whose account speaks: each brand answers by its own, where it has one and the post is, and posts by its first."""

from collections.abc import Mapping, Sequence

from ascolta.core.reply import Reply
from ascolta.core.statement import Posting
from ascolta.errors import SourceError
from ascolta.ports import Publisher, Speaker
from ascolta.sources.again import owning


class ByBrand:
    """The speakers of one network by brand; `otherwise` speaks for those that have none of their own there.

    A brand may have accounts on several servers of one network: the one speaks that is where the post is.
    """

    def __init__(self, network: str, speakers: Mapping[str, Sequence[Speaker]], otherwise: Speaker) -> None:
        self.network, self.speakers, self.otherwise = network, speakers, otherwise

    def say(self, reply: Reply) -> str:
        """Publish a reply by its brand's own account."""
        return self._of(reply).say(reply)

    def said(self, reply: Reply) -> str | None:
        """The id of a reply that stands there."""
        return self._of(reply).said(reply)

    def _of(self, reply: Reply) -> Speaker:
        own = self.speakers.get(reply.brand)
        if not own:
            return self.otherwise
        fit = owning(own, reply.to_post)
        if not fit:
            raise SourceError("the brand has no account where this post is, so it was not answered", retry=False)
        return fit[0]


class Channels:
    """The publishers of one network by brand; `otherwise` publishes for those that have none of their own there.

    Of several accounts of a brand the first that its file names posts, and all are asked whether it stands there.
    """

    def __init__(self, network: str, publishers: Mapping[str, Sequence[Publisher]], otherwise: Publisher) -> None:
        self.network, self.publishers, self.otherwise = network, publishers, otherwise

    def post(self, posting: Posting) -> str:
        """Publish a post by its brand's own account."""
        return self._of(posting)[0].post(posting)

    def posted(self, posting: Posting) -> str | None:
        """The id of a post that stands there. Raises SourceError if one of the brand's accounts cannot be asked."""
        return next((found for one in self._of(posting) if (found := one.posted(posting)) is not None), None)

    def _of(self, posting: Posting) -> Sequence[Publisher]:
        return self.publishers.get(posting.brand) or (self.otherwise,)
