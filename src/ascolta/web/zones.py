"""The time zones of the world, as somebody chooses theirs: by continent and city, in their own language."""

from collections.abc import Sequence
from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global

from ascolta.web.tongue import gettext as _
from ascolta.web.tongue import locale, reader

Zones = Sequence[tuple[str, Sequence[tuple[str, str]]]]
"""Continents, each with its zones: the IANA name, and how it is called."""

_LANDS = {
    "Africa": "002",
    "America": "019",
    "Antarctica": "AQ",
    "Asia": "142",
    "Australia": "AU",
    "Europe": "150",
    "Pacific": "009",
}
"""The first part of a zone's name, and the code of that part of the world (UN M49 or ISO 3166)."""


def zones() -> Zones:
    """The zones to choose from, the reader's own among them whatever its name is."""
    here = reader().zone
    found = {area: list(cities) for area, cities in _known(reader().lang)}
    if here != "UTC" and all(here != zone for cities in found.values() for zone, _city in cities):
        found = {_area(here): [(here, _city_of(here))], **found}
    return [("UTC", [("UTC", "UTC")]), *found.items()]


@lru_cache(maxsize=8)
def _known(lang: str) -> Zones:
    """The zones of the CLDR, by their names in the language of whoever reads now."""
    there = available_timezones()
    found: dict[str, list[tuple[str, str]]] = {}
    for zone in get_global("zone_territories"):
        if zone in there and "/" in zone and not zone.startswith("Etc/"):
            found.setdefault(_area(zone), []).append((zone, _city_of(zone)))
    return sorted((area, sorted(cities, key=lambda city: city[1].casefold())) for area, cities in found.items())


def _area(zone: str) -> str:
    name = zone.partition("/")[0]
    if name == "Atlantic":
        return _("Atlantic")
    if name == "Indian":
        return _("Indian Ocean")
    return str(locale().territories.get(_LANDS.get(name, ""), name))


def _city_of(zone: str) -> str:
    here: Locale = locale()
    found = here.time_zones.get(zone, {}).get("city")
    return str(found) if found else zone.rpartition("/")[2].replace("_", " ")
