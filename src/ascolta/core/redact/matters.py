"""Special categories (GDPR, article 9): health, religion, sexuality, politics, ethnicity, union, by words and phrases.

Each language's words stand in `lexicons/`; a star leaves the last word open. The longest entry that begins at a word
decides; an entry under `spare` ("union jack") takes its words out of the search.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress

from ascolta.core.redact.lists import lists
from ascolta.core.redact.normal import Normal, normal

LANGUAGES = ("en", "es", "fr", "de", "pt", "it", "nl")
Entry = tuple[list[str], bool, str]
NOTHING = (0, False, "")
NEXT = 3
"""Letters by which the second word of an entry is looked up."""

STEM = 4
"""Letters by which a word with an open end is looked up; an entry must have as many before its star."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lexicon:
    """Entries by what they begin with: a whole word, an open one, or a word and the first letters of the next."""

    whole: dict[str, str]
    stems: dict[str, list[tuple[str, str]]]
    pairs: dict[tuple[str, str], list[Entry]]
    firsts: set[str]

    def begins(self, word: str) -> bool:
        """Whether an entry may begin with a word."""
        return word in self.firsts or any(word.startswith(stem) for stem, _ in self.stems.get(word[:STEM], ()))


def find_matters(read: Normal) -> Iterator[tuple[int, int, str]]:
    """Words and phrases of special categories, each with its category."""
    known = lexicon(read.language if read.language in LANGUAGES else "")
    done = 0
    for at in compress(range(len(read.order)), map(_begins(known), read.order)):
        if at >= done:
            size, kind = _longest(known, read.order, at)
            done = at + size
            if size and kind != "spare":
                spans = read.spans()
                yield spans[at][0], spans[done - 1][1], kind


def _longest(known: Lexicon, words: list[str], at: int) -> tuple[int, str]:
    """How many words the longest entry takes that begins here, and its category; 0 if none does."""
    word = words[at]
    best = NOTHING
    if at + 1 < len(words):
        for entry in known.pairs.get((word, words[at + 1][:NEXT]), ()):
            best = max(best, _size(entry, words, at))
    if best[0]:
        return best[0], best[2]
    if word in known.whole:
        return 1, known.whole[word]
    for stem, kind in known.stems.get(word[:STEM], ()):
        if word.startswith(stem):
            return 1, kind
    return 0, ""


def _size(entry: Entry, words: list[str], at: int) -> tuple[int, bool, str]:
    said, is_open, kind = entry
    here = words[at : at + len(said)]
    if here[:-1] != said[:-1] or len(here) != len(said):
        return NOTHING
    fits = here[-1] == said[-1] or (is_open and here[-1].startswith(said[-1]))
    return (len(said), kind == "spare", kind) if fits else NOTHING


@lru_cache
def _begins(known: Lexicon) -> Callable[[str], bool]:
    """Whether an entry may begin with a word, as is known of those that came lately."""
    return lru_cache(maxsize=8_192)(known.begins)


@lru_cache
def lexicon(language: str) -> Lexicon:
    """The entries of a language; of all languages where none is known."""
    made = Lexicon(whole={}, stems={}, pairs={}, firsts=set())
    for code in (language, "any") if language else (*LANGUAGES, "any"):
        for kind, phrases in lists(code).items():
            for phrase in phrases:
                _add(made, (normal(phrase.rstrip("*")).order, phrase.endswith("*"), kind))
    for stems in made.stems.values():
        stems.sort(key=lambda one: (-len(one[0]), one[1] != "spare"))
    return made


def _add(made: Lexicon, entry: Entry) -> None:
    words, is_open, kind = entry
    if len(words) == 1 and is_open:
        made.stems.setdefault(words[0][:STEM], []).append((words[0], kind))
    elif len(words) == 1:
        made.whole[words[0]] = kind
    elif words:
        made.pairs.setdefault((words[0], words[1][:NEXT]), []).append(entry)
    if words and not (is_open and len(words) == 1):
        made.firsts.add(words[0])
