"""The terms of a post: one to three words side by side that may be counted, without what is somebody's or the brand's.

They depend on the post, its language and the brand's files alone. They are in small letters with their accents. What
is left out parts the words beside it: personal data and sensitive matters (core/redact), links, accounts, numbers,
ordinary words (core/ordinary), what the brand is called. Scripts without spaces have no terms.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ascolta.core.brand import Brand
from ascolta.core.ordinary import ordinary
from ascolta.core.query import Around, Hashtag, Raw, Words, leaves
from ascolta.core.redact import find
from ascolta.core.text import bare, fold, placed, signed, term, tokens
from ascolta.core.word import is_plain, predicate

LONGEST = 3
"""Words of a term."""

CHARACTERS = 3_000
"""Of a longer post, what comes first."""

_SHORT, _ALONE, _LONG, _WIDE = 2, 3, 24, 48
"""Letters that a word has at least, and at least if it stands alone, and at most; characters of a term at most."""

_GAP = re.compile(r"[ \u00a0-]")
"""One character between two words of a term: where a link was taken out, there are more."""

_END = "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Barred:
    """What is no term for a brand: `names` is what it is called, word by word, `own` are its accounts.

    `asked` are the words and phrases of its queries, `heads` beginnings that these ask for, `patterns` other words with
    wildcards. They are no terms themselves, but may be part of a longer one.
    """

    own: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    asked: frozenset[tuple[str, ...]] = frozenset()
    heads: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


def barred(brand: Brand) -> Barred:
    """What a brand is called, and what its queries ask for."""
    asked: set[tuple[str, ...]] = set()
    for leaf in (leaf for query in brand.queries for leaf in leaves(query.find)):
        match leaf:
            case Words(words):
                asked.add(words)
            case Around(words):
                asked.update((word,) for word in words)
            case Hashtag(name):
                asked.add((name,))
            case Raw(text):
                asked.add(tuple(tokens(fold(text))))
    alone = sorted(words[0] for words in asked if len(words) == 1 and not is_plain(words[0]))
    return Barred(
        own=brand.handles,
        names=frozenset(word for said in (brand.id, *brand.spoken, *brand.handles) for word in term(said)),
        asked=frozenset(words for words in asked if all(is_plain(word) for word in words)),
        heads=tuple(one[:-1] for one in alone if one.endswith("*") and is_plain(one[:-1])),
        patterns=tuple(one for one in alone if not (one.endswith("*") and is_plain(one[:-1]))),
    )


def terms(text: str, language: str | None, without: Barred) -> tuple[str, ...]:
    """The terms of a post, each once, as they come."""
    found: dict[str, None] = {}
    for run in _runs(_read(text[:CHARACTERS], language, without.own), ordinary(language), without.names):
        for start in range(len(run)):
            for end in range(start + 1, min(start + LONGEST, len(run)) + 1):
                said = _term(run[start:end], without)
                if said:
                    found[said] = None
    return tuple(found)


def _term(words: Sequence[tuple[str, str]], without: Barred) -> str:
    """Words, each as written and folded, as one term; empty if they are none."""
    folded = tuple(plain for _, plain in words)
    said = " ".join(word for word, _ in words)
    if len(said) > _WIDE or len({*folded}) < len(folded) or folded in without.asked:
        return ""
    return "" if len(words) == 1 and _is_none(folded[0], without) else said


def _is_none(word: str, without: Barred) -> bool:
    """Whether a word alone is too short for a term, or is one that a query asks for."""
    asked = word.startswith(without.heads) or any(predicate(one)(word) for one in without.patterns)
    return len(word) < _ALONE or asked


def _read(text: str, language: str | None, own: tuple[str, ...]) -> str:
    """The text in small letters; an end of line stands for what is taken out."""
    kept, at = [], 0
    for span in find(text, language, own=own):
        kept += [text[at : span.start], _END]
        at = span.end
    read = unicodedata.normalize("NFKC", bare("".join([*kept, text[at:]]))).lower()
    for one in sorted(signed(read), key=lambda one: -one.start):
        if one.sign != "#":
            read = read[: one.start] + _END + read[one.end :]
    return read


def _runs(read: str, common: frozenset[str], names: frozenset[str]) -> Iterator[list[tuple[str, str]]]:
    """Words side by side that may be counted, each as written and folded."""
    run: list[tuple[str, str]] = []
    before = 0
    for start, end in placed(read):
        word = read[start:end]
        folded = fold(word)
        if run and not _GAP.fullmatch(read, before, start):
            yield run
            run = []
        if folded in common or folded in names or not (_SHORT <= len(word) <= _LONG and word.isalpha()):
            yield run
            run = []
        else:
            run.append((word, folded))
        before = end
    yield run
