"""What a reply says of a person or a time that neither the thread nor the facts have said."""

import re
from collections.abc import Iterator

from ascolta.core.saying import mark
from ascolta.core.speaking.amounts import NUMBERS, are_money, is_money, is_share, plain_number
from ascolta.core.speaking.dates import codes, dates, is_timed
from ascolta.core.speaking.grounds import Ground, Grounds, compounds
from ascolta.core.speaking.lengths import hours_at, is_clock
from ascolta.core.speaking.lexicon import Hit, shared
from ascolta.core.speaking.names import first_names, is_seen
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding

PERSONAL = mark("it speaks of something personal that neither this talk nor the approved facts have said")
TIME = mark("it names a time that neither this talk nor the approved facts have said")
_PLACE = mark("it names a place that neither this talk nor the approved facts have said")
NAME = mark("it names somebody or something that neither this talk nor the approved facts have said")
_NUMBER = mark("it gives a number that neither this talk nor the approved facts have said")
SPELLED = mark("it says a number in words that neither this talk nor the approved facts have said")
_CURRENCY = "€$£%¥"


PERSONAL_KINDS = ("life", "past")
"""Kinds of phrases of which one must stand in a reply before this rule can find anything."""


def find_personal(said: Said, ground: Ground) -> Iterator[Finding]:
    """Persons, things, places and habits of the customer's that have not been spoken of, and times."""
    for rule, kind, why in (("personal-fact", "life", PERSONAL), ("personal-fact", "past", TIME)):
        for hit in said.of(kind):
            key = _key(said, hit)
            if any(said.lexicon.has("ours", word) for word in said.words[hit.first : hit.stop]):
                continue
            if _is_told(said, key, ground) or said.spans[hit.first][0] >= said.signed or _loose(said, hit, kind):
                continue
            if kind == "life" or not is_time_known(said, hit, ground):
                yield said.finding(hit, rule, why)


def _is_told(said: Said, key: str, ground: Ground) -> bool:
    """Whether a word has been said, or another by which people mean the same: `kids` and `children`."""
    return ground.has_date(key) or any(map(ground.has, said.lexicon.alike.get(key, ())))


def is_time_known(said: Said, hit: Hit, ground: Ground) -> bool:
    """Whether a greeting was taken for a time, or a part of the day follows from a time that was given."""
    if any(spare.first < hit.stop and hit.first < spare.stop for spare in said.of("when_spare")):
        return True
    if not any(said.lexicon.has("dayparts", word) for word in said.words[hit.first : hit.stop]):
        return False
    return is_timed(ground.text)


def find_belongings(said: Said, ground: Ground) -> Iterator[Finding]:
    """`your …` of something that has not been spoken of and is no matter of service: `your garden`, `your exam`."""
    if said.possessives.isdisjoint(said.read.words):
        return
    theirs = said.possessives
    for at in [at for at, word in enumerate(said.words[:-1]) if word in theirs]:
        if said.spans[at][0] >= said.signed or _is_pronoun(said, at):
            continue
        if said.lexicon.has("negations", said.words[at + 1]):
            continue
        end = next((place for place in range(at + 1, min(at + 4, len(said.words))) if said.begins(place)), at + 4)
        named = said.words[at + 1 : min(end, at + 4, len(said.words))]
        while named and (named[0] in said.lexicon.sets["small"] or len(named[0]) < 3):
            named.pop(0)
        if named and _is_noun(said, at + 1) and not any(_is_service(said, one, ground) for one in named[:2]):
            first = said.words.index(named[0], at)
            yield said.finding(Hit("", at, first + 1), "personal-fact", PERSONAL)


def _is_pronoun(said: Said, at: int) -> bool:
    """`Tú` and `la vôtre`, whose accent the matching text has lost, and the German `ihr` of somebody else."""
    start, end = said.spans[at]
    written = said.read.text[start:end]
    return not written.isascii() or (said.language == "de" and written.startswith("ihr") and not said.begins(at))


def _is_service(said: Said, word: str, ground: Ground) -> bool:
    """Whether a thing has been spoken of, or belongs to any service: a message, an order, patience."""
    known = said.lexicon.sets["things"]
    if word in known or word[:-1] in known or word[:-2] in known or _is_told(said, word, ground) or word.isdigit():
        return True
    joins = said.lexicon.has("nouns", "late_verbs")
    return joins and any(word[at:] in known for at in range(1, min(len(word) - 3, 24)))


