"""The whole way from examples to weights that ship: count, choose features, fit, bend, fit again with more, write."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ascolta.labels.features import Numbers
from ascolta.labels.judging import ONE_OF, YES_NO, Bend, numbers_of, probabilities
from ascolta.labels.outputs import VALUES
from ascolta.labels.scorer import Floats
from ascolta.training.calibration import Group, bend_one, bend_yes, lift, line
from ascolta.training.encoding import Features, count
from ascolta.training.examples import Example
from ascolta.training.fitting import Fitted, Fitting, Tell, quantise
from ascolta.training.recipes import SEVERAL, SINGLE, Recipe
from ascolta.training.taught import Taught

LEAST, MOST = 3, 200_000
"""A feature stands in at least so many posts; so many features are kept at most."""

HALF = 0.5
"""Sets with a smaller share than this have no say in where a line is drawn."""

Card = dict[str, Any]


def learn(examples: Sequence[Example], tell: Tell, taught: Path | None = None) -> tuple[Features, Fitted, Card]:
    """Features, weights and a card: bends and lines are found on dev while dev is not learned from."""
    counted = count(examples)
    parts = np.array([example.part for example in examples])
    chosen = counted.choose(np.flatnonzero(parts != "test"), LEAST, MOST)
    matrix = counted.rows(chosen)
    tell(f"{matrix.shape[0]:,} posts, {len(chosen.hashes):,} features")
    fits = []
    for learned in (("train",), ("train", "dev")):
        fitting = Fitting(examples, matrix, learned, tell)
        fitting.taught = Taught.of(taught, examples, learned) if taught is not None else None
        fits.append(fitting.fit(chosen.rarity))
    judging = Judging(examples, score(fits[0], matrix, chosen.rarity), counted.flags)
    return chosen, fits[1], {"labels": judging.card()}


def score(fitted: Fitted, matrix: Any, rarity: Floats) -> Floats:
    """The numbers of rows, as the labeller finds them."""
    width = len(rarity)
    weights = fitted.table / rarity[:, None]
    found: Floats = matrix[:, :width] @ weights + (matrix[:, width:] > 0) @ fitted.flags + fitted.bias
    return found


class Judging:
    """Bends and lines of every label, found on the examples of the dev part."""

    def __init__(self, examples: Sequence[Example], scores: Floats, flags: Floats) -> None:
        self.examples, self.scores, self.flags = examples, scores, flags

    def card(self) -> Card:
        """For each label its bends, and where its line is drawn."""
        found: Card = {}
        for recipe in SINGLE:
            found[recipe.name] = self._one_of(recipe) if recipe.name in ONE_OF else self._yes_no(recipe, recipe.name)
        for name in ("sensitive", "topic"):
            bends = [self._yes_no(recipe, name) for recipe in SEVERAL if recipe.name.startswith(name)]
            found[name] = {key: [one[key][0] for one in bends] for key in ("slope", "shift", "line")}
        return found

    def _rows(self, recipe: Recipe) -> tuple[Numbers, list[str], list[Group]]:
        """The rows of dev, what each says, and of each set the rows (as places among them)
        and how much it counts.
        """
        rows = [row for row, one in enumerate(self.examples) if one.part == "dev" and recipe.judges_by(one)]
        said = [(row, value) for row in rows if (value := recipe(self.examples[row])) is not None]
        sets = np.array([recipe.set_of(self.examples[row]) for row, _ in said])
        kept = [name for name, share in recipe.sets.items() if share >= HALF and (sets == name).any()]
        groups = [(np.flatnonzero(sets == name), recipe.counts.get(name, 1.0)) for name in kept]
        return np.array([row for row, _ in said]), [value for _, value in said], groups

    def _yes_no(self, recipe: Recipe, name: str) -> Card:
        rows, said, groups = self._rows(recipe)
        yes = np.array([value == "yes" for value in said])
        place = VALUES[name].index(recipe.name.split()[1]) if " " in recipe.name else 0
        numbers = numbers_of(name, self.scores[rows], self.flags[rows])[:, place]
        bend = bend_yes(numbers, yes)
        found = probabilities(name, numbers[:, None], bend)[:, 0]
        return {**_told(bend), "line": [line(found, yes, groups) if name in YES_NO else 0.5]}

    def _one_of(self, recipe: Recipe) -> Card:
        rows, said, groups = self._rows(recipe)
        chosen = np.array([VALUES[recipe.name].index(value) for value in said])
        numbers = numbers_of(recipe.name, self.scores[rows], self.flags[rows])
        bend = bend_one(numbers, chosen)
        found = probabilities(recipe.name, numbers, bend)
        return {**_told(bend), "lift": lift(found, chosen, groups).round(3).tolist()}


def _told(bend: Bend) -> Card:
    return {"slope": bend.slope.round(4).tolist(), "shift": bend.shift.round(4).tolist()}


def write(folder: Path, chosen: Features, fitted: Fitted, card: Card) -> str:
    """Write the weights and their card, which holds their hash; the hash."""
    folder.mkdir(parents=True, exist_ok=True)
    small, scale = quantise(fitted.table)
    path = folder / "words.npz"
    np.savez_compressed(
        path,
        hashes=chosen.hashes.astype(np.uint32),
        rarity=chosen.rarity.astype(np.float16),
        table=small,
        scale=scale,
        flags=fitted.flags.astype(np.float32),
        bias=fitted.bias.astype(np.float32),
    )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    told = {**card, "sha256": digest, "features": len(chosen.hashes), "values": VALUES}
    (folder / "words.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return digest
