"""How a reply sounds: blame, mockery and threats; what is missing; what is too much."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from ascolta.core.redact.normal import normal
from ascolta.core.saying import Saying, mark
from ascolta.core.speaking.grounds import Ground, Grounds
from ascolta.core.speaking.lexicon import Hit
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.repair import repair
from ascolta.core.speaking.talk import Finding, Severity, Talk

BLAME = mark("it blames, mocks or lectures the person")
LAUGHS = mark("it laughs where somebody complains")
THREAT = mark("it threatens the person")
_LAW = mark("it threatens the person with lawyers or a court")
_FEEL = mark("it is sorry for the feeling, not for the fault")
_HANDS = mark("it hands the person on more than once; being sent about lowers satisfaction")
_SELLS = mark("it advertises")
_PLEASE = mark("it opens with a demand, which reads as less polite")
_QUESTION = mark("it opens with a bare question, which reads as less polite")
_AGAIN = mark("it is almost the same as a reply that was given lately")
STATED = 0.6
"""Share of the words of a general sentence that a fact has, so that it is the fact that is told."""

ALIKE = 0.7
LATELY = 20
"""How alike two replies may be, and how many of the last ones are looked at."""


def find_insults(said: Said, facts: Ground, *, complaint: bool) -> Iterator[Finding]:
    """Blame, mockery and threats; laughter is mockery where somebody complains."""
    kinds = (("law", _LAW), ("blame", BLAME), ("threat", THREAT), *((("laugh", BLAME),) if complaint else ()))
    for kind, why in kinds:
        for hit in said.of(kind):
            spared = any(_touches(hit, spare) for spare in said.of("blame_spare"))
            if not spared and not _quotes(said, hit) and not _is_told(said, hit):
                yield said.finding(hit, "blame", why)
    if complaint:
        yield from _laughs(said)
    yield from _lectures(said, facts)


def may_insult(said: Said) -> bool:
    """Whether anything stands in a reply without which the above finds nothing."""
    return (
        not said.hits.keys().isdisjoint(_INSULTS)
        or not said.lexicon.sets["whoever"].isdisjoint(said.read.words)
        or not (said.raw.isascii() or _FACES.isdisjoint(said.raw))
    )


_INSULTS = ("law", "blame", "threat", "laugh")


def _laughs(said: Said) -> Iterator[Finding]:
    """Laughing and smirking faces, which mock where somebody complains."""
    if _FACES.isdisjoint(said.raw):
        return
    for at, char in enumerate(said.raw):
        if char in _FACES:
            yield Finding(rule="blame", start=at, end=at + 1, why=LAUGHS)
            return


_FACES = frozenset("😂🤣😹😆😜😝🤪😏🙄")


def _quotes(said: Said, hit: Hit) -> bool:
    """Whether a quotation ends or begins within the words, so that they are not one remark."""
    return any(sign in _MARKS for sign in said.read.text[said.spans[hit.first][0] : said.spans[hit.stop - 1][1]])


def _is_told(said: Said, hit: Hit) -> bool:
    """Whether `hatten Sie`, which only tells what was, was taken for the reproach of `hätten Sie`."""
    return hit.stop - hit.first == 2 and any(
        said.lexicon.has("umlauts", said.words[at]) and said.read.text[slice(*said.spans[at])].isascii()
        for at in range(hit.first, hit.stop)
    )


_MARKS = frozenset("«»“”„")


def _lectures(said: Said, facts: Ground) -> Iterator[Finding]:
    """Sentences that teach by speaking of people in general, unless a fact says so: `Who never reads pays more`."""
    if said.lexicon.sets["whoever"].isdisjoint(said.read.words):
        return
    for at, word in enumerate(said.words):
        if not (said.lexicon.has("whoever", word) and (said.begins(at) or _follows_name(said, at))):
            continue
        number = said.sentence[at]
        stop = next((place for place in range(at, len(said.words)) if said.sentence[place] != number), len(said.words))
        after = said.words[at + 1 : stop]
        if number in said.asks or not any(said.lexicon.has("lecture", one) for one in after):
            continue
        long = [one for one in after if len(one) > 3]
        if sum(map(facts.has, long)) < STATED * len(long):
            yield said.finding(Hit("", at, stop), "blame", BLAME)


def _follows_name(said: Said, at: int) -> bool:
    """Whether only a name stands before a word in its sentence: `Nils, who …`."""
    comma = "," in said.read.plain[said.spans[at - 1][1] : said.spans[at][0]]
    return comma and (said.begins(at - 1) or said.begins(max(0, at - 2)))


def _touches(hit: Hit, spare: Hit) -> bool:
    return spare.first < hit.stop and hit.first < spare.stop


def is_complaint(talk: Talk, kinds: frozenset[str]) -> bool:
    """Whether the person complained: as the labels say, else by words of the thread."""
    if talk.standing.complaint is not None:
        return talk.standing.complaint
    return "complaint" in kinds


def find_manners(said: Said, talk: Talk, ground: Grounds, *, complaint: bool) -> Iterator[Finding]:
    """What only tells: a hollow apology, hand-overs, advertising, a rough opening, what a complaint lacks."""
    for hit in said.of("sorry_feel")[:1]:
        yield said.finding(hit, "sorry-you-feel", _FEEL, Severity.WARN)
    for hit in [one for one in said.of("promo") if not _is_topic(said, one, ground)][:1]:
        severity = Severity.BLOCK if complaint else Severity.WARN
        yield said.finding(hit, "promotion", _SELLS, severity)
    yield from _opening(said)
    ways = _ways(said)
    if ways and len(ways) + _leads_on(said) > 1:
        yield said.finding(max(ways, key=lambda hit: hit.first), "hand-overs", _HANDS, Severity.WARN)
    if complaint and said.words:
        missing = tuple(name for kind, name in _PARTS if not said.of(kind))
        if missing:
            end, how = len(said.raw), repair("no-repair", talk)
            yield Finding(rule="no-repair", start=0, end=end, why=_lacks(missing), severity=Severity.WARN, repair=how)


@lru_cache
def _lacks(missing: tuple[Saying, ...]) -> Saying:
    return Saying("it answers a complaint without %(parts)s", parts=missing)


def _is_topic(said: Said, hit: Hit, ground: Grounds) -> bool:
    """Whether the customer spoke of what seems to be advertised, such as a code or an offer that does not work."""
    long = [word for word in said.words[hit.first : hit.stop] if len(word) > 4]
    return bool(long) and all(ground.thread.has(word) for word in long)


def _ways(said: Said) -> list[Hit]:
    """The places to turn to, each once: one of each kind, and every other firm that is named."""
    ways = [said.hits[kind][0] for kind in _WAYS if kind in said.hits]
    others = {said.words[hit.stop - 1]: hit for hit in said.of("hand_third")}
    return [*ways, *others.values()]


def _leads_on(said: Said) -> bool:
    """Whether a link leads elsewhere than to the private way, as it does not in `Privately: https://…`."""
    if not said.links:
        return False
    private = {said.sentence[hit.first] for hit in said.of("private")}
    starts = {low for low, _ in said.links}
    leads = [at for at, (start, _) in enumerate(said.spans) if start in starts]
    return not all(said.sentence[at] in private for at in leads)


_WAYS = ("private", "hand_call", "hand_write", "hand_place")
_PARTS = (
    ("own", Saying("taking responsibility")),
    ("mend", Saying("offering repair")),
    ("next", Saying("a next step")),
)


def _opening(said: Said) -> Iterator[Finding]:
    first = 0
    while first < len(said.words) and (said.within(said.spans[first][0]) or _is_greeting(said, first)):
        first += 1
    if first >= len(said.words):
        return
    please = _please(said, first)
    if please:
        yield said.finding(Hit("", first, first + please), "opens-badly", _PLEASE, Severity.WARN)
    elif said.sentence[first] in said.asks and said.lexicon.has("questions", said.words[first]):
        stop = len(said.sentence) - said.sentence[::-1].index(said.sentence[first])
        yield said.finding(Hit("", first, stop), "opens-badly", _QUESTION, Severity.WARN)


def _is_greeting(said: Said, at: int) -> bool:
    """Whether a word greets; one that asks, too, does so only with another: `¿qué tal?`."""
    if not said.lexicon.has("greet", said.words[at]):
        return False
    asks = said.sentence[at] in said.asks and said.lexicon.has("questions", said.words[at])
    return not asks or any(said.lexicon.has("greet", word) for word in said.words[at + 1 : at + 2])


def _please(said: Said, at: int) -> int:
    """How many words from a place on say please; 0 if none do."""
    for size in range(4, 1, -1):
        if said.lexicon.has("pleads", " ".join(said.words[at : at + size])):
            return size
    return int(said.lexicon.has("pleases", said.words[at]))


def find_again(said: Said, talk: Talk) -> Iterator[Finding]:
    """A template that was used lately, names and numbers aside."""
    mine = _shape(said.words)
    for other in reversed(talk.recent[-LATELY:]):
        theirs = _shape(normal(other).order)
        if mine and theirs and len(mine & theirs) >= ALIKE * len(mine | theirs):
            yield Finding(rule="same-again", start=0, end=len(said.raw), why=_AGAIN, severity=Severity.WARN)
            return


def _shape(words: list[str]) -> frozenset[tuple[str, ...]]:
    kept = [word for word in words if not any(map(str.isdigit, word))]
    return frozenset(pairwise(kept))
