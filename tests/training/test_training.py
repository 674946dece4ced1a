"""Training: how examples are split, encoded and learned from, in small."""

import json
from pathlib import Path

import numpy as np
import pytest

from ascolta.core.label import VOCABULARY, Ask, says
from ascolta.labels import scorer
from ascolta.labels.learned import Learned
from ascolta.labels.outputs import WIDTH
from ascolta.training import calibration, encoding, fitting, learning
from ascolta.training.examples import Example, alike, apart, part_of, read_corpus, read_held
from tests.conftest import ROOT

CORPUS = ROOT / "training" / "corpus"


def example(text: str, part: str = "train", **labels: str) -> Example:
    """An example of an airline."""
    said = {name: (value,) for name, value in labels.items()}
    return Example(text=text, source="corpus-x", part=part, handles=("acmeair",), language="en", labels=said)


def test_the_corpus_holds_what_its_readers_need() -> None:
    """Each post of the corpus has a text, a brand and labels from the vocabulary; none stands there twice."""
    examples = read_corpus(CORPUS)
    assert len(examples) >= 6_000
    assert len({one.text for one in examples}) == len(examples)
    for one in examples:
        assert one.text.strip()
        assert one.handles
        for name in ("addressed", "complaint", "polarity", "intent", "offensive"):
            assert one.labels[name][0] in VOCABULARY[name], one.text
        assert set(one.labels["sensitive"]) <= set(VOCABULARY["sensitive"]), one.text


def test_what_is_held_back_is_not_learned_from() -> None:
    """Posts that are only measured are test, and stand in no part of the corpus."""
    held = read_held(CORPUS.parent / "held")
    assert {one.part for one in held} == {"test"}
    assert {one.language for one in held} == {"en", "es", "fr", "de", "pt", "it", "nl"}
    assert not {alike(one.text) for one in held} & {alike(one.text) for one in read_corpus(CORPUS)}


def test_a_brand_stands_in_one_part() -> None:
    """No brand is learned from and tested on, so that the test part holds unseen brands."""
    parts: dict[str, set[str]] = {}
    for one in read_corpus(CORPUS):
        parts.setdefault(one.group.casefold(), set()).add(one.part)
    assert all(len(found) == 1 for found in parts.values())
    assert {part for found in parts.values() for part in found} == {"train", "dev", "test"}


def test_what_is_tested_is_not_learned_from() -> None:
    """A train text that is nearly one of a test part is left out, in whatever set it stands."""
    kept = apart(
        [
            example("@a Great, again! https://t.co/x"),
            example("great again", part="test"),
            example("another one"),
        ]
    )
    assert [one.text for one in kept] == ["great again", "another one"]
    assert alike("@x It\\u2019s  LATE http://a.b/c") == alike("it s late")


def test_a_part_is_a_stable_choice() -> None:
    """The same key falls into the same part in every run; about eight in ten are for training."""
    parts = [part_of(str(number)) for number in range(2_000)]
    assert parts == [part_of(str(number)) for number in range(2_000)]
    assert 0.77 < parts.count("train") / 2_000 < 0.83


@pytest.fixture(scope="module")
def small() -> list[Example]:
    """A small corpus: the own one, thinned."""
    examples = read_corpus(CORPUS)
    return [one for one in examples if one.part != "train"] + [one for one in examples if one.part == "train"][::4]


@pytest.mark.slow
def test_training_twice_gives_the_same_weights(small: list[Example], tmp_path: Path) -> None:
    """From the same examples come the same bytes, and a labeller that has learned something."""
    digests = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        chosen, fitted, card = learning.learn(small, lambda said: None)
        digests.append(learning.write(folder, chosen, fitted, card))
    assert digests[0] == digests[1]
    card = json.loads((tmp_path / "one" / "words.json").read_text(encoding="utf-8"))
    assert card["sha256"] == digests[0]
    labeller = Learned(scorer.load(tmp_path / "one"))
    asks = [
        Ask(text="@acmeair where is my bag?", handles=("acmeair",)),
        Ask(text="flying with acme tomorrow", names=("acme",)),
    ]
    to_us, about_us = labeller.label(asks, [()] * 2)
    assert says(to_us, "addressed", "yes")
    assert says(about_us, "addressed", "no")


def test_the_labeller_finds_the_numbers_that_training_saw(small: list[Example], tmp_path: Path) -> None:
    """What training computes on its matrix and the labeller word by word is the same, but for rounding."""
    some = small[:200]
    counted = encoding.count(some)
    chosen = counted.choose(np.arange(len(some)), 2, 100_000)
    chance = np.random.default_rng(3)
    table = chance.normal(size=(len(chosen.hashes), WIDTH)).astype(np.float32) * chosen.rarity[:, None]
    flags = chance.normal(size=(counted.flags.shape[1], WIDTH)).astype(np.float32)
    fitted = fitting.Fitted(table, flags, np.zeros(WIDTH, dtype=np.float32))
    learning.write(tmp_path, chosen, fitted, {"labels": {}})
    ours = learning.score(fitted, counted.rows(chosen), chosen.rarity)
    found = scorer.load(tmp_path).score([encoding.ask(one) for one in some])
    assert np.corrcoef(ours.ravel(), found.ravel())[0, 1] > 0.999
    assert np.abs(ours - found).max() < 0.2 * np.abs(ours).max()


def test_bends_make_scores_probabilities() -> None:
    """Numbers that are too sure are bent until scores are right as often as they say."""
    chance = np.random.default_rng(5)
    odds = chance.normal(size=4_000).astype(np.float32)
    yes = chance.random(4_000) < 1 / (1 + np.exp(-odds))
    bend = calibration.bend_yes(odds * 5, yes)
    assert bend.slope[0] == pytest.approx(0.2, abs=0.05)
    score = 1 / (1 + np.exp(-bend(odds[:, None] * 5)[:, 0]))
    sure = np.where(score >= 0.5, score, 1 - score)
    error, bins = calibration.reliability(sure, (score >= 0.5) == yes)
    assert error < 0.05
    assert sum(count for _, _, count in bins) == 4_000
