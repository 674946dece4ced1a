"""Lengths of time, so that `two weeks`, `14 Tage`, `quinze jours` and `10 werkdagen` are one and the same."""

import re
from collections.abc import Iterator, Mapping, Sequence

_HOUR, _DAY = 1, 24
_WEEK, _MONTH, _YEAR = 7 * _DAY, 30 * _DAY, 360 * _DAY
_UNITS = {
    word: hours
    for words, hours in (
        ("h hour hours hora horas heure heures stunde stunden ora ore uur uren", _HOUR),
        ("day days dia dias jour jours tag tage tagen tages giorno giorni dag dagen", _DAY),
        ("werktag werktage werktagen arbeitstag arbeitstage arbeitstagen werkdag werkdagen", _DAY),
        ("week weeks semana semanas semaine semaines woche wochen settimana settimane weken", _WEEK),
        ("month months mes meses mois monat monate monaten monats mese mesi maand maanden", _MONTH),
        ("year years ano anos an ans annee annees jahr jahre jahren anno anni jaar", _YEAR),
    )
    for word in words.split()
}
"""Units of time in seven languages, without accents, and their hours; twelve months of thirty days make a year."""

_WORKING = re.compile(r"(?:werk|arbeits)[dt]ag.*|ouvre[es]s?|ouvrables?|habile?s|laborables|uteis|lavorativi|feriali")
_AT_WORK = frozenset(("working", "business"))
_GLUED = re.compile(r"([0-9]{1,4})h(?:rs)?")
_WORK_WEEK = 5
_ONE = frozenset(("a", "an", "un", "una", "uma", "um", "une", "ein", "eine", "einem", "einer", "een"))


def hours_at(words: Sequence[str], at: int, known: Mapping[str, str]) -> frozenset[int]:
    """The hours of the length whose number stands at a place: several where a language counts in its own way."""
    glued = _GLUED.fullmatch(words[at])
    if glued:
        return frozenset((int(glued[1]),))
    said = words[at] if words[at].isdigit() else known.get(words[at], "1" if words[at] in _ONE else "")
    unit = next((near for near in (at + 1, at + 2) if near < len(words) and words[near] in _UNITS), 0)
    if not said.isdigit() or len(said) > 4 or not unit:
        return frozenset()
    return frozenset(_hours(int(said), words, unit))


def is_clock(words: Sequence[str], at: int) -> bool:
    """Whether a number stands before a word that counts hours and tells the time of day, too: `à 18 h`, `tien uur`."""
    return any(word in _CLOCK for word in words[at + 1 : at + 3])


_CLOCK = frozenset(("h", "heure", "heures", "hora", "horas", "ora", "ore", "uur"))


def _hours(number: int, words: Sequence[str], unit: int) -> Iterator[int]:
    hours = _UNITS[words[unit]]
    yield number * hours
    near = words[unit + 1] if unit + 1 < len(words) else ""
    if hours == _DAY:
        working = _WORKING.fullmatch(words[unit]) or _WORKING.fullmatch(near) or words[unit - 1] in _AT_WORK
        if working and number % _WORK_WEEK == 0:
            yield number // _WORK_WEEK * _WEEK
        if words[unit][0] in "jdg" and number in _COUNTED:
            yield _COUNTED[number] * _WEEK


_COUNTED = {8: 1, 15: 2}
"""Weeks that Romance languages count with both of their ends: `huit jours`, `quince días`."""


def spans_told(order: Sequence[str], words: frozenset[str], known: Mapping[str, str]) -> frozenset[int]:
    """The hours of all lengths of a text."""
    if words.isdisjoint(_UNITS) and not any(_GLUED.fullmatch(word) for word in words if word[0] in _DIGITS):
        return frozenset()
    units = [at for at, word in enumerate(order) if word in _UNITS]
    places = {max(0, at - back) for at in units for back in (1, 2)}
    places.update(at for at, word in enumerate(order) if word[0] in _DIGITS and _GLUED.fullmatch(word))
    return frozenset(hours for at in places for hours in hours_at(order, at, known))


_DIGITS = frozenset("0123456789")