def _is_noun(said: Said, at: int) -> bool:
    """In German a noun has a capital letter; elsewhere what follows is taken for one."""
    return not said.lexicon.has("nouns", "capital") or any(
        said.is_capital(place) for place in range(at, min(at + 2, len(said.words)))
    )


def _key(said: Said, hit: Hit) -> str:
    """The word that tells what it is about: the last that is no small one, as `live` in `you live near`.

    Where the phrase ends with `your`, it is the word behind it.
    """
    inner = said.words[hit.first : hit.stop]
    if inner[-1] in said.possessives and hit.stop < len(said.words):
        return said.words[hit.stop]
    for word in reversed(inner):
        if len(word) > 3 and word not in _SMALL and word not in said.possessives:
            return word
    return inner[-1]


_SMALL = frozenset(
    ("near", "with", "from", "alone", "around", "late", "nights", "desde", "cerca", "para", "dans", "pres", "avec",
     "loin", "depuis", "perto", "como", "vicino", "come", "presso", "anche", "vlak", "thuis", "naar", "daar", "dort",
     "nahe", "there", "recently", "solo", "sola", "home")
)  # fmt: skip


def _loose(said: Said, hit: Hit, kind: str) -> bool:
    """A month or a weekday needs its capital letter where its language writes one."""
    return kind == "past" and said.words[hit.stop - 1] in ("may", "march") and not said.is_capital(hit.stop - 1)


def find_names_and_places(said: Said, ground: Grounds) -> Iterator[Finding]:
    """Words with a capital letter that have not been said: places, and outside German any name."""
    loud = len(said.capitals) > len(said.words) / 2 and _is_loud(said)
    places, common = shared("places"), shared("plain_names")
    for at in said.capitals:
        word, start = said.words[at], said.spans[at][0]
        if (
            start >= said.signed
            or (word not in places and said.begins(at))
            or ground.both.has_name(word)
            or (word in codes() and ground.both.has_date(word))
            or (word in codes() and at and said.lexicon.has("ours", said.words[at - 1]))
            or is_seen(word, ground)
            or said.within(start)
        ):
            continue
        if word in places and word not in common:
            yield said.finding(Hit("", at, at + 1), "personal-fact", _PLACE)
        elif not loud and _is_name(said, at, word):
            yield said.finding(Hit("", at, at + 1), "personal-fact", NAME)


def _is_loud(said: Said) -> bool:
    """Whether it is written in capital letters throughout, so that they tell no names."""
    letters = [char for char in said.read.text if char.isalpha()]
    return sum(map(str.isupper, letters)) > len(letters) / 2


def _is_name(said: Said, at: int, word: str) -> bool:
    """Whether a capital letter makes a name of a word: not at the start of a sentence, nor in German."""
    if said.begins(at) or said.lexicon.has("caps", word) or word in shared("caps") or word.isdigit() or len(word) < 2:
        return False
    between = said.read.plain[said.spans[at - 1][1] : said.spans[at][0]]
    if any(sign in between for sign in ":\"«“»'(*>-–—/&….") or any(said.lexicon.has(name, word) for name in _COMMON):
        return False
    if _is_title(said, at):
        return False
    if said.lexicon.has("nouns", "capital"):
        return word in first_names() and said.words[at - 1] not in said.lexicon.sets["intro"]
    return said.words[at - 1] not in said.lexicon.sets["intro"] or word in first_names()


_COMMON = ("calls", "questions", "small", "thanks", "greet", "pleases")
"""Sets of words that are no name, even where somebody writes them with a capital letter."""


def _is_title(said: Said, at: int) -> bool:
    """Whether it is part of what a department or a menu is called: `Payment Methods`, `the Software team`."""
    if at + 1 < len(said.words) and said.lexicon.has("sections", said.words[at + 1]):
        return True
    for near in (at - 1, at + 1):
        if 0 <= near < len(said.words) and said.is_capital(near) and not said.begins(max(at, near)):
            word = said.words[near]
            if len(word) > 2 and said.lexicon.has("caps", word) and not said.begins(near):
                return said.words[at] not in first_names()
    return False


