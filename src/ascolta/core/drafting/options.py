"""Which templates can be filled for a thread, with what, and in which order they are offered."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from ascolta.core.drafting.fact import About, Fact, Facts, Use
from ascolta.core.drafting.template import Part, Slot, Template
from ascolta.core.drafting.thread import Thread
from ascolta.core.length import LONGEST, length
from ascolta.core.platform import ALSO
from ascolta.core.text import fold

LENGTH = 500
"""Characters of a draft at the most, where the network takes as many."""

LATELY = 3
"""A template among the last so many has to stand back."""

USES = {"fact": Use.ANSWER, "repair": Use.REPAIR, "channel": Use.CHANNEL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What a brand may say and how: its facts and its templates; `brand` is what it is called.

    `leave` are the networks whose leave to choose answers by a model is on file, where they ask for it. `topics` are
    the words by which each of the brand's topics is told, a star leaving the last one open.
    """

    facts: Facts = field(default_factory=Facts)
    templates: tuple[Template, ...] = ()
    leave: tuple[str, ...] = ()
    brand: str = ""
    topics: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Who signs (a first name or initials), on which day (from 1970-01-01), and the ids of templates used lately.

    The newest of `recent` stands last. `offered` came first in drafts just before: they stand back, without being gone.
    """

    signed: str
    day: int
    recent: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()


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
    """What may stand in a slot: the name by which it is chosen, its words, and the fact that it is, if it is one.

    It is `sure` if a word of the post calls for it or it is general, and not only the topic that the post is taken for.
    """

    id: str
    text: str
    source: str
    fact: str = ""
    sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A template that can be filled for a thread, and all that may stand in each of its slots, the closest first."""

    template: Template
    fillings: Mapping[str, tuple[Filling, ...]]
    rank: tuple[float, int, bytes] = (0.0, 0, b"")

    def draft(self, chosen: Mapping[str, Filling], signed: str, network: str) -> Draft | None:
        """The draft with these fillings; without what may be missing if it is too long, None if it still is."""
        whole = [part for part in self.template.parts if all(name in chosen for name in part.slots)]
        lean = [part for part in whole if not part.may_be_missing]
        for parts in (whole, lean):
            made = _written(self.template, parts, chosen, signed)
            if length(made.text, _known(network)) <= longest_on(network):
                return made
        return None

    def closest(self, turn: int) -> dict[str, Filling]:
        """The closest filling of each slot; of several answers, another one each turn."""
        return {name: some[turn % len(some) if name == "fact" else 0] for name, some in self.fillings.items() if some}

    def plain(self) -> dict[str, Filling]:
        """The closest filling of each slot that is no guess; empty if the template says what may be one."""
        sure = {name: next((one for one in some if one.sure), None) for name, some in self.fillings.items()}
        known = {name: one for name, one in sure.items() if one is not None}
        return known if not self.template.topics and all(name in known for name in self.template.needs) else {}


def longest_on(network: str) -> int:
    """How many characters a draft may have on a network, counted as the network counts."""
    return min(LENGTH, LONGEST.get(_known(network), LENGTH))


def _known(network: str) -> str:
    """What a network is called here."""
    said = fold(network)
    return "bluesky" if said == "bsky" else ALSO.get(said, said)


def options(thread: Thread, voice: Voice, occasion: Occasion) -> list[Option]:
    """The templates that can be filled, the best first. Which of two equal ones is first hangs on the case's key.

    The template that was used last is not among them.
    """
    told = _told(thread, voice)
    fillings = _fillings(thread, voice.facts, occasion.day, told)
    found = []
    for template in templates_for(thread, voice):
        if template.id in occasion.recent[-1:] or not all(fillings[name] for name in template.needs):
            continue
        own = {name: fillings[name] for name in template.takes}
        worth = _worth(template, own, told) - 5 * _lately(template.id, occasion)
        rank = (-worth, _used(template.id, occasion), _chance(thread.key, template.id))
        found.append(Option(template=template, fillings=own, rank=rank))
    return _mixed(sorted(found, key=lambda option: option.rank), thread)


def _mixed(found: list[Option], thread: Thread) -> list[Option]:
    """Options of the first kind of a thread before those of the other, except that the best of the other is second."""
    kind = thread.kind
    first = [one for one in found if kind in one.template.kinds]
    other = [one for one in found if kind not in one.template.kinds]
    return [*first[:1], *other[:1], *first[1:], *other[1:]]


def templates_for(thread: Thread, voice: Voice) -> list[Template]:
    """The templates in a thread's language, of its kinds, and about its topics or about any."""
    topics, kinds = frozenset(thread.said("topic")), thread.kinds
    return [
        template
        for template in voice.templates
        if template.language == thread.language
        and not set(kinds).isdisjoint(template.kinds)
        and (not template.topics or not topics.isdisjoint(template.topics))
    ]


def missing(thread: Thread, voice: Voice, day: int) -> list[str]:
    """The slots for want of which templates cannot be filled."""
    fillings = _fillings(thread, voice.facts, day, _told(thread, voice))
    needs = {name for template in templates_for(thread, voice) for name in template.needs}
    return sorted(name for name in needs if not fillings[name])


def _told(thread: Thread, voice: Voice) -> frozenset[str]:
    """The topics of a thread that a word of it tells; the others were learned from posts much like it."""
    topics = thread.said("topic")
    about = About(thread.language, topics, thread.text)
    return frozenset(topic for topic, words in voice.topics if topic in topics and any(map(about.says, words)))


def _fillings(thread: Thread, facts: Facts, day: int, told: Collection[str]) -> dict[str, tuple[Filling, ...]]:
    language = thread.language
    about = About(language, thread.said("topic"), thread.text, told)
    found = {name: tuple(_stated(fact, about) for fact in facts.fitting(use, about, day)) for name, use in USES.items()}
    called = ((topic, facts.called(topic, language)) for topic in thread.said("topic"))
    found["topic"] = tuple(
        Filling(topic, said, f"thread: topic {topic}", sure=topic in told) for topic, said in called if said
    )
    found["name"] = (Filling("name", thread.greeted, "thread: visible name"),) if thread.greeted else ()
    return found


def _stated(fact: Fact, about: About) -> Filling:
    said = fact.in_language(about.language)
    return Filling(fact.id, said, f"fact {fact.id}", fact.id, sure=fact.is_general or about.calls_for(fact))


def _worth(template: Template, fillings: Mapping[str, tuple[Filling, ...]], told: Collection[str]) -> float:
    """What is about the topic goes first, before all if a word tells the topic, then what states a fact."""
    filled = [name for name in ("fact", "repair", "topic") if fillings.get(name)]
    topic = 4 * bool(template.topics) + 0.5 * (not frozenset(told).isdisjoint(template.topics))
    return topic + 2 * ("fact" in filled) + ("repair" in filled) + 0.5 * ("topic" in filled)


def _lately(template: str, occasion: Occasion) -> bool:
    """Whether a template was used or offered lately, and stands back."""
    return template in occasion.recent[-LATELY:] or template in occasion.offered[-LATELY:]


def _used(template: str, occasion: Occasion) -> int:
    """When a template was used last, the newest last."""
    every = (*occasion.recent, *occasion.offered)
    return max((place for place, used in enumerate(every, 1) if used == template), default=0)


def _chance(key: str, template: str) -> bytes:
    return blake2b(f"{key}\0{template}".encode(), digest_size=8).digest()


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
