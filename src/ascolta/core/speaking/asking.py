"""Asking in public for what belongs in private: order numbers, e-mail, telephone, birth date and the like."""

from collections.abc import Iterator
from typing import NamedTuple

from ascolta.core.saying import mark
from ascolta.core.speaking.lexicon import Hit
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding

_WHY = mark("it asks for personal data where everybody can read the answer; offer the private channel instead, once")
Places = dict[int, list[Hit]]
SHORT = 12
GUARD, NEAR = 9, 6
"""Words of a question that asks for what it names, without a word for asking; words between data and what warns against
them, and between data and the place where they are to stand."""


def find_asking(said: Said) -> Iterator[Finding]:
    """Sentences that ask for data and do not say that the answer goes a private way."""
    found = _by_sentence(said, "data")
    if not found:
        return
    kinds = _Kinds(*(_by_sentence(said, kind) for kind in ("ask", "private", "public", "guard")))
    spared = said.of("data_spare")
    for number, named in found.items():
        data = [
            hit
            for hit in named
            if not said.within(said.spans[hit.first][0])
            and not any(one.first < hit.stop and hit.first < one.stop for one in spared)
        ]
        if data and _is_asked(said, number, kinds, data) and not _is_spared(said, number, kinds, data):
            yield said.finding(Hit("", data[0].first, data[-1].stop), "asks-in-public", _WHY)


class _Kinds(NamedTuple):
    """Words for asking, for the private way, for everybody's eyes, and such as `not`, by sentence."""

    ask: Places
    private: Places
    public: Places
    guard: Places


def _is_spared(said: Said, number: int, kinds: _Kinds, data: list[Hit]) -> bool:
    """Whether a sentence that asks warns against answering, or says that the answer goes a private way."""
    here = kinds.public.get(number, [])
    guards = [one for one in kinds.guard.get(number, []) if not _is_no_guard(said, one, data, here)]
    if _guards(guards, data):
        return True
    links = _links(said, number, data)
    ways = kinds.private.get(number, [])
    if here or number + 1 in kinds.public:  # `your WhatsApp` is what is asked for, and no way, if it is to stand here
        ways = [one for one in ways if not any(one.first < hit.stop and hit.first < one.stop for hit in data)]
    near = any(one in kinds.private and one in kinds.ask for one in (number + 1, number - 1))
    is_private = bool(ways) or links or near
    return is_private and not (here and not links and not _hides(ways, here))


def _by_sentence(said: Said, kind: str) -> Places:
    found: Places = {}
    for hit in sorted(said.of(kind), key=lambda one: one.first):
        found.setdefault(said.sentence[hit.first], []).append(hit)
    return found


def _is_asked(said: Said, number: int, kinds: _Kinds, data: list[Hit]) -> bool:
    """Whether a sentence asks for data.

    By a word for it; as a short question that begins with them; by saying where they are to stand; or as a question
    after which it is said where to answer.
    """
    late = said.lexicon.has("nouns", "late_verbs")
    if any(hit.first < data[-1].stop or late for hit in kinds.ask.get(number, [])):
        return True
    here = kinds.public.get(number, [])
    if any(abs(hit.first - data[0].first) <= NEAR and len(said.words[hit.stop - 1]) > 2 for hit in here):
        return True
    opens = data[0].first - said.sentence.index(number) < 2 and said.sentence.count(number) <= SHORT
    if opens and (
        number in said.asks or any(word != "por" and said.lexicon.has("pleases", word) for word in _words(said, number))
    ):
        return True
    return number in said.asks and number + 1 in kinds.public and number + 1 in kinds.ask


def _words(said: Said, number: int) -> list[str]:
    return [word for word, sentence in zip(said.words, said.sentence, strict=True) if sentence == number]


def _links(said: Said, number: int, data: list[Hit]) -> bool:
    """Whether a link follows in the same sentence, which leads to a form."""
    after = said.spans[data[0].first][0]
    last = len(said.sentence) - 1 - said.sentence[::-1].index(number)
    return any(after < start <= said.spans[last][1] and "/" in said.read.plain[start:end] for start, end in said.links)


def _guards(guards: list[Hit], data: list[Hit]) -> bool:
    """Whether a word such as `not`, `never` or `delete` turns the sentence round: it stands near the data."""
    return any(hit.first < data[-1].stop + GUARD and data[0].first - hit.stop < GUARD for hit in guards)


def _is_no_guard(said: Said, guard: Hit, data: list[Hit], public: list[Hit]) -> bool:
    """Whether a `not` belongs to a condition or to another clause: `if it does not work, reply with your number`.

    What comes behind the data and a comma or an `and` is another clause, too, unless it is `not here`.
    """
    if said.sentence[guard.first] in said.asks and said.words[guard.first].startswith(_STANDS):
        return True
    if guard.first >= data[-1].stop:
        between = said.read.plain[said.spans[data[-1].stop - 1][1] : said.spans[guard.first][0]]
        apart = "," in between or not _ANDS.isdisjoint(said.words[data[-1].stop : guard.first])
        free = said.words[guard.stop] if guard.stop < len(said.words) else ""
        here = any(0 <= one.first - guard.stop < 2 for one in public)
        return free.startswith(_COSTS) or (apart and not here)
    if guard.stop > data[0].first:
        return False
    between = said.read.plain[said.spans[guard.stop - 1][1] : said.spans[data[0].first][0]]
    conditional = not _IFS.isdisjoint(said.words[max(0, guard.first - 3) : guard.first])
    return ":" in between or (conditional and "," in between)


_STANDS = ("staat", "steh", "vind", "find", "figur", "trov", "encontr", "aparec", "consta", "contain")
"""Words by which is said where data stand; a question that has them asks for what stands there."""

_ANDS = frozenset(("and", "y", "et", "und", "e", "en", "so", "para", "damit", "zodat"))
_COSTS = ("cost", "coste", "cargo", "frais", "kosten", "spese", "custo", "charge")
"""`Without cost` warns against nothing."""

_IFS = frozenset(("if", "si", "se", "wenn", "falls", "als", "indien", "caso", "should"))


def _hides(private: list[Hit], public: list[Hit]) -> bool:
    """Whether the words for everybody's eyes are part of those for the private way, as in `message us here`."""
    return bool(private) and all(any(abs(one.first - hit.first) <= 3 for one in private) for hit in public)
