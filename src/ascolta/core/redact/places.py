"""ADDRESS: a street with a house number, as seven languages write it, with what follows of post code and town."""

import re
from collections.abc import Iterator

from ascolta.core.redact.lists import listed
from ascolta.core.redact.normal import Normal, holds

Hits = Iterator[tuple[int, int]]

_NUMBER = r"\d{1,5}(?: ?(?:bis|ter|[a-z]))?\b"
_ENGLISH = re.compile(
    rf"(?<![\w.,:/£$€-])(?:(?:flat|apt|unit) ?\w{{1,4}},? )?{_NUMBER},? (?:[^\W\d][\w'.-]{{1,20}} ){{1,3}}"
    rf"(?:street|st|avenue|ave|"
    r"road|rd|lane|ln|drive|dr|court|ct|boulevard|blvd|close|crescent|terrace|way|place|square|sq|gardens|grove|hill|"
    r"parkway|pkwy|mews|row|walk|park)\b"
)
_FRENCH = re.compile(
    rf"(?<![\w.,:/-]){_NUMBER},? (?:rue|avenue|av\.?|bd|boulevard|place|chemin|impasse|allee|quai|route|cours|square|"
    r"faubourg|passage|villa|sentier) (?:[^\W\d][\w'.-]{0,20}[ ,]{0,2}){1,5}"
)
_ROMANCE = re.compile(
    r"\b(?:calle|c/|avenida|avda\.?|av\.|plaza|paseo|carrera|camino|ronda|travesia|pasaje|rua|r\.|travessa"
    r"|praca|largo|"
    r"estrada|alameda|via|viale|piazza|piazzale|corso|vicolo|strada|rue|avenue) ?"
    r"(?:[^\W\d][\w'.-]{0,20} ?){1,5},? ?(?<=[ ,])"
    rf"(?:n[.o°]{{0,2}} ?)?{_NUMBER}"
)
_GERMANIC = re.compile(
    r"\b(?:[^\W\d_][\w-]{2,30}(?:stra(?:ß|ss)e|str\.|str|gasse|allee|weg|platz|ufer|damm|straat|laan|plein"
    r"|gracht|singel)|"
    r"[^\W\d_][\w-]{2,30} (?:stra(?:ß|ss)e|str\.|weg|platz|allee|straat|laan|plein|gracht))"
    r" \d{1,4} ?(?:[a-z]\b)?(?![\w:.,]\d)"
)
_LOOSE = re.compile(r"\b[^\W\d_][\w'-]{1,25}(?: [^\W\d_][\w'-]{2,25}){0,2} \d{1,4} ?(?:[a-z]\b)?")
_CAPITAL = re.compile(r"(?<!\w)[A-ZÀ-Þ]")
_CAPITALS = re.compile(r"(?<![^\W\d_])[A-ZÀ-Þ][\w'’-]+")
_WORDS = re.compile(r"[^\W\d_][^\s,]+")
_FULL_STOP = re.compile(r"[^\W\d_]{5}\. [A-ZÀ-Þ][a-zß-ÿ]{2}")
"""The end of a sentence: what is shortened in the name of a street is shorter."""

_ON_THE_WAY = frozenset(("via", "at", "to", "from", "near", "along", "past", "into"))
"""Words that are in no street's name: `the 18 runs via Mill Lane`."""

_NO_PLACE = (
    "sitzplatz",
    "parkplatz",
    "stellplatz",
    "fensterplatz",
    "gangplatz",
    "arbeitsplatz",
    "liegeplatz",
    "unterwegs",
)
_POSTED = re.compile(
    r",? {0,2}(?:\d{5}(?:-\d{4})?|\d{4} ?[A-Z]{2}|\d{4}-\d{3}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|\d{4})(?!\w)"
    r"(?: [A-ZÀ-Þ][\w'’-]{2,25}){0,2}"
)
_FLOOR = re.compile(r"[, ]{1,2}\d{1,2} ?[ºª°o](?: ?[A-Z]\b)?")
_TOWN = re.compile(
    r", (?!I\b)(?:[A-ZÀ-Þ][\w'’.-]{2,25}(?: [A-ZÀ-Þ][\w'’-]{1,25}){0,2})(?: [A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})?"
)
_UK = re.compile(r"[A-Z](?<!\w.)[A-Z]?\d[A-Z\d]? \d[A-BD-HJLNP-UW-Z]{2}(?!\w)")
_LIVING = listed("words", "living")
_STREETS = listed("words", "streets_after")

_RUES = listed("words", "streets_french")
_CALLES = listed("words", "streets_before")
_ENDS = (
    "strasse", "straße", "str.", "str ", "gasse", "straat", "allee ", "weg ", "platz ", "ufer ", "damm ", "laan ",
    "plein ", "gracht ", "singel ",
)  # fmt: skip


def find_address(read: Normal) -> Hits:
    """Streets with their number, and British post codes by themselves."""
    if not read.digits:
        return
    for found in _UK.finditer(read.text) if read.digits > 1 else ():
        yield found.span()
    if not _STREETS.isdisjoint(read.words):
        yield from _named(read, _ENGLISH)
    for names, form in ((_RUES, _FRENCH), (_CALLES, _ROMANCE)):
        if not names.isdisjoint(read.words):
            yield from _named(read, form)
    for found in _GERMANIC.finditer(read.plain) if holds(read.plain, _ENDS) else ():
        if not found[0].startswith(_NO_PLACE) and read.text[found.start()].isupper():
            yield found.start(), _on(read.text, found.start() + len(found[0].rstrip()))
    if not _LIVING.isdisjoint(read.words):
        for found in _LOOSE.finditer(read.plain):
            capital = _CAPITAL.search(read.text, found.start(), found.end())
            if capital:
                bare = found.start() + len(found[0].rstrip())
                end = _on(read.text, bare)
                if end > bare:
                    yield capital.start(), end


def _named(read: Normal, form: re.Pattern[str]) -> Hits:
    """Streets whose name ends with a capital word, or of which a word for living says what they are.

    A French one ends with its last capital word; the last word of an English one says that it is a street.
    """
    is_told = not _LIVING.isdisjoint(read.words)
    for found in form.finditer(read.plain):
        said = read.text[found.start() : found.end()]
        capitals = [word.end() for word in _CAPITALS.finditer(said)]
        names = _WORDS.findall(said)
        if _FULL_STOP.search(said) or (form is _ENGLISH and not _ON_THE_WAY.isdisjoint(names)):
            continue
        if form is _FRENCH and capitals:
            yield found.start(), _on(read.text, found.start() + capitals[-1])
        elif form is not _FRENCH and (is_told or names[-2 if form is _ENGLISH else -1][:1].isupper()):
            yield found.start(), _on(read.text, found.end())


def _on(text: str, end: int) -> int:
    """How far floor, post code and town go on."""
    for _ in range(4):
        more = _FLOOR.match(text, end) or _POSTED.match(text, end) or _TOWN.match(text, end)
        if more is None:
            return end
        end = more.end()
    return end
