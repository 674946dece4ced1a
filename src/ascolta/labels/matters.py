"""What calls for a person or for silence: sensitive matters and offence."""

from collections.abc import Sequence

from ascolta.core.label import Ask, Label, Labels, values
from ascolta.labels.lexicon import read

HEARD = ("bereavement", "self_harm", "minors")
"""The sensitive matters that words alone can tell; the others wait for a learnt labeller."""


class Sensitive:
    """Gives a post each sensitive matter that its words name; mostly none."""

    name = "sensitive"

    def label(self, asks: Sequence[Ask], known: Sequence[Labels]) -> list[Labels]:
        """No, one or several labels each."""
        return [self._one(ask, given) for ask, given in zip(asks, known, strict=True)]

    def _one(self, ask: Ask, given: Labels) -> Labels:
        reading = read(ask.text, next(iter(values(given, "language")), "en"))
        return tuple(
            Label(name="sensitive", value=matter, score=0.7, by=self.name, because=reading.said(matter))
            for matter in HEARD
            if reading.has(matter)
        )


class Offensive:
    """Gives every post offensive:yes or offensive:no."""

    name = "offensive"

    def label(self, asks: Sequence[Ask], known: Sequence[Labels]) -> list[Labels]:
        """One label each."""
        return [(self._one(ask, given),) for ask, given in zip(asks, known, strict=True)]

    def _one(self, ask: Ask, given: Labels) -> Label:
        reading = read(ask.text, next(iter(values(given, "language")), "en"))
        found = reading.said("offensive")
        return Label(name="offensive", value="yes" if found else "no", score=0.7, by=self.name, because=found[:4])
