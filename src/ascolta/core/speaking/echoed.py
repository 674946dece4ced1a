"""What points to one person and stands in the thread: a reply that says it again shows it to everybody once more.

A code counts if a word for one stands before it, in the thread or in the reply (`plate GH 482 KL`, `room 312`); a
number if it is told as the end of a longer one; a name if it is a first name and the one behind it; an account if a
word for one leads to it.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ascolta.core.redact.lists import listed
from ascolta.core.saying import mark
from ascolta.core.speaking.grounds import Ground, Grounds
from ascolta.core.speaking.lexicon import Hit, shared
from ascolta.core.speaking.names import first_names
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding

DATA = mark("it shows personal data in public, even if the customer wrote it first")
REACH = 3
"""Words between a code and the word that says what it is."""

LEAST, SHORT, LETTERS, LONGEST = 3, 4, 6, 6
"""Digits of a code that has no letters, and up to which it is short; letters of any code and words that it is made of
at the most."""

_SIGNS = re.compile(r"[^\W\d][._@][^\W_]")
_WORD, _DIGIT = re.compile(r"[^\W_]+"), re.compile("[0-9]")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_ACCOUNT = re.compile(
    r"(?<![\w@./+-])\w[\w+-]{0,40}(?:[._]\w[\w+-]{0,40}){1,4}(?:@\w{2,40})?|(?<![\w@./+-])\w{2,40}@\w{2,40}"
)


def find_echoes(said: Said, ground: Grounds) -> Iterator[Finding]:
    """What the customer has told of themselves and the reply repeats; the facts may be said."""
    if said.read.digits:
        yield from _codes(said, ground)
        yield from _ends(said, ground.facts)
    if len(said.capitals) > 1:
        yield from _full_names(said, ground)
    for name in _accounts_of(ground.thread.text):
        yield from _account(said, ground, name)


def _codes(said: Said, ground: Grounds) -> Iterator[Finding]:
    """Codes of the thread, by the words before them there and here."""
    words, at = said.words, 0
    while at < len(words):
        if not _DIGIT.search(words[at]) or not _is_theirs(said, at, ground):
            at += 1
            continue
        first, stop = _grown(said, at)
        first, stop, led = _led(said, ground.thread, (first, stop), at)
        code = "".join(words[first:stop])
        if led and _is_code(said, first, stop, code) and not _is_stated(code, ground.facts):
            yield said.finding(Hit("", first, stop), "public-data", DATA)
        at = max(at + 1, stop)


def _is_theirs(said: Said, at: int, ground: Grounds) -> bool:
    """Whether the thread has a word with digits, and no fact; in the text, not in a link or a signature."""
    word, start = said.words[at], said.spans[at][0]
    if word in ground.facts.words or start >= said.signed or said.within(start):
        return False
    before = said.words[at - 1] if at else ""
    spelled = len(word) == len(before) == 1 and before.isalpha() and _joins(said, at - 1)
    return word in ground.thread.words or spelled or (len(word) > LEAST and ground.thread.has_run(word))


def _grown(said: Said, at: int) -> tuple[int, int]:
    """A word with digits and what stands close to it that may be of the same code: `GH 482 KL`, `SK-2291`."""
    first, stop = at, at + 1
    while first and stop - first < LONGEST and _joins(said, first - 1):
        first -= 1
    while stop < len(said.words) and stop - first < LONGEST and _joins(said, stop - 1, stop):
        stop += 1
    return first, stop


def _joins(said: Said, left: int, part: int | None = None) -> bool:
    """Whether a word and the one behind it stand close, and the `part` (the left one) may belong to a code."""
    low, high = said.spans[left][1], said.spans[left + 1][0]
    start, end = said.spans[left if part is None else part]
    text = said.read.text
    return text[low:high] in _CLOSE and (text[start:end].isdigit() or (text[start:end].isupper() and end - start < 5))


_CLOSE = ("-", " ", "/", ".")


def _led(said: Said, thread: Ground, whole: tuple[int, int], at: int) -> tuple[int, int, bool]:
    """The longest piece around a word that the thread has, and whether a word for a code leads to it."""
    first, stop = whole
    pieces = sorted(
        ((one, two) for one in range(first, at + 1) for two in range(at + 1, stop + 1)), key=lambda it: it[0] - it[1]
    )
    told = _told(thread.text)
    for one, two in pieces:
        code = "".join(said.words[one:two])
        places = told.places(code)
        if places:
            names = {_names_code(said.words, one, code), *(_names_code(told.words, place, code) for place in places)}
            return one, two, True in names and False not in names
    return at, at + 1, False


class _Told:
    """The words of a thread, and where each of them stands."""

    def __init__(self, text: str) -> None:
        self.words = _WORD.findall(text)
        self._at: dict[str, list[int]] = {}
        for at, word in enumerate(self.words):
            self._at.setdefault(word, []).append(at)

    def places(self, code: str) -> list[int]:
        """Where words that make a code together begin."""
        begins = [at for size in range(1, len(code) + 1) for at in self._at.get(code[:size], ())[:MOST]]
        return [at for at in begins if self._makes(at, code)]

    def _makes(self, at: int, code: str) -> bool:
        """Whether the words from a place on make a code."""
        for word in self.words[at : at + LONGEST]:
            if not code.startswith(word):
                return False
            code = code.removeprefix(word)
            if not code:
                return True
        return False


MOST = 20
"""Places of a word that are looked at."""


@lru_cache(maxsize=2)
def _told(text: str) -> _Told:
    """The thread at hand."""
    return _Told(text)


@lru_cache(maxsize=2)
def _accounts_of(text: str) -> tuple[str, ...]:
    """The accounts that the thread at hand names, each with a sign in it and a word for codes before it."""
    if _SIGNS.search(text) is None:
        return ()
    told = _told(text)
    named = {found[0]: "".join(_WORD.findall(found[0])) for found in _ACCOUNT.finditer(text)}
    return tuple(
        name
        for name, code in named.items()
        if "@" in name or any(_names_code(told.words, at, code) for at in told.places(code))
    )


def _names_code(words: Sequence[str], at: int, code: str) -> bool | None:
    """Whether the nearest word before a place that says what stands there says that it points to one person.

    None if none says so. A short number after `order` may be how many were ordered.
    """
    names = shared("coded") if code.isdigit() and len(code) <= SHORT else _codenames()
    for word in reversed(words[max(0, at - REACH) : at]):
        if word in shared("many"):
            return False
        if word in names:
            return True
        if len(word) > REACH and word not in shared("of_codes"):
            return None
    return None


@lru_cache
def _codenames() -> frozenset[str]:
    return shared("coded") | frozenset(listed("words", "references"))


def _is_code(said: Said, first: int, stop: int, code: str) -> bool:
    """Whether it has enough of a code and is no year, no price and no measure."""
    digits = sum(map(str.isdigit, code))
    if code.isdigit() and (digits < LEAST or _YEAR.fullmatch(code)):
        return False
    if len(code) < LEAST + (0 if code.isdigit() else 1) or len(code) - digits > LETTERS:
        return False
    start, end = said.spans[first][0], said.spans[stop - 1][1]
    near = said.read.plain[max(0, start - 2) : start] + said.read.plain[end : end + 2]
    behind = said.words[stop] if stop < len(said.words) else ""
    return not any(sign in near for sign in _MONEY) and not said.lexicon.has("unit", behind)


_MONEY = "€$£¥%"


def _is_stated(code: str, facts: Ground) -> bool:
    return facts.has_run(code) if len(code) > LEAST else code in facts.numbers


def _ends(said: Said, facts: Ground) -> Iterator[Finding]:
    """The last digits of a number: `the card ending in 4471`, `4471 op het eind`."""
    ends = shared("ends")
    if ends.isdisjoint(said.read.words):
        return
    for at, word in enumerate(said.words):
        end = _end_by(said, at) if word in ends else None
        if end is not None and not _is_last(word, said.words[end]) and not _is_stated(said.words[end], facts):
            yield said.finding(Hit("", end, end + 1), "public-data", DATA)


def _end_by(said: Said, at: int) -> int | None:
    """The place of the number that a word for an end is about: behind it, or before."""
    near = (*range(at + 1, at + 1 + REACH), *range(at - 1, at - 1 - REACH, -1))
    here = (one for one in near if 0 <= one < len(said.words) and said.sentence[one] == said.sentence[at])
    return next((one for one in here if _is_end(said, one)), None)


def _is_last(word: str, number: str) -> bool:
    """Whether it says how many were the last: `the final 250 seats`, which is no `final 0143`."""
    return word.startswith("final") and len(number) < SHORT


def _is_end(said: Said, at: int) -> bool:
    word = said.words[at]
    return LEAST <= len(word) <= SHORT and _is_code(said, at, at + 1, word) and word.isdigit()


def _full_names(said: Said, ground: Grounds) -> Iterator[Finding]:
    """A first name, or its letter, and a family name that stand so in the thread and are not what everybody sees."""
    for at in said.capitals:
        if (
            at + 1 < len(said.words)
            and said.is_capital(at + 1)
            and said.spans[at][0] < said.signed
            and _is_full_name(said, at)
            and not _is_known(said.words[at + 1], said, ground)
            and _told(ground.thread.text).places("".join(said.words[at : at + 2]))
        ):
            yield said.finding(Hit("", at, at + 2), "public-data", DATA)


def _is_full_name(said: Said, at: int) -> bool:
    """Whether two words are a first name, known or after a greeting, or its letter, and another name."""
    first, last = said.words[at : at + 2]
    between = said.read.plain[said.spans[at][1] : said.spans[at + 1][0]]
    if len(last) < LEAST or last in first_names():
        return False
    if len(first) == 1:
        return between in (". ", ".")
    return between == " " and ((len(first) >= LEAST and first in first_names()) or _is_greeted(said, at))


def _is_known(name: str, said: Said, ground: Grounds) -> bool:
    """Whether a family name is seen by all, a fact's, the brand's, or a word that is written so."""
    if name in ground.facts.words or (name in ground.name and name in ground.seen) or name in ground.brand:
        return True
    return name in shared("places") or name in shared("caps") or said.lexicon.has("caps", name)


def _is_greeted(said: Said, at: int) -> bool:
    """Whether a greeting stands before a name."""
    if not at or said.words[at - 1] not in said.lexicon.sets["greet"] or said.words[at] in _NOBODY:
        return False
    return said.read.plain[said.spans[at - 1][1] : said.spans[at][0]] == " "


_NOBODY = frozenset(("familie", "famille", "familia", "famiglia", "family", "fam", "herr", "frau", "mister", "miss"))


def _account(said: Said, ground: Grounds, name: str) -> Iterator[Finding]:
    """An account at another place that the customer has named as theirs."""
    start = said.read.plain.find(name)
    if start >= 0 and name not in ground.seen and name not in ground.facts.text and not said.within(start):
        low, high = said.read.back(start, start + len(name))
        yield Finding(rule="public-data", start=low, end=high, why=DATA)
