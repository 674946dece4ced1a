"""DOB_AGE: when a person was born, and how old a person is; whisky and years as a customer are neither."""

import re
from collections.abc import Iterator

from ascolta.core.redact.normal import Normal, holds

Hits = Iterator[tuple[int, int]]

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|janv|fev|fevr|avr|mai|juin|juil|aout"
    r"|dez|mrz|okt"
    r"|set|out|gen|mag|giu|lug|ott|mei|mrt|maart|maerz|marz|mars|enero|giugno|luglio|ottobre|gennaio"
    r"|maggio)[a-z]{0,7}"
)
_DATE = (
    rf"(?:\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}|\d{{1,2}}(?:st|nd|rd|th|er|\.|º|o)?(?: (?:de|of|di"
    rf"|do))? {_MONTH},?(?: (?:de|of|di|del))?"
    rf"(?: \d{{4}})?|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|(?:19|20)\d\d)"
)
_BORN = re.compile(
    r"\b(?:born|nacid[oa]s?|naci|nacio|nee?s?|nascid[oa]s?|nasci|nasceu|nat[oa]|geboren|geb\.)"
    rf" (?:on |in |el (?:dia )?|en |le |am |im |em |a |no dia |il |nel |op (?:de )?|the |de )?{_DATE}(?!\w)"
)
_BIRTHS = frozenset(
    ("born", "nacido", "nacida", "nacidos", "nacidas", "naci", "nacio", "ne", "nes", "nee", "nees", "nascido",
     "nascida", "nascidos", "nascidas", "nasci", "nasceu", "nato", "nata", "geboren", "geb")
)  # fmt: skip
"""The words with which the form above begins; each stands by itself, as a space follows."""

_SAID = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|birth ?date|birthday|fecha de nacimiento|date de naissance|geburtsdatum|"
    r"geburtstag|data de nascimento|data di nascita|geboortedatum)"
    rf"[ :]{{0,2}}(?:is |was |es |est |ist |e |le |am |el |on )?[ :]{{0,2}}({_DATE})(?!\w)"
)
_SAYS = ("birth", "date ", "dob", "d.o", "do.b", "fecha", "geburts", "data d", "geboorte")
"""One of these is in whatever the form above finds."""


def _age(words: str, form: str) -> tuple[frozenset[str], re.Pattern[str]]:
    """A way to say an age, and the words one of which stands in it by itself."""
    return frozenset(words.split()), re.compile(form)


_AGES = (
    _age(
        "old",
        r"\b((?:1[0-2]|[1-9])?\d[- ]?(?:years?|yrs?|months?)[- ]old)(?!\w)(?! (?:\w{1,12} )?(?:whisky"
        r"|whiskey|scotch|rum|wine|port|car"
        r"|laptop|phone|plane|aircraft|house|account|bug|ticket|complaint|system|company|tradition|building"
        r"|software))",
    ),
    _age(
        "m am s is aged age turned turns turning",
        r"\b(?:i'm|i am|he's|he is|she's|she is|aged|age of|age:?|turned|turns|turning) "
        r"((?:1[01]|[1-9])?\d(?: years old)?)(?= *(?:[.,;!?)]|$|and\b|but\b|so\b|years\b|now\b|yrs\b))",
    ),
    _age(
        "anos meses",
        r"\b(?:tengo|tiene|tienes|cumpl[eio]|cumplo|cumplio|edad:?|tenho|tem|fiz|fez|faz|idade:?) ((?:1[01]"
        r"|[1-9])?\d (?:anos|meses))\b"
        r"(?! (?:de (?:garant|experien|antig)|como|siendo|sendo|esper))",
    ),
    _age(
        "anos meses",
        r"\b(?:hij[oa]s?|nin[oa]s?|madre|padre|abuel[oa]|bebe|mujer|hombre|senor[a]?|filh[oa]s?|mae|pai"
        r"|av[oo]|crianca|"
        r"menin[oa]|idos[oa]) (?:(?:tiene |tem )?((?:de |con |com )?(?:1[01]|[1-9])?\d (?:anos|meses)))\b",
    ),
    _age("ans", r"\b(?:j'ai|il a|elle a|ayant|a) ((?:1[01]|[1-9])\d ans)\b(?! (?:que|d'|de))"),
    _age("ans mois", r"\b(agee?s? de \d{1,3} (?:ans|mois))\b"),
    _age(
        "ans mois",
        r"\b(?:fils|fille|mere|pere|enfant|bebe|grand-mere|femme|homme) (de \d{1,3} (?:ans|mois))\b",
    ),
    _age("alt", r"\b(\d{1,3} jahre alt)\b"),
    _age("bin", r"\bich bin (\d{2})(?= *(?:[.,;!?)]|$|und\b))"),
    _age(
        "anni mesi",
        r"\b(?:ho|ha|hai|compio|compie|eta:?) ((?:1[01]|[1-9])?\d (?:anni|mesi))\b(?! (?:di (?:garanz"
        r"|esperien)|come|che))",
    ),
    _age(
        "anni mesi",
        r"\b(?:figli[oa]|madre|padre|nonn[oa]|bambin[oa]|donna|uomo|signor[ae]) (?:ha )?((?:di )?\d{1,3} "
        r"(?:anni|mesi))\b",
    ),
)
_JOINED = (
    (("yo", "y/o", "y.o"), re.compile(r"\b((?:1[01]|[1-9])?\d ?(?:yo|y/o|y\.o\.))(?!\w)")),
    (
        ("jahrig",),
        re.compile(
            r"\b(\d{1,3}-? ?jahrige[rnsm]?)\b(?!r? (?:garantie|erfahrung|vertrag|jubilaum|bestehen|geburtstag))"
        ),
    ),
    (("jarig",), re.compile(r"\b(\d{1,3}-?jarige)\b(?! (?:garantie|ervaring|contract|jubileum))")),
    (
        (" jaar",),
        re.compile(
            r"\b(?:ik ben|hij is|zij is|ze is|is|ben|van) (\d{1,3} jaar(?: oud)?)(?= *(?:[.,;!?)]|$|en\b"
            r"|oud\b))(?<!van )"
        ),
    ),
)
"""Those whose words may be written together with a number or with what follows."""

_DRINKS = re.compile(r"whisk|rum\b|ron\b|wijn|wein|vin\b|cognac|uisque|vino\b|contrat|klant|client|kunde")


def find_dob_age(read: Normal) -> Hits:
    """Birth dates after a word for them, and ages."""
    if not read.digits:
        return
    for found in () if _BIRTHS.isdisjoint(read.words) else _BORN.finditer(read.plain):
        yield found.span()
    for found in _SAID.finditer(read.plain) if holds(read.plain, _SAYS) else ():
        yield found.span(1)
    for form in _ages(read):
        for found in form.finditer(read.plain):
            if not _DRINKS.search(read.plain, max(0, found.start() - 24), found.start(1)):
                yield found.span(1)


def _ages(read: Normal) -> Iterator[re.Pattern[str]]:
    """The ways to say an age that may be in a text."""
    for words, form in _AGES:
        if not words.isdisjoint(read.words):
            yield form
    for signs, form in _JOINED:
        if holds(read.plain, signs):
            yield form
