"""How long a post may be on each network, counted as the network counts.

Sources: X Developer Platform, "Counting characters" (a link counts 23, most characters beyond Latin count two); the
lexicon app.bsky.feed.post (300 graphemes); Mastodon's default, which a server may raise.
"""

import re
import unicodedata

from ascolta.core.platform import ALSO

LONGEST = {"x": 280, "bluesky": 300, "mastodon": 500, "activitypub": 500, "instagram": 2_200, "facebook": 5_000}
"""Characters of one post; a network that is not here takes as many as anything of ours has."""

_LINK = re.compile(r"https?://\S+")
_LINK_ON_X = 23
_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
"""Code points that count one on X; all others count two."""


def length(text: str, network: str) -> int:
    """How long a network takes a text to be."""
    network = ALSO.get(network, network)
    said = unicodedata.normalize("NFC", text)
    if network != "x":
        return sum(not unicodedata.combining(char) for char in said)
    links = len(_LINK.findall(said))
    rest = _LINK.sub("", said)
    return links * _LINK_ON_X + sum(1 if any(a <= ord(char) <= b for a, b in _LIGHT) else 2 for char in rest)


def too_long(text: str, network: str) -> int:
    """By how many characters a text is longer than a network takes; 0 if it is not."""
    most = LONGEST.get(ALSO.get(network, network))
    return max(0, length(text, network) - most) if most is not None else 0
