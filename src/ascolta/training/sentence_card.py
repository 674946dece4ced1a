"""The card of the accurate tier's weights: calibrated heads, scores of the held-out parts, terms, command."""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ascolta.core.label import VOCABULARY
from ascolta.labels.learned import Learned
from ascolta.labels.sentence import Head, Numbers, Sentence
from ascolta.labels.sentence_text import marked
from ascolta.training import sentence_scores as scores
from ascolta.training.examples import Example
from ascolta.training.sentence_data import ask_of
from ascolta.training.sentence_export import write_card
from ascolta.training.sentence_labels import LAYOUT, SHIPPED

FIELDS = ("start", "stop", "slope", "shift", "values", "threshold", "share", "lift")
TUNED = ("complaint", "offensive")
"""Labels whose threshold is the one with the best macro F1 on dev; `addressed` stays at one half: see its trade."""

Score = Callable[[Head, scores.Told], float]


@dataclass(frozen=True, slots=True)
class Seen:
    """Examples, and what the network and the default tier gave them."""

    examples: Sequence[Example]
    network: Numbers
    others: Numbers

    def told(self, name: str, *sources: str) -> scores.Told:
        """Those examples of some sources that state one value of a label."""
        values = VOCABULARY[name]
        order = ("no", "yes") if "yes" in values else values
        rows = [
            row
            for row, example in enumerate(self.examples)
            if example.source.startswith(sources) and example.labels.get(name, ("",))[0] in order
        ]
        right = [order.index(self.examples[row].labels[name][0]) for row in rows]
        return scores.Told(self.network[rows], self.others[rows], np.asarray(right, np.int64))

    def matters(self) -> scores.Told:
        """Those examples that state sensitive matters, and for each matter 1 where it is there."""
        rows = [row for row, example in enumerate(self.examples) if "sensitive" in example.labels]
        said = [self.examples[row].labels["sensitive"] for row in rows]
        right = np.array([[value in one for value in VOCABULARY["sensitive"]] for one in said], np.int64)
        return scores.Told(self.network[rows], self.others[rows], right)

    def part(self, rows: Sequence[int]) -> "Seen":
        """Some of the examples."""
        return Seen([self.examples[row] for row in rows], self.network[rows], self.others[rows])


