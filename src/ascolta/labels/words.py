"""A text as the learned labeller reads it: its words, the brand's own marked, and what stands first and last."""

import html
import json
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from itertools import chain
from typing import NamedTuple

from ascolta.core.label import Ask
from ascolta.core.text import EMOJI, MARK_CLASS, SPACED_CLASS, UNSPACED, fold

MAX_READ = 1_500
"""Characters of a text that are read."""

MOST_KEPT = 200_000
"""Pieces of text whose words are kept; when there are more, all are forgotten."""

OWN, OTHER, NAME, LINK = "<own>", "<other>", "<name>", "<url>"
FIRST, LAST = "<first>", "<last>"
"""Stand before the first and after the last word, so that pairs of words tell what a text begins and ends with."""

FLAGS = (
    "leads", "led", "named first", "ends", "own", "name", "other", "asks", "repost", "reply", "shouts", "no brand",
    "introduced", "described", "woven",
)  # fmt: skip
"""What is told of a whole text: the brand's account stands at the start, another one does, the name does, the brand's
account stands at the end as one that is called, anywhere, the name anywhere, another account anywhere, a question mark,
a repost, an answer to another post, all capitals, neither account nor name. Of an account that does not lead also: a
word of `introducing` stands before it ("about @acme"), stands two or three words before it ("the old tower of acme"),
a word follows it."""

CALLED, BEFORE = FLAGS.index("ends"), 3
"""The place of the flag of an account that is called; how many words before an account are looked at."""


_SHARED = (
    r"https?:\S+|www\.\S+|@\w[\w.\-]*(?:@\w[\w.\-]*)?|#\w+|<3|[:;=]['\-]?[)(\]\[DPp/|*]+(?!\w)|\d+(?:[.,:/]\d+)*(?!\w)"
)
_PUNCTUATION = r"[!?]+|\.\.+|[,:\"%$&*]"
_ASCII = re.compile(rf"{_SHARED}|\w+(?:'\w+)*|{_PUNCTUATION}", re.ASCII)
_WORD = rf"(?:[^\W{UNSPACED}]+|[{SPACED_CLASS}]+)+"
_ANY = re.compile(
    rf"{_SHARED}|[{UNSPACED}][{MARK_CLASS}]*|{_WORD}(?:['’]{_WORD})*|[{EMOJI}](?:\u200d[{EMOJI}])*"
    rf"|{_PUNCTUATION}|[…“”«»„€£¿¡？！]"
)
_INVISIBLE = re.compile(
    r"[\u00ad\u200b-\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufe0e\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_MARK = re.compile(f"[{MARK_CLASS}]")
_MARKED = re.compile(rf"([{MARK_CLASS}]{{4}})[{MARK_CLASS}]+")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
LONG = re.compile(r"(\w)\1{2,}")
_DIGITS = re.compile(r"\d+")
_LINKS = ("http://", "https://", "www.", "HTTP://", "HTTPS://")


class Said(NamedTuple):
    """The words of a text, each as written or one of the marks above, and its flags as bits."""

    words: list[str]
    flags: int


def plain(text: str) -> str:
    """A text without what a reader does not see, its width and its escapes resolved; case and accents stay."""
    text = text[:MAX_READ]
    if "&" in text:
        text = html.unescape(text)
    if "\\u" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    if text.isascii():
        return text
    if _MARK.search(text):
        text = _MARKED.sub(r"\1", text)
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).replace("’", "'")


class _Chunks(dict[str, tuple[str, ...]]):
    """The words of each piece of text between spaces, found once."""

    def __missing__(self, chunk: str) -> tuple[str, ...]:
        if chunk.startswith(_LINKS):
            return (LINK,)
        if len(self) > MOST_KEPT:
            self.clear()
        words = (_ASCII if chunk.isascii() else _ANY).findall(chunk)
        found = self[chunk] = tuple(LINK if word.startswith(_LINKS) else word for word in words)
        return found


class _Accounts(dict[str, str]):
    """Each word as it is, but accounts as marks: the brand's own, or another's."""

    def __init__(self, handles: tuple[str, ...]) -> None:
        self.handles = handles

    def __missing__(self, word: str) -> str:
        if len(self) > MOST_KEPT:
            self.clear()
        found = word
        if word[0] == "@":
            name = fold(word[1:]).rstrip(".-")
            found = OWN if name in self.handles or name.partition("@")[0] in self.handles else OTHER
        self[word] = found
        return found


