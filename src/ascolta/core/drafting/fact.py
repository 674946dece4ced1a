"""What a brand may state in public: who approved it, in which languages, from when until when, and where it leads."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from ascolta.core.common import COMMON
from ascolta.core.text import fold, term, tokens

LINK = "{link}"
"""Where a statement has its link."""

SOON = 14
"""Days before its end from which on a fact is said to expire."""

STEM = 5
"""Letters by which two words are taken for the same one."""


class Use(StrEnum):
    """What a fact serves for: it answers a question, it is what we offer, it is the private channel."""

    ANSWER = "answer"
    REPAIR = "repair"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One approved statement: `say` holds pairs of language and sentence, in which `{link}` stands for `link`.

    `since` and `until` are days from 1970-01-01, both included; None: no such bound. A fact is about its `topics` and
    about posts that hold one of its `words` (phrases; a star leaves the last word open); without either it is general.
    """

    id: str
    say: tuple[tuple[str, str], ...]
    approved_by: str
    use: Use = Use.ANSWER
    topics: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    link: str = ""
    since: int | None = None
    until: int | None = None
    line: int = 0

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which it is stated."""
        return tuple(language for language, _ in self.say)

    @property
    def is_general(self) -> bool:
        """Whether it is about nothing in particular."""
        return not self.topics and not self.words

    def holds(self, day: int) -> bool:
        """Whether it may be stated on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def in_language(self, language: str) -> str:
        """The sentence with its link; empty if there is none in this language."""
        return dict(self.say).get(language, "").replace(LINK, self.link)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a brand may state. Links lead to `hosts` only; `topics` says how a topic is called, by language."""

    facts: tuple[Fact, ...] = ()
    hosts: tuple[str, ...] = ()
    topics: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()

    def called(self, topic: str, language: str) -> str:
        """How a topic is called in a sentence of this language; empty if the brand does not say."""
        return dict(dict(self.topics).get(topic, ())).get(language, "")

    def fitting(self, use: Use, about: "About", day: int) -> list[Fact]:
        """The facts that may be stated on a day and are about a post, the closest first.

        An answer must be about it; an offer or a channel may be general.
        """
        found = [
            (-about.closeness(fact), place, fact)
            for place, fact in enumerate(self.facts)
            if fact.use is use and fact.holds(day) and fact.in_language(about.language)
        ]
        near = [item for item in found if item[0] < 0 or (use is not Use.ANSWER and item[2].is_general)]
        return [fact for _, _, fact in sorted(near, key=lambda item: item[:2])]


class About:
    """What a post is about, as facts are compared with it: language, topics, those told by a word, and words."""

    def __init__(self, language: str, topics: Collection[str], text: str, told: Collection[str] = ()) -> None:
        self.language, self.topics, self.told = language, frozenset(topics), frozenset(told)
        self._words = tokens(fold(text))
        self._stems = {word[:STEM] for word in self._words if len(word) >= STEM and word not in COMMON}

    def closeness(self, fact: Fact) -> float:
        """How much a fact is about it; 0 if it is not."""
        hits = sum(self.says(phrase) for phrase in fact.words)
        shared = len(self.topics.intersection(fact.topics)) + len(self.told.intersection(fact.topics))
        if not hits and not shared:
            return 0.0
        told = {word[:STEM] for word in tokens(fold(fact.in_language(self.language))) if len(word) >= STEM}
        return 3.0 * hits + shared + 0.1 * len(self._stems & told)

    def calls_for(self, fact: Fact) -> bool:
        """Whether it holds one of a fact's own words."""
        return any(map(self.says, fact.words))

    def says(self, phrase: str) -> bool:
        """Whether it holds a phrase; a star at the end leaves the last word open."""
        open_end = phrase.endswith("*")
        sought = term(phrase.rstrip("*"))
        for start in range(len(self._words) - len(sought) + 1):
            here = self._words[start : start + len(sought)]
            last = here[-1].startswith(sought[-1]) if open_end else here[-1] == sought[-1]
            if last and tuple(here[:-1]) == sought[:-1]:
                return True
        return False
