"""Promises, facts and links that the brand has not approved."""

import re
from collections.abc import Iterator

from ascolta.core.redact.normal import normal
from ascolta.core.saying import mark
from ascolta.core.speaking.dates import codes
from ascolta.core.speaking.grounded import is_length, is_time_known
from ascolta.core.speaking.grounds import Ground, Grounds
from ascolta.core.speaking.lexicon import Hit
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding, Talk

PROMISE = mark("it promises or states something that no approved fact says")
WHEN = mark("it promises a time that no approved fact gives")
_LINK = mark("it gives a link or an address that is in no approved fact")
_QUOTE = re.compile(r"[«“„\"][^«»“”„\"]{1,100}[»”“\"]")
_END = re.compile(r"[.,;:!?)\]]+$")


PROMISED = ("promise", "when")
"""Kinds of phrases of which one must stand in a reply before this rule can find anything."""


def find_promises(said: Said, ground: Grounds) -> Iterator[Finding]:
    """Commitments whose matter no fact names, and times that no fact gives."""
    hedges = said.of("hedge")
    spared = said.of("promise_spare")
    for hit in said.of("promise"):
        if any(_softens(said, one, hit) for one in hedges) or any(
            one.first < hit.stop and hit.first < one.stop for one in spared
        ):
            continue
        if _is_denied(said, hit) or _is_theirs(said, hit, ground.thread):
            continue
        if not _is_quoted(said, hit, ground.thread) and not _is_stated(said, hit, ground):
            yield said.finding(hit, "unapproved", PROMISE)
    for hit in said.of("when"):
        if not _is_known_time(said, hit, ground):
            yield said.finding(hit, "unapproved", WHEN)


def _softens(said: Said, hedge: Hit, hit: Hit) -> bool:
    """Whether `you may ask for` or the like stands near enough in the same sentence to hold for a promise."""
    near = max(hit.first - hedge.stop, hedge.first - hit.stop) <= HEDGED
    return near and said.sentence[hedge.first] == said.sentence[hit.first]


HEDGED = 8
"""Words between a hedge and what it hedges."""


def _is_theirs(said: Said, hit: Hit, thread: Ground) -> bool:
    """Whether it owns that a promise of which the customer speaks was not kept: `promised for Tuesday, and nothing`."""
    promised = said.lexicon.sets.get("promised", set())
    return hit.stop - hit.first == 1 and said.words[hit.first] in promised and not promised.isdisjoint(thread.words)


def _is_known_time(said: Said, hit: Hit, ground: Grounds) -> bool:
    """Whether a fact gives the time, or the thread and nothing is promised."""
    facts, thread = ground.facts, ground.thread
    if _is_quoted(said, hit, thread):
        return True
    named = [word for word in said.words[hit.first : hit.stop] if word in codes()]
    keys = named or [said.words[hit.stop - 1]]
    if all(facts.has_date(key) for key in keys) or is_time_known(said, hit, facts) or _is_told(said, hit, facts):
        return True
    said_so = all(thread.has_date(key) for key in keys) or is_time_known(said, hit, thread)
    return said_so and not said.promises(hit.first)


def _is_told(said: Said, hit: Hit, facts: Ground) -> bool:
    """Whether a fact gives the time in other words: a length, `24 hours` for tomorrow, twelve for noon."""
    words = said.words[hit.first : hit.stop]
    if any(is_length(said, at, facts) for at in range(hit.first, hit.stop)):
        return True
    if any(said.lexicon.has("noon", word) for word in words) and "12" in facts.numbers:
        return True
    if any(said.lexicon.has("tomorrow", word) for word in words) and any(
        said.lexicon.has("every", word) for word in facts.words
    ):
        return True
    if any(said.lexicon.has("tomorrow", word) for word in words) and any(hours <= A_DAY for hours in facts.lengths):
        return True
    today = any(said.lexicon.has("today", word) for word in words)
    return today and any(same in facts.text for same in said.lexicon.sets.get("same_day", ()))


A_DAY = 24
"""Hours within which a thing is done by tomorrow."""


