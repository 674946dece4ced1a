"""Who speaks of the brands, for as long as an hour and in memory only: what makes talk look organised, or not.

Authors are told apart by keyed tags. The key is drawn when the program starts and is never written; nothing of this is
kept but rounded shares. Networks whose terms forbid such a judgement, those that a brand switched off, and authors who
do not want to be counted are passed over.
"""

from collections.abc import Mapping

from ascolta.core.brand import Brand
from ascolta.core.consent import tag_of
from ascolta.core.mention import Heard, Mention
from ascolta.core.platform import platform
from ascolta.core.post import written_at
from ascolta.core.text import fold
from ascolta.core.watching.crowd import Crowd, Talk


class Voices:
    """The talk about each brand in the last hour. `key` is 32 random bytes, drawn for this run alone."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._crowds: dict[str, Crowd] = {}

    def hear(self, heard: Heard, brands: Mapping[str, Brand]) -> None:
        """Take in the mentions of a batch, each once."""
        for mention in heard.mentions:
            brand = brands.get(mention.brand)
            if brand is not None and not (mention.edited or mention.refused):
                self._said(mention, brand, heard.arrived)

    def talk(self, brand: str, end: float) -> Talk | None:
        """The shares of the hour that ended at the end of a tick; None where they are not known."""
        crowd = self._crowds.get(brand)
        return crowd.talk(end) if crowd is not None else None

    def _said(self, mention: Mention, brand: Brand, arrived: float) -> None:
        crowd = self._crowds.setdefault(brand.id, Crowd(self._key))
        post, at = mention.post, written_at(mention.post.published, arrived)
        author = post.attributed_to.key
        if not author or not mention.counted_author or not looked_at(post.network, brand):
            crowd.passed(at)
            return
        again = post.repost or fold(post.content[:4]) == "rt @"
        crowd.add(at, tag_of(self._key, post.network, author), None if again else post.content)


def looked_at(network: str, brand: Brand) -> bool:
    """Whether it may be judged on a network if talk is organised: as its terms say, unless the brand wants less."""
    return platform(network).organised.value and fold(network) not in brand.not_judged
