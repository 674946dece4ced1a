"""The table of signals, and what follows from it: the strictest wins."""

import html
import re
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from ascolta.core.consent.accounts import ACCOUNTS, TAGS
from ascolta.core.consent.known import Known
from ascolta.core.consent.pages import OURS, PAGES
from ascolta.core.consent.posts import POSTS
from ascolta.core.consent.signal import MEANS, NOT_HEARD, Seen, Signal, Use
from ascolta.core.post import Actor, Page, Policy, Post
from ascolta.core.text import fold

SIGNALS = (*ACCOUNTS, *POSTS, *PAGES, *OURS)
"""Every signal that we heed, in the order in which reasons are told."""

FRESH = 86_400.0
"""Seconds for which a profile that was read counts."""

NO_POLICY, NO_PAGE, NO_TAGS = Policy(), Page(), frozenset[str]()
MAX_PROFILE = 50_000
"""Characters of a profile that are read. No network allows so many; one that is longer counts as unreadable."""

_TAG = re.compile(rf"#({'|'.join(sorted(TAGS, key=len, reverse=True))})(?!\w)")
_MARKUP = re.compile(r"<[^<>]*>")
_NAMING = frozenset({"id", "handle", "name", "summary", "fields", "read", "searchable_by"})
_STATED = attrgetter(*(field for field in Actor.__struct_fields__ if field not in _NAMING))
"""All that an account states, without what tells people apart."""

MOST_MET = 4096
_MET: dict[tuple[object, ...], "Consent"] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What is forbidden, and the reasons in words."""

    forbids: frozenset[Use] = frozenset()
    why: tuple[str, ...] = ()

    @property
    def hears(self) -> bool:
        """Whether it may be counted and stored at all."""
        return Use.HEAR not in self.forbids

    @property
    def told(self) -> tuple[str, ...]:
        """What is forbidden, as words in a fixed order."""
        return _in_order(self.forbids)


ALL_ALLOWED = Consent()


def consent(seen: Seen) -> Consent:
    """What all signals together forbid."""
    held = [signal for signal in ACCOUNTS if signal.holds(seen)]
    if seen.visibility != "public" or seen.policy is not NO_POLICY or seen.page is not NO_PAGE:
        held += [signal for signal in POSTS if signal.holds(seen)]
    if seen.page is not NO_PAGE:
        held += [signal for signal in PAGES if signal.holds(seen)]
    if seen.told or seen.stopped or seen.refused or seen.headers:
        held += [signal for signal in OURS if signal.holds(seen)]
    return _summed(tuple(held)) if held else ALL_ALLOWED


def of_actor(actor: Actor, network: str) -> Seen:
    """What an account alone lets us see."""
    found = _tags(actor)
    return Seen(network=network, actor=actor, tags=found or NO_TAGS, whole=found is not None)


def heed(post: Post, known: Known, *, arrived: float = 0.0, named: bool = False, refused: bool = False) -> Consent:
    """What a post and its author forbid. `arrived` is the time in seconds since 1970 UTC; 0: nobody knows.

    `named`: the post names us. `refused`: the author's profile refused, as far as that is remembered. Most people say
    the same few things, so what follows from them is found once; nothing that tells people apart is remembered.
    """
    actor, network = post.attributed_to, post.network
    found = _tags(actor)
    late = actor.read is not None and arrived != 0.0 and not abs(arrived - actor.read) <= FRESH
    stopped = known.has_stopped(network, actor)
    own = post.policy is not None or post.page is not None or actor.searchable_by is not None
    key = (network, post.visibility, found, late, stopped, refused, *_STATED(actor))
    met = None if own else _MET.get(key)
    if met is None:
        met = consent(
            Seen(
                network=network,
                actor=actor,
                visibility=post.visibility,
                root=post.in_reply_to is None,
                policy=post.policy or NO_POLICY,
                page=post.page or NO_PAGE,
                tags=found or NO_TAGS,
                whole=found is not None,
                late=late,
                named=named,
                stopped=stopped,
                refused=refused,
            )
        )
        if not own and len(_MET) < MOST_MET:
            _MET[key] = met
    return met


def refusals(actor: Actor, network: str) -> tuple[str, ...]:
    """Why an account must not be heard: the signals it gives, in words; empty if it gives none."""
    seen = of_actor(actor, network)
    return tuple(signal.why for signal in ACCOUNTS if Use.HEAR in signal.forbids and signal.holds(seen))


def withheld(post: Post) -> tuple[str, ...]:
    """Why a post must not be heard, whoever wrote it."""
    seen = Seen(visibility=post.visibility, policy=post.policy or NO_POLICY, page=post.page or NO_PAGE)
    return tuple(signal.why for signal in (*POSTS, *PAGES) if Use.HEAR in signal.forbids and signal.holds(seen))


def table() -> str:
    """The table of signals as Markdown, one row each."""
    rows = ["| Signal | Where it stands | Who says so | If it is missing | What it forbids |", "|---|---|---|---|---|"]
    for signal in SIGNALS:
        forbids = _forbidden(signal) + (", for good" if signal.for_good else "")
        cells = (f"`{signal.name}`", signal.where, signal.source, signal.missing, forbids)
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def uses() -> str:
    """What may be forbidden, as a Markdown list."""
    return "\n".join(f"* `{use}`: {means}" for use, means in MEANS.items())


def _tags(actor: Actor) -> frozenset[str] | None:
    """The hashtags in display name, bio and profile fields by which an account refuses, plain or in HTML.

    None if the profile is too long to be read through.
    """
    profile = f"{actor.name} {actor.summary} {' '.join(actor.fields)}" if actor.fields else actor.name + actor.summary
    if len(profile) > MAX_PROFILE:
        return None
    if "#" not in profile and "&" not in profile and "＃" not in profile and "﹟" not in profile:
        return NO_TAGS
    plain = f"{actor.name} {actor.summary} {' '.join(actor.fields)}"
    if "<" in plain:
        plain = _MARKUP.sub("", plain)
    return frozenset(_TAG.findall(fold(html.unescape(plain) if "&" in plain else plain)))


def _forbidden(signal: Signal) -> str:
    if len(signal.forbids) == len(Use):
        return "everything"
    if signal.forbids == NOT_HEARD:
        return "being heard"
    return ", ".join(_in_order(signal.forbids))


@lru_cache(maxsize=4096)
def _summed(held: tuple[Signal, ...]) -> Consent:
    return Consent(
        forbids=frozenset[Use]().union(*(signal.forbids for signal in held)),
        why=tuple(signal.why for signal in held),
    )


@lru_cache(maxsize=1024)
def _in_order(forbids: frozenset[Use]) -> tuple[str, ...]:
    return tuple(str(use) for use in Use if use in forbids)
