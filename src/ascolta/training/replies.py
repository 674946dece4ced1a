"""`python -m ascolta.training.replies`: the weights of the check of replies.

A line of `training/replies/*.jsonl` is a scene: `{"lang", "brand", "thread", "approved_facts", "replies": [[fault,
reply], …]}`, where fault is empty for a good reply. All were written for this project, `drafts.jsonl` by its templates.
The scenes are parted by a hash into five; each part is scored by weights that have not seen it, and so the limit is
drawn. What ships has seen all. The replies of `tests/replies` that the lists were made by are learned from without what
lists and rules find in them; its parts from `fourth` on are not learned from, nor are the scenes in
`training/replies/later`.
"""

import argparse
import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from ascolta.core.speaking import Severity
from ascolta.core.speaking.check import grounds_of, read, told_by_rules
from ascolta.core.speaking.learned import DOUBTED, FAULTS, SHORT, WEIGHTS
from ascolta.core.speaking.talk import Finding
from ascolta.core.speaking.told import asked
from ascolta.core.speaking.traits import Trait, traits

COMMAND = "python -m ascolta.training.replies"
RULES = {"asking": "asks-in-public", "names": "wrong-name"}
"""Faults of the scenes that are called otherwise than the rule that they break."""

HELD_OUT = ("fourth", "fifth", "sixth", "seventh", "eighth")
"""Parts of the tests' replies that are not learned from."""

DRAFTS = "drafts"
"""The file of replies that templates made."""

PARTS = 5
"""Into how many parts the scenes are divided to draw the limits."""

LEAST = 2
"""A trait stands in at least so many sentences."""

OFTEN = 30
"""A sign of a whole reply stands at least so often in all of them."""

SIGNS = ("h:", "r:", "m:", "told", "stated", "thread")
"""With what a trait begins that is counted over the whole reply."""

WEAK = 4
"""Of 127: a trait that no fault weighs more does not ship. Of 142,000 traits 8,200 remain, and judge as well."""

LOOSENESS, ROUNDS, SHARPNESS = 3.0, 3, 3.0
"""The regression's inverse strength of regularisation; how often the telling sentence of a reply is chosen anew; and
how sharply it is preferred to the others."""

Floats = npt.NDArray[np.float64]
Rows = list[list[Trait]]


@dataclass(frozen=True, slots=True)
class Example:
    """A reply: its fault (empty: good), the traits of its sentences, whether a sure rule blocks it, and its part.

    `leeway` is how much less than the limit it may weigh and is blocked all the same, for what a doubted rule has
    found. `made` is one of a template, or one that was cut out of a longer one: learned from, but not counted.
    """

    fault: str
    sentences: Rows
    sure: bool
    part: int
    leeway: float = 0.0
    made: bool = False


def examples(paths: Iterable[Path], *, blind: bool = False) -> list[Example]:
    """All replies of files. `blind`: without what lists and rules find in them, because those were made by them."""
    found = []
    for path in sorted(paths):
        for line in path.read_text(encoding="utf-8").splitlines():
            scene = json.loads(line)
            scene.setdefault("replies", [[scene.get("fault", ""), scene.get("reply", "")]])
            key = json.dumps(scene["thread"]).encode()
            part = int.from_bytes(hashlib.sha256(key).digest()[:4], "big") % PARTS
            made = path.stem == DRAFTS
            found += [replace(_example(scene, said, part, blind=blind), made=made) for said in scene["replies"]]
    return [*found, *(short for one in found if not one.sure for short in _shorter(one))]


def _shorter(one: Example) -> Iterator[Example]:
    """Sentences alone: each second one of a good reply, and of a bad one that in which a rule has found its fault.

    Short answers are good answers, too; without these the weights would take them for neither.
    """
    rows = [row for row in one.sentences if f"r:{one.fault} block" in row] if one.fault else one.sentences[1::2]
    for row in rows if len(one.sentences) > 1 else ():
        kept = [trait for trait in row if trait not in ("first", "last")]
        yield replace(one, sentences=[[*kept, "first", "last"]], made=True)


