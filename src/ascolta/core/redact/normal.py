"""A text as the rules read it, with a way back to where each character stood in the original.

Compatibility forms (Unicode NFKC), zero-width, bidirectional and tag characters, digits of any script and letters that
only look Latin (after Unicode's confusables) are folded here for matching; nothing of this is ever shown.
"""

import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

LIMIT, OVERLAP = 3_000, 300
"""Characters that are read at once, and how many of them are read again with the next piece."""

_LOOKALIKES = dict(
    zip(
        "аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅαεικνορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧıɡ’‘ʼ´`‐‑‒–—−·•",
        "aeopcyxijshdqwABEKMHOPCTYXIJSaeiknoptuxABEZHIKMNOPTYXig'''''------.*",
        strict=True,
    )
)
_DIGITS = {
    chr(code): str(unicodedata.decimal(chr(code)))
    for code in range(0x80, sys.maxunicode + 1)
    if unicodedata.category(chr(code)) == "Nd"
}
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
_RUN = re.compile(r"[0-9]+")
_WORD = re.compile(r"[^\W_]+")
_HOLLOW = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800")


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """`text` keeps case and accents, `plain` neither; both are equally long. `places` leads back, None if unchanged.

    `words` are those of `plain`, `digits` how many there are; `language` and `own` are as they were given.
    """

    text: str
    plain: str
    words: frozenset[str]
    digits: int
    language: str = ""
    own: frozenset[str] = frozenset()
    places: tuple[tuple[int, ...], tuple[int, ...]] | None = None

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the matching text stood in the original."""
        if self.places is None:
            return start, end
        return self.places[0][start], self.places[1][end - 1]

    def tokens(self) -> list[tuple[str, int, int]]:
        """Every word of `plain` with its place."""
        return [(found[0], found.start(), found.end()) for found in _WORD.finditer(self.plain)]


def normal(text: str, language: str = "", own: frozenset[str] = frozenset()) -> Normal:
    """The text as the rules read it."""
    said, places = text.translate(_ONE) if not text.isascii() else text, None
    if not said.isascii() and _IS_INERT.fullmatch(said) is None:
        said, places = _mapped(said)
    plain = said.lower()
    if not plain.isascii():
        plain = plain.translate(_BARE)
    if len(plain) != len(said):  # a letter whose small form is longer than itself
        plain = "".join(char.lower()[:1] for char in said).translate(_BARE)
    words = frozenset(_WORD.findall(plain))
    digits = sum(map(len, _RUN.findall(plain)))
    return Normal(text=said, plain=plain, words=words, digits=digits, language=language, own=own, places=places)


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """A text in pieces of at most LIMIT characters that overlap, each with its place."""
    for start in range(0, max(1, len(text) - OVERLAP), LIMIT - OVERLAP):
        yield start, text[start : start + LIMIT]


def _mapped(text: str) -> tuple[str, tuple[tuple[int, ...], tuple[int, ...]]]:
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
