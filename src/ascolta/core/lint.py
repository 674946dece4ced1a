"""What the author of a query probably did not mean: parts that do nothing, slow queries, slips of writing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ascolta.core.common import COMMON
from ascolta.core.idle import Idle, Search
from ascolta.core.implied import Proof
from ascolta.core.parse import notes
from ascolta.core.query import (
    And,
    Around,
    Field,
    Handle,
    Hashtag,
    Near,
    Not,
    Or,
    Query,
    Raw,
    Sentence,
    Ticker,
    Words,
    leaves,
)
from ascolta.core.slips import slips
from ascolta.core.text import fold, sure
from ascolta.core.word import WILD, head, tail
from ascolta.core.written import Written

MAX_FINDINGS = 50
LETTERS = 3
"""A pattern with fewer letters than this fits too many words."""

_INDEXED = ("network", "brand")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something in a query that its author probably did not mean.

    `severity` is `error` where the query can find nothing, else `warning`; `column` counts characters of the text from
    1, None where the whole query is meant. A message that begins with "the query" speaks of the whole.
    """

    severity: str
    column: int | None
    message: str


def lint(
    query: Query, text: str | None = None, names: Mapping[str, Query] | None = None, *, inner: bool = False
) -> list[Finding]:
    """What is doubtful in a query that can be read, left to right.

    `text` is what `query` was read from and `names` its sub-queries: without the text, columns are unknown and slips of
    writing are not seen. What lies within one sub-query is not told here but where that is looked at. `inner`: this is
    itself a sub-query, so that nothing is said of its speed.
    """
    said = Written(query, text, names or {})
    found = [*_idle(query, said), *_doubled(query, 0, said), *_terms(query, said)]
    if not inner:
        found += _speed(query, said)
    if text is not None:
        warnings = {note.column: note for note in [*notes(text, names), *slips(text)]}
        found += [_warning(note.column, note.message) for note in warnings.values()]
    return sorted(dict.fromkeys(found), key=lambda finding: finding.column or 0)[:MAX_FINDINGS]


def required(query: Query) -> bool | None:
    """Whether a post must hold a word by which it can be looked up: False if only very common ones, None if none."""
    match query:
        case Words(said) | Around(said, _):
            return _rare(said)
        case Raw(said):
            return _rare(sure(said))
        case Handle() | Hashtag() | Ticker():
            return True
        case Field(name):
            return True if name in _INDEXED else None
        case Near(left, right):
            return max(required(left), required(right), key=_rank)
        case And(parts) | Sentence(parts):
            return max(map(required, parts), key=_rank)
        case Or(parts):
            return min(map(required, parts), key=_rank)
    return None


def _warning(column: int | None, message: str) -> Finding:
    return Finding(severity="warning", column=column, message=message)


def _idle(query: Query, said: Written) -> Iterator[Finding]:
    never = Proof().never(query)
    for idle in Search().through(query)[:MAX_FINDINGS]:
        if said.same_name((idle.culprit or idle.part, max(idle.culprit_place, idle.place)), (idle.by, idle.by_place)):
            continue
        dead = idle.kind == "dead" and not idle.negated
        part = "this part finds nothing: " if dead and idle.culprit is not None else ""
        place = idle.place if idle.culprit is None else idle.culprit_place
        yield Finding(
            severity="error" if never and dead else "warning",
            column=said.column(place),
            message=("nothing can be found: " if never and dead else part) + _why(idle, said),
        )


def _why(idle: Idle, said: Written) -> str:
    part, other = said.show(idle.part, idle.place), said.show(idle.by, idle.by_place)
    if idle.kind == "same":
        if part == other:
            return f"{part} stands twice here; keep one"
        alike = " (capitals, accents and width do not matter)" if fold(part) == fold(other) else ""
        return f"{part} says the same as {other}{alike}; keep one"
    if idle.kind == "covered":
        return f"{part} adds nothing: {other} beside it finds all that it finds; take one of them out"
    if idle.culprit is not None:
        return _clash(idle, said)
    if idle.by is None:
        return f"{part} never holds"
    if idle.negated and isinstance(idle.by, Not):
        return f"NOT takes nothing away with {part}: {other} does so already"
    if idle.negated:
        return f"NOT takes nothing away with {part}: it never holds where {other} does"
    if isinstance(idle.by, Not):
        return f"{part} is never found: {other} takes it away"
    return f"{part} is never found: it never holds where {other} does"


def _clash(idle: Idle, said: Written) -> str:
    one = (idle.by, idle.by_place)
    other = (idle.culprit, idle.culprit_place)
    if isinstance(idle.by, Not):
        one, other = other, one
    if one == other:
        return f"{said.show(*other)} takes away all that the rest here finds"
    if isinstance(other[0], Not):
        return f"{said.show(*other)} takes away all that {said.show(*one)} finds"
    return f"{said.show(*one)} and {said.show(*other)} never hold together"


def _doubled(query: Query, place: int, said: Written) -> Iterator[Finding]:
    match query:
        case Not(Not(part)):
            if not said.named(place, query):
                yield _warning(said.column(place), "two NOTs undo each other; take both out")
            yield from _doubled(part, place, said)
        case Not(part):
            yield from _doubled(part, place, said)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _doubled(part, place, said)
                place += len(leaves(part))


def _terms(query: Query, said: Written) -> Iterator[Finding]:
    """What is doubtful in one term."""
    for place, leaf in enumerate(leaves(query)):
        if said.named(place, leaf):
            continue
        message = ""
        if _is_short(leaf):
            message = f"fits a great many words; write at least {LETTERS} letters"
        if isinstance(leaf, Field) and leaf.name == "lang" and not re.fullmatch("[a-z]{2,3}", leaf.value):
            message = "finds nothing: write the two letters of a language, as in lang:en"
        if message:
            yield _warning(said.column(place), f"{said.show(leaf, place)} {message}")


def _is_short(leaf: Query) -> bool:
    match leaf:
        case Words((pattern,)) | Handle(pattern) | Hashtag(pattern):
            letters = [char for char in pattern if char not in WILD]
            return len(letters) < min(LETTERS, len(pattern)) and max(letters, default="") < "\u0900"
    return False


def _speed(query: Query, said: Written) -> Iterator[Finding]:
    found = required(query)
    if found is None:
        part, place = _unbound(query, 0)
        if part is query:
            yield _warning(None, "the query is asked of every post; add a word that a post must contain")
        else:
            shown = said.show(part, place)
            message = f"{shown} makes the query be asked of every post; join it with a word that a post must contain"
            yield _warning(said.column(place), message)
    elif not found:
        words = [word for leaf in leaves(query) for word in getattr(leaf, "tokens", ()) if word in COMMON]
        shown = ", ".join(f"'{word}'" for word in list(dict.fromkeys(words))[:LETTERS])
        yield _warning(None, f"the query can rest on very common words alone ({shown}); add a rarer one")


def _unbound(query: Query, place: int) -> tuple[Query, int]:
    """The first of the alternatives that ask for no word, and where it stands."""
    if isinstance(query, Or | And):
        for part in query.parts:
            if required(part) is None and (isinstance(query, Or) or isinstance(part, Or)):
                return _unbound(part, place)
            place += len(leaves(part))
        return query, place - len(leaves(query))
    return query, place


def _rare(said: tuple[str, ...]) -> bool | None:
    found = [word not in COMMON for word in said if head(word) or tail(word)]
    return any(found) if found else None


def _rank(found: bool | None) -> int:
    return -1 if found is None else found
