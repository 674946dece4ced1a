"""A made-up crisis to drill on: a day and a half of ordinary talk about a brand, then a surge that fades.

Nobody wrote any of it. The words are put together by chance from a seed, so that a drill can be repeated.
"""

import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ascolta.core.brand import Brand
from ascolta.core.post import Actor, Batch, Event, EventKind, Post

HISTORY = 36 * 3_600.0
"""How long the ordinary talk goes on before the surge, in seconds."""

USUAL, PEAK, FADES = 8.0, 180.0, 2_400.0
"""Mentions an hour on ordinary days and as the surge begins, and the seconds in which the surge falls to a third."""

GRUMBLES = 0.2
"""The share of complaints on ordinary days."""

LASTS = 4 * 3_600.0
"""How long the surge goes on, in seconds."""

LIKELY = ("x", "bluesky", "mastodon")
"""Where a crisis begins, as a rule; one of these is taken if the brand listens there."""

_TALK = (
    ("flying with", "just passed", "on my way with", "once more with", "first time with", "reading about"),
    ("{name}", "{name} today", "{name} again", "{name} this week"),
    ("wish me luck", "see you there", "with my sister", "over the sea", "to the mountains", "for work", "for once"),
)
_KINDS = {
    "complaint": (
        ("{at}", "hello {at}", "dear {at}", "hey {at}", "{at} seriously", "{at} please"),
        (
            "nothing works since this morning", "still no answer after two hours", "your page hangs at the last step",
            "I have been waiting for hours", "nobody picks up the telephone", "the screen only shows an error",
            "my booking is gone", "we are stuck here and nobody tells us anything",
        ),
        ("this is a disgrace", "what is going on?", "where is my money?", "help us", "worst day ever", "never again",
         "I want a refund", "why does nobody say anything?"),
    ),
    "negative": (
        ("what {name} said there", "that post of {name}", "the way {name} talks about people", "{name} and its joke",
         "how {name} treats its own people"),
        ("is disgusting", "is hurtful", "makes me angry", "is just awful", "is cruel", "is a shame"),
        ("I am so disappointed", "do better", "we deserve respect", "who wrote that?", "delete it",
         "I am done with them"),
    ),
    "all": (
        ("big news: {name}", "look, {name}", "have you seen that {name}", "new: {name}", "is it true that {name}",
         "hey, {name}"),
        ("has a new owner", "moves to the islands", "opens a hotel", "will fly to the moon", "gets a new name",
         "buys a railway"),
        ("pass it on", "so exciting", "my cousin works there", "tell your friends", "big day", "wow"),
    ),
}  # fmt: skip


@dataclass(slots=True)
class CrisisSource:
    """A source that gives the posts of a made-up crisis up to the time `until`."""

    posts: Sequence[Post]
    until: float = 0.0
    name: str = "drill"
    look_back: float = float("inf")

    def batches(self, after: str) -> Iterator[Batch]:
        """One batch of what was published since the cursor, if there is any."""
        first, last = int(after or 0), bisect_right(self.posts, self.until, key=lambda post: post.published or 0.0)
        if last > first:
            events = [
                Event(kind=EventKind.PUBLISHED, network=post.network, post=post) for post in self.posts[first:last]
            ]
            yield Batch(events=events, after=after, cursor=str(last), arrived=self.until)


def crisis(brand: Brand, stream: str, at: float, seed: int = 1) -> CrisisSource:
    """A crisis of a brand that begins at a time, of the kind that raises a stream: all, negative or complaint."""
    chance = random.Random(seed)  # noqa: S311 - a drill that can be repeated, not a secret
    names = {"name": brand.name, "at": f"@{brand.handles[0]}" if brand.handles else brand.name}
    network = next((one for one in LIKELY if one in (brand.networks or LIKELY)), min(brand.networks or LIKELY))
    times = [
        (when, _KINDS["complaint"] if chance.random() < GRUMBLES else _TALK)
        for when in _steady(chance, at - HISTORY, at + LASTS)
    ]
    times += [(when, _KINDS[stream]) for when in _surge(chance, at)]
    posts = [
        Post(
            id=f"drill-{number}",
            content=" ".join(chance.choice(part) for part in parts).format_map(names),
            network=network,
            published=when,
            attributed_to=Actor(id=f"made-up-{number}", handle=f"made_up_{number}"),
        )
        for number, (when, parts) in enumerate(sorted(times, key=lambda one: one[0]))
    ]
    return CrisisSource(posts=posts)


def _steady(chance: random.Random, start: float, end: float) -> Iterator[float]:
    when = start
    while (when := when + chance.expovariate(USUAL / 3_600)) < end:
        yield when


def _surge(chance: random.Random, start: float) -> Iterator[float]:
    """Times at a rate that falls by a third in `FADES`, by thinning (Lewis and Shedler, 1979)."""
    when, most = start, PEAK / 3_600
    while (when := when + chance.expovariate(most)) < start + LASTS:
        if chance.random() < 3.0 ** -((when - start) / FADES):
            yield when
