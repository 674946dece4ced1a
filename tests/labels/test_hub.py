"""A model of the Hugging Face hub as a labeller, with a tiny one made here."""

import importlib
from pathlib import Path

import pytest

from ascolta.core.label import VOCABULARY, Ask
from ascolta.labels.accurate import from_hub

transformers = pytest.importorskip("transformers")
pytest.importorskip("torch")
hub = importlib.import_module("ascolta.labels.hub")

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "good", "bad", "bag", "my")
ODD = ("", "   ", "\ud800", "a" * 100_000, "Z" + "\u0301" * 5_000, "\u202eabc\u2066", "👨‍👩‍👧", "a\x00b\x1b[31m")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model that nobody trained, in a folder as the hub has them."""
    folder = tmp_path_factory.mktemp("tiny")
    words = folder / "vocab.txt"
    words.write_text("\n".join(WORDS), encoding="utf-8")
    transformers.set_seed(5)
    config = transformers.BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        id2label={0: "NEG", 1: "neutral", 2: "LABEL_2"},
        label2id={"NEG": 0, "neutral": 1, "LABEL_2": 2},
    )
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    transformers.BertTokenizerFast(vocab=str(words)).save_pretrained(folder)
    return folder


def test_a_model_gives_each_post_one_value_of_ours(model: Path) -> None:
    """Whatever the text, each post gets one value of the vocabulary, with a probability, in the order of the posts."""
    labeller = from_hub(f"polarity=hf:{model}")
    asks = [Ask(text=text) for text in ("my bad bag", *ODD, "good")]
    found = labeller.label(asks, [()] * len(asks))
    assert len(found) == len(asks)
    for (label,) in found:
        assert label.name == "polarity"
        assert label.value in VOCABULARY["polarity"]
        assert 0 < label.score <= 1
        assert label.by == f"hf:{model}"
    alone = [labeller.label([ask], [()])[0][0].value for ask in asks]
    assert alone == [label.value for (label,) in found]


def test_what_carried_a_value_is_words_of_the_post(model: Path) -> None:
    """What carried a value is told in words of the post; of an empty one, nothing."""
    labeller = from_hub(f"polarity=hf:{model}")
    assert set(labeller.because(Ask(text="my bad bag"), "polarity", "negative")) <= {"my", "bad", "bag"}
    assert labeller.because(Ask(text=""), "polarity", "negative") == ()


@pytest.mark.parametrize(
    ("label", "theirs", "ours"),
    [
        ("polarity", "POSITIVE", "positive"),
        ("polarity", "neg", "negative"),
        ("polarity", "LABEL_1", "neutral"),
        ("offensive", "LABEL_1", "yes"),
        ("offensive", "LABEL_0", "no"),
        ("offensive", "non-offensive", "no"),
        ("offensive", "offensive", "yes"),
        ("intent", "question", "question"),
        ("language", "es", "es"),
    ],
)
def test_a_models_values_are_told_by_their_names(label: str, theirs: str, ours: str) -> None:
    """The usual names of values are understood."""
    assert hub.meant(label, theirs, {}) == ours


def test_what_a_value_means_can_be_said() -> None:
    """A value with a name of its own means what the user says that it means."""
    assert hub.meant("polarity", "1 star", {"1 star": "negative"}) == "negative"


@pytest.mark.parametrize(("label", "theirs"), [("polarity", "5 stars"), ("topic", "delivery"), ("mood", "sad")])
def test_a_value_that_means_nothing_to_us_is_refused(label: str, theirs: str) -> None:
    """A value or a label that is not in the vocabulary is an error that says what would be."""
    with pytest.raises(ValueError, match="one of"):
        hub.meant(label, theirs, {})


@pytest.mark.parametrize("said", ["", "polarity", "polarity=", "polarity=hf:", "polarity=owner/name"])
def test_a_model_is_named_after_a_label(said: str) -> None:
    """An option that names no model is an error that shows how it is written."""
    with pytest.raises(ValueError, match="polarity=hf:owner/name"):
        from_hub(said)
