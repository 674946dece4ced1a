"""Phrases of seven languages and where they stand in a reply, found by their rarest word.

A phrase is words with spaces between: `stem*` and `*end` leave a word open, `a|b` are choices, `<class>` are the
choices that the language's file gives under that name, `word?` may be missing, `..` is up to three words. A phrase
never reaches over the end of a sentence.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from importlib.resources import files
from itertools import product
from typing import Any, NamedTuple

from ascolta.core.redact.normal import normal
from ascolta.core.speaking.kept import Kept

LANGUAGES = ("en", "es", "fr", "de", "pt", "it", "nl")
GAP, STEM = 3, 3
"""Words that `..` may pass over; letters by which a word with an open end is looked up."""

_COMMON = frozenset(("<we>", "<you>", "<your>", "<have>", "<will>", "<be>", "<the>"))
_FREQUENT = frozenset(
    word
    for line in (
        "a i you it the that this in on of to at is are was my me we no not for and so sorry http https",
        "e o os as um uma do da que se em no na voce de del la le el los las un una en es y por con lo al te su",
        "nous vous je et est pas ne il on les des ce sur par qui dans pour desole desoles di che non per si ci ti mi",
        "ich sie das die der und ist nicht ein eine zu mit von wir auf im den dem ik het een van niet op dat er piu",
        "dispiace desculpe have can with from what know just if our your us tell voce vos votre notre avec lo l voor",
        "onze je uw u uns unter unser sentimos numero message account su tu sua seu il ha ho hai sono come",
    )
    for word in line.split()
)
"""Words by which nothing is looked up, as they are in every text."""

_THREAD = "complaint"
"""The kind of phrases that are looked for in what the customer says; all others are for replies."""


class Hit(NamedTuple):
    """A phrase that was found: its kind, and its first word and the one after its last."""

    kind: str
    first: int
    stop: int


_HIT: Callable[[tuple[str, int, int]], Hit] = partial(tuple.__new__, Hit)
"""A hit without the call that would name its parts."""


def covered(hits: Iterable[Hit], kind: str) -> set[int]:
    """The words that phrases of a kind cover."""
    return {at for hit in hits if hit.kind == kind for at in range(hit.first, hit.stop)}


class Part(NamedTuple):
    """One word of a phrase: the words it may be, the beginnings and the ends it may have; a gap has none."""

    whole: frozenset[str]
    stems: tuple[str, ...]
    ends: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it leaves a word open."""
        return bool(self.stems or self.ends)

    def fits(self, word: str) -> bool:
        """Whether it may be this word."""
        return word in self.whole or self.opens(word)

    def opens(self, word: str) -> bool:
        """Whether the word begins, or ends, as a part that leaves it open."""
        return word.startswith(self.stems) or word.endswith(self.ends)


_ANY = Part(frozenset(), ())


class Phrase(NamedTuple):
    """The parts before the rarest one, backwards, the rarest, and the parts after it.

    Of the words in `needed` one must be there, if there are any: they are those of a part beyond a gap.
    """

    kind: str
    before: tuple[Part, ...]
    anchor: Part
    after: tuple[Part, ...]
    needed: frozenset[str]


class Near(NamedTuple):
    """Phrases with the same rarest word: by the word after it where that is told, and those that leave it open."""

    by_next: dict[str, tuple[Phrase, ...]]
    others: tuple[Phrase, ...]


def _near(phrases: Sequence[Phrase]) -> Near:
    """Both in the order in which they were taken in."""
    told = {word for one in phrases if one.after and not one.after[0].is_open for word in one.after[0].whole}
    others = tuple(one for one in phrases if not one.after or one.after[0] is _ANY or one.after[0].is_open)
    return Near({word: tuple(one for one in phrases if _goes_on(one, word)) for word in told}, others)


def _goes_on(one: Phrase, word: str) -> bool:
    """Whether a word may stand after the rarest one, so far as that is told."""
    return not one.after or one.after[0] is _ANY or one.after[0].is_open or word in one.after[0].whole


