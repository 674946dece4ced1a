"""Any text-classification model of the Hugging Face hub, or of a folder, as the labeller of one label.

It needs transformers and torch; labels/accurate.py tells whether they are there and reads this file.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from ascolta.core.label import MANY, VOCABULARY, Ask, Label, Labels

BATCH, LONGEST = 16, 128
"""Texts that are looked at together; pieces of a text that are read at most."""

MOST = 4_000
"""Characters of a text that are read at most."""

WORDS, CARRIES = 60, 0.03
"""How many words are looked at one by one to tell what carried a value; how much less likely it is without one."""

SHORT = {"neg": "negative", "neu": "neutral", "pos": "positive", "true": "yes", "false": "no"}
_NUMBERED = re.compile(r"label_(\d+)")
_DENIES = re.compile(r"(?:no|non|not|none)(?:[^a-z].*)?|neither|normal|neutral")


class Hub:
    """Gives every post the value of `label` that `model` (a name on the hub, or a folder) finds likeliest.

    `values` says which of our values each of the model's own means; without it they are told by their names.
    """

    def __init__(self, label: str, model: str, values: Mapping[str, str] | None = None) -> None:
        self.name = f"hf:{model}"
        self.label_name = label
        self._split: Any = AutoTokenizer.from_pretrained(model)
        self._network: Any = AutoModelForSequenceClassification.from_pretrained(model).eval()
        own = self._network.config.id2label
        self.values = tuple(meant(label, own[place], values or {}) for place in sorted(own))

    def label(self, asks: Sequence[Ask], known: Sequence[Labels]) -> list[Labels]:
        """One label each; what the labellers before said of it is not heard."""
        found: list[Labels] = [()] * len(asks)
        order = sorted(range(len(asks)), key=lambda row: len(asks[row].text))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            for row, label in zip(rows, self._told([asks[row].text for row in rows]), strict=True):
                found[row] = (label,)
        return found

    def because(self, ask: Ask, name: str, value: str) -> tuple[str, ...]:
        """The words of a text without which the value would be told less surely, those that carry most first."""
        words = ask.text[:MOST].split()[:WORDS]
        without = [" ".join((*words[:place], *words[place + 1 :])) for place in range(len(words))]
        whole, *parts = [self._chances([text])[0] for text in (" ".join(words), *without)]
        fall = [self._of(whole, value) - self._of(part, value) for part in parts]
        order = sorted(range(len(words)), key=lambda place: -fall[place])
        return tuple(words[place] for place in order[:6] if fall[place] >= CARRIES)

    def _told(self, texts: Sequence[str]) -> list[Label]:
        return [self._likeliest(row) for row in self._chances(texts)]

    def _of(self, chances: Sequence[float], value: str) -> float:
        return sum(chance for own, chance in zip(self.values, chances, strict=True) if own == value)

    def _chances(self, texts: Sequence[str]) -> list[list[float]]:
        clean = [text[:MOST].encode("utf-8", "replace").decode("utf-8") for text in texts]
        with torch.inference_mode():
            pieces = self._split(clean, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
            found: list[list[float]] = torch.softmax(self._network(**pieces).logits, dim=1).tolist()
        return found

    def _likeliest(self, chances: Sequence[float]) -> Label:
        """Several of the model's values may mean one of ours; their probabilities are added."""
        total: dict[str, float] = {}
        for value, chance in zip(self.values, chances, strict=True):
            total[value] = total.get(value, 0.0) + chance
        best = max(total, key=lambda value: total[value])
        return Label(name=self.label_name, value=best, score=round(min(1.0, total[best]), 4), by=self.name)


def meant(label: str, theirs: str, values: Mapping[str, str]) -> str:
    """Our value for one of a model's. Raises ValueError where it cannot be told."""
    if label not in VOCABULARY or label in MANY:
        raise ValueError(f"a model of the hub can give one of {_may()}, not '{label}'")
    ours, low = VOCABULARY[label], theirs.casefold()
    numbered = _NUMBERED.fullmatch(low)
    order = ("no", "yes") if "yes" in ours else ours
    if theirs in values:
        low = values[theirs]
    elif low in SHORT:
        low = SHORT[low]
    elif numbered and int(numbered[1]) < len(order):
        low = order[int(numbered[1])]
    elif "yes" in ours and low not in ours:
        low = "no" if _DENIES.fullmatch(low) else "yes"
    if ours and low not in ours:
        raise ValueError(
            f"the model's value '{theirs}' is none of {label}'s; say what it means with values={{'{theirs}': …}}, "
            f"one of {', '.join(ours)}"
        )
    return low


def _may() -> str:
    return ", ".join(name for name in VOCABULARY if name not in MANY)
