"""From examples to what the network learns: marked texts, pieces, and how large a share each kind of source has."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tokenizers import Tokenizer

from ascolta.core.label import Ask
from ascolta.labels.sentence_text import marked
from ascolta.training.encoding import ask
from ascolta.training.examples import Example
from ascolta.training.sentence_fit import LONGEST, Item
from ascolta.training.sentence_labels import wanted

SPOKEN = ("target", "negative", "neutral", "positive")
"""The groups whose posts are real ones of people at large."""

FIRST, LAST = 2, 3
"""The pieces with which a text begins and ends."""

SHARES = {
    "corpus": 0.34, "complaints": 0.09, "offensive": 0.14, "davidson": 0.02, "target": 0.04,
    "negative": 0.06, "neutral": 0.06, "positive": 0.05, "multilingual": 0.18, "side": 0.02,
}  # fmt: skip
"""Of a hundred texts that are learned, so many come from each group."""


def group(example: Example) -> str:
    """The group of SHARES to which an example belongs."""
    source = example.source
    if source.startswith("corpus"):
        return "corpus"
    if source.startswith("multilingual") and example.language != "en":
        return "multilingual"
    known = {"complaints": "complaints", "tweeteval/offensive-train": "offensive", "offence-davidson": "davidson"}
    if source in ("target-polarity-semeval", "brand-emotion-sxsw"):
        return "target"
    if source in known:
        return known[source]
    return example.labels["polarity"][0] if "polarity" in example.labels else "side"


def ask_of(example: Example) -> Ask:
    """What a labeller is asked about an example; an account named first is the brand's where none is known."""
    return ask(example)


def plainly(example: Example) -> Ask:
    """What a labeller is asked about an example by one who takes no account for the brand's."""
    return Ask(
        text=example.text,
        handles=example.handles,
        names=example.names,
        language=example.language,
        is_reply=example.is_reply,
    )


def text_of(example: Example) -> str:
    """The text of an example as the network reads it."""
    return marked(ask_of(example))


def numbers(split: Tokenizer, texts: Sequence[str], longest: int = LONGEST) -> list[tuple[int, ...]]:
    """The numbers of the pieces of marked texts; of a long one, those of its beginning and its end."""
    head, tail = longest - 2 - longest // 3, longest // 3
    found = []
    for encoded in split.encode_batch(list(texts), add_special_tokens=False):
        ids = encoded.ids
        short = ids if len(ids) <= longest - 2 else (*ids[:head], *ids[-tail:])
        found.append((FIRST, *short, LAST))
    return found


def supposed(example: Example) -> Example:
    """The example with what may be supposed: a public post that does not begin with an account speaks to no brand."""
    known = "addressed" in example.labels or group(example) not in SPOKEN
    if known or example.text.lstrip(' ."').startswith("@"):
        return example
    return replace(example, labels={**example.labels, "addressed": ("no",)})


def grouped(split: Tokenizer, examples: Sequence[Example], topics: Sequence[str]) -> dict[str, list[Item]]:
    """The examples of each group of SHARES, ready to be learned; both ways of asking about one are learned."""
    found: dict[str, list[Item]] = {name: [] for name in SHARES}
    asks = [(example, said) for example in examples for said in dict.fromkeys((ask_of(example), plainly(example)))]
    pieces = numbers(split, [marked(said) for _, said in asks])
    for (example, _), ids in zip(asks, pieces, strict=True):
        found[group(example)].append(Item(ids, wanted(supposed(example), topics)))
    return found


def topics_of(examples: Sequence[Example]) -> tuple[str, ...]:
    """Every topic that an example states, in order."""
    said: Mapping[str, None] = {topic: None for example in examples for topic in example.labels.get("topic", ())}
    return tuple(sorted(said))