def _is_denied(said: Said, hit: Hit) -> bool:
    """Whether it says that something did not happen, or is a past form that only lacks the accent of a future."""
    inner = said.words[hit.first + 1 : hit.stop + 1]
    if any(said.lexicon.has("negations", word) for word in inner[: hit.stop - hit.first]):
        return True
    return any(
        said.lexicon.has("accented", said.words[at]) and said.read.text[slice(*said.spans[at])].isascii()
        for at in range(hit.first, hit.stop)
    )


def _is_quoted(said: Said, hit: Hit, thread: Ground) -> bool:
    """Whether the words stand between quotation marks and are the customer's own."""
    start, end = said.spans[hit.first][0], said.spans[hit.stop - 1][1]
    return any(
        low < start and end < high and thread.has(said.words[hit.stop - 1])
        for low, high in map(re.Match.span, _QUOTE.finditer(said.read.text))
    )


def _is_stated(said: Said, hit: Hit, ground: Grounds) -> bool:
    """Whether the word that matters, or what it is about, stands in a fact."""
    words = said.words[hit.first : hit.stop]
    groups = {group for word in words for group in said.lexicon.group(word)}
    if words[-2:] == _ON_US:
        return "free" in ground.about
    if groups and groups <= _BARE_GROUPS:
        return _is_spelled_out(said, hit, ground, groups)
    if groups:
        matters = (set(said.lexicon.group(word)) - _BARE_GROUPS for word in words)
        return not any(one and ground.about.isdisjoint(one) for one in matters)
    key = next((word for word in reversed(words) if len(word) > 3), words[-1])
    return ground.facts.has(key) or (words[-1] in _IT and _is_about_it(said, hit, ground))


def _is_about_it(said: Said, hit: Hit, ground: Grounds) -> bool:
    """Whether what `it` stands for is named before it in the sentence, and stands in a fact."""
    near = range(max(0, hit.first - AHEAD), hit.first)
    around = [said.words[at] for at in near if said.sentence[at] == said.sentence[hit.first]]
    matters = [set(said.lexicon.group(word)) - _BARE_GROUPS for word in around]
    return any(matters) and not any(one and ground.about.isdisjoint(one) for one in matters)


_IT = frozenset(("it", "them"))


_ON_US = ["on", "us"]
_BARE_GROUPS = frozenset(("entitled", "get", "start"))
"""What says only that there is a right, that one gets something, or that it begins, and leaves open of what."""

AHEAD = 10
"""Words after a right or a beginning that say of what."""


def _is_spelled_out(said: Said, hit: Hit, ground: Grounds, groups: set[str]) -> bool:
    """Whether what somebody has a right to, or what begins, is named in a fact, and all that is offered with it."""
    number, facts = said.sentence[hit.first], ground.facts
    near = range(max(0, hit.first - AHEAD), min(len(said.words), hit.stop + AHEAD))
    around = [said.words[at] for at in near if said.sentence[at] == number]
    matter = [word for word in around if not said.lexicon.has("again", word)]
    offered = {group for word in matter for group in said.lexicon.group(word)} - _BARE_GROUPS
    if groups != {"start"}:
        if not ground.about.issuperset(offered):
            return False
        if offered:
            return True
    known = {word: said.lexicon.numbers.get(word, word) for word in around}
    return any(
        facts.has_number(known[word]) if known[word].isdigit() and known[word] != "1" else _is_matter(word, facts)
        for word in around
    )


def _is_matter(word: str, facts: Ground) -> bool:
    return len(word) > 3 and facts.has_date(word)


def find_links(said: Said, facts: Ground, talk: Talk) -> Iterator[Finding]:
    """Links and mail addresses that no fact has; what the brand has given in this thread is given."""
    if not said.links:
        return
    given = facts.text + " " + " ".join(normal(turn.text).plain for turn in talk.thread if talk.by_brand(turn))
    for start, end in said.links:
        link = _END.sub("", said.read.plain[start:end])
        if _bare(link) not in given.replace("www.", ""):
            low, high = said.read.back(start, start + len(link))
            yield Finding(rule="unapproved", start=low, end=high, why=_LINK)


def _bare(link: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", link).rstrip("/")
