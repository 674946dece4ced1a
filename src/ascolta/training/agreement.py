"""How far two readers of the corpus agree: Cohen's kappa (Educational and Psychological Measurement 20(1), 1960)."""

import json
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ascolta.core.label import MANY

SECOND = "second-reading.jsonl"
LABELS = ("addressed", "complaint", "polarity", "intent", "offensive", "topic", "sensitive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """On one label: how many posts both read, the share on which they agree, and kappa.

    Of a label with several values each value is a question of its own, and all are taken together.
    """

    label: str
    posts: int
    share: float
    kappa: float


def agreement(folder: Path) -> list[Agreement]:
    """Of the corpus in `folder/corpus` and the second reading beside it. Raises FileNotFoundError."""
    first = dict(_labels(sorted((folder / "corpus").glob("*.jsonl"))))
    second = dict(_labels([folder / SECOND]))
    both = [(first[number], second[number]) for number in second if number in first]
    return [_of(name, [(one[name], other[name]) for one, other in both]) for name in LABELS]


def kappa(one: Sequence[Hashable], other: Sequence[Hashable]) -> tuple[float, float]:
    """The share of places at which two readings agree, and how much of what luck leaves open that is."""
    agreed = sum(a == b for a, b in zip(one, other, strict=True)) / len(one)
    ours, theirs = Counter(one), Counter(other)
    luck = sum(ours[value] * theirs[value] for value in ours) / len(one) ** 2
    return agreed, 1.0 if luck == 1 else (agreed - luck) / (1 - luck)


def _labels(paths: Iterable[Path]) -> Iterable[tuple[str, dict[str, object]]]:
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield row["id"], row["labels"]


def _of(name: str, both: list[tuple[object, object]]) -> Agreement:
    if name in MANY:
        sets = [(_set(one), _set(other)) for one, other in both]
        values = sorted(set().union(*(one | other for one, other in sets)))
        one, other = ([value in said[side] for said in sets for value in values] for side in (0, 1))
        share, coefficient = kappa(one, other)
    else:
        share, coefficient = kappa([str(a) for a, _ in both], [str(b) for _, b in both])
    return Agreement(label=name, posts=len(both), share=round(share, 3), kappa=round(coefficient, 3))


def _set(said: object) -> set[str]:
    return {str(value) for value in said} if isinstance(said, list) else set()
