"""Whom a reply names: a first name or an account other than the visible one, or the visible one twice."""

import re
from collections.abc import Iterator
from functools import lru_cache

from ascolta.core.redact.lists import listed
from ascolta.core.redact.normal import normal
from ascolta.core.saying import mark
from ascolta.core.speaking.grounds import Grounds
from ascolta.core.speaking.lexicon import Hit, shared
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding, Talk

_TITLES = frozenset((
    "mr", "mrs", "ms", "miss", "mx", "dr", "herr", "frau", "senor", "senora", "sr", "sra", "dona", "senhor", "senhora",
    "monsieur", "madame", "mme", "signor", "signora", "sig", "meneer", "mevrouw", "dhr", "mevr",
))  # fmt: skip
_WHY = mark("it names somebody other than the person who is seen in this talk")
_TWICE = mark("it calls the person by name more than once, which sounds like a form letter")


@lru_cache
def first_names() -> frozenset[str]:
    """First names without accents, those aside that are common words."""
    known = {normal(name).plain for name in listed("persons", "firsts")}
    return frozenset((known | shared("names")) - shared("plain_names"))


def is_seen(word: str, ground: Grounds) -> bool:
    """Whether a name is the one that is seen, stands in the account, was said in the thread, or is the brand's."""
    return (
        word in ground.name
        or (len(word) > 2 and word in ground.seen and not _is_within(word, ground.name))
        or word in ground.thread.words
        or word in ground.brand
    )


def _is_within(word: str, names: frozenset[str]) -> bool:
    """Whether it is only the middle or the end of the visible name, as `Anna` is of `Hannah`."""
    return any(word in name[1:] and name in first_names() and not name.startswith(word) for name in names)


def find_names(said: Said, talk: Talk, ground: Grounds) -> Iterator[Finding]:
    """Names after a greeting, at the end of a sentence, and accounts."""
    if said.accounts:
        yield from _accounts(said, talk, ground)
    counted: dict[str, int] = {}
    called: dict[str, int] = {}
    for at in said.capitals:
        word, start = said.words[at], said.spans[at][0]
        if start >= said.signed or said.within(start):
            continue
        if word in ground.name and len(word) > 1 and word not in _TITLES and word not in ground.brand:
            counted[word] = counted.get(word, 0) + 1
            if counted[word] == 2:
                yield said.finding(Hit("", at, at + 1), "name-twice", _TWICE)
        else:
            yield from _call(said, at, ground, called)


def _call(said: Said, at: int, ground: Grounds, called: dict[str, int]) -> Iterator[Finding]:
    """A word by which somebody is called: a stranger's name, or one of the thread for the second time.

    `called` are the words that were called before, and where. A word that is known for no name counts if it is spoken
    to twice, and not only at the start of a sentence, where any word has a capital letter.
    """
    word, surely = said.words[at], _is_called(said, at) or _is_surname(said, at, ground)
    if not surely and (word in ground.facts.words or not _is_vocative(said, at)):
        return
    first = called.setdefault(word, at)
    if surely and not is_seen(word, ground):
        yield said.finding(Hit("", at, at + 1), "wrong-name", _WHY)
    elif (
        first < at
        and word in ground.thread.words
        and word not in ground.brand
        and (surely or not _opens_both(said, first, at))
    ):
        yield said.finding(Hit("", at, at + 1), "name-twice", _TWICE)


def _opens_both(said: Said, first: int, second: int) -> bool:
    """Whether two words open their sentences."""
    return said.begins(first) and said.begins(second)


def _is_vocative(said: Said, at: int) -> bool:
    """Whether a word that may be a name stands by itself, as one by which somebody is spoken to: `…, Teo, …`."""
    word, plain = said.words[at], said.read.plain
    if len(word) < SHORTEST or word.isdigit() or any(said.lexicon.has(name, word) for name in _NO_NAMES):
        return False
    after = plain[said.spans[at][1] : said.spans[at][1] + 1]
    if said.begins(at):
        return after in (",", "!") and at + 1 < len(said.words)
    before = plain[said.spans[at - 1][1] : said.spans[at][0]]
    greeted = before == " " and said.words[at - 1] in said.lexicon.sets["greet"]
    return (greeted or before.strip() == ",") and after in (",", ".", "!", "?", "")


SHORTEST = 3
"""Letters of a name that no list knows."""

_NO_NAMES = ("calls", "caps", "thanks", "greet", "closers", "questions", "small")


