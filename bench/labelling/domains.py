"""Complaints in a domain that was not learned from: the default tier's recipe, once for each domain left out."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ascolta.labels.judging import numbers_of
from ascolta.labels.outputs import WIDTH, columns
from ascolta.training.encoding import count
from ascolta.training.examples import Example
from ascolta.training.fitting import Fitting
from ascolta.training.recipes import SINGLE
from ascolta.training.tasks import macro_f1

RANDOM = ("random_tweet", "random_reply")
"""Domains of the set that hold no complaint at all; always learned from."""


def left_out(examples: Sequence[Example]) -> dict[str, tuple[float, int]]:
    """For each domain the macro F1 on all its posts, learned from the corpus and the other domains; how many posts."""
    used = [one for one in examples if one.source == "complaints" or one.source.startswith("corpus")]
    used = [replace(one, part="train") for one in used]
    counted = count(used)
    chosen = counted.choose(np.arange(len(used)), 2, 200_000)
    matrix = counted.rows(chosen)
    (recipe,) = (one for one in SINGLE if one.name == "complaint")
    found = {}
    for domain in sorted({one.group for one in used if one.source == "complaints"} - set(RANDOM)):
        rows = np.array([row for row, one in enumerate(used) if one.source == "complaints" and one.group == domain])
        known = [replace(one, part="test") if one.group == domain else one for one in used]
        weights, bias = Fitting(known, matrix, ("train",), lambda said: None).fit_one(recipe)
        scores = np.zeros((len(rows), WIDTH), dtype=np.float32)
        scores[:, columns("complaint")] = matrix[rows] @ weights + bias
        numbers = numbers_of("complaint", scores, counted.flags[rows])[:, 0]
        meant = [used[row].labels["complaint"][0] for row in rows]
        said = ["yes" if number > 0 else "no" for number in numbers]
        found[domain] = macro_f1(list(zip(meant, said, strict=True))), len(rows)
    return found
