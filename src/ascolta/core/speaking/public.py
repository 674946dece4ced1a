"""Personal data and special categories in a public reply, whoever said them first."""

import re
from collections.abc import Iterator

from ascolta.core.redact import SPECIAL, Span, find
from ascolta.core.redact.lists import listed
from ascolta.core.redact.normal import normal
from ascolta.core.speaking.grounds import Ground, Grounds, solid
from ascolta.core.speaking.lexicon import Hit, language_of
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding, Talk

_DATA = "it shows personal data in public, even if the customer wrote it first"
_SENSITIVE = "it speaks in public of health, belief, origin or another matter that is the person's own"
_RUN = re.compile(
    r"\d(?:[ ./-]?\d){4,24}|(?<![\w@-])(?=[A-Z0-9]{0,12}[0-9])(?=[A-Z0-9]{0,12}[A-Z])[A-Z0-9]{5,16}(?![\w-])"
)
_MONEY = re.compile(r"[€$£¥]|\b(?:eur|euro|euros|usd|gbp|pounds|reais|r)\b")
LONG = 5
"""Digits from which on a number of the customer's points to one person."""


def find_public(said: Said, talk: Talk, ground: Grounds) -> Iterator[Finding]:
    """Personal data as redaction knows it, and long numbers of the thread; in private only what nobody has said."""
    lang, facts = language_of(talk.lang), ground.facts
    for span in find(said.raw, lang, own=[talk.brand]):
        text = said.raw[span.start : span.end]
        if (
            span.type == "HANDLE"
            or _is_line(said, span)
            or facts.has_run(normal(text).plain)
            or _is_ours(said, span, text, ground.name)
        ):
            continue
        if not talk.standing.public and ground.thread.has_run(normal(text).plain):
            continue
        if span.type in SPECIAL:
            if not _is_general(said, span, facts):
                yield Finding(rule="sensitive", start=span.start, end=span.end, why=_SENSITIVE)
        else:
            yield Finding(rule="public-data", start=span.start, end=span.end, why=_DATA)
    if talk.standing.public:
        yield from _numbers(said, ground.thread, facts)


def _is_line(said: Said, span: Span) -> bool:
    """Whether what looks like a house number is a line, a platform or a room: `line 6 at Park Row`."""
    before = said.read.plain[max(0, span.start - 12) : span.start].split()
    return span.type == "ADDRESS" and bool(before) and before[-1] in _LINES


_LINES = frozenset(
    ("line", "bus", "tram", "train", "route", "platform", "gate", "room", "linie", "bahn", "gleis", "steig", "linea",
     "autobus", "tren", "anden", "ligne", "quai", "metro", "linha", "onibus", "comboio", "trem", "treno", "binario",
     "lijn", "spoor", "perron")
)  # fmt: skip


def _is_ours(said: Said, span: Span, text: str, name_words: frozenset[str]) -> bool:
    """Whether a name is the signature, or the one that everybody sees."""
    if span.type != "PERSON":
        return False
    words = set(normal(text).order) - set(listed("persons", "titles"))
    ends = (
        span.start >= said.read.back(said.signed, said.signed + 1)[0] if said.signed < len(said.read.plain) else False
    )
    return ends or words <= name_words or not words - name_words


def _is_general(said: Said, span: Span, facts: Ground) -> bool:
    """Whether a fact of the brand's speaks of it and the reply does not tie it to the person."""
    words = normal(said.raw[span.start : span.end]).order
    if not all(facts.has(word) for word in words):
        return False
    before = said.read.plain[max(0, span.start - 24) : span.start].split()
    return not any(said.lexicon.has("yours", word) for word in before)


def _numbers(said: Said, thread: Ground, facts: Ground) -> Iterator[Finding]:
    """Long numbers and codes that the thread has and the facts have not."""
    if said.read.digits < 2:
        return
    for found in _RUN.finditer(said.read.text):
        run = solid(found[0].lower())
        digits = sum(map(str.isdigit, run))
        if (
            digits < (LONG if run.isdigit() else 2)
            or _is_flight(run)
            or said.within(found.start())
            or facts.has_run(run)
            or not thread.has_run(run)
        ):
            continue
        around = (
            said.read.plain[max(0, found.start() - 4) : found.start()] + said.read.plain[found.end() : found.end() + 7]
        )
        if _MONEY.search(around) is None and not _is_amount(found[0]):
            start, end = said.read.back(found.start(), found.end())
            yield Finding(rule="public-data", start=start, end=end, why=_DATA)


def _is_flight(run: str) -> bool:
    """A flight or train: two or three letters and up to four digits; it points to many people at once."""
    return re.fullmatch(r"[a-z]{2,3}\d{1,4}", run) is not None


def _is_amount(said: str) -> bool:
    return (
        re.fullmatch(
            r"\d{1,3}(?:[.,' ]\d{3})+|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(?:\d{4}-)?\d{2}-\d{2}", said.strip(" .")
        )
        is not None
    )


def find_delicate(said: Said, talk: Talk, ground: Grounds) -> Iterator[Finding]:
    """Matters beyond the special categories that belong to nobody else: debts, grief, illness without its name."""
    for hit in said.of("delicate"):
        words = said.words[hit.first : hit.stop]
        if not talk.standing.public and ground.thread.has(words[-1]):
            continue
        if ground.facts.has(words[-1]) and not any(said.lexicon.has("yours", word) for word in _near(said, hit)):
            continue
        yield said.finding(hit, "sensitive", _SENSITIVE)


def _near(said: Said, hit: Hit) -> list[str]:
    return said.words[max(0, hit.first - 2) : hit.stop]
