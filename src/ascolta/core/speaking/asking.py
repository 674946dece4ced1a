"""Asking in public for what belongs in private: order numbers, e-mail, telephone, birth date and the like."""

from collections.abc import Iterator

from ascolta.core.saying import mark
from ascolta.core.speaking.lexicon import Hit
from ascolta.core.speaking.reading import Said
from ascolta.core.speaking.talk import Finding

_WHY = mark("it asks for personal data where everybody can read the answer; offer the private channel instead, once")
SHORT = 12
GUARD = 9
"""Words of a question that asks for what it names, without a word for asking."""


def find_asking(said: Said) -> Iterator[Finding]:
    """Sentences that ask for data and do not say that the answer goes a private way."""
    found = _by_sentence(said, "data")
    if not found:
        return
    asks, private = _by_sentence(said, "ask"), _by_sentence(said, "private")
    public, guard = _by_sentence(said, "public"), _by_sentence(said, "guard")
    spared = said.of("data_spare")
    for number, named in found.items():
        data = [
            hit
            for hit in named
            if not said.within(said.spans[hit.first][0])
            and not any(one.first < hit.stop and hit.first < one.stop for one in spared)
        ]
        if not data:
            continue
        if not _is_asked(said, number, asks.get(number, []), data):
            continue
        if number in guard and _guards([one for one in guard[number] if not _is_condition(said, one, data[0])], data):
            continue
        here = public.get(number, [])
        is_private = (
            number in private
            or _links(said, number, data)
            or any(near in private and near in asks for near in (number + 1, number - 1))
        )
        if not is_private or (here and not _links(said, number, data) and not _hides(private.get(number, []), here)):
            yield said.finding(Hit("", data[0].first, data[-1].stop), "asks-in-public", _WHY)


def _by_sentence(said: Said, kind: str) -> dict[int, list[Hit]]:
    found: dict[int, list[Hit]] = {}
    for hit in sorted(said.of(kind), key=lambda one: one.first):
        found.setdefault(said.sentence[hit.first], []).append(hit)
    return found


def _is_asked(said: Said, number: int, asks: list[Hit], data: list[Hit]) -> bool:
    if any(hit.first < data[-1].stop or said.lexicon.has("nouns", "late_verbs") for hit in asks):
        return True
    first = said.sentence.index(number)
    return number in said.asks and data[0].first - first < 2 and said.sentence.count(number) <= SHORT


def _links(said: Said, number: int, data: list[Hit]) -> bool:
    """Whether a link follows in the same sentence, which leads to a form."""
    after = said.spans[data[0].first][0]
    last = len(said.sentence) - 1 - said.sentence[::-1].index(number)
    return any(after < start <= said.spans[last][1] and "/" in said.read.plain[start:end] for start, end in said.links)


def _guards(guards: list[Hit], data: list[Hit]) -> bool:
    """Whether a word such as `not`, `never` or `delete` turns the sentence round: it stands near the data."""
    return any(hit.first < data[-1].stop + GUARD and data[0].first - hit.stop < GUARD for hit in guards)


def _is_condition(said: Said, guard: Hit, data: Hit) -> bool:
    """Whether a `not` belongs to a condition or to another clause: `if it does not work, reply with your number`."""
    if guard.stop > data.first:
        return False
    between = said.read.plain[said.spans[guard.stop - 1][1] : said.spans[data.first][0]]
    conditional = not _IFS.isdisjoint(said.words[max(0, guard.first - 3) : guard.first])
    return ":" in between or (conditional and "," in between)


_IFS = frozenset(("if", "si", "se", "wenn", "falls", "als", "indien", "caso", "should"))


def _hides(private: list[Hit], public: list[Hit]) -> bool:
    """Whether the words for everybody's eyes are part of those for the private way, as in `message us here`."""
    return bool(private) and all(any(abs(one.first - hit.first) <= 3 for one in private) for hit in public)
