"""A word as a query asks for it: as it is, with wildcards, one slip of the pen away, or as a lookalike.

    acme       this word
    deliver*   * stands for any characters, or none; it may stand at the end, inside, or at the beginning
    colo?r     ? stands for exactly one character
    acme~1     at most one character put in, left out, replaced, or swapped with its neighbour
    ≈acme      also where characters that look alike stand in for one another

The last two are, in the literature, optimal string alignment distance (Boytsov 2011, doi:10.1145/1963190.1963191)
with a bound of one, and skeletons after Unicode Technical Standard 39, for the lookalikes of Latin letters.
"""

from collections.abc import Callable
from functools import lru_cache

FUZZY = "~1"
ALIKE = "≈"
WILD = "*?"

_LOOKALIKES = {
    "a": "аαɑа", "b": "ьƅ", "c": "сᴄ", "d": "ԁɗ", "e": "еҽ3", "f": "ƒ", "g": "ɡցԍ", "h": "һհ",
    "i": "іιɩl1ӏ", "j": "јϳ", "k": "кκ", "m": "мʍ", "n": "ոпη", "o": "оοօ0ס", "p": "рρ", "q": "ԛգ",
    "r": "гᴦ", "s": "ѕꜱ5", "t": "тτ", "u": "υսцʋ", "v": "νѵ", "w": "ԝѡω", "x": "хχ", "y": "уγү", "z": "ᴢ2",
}  # fmt: skip
_SKELETON = str.maketrans({twin: letter for letter, twins in _LOOKALIKES.items() for twin in twins})


def skeleton(token: str) -> str:
    """`token` with characters that look like a Latin letter replaced by it; i, l and 1 are one."""
    return token.translate(_SKELETON)


def is_plain(pattern: str) -> bool:
    """Whether a pattern is a word as it is."""
    return not (pattern.endswith(FUZZY) or pattern.startswith(ALIKE) or any(char in pattern for char in WILD))


def fits(pattern: str, token: str) -> bool:
    """Whether a folded token is what the pattern asks for."""
    return predicate(pattern)(token)


@lru_cache(maxsize=1 << 16)
def predicate(pattern: str) -> Callable[[str], bool]:
    """The test that a pattern makes of a token."""
    if pattern.endswith(FUZZY):
        word = pattern.removesuffix(FUZZY)
        return lambda token: slips(word, token)
    if pattern.startswith(ALIKE):
        wanted = skeleton(pattern.removeprefix(ALIKE))
        return lambda token: skeleton(token) == wanted
    if pattern.endswith("*") and is_plain(pattern[:-1]):
        return lambda token: token.startswith(pattern[:-1])
    if is_plain(pattern):
        return pattern.__eq__
    return lambda token: globs(pattern, token)


def slips(word: str, token: str) -> bool:
    """Whether at most one slip turns `word` into `token`."""
    longer = len(token) - len(word)
    if abs(longer) > 1:
        return False
    same = 0
    for one, other in zip(word, token, strict=False):
        if one != other:
            break
        same += 1
    left, right = word[same:], token[same:]
    if longer:
        return left == right[1:] if longer > 0 else left[1:] == right
    return left[1:] == right[1:] or (left[1::-1] == right[:2] and left[2:] == right[2:])


def globs(pattern: str, token: str) -> bool:
    """Whether `pattern` covers the whole token; time grows with the product of their lengths, never beyond."""
    here = there = 0
    star, again = -1, 0
    while there < len(token):
        if here < len(pattern) and pattern[here] == "*":
            star, again = here, there
            here += 1
        elif here < len(pattern) and pattern[here] in ("?", token[there]):
            here += 1
            there += 1
        elif star >= 0:
            again += 1
            here, there = star + 1, again
        else:
            return False
    return all(char == "*" for char in pattern[here:])


def head(pattern: str) -> str:
    """The characters with which every token that fits begins."""
    if pattern.startswith(ALIKE):
        return ""
    if pattern.endswith(FUZZY):
        return _halves(pattern)[0]
    return pattern[: min((pattern.index(wild) for wild in WILD if wild in pattern), default=len(pattern))]


def tail(pattern: str) -> str:
    """The characters with which every token that fits ends; for a fuzzy word, those that do not begin with `head`."""
    if pattern.startswith(ALIKE):
        return ""
    if pattern.endswith(FUZZY):
        return _halves(pattern)[1]
    return pattern[max((pattern.rindex(wild) for wild in WILD if wild in pattern), default=-1) + 1 :]


def _halves(pattern: str) -> tuple[str, str]:
    """The two ends of a fuzzy word, one of which a single slip leaves whole: a character between them is free."""
    word = pattern.removesuffix(FUZZY)
    half = (len(word) - 1) // 2
    return word[: len(word) - 1 - half], word[len(word) - half :]
