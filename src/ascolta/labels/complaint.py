"""Complaint: reality fell short of what the author could expect of the brand. Most carry no sentiment word."""

import math
from collections.abc import Sequence

from ascolta.core.label import Ask, Label, Labels, says, values
from ascolta.labels.lexicon import Reading, read

START = -0.65
FIRST_PERSON = frozenset({
    "i", "me", "my", "mine", "we", "us", "our", "im", "ive", "yo", "mi", "mis", "nos", "nuestro", "nuestra", "je",
    "j", "mon", "ma", "mes", "nous", "notre", "ich", "mir", "mich", "mein", "meine", "meinen", "wir", "uns", "unser",
    "unsere", "eu", "meu", "minha", "nosso", "io", "mio", "mia", "miei", "ci", "noi", "nostro", "ik", "mij", "mijn",
    "wij", "ons", "onze",
})  # fmt: skip


class Complaint:
    """Gives every post complaint:yes or complaint:no."""

    name = "complaint"

    def label(self, asks: Sequence[Ask], known: Sequence[Labels]) -> list[Labels]:
        """One label each; `score` is the confidence in the value given."""
        return [(self._one(ask, given),) for ask, given in zip(asks, known, strict=True)]

    def _one(self, ask: Ask, given: Labels) -> Label:
        reading = read(ask.text, next(iter(values(given, "language")), "en"))
        yes = 1 / (1 + math.exp(-odds(reading, addressed=says(given, "addressed", "yes"))))
        value = "yes" if yes >= 0.5 else "no"
        because = (*reading.said("complaint"), *reading.said("negative"))[:6] if value == "yes" else ()
        return Label(name="complaint", value=value, score=round(max(yes, 1 - yes), 3), by=self.name, because=because)


def odds(reading: Reading, *, addressed: bool) -> float:
    """The log-odds that a text is a complaint."""
    phrases, negative = min(3, reading.count("complaint")), min(4, reading.count("negative"))
    positive = reading.count("positive")
    score = START + 1.25 * phrases + 0.6 * negative - 0.55 * min(3, positive)
    if phrases or negative:
        score += 0.9 * reading.has("irony")
        score += 0.35 * any(word in FIRST_PERSON for word in reading.words)
        score += 0.35 * addressed
        score += 0.3 * (reading.text.isupper() or "!!" in reading.text)
    if reading.has("negation"):
        score += 0.5
    if reading.has("news") and not addressed:
        score -= 0.9
    if phrases == 0 and "?" in reading.text:
        score -= 0.6
    return score
