"""What a reply may lean on: the words of the talk so far, the facts, and who is seen in it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec

from ascolta.core.redact.normal import Normal, holds, normal
from ascolta.core.speaking.amounts import DIGITS, NO_AMOUNTS, NUMBERS, Amounts, amounts, joined_amounts, plain_number
from ascolta.core.speaking.dates import codes, dated, hours
from ascolta.core.speaking.grave import grave
from ascolta.core.speaking.kept import Kept
from ascolta.core.speaking.lengths import spans_told
from ascolta.core.speaking.lexicon import Lexicon, language_of, lexicon, shared_rows
from ascolta.core.speaking.talk import Fact, Talk

_BETWEEN = re.compile(r"[\W_]+")
_NOBODY = frozenset(("customer", "user", "author"))
HALF = "50"
_HALVES = frozenset(("half", "mitad", "moitie", "halfte", "halben", "metade", "meta", "helft"))
"""What these words say of a hundred."""

MARGIN = 2
"""Letters at the end of a word that may differ, so that a plural or a case is the same word."""


class Ground(msgspec.Struct, frozen=True):
    """Words and numbers that have been said; `lengths` are those of time, in hours, `amounts` what numbers count."""

    words: frozenset[str] = frozenset()
    text: str = ""
    numbers: frozenset[str] = frozenset()
    dates: frozenset[str] = frozenset()
    lengths: frozenset[int] = frozenset()
    amounts: Amounts = NO_AMOUNTS

    def has(self, word: str) -> bool:
        """Whether a word, or one with the same beginning, has been said."""
        return word in self.words or (len(word) > 3 and word[: max(4, len(word) - MARGIN)] in self.text)

    def has_name(self, word: str) -> bool:
        """Whether a name has been said, or one that begins alike; the middle of another word is none."""
        if word in self.words:
            return True
        begins = word[: max(4, len(word) - MARGIN)]
        return self.has(word) and (len(word) <= 3 or any(one.startswith(begins) for one in self.words))

    def has_date(self, word: str) -> bool:
        """Whether a month or a weekday has been said, in whatever language or in figures; other words as by `has`."""
        code = codes().get(word)
        return self.has(word) if code is None else code in self.dates

    def has_number(self, said: str) -> bool:
        """Whether a number has been said, however it is written."""
        return plain_number(said) in self.numbers or all(
            part.lstrip("0") in self.numbers for part in DIGITS.findall(said)
        )

    def has_price(self, said: str) -> bool:
        """Whether a number has been said of money, or may have been; a share is a number with its sign."""
        number = plain_number(said.rstrip("%"))
        if said.endswith("%") and number == HALF and not _HALVES.isdisjoint(self.words):
            return True
        written = f"{number}%" if said.endswith("%") else number
        return written in self.amounts.prices or number in self.amounts.costs

    def has_run(self, said: str) -> bool:
        """Whether letters and digits have been said in this order, whatever stands between them."""
        run = solid(said)
        return bool(run) and run in _whole(self.text)


class Grounds(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The thread, the facts, both; the words of the visible name, and names and accounts as one string.

    `about` is what the facts are about; `kinds` are the kinds of words that the customer has used; `marks` say of any
    word how it stands to the talk.
    """

    thread: Ground
    facts: Ground
    both: Ground
    about: frozenset[str]
    kinds: frozenset[str]
    name: frozenset[str]
    seen: str
    brand: tuple[str, ...]
    marks: Kept[str, str]


TOLD, STATED, NEW, LITTLE = "T", "F", "U", "."
"""How a word stands to the talk: the thread has it, a fact has it, neither; or it is too small to ask."""

MARKS = (TOLD, STATED, NEW, LITTLE)

SMALL = 3
"""A word of no more letters is small: it is no matter by itself."""


def _marks(thread: Ground, facts: Ground) -> Kept[str, str]:
    """How each word stands to the talk, told when it is first asked for; as by `has`, which is not called so often."""
    told, said, stated, text = thread.words, thread.text, facts.words, facts.text

    def made(word: str) -> str:
        if len(word) <= SMALL:
            return LITTLE
        begins = word[: max(4, len(word) - MARGIN)]
        if word in told or begins in said:
            return TOLD
        return STATED if word in stated or begins in text else NEW

    return Kept(made)