def raw_heads() -> dict[str, Any]:
    """The heads before calibration, as a card tells them."""
    return {
        name: {
            "start": part.start,
            "stop": part.stop,
            "slope": 1.0,
            "shift": [0.0] * (part.stop - part.start),
            "values": ("no", "yes") if "yes" in VOCABULARY[name] else VOCABULARY[name],
        }
        for name, part in LAYOUT.items()
        if part.stop <= SHIPPED
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What to judge: a folder of weights, the topics that they know, and the default tier beside them.

    `first` is the default tier as it was before it learned from the dev parts, on which the heads are fitted.
    """

    folder: Path
    topics: Sequence[str]
    first: Learned


def calibrate(judged: Judged, examples: Sequence[Example], about: Mapping[str, Any]) -> None:
    """Fit the heads on the dev parts of `examples`, measure the test parts, and write the card."""
    write_card(judged.folder, {**about, "topics": judged.topics, "heads": raw_heads()})
    sources = tuple({source for named in scores.DEV.values() for source in named})
    known = [one for one in examples if one.part == "dev" and one.source.startswith(sources)]
    dev = seen(Sentence(judged.folder, beside=judged.first), known)
    labeller = Sentence(judged.folder)
    heads = {name: _fit(head, dev, name) for name, head in labeller.heads.items()}
    test = seen(labeller, [one for one in examples if one.part == "test"])
    card = {**about, "topics": judged.topics, "heads": {name: _card_of(head) for name, head in heads.items()}}
    write_card(judged.folder, {**card, "scores": table(heads, test), "trade": _trades(heads, test)})


def seen(labeller: Sentence, examples: Sequence[Example]) -> Seen:
    """What the network gives to examples."""
    asks = [ask_of(example) for example in examples]
    return Seen(examples, labeller.outputs([marked(ask) for ask in asks])[0], labeller.others(asks))


def _fit(head: Head, dev: Seen, name: str) -> Head:
    if name == "sensitive":
        return scores.fitted_matters(head, dev.matters())
    known = dev.told(name, *scores.DEV[name])
    made = scores.fitted(head, known)
    if head.values != ("no", "yes"):
        return scores.lifted(made, [dev.told(name, source) for source in scores.DEV[name]])
    return replace(made, threshold=scores.best_threshold(made, known)) if name in TUNED else made


def _card_of(head: Head) -> dict[str, Any]:
    return {name: getattr(head, name) for name in FIELDS}


def _macro_f1(head: Head, known: scores.Told) -> float:
    return scores.macro_f1(known.right, scores.chosen(head, known), len(head.values))


def _recall(head: Head, known: scores.Told) -> float:
    return scores.macro_recall(known.right, scores.chosen(head, known), len(head.values))


TASKS: tuple[tuple[str, str, str, Score], ...] = (
    ("addressed", "addressed", "corpus", _macro_f1),
    ("complaint, our corpus", "complaint", "corpus", _macro_f1),
    ("complaint, complaints", "complaint", "complaints", _macro_f1),
    ("polarity, our corpus", "polarity", "corpus", _macro_f1),
    ("polarity, airline", "polarity", "airline", _macro_f1),
    ("polarity, tweeteval sentiment: macro recall", "polarity", "tweeteval/sentiment", _recall),
    ("polarity, semeval", "polarity", "sentiment-semeval", _macro_f1),
    ("offensive, our corpus", "offensive", "corpus", _macro_f1),
    ("offensive, tweeteval", "offensive", "tweeteval/offensive", _macro_f1),
    ("intent, our corpus", "intent", "corpus", _macro_f1),
)
SEVEN = ("arabic", "french", "german", "hindi", "italian", "portuguese", "spanish")


def table(heads: Mapping[str, Head], test: Seen) -> dict[str, Any]:
    """Scores by task, each with the number of texts and, for what is calibrated, the calibration error."""
    found: dict[str, Any] = {}
    for task, name, source, score in TASKS:
        known = test.told(name, source)
        if len(known.right):
            found[task] = _line(score(heads[name], known), known, heads[name])
    for language in SEVEN:
        known = test.told("polarity", f"multilingual/{language}")
        if len(known.right):
            found[f"polarity, {language}"] = _line(_macro_f1(heads["polarity"], known), known, heads["polarity"])
    means = [found[f"polarity, {language}"]["score"] for language in SEVEN if f"polarity, {language}" in found]
    if means:
        found["polarity, mean of seven"] = {"score": round(float(np.mean(means)), 4)}
    suggestion = _suggestion(heads["intent"], test)
    return {**found, **suggestion, **_by_language(heads, test)}


def _line(score: float, known: scores.Told, head: Head) -> dict[str, Any]:
    error = scores.calibration_error(head, known)
    return {"score": round(score, 4), "texts": len(known.right), "ece": round(error, 4)}


def _suggestion(head: Head, test: Seen) -> dict[str, Any]:
    """F1 of the intent *suggestion* where a set tells only this one from all others."""
    rows = [row for row, example in enumerate(test.examples) if "suggestion" in example.labels]
    if not rows:
        return {}
    right = np.array([test.examples[row].labels["suggestion"][0] == "yes" for row in rows])
    known = scores.Told(test.network[rows], test.others[rows], right.astype(np.int64))
    said = scores.chosen(head, known) == head.values.index("suggestion")
    return {"intent, suggestions: F1": {"score": round(scores.f1(right, said, 1), 4), "texts": len(rows)}}


def _by_language(heads: Mapping[str, Head], test: Seen) -> dict[str, Any]:
    """Our corpus by language: intent and the sensitive matters, all matters counted together."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row, example in enumerate(test.examples):
        if example.source.startswith("corpus") and example.language:
            rows[example.language].append(row)
    found: dict[str, Any] = {}
    for language, own in sorted(rows.items()):
        part = test.part(own)
        for name in ("addressed", "complaint", "intent"):
            found[f"{name}, {language}"] = _line(
                _macro_f1(heads[name], part.told(name, "corpus")), part.told(name, "corpus"), heads[name]
            )
        found[f"sensitive, {language}: F1"] = {"score": round(_matters(heads["sensitive"], part), 4), "texts": len(own)}
    return found


def _matters(head: Head, part: Seen) -> float:
    known = part.matters()
    return scores.f1(known.right, (known.chances(head) >= head.threshold).astype(np.int64), 1)


def _trades(heads: Mapping[str, Head], test: Seen) -> dict[str, Any]:
    return {name: scores.trade(heads[name], test.told(name, "corpus")) for name in ("addressed", "complaint")}


def pace(folder: Path, examples: Sequence[Example]) -> float:
    """How many posts a second of processor time get all labels."""
    labeller = Sentence(folder)
    asks = [ask_of(example) for example in examples]
    labeller.label(asks[:64], [()] * 64)
    begun = time.process_time()
    labeller.label(asks, [()] * len(asks))
    return len(asks) / (time.process_time() - begun)
