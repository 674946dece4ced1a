"""Promises, facts and links that the brand has not approved."""

import re
from collections.abc import Iterator

from ascolta.core.redact.normal import normal
from ascolta.core.speaking.grounds import Ground, Grounds
from ascolta.core.speaking.lexicon import Hit
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding, Talk

_PROMISE = "it promises or states something that no approved fact says"
_WHEN = "it promises a time that no approved fact gives"
_LINK = "it gives a link or an address that is in no approved fact"
_END = re.compile(r"[.,;:!?)\]]+$")


def find_promises(said: Said, ground: Grounds) -> Iterator[Finding]:
    """Commitments whose matter no fact names, and times that no fact gives."""
    hedged = {said.sentence[hit.first] for hit in said.of("hedge")}
    for hit in said.of("promise"):
        if said.sentence[hit.first] not in hedged and not _is_stated(said, hit, ground.facts, ground.about):
            yield said.finding(hit, "unapproved", _PROMISE)
    for hit in said.of("when"):
        key = said.words[hit.stop - 1]
        if not ground.facts.has(key) and not (ground.thread.has(key) and not said.promises(hit.first)):
            yield said.finding(hit, "unapproved", _WHEN)


def _is_stated(said: Said, hit: Hit, facts: Ground, about: frozenset[str]) -> bool:
    """Whether the word that matters, or what it is about, stands in a fact."""
    words = said.words[hit.first : hit.stop]
    groups = [group for word in words for group in said.lexicon.group(word)]
    if groups:
        return about.issuperset(groups)
    key = next((word for word in reversed(words) if len(word) > 3), words[-1])
    return facts.has(key)


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
