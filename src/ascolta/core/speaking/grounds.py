"""What a reply may lean on: the words of the talk so far, the facts, and who is seen in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ascolta.core.redact.normal import Normal, normal
from ascolta.core.speaking.lexicon import Lexicon, language_of, lexicon
from ascolta.core.speaking.talk import Fact, Talk

_NUMBER = re.compile(r"[0-9]+(?:[.,:'][0-9]+)*")
_DIGITS = re.compile(r"[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,'])[0-9]{3})(?:\1[0-9]{3})*")
_BETWEEN = re.compile(r"[\W_]+")
_NOBODY = frozenset(("customer", "user", "author"))
MARGIN = 2
"""Letters at the end of a word that may differ, so that a plural or a case is the same word."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Words and numbers that have been said."""

    words: frozenset[str] = frozenset()
    text: str = ""
    numbers: frozenset[str] = frozenset()

    def has(self, word: str) -> bool:
        """Whether a word, or one with the same beginning, has been said."""
        return word in self.words or (len(word) > 3 and word[: max(4, len(word) - MARGIN)] in self.text)

    def has_number(self, said: str) -> bool:
        """Whether a number has been said, however it is written."""
        return plain_number(said) in self.numbers or all(
            part.lstrip("0") in self.numbers for part in _DIGITS.findall(said)
        )

    def has_run(self, said: str) -> bool:
        """Whether letters and digits have been said in this order, whatever stands between them."""
        run = solid(said)
        return bool(run) and run in solid(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """The thread, the facts, both; the words of the visible name, and names and accounts as one string.

    `about` is what the facts are about; `kinds` are the kinds of words that the customer has used.
    """

    thread: Ground
    facts: Ground
    both: Ground
    about: frozenset[str]
    kinds: frozenset[str]
    name: frozenset[str]
    seen: str
    brand: tuple[str, ...]


def grounds(talk: Talk, theirs: Sequence[str]) -> Grounds:
    """What a reply in this talk may lean on; `theirs` is what the customer has said."""
    words = lexicon(language_of(talk.lang))
    facts, about = of_facts(talk.facts, talk.lang)
    read = normal("\n".join(theirs))
    ours = "\n".join(turn.text for turn in talk.thread if talk.by_brand(turn))
    thread = of_read(read, words)
    if ours:
        thread = joined(thread, of_read(normal(ours), words))
    people = dict.fromkeys([talk.name, talk.account, *(turn.by for turn in talk.thread if not talk.by_brand(turn))])
    seen = normal(" ".join(people))
    return Grounds(
        thread=thread,
        facts=facts,
        both=joined(thread, facts),
        about=about,
        kinds=frozenset(hit.kind for hit in words.thread.find(read.order, [0] * len(read.order))),
        name=seen.words - _NOBODY,
        seen=seen.plain,
        brand=brand_words(talk.brand),
    )


def joined(one: Ground, other: Ground) -> Ground:
    """Both."""
    return Ground(one.words | other.words, f"{one.text} {other.text}", one.numbers | other.numbers)


@lru_cache(maxsize=1_024)
def of_facts(facts: tuple[Fact, ...], lang: str) -> tuple[Ground, frozenset[str]]:
    """What approved facts state and what they are about; kept, as the same come again and are nobody's secret."""
    ground, about = Ground(), set[str]()
    for fact in facts:
        words = lexicon(language_of(fact.lang or lang))
        read = normal(fact.statement)
        ground = joined(ground, of_read(read, words))
        about.update(name for word in read.words for name in words.group(word))
    return ground, frozenset(about)


@lru_cache(maxsize=256)
def brand_words(brand: str) -> tuple[str, ...]:
    """A brand's name as words."""
    return tuple(normal(brand).order)


def of_read(read: Normal, words: Lexicon) -> Ground:
    """The words and numbers of a text."""
    numbers: set[str] = set()
    if read.digits:
        numbers.update(part.lstrip("0") for part in _DIGITS.findall(read.plain))
        numbers.update(plain_number(said) for said in re.findall(_NUMBER, read.plain))
    numbers.update(words.numbers[word] for word in read.words & words.numbers.keys())
    return Ground(read.words, read.plain, frozenset(numbers))


def plain_number(said: str) -> str:
    """A number without what parts its thousands, and without zeros before it."""
    if said.isdigit():
        return said.lstrip("0")
    if _GROUPED.fullmatch(said):
        return "".join(_DIGITS.findall(said)).lstrip("0")
    whole, _, rest = said.replace(",", ".").replace(":", ".").partition(".")
    return whole.lstrip("0") + (f".{rest.rstrip('0')}" if rest.strip("0.") else "")


def solid(text: str) -> str:
    """Only the letters and digits of a text."""
    return _BETWEEN.sub("", text)
