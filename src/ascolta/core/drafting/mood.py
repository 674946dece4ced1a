"""How a post sounds by its words: whether something is wrong, whether it asks, thanks, is glad or merely greets.

The labels of a post are learned and may be mistaken; this is asked beside them, so that nobody unhappy is thanked.
Phrases are those of `core/speaking/lexicons/mood`, written as in core/speaking/lexicon.py; a phrase of *trouble* that
overlaps with one of *spare* does not count, as in `no problem`.
"""

import re
from typing import NamedTuple

from ascolta.core.redact.normal import LIMIT, normal
from ascolta.core.speaking.lexicon import covered, listed
from ascolta.core.speaking.sentences import sentences

LEFT = 2
"""Words beside thanks that may be left over in a post that only thanks."""

_ASIDE = re.compile(r"@[\w.@-]+|#\w+|https?://\S+|\[[A-Z_]+\]")
"""What says nothing of how a post sounds: accounts, tags, links, and marks of what was masked."""


class Mood(NamedTuple):
    """What the words of a post tell."""

    trouble: bool = False
    asks: bool = False
    thanks: bool = False
    only_thanks: bool = False
    glad: bool = False
    only_greets: bool = False


def mood(text: str, language: str) -> Mood:
    """How a post sounds; by the words of all seven languages where its own is none of them."""
    read = normal(_ASIDE.sub(" ", text[:LIMIT]))
    numbers, _, _ = sentences(read.plain, read.spans())
    hits = listed("mood", language).find(read.order, numbers)
    spared = covered(hits, "spare")
    trouble = any(hit.kind == "trouble" and spared.isdisjoint(range(hit.first, hit.stop)) for hit in hits)
    kinds = {hit.kind for hit in hits}
    asks = "ask" in kinds or "?" in read.plain
    thanks = covered(hits, "thank")
    rest = len(read.order) - len(thanks | covered(hits, "filler"))
    return Mood(
        trouble=trouble,
        asks=asks,
        thanks=bool(thanks),
        only_thanks=bool(thanks) and rest <= LEFT and not asks,
        glad="glad" in kinds,
        only_greets=bool(read.order) and len(covered(hits, "greet")) == len(read.order),
    )
