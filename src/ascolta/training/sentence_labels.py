"""Where each label stands among the network's outputs, and what an example wants them to be."""

from collections.abc import Sequence
from dataclasses import dataclass

from ascolta.core.label import VOCABULARY
from ascolta.training.examples import Example

EMOTIONS = ("anger", "joy", "optimism", "sadness")
YES = ("addressed", "complaint", "offensive", "purchase", "irony", "hate")
"""Labels with one output: the log-odds of *yes*. The last three only help to learn the others."""

ONE_OF = {"polarity": VOCABULARY["polarity"], "intent": VOCABULARY["intent"], "emotion": EMOTIONS}
"""Labels of which a post carries exactly one."""

SENSITIVE = VOCABULARY["sensitive"]
UNKNOWN = -1


def _layout() -> dict[str, slice]:
    found, start = {}, 0
    for name, width in (
        *((name, 1) for name in YES[:3]), ("polarity", 3), ("intent", len(ONE_OF["intent"])),
        ("sensitive", len(SENSITIVE)), *((name, 1) for name in YES[3:]), ("emotion", len(EMOTIONS)),
    ):  # fmt: skip
        found[name] = slice(start, start + width)
        start += width
    return found


LAYOUT = _layout()
"""The outputs of each label, those that ship first."""

OUTPUTS = max(part.stop for part in LAYOUT.values())
SHIPPED = LAYOUT["sensitive"].stop
"""So many of the outputs ship; the others only help to learn."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an example wants: for each label of YES and ONE_OF a place or UNKNOWN, for the others a row of 0 and 1."""

    places: tuple[int, ...]
    sensitive: tuple[float, ...] | None
    topics: tuple[float, ...] | None


def wanted(example: Example, topics: Sequence[str]) -> Wanted:
    """What an example says of each label."""
    said = example.labels
    places = [_place(said.get(name, ()), ("no", "yes")) for name in YES]
    places += [_place(said.get(name, ()), values) for name, values in ONE_OF.items()]
    return Wanted(
        tuple(places),
        tuple(float(value in said["sensitive"]) for value in SENSITIVE) if "sensitive" in said else None,
        tuple(float(topic in said["topic"]) for topic in topics) if "topic" in said else None,
    )


def _place(said: Sequence[str], values: Sequence[str]) -> int:
    """The place of what is said among the values; UNKNOWN for what is not said, or for a value of its source's own."""
    return values.index(said[0]) if said and said[0] in values else UNKNOWN
