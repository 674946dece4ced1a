"""Which keys a source of brand.yaml has that is a network: by network, what each key is, and what it is for."""

from collections.abc import Mapping
from dataclasses import dataclass

WEB = ("https", "http")
"""Schemes of addresses, the safe one first."""

EVERYWHERE = ("every", "assessment", "rehearsal", "approval")
"""Keys that every network has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key. `says` is what stands behind it, `usual` what holds without it; without `usual` it has to be there.

    `is_address` with its `schemes`, the name of the `variable` that holds a secret, `tags`, one `of` several words, or
    any text without a space in it.
    """

    says: str
    usual: str | None = None
    schemes: tuple[str, ...] = ()
    variable: bool = False
    tags: bool = False
    of: tuple[str, ...] = ()
    spaces: bool = False

    @property
    def needed(self) -> bool:
        """Whether it has to be there."""
        return self.usual is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keys of one network. `where` is the one that holds its address, `named` the one by which it is called.

    `address` is where everybody's is, unless `where` says otherwise; None: `where` has to say it.
    """

    where: str
    named: str
    keys: Mapping[str, Key]
    address: str | None = None


_TOKEN = Key(variable=True, says="The environment variable that holds the account's token, `ASCOLTA_TOKEN_…`.")
_TAGS = Key(tags=True, usual="none", says="Hashtags that are followed, 10 at the most.")


def _server(what: str, schemes: tuple[str, ...] = WEB, usual: str | None = None) -> Key:
    return Key(schemes=schemes, usual=usual, says=what)


CONNECTIONS: dict[str, Keys] = {
    "mastodon": Keys(
        where="server",
        named="server",
        keys={
            "server": _server("The server of the brand's account, such as `https://social.example`."),
            "token": _TOKEN,
            "tags": _TAGS,
            "streaming": Key(
                schemes=WEB, usual="no", of=("yes", "no"),
                says="Whether its streams are read as well, at the server or at another address.",
            ),
        },
    ),
    "rss": Keys(
        where="feed",
        named="feed",
        keys={"feed": _server("Where the feed is (RSS or Atom), such as `https://blog.example/feed`.")},
    ),
}  # fmt: skip
"""What can be heard live. A network is a line here, and one in sources/networks.py."""
