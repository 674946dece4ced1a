"""Addressed: does the author speak *to* the brand, or about it?

Evidence is added up on the log-odds scale: where the brand's handle stands, greeting, second person, questions,
requests and thanks speak for it; the third person, a handle tagged in passing and a repost speak against it.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ascolta.core.label import Ask, Label, Labels, values
from ascolta.core.text import fold, tokens
from ascolta.labels.lexicon import Reading, read

START = -1.3
LEADS, MIDDLE, ENDS, NAMED_FIRST = 2.9, 0.2, 0.7, 2.4
PASSING = frozenset({
    "to", "with", "on", "by", "via", "from", "at", "of", "and", "or", "for", "than", "like", "aboard", "through",
    "in", "con", "de", "en", "por", "y", "desde", "a", "vuelo", "avec", "chez", "sur", "par", "et", "du", "mit",
    "von", "bei", "und", "nach", "auf", "com", "da", "do", "pela", "pelo", "no", "na", "di", "del", "su", "e", "met",
    "van", "bij", "door", "naar", "the", "la", "le", "el", "il", "die", "der", "das", "flying", "fly", "flew", "love",
    "rt", "using", "our", "my", "een", "i", "o", "os", "as", "um",
})  # fmt: skip
"""Words before a handle that make it part of a sentence about the brand."""

ABOUT = frozenset({
    "is", "was", "has", "are", "were", "isn", "wasn", "hasn", "does", "did", "doesn", "didn", "just", "really",
    "keeps", "lost", "says", "said", "wants", "seems", "needs", "makes", "made", "gave", "gives", "got", "can",
    "will", "never", "always", "es", "esta", "ha", "son", "era", "fue", "est", "a", "sont", "etait", "ist", "hat",
    "sind", "war", "hatte", "e", "foi", "tem", "sono", "stato", "heeft", "zijn", "had", "wil", "blijft", "lied",
    "ruined", "cancelled", "canceled", "delayed", "screwed",
})  # fmt: skip
"""Verbs right after a leading handle that make it the subject of the sentence."""

_LEADING = re.compile(r"^[\s.!\"'“¡¿]*((?:@[\w.\-]+(?:@[\w.\-]+)?[\s,:;.!]*)+)")
_HANDLE = re.compile(r"@([\w.\-]+?)(?:@[\w.\-]+)?(?=[^\w.\-@]|\.?$|\.\s)")
_SAID_WORD = re.compile(r"([\w'’]+)[\s\"'“(]*$")


@dataclass(slots=True)
class _Evidence:
    """Log-odds so far, and what carried them."""

    odds: float = START
    because: tuple[str, ...] = ()

    def add(self, odds: float, why: str) -> None:
        self.odds += odds
        if odds > 0:
            self.because = (*self.because, why)


class Addressed:
    """Gives every post addressed:yes or addressed:no."""

    name = "addressed"

    def label(self, asks: Sequence[Ask], known: Sequence[Labels]) -> list[Labels]:
        """One label each; `score` is the confidence in the value given."""
        return [(self._one(ask, given),) for ask, given in zip(asks, known, strict=True)]

    def _one(self, ask: Ask, given: Labels) -> Label:
        reading = read(ask.text, next(iter(values(given, "language")), "en"))
        evidence = weigh(ask, reading)
        yes = 1 / (1 + math.exp(-evidence.odds))
        value = "yes" if yes >= 0.5 else "no"
        because = evidence.because if value == "yes" else ()
        return Label(name="addressed", value=value, score=round(max(yes, 1 - yes), 3), by=self.name, because=because)


def weigh(ask: Ask, reading: Reading) -> _Evidence:
    """The evidence in one post."""
    evidence = _Evidence()
    folded = reading.folded.strip()
    if folded.startswith(("rt @", "rt:")):
        evidence.odds = -4.0
        return evidence
    leading = _LEADING.match(folded)
    first = _own(leading.group(1), ask) if leading else False
    rest = folded[leading.end() :] if leading else folded
    anywhere = first or _own(folded, ask)
    second = reading.said("second_person")
    _place(evidence, ask, folded, (first, anywhere, leading is not None))
    _person(evidence, reading, second, (first, anywhere, ask.is_reply))
    _speech(evidence, reading, ask, anywhere or ask.is_reply)
    if first and not second and "?" not in folded and _is_about(rest):
        evidence.add(-2.6, "")
    return evidence


def _place(evidence: _Evidence, ask: Ask, folded: str, where: tuple[bool, bool, bool]) -> None:
    first, anywhere, led = where
    if first:
        evidence.add(LEADS, "handle first")
    elif led:
        evidence.add(-1.6, "")
    if anywhere and not first:
        evidence.add(ENDS if _ends(folded, ask) else MIDDLE, "handle named")
        if _passing(folded, ask):
            evidence.add(-1.7, "")


def _person(evidence: _Evidence, reading: Reading, second: tuple[str, ...], where: tuple[bool, bool, bool]) -> None:
    first, anywhere, is_reply = where
    third = reading.has("third_person")
    if second:
        evidence.add(1.7 if anywhere or is_reply else 0.5, second[0])
    elif third:
        evidence.add(-1.9 if first else -1.0, "")


def _speech(evidence: _Evidence, reading: Reading, ask: Ask, near: bool) -> None:
    """Greeting, question, request, thanks; they count where the brand is near."""
    if reading.lexicon["greeting"].starts(reading.words) and _greeted(reading, ask):
        evidence.add(2.6, "greeting")
    elif _named_first(reading, ask):
        evidence.add(NAMED_FIRST, "name first")
        near = True
    if not near:
        return
    if "?" in reading.text or "？" in reading.text:
        evidence.add(1.0, "question")
    if reading.has("request"):
        evidence.add(0.8, "request")
    if reading.has("thanks"):
        evidence.add(1.3, "thanks")


def _own(folded: str, ask: Ask) -> bool:
    return any(found in ask.handles for found in _HANDLE.findall(folded))


def _ends(folded: str, ask: Ask) -> bool:
    tail = re.sub(r"(?:\s*#\w+|[\s.!?…\W])+$", "", folded)
    last = tail.rpartition(" ")[2]
    return last.startswith("@") and last[1:].partition("@")[0] in ask.handles


def _passing(folded: str, ask: Ask) -> bool:
    for found in _HANDLE.finditer(folded):
        if found.group(1) in ask.handles:
            before = _SAID_WORD.search(folded[: found.start()])
            if before and before.group(1) in PASSING:
                return True
    return False


def _greeted(reading: Reading, ask: Ask) -> bool:
    """Whether the first words after the greeting name the brand."""
    opening = " ".join(reading.words[:7])
    return any(name in opening for name in (*ask.names, *ask.handles))


def _named_first(reading: Reading, ask: Ask) -> bool:
    """The brand's name as an address: at the start, set off by a comma, a colon or an exclamation mark."""
    return any(re.match(rf"\W*{re.escape(name)}\s*[,:!]", reading.folded) for name in ask.names)


def _is_about(rest: str) -> bool:
    following = tokens(fold(rest[:80]))[:2]
    return bool(following) and following[0] in ABOUT