def _is_called(said: Said, at: int) -> bool:
    """Whether a word with a capital letter is a name by which somebody is spoken to."""
    word, words, plain = said.words[at], said.words, said.read.plain
    if word not in first_names() and not (at and _leads_to_name(said, words[at - 1])):
        return False
    if said.lexicon.has("calls", word) or said.lexicon.has("caps", word) or word in shared("caps") or word.isdigit():
        return False
    before = plain[said.spans[at - 1][1] : said.spans[at][0]] if at else ""
    after = plain[said.spans[at][1] : said.spans[at][1] + 2].strip()[:1]
    if at and before.strip(" ,") == "" and len(before) < 4:
        noun = "," in before and after not in _CALLED and said.lexicon.has("nouns", "capital")
        greeted = words[at - 1] in said.lexicon.sets["greet"] and _opens(said, at - 1) and not noun
        if words[at - 1] in _TITLES or greeted:
            return True
        thanked = words[at - 1] in said.lexicon.sets["thanks"] and ("," in before or after in ",.!")
        if thanked and after in (",", ".", "!", "", "?"):
            return True
    if word not in first_names():
        return False
    alone = said.begins(at) and (after in (",", "!", ":") or _has_surname(said, at))
    if before.strip() == "," and _has_surname(said, at):
        return True
    return alone or (before.strip() == "," and after in (",", ".", "!", "?", "", "–", "-", ":"))


def _leads_to_name(said: Said, word: str) -> bool:
    """Whether it is a title, a greeting or a thank-you, after which a name may follow."""
    sets = said.lexicon.sets
    return word in _TITLES or word in sets["greet"] or word in sets["thanks"]


_CALLED = frozenset((",", ".", "!", "?", ":", "–", "-", ""))
"""What follows on a name by which somebody is spoken to, in a language where any noun has a capital letter."""


def _is_surname(said: Said, at: int, ground: Grounds) -> bool:
    """Whether a word with a capital follows on a first name by which somebody is greeted: `Dear Ann Example,`."""
    if at < 2 or said.words[at - 2] not in said.lexicon.sets["greet"]:
        return False
    first = said.words[at - 1] if said.is_capital(at - 1) else ""
    known = first in first_names() or (first and is_seen(first, ground))
    if not known or first in _TITLES or said.lexicon.has("greet", first) or first in ground.brand:
        return False
    start, end = said.spans[at]
    if said.read.plain[said.spans[at - 1][1] : start] != " " or said.read.plain[end : end + 1] not in (",", "!"):
        return False
    return not said.lexicon.has("calls", said.words[at])


def _has_surname(said: Said, at: int) -> bool:
    """Whether a first name at the start of a sentence is followed by another capital, and then by a comma."""
    if at + 1 >= len(said.words) or not said.is_capital(at + 1) or said.spans[at + 1][0] - said.spans[at][1] > 1:
        return False
    return said.read.plain[said.spans[at + 1][1] : said.spans[at + 1][1] + 1] in (",", "!", ":", ".")


def _opens(said: Said, at: int) -> bool:
    """Whether a greeting stands where greetings stand: first, after another one, or in capitals."""
    before = said.words[at - 1]
    sets = said.lexicon.sets
    return said.begins(at) or before in sets["greet"] or before in sets["thanks"] or said.is_capital(at)


def _accounts(said: Said, talk: Talk, ground: Grounds) -> Iterator[Finding]:
    """Accounts that are neither the person's nor the brand's."""
    brand = "".join(ground.brand)
    told = [*(turn.by for turn in talk.thread), *(fact.statement for fact in talk.facts)]
    led = [_led(turn.text) for turn in talk.thread if not talk.by_brand(turn)]
    known = " ".join([ground.seen, *(normal(text).plain for text in told), *led])
    done: set[str] = set()
    for start, end in said.accounts:
        name = said.read.plain[start + 1 : end].rstrip(".-")
        low, high = said.read.back(start, start + 1 + len(name))
        bare = name.partition("@")[0]
        if bare in done:
            yield Finding(rule="name-twice", start=low, end=high, why=_TWICE)
        elif not _known(bare, known) and bare not in (brand, *(brand + more for more in _DESKS if brand)):
            yield Finding(rule="wrong-name", start=low, end=high, why=_WHY)
        done.add(bare)


_DESKS = ("help", "care", "support", "service", "cares")


def _known(name: str, known: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(name)}(?![\w])", known) is not None


def _led(text: str) -> str:
    """The account with which a post begins: the one that is spoken to."""
    plain = normal(text[:120]).plain.lstrip(" .")
    return plain.split(maxsplit=1)[0] if plain.startswith("@") else ""
