"""Whether words are a plain yes to what we asked, or take it back: by lists in seven languages.

The lists are `speaking/lexicons/assent`: in a phrase `a|b` is one word or the other, and one with `?` may be missing. A
yes has to be all that is said, courtesy aside; what takes it back counts wherever it stands. What is neither is no yes.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise, product

from ascolta.core.asking import LANGUAGES, says_no_more
from ascolta.core.speaking.lexicon import lexicon_file
from ascolta.core.text import fold, term, tokens

LONGEST, MOST_READ, MOST_WORDS = 280, 2_000, 9
"""Characters of a yes, characters that are read of what takes one back, and words of one phrase."""

GLAD = frozenset("👍🙂😊😀😃😄😁😍🥰🤗☺🎉🙏🙌👏💪🤝✅💯✨🌟❤💚💙💛🧡💜")
"""What may stand beside a yes; any other emoji may turn it round."""

_MENTION = re.compile(r"@[\w.\-@]+")
_DOUBT = re.compile(r"[?¿？؟…\"“”„«»]|\.\.|[:;=]['-]?[(/\\|]|;-?\)")
_PIECE = re.compile(r"([^,.;!?…\n\u2013\u2014]+)([,.;!?…\n\u2013\u2014]|$)")
_OPENING = 3

Phrase = tuple[str, ...]


def says_yes(text: str, language: str, names: Iterable[str] = ()) -> bool:
    """Whether somebody who was asked in a language says a plain yes, in that one or in English, and nothing else.

    A question, a condition, a quotation, a word said twice, a doubtful emoji: it is none. `names` are whom they tell.
    """
    if len(text) > LONGEST or _DOUBT.search(text):
        return False
    said = [word for word in tokens(fold(_MENTION.sub(" ", text))) if word not in GLAD]
    if any(one == other for one, other in pairwise(said)):
        return False
    yes = _phrases(language, "yes") | _phrases("en", "yes")
    around = _phrases(language, "with") | _phrases("en", "with") | {term(name) for name in names}
    return _parts(said, yes, around)


def takes_back(text: str, names: Iterable[str] = ()) -> bool:
    """Whether somebody who was asked, or agreed, says no or not any more: in doubt they do."""
    called = tuple(names)
    if says_no_more(text, called):
        return True
    read = fold(_MENTION.sub(" ", text[:MOST_READ]))
    return _opens_with_no(read, called) or _holds(tokens(read), _endings())


def _opens_with_no(folded: str, called: tuple[str, ...]) -> bool:
    """Whether one of the first pieces is a mere no; "no?" behind something else only asks for assent."""
    own = {word for name in called for word in term(name)}
    for piece in list(_PIECE.finditer(folded))[:_OPENING]:
        said = tuple(word for word in tokens(piece[1]) if word[0].isalnum() and word not in own)
        if piece[2] == "?" or not said:
            continue
        if says_no_more(piece[1], called) or any(said in _phrases(language, "no") for language in LANGUAGES):
            return True
    return False


def _parts(said: list[str], yes: frozenset[Phrase], around: frozenset[Phrase]) -> bool:
    """Whether the words can be parted into phrases of both kinds, one of them a yes."""
    reached: list[set[bool]] = [{False}, *(set[bool]() for _ in said)]
    for start, before in enumerate(reached[:-1]):
        for end in range(start + 1, min(start + MOST_WORDS, len(said)) + 1) if before else ():
            piece = tuple(said[start:end])
            reached[end] |= {True} if piece in yes else before if piece in around else set()
    return True in reached[-1]


def _holds(said: list[str], endings: dict[str, list[Phrase]]) -> bool:
    """Whether one of the phrases, which are kept by their first word, stands anywhere."""
    return any(
        tuple(said[at : at + len(phrase)]) == phrase for at, word in enumerate(said) for phrase in endings.get(word, ())
    )


@lru_cache(maxsize=1)
def _endings() -> dict[str, list[Phrase]]:
    found: dict[str, list[Phrase]] = {}
    for phrase in sorted(frozenset[Phrase]().union(*(_phrases(language, "ends") for language in LANGUAGES))):
        found.setdefault(phrase[0], []).append(phrase)
    return found


@lru_cache
def _phrases(language: str, kind: str) -> frozenset[Phrase]:
    """The phrases of a kind in one of the seven languages; none in any other."""
    if language not in LANGUAGES:
        return frozenset()
    return frozenset(phrase for text in lexicon_file("assent", language)[kind] for phrase in _written(text))


def _written(text: str) -> Iterator[Phrase]:
    """A phrase with each of its words, and with and without those that may be missing."""
    choices = [(*piece.rstrip("?").split("|"), *([""] if piece.endswith("?") else [])) for piece in text.split()]
    for chosen in product(*choices):
        if phrase := term(" ".join(chosen)):
            yield phrase
