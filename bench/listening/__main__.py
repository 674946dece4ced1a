"""The options, the rows in turn, what is printed."""

import argparse
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from bench.listening import stream, tables
from bench.listening.children import ChildFailed, Workplace
from rich.console import Console

OURS = (("decoding", 1), ("reading", 1), ("meant", 1), ("every", 10))
PEERS = ("obsei bare", "obsei meant")
"""Rows of ours with how many times fewer posts they get, and those of Obsei."""

INSTALL = (
    "install Obsei into an environment of its own (python3 -m venv o && o/bin/pip install obsei==1.1.1) "
    "and set OBSEI_PYTHON=o/bin/python"
)
ABOUT = "Measure the whole flow, from a file of posts to cases in a store, beside decoding alone and beside Obsei."
RECORD = 24_400
"""The most posts in one second that X has told of."""


def main() -> None:
    """Print one table, or one JSON object."""
    wanted = _options()
    with tempfile.TemporaryDirectory(prefix="ascolta-bench-") as folder:
        place = Workplace(Path(folder), _queries(wanted), wanted.posts, wanted.tier)
        outcome: dict[str, Any] = {"posts": wanted.posts, "queries": place.brands * 10, "tier": wanted.tier}
        try:
            if wanted.memory:
                outcome["memory"] = stream.memory(place, wanted.posts)
            elif wanted.record:
                outcome["record"] = stream.record(place, wanted.rate, wanted.seconds)
            else:
                outcome |= _rows(place, wanted)
        except ChildFailed as error:
            raise SystemExit(f"a row could not be measured: {error}") from None
    if wanted.json:
        print(json.dumps(outcome, indent=1))
    else:
        tables.show(outcome, Console(width=118))


def _rows(place: Workplace, wanted: argparse.Namespace) -> dict[str, Any]:
    """Every row, each the best of its rounds; what was left out, and why."""
    interpreter = os.environ.get("OBSEI_PYTHON", "")
    rounds: dict[str, list[dict[str, Any]]] = {}
    left_out = {} if interpreter else dict.fromkeys(PEERS, f"OBSEI_PYTHON is not set: {INSTALL}")
    for fewer in {fewer for _, fewer in OURS}:
        place.write(f"posts-{fewer}.jsonl", max(1, wanted.posts // fewer))
    place.write("peer.jsonl", wanted.peer_posts)
    for _ in range(wanted.rounds):
        for row, fewer in OURS:
            rounds.setdefault(row, []).append(place.measure(row, f"posts-{fewer}.jsonl"))
        for row in PEERS:
            if row not in left_out:
                try:
                    rounds.setdefault(row, []).append(place.measure(row, "peer.jsonl", interpreter=interpreter))
                except ChildFailed as error:
                    left_out[row] = f"{error}: {INSTALL}"
    rows = [_best(same) for row, same in rounds.items() if row not in left_out]
    return {"rows": rows, "left_out": [{"row": row, "why": why} for row, why in left_out.items()]}


def _best(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The quickest round; with the highest peak of all."""
    quickest = min(rounds, key=tables.undisturbed)
    return {**quickest, "peak": max(one["peak"] for one in rounds)}


def _queries(wanted: argparse.Namespace) -> int:
    count: int = wanted.queries or (10_000 if wanted.record else 1_000)
    return count


def _options() -> argparse.Namespace:
    asked = argparse.ArgumentParser(prog="bench/listen.py", description=ABOUT)
    asked.add_argument(
        "--posts", type=_count, default=200_000, help="posts for the row as meant; a tenth where each is kept"
    )
    asked.add_argument("--queries", type=_count, help="queries kept, in tens: 1,000; with --record 10,000")
    asked.add_argument("--peer-posts", type=_count, default=2_000, help="posts for Obsei")
    asked.add_argument("--rounds", type=_count, default=3, help="times that each row is measured; the best counts")
    asked.add_argument("--tier", choices=("plain", "fast", "auto"), default="auto", help="the matcher to ask for")
    only = asked.add_mutually_exclusive_group()
    only.add_argument("--memory", action="store_true", help="only: memory held while --posts go through a pipe")
    only.add_argument("--record", action="store_true", help="only: delay until a case is kept, at --rate for --seconds")
    asked.add_argument("--rate", type=_count, default=RECORD, help="posts a second for --record")
    asked.add_argument("--seconds", type=_count, default=20, help="how long --record lasts")
    asked.add_argument("--json", action="store_true", help="JSON instead of a table")
    return asked.parse_args()


def _count(said: str) -> int:
    try:
        count = int(said)
    except ValueError:
        count = 0
    if count < 1:
        raise argparse.ArgumentTypeError(f"'{said}' is not a number above 0")
    return count


if __name__ == "__main__":
    main()
