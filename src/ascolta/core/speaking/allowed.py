"""Whether we may speak at all: spoken to, not answered yet, not told to stop, and no matter for trained people."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ascolta.core.consent import says_stop
from ascolta.core.saying import mark
from ascolta.core.speaking.grave import FOR_PEOPLE, YOUNG
from ascolta.core.speaking.grounds import Grounds
from ascolta.core.speaking.talk import Finding, Severity, Standing, Talk

_UNASKED = mark("nobody spoke to us and no complaint is open; we keep silent")
_SECOND = mark("we have answered already; a second answer is pestering")
_STOP = mark("the person has asked us to stop; nothing more is said")
_CHANGED = mark("the post was deleted or edited since the draft; read it again")
_PEOPLE = mark("this talk touches a child, a death or danger to life; only the people desk answers")
BRIEF = 120
"""Characters of a sentence that may ask for silence."""


def find_refusals(talk: Talk, theirs: Sequence[str], ground: Grounds) -> Iterator[Finding]:
    """What forbids any reply, whatever its words."""
    standing = talk.standing
    spoke = bool(theirs) if standing.addressed is None else standing.addressed
    is_open = standing.complaint is True and bool(theirs)
    checks = (
        ("not-addressed", not spoke and not is_open, _UNASKED),
        ("second-reply", standing.answered or _answered(talk), _SECOND),
        ("after-stop", standing.stopped or _stops(theirs, talk.brand, ground), _STOP),
        ("changed", standing.changed or any(text.strip().lower() in _GONE for text in theirs), _CHANGED),
    )
    for rule, holds, why in checks:
        if holds:
            yield Finding(rule=rule, start=0, end=0, why=why)
    yield from _grave(standing, ground.kinds)


def _grave(standing: Standing, kinds: frozenset[str]) -> Iterator[Finding]:
    """A matter for people only. Where nobody says who wrote, a child that is merely spoken of only warns."""
    grave = standing.sensitive or not kinds.isdisjoint(FOR_PEOPLE)
    if grave or YOUNG in kinds:
        blocks = standing.by_machine is not False and (grave or standing.by_machine is True)
        severity = Severity.BLOCK if blocks else Severity.WARN
        yield Finding(rule="people-only", start=0, end=0, why=_PEOPLE, severity=severity)


_GONE = frozenset(("[deleted]", "[removed]", "deleted", "[edited]", "(deleted)"))


def _answered(talk: Talk) -> bool:
    """Whether the last word in the thread is ours."""
    return bool(talk.thread) and talk.by_brand(talk.thread[-1])


def _stops(theirs: Sequence[str], brand: str, ground: Grounds) -> bool:
    """Whether a post, or a sentence of one, asks us to stop."""
    if not any(map(_may_stop, ground.thread.words)):
        return False
    whole = [text for text in theirs if len(text) <= BRIEF]
    parts = [part for text in theirs for part in _parts(text) if any(map(_may_stop, _APART.split(part.lower())))]
    return any(says_stop(text, [brand]) for text in whole) or any(
        says_stop(part) for part in parts if part.lower() not in _SIGHS
    )


_SIGHS = frozenset(
    ("basta", "basta ya", "ya basta", "adesso basta", "ora basta", "ma basta", "e basta", "chega", "já chega")
)
"""What a longer post ends with in exasperation; said alone it asks for silence."""


_APART = re.compile(r"[\s'’]+")


@lru_cache(maxsize=8_192)
def _may_stop(word: str) -> bool:
    return word[:2] in _OPENINGS and word.startswith(_STOPS)


_STOPS = (
    "stop", "alone", "peace", "unsub", "repl", "resp", "answ", "contact", "contat", "writ", "mess", "text", "tag",
    "mention", "bother", "dm", "follow", "track", "ping", "call", "talk", "disturb", "spam", "quot", "forget",
    "remov", "off", "out", "away", "bot", "hear", "leave", "cont", "escrib", "escrev", "molest", "mencion", "etiqu",
    "segu", "acos", "habl", "llam", "envi", "mand", "paz", "paix", "pace", "tranq", "bast", "par", "baja", "larg",
    "chega", "sai", "deix", "dej", "laiss", "arret", "arrêt", "cess", "fich", "fout", "desab", "desins", "repond",
    "répond", "ecri", "écri", "lass", "ruhe", "frieden", "hor", "schluss", "antwort", "schreib", "abmeld", "smett",
    "lasc", "rispo", "scriv", "rust", "hou", "kap", "reage", "antwo", "schrijf", "bericht", "bel", "mail", "meld",
    "uitschr", "afmeld", "val", "weg", "nachr", "komment", "verschon", "stuur", "nichts", "niks", "niets", "aucun",
    "recevoir", "floskel", "hör",
)  # fmt: skip
"""With one of these begins a word of whatever asks for silence."""

_OPENINGS = frozenset(stop[:2] for stop in _STOPS)


def _parts(text: str) -> list[str]:
    """The sentences of a post, so far as they may be a request to stop."""
    for sign in "!?\n;,":
        text = text.replace(sign, ".")
    return [part.strip() for part in text.split(".") if 3 < len(part) <= BRIEF][:20]
