"""The accurate tier from beginning to end: read, fine-tune, quantise, calibrate, measure, write the card."""

import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch

from ascolta.labels.learned import Learned
from ascolta.labels.scorer import load
from ascolta.labels.sentence import WEIGHTS, Sentence, read_card
from ascolta.training.encoding import count
from ascolta.training.examples import Example, read_corpus, read_measured, read_public
from ascolta.training.fitting import Fitting
from ascolta.training.learning import LEAST, MOST, Judging, score, write
from ascolta.training.sentence import BASE, BASE_SHA256, train_sentence
from ascolta.training.sentence_card import Judged, calibrate, seen
from ascolta.training.sentence_fit import Course
from ascolta.training.sentence_scores import Told
from ascolta.training.taught import text_key

NOTHING = np.zeros(0, np.int64)
MINUTES = 80.0
COMMAND = "python -m ascolta.training --tier accurate"


def main(corpus: Path, data: Path | None) -> int:
    """Make the weights that ship, with one thread for each core; what was learned is kept every ten minutes."""
    kept = Path("training") / "accurate.pt"
    made = make(corpus, data, WEIGHTS, Course(minutes=MINUTES, keep=kept if kept.parent.is_dir() else None))
    for task, told in made["scores"].items():
        sys.stderr.write(f"{told['score']:.4f}  {task}\n")
    return 0


def make(corpus: Path, data: Path | None, out: Path, course: Course) -> dict[str, Any]:
    """Train on the corpus, and on public sets where they are at hand, into a folder of weights; its card."""
    examples = [*read_corpus(corpus), *(read_public(data) if data else ())]
    start = train_sentence(examples, out, corpus.parent / "glossary.tsv", course)
    measured = [*examples, *(read_measured(data) if data else ())]
    calibrate(Judged(folder=out, topics=start.topics, first=first(examples)), measured, about(examples, course))
    return read_card(out)


def first(examples: Sequence[Example]) -> Learned:
    """The default tier when it has learned from the train parts only."""
    counted = count(examples)
    parts = np.array([example.part for example in examples])
    chosen = counted.choose(np.flatnonzero(parts == "train"), LEAST, MOST)
    matrix = counted.rows(chosen)
    fitted = Fitting(examples, matrix, ("train",), lambda said: None).fit(chosen.rarity)
    judged = Judging(examples, score(fitted, matrix, chosen.rarity), counted.flags)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), chosen, fitted, {"labels": judged.card()})
        return Learned(load(Path(folder)))


def about(examples: Sequence[Example], course: Course) -> dict[str, Any]:
    """What the card says beside heads and scores: where the weights come from, and how to make them again."""
    learned = Counter(example.source for example in examples if example.part == "train")
    return {
        "base": f"all-MiniLM-L6-v2 (Apache-2.0) from the package {BASE}, model.safetensors {BASE_SHA256}",
        "terms": "Apache-2.0; public sets as their cards say; never a set for non-commercial use",
        "command": COMMAND,
        "seed": course.seed,
        "minutes": course.minutes,
        "with": {"torch": torch.__version__, "onnxruntime": onnxruntime.__version__},
        "learned": dict(sorted(learned.items())),
    }


def soften(folder: Path, examples: Sequence[Example], out: Path) -> None:
    """Write what the network gives to examples, for a smaller one to learn from: an .npz with a row for each text.

    `text` holds text_key of each text, the other names the probabilities of each label (of *yes*, or of each value).
    """
    labeller = Sentence(folder)
    found = seen(labeller, examples)
    chances: Mapping[str, Any] = {
        name: Told(found.network, found.others, NOTHING).chances(head).astype(np.float16)
        for name, head in labeller.heads.items()
    }
    np.savez_compressed(out, text=np.array([text_key(example.text) for example in examples], np.uint64), **chances)
