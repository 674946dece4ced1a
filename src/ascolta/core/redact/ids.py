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
    _kind(r"[2-9]\d{3}[ -]\d{4}[ -]\d{4}", checksums.verhoeff),
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


_START = re.compile(r"(?<![\w-])(?:[a-z]{6} ?\d\d[a-z]|[a-z]{2} ?\d\d|[xyz][ -]?\d{7}|\d[\d .-]{5})")
"""How any of them begins."""

_ANY = re.compile("|".join(kind.form.pattern for kind in _KINDS))


def find_national_id(read: Normal) -> Hits:
    """Numbers whose form and check digits are a country's."""
    if read.digits < LEAST:
        return
    kinds = [kind for kind in _KINDS if not kind.words or not kind.words.isdisjoint(read.words)]
    tried = done = 0
    for start in _START.finditer(read.plain):
        if start.start() < done or _ANY.match(read.plain, start.start()) is None:
            continue
        tried += 1
        for kind in kinds:
            found = kind.form.match(read.plain, start.start())
            if found and (tried > CHECKED or kind.right(found[0].translate(_BARE))):
                yield found.span()
                done = found.end()
                break
