"""The code by which a person shows that an account is theirs: given out on the notice page, posted from the account.

Whoever asks need not be the person. Only a post that the account itself writes answers, so nobody opts out somebody
else. Of code and account nothing is kept but keyed hashes. The alphabet is Crockford's base 32: letters that look
like digits are read as these.
"""

import re

from ascolta.core.consent import Known, tag_of
from ascolta.core.platform import ALSO
from ascolta.core.post import Post
from ascolta.core.query import Words
from ascolta.core.text import fold

LASTS = 86_400.0
"""For how long a code is good, in seconds."""

BYTES = 10
"""Random bytes in a code: 80 bits, too many to guess."""

PREFIX = "ascolta-optout"
QUERY = Words(("ascolta", "optout"))
"""Finds every post in which a code may stand, for whichever brand."""

SHOWED_THE_CODE = "the person showed the code"
"""Why an account is opted out by its code, as removals say it."""

MOST = 5
"""No post is looked through for more codes than this."""

LONGEST = 256
"""Characters in the name of an account."""

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_SIZE = BYTES * 8 // 5
_READ_AS = str.maketrans({"o": "0", "i": "1", "l": "1"})
_BETWEEN = r"[\s\-_.:,‐-―−]{0,3}"
_CODE = re.compile(rf"ascolta{_BETWEEN}optout((?:{_BETWEEN}[0-9a-z]){{{_SIZE}}})(?![0-9a-z])")
_DOMAIN = "\0code"
"""Stands where a network's name stands in the tag of an account, so that no account has the tag of a code."""


def spelled(random: bytes) -> str:
    """A code from random bytes, as a person is shown it: in groups of four."""
    number = int.from_bytes(random[:BYTES], "big")
    letters = "".join(_ALPHABET[number >> shift & 31] for shift in range((_SIZE - 1) * 5, -1, -5))
    return "-".join((PREFIX, *(letters[at : at + 4] for at in range(0, _SIZE, 4))))


def codes_in(text: str) -> tuple[str, ...]:
    """The codes that stand in a text, as they are compared: case, spaces, and kinds of hyphens do not matter."""
    found = (re.sub(r"[^0-9a-z]", "", said).translate(_READ_AS) for said in _CODE.findall(fold(text[:10_000])))
    return tuple(dict.fromkeys(found))[:MOST]


def hash_of(key: bytes, code: str) -> bytes:
    """What is kept of a code: its keyed hash."""
    return tag_of(key, _DOMAIN, code)


def names(account: str) -> tuple[str, ...]:
    """The names under which a network may know an account that a person wrote down: as it is, and as a handle."""
    bare = account.strip().lstrip("@").strip()
    return tuple(dict.fromkeys(name for name in (bare, bare.casefold()) if name))


def networks(network: str) -> tuple[str, ...]:
    """The names under which posts may carry a network: as it is written, its usual name, and other names for that."""
    bare = network.strip()
    usual = ALSO.get(bare.casefold(), bare.casefold())
    return tuple(dict.fromkeys((bare, usual, *(other for other, name in ALSO.items() if name == usual))))


def asked(key: bytes, code: str, network: str, account: str) -> frozenset[tuple[bytes, bytes]]:
    """What is kept of a code given out for an account: pairs of keyed hash and keyed tag."""
    tags = [tag_of(key, place, name) for place in networks(network) for name in names(account)]
    return frozenset((hash_of(key, one), tag) for one in codes_in(code) for tag in tags)


def answers(post: Post, known: Known, given: frozenset[tuple[bytes, bytes]]) -> bool:
    """Whether a post shows a code that was given out for the very account that wrote it.

    `given` are the pairs of hash and tag that are still good. A repost is another's words, so it shows nothing.
    """
    if not given or post.repost:
        return False
    author = [known.tag(place, name) for place in networks(post.network) for name in post.attributed_to.keys]
    return any((hash_of(known.key, code), tag) in given for code in codes_in(post.content) for tag in author)