def _example(scene: dict[str, Any], reply: list[str], part: int, *, blind: bool) -> Example:
    fault, text = reply
    one = asked({**scene, "id": "1", "reply": text, "by_machine": False})
    said = read(text, one.talk)
    found = told_by_rules(said, one.talk)
    sure = any(finding.severity is Severity.BLOCK and finding.why not in DOUBTED for finding in found)
    rows = [sentence.traits for sentence in traits(said, grounds_of(one.talk), () if blind else found)]
    if blind:
        rows = [[trait for trait in row if isinstance(trait, tuple) or not trait.startswith("h:")] for row in rows]
    return Example(RULES.get(fault, fault), rows, sure, part, 0.0 if sure else _leeway(found, len(said.words)))


def _leeway(found: Iterable[Finding], words: int) -> float:
    """How far below the limit doubted findings still block; a short reply is never cleared by its weight."""
    doubts = [DOUBTED[one.why] for one in found if one.severity is Severity.BLOCK]
    return math.inf if doubts and words < SHORT else max(doubts, default=0.0)


class Matrix:
    """Traits by number, and sentences as rows."""

    def __init__(self, learned: Iterable[Example]) -> None:
        counted = Counter(trait for one in learned for row in one.sentences for trait in set(row))
        known = sorted((trait for trait in counted if counted[trait] >= LEAST), key=repr)
        self.numbers = {trait: at for at, trait in enumerate(known)}

    def rows(self, sentences: Rows) -> sparse.csr_matrix:
        """Sentences × traits, each as long as a vector as it is without traits that are not known."""
        known = [[self.numbers[trait] for trait in row if trait in self.numbers] for row in sentences]
        values = [np.full(len(here), 1 / np.sqrt(len(row))) for here, row in zip(known, sentences, strict=True)]
        ends = np.cumsum([0, *map(len, known)])
        flat = np.array([at for here in known for at in here], dtype=np.int64)
        shape = (len(sentences), len(self.numbers))
        found = sparse.csr_matrix((np.concatenate([np.zeros(0), *values]), flat, ends), shape=shape)
        found.sum_duplicates()
        return found


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights by trait and fault, and the bias of each fault."""

    matrix: Matrix
    table: Floats
    bias: Floats

    def scores(self, found: Sequence[Example]) -> Floats:
        """Replies × faults: the highest score of a sentence; far below any limit where there is none."""
        flat = [row for one in found for row in one.sentences]
        owner = np.repeat(np.arange(len(found)), [len(one.sentences) for one in found])
        highest: Floats = np.full((len(found), len(FAULTS)), -9.0)
        np.maximum.at(highest, owner, self.matrix.rows(flat) @ self.table + self.bias)
        return highest


def fit(learned: Sequence[Example]) -> Fitted:
    """The weights of every fault."""
    matrix = Matrix(learned)
    fitted = [_fit_one(matrix, learned, fault) for fault in FAULTS]
    return Fitted(matrix, np.stack([one for one, _ in fitted], axis=1), np.array([bias for _, bias in fitted]))


def _fit_one(matrix: Matrix, learned: Sequence[Example], fault: str) -> tuple[Floats, float]:
    """One fault against good replies; of each reply that has it the sentence counts that shows it most."""
    good = matrix.rows([row for one in learned if not one.fault for row in one.sentences])
    bags = [one.sentences for one in learned if one.fault == fault and one.sentences]
    bad = matrix.rows([row for bag in bags for row in bag])
    owner = np.repeat(np.arange(len(bags)), list(map(len, bags)))
    share = 1 / np.bincount(owner)[owner]
    both = sparse.vstack([good, bad]).tocsr()
    is_bad = np.repeat([False, True], [good.shape[0], bad.shape[0]])
    for _ in range(ROUNDS):
        counts = np.concatenate([np.ones(good.shape[0]), share])
        kept = counts > 0.01
        model = LogisticRegression(
            C=LOOSENESS, solver="liblinear", dual=True, max_iter=300, tol=0.02, random_state=0
        ).fit(both[kept], is_bad[kept], sample_weight=counts[kept])
        share = _shares(model.decision_function(bad), owner)
    return model.coef_[0], float(model.intercept_[0])


def _shares(scores: Floats, owner: npt.NDArray[np.int64]) -> Floats:
    """How much each sentence counts among those of its reply."""
    highest = np.full(owner.max() + 1, -np.inf)
    np.maximum.at(highest, owner, scores)
    weight: Floats = np.exp(SHARPNESS * (scores - highest[owner]))
    return weight / np.bincount(owner, weights=weight)[owner]


@dataclass(frozen=True, slots=True)
class Summed:
    """How a reply is judged as a whole: by its highest score of each fault, and by how often a sign stands in it."""

    by_fault: Floats
    by_sign: dict[Trait, float]
    bias: float

    def scores(self, found: Sequence[Example], highest: Floats) -> Floats:
        """Of each reply, by how much it is rather bad than good."""
        signs = np.array([sum(self.by_sign.get(trait, 0.0) for row in one.sentences for trait in row) for one in found])
        found_scores: Floats = highest @ self.by_fault + signs + self.bias
        return found_scores


def sum_up(learned: Sequence[Example], highest: Floats) -> Summed:
    """Learn to judge replies; their scores must be of weights that have not seen them."""
    counted = Counter(trait for one in learned for trait in _signs(one))
    signs = sorted(trait for trait in counted if counted[trait] >= OFTEN)
    numbers = {trait: at for at, trait in enumerate(signs)}
    dense = np.zeros((len(learned), len(FAULTS) + len(signs)))
    dense[:, : len(FAULTS)] = highest
    for at, one in enumerate(learned):
        for trait in _signs(one):
            if trait in numbers:
                dense[at, len(FAULTS) + numbers[trait]] += 1
    model = LogisticRegression(C=0.05, max_iter=3_000).fit(dense, [bool(one.fault) for one in learned])
    weights = model.coef_[0]
    by_sign: dict[Trait, float] = dict(zip(signs, map(float, weights[len(FAULTS) :]), strict=True))
    return Summed(weights[: len(FAULTS)], by_sign, float(model.intercept_[0]))


def _signs(one: Example) -> list[str]:
    return [trait for row in one.sentences for trait in row if isinstance(trait, str) and trait.startswith(SIGNS)]


@dataclass(frozen=True, slots=True)
class Judged:
    """Replies and what weights that have not seen their scenes say of each: by fault, and of the whole."""

    found: Sequence[Example]
    highest: Floats
    scores: Floats

    @property
    def faults(self) -> npt.NDArray[np.str_]:
        """What is wrong with each; `good` if nothing is."""
        return np.array(["part" if one.made else one.fault or "good" for one in self.found])

    @property
    def worst(self) -> Floats:
        """The limit at and above which each is let go: what it weighs, and what rules have found; infinite if sure."""
        leeway = np.array([math.inf if one.sure else one.leeway for one in self.found])
        worst: Floats = self.scores + leeway
        return worst

    def limit(self, share: float) -> float:
        """Where so great a share of the good replies is blocked, whether by rules or by weight."""
        return float(np.quantile(self.worst[self.faults == "good"], 1 - share, method="higher"))

    def shares(self, limit: float) -> dict[str, float]:
        """By fault the share that is blocked; `good` is the share of good replies."""
        blocked, faults = self.worst > limit, self.faults
        return {str(fault): round(float(blocked[faults == fault].mean()), 3) for fault in np.unique(faults)}


def judged(found: Sequence[Example], blind: Sequence[Example]) -> Judged:
    """Each part scored by weights of the other parts; `blind` are learned from in each, but not judged."""
    parts = np.array([one.part for one in found])
    highest, scores = np.zeros((len(found), len(FAULTS))), np.zeros(len(found))
    for part in range(PARTS):
        fitted = fit([*blind, *(one for one in found if one.part != part)])
        highest[parts == part] = fitted.scores([one for one in found if one.part == part])
        sys.stderr.write(f"part {part + 1} of {PARTS}: {(parts == part).sum():,} replies scored\n")
    for part in range(PARTS):
        others = [one for one in found if one.part != part]
        summed = sum_up(others, highest[parts != part])
        scores[parts == part] = summed.scores([one for one in found if one.part == part], highest[parts == part])
    return Judged(found, highest, scores)


def packed(fitted: Fitted, summed: Summed, limit: float) -> dict[str, npt.NDArray[Any]]:
    """The weights as they ship: traits as lines of text, a table of whole numbers, and what sums them up."""
    lines = ["\t".join(trait) if isinstance(trait, tuple) else trait for trait in fitted.matrix.numbers]
    scale = np.abs(fitted.table).max(axis=0) / 127
    signs = np.array([summed.by_sign.get(trait, 0.0) for trait in fitted.matrix.numbers], dtype=np.float32)
    table = np.rint(fitted.table / scale).astype(np.int8)
    strong = (np.abs(table.astype(np.int16)).max(axis=1) > WEAK) | (signs != 0)
    kept = [line for line, keep in zip(lines, strong, strict=True) if keep]
    return {
        "traits": np.frombuffer("\n".join(kept).encode("utf-8"), dtype=np.uint8),
        "table": table[strong],
        "scale": scale.astype(np.float32),
        "bias": fitted.bias.astype(np.float32),
        "signs": signs[strong],
        "by_fault": summed.by_fault.astype(np.float32),
        "start": np.array(summed.bias - limit, dtype=np.float32),
    }


def main(said: Sequence[str] | None = None) -> int:
    """Learn, judge what was held out, write weights and card."""
    asked_for = _asked(said)
    learned = sorted(asked_for.scenes.glob("*.jsonl"))
    if not learned:
        sys.stderr.write(f"{asked_for.scenes}: no scenes here; give their folder with --scenes\n")
        return 2
    found = examples(learned)
    blind = examples([path for path in asked_for.seen.rglob("*.jsonl") if path.parent.name not in HELD_OUT], blind=True)
    told = judged(found, blind)
    limit = told.limit(asked_for.share)
    made = packed(fit([*blind, *found]), sum_up(found, told.highest), limit)
    asked_for.out.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(asked_for.out / "replies.npz", allow_pickle=False, **made)
    card = json.dumps(_card(told, limit, len(blind)), indent=2)
    (asked_for.out / "replies.json").write_text(card + "\n", encoding="utf-8")
    sys.stderr.write(card + "\n")
    return 0


def _card(told: Judged, limit: float, blind: int) -> dict[str, Any]:
    """Where the weights come from and what they reach."""
    return {
        "command": COMMAND,
        "licence": "as the project; all texts were written for it",
        "learned from": dict(sorted(Counter(told.faults.tolist()).items())),
        "learned from without lists and rules": blind,
        "split": f"scenes by hash in {PARTS} parts, each scored by weights of the others",
        "blocked of what was held out": told.shares(limit),
        "not for": "judging people; other languages than the seven; replies without the thread that they answer",
    }


def _asked(said: Sequence[str] | None) -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog=COMMAND, description=__doc__.partition("\n")[0])
    reader.add_argument("--scenes", type=Path, default=Path("training/replies"), help="folder of scenes")
    reader.add_argument("--seen", type=Path, default=Path("tests/replies"), help="replies that the lists were made by")
    reader.add_argument("--share", type=float, default=0.05, help="of good replies that may be blocked")
    reader.add_argument("--out", type=Path, default=WEIGHTS, help="where the weights go")
    return reader.parse_args(said)


if __name__ == "__main__":
    sys.exit(main())
