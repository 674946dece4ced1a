"""Web addresses in what a brand says, however they are written: a link stands in a fact as {link} and nowhere else."""

import re
import unicodedata
from collections.abc import Collection

from ascolta.core.text import INVISIBLE

_LIKE = str.maketrans(
    dict.fromkeys("\u2044\u2215\u2571\u27cb\u29f8", "/")
    | dict.fromkeys("\u2236\ua789\u02d0", ":")
    | dict.fromkeys("\u3002\uff61", ".")
)
"""What readers and browsers take for a slash, a colon or a full stop."""

_MARKUP = re.compile(r"//|www\.|\]\s?\(|</?[a-z!]|\b(?:https?|ftp|mailto|tel|data|javascript|ldaps?):\S", re.IGNORECASE)
_HOST = re.compile(r"(?<![\w+-])(?:[\w+-]+\.)+(?P<end>xn--[\w-]+|[^\W\d_]{2,24})(?P<path>/?)(?![\w-])")
_NUMBERS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)")
_MAIL = re.compile(r"[\w.+-]+@((?:[\w-]+\.)*[\w-]+)")
_ABBREVIATED = frozenset(("p.ej", "p.ex", "p.es"))
"""`For example`, written without a space; other words with a full stop in them end in one letter or a capital word."""

_ENDS = frozenset((
    "agency", "app", "berlin", "bike", "biz", "blog", "cafe", "center", "chat", "click", "cloud", "club",
    "coffee", "com", "dev", "digital", "edu", "email", "energy", "eus", "example", "expert", "express",
    "finance", "fun", "gal", "gmbh", "gov", "group", "help", "icu", "info", "int", "life", "link", "live",
    "love", "media", "money", "name", "net", "network", "news", "one", "online", "org", "page", "pro", "sale",
    "services", "shop", "site", "social", "space", "store", "studio", "support", "swiss", "team", "tech",
    "test", "tips", "today", "top", "travel", "vip", "web", "website", "wiki", "work", "world", "xyz", "zone",
))  # fmt: skip
"""Ends of host names that are known for such also with a capital; two capitals, and small letters, always are."""


def plain(text: str) -> str:
    """A text as a browser reads it: full width made narrow, nothing invisible, other slashes for slashes."""
    return unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).translate(_LIKE)


def web_address(text: str, hosts: Collection[str] = ()) -> str:
    """What leads elsewhere in a text; empty if nothing does. A mail address at one of `hosts` may stand."""
    said = plain(text)
    for found in _MAIL.finditer(said):
        if "." in found[1] and found[1].rstrip(".").casefold() not in hosts:
            return found[0]
    said = _MAIL.sub(" ", said)
    odd = _MARKUP.search(said) or _NUMBERS.search(said)
    if odd is not None:
        return odd[0]
    return next((found[0] for found in _HOST.finditer(said) if _is_host(found)), "")


def without_addresses(text: str) -> str:
    """A text as a browser reads it, without its words that lead elsewhere; accounts and mail addresses stay."""
    return " ".join(word for word in plain(text).split() if not _leads(word))


def _leads(word: str) -> bool:
    if _MARKUP.search(word) or "://" in word:
        return True
    return "@" not in word and any(map(_is_host, _HOST.finditer(word)))


def _is_host(found: re.Match[str]) -> bool:
    """Whether words with full stops between them lead somewhere: not `p.ej.` nor `St.Gallen`."""
    end = found["end"]
    if found["path"] or "--" in end:
        return True
    if found[0].casefold() in _ABBREVIATED:
        return False
    return end.islower() or end.casefold() in _ENDS or (end.isupper() and len(end) == len("es"))
