"""Whose account answers: each brand speaks by its own, where it has one."""

from collections.abc import Mapping

from ascolta.core.reply import Reply
from ascolta.ports import Speaker


class ByBrand:
    """The speakers of one network by brand; `otherwise` speaks for those that have none of their own there."""

    def __init__(self, network: str, speakers: Mapping[str, Speaker], otherwise: Speaker) -> None:
        self.network, self.speakers, self.otherwise = network, speakers, otherwise

    def say(self, reply: Reply) -> str:
        """Publish a reply by its brand's own account."""
        return self._of(reply).say(reply)

    def said(self, reply: Reply) -> str | None:
        """The id of a reply that stands there."""
        return self._of(reply).said(reply)

    def _of(self, reply: Reply) -> Speaker:
        return self.speakers.get(reply.brand, self.otherwise)
