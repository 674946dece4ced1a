"""Public holidays of a country or region, as the extra `holidays` knows them (the library of that name, MIT)."""

import difflib
import importlib
import importlib.util
from collections.abc import Iterable
from datetime import date
from typing import Any

from ascolta.core.days import day_of
from ascolta.files.reading import Value

YEARS = 3
"""So many years after this one are known; a process that runs for longer does not know later ones."""


def installed() -> bool:
    """Whether the extra `holidays` is there."""
    return importlib.util.find_spec("holidays") is not None


def public_days(country: Value, region: Value | None, today: date | None = None) -> frozenset[int]:
    """The public holidays of a country, or of a region of it, as days since 1970-01-01. Raises FileError.

    Those of the year of a day (this one), of the year before it and of some years after it.
    """
    if not installed():
        country.fail("public holidays need one more package: pip install 'ascolta[holidays]'; or list them yourself")
    library: Any = importlib.import_module("holidays")
    known: dict[str, list[str]] = library.list_supported_countries(include_aliases=False)
    code = country.text().upper()
    if code not in known:
        country.fail(f"no public holidays are known of '{code}'; write a country's two letters, such as DE")
    part = region.text() if region is not None else None
    if region is not None and part not in known[code]:
        region.fail(f"'{part}' is no region of {code}{_near(part or '', known[code])}")
    year = (today or date.today()).year
    days: Iterable[date] = library.country_holidays(code, subdiv=part, years=range(year - 1, year + YEARS + 1))
    return frozenset(day_of(day.year, day.month, day.day) for day in days)


def _near(said: str, known: list[str]) -> str:
    if not known:
        return ", which has none; leave it out"
    close = difflib.get_close_matches(said.upper(), known, n=1, cutoff=0.5)
    return f", did you mean '{close[0]}'?" if close else f"; known are {', '.join(known)}"
