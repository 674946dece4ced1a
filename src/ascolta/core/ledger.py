"""The privacy ledger: what the published figures of a brand's day spent, what that protects, what may still be learned.

Cells of one kind are paid as often as an author may fall in them, however many there are (parallel composition); kinds,
epochs and days add up (basic composition: Dwork and Roth 2014, theorem 3.16, doi:10.1561/0400000042).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from ascolta.core.bound import EPOCHS
from ascolta.core.cells import BUDGET, TERMS, Kind, Published
from ascolta.core.days import date_of
from ascolta.core.rising import EPSILON, THRESHOLD, charged


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One brand's day: when each epoch began (seconds since 1970), what was published, how many cells are open yet.

    `words`: in how many epochs words of the week were counted; none before these were published.
    """

    brand: str
    day: int
    epochs: tuple[float, ...]
    published: tuple[Published, ...] = ()
    open: int = 0
    words: int = 0

    @property
    def date(self) -> str:
        """The day as people write it."""
        return "{:04}-{:02}-{:02}".format(*date_of(self.day))

    @property
    def charged(self) -> int:
        """How often one author may have been counted: once an epoch, and not at all in those beyond the third."""
        return min(len(self.epochs), EPOCHS)

    @property
    def by_kind(self) -> dict[Kind, Fraction]:
        """What each kind of cell has spent so far for each author: all of it with its first published cell."""
        paid = {one.cell.kind: one.epsilon for one in self.published if not one.withheld}
        return {kind: epsilon * TERMS[kind].most * self.charged for kind, epsilon in paid.items()}

    @property
    def spent(self) -> Fraction:
        """The epsilon of all figures of the day together, for one author."""
        return sum(self.by_kind.values(), Fraction(0))

    @property
    def worded(self) -> tuple[Fraction, float]:
        """The epsilon and delta of the words of the week for one author of this day, beside what figures spent."""
        return charged(min(self.words, EPOCHS))

    @property
    def whole(self) -> Fraction:
        """The epsilon of figures and words together."""
        return self.spent + self.worded[0]

    @property
    def withheld(self) -> bool:
        """Whether nothing more of this day is published."""
        return len(self.epochs) > EPOCHS


def together(entries: Iterable[Entry]) -> Fraction:
    """The epsilon of all these days and brands for somebody who spoke of each brand on each day."""
    return sum((entry.whole for entry in entries), Fraction(0))


def belief(epsilon: Fraction, before: float = 0.5) -> float:
    """To what probability a guess about one author can rise at most, by figures that spent this epsilon."""
    odds = before / (1 - before) * math.exp(min(float(epsilon), 700.0))
    return odds / (1 + odds)


def protects(entry: Entry) -> str:
    """What the ledger promises for a day, in one sentence."""
    if not entry.whole:
        return "Nothing was published of this day yet, so nothing can be learned from it."
    told, but = f"all figures of {entry.date}", ""
    if entry.words:
        told += " and the words of its week"
        but = f", but for one chance in {math.floor(1 / entry.worded[1] + 0.5):,}"
    return (
        f"Whoever sees {told}, and knows all else, can hardly tell whether one account spoke of "
        f"{entry.brand} that day: a guess of 50 % becomes {_percent(entry.whole)} at most "
        f"(epsilon {plain(entry.whole)}){but}."
    )


def learned(entry: Entry) -> tuple[str, ...]:
    """What an adversary could still learn, in plain words."""
    if not entry.whole:
        return ()
    many, week, once = 5 * entry.whole, 7 * entry.whole, BUDGET + (EPSILON if entry.words else 0)
    said = [
        "How many people spoke, about when and of what: that is what the figures are for.",
        f"What a group does as one: for five accounts that act together 50 % may become {_percent(many)}.",
        f"What somebody does day after day: a week of such days has epsilon {plain(week)} for who speaks on each.",
        "What stands in public anyway: whoever searches the network finds the posts; the figures do not help in it.",
        "That an alert rose: the detector reads exact counts, and what it says is outside this ledger.",
    ]
    if entry.words:
        said.append(f"Which words {THRESHOLD} people or more said that week, about: that is what these are for.")
    if len(entry.epochs) > 1:
        again = len(entry.epochs) - 1
        said.append(
            f"More than on other days: after {again} restart{'s' if again > 1 else ''}, an author may have been "
            f"counted again each time; without, epsilon would be at most {plain(once)}."
        )
    if entry.withheld:
        said.append(f"Nothing after the {EPOCHS + 1}th start of the day: the cells that closed since were withheld.")
    return tuple(said)


def plain(epsilon: Fraction) -> str:
    """An epsilon as people read it."""
    return f"{float(epsilon):g}"


def _percent(epsilon: Fraction) -> str:
    """Rounded up, for it is a bound."""
    found = math.ceil(belief(epsilon) * 1000) / 10
    return f"{found:g} %" if found < 100 else "nearly 100 %"
