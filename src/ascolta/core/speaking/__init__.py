"""What a reply may say: the check that stands between a draft and the network, in seven languages.

`check(reply, talk)` gives findings; `verdict` sums them up. The rules are code and lists of words, no model: the same
reply in the same talk is always judged the same. How each is meant stands in docs/author/replies.md; apologies are
judged after Lewicki et al. 2016, openings after Danescu-Niculescu-Mizil et al. 2013, hand-overs after Gunarathne et al.
"""

from ascolta.core.speaking.check import MAX_LENGTH, check, verdict
from ascolta.core.speaking.lexicon import LANGUAGES
from ascolta.core.speaking.talk import Fact, Finding, Severity, Standing, Talk, Turn

__all__ = [
    "LANGUAGES", "MAX_LENGTH", "Fact", "Finding", "Severity", "Standing", "Talk", "Turn", "check", "verdict",
]  # fmt: skip
