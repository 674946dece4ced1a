"""The labellers, and how several of them speak together.

A new labeller is one file beside this one and one line in `labelling`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ascolta.core.label import MANY, VOCABULARY, Ask, Label, Labels
from ascolta.labels.accurate import HUB, accurate, from_hub
from ascolta.labels.learned import Learned
from ascolta.ports import Labeller

DEFAULT, ACCURATE = "default", "accurate"


@dataclass(frozen=True, slots=True)
class Labelling:
    """Several labellers, each with the labels of which it has the last word."""

    voices: tuple[tuple[Labeller, frozenset[str]], ...]

    def __call__(self, asks: Sequence[Ask]) -> list[Labels]:
        """All labels of each of `asks`, in the same order."""
        given: list[Labels] = [()] * len(asks)
        for labeller, own in self.voices:
            new = labeller.label(asks, given)
            given = [_together(before, more, own) for before, more in zip(given, new, strict=True)]
        return given

    def because(self, ask: Ask, label: Label) -> tuple[str, ...]:
        """The pieces of a text that carried a label, those that carry most first; none where that cannot be told."""
        if label.because:
            return label.because
        told = (one.because(ask, label.name, label.value) for one, _ in self.voices if one.name == label.by)
        return next(told, ())


def labelling(said: str = DEFAULT) -> Labelling:
    """The labellers that `said` names: `default` or `accurate`, then any number of `LABEL=hf:MODEL`, with commas.

    Raises ValueError where one is not known or cannot be had, OSError where there is no such model.
    """
    voices: list[tuple[Labeller, frozenset[str]]] = [(default(), frozenset())]
    for part in [part.strip() for part in said.split(",") if part.strip()]:
        if part == ACCURATE:
            voices.append((accurate(), frozenset(VOCABULARY) - {"language", *MANY}))
        elif f"={HUB}" in part:
            voices.append((from_hub(part), frozenset({part.partition("=")[0]})))
        elif part != DEFAULT:
            raise ValueError(f"there are no labels '{part}'; expected {DEFAULT}, {ACCURATE} or LABEL={HUB}MODEL")
    return Labelling(tuple(voices))


@lru_cache(maxsize=1)
def default() -> Learned:
    """The default labeller; its weights are read when it is first asked for."""
    return Learned()


def label(asks: Sequence[Ask]) -> list[Labels]:
    """All labels of each of `asks` by the default labellers, in the same order."""
    return labelling()(asks)


def _together(before: Labels, more: Labels, own: frozenset[str]) -> Labels:
    """The labels before but those that `more` has the last word on; of labels that may be several, each value once."""
    if not own:
        return (*before, *more)
    kept = tuple(label for label in before if label.name not in own)
    said = {(label.name, label.value) for label in kept if label.name in MANY}
    return (*kept, *(label for label in more if (label.name, label.value) not in said))