class _Firsts(dict[str, bool]):
    """Whether one of the brand's names may begin with a word."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.spoken = _spoken(names)

    def __missing__(self, word: str) -> bool:
        if len(self) > MOST_KEPT:
            self.clear()
        found = self[word] = _bare(word) in self.spoken
        return found


_chunks = _Chunks()
_accounts = lru_cache(maxsize=256)(_Accounts)
_firsts = lru_cache(maxsize=256)(_Firsts)


def cut(ask: Ask) -> Said:
    """The words of a text, seen from the brand that is asked about."""
    text = plain(ask.text)
    words = [FIRST, *chain.from_iterable(map(_chunks.__getitem__, text.split())), LAST]
    if "@" in text:
        words = list(map(_accounts(ask.handles).__getitem__, words))
    named = False
    if ask.names:
        firsts = _firsts(ask.names)
        if any(map(firsts.__getitem__, words)):
            words, named = _named(words, firsts.spoken)
    return Said(words, _flags(ask, words, text, named))


def _named(words: list[str], spoken: Mapping[str, tuple[tuple[str, ...], ...]]) -> tuple[list[str], bool]:
    """The words with the brand's names marked, and whether there were any."""
    found: list[str] = []
    place, seen = 0, False
    while place < len(words):
        size = _match(words, place, spoken)
        seen = seen or size > 0
        found.append(NAME if size else words[place])
        place += size or 1
    return found, seen


@lru_cache(maxsize=1024)
def _spoken(names: tuple[str, ...]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The brand's names by their first word, the longest first; also written as one word."""
    by_first: dict[str, set[tuple[str, ...]]] = {}
    for name in names:
        words = tuple(_ANY.findall(name))
        for one in (words, ("".join(words),)):
            if one and one[0]:
                by_first.setdefault(one[0], set()).add(one)
    return {first: tuple(sorted(group, key=lambda one: -len(one))) for first, group in by_first.items()}


def _match(words: list[str], place: int, spoken: Mapping[str, tuple[tuple[str, ...], ...]]) -> int:
    """How many words the brand's name takes that stands at a place; 0 if none does."""
    for name in spoken.get(_bare(words[place]), ()):
        here = tuple(_bare(word) for word in words[place : place + len(name)])
        if here == name:
            return len(name)
    return 0


@lru_cache(maxsize=65_536)
def _bare(word: str) -> str:
    return fold(word).lstrip("#").removesuffix("'s")


def _flags(ask: Ask, words: list[str], text: str, named: bool) -> int:
    own, other, place = OWN in words, OTHER in words, 1
    while words[place] == OWN or words[place] == OTHER:
        place += 1
    first = words[place]
    leads = own and OWN in words[1:place]
    told = (
        leads + 2 * (place > 1 and not leads) + 16 * own + 32 * named + 64 * other + 128 * ("?" in text or "？" in text)
    )
    if named and (first == NAME or (first == '"' and words[place + 1] == NAME)):
        told += 4
    if own and not leads:
        told += _within(words)
    elif own and _last(words) == OWN:
        told += 1 << CALLED
    if first in ("RT", "rt", "Rt"):
        told += 256
    return told + 512 * ask.is_reply + 1024 * (len(words) > 4 and text.isupper()) + 2048 * (not own and not named)


def _within(words: list[str]) -> int:
    """The flags of an account of the brand within a sentence: whether it is spoken of or called."""
    place = words.index(OWN)
    before = [normal(word) in introducing() for word in words[max(0, place - BEFORE) : place]]
    told = 0
    if before[-1]:
        told += 1 << FLAGS.index("introduced")
    elif any(before):
        told += 1 << FLAGS.index("described")
    if words[place + 1][0].isalnum():
        told += 1 << FLAGS.index("woven")
    return told + (not before[-1] and _last(words) == OWN) * (1 << CALLED)


@lru_cache(maxsize=1)
def introducing() -> frozenset[str]:
    """Prepositions and articles of seven languages, after which an account is spoken of and seldom spoken to."""
    said = files("ascolta.labels").joinpath("introducing.json").read_text(encoding="utf-8")
    return frozenset(fold(word) for words in json.loads(said).values() for word in words)


def _last(words: list[str]) -> str:
    """The last word that is no hashtag, link, emoji or punctuation."""
    for word in reversed(words):
        if word == OWN or word[0].isalnum():
            return word
    return ""


@lru_cache(maxsize=65_536)
def normal(word: str) -> str:
    """A word as pairs of words know it: folded, long drawn letters shortened, digits as 0."""
    if word[0] == "<" and word in (OWN, OTHER, NAME, LINK, FIRST, LAST):
        return word
    folded = fold(word)
    if word[0] in "!?" or word.startswith(".."):
        return folded[:2]
    if folded == "http":
        return LINK
    if not folded.isalpha() and any(map(str.isdigit, folded)):
        return _DIGITS.sub(lambda found: "0" * min(3, len(found[0])), folded)
    return (LONG.sub(r"\1\1", folded) if LONG.search(folded) else folded) or word


def split(text: str) -> list[str]:
    """The words of a text, each as pairs of words know it."""
    return [normal(word) for chunk in text.split() for word in _chunks[chunk]]
