"""A text as the rules read it, with a way back to where each character stood in the original.

Compatibility forms (Unicode NFKC), zero-width, bidirectional and tag characters, digits of any script and letters that
only look Latin (after Unicode's confusables) are folded here for matching; nothing of this is ever shown.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import msgspec

Places = tuple[tuple[int, ...], tuple[int, ...]]

LIMIT, OVERLAP = 3_000, 300
"""Characters that are read at once, and how many of them are read again with the next piece."""

_LOOKALIKES = dict(
    zip(
        "аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅαεικνορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧıɡ’‘ʼ´`‐‑‒–—−·•",
        "aeopcyxijshdqwABEKMHOPCTYXIJSaeiknoptuxABEZHIKMNOPTYXig'''''------.*",
        strict=True,
    )
)
_DIGITS = {char: str(unicodedata.decimal(char)) for char in map(chr, range(0x80, 0x20000)) if char.isdecimal()}
"""Digits of all scripts; there are none beyond the second plane."""

_ONE = str.maketrans({**_LOOKALIKES, **_DIGITS, "\u00a0": " ", "\u202f": " ", "\u2009": " ", "İ": "I"})
_BARE = str.maketrans(
    {
        chr(code): unicodedata.normalize("NFD", chr(code))[0]
        for code in range(0xC0, 0x250)
        if unicodedata.normalize("NFD", chr(code))[0].isascii()
    }
    | {"ø": "o", "ł": "l", "đ": "d"}
)
_INERT = (
    "\x00-\x7f¡¢£¥§«»¿\u00c0-\u0131\u0134-\u013e\u0141-\u0148\u014a-\u017e“”„€°ºª\u3400-\u9fff\uac00-\ud7a3\ud800-\uf8ff"
    "\U0001f300-\U0001f3fa\U0001f400-\U0001faff\U00020000-\U0002f7ff\U00030000-\U000dffff\U000f0000-\U0010ffff"
)
"""Characters that NFKC leaves as they are, and that are seen."""

_MARKS = "[\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_IS_INERT = re.compile(f"[{_INERT}]*")
_CLUSTER = re.compile(f"((?:[{_INERT}](?!{_MARKS}))+)|[\\s\\S]{_MARKS}*")
_ODD = re.compile(f"[{re.escape(''.join(chr(code) for code in _ONE if code < 0x10000))}\U00010000-\U0010ffff]")
"""What `_ONE` folds, and all that lies beyond the first plane: a class with each of its digits in it is slow to ask."""

_ACCENTS = re.compile(f"[{''.join(map(chr, _BARE))}]")
_RUN = re.compile(r"[0-9]+")
_WORD = re.compile(r"[^\W_]+")
_LATIN = [chr(code) for code in range(256)]
_SAME = "".join(
    char for char in _LATIN
    if _IS_INERT.fullmatch(char) and ord(char) not in _ONE and char.lower().translate(_BARE) in _LATIN
).encode("latin-1")  # fmt: skip
"""What the whole of `_wide` leaves as it is, but for its case and its accent."""

_SMALL = bytes(
    ord(small) if len(small := char.lower().translate(_BARE)) == 1 and small in _LATIN else ord(char) for char in _LATIN
)
_WORDS = "".join(char if _WORD.fullmatch(char) else " " for char in _LATIN).encode("latin-1")
_HOLLOW = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")


class Normal(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """`text` keeps case and accents, `plain` neither; both are equally long. `places` leads back, None if unchanged.

    `order` has the words of `plain` as they come, `words` each of them once; `digits` is how many there are; `language`
    and `own` are as they were given. A dataclass would take ten times as long to make, and one is made of each text.
    """

    text: str
    plain: str
    order: list[str]
    words: frozenset[str]
    digits: int
    language: str = ""
    own: frozenset[str] = frozenset()
    places: Places | None = None
    known_spans: list[tuple[int, int]] = []

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the matching text stood in the original."""
        if self.places is None:
            return start, end
        return self.places[0][start], self.places[1][end - 1]

    def spans(self) -> list[tuple[int, int]]:
        """Where each word of `order` stands in `plain`; read once, when it is first asked for."""
        if not self.known_spans:
            self.known_spans.extend(map(re.Match.span, _WORD.finditer(self.plain)))
        return self.known_spans


def normal(text: str, language: str = "", own: frozenset[str] = frozenset()) -> Normal:
    """The text as the rules read it."""
    raw = _narrow(text)
    if raw is not None:
        said, plain, places = text, raw.decode("latin-1"), None
        order = raw.translate(_WORDS).decode("latin-1").split()
        digits = len(raw) - len(raw.translate(None, b"0123456789"))
    else:
        said, plain, places = _wide(text)
        order = _WORD.findall(plain)
        digits = sum(map(len, _RUN.findall(plain)))
    return Normal(
        text=said,
        plain=plain,
        order=order,
        words=frozenset(order),
        digits=digits,
        language=language,
        own=own,
        places=places,
    )


def _narrow(text: str) -> bytes | None:
    """The text in small letters without accents, in Latin-1; None if it has a letter that needs more than that."""
    try:
        raw = text.encode("latin-1")
    except UnicodeEncodeError:
        return None
    if not text.isascii() and raw.translate(None, _SAME):
        return None
    return raw.translate(_SMALL)


def _wide(text: str) -> tuple[str, str, Places | None]:
    """Any text as it is matched, the same in small letters without accents, and the way back."""
    said, places = _ODD.sub(_one, text), None
    if not said.isascii() and _IS_INERT.fullmatch(said) is None:
        said, places = _mapped(said)
    plain = _ACCENTS.sub(_bare, said.lower())
    if len(plain) != len(said):  # a letter whose small form is longer than itself
        plain = _ACCENTS.sub(_bare, "".join(char.lower()[:1] for char in said))
    return said, plain, places


def _one(found: re.Match[str]) -> str:
    return found[0].translate(_ONE)


def _bare(found: re.Match[str]) -> str:
    return _BARE[ord(found[0])]


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """A text in pieces of at most LIMIT characters that overlap, each with its place."""
    for start in range(0, max(1, len(text) - OVERLAP), LIMIT - OVERLAP):
        yield start, text[start : start + LIMIT]


def holds(text: str, signs: tuple[str, ...]) -> bool:
    """Whether a text has any of these in it: far quicker than to look for a form that cannot be there."""
    for sign in signs:  # noqa: SIM110 - a generator would cost more than what it is to spare
        if sign in text:
            return True
    return False


def _mapped(text: str) -> tuple[str, Places]:
    said: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for cluster in _CLUSTER.finditer(text):
        if cluster[1]:
            said.append(cluster[1])
            starts += range(cluster.start(), cluster.end())
            ends += range(cluster.start() + 1, cluster.end() + 1)
            continue
        folded = _fold(cluster[0][:4])
        said.append(folded)
        starts += [cluster.start()] * len(folded)
        ends += [cluster.end()] * len(folded)
    return "".join(said), (tuple(starts), tuple(ends))


@lru_cache(maxsize=8_192)
def _fold(cluster: str) -> str:
    """A character with its marks as it is matched; nothing for what cannot be seen."""
    kept = "".join(
        char
        for char in unicodedata.normalize("NFKC", cluster.translate(_ONE)).translate(_ONE)
        if unicodedata.category(char) not in ("Cf", "Mn", "Me") and char not in _HOLLOW
    )
    return kept if len(kept) <= 4 else cluster[:1]
