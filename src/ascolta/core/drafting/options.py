"""Which templates can be filled for a thread, with what, and in which order they are offered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from ascolta.core.drafting.fact import About, Fact, Facts, Use
from ascolta.core.drafting.template import Part, Slot, Template
from ascolta.core.drafting.thread import Thread

LENGTHS = {"x": 280, "bluesky": 300, "mastodon": 500}
"""Characters that a post may have on a network."""

LENGTH = 500
"""Of a draft for any other network."""

LATELY = 3
"""A template among the last so many has to stand back."""

USES = {"fact": Use.ANSWER, "repair": Use.REPAIR, "channel": Use.CHANNEL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What a brand may say and how: its facts and its templates; `brand` is what it is called.

    `leave` are the networks whose leave to choose answers by a model is on file, where they ask for it.
    """

    facts: Facts = field(default_factory=Facts)
    templates: tuple[Template, ...] = ()
    leave: tuple[str, ...] = ()
    brand: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Who signs (a first name or initials), on which day (from 1970-01-01), and the ids of templates used lately.

    The newest of `recent` stands last.
    """

    signed: str
    day: int
    recent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a draft, and where it comes from: a template, a fact, the thread, or who signs."""

    text: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An answer that a person may take, change or leave. `facts` are the ids of those that it states."""

    text: str
    template: str
    language: str
    facts: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()
    by: str = "rules"


@dataclass(frozen=True, slots=True)
class Filling:
    """What may stand in a slot: the name by which it is chosen, its words, and the fact that it is, if it is one."""

    id: str
    text: str
    source: str
    fact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A template that can be filled for a thread, and all that may stand in each of its slots, the closest first."""

    template: Template
    fillings: Mapping[str, tuple[Filling, ...]]
    rank: tuple[float, int, bytes] = (0.0, 0, b"")

    def draft(self, chosen: Mapping[str, Filling], signed: str, longest: int) -> Draft | None:
        """The draft with these fillings; without what may be missing if it is too long, None if it still is."""
        whole = [part for part in self.template.parts if all(name in chosen for name in part.slots)]
        lean = [part for part in whole if not part.may_be_missing]
        for parts in (whole, lean):
            made = _written(self.template, parts, chosen, signed)
            if len(made.text) <= longest:
                return made
        return None

    def closest(self, turn: int) -> dict[str, Filling]:
        """The closest filling of each slot; of several answers, another one each turn."""
        return {name: some[turn % len(some) if name == "fact" else 0] for name, some in self.fillings.items() if some}


def longest_on(network: str) -> int:
    """How many characters a draft may have on a network."""
    return LENGTHS.get(network, LENGTH)


def options(thread: Thread, voice: Voice, occasion: Occasion) -> list[Option]:
    """The templates that can be filled, the best first. Which of two equal ones is first hangs on the case's key.

    The template that was used last is not among them.
    """
    fillings = _fillings(thread, voice.facts, occasion.day)
    found = []
    for template in templates_for(thread, voice):
        if template.id in occasion.recent[-1:] or not all(fillings[name] for name in template.needs):
            continue
        own = {name: fillings[name] for name in template.takes}
        found.append(Option(template=template, fillings=own, rank=_rank(template, own, thread.key, occasion.recent)))
    return sorted(found, key=lambda option: option.rank)


def templates_for(thread: Thread, voice: Voice) -> list[Template]:
    """The templates in a thread's language, of its kind, and about its topics or about any."""
    topics = frozenset(thread.said("topic"))
    return [
        template
        for template in voice.templates
        if template.language == thread.language
        and thread.kind in template.kinds
        and (not template.topics or not topics.isdisjoint(template.topics))
    ]


def missing(thread: Thread, voice: Voice, day: int) -> list[str]:
    """The slots for want of which templates cannot be filled."""
    fillings = _fillings(thread, voice.facts, day)
    needs = {name for template in templates_for(thread, voice) for name in template.needs}
    return sorted(name for name in needs if not fillings[name])


def _fillings(thread: Thread, facts: Facts, day: int) -> dict[str, tuple[Filling, ...]]:
    language = thread.language
    about = About(language, thread.said("topic"), thread.text)
    found = {
        name: tuple(_stated(fact, language) for fact in facts.fitting(use, about, day)) for name, use in USES.items()
    }
    called = ((topic, facts.called(topic, language)) for topic in thread.said("topic"))
    found["topic"] = tuple(Filling(topic, said, f"thread: topic {topic}") for topic, said in called if said)
    found["name"] = (Filling("name", thread.greeted, "thread: visible name"),) if thread.greeted else ()
    return found


def _stated(fact: Fact, language: str) -> Filling:
    return Filling(fact.id, fact.in_language(language), f"fact {fact.id}", fact.id)


def _rank(
    template: Template, fillings: Mapping[str, tuple[Filling, ...]], key: str, recent: Sequence[str]
) -> tuple[float, int, bytes]:
    """What is about the topic goes first, then what states a fact; what was used lately stands back."""
    filled = [name for name in ("fact", "repair", "topic") if fillings.get(name)]
    worth = 4 * bool(template.topics) + 2 * ("fact" in filled) + ("repair" in filled) + 0.5 * ("topic" in filled)
    lately = template.id in recent[-LATELY:]
    last = max((place for place, used in enumerate(recent, 1) if used == template.id), default=0)
    return -worth + 5 * lately, last, blake2b(f"{key}\0{template.id}".encode(), digest_size=8).digest()


def _written(template: Template, parts: Sequence[Part], chosen: Mapping[str, Filling], signed: str) -> Draft:
    pieces = [
        Piece(text=chosen[piece.name].text, source=chosen[piece.name].source)
        if isinstance(piece, Slot)
        else Piece(text=piece, source=f"template {template.id}")
        for part in parts
        for piece in part.pieces
    ]
    first = pieces[0].text
    pieces[0] = replace(pieces[0], text=first[:1].upper() + first[1:])
    pieces.append(Piece(text=f" – {signed}", source="signature"))
    stated = [chosen[name].fact for part in parts for name in part.slots if chosen[name].fact]
    return Draft(
        text="".join(piece.text for piece in pieces),
        template=template.id,
        language=template.language,
        facts=tuple(dict.fromkeys(stated)),
        pieces=tuple(pieces),
    )
