"""What a better but slower labeller says of texts: probabilities from which the default labeller may learn too.

A file *.npz holds `text`, the key of each text, and by label one row a text: the probability of yes, or of each value
in the order of labels/outputs.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ascolta.core.text import fold
from ascolta.labels.features import Numbers
from ascolta.labels.outputs import VALUES
from ascolta.labels.scorer import Floats
from ascolta.training.examples import Example


def text_key(text: str) -> int:
    """By what a text is known in such a file: FNV-1a of its folded form, 64 bits."""
    number = 0xCBF29CE484222325
    for byte in fold(text).encode("utf-8", "replace"):
        number = ((number ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return number


@dataclass(frozen=True, slots=True)
class Taught:
    """The probabilities that are known, and of which rows of the examples."""

    rows: Numbers
    said: dict[str, Floats]

    @classmethod
    def of(cls, path: Path, examples: Sequence[Example], parts: Sequence[str]) -> "Taught":
        """From a file, for the examples of some parts."""
        with np.load(path, allow_pickle=False) as arrays:
            known = {int(one): row for row, one in enumerate(arrays["text"].tolist())}
            said = {name: arrays[name].astype(np.float32) for name in arrays.files if name in VALUES}
        pairs = [(row, known[at]) for row, one in enumerate(examples)
                 if one.part in parts and (at := text_key(one.text)) in known]  # fmt: skip
        rows, places = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
        return cls(rows, {name: found[places] for name, found in said.items()})

    def chance(self, name: str, place: int) -> Floats | None:
        """The probability of one value of a label for each row; None if the file does not tell of this label."""
        found = self.said.get(name)
        return None if found is None or len(VALUES[name]) != found.shape[1] else found[:, place]
