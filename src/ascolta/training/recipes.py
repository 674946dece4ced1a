"""What each output learns from: which sets, how much each counts, and how strongly weights are held small."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ascolta.labels.outputs import LANGUAGES, VALUES
from ascolta.training.examples import Example

Values = Callable[[Example], str | None]

FOR_ONE = {"corpus-within": "addressed"}
"""Sources whose posts were written for one label, and so have no say in where the lines of others are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How one label is learned. `sets` gives each source (by how its name begins) its share against the others.

    `looseness` is C of the logistic regression; `even` how far the values of a set are made to count alike, 0 to 1;
    `taught` how much a text counts of which a better labeller gave probabilities; `counts` how much a set counts where
    the line is drawn, 1 unless it is named.
    """

    name: str
    sets: Mapping[str, float]
    looseness: float = 3.0
    even: float = 1.0
    taught: float = 0.5
    counts: Mapping[str, float] = field(default_factory=dict)
    values: Values = field(default=lambda example: None)

    def __call__(self, example: Example) -> str | None:
        """The value that an example states."""
        return self.values(example)

    def weigh(self, examples: Sequence[Example], said: Sequence[str]) -> npt.NDArray[np.float64]:
        """How much each example counts: values alike within a set, sets by their shares."""
        sets = np.array([self.set_of(example) for example in examples])
        spoken = np.array(said)
        weights = np.zeros(len(examples))
        for name, share in self.sets.items():
            here = sets == name
            for value in set(spoken[here]):
                one = here & (spoken == value)
                weights[one] = share * (here.sum() / len(set(spoken[here])) / one.sum()) ** self.even
        return weights

    def judges_by(self, example: Example) -> bool:
        """Whether an example has a say in bends and lines."""
        return bool(self.set_of(example)) and FOR_ONE.get(example.source, self.name) == self.name

    def set_of(self, example: Example) -> str:
        """The set of an example; empty if it is not learned from."""
        return next((name for name in self.sets if example.source.startswith(name)), "")


def stated(name: str) -> Values:
    """The one value that an example states of a label."""
    return lambda example: example.labels[name][0] if example.labels.get(name) else None


def among(name: str, value: str) -> Values:
    """Whether a value is among those that an example states."""
    return lambda example: ("yes" if value in example.labels[name] else "no") if name in example.labels else None


def spoken(example: Example) -> str | None:
    """The language of an example."""
    return example.language if example.language in LANGUAGES else "other"


SINGLE = (
    Recipe(name="addressed", sets={"corpus": 1}, looseness=5, taught=0, values=stated("addressed")),
    Recipe(name="complaint", sets={"corpus": 0.8, "complaints": 5}, taught=0.1, values=stated("complaint")),
    Recipe(
        name="polarity",
        sets={
            "corpus": 3, "sentiment-semeval": 1, "target-polarity-semeval": 0.4, "brand-emotion-sxsw": 0.3,
            "multilingual/english": 1, "multilingual": 3,
        },
        looseness=0.5,
        values=stated("polarity"),
    ),
    Recipe(name="intent", sets={"corpus": 1}, looseness=5, even=0.7, values=stated("intent")),
    Recipe(
        name="offensive",
        sets={"corpus": 0.5, "tweeteval/offensive": 1, "offence-davidson": 0.15},
        looseness=1.5,
        counts={"corpus": 0.3},
        values=stated("offensive"),
    ),
    Recipe(name="language", sets={"corpus": 1, "multilingual": 0.5}, looseness=10, even=0.3, taught=0, values=spoken),
)  # fmt: skip
SEVERAL = tuple(
    Recipe(name=f"{name} {value}", sets={"corpus": 1}, looseness=5, even=even, taught=0, values=among(name, value))
    for name, even in (("sensitive", 0.6), ("topic", 0.6))
    for value in VALUES[name]
)