@dataclass(slots=True)
class Phrases:
    """Phrases by a word or by the first or last letters of a word of theirs."""

    by_word: dict[str, list[Phrase]] = field(default_factory=dict)
    by_stem: dict[str, list[Phrase]] = field(default_factory=dict)
    by_end: dict[str, list[Phrase]] = field(default_factory=dict)
    known: Kept[str, Near] = field(init=False)

    def __post_init__(self) -> None:
        """What a word may be the rarest of is told when it is first met."""
        self.known = Kept(self._meet)

    def add(self, phrase: Phrase) -> None:
        """Take one in."""
        for word in phrase.anchor.whole:
            self.by_word.setdefault(word, []).append(phrase)
        for stem in {stem[:STEM] for stem in phrase.anchor.stems}:
            self.by_stem.setdefault(stem, []).append(phrase)
        for end in {end[-STEM:] for end in phrase.anchor.ends}:
            self.by_end.setdefault(end, []).append(phrase)

    def find(self, words: Sequence[str], ends: Sequence[int]) -> list[Hit]:
        """Where they stand; `ends` has for each word the number of its sentence."""
        found, around, absent = list[Hit](), (*words, ""), frozenset(words).isdisjoint
        for at, (by_next, others) in enumerate(map(self.known.__getitem__, words)):
            for kind, before, _, after, needed in by_next.get(around[at + 1], others) if by_next else others:
                if needed and absent(needed):
                    continue
                first = last = at
                if before:
                    opens = _fits(before[0], around[at - 1])  # most end here, so that no more is looked at
                    first = _reach(before, words, ends, (at, -1)) if opens else -1
                if after and first >= 0:
                    opens = _fits(after[0], around[at + 1])
                    last = _reach(after, words, ends, (at, 1)) if opens else -1
                if first >= 0 and last >= 0:
                    found.append(_HIT((kind, first, last + 1)))
        return found

    def _meet(self, word: str) -> Near:
        """The phrases that a word may be the rarest of; kept for the next time, up to a bound."""
        open_ended = dict.fromkeys((*self.by_stem.get(word[:STEM], ()), *self.by_end.get(word[-STEM:], ())))
        stems = [one for one in open_ended if word not in one.anchor.whole and one.anchor.opens(word)]
        return _near([*self.by_word.get(word, ()), *stems])


def _fits(part: Part, word: str) -> bool:
    """Whether a part may be this word; a gap may be any."""
    if word in part.whole or part is _ANY:
        return True
    _, stems, ends = part
    return (stems != () and word.startswith(stems)) or (ends != () and word.endswith(ends))


def _reach(parts: tuple[Part, ...], words: Sequence[str], ends: Sequence[int], way: tuple[int, int]) -> int:
    """The place of the last of `parts` when they follow on a place, one way or the other; -1 if they do not."""
    at, step = way
    here = at + step
    part, rest = parts[0], parts[1:]
    tries = 1
    if part is _ANY:
        part, rest, tries = rest[0], rest[1:], GAP + 1
    for _ in range(tries):
        if not 0 <= here < len(words) or ends[here] != ends[at]:
            return -1
        word = words[here]
        if (
            word in part.whole
            or (part.stems and word.startswith(part.stems))
            or (part.ends and word.endswith(part.ends))
        ):
            if not rest:
                return here
            found = _reach(rest, words, ends, (here, step))
            if found >= 0:
                return found
        here += step
    return -1


