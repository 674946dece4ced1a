"""The vocabulary of the accurate tier: the pieces of the published one that are needed, and words of our own.

A word that the published vocabulary lacks, or hardly knows, begins with the vector of its English translation where
the glossary has one, and of its pieces otherwise; an emoji with that of its name. So an English encoder reads
other languages word by word from the start.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from ascolta.core.text import EMOJI, fold
from ascolta.labels.sentence import split_by
from ascolta.labels.sentence_text import MARKS

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
MOST, COMMON, ADDED = 22_000, 12_000, 4_000
"""How many pieces in all; how many of the published ones by rank; how many words of our own at most."""

BEYOND = 0x700
"""Single characters from here on are kept only where they are used."""

MARK_MEANS = ("company", "brand", "someone", "link", "loud", "reply", "number")
"""The English words by whose vectors the marks begin."""

ENGLISH_KNOWS = 20
"""A word that stands so often in English texts keeps its own vector, whatever it means elsewhere."""

_EMOJI = re.compile(f"[{EMOJI}]")
_WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces in order, and the vector with which each begins."""

    pieces: tuple[str, ...]
    rows: Tensor


def gather(texts: Sequence[tuple[str, bool]], published: Sequence[str], vectors: Tensor, glossary: Path) -> Vocabulary:
    """The vocabulary for marked texts; each is told to be English or not."""
    said = _translations(glossary)
    split = split_by(published)
    place = {piece: number for number, piece in enumerate(published)}
    words: Counter[str] = Counter()
    english: Counter[str] = Counter()
    used: Counter[str] = Counter()
    for (text, is_english), encoded in zip(texts, split.encode_batch([text for text, _ in texts]), strict=True):
        used.update(encoded.tokens)
        found = [*_WORD.findall(text), *_EMOJI.findall(text)]
        words.update(found)
        english.update(found if is_english else ())
    own = _own(words, english, said, place)
    kept = _kept(published, used, MOST - len(own) - len(SPECIAL) - len(MARKS))
    fresh = own.keys() - set(kept)
    pieces = (*SPECIAL, *MARKS, *kept, *(word for word in own if word in fresh))
    rows = [_row(piece, own, _Known(split, place, vectors)) for piece in pieces]
    return Vocabulary(pieces, torch.stack(rows))


def _translations(glossary: Path) -> dict[str, str]:
    """English by foreign word; of a word of several languages, the first."""
    found: dict[str, str] = {}
    for line in glossary.read_text(encoding="utf-8").splitlines():
        english, *others = line.split("\t")
        for word in ",".join(others).split(","):
            if word.strip() and fold(word) != english:
                found.setdefault(fold(word.strip()), english)
    return found


def _own(words: Counter[str], english: Counter[str], said: dict[str, str], place: dict[str, int]) -> dict[str, str]:
    """Words of our own, each with the English by which it begins; itself where nobody translates it."""
    found = {
        word: translated
        for word, translated in said.items()
        if " " not in word and english[word] < ENGLISH_KNOWS and (word not in place or words[word])
    }
    for word, count in words.most_common():
        if len(found) >= ADDED or count < 6:
            break
        if word not in place and word not in found:
            found[word] = _meaning(word)
    return found


def _meaning(word: str) -> str:
    if _EMOJI.match(word):
        return unicodedata.name(word[0], word).lower().replace("face with", "")
    return word


def _kept(published: Sequence[str], used: Counter[str], room: int) -> list[str]:
    """The published pieces that are kept: single characters, then what is used most, then what is common at all."""
    plain = [piece for piece in published if not piece.startswith("[") or piece == "["]
    single = [piece for piece in plain if len(piece.removeprefix("##")) == 1 and ord(piece[-1]) < BEYOND]
    known = frozenset(plain)
    often = [piece for piece, count in used.most_common() if count >= 2 and piece in known]
    common = [piece for piece in plain if piece.removeprefix("##").isascii()][:COMMON]
    return list(dict.fromkeys((*single, *often, *common)))[:room]


@dataclass(frozen=True, slots=True)
class _Known:
    """The published vocabulary with its vectors."""

    split: Tokenizer
    place: dict[str, int]
    vectors: Tensor

    def mean(self, text: str) -> Tensor:
        """The mean vector of a text's pieces."""
        return self.vectors[self.split.encode(text).ids].mean(0)


def _row(piece: str, own: dict[str, str], known: _Known) -> Tensor:
    if piece in own:
        meant = known.mean(own[piece])
        return 0.7 * meant + 0.3 * known.vectors[known.place[piece]] if piece in known.place else meant
    if piece in known.place:
        return known.vectors[known.place[piece]]
    if piece in MARKS:
        return known.mean(MARK_MEANS[MARKS.index(piece)])
    raise KeyError(piece)
