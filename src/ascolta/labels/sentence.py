"""The accurate tier: a small sentence transformer, fine-tuned for all labels at once, in whole numbers of eight bits.

The default tier's opinion is heard too, with a small share: it knows words and spellings that the transformer does not.

It needs the extra `accurate` (onnxruntime, tokenizers); labels/accurate.py tells whether it is there.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.pre_tokenizers import BertPreTokenizer

from ascolta.core.label import VOCABULARY, Ask, Label, Labels
from ascolta.labels.learned import Learned
from ascolta.labels.sentence_text import marked
from ascolta.labels.words import cut

WEIGHTS = Path(__file__).parent / "sentence_weights"
BATCH, LONGEST = 16, 96
"""Texts that are looked at together; pieces of a text that are read at most, of its beginning and its end."""

WORDS = 60
"""How many words of a text are looked at one by one to tell what carried a label."""

CARRIES = 0.15
"""A word carries a label if without it the log-odds are lower by this much."""

UNKNOWN = "[UNK]"
ENDS = 2, 3
"""The pieces with which a text begins and ends."""

Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Head:
    """Where a label stands among the outputs, and how these become probabilities (slope, shift) and values.

    `threshold` is the probability from which on *yes* is said; of values that exclude each other, that one is said
    whose probability times its `lift` is highest, so that rare ones get their due. `share` is how much the default
    tier's opinion counts beside the network's.
    """

    start: int
    stop: int
    slope: float
    shift: tuple[float, ...]
    values: tuple[str, ...]
    threshold: float = 0.5
    share: float = 0.0
    lift: tuple[float, ...] = (1.0,)


class Sentence:
    """Gives every post addressed, complaint, polarity, intent, offensive, and the sensitive matters that it names.

    `thresholds`, and a brand's own `lines` before them, move the probability from which on a label is said
    (`addressed: 0.7` makes the brand butt in less often and leaves more customers unheard; `health: 0.3` hands over
    sooner).
    """

    name = "sentence"

    def __init__(
        self,
        folder: Path = WEIGHTS,
        thresholds: Mapping[str, float] | None = None,
        beside: Learned | None = None,
    ) -> None:
        card = read_card(folder)
        self.heads = {name: _head(said) for name, said in card["heads"].items()}
        self.thresholds = dict(thresholds or {})
        self.topics: tuple[str, ...] = tuple(card["topics"])
        self._beside = beside or Learned()
        self._split = split_by((folder / "pieces.txt").read_text(encoding="utf-8").split("\n"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "network.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def label(self, asks: Sequence[Ask], known: Sequence[Labels]) -> list[Labels]:
        """The labels of each of `asks`, in the same order; nothing hangs on what the labellers before said."""
        numbers = self.numbers(asks)
        chances = {name: chances_of(head, numbers) for name, head in self.heads.items()}
        return [tuple(self._told(chances, row, {**self.thresholds, **dict(ask.lines)})) for row, ask in enumerate(asks)]

    def numbers(self, asks: Sequence[Ask]) -> Numbers:
        """The outputs of all labels for each of `asks`, both tiers together, before they are made probabilities."""
        outputs, _ = self.outputs([marked(ask) for ask in asks])
        others = self.others(asks)
        for head in self.heads.values():
            place = slice(head.start, head.stop)
            outputs[:, place] += np.float32(head.share) * others[:, place]
        return outputs

    def others(self, asks: Sequence[Ask]) -> Numbers:
        """What the default tier says of each of `asks`, in the same places."""
        outputs = np.zeros((len(asks), max(head.stop for head in self.heads.values())), np.float32)
        found = self._beside.probabilities([cut(ask) for ask in asks]) if asks else {}
        for name, chances in found.items():
            if name in self.heads:
                head = self.heads[name]
                outputs[:, head.start : head.stop] = odds_of(head, chances)
        return outputs

    def vectors(self, asks: Sequence[Ask]) -> Numbers:
        """A vector of length one for each of `asks`; texts of one topic stand near each other."""
        return self.outputs([marked(ask) for ask in asks])[1]

    def because(self, ask: Ask, name: str, value: str) -> tuple[str, ...]:
        """The words of a text without which `name:value` would be told less surely, those that carry most first."""
        words = ask.text.split()[:WORDS]
        without = [" ".join((*words[:place], *words[place + 1 :])) for place in range(len(words))]
        asks = [replace(ask, text=text) for text in (" ".join(words), *without)]
        odds = self._odds(asks, name, value)
        fall = odds[0] - odds[1:]
        order = np.argsort(-fall, kind="stable")
        return tuple(words[place] for place in order[:6] if fall[place] >= CARRIES)

    def outputs(self, texts: Sequence[str]) -> tuple[Numbers, Numbers]:
        """What the network says of marked texts: the outputs of all labels, and the vectors."""
        pieces = self._pieces(texts)
        order = sorted(range(len(pieces)), key=lambda row: len(pieces[row]))
        width = max(head.stop for head in self.heads.values())
        labels = np.zeros((len(texts), width), np.float32)
        vectors: list[Numbers] = [np.zeros((0, 0), np.float32)]
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            ids, mask = padded([pieces[row] for row in rows])
            found, space = self._session.run(["labels", "space"], {"ids": ids, "mask": mask})
            labels[rows] = found[:, :width]
            vectors.append(space)
        if not order:
            return labels, vectors[0]
        back = np.empty(len(order), np.int64)
        back[order] = np.arange(len(order))
        return labels, np.concatenate(vectors[1:])[back]

    def _pieces(self, texts: Sequence[str]) -> list[list[int]]:
        head, tail = LONGEST - 2 - LONGEST // 3, LONGEST // 3
        found = [encoded.ids for encoded in self._split.encode_batch(list(texts), add_special_tokens=False)]
        short = (ids if len(ids) <= LONGEST - 2 else [*ids[:head], *ids[-tail:]] for ids in found)
        return [[ENDS[0], *ids, ENDS[1]] for ids in short]

    def _odds(self, asks: Sequence[Ask], name: str, value: str) -> Numbers:
        head = self.heads[name]
        chances = chances_of(head, self.numbers(asks))
        if head.values == ("no", "yes"):
            chance = chances[:, 0] if value == "yes" else 1 - chances[:, 0]
        else:
            chance = chances[:, head.values.index(value)]
        chance = np.clip(chance, 1e-6, 1 - 1e-6)
        found: Numbers = np.log(chance) - np.log1p(-chance)
        return found

    def _told(self, chances: Mapping[str, Numbers], row: int, lines: Mapping[str, float]) -> Iterator[Label]:
        for name, head in self.heads.items():
            given = chances[name][row]
            if name == "sensitive":
                for value, chance in zip(head.values, given.tolist(), strict=True):
                    if chance >= lines.get(value, head.threshold):
                        yield Label(name=name, value=value, score=round(chance, 4), by=self.name)
            elif head.values == ("no", "yes"):
                yes = float(given[0])
                said = yes >= lines.get(name, head.threshold)
                score = round(yes if said else 1 - yes, 4)
                yield Label(name=name, value="yes" if said else "no", score=score, by=self.name)
            else:
                best = int((given * np.asarray(head.lift, np.float32)).argmax())
                yield Label(name=name, value=head.values[best], score=round(float(given[best]), 4), by=self.name)


def split_by(pieces: Sequence[str]) -> Tokenizer:
    """Splits marked texts into pieces of words."""
    made = Tokenizer(WordPiece({piece: place for place, piece in enumerate(pieces)}, unk_token=UNKNOWN))
    made.pre_tokenizer = BertPreTokenizer()
    return made


def padded(texts: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], Numbers]:
    """Numbers of pieces as a table, and 1 where there is a piece."""
    longest = max(map(len, texts))
    ids = np.zeros((len(texts), longest), np.int64)
    mask = np.zeros((len(texts), longest), np.float32)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = text
        mask[row, : len(text)] = 1
    return ids, mask


def chances_of(head: Head, outputs: Numbers) -> Numbers:
    """The calibrated probabilities of a label: of *yes* alone, of each matter, or of values that exclude each other."""
    given = outputs[:, head.start : head.stop] * np.float32(head.slope) + np.asarray(head.shift, np.float32)
    if head.values == ("no", "yes") or len(head.values) == len(VOCABULARY["sensitive"]):
        return np.asarray(1 / (1 + np.exp(-np.clip(given, -30, 30))), np.float32)
    powers = np.exp(given - given.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), np.float32)


def odds_of(head: Head, chances: Numbers) -> Numbers:
    """Probabilities as numbers that can be added: log-odds, or, of values that exclude each other, logarithms."""
    kept = np.clip(chances, 1e-4, 1 - 1e-4)
    alone = head.values == ("no", "yes") or len(head.values) == len(VOCABULARY["sensitive"])
    return np.asarray(np.log(kept) - np.log1p(-kept) if alone else np.log(kept), np.float32)


def read_card(folder: Path) -> dict[str, Any]:
    """The card of the weights in a folder. Raises ValueError if a file is not the one that the card tells of."""
    card: dict[str, Any] = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    for name, told in card["sha256"].items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != told:
            raise ValueError(f"{folder / name}: not the file that card.json tells of; install ascolta anew")
    return card


def _head(said: Mapping[str, Any]) -> Head:
    return Head(
        start=said["start"],
        stop=said["stop"],
        slope=said["slope"],
        shift=tuple(said["shift"]),
        values=tuple(said["values"]),
        threshold=said.get("threshold", 0.5),
        share=said.get("share", 0.0),
        lift=tuple(said.get("lift", (1.0,))),
    )
