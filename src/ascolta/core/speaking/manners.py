"""How a reply sounds: blame, mockery and threats; what is missing; what is too much."""

from collections.abc import Iterator
from itertools import pairwise

from ascolta.core.redact.normal import normal
from ascolta.core.speaking.lexicon import Hit
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding, Severity, Talk

_BLAME = "it blames, mocks or lectures the person"
_THREAT = "it threatens the person"
_FEEL = "it is sorry for the feeling, not for the fault"
_HANDS = "it hands the person on more than once; being sent about lowers satisfaction"
_SELLS = "it advertises"
_PLEASE = "it opens with a demand, which reads as less polite"
_QUESTION = "it opens with a bare question, which reads as less polite"
_LACKS = "it answers a complaint without {}"
_AGAIN = "it is almost the same as a reply that was given lately"
ALIKE = 0.7
LATELY = 20
"""How alike two replies may be, and how many of the last ones are looked at."""


def find_insults(said: Said, *, complaint: bool) -> Iterator[Finding]:
    """Blame, mockery and threats; laughter is mockery where somebody complains."""
    kinds = (("blame", _BLAME), ("threat", _THREAT), *((("laugh", _BLAME),) if complaint else ()))
    for kind, why in kinds:
        for hit in said.of(kind):
            if not any(_touches(hit, spare) for spare in said.of("blame_spare")):
                yield said.finding(hit, "blame", why)


def _touches(hit: Hit, spare: Hit) -> bool:
    return spare.first < hit.stop and hit.first < spare.stop


def is_complaint(talk: Talk, kinds: frozenset[str]) -> bool:
    """Whether the person complained: as the labels say, else by words of the thread."""
    if talk.standing.complaint is not None:
        return talk.standing.complaint
    return "complaint" in kinds


def find_manners(said: Said, talk: Talk, *, complaint: bool) -> Iterator[Finding]:
    """What only tells: a hollow apology, hand-overs, advertising, a rough opening, what a complaint lacks."""
    for hit in said.of("sorry_feel")[:1]:
        yield said.finding(hit, "sorry-you-feel", _FEEL, Severity.WARN)
    for hit in said.of("promo")[:1]:
        severity = Severity.BLOCK if complaint else Severity.WARN
        yield said.finding(hit, "promotion", _SELLS, severity)
    yield from _opening(said)
    ways = [said.of(kind)[0] for kind in _WAYS if said.of(kind)]
    if ways and len(ways) + bool(said.links) > 1:
        yield said.finding(max(ways, key=lambda hit: hit.first), "hand-overs", _HANDS, Severity.WARN)
    if complaint and said.words:
        missing = [name for kind, name in _PARTS if not said.of(kind)]
        if missing:
            why = _LACKS.format(" and ".join(missing))
            yield Finding(rule="no-repair", start=0, end=len(said.raw), why=why, severity=Severity.WARN)


_WAYS = ("private", "hand_call", "hand_place")
_PARTS = (("own", "taking responsibility"), ("mend", "offering repair"), ("next", "a next step"))


def _opening(said: Said) -> Iterator[Finding]:
    first = 0
    while first < len(said.words) and (
        said.within(said.spans[first][0]) or said.lexicon.has("greet", said.words[first])
    ):
        first += 1
    if first >= len(said.words):
        return
    if said.lexicon.has("pleases", said.words[first]):
        yield said.finding(Hit("", first, first + 1), "opens-badly", _PLEASE, Severity.WARN)
    elif said.sentence[first] in said.asks and said.lexicon.has("questions", said.words[first]):
        stop = len(said.sentence) - said.sentence[::-1].index(said.sentence[first])
        yield said.finding(Hit("", first, stop), "opens-badly", _QUESTION, Severity.WARN)


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
