"""Which of two terms is the wider one: every word, account, field or number that the narrower finds, it finds too."""

from ascolta.core.query import (
    And,
    Around,
    Field,
    Handle,
    Hashtag,
    Near,
    Or,
    Query,
    Range,
    Raw,
    Sentence,
    Ticker,
    Words,
)
from ascolta.core.reach import SINGLE
from ascolta.core.text import sure, tokens
from ascolta.core.word import ALIKE, FUZZY, fits, globs, is_plain, skeleton

ONE = SINGLE | {"brand"}
"""Fields of which a post has one value."""

COUNTS = ("words", "handles", "hashtags")
_LATEST_HOUR = 23
_SIGNED = (Handle, Hashtag, Ticker)


def covers(wide: str, narrow: str) -> bool:
    """Whether every word that fits the pattern `narrow` fits `wide` too."""
    if wide == narrow or is_plain(narrow):
        return fits(wide, narrow)
    if wide.startswith(ALIKE) and narrow.startswith(ALIKE):
        return skeleton(wide) == skeleton(narrow)
    if any(pattern.startswith(ALIKE) or pattern.endswith(FUZZY) for pattern in (wide, narrow)):
        return False
    return not ("?" in wide and "*" in narrow) and globs(wide, narrow)


def spots(query: Query, said: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where words certainly stand for `query` among words that fit the patterns `said`: pairs of first and last."""
    match query:
        case Words(asked):
            starts = range(len(said) - len(asked) + 1)
            return [(at, at + len(asked) - 1) for at in starts if all(map(covers, asked, said[at:]))]
        case Around(asked, within):
            stands = within >= len(said) - 1 and sorted(asked) == sorted(said)
            return [(0, len(said) - 1)] if stands else []
        case Or(parts):
            return [spot for part in parts for spot in spots(part, said)]
        case Near(left, right, within, ordered):
            here, there = spots(left, said), spots(right, said)
            pairs = [(one, two) for one in here for two in there]
            pairs += [] if ordered else [(two, one) for one, two in pairs]
            return [(one[0], max(one[1], two[1])) for one, two in pairs if 1 <= two[0] - one[1] <= within]
    return []


def least(query: Query) -> int:
    """At least how many words a post has for which `query` holds."""
    match query:
        case Words(said) | Around(said, _):
            return len(said)
        case Raw(said):
            return len(sure(said))
        case Hashtag():
            return 1
        case Near(left, right):
            return least(left) + least(right)
        case Or(parts):
            return min(map(least, parts))
        case And(parts) | Sentence(parts):
            return max(map(least, parts))
    return 0


def term_follows(one: Query, other: Query) -> bool:
    """Whether `other` holds wherever the term `one` does."""
    match one, other:
        case _, Range():
            return _in_range(one, other)
        case Words(said), _:
            return bool(spots(other, said))
        case Around(said, near), Around(asked, far):
            return near <= far and all(said.count(pattern) >= asked.count(pattern) for pattern in asked)
        case Around(said, _), Words(asked):
            return len(asked) == 1 and any(covers(asked[0], pattern) for pattern in said)
        case Raw(said), _:
            return bool(sure(said)) and bool(spots(other, sure(said)))
        case Hashtag(name), Words() if is_plain(name):
            return bool(spots(other, tuple(tokens(name))))
        case Field(name, value), Field(asked, wanted) if name == asked:
            return name in ("site", "links") and value.endswith("." + wanted)
    return same_sign(one, other)


def _in_range(one: Query, other: Range) -> bool:
    if isinstance(one, Range):
        return one.name == other.name and _low(one) >= _low(other) and _high(one) <= _high(other)
    if other.high is not None or other.name not in ("words", "hashtags"):
        return False
    return _low(other) <= (least(one) if other.name == "words" else isinstance(one, Hashtag))


def apart(one: Query, other: Query) -> bool:
    """Whether two terms never hold for one post, told by these two in this order."""
    match one, other:
        case Field(name, value), Field(asked, wanted):
            return name == asked and name in ONE and value != wanted
        case Range(name), Range(asked):
            return name == asked and (_high(one) < _low(other) or _high(other) < _low(one))
        case _, Range("words", _, int(high)):
            return high < least(one)
        case Hashtag(), Range("hashtags", _, int(high)):
            return high < 1
    return False


def same_sign(one: Query, other: Query) -> bool:
    """Whether every account, hashtag or ticker that `one` finds `other` finds at the same place."""
    if not isinstance(one, _SIGNED) or not isinstance(other, _SIGNED) or type(one) is not type(other):
        return False
    without_server = one.name.partition("@")[0] if isinstance(one, Handle) and is_plain(one.name) else one.name
    return covers(other.name, one.name) or covers(other.name, without_server)


def _low(asked: Range) -> float:
    return -float("inf") if asked.low is None else asked.low


def _high(asked: Range) -> float:
    return float("inf") if asked.high is None else asked.high


def is_never(asked: Query) -> bool:
    """Whether a term is a range in which no number lies."""
    if not isinstance(asked, Range):
        return False
    least_of_all = -float("inf") if asked.name == "date" else 0
    return _high(asked) < max(_low(asked), least_of_all) or (asked.name == "hour" and _low(asked) > _LATEST_HOUR)


def is_always(asked: Query) -> bool:
    """Whether a term is a range in which every number of a post lies."""
    return isinstance(asked, Range) and asked.name in COUNTS and _low(asked) <= 0 and _high(asked) == float("inf")
