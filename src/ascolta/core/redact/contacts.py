"""EMAIL (RFC 5321's form, and as people spell it out), PHONE (libphonenumber's plans), HANDLE."""

import re
from collections.abc import Iterator

import phonenumbers

from ascolta.core.redact.lists import listed
from ascolta.core.redact.normal import Normal

Hits = Iterator[tuple[int, int]]

CHECKED = 10
"""How many candidates of a piece are checked against a numbering plan; all beyond are taken for numbers unchecked."""

_DOMAIN = re.compile(r"@((?:[^\W_][\w-]{0,62}\.){1,6}[^\W\d_]{2,24})(?![\w@-])")
_LOCAL = re.compile(r"[\w.+%&'=~^-]{1,64}")
_AT = re.compile(
    r"\s{0,2}[\[({<]\s?(?:at|a|arroba|arobase|chiocciola|apenstaartje|@)\s?[\])}>]\s{0,2}"
    r"|\s{1,2}(?:at|arroba|arobase|chiocciola|apenstaartje|klammeraffe|apestaartje)\s{1,2}"
)
_AT_WORDS = listed("words", "at")
_DOT_WORDS = listed("words", "dot")
_DOT = (
    r"(?:\s{1,2}(?:dot|punto|punkt|punt|point|ponto)\s{1,2}"
    r"|\s?[\[({](?:dot|punto|punkt|punt|point|ponto|\.)[\])}]\s?)"
)
_NO_NAME = r"(?!(?:any|some|this|that|what|which|one|every|each|no|the|an?|my|your|our|their)\s)"
"""As in "at any point in time"."""

_SPELT = re.compile(rf"{_NO_NAME}[a-z0-9][\w-]{{0,40}}(?:{_DOT}[a-z0-9][\w-]{{0,30}}){{0,3}}{_DOT}[a-z]{{2,12}}\b")
_WRITTEN = re.compile(r"[a-z0-9][\w-]{0,40}(?:\.[a-z0-9][\w-]{0,30}){0,3}\.[a-z]{2,12}\b")
_BEFORE = re.compile(
    r"\S{1,40}(?:\s{1,2}[\])}]?(?:tod|otnup|tknup|tnup|tniop|otnop|\.)[\[({]?\s{1,2}[^\s\[({]{1,40}){0,3}(?!\S)"
    r"|\S{1,40}"
)
"""The local part, read backwards."""


_PHONE = re.compile(
    r"[+(0-9](?<![\w/#@&=].)(?<!\d[.,:].)(?:(?<=[0-9])|(?<=\+) ?\d|(?<=\()\+?\d)(?:[ ()./-]{0,3}\d){5,16}(?![\w@])"
)
_NOT_PHONE = re.compile(
    r"\d{1,4}([/.-])\d{1,2}\1\d{1,4}\b.*|\d{1,3}(?:[. ]\d{3}){1,4}|(?:\d{1,3}\.){3}\d{1,3}|(?:19|20)\d\d ?- ?"
    r"(?:19|20)\d\d"
)
_GAP = re.compile(r"[ ()./-]")
_GAPS = str.maketrans("", "", " ()./-+")
_UNIT = re.compile(
    r"\s?(?:%|€|\$|£|¥|[.,]\d|eur\b|euros?\b|usd\b|gbp\b|reais\b|kg\b|km\b|gb\b|mb\b|views\b|followers\b)"
)
_PRICE = re.compile(r"[$€£¥] ?$")
_CALLING = re.compile(
    r"\b(?:tel|phone|call|text|ring|dial|whats ?app|mobile|cell|sms|fax|hotline|reach|contact|telefono|telefone"
    r"|movil|"
    r"llam|celular|zap|telemovel|ligu|liga|contacto|contato|chiama|cellulare|telephone|appel|joign|joindre|portable|"
    r"ruf|handy|telefon|mobil|erreich|anruf|bel\b|bellen|nummer ist|numero est|number is|mobiel|bereik|gsm"
    r"|numero e\b)"
)
_REGIONS = {
    "en": ("GB", "US", "IN", "AU"), "es": ("ES", "MX", "AR", "CO"), "fr": ("FR", "BE", "CH"),
    "de": ("DE", "AT", "CH"), "pt": ("PT", "BR"), "it": ("IT", "CH"), "nl": ("NL", "BE"),
}  # fmt: skip
_ANYWHERE = ("US", "GB", "ES", "FR", "DE", "IT", "BR", "NL", "PT")

