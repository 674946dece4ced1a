"""What is measured, on which posts, and how: the same for training's card and for the bench."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ascolta.core.label import Ask, Labels, says, values
from ascolta.ports import Labeller
from ascolta.training.encoding import ask
from ascolta.training.examples import Example

BATCH = 1_000

Pairs = Sequence[tuple[str, str]]
"""What each post's source says of it, and what a labeller does."""

SEVEN = ("arabic", "french", "german", "hindi", "italian", "portuguese", "spanish")
LabelBatch = Callable[[Sequence[Ask]], Sequence[Labels]]


def batched(labeller: Labeller) -> LabelBatch:
    """A labeller as a function that asks a thousand posts at a time."""

    def label(asks: Sequence[Ask]) -> list[Labels]:
        starts = range(0, len(asks), BATCH)
        parts = (asks[start : start + BATCH] for start in starts)
        return [labels for part in parts for labels in labeller.label(part, [()] * len(part))]

    return label


def macro_f1(pairs: Pairs) -> float:
    """The mean over values of F1."""
    wanted, given = Counter(meant for meant, _ in pairs), Counter(said for _, said in pairs)
    right = Counter(meant for meant, said in pairs if meant == said)
    return sum(2 * right[one] / (wanted[one] + given[one]) for one in wanted) / max(1, len(wanted))


def macro_recall(pairs: Pairs) -> float:
    """The mean over values of how many were found."""
    wanted = Counter(meant for meant, _ in pairs)
    right = Counter(meant for meant, said in pairs if meant == said)
    return sum(right[one] / wanted[one] for one in wanted) / max(1, len(wanted))


def yes_f1(pairs: Pairs) -> float:
    """F1 of yes."""
    right = sum(meant == said == "yes" for meant, said in pairs)
    return 2 * right / max(1, sum((meant == "yes") + (said == "yes") for meant, said in pairs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One row of the table: a label on the posts of some sources (by how their names begin)."""

    name: str
    label: str
    sources: tuple[str, ...]
    score: Callable[[Pairs], float] = macro_f1
    target: float | None = None
    languages: tuple[str, ...] = ()
    truth: str = ""

    def of(self, examples: Iterable[Example], part: str = "test") -> list[Example]:
        """The examples of a part that this task asks of."""
        return [one for one in examples if one.part == part and self.asks(one)]

    def asks(self, example: Example) -> bool:
        """Whether this task asks of an example, whatever its part."""
        if not example.source.startswith(self.sources) or (self.truth or self.label) not in example.labels:
            return False
        return not self.languages or example.language in self.languages

    def meant(self, example: Example) -> str:
        """What the source says."""
        return example.labels[self.truth or self.label][0]

    def said(self, labels: Labels) -> str:
        """What a labeller says, in the words of the source."""
        if self.truth == "suggestion":
            return "yes" if says(labels, "intent", "suggestion") else "no"
        return next(iter(values(labels, self.label)), "")

    def pairs(self, examples: Sequence[Example], label: LabelBatch) -> list[tuple[str, str]]:
        """What is meant and what a labeller says, of each."""
        given = label([ask(example) for example in examples])
        return [(self.meant(one), self.said(labels)) for one, labels in zip(examples, given, strict=True)]


CORPUS = ("corpus",)
TASKS = (
    Task(name="addressed, own corpus, unseen brands", label="addressed", sources=CORPUS, target=0.93),
    Task(name="addressed, account within a sentence", label="addressed", sources=("held-within",)),
    Task(name="complaint, public, random split", label="complaint", sources=("complaints",), target=0.84),
    Task(name="complaint, own corpus", label="complaint", sources=CORPUS),
    Task(name="polarity, airlines (never trained on)", label="polarity", sources=("airline",), target=0.70),
    Task(
        name="polarity, TweetEval, macro recall",
        label="polarity",
        sources=("tweeteval/sentiment",),
        score=macro_recall,
        target=0.65,
    ),
    Task(name="polarity, own corpus", label="polarity", sources=CORPUS),
    Task(name="offensive, TweetEval", label="offensive", sources=("tweeteval/offensive",), target=0.74),
    Task(name="offensive, own corpus", label="offensive", sources=CORPUS),
    *(Task(name=f"polarity, {name}", label="polarity", sources=(f"multilingual/{name}",)) for name in SEVEN),
    Task(
        name="suggestion, F1 (never trained on)",
        label="intent",
        truth="suggestion",
        sources=("suggestions",),
        score=yes_f1,
        target=0.55,
    ),
    Task(name="intent, own corpus", label="intent", sources=CORPUS),
)
