"""What a signal is: where it stands, who wrote the rule, what its absence means, and what it forbids."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import msgspec

from ascolta.core.post import Actor, Page, Policy
from ascolta.core.saying import mark

OPT_IN_NETWORKS = frozenset({
    "mastodon", "activitypub", "fediverse", "gotosocial", "pixelfed", "pleroma", "akkoma", "misskey", "firefish",
    "sharkey", "iceshrimp", "friendica", "hubzilla", "lemmy", "mbin", "peertube", "fedibird",
})  # fmt: skip
"""Networks whose custom is that a missing `indexable` means no."""

REFUSING_TOKENS = frozenset({"noindex", "none", "noarchive", "nosnippet", "noai", "noimageai"})
"""Tokens of X-Robots-Tag and of the robots meta tag that refuse."""


class Use(StrEnum):
    """What may be done with a post, and what a signal may forbid. There is nothing else that a signal can say."""

    HEAR = "hear"
    AUTHOR = "author"
    SHOW = "show"
    APPROACH = "approach"
    REPLY = "reply"
    QUOTE = "quote"
    MESSAGE = "message"
    MODEL = "model"
    FETCH = "fetch"
    PREVIEW = "preview"
    MEASURE = "measure"


MEANS = {
    Use.HEAR: mark("count it, label it, keep anything of it"),
    Use.AUTHOR: mark("count its author among the people who talk"),
    Use.SHOW: mark("show or list it on a screen that needs no log-in, or in a public report"),
    Use.APPROACH: mark("speak to its author unasked"),
    Use.REPLY: mark("answer it in public, even if it was said to us"),
    Use.QUOTE: mark("quote it"),
    Use.MESSAGE: mark("write to its author privately"),
    Use.MODEL: mark("send it to a language model"),
    Use.FETCH: mark("fetch the page"),
    Use.PREVIEW: mark("show an extract or picture of the page"),
    Use.MEASURE: mark("measure the visitor of our own pages"),
}
"""What each use is, in plain words."""

NOT_HEARD = frozenset({Use.HEAR, Use.AUTHOR, Use.SHOW, Use.APPROACH, Use.QUOTE, Use.MODEL, Use.PREVIEW})
"""What a person forbids who does not want to be heard. What they say to us a person may still answer: they asked."""

EVERYTHING = frozenset(Use)


class Seen(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """All that a signal may look at.

    `tags` are the hashtags of the profile that we know; `whole`: the profile could be read through; `late`: it was
    read too long ago. `root`: the post answers no other; `named`: it names us; `told`: it says "stop" to us. `stopped`
    and `refused`: so says our own list. `headers` are those of a request to our own pages, names in lower case.
    """

    network: str = ""
    actor: Actor = Actor()
    visibility: str = "public"
    root: bool = True
    policy: Policy = Policy()
    page: Page = Page()
    tags: frozenset[str] = frozenset()
    whole: bool = True
    late: bool = False
    named: bool = False
    told: bool = False
    stopped: bool = False
    refused: bool = False
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def opt_in(self) -> bool:
        """Whether silence means no on this network."""
        return is_opt_in(self.network)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Signal:
    """One way to say no. `where` is the field as its standard spells it, `source` the standard, `missing` what its
    absence means, `why` what is told to people. One that is `for_good` is never taken back by a profile.
    """

    name: str
    where: str
    source: str
    missing: str
    forbids: frozenset[Use]
    why: str
    holds: Callable[[Seen], bool]
    for_good: bool = False


@lru_cache(maxsize=1024)
def is_opt_in(network: str) -> bool:
    """Whether silence means no on a network."""
    return network.strip().casefold() in OPT_IN_NETWORKS


@lru_cache(maxsize=1024)
def is_bluesky(network: str) -> bool:
    """Whether a network is Bluesky, however it is written."""
    return network.strip().casefold() in ("bluesky", "bsky", "atproto")
