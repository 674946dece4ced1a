"""How well it is told what kind of risk an alarm is about: how fast it grows, how high it goes, if it is organised.

Takes the data folder from ASCOLTA_DATA: counts of brands (Numenta's realTweets), to which crises are added, and airline
posts, into which campaigns are mixed. Neither is part of this repository.

    python bench/kind.py [--only growth,topics,organised,cost] [--every 4]
"""

import argparse
import os
import sys
import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.watching.brands import Stream, brands
from bench.watching.campaigns import KEY, STRENGTHS, Said, airlines, found
from bench.watching.rises import Rise, added, own
from bench.watching.topical import SHARES, SIZES, SURGING, alarms, surges

from ascolta.core.consent import tag_of
from ascolta.core.watching.crowd import MOST, Crowd
from ascolta.core.watching.growth import Trend, growth, speed

CHOSEN, CHOSEN_AIRLINES = ("AAPL", "CRM", "PFE"), ("American", "Delta")
"""What the constants were chosen on; the others are what is reported."""

PARTS = ("growth", "topics", "organised", "cost")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What kind of risk: intervals, campaigns, cost.")
    parser.add_argument("--only", default=",".join(PARTS), help=f"which parts, with commas: {', '.join(PARTS)}")
    parser.add_argument("--every", type=int, default=4, help="one hour of so many that campaigns are mixed into")
    options = parser.parse_args(arguments)
    parts, console, data = options.only.split(","), Console(width=120), os.environ.get("ASCOLTA_DATA")
    if not data:
        print("ASCOLTA_DATA is not set: the brands' counts and the airline posts are not here")
        return 0
    if "growth" in parts:
        streams = brands(Path(data) / "brand-volume")
        rises = list(added(streams))
        console.print(_growth(rises))
        console.print(_peaks(rises, list(own(streams))))
    if "topics" in parts:
        console.print(_topics(brands(Path(data) / "brand-volume")))
    if "organised" in parts or "cost" in parts:
        posts = airlines(Path(data) / "airline.jsonl.gz")
        if "organised" in parts:
            console.print(_organised(posts, options.every))
        if "cost" in parts:
            console.print(_cost([one for said in posts.values() for one in said]))
    return 0


def _growth(rises: Sequence[Rise]) -> Table:
    """How often the interval of the growth holds the truth, and how often a doubling time is told at all."""
    head = ("brand", "rises", "interval is true", "doubling told", "true where told", "width needed")
    table = Table(*head, title="How fast: 80 % is aimed at; chosen on " + ", ".join(CHOSEN))
    for brand in sorted({one.brand for one in rises}):
        of_brand = [one for one in rises if one.brand == brand]
        fits = [(one, found) for one in of_brand if (found := growth(one.ticks, one.usual)) is not None]
        true = [found.low <= (one.rate or 0.0) <= found.high for one, found in fits]
        told = [speed(one.ticks, one.usual).trend is Trend.RISING for one, _ in fits]
        right = [yes for yes, is_told in zip(true, told, strict=True) if is_told]
        needed = np.quantile([abs((one.rate or 0.0) - f.rate) / ((f.high - f.low) / 2) for one, f in fits], 0.8)
        shares = [f"{100 * float(np.mean(one)):.0f} %" if one else "–" for one in (true, told, right)]
        table.add_row(brand, str(len(of_brand)), *shares, f"{needed:.2f}")
    table.caption = "width needed: how much of the interval's width would have made 80 % of the brand's own true"
    return table


def _peaks(rises: Sequence[Rise], real: Sequence[Rise]) -> Table:
    """How often the peak stayed below what was told as the most, and came within the time that was told."""
    head = ("brand", "", "alarms", "not above the most", "median of peak / likely", "within the time")
    table = Table(*head, title="How high: chosen so that nine of ten hold on " + ", ".join(CHOSEN))
    for what, some in (("crises added", rises), ("its own", real)):
        for brand in sorted({one.brand for one in some}):
            told = [(one, speed(one.ticks, one.usual)) for one in some if one.brand == brand]
            below = np.mean([one.peak <= said.most for one, said in told])
            ratio = np.median([one.peak / max(1, said.likely) for one, said in told])
            within = np.mean([one.minutes <= said.within for one, said in told])
            shares = (f"{100 * below:.0f} %", f"{ratio:.2f}", f"{100 * within:.0f} %")
            table.add_row(brand, what, str(len(told)), *shares)
    return table


def _topics(streams: Sequence[Stream]) -> Table:
    """Surges in one topic: how many are caught because topics are watched, and whether the topic is named."""
    plain, watched = alarms(streams, ()), alarms(streams, list(SHARES))
    share = f"{100 * SHARES[SURGING]:.0f} % of the talk"
    title = f"A topic with {share}; alarms a brand-week {plain:.2f}, with three topics {watched:.2f}"
    table = Table("surge", "surges", "caught", "by its topic", "by the whole", "topic named", title=title)
    found = list(surges(streams))
    for size in SIZES:
        some = [one for one in found if one.size == size]
        caught = [one for one in some if one.by_any]
        shares = [
            f"{100 * float(np.mean(one)):.0f} %"
            for one in (
                [one.by_any for one in some],
                [one.by_topic for one in some],
                [one.by_whole for one in some],
                [one.named for one in caught],
            )
        ]
        table.add_row(f"x{size:g}", str(len(some)), *shares)
    return table


def _organised(posts: dict[str, list[Said]], every: int) -> Table:
    """The share of hours in which talk is judged to be organised."""
    table = Table("campaign", "brands", *(f"x{one:g}" for one in STRENGTHS), title="Organised: percent of hours")
    others = [brand for brand in posts if brand not in CHOSEN_AIRLINES]
    for whose, names in (("chosen on", list(CHOSEN_AIRLINES)), ("others", others)):
        for name, shares in found(posts, names, every):
            table.add_row(name, whose, *(f"{share:.0f}" for share in shares))
    table.caption = f"strength: posts of the campaign, as a share of the hour's own; chosen on {CHOSEN_AIRLINES}"
    return table


def _cost(posts: Sequence[Said]) -> Table:
    """Time of one post, and memory of a brand whose window is full."""
    posts = sorted(posts, key=lambda one: one.at)
    crowd, start = Crowd(KEY), time.process_time()
    for one in posts:
        crowd.add(1_000_000.0, tag_of(KEY, "x", one.author.decode()), one.text)
    took = (time.process_time() - start) / len(posts)
    start = time.process_time()
    crowd.talk(1_000_300.0)
    tick = time.process_time() - start
    many = [posts[n % len(posts)] for n in range(MOST)]
    tracemalloc.start()
    full = Crowd(KEY)
    for n, one in enumerate(many):
        full.add(1_000_000.0, b"%16d" % n, f"{one.text} {n:b}")
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    table = Table("posts", "time a post", "a tick, window full", "memory of a full window", "a post", title="One core")
    table.add_row(
        f"{len(posts):,}",
        f"{1e6 * took:.0f} µs",
        f"{1e3 * tick:.1f} ms",
        f"{size / 1e6:.1f} MB",
        f"{size / MOST:,.0f} bytes",
    )
    return table


if __name__ == "__main__":
    sys.exit(main())