@dataclass(slots=True, kw_only=True)
class Lexicon:
    """One language's words, or those of all seven: phrases for replies and for threads, and plain sets by name."""

    reply: Phrases = field(default_factory=Phrases)
    thread: Phrases = field(default_factory=Phrases)
    sets: dict[str, set[str]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    groups: dict[str, Part] = field(default_factory=dict)
    alike: dict[str, tuple[str, ...]] = field(default_factory=dict)
    say: dict[str, str] = field(default_factory=dict)
    about: Kept[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """What a word is about is told when it is first asked for."""
        self.about = Kept(self._group)

    def has(self, name: str, word: str) -> bool:
        """Whether a word is in a set."""
        return word in self.sets.get(name, ())

    def group(self, word: str) -> tuple[str, ...]:
        """What a word is about, for promises: `refund`, `new`, `free` and the like; kept up to a bound."""
        return self.about[word]

    def _group(self, word: str) -> tuple[str, ...]:
        return tuple(name for name, part in self.groups.items() if part.fits(word))


@lru_cache
def lexicon(language: str) -> Lexicon:
    """The words of a language; of all seven where it is none of them."""
    made = Lexicon()
    for code in (language,) if language in LANGUAGES else LANGUAGES:
        _read(made, code)
    _read_phrases(made, lexicon_file("shared")["phrases"], {})
    _read_phrases(made, lexicon_file("delicate")["any"], {})
    return made


@lru_cache(maxsize=256)
def language_of(tag: str) -> str:
    """The language of a tag such as `pt-BR` if it is one of the seven, else nothing."""
    code = tag.strip().casefold().replace("_", "-").partition("-")[0]
    return code if code in LANGUAGES else ""


@lru_cache
def shared(name: str) -> frozenset[str]:
    """A list that belongs to no language: `places`, `names`, `caps`."""
    return frozenset(" ".join(normal(word).order) for word in lexicon_file("shared")[name])


@lru_cache
def shared_rows(name: str) -> tuple[tuple[str, ...], ...]:
    """A list that belongs to no language and has several words in each place: `months`, `weekdays`."""
    return tuple(tuple(normal(words).order) for words in lexicon_file("shared")[name])


@lru_cache
def lexicon_file(*where: str) -> dict[str, Any]:
    """One of the files of `lexicons`, by the folders in it and its name without the ending."""
    path = files("ascolta.core.speaking").joinpath("lexicons", *where[:-1], f"{where[-1]}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def listed(folder: str, language: str) -> Phrases:
    """The phrases of a folder in `lexicons` in a language; of all seven where it is none of them."""
    return _listed(folder, language if language in LANGUAGES else "")


@lru_cache
def _listed(folder: str, language: str) -> Phrases:
    made = Phrases()
    for code in (language,) if language else LANGUAGES:
        said = lexicon_file(folder, code)
        for kind, texts in said["phrases"].items():
            for phrase in phrases_of(kind, texts, said["classes"]):
                made.add(phrase)
    return made


def _read(made: Lexicon, code: str) -> None:
    said = lexicon_file(code)
    _read_phrases(made, said["phrases"], said["classes"])
    _read_phrases(made, lexicon_file("delicate")[code], said["classes"])
    for name, words in said["sets"].items():
        made.sets.setdefault(name, set()).update(normal(word).plain for word in words)
    for word, digits in said["numbers"].items():
        made.numbers.setdefault(normal(word).plain, str(digits))
    for name, words in said["groups"].items():
        new = _part("|".join(words), {})
        old = made.groups.get(name, _ANY)
        made.groups[name] = Part(old.whole | new.whole, tuple({*old.stems, *new.stems}), (*old.ends, *new.ends))
    for row in said.get("alike", {}).values():
        words = tuple(normal(word).plain for word in row)
        for word in words:
            made.alike[word] = (*made.alike.get(word, ()), *(other for other in words if other != word))
    for name, text in said["say"].items():
        made.say.setdefault(name, text)


def _read_phrases(made: Lexicon, phrases: dict[str, list[str]], classes: dict[str, str]) -> None:
    for kind, texts in phrases.items():
        into = made.thread if kind == _THREAD else made.reply
        for phrase in phrases_of(kind, texts, classes):
            into.add(phrase)


def phrases_of(kind: str, texts: Iterable[str], classes: Mapping[str, str]) -> Iterator[Phrase]:
    """Phrases of one kind as they are written in a file, with its classes."""
    named = {f"<{name}>": value for name, value in classes.items()}
    for text in texts:
        yield from _phrases(kind, text, named)


def _phrases(kind: str, text: str, classes: dict[str, str]) -> Iterator[Phrase]:
    """A phrase with and without each of its words that may be missing."""
    choices = [((piece[:-1],), ()) if piece.endswith("?") else ((piece,),) for piece in text.split()]
    for chosen in product(*choices):
        said = " ".join(piece for group in chosen for piece in group)
        pieces = said.strip(" .").split()  # a gap at either end would say nothing
        parts = [_ANY if piece == ".." else _part(piece, classes) for piece in pieces]
        at = min((place for place, part in enumerate(parts) if part is not _ANY), key=lambda one: _rank(pieces, one))
        yield Phrase(kind, tuple(reversed(parts[:at])), parts[at], tuple(parts[at + 1 :]), _needed(parts, at))


def _needed(parts: Sequence[Part], at: int) -> frozenset[str]:
    """The fewest words of which one must be there: those of a part that leaves no word open, not next to the rarest."""
    closed = [part.whole for place, part in enumerate(parts) if abs(place - at) > 1 and not part.is_open]
    return min((whole for whole in closed if whole), key=len, default=frozenset())


def _rank(pieces: list[str], at: int) -> int:
    """How often a part would be met in any text: a phrase is looked up by the part that is met least."""
    return sum(
        _CLASS if word in _COMMON else _OFTEN if word in _FREQUENT else _SHORT if len(word) <= STEM else 1
        for word in pieces[at].split("|")
    )


_CLASS, _OFTEN, _SHORT = 120, 40, 5


def _part(piece: str, classes: dict[str, str]) -> Part:
    whole: set[str] = set()
    stems: set[str] = set()
    ends: set[str] = set()
    for word in piece.split("|"):
        if word in classes:
            more = _part(classes[word], classes)
            whole |= more.whole
            stems |= set(more.stems)
            ends |= set(more.ends)
        elif word.startswith("*"):
            ends.add(normal(word[1:]).plain)
        elif word.endswith("*"):
            stems.add(normal(word[:-1]).plain)
        else:
            whole.add(normal(word).plain)
    return Part(frozenset(whole), tuple(sorted(stems)), tuple(sorted(ends)))
