"""The labellers, in the order in which they speak; each hears those before it.

A new labeller is one file beside this one and one line here.
"""

from collections.abc import Sequence

from ascolta.core.label import Ask, Labels
from ascolta.labels.addressed import Addressed
from ascolta.labels.complaint import Complaint
from ascolta.labels.intent import Intent
from ascolta.labels.language import Language
from ascolta.labels.matters import Offensive, Sensitive
from ascolta.labels.polarity import Polarity
from ascolta.ports import Labeller

LABELLERS: tuple[Labeller, ...] = (
    Language(),
    Addressed(),
    Complaint(),
    Polarity(),
    Intent(),
    Offensive(),
    Sensitive(),
)


def label(asks: Sequence[Ask]) -> list[Labels]:
    """All labels of each of `asks`, in the same order."""
    given: list[Labels] = [()] * len(asks)
    for labeller in LABELLERS:
        given = [(*before, *new) for before, new in zip(given, labeller.label(asks, given), strict=True)]
    return given
