"""Fitting the weights of all outputs: a logistic regression each, on the same features."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from ascolta.labels.features import Numbers
from ascolta.labels.judging import ONE_OF, situation
from ascolta.labels.outputs import SITUATED, SITUATIONS, VALUES, WIDTH, columns
from ascolta.labels.scorer import Floats
from ascolta.labels.words import FLAGS
from ascolta.training.encoding import FLAGS_COUNT, Matrix
from ascolta.training.examples import Example
from ascolta.training.recipes import SEVERAL, SINGLE, Recipe
from ascolta.training.taught import Taught

Tell = Callable[[str], None]
SURE = 0.03
"""A probability below this counts as none."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The weights of all outputs, by feature (`table`) and by flag; the features' rarity is multiplied in."""

    table: Floats
    flags: Floats
    bias: Floats


@dataclass(frozen=True, slots=True)
class Lesson:
    """Rows of the matrix, whether each is yes, and how much it counts; a row may stand there with yes and with no."""

    rows: Numbers
    yes: npt.NDArray[np.bool_]
    weights: npt.NDArray[np.float64]

    def __add__(self, other: "Lesson") -> "Lesson":
        return Lesson(
            *(np.concatenate([getattr(self, one), getattr(other, one)]) for one in ("rows", "yes", "weights"))
        )

    @classmethod
    def soft(cls, rows: Numbers, chance: Floats, weight: float) -> "Lesson":
        """Rows that are yes with some probability."""
        likely, unlikely = np.flatnonzero(chance > SURE), np.flatnonzero(chance < 1 - SURE)
        return cls(
            rows=np.concatenate([rows[likely], rows[unlikely]]),
            yes=np.repeat([True, False], [len(likely), len(unlikely)]),
            weights=np.concatenate([chance[likely], 1 - chance[unlikely]]) * weight,
        )


class Fitting:
    """Fits outputs on the rows that may be learned from, and on what a better labeller says, if that is known."""

    def __init__(self, examples: Sequence[Example], matrix: Matrix, parts: Sequence[str], tell: Tell) -> None:
        self.examples, self.matrix, self.parts, self.tell = examples, matrix, frozenset(parts), tell
        self.taught: Taught | None = None

    def fit(self, rarity: Floats) -> Fitted:
        """The weights of all outputs."""
        found = np.zeros((self.matrix.shape[1], WIDTH), dtype=np.float32)
        bias = np.zeros(WIDTH, dtype=np.float32)
        for recipe in SINGLE:
            place = columns(recipe.name)
            found[:, place], bias[place] = self.fit_one(recipe)
        for recipe in SEVERAL:
            name, value = recipe.name.split()
            at = columns(name).start + VALUES[name].index(value)
            weights, start = self._one(recipe, self.matrix)
            found[:, at], bias[at] = weights[:, 0], start[0]
        table = found[: -len(FLAGS)] * rarity[:, None]
        return Fitted(table, found[-len(FLAGS) :] * np.float32(FLAGS_COUNT), bias)

    def fit_one(self, recipe: Recipe) -> tuple[Floats, Floats]:
        """The weights and the bias of one label, by column; of a situated one, for any situation and then for each."""
        weights, start = self._one(recipe, self._wide if recipe.name in SITUATED else self.matrix)
        weights = np.hstack(np.split(weights, weights.shape[0] // self.matrix.shape[1]))
        bias = np.zeros(weights.shape[1], dtype=np.float32)
        bias[: len(start)] = start
        return weights, bias

    @cached_property
    def _wide(self) -> Matrix:
        """The matrix, and beside it once more for each situation the rows that are in it."""
        where = situation(self.matrix[:, -len(FLAGS) :].toarray())
        kinds = [np.ones(len(where)), *(where == kind for kind in range(len(SITUATIONS)))]
        return sparse.hstack([sparse.diags(kind.astype(np.float32)) @ self.matrix for kind in kinds]).tocsr()

    def _one(self, recipe: Recipe, matrix: Matrix) -> tuple[Floats, Floats]:
        rows, said = self.rows(recipe)
        name, _, value = recipe.name.partition(" ")
        values = VALUES[name] if name in ONE_OF else ("yes",)
        number = np.array([values.index(one) if one in values else -1 for one in said])
        weights = recipe.weigh([self.examples[row] for row in rows], said)
        models = []
        for place in range(len(values)):
            lesson = Lesson(rows, number == place, weights)
            if self.taught is not None and recipe.taught:
                chance = self.taught.chance(name, VALUES[name].index(value) if value else place)
                if chance is not None:
                    lesson += Lesson.soft(self.taught.rows, chance, recipe.taught)
            models.append(_fit(matrix[lesson.rows], lesson.yes, lesson.weights, recipe.looseness))
        self.tell(f"{recipe.name}: {len(lesson.rows):,} examples, {max(int(one.n_iter_[0]) for one in models)} rounds")
        found = np.concatenate([model.coef_ for model in models]).T
        return found.astype(np.float32), np.concatenate([model.intercept_ for model in models]).astype(np.float32)

    def rows(self, recipe: Recipe) -> tuple[Numbers, list[str]]:
        """The rows that a recipe learns from, and what each says."""
        rows, said = [], []
        for row, example in enumerate(self.examples):
            value = recipe(example) if example.part in self.parts and recipe.set_of(example) else None
            if value is not None:
                rows.append(row)
                said.append(value)
        return np.array(rows), said


class Constant(NamedTuple):
    """What is said where no example differs: always the same, whatever the text."""

    coef_: Floats
    intercept_: Floats
    n_iter_: Numbers


NEVER = -8.0
"""The log-odds of what no example says."""


def _fit(matrix: Matrix, yes: npt.NDArray[np.bool_], weights: npt.NDArray[np.float64], looseness: float) -> Any:
    """A logistic regression by dual coordinate descent, which is quick on texts."""
    if yes.all() or not yes.any():
        always = np.array([-NEVER if yes.any() else NEVER], dtype=np.float32)
        return Constant(np.zeros((1, matrix.shape[1]), dtype=np.float32), always, np.zeros(1, dtype=np.int64))
    model = LogisticRegression(C=looseness, solver="liblinear", dual=True, max_iter=100, tol=0.03, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(matrix, yes, sample_weight=weights)


def quantise(table: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """A table in whole numbers of eight bits, finer near zero, and the scale of each column (see `Scorer`)."""
    most = np.maximum(np.abs(table).max(axis=0), 1e-9)
    small = np.rint(np.sqrt(np.abs(table) / most) * 127) * np.sign(table)
    return small.astype(np.int8), (most / 127**2).astype(np.float32)
