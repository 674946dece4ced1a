"""DOB_AGE: when a person was born, and how old a person is; whisky and years as a customer are neither."""

import re
from collections.abc import Iterator

from ascolta.core.redact.normal import Normal

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
_BIRTHS = re.compile("born|nac|ne|nasc|nat|geb")
_SAID = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|birth ?date|birthday|fecha de nacimiento|date de naissance|geburtsdatum|"
    r"geburtstag|data de nascimento|data di nascita|geboortedatum)"
    rf"[ :]{{0,2}}(?:is |was |es |est |ist |e |le |am |el |on )?[ :]{{0,2}}({_DATE})(?!\w)"
)


def _age(signs: tuple[str, ...], form: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A way to say an age, and what a text must hold for it to be worth looking."""
    return re.compile("|".join(signs)), re.compile(form)


_AGES = (
    _age(
        ("old",),
        r"\b((?:1[0-2]|[1-9])?\d[- ]?(?:years?|yrs?|months?)[- ]old)(?!\w)(?! (?:\w{1,12} )?(?:whisky"
        r"|whiskey|scotch|rum|wine|port|car"
        r"|laptop|phone|plane|aircraft|house|account|bug|ticket|complaint|system|company|tradition|building"
        r"|software))",
    ),
    _age(("yo", "y/o", "y.o"), r"\b((?:1[01]|[1-9])?\d ?(?:yo|y/o|y\.o\.))(?!\w)"),
    _age(
        ("i'm", "i am", "he's", "he is", "she", "age", "turn"),
        r"\b(?:i'm|i am|he's|he is|she's|she is|aged|age of|age:?|turned|turns|turning) "
        r"((?:1[01]|[1-9])?\d(?: years old)?)(?= *(?:[.,;!?)]|$|and\b|but\b|so\b|years\b|now\b|yrs\b))",
    ),
    _age(
        ("anos", "meses"),
        r"\b(?:tengo|tiene|tienes|cumpl[eio]|cumplo|cumplio|edad:?|tenho|tem|fiz|fez|faz|idade:?) ((?:1[01]"
        r"|[1-9])?\d (?:anos|meses))\b"
        r"(?! (?:de (?:garant|experien|antig)|como|siendo|sendo|esper))",
    ),
    _age(
        ("anos", "meses"),
        r"\b(?:hij[oa]s?|nin[oa]s?|madre|padre|abuel[oa]|bebe|mujer|hombre|senor[a]?|filh[oa]s?|mae|pai"
        r"|av[oo]|crianca|"
        r"menin[oa]|idos[oa]) (?:(?:tiene |tem )?((?:de |con |com )?(?:1[01]|[1-9])?\d (?:anos|meses)))\b",
    ),
    _age((" ans",), r"\b(?:j'ai|il a|elle a|ayant|a) ((?:1[01]|[1-9])\d ans)\b(?! (?:que|d'|de))"),
    _age(("agee", "age de"), r"\b(agee?s? de \d{1,3} (?:ans|mois))\b"),
    _age(
        (" ans", " mois"),
        r"\b(?:fils|fille|mere|pere|enfant|bebe|grand-mere|femme|homme) (de \d{1,3} (?:ans|mois))\b",
    ),
    _age(("jahre alt",), r"\b(\d{1,3} jahre alt)\b"),
    _age(
        ("jahrig",),
        r"\b(\d{1,3}-? ?jahrige[rnsm]?)\b(?!r? (?:garantie|erfahrung|vertrag|jubilaum|bestehen|geburtstag))",
    ),
    _age(("ich bin",), r"\bich bin (\d{2})(?= *(?:[.,;!?)]|$|und\b))"),
    _age(
        ("anni", "mesi"),
        r"\b(?:ho|ha|hai|compio|compie|eta:?) ((?:1[01]|[1-9])?\d (?:anni|mesi))\b(?! (?:di (?:garanz"
        r"|esperien)|come|che))",
    ),
    _age(
        ("anni", "mesi"),
        r"\b(?:figli[oa]|madre|padre|nonn[oa]|bambin[oa]|donna|uomo|signor[ae]) (?:ha )?((?:di )?\d{1,3} "
        r"(?:anni|mesi))\b",
    ),
    _age(("jarig",), r"\b(\d{1,3}-?jarige)\b(?! (?:garantie|ervaring|contract|jubileum))"),
    _age(
        (" jaar",),
        r"\b(?:ik ben|hij is|zij is|ze is|is|ben|van) (\d{1,3} jaar(?: oud)?)(?= *(?:[.,;!?)]|$|en\b"
        r"|oud\b))(?<!van )",
    ),
)
_DRINKS = re.compile(r"whisk|rum\b|ron\b|wijn|wein|vin\b|cognac|uisque|vino\b|contrat|klant|client|kunde")


def find_dob_age(read: Normal) -> Hits:
    """Birth dates after a word for them, and ages."""
    if not read.digits:
        return
    for found in _BORN.finditer(read.plain) if _BIRTHS.search(read.plain) else ():
        yield found.span()
    for found in _SAID.finditer(read.plain):
        yield found.span(1)
    for signs, form in _AGES:
        for found in form.finditer(read.plain) if signs.search(read.plain) else ():
            if not _DRINKS.search(read.plain, max(0, found.start() - 24), found.start(1)):
                yield found.span(1)
