"""The check of a reply: every rule, asked of one text; deterministic, and outside any model."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from ascolta.core.saying import Saying, mark
from ascolta.core.speaking.allowed import find_refusals
from ascolta.core.speaking.asking import find_asking
from ascolta.core.speaking.grounded import (
    PERSONAL_KINDS,
    find_belongings,
    find_names_and_places,
    find_numbers,
    find_personal,
)
from ascolta.core.speaking.grounds import Grounds, grounds
from ascolta.core.speaking.learned import weighed
from ascolta.core.speaking.lexicon import language_of
from ascolta.core.speaking.manners import find_again, find_insults, find_manners, is_complaint, may_insult
from ascolta.core.speaking.names import find_names
from ascolta.core.speaking.promises import PROMISED, find_links, find_promises
from ascolta.core.speaking.public import find_delicate, find_public
from ascolta.core.speaking.reading import Said, reading
from ascolta.core.speaking.repair import repair
from ascolta.core.speaking.signature import signed_from
from ascolta.core.speaking.talk import Finding, Severity, Talk
from ascolta.core.speaking.tongue import Tongue, other_tongue
from ascolta.core.speaking.watching import WATCHED, find_watching

MANY = 20
"""Findings of one kind that are told; a reply with more is no better known by them."""

MAX_LENGTH, MAX_READ = 2_000, 3_000
"""Characters of a reply, and of one post of the thread that are read."""
_LANGUAGE = mark("its language is none of those whose words the check knows; a person reads it with care")
_OTHER = mark("it is not in the language of the post")
_PART = mark("a part of it is not in the language of the post")
_TURN = mark("Write it in the language of the post, unless the person asked for another.")


def check(reply: str, talk: Talk) -> tuple[Finding, ...]:
    """All that stands against a reply in this talk, in the order of its text, blocks first where both begin."""
    found = _found(reply, talk)
    if len(found) > 1:
        kept = dict[tuple[str, int, int], Finding]()
        for one in found:
            kept.setdefault((one.rule, one.start, one.end), one)
        found = list(kept.values())
        named = {(one.start, one.end) for one in found if one.rule in ("wrong-name", "public-data")}
        told = [one for one in found if one.rule != "personal-fact" or (one.start, one.end) not in named]
        found = [one for one in told if not _inside(one, kept)]
        found.sort(key=lambda one: (one.start, one.severity is Severity.WARN, one.end, one.rule))
    return tuple([one if one.repair else _mended(one, repair(one.rule, talk)) for one in found])


def _mended(one: Finding, how: str) -> Finding:
    return Finding(rule=one.rule, start=one.start, end=one.end, why=one.why, severity=one.severity, repair=how)


def verdict(found: tuple[Finding, ...]) -> str:
    """`block`, `warn` or `ok`."""
    return "block" if any(one.severity is Severity.BLOCK for one in found) else "warn" if found else "ok"


class _Told(NamedTuple):
    """What a talk says whatever is answered to it."""

    ground: Grounds
    refusals: tuple[Finding, ...]
    complaint: bool


_AT_HAND: list[tuple[Talk, _Told]] = []
"""The talk that was asked for last; to know it again by itself is quicker than by all its words."""


def _told(talk: Talk) -> _Told:
    """Only the talk at hand is kept: its draft, the alternatives and every word that is typed are asked in turn."""
    for known, told in _AT_HAND[:1]:
        if known is talk or known == talk:
            return told
    told = _tell(talk)
    _AT_HAND[:] = [(talk, told)]
    return told


def _tell(talk: Talk) -> _Told:
    theirs = [turn.text[:MAX_READ] for turn in talk.thread if not talk.by_brand(turn)]
    ground = grounds(talk, theirs)
    return _Told(ground, tuple(find_refusals(talk, theirs, ground)), is_complaint(talk, ground.kinds))


def _found(reply: str, talk: Talk) -> list[Finding]:
    ground, refusals, complaint = _told(talk)
    said = read(reply[:MAX_LENGTH], talk)
    if not said.read.plain.strip():
        return [Finding(rule="empty", start=0, end=len(reply), why=mark("it says nothing"))]
    found = list[Finding]()
    if len(reply) > MAX_LENGTH:
        why = Saying("it is longer than %(most)s characters", most=MAX_LENGTH)
        found.append(Finding(rule="length", start=MAX_LENGTH, end=len(reply), why=why))
    found += [replace(one, end=len(said.raw)) for one in refusals]
    other = other_tongue(said, ground.brand)
    if other is not None:
        found.append(_turned(said, other))
        turned = replace(talk, lang=other.language)
        in_other = read(said.raw, turned)
        if other.whole:
            said, talk = in_other, turned
        else:
            found += weighed(in_other, ground, _by_rules(in_other, turned, ground, complaint=complaint))
    found += weighed(said, ground, _by_rules(said, talk, ground, complaint=complaint))
    found += find_manners(said, talk, ground, complaint=complaint)
    found += find_again(said, talk) if talk.recent else ()
    if talk.lang and not language_of(talk.lang):
        found.append(Finding(rule="language", start=0, end=len(said.raw), why=_LANGUAGE, severity=Severity.WARN))
    return found


def _turned(said: Said, other: Tongue) -> Finding:
    """That a reply, or a sentence of it, is in another language than the post."""
    start, end = (0, len(said.raw)) if other.whole else said.back(other.first, other.stop)
    why = _OTHER if other.whole else _PART
    return Finding(rule="language", start=start, end=end, why=why, severity=Severity.WARN, repair=_TURN)


def read(reply: str, talk: Talk) -> Said:
    """The reply as the rules read it, with the place where its signature begins."""
    said = reading(reply, talk)
    said.signed = signed_from(said)
    return said


def grounds_of(talk: Talk) -> Grounds:
    """What a reply in this talk may lean on."""
    return _told(talk).ground


def told_by_rules(said: Said, talk: Talk) -> list[Finding]:
    """What the reply says that it may not: of the person, in public, or in the brand's name; not yet weighed."""
    ground, _, complaint = _told(talk)
    return _by_rules(said, talk, ground, complaint=complaint)


