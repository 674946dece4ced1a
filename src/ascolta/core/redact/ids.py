"""NATIONAL_ID: numbers of persons of eleven countries, by their form and their check digits."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ascolta.core.redact import checksums
from ascolta.core.redact.normal import Normal

LEAST = 6
"""Digits that the shortest of them has."""

CHECKED = 60
"""Candidates of a piece whose check digits are looked at; all beyond are taken for numbers of persons unchecked."""

_BARE = str.maketrans("", "", " .+-")

Hits = Iterator[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One country's number: its form, its check, and the words without which the form says too little."""

    form: re.Pattern[str]
    right: Callable[[str], bool]
    words: frozenset[str] = frozenset()


def _kind(form: str, right: Callable[[str], bool], words: str = "") -> Kind:
    return Kind(form=re.compile(rf"(?<![\w-])(?:{form})(?![\w-])"), right=right, words=frozenset(words.split()))


def _formed(said: str) -> bool:
    return bool(said)


_KINDS = (
    _kind(r"[a-ceghj-prtw-z][a-ceghj-nprtw-z](?: ?\d\d){3} ?[a-d]", _formed),
    _kind(r"\d{8}[ -]?[a-z]|\d{1,2}\.\d{3}\.\d{3}[ -]?[a-z]", checksums.dni),
    _kind(r"[xyz][ -]?\d{7}[ -]?[a-z]", checksums.dni),
    _kind(r"[a-z]{6} ?\d\d[a-ehlmprst]\d\d ?[a-z]\d{3}[a-z]", checksums.codice_fiscale),
    _kind(r"(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}", _formed),
    _kind(r"(?!000|666|9)\d{3}[ -]?(?!00)\d\d[ -]?(?!0000)\d{4}", _formed, "ssn social"),
    _kind(r"\d{3}[ -]?\d{3}[ -]?\d{4}", checksums.nhs, "nhs"),
    _kind(r"[2-9]\d{3}[ -]\d{4}[ -]\d{4}(?! \d{4}(?!\d))", checksums.verhoeff),
    _kind(r"[2-9]\d{11}", checksums.verhoeff, "aadhaar aadhar uidai"),
    _kind(r"\d{11}", checksums.pesel),
    _kind(
        r"\d{4}\.?\d{2}\.?\d{3}|\d{9}"
        r"|\d{3}[ .]\d{3}[ .]\d{3}",
        checksums.bsn,
        "bsn burgerservicenummer sofinummer",
    ),
    _kind(r"(?:19|20)?\d{6}[+-]\d{4}", checksums.personnummer),
    _kind(r"(?:19|20)?\d{10}", checksums.personnummer, "personnummer personnumret"),
    _kind(r"[12] ?\d\d ?\d\d ?\d\d ?\d{3} ?\d{3} ?\d\d", checksums.insee),
    _kind(r"\d{3}\.\d{3}\.\d{3}-\d\d|\d{11}|\d{9}-\d\d", checksums.cpf),
    _kind(r"\d\d ?\d{3} ?\d{3} ?\d{3}", checksums.steuer_id),
)
"""NINO, DNI, NIE, codice fiscale, SSN, NHS, Aadhaar, PESEL, BSN, personnummer, INSEE, CPF, Steuer-ID."""


_DIGITS = re.compile(r"[0-9](?<![\w-].)(?=[0-9]|[. ][0-9]{2})(?=(?:[ .+-]?[0-9]){6})")
"""Where one that begins with a digit may begin: it has seven digits or more, with one sign between them at the most."""

_TIED = re.compile(r"[0-9](?:(?<=[a-z].)|(?<=[a-z][ -].))[0-9](?:[a-z][0-9]{2}|[0-9]{5}| ?[0-9]{2} ?[0-9]{2})")
"""Digits after letters, as every one has that begins with a letter."""

_LETTERS = re.compile(r"(?<![\w-])(?:[a-z]{6} ?\d\d[a-z]|[a-z]{2} ?\d\d|[xyz][ -]?\d{7})")
"""How one begins that begins with a letter."""

_ANY = re.compile("|".join(f"({kind.form.pattern})" for kind in _KINDS))


def find_national_id(read: Normal) -> Hits:
    """Numbers whose form and check digits are a country's."""
    tried = done = 0
    for start in _starts(read) if read.digits >= LEAST else ():
        form = _ANY.match(read.plain, start) if start >= done else None
        if form is None or form.lastindex is None:
            continue
        tried += 1
        for kind in _KINDS[form.lastindex - 1 :]:
            found = None if kind.words and kind.words.isdisjoint(read.words) else kind.form.match(read.plain, start)
            if found and (tried > CHECKED or kind.right(found[0].translate(_BARE))):
                yield found.span()
                done = found.end()
                break


def _starts(read: Normal) -> list[int]:
    """Where one may begin, in order."""
    starts = [found.start() for found in _DIGITS.finditer(read.plain)]
    if _TIED.search(read.plain):
        starts = sorted([*starts, *(found.start() for found in _LETTERS.finditer(read.plain))])
    return starts
