"""The query language: what may be said, and `str()` that says it back.

    acme OR "acme air" OR @acme NOT ("acme looney" OR author:acme)
    refund NEAR/4 (parcel OR order)      parcel NEAR/3f late      "parcel refund late"~8      bag SENTENCE lost
    deliver*  colo?r  *phone  acme~1  lookalike:acme      #acme  @acme  $ACME  😡      raw:"ACME"
    lang:es  network:mastodon  site:example.com  links:example.com  author:@ann  is:reply  tag:vip
    words:>20  hashtags:0..3  date:2026-10-01..2026-10-15  hour:[9 TO 17]
    addressed:yes complaint:yes polarity:negative topic:refund intent:request sensitive:health

Words side by side mean AND, which binds tighter than OR. A NOT takes away from everything on its left within the same
brackets: `a OR b NOT c` is `(a OR b) NOT c`; written `AND NOT` it stays with its neighbour. `parse(str(q)) == q`.
"""

from dataclasses import dataclass

from ascolta.core.days import written
from ascolta.core.text import fold, host
from ascolta.core.word import ALIKE

SITES = frozenset({"site", "links"})
"""Fields whose value is the name of a host."""

RESERVED = frozenset({"AND", "OR", "NOT", "NEAR", "SENTENCE"})


@dataclass(frozen=True, slots=True)
class Words:
    """Words that stand side by side, each a pattern as in core.word."""

    tokens: tuple[str, ...]

    def __str__(self) -> str:
        first = self.tokens[0]
        if first.startswith(ALIKE):
            return "lookalike:" + quoted(" ".join(token.removeprefix(ALIKE) for token in self.tokens))
        alone = len(self.tokens) == 1 and first.upper() not in RESERVED
        return first if alone else f'"{" ".join(self.tokens)}"'


@dataclass(frozen=True, slots=True)
class Around:
    """Words in any order, the first and the last of them at most `within` apart (side by side: 1)."""

    tokens: tuple[str, ...]
    within: int

    def __str__(self) -> str:
        return f'"{" ".join(self.tokens)}"~{self.within}'


@dataclass(frozen=True, slots=True)
class Raw:
    """Characters exactly as written: case, accents and symbols matter."""

    text: str

    def __str__(self) -> str:
        return "raw:" + quoted(self.text)


@dataclass(frozen=True, slots=True)
class Handle:
    """An account that the post names, without @, folded."""

    name: str

    def __str__(self) -> str:
        return "@" + self.name


@dataclass(frozen=True, slots=True)
class Hashtag:
    """A hashtag in the post's words, without #, folded."""

    name: str

    def __str__(self) -> str:
        return "#" + self.name


@dataclass(frozen=True, slots=True)
class Ticker:
    """A stock's sign in the post's words, without $, folded."""

    name: str

    def __str__(self) -> str:
        return "$" + self.name


@dataclass(frozen=True, slots=True)
class Range:
    """A number of the post between two bounds, both included; None: no bound. Dates are days since 1970-01-01."""

    name: str
    low: int | None
    high: int | None

    def __str__(self) -> str:
        low, high = (None if bound is None else written(self.name, bound) for bound in (self.low, self.high))
        if low is None or high is None:
            return f"{self.name}:>={low}" if high is None else f"{self.name}:<={high}"
        return f"{self.name}:{low}" if low == high else f"{self.name}:{low}..{high}"


@dataclass(frozen=True, slots=True)
class Field:
    """A property of the post, its author, its labels or an alert."""

    name: str
    value: str

    def __str__(self) -> str:
        plain = bool(self.value) and all(char.isalnum() or char in "@_.-" for char in self.value)
        return f"{self.name}:{self.value if plain else quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class Near:
    """Two sets of words at most `within` words apart (1: side by side); `ordered`: the left one first."""

    left: "Query"
    right: "Query"
    within: int
    ordered: bool = False

    def __str__(self) -> str:
        return f"{_inner(self.left)} NEAR/{self.within}{'f' if self.ordered else ''} {_inner(self.right)}"


@dataclass(frozen=True, slots=True)
class Sentence:
    """Two or more sets of words, all in one sentence."""

    parts: tuple["Query", ...]

    def __str__(self) -> str:
        return " SENTENCE ".join(_inner(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class And:
    """All of two or more."""

    parts: tuple["Query", ...]

    def __str__(self) -> str:
        first, *rest = self.parts
        return " ".join([_inner(first), *(str(part) if isinstance(part, Not) else _inner(part) for part in rest)])


@dataclass(frozen=True, slots=True)
class Or:
    """Any of two or more."""

    parts: tuple["Query", ...]

    def __str__(self) -> str:
        return " OR ".join(_inner(part) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    """None of it."""

    part: "Query"

    def __str__(self) -> str:
        return "NOT " + _inner(self.part)


Query = Words | Around | Raw | Handle | Hashtag | Ticker | Field | Range | Near | Sentence | And | Or | Not


def all_of(parts: list[Query]) -> Query:
    """One query that holds where all of `parts` hold; nested ANDs are one AND."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,))]
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def any_of(parts: list[Query]) -> Query:
    """One query that holds where any of `parts` holds; nested ORs are one OR."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,))]
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def leaves(query: Query) -> list[Query]:
    """Every term of a query, left to right."""
    match query:
        case And(parts) | Or(parts) | Sentence(parts):
            return [leaf for part in parts for leaf in leaves(part)]
        case Not(part):
            return leaves(part)
        case Near(left, right):
            return leaves(left) + leaves(right)
    return [query]


def depth(query: Query) -> int:
    """How deep a query is nested; 1 for a term."""
    deepest, waiting = 0, [(query, 1)]
    while waiting:
        here, level = waiting.pop()
        deepest = max(deepest, level)
        match here:
            case And(parts) | Or(parts) | Sentence(parts):
                waiting += [(part, level + 1) for part in parts]
            case Not(part):
                waiting.append((part, level + 1))
            case Near(left, right):
                waiting += [(left, level + 1), (right, level + 1)]
    return deepest


def quoted(text: str) -> str:
    """`text` between quotation marks, with marks and backslashes inside it escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def field(name: str, value: str) -> Field:
    """A field whose value is made comparable."""
    if name in SITES:
        return Field(name, host(value))
    return Field(name, fold(value).lstrip("@") if name != "author" else fold(value))


def _inner(query: Query) -> str:
    return f"({query})" if isinstance(query, And | Or | Near | Sentence | Not) else str(query)