_FORMS = {
    region: re.compile(form)
    for region, form in {
        "GB": r"0\d{9,10}", "US": r"1?[2-9]\d\d[2-9]\d{6}", "IN": r"0?[6-9]\d{9}|0\d{9,10}",
        "AU": r"0\d{9}|1[38]\d{4,8}",
        "ES": r"[6-9]\d{8}", "MX": r"[2-9]\d{9}", "AR": r"0?[1-9]\d{9}", "CO": r"[36]\d{9}", "FR": r"0\d{9}",
        "BE": r"0\d{8,9}", "CH": r"0\d{9}", "DE": r"0\d{6,12}", "AT": r"0\d{6,12}", "PT": r"[29]\d{8}|[78]\d{8}",
        "BR": r"0?[1-9]\d{9,10}", "IT": r"0\d{5,10}|3\d{8,9}", "NL": r"0\d{9}",
    }.items()
}  # fmt: skip
"""What a number of a region looks like; libphonenumber is asked only of those."""

_HANDLE = re.compile(
    r"@(?<![A-Za-z0-9_\u00c0-\u024f@].)([^\W_]\w{0,60}(?:[.-]\w{1,60}){0,4}(?:@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})?|_\w{1,60})"
)
_LEADING = re.compile(r"[\s.]{0,4}(?:RT\s)?")


def find_email(read: Normal) -> Hits:
    """Addresses as written and as spelt out."""
    if "@" in read.plain:
        for found in _DOMAIN.finditer(read.plain):
            at = found.start()
            local = _LOCAL.match(read.plain[max(0, at - 64) : at][::-1])
            start = at - len(local[0]) if local else at
            if local and read.plain[start - 1 : start] != "@":
                yield start, found.end()
    if _AT_WORDS.isdisjoint(read.words) or (_DOT_WORDS.isdisjoint(read.words) and not _may_be_spelt(read)):
        return
    for found in _AT.finditer(read.plain):
        sure = any(sign in found[0] for sign in "[({<")
        after = _SPELT.match(read.plain, found.end())
        if after is None and (sure or found[0].strip() not in ("at", "@")):
            after = _WRITTEN.match(read.plain, found.end())
        if after:
            yield _spelt_from(read.plain, found.start()), after.end()


def _may_be_spelt(read: Normal) -> bool:
    return any(sign in read.plain for sign in "[({<") or not (_AT_WORDS - {"at", "a"}).isdisjoint(read.words)


def _spelt_from(text: str, at: int) -> int:
    """Where the local part of a spelt address begins: words joined by a word for a dot."""
    before = _BEFORE.match(text[max(0, at - 160) : at][::-1])
    return at - len(before[0]) if before else at


def find_phone(read: Normal) -> Hits:
    """Numbers that a numbering plan has, or that stand beside a word for calling."""
    tried = 0
    for found in _PHONE.finditer(read.plain) if read.digits >= 7 else ():
        said = found[0]
        if _NOT_PHONE.fullmatch(said.strip("(+ ")) and said[0] != "+":
            continue
        start = found.start()
        if _UNIT.match(read.plain, found.end()) or _PRICE.search(read.plain, max(0, start - 2), start):
            continue
        tried += 1
        if tried > CHECKED or _is_phone(said, read.language, read.plain, start):
            yield found.span()


def _is_phone(said: str, language: str, text: str, at: int) -> bool:
    """Whether what was said there is a number: a word for calling stands shortly before, or a plan has it."""
    digits = said.translate(_GAPS)
    if not 7 <= len(digits) <= 15:
        return False
    if _CALLING.search(text, max(0, at - 32), at):
        return True
    if said.lstrip("(").startswith("+"):
        return _is_valid("+" + digits, None)
    if digits.startswith("00") and len(digits) >= 10 and _is_valid("+" + digits[2:], None):
        return True
    parted = _GAP.search(said) is not None
    if not parted and not digits.startswith("0") and len(digits) < 9:
        return False
    for region in _REGIONS.get(language, _ANYWHERE):
        if (region != "US" or parted) and _FORMS[region].fullmatch(digits) and _is_valid(digits, region):
            return True
    return False


def _is_valid(said: str, region: str | None) -> bool:
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(said, region)))
    except phonenumbers.NumberParseException:
        return False


def find_handle(read: Normal) -> Hits:
    """Accounts other than the brand's own; where none is known as its own, the first, named at the start, is."""
    if "@" not in read.text:
        return
    first = _LEADING.match(read.text)
    lead = first.end() if first else 0
    for found in _HANDLE.finditer(read.text):
        name = read.plain[found.start(1) : found.end(1)]
        is_own = name in read.own or name.partition("@")[0] in read.own if read.own else found.start() == lead
        if not is_own and any(char.isalpha() for char in name):
            yield found.span()
