"""Decisions on the public posts about six airlines of February 2015, and how good the polarity label is there.

Takes the data folder from ASCOLTA_DATA; the set is not part of this repository (CrowdFlower, for measuring only). The
peer for polarity is the majority class.
"""

import gzip
import json
import os
import sys
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ascolta import bootstrap
from ascolta.core.consent import Known
from ascolta.core.label import values
from ascolta.core.mention import hear

HERE = Path(__file__).parent / "airlines"
ACTIONS = ("reply", "care", "handover", "silence")


def main() -> int:
    """Print two tables."""
    data = os.environ.get("ASCOLTA_DATA")
    if not data:
        print("ASCOLTA_DATA is not set: the airline posts are not here, nothing to measure")
        return 0
    path = Path(data) / "airline.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        meant = {str(post["id"]): post["polarity"] for post in map(json.loads, lines)}
    brands = bootstrap.brands(HERE)
    by_brand: dict[str, Counter[str]] = {brand.id: Counter() for brand in brands}
    pairs: dict[str, str] = {}
    for batch in bootstrap.Reading().source(str(path)).batches(""):
        for mention in hear(batch, brands, Known()).mentions:
            by_brand[mention.brand][mention.decision.action] += 1
            pairs[mention.post.id] = values(mention.labels, "polarity")[0]
    console = Console(width=100)
    table = Table("brand", "mentions", *ACTIONS, title="Airlines, February 2015")
    for name, count in by_brand.items():
        total = sum(count.values())
        table.add_row(name, f"{total:,}", *(f"{100 * count[action] / max(1, total):.0f} %" for action in ACTIONS))
    console.print(table)
    common = Counter(meant[one] for one in pairs).most_common(1)[0][0]
    scores = Table("polarity", "macro F1", title=f"{len(pairs):,} posts with one label each")
    scores.add_row("majority class", f"{_macro([(meant[one], common) for one in pairs]):.3f}")
    scores.add_row("Ascolta's default labeller", f"{_macro([(meant[one], said) for one, said in pairs.items()]):.3f}")
    console.print(scores)
    return 0


def _macro(pairs: list[tuple[str, str]]) -> float:
    """The mean over classes of F1."""
    wanted = Counter(meant for meant, _ in pairs)
    given = Counter(said for _, said in pairs)
    right = Counter(meant for meant, said in pairs if meant == said)
    return sum(2 * right[one] / (wanted[one] + given[one]) for one in wanted) / len(wanted)


if __name__ == "__main__":
    sys.exit(main())
