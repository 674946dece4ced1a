"""How text is made comparable: folding, and the tokens that queries speak of.

Folding makes case, accents, width and invisible characters not matter, nor the signs ™ and ℠ (Unicode NFKC and full
case folding, then combining diacritics removed). It is idempotent. Scripts written without spaces become one token a
character, so that a word there is found wherever its characters stand together.
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
_LONELY = f"\u200d(?![{EMOJI}])|(?<![{EMOJI}\ufe0f\U0001f3fb-\U0001f3ff])\u200d"
INVISIBLE = re.compile(f"[{_UNSEEN}]|{_LONELY}")
_TRADE = "\u2120\u2122"
_MAY_BE_UNREAD = re.compile(f"[{_UNSEEN}{_TRADE}\u200d]")
UNREAD = re.compile(f"[{_UNSEEN}{_TRADE}]|{_LONELY}")
"""What is not seen, and the signs of a trade mark, of which width would make letters: Acme™ is acme."""

_DIACRITICS = re.compile("[\u0300-\u036f]")
SIMPLER = {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "þ": "th", "ς": "σ"}
_LETTERS, _HAS_LETTERS = str.maketrans(SIMPLER), re.compile(f"[{''.join(SIMPLER)}]")

_BEFORE = rf"(?<![^\W_{UNSPACED}])(?<![{SPACED_CLASS}])"
_AFTER = rf"(?![^\W_{UNSPACED}]|[{MARK_CLASS}])"
_UNMARKED = rf"(?![{MARK_CLASS}])"
_IS_UNSPACED = re.compile(f"[{UNSPACED}]")
_ASCII_TOKEN = re.compile(r"[a-z0-9]+")
_TOKEN = re.compile(
    rf"[{UNSPACED}][{MARK_CLASS}]*"
    rf"|(?:[^\W_{UNSPACED}]+|[{SPACED_CLASS}]+)+"
    rf"|[{EMOJI}](?:\u200d[{EMOJI}])*"
)
_NAME = rf"[^\W{UNSPACED}]+(?:(?:\.|-+)[^\W{UNSPACED}]+)*|\w+(?:(?:\.|-+)\w+)*"
_HANDLE = re.compile(rf"(?<![a-z0-9_@])@((?:{_NAME})(?:@(?:{_NAME}))?)")
_HASHTAG = re.compile(rf"(?<![\w&/])#([\w{MARK_CLASS}]+)")
_TICKER = re.compile(r"(?<![\w$])\$([^\W\d_]\w*(?:\.[^\W\d_]{1,2})?)(?!\w)")
_SIGNED = {"@": _HANDLE, "#": _HASHTAG, "$": _TICKER}
_BREAK = re.compile(r"[!?\n\u2028\u2029\u3002\u0964\u061f]|\.(?=[\s\"')\]\u201d\u2019])")
_GUARDED = {ord("*"): "S", ord("?"): "Q"}
_FLAG = "\U0001f3f4"
_TAGS = re.compile(f"{_FLAG}[\U000e0020-\U000e007e]{{1,8}}\U000e007f|[\U000e0000-\U000e007f]+")
_STARS = re.compile(r"S+")
_HOST = rf"[\w{MARK_CLASS}\-]+(?:\.[\w{MARK_CLASS}\-]+)*"
_LINK = re.compile(
    rf"(?:https?://(?:[^\s/?#@<>\"']*@)?|(?<![\w.@/\-])(?=www\.))({_HOST})?"
    r"(?:[^\s<>\"']*[^\s<>\"'.,:;!?\u2026\u3002\uff1f\u061f])?",
    re.IGNORECASE,
)
_SITE = re.compile(_HOST)
_LONGEST_PATH = 200


def fold(text: str) -> str:
    """`text` without what a reader would not tell apart: case, accents, width, invisible characters."""
    if text.isascii():
        return text.lower()
    if _MARKED.search(text):
        text = _ZALGO.sub(r"\1", text)
    text = _simple(unicodedata.normalize("NFKC", _read_only(text)))
    text = _DIACRITICS.sub("", unicodedata.normalize("NFKD", text))
    return _read_only(_simple(unicodedata.normalize("NFKC", text)))


def _read_only(text: str) -> str:
    """`text` without what is not read; one class is asked for first, since few texts have anything of it."""
    return UNREAD.sub("", text) if _MAY_BE_UNREAD.search(text) else text


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


@lru_cache(maxsize=4096)
def sure(text: str) -> tuple[str, ...]:
    """The tokens that every text has in which `text` stands between `edges`; not what may go on beyond a symbol."""
    folded = fold(text)
    found, where = tokens(folded), placed(folded)
    first = bool(found) and where[0][0] == 0 and not text[0].isalnum()
    last = bool(found) and where[-1][1] == len(folded) and not text[-1].isalnum()
    return tuple(found[first : len(found) - last])


def edges(text: str) -> tuple[str, str]:
    """What stands around `text` as it is, as regular expressions: no letters beside its own, if words are spaced."""
    first, last = text[0], text[-1]
    before = _BEFORE if first.isalnum() and not _IS_UNSPACED.match(first) else ""
    if not last.isalnum():
        return before, ""
    return before, _UNMARKED if _IS_UNSPACED.match(last) else _AFTER


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
        pieces = pattern.finditer(folded) if sign in folded else ()
        found += [
            Signed(sign, one[1], *one.span()) for one in pieces if sign != "@" or not _in_path(folded, one.start())
        ]
    return found


def _in_path(folded: str, place: int) -> bool:
    """Whether an account stands in the path of a link, as in site.example/@acme, not in w/@acme."""
    if folded[place - 1 : place] != "/":
        return False
    before = folded[max(0, place - _LONGEST_PATH) : place].rsplit(maxsplit=1)[-1]
    return "." in before or ":" in before


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


def host(said: str) -> str:
    """A host name made comparable: case and width do not matter, but accents do; xn--… is read as it is shown."""
    made = unicodedata.normalize("NFKC", said).lower().rstrip(".")
    if "xn--" not in made:
        return made
    try:
        return unicodedata.normalize("NFKC", made.encode("ascii").decode("idna")).lower()
    except UnicodeError:
        return made


def is_host(said: str) -> bool:
    """Whether this is a host name and nothing else."""
    return _SITE.fullmatch(said) is not None


def link_hosts(text: str) -> list[str]:
    """The host names of the web links in a text."""
    return [host(found) for found in _LINK.findall(text) if found] if _may_link(text) else []


def _may_link(text: str) -> bool:
    return "://" in text or "www." in text.lower()


def bare(text: str) -> str:
    """`text` with its web links taken out; what ends a sentence after one stays."""
    return _LINK.sub(" ", text) if _may_link(text) else text


def shown(text: str) -> str:
    """`text` safe for a terminal or a log: control and bidirectional characters are shown as codes, not obeyed."""
    return "".join(_visible(char) for char in _TAGS.sub(_told, text))


def _told(found: re.Match[str]) -> str:
    """Tag characters, which nobody sees, as codes; but a flag that is made of them stays."""
    return found[0] if found[0][0] == _FLAG else "".join(f"\\U{ord(char):08x}" for char in found[0])


def _visible(char: str) -> str:
    if char in "\n\t":
        return " "
    if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in _BIDI:
        return f"\\u{ord(char):04x}"
    return char


_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
