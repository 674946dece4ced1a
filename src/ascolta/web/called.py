"""What things are called in the weekly brief, and how its figures are written, in sentences, tables and pictures."""

import math
from collections.abc import Sequence
from datetime import date

from ascolta.core.brief import EXPECTED, Conduct, What
from ascolta.core.insight_bounds import Estimate
from ascolta.core.practice import End
from ascolta.core.study import figure
from ascolta.web import say
from ascolta.web.tongue import dated, number, percent
from ascolta.web.tongue import gettext as _

LONGEST = 40
"""Characters of a name at the most: on one page there is no room for more."""


def short(name: str) -> str:
    """A name that fits."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1].rstrip()}…"


def weekday(day: int) -> str:
    """A day of the week with its number, such as `Mon 16`."""
    return dated(date.fromordinal(say.EPOCH + day), "EEE d")


def whats() -> dict[What, str]:
    """What each kind of case is called."""
    return {
        What.COMPLAINT: _("Complaints to us"),
        What.OTHER: _("Other posts to us"),
        What.OPEN: _("Complaints in the open"),
    }


def ends() -> dict[End, str]:
    """What it is called that became of a case."""
    return {
        End.ANSWERED: _("answered"),
        End.WAITING: _("waiting"),
        End.LEFT: _("closed unanswered"),
        End.GONE: _("taken back"),
    }


def conducts() -> dict[Conduct, str]:
    """What each figure of practice is called."""
    return {
        Conduct.SPOKEN: _("Answered when spoken to"),
        Conduct.COMPLAINTS: _("Answered complaints"),
        Conduct.ALONE: _("Left other talk alone"),
        Conduct.UNINVITED: _("Stepped in unasked"),
    }


def speeds() -> Sequence[str]:
    """How fast an answer was, in a word or two."""
    return (_("15 min"), _("1 h"), _("5 h"), _("a day"), _("later"), _("not yet"))


def count(value: int | None) -> str:
    """A count; a small one is not told apart."""
    return _("few") if value is None else number(value)


def share(found: Estimate | None) -> str:
    """A share in percent; nearly all is not told as all, nor nearly none as none."""
    if found is None:
        return _("few")
    value = found.value
    return percent(100 * value, int(0 < value < 0.005 or 0.995 <= value < 1))


def times(found: Estimate | None) -> str:
    """How many times as many."""
    if found is None:
        return "–"
    if math.isinf(found.value):
        return _("× %(low)s at least", low=number(found.low, 1))
    return f"× {number(found.value, 1)}"


def wants(what: Conduct) -> str:
    """Which share of people care, by the study."""
    return percent(figure(EXPECTED[what]).percent)