def _by_rules(said: Said, talk: Talk, ground: Grounds, *, complaint: bool) -> list[Finding]:
    """A rule is not even asked where nothing that it needs stands in the reply; most need something rare."""
    kinds, words, public = said.hits.keys(), said.read.words, talk.standing.public
    numbers = said.read.digits or not said.lexicon.numbers.keys().isdisjoint(words)
    found = (
        () if kinds.isdisjoint(WATCHED) else find_watching(said, ground),
        () if kinds.isdisjoint(PERSONAL_KINDS) else find_personal(said, ground.both),
        () if said.possessives.isdisjoint(words) else find_belongings(said, ground.both),
        find_names(said, talk, ground) if said.capitals or said.accounts else (),
        find_names_and_places(said, ground) if said.capitals else (),
        find_numbers(said, ground.both) if numbers else (),
        find_public(said, talk, ground),
        find_delicate(said, talk, ground) if "delicate" in kinds else (),
        find_asking(said) if public and "data" in kinds else (),
        () if kinds.isdisjoint(PROMISED) else find_promises(said, ground),
        find_links(said, ground.facts, talk) if said.links else (),
        find_insults(said, ground.facts, complaint=complaint) if may_insult(said) else (),
    )
    return [one for rule in found if rule for one in islice(rule, MANY)]


def _inside(one: Finding, others: Iterable[tuple[str, int, int]]) -> bool:
    """Whether a longer finding of the same rule takes in this one."""
    rule, first, stop = one.rule, one.start, one.end
    for other, start, end in others:  # a generator would cost more than what it is to tell
        if other == rule and start <= first and stop <= end and end - start > stop - first:
            return True
    return False
