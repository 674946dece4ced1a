"""All areas with their bugs."""

from tests.planted import consent, erase, journal, keep, noise, redact, risk
from tests.planted.bug import Area

AREAS: tuple[Area, ...] = (consent.AREA, keep.AREA, erase.AREA, redact.AREA, noise.AREA, journal.AREA, risk.AREA)
