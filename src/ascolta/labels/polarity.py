"""Polarity: what a post does to the brand's reputation, which is not the author's mood (RepLab 2013)."""

from collections.abc import Sequence

from ascolta.core.label import Ask, Label, Labels, says, values
from ascolta.labels.lexicon import Reading, read

REACH = 3
"""A negation turns what stands within this many words after it."""


class Polarity:
    """Gives every post negative, neutral or positive."""

    name = "polarity"

    def label(self, asks: Sequence[Ask], known: Sequence[Labels]) -> list[Labels]:
        """One label each."""
        return [(self._one(ask, given),) for ask, given in zip(asks, known, strict=True)]

    def _one(self, ask: Ask, given: Labels) -> Label:
        reading = read(ask.text, next(iter(values(given, "language")), "en"))
        good, bad, because = balance(reading)
        bad += 1.2 * says(given, "complaint", "yes")
        value = "neutral"
        if bad > good and bad >= 1:
            value = "negative"
        elif good > bad and good >= 1:
            value = "positive"
        score = 0.5 + 0.5 * abs(good - bad) / (good + bad + 1)
        return Label(name="polarity", value=value, score=round(score, 3), by=self.name, because=because[:6])


def balance(reading: Reading) -> tuple[float, float, tuple[str, ...]]:
    """How much speaks for and against the brand, and the words that do."""
    turned = [start for start, _ in reading.lexicon["negation"].find(reading.words)]
    good = bad = 0.0
    because = []
    for section, sign in (("positive", 1), ("negative", -1)):
        for start, end in reading.lexicon[section].find(reading.words):
            negated = any(0 < start - place <= REACH for place in turned)
            if (sign > 0) is not negated:
                good += 1 if sign > 0 else 0.5
            else:
                bad += 1
            because.append(" ".join(reading.words[start:end]))
    if bad and reading.has("irony"):
        bad, good = bad + 1, max(0.0, good - 1)
    return good, bad, tuple(because)
