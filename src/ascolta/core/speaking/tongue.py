"""In which of the seven languages a reply is, where it is not that of the post: told by everyday words.

A few words that fit several languages tell nothing, nor do names and links; so what is short is rarely taken for
another language.
"""

from functools import lru_cache
from typing import NamedTuple

from ascolta.core.redact.normal import normal
from ascolta.core.speaking.lexicon import LANGUAGES, lexicon_file
from ascolta.core.speaking.reading import Said

SURE, FEW = 3, 2
"""Words of another language that tell it; so many do if they are half of a reply that has no word of its own."""


class Tongue(NamedTuple):
    """A language other than that of the post, and where the words that tell it are: all of it, or a sentence."""

    language: str
    first: int
    stop: int
    whole: bool


def other_tongue(said: Said, brand: tuple[str, ...]) -> Tongue | None:
    """The language of a reply, or of its first sentence in another one, if it is not the one that it is read in."""
    others = _others(said.language)
    if not said.language or len(others & said.read.words) < FEW:
        return None
    foreign = [
        at
        for at, word in enumerate(said.words)
        if word in others and word not in brand and not said.within(said.spans[at][0])
    ]
    named = others.difference(said.words[at] for at in foreign)
    language = _language(said, said.read.words - named, len(said.words))
    if language:
        return Tongue(language, 0, len(said.words), whole=True)
    for number in dict.fromkeys(said.sentence[at] for at in foreign):
        first = said.sentence.index(number)
        stop = len(said.sentence) - said.sentence[::-1].index(number)
        language = _language(said, frozenset(said.words[first:stop]) - named, 0)
        if language:
            return Tongue(language, first, stop, whole=False)
    return None


def _language(said: Said, words: frozenset[str], size: int) -> str:
    """The language that most of the words tell, if they are enough beside those that it has not; or nothing."""
    told = _told()
    own = told[said.language]
    most, language = max((len(words & (known - own)), code) for code, known in told.items())
    against = len(words & (own - told[language]))
    many = most >= SURE and most > 2 * against
    few = most >= FEW and not against and size <= 2 * most
    return language if many or few else ""


@lru_cache
def _told() -> dict[str, frozenset[str]]:
    return {code: normal(lexicon_file("tongues")[code]).words for code in LANGUAGES}


@lru_cache
def _others(language: str) -> frozenset[str]:
    """The everyday words of all languages that one has not."""
    told = _told()
    return frozenset().union(*told.values()) - told.get(language, frozenset())
