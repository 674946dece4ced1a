"""What a reply says of a person or a time that neither the thread nor the facts have said."""

import re
from collections.abc import Iterator

from ascolta.core.speaking.grounds import Ground, Grounds
from ascolta.core.speaking.lexicon import Hit, shared
from ascolta.core.speaking.names import first_names, is_seen
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding

_PERSONAL = "it speaks of something personal that neither this talk nor the approved facts have said"
_TIME = "it names a time that neither this talk nor the approved facts have said"
_PLACE = "it names a place that neither this talk nor the approved facts have said"
_NAME = "it names somebody or something that neither this talk nor the approved facts have said"
_NUMBER = "it gives a number that neither this talk nor the approved facts have said"
_WATCH = "it says that we watched, or know more than this talk has said; people feel spied upon"
_CURRENCY = "€$£%¥"
_NUMBERS = re.compile(r"[0-9]+(?:[.,:'][0-9]+)*")


def find_watching(said: Said, ground: Ground) -> Iterator[Finding]:
    """That we saw, follow or know the person; what they say of this very message is spared."""
    spared = said.of("watch_spare")
    for hit in said.of("watch"):
        if any((one.first <= hit.first and hit.stop <= one.stop + 1) or _covers(one, hit) for one in spared):
            continue
        yield said.finding(hit, "watching", _WATCH)
    for hit in said.of("habit"):
        if not ground.has(said.words[hit.stop - 1]) or not _all_said(said, hit, ground):
            yield said.finding(hit, "watching", _WATCH)


def _covers(spare: Hit, hit: Hit) -> bool:
    """Whether what is spared takes most of what was found."""
    return (
        spare.first < hit.stop
        and hit.first < spare.stop
        and spare.stop >= hit.stop - 1
        and spare.first <= hit.first + 2
    )


def _all_said(said: Said, hit: Hit, ground: Ground) -> bool:
    return all(ground.has(word) for word in said.words[hit.first : hit.stop] if len(word) > 4)


def find_personal(said: Said, ground: Ground) -> Iterator[Finding]:
    """Persons, things, places and habits of the customer's that have not been spoken of, and times."""
    for rule, kind, why in (("personal-fact", "life", _PERSONAL), ("personal-fact", "past", _TIME)):
        for hit in said.of(kind):
            key = _key(said, hit)
            if not ground.has(key) and said.spans[hit.first][0] < said.signed and not _loose(said, hit, kind):
                yield said.finding(hit, rule, why)


def find_belongings(said: Said, ground: Ground) -> Iterator[Finding]:
    """`your …` of something that has not been spoken of and is no matter of service: `your garden`, `your exam`."""
    if said.possessives.isdisjoint(said.read.words):
        return
    for at, word in enumerate(said.words[:-1]):
        if word not in said.possessives or said.spans[at][0] >= said.signed or _is_pronoun(said, at):
            continue
        end = next((place for place in range(at + 1, min(at + 4, len(said.words))) if said.begins(place)), at + 4)
        named = said.words[at + 1 : min(end, at + 4, len(said.words))]
        while named and (named[0] in said.lexicon.sets["small"] or len(named[0]) < 3):
            named.pop(0)
        if named and _is_noun(said, at + 1) and not any(_is_service(said, one, ground) for one in named[:2]):
            first = said.words.index(named[0], at)
            yield said.finding(Hit("", at, first + 1), "personal-fact", _PERSONAL)


def _is_pronoun(said: Said, at: int) -> bool:
    """`Tú` and `la vôtre`, whose accent the matching text has lost."""
    start, end = said.spans[at]
    return not said.read.text[start:end].isascii()


def _is_service(said: Said, word: str, ground: Ground) -> bool:
    """Whether a thing has been spoken of, or belongs to any service: a message, an order, patience."""
    known = said.lexicon.sets["things"]
    if word in known or word[:-1] in known or word[:-2] in known or ground.has(word) or word.isdigit():
        return True
    joins = said.lexicon.has("nouns", "late_verbs")
    return joins and any(word[at:] in known for at in range(1, min(len(word) - 3, 24)))


