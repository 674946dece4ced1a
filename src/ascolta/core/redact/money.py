"""IBAN (ISO 13616, mod 97) and CARD (Luhn, or its last four digits where a card is spoken of)."""

import re
from collections.abc import Iterator

from ascolta.core.redact.checksums import luhn, mod97
from ascolta.core.redact.lists import listed
from ascolta.core.redact.normal import Normal, holds

Hits = Iterator[tuple[int, int]]

_LENGTHS = {
    code: int(size)
    for size, codes in {
        15: "no", 16: "be", 18: "dk fo fi gl nl sd", 19: "mk si", 20: "at ba ee kz lt lu xk mn",
        21: "hr lv li ch", 22: "bh bg cr ge de ie me rs gb va", 23: "gi iq il om so tl ae",
        24: "ad cz md pk ro sa sk es se tn vg dj ni", 25: "ly pt st", 26: "is tr",
        27: "bi fr gr it mr mc sm", 28: "al az by cy do sv gt hu lb pl", 29: "br eg ps qa ua", 30: "jo kw mu",
        31: "mt sc", 32: "lc", 33: "ru",
    }.items()
    for code in codes.split()
}  # fmt: skip
CHECKED = 40
"""Candidates of a piece whose check digit is looked at; all beyond are taken for cards unchecked."""

_FORMS = {code: re.compile(rf"(?:[ -]?[a-z0-9]){{{size}}}(?![a-z0-9])") for code, size in _LENGTHS.items()}
_GAPS = str.maketrans("", "", " .-")
_IBAN = re.compile(r"[0-9](?<=[a-z]{2}[0-9])(?<![a-z0-9][a-z]{2}[0-9])[0-9](?=[ -]?[a-z0-9])")
_CARD = re.compile(r"[2-6](?<![\w+].)(?!\d{2}-\d{7}-\d{7}(?!\d))(?:[ .-]{0,2}\d){12,18}(?!\d)")
_MASKED = re.compile(r"(?<=[*x#])[ -]?\d{3,5}(?![\w*])")
_MASK = re.compile(r"(?:[*x#]{1,6}[ -]?){1,6}")
_LAST = re.compile(
    r"\b(?:ending(?: in| with)?|ends? (?:in|with|on)|last (?:four|4)(?: digits)?(?: are| is)?"
    r"|(?:que )?(?:terminad[ao]|termina|acabad[ao]|acaba) (?:en|em)"
    r"|(?:qui )?(?:se )?(?:terminant|termine|finissant|finit) (?:par|en)"
    r"|(?:die )?(?:endet|endend) (?:auf|mit|in)|endnummer|endziffern|letzte[nr]? vier(?: ziffern)?|mit der endung"
    r"|(?:de |com )?final|ultimos (?:quatro|cuatro|4)(?: digitos)?"
    r"|(?:che )?(?:finisce|termina|terminante|finiscono) (?:con|in|per)|ultime (?:quattro|4)(?: cifre)?"
    r"|(?:die )?eindig(?:end|t) (?:op|met|in)|laatste (?:vier|4)(?: cijfers)?|quatre derniers(?: chiffres)?)"
    r"[: ]{1,2}\d{4}(?![\w])"
)
_CARDS = listed("words", "cards")


def find_iban(read: Normal) -> Hits:
    """Account numbers of the right length whose remainder is right."""
    for found in _IBAN.finditer(read.plain) if read.digits >= 7 else ():
        start = found.start() - 2
        form = _FORMS.get(read.plain[start : start + 2])
        whole = form.match(read.plain, start) if form else None
        if whole and mod97(whole[0].replace(" ", "").replace("-", "")):
            yield whole.span()


def find_card(read: Normal) -> Hits:
    """Card numbers, masked ones, and last digits beside a word for a card."""
    if read.digits < 3:
        return
    for tried, found in enumerate(_CARD.finditer(read.plain) if read.digits >= 13 else ()):
        end = _cut(read.plain, found.start(), found.end()) if tried < CHECKED else found.end()
        if end:
            yield found.start(), end
    for found in _MASKED.finditer(read.plain) if holds(read.plain, ("**", "xx", "##")) else ():
        mask = _MASK.match(read.plain[max(0, found.start() - 20) : found.start()][::-1])
        if mask and sum(map(mask[0].count, "*x#")) >= 4:
            yield found.start() - len(mask[0].rstrip(" -")), found.end()
    if not _CARDS.isdisjoint(read.words):
        for found in _LAST.finditer(read.plain):
            yield found.span()


def _cut(text: str, start: int, end: int) -> int | None:
    """Where a card's number ends: what follows it may be a date or a code."""
    while end - start >= 13:
        digits = text[start:end].translate(_GAPS)
        if not 13 <= len(digits) <= 19:
            return None
        if luhn(digits) and len(set(digits)) > 1:
            return end
        gap = max(text.rfind(sign, start, end) for sign in " .-")
        if gap < 0:
            return None
        end = gap
    return None
