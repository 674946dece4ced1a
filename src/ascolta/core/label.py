"""Label and the vocabulary of labels.

addressed   yes  the author speaks *to* the brand: "@acmeair where is my bag?"
            no   friends or nobody in particular are told: "my bag is still in Lunaro thanks to acme air"
complaint   yes  reality fell short of what the author could expect of the brand; sarcasm counts
            no   anything else, a mere question included
polarity    what the post does to the brand's reputation, which is not the author's mood: "a seat caught fire" is
            negative without a sentiment word (RepLab 2013)
intent      what the author wants; exactly one
offensive   insults, slurs, threats
sensitive   matters that call for a person or for silence; never stored for talk that was not addressed to us
language    ISO 639-1 code, `und` where it cannot be told
topic       names from the brand's own list; any value
"""

from collections.abc import Sequence
from dataclasses import dataclass

YES_NO = ("yes", "no")
LINES = ("addressed", "complaint", "offensive")
"""Labels of which a brand may say how sure to be before they are said."""

VOCABULARY: dict[str, tuple[str, ...]] = {
    "addressed": YES_NO,
    "complaint": YES_NO,
    "polarity": ("negative", "neutral", "positive"),
    "intent": ("question", "request", "suggestion", "praise", "purchase", "news", "banter", "spam", "other"),
    "offensive": YES_NO,
    "sensitive": (
        "health", "bereavement", "self_harm", "religion", "sexuality", "politics", "ethnicity", "union", "crime",
        "hardship", "minors",
    ),
    "language": (),
    "topic": (),
}  # fmt: skip
"""Each label's values; an empty tuple means any value."""

MANY = frozenset({"sensitive", "topic"})
"""Labels of which one post may carry several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One labeller's statement. `score` is its confidence from 0 to 1; `because` are the words that carried it."""

    name: str
    value: str
    score: float
    by: str
    because: tuple[str, ...] = ()


def values(labels: Sequence[Label], name: str) -> tuple[str, ...]:
    """The values that `labels` give to one name, in order."""
    return tuple(label.value for label in labels if label.name == name)


def says(labels: Sequence[Label], name: str, value: str) -> bool:
    """Whether one of `labels` is `name:value`."""
    for label in labels:  # noqa: SIM110 - a generator would cost more than what it is to tell
        if label.name == name and label.value == value:
            return True
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic of a brand's own: `words` tell it at once (phrases; a star leaves the last word open), `like` by example.

    What is said much like the examples, in other words or another language, is of the topic too.
    """

    name: str
    words: tuple[str, ...] = ()
    like: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a labeller is asked about: a text, and the brand it may speak of or to.

    `handles` (without @) and `names` are the brand's own, folded by `core.text.fold`; `language` is what the network
    says, None if nothing; `is_reply` tells whether the post answers another one. `topics` are the brand's, and `lines`
    the probabilities from which on it wants a label to be said, by label, where they are not the usual ones.
    """

    text: str
    handles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    language: str | None = None
    is_reply: bool = False
    topics: tuple[Topic, ...] = ()
    lines: tuple[tuple[str, float], ...] = ()


Labels = tuple[Label, ...]
