"""`python -m ascolta.training`: make the weights that ship, from the corpus and from public sets where they are."""

import argparse
import importlib
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ascolta.labels.learned import Learned
from ascolta.labels.scorer import WEIGHTS, load
from ascolta.training.examples import Example, read_corpus, read_held, read_measured, read_public, read_unlabelled
from ascolta.training.learning import learn, write
from ascolta.training.tasks import TASKS, batched

COMMAND = "python -m ascolta.training"
SOFT = Path("training/soft-labels.npz")
"""What the accurate tier said of texts, by a key of each; no text stands in it."""


def main(said: Sequence[str] | None = None) -> int:
    """Train, write, measure on the test parts, and put the scores into the card."""
    asked = _asked(said)
    if asked.tier == "accurate":
        return int(importlib.import_module("ascolta.training.sentence_recipe").main(asked.corpus, asked.data))
    began = time.monotonic()

    def tell(line: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:6.0f} s  {line}\n")

    examples = read_corpus(asked.corpus)
    if not examples:
        sys.stderr.write(f"{asked.corpus}: no corpus here; give its folder with --corpus\n")
        return 2
    public = read_public(asked.data) if asked.data else []
    texts = read_unlabelled(asked.data) if asked.data and asked.taught else []
    chosen, fitted, card = learn([*examples, *public, *texts], tell, asked.taught)
    card |= about(examples, public, taught=asked.taught is not None)
    write(asked.out, chosen, fitted, card)
    measured = [*read_held(asked.held), *(read_measured(asked.data) if asked.data else ())]
    card["scores"] = measure(asked.out, [*examples, *public, *measured])
    tell(f"{asked.out}: {write(asked.out, chosen, fitted, card)}")
    return 0


def about(corpus: Sequence[Example], public: Sequence[Example], *, taught: bool) -> dict[str, Any]:
    """What the card says of where the weights come from."""
    learned = Counter(example.source for example in (*corpus, *public) if example.part != "test")
    return {
        "command": COMMAND,
        "learned from": dict(sorted(learned.items())),
        "taught by the accurate tier": taught,
        "split": "by hash: 80 train, 8 dev, 12 test; the corpus by brand, public sets by text or as they come",
    }


def measure(folder: Path, examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    """The score of each task on the test parts that are at hand."""
    label = batched(Learned(load(folder)))
    found = {}
    for task in TASKS:
        asked = task.of(examples)
        if asked:
            found[task.name] = {"score": round(task.score(task.pairs(asked, label)), 4), "posts": len(asked)}
    return found


def _asked(said: Sequence[str] | None) -> argparse.Namespace:
    data = os.environ.get("ASCOLTA_DATA")
    reader = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    reader.add_argument("--corpus", type=Path, default=Path("training/corpus"), help="folder of *.jsonl")
    reader.add_argument("--held", type=Path, default=Path("training/held"), help="folder of *.jsonl, only measured")
    reader.add_argument("--data", type=Path, default=Path(data) if data else None, help="public sets (ASCOLTA_DATA)")
    reader.add_argument("--out", type=Path, default=WEIGHTS, help="where the weights go")
    taught = "what the accurate tier says of texts (*.npz, training/taught.py)"
    reader.add_argument("--taught", type=Path, default=SOFT if SOFT.exists() else None, help=taught)
    reader.add_argument("--tier", choices=("default", "accurate"), default="default")
    return reader.parse_args(said)


if __name__ == "__main__":
    sys.exit(main())
