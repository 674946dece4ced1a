"""Whose account answers: each brand speaks by its own, where it has one, and where the post is."""

from collections.abc import Mapping, Sequence

from ascolta.core.reply import Reply
from ascolta.errors import SourceError
from ascolta.ports import Speaker
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
