"""What numbers count: money, a length of time or something else, so that `30 days` do not approve `£30`."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ascolta.core.redact.normal import Normal
from ascolta.core.speaking.dates import codes
from ascolta.core.speaking.lengths import hours_at

NUMBERS = re.compile(r"[0-9]+(?:[.,:'][0-9]+)*")
DIGITS = re.compile(r"[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,'])[0-9]{3})(?:\1[0-9]{3})*")
_CENTS = re.compile(r"[.,][0-9]{2}$")
_SIGNS = "€$£¥"
_WORDS = frozenset((
    "eur", "euro", "euros", "pound", "pounds", "quid", "pence", "gbp", "dollar", "dollars", "dolares", "dolar", "usd",
    "reais", "real", "brl", "chf", "franken", "francs", "rappen", "cent", "cents", "centimes", "centimos", "centavos",
    "centesimi", "pavos", "bucks", "balles",
    "boules", "paus", "mangos", "lucas", "kroten", "flappen",
    "pesos", "peso", "libras", "livres", "sterline", "dollari", "dollaro", "pfund", "pond",
))  # fmt: skip
_MONEY = re.compile(rf"\s?[{_SIGNS}]|[\s-]?(?:{'|'.join(sorted(_WORDS))})\b")
_LED = re.compile(rf"(?:[{_SIGNS}]|\b(?:eur|usd|gbp|chf|brl))\s?$")
_SHARE = re.compile(r"\s?%|\s(?:percent|per cent|prozent|procent|pour ?cent|por ?cien(?:to)?|por cento|per cento)\b")
_NEXT = re.compile(r"[\s-]{1,2}([^\W\d_]+)[.]?(?:[\s-]+([^\W\d_]+))?")
SHORT = 3
"""Letters of a word that is nothing that could be counted: what is `45 for two` may be a price."""


class Amounts(NamedTuple):
    """Numbers that were said of money, those that may have been a price, and those that are no known length."""

    prices: frozenset[str]
    costs: frozenset[str]
    loose: frozenset[str]


NO_AMOUNTS = Amounts(frozenset(), frozenset(), frozenset())


def joined_amounts(one: Amounts, other: Amounts) -> Amounts:
    """Both."""
    return Amounts(one.prices | other.prices, one.costs | other.costs, one.loose | other.loose)


def is_money(plain: str, start: int, end: int) -> bool:
    """Whether a number has a currency beside it."""
    return bool(_LED.search(plain[max(0, start - 4) : start]) or _MONEY.match(plain, end))


def is_share(plain: str, end: int) -> bool:
    """Whether a number is one of percent."""
    return _SHARE.match(plain, end) is not None


def are_money(words: Sequence[str], at: int) -> bool:
    """Whether a number in words stands before a currency: `thirty pounds`."""
    return at + 1 < len(words) and words[at + 1] in _WORDS


def amounts(read: Normal, known: Mapping[str, str], spelled: frozenset[str]) -> Amounts:
    """The numbers of a text, by what they count; `spelled` are its words for numbers, `known` what they say."""
    prices, costs, loose = set[str](), set[str](), set[str]()
    for found in NUMBERS.finditer(read.plain) if read.digits else ():
        start, end = found.span()
        number = plain_number(found[0])
        if is_money(read.plain, start, end):
            prices.add(number)
        elif is_share(read.plain, end):
            prices.add(f"{number}%")
        else:
            words = _words_after(read.plain, end)
            if not hours_at([found[0], *words], 0, known):
                loose.add(number)
                costs.update([number] if _may_cost(read.plain, found, words) else ())
    for at, word in enumerate(read.order) if spelled else ():
        if word in spelled and not hours_at(read.order, at, known):
            (prices if are_money(read.order, at) else loose).add(known[word])
    return Amounts(frozenset(prices), frozenset(costs), frozenset(loose))


def _words_after(plain: str, end: int) -> list[str]:
    after = _NEXT.match(plain, end)
    return [word for word in after.groups() if word] if after else []


def _may_cost(plain: str, found: re.Match[str], words: Sequence[str]) -> bool:
    """Whether a number without a currency may be a price: no date, no part of something longer, nothing counted."""
    around = plain[max(0, found.start() - 1) : found.start()] + plain[found.end() : found.end() + 1]
    if any(sign in "-/:" or sign.isalpha() for sign in around) or not codes().keys().isdisjoint(words):
        return False
    return not words or len(words[0]) <= SHORT or _CENTS.search(found[0]) is not None


def plain_number(said: str) -> str:
    """A number without what parts its thousands, and without zeros before it."""
    if said.isdigit():
        return said.lstrip("0")
    if _GROUPED.fullmatch(said):
        return "".join(DIGITS.findall(said)).lstrip("0")
    whole, _, rest = said.replace(",", ".").replace(":", ".").partition(".")
    return whole.lstrip("0") + (f".{rest.rstrip('0')}" if rest.strip("0.") else "")
