"""What in a post is for specially trained people only: a death, danger to life, a child that writes or is in need.

A post is *grief* if somebody has died or is mourned, *harm* if somebody may take their life, hurt themselves or die,
*minor* if a child writes, *child* if one is in need: a `young` word and a `need` stand in one sentence or in two that
follow each other. `young` alone says that a child is spoken of, unless it is only named by a *thing*: what is made for
children, or a figure of speech (`a child's shoes`, `child's play`). Phrases: those of `lexicons/grave`, written as in
lexicon.py; one that overlaps with one of `spare` does not count, as in `the line is dead`. bench/grave.py measures it.
"""

from collections.abc import Sequence

from ascolta.core.redact.normal import Normal
from ascolta.core.speaking.lexicon import Hit, covered, listed
from ascolta.core.speaking.sentences import sentences

FOR_PEOPLE = frozenset(("grief", "harm", "minor", "child"))
"""What no machine answers."""

YOUNG, NEED, SPARE, THING = "young", "need", "spare", "thing"
NOTHING: frozenset[str] = frozenset()


def grave(read: Normal, language: str) -> frozenset[str]:
    """What of FOR_PEOPLE a post is, and YOUNG; by the phrases of all languages where it is none of the seven."""
    numbers, _, _ = sentences(read.plain, read.spans())
    hits = listed("grave", language).find(read.order, numbers)
    if not hits:
        return NOTHING
    spared = covered(hits, SPARE)
    meant = [hit for hit in hits if hit.kind in (YOUNG, THING) or _is_meant(hit, spared)]
    found = {hit.kind for hit in meant} - {NEED, THING}
    if YOUNG in found:
        needs = {numbers[hit.first] for hit in meant if hit.kind == NEED}
        near = {numbers[hit.first] + step for hit in meant if hit.kind == YOUNG for step in (-1, 0, 1)}
        found |= {"child"} if not needs.isdisjoint(near) else NOTHING
        found -= {YOUNG} if _names_things(meant) else NOTHING
    return frozenset(found)


def _names_things(hits: Sequence[Hit]) -> bool:
    """Whether every word for a child belongs to what is made for children or to a figure of speech."""
    things = covered(hits, THING)
    return all(not things.isdisjoint(range(hit.first, hit.stop)) for hit in hits if hit.kind == YOUNG)


def _is_meant(hit: Hit, spared: set[int]) -> bool:
    return hit.kind != SPARE and spared.isdisjoint(range(hit.first, hit.stop))
