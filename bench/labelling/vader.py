"""VADER (Hutto & Gilbert 2014) as a peer for polarity, with its authors' thresholds."""

from collections.abc import Sequence

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer


class Vader:
    """Negative, neutral or positive by its lexicon and rules."""

    def __init__(self) -> None:
        self.analyser = SentimentIntensityAnalyzer()

    def say(self, texts: Sequence[str]) -> list[str]:
        """What it says of texts."""
        return [self._one(self.analyser.polarity_scores(text)["compound"]) for text in texts]

    def _one(self, compound: float) -> str:
        return "positive" if compound >= 0.05 else "negative" if compound <= -0.05 else "neutral"