def find_numbers(said: Said, ground: Ground) -> Iterator[Finding]:
    """Numbers that have not been said, in digits, or in words before a unit."""
    numbers = _numbers(said)
    known_dates = [
        (start, end)
        for start, end, *parts in (dates(said.read.plain) if numbers else ())
        if _is_date_said(parts, ground)
    ]
    for start, end, written in numbers:
        if any(low <= start < high for low, high in known_dates):
            continue
        if start >= said.signed or _is_given(said, (start, end), written, ground) or _is_part(said, start, end):
            continue
        low, high = said.read.back(start, end)
        yield Finding(rule=_of_number(said, start, end), start=low, end=high, why=_NUMBER)
    known = said.lexicon.numbers
    if known.keys().isdisjoint(said.read.words):
        return
    spelled = said.read.words & known.keys()
    whole = len(spelled) > 1 and not ground.numbers.isdisjoint(compounds(said.words, known))
    for at, word in enumerate(said.words[:-1]):
        if word not in known or whole or _is_spelled(said, at, ground):
            continue
        if _before_unit(said, at) and not is_length(said, at, ground):
            rule = "unapproved" if said.promises(at) else "personal-fact"
            yield said.finding(Hit("", at, at + 1), rule, SPELLED)


def _is_given(said: Said, where: tuple[int, int], written: str, ground: Ground) -> bool:
    """Whether a number has been said of what it is said of here: of money, of a share, of a length of time."""
    start, end = where
    if is_money(said.read.plain, start, end):
        return ground.has_price(written)
    if is_share(said.read.plain, end):
        return ground.has_price(f"{written}%")
    at = _word_at(said, start)
    if is_length(said, at, ground):
        return True
    if hours_at(said.words, at, said.lexicon.numbers) and not is_clock(said.words, at):
        return plain_number(written) in ground.amounts.loose
    return ground.has_number(written)


def _is_spelled(said: Said, at: int, ground: Ground) -> bool:
    """The same of a number in words."""
    number = said.lexicon.numbers[said.words[at]]
    if are_money(said.words, at):
        return ground.has_price(number)
    if hours_at(said.words, at, said.lexicon.numbers) and not is_clock(said.words, at):
        return number in ground.amounts.loose
    return number in ground.numbers


def is_length(said: Said, at: int, ground: Ground) -> bool:
    """Whether a number begins a length of time that has been said in other words: `two weeks` for `14 days`."""
    return not ground.lengths.isdisjoint(hours_at(said.words, at, said.lexicon.numbers))


def _word_at(said: Said, start: int) -> int:
    return next((place for place, span in enumerate(said.spans) if span[1] > start), 0)


def _is_date_said(parts: list[str], ground: Ground) -> bool:
    """Whether day and month of a date in figures have been said, in either order."""
    first, second = (str(int(part)) for part in parts)
    return any(
        day in ground.numbers and f"m{month}" in ground.dates for day, month in ((first, second), (second, first))
    )


def _numbers(said: Said) -> list[tuple[int, int, str]]:
    """Where numbers stand in a reply, links and accounts aside."""
    if not said.read.digits:
        return []
    return [(*found.span(), found[0]) for found in NUMBERS.finditer(said.read.plain) if not said.within(found.start())]


def _before_unit(said: Said, at: int) -> bool:
    return any(
        said.lexicon.has("unit", said.words[place])
        for place in range(at + 1, min(at + 3, len(said.words)))
        if said.sentence[place] == said.sentence[at]
    ) and not said.lexicon.has("single", said.words[at])


def _of_number(said: Said, start: int, end: int) -> str:
    """A price, a share, or a number in a sentence that promises is an unapproved fact; others are personal."""
    plain = said.read.plain
    near = plain[max(0, start - 3) : start] + plain[end : end + 3]
    at = _word_at(said, start)
    if any(sign in near for sign in _CURRENCY) or said.promises(at):
        return "unapproved"
    return "personal-fact"


def _is_part(said: Said, start: int, end: int) -> bool:
    """The number of a part of a longer reply: `1/2` at its start or before the signature, or `(2)` at an edge."""
    plain = said.read.plain
    if any(low <= start < high and (low < EDGE or high > len(plain) - EDGE) for low, high in _parts(plain)):
        return True
    near_edge = start < 6 or end > len(plain) - 6
    around = plain[max(0, start - 1) : start] + plain[end : end + 1]
    return near_edge and any(sign in around for sign in "/()") and end - start <= 1


_PART = re.compile(r"(?<![\d/])[1-5]/[1-5](?![\d/])")
EDGE = 30
"""Characters at the start and the end of a reply where `1/2` numbers its parts."""


def _parts(plain: str) -> list[tuple[int, int]]:
    return [found.span() for found in _PART.finditer(plain)] if "/" in plain else []
