"""The listening notice's words, one file a language. Every language has the same keys with the same places in them."""

from dataclasses import dataclass
from types import ModuleType

from ascolta.core.days import date_of
from ascolta.core.wording import de, en, es, fr, it, nl, pt

SIZES = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
DAYS_FROM = 4 * 86_400
"""A shorter time than this, in seconds, is told in hours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One language: its words by key, how it writes a date, what it calls lengths of time (one, many)."""

    lang: str
    words: dict[str, str]
    months: tuple[str, ...]
    date: str
    units: dict[str, tuple[str, str]]

    def day(self, day: int) -> str:
        """A day (counted from 1970-01-01) as people write it."""
        year, month, date = date_of(day)
        return self.date.format(day=date, month=self.months[month - 1], year=year)

    def span(self, seconds: float) -> str:
        """A length of time in the largest unit of which it is a whole number, below four days in hours."""
        whole = round(seconds)
        sizes = SIZES if whole >= DAYS_FROM else SIZES[1:]
        unit, size = next((unit, size) for unit, size in sizes if whole % size == 0)
        count = whole // size
        return f"{count} {self.units[unit][count != 1]}"


def _of(lang: str, module: ModuleType) -> Wording:
    return Wording(
        lang=lang,
        words=dict(module.WORDS),
        months=tuple(module.MONTHS),
        date=str(module.DATE),
        units=dict(module.UNITS),
    )


WORDINGS = {
    lang: _of(lang, module)
    for lang, module in (("en", en), ("es", es), ("fr", fr), ("de", de), ("pt", pt), ("it", it), ("nl", nl))
}
"""In the order in which a page offers them."""
