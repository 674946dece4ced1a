"""The accurate tier: its weights are those of its card, its labels hang on nothing but the post, odd text included."""

import hashlib
import importlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ascolta.core.label import MANY, VOCABULARY, Ask, says, values
from ascolta.labels.sentence_text import LINK, MARKS, NAMED, NUMBER, OTHER, OWN, REPLY, SHOUT, marked

accurate = importlib.import_module("ascolta.labels.accurate")
needed = pytest.mark.skipif(not accurate.installed(), reason="the extra 'accurate' is not installed")
MOST_BYTES = 25_000_000
ACME = ("acmeair",)
ODD = (
    "", "   ", "a\x00b", "\ud800 half", "\ufeffmark", "long " * 200_000, "Z" + "\u0301" * 10_000,
    "\u202e@riaemca\u2066",
    "@acme\u200dair hi", "hi \U000e0041\U000e0042", "@аcmeair", "４１１１ １１１１", "٠١٢٣٤٥٦",
    "in\u00adfo@acme.example",
    "cafe\u0301 café", "👨‍👩‍👧‍👦👍🏽", "İstanbul ı", "STRASSE ẞ", "a\ufe00\ufe01", "\u2028\u2029", "\x1b[31mred\x1b[0m",
    "a\r\nlevel=error", f"{OWN}{MARKS[1]} spoof", "[CLS] [PAD] ##ing", "\\ud83d\\ude00 \\ud83d",
)  # fmt: skip


@pytest.fixture(scope="module")
def sentence() -> Any:
    """The labeller with the weights that ship."""
    return accurate.accurate()


def test_marks_tell_accounts_names_links_and_shouting() -> None:
    """What a post names is told by marks, and nobody can write one."""
    ask = Ask(text="@AcmeAir @sam ACME is late https://t.co/x 4111-1111-1111", handles=ACME, names=("acme",))
    assert marked(ask) == f"{OWN} {OTHER} {NAMED} is late {LINK} {NUMBER}"
    assert marked(Ask(text="WHERE IS MY BAG", is_reply=True)) == f"{REPLY} {SHOUT} where is my bag"
    assert marked(Ask(text=f"{OWN} spoof")) == "spoof"


def test_tags_and_runs_are_read_as_words() -> None:
    """A tag of several words is read as words, a drawn-out word as the word, a row of signs as two."""
    assert marked(Ask(text="sooooo bad!!!! #WorstAirline 😂😂😂😂")) == "so bad!! #worst airline 😂 😂"


@pytest.mark.parametrize("text", ODD)
def test_any_text_is_marked_briefly(text: str) -> None:
    """Whatever the text, what is read of it is short and can be written."""
    assert len(marked(Ask(text=text, handles=ACME)).encode()) < 12_000


def test_an_accurate_tier_that_is_not_there_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without its weights the accurate tier is not installed, and asking for it names the extra."""
    monkeypatch.setattr(accurate, "CARD", tmp_path / "card.json")
    assert not accurate.installed()
    with pytest.raises(ValueError, match=r"ascolta\[accurate\]"):
        accurate.accurate()


@needed
def test_the_weights_are_those_of_their_card() -> None:
    """Each file of the weights has the hash that the card tells, and all are within their size."""
    folder = accurate.CARD.parent
    card = json.loads(accurate.CARD.read_text(encoding="utf-8"))
    assert set(card["sha256"]) == {"network.onnx", "pieces.txt"}
    for name, told in card["sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == told
    assert sum(path.stat().st_size for path in folder.iterdir()) <= MOST_BYTES


@needed
def test_weights_that_were_changed_are_refused(tmp_path: Path) -> None:
    """A file of the weights that is not the one of the card is an error that says so."""
    folder = shutil.copytree(accurate.CARD.parent, tmp_path / "weights")
    with (folder / "pieces.txt").open("a", encoding="utf-8") as pieces:
        pieces.write("x")
    with pytest.raises(ValueError, match=r"pieces\.txt: not the file"):
        importlib.import_module("ascolta.labels.sentence").Sentence(folder)


@needed
def test_a_posts_labels_do_not_hang_on_those_beside_it(sentence: Any) -> None:
    """A post gets the same labels and scores alone, among others, and again."""
    texts = [
        "@acmeair where is my bag?",
        "what a lovely day",
        "never again @acmeair, you lost everything",
        "ok",
        "",
    ] * 9
    asks = [Ask(text=text * (1 + place % 3), handles=ACME) for place, text in enumerate(texts)]
    together = sentence.label(asks, [()] * len(asks))
    assert together == sentence.label(asks, [()] * len(asks))
    assert together == [sentence.label([ask], [()])[0] for ask in asks]


@needed
def test_odd_text_gets_each_label_once(sentence: Any) -> None:
    """Whatever the text, each label is given once, the sensitive matters aside, with a value of the vocabulary."""
    for given in sentence.label([Ask(text=text, handles=ACME) for text in ODD], [()] * len(ODD)):
        once = [label.name for label in given if label.name not in MANY]
        assert sorted(once) == ["addressed", "complaint", "intent", "offensive", "polarity"]
        assert all(label.value in VOCABULARY[label.name] and 0 <= label.score <= 1 for label in given)
    assert sentence.label([], []) == []


@needed
def test_plain_cases_are_read_rightly(sentence: Any) -> None:
    """A complaint to the brand is addressed, one, and negative; thanks are praise; talk among friends is neither."""
    posts = (
        "@acmeair my bag never arrived and nobody answers the phone, this is a disgrace",
        "@acmeair thank you so much, the crew was wonderful today!",
        "flying with @acmeair to Oslo tomorrow, wish me luck",
    )
    bad, good, talk = sentence.label([Ask(text=text, handles=ACME, names=("acme air",)) for text in posts], [()] * 3)
    assert says(bad, "addressed", "yes")
    assert says(bad, "complaint", "yes")
    assert says(bad, "polarity", "negative")
    assert says(good, "addressed", "yes")
    assert says(good, "complaint", "no")
    assert values(good, "intent") == ("praise",)
    assert says(talk, "addressed", "no")
    assert says(talk, "complaint", "no")


@needed
def test_a_threshold_moves_what_is_said(sentence: Any) -> None:
    """With a threshold of nothing every post is addressed, a brand's own line comes first; scores fit the value."""
    asks = [Ask(text="flying to Oslo tomorrow with my mum")]
    eager = accurate.accurate({"addressed": 0.0})
    ((before, *_),) = sentence.label(asks, [()])
    ((after, *_),) = eager.label(asks, [()])
    assert (before.value, after.value) == ("no", "yes")
    assert after.score == pytest.approx(1 - before.score, abs=2e-4)
    ((own, *_),) = eager.label([replace(asks[0], lines=(("addressed", 0.9),))], [()])
    assert own == before


@needed
def test_the_words_that_carry_a_label_are_words_of_the_post(sentence: Any) -> None:
    """What carries a label is told in words of the post, the telling one among them."""
    text = "the crew was nice but my seat was broken and disgusting"
    carried = sentence.because(Ask(text=text), "polarity", "negative")
    assert set(carried) <= set(text.split())
    assert {"broken", "disgusting"} & set(carried)
    assert sentence.because(Ask(text=""), "polarity", "neutral") == ()


@needed
def test_vectors_have_length_one(sentence: Any) -> None:
    """Each post has a vector of length one, in the order of the posts."""
    asks = [Ask(text=text) for text in ("my parcel is late", "where is my parcel", "your app crashes after the update")]
    vectors = sentence.vectors(asks)
    assert vectors.shape[0] == 3
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]