def _is_noun(said: Said, at: int) -> bool:
    """In German a noun has a capital letter; elsewhere what follows is taken for one."""
    return not said.lexicon.has("nouns", "capital") or any(
        said.is_capital(place) for place in range(at, min(at + 2, len(said.words)))
    )


def _key(said: Said, hit: Hit) -> str:
    """The word that tells what it is about: the last that is no small one, as `live` in `you live near`."""
    for word in reversed(said.words[hit.first : hit.stop]):
        if len(word) > 3 and word not in _SMALL:
            return word
    return said.words[hit.stop - 1]


_SMALL = frozenset(
    ("near", "with", "from", "alone", "around", "late", "nights", "desde", "cerca", "para", "dans", "pres", "avec",
     "loin", "depuis", "perto", "como", "vicino", "come", "presso", "anche", "vlak", "thuis", "naar", "daar", "dort",
     "nahe", "there", "recently", "solo", "sola")
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
        if start >= said.signed or ground.both.has(word) or is_seen(word, ground) or said.within(start):
            continue
        if word in places and word not in common:
            yield said.finding(Hit("", at, at + 1), "personal-fact", _PLACE)
        elif not loud and _is_name(said, at, word):
            yield said.finding(Hit("", at, at + 1), "personal-fact", _NAME)


def _is_loud(said: Said) -> bool:
    """Whether it is written in capital letters throughout, so that they tell no names."""
    letters = [char for char in said.read.text if char.isalpha()]
    return sum(map(str.isupper, letters)) > len(letters) / 2


def _is_name(said: Said, at: int, word: str) -> bool:
    """Whether a capital letter makes a name of a word: not at the start of a sentence, nor in German."""
    if said.begins(at) or said.lexicon.has("caps", word) or word in shared("caps") or word.isdigit() or len(word) < 2:
        return False
    between = said.read.plain[said.spans[at - 1][1] : said.spans[at][0]]
    if any(sign in between for sign in ":\"«“»'(*>-–—/&…."):
        return False
    if _is_title(said, at):
        return False
    if said.lexicon.has("nouns", "capital"):
        return word in first_names() and said.words[at - 1] not in said.lexicon.sets["intro"]
    return not any(said.words[at - 1] == one for one in said.lexicon.sets["intro"]) or word in first_names()


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
    for start, end, written in _numbers(said):
        if start >= said.signed or ground.has_number(written) or _is_part(said, start, end):
            continue
        low, high = said.read.back(start, end)
        yield Finding(rule=_of_number(said, start, end), start=low, end=high, why=_NUMBER)
    known = said.lexicon.numbers
    for at, word in enumerate(said.words[:-1]):
        if word in known and known[word] not in ground.numbers and _before_unit(said, at):
            rule = "unapproved" if said.promises(at) else "personal-fact"
            yield said.finding(Hit("", at, at + 1), rule, _NUMBER)


def _numbers(said: Said) -> list[tuple[int, int, str]]:
    """Where numbers stand in a reply, links and accounts aside."""
    if not said.read.digits:
        return []
    return [(*found.span(), found[0]) for found in _NUMBERS.finditer(said.read.plain) if not said.within(found.start())]


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
    at = next((place for place, span in enumerate(said.spans) if span[1] > start), 0)
    if any(sign in near for sign in _CURRENCY) or said.promises(at):
        return "unapproved"
    return "personal-fact"


def _is_part(said: Said, start: int, end: int) -> bool:
    """The number of a part of a longer reply: `1/2` at its start or end, or `(2)`."""
    plain = said.read.plain
    near_edge = start < 6 or end > len(plain) - 6
    around = plain[max(0, start - 1) : start] + plain[end : end + 1]
    return near_edge and any(sign in around for sign in "/()") and end - start <= 1
