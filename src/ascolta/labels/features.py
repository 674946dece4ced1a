"""What words, pairs of words and phrases are known by: 32-bit hashes, the same in training and at run time."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from ascolta.labels.words import LONG, normal, split

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]

NONE = np.uint64(1 << 40)
"""No feature: larger than any hash."""

LONGEST = 40
"""Letters of a word that are read."""

OPENING = 2
"""Letters by which the beginnings of words are looked up."""

_FIRST, _SECOND, _LAST = np.uint64(0x9E3779B185EBCA87), np.uint64(0xC2B2AE3D27D4EB4F), np.uint64(0x165667B19E3779F9)
NEXT, OVER, THIRD = np.uint64(0), np.uint64(7), np.uint64(13)
"""Kinds of pairs: of neighbours, of words with one between them, of two words and a third."""


def hashed(feature: str) -> int:
    """The hash of a feature that can be written."""
    return crc32(feature.encode("utf-8", "replace"))


def word_hash(word: str) -> int:
    """What pairs of words are made of."""
    return hashed(normal(word))


def features(word: str) -> list[int]:
    """What a word is known by: itself, its style, the phrases that it is, its pieces of three to five letters."""
    said = normal(word)
    found = [said, *marks(said)]
    if said[0].isalnum() or said[0] == "#":
        bare = said.lstrip("#")
        if bare != said:
            found += ["<tag>", bare, *marks(bare)]
        low = word.lower()
        if not low.isascii() and low != said:
            found.append("w" + low)
        if len(word) > 1 and word.isupper():
            found += ["<caps>", "C" + bare]
        if LONG.search(low):
            found.append("<long>")
        return [*map(hashed, found), *_pieces(bare)]
    return list(map(hashed, found))


def _pieces(word: str) -> list[int]:
    """The hashes of the pieces of three to five letters of a word with its bounds."""
    bound = f"({word[:LONGEST]})"
    spans = _spans(len(bound))
    if bound.isascii():  # each letter is a byte, so there is no need to write each piece anew
        raw = bound.encode()
        return [crc32(raw[start:end]) for start, end in spans]
    return [hashed(bound[start:end]) for start, end in spans]


@lru_cache(maxsize=LONGEST + 2)
def _spans(length: int) -> tuple[tuple[int, int], ...]:
    return tuple((start, start + size) for size in (3, 4, 5) for start in range(length - size + 1))


def pair(first: Hashes, second: Hashes, kind: np.uint64) -> Hashes:
    """The hashes of pairs of words."""
    found: Hashes = (((first * _FIRST) ^ ((second + kind) * _SECOND)) * _LAST) >> np.uint64(32)
    return found


def pairs(hashes: Hashes, starts: Numbers) -> tuple[Hashes, Hashes, Hashes]:
    """For each word of texts laid end to end: its pair with the next word, that with the one after, its phrase.

    NONE where there is none. `starts` are the places of the texts' first words; each text has two words at least.
    """
    near, over, three = (np.full(len(hashes), NONE, dtype=np.uint64) for _ in range(3))
    near[:-1] = pair(hashes[:-1], hashes[1:], NEXT)
    over[:-2] = pair(hashes[:-2], hashes[2:], OVER)
    three[:-2] = pair(near[:-2], hashes[2:], THIRD)
    for found, back in ((near, 1), (over, 1), (over, 2), (three, 1), (three, 2)):
        found[starts[1:] - back] = NONE
    phrases, signs = phrase_marks()
    said = np.full(len(hashes), NONE, dtype=np.uint64)
    for asked in (near, three):
        place = np.searchsorted(phrases, asked)
        place[place == len(phrases)] = 0
        known = np.flatnonzero(phrases[place] == asked)
        said[known] = signs[place[known]]
    return near, over, said


@lru_cache(maxsize=1)
def listed() -> dict[str, list[str]]:
    """The phrases of each section, in seven languages, written by us; a star at the end leaves the last word open."""
    found: dict[str, Any] = json.loads(files("ascolta.labels").joinpath("phrases.json").read_text(encoding="utf-8"))
    return found


def marks(said: str) -> tuple[str, ...]:
    """The sections that list a word, as marks."""
    known = _known()
    begun = known.stems.get(said[:OPENING], ())
    found = (*known.words.get(said, ()), *(mark for stem, mark in begun if said.startswith(stem)))
    return tuple(dict.fromkeys(found))


def phrase_marks() -> tuple[Hashes, Hashes]:
    """The hashes of phrases of two and of three words (of longer ones, their beginning), sorted, and of their marks."""
    return _known().phrases


class _Known(NamedTuple):
    """The marks of single words; by their first letters the beginnings of words that bear one; those of phrases."""

    words: dict[str, tuple[str, ...]]
    stems: dict[str, list[tuple[str, str]]]
    phrases: tuple[Hashes, Hashes]


@lru_cache(maxsize=1)
def _known() -> _Known:
    words: dict[str, list[str]] = {}
    stems: dict[str, list[tuple[str, str]]] = {}
    phrases: dict[tuple[str, ...], list[str]] = {}
    for section, all_of_it in listed().items():
        for phrase in all_of_it:
            said = split(phrase.rstrip("*"))
            if len(said) > 1:
                phrases.setdefault(tuple(said[:3]), []).append(section)
            elif said and phrase.endswith("*"):
                stems.setdefault(said[0][:OPENING], []).append((said[0], f"<{section}>"))
            elif said:
                words.setdefault(said[0], []).append(f"<{section}>")
    return _Known({word: tuple(dict.fromkeys(those)) for word, those in words.items()}, stems, _hashes(phrases))


def _hashes(phrases: Mapping[tuple[str, ...], Sequence[str]]) -> tuple[Hashes, Hashes]:
    first, second = (np.array([hashed(said[place]) for said in phrases], dtype=np.uint64) for place in (0, 1))
    third = np.array([hashed(said[2]) if len(said) > 2 else 0 for said in phrases], dtype=np.uint64)
    two = pair(first, second, NEXT)
    found = np.where(third > 0, pair(two, third, THIRD), two)
    signs = np.array([hashed(f"<{' '.join(sections)}>") for sections in phrases.values()], dtype=np.uint64)
    order = np.argsort(found)
    return found[order], signs[order]