def grounds(talk: Talk, theirs: Sequence[str]) -> Grounds:
    """What a reply in this talk may lean on; `theirs` is what the customer has said."""
    words = lexicon(language_of(talk.lang))
    facts, about = of_facts(talk.facts, talk.lang)
    read = normal("\n".join(theirs))
    ours = "\n".join(turn.text for turn in talk.thread if talk.by_brand(turn))
    thread = of_read(read, words)
    if ours:
        thread = joined(thread, of_read(normal(ours), words))
    both = joined(thread, facts)
    people = dict.fromkeys([talk.name, talk.account, *(turn.by for turn in talk.thread if not talk.by_brand(turn))])
    people.update((found[0], None) for text in theirs if (found := _ACCOUNT.search(text[-_LONG:])))
    seen = normal(" ".join(people))
    complaints = words.thread.find(read.order, [0] * len(read.order))
    return Grounds(
        thread=thread,
        facts=facts,
        both=both,
        about=about,
        kinds=grave(read, language_of(talk.lang)) | {hit.kind for hit in complaints},
        name=(seen.words - _NOBODY) | _signed(theirs, words),
        seen=seen.plain,
        brand=brand_words(talk.brand),
        marks=_marks(thread, facts),
    )


def _signed(theirs: Sequence[str], words: Lexicon) -> frozenset[str]:
    """The names with which a customer's posts are signed: `… Cheers, Dana`."""
    found = [_SIGNED.search(text[-_END:]) for text in theirs]
    names = {normal(one[1]).plain for one in found if one}
    return frozenset(name for name in names if not words.has("caps", name) and not words.has("thanks", name))


_ACCOUNT = re.compile(r"(?<=[.!?…,)] )@[\w.-]{1,60}$")
_LONG = 64
"""An account at the end of a post with which it is signed, and how many characters that may take."""

_SIGNED = re.compile(r"[.!?…,)][ \n]{1,3}(?:[–—-] ?)?([A-ZÀ-Þ][\w'’-]{1,20})[.!]?\s*$")
_END = 40
"""Characters at the end of a post among which its signature stands."""


def joined(one: Ground, other: Ground) -> Ground:
    """Both."""
    return Ground(
        one.words | other.words,
        f"{one.text} {other.text}",
        one.numbers | other.numbers,
        one.dates | other.dates,
        one.lengths | other.lengths,
        joined_amounts(one.amounts, other.amounts),
    )


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
        numbers.update(part.lstrip("0") for part in DIGITS.findall(read.plain))
        numbers.update(plain_number(said) for said in NUMBERS.findall(read.plain))
        numbers.update(hours(read.plain))
    spelled = read.words & words.numbers.keys()
    numbers.update(words.numbers[word] for word in spelled)
    numbers.update(ordinals()[word] for word in read.words & ordinals().keys())
    if len(spelled) > 1:
        numbers.update(compounds(read.order, words.numbers))
    spans = spans_told(read.order, read.words, words.numbers)
    if holds(read.plain, _ALWAYS):
        numbers.add("24")
        spans |= {24}
    counted = amounts(read, words.numbers, spelled) if read.digits or spelled else NO_AMOUNTS
    return Ground(read.words, read.plain, frozenset(numbers), dated(read), spans, counted)


_ALWAYS = (
    "around the clock", "day and night", "jour et nuit", "rund um die uhr", "tag und nacht", "dag en nacht",
    "dia y noche", "las 24 horas", "dia e noite", "giorno e notte",
)  # fmt: skip
"""What `24/7` and `24 h sur 24` say in words."""


@lru_cache
def ordinals() -> dict[str, str]:
    """Ordinals of all languages and their numbers: who writes for the fourth time has written four times."""
    return {word: str(number) for number, row in enumerate(shared_rows("ordinals"), 2) for word in row}


def compounds(order: Sequence[str], known: Mapping[str, str]) -> Iterator[str]:
    """Numbers of two or three words: `twenty four`, `vinte e quatro`, `vingt et un`, `dix-sept`."""
    for at, word in enumerate(order):
        tens = int(known.get(word, 0))
        if tens >= 10 and tens % 10 == 0:
            ones = next((order[near] for near in (at + 1, at + 2) if near < len(order) and order[near] in known), "")
            least = SEVEN if tens == 10 else 0
            if ones and least <= int(known[ones]) < 10 and (order[at + 1] == ones or order[at + 1] in _AND):
                yield str(tens + int(known[ones]))


SEVEN = 7
"""From `dix-sept` on the French put ten and one together."""

_AND = frozenset(("e", "y", "et", "and", "en"))


@lru_cache(maxsize=2)
def _whole(text: str) -> str:
    """The same of what has been said; only the thread and the facts of the talk at hand are kept."""
    return solid(text)


def solid(text: str) -> str:
    """Only the letters and digits of a text."""
    return _BETWEEN.sub("", text)
