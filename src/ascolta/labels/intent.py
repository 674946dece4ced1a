"""Intent: what the author wants; exactly one of the vocabulary."""

import re
from collections.abc import Sequence

from ascolta.core.label import Ask, Label, Labels, says, values
from ascolta.core.text import fold, tokens
from ascolta.labels.lexicon import Reading, read

_SENTENCES = re.compile(r"(?<=[.!?…:;])\s+|\n+|(?<=[.!?…])(?=[@#])")
_LEADING = re.compile(r"^(?:[@#]\w[\w.\-@]*\W+)+")


class Intent:
    """Gives every post one intent."""

    name = "intent"

    def label(self, asks: Sequence[Ask], known: Sequence[Labels]) -> list[Labels]:
        """One label each."""
        return [(self._one(ask, given),) for ask, given in zip(asks, known, strict=True)]

    def _one(self, ask: Ask, given: Labels) -> Label:
        reading = read(ask.text, next(iter(values(given, "language")), "en"))
        addressed, complaint = says(given, "addressed", "yes"), says(given, "complaint", "yes")
        value, because = _intent(
            reading, addressed=addressed, complaint=complaint, positive=says(given, "polarity", "positive")
        )
        return Label(
            name="intent", value=value, score=0.6 if value != "other" else 0.4, by=self.name, because=because[:4]
        )


def _intent(reading: Reading, *, addressed: bool, complaint: bool, positive: bool) -> tuple[str, tuple[str, ...]]:
    spam = reading.said("spam")
    if len(spam) >= 2 or (spam and "http" in reading.text and not addressed):
        return "spam", spam
    news = reading.said("news")
    if not addressed and news and (len(news) >= 2 or "http" in reading.text):
        return "news", news
    for name in ("suggestion", "purchase") if not complaint else ("suggestion",):
        found = reading.said(name)
        if found and (name == "suggestion" or not addressed):
            return name, found
    if _asks(reading) and (addressed or not reading.has("banter")):
        return "question", reading.said("question")
    if addressed and reading.has("request"):
        return "request", reading.said("request")
    praise = (*reading.said("praise"), *reading.said("thanks"))
    if not complaint and (praise or (positive and addressed)):
        return "praise", praise
    if reading.has("banter") and not complaint:
        return "banter", reading.said("banter")
    return "other", ()


def _asks(reading: Reading) -> bool:
    """Whether a sentence ends in a question mark, or the first one opens like a question."""
    if any(mark in reading.text for mark in "?？؟¿"):
        return True
    first = tuple(tokens(fold(_LEADING.sub("", _SENTENCES.split(reading.folded.strip(), 1)[0]))))
    return len(first) > 3 and reading.lexicon["question"].starts(first)
