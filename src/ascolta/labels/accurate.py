"""Labellers that need more than the default tier: whether they can be had, and they themselves, read when wanted."""

import importlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path

from ascolta.ports import Labeller

CARD = Path(__file__).parent / "sentence_weights" / "card.json"
NEEDS = ("onnxruntime", "tokenizers")
HUB, HUB_NEEDS = "hf:", ("transformers", "torch")


def installed() -> bool:
    """Whether the extra `accurate` and its weights are there."""
    return CARD.exists() and _has(NEEDS)


def accurate(thresholds: Mapping[str, float] | None = None) -> Labeller:
    """The labeller of the accurate tier. Raises ValueError where it cannot be had."""
    if not installed():
        raise ValueError("the accurate tier needs onnxruntime; install it with: pip install 'ascolta[accurate]'")
    made: Labeller = importlib.import_module("ascolta.labels.sentence").Sentence(thresholds=thresholds)
    return made


def from_hub(said: str, values: Mapping[str, str] | None = None) -> Labeller:
    """The labeller that `LABEL=hf:NAME` speaks of, a text-classification model of the hub or of a folder.

    Raises ValueError where it cannot be had, OSError where there is no such model.
    """
    label, _, model = said.partition("=")
    if not model.removeprefix(HUB) or not model.startswith(HUB):
        raise ValueError(f"'{said}' names no model; expected a label and a model, as polarity=hf:owner/name")
    if not _has(HUB_NEEDS):
        raise ValueError(f"'{said}' needs transformers and torch; install them with: pip install transformers torch")
    made: Labeller = importlib.import_module("ascolta.labels.hub").Hub(label, model.removeprefix(HUB), values)
    return made


def _has(packages: tuple[str, ...]) -> bool:
    return all(importlib.util.find_spec(name) is not None for name in packages)
