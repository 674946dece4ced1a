"""Quiet hours of the person who is answered: nobody is written to in the night of where their language is spoken.

Where that is comes from the language tag of the post (BCP 47: RFC 5646), by its region if it has one. Where it cannot
be known there are no quiet hours.
"""

import re
from functools import lru_cache

from ascolta.core.brand import Offset, Quiet
from ascolta.core.case import Case
from ascolta.core.days import DAY
from ascolta.core.hours import steady
from ascolta.core.regions import WRITTEN_IN, ZONES

AWAKE = 3600.0
"""Who wrote within this time, in seconds, is awake."""

_TAG = re.compile(r"([a-z]{2,3})(?:-[a-z]{3}){0,3}(?:-[a-z]{4})?(?:-([a-z]{2}|\d{3}))?(?:-.*)?")
_ALSO = {"UK": "GB"}
LONGEST = 35
"""Letters of the longest language tag that everybody must be able to keep (RFC 5646, 4.4.1)."""


def quiet_until(language: str | None, published: float, at: float, quiet: Quiet | None) -> float | None:
    """When the person who wrote in a language may be answered again; None if they may be at `at`.

    Of several time zones it is night in all of them, and the first in which it ends ends it. Who wrote lately is awake.
    """
    if quiet is None or at - published < AWAKE:
        return None
    names = [name for region in regions(language) for name in ZONES[region]]
    offsets = [quiet.zone(name) for name in names]
    ends = [None if offset is None else _night_ends(offset, at, quiet) for offset in offsets]
    known = [end for end in ends if end is not None]
    return min(known) if known and len(known) == len(ends) else None


def regions(language: str | None) -> tuple[str, ...]:
    """In which regions of the world somebody lives who writes in a language; none if that is not known."""
    written, region = _parts(language)
    if region:
        return (region,) if region in ZONES else ()
    return WRITTEN_IN.get(written, ())


def region_of(language: str | None, spoken: str | None = None) -> str:
    """The region that a language tag names, such as BR in pt-BR; empty if it names none whose clocks we know.

    A tag of another language than what is `spoken` in the post tells how a device is set up, and not where it is.
    """
    written, region = _parts(language)
    return region if region in ZONES and spoken in (None, "und", written) else ""


def tongue(case: Case) -> str:
    """The language tag of a case: its language, with its region where the network gave one."""
    said = dict(case.labels)
    return "-".join(part for part in (said.get("language", "und"), said.get("region", "")) if part)


def _parts(language: str | None) -> tuple[str, str]:
    """The language and the region of a tag; empty where it names none. What is no usual tag is kept nowhere."""
    said = language or ""
    return _usual(said) if len(said) <= LONGEST else _read(said)


def _read(language: str) -> tuple[str, str]:
    found = _TAG.fullmatch(language.strip().lower().replace("_", "-"))
    if found is None:
        return "", ""
    region = (found[2] or "").upper()
    return found[1], _ALSO.get(region, region)


_usual = lru_cache(maxsize=1_024)(_read)


def _night_ends(offset: Offset, at: float, quiet: Quiet) -> float | None:
    """When the night is over that is at a time in a time zone; None if there is none then."""
    local = at + offset(at)
    midnight = local // DAY * DAY
    long = (quiet.ends - quiet.begins) % DAY
    begun = next(day + quiet.begins for day in (midnight, midnight - DAY) if day + quiet.begins <= local)
    if local >= begun + long:
        return None
    pieces = steady(at, at + 2 * DAY, offset)
    return next(max(since, begun + long - ahead) for since, until, ahead in pieces if begun + long - ahead < until)
