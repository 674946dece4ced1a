"""How text is made comparable: folding, and the tokens that queries speak of.

Folding makes case, accents, width and invisible characters not matter (Unicode NFKC and full case folding, then
combining diacritics removed). It is idempotent. Scripts written without spaces become one token a character, so that a
word there is found wherever its characters stand together.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple


def _ranges(chars: str) -> str:
    """Characters in their order for a class of a regular expression, those that follow each other as a range."""
    found: list[list[int]] = []
    for code in map(ord, chars):
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return "".join(f"\\u{low:04x}-\\u{high:04x}" for low, high in found)


# Among Han, Hangul and what is for private use, which are most of the first plane, there are no marks.
_PLACES = (*range(0x300, 0x3400), *range(0xA000, 0xAC00), *range(0xFB00, 0x10000))
MARKS = "".join(char for char in map(chr, _PLACES) if unicodedata.category(char) in ("Mn", "Mc"))
UNSPACED = (
    "\u0e00-\u0e3f\u0e40-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
)
MARK_CLASS, SPACED_CLASS = _ranges(MARKS), _ranges(re.sub(f"[{UNSPACED}]", "", MARKS))
"""All marks, and those of scripts that are written with spaces, for a class of a regular expression."""

EMOJI = "\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"

_MARKED = re.compile(rf"[{MARK_CLASS}]")
_ZALGO = re.compile(rf"([{MARK_CLASS}]{{8}})[{MARK_CLASS}]+")
_UNSEEN = (
    "\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff"
)
_MAY_BE_UNSEEN = re.compile(f"[{_UNSEEN}\u200d]")
INVISIBLE = re.compile(f"[{_UNSEEN}]|\u200d(?![{EMOJI}])|(?<![{EMOJI}\ufe0f\U0001f3fb-\U0001f3ff])\u200d")
_DIACRITICS = re.compile("[\u0300-\u036f]")
SIMPLER = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ς": "σ"}
_LETTERS, _HAS_LETTERS = str.maketrans(SIMPLER), re.compile(f"[{''.join(SIMPLER)}]")

_ASCII_TOKEN = re.compile(r"[a-z0-9_]+")
_TOKEN = re.compile(
    rf"[{UNSPACED}][{MARK_CLASS}]*"
    rf"|(?:[^\W{UNSPACED}]+|[{SPACED_CLASS}]+)+"
    rf"|[{EMOJI}](?:\u200d[{EMOJI}])*"
)
_HANDLE = re.compile(r"(?<![\w.@/])@(\w[\w.\-]*(?:@\w[\w.\-]*)?)")
_HASHTAG = re.compile(rf"(?<![\w&/])#([\w{MARK_CLASS}]+)")
_TICKER = re.compile(r"(?<![\w$])\$([^\W\d_]\w*(?:\.[^\W\d_]{1,2})?)(?!\w)")
_SIGNED = {"@": _HANDLE, "#": _HASHTAG, "$": _TICKER}
_BREAK = re.compile(r"[!?\n\u2028\u2029\u3002\u0964\u061f]|\.(?=[\s\"')\]\u201d\u2019])")
_GUARDED = {ord("*"): "S", ord("?"): "Q"}
_STARS = re.compile(r"S+")
_LINK = re.compile(r"https?://([^\s/?#<>\"']+)[^\s<>\"']*", re.IGNORECASE)


def fold(text: str) -> str:
    """`text` without what a reader would not tell apart: case, accents, width, invisible characters."""
    if text.isascii():
        return text.lower()
    if _MARKED.search(text):
        text = _ZALGO.sub(r"\1", text)
    text = _simple(unicodedata.normalize("NFKC", _visible_only(text)))
    text = _DIACRITICS.sub("", unicodedata.normalize("NFKD", text))
    return _visible_only(_simple(unicodedata.normalize("NFKC", text)))


def _visible_only(text: str) -> str:
    """`text` without what is not seen; one class is asked for first, since few texts have anything of it."""
    return INVISIBLE.sub("", text) if _MAY_BE_UNSEEN.search(text) else text


def _simple(text: str) -> str:
    text = text.casefold()
    return text.translate(_LETTERS) if _HAS_LETTERS.search(text) else text


def tokens(folded: str) -> list[str]:
    """The words of a folded text in order; emoji are words, an unspaced script gives one word a character."""
    return _ASCII_TOKEN.findall(folded) if folded.isascii() else _TOKEN.findall(folded)


@lru_cache(maxsize=4096)
def term(text: str) -> tuple[str, ...]:
    """The tokens of one search term."""
    return tuple(tokens(fold(text)))


def patterns(folded: str) -> list[str]:
    """The words of a folded search term, which may hold the wildcards * and ?; a ? at the end is punctuation."""
    if "*" not in folded and "?" not in folded:
        return tokens(folded)
    found = [_STARS.sub("*", word.replace("Q", "?")).strip("?") for word in _TOKEN.findall(folded.translate(_GUARDED))]
    if len(found) > 1 and found[-1] == "*":
        found.pop()
    return [word for word in found if word]


class Signed(NamedTuple):
    """An account, a hashtag or a ticker in a folded text: its sign, its name, where it begins and ends."""

    sign: str
    name: str
    start: int
    end: int


def signed(folded: str) -> list[Signed]:
    """The accounts, hashtags and tickers that a folded text names; a trailing full stop belongs to the sentence."""
    found = []
    for sign, pattern in _SIGNED.items():
        for piece in pattern.finditer(folded) if sign in folded else ():
            name = piece[1].rstrip(".-") if sign == "@" else piece[1]
            found.append(Signed(sign, name, piece.start(), piece.start(1) + len(name)))
    return found


def placed(folded: str) -> list[tuple[int, int]]:
    """Where each word of a folded text begins and ends."""
    pattern = _ASCII_TOKEN if folded.isascii() else _TOKEN
    return [piece.span() for piece in pattern.finditer(folded)]


def sentences(folded: str) -> list[int]:
    """The number of the sentence in which each word stands, from 0."""
    found: list[int] = []
    number = before = 0
    for start, end in placed(folded):
        number += bool(found) and _BREAK.search(folded[before:start]) is not None
        found.append(number)
        before = end
    return found


def link_hosts(text: str) -> list[str]:
    """The host names of the web links in a text, in lower case."""
    return [host.rpartition("@")[2].partition(":")[0].lower() for host in _LINK.findall(text)] if "://" in text else []


def bare(text: str) -> str:
    """`text` with its web links taken out."""
    return _LINK.sub(" ", text) if "://" in text else text


def shown(text: str) -> str:
    """`text` safe for a terminal or a log: control and bidirectional characters are shown as codes, not obeyed."""
    return "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    if char in "\n\t":
        return " "
    if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in _BIDI:
        return f"\\u{ord(char):04x}"
    return char


_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
