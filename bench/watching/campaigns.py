"""Campaigns that nobody ran, mixed into real posts: near-copies by many accounts, or many posts by few."""

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ascolta.core.risk import Company, Organised, company
from ascolta.core.watching.crowd import AUTHORS, Crowd, Talk
from ascolta.sources.times import seconds

KEY = b"a key of this bench alone"
HOUR, TICK = 3_600.0, 300.0

STRENGTHS = (0.25, 0.5, 1.0, 2.0)
"""Posts of a campaign, as a share of what was really said in the hour."""

TEMPLATES = (
    "I have flown with them for years and after what they did to that family I will never book with them again",
    "Everybody should know how this airline treats its own crew share this before they delete it and stay away",
    "They lied about the refunds and now they hide behind their lawyers time to call them out and boycott them",
    "Shame on this company for supporting that senator cancel your tickets today and tell them why you did it",
)
SPARE = ("really", "just", "never", "again", "today", "honestly", "please", "always", "everyone", "still", "truly")
"""Words that a campaign puts in, to look as if many had written it."""


@dataclass(frozen=True, slots=True)
class Said:
    """A post of the set: when, by whom, and its words."""

    at: float
    author: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A campaign: how many accounts for each post, and the share of a template's words that each post changes."""

    name: str
    accounts: float
    edits: float | None


KINDS = (
    Kind("the same words, an account each", 1.0, 0.0),
    Kind("a word in ten changed, an account each", 1.0, 0.1),
    Kind("a word in five changed, an account each", 1.0, 0.2),
    Kind("a word in three changed, an account each", 1.0, 0.33),
    Kind("other people's words, five accounts", 0.0, None),
)


def airlines(path: Path) -> dict[str, list[Said]]:
    """Posts by brand, in order of time."""
    found: dict[str, list[Said]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["published"] and not row["text"].lower().startswith("rt @"):
                at = seconds(row["published"])
                found[row["brand"]].append(Said(at, str(row["author"]).encode(), row["text"]))
    return {brand: sorted(said, key=lambda one: one.at) for brand, said in sorted(found.items())}


def hours(said: Sequence[Said]) -> list[list[Said]]:
    """Every hour in which enough people spoke to be judged, one beginning every quarter of an hour."""
    found = []
    start = said[0].at // TICK * TICK
    while start < said[-1].at:
        inside = [one for one in said if start <= one.at < start + HOUR]
        if len({one.author for one in inside}) >= AUTHORS:
            found.append(inside)
        start += 3 * TICK
    return found


def judged(inside: Sequence[Said]) -> tuple[Talk | None, Company]:
    """What the posts of an hour look like."""
    crowd = Crowd(KEY)
    for one in sorted(inside, key=lambda one: one.at):
        crowd.add(one.at, one.author, one.text)
    end = min(one.at for one in inside) // TICK * TICK + HOUR
    talk = crowd.talk(end)
    return talk, company(talk, float(len(inside)))


def mixed(inside: Sequence[Said], kind: Kind, strength: float, chance: random.Random) -> list[Said]:
    """An hour with a campaign of a kind in it."""
    first, size = min(one.at for one in inside) // TICK * TICK, max(1, round(strength * len(inside)))
    template = chance.choice(TEMPLATES)
    accounts = max(5, round(kind.accounts * size))
    made = []
    for number in range(size):
        text = chance.choice(inside).text if kind.edits is None else edited(template, kind.edits, chance)
        if kind.edits is None:
            words = text.split()
            text = " ".join(chance.sample(words, len(words)))
        at = first + chance.random() * (HOUR - 1)
        made.append(Said(at, b"campaign %d" % (number % accounts), text))
    return [*inside, *made]


def edited(template: str, share: float, chance: random.Random) -> str:
    """A template in which a share of the words is left out, changed, or has one more beside it."""
    words = []
    for word in template.split():
        if chance.random() >= share:
            words.append(word)
            continue
        way = chance.randrange(3)
        words += [chance.choice(SPARE)] if way == 0 else [word, chance.choice(SPARE)] if way == 1 else []
    return " ".join(words)


def found(posts: dict[str, list[Said]], brands: Sequence[str], every: int) -> Iterator[tuple[str, list[float]]]:
    """The share of hours that is judged organised: as they were, and with each kind of campaign, by its strength."""
    real = [inside for brand in brands for inside in hours(posts[brand])][::every]
    yield f"nothing ({len(real)} hours)", [_share([judged(inside)[1] for inside in real])] * len(STRENGTHS)
    for kind in KINDS:
        shares = []
        for strength in STRENGTHS:
            chance = random.Random(7)
            shares.append(_share([judged(mixed(inside, kind, strength, chance))[1] for inside in real]))
        yield kind.name, shares


def _share(all_of: Sequence[Company]) -> float:
    """Percent that look organised."""
    return 100 * sum(one.organised is Organised.YES for one in all_of) / max(1, len(all_of))
